#include "tools/terms_measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kSourceForm =
    "name a feed and a source of it, like `lime-upptime/86723-coral-island`";
constexpr absl::string_view kUpForm =
    "choose `recorded status`, `{ codes: [200, 201], longest: 30 s }` (or `longest: none`) or "
    "`{ recorded status or codes: [403] }`";
constexpr absl::string_view kHoldForm =
    "choose `until next report`, `at most 26 h` or `probe of 60 s`";

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
  constexpr absl::string_view kForm =
      "choose `none` or `{ of: 5, quantum: 60 s, at window edge: cut before test, excluded time: "
      "breaks run }`";
  if (!field.present() || field.Says("none")) return std::nullopt;
  Fields choices(field, kForm);
  MinimumOutage outage;
  outage.count = choices.Need("of", "write how many bad quanta in a row make an outage")
                     .Count(1, 1'000'000)
                     .value_or(0);
  outage.quantum = choices.Need("quantum", "write the length of one quantum, like `60 s`")
                       .Length()
                       .value_or(Duration{});
  outage.alignment = Alignment::kSliding;
  choices.Choose("at window edge", kEdgeWords, outage.edge);
  choices.Choose("excluded time", kExcludedWords, outage.excluded);
  choices.Done();
  return outage;
}

std::optional<AgreedExclusion> ReadExclusion(const Field& field, const replay::Zone* zone) {
  constexpr absl::string_view kWhen = "write a date like `2025-06-01` or a time with its offset";
  Fields choices(field, "write `{ id: ..., cause: ..., from: ..., until: ... }`");
  std::optional<std::string> id = choices.Need("id", "give the exclusion a name").Name();
  std::optional<std::string> cause =
      choices.Need("cause", "write the cause, like `planned maintenance`")
          .Text("write the cause, like `planned maintenance`");
  std::optional<Instant> from = ReadInstant(choices.Need("from", kWhen), zone);
  Field until_field = choices.Need("until", kWhen);
  std::optional<Instant> until = ReadInstant(until_field, zone);
  choices.Done();
  if (!id || !cause || !from || !until) return std::nullopt;
  if (*until <= *from) {
    until_field.Error("terms-contradiction",
                      absl::StrCat("the exclusion ", *id, " ends before it begins"));
    return std::nullopt;
  }
  return AgreedExclusion{*id, *cause, {*from, *until}};
}

void ReadRolling(const Field& field, WindowRule& window) {
  Fields choices(field,
                 "choose `calendar month`, `calendar quarter`, `calendar year` or `{ rolling: 30 "
                 "days, step: 1 day, length: local days, first windows: not measured }`");
  window.every = WindowEvery::kRollingDays;
  window.days =
      choices.Need("rolling", "write the window's length, like `30 days`").Days(1).value_or(0);
  window.step_days =
      choices.Need("step", "write how far apart windows end, like `1 day`").Days(1).value_or(0);
  choices.Choose("length", kLengthWords, window.length);
  choices.Choose("first windows", kShortWords, window.short_first);
  choices.Done();
}

}  // namespace

AvailabilityByTime ReadMeasure(const Field& field) {
  constexpr Word<int> kKinds[] = {{"availability by time", 1}};
  AvailabilityByTime measure;
  Fields choices(field);
  int kind = 0;
  choices.Choose("kind", kKinds, kind);
  measure.sources = ReadSources(choices);
  measure.rule = ReadStateRule(choices.Need("up when", kUpForm));
  ReadHolding(choices.Need("state holds", kHoldForm), measure);
  choices.Choose("unknown time", kUnknownWords, measure.unknown);
  choices.Choose("degraded", kDegradedWords, measure.degraded);
  ReadDenominator(choices, measure);
  measure.minimum_outage = ReadMinimumOutage(
      choices.Need("minimum outage",
                   "choose `none` or `{ of: 5, quantum: 60 s, at window edge: ..., excluded "
                   "time: ... }`"));
  choices.Choose("resolution", kResolutionWords, measure.resolution);
  SnapWord snap{};
  choices.Choose("snap", kSnapWords, snap);
  measure.snap = snap.snap;
  measure.snap_scope = snap.scope;
  choices.Done();
  return measure;
}

WindowRule ReadWindow(const Field& field, TermsZones& zones) {
  constexpr absl::string_view kEvery =
      "choose `calendar month`, `calendar quarter`, `calendar year` or `{ rolling: 30 days, step: "
      "1 day, length: ..., first windows: ... }`";
  WindowRule window;
  Fields choices(field);
  Field every = choices.Need("every", kEvery);
  if (every.IsMap()) {
    ReadRolling(every, window);
    choices.Exclude("when clipped", "`first windows` says what a short window is worth");
  } else {
    if (every.present() && !every.node().IsText()) {
      every.Bad(kEvery);
    } else {
      Choose(every, kCalendarWindows, window.every);
    }
    choices.Choose("when clipped", kClippedWords, window.clipped);
  }
  window.zone = zones.Read(choices.Need("zone", "name the zone whose calendar cuts the windows"));
  choices.Done();
  return window;
}

Target ReadTarget(const Field& field) {
  constexpr absl::string_view kForm =
      "write `at least` and a percentage up to 100, like `at least "
      "99.99 %`, with six decimals at most";
  Target target;
  if (!field.present()) return target;
  if (std::optional<std::string> text = field.After("at least ")) {
    if (std::optional<Decimal> percent = ParsePercent(*text, 100)) {
      target.compare = Compare::kAtLeast;
      target.percent = *percent;
      return target;
    }
  }
  field.Bad(kForm);
  return target;
}

std::vector<AgreedExclusion> ReadExclusions(const Field& field, const replay::Zone* zone) {
  std::vector<AgreedExclusion> exclusions;
  if (!field.present() || field.Says("none")) return exclusions;
  for (const Field& item :
       field.Items("choose `none` or a list of `{ id: ..., cause: ..., from: ..., until: ... }`")) {
    std::optional<AgreedExclusion> exclusion = ReadExclusion(item, zone);
    if (!exclusion) continue;
    for (const AgreedExclusion& other : exclusions) {
      if (other.id != exclusion->id) continue;
      item.Error("terms-contradiction", absl::StrCat("the exclusion ", other.id, " stands twice"));
    }
    exclusions.push_back(*std::move(exclusion));
  }
  std::sort(exclusions.begin(), exclusions.end(),
            [](const AgreedExclusion& a, const AgreedExclusion& b) { return a.id < b.id; });
  return exclusions;
}

}  // namespace tally::tools
