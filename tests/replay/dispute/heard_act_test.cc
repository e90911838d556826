// Goal: one ladder decides which acts are heard and when they count. Method: acts in memory, each
// wrong in one way; a claimed time before and after the opening, and before what is answered.
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

TEST_F(HeardAct, OnlyHistoryCountsAtTheTimeThatItClaims) {
  const auto time = [&](absl::string_view claimed, Instant answered) {
    const Fact fact = Act({.recorded = On("2026-04-01T00:00:00Z"), .observed = On(claimed)});
    return StampOf(
               fact, agreement_, [&] { return answered; }, findings_)
        .time;
  };
  EXPECT_EQ(time("2026-03-10T00:00:00Z", Instant::Min()), On("2026-04-01T00:00:00Z"))
      << "after the opening: the ledger's time";
  EXPECT_TRUE(findings_.empty());
  EXPECT_EQ(time("2026-02-10T00:00:00Z", Instant::Min()), On("2026-02-10T00:00:00Z"));
  EXPECT_EQ(Kind(), "as-claimed");
  EXPECT_EQ(time("2026-02-10T00:00:00Z", On("2026-02-11T00:00:00Z")), On("2026-04-01T00:00:00Z"));
  EXPECT_EQ(Kind(), "claimed-time-refused");
}

}  // namespace
}  // namespace tally::replay
