// Percentiles and shares of samples (M9).
//
//   nearest rank  x_(k), k = max(1, ceil(p N)), in integers
//   linear        h = (N-1) p: x_floor(h) + (h - floor(h)) (next - this), ranks from 0 (type 7)
//   share         count(x meets the limit) / N; for p the same decision as nearest rank, and the
//                 one that needs no samples kept
//
// A failed sample (state down) is left out, or is slower than any: then a percentile that falls on
// it is beyond every target and is no number. Samples whose author does not know the state, or that
// carry no number, are no samples.
//
// From histograms a count is exact only at an edge that all of them have. The percentile is then
// the least such edge with at least k samples at or below it: an upper bound, but on the right side
// of every level of the target that is such an edge. A level that is none cannot be decided: the
// verdict is indeterminate.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Microseconds; 292,000 years. Stays in this file and on its side of every level.
constexpr int64_t kSlowerThanAny = Instant::Max().micros;

absl::StatusOr<Fraction> SecondsOf(const Fraction& micros) {
  return Fraction::Divide(micros, Fraction::Whole(1'000'000));
}
// The last line of a percentile, in words where it is no number.
absl::Status SetPercentile(const Fraction& micros, absl::string_view slower, std::string formula,
                           Counted& counted, Working& working) {
  TALLY_ASSIGN_OR_RETURN(counted.value, SecondsOf(micros));
  const bool beyond = micros == Fraction::Whole(kSlowerThanAny);
  if (beyond) counted.beyond = absl::StrCat("slower than any limit: ", slower);
  working.Line("value", std::move(formula),
               beyond ? counted.beyond : absl::StrCat(NumberText(*counted.value), " s"));
  return absl::OkStatus();
}

// The times of samples in the window.
struct Times {
  std::vector<int64_t> micros;
  Wide failed = 0;
  Wide untimed = 0;  // a number that is no time
};

// What was reported and is no sample is told: nothing else shows that a source lacks its unit.
void NoteUntimed(Wide untimed, Working& working) {
  if (untimed == 0) return;
  working.Line("no time", "reports without a time: no number, or a source without a unit of time",
               FormatWide(untimed));
}

Times TimesOfSamples(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  Times times;
  for (const Item& item : ItemsNear(question)) {
    const SampleValue* sample = std::get_if<SampleValue>(&item.body);
    if (sample == nullptr || !Counts(question, InstantOf(item.observed, choices))) continue;
    if (sample->state == State::kDown) {
      ++times.failed;
    } else if (sample->state != State::kUnknown && sample->took) {
      times.micros.push_back(sample->took->micros);
    } else if (sample->state != State::kUnknown) {
      ++times.untimed;
    }
  }
  return times;
}

// Histograms of the window, added up at the edges that all of them have.
struct Histograms {
  std::map<Duration, Wide> at_most;  // samples at or below the edge
  Wide timed = 0;                    // all but failed
  Wide failed = 0;
  int64_t count = 0;
  std::vector<Cause> causes;
};
Histograms HistogramsOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  Histograms all;
  for (const Item& item : ItemsNear(question)) {
    const LatencyHistogram* one = std::get_if<LatencyHistogram>(&item.body);
    if (one == nullptr || !Counts(question, InstantOf(item.observed, choices))) continue;
    std::map<Duration, Wide> merged;
    Wide below = 0;
    for (size_t i = 0; i < one->edges.size(); ++i) {
      below += one->counts[i];
      const auto known = all.at_most.find(one->edges[i]);
      if (all.count == 0) {
        merged[one->edges[i]] = below;
      } else if (known != all.at_most.end()) {
        merged[one->edges[i]] = known->second + below;
      }
    }
    all.at_most = std::move(merged);
    all.timed += below + one->above;
    all.failed += one->failed;
    ++all.count;
    all.causes.push_back(item.cause);
  }
  return all;
}

