// Calls, counted by intervals (DOMAIN 3.1, M12 to M14). An interval belongs to the window that
// holds its beginning, and one that begins inside an exclusion is left out. A count can only be
// used for the threshold that it was made with: a window with counts made for another one has no
// verdict.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_desk.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Sums fit: each count is 64 bits wide, and there are far fewer than 2^63 intervals.
struct CallSums {
  Wide offered = 0, answered = 0, answered_in_time = 0;
  Wide abandoned = 0, abandoned_in_time = 0, abandoned_short = 0;
  Wide waited = 0;  // microseconds

  void Add(const CallCounts& counts) {
    offered += counts.offered;
    answered += counts.answered;
    answered_in_time += counts.answered_in_time;
    abandoned += counts.abandoned;
    abandoned_in_time += counts.abandoned_in_time;
    abandoned_short += counts.abandoned_short;
    waited += counts.waited.micros;
  }
};

struct CallsFound {
  std::vector<const CallCounts*> intervals;
  std::vector<Cause> causes;
  CallSums sums;
  int64_t excluded = 0;
  int64_t other_limits = 0;
};

struct Limits {
  std::optional<Duration> threshold, short_limit;
};

CallsFound FindCalls(const CountQuestion& question, const Limits& limits) {
  const Choices& choices = question.objective->counted->choices;
  const std::vector<std::string> queues =
      choices.Has("queues") ? choices.Texts("queues") : std::vector<std::string>();
  CallsFound found;
  for (const Item& item : question.items) {
    const auto* counts = std::get_if<CallCounts>(&item.body);
    const Instant at = item.observed.first;
    if (counts == nullptr || !question.window.interval.Contains(at)) continue;
    if (!queues.empty() && std::find(queues.begin(), queues.end(), counts->queue) == queues.end()) {
      continue;
    }
    if (std::any_of(question.exclusions.begin(), question.exclusions.end(),
                    [at](const Interval& excluded) { return excluded.Contains(at); })) {
      ++found.excluded;
      continue;
    }
    if ((limits.threshold && counts->threshold != *limits.threshold) ||
        (limits.short_limit && counts->short_limit != *limits.short_limit)) {
      ++found.other_limits;
      continue;
    }
    found.intervals.push_back(counts);
    found.causes.push_back(item.cause);
    found.sums.Add(*counts);
  }
  return found;
}

// What all kinds say about the intervals that they read.
void ShowCalls(const CallsFound& found, CountedLines& lines, Counted& counted) {
  lines.Line("calls",
             absl::StrCat(found.intervals.size(),
                          " intervals begin in the window: ", FormatWide(found.sums.offered),
                          " offered, ", FormatWide(found.sums.answered), " answered, ",
                          FormatWide(found.sums.abandoned), " abandoned"),
             FormatWide(found.sums.offered));
  lines.LineIfAny("excluded", "intervals that begin inside an exclusion", found.excluded);
  if (found.other_limits == 0) return;
  lines.Line("other limits", "intervals that were counted with another limit than the terms state",
             absl::StrCat(found.other_limits));
  counted.indeterminate = true;
}

// The population as a count; beyond 63 bits it is the largest.
int64_t CountOf(Wide count) {
  return static_cast<int64_t>(std::min<Wide>(count, std::numeric_limits<int64_t>::max()));
}

struct CallShare {
  Wide good = 0, all = 0;
};

// The five formulas of M14.
CallShare ServiceFactor(absl::string_view abandoned_calls, const CallSums& sums) {
  if (abandoned_calls == "in time count as good") {
    return {sums.answered_in_time + sums.abandoned_in_time, sums.answered + sums.abandoned};
  }
  if (abandoned_calls == "left out") return {sums.answered_in_time, sums.answered};
  if (abandoned_calls == "count against") {
    return {sums.answered_in_time, sums.answered + sums.abandoned};
  }
  if (abandoned_calls == "in time left out") {
    return {sums.answered_in_time, sums.answered + sums.abandoned - sums.abandoned_in_time};
  }
  TALLY_CHECK(abandoned_calls == "short ones count as good");
  return {sums.answered_in_time + sums.abandoned_short, sums.answered + sums.abandoned};
}

absl::Status FinishShare(const CallShare& share, absl::string_view formula, CountedLines& lines,
                         Counted& counted) {
  counted.population = CountOf(share.all);
  counted.failed = CountOf(share.all - share.good);
  if (share.all == 0) {
    lines.Line("value", "no calls", "none");
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Of(share.good, share.all));
  lines.Value(absl::StrCat(formula, ": ", FormatWide(share.good), " / ", FormatWide(share.all)),
              PercentOfShare(*counted.value));
  return absl::OkStatus();
}

