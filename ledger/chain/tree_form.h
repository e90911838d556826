// What RFC 6962 fixes of every tree here: the prefix of each kind of hash, and where a tree splits.
#pragma once

#include <bit>
#include <cstdint>

namespace tally::ledger {

inline constexpr uint8_t kLeafPrefix[] = {0x00};
inline constexpr uint8_t kNodePrefix[] = {0x01};

// Leaves of the left part of a tree of `leaves`, which are at least 2: the largest power of two
// below them.
constexpr uint64_t SplitOf(uint64_t leaves) { return std::bit_floor(leaves - 1); }

}  // namespace tally::ledger
