// SHA-256 and HMAC-SHA-256: the algorithm is fetched once for each hasher and its context reused.
//
// OpenSSL 3 looks an algorithm up by name on every one-shot call, which costs more than hashing a
// short message. Short messages made of several parts are gathered first, because each update call
// costs about as much as copying 200 bytes. Failure inside OpenSSL can only mean a broken
// installation or no memory, and neither has a sensible answer, so it ends the process.
#include "ledger/crypto/sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstring>

#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kGatheredBytesMax = 512;  // shorter messages are hashed in one update

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
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

}  // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeDigest> state{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  TALLY_CHECK(context_->digest != nullptr && context_->state != nullptr);
  TALLY_CHECK(EVP_MD_get_size(context_->digest.get()) == static_cast<int>(Hash::size()));
}

Sha256::~Sha256() = default;

Hash Sha256::Of(std::span<const ByteView> parts) {
  EVP_MD_CTX* state = context_->state.get();
  TALLY_CHECK(EVP_DigestInit_ex2(state, context_->digest.get(), nullptr) == 1);
  FeedParts(parts, [state](const uint8_t* bytes, size_t size) {
    TALLY_CHECK(EVP_DigestUpdate(state, bytes, size) == 1);
  });
  Hash hash;
  unsigned int written = 0;
  TALLY_CHECK(EVP_DigestFinal_ex(state, hash.bytes.data(), &written) == 1);
  TALLY_CHECK(written == Hash::size());
  return hash;
}

Hash Sha256::Of(std::initializer_list<ByteView> parts) {
  return Of(std::span<const ByteView>(parts.begin(), parts.size()));
}

Hash Sha256Of(std::initializer_list<ByteView> parts) {
  thread_local Sha256 hasher;  // a cache: no result depends on what it hashed before
  return hasher.Of(parts);
}

DocumentDigest DigestOfDocument(ByteView document) {
  return Rename<DocumentDigest>(Sha256Of({document}));
}

struct HmacSha256::Context {
  std::unique_ptr<EVP_MAC, FreeDigest> mac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  std::unique_ptr<EVP_MAC_CTX, FreeDigest> state;
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
