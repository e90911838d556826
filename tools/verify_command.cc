// verify: recomputes everything, compares it with what the caller trusts, and says what it covered.
//
// It opens read-only and always gives a verdict. Trust comes from the caller alone: what is checked
// against nothing but its own key can have been written anew by whoever holds that key, and the
// output says so.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/files/plain_file.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/doors.h"
#include "tools/fault.h"
#include "tools/session.h"
#include "tools/verdict.h"
#include "tools/verify_pack.h"
#include "tools/verify_tiles.h"
#include "tools/verify_trust.h"

namespace tally::tools {
namespace {

// Of one event, by `tally prove`.
bool IsProof(const std::string& path) {
  constexpr absl::string_view kMark = "c2sp.org/tlog-proof@";
  const absl::StatusOr<std::string> head = ledger::ReadBeginning(path, kMark.size());
  return head.ok() && *head == kMark;
}

absl::StatusOr<Verdict> VerifySubject(const Invocation& call, const std::string& path,
                                      const Trust& trust) {
  if (IsPackFile(path)) return VerifyPack(call, path, trust);
  for (const OptionSpec& option : PackQuestionOptions()) {
    if (!call.arguments.Has(option.name)) continue;
    return Refuse("usage", absl::StrCat("--", option.name, " is a question to a pack, and ", path,
                                        " is none"));
  }
  const bool one_file = IsContradictionFile(path);
  if (trust.authorities.has_value() && (one_file || IsTileDirectory(path))) {
    return Refuse("usage", absl::StrCat("--tsa-ca is about time stamps, and ", path, " holds none"),
                  "they stand in ledgers and packs");
  }
  if (one_file) return VerifyContradiction(call, path, trust);
  if (IsProof(path)) {
    return Refuse("usage", absl::StrCat(path, " is the proof of one event, and no ledger"),
                  "it needs no program of ours: docs/AUDITING.md \"One event, without the ledger\" "
                  "says how anybody checks it");
  }
  if (IsTileDirectory(path)) return VerifyTiles(call, path, trust);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Refuse("no-ledger", absl::StrCat("there is nothing at ", path),
                  "name a pack, a folder of tiles, evidence of a fork, or a ledger's directory");
  }
  if (!std::filesystem::is_directory(path, error)) {
    return Refuse("no-ledger",
                  absl::StrCat(path, " is neither a pack nor evidence of a fork, but another file"),
                  "name a pack, a folder of tiles, evidence of a fork, or a ledger's directory");
  }
  return DoorsOf(call).verify_ledger(call, path, trust);
}

absl::StatusOr<int> RunVerify(const Invocation& call) {
  std::string path = call.arguments.At(0);
  if (path.empty()) {
    TALLY_ASSIGN_OR_RETURN(path, LedgerDirectory(call));
  } else if (call.arguments.Has("ledger")) {
    return Refuse("usage", "both an operand and --ledger name a ledger", "name one");
  }
  TALLY_ASSIGN_OR_RETURN(const Trust trust, ReadTrust(call));
  TALLY_ASSIGN_OR_RETURN(const Verdict verdict, VerifySubject(call, path, trust));
  return GiveVerdict(call, verdict);
}

}  // namespace

std::vector<Command> VerifyCommands() {
  Command verify{
      .name = "verify", .summary = "recompute everything and give a verdict", .run = RunVerify};
  verify.operands = {
      {"SUBJECT",
       "a ledger's directory, a pack, a folder of tiles, or evidence of a fork (else "
       "-C or TALLY_LEDGER)",
       Arity::kOptional, ValueType::kFile}};
  verify.options = TrustOptions();
  for (OptionSpec& option : PackQuestionOptions()) verify.options.push_back(std::move(option));
  for (const OptionSpec& option : std::vector<OptionSpec>{
           {"evidence", 0, ValueType::kFile, "FILE",
            "where to write the two heads of a log that contradict each other"},
           {"no-figures", 0, ValueType::kFlag, "", "leave out what statements and closings state"},
           {"allow-incomplete", 0, ValueType::kFlag, "",
            "packs: verify what is shown, though nothing proves that it is all"},
           {"no-limits", 0, ValueType::kFlag, "",
            "packs: take all the memory and time that it takes"},
           {"jobs", 'j', ValueType::kNumber, "N", "threads"},
       }) {
    verify.options.push_back(option);
  }
  verify.text =
      "Every header, body, record, link, index, tile, signature, key and rule of order is "
      "recomputed,\n"
      "and the first finding names the first bad record. Then every statement and closing is\n"
      "computed again from the size, instant and terms that it cites. No file is changed.\n"
      "A pack and tiles need something that you trust: --trust, --against, --policy, or --self.\n"
      "With --agreement, --period and --at-size a pack has to answer that very question.\n"
      "A pack that does not prove that it leaves nothing out is INCOMPLETE, and so not verified.\n"
      "A pack that takes more than 256 MiB of memory, or more processor time than 10 s and than\n"
      "four times the cost of its hashes and signatures, is not verified, but with --no-limits.\n"
      "Exit status 0: verified; 1: not; 2: wrong usage.";
  verify.examples = {"tally verify acme.ledger --against january.checkpoint --trust log.vkey",
                     "tally verify february.tallypack --trust log.vkey --agreement coral-island "
                     "--period 2026-02"};
  return {std::move(verify)};
}

}  // namespace tally::tools
