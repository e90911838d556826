// `tally settlement propose|confirm`: what is owed is paid, by the word of both sides.
//
// A settlement answers a claim, or, where the credit needs no claim, the closing of its window; the
// settlements of a closing that come after the one of the credit pay the sums that rules gave with
// the window (replay/dispute/sums_beside.h), and what is owed back for it is paid back in answer to
// it, too. What a ruling awards beside a claim is paid with it, or in answer to the ruling. The
// amount is that which is open by the ledger, unless --amount names another. What is signed is said
// before it is.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/claim_payment.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

std::string NameOfWindow(const replay::WindowResult& window) {
  return absl::StrCat(Printable(window.objective), " ", FormatInstant(window.window.first), "/",
                      FormatInstant(window.window.limit));
}

bool IsAboutWindows(const Invocation& call) {
  return call.arguments.Has("period") || call.arguments.Has("objective") ||
         call.arguments.Has("lump-sum");
}
absl::Status CheckPartOf(const Invocation& call) {
  const bool part = call.arguments.Has("on-account"), awards = call.arguments.Has("awards");
  if (!(part && awards) && !((part || awards) && IsAboutWindows(call))) return absl::OkStatus();
  return Refuse("usage", "--on-account and --awards pay different things, each of a claim",
                "give one of them, and neither --period nor --objective nor --lump-sum");
}
absl::Status CheckOneThingToSettle(const Invocation& call, absl::string_view operand) {
  if (call.arguments.At(1).empty() || !IsAboutWindows(call)) return absl::OkStatus();
  return Refuse("usage", absl::StrCat(operand, " and --period name two things to settle"),
                absl::StrCat("give ", operand,
                             " for what answers a claim, or --period and "
                             "--objective for what answers closings"));
}

// What is open in the books of one window's credit; nullopt where it has none.
std::optional<Money> OpenCredit(const replay::Result& result, const replay::WindowResult& window) {
  return StandingIn(result, {{window.objective, window.window}},
                    {"accrued", "claimed", "approved"});
}
// ---- Proposing ----------------------------------------------------------------------------------

// What is to be paid for one closing.
struct Payable {
  const replay::WindowResult* window = nullptr;
  Hash closing;
  std::optional<Money> open;
  bool back = false;  // it is owed back
  std::string debtor;
};

// The credit of a window is paid first. One that a claim asks for is settled with the claim.
bool CreditStandsBefore(const replay::Result& result, const replay::WindowResult& window) {
  const bool owes = window.credit.has_value() && window.credit->posted &&
                    window.status != replay::WindowStatus::kSettled;
  const bool claimed = std::any_of(
      result.claims.begin(), result.claims.end(), [&](const replay::ClaimResult& claim) {
        const WindowName name{window.objective, window.window};
        return claim.state != "withdrawn" && claim.state != "without effect" &&
               std::find(claim.windows.begin(), claim.windows.end(), name) != claim.windows.end();
      });
  const bool by_closing = std::any_of(
      result.postings.begin(), result.postings.end(), [&](const replay::Posting& posting) {
        return posting.clause == "disputes.credits" && posting.objective == window.objective &&
               posting.window == window.window;
      });
  return owes && (by_closing || !claimed);
}

// Of what is open with the same window in the same currency, settlements pay this first.
const replay::OpenSum* FirstOf(const replay::Result& result, const replay::OpenSum& sum) {
  for (const replay::OpenSum& each : result.sums) {
    const bool beside = each.objective == sum.objective && each.window == sum.window &&
                        each.open.currency == sum.open.currency;
    if (beside) return &each;
  }
  return &sum;
}

absl::Status NothingOpen(const std::string& what) {
  return Refuse(
      "state-forbids", absl::StrCat("no ", what),
      "see `tally balance` for what stands in the books; points are no money, their price "
      "and other sums of rules are settled by --lump-sum");
}

