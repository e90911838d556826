// Goal: the replay document has the keys and spellings that programs rely on.
// Method: a result made by hand, parsed back by an independent JSON reader.
#include "tools/report_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tally::tools {
namespace {

replay::Result Sample() {
  replay::Result result;
  result.agreement = "coral-island";
  result.engine = replay::kEngineVersion;
  result.reading = "agreed";
  result.known = {123, {0}, {0}, Instant{1000000}};
  replay::WindowResult window;
  window.objective = "availability";
  window.window = {*ParseInstant("2026-02-01T00:00:00Z"), *ParseInstant("2026-03-01T00:00:00Z")};
  window.zone = "UTC";
  window.status = replay::WindowStatus::kFinal;
  window.verdict = replay::Verdict::kBreached;
  window.value = *Fraction::Of(124732687, 134400000);
  window.counted = 174011634;
  window.time_unit = "ms";
  window.credit = replay::CreditLine{{100000, {"USD", 2}}, 3, {1000, 1}, true};
  window.causes = {{12, 3}};
  result.windows = {window};
  result.findings = {
      {"late", "warning", "availability", ledger::EventAddress{9, 0}, "a \"quoted\" word"}};
  return result;
}

TEST(ReportJson, ReplayHasTheContractsKeys) {
  const nlohmann::json json = nlohmann::json::parse(ReplayJson(Sample()));
  EXPECT_EQ(json["format"], "tally.replay/1");
  EXPECT_EQ(json["known"]["size"], "123");
  EXPECT_EQ(json["known"]["reported"], "1970-01-01T00:00:01Z");
  const nlohmann::json& window = json["windows"][0];
  EXPECT_EQ(window["status"], "final");
  EXPECT_EQ(window["verdict"], "breached");
  EXPECT_EQ(window["value"]["numerator"], "124732687");
  EXPECT_EQ(window["value"]["denominator"], "134400000");
  EXPECT_EQ(window["value"]["unit"], "ratio");
  EXPECT_EQ(window["value"]["text"], "92.807059");
  EXPECT_TRUE(window["coverage"].is_null());
  EXPECT_EQ(window["counted"], "174011634");
  EXPECT_EQ(window["credit"]["amount"], "1000.00");
  EXPECT_EQ(window["credit"]["tier"]["index"], 3);
  EXPECT_EQ(window["credit"]["tier"]["percent"], "100");
  EXPECT_EQ(window["credit"]["posted"], true);
  EXPECT_TRUE(window["closed"].is_null());
  EXPECT_EQ(window["causes"][0], "12/3");
  EXPECT_EQ(json["findings"][0]["message"], "a \"quoted\" word");
  for (const char* key :
       {"balances", "deadlines", "rights", "claims", "findings", "digest", "figures"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
}

TEST(ReportJson, ExplainListsEachLine) {
  replay::Result result = Sample();
  result.windows[0].derivation = {{"down", "sum of outages", "174011634 ms", "4.2", {{12, 3}}}};
  const nlohmann::json json = nlohmann::json::parse(ExplainJson(result));
  EXPECT_EQ(json["format"], "tally.explain/1");
  EXPECT_EQ(json["windows"][0]["lines"][0]["causes"][0], "12/3");
}

}  // namespace
}  // namespace tally::tools
