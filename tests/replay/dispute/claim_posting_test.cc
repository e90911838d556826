// Goal: every step of a claim's life moves the right amount, and the accounts of each currency sum
// to zero after it (DOMAIN 3.11; rule 28: the undisputed part is due at once). Method: one breached
// month of 100.00 USD weighed at many instants; the postings read back.
#include "replay/dispute/claim_posting.h"

#include "tests/replay/dispute/books_support.h"

namespace tally::replay {
namespace {

using ClaimPostingTest = BooksTest;

TEST_F(ClaimPostingTest, WhatIsConcededIsApprovedAtOnceAndTheRestStaysClaimed) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-07T00:00:00Z"), ">accrued 100.00, accrued>claimed 100.00");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("40.00 USD"));
  EXPECT_EQ(Postings("2026-04-08T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 40.00");
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{Cash("40.00 USD"), ""}),
            "2026-04-09T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 40.00, "
            "claimed>reversed 60.00");
}

// Nothing leaves an account before it came there.
TEST_F(ClaimPostingTest, AnAnswerBeforeTheClosingMovesMoneyWithIt) {
  Hash claim = acts_.File("shop", {March()}, "2026-04-02T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kAccepted, "2026-04-03T00:00:00Z");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-07T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00");
}

TEST_F(ClaimPostingTest, BothPartiesWordHoldsAtItsAmount) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.AgreeOn(claim, "120.00 USD", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, >approved 20.00");
}

TEST_F(ClaimPostingTest, ARulingTakesTheComputedCreditBackAndEntersItsOwn) {
  Level(1, "arbitration");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
  acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), "2026-04-09T00:00:00Z",
            claim);
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.credits = {{March(), Cash("70.00 USD")}};
  ruling.awards = {{AwardOf::kCosts, "provider", Cash("5.00 USD"), ""}};
  acts_.Say(BodyKind::kRulingIssued, "watch", Encode(ruling), "2026-04-10T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed> 100.00 takes back 1, "
            ">approved 70.00, >approved 5.00");
}

TEST_F(ClaimPostingTest, WhatIsWithdrawnCanBeClaimedAgainUntilItExpires) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kClaimWithdrawn, "{}");
  ASSERT_TRUE(body.ok()) << body.status();
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", *body, "2026-04-08T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-08T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>accrued 100.00");
  EXPECT_EQ(Postings("2026-05-01T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>accrued 100.00, "
            "accrued>expired 100.00");
}

// What an amendment claims is claimed from then on, and what it leaves out no more.
TEST_F(ClaimPostingTest, AnAmendmentPostsNothingBeforeItself) {
  Rule limits;
  limits.id = "sum";
  limits.kind = "sum claimed";
  limits.choices = Choices(std::vector<Choice>{{"limits", {"what is due"}}});
  terms_.rules.push_back(limits);
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z", Cash("50.00 USD"));
  const auto amend = [&](absl::string_view amount, absl::string_view at) {
    acts_.Say(BodyKind::kClaimAmended, "shop", Encode(ClaimAmended{{}, Cash(amount), "", {}}), at,
              claim);
  };
  amend("80.00 USD", "2026-04-08T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-07T12:00:00Z").substr(0, 38),
            Postings("2026-04-09T00:00:00Z").substr(0, 38));
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 50.00, accrued>claimed 30.00");
  amend("20.00 USD", "2026-04-10T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 50.00, accrued>claimed 30.00, "
            "claimed>accrued 60.00");
}

