// Goal: only a confirmation that has an effect settles: not one of an offer that was overtaken, nor
// of a claim that holds nothing. Method: a small ledger with March closed; the same settlement with
// and without what overtakes it.
#include "replay/settlement_effect.h"

#include <gtest/gtest.h>

#include "replay/case_file.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

class SettlementEffectTest : public ::testing::Test {
 protected:
  SettlementEffectTest() {
    test_.Agree(test_.terms);
    test_.Wait("2026-04-02T00:00:00Z");
  }
  std::unique_ptr<CaseFile> Opened() const {
    CaseRequest request;
    request.agreement = "gold";
    absl::StatusOr<CaseAxes> axes = ResolveAxes(test_.ledger(), {});
    EXPECT_TRUE(axes.ok()) << axes.status();
    request.axes = *axes;
    absl::StatusOr<std::unique_ptr<CaseFile>> file = CaseFile::OpenActs(test_.ledger(), request);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }
  static WindowName Settled() { return MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"); }

  SmallCase test_;
};

TEST_F(SettlementEffectTest, WhatBothStateOfAClaimSettlesItsWindows) {
  const Hash offer = test_.Offer(test_.File({Settled()}), Cash("50.00 USD"));
  EXPECT_FALSE(Opened()->acts().SettledAt(Settled()).has_value());
  test_.Confirm(offer, Cash("50.00 USD"));
  const std::unique_ptr<CaseFile> file = Opened();
  EXPECT_TRUE(file->acts().SettledAt(Settled()).has_value());
  EXPECT_NE(file->acts().claims().front().Settled(), nullptr);
}

TEST_F(SettlementEffectTest, AnOfferThatItsAuthorOvertookSettlesNothing) {
  const Hash claim = test_.File({Settled()});
  const Hash offer = test_.Offer(claim, Cash("50.00 USD"));
  test_.Answer(claim, ClaimAnswer::kRejected);
  test_.Confirm(offer, Cash("50.00 USD"));
  const std::unique_ptr<CaseFile> file = Opened();
  EXPECT_FALSE(file->acts().SettledAt(Settled()).has_value());
  EXPECT_EQ(file->acts().claims().front().Settled(), nullptr);
  absl::StatusOr<SettlementEffect> effect = EffectOfSettlements(*file, {});
  ASSERT_TRUE(effect.ok()) << effect.status();
  EXPECT_EQ(effect->in_vain.size(), 1u);
  EXPECT_TRUE(effect->settled.empty());
}

TEST_F(SettlementEffectTest, NorDoesOneOfAClaimThatHoldsNothing) {
  const WindowName nothing = MonthOf("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
  test_.Confirm(test_.Offer(test_.File({nothing}), Cash("50.00 USD")), Cash("50.00 USD"));
  EXPECT_FALSE(Opened()->acts().SettledAt(nothing).has_value());
}

}  // namespace
}  // namespace tally::replay
