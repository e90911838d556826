// A list of checks, each with the sentence that it gives; none looks at another's findings.
#include "tools/terms_sense.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/terms_target.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kContradiction = "terms-contradiction";
constexpr absl::string_view kNeverActs = "lint-never-acts";

bool IsAbout(const Rule& rule, const std::string& objective) {
  return rule.objectives.empty() ||
         std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective);
}

FilePosition PlaceIn(const TermsReport& report, const Rule& rule, absl::string_view choice) {
  return report.PlaceOf(absl::StrCat("rules.", rule.id, ".", choice));
}

// ---- Rules that state the same thing ------------------------------------------------------------

// Kinds of which one holds for an objective: of two, the name would decide.
constexpr absl::string_view kOnlyOne[] = {"amendment proposals",
                                          "amendments",
                                          "answer deadline",
                                          "baseline",
                                          "burden of proof",
                                          "claim deadline",
                                          "decision authority",
                                          "earn-back",
                                          "escalation deadline",
                                          "in-flight tickets",
                                          "ratchet",
                                          "restatement",
                                          "sum claimed",
                                          "third parties"};

void CheckOnlyOne(const Terms& terms, TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    std::map<std::string, const Rule*> first;
    for (const Rule& rule : terms.rules) {
      const bool one =
          std::find(std::begin(kOnlyOne), std::end(kOnlyOne), rule.kind) != std::end(kOnlyOne);
      if (!one || !IsAbout(rule, objective.id)) continue;
      const auto [found, fresh] = first.emplace(rule.kind, &rule);
      if (fresh) continue;
      report.Error(PlaceIn(report, rule, "kind"), kContradiction,
                   absl::StrCat("rules.", found->second->id, " and rules.", rule.id,
                                " both state the `", rule.kind, "` of ", objective.id),
                   "leave one of them out, or name other objectives in each");
    }
  }
}

void CheckDisputeLevels(const Terms& terms, TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    std::vector<const Rule*> levels;
    for (const Rule& rule : terms.rules) {
      if (rule.kind == "dispute level" && IsAbout(rule, objective.id)) levels.push_back(&rule);
    }
    std::stable_sort(levels.begin(), levels.end(), [](const Rule* a, const Rule* b) {
      return a->choices.Count("level") < b->choices.Count("level");
    });
    for (size_t i = 0; i < levels.size(); ++i) {
      const int64_t number = levels[i]->choices.Count("level");
      if (number == static_cast<int64_t>(i) + 1) continue;
      report.Error(PlaceIn(report, *levels[i], "level"), kContradiction,
                   absl::StrCat("level ", number, " of ", objective.id, " stands where level ",
                                i + 1, " is expected"),
                   "dispute levels are numbered 1, 2, 3 without a gap, each once");
      break;
    }
    if (levels.empty() || !levels.back()->choices.Is("on expiry", "next level")) continue;
    report.Error(PlaceIn(report, *levels.back(), "on expiry"), kContradiction,
                 absl::StrCat("no level follows level ", levels.back()->choices.Count("level"),
                              " of ", objective.id),
                 "choose `claim lapses` or `nothing follows`, or state the next level");
  }
}

// ---- Parties ------------------------------------------------------------------------------------

std::string PartyOf(const Terms& terms, const std::string& role) {
  for (const TermsParty& party : terms.parties) {
    if (party.role == role) return party.name;
  }
  return "";
}

void CheckSides(const Terms& terms, TermsReport& report) {
  std::set<std::string> said;
  for (const Objective& objective : terms.objectives) {
    // One role on both sides is refused where the objective is read.
    if (objective.obligor == objective.obligee) continue;
    const std::string name = PartyOf(terms, objective.obligor);
    if (name.empty() || name != PartyOf(terms, objective.obligee) || !said.insert(name).second) {
      continue;
    }
    report.Error(report.PlaceOf("parties"), kContradiction,
                 absl::StrCat(name, " is both ", objective.obligor, " and ", objective.obligee,
                              ": nobody owes himself"),
                 "name the party of the other side, as `tally party list` shows it");
  }
}