// F9 of an attack: a correction is of the ruling that it answers, also when it is corrected again.
TEST_F(ClaimPostingTest, ACorrectionTakesBackWhatItCorrects) {
  Level(1, "arbitration");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
  acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), "2026-04-09T00:00:00Z",
            claim);
  const auto rule = [&](BodyKind kind, const Hash& answers, const std::string& what,
                        absl::string_view at) {
    const std::string said = absl::StrCat(R"({"rank":"arbitrator","partial":true,)", what, "}");
    absl::StatusOr<Bytes> body = BodyFromJson(
        kind, kind == BodyKind::kRulingIssued ? said : absl::StrCat(R"({"ruling":)", said, "}"));
    TALLY_CHECK(body.ok());
    return acts_.Say(kind, "watch", *body, at, answers);
  };
  const auto costs = [](const std::string& amount) {
    return absl::StrCat(R"("awards":[{"of":"costs","debtor":"provider","amount":")", amount,
                        R"("}])");
  };
  const Hash first =
      rule(BodyKind::kRulingIssued, claim, costs("5.00 USD"), "2026-04-10T00:00:00Z");
  const Hash second =
      rule(BodyKind::kRulingIssued, claim, R"("reason":"more")", "2026-04-11T00:00:00Z");
  rule(BodyKind::kRulingCorrected, second, R"("reason":"less")", "2026-04-12T00:00:00Z");
  const std::string before = ">accrued 100.00, accrued>claimed 100.00, >approved 5.00";
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"), before) << "the first one stands";
  rule(BodyKind::kRulingCorrected, first, costs("4.00 USD"), "2026-04-13T00:00:00Z");
  rule(BodyKind::kRulingCorrected, first, costs("3.00 USD"), "2026-04-14T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-14T00:00:00Z"), before +
                                                  ", approved> 5.00 takes back 3, >approved 4.00, "
                                                  "approved> 4.00 takes back 5, >approved 3.00");
}

// F9 of an attack, the other half: of what a correction does not speak nothing is ruled.
class CorrectedRulingTest : public ClaimPostingTest {
 protected:
  void Escalated() {
    Level(1, "arbitration");
    acts_.Close(March(), "2026-04-06T00:00:00Z");
    claim_ = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
    acts_.Answer("acme", claim_, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
    acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), "2026-04-09T00:00:00Z",
              claim_);
  }
  // "": it names no credit of March.
  Hash Rule(const Hash& corrects, bool partial, const std::string& credit, absl::string_view at) {
    std::string said =
        absl::StrCat(R"({"rank":"arbitrator","partial":)", partial ? "true" : "false");
    if (!credit.empty()) {
      absl::StrAppend(&said, R"(,"credits":[{"window":{"objective":"availability",)",
                      R"("from":"2026-03-01T00:00:00Z","until":"2026-04-01T00:00:00Z"},"amount":")",
                      credit, R"("}])");
    }
    said += "}";
    const bool first = corrects.IsZero();
    const BodyKind kind = first ? BodyKind::kRulingIssued : BodyKind::kRulingCorrected;
    absl::StatusOr<Bytes> body =
        BodyFromJson(kind, first ? said : absl::StrCat(R"({"ruling":)", said, "}"));
    TALLY_CHECK(body.ok());
    return acts_.Say(kind, "watch", *body, at, first ? claim_ : corrects);
  }
  static constexpr char kClaimed[] = ">accrued 100.00, accrued>claimed 100.00";
  Hash claim_;
};

TEST_F(CorrectedRulingTest, WhatAWholeRulingNamesNoMoreIsUpheldAsClaimed) {
  Escalated();
  const Hash ruling = Rule({}, false, "30.00 USD", "2026-04-10T00:00:00Z");
  Rule(ruling, false, "", "2026-04-11T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"),
            absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00, ",
                         "approved> 30.00 takes back 4, >claimed 100.00, claimed>approved 100.00"));
}

TEST_F(CorrectedRulingTest, WhatAPartialRulingNamesNoMoreIsOpenAgain) {
  Escalated();
  const Hash ruling = Rule({}, true, "30.00 USD", "2026-04-10T00:00:00Z");
  const Hash correction = Rule(ruling, true, "", "2026-04-11T00:00:00Z");
  const std::string open =
      absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00, ",
                   "approved> 30.00 takes back 4, >claimed 100.00");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"), open);
  // The next correction names it again; the one after that takes that back as well.
  Rule(correction, true, "40.00 USD", "2026-04-12T00:00:00Z");
  Rule(ruling, true, "", "2026-04-13T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-13T00:00:00Z"),
            open +
                ", claimed> 100.00 takes back 6, >approved 40.00, "
                "approved> 40.00 takes back 8, >claimed 100.00");
}

