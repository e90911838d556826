// Evaluation windows (DOMAIN 3.2): the time sets over which objectives are measured.
//
// Calendar windows are local months, quarters and years in the rule's zone. Billing cycles are
// local months that begin on the anchor day; in a month without it on its last day, or on the first
// of the next month. Contract years begin on the local day of the term's beginning; one from
// 29 February begins on 1 March where there is none. Fixed lengths follow each other from the
// term's beginning, by elapsed time. Those that the term [from, until) cuts are, as the terms
// choose,
//   prorate    measured as they are, shorter; a fixed denominator shrinks by the same share
//   merge      joined to the next window; the last one has no next and joins the one before; a
//              term inside one calendar window is one window
//   not measured
// Rolling windows of n days end at the term's start plus 1, 2, 3 ... steps, as long as that end is
// not after the term's end. Local days: start and end are local midnights, counted from the local
// day of the term's start. Elapsed: n x 86,400 s, counted from the term's start. A first window
// that would begin before the term is not measured, or is measured with the missing time counted
// as good (`before_term` then says where the term begins).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/zone.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

struct Window {
  Interval interval;
  // How many whole windows of its rule this one is, by elapsed time: 1 unless the term cuts it.
  Fraction share = Fraction::Whole(1);
  // Rolling windows that reach back before the term: time before this instant counts as good.
  std::optional<Instant> term_begins = {};
};

// More windows than this in one answer is OutOfRange: it stops an open term and a period of 9999
// years from filling memory. A century of daily windows fits.
inline constexpr int64_t kWindowsMax = 40'000;

// The windows that have time in common with `range`, ascending. `term.limit` is Instant::Max()
// for an open term. InvalidArgument for a rule with a missing choice.
absl::StatusOr<std::vector<Window>> WindowsOverlapping(const WindowRule& rule, const Zone& zone,
                                                       const Interval& term, const Interval& range);

// A civil period in a zone: year alone, year and quarter (1 to 4), or year and month (1 to 12);
// zero means not given. InvalidArgument for other numbers and years outside 1 to 9999.
absl::StatusOr<Interval> CivilPeriod(int year, int quarter, int month, const Zone& zone);

// The calendar window that holds `at`, and the one that begins where another ends.
absl::StatusOr<Interval> CalendarWindowAt(WindowEvery every, const Zone& zone, Instant at);

// What a fee of one unit per `per` comes to over `interval`, by elapsed time: the sum over the
// calendar windows touched of the part of each that is inside (DOMAIN 3.17 rule 17: it stays a
// fraction). One for the whole month of a monthly fee; 14/30 for its last 14 days in April.
absl::StatusOr<Fraction> ShareOfFee(WindowEvery per, const Zone& zone, const Interval& interval);

}  // namespace tally::replay
