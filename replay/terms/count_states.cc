// Measures of states beside availability by time (replay/terms/counting.h):
//
//   availability with hysteresis  1 - |unavailable \ E| / |W|, or over |W \ E| (M3, hysteresis.h)
//   resource availability         (sum of deployed - sum of down) / sum of deployed, where each
//                                 source is a resource of its own (M8)
//   outage count                  outages of at least d that begin in W, or by their part in W
//   (M18)
//
// All three stand on the lines of state_line.h: judged by recorded status, held as the terms say.
// Time after K is good. Evidence is read from its beginning, so that what was going on when the
// window began is known.
#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "replay/terms/counting.h"
#include "replay/terms/hysteresis.h"
#include "replay/terms/population.h"
#include "replay/terms/state_line.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

AvailabilityByTime HoldingOf(const Choices& choices) {
  AvailabilityByTime measure;
  measure.rule.up = UpRule::kRecordedStatus;
  if (choices.Is("hold", "at most")) {
    measure.holding = Holding::kAtMost;
    measure.hold_limit = choices.Length("hold limit");
  } else if (choices.Is("hold", "probe")) {
    measure.holding = Holding::kProbe;
    measure.quantum = choices.Length("probe length");
  } else {
    measure.holding = Holding::kUntilNext;
  }
  return measure;
}

const SampleValue* StateIn(const Item& item) {
  const auto* sample = std::get_if<SampleValue>(&item.body);
  return sample != nullptr && sample->state != State::kUnset ? sample : nullptr;
}

// The line of one source, or of all sources as versions of one thing.
absl::StatusOr<StateLine> LineOf(const CountQuestion& question, std::optional<uint32_t> source,
                                 const Interval& range) {
  Knowledge knowledge = question.knowledge;
  if (source && !question.watermarks.empty()) knowledge.watermark = question.watermarks[*source];
  AvailabilityMeter meter =
      StateMeter(HoldingOf(question.objective->counted->choices), range, knowledge);
  for (const Item& item : question.items) {
    const SampleValue* sample = StateIn(item);
    if (sample == nullptr || (source && item.source != *source)) continue;
    TALLY_RETURN_IF_ERROR(meter.Add({.from = item.observed.first,
                                     .until = item.observed.limit,
                                     .state = sample->state,
                                     .cause = item.cause}));
  }
  return TakeStates(meter);
}

// From the first report, and at least `margin` before the window, to `margin` after it.
Interval RangeAround(const CountQuestion& question, Duration margin) {
  const Interval& window = question.window.interval;
  Interval range{window.first - margin, window.limit + margin};
  if (!question.items.empty()) {
    range.first = std::min(range.first, question.items.front().observed.first);
  }
  return range;
}

bool IsBad(const Choices& choices, State state) {
  return state == State::kDown ||
         (state == State::kDegraded && choices.Is("degraded", "counts as down")) ||
         (state == State::kUnknown && choices.Is("unknown time", "counts as down"));
}

std::vector<Interval> BadTime(const Choices& choices, const StateLine& line) {
  return IntervalsWhere(line, [&choices](const StateStretch& stretch) {
    return !stretch.remaining && IsBad(choices, stretch.state);
  });
}

std::vector<Interval> UnknownTime(const StateLine& line) {
  return IntervalsWhere(line, [](const StateStretch& stretch) {
    return !stretch.remaining && stretch.state == State::kUnknown;
  });
}

// The events that began what stands against the window.
void RestsOnBad(const CountQuestion& question, const StateLine& line, Working& working) {
  const Choices& choices = question.objective->counted->choices;
  for (const StateStretch& stretch : line) {
    bool inside = !Intersection(stretch.interval, question.window.interval).empty();
    if (inside && stretch.cause && IsBad(choices, stretch.state)) working.RestsOn(*stretch.cause);
  }
}

std::string TimeText(Duration length) {
  return length.micros == 0 ? "0 s" : FormatDuration(length);
}

absl::Status SetCoverage(const CountQuestion& question, const StateLine& line, Counted& counted) {
  const Interval& window = question.window.interval;
  Duration unknown = LengthWithin(UnknownTime(line), window);
  Duration all = Length(window);
  TALLY_ASSIGN_OR_RETURN(counted.coverage, Fraction::Of(all.micros - unknown.micros, all.micros));
  return absl::OkStatus();
}

