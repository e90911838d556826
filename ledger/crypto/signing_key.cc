// The private half of Ed25519: from a seed or a PKCS#8 PEM file, signing, and back to PEM.
//
// The only copy of the secret is inside OpenSSL's key object, which wipes it when freed; every
// buffer that held it on the way is wiped here. A PEM text must be exactly one block of one of two
// labels, so that no second key and no legacy "Proc-Type" encryption slips by.
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <climits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/ed25519.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kPlainLabel = "PRIVATE KEY";
constexpr absl::string_view kEncryptedLabel = "ENCRYPTED PRIVATE KEY";
constexpr size_t kPemBytesMax = 16 * 1024;     // stops files that are no key
constexpr int kPassphraseIterations = 100000;  // PBKDF2-HMAC-SHA-256: about 0.2 s

struct FreeSecret {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_SIG* sealed) const { X509_SIG_free(sealed); }
  void operator()(PKCS8_PRIV_KEY_INFO* key) const { PKCS8_PRIV_KEY_INFO_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeSecret>;

// The DER inside one PEM block; wiped when it goes.
struct PemBlock {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* der = nullptr;
  long size = 0;
  PemBlock() = default;
  PemBlock(const PemBlock&) = delete;
  PemBlock& operator=(const PemBlock&) = delete;
  ~PemBlock() {
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, static_cast<size_t>(size));
  }
};

// OpenSSL's error queue belongs to the thread: what we judged is removed, so that nobody else
// reads it as theirs.
absl::Status Refused(absl::string_view reason) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("private key: ", reason));
}

absl::Status ReadPemBlock(absl::string_view pem, PemBlock& block) {
  if (pem.size() > kPemBytesMax) return Refused("the file is too long for a key");
  if (!absl::StartsWith(pem, "-----BEGIN ")) return Refused("the file does not begin with PEM");
  Owned<BIO> input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  TALLY_CHECK(input != nullptr);
  if (PEM_read_bio(input.get(), &block.label, &block.header, &block.der, &block.size) != 1) {
    return Refused("malformed PEM");
  }
  if (BIO_pending(input.get()) != 0) return Refused("something follows the PEM block");
  if (block.header[0] != '\0') return Refused("legacy PEM encryption; convert it to PKCS#8");
  return absl::OkStatus();
}

absl::StatusOr<Owned<PKCS8_PRIV_KEY_INFO>> Unseal(const PemBlock& block,
                                                  absl::string_view passphrase) {
  const unsigned char* at = block.der;
  Owned<X509_SIG> sealed(d2i_X509_SIG(nullptr, &at, block.size));
  if (sealed == nullptr || at != block.der + block.size) return Refused("malformed PKCS#8");
  if (passphrase.empty() || passphrase.size() > INT_MAX) {
    return absl::PermissionDeniedError("private key: it is encrypted and no passphrase was given");
  }
  Owned<PKCS8_PRIV_KEY_INFO> key(
      PKCS8_decrypt(sealed.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  if (key == nullptr) {
    ERR_clear_error();
    return absl::PermissionDeniedError("private key: the passphrase does not open it");
  }
  return key;
}

absl::StatusOr<Owned<PKCS8_PRIV_KEY_INFO>> ReadKey(const PemBlock& block,
                                                   absl::string_view passphrase) {
  if (block.label == kEncryptedLabel) return Unseal(block, passphrase);
  if (block.label != kPlainLabel) {
    return Refused(absl::StrCat("a PEM block \"", block.label, "\" is no PKCS#8 private key"));
  }
  const unsigned char* at = block.der;
  Owned<PKCS8_PRIV_KEY_INFO> key(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, block.size));
  if (key == nullptr || at != block.der + block.size) return Refused("malformed PKCS#8");
  return key;
}

}  // namespace

struct SigningKey::Handle {
  Owned<EVP_PKEY> key;                          // null when the key lies elsewhere
  std::unique_ptr<const MessageSigner> signer;  // then these two
  std::shared_ptr<const Verifier> verifier;
};

SigningKey::SigningKey() : handle_(std::make_unique<Handle>()) {}
SigningKey::~SigningKey() = default;