// Whoever decides is none of those between whom he decides.
void CheckJudges(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    for (const absl::string_view choice : {"authority", "arbitrator", "expert"}) {
      const bool judges = rule.kind == "dispute level" || rule.kind == "decision authority";
      if (!judges || !rule.choices.Has(choice)) continue;
      const std::string& role = rule.choices.Text(choice);
      const std::string judge = PartyOf(terms, role);
      for (const Objective& objective : terms.objectives) {
        const bool side = judge == PartyOf(terms, objective.obligor) ||
                          judge == PartyOf(terms, objective.obligee);
        if (judge.empty() || !side || !IsAbout(rule, objective.id)) continue;
        report.Error(
            PlaceIn(report, rule, choice), kContradiction,
            absl::StrCat(role, " is a side of ", objective.id, " and would decide its own case"),
            "name a role of `parties` that is neither obligor nor obligee");
        break;
      }
    }
  }
}

// ---- Time ---------------------------------------------------------------------------------------

void CheckExcludedTime(const Terms& terms, TermsReport& report) {
  const Instant ends = terms.until.value_or(kInstantLast - Days(366));
  for (const Objective& objective : terms.objectives) {
    for (const AgreedExclusion& exclusion : objective.exclusions) {
      const Interval& time = exclusion.interval;
      if (time.first > terms.from || time.limit < ends) continue;
      // Lawful, if odd: an objective may be agreed to sleep for a term.
      report.Warning(
          report.PlaceOf(absl::StrCat("objectives.", objective.id, ".exclusions")), kNeverActs,
          absl::StrCat("the exclusion ", exclusion.id, " spans the whole term: nothing of ",
                       objective.id, " is ever judged"),
          "state when it begins and ends");
    }
  }
  for (const Rule& rule : terms.rules) {
    if (rule.kind != "recurring exclusion" || !rule.choices.Is("occurs", "every")) continue;
    const bool daily = rule.choices.Is("weekday", "day");
    const bool whole = rule.choices.Is("time", "whole local day");
    const bool all = whole ? daily : rule.choices.Length("length") >= Days(daily ? 1 : 7);
    if (!all) continue;
    report.Error(PlaceIn(report, rule, whole ? "time" : "length"), kContradiction,
                 absl::StrCat("rules.", rule.id, " excludes all time"),
                 "name a weekday, a shorter time, or another `occurs`");
  }
}

void CheckRolling(const Terms& terms, TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    const WindowRule& window = objective.window;
    if (window.every != WindowEvery::kRollingDays || window.step_days == 0) continue;
    const int64_t overlap = window.days / window.step_days;
    if (overlap <= kRollingOverlapMax) continue;
    report.Error(report.PlaceOf(absl::StrCat("objectives.", objective.id, ".window.every")),
                 "terms-bad-value",
                 absl::StrCat("every instant would lie in ", overlap, " windows"),
                 absl::StrCat("state a longer step or a shorter window: at most ",
                              kRollingOverlapMax, " windows hold one instant"));
  }
}

// ---- Levels of values ---------------------------------------------------------------------------

void CheckScores(const Terms& terms, TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    if (!objective.counted || objective.counted->kind != "survey mean") continue;
    const Decimal highest{objective.counted->choices.Count("highest score"), 0};
    for (const std::optional<Decimal>& level :
         {std::optional<Decimal>(objective.target.percent), objective.target.minimum,
          objective.target.stretch}) {
      if (!level || *level <= highest) continue;
      report.Error(report.PlaceOf(absl::StrCat("objectives.", objective.id, ".target")),
                   kContradiction,
                   absl::StrCat("a mean of ", FormatDecimal(*level),
                                " lies above the highest score ", FormatDecimal(highest)),
                   "state another target, or the `highest score` of the scale that is asked");
    }
  }
}

bool HasMinimum(const Objective& objective) { return objective.target.minimum.has_value(); }

