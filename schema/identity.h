// Names of things by digest. Distinct things are distinct types: a stream id is never taken for a
// key fingerprint, though both are 32 bytes. All zeros means "none" and is never a valid name.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"

namespace tally {

// `kSize` bytes that name one kind of thing, told apart at compile time by `Tag`.
template <typename Tag, size_t kSize>
struct FixedBytes {
  std::array<uint8_t, kSize> bytes{};

  static constexpr size_t size() { return kSize; }
  ByteView view() const { return bytes; }
  bool IsZero() const { return bytes == std::array<uint8_t, kSize>{}; }
  std::string ToHex() const { return tally::ToHex(bytes); }
  // InvalidArgument unless `from` has exactly kSize bytes.
  static absl::StatusOr<FixedBytes> FromBytes(ByteView from) {
    if (from.size() != kSize) {
      return absl::InvalidArgumentError("expected " + std::to_string(kSize) + " bytes, found " +
                                        std::to_string(from.size()));
    }
    FixedBytes value;
    std::copy(from.begin(), from.end(), value.bytes.begin());
    return value;
  }
  // InvalidArgument unless `hex` is 2 * kSize lower-case digits.
  static absl::StatusOr<FixedBytes> FromHex(absl::string_view hex) {
    absl::StatusOr<Bytes> decoded = tally::FromHex(hex);
    if (!decoded.ok()) return decoded.status();
    return FromBytes(*decoded);
  }
  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const FixedBytes& value) {
    return H::combine(std::move(state), value.bytes);
  }
};

// Any SHA-256 output of FORMAT.md that is compared as such: event digests D, body commitments B,
// leaf hashes, tree roots, evidence digests.
using Hash = FixedBytes<struct HashTag, 32>;
// Leaf hash of entry 0: the name of a ledger.
using LedgerId = FixedBytes<struct LedgerIdTag, 32>;
// Leaf hash of the entry of a stream's opening; of the system stream: the ledger id.
using StreamId = FixedBytes<struct StreamIdTag, 32>;
// SHA-256("TSK" 01 || algorithm || public key).
using KeyFingerprint = FixedBytes<struct KeyFingerprintTag, 32>;
// SHA-256 of canonical terms.
using TermsHash = FixedBytes<struct TermsHashTag, 32>;
// Plain SHA-256 of a document's bytes (zones, calendars, wordings).
using DocumentDigest = FixedBytes<struct DocumentDigestTag, 32>;
// An act's own id, unique for (stream, author).
using ActId = FixedBytes<struct ActIdTag, 16>;
// Salt of a body commitment. All zeros is refused.
using Salt = FixedBytes<struct SaltTag, 16>;

// The same bytes under another name, where FORMAT.md says that one thing is named by another's
// digest (a stream id *is* a leaf hash).
template <typename To, typename From>
To Rename(const From& from) {
  static_assert(To::size() == From::size());
  return To{from.bytes};
}

}  // namespace tally