TEST_F(CorrectedRulingTest, WhatWasUpheldByAWholeRulingIsOpenInAPartialOne) {
  Escalated();
  const Hash ruling = Rule({}, false, "", "2026-04-10T00:00:00Z");
  Rule(ruling, true, "", "2026-04-11T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"),
            absl::StrCat(kClaimed, ", claimed>approved 100.00, approved> 100.00 takes back 1, ",
                         ">claimed 100.00"));
}

// Another ruling that stands decides what the corrected one leaves.
TEST_F(CorrectedRulingTest, AnotherRulingThatStandsDecides) {
  Escalated();
  const Hash first = Rule({}, true, "30.00 USD", "2026-04-10T00:00:00Z");
  const Hash second = Rule({}, true, "50.00 USD", "2026-04-11T00:00:00Z");
  Rule(first, true, "", "2026-04-12T00:00:00Z");
  const std::string books = Postings("2026-04-12T00:00:00Z");
  EXPECT_EQ(books.substr(books.rfind(", ") + 2), ">approved 50.00") << books;
  Rule(second, true, "", "2026-04-13T00:00:00Z");
  const std::string after = Postings("2026-04-13T00:00:00Z");
  EXPECT_EQ(after.substr(0, books.size()), books) << "nothing posted is changed";
  EXPECT_EQ(after.substr(after.rfind(", ") + 2), ">claimed 100.00") << after;
}

// A second ruling on the whole claim is no correction of the first and takes its place all the
// same: what it does not name is upheld as claimed.
TEST_F(CorrectedRulingTest, ASecondRulingOnTheWholeTakesThePlaceOfTheFirst) {
  Escalated();
  Rule({}, false, "30.00 USD", "2026-04-10T00:00:00Z");
  const Hash second = Rule({}, false, "", "2026-04-11T00:00:00Z");
  const std::string upheld =
      absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00, ",
                   "approved> 30.00 takes back 4, >claimed 100.00, claimed>approved 100.00");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"), upheld);
  // Corrected to a part of the claim it decides no more than that: the first one stands.
  Rule(second, true, "", "2026-04-12T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"),
            upheld + ", approved> 100.00 takes back 6, >approved 30.00");
}

// DOMAIN 3.10, rule 28: what is not disputed is paid at once, and the dispute about the rest goes
// on.
class PaymentOnAccount : public CorrectedRulingTest {
 protected:
  // 40.00 of 100.00 are accepted, and paid.
  void PayThePartAccepted() {
    Level(1, "arbitration");
    acts_.Close(March(), "2026-04-06T00:00:00Z");
    claim_ = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
    acts_.Answer("acme", claim_, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("40.00 USD"));
    acts_.Pay(claim_, "40.00 USD", "2026-04-08T12:00:00Z", "2026-04-09T00:00:00Z");
  }
  void Escalate() {
    acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), "2026-04-10T00:00:00Z",
              claim_);
  }
  static constexpr char kPaid[] =
      ">accrued 100.00, accrued>claimed 100.00, claimed>approved 40.00, approved>settled 40.00";
};

TEST_F(PaymentOnAccount, TheRestIsDisputedOnAndCountsWhatWasPaid) {
  PayThePartAccepted();
  Escalate();
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"), kPaid) << "60.00 are claimed still";
  Rule({}, false, "90.00 USD", "2026-04-11T00:00:00Z");
  const Hash offer = acts_.Offer("acme", claim_, "50.00 USD", "2026-04-12T00:00:00Z");
  acts_.Confirm("shop", offer, "50.00 USD", "2026-04-13T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-13T00:00:00Z"),
            absl::StrCat(kPaid, ", claimed> 60.00 takes back 1, >approved 50.00, ",
                         "approved>settled 50.00"));
}

