#include "tools/run_commands.h"

#include <ostream>

#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/help.h"
#include "tools/system_world.h"

namespace tally::tools {
namespace {

// --json counts for errors in the command line itself, which has no parsed form then.
bool AsksForJson(const std::vector<std::string>& arguments) {
  for (const std::string& word : arguments) {
    if (word == "--") return false;
    if (word == "--json") return true;
  }
  return false;
}

int Report(Console& console, const absl::Status& status) {
  const Fault fault = FaultOf(status);
  console.Error(FaultText(fault), FaultJson(fault));
  return ExitOf(fault);
}

}  // namespace

int RunCommands(const std::vector<Command>& table, const std::vector<std::string>& arguments,
                const World& world) {
  Console console(world);
  console.set_json(AsksForJson(arguments));
  const absl::StatusOr<ParsedLine> line = ParseCommandLine(table, arguments);
  if (!line.ok()) return Report(console, line.status());
  if (line->help) {
    console.set_json(false);
    const absl::StatusOr<std::string> help = HelpText(table, line->help_topic);
    if (!help.ok()) return Report(console, help.status());
    console.Verbatim(*help);
    return kExitDone;
  }
  console.set_json(line->arguments.Has("json"));
  console.set_quiet(line->arguments.Has("quiet"));
  const Invocation call{world, table, *line->command, line->arguments, console};
  const absl::StatusOr<int> exit = line->command->run(call);
  world.out->flush();
  if (!exit.ok()) return Report(console, exit.status());
  // Who closes the pipe has seen enough (`| head`): that is nobody's fault, and what was done is
  // done. A full disk leaves a result that is missing a part.
  if (!*world.out && !(world.owns_process && ReaderOfOutputIsGone())) {
    return Report(console, Refuse("file-unwritable", "standard output could not be written"));
  }
  return *exit;
}

}  // namespace tally::tools
