// Goal: acts about keys are admitted by their rules, and the log goes on under the key that they
// name (T-42, T-43, T-44, T-45). Method: small ledgers with their recovery keys; each act once with
// the wrong key, order or proof and once right, and an audit at the end.
#include "ledger/chain/batch.h"
#include "schema/key_body.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class KeyRulesTest : public ::testing::Test {
 protected:
  KeyRulesTest() : lime_(test_.AddParty("lime")), coral_(test_.AddParty("coral")) {}

  absl::Status Try(SignedBatch batch) { return test_.TryAppend(std::move(batch)).status(); }
  KeyGrant Proven(const SigningKey& key, uint32_t roles, const SigningKey& registrar,
                  const StreamId& party) {
    KeyGrant grant;
    grant.key = key.public_key();
    grant.roles = roles;
    const Signature possession = key.Sign(PossessionMessage(
        test_.ledger().id(), key.fingerprint(), registrar.fingerprint(), Rename<Hash>(party)));
    grant.possession.assign(possession.begin(), possession.end());
    return grant;
  }
  SignedBatch Recovery(const SigningKey& signer, const KeyRecovered& body) {
    return test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRecovered, Encode(body),
                         {.key = &signer});
  }
  std::string VkeyOf(const SigningKey& key) {
    return LogVkey(test_.ledger().origin(), key.public_key());
  }
  SignedBatch LogKey(const SigningKey& signer, const SigningKey& key, const Hash& answers) {
    return test_.SignServiceAct(0, BodyKind::kLogKeyRegistered,
                                Encode(LogKeyRegistered{VkeyOf(key), "stolen"}),
                                {.answers = answers, .key = &signer});
  }
  // The writer with the keys that it is given, as the program opens it.
  std::unique_ptr<LedgerWriter> OpenWith(const SigningKey* log_key, const SigningKey* next) {
    WriterEnvironment environment = test_.environment();
    environment.log_key = log_key;
    environment.next_log_key = next;
    auto writer = LedgerWriter::Open(test_.options(), environment);
    opened_ = writer.status();
    return writer.ok() ? *std::move(writer) : nullptr;
  }

  TestLedger test_;
  TestParty& lime_;
  TestParty& coral_;
  std::unique_ptr<SigningKey> recovery_ = TestKey("recovery");  // of the ledger
  absl::Status opened_;
};

// T-42, T-43, T-45: the recovery key, and it alone, with proofs made for it.
TEST_F(KeyRulesTest, T45RecoveryNeedsItsKeyAndAProof) {
  const auto next = TestKey("next");
  const KeyGrant proven = Proven(*next, kRoleAppend | kRoleGrant, *lime_.recovery, lime_.id);
  const KeyRecovered body{{proven}, {lime_.key->fingerprint()}, "laptop stolen"};
  // Each with a proof that was made for it: the key that signs is all that is wrong.
  for (const SigningKey* signer : {lime_.key.get(), coral_.recovery.get(), recovery_.get()}) {
    KeyRecovered by_signer = body;
    by_signer.grants = {Proven(*next, kRoleAppend | kRoleGrant, *signer, lime_.id)};
    EXPECT_TRUE(absl::IsPermissionDenied(Try(Recovery(*signer, by_signer))));
  }
  KeyRecovered stray = body;
  stray.grants = {Proven(*next, kRoleAppend | kRoleGrant, *lime_.key, lime_.id)};
  EXPECT_TRUE(absl::IsPermissionDenied(Try(Recovery(*lime_.recovery, stray))));
  ASSERT_TRUE(Try(Recovery(*lime_.recovery, body)).ok());
  const auto old = [&](const SigningKey& key) {
    return Try(test_.SignOpening(lime_.id, BodyKind::kFeedOpened,
                                 Encode(FeedOpened{"uptime", "probes"}), key));
  };
  EXPECT_TRUE(absl::IsPermissionDenied(old(*lime_.key)));
  EXPECT_TRUE(old(*next).ok());
  EXPECT_TRUE(test_.CheckLedger());
}

// T-42: for whom, where and until when a role was granted.
TEST_F(KeyRulesTest, T42ARoleLetsAnotherActInOneAgreement) {
  const uint64_t gold = test_.AddAgreement("gold", {{"provider", &lime_}, {"customer", &coral_}});
  const uint64_t iron = test_.AddAgreement("iron", {{"provider", &lime_}, {"customer", &coral_}});
  TestParty& agent = test_.AddParty("agent");
  const StreamId gold_id = test_.ledger().StreamAt(gold)->id;
  const auto claim = [&](uint64_t agreement, const char* why) {
    ClaimFiled body;
    body.reason = why;
    return Try(test_.SignAct(lime_, agreement, BodyKind::kClaimFiled, Encode(body),
                             {.key = agent.key.get()}));
  };
  const auto grant = [&](const RoleName& name) {
    return Try(test_.SignAct(lime_, lime_.opening, BodyKind::kRoleGranted,
                             Encode(RoleGranted{name, {}, Instant::Max(), ""})));
  };
  EXPECT_TRUE(absl::IsPermissionDenied(claim(gold, "a")));
  StreamId nobody;
  nobody.bytes[0] = 1;
  EXPECT_TRUE(absl::IsNotFound(grant({"append", nobody, {}, {}})));
  EXPECT_TRUE(absl::IsNotFound(grant({"append", agent.id, coral_.key->fingerprint(), {}})));
  EXPECT_TRUE(absl::IsNotFound(grant({"append", agent.id, {}, nobody})));
  ASSERT_TRUE(grant({"append", agent.id, {}, gold_id}).ok());
  EXPECT_TRUE(claim(gold, "b").ok());
  EXPECT_TRUE(absl::IsPermissionDenied(claim(iron, "c")));
  const uint64_t signed_at = test_.ledger().head().size - 1;
  ASSERT_TRUE(Try(test_.SignAct(lime_, lime_.opening, BodyKind::kRoleRevoked,
                                Encode(RoleRevoked{{"append", agent.id, {}, gold_id}, ""})))
                  .ok());
  EXPECT_TRUE(absl::IsPermissionDenied(claim(gold, "d")));
  EXPECT_EQ(test_.ledger().ReadRecord(signed_at)->verdict(), KeyVerdict::kValid);
  EXPECT_TRUE(test_.CheckLedger());
}

