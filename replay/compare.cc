#include "replay/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/crypto/sha256.h"
#include "replay/canonical.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr char kHead[] = "tally.compare/1\n";

bool OneQuestion(const ReplayRequest& left, const ReplayRequest& right) {
  auto same_period = [](const std::optional<Period>& a, const std::optional<Period>& b) {
    if (a.has_value() != b.has_value()) return false;
    return !a.has_value() || (a->year == b->year && a->quarter == b->quarter &&
                              a->month == b->month && a->exact == b->exact && a->days == b->days);
  };
  return left.agreement == right.agreement && left.objective == right.objective &&
         same_period(left.period, right.period);
}

absl::StatusOr<Money> Less(const Money& right, const Money& left) {
  Money difference = right;
  if (__builtin_sub_overflow(right.minor, left.minor, &difference.minor)) {
    return absl::OutOfRangeError("a difference of money leaves 64 bits");
  }
  return difference;
}

std::optional<Money> CreditOf(const std::optional<WindowResult>& window) {
  if (!window.has_value() || !window->credit.has_value()) return std::nullopt;
  return window->credit->amount;
}

// What of two windows of one name differs; empty when nothing does.
std::vector<std::string> Differing(const std::optional<WindowResult>& left,
                                   const std::optional<WindowResult>& right) {
  if (!left.has_value() || !right.has_value()) return {"window"};
  std::vector<std::string> differs;
  auto note = [&differs](bool same, absl::string_view what) {
    if (!same) differs.emplace_back(what);
  };
  auto tier = [](const WindowResult& window) {
    return window.credit.has_value() ? window.credit->tier_index : 0;
  };
  auto times = [](const WindowResult& window) {
    return std::make_tuple(window.period, window.counted, window.excluded, window.unknown,
                           window.remaining, window.degraded, window.time_unit);
  };
  note(left->verdict == right->verdict, "verdict");
  note(left->value == right->value && left->unit == right->unit, "value");
  note(CreditOf(left) == CreditOf(right) && tier(*left) == tier(*right), "credit");
  note(left->status == right->status, "status");
  note(times(*left) == times(*right), "times");
  note(left->coverage == right->coverage, "coverage");
  // Other terms that give the same figures are no difference by themselves.
  if (!differs.empty() && left->terms != right->terms) differs.insert(differs.begin(), "terms");
  return differs;
}

absl::StatusOr<WindowDifference> DifferenceOf(const WindowName& name,
                                              const std::optional<WindowResult>& left,
                                              const std::optional<WindowResult>& right) {
  WindowDifference difference{.name = name,
                              .left = left,
                              .right = right,
                              .differs = Differing(left, right),
                              .value = std::nullopt,
                              .credit = std::nullopt};
  if (left.has_value() && right.has_value() && left->value.has_value() &&
      right->value.has_value() && left->unit == right->unit) {
    absl::StatusOr<Fraction> value = Fraction::Subtract(*right->value, *left->value);
    if (value.ok()) difference.value = *value;  // beyond 128 bits the two values stand alone
  }
  std::optional<Money> before = CreditOf(left), after = CreditOf(right);
  if (!before.has_value() && !after.has_value()) return difference;
  Money nothing = before.has_value() ? *before : *after;
  nothing.minor = 0;
  if (before.value_or(nothing).currency != after.value_or(nothing).currency) return difference;
  TALLY_ASSIGN_OR_RETURN(difference.credit,
                         Less(after.value_or(nothing), before.value_or(nothing)));
  return difference;
}

absl::Status CompareWindows(Comparison& comparison) {
  using Side = std::optional<WindowResult>;
  std::map<WindowName, std::pair<Side, Side>> windows;
  for (const WindowResult& window : comparison.left.windows) {
    windows[NameOfWindow(window)].first = window;
  }
  for (const WindowResult& window : comparison.right.windows) {
    windows[NameOfWindow(window)].second = window;
  }
  for (const auto& [name, sides] : windows) {
    TALLY_ASSIGN_OR_RETURN(WindowDifference difference,
                           DifferenceOf(name, sides.first, sides.second));
    if (difference.differs.empty()) {
      ++comparison.windows_equal;
    } else {
      comparison.windows.push_back(std::move(difference));
    }
  }
  return absl::OkStatus();
}

