#include "tools/terms_lint.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "replay/terms/window.h"
#include "schema/status.h"
#include "tools/terms_credit.h"
#include "tools/terms_lint_counted.h"
#include "tools/terms_target.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

std::string PathOf(const Objective& objective, absl::string_view rest) {
  return absl::StrCat("objectives.", objective.id, ".", rest);
}

Fraction Ratio(const Decimal& percent) {
  absl::StatusOr<Fraction> ratio =
      Fraction::Divide(Fraction::FromDecimal(percent), Fraction::Whole(100));
  TALLY_CHECK(ratio.ok());  // six decimals at most
  return *ratio;
}

// The credit of a tier on one whole fee, unrounded, in minor units.
Fraction CreditOn(const Fee& fee, const Tier& tier) {
  absl::StatusOr<Fraction> credit =
      Fraction::Multiply(Fraction::Whole(fee.amount.minor), Ratio(tier.credit_percent));
  TALLY_CHECK(credit.ok());  // fees are bounded when they are read
  return *credit;
}

// Whether no value in the tier misses the target: it lies wholly on the good side.
bool IsUnreachable(const Tier& tier, const Target& target) {
  if (target.compare == Compare::kAtLeast) return tier.from && *tier.from >= target.percent;
  return tier.below && *tier.below <= target.percent;
}

void LintTiers(const Objective& objective, const CreditRule& credit, const LevelForm& form,
               TermsReport& report) {
  const bool at_least = objective.target.compare == Compare::kAtLeast;
  const auto place = [&](size_t i) {
    return report.PlaceOf(PathOf(objective, absl::StrCat("credit.tiers[", i + 1, "]")));
  };
  const auto earns = [&](size_t i) {
    return absl::StrCat("earns ", FormatDecimal(credit.tiers[i].credit_percent), " %");
  };
  for (size_t i = 0; i < credit.tiers.size(); ++i) {
    const Tier& tier = credit.tiers[i];
    if (IsUnreachable(tier, objective.target)) {
      report.Warning(place(i), "lint-tier-unreachable",
                     absl::StrCat("tier ", i + 1, at_least ? " begins at " : " ends at ",
                                  LevelInWords(at_least ? *tier.from : *tier.below, form),
                                  ", where the target is met and nothing is due"));
    }
    if (i == 0) continue;
    // The list goes from high values to low ones: which end is worse depends on the target.
    const size_t worse = at_least ? i : i - 1;
    const size_t better = at_least ? i - 1 : i;
    if (credit.tiers[worse].credit_percent < credit.tiers[better].credit_percent) {
      report.Warning(place(worse), "lint-credits-rise",
                     absl::StrCat("tier ", worse + 1, " is worse and ", earns(worse), ", tier ",
                                  better + 1, " ", earns(better)));
    }
  }
}

// The lowest credit of a list of tiers on a whole fee, unrounded; nothing when none pays.
std::optional<Fraction> LowestCredit(const CreditRule& credit, const Fee& fee) {
  std::optional<Fraction> lowest;
  for (const Tier& tier : credit.tiers) {
    const Fraction due = CreditOn(fee, tier);
    if (due.numerator() == 0) continue;
    if (!lowest || due < *lowest) lowest = due;
  }
  return lowest;
}

void LintBounds(const Objective& objective, const CreditRule& credit, const Fee& fee,
                TermsReport& report) {
  for (size_t i = 0; i < credit.tiers.size() && credit.minimum; ++i) {
    const Fraction due = CreditOn(fee, credit.tiers[i]);
    if (due.numerator() == 0 || due > Fraction::Whole(credit.minimum->minor)) continue;
    report.Warning(report.PlaceOf(PathOf(objective, "credit.minimum")), "lint-minimum-above-credit",
                   absl::StrCat("tier ", i + 1,
                                " is never paid: its credit on a whole fee does "
                                "not exceed the minimum of ",
                                FormatMoney(*credit.minimum)));
  }
  const std::optional<Fraction> lowest = LowestCredit(credit, fee);
  if (credit.window_cap && lowest && Fraction::Whole(credit.window_cap->minor) < *lowest) {
    report.Warning(report.PlaceOf(PathOf(objective, "credit.window cap")), "lint-cap-below-credit",
                   absl::StrCat("the cap of ", FormatMoney(*credit.window_cap),
                                " lies below the lowest credit: all tiers pay the same"));
  }
}

