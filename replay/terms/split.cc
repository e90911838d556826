#include "replay/terms/split.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/credit.h"
#include "replay/terms/derivation.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

void CheckTiling(const Interval& window, const std::vector<TermsPart>& parts) {
  TALLY_CHECK(!parts.empty() && parts.front().interval.first == window.first &&
              parts.back().interval.limit == window.limit);
  for (size_t i = 1; i < parts.size(); ++i) {
    TALLY_CHECK(parts[i].interval.first == parts[i - 1].interval.limit);
  }
}

absl::StatusOr<Fraction> ShareOf(const Interval& part, const Interval& whole) {
  return Fraction::Of(Length(part).micros, Length(whole).micros);
}

DerivationStep StepOf(absl::string_view step, std::string formula, std::string result) {
  return {.step = std::string(step),
          .formula = std::move(formula),
          .result = std::move(result),
          .clause = "rules",
          .shows_causes = false};
}

// Met only if all parts are; a breach decides; else what is not known.
Verdict Joined(const std::vector<EvaluatedPart>& parts) {
  bool all_met = true;
  Verdict unclear = Verdict::kNoResult;
  for (const EvaluatedPart& each : parts) {
    if (each.figures.verdict == Verdict::kBreached) return Verdict::kBreached;
    all_met = all_met && each.figures.verdict == Verdict::kMet;
    if (each.figures.verdict == Verdict::kIndeterminate) unclear = Verdict::kIndeterminate;
  }
  return all_met ? Verdict::kMet : unclear;
}

absl::StatusOr<std::optional<Fraction>> JoinedValue(const Window& window,
                                                    const std::vector<EvaluatedPart>& parts) {
  Fraction value = Fraction::Whole(0);
  for (const EvaluatedPart& each : parts) {
    if (!each.figures.value) return std::optional<Fraction>();
    TALLY_ASSIGN_OR_RETURN(Fraction share, ShareOf(each.part.interval, window.interval));
    TALLY_ASSIGN_OR_RETURN(Fraction weighted, Fraction::Multiply(*each.figures.value, share));
    TALLY_ASSIGN_OR_RETURN(value, Fraction::Add(value, weighted));
  }
  return std::optional<Fraction>(value);
}

// Times of the parts, in the coarsest unit that measures all of them.
void AddMeasured(const Measured& part, Measured& whole) {
  whole.period.micros += part.period.micros;
  whole.counted.micros += part.counted.micros;
  whole.counted_unpaid.micros += part.counted_unpaid.micros;
  whole.up.micros += part.up.micros;
  whole.down.micros += part.down.micros;
  whole.degraded.micros += part.degraded.micros;
  whole.unknown.micros += part.unknown.micros;
  whole.unknown_excluded.micros += part.unknown_excluded.micros;
  whole.bad_excluded.micros += part.bad_excluded.micros;
  whole.excluded.micros += part.excluded.micros;
  whole.remaining.micros += part.remaining.micros;
  whole.causes.insert(whole.causes.end(), part.causes.begin(), part.causes.end());
  whole.causes_left_out += part.causes_left_out;
  whole.picture.insert(whole.picture.end(), part.picture.begin(), part.picture.end());
  whole.picture_left_out = whole.picture_left_out || part.picture_left_out;
}

std::vector<TermsPart> TilesOf(const std::vector<EvaluatedPart>& parts) {
  std::vector<TermsPart> tiles;
  for (const EvaluatedPart& each : parts) tiles.push_back(each.part);
  return tiles;
}

// Whose rounding and minimum the sum has. Null: no part gives a credit.
const EvaluatedPart* NewestWithCredit(const std::vector<EvaluatedPart>& parts) {
  auto found = std::find_if(parts.rbegin(), parts.rend(), [](const EvaluatedPart& each) {
    return each.part.objective->credit.has_value();
  });
  return found == parts.rend() ? nullptr : &*found;
}

