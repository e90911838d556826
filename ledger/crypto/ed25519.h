// Ed25519 (RFC 8032) through OpenSSL, made strict.
//
// OpenSSL accepts small-order public keys, which lets anybody forge (RELIABILITY finding 6), so
// here keys and the R of signatures must be canonical encodings, not of small order, and S < L,
// before OpenSSL is asked (T-45, T-46). Secrets are wiped when their owner goes.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/body.h"
#include "schema/bytes.h"
#include "schema/environment.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr uint8_t kAlgorithmEd25519 = 1;
using Signature = std::array<uint8_t, 64>;

// InvalidArgument for non-canonical or small-order points.
absl::Status CheckPublicKey(const PublicKeyBytes& key);
// SHA-256("TSK" 01 || algorithm || public key).
KeyFingerprint FingerprintOf(const PublicKeyBytes& key);

// A public key ready for many verifications. The OpenSSL object takes ten times the key, so it is
// made by the first of them: most keys of a ledger are read and never used. Safe from any thread.
class Verifier {
 public:
  // InvalidArgument as CheckPublicKey.
  static absl::StatusOr<std::shared_ptr<const Verifier>> Create(const PublicKeyBytes& key);
  ~Verifier();
  // True only for a valid signature by this key in strict form.
  bool Verify(ByteView message, ByteView signature) const;
  const PublicKeyBytes& key() const { return key_; }
  const KeyFingerprint& fingerprint() const { return fingerprint_; }

 private:
  struct Handle;
  Verifier() = default;
  PublicKeyBytes key_;
  KeyFingerprint fingerprint_;
  std::unique_ptr<Handle> handle_;
};

// Whoever can sign without showing the key, such as a token. Safe from any thread.
class MessageSigner {
 public:
  virtual ~MessageSigner() = default;
  // Unavailable when the device does not answer or refuses.
  virtual absl::StatusOr<Signature> Sign(ByteView message) const = 0;
};

// A private key. Safe from any thread.
class SigningKey {
 public:
  static std::unique_ptr<SigningKey> Generate(Randomness& randomness);
  static absl::StatusOr<std::unique_ptr<SigningKey>> FromSeed(ByteView seed32);
  // PKCS#8 PEM, plain or encrypted. PermissionDenied for a wrong or missing passphrase;
  // InvalidArgument for other content or another algorithm.
  static absl::StatusOr<std::unique_ptr<SigningKey>> FromPem(absl::string_view pem,
                                                             absl::string_view passphrase);
  // A key that lies elsewhere. It has to sign once here, so that a device that signs with another
  // key than it shows is found before anybody relies on it.
  static absl::StatusOr<std::unique_ptr<SigningKey>> FromSigner(
      const PublicKeyBytes& key, std::unique_ptr<const MessageSigner> signer);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  // Of a key that lies elsewhere every signature is verified before it is given out.
  absl::StatusOr<Signature> TrySign(ByteView message) const;
  // The same of a key in memory, which cannot fail; a programmer's error for others.
  Signature Sign(ByteView message) const;
  const PublicKeyBytes& public_key() const { return public_key_; }
  const KeyFingerprint& fingerprint() const { return fingerprint_; }
  // PKCS#8 PEM; encrypted with AES-256-CBC and PBKDF2 when `passphrase` is not empty. Of a key in
  // memory alone.
  std::string ToPem(absl::string_view passphrase) const;

 private:
  struct Handle;
  SigningKey();
  PublicKeyBytes public_key_;
  KeyFingerprint fingerprint_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace tally::ledger
