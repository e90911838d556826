#include "tools/window_stands.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/dispute/calendar.h"
#include "replay/terms/exclusion.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

constexpr int64_t kProposalDaysMax = 36'600;  // a century: a longer time never ends

// By whom something is owed to whom, in which account.
struct Between {
  std::string account, debtor, creditor;
  Currency currency;
  friend auto operator<=>(const Between&, const Between&) = default;
};
using Sums = std::map<Between, int64_t>;

// What is owed one way and what is owed the other way are one sum, which is owed one way.
void Enter(Between between, int64_t minor, Sums& sums) {
  if (between.account.empty()) return;
  Between turned = between;
  std::swap(turned.debtor, turned.creditor);
  const auto other = sums.find(turned);
  if (other != sums.end()) {
    other->second -= minor;
  } else {
    sums[std::move(between)] += minor;
  }
}

// What is in an account of somebody: "settled: 180.00 EUR paid by nimbus to rosa".
std::string MoneyWords(const Between& between, int64_t minor) {
  const bool turned = minor < 0;
  const std::string& debtor = turned ? between.creditor : between.debtor;
  const std::string& creditor = turned ? between.debtor : between.creditor;
  const std::string& account = between.account;
  const absl::string_view how = account == "settled"    ? "paid by "
                                : account == "expired"  ? "no longer owed, as its time ran out, by "
                                : account == "reversed" ? "taken back, that was owed by "
                                : account == "earned-back" ? "earned back, that was owed by "
                                                           : "owed by ";
  return absl::StrCat(account, ": ",
                      FormatMoney({.minor = turned ? -minor : minor, .currency = between.currency}),
                      " ", how, debtor, " to ", creditor);
}

// Where the window's money is: what its postings sum to, by account and by who owes whom.
void AddMoney(const Result& result, const WindowResult& window, std::vector<std::string>& stands) {
  Sums sums;
  for (const replay::Posting& posting : result.postings) {
    if (posting.objective != window.objective || posting.window != window.window) continue;
    const auto move = [&](const std::string& account, int64_t minor) {
      Enter({account, posting.debtor, posting.creditor, posting.amount.currency}, minor, sums);
    };
    // A sum of a rule was accrued beside the windows; what is paid of it is paid for this one.
    if (!PaysSumBeside(posting)) move(posting.from, -posting.amount.minor);
    move(posting.to, posting.amount.minor);
  }
  for (const auto& [between, minor] : sums) {
    if (minor != 0) stands.push_back(MoneyWords(between, minor));
  }
}

// What was awarded with a ruling on a claim about the window, or beside all claims, and is not paid
// yet: it is posted under no window.
void AddAwards(const Result& result, const WindowResult& window, std::vector<std::string>& stands) {
  std::set<ledger::EventAddress> own, claimed;
  for (const replay::ClaimResult& claim : result.claims) {
    for (const replay::ClaimResult::Step& step : claim.steps) {
      if (!step.cause.has_value()) continue;
      claimed.insert(*step.cause);
      if (IsAbout(claim, window)) own.insert(*step.cause);
    }
  }
  Sums open;
  std::map<Between, std::set<std::string>> by;
  for (const replay::Posting& posting : result.postings) {
    if (posting.window.has_value()) continue;
    const auto move = [&](const std::string& account, int64_t minor) {
      if (account != "approved") return;
      Enter({account, posting.debtor, posting.creditor, posting.amount.currency}, minor, open);
    };
    move(posting.from, -posting.amount.minor);
    move(posting.to, posting.amount.minor);
    const bool award = absl::StartsWith(posting.text, "awarded: ") && posting.cause.has_value() &&
                       (own.count(*posting.cause) > 0 || claimed.count(*posting.cause) == 0);
    if (!award) continue;
    by[{"approved", posting.debtor, posting.creditor, posting.amount.currency}].insert(
        absl::StrCat(posting.text, ", by ", posting.cause->ToText()));
  }
  for (const auto& [between, texts] : by) {
    const auto found = open.find(between);
    if (found == open.end() || found->second <= 0) continue;
    stands.push_back(absl::StrCat(absl::StrJoin(texts, "; "),
                                  ", not paid: ", FormatMoney({found->second, between.currency}),
                                  " owed by ", between.debtor, " to ", between.creditor));
  }
}

