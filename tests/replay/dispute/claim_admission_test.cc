// Goal: which windows a claim holds hangs on what was said before it, never on what came after.
// Method: two closed windows and claims in memory; each refusal, and the acts that would undo it.
#include "replay/dispute/claim_admission.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

Terms WithTime() {
  Terms terms = SmallTerms(SomeZone());
  terms.disputes.claim_within_days = 60;
  return terms;
}

class ClaimAdmissionTest : public ::testing::Test {
 protected:
  ClaimAdmissionTest() {
    for (const WindowName& name : {March(), April()}) acts_.Close(name, "2026-05-06T00:00:00Z");
  }
  // The claims at K, over both windows.
  void Weigh(absl::string_view knowledge) {
    cases_.clear();
    for (const WindowName& name : {March(), April()}) {
      WindowCase each;
      each.name = name;
      each.terms = &terms_;
      each.version = acts_.agreement().Current();
      each.calendars = &calendars_;
      each.zone = &zone_;
      each.obligor = "acme";
      each.obligee = "shop";
      each.obligee_party = Stream("shop");
      each.ended = each.breached = true;
      each.computed = each.due = Cash("100.00 USD");
      each.closing = &acts_.acts().ClosingsOf(name).front();
      if (name == April() && april_terms_.has_value()) each.terms = &*april_terms_;
      if (name == April()) each.computed = april_.value_or(*each.computed);
      each.reopened = changed_.has_value();
      if (changed_.has_value()) {
        each.restated = {{.before = 10'000,
                          .stamp = {.at = {900, 0},
                                    .time = *changed_,
                                    .recorded = *changed_,
                                    .author = Stream("shop")},
                          .why = "a restatement, accepted"}};
      }
      cases_.push_back(each);
    }
    instants_ = {On(knowledge), On(knowledge)};
    admission_ = std::make_unique<ClaimAdmission>(acts_.acts(), acts_.forum(), cases_,
                                                  ClaimsAsked::kAll, instants_);
    ASSERT_TRUE(admission_->Run().ok());
  }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : admission_->findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  size_t Held(size_t claim) const { return admission_->claims().at(claim).windows.size(); }
  void Amend(const Hash& claim, absl::string_view recorded) {
    acts_.Say(BodyKind::kClaimAmended, "shop",
              Encode(ClaimAmended{{March(), April()}, Cash("200.00 USD"), "", {}}), recorded,
              claim);
  }

  Terms terms_ = WithTime();
  ActsInMemory acts_{terms_};
  CalendarBook calendars_;
  Zone zone_ = Zone::Utc();
  std::vector<WindowCase> cases_;
  std::optional<Terms> april_terms_;
  std::optional<Money> april_;      // that is computed for it
  std::optional<Instant> changed_;  // of both windows, after their closing
  WeighingInstants instants_;
  std::unique_ptr<ClaimAdmission> admission_;
};

TEST_F(ClaimAdmissionTest, ALaterClaimStaysWithoutEffectWhenTheFirstIsWithdrawn) {
  const Hash first = acts_.File("shop", {March()}, "2026-05-07T00:00:00Z");
  acts_.File("shop", {March()}, "2026-05-08T00:00:00Z");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-05-09T00:00:00Z", first);
  acts_.File("shop", {March()}, "2026-05-10T00:00:00Z");
  Weigh("2026-05-11T00:00:00Z");
  EXPECT_EQ(Held(1), 0u);
  EXPECT_TRUE(Found("claim-repeated"));
  EXPECT_EQ(Held(2), 1u) << "filed after the withdrawal";
}

// The first window does not decide whose deadlines and authorities hold for the others.
TEST_F(ClaimAdmissionTest, WindowsUnderOtherRulesNeedAClaimOfTheirOwn) {
  acts_.File("shop", {March(), April()}, "2026-05-07T00:00:00Z");
  april_terms_ = terms_;
  april_terms_->disputes.silence = SilentAnswer::kDeemedRejected;
  Weigh("2026-05-09T00:00:00Z");
  EXPECT_EQ(Held(0), 1u);
  EXPECT_TRUE(Found("claim-other-rules"));
  april_terms_ = terms_;
  Weigh("2026-05-09T00:00:00Z");
  EXPECT_EQ(Held(0), 2u) << "another version that says the same";
}

TEST_F(ClaimAdmissionTest, WindowsInAnotherCurrencyNeedAClaimOfTheirOwn) {
  acts_.File("shop", {March(), April()}, "2026-05-07T00:00:00Z");
  april_ = Cash("90.00 EUR");
  Weigh("2026-05-09T00:00:00Z");
  EXPECT_EQ(Held(0), 1u);
  EXPECT_TRUE(Found("claim-other-currency"));
}

TEST_F(ClaimAdmissionTest, AnAmendmentAddsWindowsWhileTheClaimWaits) {
  const Hash claim = acts_.File("shop", {March()}, "2026-05-07T00:00:00Z");
  Amend(claim, "2026-05-08T00:00:00Z");
  Weigh("2026-05-09T00:00:00Z");
  EXPECT_EQ(Held(0), 2u);
  EXPECT_EQ(admission_->claims()[0].asked, Cash("200.00 USD"));
}

TEST_F(ClaimAdmissionTest, AnAmendmentTakesNoWindowFromAnotherClaim) {
  const Hash claim = acts_.File("shop", {March()}, "2026-05-07T00:00:00Z");
  acts_.File("shop", {April()}, "2026-05-08T00:00:00Z");
  Amend(claim, "2026-05-09T00:00:00Z");
  Weigh("2026-05-10T00:00:00Z");
  EXPECT_EQ(Held(0), 1u);
  EXPECT_EQ(Held(1), 1u);
}

