// Choices are made over the replay at the end of the ledger: what has no effect there is not meant.
#include "tools/claim_choice.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/dispute_act.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/fault.h"
#include "tools/printable.h"
#include "tools/window_words.h"

namespace tally::tools {

absl::StatusOr<std::optional<Money>> AmountOf(const Invocation& call, absl::string_view option) {
  std::optional<std::string> text = call.arguments.Value(option);
  if (!text.has_value()) return std::optional<Money>();
  absl::StatusOr<Money> money = ParseMoney(*text);
  if (!money.ok()) {
    return Refuse("usage", absl::StrCat("--", option, ": ", money.status().message()),
                  "write an amount and a currency, such as '1000.00 USD'");
  }
  return std::optional<Money>(*money);
}

absl::StatusOr<replay::Result> ReplayFor(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::string& agreement) {
  TALLY_RETURN_IF_ERROR(FindAgreement(ledger, agreement).status());
  replay::ReplayRequest request;
  request.agreement = agreement;
  request.objective = call.arguments.Value("objective");
  // By now: what the clock decided since the last record counts for an act that is recorded now.
  request.axes.as_recorded = std::max(call.world.clock->Now(), ledger.head().recorded);
  TALLY_ASSIGN_OR_RETURN(request.period, PeriodOf(call));
  absl::StatusOr<replay::Result> result = replay::Replay(ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  return result;
}

bool Stands(const replay::ClaimResult& claim) {
  return claim.state != "without effect" && claim.state != "withdrawn" && claim.state != "settled";
}
bool Waits(const replay::ClaimResult& claim) {
  return claim.state == "filed" || claim.state == "premature";
}

std::optional<BookSides> SidesIn(const replay::Result& result, const WindowName& window) {
  for (const replay::Posting& posting : result.postings) {
    const bool of_window = posting.window.has_value() && *posting.window == window.window &&
                           posting.objective == window.objective && !PaysSumBeside(posting);
    if (of_window) return BookSides{posting.creditor, posting.debtor};
  }
  return std::nullopt;
}

std::optional<Money> StandingIn(const replay::Result& result,
                                const std::vector<WindowName>& windows,
                                const std::vector<std::string>& accounts) {
  std::optional<Money> sum;
  const auto add = [&](const std::string& account, const Money& money, int sign) {
    if (std::find(accounts.begin(), accounts.end(), account) == accounts.end()) return;
    if (!sum.has_value()) sum = Money{.minor = 0, .currency = money.currency};
    if (sum->currency == money.currency) sum->minor += sign * money.minor;
  };
  std::map<WindowName, std::string> obligees;
  for (const replay::Posting& posting : result.postings) {
    if (!posting.window.has_value() || PaysSumBeside(posting)) continue;
    const WindowName name{posting.objective, *posting.window};
    if (std::find(windows.begin(), windows.end(), name) == windows.end()) continue;
    const auto entered = obligees.try_emplace(name, posting.creditor).first;
    const int sign = posting.creditor == entered->second ? 1 : -1;
    add(posting.to, posting.amount, sign);
    add(posting.from, posting.amount, -sign);
  }
  return sum;
}

std::optional<Money> SumClaimed(const std::vector<RecordedAct>& acts, const replay::Result& result,
                                const replay::ClaimResult& claim) {
  const auto filed = std::find_if(acts.begin(), acts.end(), [&](const RecordedAct& act) {
    return act.address == claim.at && act.header.kind == BodyKind::kClaimFiled;
  });
  if (filed == acts.end()) return std::nullopt;
  std::optional<Money> sum;
  if (const auto body = DecodeClaimFiled(filed->body); body.ok()) sum = body->amount;
  // What replay found to have no effect amends nothing.
  const auto counts = [&](const RecordedAct& act) {
    return std::none_of(result.findings.begin(), result.findings.end(),
                        [&](const replay::Finding& finding) {
                          return finding.at == act.address && finding.severity == "error";
                        });
  };
  for (const RecordedAct& act : acts) {
    const bool amends =
        act.header.kind == BodyKind::kClaimAmended && act.header.answers == filed->digest;
    if (!amends || !counts(act)) continue;
    if (const auto body = DecodeClaimAmended(act.body); body.ok()) sum = body->amount;
  }
  return sum;
}

bool IsDecidedState(const std::string& state) {
  return state == "accepted" || state == "deemed accepted" || state == "agreed" ||
         state == "ruled" || state == "settled" || state == "lapsed";
}

namespace {

void AddPositive(std::optional<Money>& sum, const std::optional<Money>& part) {
  if (!part.has_value() || part->minor <= 0) return;
  if (!sum.has_value()) sum = Money{.minor = 0, .currency = part->currency};
  if (sum->currency == part->currency) sum->minor += part->minor;
}

}  // namespace

ClaimDues DuesOf(const replay::Result& result, const replay::ClaimResult& claim,
                 const std::string& claimant) {
  ClaimDues dues;
  dues.decided = IsDecidedState(claim.state);
  dues.partial = claim.state == "ruled in part";
  dues.approved = StandingIn(result, claim.windows, {"approved"});
  dues.open = StandingIn(result, claim.windows, {"accrued", "claimed", "approved"});
  const std::optional<Money> paid = StandingIn(result, claim.windows, {"settled"});
  if (dues.decided && claim.decided.has_value()) {
    dues.owed = claim.decided;
  } else {
    dues.owed = claim.due;
  }
  const bool less =
      dues.owed.has_value() && paid.has_value() && paid->currency == dues.owed->currency;
  if (less) dues.owed->minor = std::max(dues.owed->minor - paid->minor, int64_t{0});
  // What is disputed is not owed, and what was awarded is.
  const bool conceded = dues.approved.has_value() && dues.approved->minor > 0;
  if (!dues.decided && conceded) dues.owed = dues.approved;
  if (dues.partial) dues.owed = dues.approved;
  // Nor is what the books hold no more.
  const bool comparable =
      dues.owed.has_value() && dues.open.has_value() && dues.owed->currency == dues.open->currency;
  if (!dues.decided && comparable) {
    dues.owed->minor = std::clamp<int64_t>(dues.open->minor, 0, dues.owed->minor);
  }
  for (const replay::ClaimResult::Award& award : claim.awards) {
    if (dues.decided && award.creditor == claimant) AddPositive(dues.owed, award.open);
  }
  return dues;
}

absl::StatusOr<ClaimDues> DuesFor(const Invocation& call, const ledger::Ledger& ledger,
                                  const RecordedAct& claim) {
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, ledger, call.arguments.At(0)));
  const ledger::PartyEntry* claimant = ledger.keyring().FindParty(claim.header.author);
  for (const replay::ClaimResult& each : result.claims) {
    if (each.at == claim.address)
      return DuesOf(result, each, claimant == nullptr ? "" : claimant->name);
  }
  return ClaimDues();
}

