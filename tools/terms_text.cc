#include "tools/terms_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tools/printable.h"
#include "tools/terms_credit.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

// A text that YAML reads back as it is, and that no terminal obeys.
std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    if (!point.valid) {
      absl::StrAppendFormat(&out, "\\x%02X", static_cast<uint8_t>(text[at]));
    } else if (point.value == '"' || point.value == '\\') {
      absl::StrAppend(&out, "\\", text.substr(at, 1));
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (IsUnsafeToPrint(point.value)) {
      absl::StrAppendFormat(&out, "\\U%08X", point.value);
    } else {
      absl::StrAppend(&out, text.substr(at, point.length));
    }
    at += point.length;
  }
  return out + "\"";
}

// A name stands bare unless YAML or a terminal could take it for something else.
std::string Bare(absl::string_view text) {
  const bool plain =
      !text.empty() && text != "null" && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '/' || c == '-';
      });
  const bool begins_well = plain && text[0] != '-' && text[0] != '.';
  return begins_well ? std::string(text) : Quoted(text);
}

// Lines of "key: value" at a depth.
class Lines {
 public:
  void Add(int depth, absl::string_view key, absl::string_view value) {
    absl::StrAppend(&text_, std::string(static_cast<size_t>(2 * depth), ' '), key, ":",
                    value.empty() ? "" : " ", value, "\n");
  }
  void Comment(int depth, absl::string_view text) {
    absl::StrAppend(&text_, std::string(static_cast<size_t>(2 * depth), ' '), "# ", text, "\n");
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string Percent(const Decimal& value) { return absl::StrCat(FormatDecimal(value), " %"); }

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

void AddMeasure(const AvailabilityByTime& measure, Lines& lines) {
  lines.Add(2, "measure", "");
  lines.Comment(3, absl::StrCat("value = ", FormulaInWords(measure)));
  lines.Add(3, "kind", "availability by time");
  std::vector<std::string> sources;
  for (const SourceRef& source : measure.sources) {
    sources.push_back(Bare(absl::StrCat(source.feed, "/", source.source)));
  }
  lines.Add(3, "sources", absl::StrCat("[", absl::StrJoin(sources, ", "), "]"));
  lines.Add(3, "up when", UpWhen(measure.rule));
  lines.Add(3, "state holds", StateHolds(measure));
  lines.Add(3, "unknown time", TextOf(kUnknownWords, measure.unknown));
  lines.Add(3, "degraded", TextOf(kDegradedWords, measure.degraded));
  lines.Add(3, "excluded time", ExcludedTime(measure));
  if (measure.denominator == Denominator::kFixed) {
    lines.Add(3, "below zero", TextOf(kBelowZeroWords, measure.clamp_at_zero));
  }
  if (const auto& outage = measure.minimum_outage) {
    lines.Add(3, "minimum outage",
              absl::StrCat("{ of: ", outage->count, ", quantum: ", FormatDuration(outage->quantum),
                           ", at window edge: ", TextOf(kEdgeWords, outage->edge),
                           ", excluded time: ", TextOf(kExcludedWords, outage->excluded), " }"));
  } else {
    lines.Add(3, "minimum outage", "none");
  }
  lines.Add(3, "resolution", TextOf(kResolutionWords, measure.resolution));
  lines.Add(3, "snap", TextOf(kSnapWords, SnapWord{measure.snap, measure.snap_scope}));
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
  if (window.every == WindowEvery::kRollingDays) {
    lines.Add(3, "every",
              absl::StrCat("{ rolling: ", Days(window.days), ", step: ", Days(window.step_days),
                           ", length: ", TextOf(kLengthWords, window.length),
                           ", first windows: ", TextOf(kShortWords, window.short_first), " }"));
  } else {
    lines.Add(3, "every", TextOf(kCalendarWindows, window.every));
    lines.Add(3, "when clipped", TextOf(kClippedWords, window.clipped));
  }
  lines.Add(3, "zone", Bare(window.zone.name));
}

void AddCredit(const std::optional<CreditRule>& credit, const Fee* fee, Lines& lines) {
  if (!credit) {
    lines.Add(2, "credit", "none");
    return;
  }
  lines.Add(2, "credit", "");
  lines.Add(3, "base", absl::StrCat("fee ", credit->fee));
  lines.Add(3, "tiers", "");
  for (const Tier& tier : credit->tiers) {
    const std::string from = tier.from ? absl::StrCat("from: ", Percent(*tier.from), ", ") : "";
    const std::string below = tier.below ? absl::StrCat("below: ", Percent(*tier.below), ", ") : "";
    lines.Add(4, "- { " + from + below + "credit", Percent(tier.credit_percent) + " }");
  }
  const bool cents = fee != nullptr && fee->amount.currency.exponent == 2;
  lines.Add(3, "rounding",
            absl::StrCat(TextOf(kRoundingWords, credit->rounding), " to ",
                         cents ? "cents" : "minor units", ", once per line"));
  lines.Add(3, "window cap", MoneyOrNone(credit->window_cap));
  lines.Add(3, "minimum", MoneyOrNone(credit->minimum));
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
  AddMeasure(objective.measure, lines);
  AddExclusions(objective.exclusions, lines);
  AddWindow(objective.window, lines);
  lines.Add(2, "when empty", TextOf(kEmptyWords, objective.empty));
  lines.Add(2, "target",
            absl::StrCat(objective.target.compare == Compare::kAtMost ? "at most " : "at least ",
                         Percent(objective.target.percent)));
  AddCredit(objective.credit,
            objective.credit ? FindFee(terms.fees, objective.credit->fee) : nullptr, lines);
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
  lines.Add(0, "fees", terms.fees.empty() ? "none" : "");
  for (const Fee& fee : terms.fees) {
    lines.Add(1, Bare(fee.name),
              absl::StrCat("{ amount: ", FormatMoney(fee.amount),
                           ", per: ", TextOf(kCalendarWindows, fee.per), " }"));
  }
  lines.Add(0, "objectives", "");
  for (const Objective& objective : terms.objectives) AddObjective(objective, terms, lines);
  AddDisputes(terms.disputes, lines);
  return lines.Take();
}

}  // namespace tally::tools
