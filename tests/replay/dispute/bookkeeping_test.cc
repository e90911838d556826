// Goal: what moves when. Releases, ends of times and rulings beside claims come in the order of
// time with all else, and what one of them posted stays, whatever takes its place (DOMAIN 3.11).
// Method: one breached month of 100.00 USD weighed at many instants; the postings read back.
#include "replay/dispute/bookkeeping.h"

#include "tests/replay/dispute/books_support.h"

namespace tally::replay {
namespace {

using BookkeepingTest = BooksTest;

TEST_F(BookkeepingTest, ARulingBesideClaimsReplacesTheCredit) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00");
}

constexpr char kRuled[] = ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00";

TEST_F(BookkeepingTest, ACorrectedRulingBesideClaimsStaysInTheBooks) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  RuleBeside("2026-04-22T00:00:00Z", "60.00 USD");
  const std::string both = absl::StrCat(kRuled, ", approved> 70.00 takes back 3, >approved 60.00");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), kRuled);
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), both);
  // And the correction of the correction; then nothing is ruled any more.
  RuleBeside("2026-04-23T00:00:00Z", "65.00 USD");
  RuleBeside("2026-04-24T00:00:00Z", "");
  EXPECT_EQ(Postings("2026-04-24T00:00:00Z"),
            both +
                ", approved> 60.00 takes back 5, >approved 65.00"
                ", approved> 65.00 takes back 7, >accrued 100.00");
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), both);
}

TEST_F(BookkeepingTest, WhatWasPaidOnACorrectedRulingIsOwedBack) {
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  const Hash offer = acts_.Offer("acme", closing, "70.00 USD", "2026-04-21T00:00:00Z");
  acts_.Confirm("shop", offer, "70.00 USD", "2026-04-22T00:00:00Z");
  const std::string paid = absl::StrCat(kRuled, ", approved>settled 70.00");
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), paid);
  RuleBeside("2026-04-23T00:00:00Z", "30.00 USD");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), paid + ", >approved 40.00") << "owed back";
}

// What a claim does meanwhile is found again where the ruling does not stand.
TEST_F(BookkeepingTest, ARulingThatEndsLeavesWhatStoodWithoutIt) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-22T00:00:00Z", Cash("40.00 USD"));
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), kRuled);
  RuleBeside("2026-04-23T00:00:00Z", "");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            absl::StrCat(kRuled,
                         ", approved> 70.00 takes back 3, >claimed 60.00, "
                         ">approved 40.00"));
}

TEST_F(BookkeepingTest, AWithdrawnClaimTakesNothingFromARulingBesideIt) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  RuleBeside("2026-04-10T00:00:00Z", "70.00 USD");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-11T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-05-21T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed> 100.00 takes back 1, "
            ">approved 70.00");
}

// What both sides signed after a ruling ends it; what one side offered before is stale.
TEST_F(BookkeepingTest, ARulingBesideClaimsIsSettledAfterItAndNotByAnOlderOffer) {
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  const std::string ruled = ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00";
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash older = acts_.Offer("acme", closing, "100.00 USD", "2026-04-19T00:00:00Z");
  acts_.Confirm("shop", older, "100.00 USD", "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), ruled);
  const Hash offer = acts_.Offer("acme", closing, "50.00 USD", "2026-04-22T00:00:00Z");
  acts_.Confirm("shop", offer, "50.00 USD", "2026-04-23T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            ruled + ", approved>settled 50.00, approved>reversed 20.00");
}

TEST_F(BookkeepingTest, ARulingBesideClaimsIsReleasedAfterIt) {
  RuleBeside("2026-04-20T00:00:00Z", "70.00 USD");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  ReleaseGiven release;
  release.windows = {March()};
  release.amount = Cash("60.00 USD");
  acts_.Say(BodyKind::kReleaseGiven, "shop", Encode(release), "2026-04-22T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00, "
            "approved>settled 60.00, approved>reversed 10.00");
}

// Where nothing was due, what was said of it moved nothing, and does not move what is due later.
TEST_F(BookkeepingTest, AnAgreementOnNothingIsNoneOnWhatArisesLater) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  const Bytes word = Encode(ClaimAgreed{Cash("30.00 USD"), {}, "", {}});
  acts_.Say(BodyKind::kClaimAgreed, "shop", word, "2026-04-08T00:00:00Z", claim);
  acts_.Say(BodyKind::kClaimAgreed, "acme", word, "2026-04-09T00:00:00Z", claim);
  computed_ = "0.00 USD";
  EXPECT_EQ(Postings("2026-04-19T00:00:00Z"), "");
  Change("2026-04-20T00:00:00Z", 0);
  computed_ = "100.00 USD";
  EXPECT_EQ(Postings("2026-04-20T00:00:00Z"), ">accrued 100.00");
}

// A release is the creditor's word alone: what one side says was paid is at most what was approved.
class ReleaseMoney : public BooksTest {
 protected:
  void Release(absl::string_view amount, absl::string_view at) {
    ReleaseGiven release;
    release.windows = {March()};
    if (!amount.empty()) release.amount = Cash(amount);
    acts_.Say(BodyKind::kReleaseGiven, "shop", Encode(release), at);
  }
  // Answered on 8 April.
  Hash Answered(ClaimAnswer answer, std::optional<Money> part = {}) {
    acts_.Close(March(), "2026-04-06T00:00:00Z");
    const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
    acts_.Answer("acme", claim, answer, "2026-04-08T00:00:00Z", part);
    return claim;
  }
};

TEST_F(ReleaseMoney, WhatNobodyGrantedIsGivenUp) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Release("100.00 USD", "2026-04-07T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-07T00:00:00Z"), ">accrued 100.00, accrued>reversed 100.00");
}
TEST_F(ReleaseMoney, OfARejectedClaimToo) {
  Answered(ClaimAnswer::kRejected);
  Release("100.00 USD", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>accrued 100.00, "
            "accrued>reversed 100.00");
}
TEST_F(ReleaseMoney, WhatWasGrantedItSaysToBePaid) {
  Answered(ClaimAnswer::kAccepted);
  Release("60.00 USD", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, "
            "approved>settled 60.00, approved>reversed 40.00");
}
TEST_F(ReleaseMoney, AndNoMoreThanThat) {
  Answered(ClaimAnswer::kPartly, Cash("40.00 USD"));
  Release("999.00 USD", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 40.00, "
            "claimed>accrued 60.00, approved>settled 40.00, accrued>reversed 60.00");
}
TEST_F(ReleaseMoney, AWithdrawalBeforeItGrantsNothing) {
  const Hash claim = Answered(ClaimAnswer::kAccepted);
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-09T00:00:00Z", claim);
  Release("100.00 USD", "2026-04-10T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, "
            "approved>accrued 100.00, accrued>reversed 100.00");
}
TEST_F(ReleaseMoney, ItIsPaidInTheCurrencyOfTheCredit) {
  Answered(ClaimAnswer::kAccepted);
  Release("50.00 EUR", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, "
            "approved>reversed 100.00");
}

