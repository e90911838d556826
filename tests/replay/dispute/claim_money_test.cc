// Goal: a credit that changes after it was closed is corrected where it stands, paid or not, and a
// sum is spread over windows in their order (DOMAIN 3.11). Method: one breached month of 100.00 USD
// weighed at many instants; the postings read back.
#include "replay/dispute/claim_money.h"

#include "tests/replay/dispute/books_support.h"

namespace tally::replay {
namespace {

using ClaimMoneyTest = BooksTest;

TEST_F(ClaimMoneyTest, ASettlementPaysAndReversesTheRest) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kAccepted, "2026-04-08T00:00:00Z");
  Hash offer = acts_.Offer("acme", claim, "90.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "90.00 USD", "2026-04-10T00:00:00Z");
  const std::string paid =
      ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, "
      "approved>settled 90.00, approved>reversed 10.00";
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"), paid);
}

// Terms with effect back to March came into force after it was paid: the difference stays open.
TEST_F(ClaimMoneyTest, WhatChangesAfterPaymentIsOwedOrOwedBack) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  Hash offer = acts_.Offer("acme", claim, "100.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "60.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>settled 100.00, "
            "accrued> 100.00 takes back 1, >accrued 60.00");
}

// Of what both settled silence moves nothing; whoever says more later starts from what stood.
TEST_F(ClaimMoneyTest, SilenceMovesNothingThatWasSettled) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  Hash offer = acts_.Offer("acme", claim, "80.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "80.00 USD", "2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  restated_.back().by_silence = true;
  computed_ = "30.00 USD";
  const std::string paid =
      ">accrued 100.00, accrued>claimed 100.00, claimed>settled 80.00, claimed>reversed 20.00";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), paid);
  Change("2026-04-22T00:00:00Z", 3'000);
  computed_ = "60.00 USD";
  const std::string difference =
      ", reversed>accrued 20.00, accrued> 100.00 takes back 1, >accrued 60.00";
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), paid + difference);
  // Terms that reach back came between: what they opened is computed, and silence restates it.
  restated_.pop_back();
  restated_.back().spoken = On("2026-04-15T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), paid + difference);
}

// A correction takes the old amount back wherever it stands, at the time of the act, and moves what
// was said before it no later.
TEST_F(ClaimMoneyTest, WhatChangesBeforePaymentIsCorrectedWhereItStands) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("30.00 USD"));
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "60.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 30.00, "
            "approved> 30.00 takes back 1, claimed> 70.00 takes back 1, >approved 30.00, "
            ">claimed 30.00");
  // And once more: each keeps what the one before it posted.
  Change("2026-04-22T00:00:00Z", 6'000);
  computed_ = "10.00 USD";
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 30.00, "
            "approved> 30.00 takes back 1, claimed> 70.00 takes back 1, >approved 30.00, "
            ">claimed 30.00, approved> 30.00 takes back 7, claimed> 30.00 takes back 7, "
            ">approved 10.00");
}

// Late evidence that the terms let count is nobody's word either.
TEST_F(ClaimMoneyTest, LateEvidenceMovesNothingThatBothAgreedOn) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.AgreeOn(claim, "150.00 USD", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z");
  const std::string agreed = Postings("2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  restated_.back().by_evidence = true;
  computed_ = "60.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), agreed);
  EXPECT_EQ(agreed.substr(agreed.rfind(", ") + 2), ">approved 50.00");
}

// What leaves the figure as it was posts nothing, and ends nothing that was agreed or paid.
TEST_F(ClaimMoneyTest, AChangeAfterWhichTheSameStandsPostsNothing) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.AgreeOn(claim, "150.00 USD", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z");
  const std::string agreed = Postings("2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  EXPECT_EQ(Postings("2026-04-20T00:00:00Z"), agreed);
  // Silence moves nothing of it now either.
  Change("2026-04-21T00:00:00Z", 10'000);
  restated_.back().by_silence = true;
  computed_ = "60.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), agreed);
  computed_ = "100.00 USD";
  const Hash offer = acts_.Offer("acme", claim, "150.00 USD", "2026-04-22T00:00:00Z");
  acts_.Confirm("shop", offer, "150.00 USD", "2026-04-23T00:00:00Z");
  const std::string paid = Postings("2026-04-23T00:00:00Z");
  Change("2026-04-24T00:00:00Z", 10'000);
  EXPECT_EQ(Postings("2026-04-24T00:00:00Z"), paid);
}

// In what a sum has to be the terms say, and not what is due today: one that was void stays so.
TEST_F(ClaimMoneyTest, ASumInAnotherCurrencyStaysVoidWhenNothingIsDueAnyMore) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("80.00 EUR"));
  acts_.AgreeOn(claim, "70.00 EUR", "2026-04-09T00:00:00Z", "2026-04-10T00:00:00Z");
  const std::string before = Postings("2026-04-11T00:00:00Z");
  EXPECT_EQ(before, ">accrued 100.00, accrued>claimed 100.00");
  Change("2026-04-12T00:00:00Z", 10'000);
  computed_ = "0.00 USD";
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"), before + ", claimed> 100.00 takes back 1");
}

// A word on a claim is about its windows as they were.
TEST_F(ClaimMoneyTest, AnOfferOnAClaimDoesNotOutliveARestatement) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  const Hash offer = acts_.Offer("acme", claim, "100.00 USD", "2026-04-07T00:00:01Z");
  Change("2026-04-08T00:00:00Z", 10'000);
  computed_ = "0.00 USD";
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed> 100.00 takes back 1");
}

// A sum above the credit was agreed on the claim, and goes with it.
TEST_F(ClaimMoneyTest, AWithdrawnClaimLeavesNoMoreThanIsDue) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.AgreeOn(claim, "150.00 USD", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-10T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, >approved 50.00, "
            "approved> 50.00 takes back 4, approved>accrued 100.00");
}

class CreditsWithoutClaims : public BooksTest {
 protected:
  CreditsWithoutClaims() : BooksTest(ClaimNeeded::kAutomatic) {}
};

// What a claim for more brought goes with it, down to what was due by then: a later correction is a
// move of its own.
TEST_F(CreditsWithoutClaims, AWithdrawnClaimLeavesWhatWasDueThen) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z", Cash("300.00 USD"));
  acts_.AgreeOn(claim, "250.00 USD", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-10T00:00:00Z", claim);
  const std::string withdrawn =
      ">accrued 100.00, accrued>approved 100.00, >approved 150.00, approved> 150.00 takes back 3";
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"), withdrawn);
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "40.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            withdrawn + ", approved> 100.00 takes back 3, >approved 40.00");
  // What went with the claim was no part of the credit: more of it is due as the credit is.
  computed_ = "160.00 USD";
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            withdrawn + ", approved> 100.00 takes back 3, >approved 160.00");
}

TEST(Spread, TheLastTakesWhatIsLeft) {
  EXPECT_EQ(Spread({50, 50}, 120), (std::vector<int64_t>{50, 70}));
  EXPECT_EQ(Spread({50, 50}, 30), (std::vector<int64_t>{30, 0}));
  EXPECT_EQ(Spread({50}, 0), (std::vector<int64_t>{0}));
}

}  // namespace
}  // namespace tally::replay
