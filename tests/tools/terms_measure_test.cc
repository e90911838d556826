// Goal: each form of an availability, its target and its exclusions compiles to its value, and what
// lies beside it is refused with its place. Method: one line of a sound file is changed at a time.
#include "tools/terms_measure.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

Objective Compiled(const std::string& from, const std::string& to) {
  absl::StatusOr<CompiledTerms> compiled =
      CompileTerms(With(SoundTerms(), from, to), "terms.yaml", MadeZones());
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? compiled->terms.objectives[0] : Objective();
}

// The one error that a change gives.
std::string ErrorOf(const std::string& from, const std::string& to) {
  const std::vector<std::string> errors = ErrorsOf(With(SoundTerms(), from, to));
  EXPECT_EQ(errors.size(), 1u) << to << (errors.size() > 1 ? "\n" + errors[1] : "");
  return errors.empty() ? "" : errors[0];
}

TEST(TermsMeasure, StateRules) {
  const std::string line = "up when: recorded status";
  EXPECT_EQ(Compiled(line, line).measure.rule.up, UpRule::kRecordedStatus);
  StateRule rule = Compiled(line, "up when: { codes: [204, 200, 0], longest: 30 s }").measure.rule;
  EXPECT_EQ(rule.up, UpRule::kCodes);
  EXPECT_EQ(rule.codes_up, (std::vector<int64_t>{0, 200, 204})) << "ascending";
  EXPECT_EQ(rule.longest, Seconds(30));
  rule = Compiled(line, "up when: { codes: [200], longest: none }").measure.rule;
  EXPECT_FALSE(rule.longest.has_value());
  rule = Compiled(line, "up when: { recorded status or codes: [403] }").measure.rule;
  EXPECT_EQ(rule.up, UpRule::kRecordedStatusOrCodes);
  EXPECT_EQ(rule.codes_up, (std::vector<int64_t>{403}));

  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "up when: always"),
                               "21:16 terms-bad-value `up when` is \"always\"; choose "));
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "up when: { codes: [200] }"),
                               "21:7 terms-missing-choice objectives.availability.measure.up when: "
                               "`longest` is not stated"));
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "up when: { codes: [], longest: none }"),
                               "21:25 terms-bad-value `codes` is a list; list the codes"));
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "up when: { codes: [200, 010], longest: none }"),
                               "21:31 terms-bad-value"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, "up when: { codes: [200, 200], longest: none }"),
                                "21:31 terms-contradiction the code 200 stands twice"));
  EXPECT_TRUE(
      absl::StrContains(ErrorOf(line, "up when: { recorded status or codes: [403], longest: 3 s }"),
                        "terms-contradiction `longest` means nothing here"));
}

TEST(TermsMeasure, SourcesAndHolding) {
  const std::string line = "source: lime-upptime/86723-coral-island";
  Objective objective = Compiled(line, "sources: [a/x, b/y/z]");
  ASSERT_EQ(objective.measure.sources.size(), 2u);
  EXPECT_EQ(objective.measure.sources[1].feed, "b");
  EXPECT_EQ(objective.measure.sources[1].source, "y/z");
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "source: lime-upptime"), "20:15 terms-bad-value"));
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "source: lime/"), "20:15 terms-bad-value"));
  EXPECT_TRUE(absl::StartsWith(ErrorOf(line, "source: Lime/x"), "20:15 terms-bad-value"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, "sources: [a/x, a/x]"), "stands twice"));

  const std::string holds = "state holds: until next report";
  EXPECT_EQ(Compiled(holds, holds).measure.holding, Holding::kUntilNext);
  objective = Compiled(holds, "state holds: at most 26 h");
  EXPECT_EQ(objective.measure.holding, Holding::kAtMost);
  EXPECT_EQ(objective.measure.hold_limit, Hours(26));
  objective = Compiled(holds, "state holds: probe of 60 s");
  EXPECT_EQ(objective.measure.holding, Holding::kProbe);
  EXPECT_EQ(objective.measure.quantum, Seconds(60));
  for (const std::string bad : {"forever", "at most", "at most 0 s", "at most 26", "probe of 1m"}) {
    EXPECT_TRUE(absl::StartsWith(ErrorOf(holds, "state holds: " + bad),
                                 "22:20 terms-bad-value `state holds` is \""));
  }
}

