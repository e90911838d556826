// Goal: what was decided about a matter stays decided, whatever is proposed again under its name,
// and a decision is about what it names. Method: acts in memory, each way in which an attack
// replaced, widened or emptied what the other side had said.
#include "replay/dispute/matter_decisions.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/exclusion_support.h"

namespace tally::replay {
namespace {

using enum BodyKind;

constexpr char kShort[] = R"({"name":"x","cause":"force-majeure",)"
                          R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T10:05:00Z"})";
constexpr char kLong[] = R"({"name":"x","cause":"force-majeure",)"
                         R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})";
constexpr char kAdmit[] = R"({"name":"x","rank":"arbitrator","admission":"admitted"})";
constexpr char kLate[] = "2026-05-20T00:00:00Z";

std::vector<Interval> FiveMinutes() {
  return {During("2026-04-10T10:00:00Z", "2026-04-10T10:05:00Z")};
}
Terms WithSilence() {
  Terms terms = SmallTerms(SomeZone());
  terms.rules.push_back(OrderOf("arbitrator over expert over joint agreement", "10"));
  return terms;
}

TEST(MatterDecisions, AnAgreementIsToWhatItNames) {
  TimeActs acts(SmallTerms(SomeZone()));
  const Hash small = acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-04-11T09:00:01Z");
  acts.Json(kExclusionAgreed, "shop", R"({"name":"x"})", "2026-04-11T09:00:02Z", small);
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
}

TEST(MatterDecisions, ADecidedMatterIsNotWidenedUnderItsName) {
  TimeActs acts(SmallTerms(SomeZone()));
  acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionDetermined, "court", kAdmit, "2026-04-12T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-04-13T09:00:00Z");
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
  acts.Json(kExclusionAgreed, "shop", R"({"name":"x"})", "2026-04-14T09:00:00Z");
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes()) << "the arbitrator ranks higher";
}

TEST(MatterDecisions, WhatSilenceAcceptedIsDecided) {
  TimeActs acts(WithSilence());
  acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-05-01T09:00:00Z");
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
}

TEST(MatterDecisions, ADeterminationIsAboutWhatStoodWhenItWasMade) {
  TimeActs acts(SmallTerms(SomeZone()));
  const Hash small = acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-04-11T09:00:01Z");
  acts.Json(kExclusionDetermined, "court", kAdmit, "2026-04-12T09:00:00Z", small);
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
}

// B7 of an attack: the same once more, and silence accepts what was contested.
TEST(MatterDecisions, AContestOutlivesTheSameProposal) {
  TimeActs acts(WithSilence());
  acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionContested, "shop", R"({"name":"x"})", "2026-04-11T10:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-04-11T11:00:00Z");
  EXPECT_TRUE(acts.Admitted(kLate).empty());
  EXPECT_EQ(acts.At(kLate).open.size(), 1u);
}

// What one side announces after the closing changes nothing in the closed window.
TEST(MatterDecisions, AnAnnouncementAfterTheClosingIsTooLate) {
  TimeActs acts(SmallTerms(SomeZone()));
  const ActStamp closed = acts.closed();
  acts.Json(kMaintenanceAnnounced, "acme",
            R"({"name":"m","cause":"planned-maintenance",)"
            R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})",
            "2026-05-06T09:00:00Z", {}, On("2026-02-01T00:00:00Z"));
  EXPECT_EQ(acts.Announcements(kLate).size(), 1u);
  EXPECT_EQ(acts.Announcements(kLate)[0].announced, On("2026-05-06T09:00:00Z"));
  EXPECT_TRUE(acts.Announcements(kLate, closed).empty());
}

// F1 of an attack: what its author took back cannot be answered any more, so silence accepts it
// not.
TEST(MatterDecisions, WhatIsTakenBackIsNotAcceptedBySilence) {
  constexpr char kOther[] = R"({"name":"y","cause":"force-majeure",)"
                            R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T10:01:00Z"})";
  TimeActs acts(WithSilence());
  const Hash first = acts.Json(kExclusionProposed, "acme", kLong, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kOther, "2026-04-11T09:00:01Z", first);
  acts.Json(kExclusionContested, "shop", R"({"name":"y"})", "2026-04-11T10:00:00Z");
  EXPECT_TRUE(acts.Admitted(kLate).empty());
}
TEST(MatterDecisions, WhatTakesAProposalBackStandsInItsPlace) {
  TimeActs acts(WithSilence());
  const Hash first = acts.Json(kExclusionProposed, "acme", kLong, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:01Z", first);
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
}

// F10: nothing is put in the place of what was contested while a judge thinks.
TEST(MatterDecisions, ARulingIsAboutWhatWasContested) {
  TimeActs acts(SmallTerms(SomeZone()));
  const Hash first = acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionContested, "shop", R"({"name":"x"})", "2026-04-11T10:00:00Z");
  acts.Json(kExclusionProposed, "acme", kLong, "2026-04-12T08:59:59Z");
  acts.Json(kExclusionDetermined, "court", kAdmit, "2026-04-12T09:00:00Z");
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
  EXPECT_FALSE(first.IsZero());
}

// The same where what was contested is taken back: no more than both proposals have.
TEST(MatterDecisions, ARulingAdmitsNoMoreThanWhatWasContested) {
  struct Row {
    absl::string_view first, second;
  };
  for (const Row& row : {Row{kShort, kLong}, Row{kLong, kShort}}) {
    TimeActs acts(SmallTerms(SomeZone()));
    const Hash first = acts.Json(kExclusionProposed, "acme", row.first, "2026-04-11T09:00:00Z");
    acts.Json(kExclusionContested, "shop", R"({"name":"x"})", "2026-04-11T10:00:00Z");
    const Hash second =
        acts.Json(kExclusionProposed, "acme", row.second, "2026-04-12T08:59:59Z", first);
    acts.Json(kExclusionDetermined, "court", kAdmit, "2026-04-12T09:00:00Z");
    EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
    acts.Json(kExclusionDetermined, "court", kAdmit, "2026-04-13T09:00:00Z", second);
    const bool widened = row.first == kShort;
    EXPECT_EQ(acts.Admitted(kLate) == FiveMinutes(), !widened) << "named, it is decided as it is";
  }
}

// A thousand words more make each figure a thousand steps longer, not a million.
TEST(MatterDecisions, WhoeverRepeatsHimselfIsHeardOnce) {
  constexpr int kTimes = 30'000;
  TimeActs acts(WithSilence());
  for (int i = 0; i < kTimes; ++i) {
    acts.Json(kExclusionProposed, "acme", kShort, "2026-04-11T09:00:00Z");
    acts.Json(kExclusionAgreed, "acme", R"({"name":"x"})", "2026-04-11T09:00:00Z");
    acts.Json(kExclusionContested, "acme", R"({"name":"x"})", "2026-04-11T09:00:00Z");
  }
  acts.Json(kExclusionContested, "shop", R"({"name":"x"})", "2026-04-11T09:00:01Z");
  EXPECT_TRUE(acts.Admitted(kLate).empty());
  acts.Json(kExclusionAgreed, "shop", R"({"name":"x"})", "2026-04-11T09:00:02Z");
  EXPECT_EQ(acts.Admitted(kLate), FiveMinutes());
}

}  // namespace
}  // namespace tally::replay
