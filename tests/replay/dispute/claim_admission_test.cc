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

}  // namespace
}  // namespace tally::replay
