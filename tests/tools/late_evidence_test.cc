// Goal: whoever appends evidence of a time that is closed hears of it, and nobody else.
// Method: the built-in scenario, closed; reports of February and of today, as lines and signed.
#include "tools/late_evidence.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kWarned[] = " of a time that web-shop has closed, until ";

class LateEvidenceTest : public testing::Test {
 protected:
  void SetUp() override { player_.PlayScenarioToTerms(); }
  Outcome Append(absl::string_view at) {
    player_.Write("late.jsonl",
                  absl::StrCat(R"({"kind":"state reported","source":"web-shop","at":")", at,
                               R"(","body":{"state":"up"}})", "\n"));
    return player_.Run({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }
  Player player_;
};

TEST_F(LateEvidenceTest, IsSaidOnceItsTimeIsClosed) {
  const Outcome open = Append("2026-02-24T00:00:00Z");
  ASSERT_EQ(open.exit, 0) << open.err;
  EXPECT_EQ(open.err.find(kWarned), std::string::npos) << open.err;
  player_.Must({"project"});
  const Outcome late = Append("2026-02-25T00:00:00Z");
  EXPECT_EQ(late.exit, 0) << "it is recorded all the same";
  EXPECT_NE(late.err.find(absl::StrCat("1 event is", kWarned)), std::string::npos) << late.err;
}

TEST_F(LateEvidenceTest, WhatIsNewIsNot) {
  player_.Must({"project"});
  const Outcome fresh = Append("2026-10-28T00:00:00Z");
  EXPECT_EQ(fresh.exit, 0) << fresh.err;
  EXPECT_EQ(fresh.err.find(kWarned), std::string::npos) << fresh.err;
}

}  // namespace
}  // namespace tally::tests
