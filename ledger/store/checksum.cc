#include "ledger/store/checksum.h"

#include <xxhash.h>

#include <algorithm>

#include "schema/status.h"

namespace tally::ledger {
namespace {

static_assert(sizeof(XXH128_canonical_t) == Checksum::size());

Checksum FromHash(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;  // big-endian on every machine
  XXH128_canonicalFromHash(&canonical, hash);
  Checksum checksum;
  std::copy_n(canonical.digest, Checksum::size(), checksum.bytes.begin());
  return checksum;
}

}  // namespace

Checksum ChecksumOf(ByteView bytes) { return FromHash(XXH3_128bits(bytes.data(), bytes.size())); }

ChecksumStream::ChecksumStream() : state_(XXH3_createState()) {
  TALLY_CHECK(state_ != nullptr);
  TALLY_CHECK(XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_)) == XXH_OK);
}

ChecksumStream::~ChecksumStream() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void ChecksumStream::Add(ByteView bytes) {
  if (bytes.empty()) return;  // The library takes no null pointer.
  TALLY_CHECK(XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size()) ==
              XXH_OK);
}

Checksum ChecksumStream::Value() const {
  return FromHash(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_)));
}

}  // namespace tally::ledger
