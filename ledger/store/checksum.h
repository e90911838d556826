// XXH3 of bytes: finds accidents (a flipped bit in memory or on disk), proves nothing against
// anybody. What must hold against people is SHA-256 in ledger/chain.
#pragma once

#include <cstdint>

#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

// XXH3-128, big-endian.
using Checksum = FixedBytes<struct ChecksumTag, 16>;

Checksum ChecksumOf(ByteView bytes);

// The same over a file or value that comes in parts. Not thread-safe.
class ChecksumStream {
 public:
  ChecksumStream();
  ~ChecksumStream();
  ChecksumStream(const ChecksumStream&) = delete;
  ChecksumStream& operator=(const ChecksumStream&) = delete;
  void Add(ByteView bytes);
  Checksum Value() const;

 private:
  void* state_;  // XXH3_state_t, kept out of this header
};

}  // namespace tally::ledger
