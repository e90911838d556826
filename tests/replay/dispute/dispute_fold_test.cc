// Goal: acts find what they answer, by the right party only; anything else is recorded without
// effect and named by a stable finding. Method: a table of wrong acts (T-64), and the right ones
// beside them.
#include "replay/dispute/dispute_fold.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

constexpr char kNow[] = "2026-04-10T12:00:00Z";

class DisputeFoldTest : public ::testing::Test {
 protected:
  ActsInMemory acts_{SmallTerms(SomeZone())};
};

TEST_F(DisputeFoldTest, T64ActsOfTheWrongPartyHaveNoEffect) {
  acts_.File("stranger", {March()}, kNow);
  EXPECT_TRUE(acts_.Found("act-by-non-party"));
  acts_.File("watch", {March()}, kNow);
  acts_.File("acme", {March()}, kNow);
  EXPECT_TRUE(acts_.Found("claim-by-non-obligee"));
  EXPECT_TRUE(acts_.acts().claims().empty());
  Hash claim = acts_.File("shop", {March()}, kNow);
  ASSERT_EQ(acts_.acts().claims().size(), 1u);
  acts_.Answer("shop", claim, ClaimAnswer::kAccepted, kNow);
  EXPECT_TRUE(acts_.Found("answer-by-non-obligor"));
  acts_.Answer("acme", Hash{}, ClaimAnswer::kAccepted, kNow);
  EXPECT_TRUE(acts_.Found("answer-to-nothing"));
  acts_.Offer("shop", claim, "100.00 USD", kNow);
  EXPECT_TRUE(acts_.Found("settlement-by-non-obligor"));
  EXPECT_TRUE(acts_.acts().claims()[0].answers.empty());
  EXPECT_TRUE(acts_.acts().claims()[0].settlements.empty());
}

TEST_F(DisputeFoldTest, ASettlementTakesBothAtTheSameAmount) {
  Hash claim = acts_.File("shop", {March()}, kNow);
  Hash offer = acts_.Offer("acme", claim, "100.00 USD", kNow);
  acts_.Confirm("acme", offer, "100.00 USD", kNow);
  EXPECT_TRUE(acts_.Found("confirmation-by-non-claimant"));
  acts_.Confirm("shop", offer, "100.01 USD", kNow);
  EXPECT_TRUE(acts_.Found("settlement-amounts-differ"));
  EXPECT_EQ(acts_.acts().claims()[0].Settled(), nullptr);
  EXPECT_FALSE(acts_.acts().SettledAt(March()).has_value());
  acts_.Confirm("shop", offer, "100.00 USD", kNow);
  ASSERT_NE(acts_.acts().claims()[0].Settled(), nullptr);
  EXPECT_TRUE(acts_.acts().SettledAt(March()).has_value());
  EXPECT_FALSE(acts_.acts().SettledAt(April()).has_value());
  acts_.Confirm("shop", offer, "100.00 USD", kNow);
  EXPECT_TRUE(acts_.Found("settled-already"));
}

TEST_F(DisputeFoldTest, ALaterOfferTakesThePlaceOfAnEarlierOne) {
  Hash claim = acts_.File("shop", {March()}, kNow);
  Hash first = acts_.Offer("acme", claim, "80.00 USD", kNow);
  Hash second = acts_.Offer("acme", first, "100.00 USD", kNow);
  acts_.Confirm("shop", second, "100.00 USD", kNow);
  ASSERT_NE(acts_.acts().claims()[0].Settled(), nullptr);
  EXPECT_EQ(acts_.acts().claims()[0].Settled()->amount, Cash("100.00 USD"));
}

TEST_F(DisputeFoldTest, AmountsBelowZeroAndPartsWithoutAmountAreRefused) {
  Hash claim = acts_.File("shop", {March()}, kNow);
  acts_.Offer("acme", claim, "-1.00 USD", kNow);
  EXPECT_TRUE(acts_.Found("settlement-negative"));
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, kNow, Cash("-0.01 USD"));
  EXPECT_TRUE(acts_.Found("answer-without-amount"));
  EXPECT_TRUE(acts_.acts().claims()[0].answers.empty());
}