void LintCredit(const Terms& terms, const Objective& objective, TermsReport& report) {
  if (!objective.credit || objective.credit->tiers.empty()) return;
  const Fee* fee = FindFee(terms.fees, objective.credit->fee);
  TALLY_CHECK(fee != nullptr);
  LintTiers(objective, *objective.credit, FormOf(objective, terms.fees), report);
  LintBounds(objective, *objective.credit, *fee, report);
}

// A cap over several objectives that even the lowest credit of one of them exceeds.
void LintCaps(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    if (rule.kind != "cap" || !rule.choices.Has("money")) continue;
    const Money cap = rule.choices.Amount("money");
    for (const Objective& objective : terms.objectives) {
      const bool covered =
          rule.objectives.empty() ||
          std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective.id);
      if (!covered || !objective.credit) continue;
      const Fee* fee = FindFee(terms.fees, objective.credit->fee);
      if (fee == nullptr) continue;
      const std::optional<Fraction> lowest = LowestCredit(*objective.credit, *fee);
      if (!lowest || *lowest <= Fraction::Whole(cap.minor)) continue;
      report.Warning(report.PlaceOf(absl::StrCat("rules.", rule.id, ".money")),
                     "lint-cap-below-credit",
                     absl::StrCat("the cap of ", FormatMoney(cap),
                                  " lies below the lowest credit of ", objective.id));
    }
  }
}

// The shortest that a whole window of the rule can be, but for changes of the clock.
Duration ShortestWindow(const WindowRule& window) {
  switch (window.every) {
    case WindowEvery::kCalendarMonth:
      return Days(28);
    case WindowEvery::kCalendarQuarter:
      return Days(90);
    case WindowEvery::kCalendarYear:
    case WindowEvery::kContractYear:
      return Days(365);
    case WindowEvery::kBillingCycle:
      return Days(28);
    case WindowEvery::kFixedLength:
      return window.fixed.value_or(Days(1));
    default:
      return Days(window.days);
  }
}

void LintAvailability(const Objective& objective, TermsReport& report) {
  if (objective.measure.unknown == CountsAs::kUp) {
    report.Warning(report.PlaceOf(PathOf(objective, "measure.unknown time")),
                   "lint-silence-rewarded",
                   "unknown time counts as up: whoever stops reporting is never late",
                   "consider `counts as down`, `is removed`, or `state holds: at most ...`");
  }
  const Duration shortest = ShortestWindow(objective.window);
  absl::StatusOr<Fraction> missing =
      Fraction::Subtract(Fraction::Whole(1), Ratio(objective.target.percent));
  TALLY_CHECK(missing.ok());
  absl::StatusOr<Fraction> allowed = Fraction::Multiply(*missing, Fraction::Whole(shortest.micros));
  TALLY_CHECK(allowed.ok());
  const Fraction step = Fraction::Whole(objective.measure.resolution.micros);
  if (allowed->numerator() > 0 && *allowed < step) {
    report.Warning(report.PlaceOf(PathOf(objective, "target")), "lint-target-unreachable",
                   absl::StrCat("a window of ", FormatDuration(shortest),
                                " may be down for less "
                                "than the resolution of ",
                                TextOf(kResolutionWords, objective.measure.resolution),
                                ": the smallest outage misses the target"),
                   "state a finer resolution or a lower target");
  }
}

void LintEmpty(const Objective& objective, TermsReport& report) {
  if (objective.empty != EmptyRule::kMet) return;
  // Known time cannot vanish from an availability whose unknown time stays in.
  if (!objective.counted && objective.measure.unknown != CountsAs::kRemoved) return;
  report.Warning(report.PlaceOf(PathOf(objective, "when empty")), "lint-empty-rewarded",
                 "a window without evidence meets the target: whoever sends none is never late",
                 "consider `no result` or `carry last`");
}

void LintWindow(const Terms& terms, const Objective& objective, const TermsZones& zones,
                TermsReport& report) {
  if (objective.window.step_days > objective.window.days) {
    report.Warning(report.PlaceOf(PathOf(objective, "window.every")), "lint-window-gaps",
                   "windows end farther apart than they are long: time between them is never "
                   "judged");
  }
  if (!terms.until) return;  // an open term has room for every window
  const replay::Zone* zone = zones.Find(objective.window.zone.name);
  TALLY_CHECK(zone != nullptr);
  const Interval term{terms.from, *terms.until};
  absl::StatusOr<std::vector<replay::Window>> windows =
      replay::WindowsOverlapping(objective.window, *zone, term, term);
  // Too many windows to list are enough.
  if (!windows.ok() || !windows->empty()) return;
  report.Warning(
      report.PlaceOf(PathOf(objective, "window")), "lint-window-never",
      absl::StrCat("no window of ", objective.id, " lies in the term: nothing is ever judged"));
}

