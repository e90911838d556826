// tally-verify: the program of those who have packs and tiles and no ledger. It links no store,
// reads no YAML, writes nothing but what it is told to, and its commands are those of `tally`.
//
// Four doors that lead to a ledger's directory or to terms as text are closed here: their
// definitions stand in this file, and what they would need is not linked. So `explain` says no
// origin of fields.
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/field_origins.h"
#include "tools/ledger_directory.h"
#include "tools/run_commands.h"
#include "tools/terms_file.h"
#include "tools/verify_ledger.h"

namespace tally::tools {

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenDirectory(const Invocation&,
                                                              const std::string& directory) {
  return Refuse("no-ledger", absl::StrCat(directory, " is no pack, and tally-verify reads packs"),
                "use `tally` for ledgers");
}

absl::StatusOr<Verdict> VerifyLedger(const Invocation&, const std::string& directory,
                                     const Trust&) {
  return Refuse("no-ledger",
                absl::StrCat(directory,
                             " is neither a pack nor a folder of tiles, and "
                             "tally-verify verifies those"),
                "use `tally verify` for ledgers");
}

absl::StatusOr<CompiledTerms> ReadTermsFile(const Invocation&, const std::string& path,
                                            const ledger::Ledger*) {
  return RefuseAt({path, 0, 0}, "usage", "tally-verify reads no terms from files",
                  "use `tally replay` on the pack for another reading of its terms");
}

absl::StatusOr<std::vector<TermsOrigins>> OriginsOf(const ledger::Ledger&, const replay::Result&) {
  return std::vector<TermsOrigins>{};
}

}  // namespace tally::tools

namespace {

class SystemClock : public tally::Clock {
 public:
  tally::Instant Now() override { return {Micros(CLOCK_REALTIME)}; }
  tally::Duration SinceBoot() override { return {Micros(CLOCK_BOOTTIME)}; }

 private:
  static int64_t Micros(clockid_t clock) {
    timespec now{};
    if (clock_gettime(clock, &now) != 0) abort();
    return static_cast<int64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
  }
};

std::optional<std::string> Environment(const std::string& name) {
  const char* value = getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

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
  SystemClock clock;
  tally::tools::World world;
  world.in = &std::cin;
  world.out = &std::cout;
  world.err = &std::cerr;
  world.in_is_terminal = isatty(STDIN_FILENO) == 1;
  world.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  world.err_is_terminal = isatty(STDERR_FILENO) == 1;
  world.clock = &clock;
  world.environment = Environment;
  world.program_path = argc > 0 ? argv[0] : "tally-verify";
  world.interrupted = [] { return false; };
  const int exit = tally::tools::RunCommands(
      VerifierTable(), std::vector<std::string>(argv + (argc > 0), argv + argc), world);
  std::cout.flush();
  return exit;
}
