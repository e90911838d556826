#include "replay/terms/target_rule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/baseline.h"
#include "replay/terms/credit.h"
#include "replay/terms/derivation.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kLevelMax = 1'000'000'000'000;  // as the reader of terms has it
constexpr int64_t kDecimalsMax = 6;

int64_t WindowsOf(const Rule& rule) {
  return rule.choices.Count(rule.kind == "baseline" ? "first windows" : "newest windows");
}

// The reader of terms refuses the others, but terms may come from another program.
bool CanBeComputed(const Rule& rule) {
  const int64_t windows = WindowsOf(rule);
  if (windows < 1 || rule.choices.Count("decimals") > kDecimalsMax) return false;
  if (rule.choices.Is("formula", "best four")) return windows >= 4;
  if (!rule.choices.Is("formula", "k-th lowest")) return true;
  const int64_t k = rule.choices.Count("k");
  return k >= 1 && k <= windows;
}

Rounding RoundingOf(const Rule& rule) {
  const absl::string_view word = rule.choices.Word("rounding");
  if (word == "half up") return Rounding::kHalfUp;
  if (word == "half even") return Rounding::kHalfEven;
  return word == "down" ? Rounding::kDown : Rounding::kUp;
}

// The windows that the formula looks at: a baseline's first n, a ratchet's newest n; fewer while
// the sequence is not long enough.
std::vector<size_t> MeasuredBy(const Rule& rule, const std::vector<ClosedWindow>& windows) {
  const auto wanted = static_cast<size_t>(WindowsOf(rule));
  std::vector<size_t> run;
  for (size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].value) {
      run.push_back(i);
    } else if (rule.choices.Is("no result", "breaks")) {
      run.clear();
    }
    if (rule.kind == "baseline" && run.size() == wanted) return run;
  }
  if (run.size() > wanted) run.erase(run.begin(), run.end() - static_cast<std::ptrdiff_t>(wanted));
  return run;
}

struct Found {
  std::optional<Fraction> value;
  std::string text;
};

absl::StatusOr<Found> Baseline(const Rule& rule, const Fraction& target, ValueUnit unit,
                               const std::vector<Fraction>& values) {
  const std::string of = absl::StrCat(" of ", values.size(), " windows");
  if (rule.choices.Is("formula", "k-th lowest")) {
    const int64_t k = rule.choices.Count("k");
    TALLY_ASSIGN_OR_RETURN(Fraction lowest, KthLowestTarget(values, static_cast<size_t>(k)));
    return Found{lowest, absl::StrCat("number ", k, " from the lowest", of)};
  }
  TALLY_ASSIGN_OR_RETURN(Fraction mean, MeanTarget(values));
  if (rule.choices.Is("formula", "mean")) return Found{mean, absl::StrCat("the mean", of)};
  TALLY_ASSIGN_OR_RETURN(Fraction middle, MidpointTarget(target, mean));
  return Found{middle, absl::StrCat("the midpoint of ", ValueText(target, unit), " and ",
                                    ValueText(mean, unit), ", the mean", of)};
}

absl::StatusOr<Found> Ratchet(const Rule& rule, Compare compare, const Fraction& target,
                              ValueUnit unit, const std::vector<Fraction>& values) {
  const std::string holds = ValueText(target, unit);
  if (rule.choices.Is("formula", "best four")) {
    TALLY_ASSIGN_OR_RETURN(std::optional<Fraction> best, BestFourTarget(target, values));
    if (!best) return Found{{}, absl::StrCat("the best four windows are not above ", holds)};
    return Found{best,
                 absl::StrCat("the mean of the best four of ", values.size(),
                              " windows, at most a tenth of the way from ", holds, " to 100 %")};
  }
  TALLY_ASSIGN_OR_RETURN(std::optional<Fraction> moved, HalfWayTarget(compare, target, values));
  if (!moved) {
    return Found{{},
                 absl::StrCat("not all of the last ", values.size(),
                              " windows are strictly better than ", holds)};
  }
  TALLY_ASSIGN_OR_RETURN(Fraction mean, MeanTarget(values));
  return Found{
      moved, absl::StrCat("half way from ", holds, " to ", ValueText(mean, unit), ", the mean of ",
                          values.size(), " windows that were all strictly better")};
}

// In the unit in which levels are written, to the decimals of the rule.
absl::StatusOr<Decimal> Written(const Rule& rule, const Fraction& value, ValueUnit unit) {
  const auto decimals = static_cast<uint8_t>(rule.choices.Count("decimals"));
  int64_t scale = unit == ValueUnit::kRatio ? 100 : 1;
  for (uint8_t i = 0; i < decimals; ++i) scale *= 10;
  TALLY_ASSIGN_OR_RETURN(Fraction scaled, Fraction::Multiply(value, Fraction::Whole(scale)));
  TALLY_ASSIGN_OR_RETURN(int64_t mantissa, RoundToInteger(scaled, RoundingOf(rule)));
  return Decimal{mantissa, decimals}.Normalised();
}

}  // namespace

