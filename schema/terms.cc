// Terms to canonical bytes. Decimals are normalised, absent choices stay absent: whether the terms
// are complete is decided when they are read (schema/terms_read.cc), on both sides of a signature.
#include "schema/terms.h"

#include "schema/body_parts.h"
#include "terms.capnp.h"

namespace tally {
namespace {

void PutZone(const ZoneRef& zone, wire::ZoneRef::Builder target) {
  Put(target, &wire::ZoneRef::Builder::setName, zone.name);
  Put(target, &wire::ZoneRef::Builder::setRules, zone.rules);
}

void PutSources(const std::vector<SourceRef>& sources,
                capnp::List<wire::SourceRef>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) {
    wire::SourceRef::Builder source = target[i];
    Put(source, &wire::SourceRef::Builder::setFeed, sources[i].feed);
    Put(source, &wire::SourceRef::Builder::setSource, sources[i].source);
  }
}

void PutChoices(const Choices& choices, capnp::List<wire::Choice>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) {
    const Choice& choice = choices.all()[i];
    wire::Choice::Builder slot = target[i];
    Put(slot, &wire::Choice::Builder::setName, choice.name);
    if (choice.values.empty()) continue;
    auto values = slot.initValues(static_cast<unsigned>(choice.values.size()));
    for (unsigned j = 0; j < values.size(); ++j) values.set(j, choice.values[j].c_str());
  }
}

// A list that is empty stays absent: `init` makes room for one of `size`.
template <typename Init, typename PutInto>
void PutList(size_t size, Init&& init, PutInto&& put) {
  if (size > 0) put(init(static_cast<unsigned>(size)));
}

void PutCounted(const Measure& measure, wire::Measure::Builder target) {
  Put(target, &wire::Measure::Builder::setKind, measure.kind);
  PutList(
      measure.sources.size(), [&](unsigned n) { return target.initSources(n); },
      [&](auto list) { PutSources(measure.sources, list); });
  PutList(
      measure.choices.all().size(), [&](unsigned n) { return target.initChoices(n); },
      [&](auto list) { PutChoices(measure.choices, list); });
}

void PutAgreedRule(const Rule& rule, wire::Rule::Builder target) {
  Put(target, &wire::Rule::Builder::setId, rule.id);
  Put(target, &wire::Rule::Builder::setKind, rule.kind);
  if (!rule.objectives.empty()) {
    auto names = target.initObjectives(static_cast<unsigned>(rule.objectives.size()));
    for (unsigned i = 0; i < names.size(); ++i) names.set(i, rule.objectives[i].c_str());
  }
  PutList(
      rule.choices.all().size(), [&](unsigned n) { return target.initChoices(n); },
      [&](auto list) { PutChoices(rule.choices, list); });
}

void PutRule(const StateRule& rule, wire::StateRule::Builder target) {
  target.setUp(static_cast<wire::UpRule>(rule.up));
  if (rule.longest) target.initLongest().setIs(rule.longest->micros);
  if (rule.codes_up.empty()) return;
  auto codes = target.initCodesUp(static_cast<unsigned>(rule.codes_up.size()));
  for (unsigned i = 0; i < codes.size(); ++i) codes.set(i, rule.codes_up[i]);
}

void PutMonitors(const AvailabilityByTime& measure, wire::AvailabilityByTime::Builder target) {
  target.setPolicy(static_cast<wire::MonitorPolicy>(measure.policy));
  target.setQuorum(measure.quorum);
  target.setSilent(static_cast<wire::SilentMonitor>(measure.silent));
  if (measure.coverage_floor) PutDecimal(*measure.coverage_floor, target.initCoverageFloor());
  if (measure.monitors.empty()) return;
  auto monitors = target.initMonitors(static_cast<unsigned>(measure.monitors.size()));
  for (unsigned i = 0; i < monitors.size(); ++i) {
    const Monitor& monitor = measure.monitors[i];
    wire::Monitor::Builder slot = monitors[i];
    Put(slot, &wire::Monitor::Builder::setName, monitor.name);
    PutList(
        monitor.sources.size(), [&](unsigned n) { return slot.initSources(n); },
        [&](auto list) { PutSources(monitor.sources, list); });
  }
}

