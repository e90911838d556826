// Ratios of requests: pooled (M4), and by slices (M5, M6, M7).
//
//   request ratio                 good / total over the window; reports count one by one
//   mean of interval error rates  1 - (1/n) sum e_i, e_i = bad / total of interval i, rounded
//   good slices                   slices with good / total >= the slice target, over n
//   mean of slice ratios          (1/n) sum r_i, r_i = good / total of slice i, rounded
//
// n counts the slices with enough requests, and those without and the excluded ones unless the
// terms leave them out. What is not over at K is good, except where empty slices are left out
// (DOMAIN 3.17 rule 5). The rounded rates have one denominator, so their sum is exact (rule 7).
#include <array>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/population.h"
#include "replay/terms/slices.h"
#include "schema/request_choices.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// What n is made of, besides the slices with enough requests.
struct SlicePopulation {
  int64_t good = 0;  // without enough requests, and taken as perfect
  int64_t bad = 0;   // and taken as wholly bad
  int64_t Total(const SliceSet& set) const {
    return good + bad + static_cast<int64_t>(set.filled.size());
  }
};

SlicePopulation PopulationOf(const SliceSet& set, const Choices& choices,
                             absl::string_view empty_choice, absl::string_view excluded_choice) {
  SlicePopulation population;
  if (!choices.Is(empty_choice, "left out")) population.good = set.remaining;
  const bool bad = choices.Is(empty_choice, "bad");
  if (!choices.Is(empty_choice, "left out")) {
    (bad ? population.bad : population.good) += set.empty;
  }
  if (!choices.Is(excluded_choice, "left out")) population.good += set.excluded;
  return population;
}

int DecimalsOf(const Choices& choices) {
  int digits = 0;
  TALLY_CHECK(absl::SimpleAtoi(choices.Word("decimals"), &digits));
  return digits;
}

void SliceLines(const SliceSet& set, int64_t n, Working& working) {
  working.Line("slices",
               absl::StrCat(set.filled.size(), " with enough requests, ", set.empty, " empty, ",
                            set.excluded, " excluded, ", set.remaining, " not over"),
               absl::StrCat(n, " counted"));
}

}  // namespace

