// The program `tally` as a function: every command that there is, and every door open.
#include "tools/command_table.h"
#include "tools/doors.h"
#include "tools/ledger_directory.h"
#include "tools/run_commands.h"
#include "tools/tally.h"
#include "tools/terms_file.h"
#include "tools/verify_ledger.h"

namespace tally::tools {

const Doors& OpenDoors() {
  static constexpr Doors kDoors = {OpenDirectory, VerifyLedger, ReadTermsFile};
  return kDoors;
}

int RunTally(const std::vector<std::string>& arguments, const World& world) {
  World whole = world;
  whole.doors = &OpenDoors();
  return RunCommands(CommandTable(), arguments, whole);
}

}  // namespace tally::tools