void PutMeasure(const AvailabilityByTime& measure, wire::AvailabilityByTime::Builder target) {
  PutList(
      measure.sources.size(), [&](unsigned n) { return target.initSources(n); },
      [&](auto list) { PutSources(measure.sources, list); });
  PutMonitors(measure, target);
  PutRule(measure.rule, target.initRule());
  target.setHolding(static_cast<wire::Holding>(measure.holding));
  target.setUnknown(static_cast<wire::CountsAs>(measure.unknown));
  target.setDegraded(static_cast<wire::CountsAs>(measure.degraded));
  target.setDenominator(static_cast<wire::Denominator>(measure.denominator));
  if (measure.hold_limit) target.initHoldLimit().setIs(measure.hold_limit->micros);
  if (measure.quantum) target.initQuantum().setIs(measure.quantum->micros);
  if (measure.fixed) target.initFixed().setIs(measure.fixed->micros);
  target.setClampAtZero(measure.clamp_at_zero);
  if (measure.minimum_outage) {
    wire::MinimumOutage::Builder outage = target.initMinimumOutage();
    outage.setQuantum(measure.minimum_outage->quantum.micros);
    outage.setCount(measure.minimum_outage->count);
    outage.setEdge(static_cast<wire::RunAtEdge>(measure.minimum_outage->edge));
    outage.setExcluded(static_cast<wire::ExcludedInRun>(measure.minimum_outage->excluded));
    outage.setAlignment(static_cast<wire::Alignment>(measure.minimum_outage->alignment));
  }
  target.setResolution(measure.resolution.micros);
  target.setSnap(static_cast<wire::Snap>(measure.snap));
  target.setSnapScope(static_cast<wire::SnapScope>(measure.snap_scope));
}

void PutExclusions(const std::vector<AgreedExclusion>& exclusions,
                   capnp::List<wire::AgreedExclusion>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) {
    wire::AgreedExclusion::Builder exclusion = target[i];
    Put(exclusion, &wire::AgreedExclusion::Builder::setId, exclusions[i].id);
    Put(exclusion, &wire::AgreedExclusion::Builder::setCause, exclusions[i].cause);
    exclusion.setFrom(exclusions[i].interval.first.micros);
    exclusion.setUntil(exclusions[i].interval.limit.micros);
  }
}

void PutWindowRule(const WindowRule& rule, wire::WindowRule::Builder target) {
  target.setEvery(static_cast<wire::WindowEvery>(rule.every));
  target.setClipped(static_cast<wire::ClippedWindow>(rule.clipped));
  target.setLength(static_cast<wire::RollingLength>(rule.length));
  target.setShortFirst(static_cast<wire::ShortRolling>(rule.short_first));
  target.setDays(rule.days);
  target.setStepDays(rule.step_days);
  PutZone(rule.zone, target.initZone());
  target.setAnchorDay(rule.anchor_day);
  target.setMonthEnd(static_cast<wire::MonthEnd>(rule.month_end));
  if (rule.fixed) target.initFixed().setIs(rule.fixed->micros);
}

