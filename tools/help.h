// Help pages and shell completion, made from the command table.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/command.h"

namespace tally::tools {

// "" is the list of commands, "errors" the tables of codes and exit statuses, else a command or a
// group of commands. Fault unknown-command.
absl::StatusOr<std::string> HelpText(const std::vector<Command>& table, absl::string_view topic);

// Where people read on, in the words of the program that has this table: "`tally help copy`", or,
// of a program without the command `help`, "`tally-verify copy --help`". "": the list of commands.
std::string HelpCall(const std::vector<Command>& table, absl::string_view topic);

enum class Shell { kBash, kZsh, kFish };
std::string CompletionScript(const std::vector<Command>& table, Shell shell);

}  // namespace tally::tools
