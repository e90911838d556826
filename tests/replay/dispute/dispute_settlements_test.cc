// Goal: whatever stands in the books can be paid by an act: what a ruling awards, what is owed
// back, and what became due after a credit was paid; by whoever owes it, up to what is open, and to
// whoever is owed (DOMAIN 3.11). Method: one breached month of 100.00 USD weighed at many instants.
#include "tests/replay/dispute/books_support.h"

namespace tally::replay {
namespace {

// A claim for March that arbitration rules on.
class AwardsTest : public BooksTest {
 protected:
  AwardsTest() {
    Level(1, "arbitration");
    acts_.Close(March(), "2026-04-06T00:00:00Z");
    claim_ = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
    acts_.Answer("acme", claim_, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
    acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), "2026-04-09T00:00:00Z",
              claim_);
  }
  // 70.00 are credited, and `costs` awarded against the role.
  static RulingOnClaims Ruling(absl::string_view costs, const std::string& debtor) {
    RulingOnClaims ruling;
    ruling.rank = DecisionRank::kArbitrator;
    ruling.credits = {{March(), Cash("70.00 USD")}};
    ruling.awards = {{AwardOf::kCosts, debtor, Cash(costs), ""}};
    return ruling;
  }
  Hash Rule(absl::string_view costs, const std::string& debtor) {
    return acts_.Say(BodyKind::kRulingIssued, "watch", Encode(Ruling(costs, debtor)),
                     "2026-04-10T00:00:00Z", claim_);
  }
  // Both say that it was paid, a day apart.
  void Pay(absl::string_view by, absl::string_view to, const Hash& answers,
           absl::string_view amount, absl::string_view day) {
    const Hash offer = acts_.Offer(by, answers, amount, absl::StrCat(day, "T00:00:00Z"));
    acts_.Confirm(to, offer, amount, absl::StrCat(day, "T12:00:00Z"));
  }
  static constexpr char kRuled[] =
      ">accrued 100.00, accrued>claimed 100.00, claimed> 100.00 takes back 1, "
      ">approved 70.00, >approved 5.00";
  Hash claim_;
};

TEST_F(AwardsTest, ASettlementOfTheClaimTakesTheClaimantsCostsIn) {
  Rule("5.00 USD", "provider");
  Pay("acme", "shop", claim_, "75.00 USD", "2026-04-11");
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"),
            absl::StrCat(kRuled, ", approved>settled 5.00, approved>settled 70.00"));
}

TEST_F(AwardsTest, CostsArePaidInAnswerToTheRulingBesideTheClaim) {
  const Hash ruling = Rule("5.00 USD", "provider");
  Pay("acme", "shop", claim_, "70.00 USD", "2026-04-11");
  Pay("acme", "shop", ruling, "3.00 USD", "2026-04-12");
  Pay("acme", "shop", ruling, "2.00 USD", "2026-04-13");
  const std::string paid = absl::StrCat(
      kRuled, ", approved>settled 70.00, approved>settled 3.00, approved>settled 2.00");
  EXPECT_EQ(Postings("2026-04-14T00:00:00Z"), paid);
  Pay("acme", "shop", ruling, "0.01 USD", "2026-04-14");
  EXPECT_EQ(Postings("2026-04-15T00:00:00Z"), paid);
  EXPECT_EQ(faults_, "payment-above-award");
}

TEST_F(AwardsTest, WhoeverOwesThemPaysThemToWhoeverIsOwed) {
  const Hash ruling = Rule("5.00 USD", "customer");
  Pay("acme", "shop", ruling, "5.00 USD", "2026-04-11");
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"), kRuled) << "the provider owes no costs";
  EXPECT_EQ(faults_, "payment-above-award");
  Pay("shop", "watch", ruling, "5.00 USD", "2026-04-12");
  EXPECT_EQ(Postings("2026-04-13T00:00:00Z"), kRuled) << "the arbiter is owed none";
  Pay("shop", "acme", ruling, "5.00 USD", "2026-04-13");
  EXPECT_EQ(Postings("2026-04-14T00:00:00Z"), absl::StrCat(kRuled, ", approved>settled 5.00"));
}

