// Goal: a lead has one fate, whatever its feeds say in which order. Method: every sequence of up to
// four words of the three parties against the rules of the header, written as a table of cases.
#include "replay/terms/lead_book.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Book() {
  return Population("volume", {{"counted", "accepted"},
                               {"classes", "none"},
                               {"delivered by", "marketing"},
                               {"decided by", "sales"},
                               {"reviewed by", "board"},
                               {"rejection within", "1 d"},
                               {"rejection calendar", "24x7"},
                               {"late rejection", "accepted"},
                               {"rejection without reason", "accepted"},
                               {"undecided", "not accepted"}});
}

LeadEvent Said(LeadStep step, const std::string& reason) {
  LeadEvent event;
  event.lead = "a";
  event.step = step;
  event.reason = reason;
  return event;
}

// Words in their order: A and R by sales in time, r without a reason, L too late; B an acceptance
// by the board.
Acceptance FateOf(Population book, absl::string_view words) {
  book.Add("2026-04-10T00:00:00Z", Said(LeadStep::kDelivered, ""));
  Instant at = At("2026-04-10T01:00:00Z");
  for (char word : words) {
    at = word == 'L' ? std::max(at, At("2026-04-11T00:00:00Z")) : at;
    at = at + Seconds(1);
    const bool accepts = word == 'A' || word == 'B';
    book.Add(Interval{at, at},
             Said(accepts ? LeadStep::kAccepted : LeadStep::kRejected, word == 'r' ? "" : "why"),
             word == 'B' ? kBoard : kSales);
  }
  CountQuestion question;
  question.objective = &book.objective;
  question.calendars = &book.calendars;
  question.items = book.items;
  question.knowledge = book.knowledge;
  const LeadBook leads = LeadBook::Of(question);
  absl::StatusOr<Acceptance> acceptance = AcceptanceOf(question, leads.leads().at("a"));
  EXPECT_TRUE(acceptance.ok());
  return acceptance.value_or(Acceptance{});
}

TEST(LeadBook, EachSequenceOfWordsHasOneFate) {
  struct Case {
    const char* words;
    bool accepted;
    bool overturned;
    const char* at;
  };
  for (const Case& c : std::vector<Case>{{"", false, false, ""},
                                         {"A", true, false, "2026-04-10T01:00:01Z"},
                                         {"AA", true, false, "2026-04-10T01:00:01Z"},
                                         {"AR", true, false, "2026-04-10T01:00:01Z"},
                                         {"R", false, false, ""},
                                         {"RA", true, true, "2026-04-10T01:00:02Z"},
                                         {"RB", true, true, "2026-04-10T01:00:02Z"},
                                         {"RRB", true, true, "2026-04-10T01:00:03Z"},
                                         {"RBR", true, true, "2026-04-10T01:00:02Z"},
                                         {"B", false, false, ""},
                                         {"BR", false, false, ""},
                                         {"r", true, false, "2026-04-10T01:00:01Z"},
                                         {"rR", true, false, "2026-04-10T01:00:01Z"},
                                         {"L", true, false, "2026-04-11T00:00:00Z"},
                                         {"RL", false, false, ""}}) {
    const Acceptance fate = FateOf(Book(), c.words);
    EXPECT_EQ(fate.accepted, c.accepted) << c.words;
    if (!c.accepted) continue;
    EXPECT_EQ(fate.overturned, c.overturned) << c.words;
    EXPECT_EQ(FormatInstant(fate.at), c.at) << c.words;
  }
}

TEST(LeadBook, TermsMayTakeBadRejectionsForRejections) {
  EXPECT_FALSE(FateOf(Book().Choose("rejection without reason", "rejected"), "r").accepted);
  EXPECT_FALSE(FateOf(Book().Choose("late rejection", "rejected"), "L").accepted);
  EXPECT_FALSE(FateOf(Book().Choose("rejection within", "none"), "L").accepted);
}

TEST(LeadBook, WhatNobodyDecidesIsAcceptedAtTheDeadlineOrAtDelivery) {
  Population book = Book().Choose("undecided", "accepted");
  EXPECT_EQ(FormatInstant(FateOf(book, "").at), "2026-04-11T00:00:00Z");
  EXPECT_EQ(FormatInstant(FateOf(book.Choose("rejection within", "none"), "").at),
            "2026-04-10T00:00:00Z");
}

TEST(LeadBook, SilenceAcceptsNothingBeforeTheTimeForARejectionIsOver) {
  Population book = Book().Choose("undecided", "accepted");
  EXPECT_FALSE(FateOf(book.KnownAt("2026-04-10T23:59:59.999999Z"), "").accepted);
  EXPECT_TRUE(FateOf(book.KnownAt("2026-04-11T00:00:00Z"), "").accepted);
}

// Late rejections are rejections here, but one without a reason is none.
TEST(LeadBook, ARejectionThatIsNoneAcceptsAtTheLatestAtTheEndOfItsTime) {
  Population book = Book().Choose("late rejection", "rejected");
  EXPECT_EQ(FormatInstant(FateOf(book, "r").at), "2026-04-10T01:00:01Z");
  book.Choose("rejection within", "30 min");
  EXPECT_EQ(FormatInstant(FateOf(book, "r").at), "2026-04-10T00:30:00Z");
}

}  // namespace
}  // namespace tally::replay