// Choices that ask for the minimum level of a target, by rule and word.
void CheckMinimumLevels(const Terms& terms, TermsReport& report) {
  struct Asks {
    absl::string_view kind, choice, word;
  };
  constexpr Asks kAsks[] = {
      {"chronic failure", "failure", "below the minimum level"},
      {"earn-back", "eligible", "failures above the minimum level"},
  };
  for (const Rule& rule : terms.rules) {
    for (const Asks& asks : kAsks) {
      if (rule.kind != asks.kind || !rule.choices.Is(asks.choice, asks.word)) continue;
      for (const Objective& objective : terms.objectives) {
        if (!IsAbout(rule, objective.id) || HasMinimum(objective)) continue;
        report.Warning(PlaceIn(report, rule, asks.choice), kNeverActs,
                       absl::StrCat("the target of ", objective.id, " has no minimum level"),
                       "state one, as in `target: { expected: at least 99.9 %, minimum: 99 %, "
                       "stretch: none }`, or name the objectives that have one");
      }
    }
  }
}

void CheckBonusLevels(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    if (rule.kind != "bonus") continue;
    const Objective* first = nullptr;
    for (const Objective& objective : terms.objectives) {
      if (!IsAbout(rule, objective.id)) continue;
      const LevelForm form = FormOf(objective, terms.fees);
      if (first == nullptr) first = &objective;
      if (form.unit != FormOf(*first, terms.fees).unit) {
        report.Error(PlaceIn(report, rule, "objectives"), kContradiction,
                     absl::StrCat("the levels of the bonus would be of two units, of ", first->id,
                                  " and of ", objective.id),
                     "write a rule for each");
        break;
      }
      const bool at_least = objective.target.compare == Compare::kAtLeast;
      for (const auto& [level, percent] : rule.choices.Steps("levels")) {
        const bool worse =
            at_least ? level < objective.target.percent : level > objective.target.percent;
        const bool beyond = form.unit == ValueUnit::kRatio && level > Decimal{form.percent_max, 0};
        const std::string name =
            absl::StrCat("the level ", LevelInWords(level, form), " of ", objective.id);
        const std::string hint =
            absl::StrCat("write levels from ", LevelInWords(objective.target.percent, form),
                         at_least ? " up" : " down");
        if (beyond) {
          report.Error(PlaceIn(report, rule, "levels"), kContradiction,
                       absl::StrCat(name, " cannot be reached"), hint);
        } else if (worse) {
          report.Warning(PlaceIn(report, rule, "levels"), kNeverActs,
                         absl::StrCat(name, " misses its target, and nobody is rewarded for that"),
                         hint);
        }
      }
    }
  }
}

// A sample that is too small is asked before what an empty window means.
void CheckCarried(const Terms& terms, TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    if (!objective.counted || objective.empty != EmptyRule::kCarryLast) continue;
    for (const absl::string_view name : {"minimum sample", "minimum responses"}) {
      const Choices& choices = objective.counted->choices;
      if (!choices.Has(name) || choices.Count(name) == 0) continue;
      report.Warning(report.PlaceOf(absl::StrCat("objectives.", objective.id, ".when empty")),
                     kNeverActs,
                     absl::StrCat("`carry last` never acts: with a ", name, " of ",
                                  choices.Count(name), " an empty window is indeterminate"),
                     absl::StrCat("write `", name, ": 0`, or choose `when empty: no result`"));
    }
  }
}

// ---- Money --------------------------------------------------------------------------------------

// What a rule over windows works on; without any of it, it never acts.
bool HasBase(const Rule& rule, const Objective& objective) {
  if (!objective.credit) return false;
  const std::string& scheme = objective.credit->scheme;
  if (rule.kind == "points table" || rule.kind == "points price" ||
      rule.choices.Is("unit", "points")) {
    return scheme == "points";
  }
  return true;
}

