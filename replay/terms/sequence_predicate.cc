#include "replay/terms/sequence_predicate.h"

#include <algorithm>

#include "replay/terms/credit.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// One value of a mean, with its weight.
struct Weighted {
  Fraction value;
  int64_t weight = 1;
};

absl::StatusOr<std::strong_ordering> ComparedExactly(const std::vector<Weighted>& values,
                                                     const Fraction& floor) {
  Fraction sum = Fraction::Whole(0);
  Fraction weights = Fraction::Whole(0);
  for (const Weighted& each : values) {
    const Fraction weight = Fraction::Whole(each.weight);
    TALLY_ASSIGN_OR_RETURN(const Fraction part, Fraction::Multiply(each.value, weight));
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, part));
    TALLY_ASSIGN_OR_RETURN(weights, Fraction::Add(weights, weight));
  }
  TALLY_ASSIGN_OR_RETURN(const Fraction least, Fraction::Multiply(floor, weights));
  return sum <=> least;
}

constexpr int kBits = 60;

// The greatest multiple of 2^-60 that is not above `value`, in these units.
absl::StatusOr<Fraction> FlooredToBits(const Fraction& value) {
  const Wide denominator = value.denominator();
  Wide whole = value.numerator() / denominator;
  Wide rest = value.numerator() % denominator;
  if (rest < 0) {
    rest += denominator;
    --whole;
  }
  Wide bits = 0;
  // The rest is below the denominator, so twice as much stays within 128 bits without a sign.
  for (int i = 0; i < kBits; ++i) {
    const auto twice = static_cast<unsigned __int128>(rest) * 2;
    const bool one = twice >= static_cast<unsigned __int128>(denominator);
    bits = bits * 2 + (one ? 1 : 0);
    rest = static_cast<Wide>(one ? twice - static_cast<unsigned __int128>(denominator) : twice);
  }
  Wide scaled = 0;
  if (__builtin_mul_overflow(whole, Wide{1} << kBits, &scaled) ||
      __builtin_add_overflow(scaled, bits, &scaled)) {
    return absl::OutOfRangeError("average: a value leaves 128 bits");
  }
  return Fraction::Of(scaled, 1);
}

// Each value is in [floored, floored + one unit): so is the mean.
absl::StatusOr<std::strong_ordering> ComparedByBounds(const std::vector<Weighted>& values,
                                                      const Fraction& floor) {
  std::vector<Weighted> least, most;
  for (const Weighted& each : values) {
    TALLY_ASSIGN_OR_RETURN(const Fraction below, FlooredToBits(each.value));
    TALLY_ASSIGN_OR_RETURN(const Fraction above, Fraction::Add(below, Fraction::Whole(1)));
    least.push_back({below, each.weight});
    most.push_back({above, each.weight});
  }
  TALLY_ASSIGN_OR_RETURN(const Fraction unit, Fraction::Of(Wide{1} << kBits, 1));
  TALLY_ASSIGN_OR_RETURN(const Fraction scaled, Fraction::Multiply(floor, unit));
  TALLY_ASSIGN_OR_RETURN(const std::strong_ordering lower, ComparedExactly(least, scaled));
  if (lower >= 0) return lower;
  TALLY_ASSIGN_OR_RETURN(const std::strong_ordering upper, ComparedExactly(most, scaled));
  if (upper <= 0) return std::strong_ordering::less;
  return absl::OutOfRangeError("average: it is too close to the floor for 128 bits");
}

// The first instant of the `months` local months that end with that of `at`.
Instant FirstOfMonths(const Zone& zone, Instant at, int64_t months) {
  constexpr int64_t kMonthsMax = 120'000;  // ten thousand years
  const CivilDay day = zone.DayAt(at);
  return zone.StartOfDay({day.year, day.month - (std::min(months, kMonthsMax) - 1), 1});
}

}  // namespace

const FigureAsClosed* SequencePredicate::Closed(const WindowOutcome& outcome) const {
  const bool closed = figures_ == SequenceFigures::kAsClosed && outcome.as_closed.has_value();
  return closed ? &*outcome.as_closed : nullptr;
}