absl::StatusOr<ComputedCredit> JoinedCredit(const Window& window,
                                            const std::vector<EvaluatedPart>& parts) {
  const EvaluatedPart& paying = *NewestWithCredit(parts);
  const CreditRule& rule = *paying.part.objective->credit;
  FeeBase base{.fee = paying.figures.credit->base.fee};
  ComputedCredit credit = NoCredit(base);
  for (const EvaluatedPart& each : parts) {
    if (!each.part.objective->credit) continue;
    bool same =
        each.figures.credit && each.figures.credit->amount.currency == credit.amount.currency;
    if (!same) {
      return absl::FailedPreconditionError(
          "amendments: parts of a window have credits of different kinds");
    }
    const ComputedCredit& part = *each.figures.credit;
    TALLY_ASSIGN_OR_RETURN(credit.exact, Fraction::Add(credit.exact, part.exact));
    TALLY_ASSIGN_OR_RETURN(credit.base.minor, Fraction::Add(credit.base.minor, part.base.minor));
    TALLY_ASSIGN_OR_RETURN(credit.base.share, Fraction::Add(credit.base.share, part.base.share));
    if (!part.formula.empty()) {
      absl::StrAppend(&credit.formula, credit.formula.empty() ? "" : " + ", part.formula);
    }
  }
  TALLY_ASSIGN_OR_RETURN(credit.rounded.minor, RoundToInteger(credit.exact, rule.rounding));
  credit.amount = credit.rounded;
  TALLY_ASSIGN_OR_RETURN(std::optional<Money> cap, SharedCap(window.interval, TilesOf(parts)));
  if (cap) credit.amount.minor = std::min(credit.amount.minor, cap->minor);
  if (rule.minimum && credit.amount.minor <= rule.minimum->minor) credit.amount.minor = 0;
  return credit;
}

absl::Status JoinPoints(const std::vector<EvaluatedPart>& parts, WindowFigures& whole) {
  int64_t sum = 0;
  std::string text;
  for (const EvaluatedPart& each : parts) {
    if (!each.part.objective->credit) continue;
    const std::optional<int64_t>& points = each.figures.points;
    if (!points) {
      return absl::FailedPreconditionError(
          "amendments: parts of a window have credits of different kinds");
    }
    if (__builtin_add_overflow(sum, *points, &sum)) {
      return absl::OutOfRangeError("points: a sum leaves 64 bits");
    }
    absl::StrAppend(&text, text.empty() ? "" : " + ", *points);
  }
  whole.points = sum;
  whole.derivation.push_back(
      StepOf("points", absl::StrCat("the points of ", parts.size(), " parts together: ", text),
             absl::StrCat(sum, " points")));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<Money>> SharedCap(const Interval& window,
                                               const std::vector<TermsPart>& parts) {
  TALLY_CHECK(!parts.empty());
  Fraction sum = Fraction::Whole(0);
  std::optional<Money> cap;
  for (const TermsPart& each : parts) {
    if (!each.objective->credit) continue;
    cap = each.objective->credit->window_cap;
    if (!cap) return cap;
    TALLY_ASSIGN_OR_RETURN(Fraction share, ShareOf(each.interval, window));
    TALLY_ASSIGN_OR_RETURN(Fraction part, Fraction::Multiply(Fraction::Whole(cap->minor), share));
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, part));
  }
  if (cap) {
    TALLY_ASSIGN_OR_RETURN(cap->minor, RoundToInteger(sum, Rounding::kDown));
  }
  return cap;
}

AmendmentReach ReachOf(const Terms& terms, const Objective& objective) {
  for (const Rule& rule : terms.rules) {
    const std::vector<std::string>& about = rule.objectives;
    bool reaches =
        about.empty() || std::find(about.begin(), about.end(), objective.id) != about.end();
    if (rule.kind != "amendments" || !reaches) continue;
    const Choices& choices = rule.choices;
    if (choices.Is("inside a window", "split")) return AmendmentReach::kSplit;
    if (choices.Is("inside a window", "weighted target")) return AmendmentReach::kWeightedTarget;
    if (choices.Is("inside a window", "in force at end")) return AmendmentReach::kInForceAtEnd;
  }
  return AmendmentReach::kNextWindow;
}

