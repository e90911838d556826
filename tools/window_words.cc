#include "tools/window_words.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/one_sided.h"
#include "tools/terms_formula.h"
#include "tools/window_stands.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

// A sheet is one page: the longest outages and the first matters, and how many more there are.
constexpr size_t kOutagesShown = 5;
constexpr size_t kMattersShown = 4;

constexpr char kByTime[] = "availability by time";
// Noted of each window that a history reaches into; only the numbers differ.
constexpr char kImported[] = "evidence-as-claimed";

const replay::DerivationLine* StepOf(const WindowResult& window, absl::string_view step) {
  for (const replay::DerivationLine& line : window.derivation) {
    if (line.step == step) return &line;
  }
  return nullptr;
}

std::string WindowText(const Interval& window) {
  return absl::StrCat(FormatInstant(window.first), " to ", FormatInstant(window.limit));
}
// As deadlines name their object.
std::string ObjectText(const WindowResult& window) {
  return absl::StrCat(window.objective, " ", FormatInstant(window.window.first), "/",
                      FormatInstant(window.window.limit));
}

int64_t MicrosOf(const std::string& unit) {
  if (unit == "ms") return 1'000;
  if (unit == "s") return 1'000'000;
  if (unit == "min") return 60'000'000;
  return 0;
}

