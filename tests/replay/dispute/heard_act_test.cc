// Goal: one ladder decides which acts are heard and when they count. Method: acts in memory, each
// wrong in one way; a claimed time before and after the opening, by one side and by both.
#include "replay/dispute/heard_act.h"

#include "gtest/gtest.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class HeardAct : public testing::Test {
 protected:
  void SetUp() override {
    agreement_.Apply(maker_.Make(BodyKind::kAgreementOpened, Stream("acme"),
                                 OpeningOf({"acme", "shop"}),
                                 {.recorded = On("2026-03-01T08:00:00Z")}));
  }
  Fact Act(const FactOptions& options, absl::string_view author = "acme") {
    return maker_.Make(BodyKind::kClaimWithdrawn, Stream(author), {}, options);
  }
  std::string Kind() const { return findings_.empty() ? "" : findings_.back().kind; }

  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  std::vector<Finding> findings_;
};

TEST_F(HeardAct, KeysBodiesAndPartiesAreAsked) {
  EXPECT_TRUE(MayBeHeard(Act({}), findings_));
  EXPECT_TRUE(findings_.empty());
  EXPECT_FALSE(MayBeHeard(Act({.verdict = ledger::KeyVerdict::kInvalid}), findings_));
  EXPECT_EQ(Kind(), "act-without-authority");
  EXPECT_FALSE(MayBeHeard(Act({.erased = true}), findings_));
  EXPECT_EQ(Kind(), "act-erased");
  EXPECT_TRUE(MayBeHeard(Act({.verdict = ledger::KeyVerdict::kSuspect}), findings_));
  EXPECT_EQ(Kind(), "act-by-suspect-key");
  EXPECT_TRUE(IsByParty(Act({}), agreement_, findings_));
  EXPECT_FALSE(IsByParty(Act({}, "stranger"), agreement_, findings_));
  EXPECT_EQ(Kind(), "act-by-non-party");
}

// Rules 2 and 25: nobody starts, meets or beats a timer by what he alone says of the past.
TEST_F(HeardAct, WhatOneSideClaimsOfThePastCountsAtTheLedgersTime) {
  const auto stamp = [&](absl::string_view claimed) {
    const Fact fact = Act({.recorded = On("2026-04-01T00:00:00Z"), .observed = On(claimed)});
    return StampOf(fact, agreement_, findings_);
  };
  EXPECT_EQ(stamp("2026-03-10T00:00:00Z").time, On("2026-04-01T00:00:00Z"));
  EXPECT_TRUE(findings_.empty()) << "after the opening nothing is history";
  const ActStamp history = stamp("2026-02-10T00:00:00Z");
  EXPECT_EQ(history.time, On("2026-04-01T00:00:00Z"));
  EXPECT_EQ(history.claimed, On("2026-02-10T00:00:00Z"));
  EXPECT_EQ(Kind(), "claimed-time-refused");
}

TEST_F(HeardAct, WhatBothSidesSignedAsHistoryCountsAsTheyClaim) {
  const Fact offer =
      Act({.recorded = On("2026-04-01T00:00:00Z"), .observed = On("2026-02-10T00:00:00Z")});
  const ActStamp first = StampOf(offer, agreement_, findings_);
  const auto time = [&](const FactOptions& options, absl::string_view author) {
    return JointStampOf(Act(options, author), agreement_, first, findings_).time;
  };
  const Instant recorded = On("2026-04-02T00:00:00Z");
  const Instant claimed = On("2026-02-11T00:00:00Z");
  EXPECT_EQ(time({.recorded = recorded, .observed = claimed}, "shop"), claimed);
  EXPECT_EQ(Kind(), "as-claimed");
  EXPECT_EQ(time({.recorded = recorded, .observed = claimed}, "acme"), recorded)
      << "nobody signs with himself";
  EXPECT_EQ(time({.recorded = recorded, .observed = On("2026-02-09T00:00:00Z")}, "shop"), recorded)
      << "before what it answers";
  EXPECT_EQ(time({.recorded = recorded}, "shop"), recorded);
}

}  // namespace
}  // namespace tally::replay
