#include "tools/terms_measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/terms_vocabulary.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kSourceForm =
    "name a feed and a source of it, like `lime-upptime/86723-coral-island`";
constexpr absl::string_view kUpForm =
    "choose `recorded status`, `{ codes: [200, 201], longest: 30 s }` (or `longest: none`) or "
    "`{ recorded status or codes: [403] }`";
constexpr absl::string_view kHoldForm =
    "choose `until next report`, `at most 26 h` or `probe of 60 s`";

constexpr absl::string_view kCoverageForm =
    "choose `none` or the share of the window that must be known, like `at least 99 %`";
constexpr absl::string_view kOutageForm =
    "choose `none` or `{ of: 5, quantum: 60 s, aligned: sliding, at window edge: cut before test, "
    "excluded time: breaks run }`";

std::optional<SourceRef> ReadSource(const Field& field) {
  std::optional<std::string> text = field.Text(kSourceForm);
  if (!text) return std::nullopt;
  const size_t slash = text->find('/');
  // The feed is a name of the ledger; the source is whatever the feed calls it.
  YamlNode feed = field.node();
  feed.text = text->substr(0, slash);
  if (slash == std::string::npos || slash + 1 == text->size()) {
    field.Bad(kSourceForm);
    return std::nullopt;
  }
  if (!Field(feed, field.path(), field.report()).Name()) return std::nullopt;
  return SourceRef{feed.text, text->substr(slash + 1)};
}

// `source` or `sources` of a measure or a monitor.
std::vector<SourceRef> ReadSources(Fields& measure) {
  std::vector<SourceRef> sources;
  Field several = measure.Find("sources");
  Field one = several.present() ? Field() : measure.Need("source", kSourceForm);
  if (several.present()) {
    measure.Exclude("source", "`sources` lists what is measured");
    for (const Field& item : several.Items("list the sources, first the one that prevails")) {
      if (std::optional<SourceRef> source = ReadSource(item)) sources.push_back(*source);
    }
  } else if (std::optional<SourceRef> source = ReadSource(one)) {
    sources.push_back(*source);
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const SourceRef& source : sources) {
    if (seen.insert({source.feed, source.source}).second) continue;
    several.Error("terms-contradiction",
                  absl::StrCat("the source ", source.feed, "/", source.source, " stands twice"));
  }
  return sources;
}

// Ascending and once.
std::vector<int64_t> ReadCodes(const Field& field) {
  std::vector<int64_t> codes;
  for (const Field& item : field.Items("list the codes, like `[200, 201]`")) {
    std::optional<int64_t> code = item.Integer();
    if (!code) continue;
    if (std::find(codes.begin(), codes.end(), *code) != codes.end()) {
      item.Error("terms-contradiction", absl::StrCat("the code ", *code, " stands twice"));
    }
    codes.push_back(*code);
  }
  std::sort(codes.begin(), codes.end());
  return codes;
}

StateRule ReadStateRule(const Field& field) {
  StateRule rule;
  if (!field.present()) return rule;
  if (field.Says("recorded status")) {
    rule.up = UpRule::kRecordedStatus;
    return rule;
  }
  Fields choices(field, kUpForm);
  if (Field codes = choices.Find("recorded status or codes"); codes.present()) {
    rule.up = UpRule::kRecordedStatusOrCodes;
    rule.codes_up = ReadCodes(codes);
    choices.Exclude("longest", "the recorded status decides how long is too long");
    choices.Exclude("codes", "`recorded status or codes` lists them");
  } else {
    rule.up = UpRule::kCodes;
    rule.codes_up = ReadCodes(choices.Need("codes", kUpForm));
    Field longest = choices.Need(
        "longest", "write the longest response that is still up, like `30 s`, or `none`");
    if (!longest.Says("none")) rule.longest = longest.Length();
  }
  choices.Done();
  return rule;
}

