// Goal: acts about time are kept under the matter that they name, and all others become findings.
// Method: one act of each kind that is about nothing, by nobody, or out of order.
#include "replay/dispute/exclusions.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/replay/dispute/exclusion_support.h"

namespace tally::replay {
namespace {

using enum BodyKind;

TEST(Exclusions, EveryActFindsItsMatter) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  acts.Json(kAttributionProposed, "acme", kCustomerCause, "2026-04-11T10:00:00Z");
  acts.Json(kExclusionContested, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z");
  acts.Json(kAttributionAgreed, "shop", R"({"name":"x"})", "2026-04-12T10:00:00Z");
  ASSERT_EQ(acts.acts().matters().size(), 2u);
  const Matter& storm = acts.acts().matters()[0];
  EXPECT_EQ(storm.name, "storm");
  EXPECT_EQ(storm.proposals[0].cause, CauseClass::kForceMajeure);
  ASSERT_EQ(storm.answers.size(), 1u);
  EXPECT_FALSE(storm.answers[0].agrees);
  EXPECT_TRUE(acts.acts().matters()[1].answers[0].agrees);
  EXPECT_TRUE(acts.acts().findings().empty());
}

TEST(Exclusions, WhatIsAboutNothingIsAFinding) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z");
  EXPECT_TRUE(acts.Found("decision-of-nothing"));
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  // The same name under the other kind is another matter.
  TimeActs other(SmallTerms(SomeZone()));
  other.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  other.Json(kAttributionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z");
  EXPECT_TRUE(other.Found("decision-of-nothing"));
  acts.Json(kExclusionProposed, "shop", kForceMajeure, "2026-04-11T10:00:00Z");
  EXPECT_TRUE(acts.Found("proposal-name-taken"));
  acts.Json(kExclusionProposed, "shop", kForceMajeure, "2026-04-11T10:00:00Z", Hash{{1}});
  EXPECT_TRUE(acts.Found("proposal-answers-nothing"));
  acts.Json(kExclusionDetermined, "court",
            R"({"name":"storm","rank":"arbitrator","admission":"reduced"})",
            "2026-04-13T09:00:00Z");
  EXPECT_TRUE(acts.Found("decision-without-extent"));
  EXPECT_EQ(acts.acts().matters()[0].proposals.size(), 1u);
  EXPECT_TRUE(acts.acts().matters()[0].determinations.empty());
}

TEST(Exclusions, OnlyPartiesAreHeard) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionProposed, "stranger", kForceMajeure, "2026-04-11T09:00:00Z");
  EXPECT_TRUE(acts.Found("act-by-non-party"));
  acts.Say(kExclusionProposed, "acme", Bytes{1, 2, 3}, "2026-04-11T09:00:00Z");
  EXPECT_TRUE(acts.Found("act-unreadable"));
  EXPECT_TRUE(acts.acts().matters().empty());
}

// A correction stands beside the ruling that it answers, by the same hand only; whether it takes
// its place is weighed (matter_decisions.h).
TEST(Exclusions, RulingsAreCorrectedByWhoeverRuled) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  Hash ruling = acts.Json(kRulingIssued, "court",
                          R"({"rank":"arbitrator","partial":false,)"
                          R"("exclusions":[{"name":"storm","admission":"admitted"}]})",
                          "2026-04-20T09:00:00Z");
  const char* corrected = R"({"ruling":{"rank":"arbitrator","partial":false,)"
                          R"("exclusions":[{"name":"storm","admission":"rejected"}]}})";
  acts.Json(kRulingCorrected, "lab", corrected, "2026-04-21T09:00:00Z", ruling);
  EXPECT_EQ(acts.acts().matters()[0].determinations.size(), 2u);
  EXPECT_TRUE(acts.acts().matters()[0].corrected.empty());
  acts.Json(kRulingCorrected, "court", corrected, "2026-04-22T09:00:00Z", ruling);
  ASSERT_EQ(acts.acts().matters()[0].determinations.size(), 3u);
  EXPECT_EQ(acts.acts().matters()[0].determinations[2].admission, Admission::kRejected);
  ASSERT_EQ(acts.acts().matters()[0].corrected.size(), 1u);
  EXPECT_EQ(acts.acts().matters()[0].corrected[0].ruling, ruling);
}

// Rule 2: what one side claims of the past counts when it is recorded; what both sign, as claimed.
TEST(Exclusions, ImportedHistoryTakesBothSides) {
  TimeActs acts(SmallTerms(SomeZone()));
  const Hash proposal = acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z",
                                  {}, On("2026-02-01T00:00:00Z"));
  EXPECT_TRUE(acts.Found("claimed-time-refused"));
  EXPECT_EQ(acts.acts().matters()[0].proposals[0].stamp.time, On("2026-04-11T09:00:00Z"));
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z", proposal,
            On("2026-02-02T00:00:00Z"));
  EXPECT_TRUE(acts.Found("as-claimed"));
  EXPECT_EQ(acts.acts().matters()[0].answers[0].stamp.time, On("2026-02-02T00:00:00Z"));
}

// What an agreement names is what is agreed to.
TEST(Exclusions, AnAgreementAnswersAProposalOfItsMatter) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z",
            ledger::Sha256Of({AsBytes("another")}));
  EXPECT_TRUE(acts.Found("agreement-answers-other"));
  EXPECT_TRUE(acts.acts().matters()[0].answers.empty());
}

// Only whom an objective pays chooses it, and for an incident as a whole.
TEST(Exclusions, AChoiceIsTheObligees) {
  TimeActs acts(SmallTerms(SomeZone()));
  const char* chosen = R"({"choice":"X","option":"availability"})";
  acts.Json(kChoiceMade, "acme", chosen, "2026-04-11T09:00:00Z");
  EXPECT_TRUE(acts.acts().choices().empty());
  EXPECT_TRUE(acts.Found("choice-without-right"));
  acts.Json(kChoiceMade, "shop",
            R"({"choice":"X","option":"availability","windows":[{"objective":"availability",)"
            R"("from":"2026-04-01T00:00:00Z","until":"2026-05-01T00:00:00Z"}]})",
            "2026-04-11T10:00:00Z");
  EXPECT_TRUE(acts.acts().choices().empty());
  EXPECT_TRUE(acts.Found("choice-of-windows"));
  acts.Json(kChoiceMade, "shop", R"({"choice":"X","option":"other"})", "2026-04-11T11:00:00Z");
  EXPECT_TRUE(acts.acts().choices().empty());
  acts.Json(kChoiceMade, "shop", chosen, "2026-04-11T12:00:00Z");
  ASSERT_EQ(acts.acts().choices().size(), 1u);
  EXPECT_EQ(acts.acts().choices()[0].incident, "X");
  EXPECT_EQ(acts.acts().choices()[0].objective, "availability");
  EXPECT_EQ(acts.acts().choices()[0].stamp.time, On("2026-04-11T12:00:00Z"));
}

TEST(Exclusions, MaintenanceIsKeptWithItsTime) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kMaintenanceAnnounced, "acme",
            R"({"name":"m","cause":"planned-maintenance","from":"2026-04-10T10:00:00Z",)"
            R"("until":"2026-04-10T12:00:00Z"})",
            "2026-04-01T09:00:00Z");
  ASSERT_EQ(acts.acts().notices().size(), 1u);
  EXPECT_EQ(acts.acts().notices()[0].stamp.time, On("2026-04-01T09:00:00Z"));
}

}  // namespace
}  // namespace tally::replay
