// A program made of commands: command line, command, and at the end the one place where a fault
// becomes text, JSON and an exit status. Which commands there are is the table's.
#pragma once

#include <string>
#include <vector>

#include "tools/command.h"

namespace tally::tools {

// As RunTally, over `table`.
int RunCommands(const std::vector<Command>& table, const std::vector<std::string>& arguments,
                const World& world);

}  // namespace tally::tools
