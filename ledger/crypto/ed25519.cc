// Ed25519 points and scalars, checked before OpenSSL sees them, and the public key ready to verify.
//
// A point is 32 bytes, little-endian: y in 255 bits, the sign of x in the highest. Only y < p has
// one spelling; the points whose order divides 8 have y in {0, 1, -1} or one of two further values,
// whatever the sign of x. With such a key A the product k*A takes at most eight values, so anybody
// finds (R, S) that verify; with such an R the signature says nothing about the message.
// S must be below the group order L, or S and S + L would be two signatures of one message.
#include "ledger/crypto/ed25519.h"

#include <openssl/evp.h>

#include <algorithm>
#include <mutex>

#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using Field = std::array<uint8_t, 32>;  // little-endian

// p = 2^255 - 19.
constexpr Field kPrime = {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
// L = 2^252 + 27742317777372353535851937790883648493.
constexpr Field kOrder = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                          0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                          0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
// Every y of a point whose order divides 8.
constexpr std::array<Field, 5> kSmallOrderY = {{
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

// Little-endian a < b. Public values only, so time may depend on them.
bool Below(const Field& a, const Field& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

Field FieldAt(ByteView bytes) {
  Field field;
  std::copy_n(bytes.begin(), field.size(), field.begin());
  return field;
}

enum class PointFault { kNone, kNonCanonical, kSmallOrder };

PointFault CheckPoint(Field point) {
  point[31] &= 0x7f;  // the sign of x
  if (!Below(point, kPrime)) return PointFault::kNonCanonical;
  for (const Field& small : kSmallOrderY) {
    if (point == small) return PointFault::kSmallOrder;
  }
  return PointFault::kNone;
}

}  // namespace

absl::Status CheckPublicKey(const PublicKeyBytes& key) {
  switch (CheckPoint(key.ed25519)) {
    case PointFault::kNone:
      return absl::OkStatus();
    case PointFault::kNonCanonical:
      return absl::InvalidArgumentError("Ed25519 public key: not the canonical bytes of a point");
    case PointFault::kSmallOrder:
      return absl::InvalidArgumentError("Ed25519 public key: a point of small order");
  }
  TALLY_CHECK(false);
}

KeyFingerprint FingerprintOf(const PublicKeyBytes& key) {
  const uint8_t head[] = {'T', 'S', 'K', 1, kAlgorithmEd25519};
  return Rename<KeyFingerprint>(Sha256Of({head, key.ed25519}));
}

struct Verifier::Handle {
  std::once_flag made;
  EVP_PKEY* key = nullptr;
  ~Handle() { EVP_PKEY_free(key); }
};

Verifier::~Verifier() = default;

absl::StatusOr<std::shared_ptr<const Verifier>> Verifier::Create(const PublicKeyBytes& key) {
  TALLY_RETURN_IF_ERROR(CheckPublicKey(key));
  std::shared_ptr<Verifier> verifier(new Verifier());
  verifier->key_ = key;
  verifier->fingerprint_ = FingerprintOf(key);
  verifier->handle_ = std::make_unique<Handle>();
  return verifier;
}

bool Verifier::Verify(ByteView message, ByteView signature) const {
  if (signature.size() != Signature{}.size()) return false;
  if (CheckPoint(FieldAt(signature.first(32))) != PointFault::kNone) return false;
  if (!Below(FieldAt(signature.subspan(32)), kOrder)) return false;
  std::call_once(handle_->made, [this] {
    handle_->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_.ed25519.data(),
                                               key_.ed25519.size());
  });
  TALLY_CHECK(handle_->key != nullptr);
  // A context is small beside the 100 us of the check, and one for each call keeps this
  // thread-safe.
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  TALLY_CHECK(context != nullptr);
  TALLY_CHECK(EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, handle_->key) == 1);
  const int verdict =
      EVP_DigestVerify(context, signature.data(), signature.size(), message.data(), message.size());
  EVP_MD_CTX_free(context);
  return verdict == 1;
}

}  // namespace tally::ledger
