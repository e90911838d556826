// `tally ruling issue`: what an arbitrator or expert decides about a claim, or about windows and
// keys beside any claim (DOMAIN 3.10). What it says of exclusions and attributions is written as an
// event line (docs/EVENTS.md), because it names matters by their own names and extents.
//
// A ruling answers a claim unless a period is named: then it is about the agreement's windows of
// that period, and its credits and awards hold without any claim.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "replay/replay.h"
#include "schema/dispute_act.h"
#include "schema/status.h"
#include "tools/act_words.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

absl::StatusOr<DecisionRank> RankOf(const Invocation& call) {
  const std::string rank = *call.arguments.Value("rank");
  if (rank == "expert") return DecisionRank::kExpert;
  if (rank == "arbitrator") return DecisionRank::kArbitrator;
  return Refuse("usage", absl::StrCat("--rank: '", Printable(rank), "' is none"),
                "choose expert or arbitrator");
}

// "999/1000", "99.9 %", "3600": exact, whichever is easier to say.
std::optional<Fraction> ReadValue(const std::string& text) {
  const std::vector<std::string> sides = absl::StrSplit(text, '/');
  if (sides.size() == 2) {
    const absl::StatusOr<Wide> over = ParseWide(sides[0]), under = ParseWide(sides[1]);
    if (!over.ok() || !under.ok() || *under <= 0) return std::nullopt;
    const absl::StatusOr<Fraction> value = Fraction::Of(*over, *under);
    return value.ok() ? std::optional<Fraction>(*value) : std::nullopt;
  }
  absl::string_view number = text;
  const bool percent = absl::ConsumeSuffix(&number, "%");
  absl::ConsumeSuffix(&number, " ");
  const absl::StatusOr<Decimal> decimal = ParseDecimal(number);
  if (!decimal.ok()) return std::nullopt;
  const Fraction value = Fraction::FromDecimal(*decimal);
  if (!percent) return value;
  const absl::StatusOr<Fraction> share = Fraction::Divide(value, Fraction::Whole(100));
  return share.ok() ? std::optional<Fraction>(*share) : std::nullopt;
}

template <typename Digest>
absl::StatusOr<Digest> ReadHex(absl::string_view option, const std::string& text) {
  absl::StatusOr<Digest> digest = Digest::FromHex(text);
  if (digest.ok()) return digest;
  return Refuse("usage", absl::StrCat("--", option, ": '", Printable(text), "' is no such name"),
                "write its 64 hexadecimal digits");
}

// The windows that the ruling is about: those of the claim, or of the period.
absl::StatusOr<std::vector<WindowName>> WindowsMeant(const Invocation& call,
                                                     const ledger::Ledger& ledger,
                                                     const RecordedAct* claim) {
  std::vector<WindowName> meant;
  if (claim != nullptr) {
    absl::StatusOr<ClaimFiled> filed = DecodeClaimFiled(claim->body);
    if (!filed.ok()) return Translate(Doing::kReading, filed.status());
    const std::optional<std::string> objective = call.arguments.Value("objective");
    for (const WindowName& window : filed->windows) {
      if (!objective.has_value() || window.objective == *objective) meant.push_back(window);
    }
    return meant;
  }
  TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                         ReplayFor(call, ledger, call.arguments.At(0)));
  for (const replay::WindowResult& window : result.windows) {
    meant.push_back({window.objective, window.window});
  }
  return meant;
}

// What is said of one window goes to exactly one.
absl::Status AddToWindows(const Invocation& call, const ledger::Ledger& ledger,
                          const std::vector<WindowName>& meant, RulingOnClaims& act) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> credit, AmountOf(call, "credit"));
  const std::optional<std::string> value = call.arguments.Value("value");
  const std::optional<std::string> terms = call.arguments.Value("terms");
  const bool reopens = call.arguments.Has("reopen");
  if (!credit.has_value() && !value.has_value() && !terms.has_value() && !reopens) {
    return absl::OkStatus();
  }
  if (meant.size() != 1) {
    return Refuse("missing-argument", absl::StrCat(meant.size(), " windows could be meant"),
                  "name --objective and, where no claim names the window, --period; a ruling on "
                  "several windows is written as an event line (`tally append`, kind \"ruling "
                  "issued\")");
  }
  const WindowName& window = meant.front();
  if (credit.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const replay::Result result,
                           ReplayFor(call, ledger, call.arguments.At(0)));
    for (const replay::WindowResult& each : result.windows) {
      const bool same = each.objective == window.objective && each.window == window.window;
      if (!same || !each.credit.has_value()) continue;
      TALLY_RETURN_IF_ERROR(CheckCurrency(credit, "credit", each.credit->amount));
    }
    act.credits.push_back({window, *credit});
  }
  if (reopens) act.reopened.push_back(window);
  if (value.has_value()) {
    const std::optional<Fraction> read = ReadValue(*value);
    if (!read.has_value()) {
      return Refuse(
          "usage", absl::StrCat("--value: '", Printable(*value), "' is no value"),
          "write a fraction such as 999/1000, a percentage such as '99.9 %', or a number");
    }
    act.values.push_back({window, *read});
  }
  if (terms.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const TermsHash hash, ReadHex<TermsHash>("terms", *terms));
    act.recomputations.push_back({window, hash});
  }
  return absl::OkStatus();
}

