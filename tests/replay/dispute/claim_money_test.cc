// Goal: every step of a claim's life moves the right amount, and the accounts of each currency sum
// to zero after it (DOMAIN 3.11; rule 28: the undisputed part is due at once). Method: one breached
// month of 100.00 USD weighed at many instants; the postings read back.
#include "replay/dispute/claim_money.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "schema/claim_accepted.h"
#include "schema/invoice.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class ClaimMoneyTest : public ::testing::Test {
 protected:
  // Postings as "from>to amount", in their order.
  std::string Postings(absl::string_view knowledge) {
    Instant k = On(knowledge);
    WeighingInstants instants{k, k};
    WindowCase each;
    each.name = March();
    each.terms = &terms_;
    each.version = acts_.agreement().Current();
    each.calendars = &calendars_;
    each.zone = &zone_;
    each.obligor = "acme";
    each.obligee = "shop";
    each.obligee_party = Stream("shop");
    each.ended = true;
    each.breached = true;
    each.computed = Cash(computed_);
    each.cutoff = On("2026-04-06T00:00:00Z");
    each.closing = ClosingInForce(acts_.acts(), March(), {each.cutoff, 0}, instants);
    each.restated = restated_;
    each.ruled_credit = ruled_;
    std::vector<WindowCase> cases = {each};
    absl::StatusOr<Weighed> weighed =
        Weigh(acts_.acts(), acts_.forum(), cases, ClaimsAsked::kAll, instants);
    EXPECT_TRUE(weighed.ok()) << weighed.status();
    std::map<std::string, int64_t> sums;
    for (const Balance& balance : weighed->journal.Balances()) {
      sums[balance.account] += balance.amount.minor;
    }
    for (const auto& [account, sum] : sums) EXPECT_EQ(sum, 0) << account;
    std::string text;
    for (const Posting& posting : weighed->journal.Postings()) {
      EXPECT_GT(posting.amount.minor, 0);
      absl::StrAppend(&text, text.empty() ? "" : ", ", posting.from, ">", posting.to, " ",
                      FormatAmount(posting.amount),
                      posting.reverses == 0 ? "" : absl::StrCat(" takes back ", posting.reverses));
    }
    return text;
  }
  // What stood before, in minor units, until an act at that time changed it.
  void Change(absl::string_view time, int64_t before) {
    restated_.push_back({.before = before,
                         .stamp = {.at = {900 + restated_.size(), 0},
                                   .time = On(time),
                                   .recorded = On(time),
                                   .author = Stream("acme")},
                         .why = "a restatement, accepted"});
  }
  void Level(int number, const std::string& form) {
    Rule rule;
    rule.id = absl::StrCat("level-", number);
    rule.kind = "dispute level";
    std::vector<Choice> choices;
    if (form == "arbitration") choices.push_back({"authority", {"arbiter"}});
    choices.push_back({"counted in", {"no limit"}});
    choices.push_back({"form", {form}});
    choices.push_back({"level", {absl::StrCat(number)}});
    rule.choices = Choices(choices);
    terms_.rules.push_back(rule);
  }

  Zone zone_ = Zone::Utc();
  CalendarBook calendars_;
  static Terms WithArbiter() {
    Terms terms = SmallTerms(SomeZone());
    terms.parties.push_back({"arbiter", "watch"});
    return terms;
  }

  Terms terms_ = WithArbiter();
  ActsInMemory acts_{terms_};
  std::string computed_ = "100.00 USD";
  std::vector<Restated> restated_;
  std::optional<Ruled<Money>> ruled_;
};

TEST_F(ClaimMoneyTest, WhatIsConcededIsApprovedAtOnceAndTheRestStaysClaimed) {
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
TEST_F(ClaimMoneyTest, AnAnswerBeforeTheClosingMovesMoneyWithIt) {
  Hash claim = acts_.File("shop", {March()}, "2026-04-02T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kAccepted, "2026-04-03T00:00:00Z");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-07T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00");
}

TEST_F(ClaimMoneyTest, BothPartiesWordHoldsAtItsAmount) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  Bytes word = Encode(ClaimAgreed{Cash("120.00 USD"), {}, "", {}});
  acts_.Say(BodyKind::kClaimAgreed, "shop", word, "2026-04-08T00:00:00Z", claim);
  acts_.Say(BodyKind::kClaimAgreed, "acme", word, "2026-04-09T00:00:00Z", claim);
  EXPECT_EQ(Postings("2026-04-09T00:00:00Z"),
            ">accrued 100.00, accrued>claimed 100.00, claimed>approved 100.00, >approved 20.00");
}

TEST_F(ClaimMoneyTest, ARulingTakesTheComputedCreditBackAndEntersItsOwn) {
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

TEST_F(ClaimMoneyTest, WhatIsWithdrawnCanBeClaimedAgainUntilItExpires) {
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

TEST_F(ClaimMoneyTest, ARulingBesideClaimsReplacesTheCredit) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  WindowRuling ruling;
  ruling.stamp.at = {900, 0};
  ruling.stamp.time = On("2026-04-20T00:00:00Z");
  ruled_ = Ruled<Money>{Cash("70.00 USD"), &ruling};
  EXPECT_EQ(Postings("2026-04-21T00:00:00Z"),
            ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00");
}

// What both sides signed after a ruling ends it; what one side offered before is stale.
TEST_F(ClaimMoneyTest, ARulingBesideClaimsIsSettledAfterItAndNotByAnOlderOffer) {
  WindowRuling ruling;
  ruling.stamp.at = {900, 0};
  ruling.stamp.time = On("2026-04-20T00:00:00Z");
  ruled_ = Ruled<Money>{Cash("70.00 USD"), &ruling};
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

TEST_F(ClaimMoneyTest, ARulingBesideClaimsIsReleasedAfterIt) {
  WindowRuling ruling;
  ruling.stamp.at = {900, 0};
  ruling.stamp.time = On("2026-04-20T00:00:00Z");
  ruled_ = Ruled<Money>{Cash("70.00 USD"), &ruling};
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  ReleaseGiven release;
  release.windows = {March()};
  release.amount = Cash("60.00 USD");
  acts_.Say(BodyKind::kReleaseGiven, "shop", Encode(release), "2026-04-22T00:00:00Z");
  EXPECT_EQ(Postings("2026-04-23T00:00:00Z"),
            ">accrued 100.00, accrued> 100.00 takes back 1, >approved 70.00, "
            "approved>settled 60.00, approved>reversed 10.00");
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

TEST(Spread, TheLastTakesWhatIsLeft) {
  EXPECT_EQ(Spread({50, 50}, 120), (std::vector<int64_t>{50, 70}));
  EXPECT_EQ(Spread({50, 50}, 30), (std::vector<int64_t>{30, 0}));
  EXPECT_EQ(Spread({50}, 0), (std::vector<int64_t>{0}));
}

// What an amendment claims is claimed from then on, and what it leaves out no more.
TEST_F(ClaimMoneyTest, AnAmendmentPostsNothingBeforeItself) {
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
TEST_F(ClaimMoneyTest, ACorrectionTakesBackWhatItCorrects) {
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

// A release is the creditor's word alone: what one side says was paid is at most what was approved.
class ReleaseMoney : public ClaimMoneyTest {
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
