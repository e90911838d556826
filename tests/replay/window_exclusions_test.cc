// Goal: time that terms or acts take out of a window leaves its figure, with reason and cause, and
// what is undecided makes the figure provisional.
// Method: the published cases of a ruling (GC-13) and of announced maintenance (GC-12) in a real
// ledger, replayed at two knowledge instants; recurring days; a closed window.
#include "replay/window_exclusions.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using enum BodyKind;

Bytes Json(BodyKind kind, absl::string_view json) {
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  EXPECT_TRUE(body.ok()) << body.status() << " " << json;
  return body.ok() ? *std::move(body) : Bytes{};
}

Rule MadeRule(std::string kind, std::vector<Choice> choices) {
  Rule rule;
  rule.id = "the-rule";
  rule.kind = std::move(kind);
  rule.choices = Choices(std::move(choices));
  return rule;
}

// Target 99.8 %, 10 % of 2,000.00 below it; whoever watches is the arbitrator.
void StateTerms(SmallCase& test) {
  test.terms.fees[0].amount = Cash("2000.00 USD");
  Objective& objective = test.terms.objectives[0];
  objective.target.percent = Figure("99.8");
  objective.credit->tiers = {{std::nullopt, Figure("99.8"), Figure("10")}};
  test.terms.disputes.credits = ClaimNeeded::kAutomatic;
  test.terms.disputes.claim_within_days = 0;
  test.terms.disputes.answer_within_days = 0;
  test.terms.disputes.silence = SilentAnswer::kUnset;
}
Rule WatchDecides() {
  return MadeRule("decision authority",
                  {{"arbitrator", {"monitor"}},
                   {"deemed acceptance", {"none"}},
                   {"expert", {"none"}},
                   {"order", {"arbitrator over expert over joint agreement"}}});
}

void Down(SmallCase& test, absl::string_view from, absl::string_view until) {
  test.feed.Report(1, State::kDown, On(from));
  test.feed.Report(1, State::kUp, On(until));
}
Result Known(SmallCase& test, absl::string_view at) {
  ReplayRequest request = test.Request("2026-04");
  request.axes.as_recorded = On(at);
  return test.Replay(request);
}
const DerivationLine* LineOf(const WindowResult& window, absl::string_view step) {
  for (const DerivationLine& line : window.derivation) {
    if (absl::string_view(line.step) == step) return &line;
  }
  return nullptr;
}

// GC-13
TEST(WindowExclusions, GC13RulingOnCauseAtTwoKnowledgeDates) {
  SmallCase test;
  StateTerms(test);
  test.terms.rules = {WatchDecides()};
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-15T00:00:00Z"));
  Down(test, "2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  test.Wait("2026-05-01T02:00:00Z");
  test.Publish("2026-05-01T01:00:00Z");
  test.Act(test.acme, kAttributionProposed,
           Json(kAttributionProposed,
                R"({"name":"cause","responsible":"customer","cause":"customer",)"
                R"("from":"2026-04-10T10:30:00Z","until":"2026-04-10T11:15:00Z"})"));
  test.Act(test.shop, kAttributionContested,
           Json(kAttributionContested, R"({"name":"cause","responsible":"provider"})"));
  test.Wait("2026-05-20T09:00:00Z");
  test.Act(test.watch, kRulingIssued,
           Json(kRulingIssued, R"({"rank":"arbitrator","partial":false,)"
                               R"("attributions":[{"name":"cause","responsible":"customer"}]})"));

  WindowResult before = Known(test, "2026-05-05T00:00:00Z").windows.at(0);
  EXPECT_EQ(before.value, *Fraction::Of(43'080, 43'200));
  EXPECT_EQ(FormatPercent(*before.value), "99.722222");
  EXPECT_EQ(before.verdict, Verdict::kBreached);
  EXPECT_EQ(before.status, WindowStatus::kProvisional);
  EXPECT_EQ(FormatMoney(before.credit->amount), "200.00 USD");
  const DerivationLine* undecided = LineOf(before, "undecided");
  ASSERT_NE(undecided, nullptr);
  EXPECT_TRUE(absl::StrContains(undecided->formula, "contested")) << undecided->formula;
  EXPECT_EQ(undecided->causes.size(), 2u);

  WindowResult after = Known(test, "2026-05-20T10:00:00Z").windows.at(0);
  EXPECT_EQ(after.value, *Fraction::Of(43'125, 43'200));
  EXPECT_EQ(FormatPercent(*after.value), "99.826389");
  EXPECT_EQ(after.verdict, Verdict::kMet);
  EXPECT_EQ(FormatMoney(after.credit->amount), "0.00 USD");
  const DerivationLine* excluded = LineOf(after, "exclusion");
  ASSERT_NE(excluded, nullptr);
  EXPECT_TRUE(absl::StrContains(excluded->formula, "arbitrator")) << excluded->formula;
  EXPECT_EQ(excluded->result, "45 min");
  EXPECT_EQ(LineOf(after, "undecided"), nullptr);
  // Both stay reproducible, and the acts are among the causes.
  EXPECT_EQ(Known(test, "2026-05-05T00:00:00Z").windows.at(0).figures, before.figures);
  for (const ledger::EventAddress& act : excluded->causes) {
    EXPECT_NE(std::find(after.causes.begin(), after.causes.end(), act), after.causes.end());
  }
}

// GC-12 through ledger times: the notice is when the ledger recorded it.
TEST(WindowExclusions, GC12MaintenanceAnnouncedInTheLedger) {
  SmallCase test;
  StateTerms(test);
  test.terms.rules = {MadeRule("maintenance", {{"cap", {"each calendar month"}},
                                               {"cap consumed by", {"down time"}},
                                               {"cap length", {"4 h"}},
                                               {"cap order", {"start"}},
                                               {"covers", {"planned maintenance"}},
                                               {"late notice", {"rejected"}},
                                               {"notice", {"2 d"}},
                                               {"notice counted in", {"elapsed time"}},
                                               {"overrun", {"counts"}}})};
  test.Agree(test.terms);
  auto announce = [&](const char* name, const char* at, const char* from, const char* until) {
    test.Wait(at);
    test.Act(test.acme, kMaintenanceAnnounced,
             Json(kMaintenanceAnnounced,
                  absl::StrCat(R"({"name":")", name, R"(","cause":"planned-maintenance","from":")",
                               from, R"(","until":")", until, R"("})")));
  };
  announce("d", "2026-04-01T00:00:00Z", "2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z");
  announce("a", "2026-04-03T01:59:00Z", "2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z");
  announce("b", "2026-04-10T02:00:01Z", "2026-04-12T02:00:00Z", "2026-04-12T04:00:00Z");
  announce("e", "2026-04-20T00:00:00Z", "2026-04-26T02:00:00Z", "2026-04-26T03:00:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-15T00:00:00Z"));
  Down(test, "2026-04-05T02:00:00Z", "2026-04-05T04:45:00Z");
  Down(test, "2026-04-12T02:30:00Z", "2026-04-12T03:30:00Z");
  Down(test, "2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z");
  Down(test, "2026-04-26T02:10:00Z", "2026-04-26T02:40:00Z");
  test.Wait("2026-05-01T02:00:00Z");
  test.Publish("2026-05-01T01:00:00Z");
  WindowResult april = test.Replay("2026-04").windows.at(0);
  EXPECT_EQ(april.value, *Fraction::Of(43'200 - 195, 43'200));
  EXPECT_EQ(FormatPercent(*april.value), "99.548611");
  const DerivationLine* excluded = LineOf(april, "exclusion");
  ASSERT_NE(excluded, nullptr);
  EXPECT_EQ(excluded->clause, "rules/the-rule");
  EXPECT_EQ(excluded->causes.size(), 1u);
}

