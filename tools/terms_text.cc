#include "tools/terms_text.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"
#include "tools/printable.h"
#include "tools/terms_credit.h"
#include "tools/terms_formula.h"
#include "tools/terms_lines.h"
#include "tools/terms_measure.h"
#include "tools/terms_provenance.h"
#include "tools/terms_rules.h"
#include "tools/terms_target.h"
#include "tools/terms_underpinning.h"
#include "tools/terms_vocabulary.h"
#include "tools/terms_window.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

std::string Days(uint32_t days) { return absl::StrCat(days, days == 1 ? " day" : " days"); }

std::string MoneyOrNone(const std::optional<Money>& money) {
  return money ? FormatMoney(*money) : "none";
}

std::string ZoneRules(const ZoneRef& zone) {
  return absl::StrCat("rules of ", Printable(zone.name), ": SHA-256 ", zone.rules.ToHex());
}

std::string UpWhen(const StateRule& rule) {
  const std::string codes = absl::StrCat("[", absl::StrJoin(rule.codes_up, ", "), "]");
  switch (rule.up) {
    case UpRule::kRecordedStatus:
      return "recorded status";
    case UpRule::kRecordedStatusOrCodes:
      return absl::StrCat("{ recorded status or codes: ", codes, " }");
    case UpRule::kCodes:
      return absl::StrCat("{ codes: ", codes,
                          ", longest: ", rule.longest ? FormatDuration(*rule.longest) : "none",
                          " }");
    case UpRule::kUnset:
      break;
  }
  return "unset";
}

std::string StateHolds(const AvailabilityByTime& measure) {
  if (measure.holding == Holding::kAtMost && measure.hold_limit) {
    return absl::StrCat("at most ", FormatDuration(*measure.hold_limit));
  }
  if (measure.holding == Holding::kProbe && measure.quantum) {
    return absl::StrCat("probe of ", FormatDuration(*measure.quantum));
  }
  return measure.holding == Holding::kUntilNext ? "until next report" : "unset";
}

std::string ExcludedTime(const AvailabilityByTime& measure) {
  switch (measure.denominator) {
    case Denominator::kKeep:
      return "stays in denominator";
    case Denominator::kRemove:
      return "leaves denominator";
    case Denominator::kRemoveOverlap:
      return "leaves denominator where down";
    case Denominator::kFixed:
      return absl::StrCat("fixed denominator of ",
                          FormatDuration(measure.fixed.value_or(Duration{})));
    case Denominator::kUnset:
      break;
  }
  return "unset";
}

std::string SourceText(const SourceRef& source) {
  return Bare(absl::StrCat(source.feed, "/", source.source));
}

void AddSources(int depth, const std::vector<SourceRef>& sources, Lines& lines) {
  std::vector<std::string> texts;
  for (const SourceRef& source : sources) texts.push_back(SourceText(source));
  lines.Add(depth, "sources", ListOf(texts));
}

std::string PolicyInWords(const AvailabilityByTime& measure) {
  if (measure.policy != MonitorPolicy::kQuorum) {
    return std::string(TextOf(kPolicyWords, measure.policy));
  }
  return absl::StrCat("at least ", measure.quorum, " down");
}

void AddObservers(const AvailabilityByTime& measure, Lines& lines) {
  if (measure.monitors.empty()) {
    AddSources(3, measure.sources, lines);
    return;
  }
  lines.Add(3, "monitors", "");
  for (const Monitor& monitor : measure.monitors) {
    std::vector<std::string> texts;
    for (const SourceRef& source : monitor.sources) texts.push_back(SourceText(source));
    lines.Add(4, "- { name", absl::StrCat(Bare(monitor.name), ", sources: ", ListOf(texts), " }"));
  }
  lines.Add(3, "policy", PolicyInWords(measure));
  if (measure.silent != SilentMonitor::kUnset) {
    lines.Add(3, "silent monitor", TextOf(kSilentWords, measure.silent));
  }
}

