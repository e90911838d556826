// The naive reference for the meter: a tick at a time, arrays, no streaming.
#pragma once

#include <random>
#include <vector>

#include "replay/terms/availability.h"

namespace tally::replay {

// One small world: everything happens within ticks [-kReach, kReach) of one second each, so that
// looking everywhere is cheap.
// A multiple of every quantum, so that array indexes and the clock agree.
inline constexpr int64_t kReach = 240;

struct SmallWorld {
  AvailabilityByTime measure;
  Window window;
  std::vector<Interval> exclusions;
  Knowledge knowledge;
  std::vector<Interval> paid;
  std::vector<Observation> observations;
};
SmallWorld MakeSmallWorld(uint64_t seed);

// Period, counted, counted_unpaid, the six sums and the picture, by the definition in
// availability.h. Causes are left empty.
Measured MeasureNaively(const SmallWorld& world);

}  // namespace tally::replay
