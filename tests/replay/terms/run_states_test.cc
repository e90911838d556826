// Goal: reading 32 rows at a time gives what reading row by row gives.
// Method: all starts and limits of runs up to 150 rows, random and constant, at every alignment.
#include "replay/terms/run_states.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace tally::replay {
namespace {

Bytes Packed(const std::vector<uint8_t>& rows) {
  Bytes packed((rows.size() + 3) / 4, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    packed[i / 4] = static_cast<uint8_t>(packed[i / 4] | rows[i] << (i % 4 * 2));
  }
  return packed;
}

void CompareAll(const std::vector<uint8_t>& rows) {
  Bytes packed = Packed(rows);
  auto size = static_cast<uint32_t>(rows.size());
  for (uint32_t first : {0u, 1u, 2u, 3u}) {
    if (first >= size) continue;
    RunStates states(packed, first);
    for (uint32_t row = 0; first + row < size; ++row) {
      ASSERT_EQ(static_cast<int>(states.At(row)), rows[first + row] + 1);
      for (uint32_t limit : {row + 1, row + 31, row + 32, row + 33, row + 64, size - first}) {
        if (limit <= row || first + limit > size) continue;
        uint32_t end = row;
        while (end < limit && rows[first + end] == rows[first + row]) ++end;
        ASSERT_EQ(states.EndOfEqual(row, limit), end) << first << " " << row << " " << limit;
      }
    }
  }
}

TEST(RunStates, EveryStretchOfEveryAlignment) {
  std::mt19937_64 engine(1);
  for (uint32_t size = 1; size <= 150; ++size) {
    for (uint64_t change : {2u, 9u, 50u}) {
      std::vector<uint8_t> rows;
      uint8_t state = static_cast<uint8_t>(engine() % 4);
      for (uint32_t i = 0; i < size; ++i) {
        if (engine() % change == 0) state = static_cast<uint8_t>(engine() % 4);
        rows.push_back(state);
      }
      CompareAll(rows);
    }
    for (uint8_t state = 0; state < 4; ++state) CompareAll(std::vector<uint8_t>(size, state));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace tally::replay
