// Goal: the share of tickets in time is that of the worked cases, at the deadline to the second,
// and every choice of the vocabulary does what its words say. Method: GC-22, GC-23, GC-24, GC-26,
// GC-27 and the ticket shares of GC-29; then one small log for each choice, with both answers.
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

std::string Share(const StatedChoices& changes, const TicketLog& log, const Desk& desk = {}) {
  return InTime(desk.Count("tickets in time", With(PlainInTime(), changes), log));
}

// One ticket, opened and resolved.
TicketLog Ticket(absl::string_view opened, absl::string_view resolved) {
  TicketLog log;
  log.Add("a", opened, TicketStep::kOpened).Add("a", resolved, TicketStep::kResolved);
  return log;
}

Desk DeskOf(const std::string& zone, const std::string& lines) {
  Desk desk;
  desk.window = {DeskTime("2016-01-01T00:00:00Z"), DeskTime("2027-01-01T00:00:00Z")};
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(
      absl::StrCat("tally-calendar/1\nzone: ", zone, "\n", lines), LoadZone(zone));
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  if (calendar.ok()) desk.calendars.emplace("office", *std::move(calendar));
  return desk;
}

// GC-22
TEST(TicketsInTime, GC22AtTheDeadlineAndASecondLater) {
  const Desk desk = DeskOf("UTC", "hours: mon-fri 09:00-17:00\n");
  const struct {
    const char* opened;
    const char* due;
    const char* late;
  } cases[] = {
      {"2024-02-01T16:00:00Z", "2024-02-02T12:00:00Z", "2024-02-02T12:00:01Z"},
      {"2024-02-02T16:00:00Z", "2024-02-05T12:00:00Z", "2024-02-05T12:00:01Z"},
      {"2024-02-03T10:00:00Z", "2024-02-05T13:00:00Z", "2024-02-05T13:00:01Z"},
      {"2024-02-01T17:00:00Z", "2024-02-02T13:00:00Z", "2024-02-02T13:00:01Z"},
  };
  for (const char* rule : {"elapsed within target", "stopped by deadline"}) {
    const StatedChoices changes = {{"calendar", {"office"}}, {"in time", {rule}}};
    for (const auto& each : cases) {
      EXPECT_EQ(Share(changes, Ticket(each.opened, each.due), desk), "1 of 1") << each.opened;
      EXPECT_EQ(Share(changes, Ticket(each.opened, each.late), desk), "0 of 1") << each.opened;
    }
  }
}

// GC-23
TEST(TicketsInTime, GC23AClockChangeInsideAPause) {
  const Desk madrid = DeskOf("Europe/Madrid", "hours: mon-fri 08:00-18:00\n");
  const Desk fixed = DeskOf("UTC", "hours: mon-fri 07:00-17:00\n");  // UTC+1 all year
  TicketLog log;
  log.Add("a", "2026-03-27T15:00:00Z", TicketStep::kOpened)
      .Add("a", "2026-03-27T16:00:00Z", TicketStep::kPaused, Because("awaiting customer"))
      .Add("a", "2026-03-30T05:30:00Z", TicketStep::kResumed, Because("awaiting customer"))
      .Add("a", "2026-03-30T13:30:00Z", TicketStep::kResolved);
  const StatedChoices changes = {
      {"calendar", {"office"}}, {"target", {"8 h"}}, {"pauses", {"awaiting customer"}}};
  EXPECT_EQ(Share(changes, log, madrid), "0 of 1");
  EXPECT_EQ(Share(changes, log, fixed), "1 of 1");
  const Counted counted = madrid.Count("tickets in time", With(PlainInTime(), changes), log);
  ASSERT_EQ(counted.causes.size(), 1u);
  EXPECT_EQ(counted.causes[0], (Cause{3, 0}));
  bool shown = false;
  for (const DerivationStep& step : counted.steps) {
    shown = shown || (step.step == "late" && step.result == "510 min of 8 h");
  }
  EXPECT_TRUE(shown);
}

// GC-24
TEST(TicketsInTime, GC24TheListOfHolidaysDecides) {
  const std::string hours = "hours: mon-sun 09:00-21:00\n";
  const TicketLog log = Ticket("2016-11-09T22:00:00Z", "2016-11-15T09:00:00Z");
  const StatedChoices changes = {{"calendar", {"office"}}, {"target", {"2 d"}}};
  EXPECT_EQ(Share(changes, log, DeskOf("Europe/Berlin", hours + "holiday: 2016-11-13 V\n")),
            "0 of 1");
  EXPECT_EQ(
      Share(changes, log,
            DeskOf("Europe/Berlin", hours + "holiday: 2016-11-11 M\nholiday: 2016-11-13 V\n")),
      "1 of 1");
}