TEST_F(PaymentOnAccount, APartialAwardIsPaidBeforeTheFinalOne) {
  Escalated();
  Rule({}, true, "30.00 USD", "2026-04-10T00:00:00Z");
  acts_.Pay(claim_, "30.00 USD", "2026-04-11T00:00:00Z", "2026-04-11T12:00:00Z");
  Rule({}, false, "70.00 USD", "2026-04-12T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"),
            absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00, ",
                         "approved>settled 30.00, >approved 40.00"));
}

// Whoever lets the claim lapse keeps what was paid, and loses the rest.
TEST_F(PaymentOnAccount, WhatWasPaidStaysPaidWhateverBecomesOfTheClaim) {
  PayThePartAccepted();
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-10T00:00:00Z", claim_);
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"), absl::StrCat(kPaid, ", claimed>accrued 60.00"));
}

// What is disputed still is claimed after a restatement, and what was paid counts towards it.
TEST_F(PaymentOnAccount, ARestatementLeavesTheRestClaimed) {
  PayThePartAccepted();
  Change("2026-04-09T12:00:00Z", 10'000);
  computed_ = "70.00 USD";
  const std::string restated =
      absl::StrCat(kPaid, ", claimed>accrued 60.00, accrued> 100.00 takes back 1, >accrued 70.00, ",
                   "accrued>claimed 30.00");
  EXPECT_EQ(Postings("2026-04-09T12:00:00Z"), restated);
  Escalate();
  Rule({}, false, "", "2026-04-11T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-11T00:00:00Z"), restated + ", claimed>approved 30.00");
}

TEST_F(PaymentOnAccount, MoreThanIsApprovedIsNotPaidSo) {
  PayThePartAccepted();
  acts_.Pay(claim_, "0.01 USD", "2026-04-09T12:00:00Z", "2026-04-10T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-10T00:00:00Z"), kPaid);
  EXPECT_EQ(faults_, "payment-above-approved");
}

// A ruling that opens a window, or rules on a value that gives the same credit, undoes no award.
TEST_F(CorrectedRulingTest, AnAwardOutlivesAChangeThatLeavesTheFigure) {
  Escalated();
  Rule({}, true, "30.00 USD", "2026-04-10T00:00:00Z");
  const std::string awarded =
      absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00");
  Change("2026-04-11T00:00:00Z", 10'000);
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"), awarded);
  // Another figure takes the place of the award.
  computed_ = "240.00 USD";
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"),
            awarded + ", approved> 30.00 takes back 4, >approved 240.00");
}

// Without a ruling beside it an award stands as it was made, and without the award what was ruled
// beside it does not bring it back.
TEST_F(CorrectedRulingTest, AnAwardIsFoundAgainBehindARulingBesideClaims) {
  Escalated();
  const Hash award = Rule({}, true, "30.00 USD", "2026-04-10T00:00:00Z");
  RuleBeside("2026-04-11T00:00:00Z", "70.00 USD");
  RuleBeside("2026-04-12T00:00:00Z", "");
  const std::string beside =
      absl::StrCat(kClaimed, ", claimed> 100.00 takes back 1, >approved 30.00, ",
                   "approved> 30.00 takes back 4, >approved 70.00, ",
                   "approved> 70.00 takes back 6, >approved 30.00");
  EXPECT_EQ(Postings("2026-04-12T00:00:00Z"), beside);
  Rule(award, true, "", "2026-04-13T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-13T00:00:00Z"),
            beside + ", approved> 30.00 takes back 8, >claimed 100.00");
}

