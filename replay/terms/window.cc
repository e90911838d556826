#include "replay/terms/window.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z: no evidence and no term lies outside.
constexpr Instant kTimeBegins{-62'135'596'800 * kMicrosPerSecond};
constexpr Instant kTimeEnds{253'402'300'800 * kMicrosPerSecond};
// A rolling window of a century; the product with microseconds stays far from 64 bits.
constexpr uint32_t kRollingDaysMax = 36'600;

absl::StatusOr<int> MonthsOf(WindowEvery every) {
  switch (every) {
    case WindowEvery::kCalendarMonth:
      return 1;
    case WindowEvery::kCalendarQuarter:
      return 3;
    case WindowEvery::kCalendarYear:
      return 12;
    default:
      break;
  }
  return absl::InvalidArgumentError("window: not a calendar month, quarter or year");
}

// Windows that follow each other without gaps, by number: local months, quarters and years from an
// anchor day, or fixed lengths from an origin.
class Cycle {
 public:
  // Local periods of so many months, counted from year 0.
  Cycle(int months, const Zone& zone) : months_(months), zone_(&zone) {}
  static absl::StatusOr<Cycle> Of(const WindowRule& rule, const Zone& zone, const Interval& term);

  Interval At(Instant at) const {
    int64_t number = NumberNear(at);
    // A date that is shown twice (clocks set back over midnight) belongs where it first began, so
    // the clock's date can lag behind the window that holds the instant; before the anchor day it
    // leads.
    while (EdgeOf(number + 1) <= at) ++number;
    while (EdgeOf(number) > at) --number;
    Interval window{EdgeOf(number), EdgeOf(number + 1)};
    TALLY_CHECK(window.Contains(at));
    return window;
  }
  bool IsEdge(Instant at) const { return At(at).first == at; }

 private:
  int64_t NumberNear(Instant at) const {
    if (fixed_.micros > 0) return FloorDivide((at - origin_).micros, fixed_.micros);
    CivilDay day = zone_->DayAt(at);
    return FloorDivide(day.year * 12 + day.month - 1 - first_month_, months_);
  }
  Instant EdgeOf(int64_t number) const {
    if (fixed_.micros > 0) {
      Wide edge = Wide{origin_.micros} + Wide{fixed_.micros} * number;
      return {static_cast<int64_t>(std::min<Wide>(edge, Instant::Max().micros))};
    }
    int64_t month = first_month_ + number * months_;
    int64_t days = DayNumber({0, month + 2, 1}) - DayNumber({0, month + 1, 1});
    if (anchor_day_ <= days) return zone_->StartOfDay({0, month + 1, anchor_day_});
    return zone_->StartOfDay({0, month + 2, month_end_ == MonthEnd::kLastDay ? 0 : 1});
  }

  int64_t months_ = 1;
  const Zone* zone_;
  int64_t first_month_ = 0;  // since year 0
  int64_t anchor_day_ = 1;
  MonthEnd month_end_ = MonthEnd::kNextMonth;
  Instant origin_;
  Duration fixed_;
};

absl::StatusOr<Cycle> Cycle::Of(const WindowRule& rule, const Zone& zone, const Interval& term) {
  if (rule.every == WindowEvery::kFixedLength) {
    if (!rule.fixed || rule.fixed->micros <= 0) {
      return absl::InvalidArgumentError("window: the terms state no fixed length");
    }
    Cycle cycle(1, zone);
    cycle.origin_ = term.first;
    cycle.fixed_ = *rule.fixed;
    return cycle;
  }
  if (rule.every == WindowEvery::kBillingCycle) {
    if (rule.anchor_day < 1 || rule.anchor_day > 31 ||
        (rule.anchor_day > 28 && rule.month_end == MonthEnd::kUnset)) {
      return absl::InvalidArgumentError(
          "window: a billing cycle states its anchor day, 1 to 31, and after the 28th what short "
          "months have instead");
    }
    Cycle cycle(1, zone);
    cycle.anchor_day_ = rule.anchor_day;
    cycle.month_end_ = rule.month_end;
    return cycle;
  }
  if (rule.every == WindowEvery::kContractYear) {
    CivilDay day = zone.DayAt(term.first);
    Cycle cycle(12, zone);
    cycle.first_month_ = day.year * 12 + day.month - 1;
    cycle.anchor_day_ = day.day;
    return cycle;
  }
  TALLY_ASSIGN_OR_RETURN(int months, MonthsOf(rule.every));
  return Cycle(months, zone);
}

// The edges that a merge takes away: the first after a cut start and the last before a cut end.
struct DroppedEdges {
  std::optional<Instant> first, last;
  bool Has(Instant edge) const { return first == edge || last == edge; }
};

DroppedEdges EdgesDropped(ClippedWindow clipped, const Cycle& cycle, const Interval& term) {
  DroppedEdges dropped;
  if (clipped != ClippedWindow::kMergeIntoNext) return dropped;
  if (!cycle.IsEdge(term.first)) dropped.first = cycle.At(term.first).limit;
  if (term.limit < kTimeEnds && !cycle.IsEdge(term.limit)) {
    dropped.last = cycle.At(term.limit).first;
  }
  return dropped;
}

// The window that holds `at`, which lies in the term.
Interval MergedWindowAt(const Cycle& cycle, const DroppedEdges& dropped, const Interval& term,
                        Instant at) {
  Interval window = cycle.At(at);
  while (window.first > term.first && dropped.Has(window.first)) {
    window.first = cycle.At(window.first - Duration{1}).first;
  }
  while (window.limit < term.limit && dropped.Has(window.limit)) {
    window.limit = cycle.At(window.limit).limit;
  }
  return Intersection(window, term);
}

// The windows of `cycle` that `interval` touches, by the part of each that is inside.
absl::StatusOr<Fraction> ShareOf(const Cycle& cycle, const Interval& interval) {
  // Whole windows are counted; at most two parts remain, so the sum stays within 128 bits.
  int64_t whole_windows = 0;
  Fraction parts = Fraction::Whole(0);
  for (Instant at = interval.first; at < interval.limit;) {
    Interval whole = cycle.At(at);
    Interval part = Intersection(whole, interval);
    at = whole.limit;
    if (part == whole) {
      ++whole_windows;
      continue;
    }
    TALLY_ASSIGN_OR_RETURN(Fraction share, Fraction::Of(Length(part).micros, Length(whole).micros));
    TALLY_ASSIGN_OR_RETURN(parts, Fraction::Add(parts, share));
  }
  return Fraction::Add(Fraction::Whole(whole_windows), parts);
}

absl::Status TooMany() {
  return absl::OutOfRangeError(
      absl::StrCat("more than ", kWindowsMax, " windows in the period asked for"));
}

absl::StatusOr<std::vector<Window>> CalendarWindows(const WindowRule& rule, const Zone& zone,
                                                    const Interval& term, const Interval& range) {
  if (rule.clipped == ClippedWindow::kUnset) {
    return absl::InvalidArgumentError("window: the terms do not say what happens when it is cut");
  }
  TALLY_ASSIGN_OR_RETURN(Cycle cycle, Cycle::Of(rule, zone, term));
  DroppedEdges dropped = EdgesDropped(rule.clipped, cycle, term);
  std::vector<Window> windows;
  Interval wanted = Intersection(range, term);
  for (Instant at = wanted.first; at < wanted.limit;) {
    Window window{.interval = MergedWindowAt(cycle, dropped, term, at)};
    TALLY_CHECK(window.interval.Contains(at));
    at = window.interval.limit;
    Interval whole = cycle.At(window.interval.first);
    bool cut = window.interval != whole;
    if (cut && rule.clipped == ClippedWindow::kNotMeasured) continue;
    if (cut) {
      TALLY_ASSIGN_OR_RETURN(window.share, ShareOf(cycle, window.interval));
    }
    windows.push_back(window);
    if (windows.size() > kWindowsMax) return TooMany();
  }
  return windows;
}

Interval RollingWindow(const WindowRule& rule, const Zone& zone, const Interval& term,
                       int64_t steps) {
  int64_t last_day = steps * rule.step_days;
  int64_t first_day = last_day - rule.days;
  if (rule.length == RollingLength::kElapsed) {
    return {term.first + Days(first_day), term.first + Days(last_day)};
  }
  CivilDay day = zone.DayAt(term.first);
  return {zone.StartOfDay({day.year, day.month, day.day + first_day}),
          zone.StartOfDay({day.year, day.month, day.day + last_day})};
}

absl::Status CheckRolling(const WindowRule& rule) {
  if (rule.days == 0 || rule.days > kRollingDaysMax || rule.step_days == 0 ||
      rule.step_days > kRollingDaysMax) {
    return absl::InvalidArgumentError(absl::StrCat("window: days and step are 1 to ",
                                                   kRollingDaysMax, ", found ", rule.days, " and ",
                                                   rule.step_days));
  }
  if (rule.length == RollingLength::kUnset || rule.short_first == ShortRolling::kUnset) {
    return absl::InvalidArgumentError("window: a rolling window states length and short first");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Window>> RollingWindows(const WindowRule& rule, const Zone& zone,
                                                   const Interval& term, const Interval& range) {
  TALLY_RETURN_IF_ERROR(CheckRolling(rule));
  // Two days early covers every difference between local and elapsed days.
  int64_t days_before =
      Length({term.first, std::max(term.first, range.first)}).micros / Days(1).micros - 2;
  int64_t steps = std::max<int64_t>(1, FloorDivide(days_before, rule.step_days));
  std::vector<Window> windows;
  for (;; ++steps) {
    Window window{.interval = RollingWindow(rule, zone, term, steps)};
    if (window.interval.limit > term.limit || window.interval.first >= range.limit) return windows;
    if (window.interval.limit <= range.first) continue;
    if (window.interval.first < term.first) {
      if (rule.short_first == ShortRolling::kNotMeasured) continue;
      window.term_begins = term.first;
    }
    windows.push_back(window);
    if (windows.size() > kWindowsMax) return TooMany();
  }
}

}  // namespace

absl::StatusOr<std::vector<Window>> WindowsOverlapping(const WindowRule& rule, const Zone& zone,
                                                       const Interval& term,
                                                       const Interval& range) {
  Interval admitted{kTimeBegins, kTimeEnds};
  Interval inner_term = Intersection(term, admitted);
  Interval inner_range = Intersection(range, admitted);
  if (inner_term.empty() || inner_range.empty()) return std::vector<Window>{};
  if (rule.every == WindowEvery::kRollingDays) {
    return RollingWindows(rule, zone, inner_term, inner_range);
  }
  return CalendarWindows(rule, zone, inner_term, inner_range);
}

absl::StatusOr<Interval> CivilPeriod(int year, int quarter, int month, const Zone& zone) {
  if (year < 1 || year > 9999) {
    return absl::InvalidArgumentError(absl::StrCat("period: year ", year, " is not 1 to 9999"));
  }
  if (quarter != 0 && month != 0) {
    return absl::InvalidArgumentError("period: a quarter and a month");
  }
  if (quarter < 0 || quarter > 4 || month < 0 || month > 12) {
    return absl::InvalidArgumentError(
        absl::StrCat("period: no such quarter or month: ", quarter, ", ", month));
  }
  int first = quarter != 0 ? quarter * 3 - 2 : std::max(month, 1);
  int months = quarter != 0 ? 3 : month != 0 ? 1 : 12;
  return Interval{zone.StartOfDay({year, first, 1}), zone.StartOfDay({year, first + months, 1})};
}

absl::StatusOr<Interval> CalendarWindowAt(WindowEvery every, const Zone& zone, Instant at) {
  TALLY_ASSIGN_OR_RETURN(int months, MonthsOf(every));
  if (at < kTimeBegins || at >= kTimeEnds) {
    return absl::InvalidArgumentError("window: instant outside the years 1 to 9999");
  }
  return Cycle(months, zone).At(at);
}

absl::StatusOr<Fraction> ShareOfFee(WindowEvery per, const Zone& zone, const Interval& interval) {
  TALLY_ASSIGN_OR_RETURN(int months, MonthsOf(per));
  if (interval.first < kTimeBegins || interval.limit > kTimeEnds) {
    return absl::InvalidArgumentError("fee: interval outside the years 1 to 9999");
  }
  return ShareOf(Cycle(months, zone), interval);
}

}  // namespace tally::replay