// GC-26
TEST(TicketsInTime, GC26OverlappingPausesAreTakenOutOnce) {
  for (const auto& [stop, both, only_a] :
       {std::tuple("2026-06-01T13:20:00Z", "1 of 1", "0 of 1"),
        std::tuple("2026-06-01T13:30:00Z", "1 of 1", "0 of 1"),
        std::tuple("2026-06-01T13:30:01Z", "0 of 1", "0 of 1"),
        std::tuple("2026-06-01T13:00:00Z", "1 of 1", "1 of 1")}) {
    TicketLog log;
    log.Add("t", "2026-06-01T08:00:00Z", TicketStep::kOpened)
        .Add("t", "2026-06-01T10:00:00Z", TicketStep::kPaused, Because("a"))
        .Add("t", "2026-06-01T10:30:00Z", TicketStep::kPaused, Because("b"))
        .Add("t", "2026-06-01T11:00:00Z", TicketStep::kResumed, Because("a"))
        .Add("t", "2026-06-01T11:30:00Z", TicketStep::kResumed, Because("b"))
        .Add("t", stop, TicketStep::kResolved);
    EXPECT_EQ(Share({{"pauses", {"a", "b"}}}, log), both) << stop;
    EXPECT_EQ(Share({{"pauses", {"a"}}}, log), only_a) << stop;
  }
}

// GC-27
TEST(TicketsInTime, GC27AnAutomaticAnswerAndANoteAreNoResponse) {
  for (const auto& [answer, in_time] :
       {std::pair("2026-06-01T10:05:00Z", "0 of 1"), std::pair("2026-06-01T10:00:00Z", "1 of 1")}) {
    TicketLog log;
    log.Add("t", "2026-06-01T09:00:00Z", TicketStep::kOpened)
        .Add("t", "2026-06-01T09:00:05Z", TicketStep::kResponded, {}, ActorKind::kAutomation)
        .Add("t", "2026-06-01T09:40:00Z", TicketStep::kResponded, Because("internal note"))
        .Add("t", answer, TicketStep::kResponded, Because("public reply"));
    const StatedChoices changes = {{"clock to", {"responded"}},
                                   {"reopened", {}},
                                   {"target", {"1 h"}},
                                   {"not stopped by", {"internal note"}}};
    EXPECT_EQ(Share(changes, log), in_time);
    EXPECT_EQ(Share(With(changes, {{"not stopped by", {"none"}}}), log), "1 of 1");
    EXPECT_EQ(Share(With(changes, {{"stopped by", {"anyone"}}, {"target", {"4 s"}}}), log),
              "0 of 1");
    EXPECT_EQ(Share(With(changes, {{"stopped by", {"anyone"}}, {"target", {"5 s"}}}), log),
              "1 of 1");
  }
}

// GC-29: the shares that its ladders are applied to.
TEST(TicketsInTime, GC29SharesOfTicketsOfOnePriority) {
  const auto share = [](int in_time, int all) {
    TicketLog log;
    for (int i = 0; i < all; ++i) {
      const std::string name = absl::StrCat("P1-", i);
      log.Add(name, "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P1"))
          .Add(name, i < in_time ? "2026-06-01T11:00:00Z" : "2026-06-01T13:00:00Z",
               TicketStep::kResolved);
      log.Add(absl::StrCat("P2-", i), "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P2"));
    }
    return Desk().Count(
        "tickets in time",
        With(PlainInTime(), {{"target", {}}, {"priority", {"at start"}}, {"targets", {"P1: 4 h"}}}),
        log);
  };
  EXPECT_EQ(*share(19, 20).value, *Fraction::Of(95, 100));
  EXPECT_EQ(*share(949, 1000).value, *Fraction::Of(949, 1000));
  EXPECT_EQ(*share(17, 20).value, *Fraction::Of(85, 100));
  EXPECT_EQ(share(17, 20).population, 20);
  EXPECT_FALSE(share(0, 0).value.has_value());  // the empty rule decides
}

// ---- Choices -------------------------------------------------------------------------------

TEST(TicketsInTime, AStopInClosedTimeIsInTimeByElapsedTimeOnly) {
  const Desk desk = DeskOf("UTC", "hours: mon-fri 09:00-17:00\n");
  // All four hours are used up at five on Friday; nothing passes until Monday.
  const TicketLog log = Ticket("2024-02-02T13:00:00Z", "2024-02-03T10:00:00Z");
  EXPECT_EQ(Share({{"calendar", {"office"}}}, log, desk), "1 of 1");
  EXPECT_EQ(Share({{"calendar", {"office"}}, {"in time", {"stopped by deadline"}}}, log, desk),
            "0 of 1");
}