void AddAvailability(const AvailabilityByTime& measure, Lines& lines) {
  lines.Comment(3, absl::StrCat("value = ", FormulaInWords(measure)));
  lines.Add(3, "kind", kAvailabilityKind);
  AddObservers(measure, lines);
  lines.Add(3, "up when", UpWhen(measure.rule));
  lines.Add(3, "state holds", StateHolds(measure));
  lines.Add(3, "unknown time", TextOf(kUnknownWords, measure.unknown));
  lines.Add(3, "coverage",
            measure.coverage_floor
                ? absl::StrCat("at least ", FormatDecimal(*measure.coverage_floor), " %")
                : "none");
  lines.Add(3, "degraded", TextOf(kDegradedWords, measure.degraded));
  lines.Add(3, "excluded time", ExcludedTime(measure));
  if (measure.denominator == Denominator::kFixed) {
    lines.Add(3, "below zero", TextOf(kBelowZeroWords, measure.clamp_at_zero));
  }
  if (const auto& outage = measure.minimum_outage) {
    lines.Add(3, "minimum outage",
              absl::StrCat("{ of: ", outage->count, ", quantum: ", FormatDuration(outage->quantum),
                           ", aligned: ", TextOf(kAlignmentWords, outage->alignment),
                           ", at window edge: ", TextOf(kEdgeWords, outage->edge),
                           ", excluded time: ", TextOf(kExcludedWords, outage->excluded), " }"));
  } else {
    lines.Add(3, "minimum outage", "none");
  }
  lines.Add(3, "resolution", TextOf(kResolutionWords, measure.resolution));
  lines.Add(3, "snap", TextOf(kSnapWords, SnapWord{measure.snap, measure.snap_scope}));
}

// Choices in the order of their table, which is the order in which people think of them.
void AddChoices(int depth, const VocabularyRow& row, const Choices& choices, Lines& lines,
                Levels levels = Levels::kNumbers) {
  std::set<absl::string_view> written;
  for (const ChoiceRow& each : row.choices) {
    const auto choice =
        std::find_if(choices.all().begin(), choices.all().end(),
                     [&](const Choice& candidate) { return candidate.name == each.name; });
    if (choice == choices.all().end() || !written.insert(each.name).second) continue;
    lines.Add(depth, each.name,
              ChoiceInWords(RowOf(row, choices, each.name), choice->values, levels));
  }
}

void AddMeasure(const Objective& objective, Lines& lines) {
  lines.Add(2, "measure", "");
  if (!objective.counted) {
    AddAvailability(objective.measure, lines);
    return;
  }
  const VocabularyRow* row = FindInVocabulary(ThingKind::kMeasure, objective.counted->kind);
  TALLY_CHECK(row != nullptr);  // terms decode only with kinds that exist
  lines.Comment(3, absl::StrCat("value = ", FormulaOf(ThingKind::kMeasure, row->kind)));
  lines.Add(3, "kind", row->kind);
  if (row->sources) AddSources(3, objective.counted->sources, lines);
  AddChoices(3, *row, objective.counted->choices, lines);
}

void AddExclusions(const std::vector<AgreedExclusion>& exclusions, Lines& lines) {
  if (exclusions.empty()) {
    lines.Add(2, "exclusions", "none");
    return;
  }
  lines.Add(2, "exclusions", "");
  for (const AgreedExclusion& exclusion : exclusions) {
    lines.Add(3, "- { id",
              absl::StrCat(Bare(exclusion.id), ", cause: ", Quoted(exclusion.cause),
                           ", from: ", FormatInstant(exclusion.interval.first),
                           ", until: ", FormatInstant(exclusion.interval.limit), " }"));
  }
}

void AddWindow(const WindowRule& window, Lines& lines) {
  lines.Add(2, "window", "");
  lines.Comment(3, ZoneRules(window.zone));
  lines.Add(3, "every", EveryInWords(window));
  if (window.every != WindowEvery::kRollingDays) {
    lines.Add(3, "when clipped", TextOf(kClippedWords, window.clipped));
  }
  lines.Add(3, "zone", Bare(window.zone.name));
}