// The largest three units that are not zero, exact: nothing below the last one is left out.
std::string MicrosWords(int64_t micros) {
  constexpr struct {
    int64_t micros;
    absl::string_view name;
  } kUnits[] = {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "min"},
                {1'000'000, "s"},      {1'000, "ms"},        {1, "us"}};
  std::string words;
  for (const auto& unit : kUnits) {
    const int64_t count = micros / unit.micros;
    if (count == 0) continue;
    absl::StrAppend(&words, words.empty() ? "" : " ", count, " ", unit.name);
    micros -= count * unit.micros;
  }
  return words.empty() ? "0 s" : words;
}

// Decimals, if any, stand with the seconds: what is shown is neither rounded again nor cut.
std::string SecondsWords(std::string shown) {
  const size_t point = shown.find('.');
  if (point != std::string::npos) {
    shown.erase(shown.find_last_not_of('0') + 1);
    if (shown.back() == '.') shown.pop_back();
  }
  const std::string plain = absl::StrCat(shown, " s");
  int64_t whole = 0;
  if (!absl::SimpleAtoi(shown.substr(0, point), &whole) || whole < 60) return plain;
  if (point >= shown.size()) return absl::StrCat(LengthWords(whole, "s"), " (", plain, ")");
  return absl::StrCat(LengthWords(whole - whole % 60, "s"), " ", whole % 60, shown.substr(point),
                      " s (", plain, ")");
}

void AddOutages(const WindowResult& window, const replay::Zone* zone,
                std::vector<std::string>& why) {
  std::vector<const replay::Segment*> outages;
  for (const replay::Segment& segment : window.segments) {
    if (segment.kind == replay::SegmentKind::kDown) outages.push_back(&segment);
  }
  const auto length = [](const replay::Segment& outage) {
    return (outage.interval.limit - outage.interval.first).micros;
  };
  std::stable_sort(outages.begin(), outages.end(),
                   [&](const auto* a, const auto* b) { return length(*a) > length(*b); });
  const size_t shown = std::min(outages.size(), kOutagesShown);
  std::sort(outages.begin(), outages.begin() + static_cast<ptrdiff_t>(shown),
            [](const auto* a, const auto* b) { return a->interval.first < b->interval.first; });
  for (size_t i = 0; i < shown; ++i) {
    const replay::Segment& outage = *outages[i];
    why.push_back(absl::StrCat(
        "down ", StretchWords(outage.interval, zone, window.zone), ", ",
        MicrosWords(length(outage)),
        outage.cause.has_value() ? absl::StrCat(", event ", outage.cause->ToText()) : ""));
  }
  if (outages.size() > shown) {
    why.push_back(absl::StrCat("and ", outages.size() - shown, " shorter outages"));
  }
}

// What was decided about the window, and what is not.
void AddMatters(const WindowResult& window, std::vector<std::string>& why) {
  size_t matters = 0;
  for (const replay::DerivationLine& line : window.derivation) {
    const bool decided = line.step == "exclusion";
    const bool noted = line.step == "noted";
    if (!decided && !noted && line.step != "undecided") continue;
    if (++matters > kMattersShown) continue;
    why.push_back(absl::StrCat(decided ? "does not count: "
                               : noted ? "counts all the same: "
                                       : "not decided yet: ",
                               line.formula));
  }
  if (matters > kMattersShown) {
    why.push_back(absl::StrCat("and ", matters - kMattersShown, " more exclusions or proposals"));
  }
}

std::vector<std::string> WhyOf(const WindowResult& window, const replay::Zone* zone) {
  std::vector<std::string> why;
  const bool items = MicrosOf(window.time_unit) == 0;
  why.push_back(absl::StrCat(CountedWords(window), !items ? " count as down"
                                                   : window.counted == 1
                                                       ? " counts against the value"
                                                       : " count against the value"));
  const auto amount = [&](int64_t count, absl::string_view what) {
    if (count != 0) why.push_back(absl::StrCat(LengthWords(count, window.time_unit), what));
  };
  amount(window.excluded, " are excluded");
  amount(window.unknown, " are unknown: nobody reported");
  amount(window.degraded, " were degraded");
  amount(window.remaining, " are still to come");
  AddOutages(window, zone, why);
  AddMatters(window, why);
  // Of a credit of nothing no limit says anything, but for one that took all of it.
  const bool owes = window.verdict == replay::Verdict::kBreached ||
                    (window.credit.has_value() && window.credit->amount.minor != 0);
  for (const char* step : {"target adjusted", "tier", "cap", "minimum"}) {
    const replay::DerivationLine* line = StepOf(window, step);
    const bool limit = absl::string_view(step) == "cap" || absl::string_view(step) == "minimum";
    if (line == nullptr || (limit && !owes)) continue;
    const bool named = absl::StartsWith(line->formula, step);
    why.push_back(
        absl::StrCat(named ? "" : absl::StrCat(step, ": "), line->formula, ": ", line->result));
  }
  return why;
}

std::string DeadlineWords(const replay::Deadline& deadline) {
  const std::string party = deadline.party.empty() ? "either party" : deadline.party;
  const auto can = [&](absl::string_view what) { return absl::StrCat(party, " can ", what); };
  if (deadline.what == "evidence.cutoff") return "evidence of this window can still be recorded";
  if (deadline.what == "objection") return can("object to the closing");
  if (deadline.what == "claim.file") return can("claim the credit");
  if (deadline.what == "claim.answer") return can("answer the claim");
  if (deadline.what == "claim.escalate") return can("take the claim to the next level");
  if (deadline.what == "right.exercise") return can("use the right to terminate");
  if (absl::StartsWith(deadline.what, "claim.level-")) {
    return absl::StrCat("level ", deadline.what.substr(12), " of the dispute has to end",
                        deadline.party.empty() ? "" : absl::StrCat(", before ", deadline.party));
  }
  return can(deadline.what);
}

std::vector<WindowSheet::Step> NextOf(const Result& result, const WindowResult& window) {
  std::vector<WindowSheet::Step> next;
  for (const replay::Deadline& deadline : result.deadlines) {
    if (deadline.state != "open") continue;
    bool about = deadline.object == ObjectText(window);
    for (const replay::ClaimResult& claim : result.claims) {
      about = about || (IsAbout(claim, window) &&
                        (deadline.object == claim.id || deadline.object == claim.at.ToText()));
    }
    for (const replay::Right& right : result.rights) {
      about = about || (IsAbout(right, window) && deadline.what == "right.exercise" &&
                        deadline.object == absl::StrCat("rules/", right.rule) &&
                        deadline.due == right.exercise_until);
    }
    if (!about) continue;
    next.push_back({deadline.due, DeadlineWords(deadline), deadline.consequence, deadline.zone});
  }
  std::stable_sort(next.begin(), next.end(),
                   [](const auto& a, const auto& b) { return a.due < b.due; });
  return next;
}

}  // namespace

