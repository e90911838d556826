// Which items a count is about, and the lines that it writes beside its value.
//
// An item belongs to the window, slice and exclusion of one instant: its start, or its end where
// the terms say so. The end of [first, limit) is its last microsecond, so that a report up to
// midnight belongs to the day that it is about.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

// The instant that decides, by the choice "membership" ("start" or "end").
Instant InstantOf(const Interval& observed, const Choices& choices);

// `intervals` are ordered and disjoint.
bool IsInAny(const std::vector<Interval>& intervals, Instant at);

// The items that can belong to the window, or to time that is at most `around` away from it: found
// by their order, so that a long history costs each of its windows no walk. By the choice
// "membership": what ends in the window may have begun at any time before.
std::span<const Item> ItemsNear(const CountQuestion& question, Duration around = {});

// In the window and not in an exclusion.
bool Counts(const CountQuestion& question, Instant at);

// True if the item's source stands in one of the feeds that the choice lists.
bool IsFrom(const CountQuestion& question, const Item& item, absl::string_view choice);

// True if one of the feeds that the choice lists has said that it is complete beyond the window's
// beginning: only then nothing from it means that there was nothing (DOMAIN 3.17 rule 9).
bool ReachesWindow(const CountQuestion& question, absl::string_view choice);
// To where all feeds that the choice lists are complete; as the knowledge says where they are not
// among the sources.
Instant EarliestWatermark(const CountQuestion& question, absl::string_view choice);

// NotFound names the choice and the calendar.
absl::StatusOr<const BusinessCalendar*> CalendarOf(const CountQuestion& question,
                                                   const Choices& choices, absl::string_view name);

// 64 bits hold what people count; more is shown as the most that they hold.
int64_t Capped(Wide count);

// "999/1000 = 99.900000 %"
std::string ShareText(const Fraction& share);
// "12", "3/8"
std::string NumberText(const Fraction& number);

// numerator / denominator; none where the denominator is zero: an empty population.
absl::StatusOr<std::optional<Fraction>> ShareOf(Wide numerator, Wide denominator);

// numerator / denominator as a whole number of 10^-digits, half to even: how each slice and member
// is rounded before a sum, whose denominators would else outgrow any width (rule 7).
absl::StatusOr<int64_t> Scaled(Wide numerator, Wide denominator, int digits);
Wide PowerOfTen(int digits);

// Lines and causes, gathered while something is counted.
class Working {
 public:
  explicit Working(const CountQuestion& question);

  void Line(absl::string_view step, std::string formula, std::string result);
  // The last line is the one that the causes belong to.
  void ShowCauses();
  // An event that the figure rests on.
  void RestsOn(const Cause& cause) { causes_.push_back(cause); }
  // The choice "minimum sample": fewer than it make the verdict indeterminate.
  void TestMinimum(Wide samples, int64_t minimum, Counted& counted);
  // `counted` with the lines, and with the causes ordered, each once, at most 1,000 of them.
  Counted Finish(Counted counted) &&;

 private:
  std::string clause_;
  std::vector<DerivationStep> steps_;
  std::vector<Cause> causes_;
};

}  // namespace tally::replay
