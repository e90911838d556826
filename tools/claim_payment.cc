// The sums come from the replay at the end of the ledger; what is signed is said before it is.
#include "tools/claim_payment.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {

LikeDone ConfirmedIn(const std::vector<RecordedAct>& acts) {
  return [&acts](const StreamId& author, const ActId& id) -> std::optional<Hash> {
    const auto like = std::find_if(acts.begin(), acts.end(), [&](const RecordedAct& act) {
      return act.header.kind == BodyKind::kSettlementProposed && act.header.author == author &&
             act.header.id == id;
    });
    if (like == acts.end()) return std::nullopt;
    const bool confirmed = std::any_of(acts.begin(), acts.end(), [&](const RecordedAct& act) {
      return act.header.kind == BodyKind::kSettlementConfirmed &&
             act.header.answers == like->digest;
    });
    return confirmed ? std::optional<Hash>(like->digest) : std::nullopt;
  };
}

const RecordedAct* RecordedActAt(const std::vector<RecordedAct>& acts,
                                 const ledger::EventAddress& at) {
  for (const RecordedAct& act : acts) {
    if (act.address == at) return &act;
  }
  return nullptr;
}

SettlementProposed ProposalOf(const Invocation& call, const Money& amount, bool on_account) {
  SettlementProposed proposal;
  proposal.amount = amount;
  proposal.reference = call.arguments.Value("reference").value_or("");
  proposal.reason = ReasonOf(call);
  proposal.on_account = on_account;
  return proposal;
}

void TellOfClaim(const Invocation& call, const ClaimDues& dues, const Money& amount,
                 bool on_account, const std::string& suffix) {
  if (on_account) {
    call.console.Line(absl::StrCat("payment on account at ", FormatMoney(amount), suffix,
                                   ": of what is approved; the claim goes on"));
    return;
  }
  call.console.Line(absl::StrCat("settlement at ", FormatMoney(amount), suffix));
  const bool approved = dues.approved.has_value() && dues.approved->minor > 0;
  const bool open = dues.open.has_value() && dues.open->currency == amount.currency;
  const int64_t rest = open ? dues.open->minor - amount.minor : 0;
  if (dues.decided || (rest <= 0 && !approved && !dues.partial)) return;
  const std::string given_up =
      rest > 0 ? absl::StrCat(": ", FormatMoney({.minor = rest, .currency = amount.currency}),
                              " that is open of it is given up")
               : "";
  call.console.Warning(absl::StrCat("it ends the claim, which is not decided", given_up,
                                    "; --on-account pays what is approved and leaves the rest in "
                                    "dispute"));
}

const RecordedAct* ClaimOf(const RecordedAct& proposal, const std::vector<RecordedAct>& acts) {
  const RecordedAct* at = &proposal;
  while (at != nullptr && at->header.kind == BodyKind::kSettlementProposed) {
    const Hash& answers = at->header.answers;
    const auto found = std::find_if(acts.begin(), acts.end(), [&](const RecordedAct& act) {
      return act.digest == answers && act.address < at->address;
    });
    at = found == acts.end() ? nullptr : &*found;
  }
  return at != nullptr && at->header.kind == BodyKind::kClaimFiled ? at : nullptr;
}

