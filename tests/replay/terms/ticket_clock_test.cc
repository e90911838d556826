// Goal: a ticket's events become the runs that terms mean: who stops the clock, which resolution
// counts, what is paused, and which priority held when.
// Method: small logs, one for each rule; elapsed time against a count minute by minute for random
// logs with a fixed seed.
#include "replay/terms/ticket_clock.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

using Step = TicketStep;

ClockRules Rules(const StatedChoices& changes = {}) {
  return ClockRulesOf(
      DeskObjective("tickets in time", With(PlainInTime(), changes)).counted->choices);
}

std::string Show(const Interval& interval) {
  const auto time = [](Instant at) { return FormatInstant(at).substr(8, 8); };
  return absl::StrCat(time(interval.first), "-", time(interval.limit));
}

// "01T08:00-01T12:00 paused 01T10:00-01T11:00; 01T13:00-open"
std::string RunsText(const TicketLog& log, const ClockRules& rules,
                     absl::string_view horizon = "2026-06-30T00:00:00Z") {
  const std::vector<Item> items = log.items();
  const std::vector<Ticket> tickets = TicketsOf(items);
  EXPECT_EQ(tickets.size(), 1u);
  std::string text;
  for (const TicketRun& run : RunsOf(tickets.at(0), rules, DeskTime(horizon), {})) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    run.stop ? Show({run.start, *run.stop})
                             : absl::StrCat(FormatInstant(run.start).substr(8, 8), "-open"));
    for (const Interval& pause : run.paused) absl::StrAppend(&text, " paused ", Show(pause));
  }
  return text;
}

