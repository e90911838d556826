// Goal: what was decided about time is what the highest rank last said, known at K, and what is not
// decided counts and stays open.
// Method: sequences of acts in memory beside the intervals that are out; the published case GC-13
// with two knowledge instants.
#include "replay/dispute/exclusion_standing.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/dispute/exclusion_support.h"

namespace tally::replay {
namespace {

using Intervals = std::vector<Interval>;
using enum BodyKind;

Interval Of(absl::string_view first, absl::string_view limit) { return During(first, limit); }
const Interval kAlleged = Of("2026-04-10T10:30:00Z", "2026-04-10T11:15:00Z");
const Interval kStorm = Of("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
Terms Plain() { return SmallTerms(SomeZone()); }

// GC-13, the part before the meter: the interval is out only once it is ruled, and open until then.
TEST(ExclusionStanding, GC13RulingOnCauseAtTwoKnowledgeDates) {
  TimeActs acts(Plain());
  acts.Json(kAttributionProposed, "acme", kCustomerCause, "2026-04-12T09:00:00Z");
  EXPECT_EQ(acts.At("2026-04-13T00:00:00Z").open.size(), 1u);
  acts.Json(kAttributionContested, "shop", R"({"name":"x","responsible":"provider"})",
            "2026-04-14T09:00:00Z");
  acts.Json(kRulingIssued, "court",
            R"({"rank":"arbitrator","partial":false,)"
            R"("attributions":[{"name":"x","responsible":"customer"}]})",
            "2026-05-20T09:00:00Z");
  DecidedTime may_5 = acts.At("2026-05-05T00:00:00Z");
  EXPECT_TRUE(may_5.admitted.empty());
  ASSERT_EQ(may_5.open.size(), 1u);
  EXPECT_EQ(may_5.open[0].interval, kAlleged);
  EXPECT_NE(may_5.open[0].reason.find("contested"), std::string::npos);
  EXPECT_EQ(may_5.open[0].acts.size(), 2u);
  DecidedTime may_20 = acts.At("2026-05-20T09:00:00Z");
  EXPECT_TRUE(may_20.open.empty());
  ASSERT_EQ(may_20.admitted.size(), 1u);
  EXPECT_EQ(may_20.admitted[0].interval, kAlleged);
  EXPECT_NE(may_20.admitted[0].reason.find("arbitrator"), std::string::npos);
  EXPECT_EQ(may_20.admitted[0].acts.size(), 2u);
}

// Only the other side agrees to what one side proposes; nobody decides in their own cause.
TEST(ExclusionStanding, RolesDecideWhoIsHeard) {
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionAgreed, "acme", R"({"name":"storm"})", "2026-04-11T10:00:00Z");
  acts.Json(kExclusionAgreed, "court", R"({"name":"storm"})", "2026-04-11T11:00:00Z");
  acts.Json(kExclusionDetermined, "acme",
            R"({"name":"storm","rank":"arbitrator","admission":"admitted"})",
            "2026-04-11T12:00:00Z");
  acts.Json(kExclusionDetermined, "lab",
            R"({"name":"storm","rank":"arbitrator","admission":"admitted"})",
            "2026-04-11T13:00:00Z");
  acts.Json(kExclusionDetermined, "court",
            R"({"name":"storm","rank":"joint","admission":"admitted"})", "2026-04-11T14:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), Intervals{});
  EXPECT_EQ(acts.At("2026-05-01T00:00:00Z").open.size(), 1u);
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T10:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm});
  EXPECT_TRUE(acts.At("2026-05-01T00:00:00Z").open.empty());
  EXPECT_EQ(acts.Admitted("2026-04-12T09:00:00Z"), Intervals{});  // not yet known
}

// What a contest concedes is out, the rest stays open until it is decided; no decision reaches
// beyond what was proposed.
TEST(ExclusionStanding, OnlyToTheExtent) {
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionContested, "shop",
            R"({"name":"storm","extent":[{"from":"2026-04-10T10:00:00Z",)"
            R"("until":"2026-04-10T10:20:00Z","label":"power"}]})",
            "2026-04-11T10:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"),
            Intervals{Of("2026-04-10T10:00:00Z", "2026-04-10T10:20:00Z")});
  EXPECT_EQ(acts.At("2026-05-01T00:00:00Z").open.size(), 1u);
  acts.Json(kExclusionDetermined, "lab",
            R"({"name":"storm","rank":"expert","admission":"reduced","extent":[)"
            R"({"from":"2026-04-10T11:30:00Z","until":"2026-04-10T13:00:00Z","label":"wind"}]})",
            "2026-04-15T10:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"),
            Intervals{Of("2026-04-10T11:30:00Z", "2026-04-10T12:00:00Z")});
  EXPECT_TRUE(acts.At("2026-05-01T00:00:00Z").open.empty());
}