absl::StatusOr<std::optional<Money>> OwedFor(const Invocation& call, const ledger::Ledger& ledger,
                                             const RecordedAct& claim) {
  TALLY_ASSIGN_OR_RETURN(const ClaimDues dues, DuesFor(call, ledger, claim));
  return dues.owed;
}

std::string ClaimedWindowText(const WindowName& name) {
  return absl::StrCat(Printable(name.objective), " ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

absl::Status LeaveOutOwn(const Invocation& call, const ledger::Ledger& ledger,
                         const replay::Result& result, std::vector<WindowName>& windows) {
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry party, ActingParty(call, ledger, key));
  std::vector<WindowName> owed;
  for (const WindowName& name : windows) {
    const std::optional<BookSides> sides = SidesIn(result, name);
    if (!sides.has_value() || sides->debtor != party.name) owed.push_back(name);
  }
  if (owed.empty() || owed.size() == windows.size()) return absl::OkStatus();
  for (const WindowName& name : windows) {
    if (std::find(owed.begin(), owed.end(), name) != owed.end()) continue;
    call.console.Note(
        absl::StrCat(ClaimedWindowText(name), " is left out: ", Printable(party.name), " owes it"));
  }
  windows = std::move(owed);
  return absl::OkStatus();
}

absl::Status CheckCurrency(const std::optional<Money>& given, absl::string_view option,
                           const std::optional<Money>& due) {
  if (!given.has_value() || !due.has_value() || given->currency == due->currency) {
    return absl::OkStatus();
  }
  return Refuse("usage",
                absl::StrCat("--", option, ": ", FormatMoney(*given), ", and the credit is ",
                             FormatMoney(*due)),
                "give the amount in the currency of the credit");
}

namespace {

// Where no claim waits for what is meant, those that ever had an effect: what was answered or
// settled can be shown, and said once more.
std::vector<RecordedAct> WithEffect(const replay::Result& result,
                                    const std::vector<RecordedAct>& acts) {
  std::vector<RecordedAct> with;
  for (const RecordedAct& act : acts) {
    const bool had = std::any_of(
        result.claims.begin(), result.claims.end(), [&](const replay::ClaimResult& claim) {
          return claim.at == act.address && claim.state != "without effect" &&
                 claim.state != "withdrawn";
        });
    if (had && act.header.kind == BodyKind::kClaimFiled) with.push_back(act);
  }
  return with;
}

}  // namespace

absl::StatusOr<RecordedAct> PickEffective(const Invocation& call, const ledger::Ledger& ledger,
                                          const std::vector<RecordedAct>& acts, BodyKind kind,
                                          bool (*wanted)(const replay::ClaimResult&)) {
  const std::string named = call.arguments.At(1);
  const absl::StatusOr<replay::Result> result = ReplayFor(call, ledger, call.arguments.At(0));
  if (!named.empty() || !result.ok()) return PickAct(acts, kind, named);
  std::set<ledger::EventAddress> left_out;
  for (const RecordedAct& act : acts) {
    if (act.header.kind == BodyKind::kClaimFiled) left_out.insert(act.address);
  }
  for (const replay::ClaimResult& claim : result->claims) {
    if (wanted(claim)) left_out.erase(claim.at);
  }
  for (const replay::Finding& finding : result->findings) {
    const bool claims = kind == BodyKind::kClaimFiled;  // judged window by window: by their state
    if (!claims && finding.at.has_value() && finding.severity == "error") {
      left_out.insert(*finding.at);
    }
  }
  // A proposal that was confirmed waits for nobody.
  for (const RecordedAct& confirmed : acts) {
    if (confirmed.header.kind != BodyKind::kSettlementConfirmed) continue;
    for (const RecordedAct& act : acts) {
      const bool paid = act.header.kind == BodyKind::kSettlementProposed &&
                        act.digest == confirmed.header.answers;
      if (paid) left_out.insert(act.address);
    }
  }
  std::vector<RecordedAct> effective;
  for (const RecordedAct& act : acts) {
    if (act.header.kind == kind && left_out.count(act.address) == 0) effective.push_back(act);
  }
  if (effective.empty() && kind == BodyKind::kClaimFiled) effective = WithEffect(*result, acts);
  return PickAct(effective.empty() ? acts : effective, kind, named);
}

absl::StatusOr<ClaimAtHand> OpenClaim(const Invocation& call) {
  ClaimAtHand at_hand;
  TALLY_ASSIGN_OR_RETURN(at_hand.session, AppendSession::Open(call));
  const ledger::Ledger& ledger = at_hand.session->ledger();
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(ledger, call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(at_hand.acts, ReadActs(ledger, stream));
  TALLY_ASSIGN_OR_RETURN(at_hand.claim,
                         PickEffective(call, ledger, at_hand.acts, BodyKind::kClaimFiled, Stands));
  return at_hand;
}

absl::StatusOr<int> SayOnClaim(const Invocation& call, ClaimAtHand& at_hand, BodyKind kind,
                               Bytes body) {
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *at_hand.session, call.arguments.At(0), kind,
                                   std::move(body), at_hand.claim.digest));
  return submitted.exit;
}

