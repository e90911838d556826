// The words of a result that the pure engine and the door share. They stand in this room because
// it may see nothing above the schema; replay/replay.h passes them on.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "schema/instant.h"

namespace tally::replay {

enum class Verdict { kMet, kBreached, kNoResult, kIndeterminate };
enum class SegmentKind { kUp, kDown, kDegraded, kExcluded, kUnknown, kRemaining };

// The event that a figure rests on, as this room sees it: two numbers that it carries and orders
// but never reads. The fold makes them from ledger::EventAddress and back.
struct Cause {
  uint64_t index = 0;
  uint32_t offset = 0;
  friend auto operator<=>(const Cause&, const Cause&) = default;
};

// A part of a window's picture; stretches are ordered, merged, and cover the window without gaps.
struct Stretch {
  Interval interval;
  SegmentKind kind = SegmentKind::kUnknown;
  std::optional<Cause> cause;  // of the state; none before the first report and after K
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

}  // namespace tally::replay
