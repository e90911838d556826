// Goal: contested points read the same in both forms.
// Method: a point made by hand.
#include "tools/contested_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tally::tools {
namespace {

// The same sum for both sides.
replay::Purse Between(int64_t minor) {
  const Currency euro = *FindCurrency("EUR");
  return {{{"acme", euro}, minor}, {{"shop", euro}, minor}};
}

TEST(ContestedReport, AStakeIsSaidOnceWhereItIsTheSameForAll) {
  const Currency euro = *FindCurrency("EUR"), dollar = *FindCurrency("USD");
  EXPECT_EQ(StakeText({}), "nothing");
  EXPECT_EQ(StakeText(Between(0)), "0.00 EUR");
  EXPECT_EQ(StakeText(Between(12000)), "120.00 EUR");
  EXPECT_EQ(StakeText({{{"acme", euro}, 500}, {{"lime", euro}, 0}, {{"shop", euro}, 500}}),
            "5.00 EUR");
  EXPECT_EQ(StakeText({{{"acme", euro}, 500}, {{"lime", euro}, 200}, {{"shop", euro}, 700}}),
            "5.00 EUR for acme, 2.00 EUR for lime, 7.00 EUR for shop");
  EXPECT_EQ(OwedText({}), "nothing");
  EXPECT_EQ(OwedText({{{"acme", dollar}, 500}, {{"shop", euro}, 700}, {{"shop", dollar}, -500}}),
            "5.00 USD to acme and 7.00 EUR to shop");
}

TEST(ContestedReport, BothFormsSayWhatHangsOnAPoint) {
  replay::Contested contested;
  contested.standing.agreement = "shop";
  const Currency euro = *FindCurrency("EUR");
  replay::ContestedReading proposed;
  proposed.label = "as acme proposes";
  proposed.party = "acme";
  proposed.credits = {{{"acme", euro}, 0}, {{"shop", euro}, 0}};
  replay::ContestedWindow window;
  window.name.objective = "availability";
  window.verdict = replay::Verdict::kMet;
  window.value = *Fraction::Of(1, 1);
  proposed.windows.push_back(window);
  replay::ContestedReading answered;
  answered.label = "as shop says";
  answered.stands = true;
  answered.credits = {{{"acme", euro}, -12000}, {{"shop", euro}, 12000}};
  contested.points.push_back(
      {"exclusion", "storm", "proposed", {{9, 0}}, {proposed, answered}, Between(12000)});
  contested.together.favours = {{"acme", proposed.credits}, {"shop", answered.credits}};
  contested.together.stake = Between(12000);

  const nlohmann::json json = nlohmann::json::parse(ContestedJson(contested));
  EXPECT_EQ(json["format"], "tally.contested/1");
  EXPECT_EQ(json["points"][0]["acts"][0], "9/0");
  EXPECT_EQ(json["points"][0]["readings"][0]["windows"][0]["verdict"], "met");
  EXPECT_EQ(json["points"][0]["readings"][1]["credits"][0]["party"], "acme");
  EXPECT_EQ(json["points"][0]["readings"][1]["credits"][0]["amount"], "-120.00");
  EXPECT_EQ(json["points"][0]["stake"][0]["amount"], "120.00");
  EXPECT_EQ(json["together"]["favours"][1]["party"], "shop");
  EXPECT_EQ(json["together"]["stake"][0]["currency"], "EUR");
  const std::string text = ContestedText(contested);
  EXPECT_NE(text.find("as shop says: credit 120.00 EUR to shop, as it stands"), std::string::npos)
      << text;
  EXPECT_NE(text.find("as acme proposes (acme): credit 0.00 EUR\n"), std::string::npos) << text;
  EXPECT_NE(text.find("hangs on it alone: 120.00 EUR"), std::string::npos);
  EXPECT_NE(text.find("together: 120.00 EUR\n  as it favours acme: credit 0.00 EUR\n"),
            std::string::npos)
      << text;
  EXPECT_NE(ContestedText({}).find("Nothing is contested"), std::string::npos);
}

// Claims and objections compare what is recorded: the sum over all points says that it has none.
TEST(ContestedReport, WhatTheSumLeavesOutIsNamed) {
  replay::Contested contested;
  contested.points.push_back({"exclusion", "storm", "", {}, {}, Between(12000)});
  EXPECT_EQ(LeftOutOfTogether(contested), "");
  contested.points.push_back({"claim", "ab12", "", {}, {}, Between(6000)});
  const std::string one = LeftOutOfTogether(contested);
  EXPECT_EQ(one.find("Not in it: the claim ab12 (60.00 EUR); it compares amounts"), 0u) << one;
  contested.points.push_back({"objection", "availability", "", {}, {}, {}});
  const std::string two = LeftOutOfTogether(contested);
  EXPECT_NE(two.find("the objection availability (nothing); they compare"), std::string::npos);
  EXPECT_NE(ContestedText(contested).find(two), std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(ContestedJson(contested));
  ASSERT_EQ(json["together"]["left_out"].size(), 2u);
  EXPECT_EQ(json["together"]["left_out"][0]["kind"], "claim");
  EXPECT_EQ(json["together"]["left_out"][1]["name"], "availability");
}

}  // namespace
}  // namespace tally::tools