// What is open of the sum that the rule gave, for each window whose closing settles it.
absl::StatusOr<std::vector<Payable>> PayableSums(const replay::Result& result,
                                                 const std::vector<RecordedAct>& acts,
                                                 const std::string& rule) {
  std::vector<Payable> payable;
  for (const replay::WindowResult& window : result.windows) {
    for (const replay::OpenSum& sum : result.sums) {
      const bool with = sum.objective == window.objective && sum.window == window.window;
      if (!with || !window.closed.has_value()) continue;
      const RecordedAct* closing = RecordedActAt(acts, window.closed->closing);
      TALLY_CHECK(closing != nullptr);  // it was replayed
      if (sum.rule != rule) continue;
      if (CreditStandsBefore(result, window)) {
        return Refuse("state-forbids",
                      absl::StrCat("the credit of ", NameOfWindow(window),
                                   " is not settled, and the first settlement of a closing pays "
                                   "it"),
                      "settle the credit first, by --period and --objective alone; at --amount "
                      "0.00 if nothing of it is owed");
      }
      if (const replay::OpenSum* first = FirstOf(result, sum); first != &sum) {
        return Refuse(
            "state-forbids",
            absl::StrCat(FormatMoney(first->open), " ",
                         first->rule.empty() ? "that a cap carried into it"
                                             : absl::StrCat("by rules/", Printable(first->rule)),
                         " are open with ", NameOfWindow(window),
                         ", and settlements of its closing pay them first"),
            "settle them first");
      }
      payable.push_back({&window, closing->digest, sum.open, false, sum.debtor});
    }
  }
  if (payable.empty()) {
    return NothingOpen(absl::StrCat("sum by the rule '", Printable(rule), "' is open there"));
  }
  return payable;
}

absl::StatusOr<std::vector<Payable>> PayableOf(const Invocation& call, const replay::Result& result,
                                               const std::vector<RecordedAct>& acts) {
  if (const auto rule = call.arguments.Value("lump-sum"); rule.has_value()) {
    return PayableSums(result, acts, *rule);
  }
  std::vector<Payable> payable;
  std::vector<std::string> not_closed;
  for (const replay::WindowResult& window : result.windows) {
    std::optional<Money> open = OpenCredit(result, window);
    if (!open.has_value() || open->minor == 0) continue;
    const bool back = open->minor < 0;
    if (back) open->minor = -open->minor;
    const RecordedAct* closing =
        window.closed.has_value() ? RecordedActAt(acts, window.closed->closing) : nullptr;
    if (closing == nullptr) {
      not_closed.push_back(NameOfWindow(window));
      continue;
    }
    const BookSides sides = *SidesIn(result, {window.objective, window.window});
    payable.push_back({&window, closing->digest, open, back, back ? sides.creditor : sides.debtor});
  }
  if (!payable.empty()) return payable;
  if (not_closed.empty()) return NothingOpen("credit of that period is open");
  return Refuse("state-forbids", absl::StrCat("not closed yet: ", absl::StrJoin(not_closed, ", ")),
                "what is owed is fixed by the closing; see `tally project`");
}

// Sums are open for one side or the other: whoever signs pays what he owes.
absl::Status KeepOwed(const Invocation& call, const ledger::Ledger& ledger,
                      std::vector<Payable>& payable) {
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry party, ActingParty(call, ledger, key));
  const Payable first = payable.front();
  std::erase_if(payable, [&party](const Payable& each) { return each.debtor != party.name; });
  if (!payable.empty()) return absl::OkStatus();
  return Refuse("state-forbids",
                absl::StrCat(Printable(party.name), " owes nothing of that: ",
                             FormatMoney(*first.open), first.back ? " back" : "", " for ",
                             NameOfWindow(*first.window), " is owed by ", Printable(first.debtor)),
                "a settlement is proposed by the party that owes it, and confirmed by the other");
}

absl::StatusOr<int> ProposeForWindows(const Invocation& call, const std::optional<Money>& given) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(std::vector<Payable> payable, PayableOf(call, result, acts));
  TALLY_RETURN_IF_ERROR(KeepOwed(call, session->ledger(), payable));
  const bool one = payable.size() == 1;
  if (!one && (given.has_value() || call.arguments.Has("lump-sum"))) {
    std::vector<std::string> names;
    for (const Payable& each : payable) names.push_back(NameOfWindow(*each.window));
    return Refuse("missing-argument",
                  absl::StrCat("several windows could be meant: ", absl::StrJoin(names, ", ")),
                  "name one by --period and --objective");
  }
  int exit = 0;
  for (const Payable& each : payable) {
    TALLY_RETURN_IF_ERROR(CheckCurrency(given, "amount", each.open));
    const Money amount = given.value_or(*each.open);
    if (amount != *each.open) {
      call.console.Warning(absl::StrCat("proposes ", FormatMoney(amount), ", and ",
                                        FormatMoney(*each.open), " is open by now"));
    }
    const auto rule = call.arguments.Value("lump-sum");
    const std::string of =
        rule.has_value() ? absl::StrCat("what rules/", Printable(*rule), " gave with ") : "";
    call.console.Line(
        absl::StrCat(each.back ? "repayment of what is owed back for " : "settlement of ", of,
                     NameOfWindow(*each.window), " at ", FormatMoney(amount)));
    TALLY_ASSIGN_OR_RETURN(
        const Submitted submitted,
        SubmitAct(call, *session, agreement, BodyKind::kSettlementProposed,
                  Encode(ProposalOf(call, amount)), each.closing, ConfirmedIn(acts)));
    exit = std::max(exit, submitted.exit);
  }
  return exit;
}

