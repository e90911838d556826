#include "tools/ledger_directory.h"

#include "schema/status.h"
#include "tools/fault.h"
#include "tools/ledger_access.h"

namespace tally::tools {

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenDirectory(const Invocation&,
                                                              const std::string& directory) {
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  ledger::LedgerOptions options;
  options.directory = directory;
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> opened = ledger::Ledger::Open(options);
  if (IsDenial(opened.status())) return Denied(directory, "read", opened.status().message());
  if (!opened.ok()) return Translate(Doing::kOpening, opened.status());
  return opened;
}

}  // namespace tally::tools