absl::Status AddCredits(const Look& look, Purse& purse) {
  for (size_t i = 0; i < look.sides.size(); ++i) {
    const std::optional<CreditLine>& credit = look.result.windows[i].credit;
    if (!credit.has_value()) continue;
    TALLY_RETURN_IF_ERROR(AddCredit(look.sides[i], credit->amount, purse));
  }
  return absl::OkStatus();
}

absl::Status CompareMoney(const Look& left, const Look& right, Comparison& comparison) {
  Purse before, after;
  TALLY_RETURN_IF_ERROR(AddCredits(left, before));
  TALLY_RETURN_IF_ERROR(AddCredits(right, after));
  Purse both = before;
  both.insert(after.begin(), after.end());
  for (const auto& [key, unused] : both) {
    MoneyBetween money{key.first, {before[key], key.second}, {after[key], key.second}, {}};
    if (money.left == money.right) continue;
    TALLY_ASSIGN_OR_RETURN(money.difference, Less(money.right, money.left));
    comparison.money.push_back(std::move(money));
  }
  return absl::OkStatus();
}

void CompareBalances(Comparison& comparison) {
  using Key = std::tuple<std::string, std::string, Currency>;
  std::map<Key, std::pair<int64_t, int64_t>> entries;
  for (const Balance& each : comparison.left.balances) {
    entries[{each.account, each.party, each.amount.currency}].first = each.amount.minor;
  }
  for (const Balance& each : comparison.right.balances) {
    entries[{each.account, each.party, each.amount.currency}].second = each.amount.minor;
  }
  for (const auto& [key, amounts] : entries) {
    if (amounts.first == amounts.second) continue;
    const auto& [account, party, currency] = key;
    comparison.balances.push_back(
        {account, party, {amounts.first, currency}, {amounts.second, currency}});
  }
}

void CompareActs(Comparison& comparison) {
  std::vector<std::string> left = ActLinesOf(comparison.left);
  std::vector<std::string> right = ActLinesOf(comparison.right);
  for (const std::string& line : left) {
    if (std::count(right.begin(), right.end(), line) == 0) comparison.left_acts.push_back(line);
  }
  for (const std::string& line : right) {
    if (std::count(left.begin(), left.end(), line) == 0) comparison.right_acts.push_back(line);
  }
}

// Figures and balances first; only where these are equal what stands around them.
PartingFocus FocusOf(const Comparison& comparison) {
  PartingFocus focus;
  focus.balances = !comparison.balances.empty();
  auto is_figure = [](const std::string& what) {
    return what == "window" || what == "verdict" || what == "value" || what == "credit";
  };
  for (const WindowDifference& window : comparison.windows) {
    if (std::any_of(window.differs.begin(), window.differs.end(), is_figure)) {
      focus.windows.push_back(window.name);
    }
  }
  if (!focus.windows.empty() || focus.balances) return focus;
  focus.standing = focus.acts = true;
  for (const WindowDifference& window : comparison.windows) focus.windows.push_back(window.name);
  return focus;
}

std::string AxesLines(absl::string_view side, const Result& result) {
  const Known& known = result.known;
  return absl::StrCat(side, " engine ", Quoted(result.engine), " reading ", Quoted(result.reading),
                      " terms ", result.terms.ToHex(), "\n", side, " size ", known.size,
                      " knowledge ", FormatInstant(known.instant), " reported ",
                      known.reported.has_value() ? FormatInstant(*known.reported) : "-", "\n", side,
                      " digest ", result.digest.ToHex(), " figures ", result.figures.ToHex(), "\n");
}

std::string PartingLine(absl::string_view name, const std::optional<Parting>& parting) {
  if (!parting.has_value()) return absl::StrCat(name, " -\n");
  std::string line = absl::StrCat(name, " ", std::string(PartingKindName(parting->kind)), " ");
  if (parting->kind == PartingKind::kEvent) {
    absl::StrAppend(&line, parting->at.ToText(), " stream ", parting->stream);
  } else {
    absl::StrAppend(&line, FormatInstant(parting->after), "/", FormatInstant(parting->until));
  }
  return absl::StrCat(line, " by ", Quoted(PartingSearchName(parting->search)), " of ",
                      parting->records, "\n");
}

