// The program: the one place that reads the clock, randomness, the environment and signals, and
// passes them inward.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>

#include "tools/tally.h"

namespace {

volatile sig_atomic_t interrupts = 0;

// The first Ctrl-C asks for an orderly end, the second ends the process at once: every commit is
// whole or absent, so that is safe too.
void OnInterrupt(int) {
  if (interrupts > 0) _exit(130);
  interrupts = 1;
}

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

class SystemRandomness : public tally::Randomness {
 public:
  void Fill(std::span<uint8_t> out) override {
    while (!out.empty()) {
      const ssize_t got = getrandom(out.data(), out.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) abort();  // a key made of anything else would be worse than none
      out = out.subspan(static_cast<size_t>(got));
    }
  }
};

std::optional<std::string> Environment(const std::string& name) {
  const char* value = getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string ProgramPath(const char* called_as) {
  std::string path(4096, '\0');
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return called_as;
  path.resize(static_cast<size_t>(length));
  return path;
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

  SystemClock clock;
  SystemRandomness randomness;
  tally::tools::World world;
  world.in = &std::cin;
  world.out = &std::cout;
  world.err = &std::cerr;
  world.in_is_terminal = isatty(STDIN_FILENO) == 1;
  world.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  world.err_is_terminal = isatty(STDERR_FILENO) == 1;
  world.clock = &clock;
  world.randomness = &randomness;
  world.environment = Environment;
  world.program_path = ProgramPath(argc > 0 ? argv[0] : "tally");
  world.interrupted = [] { return interrupts > 0; };
  const int exit =
      tally::tools::RunTally(std::vector<std::string>(argv + (argc > 0), argv + argc), world);
  std::cout.flush();
  return exit;
}
