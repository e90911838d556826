// tally-verify: the program of those who have packs and tiles and no ledger. It links no store,
// reads no YAML, writes nothing but what it is told to, and its commands are those of `tally`. The
// doors to a ledger's directory and to terms as text (tools/doors.h) are closed: here are the
// refusals that stand in their place.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tools/command_table.h"
#include "tools/doors.h"
#include "tools/fault.h"
#include "tools/run_commands.h"
#include "tools/system_world.h"

namespace {

using tally::tools::CompiledTerms;
using tally::tools::Invocation;
using tally::tools::Refuse;

absl::StatusOr<std::unique_ptr<tally::ledger::Ledger>> RefuseDirectory(
    const Invocation&, const std::string& directory) {
  return Refuse("no-ledger", absl::StrCat(directory, " is no pack, and tally-verify reads packs"),
                "use `tally` for ledgers");
}

absl::StatusOr<tally::tools::Verdict> RefuseLedger(const Invocation&, const std::string& directory,
                                                   const tally::tools::Trust&) {
  return Refuse("no-ledger",
                absl::StrCat(directory,
                             " is neither a pack nor a folder of tiles, and "
                             "tally-verify verifies those"),
                "use `tally verify` for ledgers");
}

absl::StatusOr<CompiledTerms> RefuseTerms(const Invocation&, const std::string& path,
                                          const tally::ledger::Ledger*) {
  return tally::tools::RefuseAt({path, 0, 0}, "usage", "tally-verify reads no terms from files",
                                "use `tally replay` on the pack for another reading of its terms");
}

constexpr tally::tools::Doors kClosed = {RefuseDirectory, RefuseLedger, RefuseTerms};

std::vector<tally::tools::Command> VerifierTable() {
  std::vector<tally::tools::Command> table;
  for (const auto& group : {tally::tools::VerifyCommands, tally::tools::LogCommands,
                            tally::tools::ReplayCommands, tally::tools::CompareCommands}) {
    for (tally::tools::Command& command : group()) table.push_back(std::move(command));
  }
  return table;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const tally::tools::SystemWorld system(argc > 0 ? argv[0] : "tally-verify");
  tally::tools::World world = system.world();
  world.doors = &kClosed;
  const int exit = tally::tools::RunCommands(
      VerifierTable(), std::vector<std::string>(argv + (argc > 0), argv + argc), world);
  std::cout.flush();
  return exit;
}
