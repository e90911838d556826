// The program: it takes signals, keeps its keys to itself, and passes the system's clock,
// randomness and environment inward (tools/system_world.h).
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <iostream>

#include "tools/system_world.h"
#include "tools/tally.h"

namespace {

volatile sig_atomic_t interrupts = 0;

// The first Ctrl-C asks for an orderly end, the second ends the process at once: every commit is
// whole or absent, so that is safe too.
void OnInterrupt(int) {
  if (interrupts > 0) _exit(130);
  interrupts = 1;
}

}  // namespace

int main(int argc, char** argv) {
  // No core dump and no debugger of another process sees the keys in this one.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  struct sigaction interrupt {};
  interrupt.sa_handler = OnInterrupt;
  sigaction(SIGINT, &interrupt, nullptr);
  sigaction(SIGTERM, &interrupt, nullptr);
  signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);

  const tally::tools::SystemWorld system(argc > 0 ? argv[0] : "tally");
  tally::tools::World world = system.world();
  world.interrupted = [] { return interrupts > 0; };
  const int exit =
      tally::tools::RunTally(std::vector<std::string>(argv + (argc > 0), argv + argc), world);
  std::cout.flush();
  return exit;
}