void PutCredit(const CreditRule& credit, wire::CreditRule::Builder target) {
  Put(target, &wire::CreditRule::Builder::setFee, credit.fee);
  if (!credit.tiers.empty()) {
    auto tiers = target.initTiers(static_cast<unsigned>(credit.tiers.size()));
    for (unsigned i = 0; i < tiers.size(); ++i) {
      const Tier& tier = credit.tiers[i];
      if (tier.from) PutDecimal(*tier.from, tiers[i].initFrom());
      if (tier.below) PutDecimal(*tier.below, tiers[i].initBelow());
      PutDecimal(tier.credit_percent, tiers[i].initCreditPercent());
    }
  }
  target.setRounding(static_cast<wire::Rounding>(credit.rounding));
  if (credit.window_cap) PutMoney(*credit.window_cap, target.initWindowCap());
  if (credit.minimum) PutMoney(*credit.minimum, target.initMinimum());
  Put(target, &wire::CreditRule::Builder::setScheme, credit.scheme);
  target.setEdges(static_cast<wire::TierEdges>(credit.edges));
  PutList(
      credit.choices.all().size(), [&](unsigned n) { return target.initChoices(n); },
      [&](auto list) { PutChoices(credit.choices, list); });
}

void PutObjective(const Objective& objective, wire::Objective::Builder target) {
  Put(target, &wire::Objective::Builder::setId, objective.id);
  Put(target, &wire::Objective::Builder::setObligor, objective.obligor);
  Put(target, &wire::Objective::Builder::setObligee, objective.obligee);
  if (objective.clause) {
    wire::Clause::Builder clause = target.initClause();
    Put(clause, &wire::Clause::Builder::setId, objective.clause->id);
    Put(clause, &wire::Clause::Builder::setWording, objective.clause->wording);
    Put(clause, &wire::Clause::Builder::setDocument, objective.clause->document);
  }
  if (const auto count = static_cast<unsigned>(objective.exclusions.size()); count > 0) {
    PutExclusions(objective.exclusions, target.initExclusions(count));
  }
  PutWindowRule(objective.window, target.initWindow());
  target.setEmpty(static_cast<wire::EmptyRule>(objective.empty));
  wire::Target::Builder level = target.initTarget();
  level.setCompare(static_cast<wire::TargetCompare>(objective.target.compare));
  PutDecimal(objective.target.percent, level.initPercent());
  if (objective.target.minimum) PutDecimal(*objective.target.minimum, level.initMinimum());
  if (objective.target.stretch) PutDecimal(*objective.target.stretch, level.initStretch());
  if (objective.credit) PutCredit(*objective.credit, target.initCredit());
  if (objective.counted) {
    PutCounted(*objective.counted, target.initCounted());
  } else {
    PutMeasure(objective.measure, target.initAvailability());
  }
}

void PutDisputes(const DisputeRules& rules, wire::DisputeRules::Builder target) {
  target.setCredits(static_cast<wire::ClaimNeeded>(rules.credits));
  target.setClaimWithinDays(rules.claim_within_days);
  target.setAnswerWithinDays(rules.answer_within_days);
  target.setSilence(static_cast<wire::SilentAnswer>(rules.silence));
  target.setEvidenceCutoffDays(rules.evidence_cutoff_days);
  target.setObjectionDays(rules.objection_days);
  target.setLateEvidence(static_cast<wire::LateEvidence>(rules.late_evidence));
}

void PutLevels(const TermsLevels& levels, wire::TermsLevels::Builder target) {
  target.setFrom(levels.from.micros);
  if (levels.until) target.initUntil().setIs(levels.until->micros);
  if (const auto count = static_cast<unsigned>(levels.documents.size()); count > 0) {
    auto documents = target.initDocuments(count);
    for (unsigned i = 0; i < count; ++i) {
      wire::LevelDocument::Builder document = documents[i];
      Put(document, &wire::LevelDocument::Builder::setLevel, levels.documents[i].level);
      Put(document, &wire::LevelDocument::Builder::setDocument, levels.documents[i].document);
    }
  }
  if (levels.fields.empty()) return;
  auto fields = target.initFields(static_cast<unsigned>(levels.fields.size()));
  for (unsigned i = 0; i < fields.size(); ++i) {
    const FieldSource& source = levels.fields[i];
    wire::FieldSource::Builder field = fields[i];
    Put(field, &wire::FieldSource::Builder::setField, source.field);
    Put(field, &wire::FieldSource::Builder::setLevel, source.level);
    field.setRule(static_cast<wire::FieldRule>(source.rule));
    field.setLine(source.line);
    Put(field, &wire::FieldSource::Builder::setClause, source.clause);
  }
}

