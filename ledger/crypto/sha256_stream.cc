// As sha256.cc, and for the same reason by OpenSSL's own calls for SHA-256: the pieces are digests
// of 32 bytes, for which EVP would spend longer on itself than on hashing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/crypto/sha256_stream.h"

#include <openssl/sha.h>

#include "schema/status.h"

namespace tally::ledger {

struct Sha256Stream::Context {
  SHA256_CTX state;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  TALLY_CHECK(SHA256_Init(&context_->state) == 1);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Add(ByteView piece) {
  if (piece.empty()) return;
  TALLY_CHECK(SHA256_Update(&context_->state, piece.data(), piece.size()) == 1);
}

Hash Sha256Stream::Finish() {
  Hash hash;
  TALLY_CHECK(SHA256_Final(hash.bytes.data(), &context_->state) == 1);
  return hash;
}

}  // namespace tally::ledger
