// Goal: the desk's table is whole and plain, and its own form, targets by priority, has one
// spelling.
// Method: rules that hold for every row; texts of targets, good and bad.
#include "schema/vocabulary_desk.h"

#include "gtest/gtest.h"
#include "tests/schema/vocabulary_walk_support.h"

namespace tally {
namespace {

TEST(VocabularyDesk, EveryRowIsWhole) {
  EXPECT_EQ(DeskVocabulary().size(), 8u);
  for (const VocabularyRow& row : DeskVocabulary()) EXPECT_EQ(row.thing, ThingKind::kMeasure);
  ExpectPlainRows(DeskVocabulary());
  ExpectConditionsOfEarlierChoices(DeskVocabulary());
}

// Frozen: names and words lie in terms that are signed.
TEST(VocabularyDesk, KindsChoicesAndWordsAreFrozen) {
  const std::vector<std::string> frozen = {
      "tickets in time | clock from | 0 | opened, classified",
      "tickets in time | clock to | 0 | responded, resolved, closed",
      "tickets in time | stopped by | 0 | human, human or automation, anyone",
      "tickets in time | not stopped by | 7 | ",
      "tickets in time | calendar | 8 | ",
      "tickets in time | pauses | 7 | ",
      "tickets in time | excluded time | 0 | leaves tickets out, stops the clock",
      "tickets in time | reopened | 0 | first resolution, final resolution, each resolution",
      "tickets in time | priority | 0 | not used, at start, at stop, last known, strictest, "
      "restarts at a change",
      "tickets in time | target | 4 | ",
      "tickets in time | targets | 7 | ",
      "tickets in time | in time | 0 | elapsed within target, stopped by deadline",
      "tickets in time | window of a ticket | 0 | start, deadline, stop",
      "tickets in time | open and overdue | 0 | failed, left out",
      "tickets in time | minimum sample | 3 | ",
      "mean ticket time | clock from | 0 | opened, classified",
      "mean ticket time | clock to | 0 | responded, resolved, closed",
      "mean ticket time | stopped by | 0 | human, human or automation, anyone",
      "mean ticket time | not stopped by | 7 | ",
      "mean ticket time | calendar | 8 | ",
      "mean ticket time | pauses | 7 | ",
      "mean ticket time | excluded time | 0 | leaves tickets out, stops the clock",
      "mean ticket time | reopened | 0 | first resolution, final resolution, each resolution",
      "mean ticket time | priority | 0 | not used, at start, at stop, last known",
      "mean ticket time | priorities | 7 | ",
      "mean ticket time | window of a ticket | 0 | start, stop",
      "mean ticket time | outliers | 0 | counted, left out, cut to the limit",
      "mean ticket time | outlier limit | 4 | ",
      "mean ticket time | mean of | 0 | tickets, sites",
      "mean ticket time | minimum sample | 3 | ",
      "percentile of ticket time | clock from | 0 | opened, classified",
      "percentile of ticket time | clock to | 0 | responded, resolved, closed",
      "percentile of ticket time | stopped by | 0 | human, human or automation, anyone",
      "percentile of ticket time | not stopped by | 7 | ",
      "percentile of ticket time | calendar | 8 | ",
      "percentile of ticket time | pauses | 7 | ",
      "percentile of ticket time | excluded time | 0 | leaves tickets out, stops the clock",
      "percentile of ticket time | reopened | 0 | first resolution, final resolution, each "
      "resolution",
      "percentile of ticket time | priority | 0 | not used, at start, at stop, last known",
      "percentile of ticket time | priorities | 7 | ",
      "percentile of ticket time | window of a ticket | 0 | start, stop",
      "percentile of ticket time | percentile | 1 | ",
      "percentile of ticket time | minimum sample | 3 | ",
      "tickets reopened | stopped by | 0 | human, human or automation, anyone",
      "tickets reopened | not stopped by | 7 | ",
      "tickets reopened | priority | 0 | not used, at start, at stop, last known",
      "tickets reopened | priorities | 7 | ",
      "tickets reopened | reopened within | 4 | ",
      "tickets reopened | excluded time | 0 | leaves tickets out, stops the clock",
      "tickets reopened | minimum sample | 3 | ",
      "first contact resolution | stopped by | 0 | human, human or automation, anyone",
      "first contact resolution | not stopped by | 7 | ",
      "first contact resolution | categories | 7 | ",
      "first contact resolution | window of a ticket | 0 | start, stop",
      "first contact resolution | reopened within | 4 | ",
      "first contact resolution | excluded time | 0 | leaves tickets out, stops the clock",
      "first contact resolution | minimum sample | 3 | ",
      "telephone service factor | queues | 7 | ",
      "telephone service factor | threshold | 4 | ",
      "telephone service factor | abandoned calls | 0 | in time count as good, left out, count "
      "against, in time left out, short ones count as good",
      "telephone service factor | short limit | 4 | ",
      "telephone service factor | aggregation | 0 | all calls, mean of intervals",
      "telephone service factor | empty interval | 0 | left out, good, bad",
      "telephone service factor | decimals | 0 | 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
      "telephone service factor | minimum sample | 3 | ",
      "call abandonment | queues | 7 | ",
      "call abandonment | short limit | 4 | ",
      "call abandonment | minimum sample | 3 | ",
      "average speed of answer | queues | 7 | ",
      "average speed of answer | minimum sample | 3 | ",
  };
  EXPECT_EQ(LinesOf(DeskVocabulary()), frozen);
}

TEST(VocabularyDesk, TargetsByPriorityHaveOneSpelling) {
  const auto targets = ReadTicketTargets({"P1: 4 h", "2 - High: 90 min", "3: 3 d"});
  ASSERT_TRUE(targets.ok()) << targets.status();
  ASSERT_EQ(targets->size(), 3u);
  EXPECT_EQ((*targets)[0].first, "P1");
  EXPECT_EQ((*targets)[0].second, Hours(4));
  EXPECT_EQ((*targets)[1].first, "2 - High");
  EXPECT_EQ((*targets)[1].second, Minutes(90));
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{"P1"},
                                             {"P1 4 h"},
                                             {"P1:4 h"},
                                             {": 4 h"},
                                             {" P1: 4 h"},
                                             {"P1 : 4 h"},
                                             {"P1: 240 min"},
                                             {"P1: 4h"},
                                             {"P1: 0 h"},
                                             {"P1: four hours"},
                                             {"P1: 4 h", "P1: 5 h"},
                                             {"P:1: 4 h"},
                                             {"P\t1: 4 h"},
                                             {std::string(65, 'P') + ": 4 h"}}) {
    EXPECT_EQ(ReadTicketTargets(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad[0];
  }
  // The error says what to write.
  EXPECT_NE(std::string(ReadTicketTargets({"P1: 240 min"}).status().message()).find("\"P1: 4 h\""),
            std::string::npos);
}

TEST(VocabularyDesk, TargetsOfAnyUnitGetTheOneSpelling) {
  EXPECT_EQ(*SpellTicketTargets({"P1: 240 min", "2 - High: 5400 s", "3: 72h"}),
            (std::vector<std::string>{"P1: 4 h", "2 - High: 90 min", "3: 3 d"}));
  EXPECT_FALSE(SpellTicketTargets({"P1: 4 h", "P1: 240 min"}).ok());
  EXPECT_FALSE(SpellTicketTargets({"P1: 4"}).ok());
}

// Choices of one name and one value.
Choices Only(const std::string& name, const std::string& value) {
  return Choices(std::vector<Choice>{{name, {value}}});
}

TEST(VocabularyDesk, ChoicesAreCheckedBeyondTheirForm) {
  EXPECT_TRUE(CheckDeskChoices("tickets in time", Only("targets", "P1: 4 h")).ok());
  EXPECT_FALSE(CheckDeskChoices("tickets in time", Only("targets", "P1")).ok());
  EXPECT_TRUE(CheckDeskChoices("tickets in time", Only("target", "4 h")).ok());
  const auto percentile = [](const char* text) {
    return CheckDeskChoices("percentile of ticket time", Only("percentile", text)).ok();
  };
  EXPECT_TRUE(percentile("100"));
  EXPECT_TRUE(percentile("0.1"));
  EXPECT_FALSE(percentile("0"));
  EXPECT_FALSE(percentile("100.1"));
  EXPECT_TRUE(CheckDeskChoices("something else", Choices()).ok());
}

}  // namespace
}  // namespace tally