std::unique_ptr<SigningKey> SigningKey::Generate(Randomness& randomness) {
  std::array<uint8_t, 32> seed;
  randomness.Fill(seed);
  absl::StatusOr<std::unique_ptr<SigningKey>> key = FromSeed(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  TALLY_CHECK(key.ok());
  return *std::move(key);
}

absl::StatusOr<std::unique_ptr<SigningKey>> SigningKey::FromSeed(ByteView seed32) {
  if (seed32.size() != 32) {
    return Refused(absl::StrCat("a seed has 32 bytes, found ", seed32.size()));
  }
  std::unique_ptr<SigningKey> key(new SigningKey());
  key->handle_->key.reset(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed32.data(), seed32.size()));
  TALLY_CHECK(key->handle_->key != nullptr);
  size_t size = key->public_key_.ed25519.size();
  TALLY_CHECK(EVP_PKEY_get_raw_public_key(key->handle_->key.get(), key->public_key_.ed25519.data(),
                                          &size) == 1);
  TALLY_CHECK(size == key->public_key_.ed25519.size());
  key->fingerprint_ = FingerprintOf(key->public_key_);
  return key;
}

absl::StatusOr<std::unique_ptr<SigningKey>> SigningKey::FromPem(absl::string_view pem,
                                                                absl::string_view passphrase) {
  PemBlock block;
  TALLY_RETURN_IF_ERROR(ReadPemBlock(pem, block));
  TALLY_ASSIGN_OR_RETURN(const Owned<PKCS8_PRIV_KEY_INFO> wrapped, ReadKey(block, passphrase));
  const Owned<EVP_PKEY> parsed(EVP_PKCS82PKEY(wrapped.get()));
  if (parsed == nullptr) return Refused("malformed PKCS#8");
  if (EVP_PKEY_get_id(parsed.get()) != EVP_PKEY_ED25519) return Refused("it is not Ed25519");
  std::array<uint8_t, 32> seed;
  size_t size = seed.size();
  TALLY_CHECK(EVP_PKEY_get_raw_private_key(parsed.get(), seed.data(), &size) == 1);
  absl::StatusOr<std::unique_ptr<SigningKey>> key = FromSeed(ByteView(seed).first(size));
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

absl::StatusOr<std::unique_ptr<SigningKey>> SigningKey::FromSigner(
    const PublicKeyBytes& key, std::unique_ptr<const MessageSigner> signer) {
  TALLY_CHECK(signer != nullptr);
  std::unique_ptr<SigningKey> elsewhere(new SigningKey());
  TALLY_ASSIGN_OR_RETURN(elsewhere->handle_->verifier, Verifier::Create(key));
  elsewhere->handle_->signer = std::move(signer);
  elsewhere->public_key_ = key;
  elsewhere->fingerprint_ = elsewhere->handle_->verifier->fingerprint();
  // 33 bytes of one value: nothing that is ever signed for a ledger or a log.
  TALLY_RETURN_IF_ERROR(elsewhere->TrySign(Bytes(33, 0xff)).status());
  return elsewhere;
}

absl::StatusOr<Signature> SigningKey::TrySign(ByteView message) const {
  if (handle_->signer == nullptr) return Sign(message);
  TALLY_ASSIGN_OR_RETURN(const Signature signature, handle_->signer->Sign(message));
  if (handle_->verifier->Verify(message, signature)) return signature;
  return absl::UnavailableError(absl::StrCat("key ", fingerprint_.ToHex(),
                                             ": the token gave a signature that does not verify"));
}

Signature SigningKey::Sign(ByteView message) const {
  TALLY_CHECK(handle_->key != nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  TALLY_CHECK(context != nullptr);
  TALLY_CHECK(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, handle_->key.get()) == 1);
  Signature signature;
  size_t size = signature.size();
  TALLY_CHECK(EVP_DigestSign(context, signature.data(), &size, message.data(), message.size()) ==
              1);
  TALLY_CHECK(size == signature.size());
  EVP_MD_CTX_free(context);
  return signature;
}

std::string SigningKey::ToPem(absl::string_view passphrase) const {
  TALLY_CHECK(passphrase.size() <= INT_MAX && handle_->key != nullptr);
  const Owned<PKCS8_PRIV_KEY_INFO> key(EVP_PKEY2PKCS8(handle_->key.get()));
  TALLY_CHECK(key != nullptr);
  const Owned<BIO> output(BIO_new(BIO_s_secmem()));  // wiped when freed
  TALLY_CHECK(output != nullptr);
  if (passphrase.empty()) {
    TALLY_CHECK(PEM_write_bio_PKCS8_PRIV_KEY_INFO(output.get(), key.get()) == 1);
  } else {
    const Owned<X509_SIG> sealed(PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase.data(),
                                               static_cast<int>(passphrase.size()), nullptr, 0,
                                               kPassphraseIterations, key.get()));
    TALLY_CHECK(sealed != nullptr);
    TALLY_CHECK(PEM_write_bio_PKCS8(output.get(), sealed.get()) == 1);
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(output.get(), &text);
  TALLY_CHECK(size > 0);
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace tally::ledger
