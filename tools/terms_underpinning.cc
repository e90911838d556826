#include "tools/terms_underpinning.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"
#include "tools/terms_measure.h"
#include "tools/terms_target.h"
#include "tools/terms_vocabulary.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kWeaker = "lint-support-weaker";
constexpr absl::string_view kUnknown = "lint-support-unknown";
constexpr Decimal kWhole{100, 0};

constexpr Word<SupportKind> kSupportWords[] = {
    {"operational level agreement", SupportKind::kOperationalLevel},
    {"underpinning contract", SupportKind::kUnderpinning}};

std::string PathOf(const Support& support) {
  return absl::StrCat("supported by.", support.objective, ".", support.agreement, ".", support.by);
}

bool Before(const Support& a, const Support& b) {
  return std::tie(a.objective, a.agreement, a.by) < std::tie(b.objective, b.agreement, b.by);
}

std::optional<TermsHash> ReadPin(const Field& field) {
  constexpr absl::string_view kForm = "choose `not pinned` or write the hash of its terms";
  if (!field.present() || field.Says("not pinned")) return std::nullopt;
  absl::StatusOr<TermsHash> hash = field.node().IsText() ? TermsHash::FromHex(field.node().text)
                                                         : absl::InvalidArgumentError("no text");
  if (hash.ok() && !hash->IsZero()) return *hash;
  field.Bad(kForm);
  return std::nullopt;
}

Support ReadSupport(const Field& item, const Terms& terms) {
  Support support;
  Fields entry(item, "write `{ objective: ..., kind: ..., agreement: ..., by: ..., terms: ... }`");
  const Field objective =
      entry.Need("objective", "name the objective of this file that rests on it");
  support.objective = objective.Name().value_or("");
  const bool known =
      std::any_of(terms.objectives.begin(), terms.objectives.end(),
                  [&](const Objective& each) { return each.id == support.objective; });
  if (!support.objective.empty() && !known) {
    objective.Error("terms-contradiction",
                    absl::StrCat("`objectives` has no \"", support.objective, "\""));
  }
  entry.Choose("kind", kSupportWords, support.kind);
  const Field agreement = entry.Need("agreement", "name the other agreement");
  support.agreement = agreement.Name().value_or("");
  if (!support.agreement.empty() && support.agreement == terms.agreement) {
    agreement.Error("terms-contradiction", "an agreement does not support itself");
  }
  support.by = entry.Need("by", "name the objective of the other agreement").Name().value_or("");
  support.terms =
      ReadPin(entry.Need("terms", "choose `not pinned` or write the hash of its terms"));
  entry.Done();
  return support;
}

// ---- What an objective allows -------------------------------------------------------------------

// In millionths: percent points of misses, seconds, or a number.
struct Allowance {
  std::string what;  // "down time", "misses", "time for P1", ...
  LevelForm form;
  Wide millionths = 0;
};

Wide Millionths(const Decimal& level) {
  const Decimal normal = level.Normalised();
  TALLY_CHECK(normal.scale <= 6);  // as levels and lengths are compiled
  Wide value = normal.mantissa;
  for (uint8_t i = normal.scale; i < 6; ++i) value *= 10;
  return value;
}

std::string InWords(const Allowance& allowance) {
  const Wide clipped = std::min<Wide>(allowance.millionths, INT64_MAX);
  return LevelInWords(Decimal{static_cast<int64_t>(clipped), 6}.Normalised(), allowance.form);
}

// Kinds whose misses are time without service.
bool IsTimeShare(absl::string_view kind) {
  return kind == kAvailabilityKind || kind == "availability with hysteresis" ||
         kind == "resource availability";
}

absl::string_view KindOfMeasure(const Objective& objective) {
  return objective.counted ? absl::string_view(objective.counted->kind) : kAvailabilityKind;
}

void AddTime(const std::string& what, absl::string_view time, std::vector<Allowance>& allowances) {
  absl::StatusOr<Duration> length = ParseDuration(time);
  if (!length.ok()) return;
  LevelForm form;
  form.unit = ValueUnit::kSeconds;
  allowances.push_back({what, form, length->micros});
}

