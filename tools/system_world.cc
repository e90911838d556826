// A clock or a source of randomness that fails ends the process: no caller could do anything but
// go on with a wrong time or a key that can be guessed.
#include "tools/system_world.h"

#include <poll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>

namespace tally::tools {
namespace {

class SystemClock : public Clock {
 public:
  Instant Now() override { return {Micros(CLOCK_REALTIME)}; }
  Duration SinceBoot() override { return {Micros(CLOCK_BOOTTIME)}; }

 private:
  static int64_t Micros(clockid_t clock) {
    timespec now{};
    if (clock_gettime(clock, &now) != 0) abort();
    return static_cast<int64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
  }
};

class SystemRandomness : public Randomness {
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

bool ReaderOfOutputIsGone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

SystemWorld::SystemWorld(const char* called_as)
    : clock_(std::make_unique<SystemClock>()), randomness_(std::make_unique<SystemRandomness>()) {
  world_.in = &std::cin;
  world_.out = &std::cout;
  world_.err = &std::cerr;
  world_.in_is_terminal = isatty(STDIN_FILENO) == 1;
  world_.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  world_.err_is_terminal = isatty(STDERR_FILENO) == 1;
  world_.clock = clock_.get();
  world_.randomness = randomness_.get();
  world_.environment = Environment;
  world_.program_path = ProgramPath(called_as);
  world_.interrupted = [] { return false; };
  world_.owns_process = true;
}

SystemWorld::~SystemWorld() = default;

}  // namespace tally::tools