std::string ValueInWords(const Fraction& value, ValueUnit unit) {
  std::string shown = replay::DisplayValue(value, unit);
  switch (unit) {
    case ValueUnit::kRatio:
      return absl::StrCat(shown, " %");
    case ValueUnit::kSeconds:
      return SecondsWords(std::move(shown));
    case ValueUnit::kPoints:
      return absl::StrCat(shown, shown == "1" ? " point" : " points");
    case ValueUnit::kCount:
    case ValueUnit::kMoney:
      break;
  }
  return shown;
}

std::string ValueWords(const WindowResult& window) {
  return window.value.has_value() ? ValueInWords(*window.value, window.unit) : "no value";
}

std::string PointsWords(const WindowResult& window) {
  std::string words;  // of the newest step: with the factor for repeated failure
  for (const replay::DerivationLine& line : window.derivation) {
    if (line.step == "points") words = line.result;
  }
  return words;
}

std::string EarnedPointsWords(const WindowResult& window) {
  std::string points = PointsWords(window);
  const bool open = window.status == replay::WindowStatus::kOpen;
  if (!points.empty() && open) absl::StrAppend(&points, ", projected, not posted");
  return points;
}

std::string CreditWords(const WindowResult& window) {
  if (std::string points = EarnedPointsWords(window); !points.empty()) return points;
  if (!window.credit.has_value() || window.credit->amount.minor == 0) return "none";
  const replay::CreditLine& credit = *window.credit;
  return absl::StrCat(FormatMoney(credit.amount),
                      credit.tier_index > 0
                          ? absl::StrCat(" by tier ", credit.tier_index, " (",
                                         FormatDecimal(credit.tier_percent.Normalised()), " %)")
                          : "",
                      credit.posted ? "" : ", projected and not posted");
}

std::string MeasureWords(const WindowResult& window) {
  if (window.measure.empty()) return "";
  const absl::string_view formula = window.measure == kByTime
                                        ? "1 - time that counts as down / window"
                                        : FormulaOf(ThingKind::kMeasure, window.measure);
  return absl::StrCat(window.measure, formula.empty() ? "" : ": ", std::string(formula));
}

std::string LengthWords(int64_t amount, const std::string& unit) {
  const int64_t micros = MicrosOf(unit);
  if (micros == 0) return absl::StrCat(amount, " ", amount == 1 && unit == "items" ? "item" : unit);
  int64_t product = 0;
  // A length that leaves 64 bits of microseconds is no window; it is shown as it stands.
  if (__builtin_mul_overflow(amount, micros, &product) || amount < 0) {
    return absl::StrCat(amount, " ", unit);
  }
  return MicrosWords(product);
}

std::string CountedWords(const WindowResult& window) {
  const bool items = MicrosOf(window.time_unit) == 0;
  return absl::StrCat(
      items ? absl::StrCat(window.counted) : LengthWords(window.counted, window.time_unit), " of ",
      LengthWords(window.period, window.time_unit));
}

std::string ResultWords(const std::string& result) {
  const size_t blank = result.find(' ');
  int64_t amount = 0;
  const bool number = blank != std::string::npos &&
                      result.find_first_not_of("0123456789") == blank &&
                      absl::SimpleAtoi(result.substr(0, blank), &amount);
  if (!number || MicrosOf(result.substr(blank + 1)) == 0) return result;
  const std::string words = LengthWords(amount, result.substr(blank + 1));
  return words == result ? result : absl::StrCat(words, " (", result, ")");
}

std::string ClaimWords(const replay::ClaimResult& claim) {
  std::string words;
  if (claim.decided.has_value()) words = absl::StrCat(FormatMoney(*claim.decided), " decided");
  if (!claim.due.has_value()) return words;
  return absl::StrCat(words, words.empty() ? "" : ", ", FormatMoney(*claim.due), " computed");
}

std::vector<ledger::EventAddress> Distinct(const std::vector<ledger::EventAddress>& addresses) {
  std::vector<ledger::EventAddress> distinct;
  std::set<ledger::EventAddress> seen;
  for (const ledger::EventAddress& each : addresses) {
    if (seen.insert(each).second) distinct.push_back(each);
  }
  return distinct;
}

