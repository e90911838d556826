// Goal: a private key comes from exactly one PEM block of the two labels, encrypted or not, and a
// wrong passphrase is told apart from a wrong file.
// Method: the key of RFC 8410, keys of other algorithms made by OpenSSL, every truncation, and
// round trips.
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/ed25519.h"

namespace tally::ledger {
namespace {

// RFC 8410, 10.3.
constexpr absl::string_view kPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
constexpr absl::string_view kPublicKey =
    "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

// Counts up: every key is another, every run the same.
class CountingRandomness : public Randomness {
 public:
  void Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = next_++;
  }

 private:
  uint8_t next_ = 1;
};

std::string PemOf(EVP_PKEY* key, const EVP_CIPHER* cipher, absl::string_view passphrase,
                  bool traditional) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (traditional) {
    EXPECT_EQ(PEM_write_bio_PrivateKey_traditional(
                  bio, key, cipher, reinterpret_cast<const unsigned char*>(passphrase.data()),
                  static_cast<int>(passphrase.size()), nullptr, nullptr),
              1);
  } else {
    EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, passphrase.data(),
                                            static_cast<int>(passphrase.size()), nullptr, nullptr),
              1);
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

TEST(SigningKey, ReadsThePlainPem) {
  const auto key = SigningKey::FromPem(kPem, "");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(ToHex((*key)->public_key().ed25519), kPublicKey);
  EXPECT_EQ((*key)->ToPem(""), kPem);
}

TEST(SigningKey, EncryptedPemNeedsItsPassphrase) {
  const auto key = SigningKey::FromPem(kPem, "").value();
  const std::string sealed = key->ToPem("correct horse");
  EXPECT_TRUE(absl::StartsWith(sealed, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  EXPECT_NE(sealed, key->ToPem("correct horse"));  // another salt each time
  const auto opened = SigningKey::FromPem(sealed, "correct horse");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->public_key(), key->public_key());
  for (absl::string_view wrong : {"", "correct horsf", "correct horse ", "Correct horse"}) {
    EXPECT_EQ(SigningKey::FromPem(sealed, wrong).status().code(),
              absl::StatusCode::kPermissionDenied)
        << wrong;
  }
}

// Keys made by the openssl program are read too.
TEST(SigningKey, ReadsOpenSslsEncryption) {
  EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  const std::string pem = PemOf(made, EVP_aes_256_cbc(), "secret", false);
  EXPECT_TRUE(SigningKey::FromPem(pem, "secret").ok());
  EXPECT_EQ(SigningKey::FromPem(pem, "Secret").status().code(),
            absl::StatusCode::kPermissionDenied);
  EVP_PKEY_free(made);
}

TEST(SigningKey, OtherAlgorithmsAreRefused) {
  for (const char* algorithm : {"X25519", "ED448", "X448"}) {
    EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, algorithm);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(SigningKey::FromPem(PemOf(made, nullptr, "", false), "").status().code(),
              absl::StatusCode::kInvalidArgument)
        << algorithm;
    EVP_PKEY_free(made);
  }
  EVP_PKEY* curve = EVP_EC_gen("P-256");
  EXPECT_EQ(SigningKey::FromPem(PemOf(curve, nullptr, "", false), "").status().code(),
            absl::StatusCode::kInvalidArgument);
  // The traditional form and its encryption are other labels and headers.
  EXPECT_EQ(SigningKey::FromPem(PemOf(curve, nullptr, "", true), "").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SigningKey::FromPem(PemOf(curve, EVP_aes_256_cbc(), "x", true), "x").status().code(),
            absl::StatusCode::kInvalidArgument);
  EVP_PKEY_free(curve);
}

TEST(SigningKey, AnythingAroundTheBlockIsRefused) {
  const std::string pem(kPem);
  for (const std::string& text :
       {std::string(), "\n" + pem, "comment\n" + pem, pem + pem, pem + "x", " " + pem,
        std::string(20 * 1024, 'x'), std::string("-----BEGIN PUBLIC KEY-----\n")}) {
    EXPECT_EQ(SigningKey::FromPem(text, "").status().code(), absl::StatusCode::kInvalidArgument)
        << text.substr(0, 80);
  }
}

TEST(SigningKey, EveryTruncationIsRefused) {
  // Without its last newline the block is still whole.
  for (size_t size = 0; size + 1 < kPem.size(); ++size) {
    EXPECT_FALSE(SigningKey::FromPem(kPem.substr(0, size), "").ok()) << size;
  }
}

TEST(SigningKey, SeedsHaveThirtyTwoBytes) {
  const Bytes seed(65, 7);
  for (size_t size = 0; size <= seed.size(); ++size) {
    EXPECT_EQ(SigningKey::FromSeed(ByteView(seed).first(size)).ok(), size == 32) << size;
  }
}

TEST(SigningKey, GeneratedKeysSignAndDiffer) {
  CountingRandomness randomness;
  const auto first = SigningKey::Generate(randomness);
  const auto second = SigningKey::Generate(randomness);
  EXPECT_NE(first->public_key(), second->public_key());
  EXPECT_NE(first->fingerprint(), second->fingerprint());
  const Signature signature = first->Sign(AsBytes("message"));
  EXPECT_TRUE(Verifier::Create(first->public_key()).value()->Verify(AsBytes("message"), signature));
  EXPECT_FALSE(
      Verifier::Create(second->public_key()).value()->Verify(AsBytes("message"), signature));
}

}  // namespace
}  // namespace tally::ledger