// The plain mean of the intervals' factors, each rounded first, so that the sum is exact.
absl::Status MeanOfIntervals(const CallsFound& found, const Choices& choices, CountedLines& lines,
                             Counted& counted) {
  const absl::string_view formula = choices.Word("abandoned calls");
  const auto digits = choices.Word("decimals");
  int64_t unit = 1;
  for (int64_t i = choices.Count("decimals"); i > 0; --i) unit *= 10;
  Wide sum = 0;
  int64_t intervals = 0, imperfect = 0, empty = 0;
  for (const CallCounts* counts : found.intervals) {
    CallSums sums;
    sums.Add(*counts);
    const CallShare share = ServiceFactor(formula, sums);
    if (share.all == 0) {
      ++empty;
      if (choices.Is("empty interval", "left out")) continue;
      const bool good = choices.Is("empty interval", "good");
      sum += good ? unit : 0;
      imperfect += good ? 0 : 1;
    } else {
      TALLY_ASSIGN_OR_RETURN(const Fraction factor, Fraction::Of(share.good * unit, share.all));
      TALLY_ASSIGN_OR_RETURN(const int64_t rounded, RoundToInteger(factor, Rounding::kHalfEven));
      sum += rounded;
      imperfect += share.good < share.all ? 1 : 0;
    }
    ++intervals;
  }
  lines.LineIfAny("empty intervals",
                  absl::StrCat("intervals without calls: ", choices.Word("empty interval")), empty);
  counted.population = intervals;
  counted.failed = imperfect;
  if (intervals == 0) {
    lines.Line("value", "no intervals", "none");
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Of(sum, Wide{intervals} * unit));
  lines.Value(absl::StrCat("mean of ", intervals, " intervals, each rounded to ", digits,
                           " decimals; abandoned calls: ", formula),
              PercentOfShare(*counted.value));
  return absl::OkStatus();
}

absl::Status CountServiceFactor(const CountQuestion& question, CountedLines& lines,
                                Counted& counted, std::vector<Cause>& causes) {
  const Choices& choices = question.objective->counted->choices;
  const absl::string_view formula = choices.Word("abandoned calls");
  Limits limits{.threshold = choices.Length("threshold"), .short_limit = {}};
  if (choices.Has("short limit")) limits.short_limit = choices.Length("short limit");
  CallsFound found = FindCalls(question, limits);
  ShowCalls(found, lines, counted);
  causes = std::move(found.causes);
  if (choices.Is("aggregation", "mean of intervals")) {
    return MeanOfIntervals(found, choices, lines, counted);
  }
  return FinishShare(ServiceFactor(formula, found.sums),
                     absl::StrCat("in time, of all calls; abandoned calls: ", formula), lines,
                     counted);
}

absl::Status CountAbandonment(const CountQuestion& question, CountedLines& lines, Counted& counted,
                              std::vector<Cause>& causes) {
  const Choices& choices = question.objective->counted->choices;
  Limits limits;
  if (choices.Has("short limit")) limits.short_limit = choices.Length("short limit");
  CallsFound found = FindCalls(question, limits);
  ShowCalls(found, lines, counted);
  causes = std::move(found.causes);
  const Wide leave = limits.short_limit ? found.sums.abandoned_short : 0;
  const CallShare share{found.sums.abandoned - leave, found.sums.offered - leave};
  TALLY_RETURN_IF_ERROR(
      FinishShare(share, "(abandoned - short) / (offered - short)", lines, counted));
  counted.failed = CountOf(share.good);  // what is counted here is what went wrong
  return absl::OkStatus();
}

absl::Status CountSpeedOfAnswer(const CountQuestion& question, CountedLines& lines,
                                Counted& counted, std::vector<Cause>& causes) {
  CallsFound found = FindCalls(question, {});
  ShowCalls(found, lines, counted);
  causes = std::move(found.causes);
  counted.population = CountOf(found.sums.answered);
  if (found.sums.answered == 0) {
    lines.Line("value", "no call was answered", "none");
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(counted.value,
                         Fraction::Of(found.sums.waited, found.sums.answered * kMicrosPerSecond));
  lines.Value(absl::StrCat("waits of answered calls / answered: ", FormatWide(found.sums.waited),
                           " us / ", FormatWide(found.sums.answered)),
              absl::StrCat(FormatRounded(*counted.value, 6), " s"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Counted> CountCalls(const CountQuestion& question) {
  const Measure& measure = *question.objective->counted;
  Counted counted;
  CountedLines lines(question, counted);
  std::vector<Cause> causes;
  if (measure.kind == "telephone service factor") {
    TALLY_RETURN_IF_ERROR(CountServiceFactor(question, lines, counted, causes));
  } else if (measure.kind == "call abandonment") {
    TALLY_RETURN_IF_ERROR(CountAbandonment(question, lines, counted, causes));
  } else {
    TALLY_RETURN_IF_ERROR(CountSpeedOfAnswer(question, lines, counted, causes));
  }
  lines.MinimumSample(measure.choices.Count("minimum sample"));
  lines.Causes(std::move(causes));
  return counted;
}

}  // namespace tally::replay
