// SHA-256 and HMAC-SHA-256 through OpenSSL, by those of its calls that cost least for the short
// messages that a ledger hashes.
#pragma once

#include <initializer_list>
#include <memory>

#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

// A reusable hasher. Not thread-safe: one for each thread that hashes much.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  // SHA-256 of the concatenation of `parts`.
  Hash Of(std::initializer_list<ByteView> parts);
  Hash Of(std::span<const ByteView> parts);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The same by any thread.
Hash Sha256Of(std::initializer_list<ByteView> parts);
DocumentDigest DigestOfDocument(ByteView document);

// HMAC-SHA-256 under one secret, its inner and outer states kept. Not thread-safe.
class HmacSha256 {
 public:
  explicit HmacSha256(ByteView secret);
  ~HmacSha256();
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;
  Hash Of(std::initializer_list<ByteView> parts);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace tally::ledger