TEST(TicketsInTime, EachPriorityRuleChoosesItsTarget) {
  TicketLog log;  // P3 for 2 h, P1 for 3 h, then resolved; later it is said to have been P4
  log.Add("t", "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P3"))
      .Add("t", "2026-06-01T10:00:00Z", TicketStep::kClassified, Priority("P1"))
      .Add("t", "2026-06-01T13:00:00Z", TicketStep::kResolved)
      .Add("t", "2026-06-01T14:00:00Z", TicketStep::kClosed, Priority("P4"));
  const auto share = [&](const char* rule, const char* p1, const char* p3, const char* p4) {
    return Share({{"target", {}},
                  {"priority", {rule}},
                  {"targets",
                   {absl::StrCat("P1: ", p1), absl::StrCat("P3: ", p3), absl::StrCat("P4: ", p4)}}},
                 log);
  };
  EXPECT_EQ(share("at start", "1 h", "5 h", "1 h"), "1 of 1");
  EXPECT_EQ(share("at start", "9 h", "299 min", "9 h"), "0 of 1");
  EXPECT_EQ(share("at stop", "5 h", "1 h", "1 h"), "1 of 1");
  EXPECT_EQ(share("at stop", "299 min", "9 h", "9 h"), "0 of 1");
  EXPECT_EQ(share("last known", "1 h", "1 h", "5 h"), "1 of 1");
  EXPECT_EQ(share("last known", "9 h", "9 h", "299 min"), "0 of 1");
  EXPECT_EQ(share("strictest", "9 h", "5 h", "1 h"), "1 of 1");  // P4 came after the stop
  EXPECT_EQ(share("strictest", "9 h", "299 min", "1 h"), "0 of 1");
  EXPECT_EQ(share("strictest", "299 min", "9 h", "1 h"), "0 of 1");
  EXPECT_EQ(share("restarts at a change", "3 h", "1 h", "1 h"), "1 of 1");
  EXPECT_EQ(share("restarts at a change", "179 min", "9 h", "9 h"), "0 of 1");
  // What the stop itself says of the priority begins no clock anew, but it may be the strictest.
  TicketLog at_stop;
  at_stop.Add("t", "2026-06-01T08:00:00Z", TicketStep::kOpened, Priority("P1"))
      .Add("t", "2026-06-01T10:00:00Z", TicketStep::kResolved, Priority("P3"));
  const auto stopped = [&](const char* rule, const char* p1) {
    return Share({{"target", {}}, {"priority", {rule}}, {"targets", {p1}}}, at_stop);
  };
  EXPECT_EQ(stopped("restarts at a change", "P1: 2 h"), "1 of 1");
  EXPECT_EQ(stopped("restarts at a change", "P1: 119 min"), "0 of 1");
  EXPECT_EQ(stopped("strictest", "P3: 119 min"), "0 of 1");
  // A priority without a target is not counted.
  EXPECT_EQ(Share({{"target", {}}, {"priority", {"at start"}}, {"targets", {"P1: 4 h"}}}, log),
            "none");
}

TEST(TicketsInTime, TheWindowIsThatOfStartDeadlineOrStop) {
  Desk june;
  june.window = {DeskTime("2026-06-01T00:00:00Z"), DeskTime("2026-07-01T00:00:00Z")};
  Desk july = june, august = june;
  july.window = {DeskTime("2026-07-01T00:00:00Z"), DeskTime("2026-08-01T00:00:00Z")};
  august.window = {DeskTime("2026-08-01T00:00:00Z"), DeskTime("2026-09-01T00:00:00Z")};
  const TicketLog log = Ticket("2026-06-30T00:00:00Z", "2026-08-15T00:00:00Z");
  for (const auto& [word, in] :
       {std::pair("start", 0), std::pair("deadline", 1), std::pair("stop", 2)}) {
    StatedChoices changes = {{"window of a ticket", {word}}, {"target", {"2 d"}}};
    if (in == 2) changes["open and overdue"] = {};
    EXPECT_EQ(Share(changes, log, june), in == 0 ? "0 of 1" : "none") << word;
    EXPECT_EQ(Share(changes, log, july), in == 1 ? "0 of 1" : "none") << word;
    EXPECT_EQ(Share(changes, log, august), in == 2 ? "0 of 1" : "none") << word;
  }
}