void CheckBases(const Terms& terms, TermsReport& report) {
  constexpr absl::string_view kOverCredits[] = {"at risk",        "cap",          "earn-back",
                                                "expected level", "minimum",      "netting",
                                                "points price",   "points table", "same incident"};
  for (const Rule& rule : terms.rules) {
    const bool over = std::find(std::begin(kOverCredits), std::end(kOverCredits), rule.kind) !=
                      std::end(kOverCredits);
    if (!over) continue;
    const bool any = std::any_of(terms.objectives.begin(), terms.objectives.end(),
                                 [&](const Objective& objective) {
                                   return IsAbout(rule, objective.id) && HasBase(rule, objective);
                                 });
    if (any) continue;
    const bool points = rule.kind == "points table" || rule.kind == "points price" ||
                        rule.choices.Is("unit", "points");
    report.Warning(
        PlaceIn(report, rule, "kind"), kNeverActs,
        absl::StrCat("rules.", rule.id, " can never act: no objective that it is about has ",
                     points ? "a credit by the scheme `points`" : "a credit"),
        "state the credit of one, or leave the rule out");
  }
}

// More of a fee than all of it is a slip, wherever what is put at risk or returned is a part of it.
void CheckShares(const Terms& terms, TermsReport& report) {
  const auto check = [&](const Choices& choices, absl::string_view name,
                         const FilePosition& place) {
    if (!choices.Has(name) || choices.Number(name) <= Decimal{100, 0}) return;
    report.Error(place, kContradiction,
                 absl::StrCat("`", name, "` of ", FormatDecimal(choices.Number(name)),
                              " % is more than all of it"),
                 "write at most `100 %`");
  };
  for (const Rule& rule : terms.rules) {
    if (rule.kind == "at risk") check(rule.choices, "percent", PlaceIn(report, rule, "percent"));
    if (rule.kind == "earn-back") check(rule.choices, "share", PlaceIn(report, rule, "share"));
  }
  for (const Objective& objective : terms.objectives) {
    if (!objective.credit || objective.credit->scheme != "pool") continue;
    for (const absl::string_view name : {"at risk", "pool share", "allocation"}) {
      check(objective.credit->choices, name,
            report.PlaceOf(absl::StrCat("objectives.", objective.id, ".credit.", name)));
    }
  }
}

// Allocations of one pool may come to more than all of it by agreement; what is paid is then held
// to the amount at risk by a rule, and by nothing where there is none.
void CheckAllocations(const Terms& terms, TermsReport& report) {
  struct Pool {
    Fraction sum = Fraction::Whole(0);
    const Objective* last = nullptr;
    bool limited = true;  // each of its objectives
  };
  std::map<std::string, Pool> pools;  // by the fee that is at risk, and whose it is
  for (const Objective& objective : terms.objectives) {
    if (!objective.credit || objective.credit->scheme != "pool" ||
        !objective.credit->choices.Has("allocation")) {
      continue;
    }
    Pool& pool = pools[absl::StrCat(objective.obligor, "\n", objective.credit->fee)];
    const absl::StatusOr<Fraction> sum = Fraction::Add(
        pool.sum, Fraction::FromDecimal(objective.credit->choices.Number("allocation")));
    if (!sum.ok()) return;
    pool.sum = *sum;
    pool.last = &objective;
    pool.limited =
        pool.limited && std::any_of(terms.rules.begin(), terms.rules.end(), [&](const Rule& rule) {
          return (rule.kind == "at risk" || rule.kind == "cap") && IsAbout(rule, objective.id);
        });
  }
  for (const auto& [key, pool] : pools) {
    if (pool.limited || pool.sum <= Fraction::Whole(100)) continue;
    report.Warning(
        report.PlaceOf(absl::StrCat("objectives.", pool.last->id, ".credit.allocation")),
        "lint-pool-over-allocated",
        absl::StrCat("the allocations of the pool on the fee ", pool.last->credit->fee, " come to ",
                     FormatRounded(pool.sum, 2), " %, and no rule limits what is paid"),
        "state a rule of the kind `at risk`, or allocate at most 100 %");
  }
}