absl::StatusOr<Counted> CountHysteresis(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  HysteresisRule rule;
  rule.interval = choices.Length("interval");
  rule.bad_to_begin = choices.Count("bad to begin");
  rule.good_to_end = choices.Count("good to end");
  rule.bad = choices.Is("bad interval", "any of it is down") ? BadInterval::kAnyOfIt
                                                             : BadInterval::kAllOfIt;
  if (rule.bad_to_begin < 1 || rule.good_to_end < 1) {
    return absl::InvalidArgumentError("hysteresis: a state begins with at least one interval");
  }
  // G.826 looks past the window's end for the intervals that decide the state within it.
  Wide margin = Wide{rule.interval.micros} * (std::max(rule.bad_to_begin, rule.good_to_end) + 1);
  if (margin > Days(366).micros) return absl::OutOfRangeError("hysteresis: runs beyond a year");
  Interval range = RangeAround(question, {static_cast<int64_t>(margin)});
  TALLY_ASSIGN_OR_RETURN(StateLine line, LineOf(question, std::nullopt, range));
  Interval known{range.first, std::min(range.limit, question.knowledge.instant)};
  std::vector<Interval> unavailable;
  if (!known.empty()) unavailable = UnavailableTime(BadTime(choices, line), known, rule);

  const Interval& window = question.window.interval;
  // Time that a rolling window reaches back before the term is good, whatever was known of it.
  if (question.window.term_begins) {
    unavailable = Without(unavailable, {{Instant::Min(), *question.window.term_begins}});
  }
  std::vector<Interval> against = Without(unavailable, question.exclusions);
  Duration bad = LengthWithin(against, window);
  Duration excluded = LengthWithin(question.exclusions, window);
  Duration whole = Length(window);
  if (choices.Is("excluded time", "remove")) whole.micros -= excluded.micros;
  Counted counted;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(whole.micros - bad.micros, whole.micros));
  counted.population = whole.micros / rule.interval.micros;
  counted.failed = bad.micros / rule.interval.micros;
  TALLY_RETURN_IF_ERROR(SetCoverage(question, line, counted));
  Working working(question);
  RestsOnBad(question, line, working);
  if (excluded.micros > 0) {
    working.Line("excluded", "the union of the exclusions inside the window", TimeText(excluded));
  }
  working.Line("unavailable",
               absl::StrCat("from the first of ", rule.bad_to_begin, " bad intervals of ",
                            FormatDuration(rule.interval), " to the first of ", rule.good_to_end,
                            " good ones"),
               TimeText(bad));
  working.ShowCauses();
  if (counted.value) {
    working.Line("value", absl::StrCat("1 - ", TimeText(bad), " / ", TimeText(whole)),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

// ---- Resources -----------------------------------------------------------------------------

// When a resource is there. After K it stays as it was.
std::vector<Interval> Deployed(const CountQuestion& question, uint32_t source,
                               const StateLine& line) {
  if (question.objective->counted->choices.Is("deployed", "while known")) {
    bool there = false;
    return IntervalsWhere(line, [&there](const StateStretch& stretch) {
      if (!stretch.remaining) there = stretch.state != State::kUnknown;
      return there;
    });
  }
  std::vector<Interval> deployed;
  Instant limit = line.back().interval.limit;
  std::optional<Instant> since;
  for (const Item& item : question.items) {
    const SampleValue* sample = StateIn(item);
    if (sample == nullptr || item.source != source) continue;
    if (item.observed.first >= std::min(limit, question.knowledge.instant)) break;
    if (sample->state != State::kUnknown) {
      if (!since) since = item.observed.first;
    } else if (since) {
      deployed.push_back({*since, item.observed.first});
      since.reset();
    }
  }
  if (since) deployed.push_back({*since, limit});
  return Union(std::move(deployed), {Instant::Min(), Instant::Max()});
}

struct ResourceTime {
  Wide deployed = 0, down = 0, unknown = 0;  // microseconds over all resources
  int64_t resources = 0;
};

absl::Status AddResource(const CountQuestion& question, uint32_t source, ResourceTime& sum,
                         Working& working) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  TALLY_ASSIGN_OR_RETURN(StateLine line, LineOf(question, source, RangeAround(question, {})));
  std::vector<Interval> deployed = Deployed(question, source, line);
  if (choices.Is("excluded time", "remove")) deployed = Without(deployed, question.exclusions);
  std::vector<Interval> unknown = UnknownTime(line);
  std::vector<Interval> known = Without(deployed, unknown);
  int64_t unknown_time = LengthWithin(deployed, window).micros - LengthWithin(known, window).micros;
  sum.unknown += unknown_time;
  if (choices.Is("unknown time", "is removed")) deployed = known;
  Duration there = LengthWithin(deployed, window);
  if (there.micros == 0 && unknown_time == 0) return absl::OkStatus();
  ++sum.resources;
  sum.deployed += there.micros;
  std::vector<Interval> good = Without(deployed, BadTime(choices, line));
  std::vector<Interval> against = Without(Without(deployed, good), question.exclusions);
  Duration down = LengthWithin(against, window);
  sum.down += down.micros;
  if (down.micros > 0) RestsOnBad(question, line, working);
  return absl::OkStatus();
}

absl::StatusOr<Counted> CountResources(const CountQuestion& question) {
  Working working(question);
  ResourceTime sum;
  for (uint32_t i = 0; i < question.objective->counted->sources.size(); ++i) {
    TALLY_RETURN_IF_ERROR(AddResource(question, i, sum, working));
  }
  Counted counted;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(sum.deployed - sum.down, sum.deployed));
  const Choices& choices = question.objective->counted->choices;
  Wide all = sum.deployed + (choices.Is("unknown time", "is removed") ? sum.unknown : 0);
  TALLY_ASSIGN_OR_RETURN(counted.coverage, ShareOf(all - sum.unknown, all));
  const Wide second = Seconds(1).micros;
  counted.population = Capped(sum.deployed / second);
  counted.failed = Capped(sum.down / second);
  working.Line("deployed", absl::StrCat("time of ", sum.resources, " resources, in microseconds"),
               FormatWide(sum.deployed));
  working.Line("down", "down time of all of them, in microseconds", FormatWide(sum.down));
  working.ShowCauses();
  if (counted.value) {
    working.Line("value",
                 absl::StrCat("(", FormatWide(sum.deployed), " - ", FormatWide(sum.down), ") / ",
                              FormatWide(sum.deployed)),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

// ---- Outages -------------------------------------------------------------------------------

struct Outage {
  Instant first, limit;
  Duration length;  // from end to end, without what is excluded in between
};

std::vector<Outage> OutagesOf(const CountQuestion& question, const std::vector<Interval>& bad) {
  const Choices& choices = question.objective->counted->choices;
  bool breaks = choices.Is("excluded time", "breaks outage");
  Duration merge = choices.Has("merge gap") ? choices.Length("merge gap") : Duration{};
  std::vector<Outage> outages;
  for (const Interval& piece : Without(bad, question.exclusions)) {
    bool joins = false;
    Duration open;  // of the gap, what is not excluded: of a merged outage it is a part
    if (!outages.empty()) {
      Interval gap{outages.back().limit, piece.first};
      Duration excluded = LengthWithin(question.exclusions, gap);
      open.micros = Length(gap).micros - excluded.micros;
      joins = !(breaks && excluded.micros > 0) && (open.micros == 0 || open < merge);
    }
    if (joins) {
      outages.back().length.micros += open.micros;
    } else {
      outages.push_back({piece.first, piece.limit, {}});
    }
    outages.back().limit = piece.limit;
    outages.back().length.micros += Length(piece).micros;
  }
  return outages;
}

constexpr size_t kOutagesShown = 50;

void ShowOutages(const std::vector<Outage>& outages, Duration least, Working& working) {
  for (size_t i = 0; i < std::min(outages.size(), kOutagesShown); ++i) {
    const Outage& outage = outages[i];
    working.Line(
        "outage", absl::StrCat(FormatInstant(outage.first), " to ", FormatInstant(outage.limit)),
        absl::StrCat(TimeText(outage.length), outage.length < least ? ", too short to count" : ""));
  }
  if (outages.size() > kOutagesShown) {
    working.Line("outage", "others", absl::StrCat(outages.size() - kOutagesShown));
  }
}

absl::StatusOr<Counted> CountOutages(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  bool by_start = choices.Is("window of outage", "start");
  Interval range = RangeAround(question, {});
  // Without a report all time is unknown, from the beginning of the term: nothing is owed before.
  const Interval owed{question.term.first, Instant::Max()};
  if (by_start && owed.first > Instant::Min()) range.first = std::min(range.first, owed.first);
  if (by_start && !question.items.empty()) {
    // As far as anything is known: an outage is as long as it is, wherever it ends.
    Instant horizon = std::min(question.knowledge.watermark, question.knowledge.instant);
    for (const Item& item : question.items) horizon = std::max(horizon, item.observed.limit);
    range.limit = std::max(range.limit, std::min(horizon, kInstantLast));
  }
  TALLY_ASSIGN_OR_RETURN(StateLine line, LineOf(question, std::nullopt, range));
  std::vector<Interval> bad = BadTime(choices, line);
  bad = Union(std::move(bad), by_start ? owed : Intersection(window, owed));
  Duration least = choices.Has("at least") ? choices.Length("at least") : Duration{1};
  Counted counted;
  std::vector<Outage> outages = OutagesOf(question, bad);
  std::erase_if(outages, [&](const Outage& each) { return !window.Contains(each.first); });
  for (const Outage& outage : outages) {
    ++counted.population;
    if (outage.length >= least) ++counted.failed;
  }
  counted.value = Fraction::Whole(counted.failed);
  TALLY_RETURN_IF_ERROR(SetCoverage(question, line, counted));
  Working working(question);
  RestsOnBad(question, line, working);
  ShowOutages(outages, least, working);
  working.Line(
      "outages",
      absl::StrCat(counted.population, " begin in the window; those of at least ",
                   choices.Has("at least") ? FormatDuration(least) : "any length", " count"),
      absl::StrCat(counted.failed));
  working.ShowCauses();
  return std::move(working).Finish(std::move(counted));
}

}  // namespace

absl::StatusOr<Counted> CountStates(const CountQuestion& question) {
  TALLY_CHECK(question.objective != nullptr && question.objective->counted.has_value());
  const std::string& kind = question.objective->counted->kind;
  if (kind == "availability with hysteresis") return CountHysteresis(question);
  if (kind == "resource availability") return CountResources(question);
  if (kind == "outage count") return CountOutages(question);
  return absl::InvalidArgumentError(absl::StrCat("no measure of states is called \"", kind, "\""));
}

}  // namespace tally::replay
