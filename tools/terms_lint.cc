#include "tools/terms_lint.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/terms/window.h"
#include "schema/status.h"
#include "tools/terms_credit.h"

namespace tally::tools {
namespace {

std::string PathOf(const Objective& objective, absl::string_view rest) {
  return absl::StrCat("objectives.", objective.id, ".", rest);
}

std::string Percent(const Decimal& value) { return absl::StrCat(FormatDecimal(value), " %"); }

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

void LintTiers(const Objective& objective, const CreditRule& credit, TermsReport& report) {
  for (size_t i = 0; i < credit.tiers.size(); ++i) {
    const Tier& tier = credit.tiers[i];
    const FilePosition place =
        report.PlaceOf(PathOf(objective, absl::StrCat("credit.tiers[", i + 1, "]")));
    if (tier.from && *tier.from >= objective.target.percent) {
      report.Warning(place, "lint-tier-unreachable",
                     absl::StrCat("tier ", i + 1, " begins at ", Percent(*tier.from),
                                  ", where the target is met and nothing is due"));
    }
    if (i > 0 && tier.credit_percent < credit.tiers[i - 1].credit_percent) {
      report.Warning(
          place, "lint-credits-rise",
          absl::StrCat("tier ", i + 1, " is worse and earns ", Percent(tier.credit_percent),
                       ", tier ", i, " earns ", Percent(credit.tiers[i - 1].credit_percent)));
    }
  }
}

void LintBounds(const Objective& objective, const CreditRule& credit, const Fee& fee,
                TermsReport& report) {
  std::optional<Fraction> lowest;
  for (size_t i = 0; i < credit.tiers.size(); ++i) {
    const Fraction due = CreditOn(fee, credit.tiers[i]);
    if (due.numerator() == 0) continue;
    if (!lowest || due < *lowest) lowest = due;
    if (credit.minimum && due <= Fraction::Whole(credit.minimum->minor)) {
      report.Warning(report.PlaceOf(PathOf(objective, "credit.minimum")),
                     "lint-minimum-above-credit",
                     absl::StrCat("tier ", i + 1,
                                  " is never paid: its credit on a whole fee does "
                                  "not exceed the minimum of ",
                                  FormatMoney(*credit.minimum)));
    }
  }
  if (credit.window_cap && lowest && Fraction::Whole(credit.window_cap->minor) < *lowest) {
    report.Warning(report.PlaceOf(PathOf(objective, "credit.window cap")), "lint-cap-below-credit",
                   absl::StrCat("the cap of ", FormatMoney(*credit.window_cap),
                                " lies below the lowest credit: all tiers pay the same"));
  }
}

void LintCredit(const Terms& terms, const Objective& objective, TermsReport& report) {
  if (!objective.credit) return;
  const Fee* fee = FindFee(terms.fees, objective.credit->fee);
  TALLY_CHECK(fee != nullptr);
  LintTiers(objective, *objective.credit, report);
  LintBounds(objective, *objective.credit, *fee, report);
}

// The shortest that a whole window of the rule can be, but for changes of the clock.
Duration ShortestWindow(const WindowRule& window) {
  switch (window.every) {
    case WindowEvery::kCalendarMonth:
      return Days(28);
    case WindowEvery::kCalendarQuarter:
      return Days(90);
    case WindowEvery::kCalendarYear:
      return Days(365);
    default:
      return Days(window.days);
  }
}

void LintMeasure(const Objective& objective, TermsReport& report) {
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

void LintWindow(const Terms& terms, const Objective& objective, const TermsZones& zones,
                TermsReport& report) {
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
    if (used) continue;
    report.Warning(report.PlaceOf(absl::StrCat("fees.", fee.name)), "lint-unused",
                   absl::StrCat("no credit rests on the fee ", fee.name));
  }
}

}  // namespace

void LintTerms(const Terms& terms, const TermsZones& zones, TermsReport& report) {
  LintFees(terms, report);
  for (const Objective& objective : terms.objectives) {
    LintMeasure(objective, report);
    LintExclusions(terms, objective, report);
    LintWindow(terms, objective, zones, report);
    LintCredit(terms, objective, report);
  }
}

}  // namespace tally::tools