// A deadline is where the clock would have got to, also for a ticket that stopped before it.
TEST(TicketsInTime, ADeadlineBeyondTheStopPassesOverWhatStopsTheClock) {
  Desk june, july;
  june.window = {DeskTime("2026-06-01T00:00:00Z"), DeskTime("2026-07-01T00:00:00Z")};
  july.window = {DeskTime("2026-07-01T00:00:00Z"), DeskTime("2026-08-01T00:00:00Z")};
  june.exclusions = july.exclusions = {june.window};
  const TicketLog log = Ticket("2026-06-10T08:00:00Z", "2026-06-10T09:00:00Z");
  const StatedChoices changes = {{"window of a ticket", {"deadline"}},
                                 {"excluded time", {"stops the clock"}}};
  EXPECT_EQ(Share(changes, log, june), "none");
  EXPECT_EQ(Share(changes, log, july), "1 of 1");
}

TEST(TicketsInTime, OpenTicketsFailOnceTheirTimeIsUp) {
  TicketLog log;
  log.Add("t", "2026-06-01T08:00:00Z", TicketStep::kOpened);
  Desk desk;
  const auto at = [&](absl::string_view watermark, const char* word) {
    desk.knowledge.watermark = DeskTime(watermark);
    return Share({{"open and overdue", {word}}}, log, desk);
  };
  EXPECT_EQ(at("2026-06-01T12:00:00Z", "failed"), "none");  // a stop now would be in time
  EXPECT_EQ(at("2026-06-01T12:00:01Z", "failed"), "0 of 1");
  EXPECT_EQ(at("2026-06-01T12:00:01Z", "left out"), "none");
  // Without a watermark nothing is known to be missing; K bounds what is.
  desk.knowledge = {Instant::Min(), Instant::Max()};
  EXPECT_EQ(Share({}, log, desk), "none");
  desk.knowledge = {Instant::Max(), DeskTime("2026-06-01T11:00:00Z")};
  EXPECT_EQ(Share({}, log, desk), "none");
  // A pause that goes on holds the clock.
  log.Add("t", "2026-06-01T10:00:00Z", TicketStep::kPaused, Because("customer"));
  desk.knowledge = {Instant::Max(), DeskTime("2026-09-01T00:00:00Z")};
  EXPECT_EQ(Share({{"pauses", {"customer"}}}, log, desk), "none");
  EXPECT_EQ(Share({}, log, desk), "0 of 1");
}

TEST(TicketsInTime, ExclusionsLeaveOutOrStopTheClock) {
  Desk desk;
  desk.exclusions = {{DeskTime("2026-06-01T08:00:00Z"), DeskTime("2026-06-01T09:00:00Z")}};
  const TicketLog inside = Ticket("2026-06-01T08:30:00Z", "2026-06-01T13:00:00Z");
  const TicketLog before = Ticket("2026-06-01T07:30:00Z", "2026-06-01T12:30:00Z");
  EXPECT_EQ(Share({}, inside, desk), "none");
  EXPECT_EQ(Share({}, before, desk), "0 of 1");
  EXPECT_EQ(Share({{"excluded time", {"stops the clock"}}}, inside, desk), "1 of 1");
  EXPECT_EQ(Share({{"excluded time", {"stops the clock"}}}, before, desk), "1 of 1");
}

TEST(TicketsInTime, FewerThanTheMinimumSampleDecideNothing) {
  const TicketLog log = Ticket("2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z");
  const auto count = [&](const char* minimum) {
    return Desk().Count("tickets in time", With(PlainInTime(), {{"minimum sample", {minimum}}}),
                        log);
  };
  EXPECT_FALSE(count("1").indeterminate);
  EXPECT_TRUE(count("2").indeterminate);
  EXPECT_TRUE(count("2").value.has_value());
}

TEST(TicketsInTime, ACalendarThatIsNotThereIsRefused) {
  const std::vector<Item> items;
  const absl::StatusOr<Counted> counted = Desk().Try(
      DeskObjective("tickets in time", With(PlainInTime(), {{"calendar", {"office"}}})), items);
  EXPECT_EQ(counted.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(TicketsInTime, ManyCausesAreCutAndCounted) {
  TicketLog log;
  for (int i = 0; i < 1'003; ++i) {
    const std::string name = absl::StrCat(i);
    log.Add(name, "2026-06-01T08:00:00Z", TicketStep::kOpened)
        .Add(name, "2026-06-02T08:00:00Z", TicketStep::kResolved);
  }
  const Counted counted = Desk().Count("tickets in time", PlainInTime(), log);
  EXPECT_EQ(counted.failed, 1'003);
  EXPECT_EQ(counted.causes.size(), 1'000u);
  EXPECT_EQ(counted.causes_left_out, 3u);
  EXPECT_TRUE(std::is_sorted(counted.causes.begin(), counted.causes.end()));
}

}  // namespace
}  // namespace tally::replay
