// Goal: a key in a PKCS#11 token signs as one in a file does, and a token that is not there, asks
// for another PIN or holds another key is a refusal. Method: SoftHSM 2 with a token in the test's
// own folder; signatures are held against OpenSSL; our declarations against p11-kit's header. Where
// SoftHSM is not installed the first is skipped by name.
#include "ledger/crypto/token_key.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/token_module.h"
#include "tests/scratch.h"

#if __has_include(<p11-kit-1/p11-kit/pkcs11.h>)
#define CRYPTOKI_GNU 1  // its own names, without the typedefs of the standard
#include <p11-kit-1/p11-kit/pkcs11.h>
#define TALLY_HAS_P11_HEADER 1
#endif

namespace tally::ledger {
namespace {

constexpr absl::string_view kSoftModule = "/usr/lib/softhsm/libsofthsm2.so";

class TokenKeyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::ifstream(std::string(kSoftModule)).good() ||
        std::system("command -v softhsm2-util >/dev/null") != 0) {
      GTEST_SKIP() << "softhsm2 is not installed (tools/prerequisites)";
    }
    // The module reads its configuration once in a process.
    const std::string folder = Folder();
    if (std::system(absl::StrCat("ls ", folder, "/tokens/* >/dev/null 2>&1").c_str()) == 0) return;
    ASSERT_EQ(std::system(absl::StrCat("mkdir -p ", folder,
                                       "/tokens && softhsm2-util --init-token "
                                       "--free --label alpha --pin 1234 --so-pin 5678 >/dev/null")
                              .c_str()),
              0);
  }
  static const std::string& Folder() {
    static const tests::ScratchDirectory& scratch = *new tests::ScratchDirectory();
    static const std::string& folder = *new std::string([] {
      const std::string configuration = scratch.path() + "/softhsm2.conf";
      std::ofstream(configuration) << "directories.tokendir = " << scratch.path() << "/tokens\n"
                                   << "objectstore.backend = file\n";
      ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
      return scratch.path();
    }());
    return folder;
  }
  static TokenKeyName Named(absl::string_view object) {
    TokenKeyName name;
    name.module = std::string(kSoftModule);
    name.token = "alpha";
    name.object = std::string(object);
    return name;
  }
};

TEST_F(TokenKeyTest, SignsAsAKeyInAFileDoes) {
  const auto made = GenerateTokenKey(Named("lime"), "1234");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(absl::IsAlreadyExists(GenerateTokenKey(Named("lime"), "1234").status()));
  const auto key = OpenTokenKey(Named("lime"), "1234");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ((*key)->fingerprint(), (*made)->fingerprint());
  const auto verifier = *Verifier::Create((*key)->public_key());
  for (const size_t length : {size_t{0}, size_t{1}, size_t{224}, size_t{100000}}) {
    const Bytes message(length, 7);
    const auto signature = (*key)->TrySign(message);
    ASSERT_TRUE(signature.ok()) << signature.status();
    EXPECT_TRUE(verifier->Verify(message, *signature));
    // Deterministic as RFC 8032 has it, so that a retry is one event.
    EXPECT_EQ(*signature, *(*made)->TrySign(message));
  }
}

TEST_F(TokenKeyTest, WhatIsNotThereIsRefused) {
  ASSERT_TRUE(GenerateTokenKey(Named("coral"), "1234").ok());
  EXPECT_TRUE(absl::IsNotFound(OpenTokenKey(Named("nobody"), "1234").status()));
  TokenKeyName other = Named("coral");
  other.token = "beta";
  EXPECT_TRUE(absl::IsNotFound(OpenTokenKey(other, "1234").status()));
  other = Named("coral");
  other.serial = "0";
  EXPECT_TRUE(absl::IsNotFound(OpenTokenKey(other, "1234").status()));
  other = Named("coral");
  other.module = "/usr/lib/no-such-module.so";
  EXPECT_TRUE(absl::IsNotFound(OpenTokenKey(other, "1234").status()));
  other.module = "/lib/x86_64-linux-gnu/libc.so.6";
  EXPECT_TRUE(absl::IsNotFound(OpenTokenKey(other, "1234").status()));
  // A name without a label means the one key that is there; of two it means neither.
  ASSERT_TRUE(GenerateTokenKey(Named("reef"), "1234").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenTokenKey(Named(""), "1234").status()));
}