// A correction leaves less of the costs than were paid: the claimant pays back.
TEST_F(AwardsTest, WhatACorrectionTakesBackIsPaidBack) {
  const Hash ruling = Rule("5.00 USD", "provider");
  Pay("acme", "shop", ruling, "5.00 USD", "2026-04-11");
  const absl::StatusOr<std::string> said =
      BodyToJson(BodyKind::kRulingIssued, Encode(Ruling("3.00 USD", "provider")));
  ASSERT_TRUE(said.ok());
  const absl::StatusOr<Bytes> less =
      BodyFromJson(BodyKind::kRulingCorrected, absl::StrCat(R"({"ruling":)", *said, "}"));
  ASSERT_TRUE(less.ok());
  acts_.Say(BodyKind::kRulingCorrected, "watch", *less, "2026-04-12T00:00:00Z", ruling);
  const std::string corrected = Postings("2026-04-12T00:00:00Z");
  EXPECT_EQ(corrected,
            absl::StrCat(kRuled,
                         ", approved>settled 5.00, approved> 70.00 takes back 4, "
                         ">approved 70.00, approved> 5.00 takes back 5, >approved 3.00"));
  Pay("shop", "acme", ruling, "3.00 USD", "2026-04-13");
  EXPECT_EQ(Postings("2026-04-14T00:00:00Z"), corrected) << "only 2.00 are owed back";
  EXPECT_EQ(faults_, "payment-above-award");
  Pay("shop", "acme", ruling, "2.00 USD", "2026-04-14");
  EXPECT_EQ(Postings("2026-04-15T00:00:00Z"), corrected + ", approved>settled 2.00");
}

// What was paid and is due no more the creditor pays back, in answer to the closing.
TEST_F(BooksTest, WhatIsOwedBackIsPaidBack) {
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash offer = acts_.Offer("acme", closing, "100.00 USD", "2026-04-07T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-07T12:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "60.00 USD";
  const std::string restated = Postings("2026-04-20T00:00:00Z");
  EXPECT_EQ(restated,
            ">accrued 100.00, accrued>settled 100.00, accrued> 100.00 takes back 1, "
            ">accrued 60.00");
  const Hash more = acts_.Offer("shop", closing, "40.01 USD", "2026-04-21T00:00:00Z");
  acts_.Confirm("acme", more, "40.01 USD", "2026-04-21T12:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T12:00:00Z"), restated);
  EXPECT_EQ(faults_, "repayment-above-debt");
  const Hash back = acts_.Offer("shop", closing, "40.00 USD", "2026-04-22T00:00:00Z");
  acts_.Confirm("shop", back, "40.00 USD", "2026-04-22T06:00:00Z");
  EXPECT_EQ(Postings("2026-04-22T06:00:00Z"), restated) << "the obligor has to confirm it";
  acts_.Confirm("acme", back, "40.00 USD", "2026-04-22T12:00:00Z");
  EXPECT_EQ(Postings("2026-04-22T12:00:00Z"), restated + ", accrued>settled 40.00");
}

// What a restatement or ruling adds to a paid credit another settlement of the closing pays, where
// credits need no claim and where the claim for it is settled.
class PaidAgain : public BooksTest, public testing::WithParamInterface<ClaimNeeded> {
 protected:
  PaidAgain() : BooksTest(GetParam()) {}
};

TEST_P(PaidAgain, WhatIsAddedToAPaidCreditIsPaidByAnother) {
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash first = closing;
  std::string open = "approved";
  if (GetParam() == ClaimNeeded::kOnClaim) {
    open = "accrued";
    first = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
    acts_.Answer("acme", first, ClaimAnswer::kAccepted, "2026-04-08T00:00:00Z");
  }
  const Hash offer = acts_.Offer("acme", first, "100.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-09T12:00:00Z");
  const Hash stale = acts_.Offer("acme", closing, "50.00 USD", "2026-04-19T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "150.00 USD";
  const std::string restated = Postings("2026-04-20T00:00:00Z");
  acts_.Confirm("shop", stale, "50.00 USD", "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), restated) << "proposed before it was due";
  const Hash another = acts_.Offer("acme", closing, "50.00 USD", "2026-04-22T00:00:00Z");
  acts_.Confirm("shop", another, "50.00 USD", "2026-04-23T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), absl::StrCat(restated, ", ", open, ">settled 50.00"));
}

INSTANTIATE_TEST_SUITE_P(Credits, PaidAgain,
                         testing::Values(ClaimNeeded::kAutomatic, ClaimNeeded::kOnClaim));

}  // namespace
}  // namespace tally::replay