void ReadHolding(const Field& field, AvailabilityByTime& measure) {
  const auto rest = [&](absl::string_view prefix) -> std::optional<Duration> {
    std::optional<std::string> text = field.After(prefix);
    if (!text) return std::nullopt;
    absl::StatusOr<Duration> length = ParseDuration(*text);
    if (!length.ok() || length->micros <= 0) return std::nullopt;
    return *length;
  };
  if (!field.present()) return;
  if (field.Says("until next report")) {
    measure.holding = Holding::kUntilNext;
  } else if (std::optional<Duration> limit = rest("at most ")) {
    measure.holding = Holding::kAtMost;
    measure.hold_limit = limit;
  } else if (std::optional<Duration> quantum = rest("probe of ")) {
    measure.holding = Holding::kProbe;
    measure.quantum = quantum;
  } else {
    field.Bad(kHoldForm);
  }
}

void ReadDenominator(Fields& choices, AvailabilityByTime& measure) {
  constexpr absl::string_view kForm =
      "choose `stays in denominator`, `leaves denominator`, `leaves denominator where down` or "
      "`fixed denominator of 43200 min`";
  Field field = choices.Need("excluded time", kForm);
  if (std::optional<std::string> fixed = field.After("fixed denominator of ")) {
    absl::StatusOr<Duration> length = ParseDuration(*fixed);
    if (!length.ok() || length->micros <= 0) {
      field.Bad(kForm);
    } else {
      measure.denominator = Denominator::kFixed;
      measure.fixed = *length;
    }
    choices.Choose("below zero", kBelowZeroWords, measure.clamp_at_zero);
    return;
  }
  choices.Exclude("below zero", "only a fixed denominator can give a value below zero");
  if (field.Says("stays in denominator")) {
    measure.denominator = Denominator::kKeep;
  } else if (field.Says("leaves denominator")) {
    measure.denominator = Denominator::kRemove;
  } else if (field.Says("leaves denominator where down")) {
    measure.denominator = Denominator::kRemoveOverlap;
  } else if (field.present()) {
    field.Bad(kForm);
  }
}

std::optional<MinimumOutage> ReadMinimumOutage(const Field& field) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  Fields choices(field, kOutageForm);
  MinimumOutage outage;
  outage.count = choices.Need("of", "write how many bad quanta in a row make an outage")
                     .Count(1, 1'000'000)
                     .value_or(0);
  outage.quantum = choices.Need("quantum", "write the length of one quantum, like `60 s`")
                       .Length()
                       .value_or(Duration{});
  outage.alignment = Alignment::kSliding;
  choices.Choose("aligned", kAlignmentWords, outage.alignment);
  choices.Choose("at window edge", kEdgeWords, outage.edge);
  choices.Choose("excluded time", kExcludedWords, outage.excluded);
  choices.Done();
  return outage;
}

constexpr absl::string_view kMonitorForm =
    "list two monitors or more, like `- { name: provider, source: probes/web-shop }`";

std::vector<Monitor> ReadMonitors(const Field& field) {
  std::vector<Monitor> monitors;
  std::set<std::string> names;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Field& item : field.Items(kMonitorForm)) {
    Fields choices(item, kMonitorForm);
    Monitor monitor;
    Field name = choices.Need("name", "give the monitor a name");
    monitor.name = name.Name().value_or("");
    if (!monitor.name.empty() && !names.insert(monitor.name).second) {
      name.Error("terms-contradiction",
                 absl::StrCat("the monitor ", monitor.name, " stands twice"));
    }
    monitor.sources = ReadSources(choices);
    choices.Done();
    for (const SourceRef& source : monitor.sources) {
      if (seen.insert({source.feed, source.source}).second) continue;
      item.Error("terms-contradiction", absl::StrCat("the source ", source.feed, "/", source.source,
                                                     " belongs to two monitors"));
    }
    monitors.push_back(std::move(monitor));
  }
  if (field.present() && field.node().IsList() && field.node().items.size() == 1) {
    field.Error("terms-contradiction", "one monitor alone needs no policy",
                "name its source under `source`");
  }
  return monitors;
}

