#include "replay/terms/run_states.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr uint32_t kRowsPerByte = 4;
constexpr uint32_t kRowsPerWord = 32;
constexpr uint64_t kEveryRow = 0x5555'5555'5555'5555;  // the low bit of each row
constexpr State kStates[] = {State::kUp, State::kDown, State::kDegraded, State::kUnknown};

static_assert(std::endian::native == std::endian::little, "WordAt loads the first byte lowest");

}  // namespace

uint64_t RunStates::WordAt(uint32_t row) const {
  size_t at = size_t{first_row_} + row;
  size_t byte = at / kRowsPerByte;
  TALLY_CHECK(byte < packed_.size());
  // Nine bytes hold any 32 rows, wherever in its first byte they begin.
  uint8_t window[16] = {};
  uint64_t low, high;
  const uint8_t* source = packed_.data() + byte;
  if (packed_.size() - byte < 9) {
    std::memcpy(window, source, packed_.size() - byte);
    source = window;
  }
  std::memcpy(&low, source, 8);
  high = source[8];
  uint32_t shift = 2 * (at % kRowsPerByte);
  return shift == 0 ? low : (low >> shift) | (high << (64 - shift));
}

State RunStates::At(uint32_t row) const { return kStates[WordAt(row) & 3]; }

uint32_t RunStates::EndOfEqual(uint32_t row, uint32_t limit) const {
  TALLY_CHECK(row < limit);
  uint64_t word = WordAt(row);
  const uint64_t pattern = kEveryRow * (word & 3);
  for (;;) {
    if (uint64_t different = word ^ pattern; different != 0) {
      auto equal = static_cast<uint32_t>(std::countr_zero(different)) / 2;
      return std::min(row + equal, limit);
    }
    if (limit - row <= kRowsPerWord) return limit;
    row += kRowsPerWord;
    word = WordAt(row);
  }
}

}  // namespace tally::replay
