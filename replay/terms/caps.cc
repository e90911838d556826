#include "replay/terms/caps.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// The instant before a half-open interval ends.
Instant LastOf(const Interval& interval) { return {interval.limit.micros - 1}; }

}  // namespace

bool IsCap(const Rule& rule) { return rule.kind == "cap" || rule.kind == "at risk"; }

int CapStage(const Rule& rule) {
  TALLY_CHECK(IsCap(rule));
  if (rule.choices.Is("period", "window")) return 0;
  return rule.choices.Is("period", "calendar month") ? 1 : 2;
}

Interval ContractYearAt(const Terms& terms, const Zone& zone, Instant at) {
  CivilDay begins = zone.DayAt(terms.from);
  auto year_from = [&](int64_t number) {
    return zone.StartOfDay({begins.year + number, begins.month, begins.day});
  };
  int64_t number = zone.DayAt(at).year - begins.year;
  while (year_from(number) > at) --number;
  while (year_from(number + 1) <= at) ++number;
  return {year_from(number), year_from(number + 1)};
}

absl::StatusOr<Interval> CapPeriodOf(const Rule& rule, const WindowOutcome& outcome, Instant at) {
  const Choices& choices = rule.choices;
  if (choices.Is("period", "window")) return outcome.window;
  if (choices.Is("period", "contract year")) {
    return ContractYearAt(*outcome.terms, *outcome.zone, at);
  }
  TALLY_ASSIGN_OR_RETURN(Interval month,
                         CalendarWindowAt(WindowEvery::kCalendarMonth, *outcome.zone, at));
  if (choices.Is("period", "calendar month")) return month;
  TALLY_CHECK(choices.Is("period", "rolling 12 months"));
  CivilDay first = outcome.zone->DayAt(at);
  return Interval{outcome.zone->StartOfDay({first.year, first.month - 11, 1}), month.limit};
}

Instant CapInstantOf(const Rule& rule, const WindowOutcome& outcome, Instant knowledge) {
  if (!rule.choices.Is("belongs by", "posting")) return LastOf(outcome.window);
  return outcome.posted.value_or(knowledge);
}

absl::StatusOr<Money> CapLimitOf(const Rule& rule, const WindowOutcome& outcome,
                                 const Interval& period) {
  const Choices& choices = rule.choices;
  if (choices.Is("limit", "money")) return choices.Amount("money");
  Interval charged = period;
  if (choices.Is("charges", "of one fee period")) {
    // A fee of one period is a share of one, whatever the time.
    const std::vector<Fee>& fees = outcome.terms->fees;
    auto fee = std::find_if(fees.begin(), fees.end(),
                            [&](const Fee& each) { return each.name == choices.Text("fee"); });
    if (fee == fees.end()) {
      return absl::NotFoundError(
          absl::StrCat("cap: the terms have no fee \"", choices.Text("fee"), "\""));
    }
    TALLY_ASSIGN_OR_RETURN(
        Fraction percent,
        Fraction::Divide(Fraction::FromDecimal(choices.Number("percent")), Fraction::Whole(100)));
    TALLY_ASSIGN_OR_RETURN(Fraction limit,
                           Fraction::Multiply(Fraction::Whole(fee->amount.minor), percent));
    TALLY_ASSIGN_OR_RETURN(int64_t minor, RoundToInteger(limit, Rounding::kDown));
    return Money{.minor = minor, .currency = fee->amount.currency};
  }
  // Nothing is charged outside the term.
  Interval term{outcome.terms->from, outcome.terms->until.value_or(Instant::Max())};
  charged = Intersection(charged, term);
  Money limit;
  TALLY_ASSIGN_OR_RETURN(
      Fraction exact, PercentOfFee(outcome, choices.Text("fee"), choices.Number("percent"), charged,
                                   limit.currency));
  TALLY_ASSIGN_OR_RETURN(limit.minor, RoundToInteger(exact, Rounding::kDown));
  return limit;
}

std::vector<int64_t> CutProRata(const std::vector<int64_t>& amounts, Wide room) {
  Wide sum = std::accumulate(amounts.begin(), amounts.end(), Wide{0});
  if (sum <= room) return amounts;
  if (room <= 0) return std::vector<int64_t>(amounts.size(), 0);
  // Below 2^63 each, so their product stays in 128 bits.
  TALLY_CHECK(sum <= std::numeric_limits<int64_t>::max());
  std::vector<int64_t> cut;
  std::vector<Wide> remainders;
  Wide left = room;
  for (int64_t amount : amounts) {
    TALLY_CHECK(amount >= 0);
    Wide product = Wide{amount} * room;
    cut.push_back(static_cast<int64_t>(product / sum));
    remainders.push_back(product % sum);
    left -= cut.back();
  }
  // The largest remainders take the units that are left; of equal ones the earlier line.
  std::vector<size_t> order(amounts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; left > 0; ++i, --left) {
    TALLY_CHECK(i < order.size());
    ++cut[order[i]];
  }
  return cut;
}

std::vector<int64_t> CutInOrder(const std::vector<int64_t>& amounts, Wide room) {
  std::vector<int64_t> cut;
  for (int64_t amount : amounts) {
    TALLY_CHECK(amount >= 0);
    Wide taken = std::clamp<Wide>(room, 0, amount);
    cut.push_back(static_cast<int64_t>(taken));
    room -= taken;
  }
  return cut;
}

size_t WordingOf(const Rule& rule, std::vector<const Rule*>& wordings) {
  for (size_t at = 0; at < wordings.size(); ++at) {
    if (SaysTheSame(*wordings[at], rule)) return at;
  }
  wordings.push_back(&rule);
  return wordings.size() - 1;
}

}  // namespace tally::replay