void PutSupports(const std::vector<Support>& supports, capnp::List<wire::Support>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) {
    wire::Support::Builder support = target[i];
    Put(support, &wire::Support::Builder::setObjective, supports[i].objective);
    support.setKind(static_cast<wire::SupportKind>(supports[i].kind));
    Put(support, &wire::Support::Builder::setAgreement, supports[i].agreement);
    Put(support, &wire::Support::Builder::setBy, supports[i].by);
    if (supports[i].terms) Put(support, &wire::Support::Builder::setTerms, *supports[i].terms);
  }
}

void PutTerms(const Terms& terms, wire::Terms::Builder target) {
  Put(target, &wire::Terms::Builder::setAgreement, terms.agreement);
  if (!terms.parties.empty()) {
    auto parties = target.initParties(static_cast<unsigned>(terms.parties.size()));
    for (unsigned i = 0; i < parties.size(); ++i) {
      wire::TermsParty::Builder party = parties[i];
      Put(party, &wire::TermsParty::Builder::setRole, terms.parties[i].role);
      Put(party, &wire::TermsParty::Builder::setName, terms.parties[i].name);
    }
  }
  target.setFrom(terms.from.micros);
  if (terms.until) target.initUntil().setIs(terms.until->micros);
  PutZone(terms.zone, target.initZone());
  if (!terms.fees.empty()) {
    auto fees = target.initFees(static_cast<unsigned>(terms.fees.size()));
    for (unsigned i = 0; i < fees.size(); ++i) {
      wire::Fee::Builder fee = fees[i];
      Put(fee, &wire::Fee::Builder::setName, terms.fees[i].name);
      PutMoney(terms.fees[i].amount, fee.initAmount());
      fee.setPer(static_cast<wire::WindowEvery>(terms.fees[i].per));
    }
  }
  if (!terms.objectives.empty()) {
    auto objectives = target.initObjectives(static_cast<unsigned>(terms.objectives.size()));
    for (unsigned i = 0; i < objectives.size(); ++i) {
      PutObjective(terms.objectives[i], objectives[i]);
    }
  }
  PutDisputes(terms.disputes, target.initDisputes());
  if (!terms.calendars.empty()) {
    auto calendars = target.initCalendars(static_cast<unsigned>(terms.calendars.size()));
    for (unsigned i = 0; i < calendars.size(); ++i) {
      wire::CalendarRef::Builder calendar = calendars[i];
      Put(calendar, &wire::CalendarRef::Builder::setName, terms.calendars[i].name);
      Put(calendar, &wire::CalendarRef::Builder::setRules, terms.calendars[i].rules);
      if (terms.calendars[i].zone) PutZone(*terms.calendars[i].zone, calendar.initZone());
    }
  }
  if (!terms.rules.empty()) {
    auto rules = target.initRules(static_cast<unsigned>(terms.rules.size()));
    for (unsigned i = 0; i < rules.size(); ++i) PutAgreedRule(terms.rules[i], rules[i]);
  }
  if (terms.levels) PutLevels(*terms.levels, target.initLevels());
  PutList(
      terms.supports.size(), [&](unsigned n) { return target.initSupports(n); },
      [&](auto list) { PutSupports(terms.supports, list); });
}

}  // namespace

std::vector<SourceRef> SourcesOf(const Objective& objective) {
  if (objective.counted) return objective.counted->sources;
  std::vector<SourceRef> sources = objective.measure.sources;
  for (const Monitor& monitor : objective.measure.monitors) {
    sources.insert(sources.end(), monitor.sources.begin(), monitor.sources.end());
  }
  return sources;
}

Bytes Encode(const Terms& terms) {
  return EncodeWire<wire::Terms>([&](wire::Terms::Builder target) { PutTerms(terms, target); });
}

}  // namespace tally