std::vector<replay::Finding> ToldFindings(const std::vector<replay::Finding>& findings) {
  std::vector<replay::Finding> told;
  std::map<std::pair<std::string, std::string>, std::pair<size_t, size_t>> noted;  // place, more
  for (const replay::Finding& finding : findings) {
    if (finding.kind == kImported && !finding.objective.empty()) {
      const auto [found, fresh] =
          noted.try_emplace({finding.kind, finding.objective}, told.size(), 0);
      if (!fresh) {
        ++found->second.second;
        continue;
      }
    }
    told.push_back(finding);
    if (finding.objective.empty() || absl::StrContains(finding.message, finding.objective))
      continue;
    told.back().message = absl::StrCat(finding.objective, ": ", finding.message);
  }
  for (const auto& [of, place] : noted) {
    const auto& [at, more] = place;
    if (more == 0) continue;
    absl::StrAppend(&told[at].message, "; and ", more, " more such ", more == 1 ? "note" : "notes",
                    " about this objective");
  }
  return told;
}

std::string StatusWords(replay::WindowStatus status) {
  switch (status) {
    case replay::WindowStatus::kOpen:
      return "the window is not over; everything here can change";
    case replay::WindowStatus::kProvisional:
      return "the window is over, but evidence can still come or something is not decided";
    case replay::WindowStatus::kFinal:
      return "closed; a party can still object";
    case replay::WindowStatus::kConclusive:
      return "closed, and no objection can change it any more";
    case replay::WindowStatus::kSettled:
      return "settled between the parties";
  }
  return "";
}

std::string AccountWords(const std::string& account) {
  constexpr struct {
    absl::string_view account, words;
  } kWords[] = {{"accrued", "is owed, and nobody claimed it yet"},
                {"held", "is owed, and can still be earned back"},
                {"claimed", "has claimed"},
                {"approved", "is owed, by an answer, an agreement or a ruling"},
                {"settled", "was paid"},
                {"expired", "was owed, until its time ran out"},
                {"reversed", "was owed, until it was taken back"},
                {"earned-back", "was owed, until the other side earned it back"}};
  for (const auto& each : kWords) {
    if (each.account == account) return std::string(each.words);
  }
  return "";
}

bool PaysSumBeside(const replay::Posting& posting) {
  return absl::StartsWith(posting.clause, "rules.") && absl::StartsWith(posting.text, "settled: ");
}

WindowSheet SheetOf(const Result& result, const WindowResult& window, const ToldActs& acts,
                    const LocalTimes& local) {
  const replay::Zone* zone = local.Find(window.terms, window.zone);
  WindowSheet sheet;
  sheet.objective = window.objective;
  sheet.window =
      absl::StrCat(PeriodWords(window.window, zone), " (", zone != nullptr ? window.zone : "UTC",
                   "), ", WindowText(window.window));
  sheet.obligor = local.NameInRole(window.terms, window.obligor);
  sheet.unilateral = OneSidedWords(result.findings);
  sheet.verdict = std::string(replay::VerdictName(window.verdict));
  const replay::DerivationLine* target = StepOf(window, "target");
  sheet.figure = absl::StrCat(ValueWords(window), ", ", sheet.verdict,
                              target == nullptr ? "" : "; the target is ",
                              target == nullptr ? "" : target->formula);
  sheet.money = CreditWords(window);
  sheet.status = absl::StrCat(std::string(replay::StatusName(window.status)), ": ",
                              StatusWords(window.status));
  sheet.measure = MeasureWords(window);
  sheet.clause = window.clause;
  sheet.wording = window.wording;
  sheet.why = WhyOf(window, zone);
  const std::string late = LateWords(result, window);
  if (!late.empty()) sheet.why.push_back(absl::StrCat("late evidence: ", late));
  sheet.stands = StandsOf(result, window, acts);
  sheet.next = NextOf(result, window);
  const std::optional<Instant> until =
      late.empty() ? std::nullopt : RestatableUntil(window, acts, local);
  if (until.has_value() && result.known.instant < *until) {
    sheet.next.push_back({*until, "either party can propose a restatement on the late evidence",
                          "it stays left out", local.TermsOf(window.terms)->zone.name});
    std::stable_sort(sheet.next.begin(), sheet.next.end(),
                     [](const auto& a, const auto& b) { return a.due < b.due; });
  }
  return sheet;
}

}  // namespace tally::tools