// What both state, or an authority rules, of a window later makes money of its own: it is there to
// be claimed in a time of its own, whatever was decided, given up or left to expire before.
class MoreLater : public CorrectedRulingTest {
 protected:
  // 240.00 are due instead of 100.00.
  void Raise(absl::string_view time) {
    Change(time, 10'000);
    computed_ = "240.00 USD";
  }
  static constexpr char kClosed[] = ">accrued 100.00";
};

TEST_F(MoreLater, WhatNobodyClaimedInTimeStaysExpired) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Raise("2026-06-10T12:00:00Z");
  const std::string raised = absl::StrCat(kClosed, ", accrued>expired 100.00, >accrued 140.00");
  EXPECT_EQ(Postings("2026-07-10T23:59:59.999999Z"), raised);
  EXPECT_EQ(Postings("2026-07-11T00:00:00Z"), raised + ", accrued>expired 140.00");
  acts_.File("shop", {March()}, "2026-06-20T00:00:00Z");
  EXPECT_EQ(Postings("2026-06-20T00:00:00Z"), raised + ", accrued>claimed 140.00");
}

TEST_F(MoreLater, WhatARejectionOrAPartLeftIsGivenUpAndNoMore) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("20.00 USD"));
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{Cash("20.00 USD"), ""}),
            "2026-04-09T00:00:00Z", claim);
  const std::string decided = absl::StrCat(
      kClosed, ", accrued>claimed 100.00, claimed>approved 20.00, claimed>reversed 80.00");
  Raise("2026-04-20T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-20T00:00:00Z"), decided + ", >accrued 140.00");
  // A second claim takes the rest, and the first one is paid beside it.
  acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  const Hash offer = acts_.Offer("acme", claim, "20.00 USD", "2026-04-22T00:00:00Z");
  acts_.Confirm("shop", offer, "20.00 USD", "2026-04-23T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            decided + ", >accrued 140.00, accrued>claimed 140.00, approved>settled 20.00");
}

// A claim of nothing that waits for its ruling is for what that ruling makes due.
TEST_F(MoreLater, AClaimThatWaitsTakesWhatArises) {
  computed_ = "0.00 USD";
  Escalated();
  EXPECT_EQ(Postings("2026-07-09T00:00:00Z"), "");
  Rule({}, false, "", "2026-07-10T00:00:00Z");
  Change("2026-07-10T00:00:00Z", 0);
  computed_ = "240.00 USD";
  EXPECT_EQ(Postings("2026-07-10T00:00:00Z"), ">claimed 240.00, claimed>approved 240.00");
}

// One that was refused when nothing was due takes nothing from what is due later.
TEST_F(MoreLater, ARefusedClaimOfNothingBarsNothing) {
  computed_ = "0.00 USD";
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{std::nullopt, ""}),
            "2026-04-09T00:00:00Z", claim);
  Change("2026-04-20T00:00:00Z", 0);
  computed_ = "240.00 USD";
  EXPECT_EQ(Postings("2026-04-20T00:00:00Z"), ">accrued 240.00");
  acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), ">accrued 240.00, accrued>claimed 240.00");
}

// A claim that an amendment leaves nothing held something until then.
TEST_F(ClaimPostingTest, AnAmendmentToNothingMovesBackWhatWasClaimed) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  const Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  const std::string claimed = ">accrued 100.00, accrued>claimed 100.00";
  acts_.Say(BodyKind::kClaimAmended, "shop", Encode(ClaimAmended{{April()}, {}, "", {}}),
            "2026-04-08T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-07T12:00:00Z"), claimed);
  EXPECT_EQ(Postings("2026-04-08T00:00:00Z"), claimed + ", claimed>accrued 100.00");
  // And what it may claim again later is filed then.
  acts_.Say(BodyKind::kClaimAmended, "shop", Encode(ClaimAmended{{March()}, {}, "", {}}),
            "2026-04-09T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            claimed + ", claimed>accrued 100.00, accrued>claimed 100.00");
}