absl::StatusOr<int> RunSettlementPropose(const Invocation& call) {
  TALLY_RETURN_IF_ERROR(CheckOneThingToSettle(call, "CLAIM"));
  TALLY_RETURN_IF_ERROR(CheckPartOf(call));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> given, AmountOf(call, "amount"));
  if (given.has_value() && given->minor < 0) {
    return Refuse("usage", absl::StrCat("--amount: ", FormatMoney(*given), " is below zero"),
                  "a settlement pays, or ends what nothing is owed for at 0");
  }
  return IsAboutWindows(call) ? ProposeForWindows(call, given) : ProposeForClaim(call, given);
}

// ---- Confirming ---------------------------------------------------------------------------------

// A proposal waits for nobody once it is confirmed or replaced, or another one of its closing that
// stood beside it was confirmed.
bool WaitsNoMore(const RecordedAct& proposal, const std::vector<RecordedAct>& acts) {
  for (const RecordedAct& act : acts) {
    if (act.header.answers == proposal.digest) return true;
    if (act.header.kind != BodyKind::kSettlementConfirmed || act.address < proposal.address)
      continue;
    for (const RecordedAct& other : acts) {
      const bool beside =
          other.digest == act.header.answers && other.header.answers == proposal.header.answers;
      if (beside) return true;
    }
  }
  return false;
}

// Proposals that answer closings of the period and wait; of several for one closing the one that is
// meant has to be named.
absl::StatusOr<std::vector<RecordedAct>> WaitingForWindows(const Invocation& call,
                                                           const ledger::Ledger& ledger,
                                                           const std::vector<RecordedAct>& acts) {
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, ledger, call.arguments.At(0)));
  std::map<Hash, const replay::WindowResult*> closings;
  for (const replay::WindowResult& window : result.windows) {
    if (!window.closed.has_value()) continue;
    const RecordedAct* closing = RecordedActAt(acts, window.closed->closing);
    if (closing != nullptr) closings.emplace(closing->digest, &window);
  }
  std::map<Hash, std::vector<RecordedAct>> waiting;
  for (const RecordedAct& act : acts) {
    if (act.header.kind != BodyKind::kSettlementProposed) continue;
    if (closings.count(act.header.answers) == 0) continue;
    const bool void_act =
        std::any_of(result.findings.begin(), result.findings.end(), [&](const auto& finding) {
          return finding.at == act.address && finding.severity == "error";
        });
    if (!void_act && !WaitsNoMore(act, acts)) waiting[act.header.answers].push_back(act);
  }
  std::vector<RecordedAct> chosen;
  for (const auto& [closing, proposals] : waiting) {
    if (proposals.size() == 1) {
      chosen.push_back(proposals.front());
      continue;
    }
    std::vector<std::string> at;
    for (const RecordedAct& each : proposals) at.push_back(each.address.ToText());
    return Refuse("missing-argument",
                  absl::StrCat("several settlements of ", NameOfWindow(*closings.at(closing)),
                               " are proposed"),
                  absl::StrCat("name one of ", absl::StrJoin(at, ", ")));
  }
  if (chosen.empty()) {
    return Refuse("not-found", "no settlement of a closing of that period waits",
                  "see `tally log agreement/...` for what was proposed");
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const RecordedAct& a, const RecordedAct& b) { return a.address < b.address; });
  return chosen;
}