// Rule 26: higher rank wins, among equals the latest; the order is a term; a joint act that names
// the decision it replaces always wins.
TEST(ExclusionStanding, TheHighestRankAndThenTheLatestPrevails) {
  auto play = [](const Terms& terms) {
    auto acts = std::make_unique<TimeActs>(terms);
    acts->Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
    acts->Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-12T09:00:00Z");
    acts->Json(kExclusionDetermined, "lab",
               R"({"name":"storm","rank":"expert","admission":"rejected"})",
               "2026-04-13T09:00:00Z");
    return acts;
  };
  EXPECT_EQ(play(Plain())->Admitted("2026-05-01T00:00:00Z"), Intervals{});
  Terms joint_first = Plain();
  joint_first.rules = {OrderOf("arbitrator over joint agreement over expert", "none")};
  EXPECT_EQ(play(joint_first)->Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm});

  std::unique_ptr<TimeActs> acts = play(Plain());
  acts->Json(kExclusionDetermined, "lab",
             R"({"name":"storm","rank":"expert","admission":"admitted"})", "2026-04-14T09:00:00Z");
  EXPECT_EQ(acts->Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm});
  Hash award = acts->Json(kExclusionDetermined, "court",
                          R"({"name":"storm","rank":"arbitrator","admission":"rejected"})",
                          "2026-04-15T09:00:00Z");
  EXPECT_EQ(acts->Admitted("2026-05-01T00:00:00Z"), Intervals{});
  const char* half = R"({"name":"storm","cause":"force-majeure",)"
                     R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T11:00:00Z"})";
  acts->Json(kExclusionProposed, "shop", half, "2026-04-16T09:00:00Z", award);
  EXPECT_EQ(acts->Admitted("2026-05-01T00:00:00Z"), Intervals{});  // not before it is agreed
  acts->Json(kExclusionAgreed, "acme", R"({"name":"storm"})", "2026-04-17T09:00:00Z");
  EXPECT_EQ(acts->Admitted("2026-05-01T00:00:00Z"),
            Intervals{Of("2026-04-10T10:00:00Z", "2026-04-10T11:00:00Z")});
}

// Silence of 5 days accepts at the end of the fifth, and a contest after that changes nothing.
TEST(ExclusionStanding, SilenceAcceptsWhereTheTermsSaySo) {
  Terms terms = Plain();
  terms.rules = {OrderOf("arbitrator over expert over joint agreement", "5")};
  TimeActs acts(terms);
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-04-16T23:59:59Z"), Intervals{});
  EXPECT_EQ(acts.Admitted("2026-04-17T00:00:00Z"), Intervals{kStorm});
  EXPECT_TRUE(acts.SilenceEnds("2026-04-16T23:59:59Z", "2026-04-17T00:00:00Z"));
  EXPECT_FALSE(acts.SilenceEnds("2026-04-17T00:00:00Z", "2026-05-17T00:00:00Z"));
  EXPECT_FALSE(acts.SilenceEnds("2026-04-11T10:00:00Z", "2026-04-16T23:59:59Z"));
  acts.Json(kExclusionContested, "shop", R"({"name":"storm"})", "2026-04-17T00:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm});
  TimeActs contested(terms);
  contested.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  contested.Json(kExclusionContested, "shop", R"({"name":"storm"})", "2026-04-16T23:59:59Z");
  EXPECT_EQ(contested.Admitted("2026-05-01T00:00:00Z"), Intervals{});
  EXPECT_EQ(contested.At("2026-05-01T00:00:00Z").open.size(), 1u);
  TimeActs silent(Plain());
  silent.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  EXPECT_EQ(silent.Admitted("2027-05-01T00:00:00Z"), Intervals{});
  EXPECT_FALSE(silent.SilenceEnds("2026-04-11T10:00:00Z", "2027-05-01T00:00:00Z"));
}

// An attribution takes time out unless it is the obligor's, or its own supplier's.
TEST(ExclusionStanding, AttributionsTakeOutWhatIsNotTheObligors) {
  struct Case {
    const char *responsible, *cause, *ruled;
    bool out;
  };
  for (const Case& c : std::vector<Case>{{"customer", "customer", "customer", true},
                                         {"customer", "customer", "provider", false},
                                         {"provider", "provider", "customer", false},
                                         {"supplier", "provider-supplier", "supplier", false},
                                         {"nobody", "force-majeure", "nobody", true}}) {
    TimeActs acts(Plain());
    acts.Json(
        kAttributionProposed, "acme",
        absl::StrCat(R"({"name":"x","responsible":")", c.responsible, R"(","cause":")", c.cause,
                     R"(","from":"2026-04-10T10:30:00Z",)", R"("until":"2026-04-10T11:15:00Z"})"),
        "2026-04-12T09:00:00Z");
    acts.Json(kAttributionDetermined, "lab",
              absl::StrCat(R"({"name":"x","rank":"expert","responsible":")", c.ruled, R"("})"),
              "2026-04-13T09:00:00Z");
    EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), c.out ? Intervals{kAlleged} : Intervals{})
        << c.responsible << " " << c.cause;
  }
}