// 60.00 were due at the closing, and claimed; by rules over windows the other 40.00 are since the
// 20th, when the claim was accepted and not paid yet.
class LaterShare : public BooksTest {
 protected:
  LaterShare() {
    acts_.Close(March(), "2026-04-06T00:00:00Z");
    first_ = Accepted("2026-04-07T00:00:00Z", "2026-04-08T00:00:00Z");
    Change("2026-04-20T00:00:00Z", 6'000);
    restated_.back().by_rules = true;
  }
  Hash Accepted(absl::string_view filed, absl::string_view answered) {
    const Hash claim = acts_.File("shop", {March()}, filed);
    acts_.Answer("acme", claim, ClaimAnswer::kAccepted, answered);
    return claim;
  }
  void Pay(const Hash& claim, absl::string_view amount, absl::string_view at) {
    const Hash offer = acts_.Offer("acme", claim, amount, at);
    acts_.Confirm("shop", offer, amount, at);
  }
  static constexpr char kAccepted[] =
      ">accrued 60.00, accrued>claimed 60.00, claimed>approved 60.00, >accrued 40.00";
  Hash first_;
};

TEST_F(LaterShare, IsNotGivenUpByPayingWhatWasAccepted) {
  Pay(first_, "60.00 USD", "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), absl::StrCat(kAccepted, ", approved>settled 60.00"));
}

TEST_F(LaterShare, IsGivenUpByASumThatTakesPartOfIt) {
  Pay(first_, "80.00 USD", "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            absl::StrCat(kAccepted,
                         ", approved>settled 60.00, accrued>settled 20.00, "
                         "accrued>reversed 20.00"));
}

TEST_F(LaterShare, ALowerSumGivesUpOfWhatWasAccepted) {
  Pay(first_, "50.00 USD", "2026-04-21T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            absl::StrCat(kAccepted, ", approved>settled 50.00, approved>reversed 10.00"));
}

TEST_F(LaterShare, IsClaimedBesideAndPaidInEitherOrder) {
  const Hash second = Accepted("2026-04-21T00:00:00Z", "2026-04-22T00:00:00Z");
  const std::string both =
      absl::StrCat(kAccepted, ", accrued>claimed 40.00, claimed>approved 40.00");
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), both);
  Pay(second, "40.00 USD", "2026-04-23T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), both + ", approved>settled 40.00");
  Pay(first_, "60.00 USD", "2026-04-24T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-24T00:00:00Z"),
            both + ", approved>settled 40.00, approved>settled 60.00");
}

TEST_F(LaterShare, StaysClaimedWhereTheFirstClaimIsPaidOrWithdrawn) {
  acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  const std::string both = absl::StrCat(kAccepted, ", accrued>claimed 40.00");
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"), both);
  Pay(first_, "60.00 USD", "2026-04-22T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), both + ", approved>settled 60.00");
}

TEST_F(LaterShare, AClaimThatIsWithdrawnTakesOnlyItsOwn) {
  const Hash second = acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  const std::string both = absl::StrCat(kAccepted, ", accrued>claimed 40.00");
  absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kClaimWithdrawn, "{}");
  ASSERT_TRUE(body.ok()) << body.status();
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", *body, "2026-04-22T00:00:00Z", second);
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), both + ", claimed>accrued 40.00");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", *body, "2026-04-23T00:00:00Z", first_);
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            both + ", claimed>accrued 40.00, approved>accrued 60.00");
}

TEST_F(LaterShare, WhatALaterClaimBroughtStaysWithIt) {
  Accepted("2026-04-21T00:00:00Z", "2026-04-22T00:00:00Z");
  const std::string both =
      absl::StrCat(kAccepted, ", accrued>claimed 40.00, claimed>approved 40.00");
  absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kClaimWithdrawn, "{}");
  ASSERT_TRUE(body.ok()) << body.status();
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", *body, "2026-04-23T00:00:00Z", first_);
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"), both + ", approved>accrued 60.00");
}

// What is claimed and not decided includes what arises.
TEST_F(LaterShare, NothingIsClaimedBesideAClaimThatWaits) {
  acts_.File("shop", {March()}, "2026-04-21T00:00:00Z");
  acts_.File("shop", {March()}, "2026-04-22T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-22T00:00:00Z"), absl::StrCat(kAccepted, ", accrued>claimed 40.00"));
}

}  // namespace
}  // namespace tally::replay
