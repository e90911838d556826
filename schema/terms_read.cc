// Canonical bytes to terms: the walk first, then the fields, then whether every choice is stated.
// The walk leaves choices alone ($unsettable in schema/terms.capnp), so that a missing one is
// reported by its objective's name and not by a byte offset.
#include "schema/body_parts.h"
#include "schema/layout.h"
#include "schema/terms.h"
#include "schema/terms_check.h"
#include "schema/terms_parties.h"
#include "schema/walk.h"
#include "terms.capnp.h"

namespace tally {
namespace {

// An optional length of time; Group is the reader of a union of none and is.
template <typename Group>
std::optional<Duration> TakeLength(Group group) {
  if (!group.isIs()) return std::nullopt;
  return Duration{group.getIs()};
}

ZoneRef TakeZone(wire::ZoneRef::Reader source) {
  return {AsString(source.getName()), TakeDigest<DocumentDigest>(source.getRules())};
}

std::vector<SourceRef> TakeSources(capnp::List<wire::SourceRef>::Reader source) {
  std::vector<SourceRef> sources;
  for (wire::SourceRef::Reader element : source) {
    sources.push_back({AsString(element.getFeed()), AsString(element.getSource())});
  }
  return sources;
}

Choices TakeChoices(capnp::List<wire::Choice>::Reader source) {
  std::vector<Choice> choices;
  for (wire::Choice::Reader element : source) {
    Choice choice;
    choice.name = AsString(element.getName());
    for (capnp::Text::Reader value : element.getValues()) choice.values.push_back(AsString(value));
    choices.push_back(std::move(choice));
  }
  return Choices(std::move(choices));
}

Measure TakeCounted(wire::Measure::Reader source) {
  return {AsString(source.getKind()), TakeSources(source.getSources()),
          TakeChoices(source.getChoices())};
}

Rule TakeAgreedRule(wire::Rule::Reader source) {
  Rule rule;
  rule.id = AsString(source.getId());
  rule.kind = AsString(source.getKind());
  for (capnp::Text::Reader name : source.getObjectives()) rule.objectives.push_back(AsString(name));
  rule.choices = TakeChoices(source.getChoices());
  return rule;
}

void TakeMonitors(wire::AvailabilityByTime::Reader source, AvailabilityByTime& measure) {
  for (wire::Monitor::Reader element : source.getMonitors()) {
    measure.monitors.push_back({AsString(element.getName()), TakeSources(element.getSources())});
  }
  measure.policy = static_cast<MonitorPolicy>(source.getPolicy());
  measure.quorum = source.getQuorum();
  measure.silent = static_cast<SilentMonitor>(source.getSilent());
  if (source.hasCoverageFloor()) measure.coverage_floor = TakeDecimal(source.getCoverageFloor());
}

AvailabilityByTime TakeMeasure(wire::AvailabilityByTime::Reader source) {
  AvailabilityByTime measure;
  measure.sources = TakeSources(source.getSources());
  TakeMonitors(source, measure);
  const wire::StateRule::Reader rule = source.getRule();
  measure.rule.up = static_cast<UpRule>(rule.getUp());
  for (const int64_t code : rule.getCodesUp()) measure.rule.codes_up.push_back(code);
  measure.rule.longest = TakeLength(rule.getLongest());
  measure.holding = static_cast<Holding>(source.getHolding());
  measure.hold_limit = TakeLength(source.getHoldLimit());
  measure.quantum = TakeLength(source.getQuantum());
  measure.unknown = static_cast<CountsAs>(source.getUnknown());
  measure.degraded = static_cast<CountsAs>(source.getDegraded());
  measure.denominator = static_cast<Denominator>(source.getDenominator());
  measure.fixed = TakeLength(source.getFixed());
  measure.clamp_at_zero = source.getClampAtZero();
  if (source.hasMinimumOutage()) {
    const wire::MinimumOutage::Reader outage = source.getMinimumOutage();
    measure.minimum_outage = {{outage.getQuantum()},
                              outage.getCount(),
                              static_cast<RunAtEdge>(outage.getEdge()),
                              static_cast<ExcludedInRun>(outage.getExcluded()),
                              static_cast<Alignment>(outage.getAlignment())};
  }
  measure.resolution = {source.getResolution()};
  measure.snap = static_cast<Snap>(source.getSnap());
  measure.snap_scope = static_cast<SnapScope>(source.getSnapScope());
  return measure;
}

WindowRule TakeWindowRule(wire::WindowRule::Reader source) {
  WindowRule rule;
  rule.every = static_cast<WindowEvery>(source.getEvery());
  rule.zone = TakeZone(source.getZone());
  rule.clipped = static_cast<ClippedWindow>(source.getClipped());
  rule.days = source.getDays();
  rule.step_days = source.getStepDays();
  rule.length = static_cast<RollingLength>(source.getLength());
  rule.short_first = static_cast<ShortRolling>(source.getShortFirst());
  rule.anchor_day = source.getAnchorDay();
  rule.month_end = static_cast<MonthEnd>(source.getMonthEnd());
  rule.fixed = TakeLength(source.getFixed());
  return rule;
}

absl::StatusOr<CreditRule> TakeCredit(wire::CreditRule::Reader source) {
  CreditRule credit;
  credit.fee = AsString(source.getFee());
  for (wire::Tier::Reader element : source.getTiers()) {
    Tier tier;
    if (element.hasFrom()) tier.from = TakeDecimal(element.getFrom());
    if (element.hasBelow()) tier.below = TakeDecimal(element.getBelow());
    tier.credit_percent = TakeDecimal(element.getCreditPercent());
    credit.tiers.push_back(tier);
  }
  credit.scheme = AsString(source.getScheme());
  credit.choices = TakeChoices(source.getChoices());
  credit.edges = static_cast<TierEdges>(source.getEdges());
  credit.rounding = static_cast<Rounding>(source.getRounding());
  if (source.hasWindowCap()) {
    TALLY_ASSIGN_OR_RETURN(credit.window_cap, TakeMoney(source.getWindowCap()));
  }
  if (source.hasMinimum()) {
    TALLY_ASSIGN_OR_RETURN(credit.minimum, TakeMoney(source.getMinimum()));
  }
  return credit;
}

absl::StatusOr<Objective> TakeObjective(wire::Objective::Reader source) {
  Objective objective;
  objective.id = AsString(source.getId());
  objective.obligor = AsString(source.getObligor());
  objective.obligee = AsString(source.getObligee());
  if (source.hasClause()) {
    const wire::Clause::Reader clause = source.getClause();
    objective.clause = {AsString(clause.getId()), AsString(clause.getWording()),
                        TakeDigest<DocumentDigest>(clause.getDocument())};
  }
  if (source.hasAvailability() == source.hasCounted()) {
    return absl::InvalidArgumentError(source.hasCounted() ? "measure: stated twice"
                                                          : "measure: not stated");
  }
  if (source.hasCounted()) {
    objective.counted = TakeCounted(source.getCounted());
  } else {
    objective.measure = TakeMeasure(source.getAvailability());
  }
  for (wire::AgreedExclusion::Reader element : source.getExclusions()) {
    objective.exclusions.push_back({AsString(element.getId()),
                                    AsString(element.getCause()),
                                    {{element.getFrom()}, {element.getUntil()}}});
  }
  objective.window = TakeWindowRule(source.getWindow());
  objective.empty = static_cast<EmptyRule>(source.getEmpty());
  objective.target.compare = static_cast<Compare>(source.getTarget().getCompare());
  const wire::Target::Reader level = source.getTarget();
  objective.target.percent = TakeDecimal(level.getPercent());
  if (level.hasMinimum()) objective.target.minimum = TakeDecimal(level.getMinimum());
  if (level.hasStretch()) objective.target.stretch = TakeDecimal(level.getStretch());
  if (source.hasCredit()) {
    TALLY_ASSIGN_OR_RETURN(objective.credit, TakeCredit(source.getCredit()));
  }
  return objective;
}

DisputeRules TakeDisputes(wire::DisputeRules::Reader source) {
  DisputeRules rules;
  rules.credits = static_cast<ClaimNeeded>(source.getCredits());
  rules.claim_within_days = source.getClaimWithinDays();
  rules.answer_within_days = source.getAnswerWithinDays();
  rules.silence = static_cast<SilentAnswer>(source.getSilence());
  rules.evidence_cutoff_days = source.getEvidenceCutoffDays();
  rules.objection_days = source.getObjectionDays();
  rules.late_evidence = static_cast<LateEvidence>(source.getLateEvidence());
  return rules;
}

TermsLevels TakeLevels(wire::TermsLevels::Reader source) {
  TermsLevels levels;
  levels.from = {source.getFrom()};
  if (source.getUntil().isIs()) levels.until = Instant{source.getUntil().getIs()};
  for (wire::LevelDocument::Reader element : source.getDocuments()) {
    levels.documents.push_back(
        {AsString(element.getLevel()), TakeDigest<DocumentDigest>(element.getDocument())});
  }
  for (wire::FieldSource::Reader element : source.getFields()) {
    levels.fields.push_back({AsString(element.getField()), AsString(element.getLevel()),
                             static_cast<FieldRule>(element.getRule()), element.getLine(),
                             AsString(element.getClause())});
  }
  return levels;
}

Support TakeSupport(wire::Support::Reader source) {
  Support support{AsString(source.getObjective()), static_cast<SupportKind>(source.getKind()),
                  AsString(source.getAgreement()), AsString(source.getBy()), std::nullopt};
  if (source.hasTerms()) support.terms = TakeDigest<TermsHash>(source.getTerms());
  return support;
}

std::vector<TermsParty> TakeParties(wire::Terms::Reader source) {
  std::vector<TermsParty> parties;
  for (wire::TermsParty::Reader element : source.getParties()) {
    parties.push_back({AsString(element.getRole()), AsString(element.getName())});
  }
  return parties;
}

absl::Status Read(wire::Terms::Reader source, Terms& terms) {
  terms.agreement = AsString(source.getAgreement());
  terms.parties = TakeParties(source);
  terms.from = {source.getFrom()};
  if (source.getUntil().isIs()) terms.until = Instant{source.getUntil().getIs()};
  terms.zone = TakeZone(source.getZone());
  for (wire::Fee::Reader element : source.getFees()) {
    Fee fee;
    fee.name = AsString(element.getName());
    TALLY_ASSIGN_OR_RETURN(fee.amount, TakeMoney(element.getAmount()));
    fee.per = static_cast<WindowEvery>(element.getPer());
    terms.fees.push_back(std::move(fee));
  }
  for (wire::Objective::Reader element : source.getObjectives()) {
    absl::StatusOr<Objective> objective = TakeObjective(element);
    if (!objective.ok()) {
      return At(absl::StrCat("objective \"", AsString(element.getId()), "\""), objective.status());
    }
    terms.objectives.push_back(*std::move(objective));
  }
  terms.disputes = TakeDisputes(source.getDisputes());
  for (wire::CalendarRef::Reader element : source.getCalendars()) {
    CalendarRef calendar{AsString(element.getName()),
                         TakeDigest<DocumentDigest>(element.getRules())};
    if (element.hasZone()) calendar.zone = TakeZone(element.getZone());
    terms.calendars.push_back(std::move(calendar));
  }
  for (wire::Rule::Reader element : source.getRules()) {
    terms.rules.push_back(TakeAgreedRule(element));
  }
  if (source.hasLevels()) terms.levels = TakeLevels(source.getLevels());
  for (wire::Support::Reader element : source.getSupports()) {
    terms.supports.push_back(TakeSupport(element));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Terms> DecodeTerms(ByteView bytes) {
  TALLY_RETURN_IF_ERROR(WalkCanonical("terms", LayoutOfTerms(), bytes));
  Terms terms;
  TALLY_RETURN_IF_ERROR(At("terms", ReadWire<wire::Terms>(bytes, [&](wire::Terms::Reader source) {
                             return Read(source, terms);
                           })));
  TALLY_RETURN_IF_ERROR(CheckTerms(terms));
  return terms;
}

absl::StatusOr<std::vector<TermsParty>> PartiesOfTerms(ByteView bytes) {
  TALLY_RETURN_IF_ERROR(WalkCanonical("terms", LayoutOfTerms(), bytes));
  std::vector<TermsParty> parties;
  TALLY_RETURN_IF_ERROR(At("terms", ReadWire<wire::Terms>(bytes, [&](wire::Terms::Reader source) {
                             parties = TakeParties(source);
                             return absl::OkStatus();
                           })));
  return parties;
}

absl::StatusOr<std::vector<TermsSides>> SidesOfTerms(ByteView bytes) {
  TALLY_RETURN_IF_ERROR(WalkCanonical("terms", LayoutOfTerms(), bytes));
  std::vector<TermsSides> sides;
  TALLY_RETURN_IF_ERROR(
      At("terms", ReadWire<wire::Terms>(bytes, [&](wire::Terms::Reader source) {
           for (wire::Objective::Reader each : source.getObjectives()) {
             sides.push_back({AsString(each.getObligor()), AsString(each.getObligee())});
           }
           return absl::OkStatus();
         })));
  return sides;
}

}  // namespace tally
