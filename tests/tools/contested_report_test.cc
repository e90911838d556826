// Goal: contested points read the same in both forms.
// Method: a point made by hand.
#include "tools/contested_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tally::tools {
namespace {

TEST(ContestedReport, BothFormsSayWhatHangsOnAPoint) {
  replay::Contested contested;
  contested.standing.agreement = "shop";
  const Currency euro = *FindCurrency("EUR");
  replay::ContestedReading proposed;
  proposed.label = "as acme proposes";
  proposed.party = "acme";
  proposed.credits[euro] = 0;
  replay::ContestedWindow window;
  window.name.objective = "availability";
  window.verdict = replay::Verdict::kMet;
  window.value = *Fraction::Of(1, 1);
  proposed.windows.push_back(window);
  replay::ContestedReading answered;
  answered.label = "as shop says";
  answered.stands = true;
  answered.credits[euro] = 12000;
  contested.points.push_back(
      {"exclusion", "storm", "proposed", {{9, 0}}, {proposed, answered}, {{euro, 12000}}});
  contested.together.highest[euro] = contested.together.stake[euro] = 12000;

  const nlohmann::json json = nlohmann::json::parse(ContestedJson(contested));
  EXPECT_EQ(json["format"], "tally.contested/1");
  EXPECT_EQ(json["points"][0]["acts"][0], "9/0");
  EXPECT_EQ(json["points"][0]["readings"][0]["windows"][0]["verdict"], "met");
  EXPECT_EQ(json["points"][0]["stake"][0]["amount"], "120.00");
  EXPECT_EQ(json["together"]["stake"][0]["currency"], "EUR");
  const std::string text = ContestedText(contested);
  EXPECT_NE(text.find("as shop says: credit 120.00 EUR, as it stands"), std::string::npos) << text;
  EXPECT_NE(text.find("hangs on it alone: 120.00 EUR"), std::string::npos);
  EXPECT_NE(ContestedText({}).find("Nothing is contested"), std::string::npos);
}

}  // namespace
}  // namespace tally::tools
