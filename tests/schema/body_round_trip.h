// What every body's test asks: a value survives its bytes, the bytes are canonical, and Cap'n Proto
// makes the same bytes of them.
#pragma once

#include <gtest/gtest.h>

#include "schema/body.h"
#include "schema/canonical.h"

namespace tally {

// Decodes and encodes again; the oracle re-encodes. Returns the decoded value for field checks.
template <typename Value>
Value RoundTrip(BodyKind kind, const Value& value, absl::StatusOr<Value> (*decode)(ByteView body)) {
  const Bytes body = Encode(value);
  const absl::StatusOr<Value> decoded = decode(body);
  EXPECT_TRUE(decoded.ok()) << decoded.status();
  if (!decoded.ok()) return {};
  EXPECT_EQ(Encode(*decoded), body);
  const absl::StatusOr<Bytes> oracle = ReencodeBody(kind, body);
  EXPECT_TRUE(oracle.ok()) << oracle.status();
  EXPECT_EQ(oracle.value_or(Bytes()), body);
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(decode(ByteView(body).first(size)).ok()) << size;
  }
  return *decoded;
}

// 32 bytes of a digest that is not zero.
template <typename Digest>
Digest Named(uint8_t first) {
  Digest digest;
  digest.bytes.fill(0x5a);
  digest.bytes[0] = first;
  return digest;
}

}  // namespace tally