SequencePredicate::Mark SequencePredicate::MarkByVerdict(const Rule& rule,
                                                         const SequenceWindow& window) const {
  const WindowOutcome& outcome = *window.outcome;
  const FigureAsClosed* closed = Closed(outcome);
  const Verdict verdict = closed != nullptr ? closed->verdict : outcome.verdict;
  const bool below = closed != nullptr ? closed->below_minimum : outcome.below_minimum;
  if (verdict == Verdict::kNoResult || verdict == Verdict::kIndeterminate) return Mark::kSkip;
  if (verdict != Verdict::kBreached) return Mark::kGood;
  const bool counts = rule.choices.Is("failure", "breached") || below;
  return counts ? Mark::kFailed : Mark::kGood;
}

std::optional<Fraction> SequencePredicate::ValueOf(const WindowOutcome& outcome) const {
  const FigureAsClosed* closed = Closed(outcome);
  const Verdict verdict = closed != nullptr ? closed->verdict : outcome.verdict;
  if (verdict == Verdict::kNoResult || verdict == Verdict::kIndeterminate) return std::nullopt;
  return closed != nullptr ? closed->value : outcome.value;
}

// Whether the credit was at least the share of the fee that the rule states.
absl::StatusOr<bool> SequencePredicate::IsHigh(const Rule& rule,
                                               const SequenceWindow& window) const {
  const WindowOutcome& outcome = *window.outcome;
  Money granted = window.granted;
  if (const FigureAsClosed* closed = Closed(outcome)) granted = closed->granted.value_or(Money{});
  Currency currency;
  TALLY_ASSIGN_OR_RETURN(Fraction least, PercentOfFee(outcome, rule.choices.Text("fee"),
                                                      rule.choices.Number("credits at least"),
                                                      outcome.window, currency));
  return granted.minor > 0 && granted.currency == currency &&
         Fraction::Whole(granted.minor) >= least;
}

std::optional<Duration> SequencePredicate::LongestOutage(const WindowOutcome& outcome) {
  const bool joins = outage_until_ == outcome.window.first;
  const Duration before = joins ? outage_so_far_ : Duration{};
  outage_until_ = outcome.window.limit;
  outage_so_far_ = {};
  const FigureAsClosed* closed = Closed(outcome);
  const bool stated = closed != nullptr && closed->outages.has_value();
  const std::optional<OutagesOfWindow>& known = stated ? closed->outages : outcome.outages;
  if (!known) return std::nullopt;
  const OutagesOfWindow& outages = *known;
  outage_so_far_ = outages.at_end;
  if (outages.throughout) outage_so_far_.micros += before.micros;
  Duration longest = outages.longest;
  if (outages.at_begin.micros > 0) {
    longest = std::max(longest, Duration{before.micros + outages.at_begin.micros});
  }
  return longest;
}

bool SequencePredicate::ReachedCap(const SequenceWindow& window, const std::string& cap) const {
  if (const FigureAsClosed* closed = Closed(*window.outcome)) {
    const auto stated = closed->caps.find(cap);
    if (stated != closed->caps.end()) return stated->second;
  }
  const std::vector<std::string>& reached = window.caps_reached;
  return std::find(reached.begin(), reached.end(), cap) != reached.end();
}