// The times that a measure of acts gives: one for all, or one for each priority.
void AddTimes(const Choices& choices, std::vector<Allowance>& allowances) {
  for (const Choice& choice : choices.all()) {
    if (choice.name == "target" || choice.name == "contact within" ||
        choice.name == "decision within" || choice.name == "threshold") {
      AddTime("time", choice.values.front(), allowances);
    }
    if (choice.name != "targets") continue;
    for (const std::string& each : choice.values) {
      const size_t colon = each.rfind(": ");
      if (colon == std::string::npos) continue;
      AddTime(absl::StrCat("time for ", each.substr(0, colon)), each.substr(colon + 2), allowances);
    }
  }
}

// Nothing for a target of which nothing adds up, such as a volume to be reached.
std::vector<Allowance> AllowancesOf(const Objective& objective, const Terms& terms) {
  std::vector<Allowance> allowances;
  const LevelForm form = FormOf(objective, terms.fees);
  const absl::string_view kind = KindOfMeasure(objective);
  if (objective.target.compare == Compare::kAtMost) {
    allowances.push_back({std::string(kind), form, Millionths(objective.target.percent)});
  } else if (form.unit == ValueUnit::kRatio) {
    allowances.push_back({IsTimeShare(kind) ? "down time" : absl::StrCat("misses of ", kind), form,
                          Millionths(kWhole) - Millionths(objective.target.percent)});
  }
  if (objective.counted) AddTimes(objective.counted->choices, allowances);
  return allowances;
}

std::string CalendarOf(const Objective& objective) {
  if (!objective.counted || !objective.counted->choices.Has("calendar")) return "";
  return objective.counted->choices.Text("calendar");
}

// ---- Comparing ----------------------------------------------------------------------------------

// What supports one objective, with the terms that are at hand.
struct Part {
  const Support* support;
  const GivenAgreement* agreement;
  const Objective* objective;
};

std::string NameOf(const Part& part) {
  return absl::StrCat(part.support->agreement, "/", part.support->by);
}

void CompareOne(const Objective& objective, const Terms& terms, const Allowance& mine,
                const std::vector<Part>& parts, TermsReport& report) {
  Wide sum = 0;
  std::vector<std::string> said;
  for (const Part& part : parts) {
    const std::vector<Allowance> theirs = AllowancesOf(*part.objective, part.agreement->terms);
    const auto found = std::find_if(theirs.begin(), theirs.end(), [&](const Allowance& each) {
      return each.what == mine.what && each.form.unit == mine.form.unit;
    });
    if (found == theirs.end()) {
      report.Warning(report.PlaceOf(PathOf(*part.support)), kUnknown,
                     absl::StrCat(NameOf(part), " says nothing of the ", mine.what, " that ",
                                  objective.id, " allows: it cannot be compared"),
                     "measure both in the same way, or compare them yourself");
      continue;
    }
    sum += found->millionths;
    said.push_back(absl::StrCat(NameOf(part), " ", InWords(*found)));
  }
  if (sum <= mine.millionths) return;
  Allowance all = mine;
  all.millionths = sum;
  report.Warning(
      report.PlaceOf(PathOf(*parts.front().support)), kWeaker,
      absl::StrCat(objective.id, ": ", terms.agreement, " allows ", InWords(mine), " (", mine.what,
                   "), what supports it ", InWords(all), ": ", absl::StrJoin(said, ", ")),
      "agree on more below, or promise less here");
}

void CompareCalendars(const Objective& objective, const Part& part, TermsReport& report) {
  const std::string mine = CalendarOf(objective);
  const std::string theirs = CalendarOf(*part.objective);
  if (mine == theirs) return;
  report.Warning(report.PlaceOf(PathOf(*part.support)), kUnknown,
                 absl::StrCat(NameOf(part), " counts time by the calendar ",
                              theirs.empty() ? "none" : theirs, ", ", objective.id, " by ",
                              mine.empty() ? "none" : mine, ": their times do not add up"),
                 "count both by one calendar, or compare them yourself");
}