void LintExclusions(const Terms& terms, const Objective& objective, TermsReport& report) {
  const Interval term{terms.from, terms.until.value_or(Instant::Max())};
  for (const AgreedExclusion& exclusion : objective.exclusions) {
    if (!Intersection(exclusion.interval, term).empty()) continue;
    report.Warning(report.PlaceOf(PathOf(objective, "exclusions")), "lint-exclusion-outside",
                   absl::StrCat("the exclusion ", exclusion.id, " lies outside the term"));
  }
}

void LintFees(const Terms& terms, TermsReport& report) {
  for (const Fee& fee : terms.fees) {
    const bool used = std::any_of(terms.objectives.begin(), terms.objectives.end(),
                                  [&](const Objective& objective) {
                                    return objective.credit && objective.credit->fee == fee.name;
                                  });
    const bool ruled = std::any_of(terms.rules.begin(), terms.rules.end(), [&](const Rule& rule) {
      return rule.choices.Has("fee") && rule.choices.Text("fee") == fee.name;
    });
    if (used || ruled) continue;
    report.Warning(report.PlaceOf(absl::StrCat("fees.", fee.name)), "lint-unused",
                   absl::StrCat("no credit rests on the fee ", fee.name));
  }
}

void LintCalendars(const Terms& terms, TermsReport& report) {
  const auto uses = [](const Choices& choices, const std::string& name) {
    return std::any_of(choices.all().begin(), choices.all().end(), [&](const Choice& choice) {
      return absl::StrContains(choice.name, "calendar") && choice.values.front() == name;
    });
  };
  for (size_t i = 0; i < terms.calendars.size(); ++i) {
    const std::string& name = terms.calendars[i].name;
    if (const std::optional<ZoneRef>& zone = terms.calendars[i].zone) {
      report.Warning(report.PlaceOf("calendars"), "lint-calendar-zone",
                     absl::StrCat("the calendar ", name, " is in the zone ", zone->name,
                                  ", the term and all windows are in others: its days begin at "
                                  "other times than those of deadlines and windows"));
    }
    bool used = false;
    for (const Objective& each : terms.objectives) {
      used = used || (each.counted && uses(each.counted->choices, name));
    }
    for (const Rule& rule : terms.rules) used = used || uses(rule.choices, name);
    if (used) continue;
    report.Warning(report.PlaceOf("calendars"), "lint-unused",
                   absl::StrCat("nothing counts by the calendar ", name));
  }
}

// Whoever would lose by what follows a mediation names no mediator, and so it never ends.
void LintMediations(const Terms& terms, TermsReport& report) {
  const auto party_of = [&terms](absl::string_view role) -> absl::string_view {
    for (const TermsParty& party : terms.parties) {
      if (party.role == role) return party.name;
    }
    return "";
  };
  const absl::string_view mediator = party_of("mediator");
  for (const Rule& rule : terms.rules) {
    const bool endless = rule.kind == "dispute level" && rule.choices.Is("form", "mediation") &&
                         rule.choices.Is("counted in", "no limit");
    if (!endless) continue;
    for (const Objective& objective : terms.objectives) {
      const bool covered =
          rule.objectives.empty() ||
          std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective.id);
      const bool outside = !mediator.empty() && mediator != party_of(objective.obligor) &&
                           mediator != party_of(objective.obligee);
      if (!covered || outside) continue;
      report.Warning(report.PlaceOf(absl::StrCat("rules.", rule.id, ".counted in")),
                     "lint-mediation-endless",
                     absl::StrCat("the terms name no mediator of ", objective.id,
                                  ": one side that names none, or another, keeps the claim there "
                                  "for ever"),
                     "bind the role `mediator` under `parties` to a party that is no side, or "
                     "state a time and `on expiry`");
      break;
    }
  }
}

}  // namespace

void LintTerms(const Terms& terms, const TermsZones& zones, TermsReport& report) {
  LintFees(terms, report);
  LintCaps(terms, report);
  LintCalendars(terms, report);
  LintMediations(terms, report);
  for (const Objective& objective : terms.objectives) {
    if (objective.counted) {
      LintCounted(objective, report);
    } else {
      LintAvailability(objective, report);
    }
    LintEmpty(objective, report);
    LintExclusions(terms, objective, report);
    LintWindow(terms, objective, zones, report);
    LintCredit(terms, objective, report);
  }
}

}  // namespace tally::tools