// Rule 31: after a closing only an expert or an arbitrator changes a window.
TEST(ExclusionStanding, AfterAClosingOnlyRulingsCount) {
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  ActStamp closed = acts.closed();
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-05-10T09:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-06-01T00:00:00Z", closed), Intervals{});
  EXPECT_EQ(acts.At("2026-06-01T00:00:00Z", closed).open.size(), 1u);
  acts.Json(kRulingIssued, "court",
            R"({"rank":"arbitrator","partial":false,)"
            R"("exclusions":[{"name":"storm","admission":"admitted"}]})",
            "2026-05-20T09:00:00Z");
  EXPECT_TRUE(acts.RulingsAfter("2026-05-19T00:00:00Z", closed).empty());
  EXPECT_TRUE(acts.RulingsAfter("2026-06-01T00:00:00Z", {}).empty()) << "nothing is closed";
  ASSERT_EQ(acts.RulingsAfter("2026-06-01T00:00:00Z", closed).size(), 1u);
  DecidedTime ruled = acts.At("2026-06-01T00:00:00Z", closed);
  EXPECT_EQ(acts.RulingsAfter("2026-06-01T00:00:00Z", closed)[0].act, ruled.rulings[0].act);
  EXPECT_TRUE(ruled.after_closing);
  EXPECT_TRUE(ruled.open.empty());
  // A proposal made after the closing opens nothing.
  acts.Json(kAttributionProposed, "acme", kCustomerCause, "2026-05-21T09:00:00Z");
  EXPECT_TRUE(acts.At("2026-06-01T00:00:00Z", closed).open.empty());
}

TEST(ExclusionStanding, OnlyWhatIsAboutTheObjectiveCounts) {
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "acme",
            R"({"name":"a","cause":"force-majeure","from":"2026-04-10T10:00:00Z",)"
            R"("until":"2026-04-10T12:00:00Z","objectives":["latency"]})",
            "2026-04-11T09:00:00Z");
  EXPECT_TRUE(acts.At("2026-05-01T00:00:00Z").open.empty());
  const char* notice = R"({"name":"m","cause":"planned-maintenance",)"
                       R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})";
  acts.Json(kMaintenanceAnnounced, "acme", notice, "2026-04-01T09:00:00Z");
  acts.Json(kMaintenanceAnnounced, "lab", notice, "2026-04-01T10:00:00Z");
  ASSERT_EQ(acts.Announcements("2026-05-01T00:00:00Z").size(), 1u);
  EXPECT_EQ(acts.Announcements("2026-05-01T00:00:00Z")[0].announced, On("2026-04-01T09:00:00Z"));
  EXPECT_TRUE(acts.Announcements("2026-04-01T08:59:59Z").empty());
}