bool IsTargetRule(const Rule& rule) { return rule.kind == "baseline" || rule.kind == "ratchet"; }

const Rule* TargetRuleOf(const Terms& terms, const std::string& objective, const std::string& id) {
  for (const Rule& rule : terms.rules) {
    if (rule.id != id || !IsTargetRule(rule)) continue;
    const std::vector<std::string>& about = rule.objectives;
    const bool holds =
        about.empty() || std::find(about.begin(), about.end(), objective) != about.end();
    return holds ? &rule : nullptr;
  }
  return nullptr;
}

absl::StatusOr<TargetFigure> FigureOf(const Rule& rule, const Objective& objective,
                                      const std::vector<ClosedWindow>& windows) {
  TALLY_CHECK(IsTargetRule(rule));
  const ValueUnit unit = UnitOf(objective);
  const Fraction target = LevelOf(objective.target.percent, unit);
  const int64_t wanted = WindowsOf(rule);
  TargetFigure figure;
  if (!CanBeComputed(rule)) {
    figure.state = FigureState::kNone;
    figure.text = "the numbers of the rule make no formula";
    return figure;
  }
  figure.windows = MeasuredBy(rule, windows);
  if (static_cast<int64_t>(figure.windows.size()) < wanted) {
    figure.text = absl::StrCat(figure.windows.size(), " of ", wanted, " windows are closed");
    return figure;
  }
  std::vector<Fraction> values;
  for (size_t i : figure.windows) values.push_back(*windows[i].value);
  TALLY_ASSIGN_OR_RETURN(Found found,
                         rule.kind == "baseline"
                             ? Baseline(rule, target, unit, values)
                             : Ratchet(rule, objective.target.compare, target, unit, values));
  figure.state = FigureState::kNone;
  figure.text = std::move(found.text);
  if (!found.value) return figure;
  TALLY_ASSIGN_OR_RETURN(figure.level, Written(rule, *found.value, unit));
  const std::string level = LevelText(figure.level, unit);
  if (figure.level == objective.target.percent) {
    absl::StrAppend(&figure.text, ": ", level, ", which holds already");
    return figure;
  }
  Target adjusted = objective.target;
  adjusted.percent = figure.level;
  if (absl::Status status = CheckLevel(objective, adjusted); !status.ok()) {
    absl::StrAppend(&figure.text, ": ", level, ", but ", status.message());
    return figure;
  }
  figure.from = windows[figure.windows.back()].interval.limit;
  figure.state = FigureState::kReady;
  return figure;
}

absl::Status CheckLevel(const Objective& objective, const Target& target) {
  const Decimal& level = target.percent;
  const bool ratio = UnitOf(objective) == ValueUnit::kRatio;
  const Decimal most{!ratio ? kLevelMax : objective.counted ? 1000 : 100, 0};
  const Decimal least{UnitOf(objective) == ValueUnit::kPoints ? -kLevelMax : 0, 0};
  if (level.Normalised().scale > kDecimalsMax || level > most || level < least) {
    return absl::InvalidArgumentError("no target of this measure can say that");
  }
  const bool at_least = target.compare == Compare::kAtLeast;
  const auto better = [at_least](const Decimal& a, const Decimal& b) {
    return at_least ? a > b : a < b;
  };
  if (target.minimum && !better(level, *target.minimum)) {
    return absl::InvalidArgumentError("that is not better than the minimum level");
  }
  if (target.stretch && !better(*target.stretch, level)) {
    return absl::InvalidArgumentError("that is not worse than the stretch level");
  }
  return absl::OkStatus();
}

Objective WithTarget(const Objective& objective, const Target& target) {
  Objective adjusted = objective;
  adjusted.target = target;
  if (!adjusted.credit) return adjusted;
  const Decimal& before = objective.target.percent;
  const Decimal& level = target.percent;
  const bool at_least = target.compare == Compare::kAtLeast;
  std::vector<Tier>& tiers = adjusted.credit->tiers;
  for (Tier& tier : tiers) {
    // The edge towards what is met.
    std::optional<Decimal>& edge = at_least ? tier.below : tier.from;
    if (!edge) continue;
    const bool beyond = at_least ? *edge > level : *edge < level;
    if (*edge == before || beyond) edge = level;
  }
  std::erase_if(tiers, [&](const Tier& tier) {
    const std::optional<Decimal>& far = at_least ? tier.from : tier.below;
    return far && (at_least ? *far >= level : *far <= level);
  });
  return adjusted;
}

}  // namespace tally::replay
