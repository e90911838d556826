// Goal: each field of terms is traced to the version since which it says what it says, and to the
// document that states it; the three reports tell it, and no name steers a terminal.
// Method: three versions of a sound file with one change each, by hand; levels made up for two
// fields. The public path stands in tests/scenarios/levels_test.cc.
#include "tools/field_origins.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/terms_support.h"
#include "tools/report_html.h"
#include "tools/report_json.h"
#include "tools/report_text.h"

namespace tally::tools {
namespace {

Terms CompiledFrom(const std::string& text) {
  absl::StatusOr<CompiledTerms> compiled = CompileTerms(text, "f", MadeZones());
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? compiled->terms : Terms{};
}

TermsHash HashNumber(uint8_t number) { return Rename<TermsHash>(Hash{{number}}); }

// Versions 5/0, 12/0 and 20/0, of which the second changes the target and the third the fee.
class FieldOrigins : public testing::Test {
 protected:
  FieldOrigins() {
    const std::string first = SoundTerms();
    const std::string second = With(first, "when empty: no result", "when empty: met");
    const std::string third = With(second, "amount: 1000.00 USD", "amount: 1200.00 USD");
    for (const std::string& text : {first, second, third}) chain_.push_back(CompiledFrom(text));
    origins_.objective = "availability";
    origins_.versions = {
        {{5, 0}, HashNumber(1), std::nullopt, ""},
        {{12, 0}, HashNumber(2), *ParseInstant("2026-04-01T00:00:00Z"), "fewer disputes"},
        {{20, 0}, HashNumber(3), *ParseInstant("2026-07-01T00:00:00Z"), "dearer\x1b[2J"}};
  }
  const FieldOrigin& Field(const std::string& name) const {
    for (const FieldOrigin& each : origins_.fields) {
      if (each.field == name) return each;
    }
    ADD_FAILURE() << "no field " << name;
    return origins_.fields.front();
  }
  std::vector<Terms> chain_;
  TermsOrigins origins_;
};

TEST_F(FieldOrigins, AFieldIsAsOldAsWhatItSays) {
  ASSERT_TRUE(TraceFields(chain_, origins_).ok());
  EXPECT_EQ(Field("objectives.availability.target").since, 0u);
  EXPECT_EQ(Field("objectives.availability.target").value, "at least 99.99 %");
  EXPECT_EQ(Field("objectives.availability.when empty").since, 1u);
  EXPECT_EQ(Field("fees.hosting.amount").since, 2u);
  EXPECT_EQ(Field("fees.hosting.per").since, 0u);
  EXPECT_EQ(Field("objectives.availability.measure.coverage").since, 0u);
  for (const FieldOrigin& each : origins_.fields) {
    EXPECT_FALSE(each.stated.has_value()) << each.field;
    EXPECT_FALSE(each.value.empty()) << each.field;
  }
}

// What changed and was changed back comes from the version that changed it back.
TEST_F(FieldOrigins, WhatCameBackIsNew) {
  chain_[2] = chain_[0];
  ASSERT_TRUE(TraceFields(chain_, origins_).ok());
  EXPECT_EQ(Field("objectives.availability.when empty").since, 2u);
  EXPECT_EQ(Field("fees.hosting.amount").since, 0u);
}

TEST_F(FieldOrigins, LevelsAreNamedAndAnotherLevelIsAnotherOrigin) {
  const auto level = [](const std::string& field, const std::string& name, uint32_t line) {
    return FieldSource{field, name, FieldRule::kStrictest, line, "K-3"};
  };
  TermsLevels levels;
  levels.documents = {{"customer", Rename<DocumentDigest>(Hash{{7}})},
                      {"service", Rename<DocumentDigest>(Hash{{8}})}};
  for (size_t i = 0; i < chain_.size(); ++i) {
    levels.fields = {level("objectives.availability.credit", "service", 30),
                     level("objectives.availability.measure.source", "customer", 9),
                     level("objectives.availability.target", i == 0 ? "service" : "customer",
                           14 + static_cast<uint32_t>(i))};
    chain_[i].levels = levels;
  }
  ASSERT_TRUE(TraceFields(chain_, origins_).ok());
  const FieldOrigin& target = Field("objectives.availability.target");
  EXPECT_EQ(target.since, 1u) << "the same value by another document";
  EXPECT_EQ(StatedText(target), "customer, line 16, clause K-3, strictest");
  EXPECT_EQ(target.document, levels.documents[0].document);
  // A field inside of one that was taken as a whole.
  EXPECT_EQ(Field("objectives.availability.credit.window cap").stated->line, 30u);
  // Written `source` in the document, shown as the list that it is.
  EXPECT_EQ(Field("objectives.availability.measure.sources").stated->line, 9u);
}

TEST_F(FieldOrigins, AllReportsTell) {
  ASSERT_TRUE(TraceFields(chain_, origins_).ok());
  const std::string text = ExplainText({}, {origins_});
  EXPECT_NE(text.find("Where the terms of availability come from: 03"), std::string::npos) << text;
  EXPECT_NE(text.find("objectives.availability.when empty: met\n      amendment 12/0, effective "
                      "2026-04-01T00:00:00Z\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("all other fields: since 5/0"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(ExplainJson({}, {origins_}));
  const nlohmann::json& told = json["terms"].at(0);
  EXPECT_EQ(told["objective"], "availability");
  EXPECT_EQ(told["terms"], HashNumber(3).ToHex());
  size_t amended = 0;
  for (const nlohmann::json& field : told["fields"]) {
    EXPECT_TRUE(field["stated"].is_null());
    if (field["since"]["amendment"] == true) ++amended;
    if (field["field"] == "fees.hosting.amount") {
      EXPECT_EQ(field["since"]["event"], "20/0");
      EXPECT_EQ(field["since"]["effective"], "2026-07-01T00:00:00Z");
    }
  }
  EXPECT_EQ(amended, 2u);
  const std::string html = HtmlReport({}, {"log.example", "ab12", "0.1.0", {origins_}});
  EXPECT_NE(html.find("Where the terms of availability come from"), std::string::npos);
  EXPECT_NE(html.find("amendment 20/0, effective 2026-07-01T00:00:00Z"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace tally::tools