absl::StatusOr<Counted> CountRequestRatio(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  Working working(question);
  RequestSum sum;
  for (const Item& item : ItemsNear(question)) {
    const RequestCounts* counts = std::get_if<RequestCounts>(&item.body);
    if (counts == nullptr || !Counts(question, InstantOf(item.observed, choices))) continue;
    RequestSum one;
    one.Add(*counts, choices);
    sum.Add(*counts, choices);
    if (one.good != one.total) working.RestsOn(item.cause);
  }
  Counted counted;
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(sum.good, sum.total));
  counted.population = Capped(sum.total);
  counted.failed = Capped(sum.total - sum.good);
  working.Line(
      "requests",
      absl::StrCat(FormatWide(sum.total - sum.good), " not good, invalid requests ",
                   choices.Word("invalid requests"), ", retries ", choices.Word("retries")),
      FormatWide(sum.total));
  working.ShowCauses();
  if (counted.value) {
    working.Line("value", absl::StrCat(FormatWide(sum.good), " good of ", FormatWide(sum.total)),
                 ShareText(*counted.value));
  }
  working.TestMinimum(sum.total, choices.Count("minimum sample"), counted);
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountMeanOfIntervals(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const SliceSet set, SlicesOf(question, "interval"));
  const int digits = DecimalsOf(choices);
  const SlicePopulation others = PopulationOf(set, choices, "empty interval", "excluded interval");
  Working working(question);
  Counted counted;
  Wide rates = 0;
  for (const auto& [index, slice] : set.filled) {
    const RequestSum& sum = slice.requests;
    if (sum.good == sum.total) continue;
    TALLY_ASSIGN_OR_RETURN(const int64_t rate, Scaled(sum.total - sum.good, sum.total, digits));
    rates += rate;
    ++counted.failed;
    for (const Cause& cause : slice.causes) working.RestsOn(cause);
  }
  counted.population = others.Total(set);
  SliceLines(set, counted.population, working);
  working.Line("errors",
               absl::StrCat("sum of the error rates of ", counted.failed,
                            " intervals with errors, each to ", digits, " decimals"),
               absl::StrCat(FormatWide(rates), "/", FormatWide(PowerOfTen(digits))));
  working.ShowCauses();
  const Wide whole = Wide{counted.population} * PowerOfTen(digits);
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(whole - rates, whole));
  if (counted.value) {
    working.Line("value", absl::StrCat("1 - the mean over ", counted.population, " intervals"),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountGoodSlices(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const SliceSet set, SlicesOf(question, "slice"));
  TALLY_ASSIGN_OR_RETURN(const Fraction target,
                         Fraction::Divide(Fraction::FromDecimal(choices.Number("slice target")),
                                          Fraction::Whole(100)));
  const SlicePopulation others = PopulationOf(set, choices, "empty slice", "excluded slice");
  Working working(question);
  Counted counted;
  counted.failed = others.bad;
  for (const auto& [index, slice] : set.filled) {
    TALLY_ASSIGN_OR_RETURN(const Fraction ratio,
                           Fraction::Of(slice.requests.good, slice.requests.total));
    if (ratio >= target) continue;
    ++counted.failed;
    for (const Cause& cause : slice.causes) working.RestsOn(cause);
  }
  counted.population = others.Total(set);
  SliceLines(set, counted.population, working);
  working.Line("bad slices",
               absl::StrCat("below ", FormatDecimal(choices.Number("slice target")),
                            " % of good requests, and ", others.bad, " empty ones"),
               absl::StrCat(counted.failed));
  working.ShowCauses();
  TALLY_ASSIGN_OR_RETURN(counted.value,
                         ShareOf(counted.population - counted.failed, counted.population));
  if (counted.value) {
    working.Line("value",
                 absl::StrCat(counted.population - counted.failed, " good of ", counted.population),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountMeanOfSlices(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const SliceSet set, SlicesOf(question, "slice"));
  const int digits = DecimalsOf(choices);
  const SlicePopulation others = PopulationOf(set, choices, "empty slice", "excluded slice");
  Working working(question);
  Counted counted;
  counted.failed = others.bad;
  Wide ratios = Wide{others.good} * PowerOfTen(digits);
  for (const auto& [index, slice] : set.filled) {
    const RequestSum& sum = slice.requests;
    TALLY_ASSIGN_OR_RETURN(const int64_t ratio, Scaled(sum.good, sum.total, digits));
    ratios += ratio;
    if (sum.good == sum.total) continue;
    ++counted.failed;
    for (const Cause& cause : slice.causes) working.RestsOn(cause);
  }
  counted.population = others.Total(set);
  SliceLines(set, counted.population, working);
  const Wide whole = Wide{counted.population} * PowerOfTen(digits);
  working.Line("ratios", absl::StrCat("sum of the slices' ratios, each to ", digits, " decimals"),
               absl::StrCat(FormatWide(ratios), "/", FormatWide(PowerOfTen(digits))));
  working.ShowCauses();
  TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(ratios, whole));
  if (counted.value) {
    working.Line("value", absl::StrCat("the mean over ", counted.population, " slices"),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

namespace {

struct KindOfRequests {
  absl::string_view kind;
  absl::StatusOr<Counted> (*count)(const CountQuestion&);
};
constexpr std::array<KindOfRequests, 7> kRequestKinds = {{
    {"request ratio", CountRequestRatio},
    {"downtime periods by error share", CountDowntimePeriods},
    {"mean of interval error rates", CountMeanOfIntervals},
    {"good slices", CountGoodSlices},
    {"mean of slice ratios", CountMeanOfSlices},
    {"latency percentile", CountLatencyPercentile},
    {"share within threshold", CountShareWithin},
}};

}  // namespace

absl::StatusOr<Counted> CountRequests(const CountQuestion& question) {
  TALLY_CHECK(question.objective != nullptr && question.objective->counted.has_value());
  const Measure& measure = *question.objective->counted;
  for (const KindOfRequests& each : kRequestKinds) {
    if (each.kind != measure.kind) continue;
    TALLY_RETURN_IF_ERROR(CheckRequestChoices(measure.kind, measure.choices));
    return each.count(question);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", measure.kind, "\" is no measure of requests"));
}

}  // namespace tally::replay