absl::StatusOr<RulingOnClaims> RulingOf(const Invocation& call) {
  RulingOnClaims act;
  TALLY_ASSIGN_OR_RETURN(act.rank, RankOf(call));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> costs, AmountOf(call, "costs"));
  if (costs.has_value() != call.arguments.Has("costs-by")) {
    return Refuse("usage", "--costs and --costs-by go together",
                  "say which role owes them, such as --costs-by provider");
  }
  if (costs.has_value()) {
    act.awards.push_back({AwardOf::kCosts, *call.arguments.Value("costs-by"), *costs, ""});
  }
  for (const std::string& key : call.arguments.Values("invalid-key")) {
    TALLY_ASSIGN_OR_RETURN(const KeyFingerprint read, ReadHex<KeyFingerprint>("invalid-key", key));
    act.keys_invalid.push_back(read);
  }
  act.partial = call.arguments.Has("partial");
  act.forum = call.arguments.Value("forum").value_or("");
  act.reason = ReasonOf(call);
  TALLY_ASSIGN_OR_RETURN(act.documents, DocumentsOf(call));
  return act;
}

// Nobody owes what is awarded against a role that no party has.
absl::Status CheckDebtors(const RulingOnClaims& act, const std::vector<RecordedAct>& acts) {
  for (const Award& award : act.awards) {
    TALLY_RETURN_IF_ERROR(CheckRole("costs-by", award.debtor, acts));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RunRuling(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(RulingOnClaims act, RulingOf(call));
  if (!call.arguments.Has("period")) {
    TALLY_ASSIGN_OR_RETURN(ClaimAtHand at_hand, OpenClaim(call));
    TALLY_RETURN_IF_ERROR(CheckDebtors(act, at_hand.acts));
    TALLY_ASSIGN_OR_RETURN(const std::vector<WindowName> meant,
                           WindowsMeant(call, at_hand.session->ledger(), &at_hand.claim));
    TALLY_RETURN_IF_ERROR(AddToWindows(call, at_hand.session->ledger(), meant, act));
    return SayOnClaim(call, at_hand, BodyKind::kRulingIssued, Encode(act));
  }
  if (!call.arguments.At(1).empty()) {
    return Refuse("usage", "a ruling is on a claim, or on the windows of --period",
                  "leave out one of the two");
  }
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session->ledger(), call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(session->ledger(), stream));
  TALLY_RETURN_IF_ERROR(CheckDebtors(act, acts));
  TALLY_ASSIGN_OR_RETURN(const std::vector<WindowName> meant,
                         WindowsMeant(call, session->ledger(), nullptr));
  TALLY_RETURN_IF_ERROR(AddToWindows(call, session->ledger(), meant, act));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0), BodyKind::kRulingIssued,
                                   Encode(act), Hash{}));
  return submitted.exit;
}

}  // namespace

std::vector<Command> RulingCommands() {
  OptionSpec keys = TextOption("invalid-key", "FINGERPRINT",
                               "a key whose acts since it was compromised do not count");
  keys.repeatable = true;
  Command ruling = DisputeAct(
      "ruling issue", "rule on a claim or a window; said by the authority that the terms name",
      {AgreementOperand(), ClaimOperand()},
      {TextOption("rank", "RANK", "expert or arbitrator", true),
       TextOption("period", "P",
                  "no claim is meant: the windows of 2026-02, 2026-Q1, 2026 or FROM/TO"),
       TextOption("objective", "O", "which window is meant, where there are several"),
       TextOption("credit", "AMOUNT", "the credit of the window, in place of the computed one"),
       TextOption("value", "VALUE", "the value of the window: 999/1000, '99.9 %'"),
       TextOption("terms", "HASH", "the terms by which the window is to be computed"),
       {.name = "reopen", .summary = "open the window again: all that was recorded counts"},
       keys,
       TextOption("costs", "AMOUNT", "costs awarded"),
       TextOption("costs-by", "ROLE", "who owes them"),
       TextOption("forum", "TEXT", "the tribunal or expert"),
       {.name = "partial", .summary = "a partial award: the rest of the claim stays open"}},
      RunRuling);
  ruling.text =
      "Without --credit a ruling on a claim upholds what is computed. A ruling about exclusions "
      "and\n"
      "attributions, or about several windows, is written as an event line.\n";
  ruling.examples = {
      "tally ruling issue coral-island --rank arbitrator --credit '500.00 USD' --key chamber.pem",
      "tally ruling issue coral-island --rank expert --period 2026-02 --value '99.9 %' --key "
      "lab.pem"};
  return {ruling};
}

}  // namespace tally::tools