// T-44, T-45: a service key alone must not come to hold both words of a rotation of the log key.
TEST_F(KeyRulesTest, T45ARecoveryKeyOfTheLedgerComesFromARecoveryKey) {
  const auto thief = TestKey("thief"), second = TestKey("second");
  const auto registration = [&](const SigningKey& key, uint32_t roles, const SigningKey& signer) {
    const KeyGrant grant = Proven(key, roles, signer, Rename<StreamId>(test_.ledger().id()));
    return test_.SignServiceAct(0, BodyKind::kServiceKeyRegistered,
                                Encode(KeyRegistered{grant, "another"}), {.key = &signer});
  };
  const absl::Status refused = Try(registration(*thief, kRoleRecovery, test_.service_key()));
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_TRUE(Try(registration(*thief, kRoleOperator, test_.service_key())).ok());
  EXPECT_TRUE(Try(registration(*second, kRoleRecovery, *recovery_)).ok());
  EXPECT_TRUE(test_.CheckLedger());
}

// T-44: one key alone rotates nothing.
TEST_F(KeyRulesTest, T44TheLogKeyNeedsTwoWords) {
  const auto next = TestKey("next log");
  EXPECT_TRUE(absl::IsPermissionDenied(Try(LogKey(*recovery_, *next, Hash()))));
  const AppendReceipt said = test_.Append(LogKey(test_.service_key(), *next, Hash()));
  const Hash digest = test_.DigestAt(said.index);
  EXPECT_TRUE(absl::IsPermissionDenied(Try(LogKey(test_.service_key(), *next, digest))));
  EXPECT_TRUE(absl::IsPermissionDenied(Try(LogKey(*lime_.recovery, *next, digest))));
  EXPECT_TRUE(absl::IsInvalidArgument(Try(LogKey(*recovery_, *TestKey("third"), digest))));
  // Who could not sign what follows is not let to complete it.
  EXPECT_TRUE(absl::IsFailedPrecondition(Try(LogKey(*recovery_, *next, digest))));
  EXPECT_EQ(test_.ledger().keyring().log_keys().terms().size(), 1u);
  EXPECT_TRUE(test_.CheckLedger());
}

// T-44: both sign the checkpoint of the rotation, the new one alone what follows.
TEST_F(KeyRulesTest, T44BothKeysSignTheHandover) {
  const auto next = TestKey("next log");
  const AppendReceipt said = test_.Append(LogKey(test_.service_key(), *next, Hash()));
  const SignedBatch answer = LogKey(*recovery_, *next, test_.DigestAt(said.index));
  test_.Close();
  uint64_t handover = 0;
  {
    const auto writer = OpenWith(&test_.log_key(), next.get());
    ASSERT_NE(writer, nullptr) << opened_;
    const auto receipt = writer->Append({answer})[0];
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    const Head head = writer->ledger().head();
    handover = head.size;
    EXPECT_EQ(handover, receipt->index + 1);
    EXPECT_EQ(ParseNote(head.note)->unverified.size(), 2u);
    ASSERT_TRUE(writer->Close().ok());
  }
  EXPECT_TRUE(AuditOf(test_.options()).verified) << Describe(AuditOf(test_.options()));
  // The old key opens nothing more; both do, to finish what was begun; then the new one alone.
  EXPECT_EQ(OpenWith(&test_.log_key(), nullptr), nullptr);
  EXPECT_TRUE(absl::IsPermissionDenied(opened_)) << opened_;
  {
    const auto writer = OpenWith(&test_.log_key(), next.get());
    ASSERT_NE(writer, nullptr) << opened_;
    ASSERT_TRUE(writer->Close().ok());
  }
  const auto writer = OpenWith(next.get(), nullptr);
  ASSERT_NE(writer, nullptr) << opened_;
  const StreamState system = *writer->ledger().StreamAt(0);
  EXPECT_EQ(writer->ledger().keyring().log_keys().terms().back().first_size, handover);
  EXPECT_EQ(ParseNote(writer->ledger().head().note)->unverified.size(), 2u);
  EXPECT_TRUE(writer->ledger().Prove(1, std::nullopt).ok());
  ASSERT_TRUE(writer->Close().ok());
}

}  // namespace
}  // namespace tally::ledger