TEST(TermsMeasure, Denominators) {
  const std::string line = "excluded time: stays in denominator";
  EXPECT_EQ(Compiled(line, line).measure.denominator, Denominator::kKeep);
  EXPECT_EQ(Compiled(line, "excluded time: leaves denominator").measure.denominator,
            Denominator::kRemove);
  EXPECT_EQ(Compiled(line, "excluded time: leaves denominator where down").measure.denominator,
            Denominator::kRemoveOverlap);
  AvailabilityByTime fixed =
      Compiled(line, "excluded time: fixed denominator of 43200 min\n      below zero: clamp")
          .measure;
  EXPECT_EQ(fixed.denominator, Denominator::kFixed);
  EXPECT_EQ(fixed.fixed, Minutes(43'200));
  EXPECT_TRUE(fixed.clamp_at_zero);
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, "excluded time: fixed denominator of 43200 min"),
                                "18:5 terms-missing-choice objectives.availability.measure: `below "
                                "zero` is not stated; choose `clamp` or `keep`"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, line + "\n      below zero: clamp"),
                                "26:7 terms-contradiction `below zero` means nothing here"));
}

TEST(TermsMeasure, Coverage) {
  EXPECT_FALSE(Compiled("coverage: none", "coverage: none").measure.coverage_floor.has_value());
  EXPECT_EQ(*Compiled("coverage: none", "coverage: at least 99.5 %").measure.coverage_floor,
            (Decimal{995, 1}));
  for (const std::string bad : {"99 %", "at least 0 %", "at least 101 %", "at least 99", "all"}) {
    EXPECT_TRUE(absl::StartsWith(ErrorOf("coverage: none", "coverage: " + bad),
                                 "29:17 terms-bad-value `coverage` is \""))
        << bad;
  }
}

TEST(TermsMeasure, SeveralMonitors) {
  const std::string line = "source: lime-upptime/86723-coral-island";
  const std::string list =
      "monitors:\n        - { name: p, source: a/x }\n        - { name: t, sources: [b/y, c/y] }\n"
      "        - { name: c, source: d/z }\n      policy: ";
  for (const Word<MonitorPolicy>& word : kPolicyWords) {
    const bool silent = word.value == MonitorPolicy::kAllDown;
    const AvailabilityByTime measure =
        Compiled(line, list + std::string(word.text) +
                           (silent ? "\n      silent monitor: is passed over" : ""))
            .measure;
    EXPECT_EQ(measure.policy, word.value);
    EXPECT_TRUE(measure.sources.empty());
    ASSERT_EQ(measure.monitors.size(), 3u);
    EXPECT_EQ(measure.monitors[1].name, "t") << "in the order of the file";
    EXPECT_EQ(measure.monitors[1].sources[1].feed, "c");
  }
  const AvailabilityByTime quorum =
      Compiled(line, list + "at least 2 down\n      silent monitor: may be down").measure;
  EXPECT_EQ(quorum.policy, MonitorPolicy::kQuorum);
  EXPECT_EQ(quorum.quorum, 2u);
  EXPECT_EQ(quorum.silent, SilentMonitor::kMayBeDown);
  const auto contains = [&](const std::string& text, const std::string& what) {
    const std::string error = ErrorOf(line, text);
    EXPECT_TRUE(absl::StrContains(error, what)) << error;
  };
  contains(list + "at least 2 down", "`silent monitor` is not stated; choose `may be down`");
  contains(list + "at least 4 down\n      silent monitor: may be down",
           "write a whole number from 1 to 3");
  contains(list + "all up", "or a number like `at least 2 down`");
  contains(list + "any down\n      silent monitor: may be down",
           "`silent monitor` means nothing here");
  contains(list + "any down\n      " + line, "`source` means nothing here: `monitors` lists");
  contains(line + "\n      policy: any down", "`policy` means nothing here");
  contains(With(list, "name: t", "name: p") + "any down", "the monitor p stands twice");
  contains(With(list, "d/z", "a/x") + "any down", "the source a/x belongs to two monitors");
  contains("monitors: [{ name: p, source: a/x }]\n      policy: any down",
           "one monitor alone needs no policy");
}

