// SHA-256 through OpenSSL's own calls for it, HMAC-SHA-256 through a kept EVP context.
//
// Almost every message here is two or three blocks: for those EVP spends as long on its providers
// as on hashing, while SHA256_Init, _Update and _Final are the same compression function and
// nothing else. OpenSSL 3 marks them deprecated, so that programs let providers choose the
// implementation; this file wants no choice. Were they gone one day, HashParts goes back to EVP
// and nobody else notices.
//
// HMAC keeps its two inner states in an EVP context: short messages are gathered first, because
// each update call costs about as much as copying 200 bytes. Failure inside OpenSSL can only mean a
// broken installation or no memory, and neither has a sensible answer, so it ends the process.
#define OPENSSL_SUPPRESS_DEPRECATED  // see above; for this file alone
#include "ledger/crypto/sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>

#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kGatheredBytesMax = 512;  // shorter messages are hashed in one update

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

size_t TotalBytes(std::span<const ByteView> parts) {
  size_t total = 0;
  for (ByteView part : parts) total += part.size();
  return total;
}

// Calls `update(data, size)` once for short messages, once a part for others.
template <typename Update>
void FeedParts(std::span<const ByteView> parts, const Update& update) {
  const size_t total = TotalBytes(parts);
  if (parts.size() == 1 || total > kGatheredBytesMax) {
    for (ByteView part : parts) update(part.data(), part.size());
    return;
  }
  std::array<uint8_t, kGatheredBytesMax> gathered;
  size_t used = 0;
  for (ByteView part : parts) {
    if (part.empty()) continue;  // memcpy from a null pointer is undefined even for no bytes
    std::memcpy(gathered.data() + used, part.data(), part.size());
    used += part.size();
  }
  update(gathered.data(), used);
}

Hash HashParts(SHA256_CTX& state, std::span<const ByteView> parts) {
  TALLY_CHECK(SHA256_Init(&state) == 1);
  for (ByteView part : parts) TALLY_CHECK(SHA256_Update(&state, part.data(), part.size()) == 1);
  Hash hash;
  TALLY_CHECK(SHA256_Final(hash.bytes.data(), &state) == 1);
  return hash;
}

}  // namespace

static_assert(SHA256_DIGEST_LENGTH == Hash::size());

struct Sha256::Context {
  SHA256_CTX state;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}

Sha256::~Sha256() = default;

Hash Sha256::Of(std::span<const ByteView> parts) { return HashParts(context_->state, parts); }

Hash Sha256::Of(std::initializer_list<ByteView> parts) {
  return Of(std::span<const ByteView>(parts.begin(), parts.size()));
}

Hash Sha256Of(std::initializer_list<ByteView> parts) {
  SHA256_CTX state;
  return HashParts(state, {parts.begin(), parts.size()});
}

DocumentDigest DigestOfDocument(ByteView document) {
  return Rename<DocumentDigest>(Sha256Of({document}));
}

struct HmacSha256::Context {
  std::unique_ptr<EVP_MAC, FreeMac> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::unique_ptr<EVP_MAC_CTX, FreeMac> state;
};

HmacSha256::HmacSha256(ByteView secret) : context_(std::make_unique<Context>()) {
  TALLY_CHECK(!secret.empty());
  TALLY_CHECK(context_->mac != nullptr);
  context_->state.reset(EVP_MAC_CTX_new(context_->mac.get()));
  TALLY_CHECK(context_->state != nullptr);
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
      OSSL_PARAM_construct_end()};
  TALLY_CHECK(EVP_MAC_init(context_->state.get(), secret.data(), secret.size(), parameters) == 1);
}

// OpenSSL wipes the key and both kept states when the context is freed.
HmacSha256::~HmacSha256() = default;

Hash HmacSha256::Of(std::initializer_list<ByteView> parts) {
  EVP_MAC_CTX* state = context_->state.get();
  // Without a key this starts over from the kept inner state.
  TALLY_CHECK(EVP_MAC_init(state, nullptr, 0, nullptr) == 1);
  FeedParts({parts.begin(), parts.size()}, [state](const uint8_t* bytes, size_t size) {
    TALLY_CHECK(EVP_MAC_update(state, bytes, size) == 1);
  });
  Hash hash;
  size_t written = 0;
  TALLY_CHECK(EVP_MAC_final(state, hash.bytes.data(), &written, Hash::size()) == 1);
  TALLY_CHECK(written == Hash::size());
  return hash;
}

}  // namespace tally::ledger
