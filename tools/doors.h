// The doors that lead out of what every program of this project links: to a ledger's directory and
// its store, and to terms as text. `tally` has them open; a program for those who have packs alone
// has refusals in their place, and links nothing of what they would need, since whoever calls a
// door finds it in the World and names no function behind it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/status.h"
#include "tools/command.h"
#include "tools/terms_compile.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

struct Doors {
  // tools/ledger_directory.h
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> (*open_directory)(const Invocation& call,
                                                                    const std::string& directory);
  // tools/verify_ledger.h
  absl::StatusOr<Verdict> (*verify_ledger)(const Invocation& call, const std::string& directory,
                                           const Trust& trust);
  // tools/terms_file.h
  absl::StatusOr<CompiledTerms> (*read_terms_file)(const Invocation& call, const std::string& path,
                                                   const ledger::Ledger* ledger);
};

// Those of `tally`, all open (run_tally.cc). Whoever calls this links what is behind them.
const Doors& OpenDoors();

// Of the program that runs `call`.
inline const Doors& DoorsOf(const Invocation& call) {
  TALLY_CHECK(call.world.doors != nullptr);
  return *call.world.doors;
}

}  // namespace tally::tools
