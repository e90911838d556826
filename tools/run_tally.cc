// The program `tally` as a function: every command that there is.
#include "tools/command_table.h"
#include "tools/run_commands.h"
#include "tools/tally.h"

namespace tally::tools {

int RunTally(const std::vector<std::string>& arguments, const World& world) {
  return RunCommands(CommandTable(), arguments, world);
}

}  // namespace tally::tools
