// The words that Cap'n Proto's bytes are made of, 8 bytes each, little-endian on every machine.
#pragma once

#include <bit>
#include <cstring>

#include "schema/bytes.h"

namespace tally {

inline constexpr size_t kWordBytes = 8;

// Word number `index`, which lies within `bytes`.
inline uint64_t LoadWord(ByteView bytes, size_t index) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data() + index * kWordBytes, kWordBytes);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}
inline void StoreWord(Bytes& out, size_t index, uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(out.data() + index * kWordBytes, &word, kWordBytes);
}

}  // namespace tally
