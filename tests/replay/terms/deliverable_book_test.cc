// Goal: a window has the deliverables of its months, of the term only, under their own names.
// Method: windows of one month, a quarter and a year over the end of a year; cut terms; moved
// dates.
#include "replay/terms/deliverable_book.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

Population Monthly(absl::string_view first, absl::string_view limit) {
  Population monthly("deliverable on time", {{"due", "n-th business day"},
                                             {"deliverables", "b|a"},
                                             {"business day", "1"},
                                             {"time of day", "09:00"},
                                             {"due calendar", "24x7"},
                                             {"due in", "next month"},
                                             {"window of a deliverable", "subject"},
                                             {"done when", "delivered"},
                                             {"delivered by", "marketing"},
                                             {"decided by", "sales"}});
  return monthly.Within(first, limit);
}
std::string Names(const Population& monthly) {
  CountQuestion question;
  question.objective = &monthly.objective;
  question.zone = &monthly.zone;
  question.calendars = &monthly.calendars;
  question.window = monthly.window;
  question.knowledge = monthly.knowledge;
  question.exclusions = monthly.exclusions;
  question.items = monthly.items;
  question.term = monthly.term;
  question.rules = monthly.rules;
  absl::StatusOr<std::vector<Deliverable>> found = DeliverablesOf(question);
  EXPECT_TRUE(found.ok()) << found.status();
  std::string names;
  if (!found.ok()) return names;
  for (const Deliverable& each : *found) {
    names += each.name + " " + FormatInstant(each.due).substr(0, 13) + ";";
  }
  return names;
}

TEST(DeliverableBook, MonthsOfAWindowOverTheEndOfAYear) {
  EXPECT_EQ(Names(Monthly("2026-12-01T00:00:00Z", "2027-02-01T00:00:00Z")),
            "a 2026-12 2027-01-01T09;a 2027-01 2027-02-01T09;"
            "b 2026-12 2027-01-01T09;b 2027-01 2027-02-01T09;");
  Population due = Monthly("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")
                       .Choose("window of a deliverable", "due");
  EXPECT_EQ(Names(due), "a 2026-12 2027-01-01T09;b 2026-12 2027-01-01T09;");
  EXPECT_EQ(Names(due.Choose("due in", "same month")),
            "a 2027-01 2027-01-01T09;b 2027-01 2027-01-01T09;");
}

TEST(DeliverableBook, AMonthThatTheTermCutsIsOwedInItsFirstWindow) {
  Population cut =
      Monthly("2026-04-17T00:00:00Z", "2026-05-01T00:00:00Z").Choose("deliverables", "a");
  cut.term = Between("2026-04-17T00:00:00Z", "2026-04-20T00:00:00Z");
  EXPECT_EQ(Names(cut), "a 2026-04 2026-05-01T09;");
  cut.Within("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
  EXPECT_EQ(Names(cut), "");
}

// The term begins on the 17th: what was due on the 1st was due before anything was owed.
TEST(DeliverableBook, NothingIsDueBeforeTheTerm) {
  Population cut = Monthly("2026-04-17T00:00:00Z", "2026-05-01T00:00:00Z")
                       .Choose("deliverables", "a")
                       .Choose("due in", "same month");
  cut.term = Between("2026-04-17T00:00:00Z", "2026-12-31T00:00:00Z");
  EXPECT_EQ(Names(cut), "");
  cut.term = Between("2026-04-01T09:00:00Z", "2026-12-31T00:00:00Z");
  cut.Within("2026-04-01T09:00:00Z", "2026-05-01T00:00:00Z");
  EXPECT_EQ(Names(cut), "a 2026-04 2026-04-01T09;");
}

TEST(DeliverableBook, AMovedDateBelongsToAnotherWindow) {
  Population march = Monthly("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")
                         .Choose("deliverables", "a")
                         .Choose("window of a deliverable", "due");
  EXPECT_EQ(Names(march), "a 2026-03 2026-04-01T09;");
  march.rules = {
      {"delay",
       "dependency",
       {},
       MakeChoices(
           {{"stated by", "sales"}, {"extension", "elapsed time"}, {"notice", "not needed"}})}};
  DependencyEvent event;
  event.dependency = "d";
  event.step = DependencyStep::kDue;
  event.obligor = "customer";
  event.due = At("2026-03-01T00:00:00Z");
  event.blocks = {"a 2026-03"};
  march.Add("2026-02-01T00:00:00Z", event, kSales);
  march.KnownAt("2026-03-31T15:00:00Z");
  EXPECT_EQ(Names(march), "");
  march.Within("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
  // 30 days and 15 hours later: its own window is now that of May.
  EXPECT_EQ(Names(march), "a 2026-03 2026-05-02T00;a 2026-04 2026-05-01T09;");
}

}  // namespace
}  // namespace tally::replay
