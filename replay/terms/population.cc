#include "replay/terms/population.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr size_t kCausesMax = 1000;

}  // namespace

Instant InstantOf(const Interval& observed, const Choices& choices) {
  if (choices.Is("membership", "start") || observed.empty()) return observed.first;
  return observed.limit - Duration{1};
}

bool IsInAny(const std::vector<Interval>& intervals, Instant at) {
  // The last interval that begins at or before `at` is the only one that can hold it.
  auto next = std::upper_bound(
      intervals.begin(), intervals.end(), at,
      [](Instant instant, const Interval& interval) { return instant < interval.first; });
  return next != intervals.begin() && std::prev(next)->Contains(at);
}

std::span<const Item> ItemsNear(const CountQuestion& question, Duration around) {
  const Choices& choices = question.objective->counted->choices;
  const Interval& window = question.window.interval;
  const auto begins_before = [](Instant limit) {
    return [limit](const Item& item) { return item.observed.first < limit; };
  };
  auto first = question.items.begin();
  if (choices.Is("membership", "start")) {
    first = std::partition_point(first, question.items.end(), begins_before(window.first - around));
  }
  const auto limit =
      std::partition_point(first, question.items.end(), begins_before(window.limit + around));
  return {first, limit};
}

bool Counts(const CountQuestion& question, Instant at) {
  return question.window.interval.Contains(at) && !IsInAny(question.exclusions, at);
}

bool IsFrom(const CountQuestion& question, const Item& item, absl::string_view choice) {
  const Measure& measure = *question.objective->counted;
  TALLY_CHECK(item.source < measure.sources.size());
  const std::vector<std::string>& feeds = measure.choices.Texts(choice);
  return std::find(feeds.begin(), feeds.end(), measure.sources[item.source].feed) != feeds.end();
}

bool ReachesWindow(const CountQuestion& question, absl::string_view choice) {
  if (question.watermarks.empty()) return true;
  const Measure& measure = *question.objective->counted;
  const std::vector<std::string>& feeds = measure.choices.Texts(choice);
  for (size_t i = 0; i < measure.sources.size(); ++i) {
    const bool listed =
        std::find(feeds.begin(), feeds.end(), measure.sources[i].feed) != feeds.end();
    if (listed && question.watermarks[i] > question.window.interval.first) return true;
  }
  return false;
}

Instant EarliestWatermark(const CountQuestion& question, absl::string_view choice) {
  if (question.watermarks.empty()) return question.knowledge.watermark;
  const Measure& measure = *question.objective->counted;
  const std::vector<std::string>& feeds = measure.choices.Texts(choice);
  std::optional<Instant> earliest;
  for (size_t i = 0; i < measure.sources.size(); ++i) {
    const bool listed =
        std::find(feeds.begin(), feeds.end(), measure.sources[i].feed) != feeds.end();
    if (listed) earliest = std::min(earliest.value_or(Instant::Max()), question.watermarks[i]);
  }
  return earliest.value_or(question.knowledge.watermark);
}

absl::StatusOr<const BusinessCalendar*> CalendarOf(const CountQuestion& question,
                                                   const Choices& choices, absl::string_view name) {
  TALLY_CHECK(question.calendars != nullptr);
  const auto found = question.calendars->find(choices.Text(name));
  if (found != question.calendars->end()) return &found->second;
  return At(absl::StrCat("objective ", question.objective->id, ", choice \"", name, "\""),
            absl::NotFoundError(absl::StrCat("no calendar \"", choices.Text(name), "\"")));
}

int64_t Capped(Wide count) {
  constexpr Wide kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(count, kMost));
}

std::string ShareText(const Fraction& share) {
  return absl::StrCat(FormatWide(share.numerator()), "/", FormatWide(share.denominator()), " = ",
                      FormatPercent(share), " %");
}

std::string NumberText(const Fraction& number) {
  if (number.denominator() == 1) return FormatWide(number.numerator());
  return absl::StrCat(FormatWide(number.numerator()), "/", FormatWide(number.denominator()));
}

absl::StatusOr<std::optional<Fraction>> ShareOf(Wide numerator, Wide denominator) {
  if (denominator == 0) return std::nullopt;
  TALLY_ASSIGN_OR_RETURN(Fraction share, Fraction::Of(numerator, denominator));
  return share;
}

Wide PowerOfTen(int digits) {
  Wide power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

absl::StatusOr<int64_t> Scaled(Wide numerator, Wide denominator, int digits) {
  TALLY_CHECK(digits >= 0 && digits <= 12);
  TALLY_ASSIGN_OR_RETURN(const Fraction share, Fraction::Of(numerator, denominator));
  TALLY_ASSIGN_OR_RETURN(const Fraction unit, Fraction::Of(PowerOfTen(digits), 1));
  TALLY_ASSIGN_OR_RETURN(const Fraction scaled, Fraction::Multiply(share, unit));
  return RoundToInteger(scaled, Rounding::kHalfEven);
}

Working::Working(const CountQuestion& question) {
  const Objective& objective = *question.objective;
  clause_ = objective.clause ? objective.clause->id : absl::StrCat("objectives/", objective.id);
}

void Working::Line(absl::string_view step, std::string formula, std::string result) {
  steps_.push_back({std::string(step), std::move(formula), std::move(result), clause_, false});
}

void Working::ShowCauses() {
  TALLY_CHECK(!steps_.empty());
  steps_.back().shows_causes = true;
}

void Working::TestMinimum(Wide samples, int64_t minimum, Counted& counted) {
  if (samples >= minimum) return;
  counted.indeterminate = true;
  Line("minimum", absl::StrCat("a verdict needs at least ", minimum), FormatWide(samples));
}

Counted Working::Finish(Counted counted) && {
  std::sort(causes_.begin(), causes_.end());
  causes_.erase(std::unique(causes_.begin(), causes_.end()), causes_.end());
  if (causes_.size() > kCausesMax) {
    counted.causes_left_out = causes_.size() - kCausesMax;
    causes_.resize(kCausesMax);
  }
  counted.causes = std::move(causes_);
  counted.steps = std::move(steps_);
  return counted;
}

}  // namespace tally::replay