std::string SideLines(absl::string_view side, const std::optional<WindowResult>& window) {
  if (!window.has_value()) return absl::StrCat(side, " -\n");
  return absl::StrCat(side, " ", FigureLine(*window), "\n", side, " ", StandingLine(*window), "\n");
}

}  // namespace

absl::StatusOr<Comparison> Compare(const ledger::Ledger& ledger, const CompareRequest& request) {
  if (!OneQuestion(request.left, request.right)) {
    return absl::InvalidArgumentError(
        "two replays are compared over one agreement, period and objective");
  }
  PartingQuestion question;
  TALLY_ASSIGN_OR_RETURN(question.left, LookRequestOf(ledger, request.left));
  TALLY_ASSIGN_OR_RETURN(question.right, LookRequestOf(ledger, request.right));
  TALLY_ASSIGN_OR_RETURN(Look left, LookAt(ledger, question.left));
  TALLY_ASSIGN_OR_RETURN(Look right, LookAt(ledger, question.right));
  Comparison comparison;
  comparison.left = left.result;
  comparison.right = right.result;
  TALLY_RETURN_IF_ERROR(CompareWindows(comparison));
  TALLY_RETURN_IF_ERROR(CompareMoney(left, right, comparison));
  CompareBalances(comparison);
  CompareActs(comparison);
  comparison.equal = comparison.windows.empty() && comparison.balances.empty() &&
                     comparison.left_acts.empty() && comparison.right_acts.empty();
  if (!comparison.equal) {
    question.focus = FocusOf(comparison);
    question.every = request.every_record;
    question.streams = left.streams;
    question.streams.insert(question.streams.end(), right.streams.begin(), right.streams.end());
    TALLY_ASSIGN_OR_RETURN(Partings partings, FindPartings(ledger, question));
    comparison.parting = std::move(partings.first);
    comparison.partings = std::move(partings.kinds);
    TALLY_ASSIGN_OR_RETURN(comparison.evidence, FindPartingOfEvidence(ledger, question));
  }
  comparison.digest = ledger::Sha256Of({AsBytes(CanonicalComparison(comparison))});
  return comparison;
}

std::string CanonicalComparison(const Comparison& comparison) {
  std::string text = kHead;
  absl::StrAppend(&text, "agreement ", Quoted(comparison.left.agreement), "\n",
                  AxesLines("left", comparison.left), AxesLines("right", comparison.right));
  absl::StrAppend(&text, comparison.equal ? "equal" : "differ", "\n");
  for (const WindowDifference& window : comparison.windows) {
    absl::StrAppend(&text, "window ", Quoted(window.name.objective), " ",
                    FormatInstant(window.name.window.first), "/",
                    FormatInstant(window.name.window.limit), " differs ",
                    absl::StrJoin(window.differs, ","), "\n", SideLines("left", window.left),
                    SideLines("right", window.right), "by ", FractionText(window.value), " ",
                    window.credit.has_value() ? FormatMoney(*window.credit) : "-", "\n");
  }
  absl::StrAppend(&text, "windows-equal ", comparison.windows_equal, "\n");
  for (const MoneyBetween& money : comparison.money) {
    absl::StrAppend(&text, "money ", Quoted(money.party), " ", FormatMoney(money.left), " ",
                    FormatMoney(money.right), " by ", FormatMoney(money.difference), "\n");
  }
  for (const BalanceDifference& each : comparison.balances) {
    absl::StrAppend(&text, "balance ", each.account, " ", Quoted(each.party), " ",
                    FormatMoney(each.left), " ", FormatMoney(each.right), "\n");
  }
  for (const std::string& line : comparison.left_acts) {
    absl::StrAppend(&text, "left ", line, "\n");
  }
  for (const std::string& line : comparison.right_acts) {
    absl::StrAppend(&text, "right ", line, "\n");
  }
  absl::StrAppend(&text, PartingLine("parting", comparison.parting),
                  PartingLine("evidence", comparison.evidence));
  return text;
}

}  // namespace tally::replay
