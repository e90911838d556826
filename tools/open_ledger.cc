// What -C names: a ledger's directory, or a pack, which is verified before anything is read from
// it.
#include "absl/strings/str_cat.h"
#include "ledger/pack/pack_ledger.h"
#include "schema/status.h"
#include "tools/doors.h"
#include "tools/fault.h"
#include "tools/session.h"
#include "tools/verify_pack.h"

namespace tally::tools {
namespace {

// Against itself only: whoever wants more asks `verify` first.
absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenPackFile(const Invocation& call,
                                                             const std::string& file) {
  TALLY_ASSIGN_OR_RETURN(Bytes bytes, ReadPackFile(file));
  ledger::OpenedPack opened = ledger::OpenPack(std::move(bytes));
  if (opened.ledger == nullptr) {
    const ledger::AuditFinding& finding = opened.report.findings.front();
    return RefuseAt({file, 0, 0}, "ledger-unverified",
                    absl::StrCat("is a pack that does not verify: ", finding.kind, ": expected ",
                                 finding.expected, ", found ", finding.found),
                    "`verify` tells more");
  }
  call.console.Note(absl::StrCat("a pack, checked against its own log key only (",
                                 opened.report.origin,
                                 "); `verify` checks it against what you trust"));
  const ledger::PackScope& scope = opened.ledger->scope();
  if (!scope.objective.empty() || !scope.period.empty()) {
    call.console.Warning(absl::StrCat(
        "the pack was made for ",
        scope.objective.empty() ? "all objectives" : absl::StrCat("objective ", scope.objective),
        ", ", scope.period.empty() ? "all periods" : absl::StrCat("period ", scope.period),
        ": what rests on other evidence is not known from it"));
  }
  if (!opened.complete) {
    call.console.Warning(
        "INCOMPLETE: the pack does not prove that it shows all; records at the end of its streams "
        "may have been left out");
  }
  return std::unique_ptr<ledger::Ledger>(std::move(opened.ledger));
}

}  // namespace

absl::StatusOr<std::string> LedgerDirectory(const Invocation& call) {
  std::optional<std::string> directory = call.arguments.Value("ledger");
  if (!directory.has_value()) directory = call.world.environment("TALLY_LEDGER");
  if (!directory.has_value() || directory->empty()) {
    return Refuse("no-ledger", "no ledger was named", "give -C DIR or set TALLY_LEDGER");
  }
  while (directory->size() > 1 && directory->back() == '/') directory->pop_back();
  return *directory;
}

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenLedger(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  if (IsPackFile(directory)) return OpenPackFile(call, directory);
  return DoorsOf(call).open_directory(call, directory);
}

}  // namespace tally::tools