// ceil(percentile / 100 x n), at least 1.
Wide RankOf(const Decimal& percentile, Wide n) {
  const Wide numerator = percentile.mantissa * n;
  const Wide denominator = 100 * PowerOfTen(percentile.scale);
  return std::max<Wide>(1, (numerator + denominator - 1) / denominator);
}

int64_t AtRank(Times& times, Wide rank) {  // from 1
  if (rank > static_cast<Wide>(times.micros.size())) return kSlowerThanAny;
  const auto nth = times.micros.begin() + static_cast<int64_t>(rank - 1);
  std::nth_element(times.micros.begin(), nth, times.micros.end());
  return *nth;
}

// `n` counts failed samples too, where they are slower than any.
absl::StatusOr<Fraction> Interpolated(Times& times, const Decimal& percentile, Wide n) {
  TALLY_ASSIGN_OR_RETURN(const Fraction position, Fraction::Of((n - 1) * percentile.mantissa,
                                                               100 * PowerOfTen(percentile.scale)));
  const Wide below = position.numerator() / position.denominator();
  TALLY_ASSIGN_OR_RETURN(
      const Fraction part,
      Fraction::Of(position.numerator() % position.denominator(), position.denominator()));
  const int64_t low = AtRank(times, below + 1);
  if (part == Fraction{} || low == kSlowerThanAny) return Fraction::Whole(low);
  const int64_t high = AtRank(times, below + 2);
  if (high == kSlowerThanAny) return Fraction::Whole(high);
  TALLY_ASSIGN_OR_RETURN(const Fraction step,
                         Fraction::Multiply(part, Fraction::Whole(high - low)));
  return Fraction::Add(Fraction::Whole(low), step);
}

// All levels of the target, in microseconds, are edges; a level between two microseconds is none.
bool LevelsAreEdges(const Target& target, const std::map<Duration, Wide>& edges) {
  for (const std::optional<Decimal>& level :
       {std::optional<Decimal>(target.percent), target.minimum, target.stretch}) {
    if (!level) continue;
    const absl::StatusOr<Fraction> micros =
        Fraction::Multiply(Fraction::FromDecimal(*level), Fraction::Whole(1'000'000));
    const bool found = micros.ok() && micros->denominator() == 1 &&
                       micros->numerator() <= kSlowerThanAny &&
                       edges.contains({static_cast<int64_t>(micros->numerator())});
    if (!found) return false;
  }
  return true;
}

// Samples slower than the expected level, for people and for credits by number.
int64_t SlowerThanTarget(const Times& times, const Target& target, Wide failed) {
  absl::StatusOr<Fraction> limit =
      Fraction::Multiply(Fraction::FromDecimal(target.percent), Fraction::Whole(1'000'000));
  if (!limit.ok()) return Capped(failed);
  const auto slower = std::count_if(times.micros.begin(), times.micros.end(), [&](int64_t micros) {
    return Fraction::Whole(micros) > *limit;
  });
  return Capped(failed + slower);
}

// The percentile rests on the samples that are as slow, or slower.
void RestOnSlowest(const CountQuestion& question, const Fraction& micros, bool failed_count,
                   Working& working) {
  const Choices& choices = question.objective->counted->choices;
  for (const Item& item : ItemsNear(question)) {
    const SampleValue* sample = std::get_if<SampleValue>(&item.body);
    if (sample == nullptr || !Counts(question, InstantOf(item.observed, choices))) continue;
    const bool failed = sample->state == State::kDown;
    const bool slow = failed ? failed_count
                             : sample->state != State::kUnknown && sample->took &&
                                   Fraction::Whole(sample->took->micros) >= micros;
    if (slow) working.RestsOn(item.cause);
  }
}

