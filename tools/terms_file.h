// A terms file compiled against the zones that a ledger holds, or that this machine has.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "tools/command.h"
#include "tools/terms_compile.h"

namespace tally::tools {

// Where zone rules are looked for when the ledger has none: --zoneinfo DIR, else the system's.
std::string ZoneinfoDirectory(const Invocation& call);
// The rules of `name` from that folder. Fault unknown-zone.
absl::StatusOr<Bytes> ReadZoneRules(const std::string& directory, const std::string& name);

// The ledger's zones and calendars first (the newest of a name), then the folders: --zoneinfo, and
// --calendars with files NAME or NAME.txt. `ledger` may be null; it and the folders' names are
// copied, so the source may outlive both.
absl::StatusOr<TermsDocuments> ZonesOf(const Invocation& call, const ledger::Ledger* ledger);

// Reads and compiles `path`. The first error is the fault.
absl::StatusOr<CompiledTerms> ReadTermsFile(const Invocation& call, const std::string& path,
                                            const ledger::Ledger* ledger);

// The zones of `compiled` that the ledger lacks, ready to be added.
absl::StatusOr<std::vector<DocumentAdded>> MissingZones(const Invocation& call,
                                                        const ledger::Ledger& ledger,
                                                        const CompiledTerms& compiled);

}  // namespace tally::tools