namespace {

absl::Status CheckOwed(const Invocation& call, const RecordedAct& claim, const ClaimDues& dues,
                       const std::optional<Money>& given) {
  if (given.has_value()) return absl::OkStatus();
  if (!dues.owed.has_value()) {
    return Refuse("state-forbids",
                  absl::StrCat("no amount is computed for the claim ", claim.address.ToText()),
                  "see `tally replay` for its state, or give --amount");
  }
  if (dues.owed->minor != 0) return absl::OkStatus();
  return Refuse("state-forbids",
                absl::StrCat("nothing is owed for the claim ", claim.address.ToText(), " by now"),
                absl::StrCat("see `tally claim show` for what was decided; what became due since "
                             "it was settled, or is owed back, is paid by --period, as in `tally "
                             "settlement propose ",
                             Printable(call.arguments.At(0)), " --period P`"));
}

absl::Status CheckOnAccount(const RecordedAct& claim, const ClaimDues& dues, const Money& amount) {
  const Money approved = dues.approved.value_or(Money{.minor = 0, .currency = amount.currency});
  if (amount.minor > 0 && amount.minor <= approved.minor) return absl::OkStatus();
  return Refuse("state-forbids",
                absl::StrCat("on account is paid what is approved of the claim ",
                             claim.address.ToText(), ": ", FormatMoney(approved), " by now"),
                "give no more, or settle the claim as a whole without --on-account");
}

// What rulings on the claim awarded, each in an act that answers its ruling.
absl::StatusOr<int> ProposeForAwards(const Invocation& call, AppendSession& session,
                                     const std::vector<RecordedAct>& acts, const RecordedAct& claim,
                                     const std::optional<Money>& given) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const replay::Result result, ReplayFor(call, session.ledger(), agreement));
  std::map<ledger::EventAddress, replay::ClaimResult::Award> open;  // by ruling, added up
  for (const replay::ClaimResult& each : result.claims) {
    if (each.at != claim.address) continue;
    for (const replay::ClaimResult::Award& award : each.awards) {
      const auto [found, fresh] = open.emplace(award.ruling, award);
      const bool same = found->second.debtor == award.debtor &&
                        found->second.open.currency == award.open.currency;
      if (!fresh && same) found->second.open.minor += award.open.minor;
    }
  }
  if (open.size() != 1) {
    return Refuse(
        open.empty() ? "state-forbids" : "missing-argument",
        absl::StrCat(open.empty() ? "nothing" : "more than one thing",
                     " that rulings awarded on the claim ", claim.address.ToText(), " is open"),
        "see `tally claim show`; an event line `settlement proposed` that answers a "
        "ruling pays what it awards");
  }
  const auto& [at, award] = *open.begin();
  const bool back = award.open.minor < 0;
  const Money owed{.minor = back ? -award.open.minor : award.open.minor,
                   .currency = award.open.currency};
  TALLY_RETURN_IF_ERROR(CheckCurrency(given, "amount", owed));
  const Money amount = given.value_or(owed);
  call.console.Line(absl::StrCat(back ? "repayment" : "payment", " of what the ruling ",
                                 at.ToText(), " awards, at ", FormatMoney(amount), "; ",
                                 Printable(back ? award.creditor : award.debtor), " owes ",
                                 FormatMoney(owed)));
  const RecordedAct* ruling = RecordedActAt(acts, at);
  TALLY_CHECK(ruling != nullptr);  // it was replayed
  TALLY_ASSIGN_OR_RETURN(
      const Submitted submitted,
      SubmitAct(call, session, agreement, BodyKind::kSettlementProposed,
                Encode(ProposalOf(call, amount)), ruling->digest, ConfirmedIn(acts)));
  return submitted.exit;
}

}  // namespace

absl::StatusOr<int> ProposeForClaim(const Invocation& call, const std::optional<Money>& given) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  const bool any = std::any_of(acts.begin(), acts.end(), [](const RecordedAct& act) {
    return act.header.kind == BodyKind::kClaimFiled;
  });
  if (!any) {
    return Refuse("missing-argument", "the agreement has no act 'claim filed'",
                  "name the --period of credits that need no claim");
  }
  TALLY_ASSIGN_OR_RETURN(const RecordedAct claim, PickEffective(call, session->ledger(), acts,
                                                                BodyKind::kClaimFiled, Stands));
  if (call.arguments.Has("awards")) return ProposeForAwards(call, *session, acts, claim, given);
  TALLY_ASSIGN_OR_RETURN(const ClaimDues dues, DuesFor(call, session->ledger(), claim));
  TALLY_RETURN_IF_ERROR(CheckCurrency(given, "amount", dues.owed));
  TALLY_RETURN_IF_ERROR(CheckOwed(call, claim, dues, given));
  const Money amount = given.has_value() ? *given : *dues.owed;
  const bool approved = dues.approved.has_value() && dues.approved->minor > 0;
  const bool on_account =
      call.arguments.Has("on-account") || (!given.has_value() && !dues.decided && approved);
  if (on_account) {
    TALLY_RETURN_IF_ERROR(CheckOnAccount(claim, dues, amount));
  } else if (dues.owed.has_value() && amount != *dues.owed) {
    call.console.Warning(absl::StrCat("proposes ", FormatMoney(amount), ", and ",
                                      FormatMoney(*dues.owed), " is owed for the claim by now"));
  }
  TellOfClaim(call, dues, amount, on_account, "");
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kSettlementProposed,
                                   Encode(ProposalOf(call, amount, on_account)), claim.digest,
                                   on_account ? ConfirmedIn(acts) : nullptr));
  return submitted.exit;
}

}  // namespace tally::tools