TEST(TermsMeasure, TheFeedsOfMonitorsAreBound) {
  const std::string text = With(
      SoundTerms(), "source: lime-upptime/86723-coral-island",
      "monitors: [{ name: p, source: a/x }, { name: t, source: b/y }]\n      policy: any down");
  EXPECT_EQ(CompileTerms(text, "f", MadeZones())->feeds, (std::vector<std::string>{"a", "b"}));
}

TEST(TermsMeasure, MinimumOutageResolutionAndSnap) {
  const std::string line = "minimum outage: none";
  const std::string form =
      "minimum outage: { of: 5, quantum: 60 s, aligned: sliding, at window edge: cut after test, "
      "excluded time: is "
      "passed over }";
  const std::optional<MinimumOutage> outage = Compiled(line, form).measure.minimum_outage;
  ASSERT_TRUE(outage.has_value());
  EXPECT_EQ(outage->count, 5u);
  EXPECT_EQ(outage->quantum, Seconds(60));
  EXPECT_EQ(outage->alignment, Alignment::kSliding);
  EXPECT_EQ(Compiled(line, With(form, "sliding", "clock")).measure.minimum_outage->alignment,
            Alignment::kClock);
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, With(form, "aligned: sliding, ", "")),
                                "`aligned` is not stated; choose `sliding` or `clock`"));
  EXPECT_EQ(outage->edge, RunAtEdge::kCutAfterTest);
  EXPECT_EQ(outage->excluded, ExcludedInRun::kIsPassedOver);
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, With(form, "of: 5, ", "")), "`of` is not stated"));
  EXPECT_TRUE(absl::StrContains(ErrorOf(line, With(form, "of: 5", "of: 0")), "`of` is \"0\""));

  for (const Word<Duration>& word : kResolutionWords) {
    EXPECT_EQ(
        Compiled("resolution: 1 ms", "resolution: " + std::string(word.text)).measure.resolution,
        word.value);
  }
  EXPECT_TRUE(absl::StartsWith(ErrorOf("resolution: 1 ms", "resolution: 5 s"),
                               "27:19 terms-bad-value `resolution` is \"5 s\"; choose `1 ms`"));
  for (const Word<SnapWord>& word : kSnapWords) {
    const AvailabilityByTime measure =
        Compiled("snap: none", "snap: " + std::string(word.text)).measure;
    EXPECT_EQ((SnapWord{measure.snap, measure.snap_scope}), word.value);
  }
}

TEST(TermsMeasure, TargetsAndExclusions) {
  EXPECT_EQ(Compiled("at least 99.99 %", "at least 99.990 %").target.percent, (Decimal{9999, 2}));
  for (const std::string bad :
       {"99.99 %", "at most 1 %", "at least 101 %", "at least 99.99", "at least 99.9999999 %"}) {
    EXPECT_TRUE(
        absl::StartsWith(ErrorOf("at least 99.99 %", bad), "36:13 terms-bad-value `target` is \""))
        << bad;
  }
  const std::string one = "{ id: b, cause: moving, from: 2025-07-01, until: 2025-07-02 }";
  const std::string two =
      "{ id: a, cause: \"planned, twice\", from: 2025-08-01T00:00:00Z, until: "
      "2025-08-01T02:00:00Z }";
  const Objective objective =
      Compiled("exclusions: none", "exclusions: [" + one + ", " + two + "]");
  ASSERT_EQ(objective.exclusions.size(), 2u);
  EXPECT_EQ(objective.exclusions[0].id, "a") << "ascending by id";
  EXPECT_EQ(objective.exclusions[0].cause, "planned, twice");
  EXPECT_EQ(FormatInstant(objective.exclusions[1].interval.first), "2025-06-30T17:00:00Z");
  EXPECT_EQ(Length(objective.exclusions[1].interval), Hours(24));
  EXPECT_TRUE(
      absl::StrContains(ErrorOf("exclusions: none", "exclusions: [" + one + ", " + one + "]"),
                        "the exclusion b stands twice"));
  EXPECT_TRUE(absl::StrContains(
      ErrorOf("exclusions: none", "exclusions: [" + With(one, "2025-07-02", "2025-07-01") + "]"),
      "terms-contradiction the exclusion b is empty: it ends where it begins"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("exclusions: none", "exclusions: []"),
                                "30:17 terms-bad-value `exclusions` is a list; choose `none`"));
}

}  // namespace
}  // namespace tally::tools