TEST_F(ClaimAdmissionTest, ASettlementBesideAClaimHasNoEffect) {
  acts_.File("shop", {March()}, "2026-05-07T00:00:00Z");
  const Hash offer = acts_.Offer("acme", acts_.acts().ClosingsOf(March())[0].digest, "1.00 USD",
                                 "2026-05-08T00:00:00Z");
  acts_.Confirm("shop", offer, "1.00 USD", "2026-05-09T00:00:00Z");
  Weigh("2026-05-10T00:00:00Z");
  EXPECT_EQ(admission_->DirectSettlement(cases_[0]), nullptr);
  EXPECT_TRUE(Found("settlement-beside-claim"));
}

TEST_F(ClaimAdmissionTest, WhatWasSettledIsNotClaimed) {
  const Hash offer = acts_.Offer("acme", acts_.acts().ClosingsOf(March())[0].digest, "1.00 USD",
                                 "2026-05-08T00:00:00Z");
  acts_.Confirm("shop", offer, "1.00 USD", "2026-05-09T00:00:00Z");
  acts_.File("shop", {March()}, "2026-05-10T00:00:00Z");
  Weigh("2026-05-11T00:00:00Z");
  ASSERT_NE(admission_->DirectSettlement(cases_[0]), nullptr);
  EXPECT_EQ(Held(0), 0u);
  EXPECT_TRUE(Found("claim-settled"));
}

// What opens it later makes nothing of a claim that had no effect.
TEST_F(ClaimAdmissionTest, WhatWasSettledIsClaimedOnceItIsOpenAgain) {
  const Hash offer = acts_.Offer("acme", acts_.acts().ClosingsOf(March())[0].digest, "1.00 USD",
                                 "2026-05-08T00:00:00Z");
  acts_.Confirm("shop", offer, "1.00 USD", "2026-05-09T00:00:00Z");
  acts_.File("shop", {March()}, "2026-05-10T00:00:00Z");
  changed_ = On("2026-05-11T00:00:00Z");
  Weigh("2026-05-12T00:00:00Z");
  EXPECT_EQ(Held(0), 0u);
  EXPECT_TRUE(Found("claim-settled"));
  acts_.File("shop", {March()}, "2026-05-13T00:00:00Z");
  Weigh("2026-05-14T00:00:00Z");
  EXPECT_EQ(Held(1), 1u);
}

// F4 of an attack: what expired does not come back by a greater sum.
TEST_F(ClaimAdmissionTest, ASumIsNotRaisedAfterTheTimeForClaims) {
  terms_.rules.push_back(
      {"sum", "sum claimed", {}, Choices(std::vector<Choice>{{"limits", {"what is due"}}})});
  const auto amend = [this](const Hash& claim, absl::string_view amount, absl::string_view at) {
    acts_.Say(BodyKind::kClaimAmended, "shop", Encode(ClaimAmended{{}, Cash(amount), "", {}}), at,
              claim);
  };
  const Hash claim = acts_.File("shop", {March()}, "2026-05-29T00:00:00Z", Cash("50.00 USD"));
  amend(claim, "60.00 USD", "2026-05-30T23:59:59Z");
  amend(claim, "100.00 USD", "2026-05-31T00:00:00Z");
  Weigh("2026-06-01T00:00:00Z");
  EXPECT_EQ(admission_->claims()[0].asked, Cash("60.00 USD"));
  EXPECT_TRUE(Found("claim-late"));
  amend(claim, "40.00 USD", "2026-06-02T00:00:00Z");
  Weigh("2026-06-03T00:00:00Z");
  EXPECT_EQ(admission_->claims()[0].asked, Cash("40.00 USD")) << "less is always heard";
}

TEST_F(ClaimAdmissionTest, AnOfferDoesNotOutliveWhatWasClosed) {
  const Hash offer = acts_.Offer("acme", acts_.acts().ClosingsOf(March())[0].digest, "1.00 USD",
                                 "2026-05-08T00:00:00Z");
  acts_.Confirm("shop", offer, "1.00 USD", "2026-05-10T00:00:00Z");
  changed_ = On("2026-05-09T00:00:00Z");
  Weigh("2026-05-11T00:00:00Z");
  EXPECT_EQ(admission_->DirectSettlement(cases_[0]), nullptr);
  EXPECT_TRUE(Found("settlement-stale"));
}

TEST_F(ClaimAdmissionTest, AClaimWithdrawnAThousandTimesIsLivedThroughOnceEach) {
  for (int i = 0; i < 2'000; ++i) {
    const Hash claim = acts_.File("shop", {March()}, "2026-05-07T00:00:00Z");
    acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-05-07T00:00:00Z", claim);
  }
  const Hash last = acts_.File("shop", {March()}, "2026-05-08T00:00:00Z");
  acts_.File("shop", {March()}, "2026-05-09T00:00:00Z");
  Weigh("2026-05-10T00:00:00Z");
  ASSERT_EQ(admission_->claims().size(), 2'002u);
  EXPECT_EQ(admission_->claims()[2'000].claim->digest, last);
  EXPECT_EQ(Held(2'000), 1u);
  EXPECT_EQ(Held(2'001), 0u) << "the one before stands";
}

}  // namespace
}  // namespace tally::replay