std::string WhoDid(const std::vector<ledger::EventAddress>& causes, const ToldActs& acts) {
  return absl::StrJoin(causes, "; ", [&](std::string* out, const ledger::EventAddress& at) {
    absl::StrAppend(out, ActWords(acts, at));
  });
}

}  // namespace

bool IsAbout(const replay::ClaimResult& claim, const WindowResult& window) {
  return std::any_of(claim.windows.begin(), claim.windows.end(), [&](const WindowName& name) {
    return name.objective == window.objective && name.window == window.window;
  });
}
bool IsAbout(const replay::Right& right, const WindowResult& window) {
  return right.objective == window.objective && right.window == window.window;
}

std::vector<std::string> StandsOf(const Result& result, const WindowResult& window,
                                  const ToldActs& acts) {
  std::vector<std::string> stands;
  if (window.closed.has_value()) {
    const replay::ClosedFigure& closed = *window.closed;
    stands.push_back(absl::StrCat("closed by ", closed.closing.ToText(), " as ", closed.verdict,
                                  closed.credit.has_value() && closed.differs
                                      ? absl::StrCat(" at ", FormatMoney(*closed.credit))
                                      : "",
                                  closed.differs ? "; what is computed now differs" : ""));
  }
  // What changed it since, or would: by whom, when, and to which sum.
  for (const replay::DerivationLine& line : window.derivation) {
    if (line.step != "restatement" && line.step != "ruling") continue;
    stands.push_back(absl::StrCat(line.step, ": ", line.formula, line.result.empty() ? "" : ": ",
                                  line.result, " (", WhoDid(line.causes, acts), ")"));
  }
  for (const replay::ClaimResult& claim : result.claims) {
    if (!IsAbout(claim, window)) continue;
    const std::string amounts = ClaimWords(claim);
    stands.push_back(absl::StrCat("claim ", claim.at.ToText(), ": ", claim.state,
                                  amounts.empty() ? "" : ", ", amounts));
  }
  for (const replay::Right& right : result.rights) {
    if (!IsAbout(right, window)) continue;
    stands.push_back(absl::StrCat("right of ", right.party, " (", right.kind, ", rules/",
                                  right.rule, "): ", right.state));
  }
  AddMoney(result, window, stands);
  AddAwards(result, window, stands);
  return stands;
}

std::string LateWords(const Result& result, const WindowResult& window) {
  const std::string about = absl::StrCat("window from ", FormatInstant(window.window.first), ": ");
  for (const replay::Finding& finding : result.findings) {
    const bool late = finding.kind == "evidence-late" && finding.objective == window.objective;
    if (late && absl::StartsWith(finding.message, about)) {
      return finding.message.substr(about.size());
    }
  }
  return "";
}

std::optional<Instant> RestatableUntil(const WindowResult& window, const ToldActs& acts,
                                       const LocalTimes& local) {
  const Terms* terms = local.TermsOf(window.terms);
  if (terms == nullptr || !window.closed.has_value()) return std::nullopt;
  const auto closing = acts.find(window.closed->closing);
  if (closing == acts.end()) return std::nullopt;
  const replay::Zone utc = replay::Zone::Utc();
  const replay::Zone* zone = local.Find(window.terms, terms->zone.name);
  for (const Rule& rule : terms->rules) {
    if (rule.kind != "restatement" || !replay::HoldsFor(rule, window.objective)) continue;
    const int64_t days = std::min(rule.choices.Count("propose within"), kProposalDaysMax);
    return replay::DueAfterAct(zone != nullptr ? *zone : utc, closing->second.recorded,
                               static_cast<uint32_t>(days));
  }
  return std::nullopt;
}

}  // namespace tally::tools