// Rule 20: time is of an incident by decision, whoever is responsible, as far as it was decided.
TEST(ExclusionStanding, TimeIsOfAnIncidentByDecision) {
  TimeActs acts(Plain());
  acts.Json(kAttributionProposed, "acme",
            R"({"name":"x","responsible":"provider","cause":"provider","incident":"X",)"
            R"("from":"2026-04-10T10:30:00Z","until":"2026-04-10T11:15:00Z"})",
            "2026-04-11T09:00:00Z");
  acts.Json(kExclusionProposed, "acme",
            R"({"name":"storm","cause":"force-majeure","incident":"Y",)"
            R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})",
            "2026-04-11T09:00:00Z");
  EXPECT_TRUE(acts.At("2026-05-01T00:00:00Z").incidents.empty());
  acts.Json(kAttributionAgreed, "shop", R"({"name":"x"})", "2026-04-12T09:00:00Z");
  DecidedTime agreed = acts.At("2026-05-01T00:00:00Z");
  EXPECT_TRUE(agreed.admitted.empty());
  ASSERT_EQ(agreed.incidents.size(), 1u);
  EXPECT_EQ(agreed.incidents[0].incident, "X");
  EXPECT_EQ(agreed.incidents[0].time, Intervals{kAlleged});
  EXPECT_EQ(agreed.incidents[0].acts.size(), 2u);
  EXPECT_TRUE(acts.At("2026-04-12T08:00:00Z").incidents.empty()) << "not yet known";
  acts.Json(kExclusionDetermined, "court",
            R"({"name":"storm","rank":"arbitrator","admission":"rejected"})",
            "2026-04-13T09:00:00Z");
  EXPECT_EQ(acts.At("2026-05-01T00:00:00Z").incidents.size(), 1u);
  const Interval part = Of("2026-04-10T10:30:00Z", "2026-04-10T11:00:00Z");
  acts.Json(kAttributionDetermined, "court",
            R"({"name":"x","rank":"arbitrator","responsible":"customer","extent":[)"
            R"({"label":"a","from":"2026-04-10T10:30:00Z","until":"2026-04-10T11:00:00Z"}]})",
            "2026-04-14T09:00:00Z");
  DecidedTime ruled = acts.At("2026-05-01T00:00:00Z");
  ASSERT_EQ(ruled.incidents.size(), 1u);
  EXPECT_EQ(ruled.incidents[0].time, Intervals{part});
}

Rule RuleOf(const std::string& kind, std::vector<Choice> choices) {
  Rule rule;
  rule.id = "rule";
  rule.kind = kind;
  rule.choices = Choices(std::move(choices));
  return rule;
}

// DOMAIN 3.4: what is not decided stands as the burden of proof lies; it is open either way.
TEST(ExclusionStanding, TheBurdenOfProofDecidesWhatNobodyDid) {
  const auto play = [](const std::string& exclusion, const char* body) {
    Terms terms = Plain();
    terms.rules = {
        RuleOf("burden of proof", {{"attribution", {"obligor"}}, {"exclusion", {exclusion}}})};
    TimeActs acts(terms);
    acts.Json(kExclusionProposed, "acme", body, "2026-04-11T09:00:00Z");
    acts.Json(kExclusionContested, "shop", R"({"name":"storm"})", "2026-04-11T10:00:00Z");
    return acts.At("2026-05-01T00:00:00Z");
  };
  EXPECT_TRUE(play("obligor", kForceMajeure).admitted.empty());
  const DecidedTime out = play("obligee", kForceMajeure);
  ASSERT_EQ(out.admitted.size(), 1u);
  EXPECT_EQ(out.admitted[0].interval, kStorm);
  ASSERT_EQ(out.open.size(), 1u);
  EXPECT_NE(out.open[0].reason.find("contested"), std::string::npos);
  EXPECT_TRUE(out.incidents.empty());
  // One's own cause is not presumed away.
  EXPECT_TRUE(play("obligee", R"({"name":"storm","cause":"provider-supplier",)"
                              R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})")
                  .admitted.empty());
}

TEST(ExclusionStanding, SuppliersAreThirdPartiesOnlyByTheTerms) {
  const auto admitted = [](std::vector<Rule> rules) {
    Terms terms = Plain();
    terms.rules = std::move(rules);
    TimeActs acts(terms);
    acts.Json(kAttributionProposed, "acme",
              R"({"name":"x","responsible":"carrier","cause":"provider-supplier",)"
              R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})",
              "2026-04-11T09:00:00Z");
    acts.Json(kAttributionAgreed, "shop", R"({"name":"x"})", "2026-04-11T10:00:00Z");
    return acts.Admitted("2026-05-01T00:00:00Z");
  };
  EXPECT_EQ(admitted({}), Intervals{});
  EXPECT_EQ(admitted({RuleOf("third parties", {{"own suppliers", {"are not third parties"}}})}),
            Intervals{});
  EXPECT_EQ(admitted({RuleOf("third parties", {{"own suppliers", {"are third parties"}}})}),
            Intervals{kStorm});
}

