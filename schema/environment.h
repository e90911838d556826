// What a program may ask the world: the time and random bytes. Both are read in `main` and passed
// inward, so that every floor below can be run again exactly.
#pragma once

#include <cstdint>
#include <span>

#include "schema/instant.h"

namespace tally {

// Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time.
  virtual Instant Now() = 0;
  // Time since boot, which nobody sets: what a jump of Now() is measured against.
  virtual Duration SinceBoot() = 0;
};

// Bytes that nobody can guess. Safe to call from any thread.
class Randomness {
 public:
  virtual ~Randomness() = default;
  virtual void Fill(std::span<uint8_t> out) = 0;
};

}  // namespace tally
