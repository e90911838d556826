// SHA-256 of many short messages at once: sixteen unrelated ones side by side in the lanes of
// AVX-512 registers, where the processor has them; elsewhere one after another through OpenSSL.
//
// A batch of a thousand events is three thousand messages of two or three blocks, none of which
// waits for another. Without SHA instructions one lane costs a tenth of OpenSSL's compression, with
// them about half. The result never depends on which way was taken: the first hasher of a process
// compares the lanes with OpenSSL and ends the process if they differ, and an audit hashes every
// header and body through OpenSSL, whatever admitted them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

// Not thread-safe; 40 KB, to be used for one set of messages and dropped.
class Sha256Lanes {
 public:
  // For about `expected` messages: a few are not worth the lanes.
  explicit Sha256Lanes(size_t expected);
  Sha256Lanes(const Sha256Lanes&) = delete;
  Sha256Lanes& operator=(const Sha256Lanes&) = delete;

  // `hash` receives SHA-256 of the concatenation of `parts`, at the latest when Finish returns, and
  // must stay in its place until then. The parts are read now.
  void Add(std::initializer_list<ByteView> parts, Hash* hash);
  void Finish();

  // True if this processor has the lanes.
  static bool HasLanes();

 private:
  static constexpr size_t kLanes = 16;
  static constexpr size_t kBlockWords = 16;
  static constexpr size_t kBlocksMax = 8;  // 503 bytes of message; longer ones go to OpenSSL

  // Messages of the same number of blocks, until there is one for each lane.
  struct Group {
    size_t filled = 0;
    std::array<Hash*, kLanes> hashes{};
  };
  // Word w of the message in lane l of the group of `blocks` stands at [w * kLanes + l].
  uint32_t* WordsOf(size_t blocks);
  void Flush(size_t blocks);
  static void CheckLanes();

  bool use_lanes_;
  std::array<Group, kBlocksMax> groups_;
  alignas(64) std::array<uint32_t, kLanes * kBlockWords * kBlocksMax*(kBlocksMax + 1) / 2> words_{};
};

}  // namespace tally::ledger
