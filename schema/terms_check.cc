// A flat ladder of checks in the order of the fields; the first that fails is reported.
#include "schema/terms_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally {
namespace {

absl::Status Wrong(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", why));
}

template <typename Choice>
absl::Status Stated(absl::string_view field, Choice choice) {
  return choice == Choice::kUnset ? Wrong(field, "not stated") : absl::OkStatus();
}

// `present` exactly when `needed`, which `reason` explains.
absl::Status Together(absl::string_view field, bool present, bool needed,
                      absl::string_view reason) {
  if (present == needed) return absl::OkStatus();
  return Wrong(field, absl::StrCat(present ? "stands without " : "missing beside ", reason));
}

absl::Status Positive(absl::string_view field, const std::optional<Duration>& length) {
  if (!length || length->micros > 0) return absl::OkStatus();
  return Wrong(field, "not a positive length of time");
}

absl::Status CheckZone(absl::string_view field, const ZoneRef& zone) {
  if (zone.name.empty()) return Wrong(field, "names no zone");
  return zone.rules.IsZero() ? Wrong(field, "without the digest of its rules") : absl::OkStatus();
}

bool HasRole(const Terms& terms, absl::string_view role) {
  return std::ranges::any_of(terms.parties,
                             [&](const TermsParty& party) { return party.role == role; });
}

const Fee* FindFee(const Terms& terms, absl::string_view name) {
  const auto fee = std::ranges::find_if(terms.fees, [&](const Fee& f) { return f.name == name; });
  return fee == terms.fees.end() ? nullptr : &*fee;
}

absl::Status CheckParties(const Terms& terms) {
  if (terms.parties.empty()) return Wrong("parties", "none");
  std::set<std::string> roles;
  for (const TermsParty& party : terms.parties) {
    if (party.role.empty() || party.name.empty())
      return Wrong("parties", "a role or name is empty");
    if (!roles.insert(party.role).second) {
      return Wrong("parties", absl::StrCat("role \"", party.role, "\" stands twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckFees(const Terms& terms) {
  std::set<std::string> names;
  for (const Fee& fee : terms.fees) {
    const std::string field = absl::StrCat("fee \"", fee.name, "\"");
    if (fee.name.empty() || !names.insert(fee.name).second) {
      return Wrong(field, "its name is empty or stands twice");
    }
    if (fee.amount.minor < 0) return Wrong(field, "a negative amount");
    TALLY_RETURN_IF_ERROR(Stated(absl::StrCat(field, ": per"), fee.per));
  }
  return absl::OkStatus();
}

absl::Status CheckDisputes(const DisputeRules& rules) {
  TALLY_RETURN_IF_ERROR(Stated("disputes: credits", rules.credits));
  TALLY_RETURN_IF_ERROR(Stated("disputes: late evidence", rules.late_evidence));
  const bool on_claim = rules.credits == ClaimNeeded::kOnClaim;
  const absl::string_view reason = "credits on claim";
  TALLY_RETURN_IF_ERROR(
      Together("disputes: claim within days", rules.claim_within_days != 0, on_claim, reason));
  TALLY_RETURN_IF_ERROR(
      Together("disputes: answer within days", rules.answer_within_days != 0, on_claim, reason));
  return Together("disputes: silence", rules.silence != SilentAnswer::kUnset, on_claim, reason);
}

absl::Status CheckRule(const StateRule& rule) {
  TALLY_RETURN_IF_ERROR(Stated("rule: up", rule.up));
  TALLY_RETURN_IF_ERROR(Together("rule: codes up", !rule.codes_up.empty(),
                                 rule.up != UpRule::kRecordedStatus, "a rule by codes"));
  const auto not_ascending = [](int64_t a, int64_t b) { return a >= b; };
  if (std::ranges::adjacent_find(rule.codes_up, not_ascending) != rule.codes_up.end()) {
    return Wrong("rule: codes up", "not in ascending order, each once");
  }
  if (rule.longest && rule.up != UpRule::kCodes) {
    return Wrong("rule: longest", "stands without the rule \"codes\"");
  }
  return Positive("rule: longest", rule.longest);
}

absl::Status CheckSources(const std::vector<SourceRef>& sources) {
  if (sources.empty()) return Wrong("sources", "none");
  std::set<std::pair<std::string, std::string>> seen;
  for (const SourceRef& source : sources) {
    if (source.feed.empty() || source.source.empty()) {
      return Wrong("sources", "a feed or source without a name");
    }
    if (!seen.emplace(source.feed, source.source).second) {
      return Wrong("sources",
                   absl::StrCat("\"", source.source, "\" of \"", source.feed, "\" stands twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMinimumOutage(const MinimumOutage& outage) {
  if (outage.quantum.micros <= 0) return Wrong("minimum outage: quantum", "not positive");
  if (outage.count == 0) return Wrong("minimum outage: count", "not positive");
  TALLY_RETURN_IF_ERROR(Stated("minimum outage: alignment", outage.alignment));
  TALLY_RETURN_IF_ERROR(Stated("minimum outage: edge", outage.edge));
  return Stated("minimum outage: excluded", outage.excluded);
}

absl::Status CheckCounting(const AvailabilityByTime& measure) {
  TALLY_RETURN_IF_ERROR(Stated("unknown", measure.unknown));
  TALLY_RETURN_IF_ERROR(Stated("degraded", measure.degraded));
  if (measure.degraded == CountsAs::kRemoved) return Wrong("degraded", "counts as up or as down");
  TALLY_RETURN_IF_ERROR(Stated("denominator", measure.denominator));
  const bool fixed = measure.denominator == Denominator::kFixed;
  TALLY_RETURN_IF_ERROR(
      Together("fixed", measure.fixed.has_value(), fixed, "the fixed denominator"));
  TALLY_RETURN_IF_ERROR(Positive("fixed", measure.fixed));
  if (measure.clamp_at_zero && !fixed) {
    return Wrong("clamp at zero", "stands without the fixed denominator");
  }
  return absl::OkStatus();
}

absl::Status CheckMonitors(const AvailabilityByTime& measure) {
  const bool several = !measure.monitors.empty();
  if (several && !measure.sources.empty()) return Wrong("sources", "stand beside monitors");
  TALLY_RETURN_IF_ERROR(Together("monitors: policy", measure.policy != MonitorPolicy::kUnset,
                                 several, "several monitors"));
  const bool quorum = measure.policy == MonitorPolicy::kQuorum;
  TALLY_RETURN_IF_ERROR(
      Together("monitors: quorum", measure.quorum != 0, quorum, "a policy by quorum"));
  TALLY_RETURN_IF_ERROR(Together("monitors: silent", measure.silent != SilentMonitor::kUnset,
                                 quorum || measure.policy == MonitorPolicy::kAllDown,
                                 "a policy that counts them"));
  if (!several) return CheckSources(measure.sources);
  if (measure.monitors.size() < 2) return Wrong("monitors", "only one");
  if (measure.quorum > measure.monitors.size()) return Wrong("monitors: quorum", "more than all");
  std::set<std::string> names;
  std::vector<SourceRef> sources;
  for (const Monitor& monitor : measure.monitors) {
    if (monitor.name.empty() || !names.insert(monitor.name).second) {
      return Wrong("monitors", "a name is empty or stands twice");
    }
    if (monitor.sources.empty()) return Wrong("monitors", "one without sources");
    sources.insert(sources.end(), monitor.sources.begin(), monitor.sources.end());
  }
  return CheckSources(sources);
}

// Percent, above 0 and at most 100.
absl::Status CheckCoverageFloor(const std::optional<Decimal>& floor) {
  if (!floor || (*floor > Decimal{} && *floor <= Decimal{100, 0})) return absl::OkStatus();
  return Wrong("coverage floor", "not above 0 and at most 100 %");
}

absl::Status CheckCounted(const Measure& measure) {
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, measure.kind);
  if (row == nullptr) return Wrong("measure", absl::StrCat("\"", measure.kind, "\" is no kind"));
  if (row->sources) TALLY_RETURN_IF_ERROR(CheckSources(measure.sources));
  if (!row->sources && !measure.sources.empty()) return Wrong("sources", "this kind has none");
  return At("measure", measure.choices.Check(*row));
}

absl::Status CheckMeasure(const AvailabilityByTime& measure) {
  TALLY_RETURN_IF_ERROR(CheckMonitors(measure));
  TALLY_RETURN_IF_ERROR(CheckCoverageFloor(measure.coverage_floor));
  TALLY_RETURN_IF_ERROR(CheckRule(measure.rule));
  TALLY_RETURN_IF_ERROR(Stated("holding", measure.holding));
  TALLY_RETURN_IF_ERROR(Together("hold limit", measure.hold_limit.has_value(),
                                 measure.holding == Holding::kAtMost, "the holding \"at most\""));
  TALLY_RETURN_IF_ERROR(Together("quantum", measure.quantum.has_value(),
                                 measure.holding == Holding::kProbe, "the holding \"probe\""));
  TALLY_RETURN_IF_ERROR(Positive("hold limit", measure.hold_limit));
  TALLY_RETURN_IF_ERROR(Positive("quantum", measure.quantum));
  TALLY_RETURN_IF_ERROR(CheckCounting(measure));
  if (measure.minimum_outage) TALLY_RETURN_IF_ERROR(CheckMinimumOutage(*measure.minimum_outage));
  const Duration resolutions[] = {Milliseconds(1), Seconds(1), Seconds(60)};
  if (std::ranges::find(resolutions, measure.resolution) == std::end(resolutions)) {
    return Wrong("resolution", "expected 1 ms, 1 s or 60 s");
  }
  TALLY_RETURN_IF_ERROR(Stated("snap", measure.snap));
  return Together("snap scope", measure.snap_scope != SnapScope::kUnset,
                  measure.snap != Snap::kNone, "a snap");
}

absl::Status CheckWindow(const WindowRule& rule) {
  TALLY_RETURN_IF_ERROR(Stated("window: every", rule.every));
  TALLY_RETURN_IF_ERROR(CheckZone("window: zone", rule.zone));
  const bool rolling = rule.every == WindowEvery::kRollingDays;
  if (!rolling) TALLY_RETURN_IF_ERROR(Stated("window: clipped", rule.clipped));
  const bool cycle = rule.every == WindowEvery::kBillingCycle;
  const absl::string_view of_cycle = "billing cycles";
  TALLY_RETURN_IF_ERROR(Together("window: anchor day", rule.anchor_day != 0, cycle, of_cycle));
  if (rule.anchor_day > 31) return Wrong("window: anchor day", "not a day of a month");
  // Every month has 28 days.
  TALLY_RETURN_IF_ERROR(Together("window: month end", rule.month_end != MonthEnd::kUnset,
                                 rule.anchor_day > 28, "an anchor day above 28"));
  TALLY_RETURN_IF_ERROR(Together("window: fixed", rule.fixed.has_value(),
                                 rule.every == WindowEvery::kFixedLength, "a fixed length"));
  TALLY_RETURN_IF_ERROR(Positive("window: fixed", rule.fixed));
  const absl::string_view reason = "rolling windows";
  TALLY_RETURN_IF_ERROR(Together("window: days", rule.days != 0, rolling, reason));
  TALLY_RETURN_IF_ERROR(Together("window: step days", rule.step_days != 0, rolling, reason));
  TALLY_RETURN_IF_ERROR(
      Together("window: length", rule.length != RollingLength::kUnset, rolling, reason));
  return Together("window: short first", rule.short_first != ShortRolling::kUnset, rolling, reason);
}

absl::Status CheckExclusions(const std::vector<AgreedExclusion>& exclusions) {
  std::set<std::string> ids;
  for (const AgreedExclusion& exclusion : exclusions) {
    const std::string field = absl::StrCat("exclusion \"", exclusion.id, "\"");
    if (exclusion.id.empty() || !ids.insert(exclusion.id).second) {
      return Wrong(field, "its id is empty or stands twice");
    }
    if (exclusion.cause.empty()) return Wrong(field, "names no cause");
    if (exclusion.interval.empty()) return Wrong(field, "ends before it begins");
  }
  return absl::OkStatus();
}

absl::Status CheckBound(absl::string_view field, const std::optional<Money>& bound,
                        const Fee& fee) {
  if (!bound) return absl::OkStatus();
  if (bound->currency != fee.amount.currency) return Wrong(field, "not in the fee's currency");
  return bound->minor < 0 ? Wrong(field, "negative") : absl::OkStatus();
}

absl::Status CheckTiers(const CreditRule& credit) {
  const bool tiers = credit.scheme == "tiers";
  TALLY_RETURN_IF_ERROR(
      Together("credit: tiers", !credit.tiers.empty(), tiers, "the scheme \"tiers\""));
  TALLY_RETURN_IF_ERROR(
      Together("credit: edges", credit.edges != TierEdges::kUnset, tiers, "the scheme \"tiers\""));
  for (const Tier& tier : credit.tiers) {
    if (tier.credit_percent < Decimal{}) return Wrong("credit: tiers", "a negative credit");
    if (tier.from && tier.below && *tier.from >= *tier.below) {
      return Wrong("credit: tiers", "a tier that ends where it begins, or before");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCredit(const Terms& terms, const CreditRule& credit) {
  const VocabularyRow* row = FindInVocabulary(ThingKind::kCredit, credit.scheme);
  if (row == nullptr) {
    return Wrong("credit: scheme", absl::StrCat("\"", credit.scheme, "\" is no scheme"));
  }
  TALLY_RETURN_IF_ERROR(At("credit", credit.choices.Check(*row)));
  TALLY_RETURN_IF_ERROR(CheckTiers(credit));
  TALLY_RETURN_IF_ERROR(Stated("credit: rounding", credit.rounding));
  if (credit.fee.empty()) {
    if (credit.scheme == "tiers") return Wrong("credit: fee", "none");
    return absl::OkStatus();
  }
  const Fee* fee = FindFee(terms, credit.fee);
  if (fee == nullptr) {
    return Wrong("credit: fee", absl::StrCat("\"", credit.fee, "\" is not a fee of these terms"));
  }
  TALLY_RETURN_IF_ERROR(CheckBound("credit: window cap", credit.window_cap, *fee));
  return CheckBound("credit: minimum", credit.minimum, *fee);
}

absl::Status CheckAgreedRules(const Terms& terms) {
  std::string before;
  for (const Rule& rule : terms.rules) {
    const std::string where = absl::StrCat("rule \"", rule.id, "\"");
    if (rule.id <= before) return Wrong(where, "its id is empty, or does not ascend");
    before = rule.id;
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    if (row == nullptr) return Wrong(where, absl::StrCat("\"", rule.kind, "\" is no kind"));
    TALLY_RETURN_IF_ERROR(At(where, rule.choices.Check(*row)));
    const auto not_ascending = [](const std::string& a, const std::string& b) { return a >= b; };
    if (std::ranges::adjacent_find(rule.objectives, not_ascending) != rule.objectives.end()) {
      return Wrong(where, "its objectives do not ascend");
    }
    for (const std::string& id : rule.objectives) {
      const bool known = std::ranges::any_of(
          terms.objectives, [&](const Objective& objective) { return objective.id == id; });
      if (!known) return Wrong(where, absl::StrCat("\"", id, "\" is no objective"));
    }
  }
  return absl::OkStatus();
}

// Whether the zone of that name has its rules from the term or a window.
bool PinsZone(const Terms& terms, absl::string_view name) {
  return terms.zone.name == name ||
         std::ranges::any_of(terms.objectives, [&](const Objective& objective) {
           return objective.window.zone.name == name;
         });
}

absl::Status CheckCalendars(const Terms& terms) {
  std::string before;
  for (const CalendarRef& calendar : terms.calendars) {
    if (calendar.name <= before) return Wrong("calendars", "a name is empty, or does not ascend");
    if (calendar.rules.IsZero()) return Wrong("calendars", "one without the digest of its rules");
    before = calendar.name;
    if (!calendar.zone) continue;
    TALLY_RETURN_IF_ERROR(CheckZone("calendars", *calendar.zone));
    // One spelling, and one meaning of each name.
    if (PinsZone(terms, calendar.zone->name)) {
      return Wrong("calendars", "a zone of its own that the term or a window states already");
    }
    for (const CalendarRef& other : terms.calendars) {
      if (other.zone && other.zone->name == calendar.zone->name && *other.zone != *calendar.zone) {
        return Wrong("calendars", "two rules for one zone");
      }
    }
  }
  return absl::OkStatus();
}

// Levels are ordered as the comparison goes: minimum, expected, stretch.
absl::Status CheckTarget(const Target& target) {
  TALLY_RETURN_IF_ERROR(Stated("target: compare", target.compare));
  const auto better = [&](const Decimal& a, const Decimal& b) {
    return target.compare == Compare::kAtLeast ? a > b : a < b;
  };
  if (target.minimum && !better(target.percent, *target.minimum)) {
    return Wrong("target: minimum", "not below the expected level");
  }
  if (target.stretch && !better(*target.stretch, target.percent)) {
    return Wrong("target: stretch", "not beyond the expected level");
  }
  return absl::OkStatus();
}

absl::Status CheckObjective(const Terms& terms, const Objective& objective) {
  for (const absl::string_view role :
       {absl::string_view(objective.obligor), absl::string_view(objective.obligee)}) {
    if (!HasRole(terms, role)) {
      return Wrong("obligor and obligee", absl::StrCat("\"", role, "\" is no party's role"));
    }
  }
  if (objective.obligor == objective.obligee) return Wrong("obligee", "the obligor himself");
  if (objective.clause && objective.clause->id.empty()) return Wrong("clause", "without an id");
  TALLY_RETURN_IF_ERROR(objective.counted ? CheckCounted(*objective.counted)
                                          : CheckMeasure(objective.measure));
  TALLY_RETURN_IF_ERROR(CheckExclusions(objective.exclusions));
  TALLY_RETURN_IF_ERROR(CheckWindow(objective.window));
  TALLY_RETURN_IF_ERROR(Stated("empty", objective.empty));
  TALLY_RETURN_IF_ERROR(CheckTarget(objective.target));
  return objective.credit ? CheckCredit(terms, *objective.credit) : absl::OkStatus();
}

absl::Status CheckLevels(const TermsLevels& levels) {
  if (levels.until && *levels.until <= levels.from) return Wrong("until", "not after `from`");
  std::set<std::string> names;
  for (const LevelDocument& document : levels.documents) {
    if (document.level.empty() || !names.insert(document.level).second) {
      return Wrong("documents", "a level is empty or stands twice");
    }
    if (document.document.IsZero()) return Wrong("documents", "one without its digest");
  }
  std::string before;
  for (const FieldSource& source : levels.fields) {
    const std::string where = absl::StrCat("field \"", source.field, "\"");
    if (source.field <= before) return Wrong(where, "is empty, or does not ascend");
    before = source.field;
    if (names.count(source.level) == 0) return Wrong(where, "its level has no document");
    TALLY_RETURN_IF_ERROR(Stated(absl::StrCat(where, ": rule"), source.rule));
    if (source.line == 0) return Wrong(where, "its line is not stated");
  }
  return levels.fields.empty() ? Wrong("fields", "none") : absl::OkStatus();
}

absl::Status CheckSupports(const Terms& terms) {
  const Support* before = nullptr;
  for (const Support& support : terms.supports) {
    const std::string where = absl::StrCat("support of \"", support.objective, "\"");
    const bool known = std::ranges::any_of(terms.objectives, [&](const Objective& objective) {
      return objective.id == support.objective;
    });
    if (!known) return Wrong(where, "is no objective");
    TALLY_RETURN_IF_ERROR(Stated(absl::StrCat(where, ": kind"), support.kind));
    if (support.agreement.empty() || support.by.empty()) return Wrong(where, "a name is empty");
    if (support.agreement == terms.agreement) return Wrong(where, "the agreement itself");
    const auto order = [](const Support& each) {
      return std::tie(each.objective, each.agreement, each.by);
    };
    if (before != nullptr && order(*before) >= order(support)) {
      return Wrong(where, "does not ascend, or stands twice");
    }
    before = &support;
  }
  return absl::OkStatus();
}

absl::Status CheckHead(const Terms& terms) {
  if (terms.agreement.empty()) return Wrong("agreement", "has no name");
  TALLY_RETURN_IF_ERROR(CheckParties(terms));
  if (terms.until && *terms.until <= terms.from) return Wrong("until", "not after the beginning");
  TALLY_RETURN_IF_ERROR(CheckZone("zone", terms.zone));
  TALLY_RETURN_IF_ERROR(CheckFees(terms));
  if (terms.objectives.empty()) return Wrong("objectives", "none");
  return CheckDisputes(terms.disputes);
}

}  // namespace

absl::Status CheckTerms(const Terms& terms) {
  TALLY_RETURN_IF_ERROR(At("terms", CheckHead(terms)));
  std::string before;
  for (const Objective& objective : terms.objectives) {
    const std::string where = absl::StrCat("terms: objective \"", objective.id, "\"");
    if (objective.id <= before) {  // The first is refused when its id is empty.
      return At(where, Wrong("id", absl::StrCat("not after \"", before, "\"; ids ascend")));
    }
    TALLY_RETURN_IF_ERROR(At(where, CheckObjective(terms, objective)));
    before = objective.id;
  }
  TALLY_RETURN_IF_ERROR(At("terms", CheckCalendars(terms)));
  TALLY_RETURN_IF_ERROR(At("terms", CheckAgreedRules(terms)));
  if (terms.levels) TALLY_RETURN_IF_ERROR(At("terms: levels", CheckLevels(*terms.levels)));
  return At("terms", CheckSupports(terms));
}

}  // namespace tally