// Each comes at its time, so that no later word puts one in before another.
TEST_F(ReleaseMoney, WhatExpiredIsSettledFromThere) {
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  const std::string expired = ">accrued 100.00, accrued>expired 100.00";
  EXPECT_EQ(Postings("2026-05-01T00:00:00Z"), expired);
  const Hash offer = acts_.Offer("acme", closing, "30.00 USD", "2026-05-02T00:00:00Z");
  acts_.Confirm("shop", offer, "30.00 USD", "2026-05-03T00:00:00Z");
  EXPECT_EQ(Postings("2026-05-03T00:00:00Z"),
            expired + ", expired>settled 30.00, expired>reversed 70.00");
}

// A settlement of the closing keeps open what is due beyond it, and not what had expired by then.
TEST_F(ReleaseMoney, WhatExpiredBeforeASettlementStaysExpired) {
  const Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kAccepted, "2026-04-08T00:00:00Z", {});
  Release("100.00 USD", "2026-04-09T00:00:00Z");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-10T00:00:00Z", claim);
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "160.00 USD";
  const std::string expired = Postings("2026-05-25T00:00:00Z");
  EXPECT_EQ(expired,
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, "
            "approved>settled 100.00, accrued> 100.00 takes back 1, >accrued 160.00, "
            "accrued>expired 60.00");
  const Hash offer = acts_.Offer("acme", closing, "30.00 USD", "2026-05-26T00:00:00Z");
  acts_.Confirm("shop", offer, "30.00 USD", "2026-05-27T00:00:00Z");
  EXPECT_EQ(Postings("2026-05-27T00:00:00Z"),
            expired + ", expired>settled 30.00, expired>reversed 30.00");
}

// What is to be given back neither expires nor is given up by whoever owes it.
TEST_F(ReleaseMoney, WhatIsOwedBackStays) {
  const Hash claim = Answered(ClaimAnswer::kAccepted);
  const Hash offer = acts_.Offer("acme", claim, "100.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "60.00 USD";
  const std::string back =
      ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, approved>settled 100.00, "
      "accrued> 100.00 takes back 1, >accrued 60.00";
  EXPECT_EQ(Postings("2026-04-30T23:59:59Z"), back);
  EXPECT_EQ(Postings("2026-05-01T00:00:00Z"), back) << "the time for claims is over";
  Release("", "2026-05-02T00:00:00Z");
  EXPECT_EQ(Postings("2026-05-02T00:00:00Z"), back);
}

// A sum that both agree to afterwards is about all of the credit, paid and owed back alike.
TEST_F(ReleaseMoney, WhatIsOwedBackIsPartOfALaterAgreement) {
  const Hash claim = Answered(ClaimAnswer::kAccepted);
  const Hash offer = acts_.Offer("acme", claim, "100.00 USD", "2026-04-09T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-10T00:00:00Z");
  Change("2026-04-20T00:00:00Z", 10'000);
  computed_ = "60.00 USD";
  const Hash more = acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  const Bytes word = Encode(ClaimAgreed{Cash("80.00 USD"), {}, "", {}});
  acts_.Say(BodyKind::kClaimAgreed, "shop", word, "2026-04-22T00:00:00Z", more);
  acts_.Say(BodyKind::kClaimAgreed, "acme", word, "2026-04-23T00:00:00Z", more);
  const std::string books = Postings("2026-04-23T00:00:00Z");
  EXPECT_EQ(books.substr(books.find(">accrued 60.00")),
            ">accrued 60.00, accrued>approved 40.00, >approved 20.00")
      << "of 100.00 that were paid 20.00 are owed back";
}

}  // namespace
}  // namespace tally::replay
