#include "replay/terms/pipeline_entries.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/terms/caps.h"
#include "replay/terms/credit.h"
#include "replay/terms/derivation.h"
#include "replay/terms/points.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

class Entries {
 public:
  Entries(const PipelineQuestion& question, PipelineAnswer& answer)
      : question_(question), answer_(answer) {}

  absl::Status Run() {
    TALLY_RETURN_IF_ERROR(Points());
    TALLY_RETURN_IF_ERROR(PointsPrices());
    TALLY_RETURN_IF_ERROR(Bonuses());
    TALLY_RETURN_IF_ERROR(Netting());
    return Rights();
  }

 private:
  const std::vector<WindowOutcome>& Outcomes() const { return question_.outcomes; }

  void Enter(absl::string_view kind, const std::string& rule, const WindowOutcome& of,
             const Money& amount, const Interval& period, std::string formula) {
    if (amount.minor == 0) return;
    // A bonus is owed the other way round.
    bool turned = kind == "bonus";
    answer_.entries.push_back({.kind = std::string(kind),
                               .rule = rule,
                               .debtor = turned ? of.objective->obligee : of.objective->obligor,
                               .creditor = turned ? of.objective->obligor : of.objective->obligee,
                               .amount = amount,
                               .period = period,
                               .formula = std::move(formula)});
    if (kind != "points") answer_.entries.back().with = WindowName{of.objective->id, of.window};
  }