// "at least N down" or one of the words.
void ReadPolicy(const Field& field, AvailabilityByTime& measure) {
  if (!field.present()) return;
  for (const Word<MonitorPolicy>& word : kPolicyWords) {
    if (!field.Says(word.text)) continue;
    measure.policy = word.value;
    return;
  }
  std::optional<std::string> count = field.After("at least ");
  if (count && absl::EndsWith(*count, " down")) {
    YamlNode number = field.node();
    number.text = count->substr(0, count->size() - 5);
    measure.policy = MonitorPolicy::kQuorum;
    const auto most = static_cast<uint32_t>(std::max<size_t>(measure.monitors.size(), 2));
    measure.quorum = Field(number, field.path(), field.report()).Count(1, most).value_or(0);
    return;
  }
  field.Bad(
      absl::StrCat(ChooseOneOf(TextsOf(kPolicyWords)), ", or a number like `at least 2 down`"));
}

// What is observed: one thing by ranked sources, or by several monitors and a policy.
void ReadObservers(Fields& choices, AvailabilityByTime& measure) {
  constexpr absl::string_view kOne = "it goes with `monitors`";
  Field monitors = choices.Find("monitors");
  if (!monitors.present()) {
    measure.sources = ReadSources(choices);
    choices.Exclude("policy", kOne);
    choices.Exclude("silent monitor", kOne);
    return;
  }
  choices.Exclude("source", "`monitors` lists what is observed");
  choices.Exclude("sources", "`monitors` lists what is observed");
  measure.monitors = ReadMonitors(monitors);
  ReadPolicy(choices.Need("policy", absl::StrCat(ChooseOneOf(TextsOf(kPolicyWords)),
                                                 ", or a number like `at least 2 down`")),
             measure);
  if (measure.policy == MonitorPolicy::kAllDown || measure.policy == MonitorPolicy::kQuorum) {
    choices.Choose("silent monitor", kSilentWords, measure.silent);
  } else if (measure.policy != MonitorPolicy::kUnset) {
    choices.Exclude("silent monitor", "this policy says itself what a silent monitor does");
  } else {
    choices.Find("silent monitor");
  }
}

std::optional<Decimal> ReadCoverage(const Field& field) {
  if (!field.present() || field.Says("none")) return std::nullopt;
  if (std::optional<std::string> text = field.After("at least ")) {
    std::optional<Decimal> percent = ParsePercent(*text, 100);
    if (percent && *percent > Decimal{}) return percent;
  }
  field.Bad(kCoverageForm);
  return std::nullopt;
}

AvailabilityByTime ReadAvailability(Fields& choices) {
  AvailabilityByTime measure;
  ReadObservers(choices, measure);
  measure.rule = ReadStateRule(choices.Need("up when", kUpForm));
  ReadHolding(choices.Need("state holds", kHoldForm), measure);
  choices.Choose("unknown time", kUnknownWords, measure.unknown);
  measure.coverage_floor = ReadCoverage(choices.Need("coverage", kCoverageForm));
  choices.Choose("degraded", kDegradedWords, measure.degraded);
  ReadDenominator(choices, measure);
  measure.minimum_outage = ReadMinimumOutage(choices.Need("minimum outage", kOutageForm));
  choices.Choose("resolution", kResolutionWords, measure.resolution);
  SnapWord snap{};
  choices.Choose("snap", kSnapWords, snap);
  measure.snap = snap.snap;
  measure.snap_scope = snap.scope;
  return measure;
}

}  // namespace

void ReadMeasure(const Field& field, Objective& objective) {
  Fields choices(field);
  std::vector<absl::string_view> kinds = KindsOf(ThingKind::kMeasure);
  kinds.insert(kinds.begin(), kAvailabilityKind);
  Field kind = choices.Need("kind", ChooseOneOf(kinds));
  if (!kind.present() || kind.Says(kAvailabilityKind)) {
    objective.measure = ReadAvailability(choices);
    choices.Done();
    return;
  }
  Measure measure;
  const VocabularyRow* row = ReadKind(kind, ThingKind::kMeasure, kinds);
  if (row == nullptr) return;  // its choices cannot be judged
  measure.kind = std::string(row->kind);
  if (row->sources) {
    measure.sources = ReadSources(choices);
  } else {
    choices.Exclude("source", "this kind has no source of its own");
    choices.Exclude("sources", "this kind has no source of its own");
  }
  measure.choices = ReadChoices(choices, *row);
  choices.Done();
  objective.counted = std::move(measure);
}

}  // namespace tally::tools