absl::StatusOr<Counted> PercentileOfSamples(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Decimal percentile = choices.Number("percentile");
  Times times = TimesOfSamples(question);
  const Wide failed = choices.Is("failed samples", "left out") ? 0 : times.failed;
  const Wide n = static_cast<Wide>(times.micros.size()) + failed;
  Working working(question);
  working.Line("samples",
               absl::StrCat(FormatWide(times.failed), " failed, ", choices.Word("failed samples")),
               FormatWide(n));
  NoteUntimed(times.untimed, working);
  Counted counted;
  counted.population = Capped(n);
  counted.failed = SlowerThanTarget(times, question.objective->target, failed);
  std::optional<Fraction> at_least;
  if (n > 0) {
    Fraction micros;
    if (choices.Is("method", "nearest rank")) {
      micros = Fraction::Whole(AtRank(times, RankOf(percentile, n)));
    } else {
      TALLY_ASSIGN_OR_RETURN(micros, Interpolated(times, percentile, n));
    }
    std::string how = choices.Is("method", "nearest rank")
                          ? absl::StrCat("nearest rank ", FormatWide(RankOf(percentile, n)), " of ")
                          : std::string("linear between ranks of ");
    TALLY_RETURN_IF_ERROR(SetPercentile(
        micros, "a failed sample",
        absl::StrCat("percentile ", FormatDecimal(percentile), ", ", how, FormatWide(n)), counted,
        working));
    working.ShowCauses();
    at_least = micros;
  }
  if (at_least) RestOnSlowest(question, *at_least, failed > 0, working);
  working.TestMinimum(n, choices.Count("minimum sample"), counted);
  return std::move(working).Finish(std::move(counted));
}

// The same of histograms, whose samples are placed at the edges only.
int64_t SlowerInHistograms(const Histograms& all, const Target& target, Wide failed) {
  const absl::StatusOr<Fraction> limit =
      Fraction::Multiply(Fraction::FromDecimal(target.percent), Fraction::Whole(1'000'000));
  for (const auto& [edge, at_most] : all.at_most) {
    if (limit.ok() && Fraction::Whole(edge.micros) == *limit) {
      return Capped(failed + all.timed - at_most);
    }
  }
  return Capped(failed);
}

absl::StatusOr<Counted> PercentileOfHistograms(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Decimal percentile = choices.Number("percentile");
  const Histograms all = HistogramsOf(question);
  const Wide failed = choices.Is("failed samples", "left out") ? 0 : all.failed;
  const Wide n = all.timed + failed;
  Working working(question);
  for (const Cause& cause : all.causes) working.RestsOn(cause);
  working.Line(
      "histograms",
      absl::StrCat(all.count, " with ", all.at_most.size(), " edges in common, ",
                   FormatWide(all.failed), " failed samples ", choices.Word("failed samples")),
      absl::StrCat(FormatWide(n), " samples"));
  working.ShowCauses();
  Counted counted;
  counted.population = Capped(n);
  counted.failed = SlowerInHistograms(all, question.objective->target, failed);
  if (n > 0) {
    const Wide rank = RankOf(percentile, n);
    const auto edge = std::find_if(all.at_most.begin(), all.at_most.end(),
                                   [rank](const auto& each) { return each.second >= rank; });
    const Fraction micros =
        Fraction::Whole(edge == all.at_most.end() ? kSlowerThanAny : edge->first.micros);
    TALLY_RETURN_IF_ERROR(SetPercentile(
        micros, "a failed sample, or one above all edges",
        absl::StrCat("percentile ", FormatDecimal(percentile), ", nearest rank ", FormatWide(rank),
                     " of ", FormatWide(n), ", not above this edge"),
        counted, working));
    if (!LevelsAreEdges(question.objective->target, all.at_most)) {
      counted.indeterminate = true;
      working.Line("edges", "a level of the target is no edge of all histograms", "no verdict");
    }
  }
  working.TestMinimum(n, choices.Count("minimum sample"), counted);
  return std::move(working).Finish(std::move(counted));
}