  absl::Status Points() {
    std::map<std::string, std::vector<Verdict>> before;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      std::vector<Verdict>& verdicts = before[outcome.objective->id];
      if (outcome.points) {
        PipelineLine& line = answer_.lines[i];
        TALLY_ASSIGN_OR_RETURN(line.points, PointsWithRepeat(outcome, verdicts));
        Money amount{.minor = line.points, .currency = PointsUnit()};
        std::string formula = absl::StrCat(
            *outcome.points, " points",
            line.points != *outcome.points ? ", times the factor for repeated failure" : "");
        if (line.points != *outcome.points) {
          line.steps.push_back({.step = "points",
                                .formula = formula,
                                .result = FormatMoney(amount),
                                .clause = absl::StrCat("objectives/", outcome.objective->id),
                                .shows_causes = false});
        }
        if (outcome.ended) Enter("points", "", outcome, amount, outcome.window, formula);
        if (outcome.ended && line.points != 0) {
          answer_.entries.back().of_objective = outcome.objective->id;
          answer_.entries.back().of_window = outcome.window;
        }
      }
      // A carried result neither repeats nor interrupts.
      verdicts.push_back(outcome.carried ? Verdict::kNoResult : outcome.verdict);
    }
    return absl::OkStatus();
  }

  // One line for each rule, obligor and period.
  absl::Status PointsPrices() {
    struct Sum {
      int64_t points = 0;
      const Rule* rule = nullptr;
      const WindowOutcome* last = nullptr;
    };
    std::map<std::tuple<std::string, std::string, Interval>, Sum> sums;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!outcome.points || !outcome.ended) continue;
      for (const Rule& rule : outcome.terms->rules) {
        if (!IsPointsRule(rule) || !IsAbout(rule, outcome)) continue;
        TALLY_ASSIGN_OR_RETURN(Interval period, PointsPeriodOf(rule, outcome));
        Sum& sum = sums[{rule.id, outcome.objective->obligor, period}];
        sum.rule = &rule;
        sum.last = &outcome;
        if (__builtin_add_overflow(sum.points, answer_.lines[i].points, &sum.points)) {
          return absl::OutOfRangeError("points: a sum leaves 64 bits");
        }
      }
    }
    for (const auto& [key, sum] : sums) {
      const Interval& period = std::get<2>(key);
      TALLY_ASSIGN_OR_RETURN(Money money, MoneyForPoints(*sum.rule, *sum.last, period, sum.points));
      Enter(sum.rule->kind, sum.rule->id, *sum.last, money, period,
            absl::StrCat(sum.points, " points from ", FormatInstant(period.first), " to ",
                         FormatInstant(period.limit)));
    }
    return absl::OkStatus();
  }

  // ---- Bonuses ---------------------------------------------------------------------------------

  // The percentage of the farthest level that a value reaches; none below the first.
  static absl::StatusOr<std::optional<Decimal>> BonusPercent(const Rule& rule,
                                                             const OutcomePart& part) {
    const ValueUnit unit = UnitOf(*part.objective);
    const bool at_least = part.objective->target.compare == Compare::kAtLeast;
    std::vector<std::pair<Decimal, Decimal>> levels = rule.choices.Steps("levels");
    if (!at_least) std::reverse(levels.begin(), levels.end());
    std::optional<Decimal> percent;
    for (const auto& [level, bonus] : levels) {
      Fraction edge = LevelOf(level, unit);
      if (at_least ? *part.value >= edge : *part.value <= edge) percent = bonus;
    }
    if (percent && *percent < Decimal{}) {
      return absl::FailedPreconditionError(
          absl::StrCat("rules/", rule.id, ": a negative percentage"));
    }
    return percent;
  }

  static std::vector<OutcomePart> PartsOf(const WindowOutcome& outcome) {
    if (!outcome.parts.empty()) return outcome.parts;
    return {{outcome.terms, outcome.objective, outcome.window, outcome.value, std::nullopt}};
  }

  // What one rule gives for a window, exact and with its text; nothing where no level is reached.
  struct Bonus {
    Money amount;
    std::string formula;
  };
  static absl::StatusOr<Bonus> BonusOf(const Rule& rule, const WindowOutcome& outcome) {
    Bonus bonus;
    TALLY_ASSIGN_OR_RETURN(Fraction exact, PercentOfFee(outcome, rule.choices.Text("fee"), {}, {},
                                                        bonus.amount.currency));
    for (const OutcomePart& part : PartsOf(outcome)) {
      WindowOutcome alone = outcome;
      alone.terms = part.terms;
      alone.objective = part.objective;
      for (const Rule* own : RulesAbout(alone, "bonus")) {
        if (own->id != rule.id || !part.value) continue;
        TALLY_ASSIGN_OR_RETURN(const std::optional<Decimal> percent, BonusPercent(*own, part));
        if (!percent) continue;
        Currency currency;
        TALLY_ASSIGN_OR_RETURN(const Fraction more, PercentOfFee(alone, own->choices.Text("fee"),
                                                                 *percent, part.time, currency));
        if (currency != bonus.amount.currency) continue;
        TALLY_ASSIGN_OR_RETURN(exact, Fraction::Add(exact, more));
        absl::StrAppend(&bonus.formula, bonus.formula.empty() ? "" : " + ",
                        FormatDecimal(percent->Normalised()), " % of fee ",
                        own->choices.Text("fee"), " = ",
                        ExactMoneyText(more, bonus.amount.currency));
      }
    }
    TALLY_ASSIGN_OR_RETURN(bonus.amount.minor,
                           RoundToInteger(exact, RoundingNamed(rule.choices.Word("rounding"))));
    return bonus;
  }

  // One bonus, and the credits that it can reduce: those of its window, or of its contract year.
  struct Reached {
    size_t outcome = 0;
    const Rule* rule = nullptr;
    Bonus full;
    bool by_window = false;
    Interval year;
    Money paid;
  };
  absl::StatusOr<std::vector<Reached>> ReachedBonuses() const {
    std::vector<Reached> all;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!outcome.value || !outcome.ended || outcome.carried) continue;
      if (outcome.verdict != Verdict::kMet) continue;
      for (const Rule* rule : RulesAbout(outcome, "bonus")) {
        TALLY_ASSIGN_OR_RETURN(Bonus full, BonusOf(*rule, outcome));
        if (full.formula.empty()) continue;
        const Instant last{outcome.window.limit.micros - 1};
        const Money none{.minor = 0, .currency = full.amount.currency};
        all.push_back({i, rule, std::move(full),
                       rule->choices.Is("netted against", "credits of the window"),
                       ContractYearAt(*outcome.terms, *outcome.zone, last), none});
      }
    }
    return all;
  }

  // A bonus reduces credits of its window or year and nothing else, and no credit is reduced by
  // more than it is: what exceeds them is lost. Bonuses against credits of the window are owed at
  // once and come first, so that no later window changes them; those of the year share what is left
  // of it.
  absl::Status Bonuses() {
    TALLY_ASSIGN_OR_RETURN(std::vector<Reached> all, ReachedBonuses());
    std::map<std::tuple<std::string, Interval, Currency>, Wide> of_window, of_year;  // by obligor
    for (const bool by_window : {true, false}) {
      for (Reached& each : all) {
        if (each.by_window != by_window) continue;
        const WindowOutcome& outcome = Outcomes()[each.outcome];
        const std::string& obligor = outcome.objective->obligor;
        const Currency& currency = each.paid.currency;
        Wide& in_year = of_year[{obligor, each.year, currency}];
        Wide& in_window = of_window[{obligor, outcome.window, currency}];
        Wide room = CreditsIn(outcome, each.year, false, currency) - in_year;
        if (by_window) {
          room = std::min(room, CreditsIn(outcome, outcome.window, true, currency) - in_window);
          in_window += each.paid.minor = Within(room, each.full.amount.minor);
        } else {
          each.paid.minor = Within(room, each.full.amount.minor);
        }
        in_year += each.paid.minor;
      }
    }
    for (const Reached& each : all) EnterBonus(each);
    return absl::OkStatus();
  }

  static int64_t Within(Wide room, int64_t amount) {
    return static_cast<int64_t>(std::clamp<Wide>(room, 0, amount));
  }

  void EnterBonus(const Reached& bonus) {
    const WindowOutcome& outcome = Outcomes()[bonus.outcome];
    const Interval& period = bonus.by_window ? outcome.window : bonus.year;
    const std::string formula = absl::StrCat(
        bonus.full.formula, ", rounded once to ", FormatMoney(bonus.full.amount),
        "; at most what is left of the credits from ", FormatInstant(period.first), " to ",
        FormatInstant(period.limit), bonus.by_window ? "" : ", and owed when that time is over");
    answer_.lines[bonus.outcome].steps.push_back({.step = "bonus",
                                                  .formula = formula,
                                                  .result = FormatMoney(bonus.paid),
                                                  .clause = ClauseOf(*bonus.rule),
                                                  .shows_causes = false});
    Enter("bonus", bonus.rule->id, outcome, bonus.paid, period, formula);
    if (bonus.paid.minor == 0) return;
    answer_.entries.back().of_objective = outcome.objective->id;
    answer_.entries.back().of_window = outcome.window;
  }

  Wide CreditsIn(const WindowOutcome& like, const Interval& period, bool by_window,
                 const Currency& currency) const {
    Wide sum = 0;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      const PipelineLine& line = answer_.lines[i];
      bool same = outcome.objective->obligor == like.objective->obligor && line.granted &&
                  line.granted->currency == currency && outcome.ended;
      bool inside =
          by_window ? outcome.window == period : period.Contains({outcome.window.limit.micros - 1});
      if (same && inside) sum += line.granted->minor - line.earned_back;
    }
    return sum;
  }

  // ---- Netting and rights ----------------------------------------------------------------------

  absl::Status Netting() {
    // One settlement: what ends together.
    std::map<Instant, std::vector<Debt>> settlements;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!outcome.ended) continue;
      for (const Rule* rule : RulesAbout(outcome, "netting")) {
        const PipelineLine& line = answer_.lines[i];
        bool points = rule->choices.Is("unit", "points");
        if (points ? line.points == 0 : line.Due() <= 0) continue;
        Money amount = points ? Money{.minor = line.points, .currency = PointsUnit()}
                              : Money{.minor = line.Due(), .currency = line.granted->currency};
        settlements[outcome.window.limit].push_back(
            {outcome.objective->obligor, outcome.objective->obligee, amount});
      }
    }
    for (const auto& [end, debts] : settlements) {
      TALLY_ASSIGN_OR_RETURN(std::vector<Netted> netted, Net(debts));
      answer_.netted.insert(answer_.netted.end(), netted.begin(), netted.end());
    }
    return absl::OkStatus();
  }

  // What earned the credit of a window back, where its failure then no longer counts: the closing
  // of the window that completed the run, or what changed one of the run since. None as long as
  // that is not closed, and for what only lapsed as the term or the objective ended.
  std::optional<Restatement> ForgivenBy(size_t i) const {
    const auto held =
        std::find_if(answer_.held.begin(), answer_.held.end(), [&](const HeldCredit& each) {
          return each.outcome == i && each.state == HeldState::kEarnedBack && each.decided_by &&
                 each.rule->choices.Is("still a failure", "no");
        });
    if (held == answer_.held.end()) return std::nullopt;
    const WindowOutcome& last = Outcomes()[*held->decided_by];
    if (!last.closed || !last.closing || *last.closed > question_.knowledge) return std::nullopt;
    Restatement forgiven{*last.closing, *last.closed};
    const bool exceeded = held->rule->choices.Is("condition", "exceeded");
    for (size_t at = i + 1; at <= *held->decided_by; ++at) {
      const WindowOutcome& each = Outcomes()[at];
      if (each.objective->id != held->objective || !each.restated || !each.as_closed) continue;
      const bool changed = exceeded || each.as_closed->verdict != each.verdict;
      if (changed && forgiven.act < each.restated->act) forgiven = *each.restated;
    }
    return forgiven;
  }

  // In the derivation of the window that completed the failures: by which rule, and which they are.
  void TellLumpSum(const ArisenRight& right) {
    std::string failures;
    for (const Interval& each : right.failures) {
      absl::StrAppend(&failures, failures.empty() ? "" : ", ", FormatInstant(each.first), "/",
                      FormatInstant(each.limit));
    }
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (outcome.objective->id != right.objective || outcome.window != right.window) continue;
      answer_.lines[i].steps.push_back(
          {.step = "lump sum",
           .formula = absl::StrCat("for chronic failure, completed by this window: ", failures),
           .result = FormatMoney(*right.lump_sum),
           .clause = ClauseOf(*right.rule),
           .shows_causes = false});
      return;
    }
  }

  absl::Status Rights() {
    std::map<std::string, std::vector<SequenceWindow>> sequences;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      sequences[outcome.objective->id].push_back(
          {.outcome = &outcome,
           .granted = answer_.lines[i].granted.value_or(Money{}),
           .forgiven = ForgivenBy(i),
           .caps_reached = answer_.lines[i].caps_reached});
    }
    for (const auto& [objective, windows] : sequences) {
      TALLY_ASSIGN_OR_RETURN(std::vector<ArisenRight> rights,
                             RightsOf(windows, question_.exercised, question_.knowledge));
      for (const ArisenRight& right : rights) {
        answer_.rights.push_back(right);
        if (!right.lump_sum) continue;
        TellLumpSum(right);
        answer_.entries.push_back({.kind = "lump sum",
                                   .rule = right.rule->id,
                                   .debtor = right.obligor,
                                   .creditor = right.obligee,
                                   .amount = *right.lump_sum,
                                   .period = right.window,
                                   .formula = "chronic failure",
                                   .with = WindowName{right.objective, right.window},
                                   .of_objective = right.objective,
                                   .of_window = right.window});
      }
    }
    return absl::OkStatus();
  }

  const PipelineQuestion& question_;
  PipelineAnswer& answer_;
};

}  // namespace

absl::Status AddEntries(const PipelineQuestion& question, PipelineAnswer& answer) {
  TALLY_CHECK(answer.lines.size() == question.outcomes.size());
  return Entries(question, answer).Run();
}

}  // namespace tally::replay