// A signer that gives what is not its key's signature is found before anybody relies on it.
class LyingSigner final : public MessageSigner {
 public:
  explicit LyingSigner(int honest) : honest_(honest) {}
  absl::StatusOr<Signature> Sign(ByteView message) const override {
    Signature signature = (*SigningKey::FromSeed(Bytes(32, 9)))->Sign(message);
    if (--honest_ < 0) signature[3] ^= 1;
    return signature;
  }

 private:
  mutable int honest_;
};

TEST(TokenSigner, EverySignatureIsVerifiedBeforeItIsGivenOut) {
  const PublicKeyBytes key = (*SigningKey::FromSeed(Bytes(32, 9)))->public_key();
  EXPECT_TRUE(
      absl::IsUnavailable(SigningKey::FromSigner(key, std::make_unique<LyingSigner>(0)).status()));
  const auto later = SigningKey::FromSigner(key, std::make_unique<LyingSigner>(2));
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_TRUE((*later)->TrySign(Bytes(5, 1)).ok());
  EXPECT_TRUE(absl::IsUnavailable((*later)->TrySign(Bytes(5, 1)).status()));
}

#ifdef TALLY_HAS_P11_HEADER
TEST(TokenModule, OurDeclarationsAreThoseOfTheStandard) {
  using pkcs11::Functions;
  EXPECT_EQ(offsetof(Functions, initialize), offsetof(ck_function_list, C_Initialize));
  EXPECT_EQ(offsetof(Functions, get_slot_list), offsetof(ck_function_list, C_GetSlotList));
  EXPECT_EQ(offsetof(Functions, get_token), offsetof(ck_function_list, C_GetTokenInfo));
  EXPECT_EQ(offsetof(Functions, open_session), offsetof(ck_function_list, C_OpenSession));
  EXPECT_EQ(offsetof(Functions, close_session), offsetof(ck_function_list, C_CloseSession));
  EXPECT_EQ(offsetof(Functions, login), offsetof(ck_function_list, C_Login));
  EXPECT_EQ(offsetof(Functions, get_attributes), offsetof(ck_function_list, C_GetAttributeValue));
  EXPECT_EQ(offsetof(Functions, find_begin), offsetof(ck_function_list, C_FindObjectsInit));
  EXPECT_EQ(offsetof(Functions, find), offsetof(ck_function_list, C_FindObjects));
  EXPECT_EQ(offsetof(Functions, find_end), offsetof(ck_function_list, C_FindObjectsFinal));
  EXPECT_EQ(offsetof(Functions, sign_begin), offsetof(ck_function_list, C_SignInit));
  EXPECT_EQ(offsetof(Functions, sign), offsetof(ck_function_list, C_Sign));
  EXPECT_EQ(offsetof(Functions, generate_pair), offsetof(ck_function_list, C_GenerateKeyPair));
  EXPECT_EQ(sizeof(pkcs11::Token), sizeof(ck_token_info));
  EXPECT_EQ(offsetof(pkcs11::Token, flags), offsetof(ck_token_info, flags));
  EXPECT_EQ(sizeof(pkcs11::Attribute), sizeof(ck_attribute));
  EXPECT_EQ(sizeof(pkcs11::Mechanism), sizeof(ck_mechanism));
  EXPECT_EQ(pkcs11::kSignEdwards, CKM_EDDSA);
  EXPECT_EQ(pkcs11::kMakeEdwardsPair, CKM_EC_EDWARDS_KEY_PAIR_GEN);
  EXPECT_EQ(pkcs11::kEdwardsKey, CKK_EC_EDWARDS);
  EXPECT_EQ(pkcs11::kExtractable, CKA_EXTRACTABLE);
  EXPECT_EQ(pkcs11::kSensitive, CKA_SENSITIVE);
}
#endif

}  // namespace
}  // namespace tally::ledger