// The part that a support names; reported when it is not at hand or is not what was pinned.
std::optional<Part> FindPart(const Support& support, const std::vector<GivenAgreement>& given,
                             TermsReport& report) {
  const FilePosition place = report.PlaceOf(PathOf(support));
  const auto agreement = std::find_if(given.begin(), given.end(), [&](const GivenAgreement& each) {
    return each.terms.agreement == support.agreement;
  });
  if (agreement == given.end()) {
    report.Warning(place, kUnknown,
                   absl::StrCat("nothing is known here of the terms of ", support.agreement,
                                ": whether it promises enough was not looked at"),
                   "give its terms file too, with --with FILE");
    return std::nullopt;
  }
  if (support.terms && *support.terms != agreement->hash) {
    report.Error(place, "terms-contradiction",
                 absl::StrCat(agreement->file, " has the terms ", agreement->hash.ToHex(),
                              ", not those that are pinned"),
                 "give the file that was pinned, or pin these terms");
    return std::nullopt;
  }
  const auto& objectives = agreement->terms.objectives;
  const auto objective = std::find_if(objectives.begin(), objectives.end(),
                                      [&](const Objective& o) { return o.id == support.by; });
  if (objective == objectives.end()) {
    report.Error(place, "terms-contradiction",
                 absl::StrCat(support.agreement, " has no objective \"", support.by, "\""),
                 "name one of its objectives");
    return std::nullopt;
  }
  return Part{&support, &*agreement, &*objective};
}

}  // namespace

std::vector<Support> ReadSupports(const Field& field, const Terms& terms) {
  std::vector<Support> supports;
  if (!field.present() || field.Says("none")) return supports;
  for (const Field& item : field.Items("choose `none` or list what the objectives rest on")) {
    Support support = ReadSupport(item, terms);
    const bool twice = std::any_of(supports.begin(), supports.end(), [&](const Support& each) {
      return !Before(each, support) && !Before(support, each);
    });
    if (twice) item.Error("terms-contradiction", "the same support stands twice", "remove one");
    item.report().Note(PathOf(support), item.node().position);
    supports.push_back(std::move(support));
  }
  std::sort(supports.begin(), supports.end(), Before);
  return supports;
}

void AddSupports(const std::vector<Support>& supports, Lines& lines) {
  if (supports.empty()) return;
  lines.Add(0, "supported by", "");
  for (const Support& each : supports) {
    lines.Item(1, absl::StrCat("{ objective: ", Bare(each.objective),
                               ", kind: ", TextOf(kSupportWords, each.kind),
                               ", agreement: ", Bare(each.agreement), ", by: ", Bare(each.by),
                               ", terms: ", each.terms ? each.terms->ToHex() : "not pinned", " }"));
  }
}

void LintSupports(const Terms& terms, const std::vector<GivenAgreement>& given,
                  TermsReport& report) {
  for (const Objective& objective : terms.objectives) {
    std::vector<Part> parts;
    for (const Support& support : terms.supports) {
      if (support.objective != objective.id) continue;
      const std::optional<Part> part = FindPart(support, given, report);
      if (part) parts.push_back(*part);
    }
    if (parts.empty()) continue;  // what was not found was reported; a sum of some can be too much
    for (const Part& part : parts) CompareCalendars(objective, part, report);
    for (const Allowance& mine : AllowancesOf(objective, terms)) {
      CompareOne(objective, terms, mine, parts, report);
    }
  }
  for (const GivenAgreement& each : given) {
    const bool named = std::any_of(
        terms.supports.begin(), terms.supports.end(),
        [&](const Support& support) { return support.agreement == each.terms.agreement; });
    if (named) continue;
    report.Warning({each.file, 1, 1}, kUnknown,
                   absl::StrCat("nothing in ", terms.agreement, " rests on ", each.terms.agreement),
                   "name it under `supported by`, or leave the file out");
  }
}

}  // namespace tally::tools