// A decided window that is closed changes by a ruling alone, and says that it did.
TEST(WindowExclusions, AClosedWindowIsReopenedByARulingOnly) {
  SmallCase test;
  StateTerms(test);
  test.terms.rules = {WatchDecides()};
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-15T00:00:00Z"));
  Down(test, "2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  test.Wait("2026-05-01T02:00:00Z");
  test.Publish("2026-05-01T01:00:00Z");
  const char* storm = R"({"name":"storm","cause":"force-majeure",)"
                      R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})";
  test.Act(test.acme, kExclusionProposed, Json(kExclusionProposed, storm));
  test.Wait("2026-05-08T00:00:00Z");
  test.Project();
  WindowResult closed = test.Replay("2026-04").windows.at(0);
  EXPECT_EQ(closed.status, WindowStatus::kProvisional);  // closed, but a decision is open
  EXPECT_EQ(closed.verdict, Verdict::kBreached);
  test.Act(test.shop, kExclusionAgreed, Json(kExclusionAgreed, R"({"name":"storm"})"));
  Result agreed = test.Replay("2026-04");
  EXPECT_EQ(agreed.windows.at(0).verdict, Verdict::kBreached);
  EXPECT_FALSE(Has(agreed, "closing-not-reproduced"));
  test.Act(
      test.watch, kExclusionDetermined,
      Json(kExclusionDetermined, R"({"name":"storm","rank":"arbitrator","admission":"admitted"})"));
  Result ruled = test.Replay("2026-04");
  EXPECT_EQ(ruled.windows.at(0).verdict, Verdict::kMet);
  EXPECT_TRUE(ruled.windows.at(0).closed->differs);
  EXPECT_TRUE(Has(ruled, "closed-differs"));
  EXPECT_FALSE(Has(ruled, "closing-not-reproduced"));
}

TEST(WindowExclusions, RecurringDaysOfTheTerms) {
  SmallCase test;
  StateTerms(test);
  test.terms.objectives[0].measure.denominator = Denominator::kRemove;
  test.terms.rules = {MadeRule("recurring exclusion", {{"cause", {"planned maintenance"}},
                                                       {"occurs", {"first"}},
                                                       {"time", {"whole local day"}},
                                                       {"weekday", {"wednesday"}}})};
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-15T00:00:00Z"));
  Down(test, "2026-04-01T12:00:00Z", "2026-04-02T01:00:00Z");  // the first Wednesday and an hour
  test.Wait("2026-05-01T02:00:00Z");
  test.Publish("2026-05-01T01:00:00Z");
  WindowResult april = test.Replay("2026-04").windows.at(0);
  EXPECT_EQ(april.value, *Fraction::Of(29 * 24 - 1, 29 * 24));
}

}  // namespace
}  // namespace tally::replay