absl::StatusOr<Window> WindowOfPart(const Window& window, const Interval& part) {
  TALLY_CHECK(!part.empty() && Intersection(part, window.interval) == part);
  Window of_part = window;
  of_part.interval = part;
  TALLY_ASSIGN_OR_RETURN(Fraction share, ShareOf(part, window.interval));
  TALLY_ASSIGN_OR_RETURN(of_part.share, Fraction::Multiply(window.share, share));
  return of_part;
}

absl::StatusOr<Fraction> WeightedTarget(const std::vector<TermsPart>& parts) {
  TALLY_CHECK(!parts.empty());
  Interval whole{parts.front().interval.first, parts.back().interval.limit};
  CheckTiling(whole, parts);
  Fraction target = Fraction::Whole(0);
  for (const TermsPart& part : parts) {
    const Objective& last = *parts.back().objective;
    bool comparable = part.objective->target.compare == last.target.compare &&
                      UnitOf(*part.objective) == UnitOf(last);
    if (!comparable) {
      return absl::FailedPreconditionError("amendments: targets of different kinds have no mean");
    }
    TALLY_ASSIGN_OR_RETURN(Fraction share, ShareOf(part.interval, whole));
    TALLY_ASSIGN_OR_RETURN(
        Fraction weighted,
        Fraction::Multiply(LevelOf(part.objective->target.percent, UnitOf(last)), share));
    TALLY_ASSIGN_OR_RETURN(target, Fraction::Add(target, weighted));
  }
  return target;
}

absl::StatusOr<WindowFigures> AgainstWeightedTarget(const std::vector<TermsPart>& parts,
                                                    const CreditFacts& facts,
                                                    WindowFigures figures) {
  TALLY_ASSIGN_OR_RETURN(Fraction target, WeightedTarget(parts));
  const Objective& last = *parts.back().objective;
  bool decided = figures.verdict == Verdict::kMet || figures.verdict == Verdict::kBreached;
  if (!decided || !figures.value || figures.empty) return figures;
  bool at_least = last.target.compare == Compare::kAtLeast;
  bool met = at_least ? *figures.value >= target : *figures.value <= target;
  figures.verdict = met ? Verdict::kMet : Verdict::kBreached;
  figures.exceeds = met && *figures.value != target;
  figures.derivation.push_back(
      StepOf("weighted target",
             absl::StrCat("the targets of ", parts.size(),
                          " parts, weighted by elapsed time: ", ValueText(target, figures.unit)),
             met ? "met" : "breached"));
  if (!figures.credit) return figures;
  FeeBase base = figures.credit->base;
  figures.credit = NoCredit(base);
  Objective paying = last;
  std::optional<DerivationStep> borrowed;
  if (!met) {
    // The last terms pay. Where their tiers end below the weighted target, the newest earlier ones
    // that hold the value say how many percent of the fee of the last.
    for (auto part = std::next(parts.rbegin());
         part != parts.rend() && paying.credit->scheme == "tiers" &&
         !TierOf(*paying.credit, facts.value, figures.unit);
         ++part) {
      const std::optional<CreditRule>& earlier = part->objective->credit;
      if (!earlier || earlier->scheme != "tiers" || !TierOf(*earlier, facts.value, figures.unit)) {
        continue;
      }
      paying.credit->tiers = earlier->tiers;
      paying.credit->edges = earlier->edges;
      borrowed = StepOf("tiers",
                        absl::StrCat("the tiers of the terms at the end do not hold the value; of "
                                     "those from ",
                                     FormatInstant(part->interval.first), " to ",
                                     FormatInstant(part->interval.limit), " only the tiers count"),
                        "");
    }
    TALLY_ASSIGN_OR_RETURN(figures.credit, CreditFor(*paying.credit, facts, base));
  }
  // What the terms at the end alone would have paid decides nothing.
  std::erase_if(figures.derivation, IsAboutCredit);
  if (borrowed) figures.derivation.push_back(*std::move(borrowed));
  for (DerivationStep& step : ExplainCredit(paying, figures)) {
    figures.derivation.push_back(std::move(step));
  }
  return figures;
}

