// Goal: an author hears before he signs what replay will say of his act.
// Method: acts foreseen on a small case, then recorded: the same findings both times, and
// foreseeing changes nothing.
#include "replay/foresight.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using Kinds = std::vector<std::string>;

class ForesightTest : public testing::Test {
 protected:
  ForesightTest() {
    test_.Agree(test_.terms);
    test_.Wait("2026-04-01T00:30:00Z");
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-04-01T00:00:00Z");
    claim_.windows = {MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")};
  }
  std::vector<std::string> KindsOf(const ledger::TestParty& author, BodyKind kind, Bytes body,
                                   const Hash& answers = {}) {
    const ForeseenAct act{kind, std::move(body), author.id, answers, std::nullopt};
    const auto findings = Foresee(test_.ledger(), "gold", act, test_.test.clock().Now());
    EXPECT_TRUE(findings.ok()) << findings.status();
    std::vector<std::string> kinds;
    for (const Finding& finding : *findings) {
      if (finding.severity == "error") kinds.push_back(finding.kind);
    }
    return kinds;
  }
  SmallCase test_;
  ClaimFiled claim_;
};

TEST_F(ForesightTest, AnActThatCountsGivesNoError) {
  const uint64_t size = test_.ledger().head().size;
  EXPECT_EQ(KindsOf(test_.shop, BodyKind::kClaimFiled, Encode(claim_)), Kinds{});
  EXPECT_EQ(test_.ledger().head().size, size);
}

TEST_F(ForesightTest, WhatReplayDisregardsIsSaidBefore) {
  EXPECT_EQ(KindsOf(test_.acme, BodyKind::kClaimFiled, Encode(claim_)),
            Kinds{"claim-by-non-obligee"});
  const Hash claim = test_.File(claim_.windows);
  EXPECT_EQ(KindsOf(test_.shop, BodyKind::kClaimFiled, Encode(claim_)), Kinds{"claim-repeated"});
  ClaimAnswered answer;
  answer.answer = ClaimAnswer::kAccepted;
  EXPECT_EQ(KindsOf(test_.acme, BodyKind::kClaimAnswered, Encode(answer), claim), Kinds{});
  EXPECT_EQ(KindsOf(test_.shop, BodyKind::kClaimAnswered, Encode(answer), claim),
            Kinds{"answer-by-non-obligor"});
}

// One window that is claimed already keeps nobody from claiming another.
TEST_F(ForesightTest, AClaimForSeveralWindowsHasAnEffectForTheOthers) {
  test_.File(claim_.windows);
  claim_.windows.push_back(MonthOf("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"));
  EXPECT_EQ(KindsOf(test_.shop, BodyKind::kClaimFiled, Encode(claim_)), Kinds{});
}

TEST_F(ForesightTest, TheLedgersTimeNowDecidesWhatIsLate) {
  test_.Wait("2026-05-01T00:00:00Z");
  EXPECT_EQ(KindsOf(test_.shop, BodyKind::kClaimFiled, Encode(claim_)), Kinds{"claim-late"});
}

// What is said again matters where something else would follow from it than follows already.
TEST_F(ForesightTest, OnlyWhatChangesSomethingMatters) {
  const auto matters = [this](uint64_t size) {
    const ForeseenAct act{BodyKind::kClaimFiled, Encode(claim_), test_.shop.id, {}, std::nullopt};
    const auto told = WouldMatter(test_.ledger(), "gold", act, size, test_.test.clock().Now());
    EXPECT_TRUE(told.ok()) << told.status();
    return *told;
  };
  const uint64_t before = test_.ledger().head().size;
  EXPECT_TRUE(matters(before));
  const Hash claim = test_.File(claim_.windows);
  EXPECT_FALSE(matters(test_.ledger().head().size));
  EXPECT_TRUE(matters(before));
  test_.Act(test_.shop, BodyKind::kClaimWithdrawn, *BodyFromJson(BodyKind::kClaimWithdrawn, "{}"),
            claim);
  EXPECT_TRUE(matters(test_.ledger().head().size));
}

}  // namespace
}  // namespace tally::replay
