// Goal: every verdict has one form, and findings decide it. Method: a verdict built by hand,
// printed for people and as JSON.
#include "tools/verdict.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

Verdict Sample() {
  Verdict verdict;
  verdict.subject = "tiles";
  verdict.report.verified = true;
  verdict.report.origin = "log.example";
  verdict.report.size = 7;
  verdict.report.covered.records = 7;
  verdict.against.push_back({"witness", "w1", 7, true});
  return verdict;
}

TEST(Verdict, FindingsDecide) {
  TallyTest test;
  TestCall call(test, {"verify", test.Path("x")});
  Verdict verdict = Sample();
  EXPECT_EQ(GiveVerdict(call.call(), verdict), 0);
  AddFinding(verdict, "tree-root", "a", "b");
  EXPECT_FALSE(verdict.verified());
  EXPECT_EQ(GiveVerdict(call.call(), verdict), 1);
  EXPECT_TRUE(absl::StrContains(call.out(), "verified\n")) << call.out();
  EXPECT_TRUE(absl::StrContains(call.out(), "tree-root: expected a, found b")) << call.out();
  EXPECT_TRUE(absl::StrContains(call.out(), "against  witness w1 at size 7: consistent"));
}

TEST(Verdict, OneDocument) {
  TallyTest test;
  TestCall call(test, {"verify", test.Path("x"), "--json"});
  EXPECT_EQ(GiveVerdict(call.call(), Sample()), 0);
  for (const char* part :
       {"\"format\":\"tally.verify/1\"", "\"verdict\":\"verified\"", "\"subject\":\"tiles\"",
        "\"size\":\"7\"", "\"kind\":\"witness\"", "\"records\":\"7\"", "\"findings\":[]",
        "\"completeness\":\"not asked\""}) {
    EXPECT_TRUE(absl::StrContains(call.out(), part)) << part << call.out();
  }
}

}  // namespace
}  // namespace tally::tools
