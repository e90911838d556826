// Goal: forms that only duties have are read in one spelling, and choices that contradict each
// other are refused. Method: good and bad spellings; for each rule the least change that breaks it.
#include "schema/duty_choices.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace tally {
namespace {

std::string Fault(absl::string_view kind,
                  const std::map<std::string, std::vector<std::string>>& choices) {
  std::vector<Choice> made;
  for (const auto& [name, values] : choices) made.push_back({name, values});
  return std::string(CheckDutyChoices(kind, Choices(std::move(made))).message());
}

TEST(DutyChoices, TimesOfDay) {
  EXPECT_EQ(*ReadTimeOfDay("00:00"), Duration{});
  EXPECT_EQ(*ReadTimeOfDay("17:05"), Minutes(17 * 60 + 5));
  EXPECT_EQ(*ReadTimeOfDay("23:59"), Minutes(1439));
  for (const char* text : {"", "24:00", "17:60", "7:00", "17.00", "17:0", "17:000", "1a:00"}) {
    EXPECT_FALSE(ReadTimeOfDay(text).ok()) << text;
  }
}

TEST(DutyChoices, WeightsHaveOneSpelling) {
  const auto weights = ReadWeights({"b: 60", "a: 0.5"});
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ((*weights)[0].first, "b");
  EXPECT_EQ((*weights)[1].second, (Decimal{5, 1}));
  for (const char* text : {"a", ": 1", "a:1", "a: 1.0", "a: -1", "a: 0.0000001", "a: x", "a:  1"}) {
    EXPECT_FALSE(ReadWeights({text}).ok()) << text;
  }
  EXPECT_FALSE(ReadWeights({"a: 1", "a: 2"}).ok());
}

TEST(DutyChoices, MembersOfComposites) {
  const Choices weights({{"weights", {"b: 1", "a: 2"}}});
  EXPECT_EQ(MembersOf("weighted mean of objectives", weights),
            (std::vector<std::string>{"a", "b"}));
  const Choices members({{"members", {"c", "d"}}});
  EXPECT_EQ(MembersOf("objectives met", members), (std::vector<std::string>{"c", "d"}));
  EXPECT_TRUE(MembersOf("volume", {}).empty());
}

TEST(DutyChoices, WhatContradictsItselfIsRefused) {
  EXPECT_EQ(Fault("points of objectives", {{"points", {"a: 3"}}}), "");
  EXPECT_EQ(Fault("points of objectives", {{"points", {"a: 0", "b: 0"}}}),
            "choice \"points\": at least one number above zero");
  EXPECT_NE(Fault("weighted mean of objectives", {{"weights", {"a"}}}), "");
  EXPECT_EQ(Fault("deliverable on time", {{"time of day", {"17:00"}}, {"business day", {"15"}}}),
            "");
  EXPECT_NE(Fault("deliverable on time", {{"time of day", {"17:00"}}, {"business day", {"0"}}}),
            "");
  EXPECT_NE(Fault("deliverable lateness", {{"business day", {"16"}}}), "");
  EXPECT_NE(Fault("deliverable lateness", {{"time of day", {"5 pm"}}}), "");
  EXPECT_EQ(Fault("survey share", {{"highest score", {"5"}}, {"satisfied from", {"5"}}}), "");
  EXPECT_NE(Fault("survey share", {{"highest score", {"5"}}, {"satisfied from", {"6"}}}), "");
  EXPECT_NE(Fault("survey mean", {{"highest score", {"5"}}, {"score of no answer", {"6"}}}), "");
  EXPECT_NE(Fault("pacing", {{"planned", {"0"}}}), "");
  EXPECT_EQ(Fault("volume in money", {{"currency", {"JPY"}}}), "");
  EXPECT_NE(Fault("volume in money", {{"currency", {"euro"}}}), "");
  EXPECT_EQ(Fault("call abandonment", {}), "");
}

}  // namespace
}  // namespace tally