std::string ReasonOf(const Invocation& call) { return call.arguments.Value("reason").value_or(""); }

OptionSpec TextOption(std::string name, std::string value, std::string summary, bool required) {
  return {.name = std::move(name),
          .type = ValueType::kText,
          .value_name = std::move(value),
          .summary = std::move(summary),
          .required = required};
}
OptionSpec TimeOption(std::string name, std::string summary, bool required) {
  return {.name = std::move(name),
          .type = ValueType::kTime,
          .value_name = "TIME",
          .summary = std::move(summary),
          .required = required};
}
OperandSpec AgreementOperand() { return {"AGREEMENT", "the agreement's name"}; }
OperandSpec ClaimOperand() {
  return {"CLAIM", "the claim: index/offset or id; needed when there are several",
          Arity::kOptional};
}

Command DisputeAct(std::string name, std::string summary, std::vector<OperandSpec> operands,
                   std::vector<OptionSpec> own_options,
                   absl::StatusOr<int> (*run)(const Invocation&)) {
  Command command;
  command.name = std::move(name);
  command.summary = std::move(summary);
  command.operands = std::move(operands);
  command.options = std::move(own_options);
  for (OptionSpec& option : ActOptions()) command.options.push_back(std::move(option));
  command.appends = true;
  command.run = run;
  return command;
}

}  // namespace tally::tools