void AddTiers(const CreditRule& credit, const LevelForm& form, Lines& lines) {
  const bool up_to = credit.edges == TierEdges::kUpToIncluded;
  const auto edge = [&](absl::string_view key, const std::optional<Decimal>& level) {
    return level ? absl::StrCat(key, ": ", LevelInWords(*level, form), ", ") : std::string();
  };
  lines.Add(3, "tiers", "");
  for (const Tier& tier : credit.tiers) {
    const std::string edges =
        edge(up_to ? "above" : "from", tier.from) + edge(up_to ? "up to" : "below", tier.below);
    lines.Add(4, "- { " + edges + "credit",
              absl::StrCat(FormatDecimal(tier.credit_percent), " % }"));
  }
}

std::string RoundingInWords(const CreditRule& credit, const VocabularyRow& row, const Fee* fee) {
  std::optional<Currency> currency = CurrencyOfChoices(row, credit.choices);
  if (!currency && fee != nullptr) currency = fee->amount.currency;
  const bool points = row.unit == ValueUnit::kPoints;
  const bool cents = currency && currency->exponent == 2;
  return absl::StrCat(TextOf(kRoundingWords, credit.rounding), " to ",
                      points  ? "whole points"
                      : cents ? "cents"
                              : "minor units",
                      ", once per line");
}

void AddCredit(const Objective& objective, const Terms& terms, Lines& lines) {
  const std::optional<CreditRule>& credit = objective.credit;
  if (!credit) {
    lines.Add(2, "credit", "none");
    return;
  }
  const VocabularyRow* row = FindInVocabulary(ThingKind::kCredit, credit->scheme);
  TALLY_CHECK(row != nullptr);  // terms decode only with schemes that exist
  lines.Add(2, "credit", "");
  lines.Comment(3, absl::StrCat("credit = ", FormulaOf(ThingKind::kCredit, row->kind)));
  if (row->kind != kTiersScheme) lines.Add(3, "scheme", row->kind);
  if (row->sources) lines.Add(3, "base", absl::StrCat("fee ", credit->fee));
  AddChoices(3, *row, credit->choices, lines, LevelsOf(objective));
  if (row->kind == kTiersScheme) AddTiers(*credit, FormOf(objective, terms.fees), lines);
  lines.Add(3, "rounding", RoundingInWords(*credit, *row, FindFee(terms.fees, credit->fee)));
  if (row->unit == ValueUnit::kPoints) return;
  lines.Add(3, "window cap", MoneyOrNone(credit->window_cap));
  lines.Add(3, "minimum", MoneyOrNone(credit->minimum));
}

void AddRules(const Terms& terms, Lines& lines) {
  if (terms.rules.empty()) return;
  lines.Add(0, "rules", "");
  for (const Rule& rule : terms.rules) {
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    TALLY_CHECK(row != nullptr);  // terms decode only with kinds that exist
    lines.Add(1, Bare(rule.id), "");
    lines.Add(2, "kind", row->kind);
    std::vector<std::string> names;
    for (const std::string& name : rule.objectives) names.push_back(Bare(name));
    lines.Add(2, "objectives", names.empty() ? "all" : ListOf(names));
    AddChoices(2, *row, rule.choices, lines, LevelsOfRule(rule, terms.objectives));
  }
}

void AddCalendars(const std::vector<CalendarRef>& calendars, Lines& lines) {
  if (calendars.empty()) return;
  lines.Add(0, "calendars", "");
  for (const CalendarRef& calendar : calendars) {
    lines.Comment(1, absl::StrCat("rules of ", Printable(calendar.name), ": SHA-256 ",
                                  calendar.rules.ToHex()));
    if (calendar.zone) lines.Comment(1, ZoneRules(*calendar.zone));
    lines.Item(1, Bare(calendar.name));
  }
}

