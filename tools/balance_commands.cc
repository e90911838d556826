// `tally balance`: who owes what to whom under one agreement, and every posting that it rests on.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/one_sided.h"
#include "tools/pack_answer.h"
#include "tools/printable.h"
#include "tools/replay_request.h"
#include "tools/report_postings.h"
#include "tools/session.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

std::string BalanceJson(const replay::Result& result) {
  JsonWriter json;
  json.BeginObject().Field("format", "tally.balance/1").Field("agreement", result.agreement);
  json.NumberField("size", result.known.size).Field("instant", FormatInstant(result.known.instant));
  json.Field("digest", result.digest.ToHex()).Key("balances").BeginArray();
  for (const replay::Balance& balance : result.balances) {
    json.BeginObject()
        .Field("account", balance.account)
        .Field("party", balance.party)
        .Field("currency", balance.amount.currency.code)
        .Field("amount", FormatAmount(balance.amount))
        .EndObject();
  }
  json.EndArray().Key("postings");
  WritePostings(json, result.postings);
  WriteDoubts(json, result.findings);
  WriteOneSided(json, result.findings);
  json.EndObject();
  return json.Take();
}

std::string BalanceText(const replay::Result& result) {
  std::string out =
      absl::StrCat("Agreement ", Printable(result.agreement), ", known at size ", result.known.size,
                   " (", FormatInstant(result.known.instant), ")\n");
  const std::string one_sided = OneSidedWords(result.findings);
  if (!one_sided.empty()) absl::StrAppend(&out, Printable(one_sided), "\n");
  absl::StrAppend(&out, "\nBalances (positive: what the party is owed or was)\n");
  if (result.balances.empty()) absl::StrAppend(&out, "  nothing is owed\n");
  for (const replay::Balance& balance : result.balances) {
    absl::StrAppend(&out, absl::StrFormat("  %-11s %-24s %14s\n", Printable(balance.account),
                                          Printable(balance.party), FormatMoney(balance.amount)));
  }
  std::string before;
  for (const replay::Balance& balance : result.balances) {
    if (balance.account != before) {
      absl::StrAppend(&out, "  ", Printable(balance.account), ": what the party ",
                      AccountWords(balance.account), "; of the other side, negative\n");
    }
    before = balance.account;
  }
  if (result.postings.empty()) return out;
  return absl::StrCat(out, "\nPostings\n", PostingsText(result.postings));
}

absl::StatusOr<int> RunBalance(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::ReplayRequest request, ReplayRequestOf(call, *ledger));
  absl::StatusOr<replay::Result> result = replay::Replay(*ledger, request);
  if (!result.ok()) return Translate(Doing::kReading, result.status());
  TALLY_RETURN_IF_ERROR(AddDoubts(*ledger, request, *result));
  const std::string csv = call.arguments.Value("csv").value_or("");
  if (csv != "-") {
    call.console.Verbatim(call.console.json()
                              ? absl::StrCat(BalanceJson(*result), "\n")
                              : absl::StrCat(DoubtWords(result->findings), BalanceText(*result)));
  }
  if (csv.empty()) return 0;
  TALLY_RETURN_IF_ERROR(WriteOutput(
      call, csv,
      PostingsCsv(result->agreement, result->postings, OneSidedWords(result->findings))));
  if (csv != "-") call.console.Note(absl::StrCat("postings written to ", csv));
  return 0;
}

}  // namespace

std::vector<Command> BalanceCommands() {
  Command balance;
  balance.name = "balance";
  balance.summary = "who owes what under an agreement, and the postings it rests on";
  balance.operands = {{"AGREEMENT", "the agreement's name"}};
  balance.options = QuestionOptions();
  for (OptionSpec& option : AxesOptions()) balance.options.push_back(std::move(option));
  balance.options.push_back({.name = "csv",
                             .type = ValueType::kFile,
                             .value_name = "FILE",
                             .summary = "also write the postings as CSV for the books"});
  balance.text =
      "Double entry: a posting moves an amount from one account to another for both parties, so\n"
      "every account sums to zero over the parties in each currency. What proves wrong is taken\n"
      "back by a later posting that names it. A credit is accrued when its window ends, and then\n"
      "claimed, approved, settled, expired, reversed, or held for an earn-back.\n";
  balance.examples = {
      "tally balance coral-island",
      "tally balance coral-island --as-recorded 2026-03-31T00:00:00Z --csv march.csv"};
  balance.run = RunBalance;
  return {balance};
}

}  // namespace tally::tools
