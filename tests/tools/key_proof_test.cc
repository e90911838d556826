// Goal: a proof of possession serves one ledger, one party and one registrar, and nothing else.
// Method: a good proof with each of its parts changed.
#include "tools/key_proof.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/author.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

template <typename Id>
Id FilledId(uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

KeyProof MakeProof() {
  const auto key = *ledger::SigningKey::FromSeed(Bytes(32, 7));
  KeyProof proof;
  proof.ledger = FilledId<LedgerId>(1);
  proof.party = "lime";
  proof.registrar = FilledId<KeyFingerprint>(2);
  proof.grant = *ProvenGrant(proof.ledger, *key, 0, proof.registrar, PartyNameHash("lime"));
  return proof;
}

std::string CodeOfProof(const absl::Status& status) {
  return status.ok() ? "" : FaultOf(status).code;
}

TEST(KeyProof, RoundTrips) {
  TallyTest test;
  TestCall call(test);
  const KeyProof proof = MakeProof();
  test.Write("p", KeyProofText(proof));
  const absl::StatusOr<KeyProof> read = ReadKeyProof(call.call(), test.Path("p"));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->ledger, proof.ledger);
  EXPECT_EQ(read->party, proof.party);
  EXPECT_EQ(read->registrar, proof.registrar);
  EXPECT_EQ(read->grant.key, proof.grant.key);
  EXPECT_EQ(read->grant.possession, proof.grant.possession);
}

TEST(KeyProof, EveryOtherUseIsRefused) {
  const KeyProof proof = MakeProof();
  const auto check = [&](const LedgerId& ledger, const std::string& party, uint8_t registrar,
                         const Hash& bound) {
    return CodeOfProof(
        CheckKeyProof(proof, "p", ledger, party, FilledId<KeyFingerprint>(registrar), bound));
  };
  const Hash lime = PartyNameHash("lime");
  EXPECT_EQ(check(proof.ledger, "lime", 2, lime), "");
  EXPECT_EQ(check(FilledId<LedgerId>(9), "lime", 2, lime), "identity-mismatch");
  EXPECT_EQ(check(proof.ledger, "lemon", 2, lime), "identity-mismatch");
  EXPECT_EQ(check(proof.ledger, "lime", 3, lime), "identity-mismatch");
  EXPECT_EQ(check(proof.ledger, "lime", 2, PartyNameHash("lemon")), "bad-input");
  KeyProof flipped = proof;
  flipped.grant.possession[10] ^= 1;
  EXPECT_EQ(CodeOfProof(CheckKeyProof(flipped, "p", proof.ledger, "lime", proof.registrar, lime)),
            "bad-input");
}

TEST(KeyProof, MalformedFilesAreRefused) {
  TallyTest test;
  TestCall call(test);
  const std::string good = KeyProofText(MakeProof());
  for (const std::string& bad :
       {std::string("{}"), std::string("x"), good.substr(0, good.size() / 2),
        "{\"format\":\"tally.proof/2\"" + good.substr(24)}) {
    test.Write("p", bad);
    EXPECT_EQ(CodeOfProof(ReadKeyProof(call.call(), test.Path("p")).status()), "bad-json") << bad;
  }
  std::string short_key = good;
  short_key.erase(short_key.find("public_key\":\"") + 13, 2);
  test.Write("p", short_key);
  EXPECT_EQ(CodeOfProof(ReadKeyProof(call.call(), test.Path("p")).status()), "bad-input");
}

TEST(Names, AreOfOneAlphabet) {
  for (const char* good : {"a", "9", "lime-commerce", "a.b_c-d"}) {
    EXPECT_TRUE(CheckName("party", good).ok()) << good;
  }
  for (const std::string& bad :
       {std::string(""), std::string("-a"), std::string("A"), std::string("a b"),
        std::string("a/b"), std::string("é"), std::string(65, 'a')}) {
    EXPECT_FALSE(CheckName("party", bad).ok()) << bad;
  }
  EXPECT_TRUE(CheckName("party", std::string(64, 'a')).ok());
}

}  // namespace
}  // namespace tally::tools
