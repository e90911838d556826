// checkpoint and prove: what leaves the ledger so that others can hold it to its word.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/line_signer.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

absl::StatusOr<int> RunCheckpoint(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  const ledger::Head head = ledger->head();
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const std::string note, HeadNote(directory, *ledger));
  const std::optional<std::string> out = call.arguments.Value("out");
  if (out.has_value()) {
    TALLY_RETURN_IF_ERROR(WriteOutput(call, *out, note));
  }
  if (!out.has_value() && !call.console.json()) call.console.Verbatim(note);
  if (out == "-") return kExitDone;
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.checkpoint/1")
      .Field("origin", ledger->origin())
      .NumberField("size", head.size)
      .Field("root", ToBase64(head.root.view()))
      .Field("recorded", FormatInstant(head.recorded))
      .Field("note", note)
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

absl::StatusOr<int> RunProve(const Invocation& call) {
  const std::string name = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(name));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  if (address.index >= ledger->head().size) {
    return Refuse("not-found", absl::StrCat("the ledger has no record ", address.index),
                  absl::StrCat("it holds ", ledger->head().size, " records"));
  }
  std::optional<uint32_t> offset;
  if (absl::StrContains(name, "/")) offset = address.offset;
  absl::StatusOr<ledger::Receipt> receipt = ledger->Prove(address.index, offset);
  if (!receipt.ok()) return Translate(Doing::kReading, receipt.status());
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(receipt->checkpoint, HeadNote(directory, *ledger));
  if (call.arguments.Has("withhold-body") && receipt->event.has_value())
    receipt->event->body.reset();
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, ledger::EncodeReceipt(*receipt)));
  if (out == "-") return kExitDone;
  call.console.Note(
      absl::StrCat("proof of ", name, " in a log of ", ledger->head().size, " records: ", out));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.proven/1")
      .Field("event", name)
      .Field("file", out)
      .NumberField("size", ledger->head().size)
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

}  // namespace

std::vector<Command> ProofCommands() {
  Command checkpoint{.name = "checkpoint",
                     .summary = "print the signed checkpoint of the log",
                     .run = RunCheckpoint};
  checkpoint.options = {{"out", 'o', ValueType::kFile, "FILE", "write it there"}};
  checkpoint.text =
      "A C2SP checkpoint. Whoever keeps one can later ask `tally verify --against FILE` whether "
      "the\n"
      "ledger still holds what it held then.";
  Command prove{.name = "prove",
                .summary = "write a proof that a record or event is in the log",
                .run = RunProve};
  prove.operands = {{"EVENT", "INDEX: the record; INDEX/OFFSET: one event of it"}};
  prove.options = {
      {"out", 'o', ValueType::kFile, "FILE", "a C2SP .tlog-proof", false, true},
      {"withhold-body", 0, ValueType::kFlag, "",
       "leave out what was said; everything else is proven"},
  };
  prove.examples = {"tally prove 12/0 --out outage.tlog-proof"};
  return {std::move(checkpoint), std::move(prove)};
}

}  // namespace tally::tools