absl::StatusOr<SequencePredicate::Mark> SequencePredicate::MarkOf(const Rule& rule,
                                                                  const SequenceWindow& window) {
  const WindowOutcome& outcome = *window.outcome;
  // An outage goes on through windows that count for nothing else.
  const std::optional<Duration> outage = LongestOutage(outcome);
  if (outcome.carried) return Mark::kSkip;
  std::optional<bool> failed;
  if (rule.choices.Is("when", "average below floor")) {
    if (ValueOf(outcome)) failed = false;
  } else if (rule.choices.Is("when", "long outage")) {
    if (outage) failed = *outage > rule.choices.Length("longer than");
  } else {
    const Mark mark = MarkByVerdict(rule, window);
    if (mark != Mark::kSkip) failed = mark == Mark::kFailed;
    if (failed && rule.choices.Is("when", "cap reached")) {
      failed = ReachedCap(window, rule.choices.Text("cap"));
    }
  }
  if (!failed) {
    if (rule.choices.Is("no result", "counts")) return Mark::kFailed;
    return rule.choices.Is("no result", "breaks") ? Mark::kBreak : Mark::kSkip;
  }
  if (*failed && rule.choices.Is("when", "high credits")) {
    TALLY_ASSIGN_OR_RETURN(*failed, IsHigh(rule, window));
  }
  return *failed ? Mark::kFailed : Mark::kGood;
}

// What lies before the newest windows of the rule.
void SequencePredicate::Forget(const Rule& rule, const WindowOutcome& newest) {
  if (rule.choices.Has("months")) {
    const Instant last{newest.window.limit.micros - 1};
    const Instant first = FirstOfMonths(*newest.zone, last, rule.choices.Count("months"));
    const auto before = [&](const Seen& seen) {
      return Instant{seen.window->outcome->window.limit.micros - 1} < first;
    };
    while (!last_.empty() && before(last_.front())) last_.pop_front();
    return;
  }
  const bool in_a_row = rule.choices.Is("when", "failures in a row");
  const auto length = static_cast<size_t>(rule.choices.Count(in_a_row ? "failures" : "windows"));
  while (last_.size() > length) last_.pop_front();
}

absl::StatusOr<bool> SequencePredicate::IsBelowFloor(const Rule& rule) const {
  if (static_cast<int64_t>(last_.size()) < rule.choices.Count("windows")) return false;
  const bool plain = rule.choices.Is("mean", "plain");
  std::vector<Weighted> values;
  for (const Seen& each : last_) {
    values.push_back({each.value, plain ? 1 : Length(each.window->outcome->window).micros});
  }
  const Fraction floor = LevelOf(rule.choices.Number("average below"), ValueUnit::kRatio);
  absl::StatusOr<std::strong_ordering> compared = ComparedExactly(values, floor);
  if (!compared.ok()) compared = ComparedByBounds(values, floor);
  TALLY_RETURN_IF_ERROR(compared.status());
  return *compared < 0;
}

absl::StatusOr<bool> SequencePredicate::Completes(const Rule& rule, const SequenceWindow& window) {
  TALLY_ASSIGN_OR_RETURN(const Mark mark, MarkOf(rule, window));
  if (mark == Mark::kSkip) return false;
  if (mark == Mark::kBreak) {
    last_.clear();
    return false;
  }
  const WindowOutcome& outcome = *window.outcome;
  const bool average = rule.choices.Is("when", "average below floor");
  const bool failed = mark == Mark::kFailed;
  last_.push_back({&window, failed, ValueOf(outcome).value_or(Fraction::Whole(0))});
  Forget(rule, outcome);
  bool complete = false;
  if (average) {
    TALLY_ASSIGN_OR_RETURN(complete, IsBelowFloor(rule));
  } else if (!failed) {
    return false;
  }
  failures_.clear();
  // What was earned back by the closing of this window counts no more.
  const auto forgiven = [&](const SequenceWindow& each) {
    return each.forgiven && outcome.closed && each.forgiven->time <= *outcome.closed;
  };
  if (!average && forgiven(window)) return false;
  for (const Seen& each : last_) {
    if (average || (each.failed && !forgiven(*each.window))) failures_.push_back(each.window);
  }
  if (average) return complete;
  complete = static_cast<int64_t>(failures_.size()) >= rule.choices.Count("failures");
  // Failures that gave a right are used up.
  const bool used_up = rule.choices.Is("when", "every n failures") ||
                       rule.choices.Is("when", "every n failures in months");
  if (complete && used_up) {
    for (Seen& each : last_) each.failed = false;
  }
  return complete;
}

}  // namespace tally::replay