// DOMAIN 3.3, 5: by notice of whom the terms name; a decision after the notice has heard it.
TEST(ExclusionStanding, AWorkAroundEndsWhatItCovers) {
  Terms terms = Plain();
  terms.rules = {RuleOf("mitigation", {{"covers", {"force majeure"}}, {"told by", {"customer"}}})};
  TimeActs acts(terms);
  const char* notice =
      R"({"about":"other","subject":"storm","since":"2026-04-10T10:45:00Z","reason":"line two"})";
  acts.Json(kNoticeGiven, "shop", notice, "2026-04-10T13:00:00Z");
  acts.Json(kExclusionProposed, "acme", kForceMajeure, "2026-04-11T09:00:00Z");
  acts.Json(kExclusionAgreed, "shop", R"({"name":"storm"})", "2026-04-11T10:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm}) << "about nothing yet";
  acts.Json(kNoticeGiven, "acme", notice, "2026-04-12T09:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"), Intervals{kStorm}) << "not by the provider";
  acts.Json(kNoticeGiven, "shop", notice, "2026-04-13T09:00:00Z");
  EXPECT_EQ(acts.Admitted("2026-05-01T00:00:00Z"),
            Intervals{Of("2026-04-10T10:00:00Z", "2026-04-10T10:45:00Z")});
  acts.Json(kExclusionDetermined, "court",
            R"({"name":"storm","rank":"arbitrator","admission":"admitted"})",
            "2026-04-20T09:00:00Z");
  const DecidedTime heard = acts.At("2026-05-01T00:00:00Z");
  ASSERT_EQ(heard.admitted.size(), 1u);
  EXPECT_EQ(heard.admitted[0].interval, kStorm);
  EXPECT_NE(heard.admitted[0].reason.find("determined by the arbitrator"), std::string::npos);
  ASSERT_EQ(heard.rulings.size(), 1u);
  EXPECT_TRUE(heard.rulings[0].by_authority);
}

TEST(ExclusionStanding, WhatAStrangerToTheObjectiveSaysIsAlleged) {
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "lab", kForceMajeure, "2026-04-11T09:00:00Z");
  const DecidedTime decided = acts.At("2026-05-01T00:00:00Z");
  EXPECT_TRUE(decided.admitted.empty());
  EXPECT_TRUE(decided.open.empty()) << "it makes nothing provisional";
  ASSERT_EQ(decided.noted.size(), 1u);
  EXPECT_NE(decided.noted[0].reason.find("alleged"), std::string::npos);
}

// Both sides may name thousands of parts; the one is not walked once for each part of the other.
TEST(ExclusionStanding, PartsOfManyPartsAreFoundInOneWalk) {
  constexpr int kParts = 20'000;
  const auto part = [](Instant first) {
    return absl::StrCat(R"({"from":")", FormatInstant(first), R"(","until":")",
                        FormatInstant(first + Seconds(2)), R"(","label":"p"})");
  };
  std::string proposed, agreed;
  for (int i = 0; i < kParts; ++i) {
    const Instant at = kStorm.first + Seconds(3 * i);
    absl::StrAppend(&proposed, i == 0 ? "" : ",", part(at));
    absl::StrAppend(&agreed, i == 0 ? "" : ",", part(at + Seconds(1)));
  }
  TimeActs acts(Plain());
  acts.Json(kExclusionProposed, "acme",
            absl::StrCat(R"({"name":"x","cause":"force-majeure","from":"2026-04-10T10:00:00Z",)"
                         R"("until":"2026-05-10T10:00:00Z","extent":[)",
                         proposed, "]}"),
            "2026-04-11T09:00:00Z");
  acts.Json(kExclusionAgreed, "shop", absl::StrCat(R"({"name":"x","extent":[)", agreed, "]}"),
            "2026-04-11T10:00:00Z");
  const Intervals admitted = acts.Admitted("2026-04-12T00:00:00Z");
  ASSERT_EQ(admitted.size(), static_cast<size_t>(kParts));
  for (int i = 0; i < kParts; ++i) {
    const Instant at = kStorm.first + Seconds(3 * i);
    const Interval common = {at + Seconds(1), at + Seconds(2)};
    ASSERT_EQ(admitted[static_cast<size_t>(i)], common);
  }
}

}  // namespace
}  // namespace tally::replay