void CheckCaps(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    const bool share = rule.kind == "cap" && rule.choices.Is("limit", "percent of charges") &&
                       rule.choices.Is("charges", "of the period");
    if (!share || rule.choices.Number("percent") <= Decimal{100, 0}) continue;
    report.Error(PlaceIn(report, rule, "percent"), kContradiction,
                 absl::StrCat("a cap of ", FormatDecimal(rule.choices.Number("percent")),
                              " % lies above all charges of its period"),
                 "write at most `100 %`, or choose `charges: of one fee period`");
  }
  for (const Objective& objective : terms.objectives) {
    if (!objective.credit || !objective.credit->minimum || !objective.credit->window_cap) continue;
    const CreditRule& credit = *objective.credit;
    if (credit.minimum->currency != credit.window_cap->currency ||
        credit.minimum->minor < credit.window_cap->minor) {
      continue;
    }
    report.Error(
        report.PlaceOf(absl::StrCat("objectives.", objective.id, ".credit.minimum")),
        kContradiction,
        absl::StrCat("the minimum ", FormatMoney(*credit.minimum), " is not below the cap ",
                     FormatMoney(*credit.window_cap), ": nothing could ever be paid"),
        "lower the minimum or raise `window cap`");
  }
}

// A rejection that nobody can take further ends a claim for ever: silence then pays.
void CheckRejections(const Terms& terms, TermsReport& report) {
  if (terms.disputes.silence != SilentAnswer::kDeemedRejected) return;
  for (const Objective& objective : terms.objectives) {
    if (!objective.credit) continue;
    const bool further = std::any_of(terms.rules.begin(), terms.rules.end(), [&](const Rule& rule) {
      const bool decides = rule.kind == "dispute level" ||
                           (rule.kind == "decision authority" && rule.choices.Has("arbitrator"));
      return decides && IsAbout(rule, objective.id);
    });
    const bool bound = !PartyOf(terms, "arbitrator").empty() || !PartyOf(terms, "arbiter").empty();
    if (further || bound) continue;
    report.Warning(report.PlaceOf("disputes.silence"), "lint-rejection-final",
                   "a claim that nobody answers is rejected, and the terms name nobody to take it "
                   "to: whoever keeps silent never pays",
                   "state a rule of the kind `dispute level`, bind the role `arbitrator` under "
                   "`parties`, or choose `deemed accepted`");
    return;
  }
}

// Time limits of claims, where nobody has to claim anything.
void CheckClaims(const Terms& terms, TermsReport& report) {
  if (terms.disputes.credits != ClaimNeeded::kAutomatic) return;
  for (const Rule& rule : terms.rules) {
    if (rule.kind != "claim deadline" && rule.kind != "answer deadline") continue;
    report.Error(PlaceIn(report, rule, "kind"), kContradiction,
                 absl::StrCat("rules.", rule.id,
                              " limits a time for claims, and `disputes.credits` "
                              "says that credits are automatic"),
                 "leave the rule out, or choose `credits: on claim`");
  }
}

}  // namespace

void CheckSense(const Terms& terms, TermsReport& report) {
  // What lacks a choice was reported, and its choices cannot be asked for.
  for (const Rule& rule : terms.rules) {
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    if (row == nullptr || !rule.choices.Check(*row).ok()) return;
  }
  for (const Objective& objective : terms.objectives) {
    if (!objective.counted) continue;
    const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, objective.counted->kind);
    if (row == nullptr || !objective.counted->choices.Check(*row).ok()) return;
  }
  CheckOnlyOne(terms, report);
  CheckDisputeLevels(terms, report);
  CheckSides(terms, report);
  CheckJudges(terms, report);
  CheckExcludedTime(terms, report);
  CheckRolling(terms, report);
  CheckScores(terms, report);
  CheckMinimumLevels(terms, report);
  CheckBonusLevels(terms, report);
  CheckCarried(terms, report);
  CheckBases(terms, report);
  CheckCaps(terms, report);
  CheckShares(terms, report);
  CheckAllocations(terms, report);
  CheckRejections(terms, report);
  CheckClaims(terms, report);
}

}  // namespace tally::tools