absl::StatusOr<int> ConfirmOne(const Invocation& call, AppendSession& session,
                               const std::vector<RecordedAct>& acts, const RecordedAct& proposal) {
  absl::StatusOr<SettlementProposed> proposed = DecodeSettlementProposed(proposal.body);
  if (!proposed.ok()) return Translate(Doing::kReading, proposed.status());
  SettlementConfirmed confirmed;
  confirmed.amount = proposed->amount;
  confirmed.reason = ReasonOf(call);
  const std::string reference =
      proposed->reference.empty() ? "" : absl::StrCat(" on ", Printable(proposed->reference));
  const std::string suffix = absl::StrCat(reference, ", proposed at ", proposal.address.ToText(),
                                          " ", FormatInstant(proposal.recorded));
  ClaimDues dues;
  if (const RecordedAct* claim = ClaimOf(proposal, acts); claim != nullptr) {
    TALLY_ASSIGN_OR_RETURN(dues, DuesFor(call, session.ledger(), *claim));
  }
  TellOfClaim(call, dues, confirmed.amount, proposed->on_account, suffix);
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, SubmitAct(call, session, call.arguments.At(0),
                                                              BodyKind::kSettlementConfirmed,
                                                              Encode(confirmed), proposal.digest));
  return submitted.exit;
}

absl::StatusOr<int> RunSettlementConfirm(const Invocation& call) {
  TALLY_RETURN_IF_ERROR(CheckOneThingToSettle(call, "PROPOSAL"));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  std::vector<RecordedAct> proposals;
  if (IsAboutWindows(call)) {
    TALLY_ASSIGN_OR_RETURN(proposals, WaitingForWindows(call, session->ledger(), acts));
  } else {
    TALLY_ASSIGN_OR_RETURN(
        RecordedAct proposal,
        PickEffective(call, session->ledger(), acts, BodyKind::kSettlementProposed, Stands));
    proposals.push_back(std::move(proposal));
  }
  int exit = 0;
  for (const RecordedAct& each : proposals) {
    TALLY_ASSIGN_OR_RETURN(const int one, ConfirmOne(call, *session, acts, each));
    exit = std::max(exit, one);
  }
  return exit;
}

}  // namespace

std::vector<Command> SettlementCommands() {
  const OptionSpec period =
      TextOption("period", "P",
                 "credits that need no claim: 2026-02, 2026-Q1, 2026 or FROM/TO (times or days)");
  const OptionSpec objective = TextOption("objective", "O", "only this objective");
  Command propose = DisputeAct(
      "settlement propose", "propose to settle what is owed, for a claim or without one",
      {AgreementOperand(), ClaimOperand()},
      {TextOption("amount", "AMOUNT",
                  "another sum than the open one; takes effect only if the other side confirms it"),
       TextOption("reference", "TEXT", "invoice or payment it stands on"),
       {.name = "on-account", .summary = "pay of what is approved of a claim that goes on"},
       {.name = "awards", .summary = "pay what a ruling on the claim awarded, such as costs"},
       period,
       objective,
       TextOption("lump-sum", "RULE",
                  "what this rule of the terms gave: a lump sum, a bonus, the price of points")},
      RunSettlementPropose);
  propose.text =
      "With a claim, or where only one stands, it is settled at what is owed for it by now, with\n"
      "what rulings awarded to the claimant. A claim of which a part is approved and the rest is\n"
      "disputed goes on: that part is paid on account, unless --amount names a sum that ends it.\n"
      "--awards pays what a ruling awarded beside a claim that is settled, or awarded against the\n"
      "claimant. Whoever owes proposes: what is owed back the one who was paid. With\n"
      "--period the credits are settled that need no claim: each open credit of the period by an\n"
      "act of its own, which answers the closing of its window. --lump-sum settles what a rule "
      "gave\n"
      "beside the credits, once the credit of its window is settled. Nothing is paid before the\n"
      "other side confirms the same sum; `tally invoice credit` then writes the credit note.\n";
  propose.examples = {
      "tally settlement propose coral-island --key provider.pem",
      "tally settlement propose web-shop --period 2026-02 --reference R-7 --key provider.pem"};
  Command confirm = DisputeAct(
      "settlement confirm", "confirm a proposed settlement",
      {AgreementOperand(), {"PROPOSAL", "the proposal: index/offset or id", Arity::kOptional}},
      {period, objective}, RunSettlementConfirm);
  confirm.examples = {"tally settlement confirm web-shop --period 2026-02 --key customer.pem"};
  return {propose, confirm};
}

}  // namespace tally::tools
