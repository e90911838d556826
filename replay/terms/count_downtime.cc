// Downtime periods by error share (M2): 1 - |downtime| / |W|, or / |W \ E| where excluded time is
// removed.
//
//   bad       a quantum with more errors than the share (or at least as many), and with the minimum
//             of samples. "clock": reports of one quantum of the clock together, over the whole
//             quantum. "sliding": at each instant the reports whose intervals hold it together.
//   runs      bad time that touches; excluded time breaks a run, or is passed over; cut at the
//             window's edges before or after the test. A run counts if it is at least N quanta
//             long, then with its whole length inside the window and outside of exclusions.
//
// Reports that belong to an exclusion are left out. Time after K has no reports and is not bad.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/population.h"
#include "replay/terms/slices.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Decides whether the requests of one quantum are bad.
class BadQuantum {
 public:
  static absl::StatusOr<BadQuantum> Of(const Choices& choices) {
    BadQuantum test;
    TALLY_ASSIGN_OR_RETURN(test.share_,
                           Fraction::Divide(Fraction::FromDecimal(choices.Number("error share")),
                                            Fraction::Whole(100)));
    test.strict_ = choices.Is("comparison", "more than");
    test.minimum_ = choices.Count("minimum samples");
    return test;
  }
  absl::StatusOr<bool> operator()(const RequestSum& sum) const {
    // Without any request there is no share of errors.
    if (sum.total == 0 || sum.total < minimum_) return false;
    TALLY_ASSIGN_OR_RETURN(const Fraction errors, Fraction::Of(sum.total - sum.good, sum.total));
    return strict_ ? errors > share_ : errors >= share_;
  }

 private:
  Fraction share_;
  bool strict_ = false;
  Wide minimum_ = 0;
};

// Reports of the time line that the measure sees: all, since runs may reach over the window.
struct Report {
  const Item* item;
  const RequestCounts* counts;
  Instant at;
};
std::vector<Report> ReportsOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  std::vector<Report> reports;
  for (const Item& item : question.items) {
    const RequestCounts* counts = std::get_if<RequestCounts>(&item.body);
    if (counts == nullptr) continue;
    const Instant at = InstantOf(item.observed, choices);
    if (!IsInAny(question.exclusions, at)) reports.push_back({&item, counts, at});
  }
  return reports;
}

absl::StatusOr<std::vector<Interval>> BadOnClock(const std::vector<Report>& reports,
                                                 const Choices& choices, const BadQuantum& is_bad) {
  const SliceGrid grid(choices.Length("quantum"), true, {});
  std::map<int64_t, RequestSum> quanta;
  for (const Report& report : reports) {
    quanta[grid.IndexOf(report.at)].Add(*report.counts, choices);
  }
  std::vector<Interval> bad;
  for (const auto& [index, sum] : quanta) {
    TALLY_ASSIGN_OR_RETURN(const bool this_one, is_bad(sum));
    if (this_one) bad.push_back({grid.StartOf(index), grid.EndOf(index)});
  }
  return bad;
}

// A sweep over the starts and ends of reports; between two of them the same reports hold.
absl::StatusOr<std::vector<Interval>> BadByReports(const std::vector<Report>& reports,
                                                   const Choices& choices,
                                                   const BadQuantum& is_bad) {
  std::map<Instant, RequestSum> changes;
  for (const Report& report : reports) {
    if (report.item->observed.empty()) continue;
    RequestSum sum;
    sum.Add(*report.counts, choices);
    RequestSum& first = changes[report.item->observed.first];
    first.total += sum.total;
    first.good += sum.good;
    RequestSum& limit = changes[report.item->observed.limit];
    limit.total -= sum.total;
    limit.good -= sum.good;
  }
  std::vector<Interval> bad;
  RequestSum sum;
  for (auto change = changes.begin(); change != changes.end(); ++change) {
    sum.total += change->second.total;
    sum.good += change->second.good;
    TALLY_ASSIGN_OR_RETURN(const bool this_one, is_bad(sum));
    if (!this_one) continue;
    TALLY_CHECK(std::next(change) != changes.end());  // after the last end nothing is left
    bad.push_back({change->first, std::next(change)->first});
  }
  return bad;
}

std::vector<Interval> Without(const std::vector<Interval>& bad,
                              const std::vector<Interval>& exclusions) {
  std::vector<Interval> rest;
  auto first = exclusions.begin();
  for (Interval piece : bad) {
    while (first != exclusions.end() && first->limit <= piece.first) ++first;
    for (auto excluded = first; excluded != exclusions.end() && excluded->first < piece.limit;
         ++excluded) {
      if (piece.first < excluded->first) rest.push_back({piece.first, excluded->first});
      piece.first = std::min(excluded->limit, piece.limit);
    }
    if (!piece.empty()) rest.push_back(piece);
  }
  return rest;
}

