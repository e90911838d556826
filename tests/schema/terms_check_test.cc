// Goal: each choice that terms need is missed when it is absent, and each that needs another is
// refused alone. Method: a table of one change each to complete terms, with the words that the
// message must hold.
#include "schema/terms_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/schema/terms_example_support.h"

namespace tally {
namespace {

struct Case {
  std::string message;
  std::function<void(Terms&)> change;
};

void ExpectRefused(const Case& test) {
  Terms terms = ExampleTerms();
  test.change(terms);
  const absl::Status status = CheckTerms(terms);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.message;
  EXPECT_TRUE(absl::StrContains(status.message(), test.message))
      << test.message << " expected, found " << status.message();
}

TEST(TermsCheck, CompleteTermsPass) { EXPECT_TRUE(CheckTerms(ExampleTerms()).ok()); }

TEST(TermsCheck, TheTermsThemselves) {
  const Case cases[] = {
      {"terms: agreement", [](Terms& t) { t.agreement.clear(); }},
      {"parties", [](Terms& t) { t.parties.clear(); }},
      {"stands twice", [](Terms& t) { t.parties[1].role = "provider"; }},
      {"until", [](Terms& t) { t.until = t.from; }},
      {"zone", [](Terms& t) { t.zone.rules = {}; }},
      {"fee \"hosting\": per", [](Terms& t) { t.fees[0].per = WindowEvery::kUnset; }},
      {"negative", [](Terms& t) { t.fees[0].amount.minor = -1; }},
      {"objectives", [](Terms& t) { t.objectives.clear(); }},
      {"ids ascend", [](Terms& t) { t.objectives.push_back(t.objectives[0]); }},
      {"ids ascend", [](Terms& t) { t.objectives[0].id.clear(); }},
      {"disputes: credits", [](Terms& t) { t.disputes.credits = ClaimNeeded::kUnset; }},
      {"claim within days: missing", [](Terms& t) { t.disputes.claim_within_days = 0; }},
      {"answer within days: missing", [](Terms& t) { t.disputes.answer_within_days = 0; }},
      {"silence: missing", [](Terms& t) { t.disputes.silence = SilentAnswer::kUnset; }},
      {"claim within days: stands", [](Terms& t) { t.disputes.credits = ClaimNeeded::kAutomatic; }},
      {"late evidence", [](Terms& t) { t.disputes.late_evidence = LateEvidence::kUnset; }},
  };
  for (const Case& test : cases) ExpectRefused(test);
}

// The rules of each zone stand in one place.
TEST(TermsCheck, ZonesOfCalendars) {
  const auto digest = [](uint8_t byte) { return Rename<DocumentDigest>(Hash{{byte}}); };
  const auto in = [digest](Terms& terms, const std::string& zone, uint8_t rules) {
    terms.calendars.push_back({absl::StrCat("hours-", terms.calendars.size()), digest(9),
                               ZoneRef{zone, rules == 0 ? DocumentDigest{} : digest(rules)}});
  };
  Terms sound = ExampleTerms();
  in(sound, "Asia/Tokyo", 7);
  in(sound, "Asia/Tokyo", 7);
  EXPECT_TRUE(CheckTerms(sound).ok()) << CheckTerms(sound);
  const absl::StatusOr<Terms> back = DecodeTerms(Encode(sound));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->calendars, sound.calendars);
  const Case cases[] = {
      {"calendars: names no zone", [in](Terms& t) { in(t, "", 7); }},
      {"calendars: without the digest", [in](Terms& t) { in(t, "Asia/Tokyo", 0); }},
      {"states already", [in](Terms& t) { in(t, t.zone.name, 7); }},
      {"states already", [in](Terms& t) { in(t, t.objectives[0].window.zone.name, 7); }},
      {"two rules for one zone",
       [in](Terms& t) {
         in(t, "Asia/Tokyo", 7);
         in(t, "Asia/Tokyo", 8);
       }},
  };
  for (const Case& test : cases) ExpectRefused(test);
}

TEST(TermsCheck, WhereTheyComeFrom) {
  const Case cases[] = {
      {"levels: until", [](Terms& t) { t.levels->until = t.levels->from; }},
      {"a level is empty or stands twice",
       [](Terms& t) { t.levels->documents[1].level = "service"; }},
      {"documents: one without its digest", [](Terms& t) { t.levels->documents[0].document = {}; }},
      {"fields: none", [](Terms& t) { t.levels->fields.clear(); }},
      {"does not ascend", [](Terms& t) { t.levels->fields[1].field = "disputes.objection"; }},
      {"its level has no document", [](Terms& t) { t.levels->fields[0].level = "customer"; }},
      {"rule: not stated", [](Terms& t) { t.levels->fields[0].rule = FieldRule::kUnset; }},
      {"its line is not stated", [](Terms& t) { t.levels->fields[0].line = 0; }},
      {"support of \"x\": is no objective", [](Terms& t) { t.supports[0].objective = "x"; }},
      {"kind: not stated", [](Terms& t) { t.supports[0].kind = SupportKind::kUnset; }},
      {"a name is empty", [](Terms& t) { t.supports[0].by.clear(); }},
      {"the agreement itself", [](Terms& t) { t.supports[0].agreement = t.agreement; }},
      {"stands twice", [](Terms& t) { t.supports.push_back(t.supports[0]); }},
  };
  for (const Case& test : cases) ExpectRefused(test);
}

// A change to the measure of the one objective.
Case Measure(std::string message, std::function<void(AvailabilityByTime&)> change) {
  return {"objective \"availability\": " + message,
          [change](Terms& t) { change(t.objectives[0].measure); }};
}

TEST(TermsCheck, TheMeasure) {
  using M = AvailabilityByTime;
  const Case cases[] = {
      Measure("sources: none", [](M& m) { m.sources.clear(); }),
      Measure("sources: \"site\"", [](M& m) { m.sources[1].feed = "probe"; }),
      Measure("rule: up: not stated", [](M& m) { m.rule.up = UpRule::kUnset; }),
      Measure("rule: codes up: missing", [](M& m) { m.rule.codes_up.clear(); }),
      Measure("rule: codes up: stands", [](M& m) { m.rule.up = UpRule::kRecordedStatus; }),
      Measure("rule: codes up: not in",
              [](M& m) {
                m.rule.codes_up = {200, 200};
              }),
      Measure("rule: longest", [](M& m) { m.rule.up = UpRule::kRecordedStatusOrCodes; }),
      Measure("rule: longest", [](M& m) { m.rule.longest = Seconds(0); }),
      Measure("holding: not stated", [](M& m) { m.holding = Holding::kUnset; }),
      Measure("hold limit: missing", [](M& m) { m.hold_limit.reset(); }),
      Measure("hold limit: stands", [](M& m) { m.holding = Holding::kUntilNext; }),
      Measure("hold limit: not a positive", [](M& m) { m.hold_limit = Seconds(0); }),
      Measure("quantum: stands", [](M& m) { m.quantum = Seconds(60); }),
      Measure("unknown: not stated", [](M& m) { m.unknown = CountsAs::kUnset; }),
      Measure("degraded: not stated", [](M& m) { m.degraded = CountsAs::kUnset; }),
      Measure("degraded: counts", [](M& m) { m.degraded = CountsAs::kRemoved; }),
      Measure("denominator: not stated", [](M& m) { m.denominator = Denominator::kUnset; }),
      Measure("fixed: missing", [](M& m) { m.fixed.reset(); }),
      Measure("fixed: stands", [](M& m) { m.denominator = Denominator::kKeep; }),
      Measure("clamp at zero",
              [](M& m) {
                m.denominator = Denominator::kKeep;
                m.fixed.reset();
              }),
      Measure("minimum outage: quantum", [](M& m) { m.minimum_outage->quantum = {}; }),
      Measure("minimum outage: count", [](M& m) { m.minimum_outage->count = 0; }),
      Measure("minimum outage: alignment",
              [](M& m) { m.minimum_outage->alignment = Alignment::kUnset; }),
      Measure("monitors: policy: stands", [](M& m) { m.policy = MonitorPolicy::kAnyDown; }),
      Measure("sources: stand beside",
              [](M& m) {
                m.monitors = {{"a", {{"probe", "a"}}}, {"b", {{"probe", "b"}}}};
                m.policy = MonitorPolicy::kAnyDown;
              }),
      Measure("monitors: only one",
              [](M& m) {
                m.monitors = {{"a", {{"probe", "a"}}}};
                m.sources.clear();
                m.policy = MonitorPolicy::kAnyDown;
              }),
      Measure("monitors: quorum: more",
              [](M& m) {
                m.monitors = {{"a", {{"probe", "a"}}}, {"b", {{"probe", "b"}}}};
                m.sources.clear();
                m.policy = MonitorPolicy::kQuorum;
                m.quorum = 3;
                m.silent = SilentMonitor::kMayBeDown;
              }),
      Measure("coverage floor",
              [](M& m) {
                m.coverage_floor = Decimal{101, 0};
              }),
      Measure("minimum outage: edge", [](M& m) { m.minimum_outage->edge = RunAtEdge::kUnset; }),
      Measure("minimum outage: excluded",
              [](M& m) { m.minimum_outage->excluded = ExcludedInRun::kUnset; }),
      Measure("resolution", [](M& m) { m.resolution = Milliseconds(7); }),
      Measure("snap: not stated", [](M& m) { m.snap = Snap::kUnset; }),
      Measure("snap scope: missing", [](M& m) { m.snap_scope = SnapScope::kUnset; }),
      Measure("snap scope: stands", [](M& m) { m.snap = Snap::kNone; }),
  };
  for (const Case& test : cases) ExpectRefused(test);
}

// A change to the one objective.
Case Duty(std::string message, std::function<void(Objective&)> change) {
  return {"objective \"availability\": " + message,
          [change](Terms& t) { change(t.objectives[0]); }};
}

TEST(TermsCheck, TheObjective) {
  using O = Objective;
  const Case cases[] = {
      Duty("obligor and obligee", [](O& o) { o.obligor = "monitor"; }),
      Duty("obligee", [](O& o) { o.obligee = "provider"; }),
      Duty("clause", [](O& o) { o.clause->id.clear(); }),
      Duty("exclusion \"M1\"", [](O& o) { o.exclusions.push_back(o.exclusions[0]); }),
      Duty("exclusion \"M1\": names no cause", [](O& o) { o.exclusions[0].cause.clear(); }),
      Duty("exclusion \"M1\": ends", [](O& o) { o.exclusions[0].interval.limit = {1000}; }),
      Duty("window: every", [](O& o) { o.window.every = WindowEvery::kUnset; }),
      Duty("window: zone", [](O& o) { o.window.zone.name.clear(); }),
      Duty("window: clipped", [](O& o) { o.window.clipped = ClippedWindow::kUnset; }),
      Duty("window: days: stands", [](O& o) { o.window.days = 30; }),
      Duty("window: step days: stands", [](O& o) { o.window.step_days = 1; }),
      Duty("window: length", [](O& o) { o.window.length = RollingLength::kElapsed; }),
      Duty("window: short first", [](O& o) { o.window.short_first = ShortRolling::kNotMeasured; }),
      Duty("window: days: missing", [](O& o) { o.window.every = WindowEvery::kRollingDays; }),
      Duty("empty: not stated", [](O& o) { o.empty = EmptyRule::kUnset; }),
      Duty("target: compare", [](O& o) { o.target.compare = Compare::kUnset; }),
      Duty("credit: fee", [](O& o) { o.credit->fee = "other"; }),
      Duty("window: anchor day", [](O& o) { o.window.anchor_day = 3; }),
      Duty("window: month end",
           [](O& o) {
             o.window.every = WindowEvery::kBillingCycle;
             o.window.anchor_day = 29;
           }),
      Duty("window: fixed", [](O& o) { o.window.every = WindowEvery::kFixedLength; }),
      Duty("target: minimum", [](O& o) { o.target.minimum = o.target.percent; }),
      Duty("target: stretch", [](O& o) { o.target.stretch = o.target.percent; }),
      Duty("measure: \"guess\" is no kind",
           [](O& o) {
             o.counted = tally::Measure{"guess", {}, {}};
           }),
      Duty("credit: scheme", [](O& o) { o.credit->scheme = "guess"; }),
      Duty("credit: edges", [](O& o) { o.credit->edges = TierEdges::kUnset; }),
      Duty("credit: tiers: missing", [](O& o) { o.credit->tiers.clear(); }),
      Duty("credit: tiers",
           [](O& o) {
             o.credit->tiers[0].from = Decimal{9999, 2};
           }),
      Duty("credit: tiers",
           [](O& o) {
             o.credit->tiers[0].credit_percent = {-1, 0};
           }),
      Duty("credit: rounding", [](O& o) { o.credit->rounding = Rounding::kUnset; }),
      Duty("credit: window cap",
           [](O& o) {
             o.credit->window_cap->currency = {"EUR", 2};
           }),
      Duty("credit: minimum", [](O& o) { o.credit->minimum->minor = -1; }),
  };
  for (const Case& test : cases) ExpectRefused(test);
}

TEST(TermsCheck, RollingWindowsStateTheirOwnChoices) {
  Terms terms = ExampleTerms();
  WindowRule& window = terms.objectives[0].window;
  window.every = WindowEvery::kRollingDays;
  window.clipped = ClippedWindow::kUnset;
  window.days = 30;
  window.step_days = 1;
  window.length = RollingLength::kLocalDays;
  window.short_first = ShortRolling::kNotMeasured;
  EXPECT_TRUE(CheckTerms(terms).ok()) << CheckTerms(terms);
  window.step_days = 0;
  EXPECT_FALSE(CheckTerms(terms).ok());
}

}  // namespace
}  // namespace tally
