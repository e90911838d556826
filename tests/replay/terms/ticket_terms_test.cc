// Goal: each run is timed by the terms that the rule names, whichever window asks, and counted once
// (DOMAIN 3.17 rule 15). Method: four hours until the 2nd at noon, then two; tickets before, across
// and after.
#include "replay/terms/ticket_terms.h"

#include "tests/replay/terms/desk_support.h"

namespace tally::replay {
namespace {

class TicketTermsTest : public ::testing::Test {
 protected:
  TicketTermsTest()
      : before_(DeskObjective("tickets in time", With(PlainInTime(), Stop()))),
        after_(DeskObjective("tickets in time", With(PlainInTime(), Changed()))) {}
  static StatedChoices Stop() {
    return {{"window of a ticket", {"stop"}}, {"open and overdue", {}}};
  }
  static StatedChoices Changed() {
    return {{"window of a ticket", {"stop"}},
            {"open and overdue", {}},
            {"target", {"2 h"}},
            {"pauses", {"waiting"}},
            {"stopped by", {"human or automation"}}};
  }
  void Add(const std::string& ticket, TicketStep step, const std::string& at,
           const std::string& reason = "", ActorKind actor = ActorKind::kHuman) {
    TicketEvent event;
    event.ticket = ticket;
    event.step = step;
    event.reason = reason;
    Item item;
    item.observed = {DeskTime(at), DeskTime(at)};
    item.actor = actor;
    item.cause = {items_.size(), 0};
    item.body = event;
    items_.push_back(item);
  }
  // Late and counted tickets of May the 2nd, as "late/all".
  std::string Count(InFlight in_flight, const Objective& governs) {
    const std::vector<TermsOfTickets> terms = {
        {Instant::Min(), &before_, &calendars_},
        {DeskTime("2026-05-02T12:00:00Z"), &after_, &calendars_}};
    const Zone utc = Zone::Utc();
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return a.observed.first < b.observed.first;
    });
    CountQuestion question;
    question.zone = &utc;
    question.objective = &governs;
    question.calendars = &calendars_;
    question.window.interval = {DeskTime("2026-05-02T00:00:00Z"), DeskTime("2026-05-03T00:00:00Z")};
    question.knowledge = {DeskTime("2026-05-04T00:00:00Z"), DeskTime("2026-05-04T00:00:00Z")};
    question.items = items_;
    question.in_flight = in_flight;
    question.ticket_terms = terms;
    const absl::StatusOr<Counted> counted = CountMeasure(question);
    EXPECT_TRUE(counted.ok()) << counted.status();
    if (!counted.ok()) return "";
    return std::to_string(counted->failed) + "/" + std::to_string(counted->population);
  }

  Objective before_, after_;
  CalendarBook calendars_ = {{"24x7", BusinessCalendar::Always()}};
  std::vector<Item> items_;
};

TEST_F(TicketTermsTest, ATicketAcrossTheAmendment) {
  Add("a", TicketStep::kOpened, "2026-05-02T11:00:00Z");
  Add("a", TicketStep::kResolved, "2026-05-02T14:00:00Z");
  EXPECT_EQ(Count(InFlight::kTermsOfWindow, before_), "0/1");
  EXPECT_EQ(Count(InFlight::kTermsOfWindow, after_), "1/1");
  for (const Objective* governs : {&before_, &after_}) {
    EXPECT_EQ(Count(InFlight::kTermsAtStart, *governs), "0/1");
    EXPECT_EQ(Count(InFlight::kTermsAtStop, *governs), "1/1");
    EXPECT_EQ(Count(InFlight::kStrictest, *governs), "1/1");
  }
}

TEST_F(TicketTermsTest, TicketsOnOneSideHaveItsTerms) {
  Add("a", TicketStep::kOpened, "2026-05-02T08:00:00Z");
  Add("a", TicketStep::kResolved, "2026-05-02T11:00:00Z");
  Add("b", TicketStep::kOpened, "2026-05-02T13:00:00Z");
  Add("b", TicketStep::kResolved, "2026-05-02T16:00:00Z");
  for (const InFlight each :
       {InFlight::kTermsAtStart, InFlight::kTermsAtStop, InFlight::kStrictest}) {
    EXPECT_EQ(Count(each, before_), "1/2");
  }
}

// All of the terms: pauses, and who stops the clock. The automatic resolution before the amendment
// stops nothing, so the ticket lived on to the human one.
TEST_F(TicketTermsTest, PausesAndStopsComeFromTheSameTerms) {
  Add("a", TicketStep::kOpened, "2026-05-02T10:00:00Z");
  Add("a", TicketStep::kResolved, "2026-05-02T11:00:00Z", "", ActorKind::kAutomation);
  Add("a", TicketStep::kReopened, "2026-05-02T11:30:00Z");
  Add("a", TicketStep::kResolved, "2026-05-02T15:00:00Z");
  EXPECT_EQ(Count(InFlight::kTermsAtStart, after_), "1/1");
  Add("b", TicketStep::kOpened, "2026-05-02T11:00:00Z");
  Add("b", TicketStep::kPaused, "2026-05-02T12:30:00Z", "waiting");
  Add("b", TicketStep::kResumed, "2026-05-02T15:30:00Z", "waiting");
  Add("b", TicketStep::kResolved, "2026-05-02T15:45:00Z");
  EXPECT_EQ(Count(InFlight::kTermsAtStart, after_), "2/2") << "five hours without pauses";
  EXPECT_EQ(Count(InFlight::kStrictest, after_), "2/2");
}

}  // namespace
}  // namespace tally::replay