// Downtime periods: how many, and how long inside the window.
struct Periods {
  int64_t count = 0;
  int64_t micros = 0;
  std::vector<Interval> intervals;
};

class RunTest {
 public:
  RunTest(const CountQuestion& question, const Choices& choices)
      : window_(question.window.interval),
        least_(Wide{choices.Length("quantum").micros} * choices.Count("consecutive")),
        passed_over_(choices.Is("excluded time", "is passed over")),
        exclusions_(Union(question.exclusions, {Instant::Min(), Instant::Max()})) {}

  Periods Test(const std::vector<Interval>& pieces) {
    for (const Interval& piece : pieces) {
      if (!run_.empty() && !Follows(piece.first)) End();
      run_.push_back(piece);
    }
    End();
    return std::move(periods_);
  }

 private:
  bool Follows(Instant next) const {
    const Instant end = run_.back().limit;
    if (end == next) return true;
    if (!passed_over_) return false;
    return std::any_of(exclusions_.begin(), exclusions_.end(), [&](const Interval& excluded) {
      return excluded.first <= end && next <= excluded.limit;
    });
  }
  void End() {
    Wide length = 0;
    for (const Interval& piece : run_) length += Length(piece).micros;
    const int64_t before = periods_.micros;
    if (length >= least_ && !run_.empty()) {
      for (const Interval& piece : run_) {
        const Interval inside = Intersection(piece, window_);
        periods_.micros += Length(inside).micros;
        if (!inside.empty()) periods_.intervals.push_back(inside);
      }
    }
    if (periods_.micros > before) ++periods_.count;
    run_.clear();
  }

  Interval window_;
  Wide least_;
  bool passed_over_;
  std::vector<Interval> exclusions_;  // those that touch are one
  std::vector<Interval> run_;
  Periods periods_;
};

int64_t DenominatorOf(const CountQuestion& question, const Choices& choices) {
  int64_t micros = Length(question.window.interval).micros;
  if (choices.Is("denominator", "keep")) return micros;
  for (const Interval& excluded : question.exclusions) {
    micros -= Length(Intersection(excluded, question.window.interval)).micros;
  }
  return micros;
}

}  // namespace

absl::StatusOr<Counted> CountDowntimePeriods(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  TALLY_ASSIGN_OR_RETURN(const BadQuantum is_bad, BadQuantum::Of(choices));
  const std::vector<Report> reports = ReportsOf(question);
  std::vector<Interval> bad;
  if (choices.Is("alignment", "clock")) {
    TALLY_ASSIGN_OR_RETURN(bad, BadOnClock(reports, choices, is_bad));
  } else {
    TALLY_ASSIGN_OR_RETURN(bad, BadByReports(reports, choices, is_bad));
  }
  bad = Without(bad, question.exclusions);
  if (choices.Is("run at window edge", "cut before test")) {
    for (Interval& piece : bad) piece = Intersection(piece, window);
    std::erase_if(bad, [](const Interval& piece) { return piece.empty(); });
  }
  const Periods periods = RunTest(question, choices).Test(bad);
  Working working(question);
  Wide requests = 0;
  for (const Report& report : reports) {
    RequestSum sum;
    sum.Add(*report.counts, choices);
    if (Counts(question, report.at)) requests += sum.total;
    if (IsInAny(periods.intervals, report.at)) working.RestsOn(report.item->cause);
  }
  const int64_t denominator = DenominatorOf(question, choices);
  const int64_t quantum = choices.Length("quantum").micros;
  Counted counted;
  counted.population = denominator / quantum;
  counted.failed = periods.micros / quantum;
  working.Line("downtime",
               absl::StrCat(periods.count, " periods of at least ", choices.Count("consecutive"),
                            " x ", FormatDuration({quantum}), " ", choices.Word("comparison"), " ",
                            FormatDecimal(choices.Number("error share")), " % errors"),
               FormatDuration({periods.micros}));
  working.ShowCauses();
  const bool empty = requests == 0 && choices.Is("window without requests", "empty");
  if (!empty) {
    TALLY_ASSIGN_OR_RETURN(counted.value, ShareOf(denominator - periods.micros, denominator));
  }
  if (counted.value) {
    working.Line("value",
                 absl::StrCat("1 - ", FormatDuration({periods.micros}), " / ",
                              FormatDuration({denominator})),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

}  // namespace tally::replay