absl::StatusOr<WindowFigures> CombineParts(const Window& window,
                                           const std::vector<EvaluatedPart>& parts) {
  TALLY_CHECK(!parts.empty());
  const std::vector<TermsPart> tiles = TilesOf(parts);
  CheckTiling(window.interval, tiles);
  const Objective& last = *parts.back().part.objective;
  WindowFigures whole;
  whole.window = window;
  whole.unit = UnitOf(last);
  whole.open = parts.back().figures.open;
  whole.verdict = Joined(parts);
  whole.exceeds = whole.verdict == Verdict::kMet;
  for (const EvaluatedPart& each : parts) {
    const WindowFigures& figures = each.figures;
    whole.exceeds = whole.exceeds && figures.exceeds;
    whole.below_minimum = whole.below_minimum || figures.below_minimum;
    whole.parts.push_back({each.part.interval, figures.value, figures.points});
    whole.derivation.push_back(StepOf("part",
                                      absl::StrCat("from ", FormatInstant(each.part.interval.first),
                                                   " to ", FormatInstant(each.part.interval.limit)),
                                      ""));
    // Rounding, cap and minimum are those of the whole window, not of its parts.
    for (const DerivationStep& step : figures.derivation) {
      if (step.step == "cap" || step.step == "minimum") continue;
      whole.derivation.push_back(step);
      if (step.step == "points") whole.derivation.back().step = "part points";
      if (step.step != "credit" || !figures.credit || figures.credit->formula.empty()) continue;
      whole.derivation.back().step = "part credit";
      whole.derivation.back().formula =
          absl::StrCat(figures.credit->formula, ", not rounded before it is added");
      whole.derivation.back().result =
          ExactMoneyText(figures.credit->exact, figures.credit->amount.currency);
    }
    AddMeasured(figures.measured, whole.measured);
    if (last.counted) {
      whole.times.period += figures.times.period;
      whole.times.counted += figures.times.counted;
    }
  }
  TALLY_ASSIGN_OR_RETURN(whole.value, JoinedValue(window, parts));
  if (last.counted) {
    whole.times.unit = "items";
    whole.times.unit_length = {1};
  } else {
    whole.times = TimesOf(whole.measured, last.measure.resolution);
  }
  const EvaluatedPart* paying = NewestWithCredit(parts);
  if (paying != nullptr && paying->figures.points) {
    TALLY_RETURN_IF_ERROR(JoinPoints(parts, whole));
  }
  if (paying != nullptr && paying->figures.credit) {
    TALLY_ASSIGN_OR_RETURN(whole.credit, JoinedCredit(window, parts));
    whole.derivation.push_back(
        StepOf("split",
               absl::StrCat("the exact credits of ", parts.size(),
                            " parts together, rounded once: ", FormatMoney(whole.credit->rounded)),
               FormatMoney(whole.credit->rounded)));
    const CreditRule& rule = *paying->part.objective->credit;
    TALLY_ASSIGN_OR_RETURN(const std::optional<Money> cap, SharedCap(window.interval, tiles));
    if (cap) {
      whole.derivation.push_back(
          StepOf("cap",
                 absl::StrCat("the caps of the parts by their share of time, rounded down: ",
                              FormatMoney(*cap)),
                 FormatMoney(std::min(whole.credit->rounded, *cap))));
    }
    if (rule.minimum) {
      whole.derivation.push_back(
          StepOf("minimum", absl::StrCat("paid only if more than ", FormatMoney(*rule.minimum)),
                 FormatMoney(whole.credit->amount)));
    }
  }
  return whole;
}

}  // namespace tally::replay