void AddObjective(const Objective& objective, const Terms& terms, Lines& lines) {
  lines.Add(1, Bare(objective.id), "");
  lines.Add(2, "obligor", Bare(objective.obligor));
  lines.Add(2, "obligee", Bare(objective.obligee));
  if (const auto& clause = objective.clause) {
    lines.Add(2, "clause", "");
    lines.Add(3, "id", Quoted(clause->id));
    lines.Add(3, "wording", Quoted(clause->wording));
    lines.Add(3, "document", clause->document.IsZero() ? "none" : clause->document.ToHex());
  }
  AddMeasure(objective, lines);
  AddExclusions(objective.exclusions, lines);
  AddWindow(objective.window, lines);
  lines.Add(2, "when empty", TextOf(kEmptyWords, objective.empty));
  lines.Add(2, "target", TargetInWords(objective.target, FormOf(objective, terms.fees)));
  AddCredit(objective, terms, lines);
}

void AddDisputes(const DisputeRules& rules, Lines& lines) {
  lines.Add(0, "disputes", "");
  lines.Add(1, "credits", TextOf(kCreditsWords, rules.credits));
  if (rules.credits == ClaimNeeded::kOnClaim) {
    lines.Add(1, "claim within", Days(rules.claim_within_days));
    lines.Add(1, "answer within", Days(rules.answer_within_days));
    lines.Add(1, "silence", TextOf(kSilenceWords, rules.silence));
  }
  lines.Add(1, "evidence cut-off", Days(rules.evidence_cutoff_days));
  lines.Add(1, "objection", Days(rules.objection_days));
  lines.Add(1, "late evidence", TextOf(kLateWords, rules.late_evidence));
}

}  // namespace

std::string FormulaInWords(const AvailabilityByTime& measure) {
  std::string down = "down";
  if (measure.degraded == CountsAs::kDown) down += " or degraded";
  if (measure.unknown == CountsAs::kDown) down += " or unknown";
  const std::string counted = absl::StrCat("(time ", down, " and not excluded)");
  std::string period = "window";
  switch (measure.denominator) {
    case Denominator::kRemove:
      period = "(window - excluded time)";
      break;
    case Denominator::kRemoveOverlap:
      period = absl::StrCat("(window - time ", down, " and excluded)");
      break;
    case Denominator::kFixed:
      period = FormatDuration(measure.fixed.value_or(Duration{}));
      break;
    default:
      break;
  }
  const bool removed =
      measure.unknown == CountsAs::kRemoved && measure.denominator != Denominator::kFixed;
  return absl::StrCat("1 - ", counted, " / ", period,
                      removed ? ", unknown time taken out of the window first" : "");
}

std::string FormatTermsForPeople(const Terms& terms) {
  Lines lines;
  lines.Add(0, "tally", "terms/1");
  lines.Add(0, "agreement", Bare(terms.agreement));
  lines.Add(0, "parties", "");
  for (const TermsParty& party : terms.parties) lines.Add(1, Bare(party.role), Bare(party.name));
  lines.Add(0, "term", "");
  lines.Comment(1, ZoneRules(terms.zone));
  lines.Add(1, "from", FormatInstant(terms.from));
  lines.Add(1, "until", terms.until ? FormatInstant(*terms.until) : "open");
  lines.Add(1, "zone", Bare(terms.zone.name));
  AddCalendars(terms.calendars, lines);
  lines.Add(0, "fees", terms.fees.empty() ? "none" : "");
  for (const Fee& fee : terms.fees) {
    lines.Add(1, Bare(fee.name),
              absl::StrCat("{ amount: ", FormatMoney(fee.amount),
                           ", per: ", TextOf(kCalendarWindows, fee.per), " }"));
  }
  lines.Add(0, "objectives", "");
  for (const Objective& objective : terms.objectives) AddObjective(objective, terms, lines);
  AddRules(terms, lines);
  AddDisputes(terms.disputes, lines);
  AddSupports(terms.supports, lines);
  if (terms.levels) AddResolved(*terms.levels, lines);
  return lines.Take();
}

}  // namespace tally::tools
