// Goal: `terms check` beside a ledger names what the terms name and the ledger lacks, at its place.
// Method: a template checked against a ledger with one party, one feed and one source, before and
// after they are named.
#include "tools/terms_ledger.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tools/tally_support.h"
#include "tests/tools/terms_support.h"
#include "tools/template_texts.h"

namespace tally::tools {
namespace {

std::string Template(absl::string_view name) {
  for (const TermsTemplate& each : TermsTemplates()) {
    if (each.name == name) return std::string(each.text);
  }
  ADD_FAILURE() << "no template " << std::string(name);
  return "";
}

std::vector<std::string> Missing(TallyTest& test, const std::string& text) {
  test.Write("terms.yaml", text);
  const Outcome outcome = test.OnLedger({"terms", "check", test.Path("terms.yaml"), "--json"});
  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  std::vector<std::string> messages;
  const nlohmann::json json = nlohmann::json::parse(outcome.out);
  for (const nlohmann::json& each : json["diagnostics"]) {
    if (each["code"] != "lint-not-in-ledger") continue;
    messages.push_back(
        absl::StrCat(each["line"].get<int>(), ": ", each["message"].get<std::string>()));
  }
  return messages;
}

TEST(TermsLedger, WhatTheLedgerLacksIsNamedAtItsPlace) {
  TallyTest test;
  test.MakeFeed();
  const std::string text = Template("object-storage");
  const std::vector<std::string> missing = Missing(test, text);
  ASSERT_EQ(missing.size(), 4u);
  EXPECT_TRUE(absl::StrContains(missing[0], "the ledger has no party \"example-cloud\""));
  EXPECT_TRUE(absl::StrContains(missing[1], "the ledger has no party \"example-customer\""));
  EXPECT_TRUE(absl::StrContains(missing[2], "the ledger has no rules of the zone UTC"));
  EXPECT_TRUE(absl::StrContains(missing[3], "the ledger has no feed \"storage-gateway\""));
  EXPECT_EQ(missing[0].substr(0, 2), "7:");

  ASSERT_EQ(test.OnLedger({"zone", "add", "UTC"}).exit, 0);
  const std::string named =
      With(With(text, "example-cloud", "lime"), "storage-gateway/requests", "web/requests");
  const std::vector<std::string> fewer = Missing(test, named);
  ASSERT_EQ(fewer.size(), 2u);
  EXPECT_TRUE(absl::StrContains(fewer[1], "the feed web has no source \"requests\" so far"));
}

// Warnings stop nobody but the strict.
TEST(TermsLedger, StrictTakesThemForErrors) {
  TallyTest test;
  test.MakeLedger();
  test.Write("terms.yaml", Template("object-storage"));
  EXPECT_EQ(test.OnLedger({"terms", "check", test.Path("terms.yaml")}).exit, 0);
  EXPECT_EQ(test.OnLedger({"terms", "check", test.Path("terms.yaml"), "--strict"}).exit, 1);
}

}  // namespace
}  // namespace tally::tools
