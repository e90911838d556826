// The program as a function: what `main` calls, and tests call with their own clock.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "schema/environment.h"

namespace tally::tools {

struct Doors;

// Everything that a command may touch besides the files named in its arguments. Pointers outlive
// the call.
struct World {
  std::istream* in = nullptr;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  Clock* clock = nullptr;
  Randomness* randomness = nullptr;
  // Environment variables: TALLY_LEDGER, TALLY_KEY, NO_COLOR, CREDENTIALS_DIRECTORY.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string program_path;           // of this program, for `tally bench`
  std::function<bool()> interrupted;  // true once the user pressed Ctrl-C
  // The process is this program's alone: a command may bound what it takes of the machine
  // (tools/verify_limits.h).
  bool owns_process = false;
  // What lies beyond packs (tools/doors.h): RunTally opens all, another program says which.
  const Doors* doors = nullptr;
};

// `arguments` without the program's name. Returns the exit status of INTERFACE: 0 done or yes; 1
// no; 2 wrong usage or input; 3 the ledger refuses to open; 4 storage failed; 5 not permitted; 6
// busy; 130 interrupted.
int RunTally(const std::vector<std::string>& arguments, const World& world);

}  // namespace tally::tools