// Whether a sample meets the limit; none for what is no sample.
std::optional<bool> Meets(const SampleValue& sample, const Choices& choices, bool by_time,
                          const Fraction& limit) {
  if (sample.state == State::kDown) {
    if (choices.Is("failed samples", "left out")) return std::nullopt;
    return false;
  }
  if (sample.state == State::kUnknown) return std::nullopt;
  Fraction value;
  if (by_time) {
    if (!sample.took) return std::nullopt;
    value = Fraction::Whole(sample.took->micros);
  } else {
    if (!sample.value) return std::nullopt;
    value = Fraction::FromDecimal(*sample.value);
  }
  return choices.Is("limit is", "at least") ? value >= limit : value <= limit;
}

void ShareLines(const Choices& choices, Wide within, Wide n, Counted& counted, Working& working) {
  counted.population = Capped(n);
  counted.failed = Capped(n - within);
  const std::string limit = choices.Is("measured", "time")
                                ? FormatDuration(choices.Length("longest"))
                                : FormatDecimal(choices.Number("limit"));
  working.Line("samples",
               absl::StrCat(FormatWide(n - within), " not ", choices.Word("limit is"), " ", limit,
                            ", failed ones ", choices.Word("failed samples")),
               FormatWide(n));
  working.ShowCauses();
  if (counted.value) {
    working.Line("value", absl::StrCat(FormatWide(within), " of ", FormatWide(n)),
                 ShareText(*counted.value));
  }
  working.TestMinimum(n, choices.Count("minimum sample"), counted);
}

absl::StatusOr<Counted> ShareOfHistograms(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Histograms all = HistogramsOf(question);
  const Wide n = all.timed + (choices.Is("failed samples", "left out") ? 0 : all.failed);
  Working working(question);
  for (const Cause& cause : all.causes) working.RestsOn(cause);
  Counted counted;
  const auto edge = all.at_most.find(choices.Length("longest"));
  if (edge == all.at_most.end() && all.count > 0) {
    counted.indeterminate = true;
    counted.population = Capped(n);
    working.Line("edges", "the limit is no edge of all histograms", "no verdict");
    return std::move(working).Finish(std::move(counted));
  }
  const Wide within = all.count == 0 ? 0 : edge->second;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(within, n));
  ShareLines(choices, within, n, counted, working);
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> ShareOfSamples(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const bool by_time = choices.Is("measured", "time");
  const Fraction limit = by_time ? Fraction::Whole(choices.Length("longest").micros)
                                 : Fraction::FromDecimal(choices.Number("limit"));
  Working working(question);
  Wide n = 0;
  Wide within = 0;
  Wide untimed = 0;
  for (const Item& item : ItemsNear(question)) {
    const SampleValue* sample = std::get_if<SampleValue>(&item.body);
    if (sample == nullptr || !Counts(question, InstantOf(item.observed, choices))) continue;
    const std::optional<bool> meets = Meets(*sample, choices, by_time, limit);
    if (by_time && sample->state != State::kDown && sample->state != State::kUnknown &&
        !sample->took) {
      ++untimed;
    }
    if (!meets) continue;
    ++n;
    if (*meets) {
      ++within;
    } else {
      working.RestsOn(item.cause);
    }
  }
  NoteUntimed(untimed, working);
  Counted counted;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(within, n));
  ShareLines(choices, within, n, counted, working);
  return std::move(working).Finish(std::move(counted));
}

}  // namespace

absl::StatusOr<Counted> CountLatencyPercentile(const CountQuestion& question) {
  return question.objective->counted->choices.Is("from", "samples")
             ? PercentileOfSamples(question)
             : PercentileOfHistograms(question);
}

absl::StatusOr<Counted> CountShareWithin(const CountQuestion& question) {
  return question.objective->counted->choices.Is("from", "samples") ? ShareOfSamples(question)
                                                                    : ShareOfHistograms(question);
}

}  // namespace tally::replay
