// Goal: a delay of one party moves the due dates of the other by the rule, each lost hour once
// (DOMAIN table 1, rows 2 and 3). Method: one deliverable and one dependency, each choice beside
// its opposite, dates to the second; overlapping and late delays.
#include "replay/terms/dependency.h"

#include "gtest/gtest.h"
#include "tests/replay/terms/population_support.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

// The due date is Friday 17 April 2026, 17:00 in Berlin (15:00Z).
constexpr char kDue[] = "2026-04-17T15:00:00Z";

class Moves : public testing::Test {
 protected:
  Moves() : duty_("deliverable on time", {}) {
    rule_ = {
        "customer-delay",
        "dependency",
        {},
        MakeChoices(
            {{"stated by", "sales"}, {"extension", "elapsed time"}, {"notice", "not needed"}})};
    duty_.zone = LoadZone("Europe/Berlin");
    duty_.KnownAt("2026-06-01T00:00:00Z");
    duty_.Calendar("office", "Europe/Berlin",
                   "tally-calendar/1\nzone: Europe/Berlin\nhours: mon-fri 09:00-17:00\n"
                   "holiday: 2026-04-20 closed\n");
  }
  void Say(absl::string_view at, DependencyStep step, absl::string_view due = "",
           const std::string& name = "spec", uint32_t source = kSales) {
    DependencyEvent event;
    event.dependency = name;
    event.step = step;
    event.obligor = "customer";
    event.blocks = {"plan"};
    if (!due.empty()) event.due = At(due);
    duty_.Add(at, event, source);
  }
  std::string Moved(absl::string_view deliverable = "plan") {
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, "dependency");
    EXPECT_TRUE(rule_.choices.Check(*row).ok()) << rule_.choices.Check(*row);
    duty_.rules = {rule_};
    CountQuestion question;
    question.objective = &duty_.objective;
    question.zone = &duty_.zone;
    question.calendars = &duty_.calendars;
    question.knowledge = duty_.knowledge;
    question.items = duty_.items;
    question.rules = duty_.rules;
    absl::StatusOr<Dependencies> dependencies = Dependencies::Of(question);
    if (!dependencies.ok()) return dependencies.status().ToString();
    absl::StatusOr<Instant> moved = dependencies->Moved(deliverable, At(kDue));
    return moved.ok() ? FormatInstant(*moved) : moved.status().ToString();
  }
  void Extend(const std::string& word) {
    std::map<std::string, std::string> choices = {
        {"stated by", "sales"}, {"extension", word}, {"notice", "not needed"}};
    if (word == "business days") choices["calendar"] = "office";
    rule_.choices = MakeChoices(choices);
  }

  Population duty_;
  Rule rule_;
};

TEST_F(Moves, ByElapsedTimeWholeDaysOrBusinessDays) {
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T10:00:00Z");
  Say("2026-04-13T10:00:01Z", DependencyStep::kDelivered);
  EXPECT_EQ(Moved(), "2026-04-20T15:00:01Z");
  Extend("whole days");
  EXPECT_EQ(Moved(), "2026-04-21T15:00:00Z");  // four started days
  // Friday and Monday are touched; the 20th is a holiday, so two business days are 21 and 22 April.
  Extend("business days");
  EXPECT_EQ(Moved(), "2026-04-22T15:00:00Z");
}

TEST_F(Moves, OnlyWhatTheDependencyBlocks) {
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T10:00:00Z");
  EXPECT_EQ(Moved("other"), kDue);
  duty_.objective.id = "plan";  // named as a whole objective
  Say("2026-04-11T10:00:00Z", DependencyStep::kWaived);
  EXPECT_EQ(Moved("other"), "2026-04-18T15:00:00Z");
  rule_.objectives = {"another"};
  EXPECT_EQ(Moved(), kDue);
}

TEST_F(Moves, WhatIsInTimeOrBeginsAfterTheDateMovesNothing) {
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T10:00:00Z");
  Say("2026-04-10T10:00:00Z", DependencyStep::kDelivered);
  EXPECT_EQ(Moved(), kDue);
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, kDue, "late");
  EXPECT_EQ(Moved(), kDue);
}

TEST_F(Moves, TimeLostTwiceIsGivenOnceAndAMovedDateCanBeMovedAgain) {
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T00:00:00Z", "a");
  Say("2026-04-12T00:00:00Z", DependencyStep::kDelivered, "", "a");
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-11T00:00:00Z", "b");
  Say("2026-04-13T00:00:00Z", DependencyStep::kDelivered, "", "b");
  EXPECT_EQ(Moved(), "2026-04-20T15:00:00Z");
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-20T14:00:00Z", "c");
  Say("2026-04-20T15:00:00Z", DependencyStep::kDelivered, "", "c");
  EXPECT_EQ(Moved(), "2026-04-20T16:00:00Z");
}

TEST_F(Moves, AnOpenDelayRunsToK) {
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T00:00:00Z");
  duty_.KnownAt("2026-04-11T00:00:00Z");
  EXPECT_EQ(Moved(), "2026-04-18T15:00:00Z");
}

TEST_F(Moves, NobodyMovesItsOwnDates) {
  DependencyEvent own;
  own.dependency = "spec";
  own.step = DependencyStep::kDue;
  own.obligor = "provider";
  own.due = At("2026-04-10T00:00:00Z");
  own.blocks = {"plan"};
  duty_.Add("2026-04-01T00:00:00Z", own, kSales);
  EXPECT_EQ(Moved(), kDue);
  // Nor by the word of a feed that the rule does not list.
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T00:00:00Z", "b", kMarketing);
  EXPECT_EQ(Moved(), kDue);
}

TEST_F(Moves, NoticeInTimeLateOrNever) {
  std::map<std::string, std::string> choices = {{"stated by", "sales"},
                                                {"extension", "elapsed time"},
                                                {"notice", "needed"},
                                                {"notice within", "2 d"},
                                                {"late notice", "from the notice"}};
  rule_.choices = MakeChoices(choices);
  Say("2026-04-01T00:00:00Z", DependencyStep::kDue, "2026-04-10T00:00:00Z");
  Say("2026-04-14T00:00:00Z", DependencyStep::kDelivered);
  EXPECT_EQ(Moved(), kDue);
  Say("2026-04-12T00:00:00Z", DependencyStep::kDelayNotice, "", "spec", kMarketing);
  EXPECT_EQ(Moved(), "2026-04-21T15:00:00Z");
  // At the ledger's time it was a second late.
  duty_.items.back().recorded = At("2026-04-12T00:00:01Z");
  EXPECT_EQ(Moved(), "2026-04-19T14:59:59Z");
  choices["late notice"] = "no extension";
  rule_.choices = MakeChoices(choices);
  EXPECT_EQ(Moved(), kDue);
}

}  // namespace
}  // namespace tally::replay