TEST_F(DisputeFoldTest, ASettlementInAnotherCurrencyIsNone) {
  const Hash claim = acts_.File("shop", {March()}, kNow);
  const Hash offer = acts_.Offer("acme", claim, "100.00 EUR", kNow);
  EXPECT_TRUE(acts_.Found("settlement-other-currency"));
  acts_.Confirm("shop", offer, "100.00 EUR", kNow);
  EXPECT_EQ(acts_.acts().claims()[0].Settled(), nullptr);
  acts_.Offer("acme", acts_.Close(March(), kNow), "100.00 EUR", kNow);
  EXPECT_EQ(acts_.acts().DirectSettlements(March()), nullptr);
}

// What a part of a split window is credited in, the settlement of the window is in.
TEST_F(DisputeFoldTest, ASplitWindowIsSettledInTheCurrencyOfThePartThatPays) {
  Terms amended = SmallTerms(SomeZone());
  amended.fees[0].amount = Cash("900.00 USD");
  amended.objectives[0].credit.reset();
  const auto offered = [&](const std::vector<tally::Rule>& rules) {
    amended.rules = rules;
    ActsInMemory acts(SmallTerms(SomeZone()));
    AmendmentProposed body;
    body.base = HashOf(SmallTerms(SomeZone()));
    body.terms = Encode(amended);
    body.terms_hash = HashOf(amended);
    body.bindings = SomeBindings();
    body.effective = On("2026-03-16T00:00:00Z");
    body.reach = Reach::kRetroactive;
    const Hash proposal =
        acts.Say(BodyKind::kAmendmentProposed, "acme", Encode(body), "2026-03-10T00:00:00Z");
    acts.Say(BodyKind::kAmendmentAccepted, "shop", Encode(AmendmentAccepted{HashOf(amended)}),
             "2026-03-10T00:00:01Z", proposal);
    const Hash claim = acts.File("shop", {March()}, kNow);
    acts.Offer("acme", claim, "100.00 EUR", kNow);
    EXPECT_EQ(acts.Found("settlement-other-currency"), acts.acts().claims()[0].settlements.empty());
    acts.Offer("acme", claim, "100.00 USD", kNow);
    return acts.acts().claims()[0].settlements.size();
  };
  tally::Rule splits;
  splits.id = "inside";
  splits.kind = "amendments";
  splits.choices = Choices(std::vector<Choice>{{"inside a window", {"split"}}});
  EXPECT_EQ(offered({splits}), 1u);
  EXPECT_EQ(offered({}), 2u) << "no part of it is credited";
}

TEST_F(DisputeFoldTest, WithdrawnByItsClaimantAndNotAfterSettlement) {
  Hash claim = acts_.File("shop", {March()}, kNow);
  acts_.Say(BodyKind::kClaimWithdrawn, "acme", Bytes(), kNow, claim);
  EXPECT_TRUE(acts_.Found("withdrawal-of-nothing"));
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), kNow, claim);
  EXPECT_TRUE(acts_.acts().claims()[0].withdrawn.has_value());
  acts_.Offer("acme", claim, "100.00 USD", kNow);
  EXPECT_EQ(acts_.acts().claims()[0].settlements.size(), 1u)
      << "a withdrawal may be without effect: the claim's life tells";
}

// Rule 2: one side's own time informs and counts for nothing; both sides' time counts.
TEST_F(DisputeFoldTest, ATimeOfThePastTakesBothSides) {
  const Instant past = On("2026-02-27T08:00:00Z");
  acts_.File("shop", {March()}, kNow, {}, past);
  EXPECT_EQ(acts_.acts().claims()[0].stamp.time, On(kNow));
  EXPECT_EQ(acts_.acts().claims()[0].stamp.claimed, past);
  EXPECT_TRUE(acts_.Found("claimed-time-refused"));
}

TEST_F(DisputeFoldTest, AnObjectionIsMadeByASide) {
  const Hash closing = acts_.Close(March(), kNow);
  acts_.Say(BodyKind::kReportContested, "watch", {}, kNow, closing);
  EXPECT_TRUE(acts_.Found("objection-by-stranger"));
  EXPECT_TRUE(acts_.acts().ClosingsOf(March())[0].objections.empty());
  acts_.Say(BodyKind::kReportContested, "shop", {}, kNow, closing);
  EXPECT_EQ(acts_.acts().ClosingsOf(March())[0].objections.size(), 1u);
}

TEST_F(DisputeFoldTest, KindsThatTheEngineDoesNotReadAreNamed) {
  acts_.Say(BodyKind::kIndemnityNotice, "acme", Bytes(), kNow);
  EXPECT_TRUE(acts_.Found("act-not-read"));
}

}  // namespace
}  // namespace tally::replay
