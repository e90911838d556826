// The machine that a program runs on, as commands see it: the standard streams, the clocks, random
// bytes, the environment. The one place, beside the mains, that asks the system for any of them.
#pragma once

#include <memory>

#include "tools/tally.h"

namespace tally::tools {

// Whether standard output is a pipe or a socket that nobody reads any more.
bool ReaderOfOutputIsGone();

// A value's worth of system: the world points into it and is valid while it lives.
class SystemWorld {
 public:
  // `called_as`: argv[0], for where /proc does not tell the program's own path.
  explicit SystemWorld(const char* called_as);
  ~SystemWorld();
  SystemWorld(const SystemWorld&) = delete;
  SystemWorld& operator=(const SystemWorld&) = delete;

  // Never interrupted: a main that takes signals says so in its copy.
  const World& world() const { return world_; }

 private:
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Randomness> randomness_;
  World world_;
};

}  // namespace tally::tools