TEST(TicketClock, TheStopIsTheFirstEventThatReachesItsStep) {
  TicketLog log;
  log.Add("a", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("a", "2026-06-01T08:10:00Z", Step::kClassified)
      .Add("a", "2026-06-01T08:30:00Z", Step::kResponded)
      .Add("a", "2026-06-01T09:00:00Z", Step::kResolved)
      .Add("a", "2026-06-01T10:00:00Z", Step::kClosed);
  const StatedChoices responded = {{"clock to", {"responded"}}, {"reopened", {}}};
  EXPECT_EQ(RunsText(log, Rules(responded)), "01T08:00-01T08:30");
  EXPECT_EQ(RunsText(log, Rules()), "01T08:00-01T09:00");
  EXPECT_EQ(RunsText(log, Rules({{"clock to", {"closed"}}})), "01T08:00-01T10:00");
  EXPECT_EQ(RunsText(log, Rules({{"clock from", {"classified"}}})), "01T08:10-01T09:00");
  // A ticket that is closed is resolved, and one that is resolved has been answered.
  TicketLog shorter;
  shorter.Add("a", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("a", "2026-06-01T10:00:00Z", Step::kClosed);
  EXPECT_EQ(RunsText(shorter, Rules(responded)), "01T08:00-01T10:00");
  EXPECT_EQ(RunsText(shorter, Rules()), "01T08:00-01T10:00");
  EXPECT_EQ(RunsText(shorter, Rules({{"clock from", {"classified"}}})), "");
}

TEST(TicketClock, OnlyThoseWhoCountStopTheClock) {
  TicketLog log;
  log.Add("a", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("a", "2026-06-01T08:01:00Z", Step::kResolved, {}, ActorKind::kMonitor)
      .Add("a", "2026-06-01T08:02:00Z", Step::kResolved, {}, ActorKind::kAutomation)
      .Add("a", "2026-06-01T08:03:00Z", Step::kResolved, Because("duplicate"))
      .Add("a", "2026-06-01T08:04:00Z", Step::kResolved);
  EXPECT_EQ(RunsText(log, Rules({{"stopped by", {"anyone"}}})), "01T08:00-01T08:01");
  EXPECT_EQ(RunsText(log, Rules({{"stopped by", {"human or automation"}}})), "01T08:00-01T08:02");
  EXPECT_EQ(RunsText(log, Rules()), "01T08:00-01T08:03");
  EXPECT_EQ(RunsText(log, Rules({{"not stopped by", {"duplicate"}}})), "01T08:00-01T08:04");
}

TEST(TicketClock, TheReopenRuleChoosesTheResolution) {
  TicketLog log;
  log.Add("a", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("a", "2026-06-01T09:00:00Z", Step::kResolved)
      .Add("a", "2026-06-01T10:00:00Z", Step::kReopened)
      .Add("a", "2026-06-01T11:00:00Z", Step::kResolved)
      .Add("a", "2026-06-01T12:00:00Z", Step::kResolved)
      .Add("a", "2026-06-01T13:00:00Z", Step::kClosed);
  EXPECT_EQ(RunsText(log, Rules({{"reopened", {"first resolution"}}})), "01T08:00-01T09:00");
  EXPECT_EQ(RunsText(log, Rules()), "01T08:00-01T11:00");
  EXPECT_EQ(RunsText(log, Rules({{"reopened", {"each resolution"}}})),
            "01T08:00-01T09:00; 01T10:00-01T11:00");
  EXPECT_EQ(RunsText(log, Rules({{"clock to", {"responded"}}, {"reopened", {}}})),
            "01T08:00-01T09:00");
  // Reopened and not resolved again.
  log.Add("a", "2026-06-02T08:00:00Z", Step::kReopened);
  EXPECT_EQ(RunsText(log, Rules()), "01T08:00-open");
  EXPECT_EQ(RunsText(log, Rules({{"reopened", {"first resolution"}}})), "01T08:00-01T09:00");
  EXPECT_EQ(RunsText(log, Rules({{"reopened", {"each resolution"}}})),
            "01T08:00-01T09:00; 01T10:00-01T11:00; 02T08:00-open");
}

TEST(TicketClock, PausesEndWhenTheyAreResumedOrTheTicketIsDone) {
  const ClockRules rules = Rules({{"pauses", {"a", "b"}}});
  TicketLog log;
  log.Add("t", "2026-06-01T08:00:00Z", Step::kPaused, Because("a"))  // before it opened
      .Add("t", "2026-06-01T09:00:00Z", Step::kOpened)
      .Add("t", "2026-06-01T10:00:00Z", Step::kPaused, Because("b"))
      .Add("t", "2026-06-01T10:10:00Z", Step::kPaused, Because("b"))  // goes on
      .Add("t", "2026-06-01T10:15:00Z", Step::kResumed, Because("c"))
      .Add("t", "2026-06-01T10:20:00Z", Step::kResumed, Because("a"))
      .Add("t", "2026-06-01T10:30:00Z", Step::kResumed, Because("b"))
      .Add("t", "2026-06-01T11:00:00Z", Step::kPaused, Because("c"))  // of no matter
      .Add("t", "2026-06-01T12:00:00Z", Step::kPaused, Because("a"))
      .Add("t", "2026-06-01T12:30:00Z", Step::kPaused, Because("b"))
      .Add("t", "2026-06-01T13:00:00Z", Step::kResumed)  // all of them
      .Add("t", "2026-06-01T14:00:00Z", Step::kPaused, Because("a"));
  EXPECT_EQ(RunsText(log, rules, "2026-06-01T15:00:00Z"),
            "01T09:00-open paused 01T09:00-01T10:30 paused 01T12:00-01T13:00 paused "
            "01T14:00-01T15:00");
  log.Add("t", "2026-06-01T14:30:00Z", Step::kResolved)
      .Add("t", "2026-06-01T16:00:00Z", Step::kReopened)
      .Add("t", "2026-06-01T17:00:00Z", Step::kResolved);
  EXPECT_EQ(RunsText(log, rules),
            "01T09:00-01T17:00 paused 01T09:00-01T10:30 paused 01T12:00-01T13:00 paused "
            "01T14:00-01T14:30");
  EXPECT_EQ(RunsText(log, Rules({{"pauses", {"none"}}})), "01T09:00-01T17:00");
}

TEST(TicketClock, PrioritiesHoldFromTheirEventsOn) {
  TicketLog log;
  log.Add("t", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("t", "2026-06-01T09:00:00Z", Step::kClassified, Priority("P3"))
      .Add("t", "2026-06-01T10:00:00Z", Step::kClassified, Priority("P3"))
      .Add("t", "2026-06-01T11:00:00Z", Step::kClassified, Priority("P1"))
      .Add("t", "2026-06-01T11:00:00Z", Step::kClassified, Priority("P2"))
      .Add("t", "2026-06-01T12:00:00Z", Step::kClosed, Priority("P4"));
  const std::vector<Item> items = log.items();
  const std::vector<Ticket> tickets = TicketsOf(items);
  const Ticket& ticket = tickets.at(0);
  EXPECT_EQ(PriorityAt(ticket, DeskTime("2026-06-01T08:59:59Z")), "");
  EXPECT_EQ(PriorityAt(ticket, DeskTime("2026-06-01T09:00:00Z")), "P3");
  EXPECT_EQ(PriorityAt(ticket, DeskTime("2026-06-01T11:00:00Z")), "P2");
  EXPECT_EQ(PriorityAt(ticket, Instant::Max()), "P4");
  std::string changes;
  for (const PriorityChange& change : PrioritiesWithin(
           ticket, {DeskTime("2026-06-01T08:00:00Z"), DeskTime("2026-06-01T11:00:00Z")})) {
    absl::StrAppend(&changes, change.priority, " ", FormatInstant(change.at).substr(11, 5), " ");
  }
  EXPECT_EQ(changes, "P3 09:00 P1 11:00 P2 11:00 ");
}

TEST(TicketClock, TicketsOfTwoDesksAreTwoTickets) {
  TicketLog log;
  log.Add("7", "2026-06-01T08:00:00Z", Step::kOpened)
      .Add("7", "2026-06-01T09:00:00Z", Step::kOpened)
      .Add("6", "2026-06-01T10:00:00Z", Step::kOpened);
  std::vector<Item> items = log.items();
  items[1].source = 1;
  items.push_back({});  // of another kind
  const std::vector<Ticket> tickets = TicketsOf(items);
  ASSERT_EQ(tickets.size(), 3u);
  EXPECT_EQ(tickets[0].name, "6");
  EXPECT_EQ(tickets[1].source, 0u);
  EXPECT_EQ(tickets[2].source, 1u);
}

TEST(TicketClock, AStopBeforeTheStartIsARunOfNoLength) {
  TicketLog log;
  log.Add("t", "2026-06-01T08:00:00Z", Step::kResolved)
      .Add("t", "2026-06-01T09:00:00Z", Step::kOpened);
  const std::vector<Item> items = log.items();
  const std::vector<Ticket> tickets = TicketsOf(items);
  const std::vector<TicketRun> runs = RunsOf(tickets.at(0), Rules(), Instant::Max(), {});
  ASSERT_EQ(runs.size(), 1u);
  const BusinessCalendar always = BusinessCalendar::Always();
  const OpenHours hours(always,
                        {DeskTime("2026-06-01T00:00:00Z"), DeskTime("2026-06-02T00:00:00Z")});
  EXPECT_EQ(hours.Elapsed(runs[0], *runs[0].stop).micros, 0);
}

// Elapsed time and deadline, against a minute-by-minute count over random pauses.
TEST(TicketClock, ElapsedTimeAndDeadlineMinuteByMinute) {
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(
      "tally-calendar/1\nzone: UTC\nhours: mon-fri 08:00-12:00 13:00-18:00\n", Zone::Utc());
  ASSERT_TRUE(calendar.ok());
  const Instant first = DeskTime("2026-06-01T00:00:00Z");
  const int last = 9 * 1440;
  const OpenHours hours(*calendar, {first, first + Minutes(last)});
  std::mt19937 random(20260601);
  for (int round = 0; round < 40; ++round) {
    const Ticket ticket;
    TicketRun run;
    run.ticket = &ticket;
    const int start = static_cast<int>(random() % 4000);
    run.start = first + Minutes(start);
    std::vector<Interval> pauses;
    for (int i = 0; i < 5; ++i) {
      const Instant from = first + Minutes(static_cast<int>(random() % last));
      pauses.push_back({from, from + Minutes(static_cast<int>(random() % 900))});
    }
    run.paused = Union(pauses, {run.start, first + Minutes(last)});
    int64_t passed = 0, wanted = 1;
    for (int minute = start; minute < last; ++minute) {
      const Instant at = first + Minutes(minute);
      ASSERT_EQ(hours.Elapsed(run, at).micros, Minutes(passed).micros) << round;
      const int of_day = minute % 1440, weekday = WeekdayOf(DayNumber(calendar->zone().DayAt(at)));
      bool counts = weekday >= 1 && weekday <= 5 &&
                    ((of_day >= 480 && of_day < 720) || (of_day >= 780 && of_day < 1080));
      for (const Interval& pause : pauses) counts = counts && !pause.Contains(at);
      if (!counts || ++passed < wanted) continue;
      const std::optional<Instant> deadline = hours.Deadline(run, Minutes(wanted));
      ASSERT_TRUE(deadline.has_value());
      ASSERT_EQ(deadline->micros, (at + Minutes(1)).micros) << round << " " << wanted;
      wanted += 41;
    }
  }
}

}  // namespace
}  // namespace tally::replay
