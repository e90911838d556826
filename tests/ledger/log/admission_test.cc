// Goal: a batch counts for one ledger, one stream and one author with a valid key (T-41 to T-43).
// Method: every signed batch of one ledger is offered to every place where it does not belong.
#include "ledger/log/admission.h"

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() : lime_(test_.AddParty("lime")), coral_(test_.AddParty("coral")) {}

  absl::Status Try(SignedBatch batch) { return test_.TryAppend(std::move(batch)).status(); }
  SignedBatch Register(const SigningKey& key, uint32_t roles,
                       Instant valid_until = Instant::Max()) {
    KeyRegistered body;
    body.grant.key = key.public_key();
    body.grant.roles = roles;
    body.grant.valid_until = valid_until;
    const Signature possession = key.Sign(PossessionMessage(
        test_.ledger().id(), key.fingerprint(), lime_.key->fingerprint(), Rename<Hash>(lime_.id)));
    body.grant.possession.assign(possession.begin(), possession.end());
    return test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRegistered, Encode(body));
  }

  TestLedger test_;
  TestParty& lime_;
  TestParty& coral_;
};

// T-41: kinds across ledgers and streams.
TEST_F(AdmissionTest, T41WhatWasSignedForOneLedgerIsRefusedByAnother) {
  TestLedger other(2);
  TestParty& lime = other.AddParty("lime");
  TestParty& coral = other.AddParty("coral");
  TestFeed& feed = other.AddFeed("uptime", lime);
  const uint64_t gold = other.AddAgreement("gold", {{"provider", &lime}, {"customer", &coral}});
  feed.Register(1, "site");
  std::vector<SignedBatch> batches;
  batches.push_back(feed.Sign());
  batches.push_back(other.SignAct(coral, gold, BodyKind::kClaimFiled, Encode(ClaimFiled{})));
  batches.push_back(other.SignOpening(lime.id, BodyKind::kFeedOpened,
                                      Encode(FeedOpened{"second", ""}), *lime.key));
  batches.push_back(other.SignServiceAct(0, BodyKind::kTimeAccepted,
                                         Encode(TimeAccepted{other.clock().Now(), ""})));
  for (const SignedBatch& batch : batches) {
    EXPECT_TRUE(other.writer().DryRun(batch).ok());
    const absl::Status refused = Try(batch);
    EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  }
}

// T-41: the same bytes under another stream or context.
TEST_F(AdmissionTest, T41ASignatureIsOverItsStream) {
  const uint64_t gold = test_.AddAgreement("gold", {{"provider", &lime_}, {"customer", &coral_}});
  const uint64_t iron = test_.AddAgreement("iron", {{"provider", &lime_}, {"customer", &coral_}});
  const SignedBatch for_gold =
      test_.SignAct(coral_, gold, BodyKind::kClaimFiled, Encode(ClaimFiled{}));
  SignedBatch for_iron = test_.SignAct(coral_, iron, BodyKind::kClaimFiled, Encode(ClaimFiled{}));
  // Its own evidence but for the signature, which was made over the other stream.
  auto evidence = DecodeEvidence(for_iron.evidence);
  const auto made_for_gold = DecodeEvidence(for_gold.evidence);
  ASSERT_TRUE(evidence.ok() && made_for_gold.ok());
  evidence->signature = made_for_gold->signature;
  for_iron.evidence = EncodeEvidence(*evidence);
  EXPECT_TRUE(absl::IsPermissionDenied(Try(for_iron)));
  EXPECT_TRUE(Try(for_gold).ok());
  // A head's signature is none of a batch, and an opening's stream is the ledger.
  SignedBatch by_log = test_.SignServiceAct(0, BodyKind::kTimeAccepted,
                                            Encode(TimeAccepted{test_.clock().Now(), ""}),
                                            {.key = &test_.log_key()});
  EXPECT_TRUE(absl::IsPermissionDenied(Try(by_log)));
}

TEST_F(AdmissionTest, KindsStandInTheirStreams) {
  TestFeed& feed = test_.AddFeed("uptime", lime_);
  EXPECT_TRUE(absl::IsInvalidArgument(
      Try(test_.SignAct(lime_, feed.opening(), BodyKind::kClaimFiled, Encode(ClaimFiled{})))));
  EXPECT_TRUE(absl::IsInvalidArgument(
      Try(test_.SignAct(lime_, lime_.opening, BodyKind::kClaimFiled, Encode(ClaimFiled{})))));
  TestFeed stray(test_.ledger().id(), lime_.id, lime_.opening, "stray", lime_);
  stray.Register(1, "site");
  EXPECT_TRUE(absl::IsInvalidArgument(Try(stray.Sign())));
  TestFeed nowhere(test_.ledger().id(), Rename<StreamId>(Hash{{1}}), 0, "nowhere", lime_);
  nowhere.Register(1, "site");
  EXPECT_TRUE(absl::IsNotFound(Try(nowhere.Sign())));
}

// T-42: each rule by name.
TEST_F(AdmissionTest, T42TheRefusalNamesTheRule) {
  const auto second = TestKey("second");
  TestFeed& feed = test_.AddFeed("uptime", lime_);
  const auto refusal = [&](const SigningKey& key) {
    feed.Resume(0, Hash());
    feed.Register(1, "site");
    const auto outcome = test_.writer().DryRun(feed.SignWith(key));
    return std::string(outcome.status().message());
  };
  EXPECT_NE(refusal(*second).find("not registered"), std::string::npos);
  EXPECT_NE(refusal(*coral_.key).find("another party"), std::string::npos);
  EXPECT_NE(refusal(*lime_.recovery).find("role"), std::string::npos);
  EXPECT_EQ(refusal(*lime_.key), "");
  test_.Append(Register(*second, kRoleAppend, test_.clock().Now() + Hours(1)));
  EXPECT_EQ(refusal(*second), "");
  test_.clock().Advance(Duration{Hours(1).micros - Milliseconds(1).micros});
  EXPECT_EQ(refusal(*second), "");
  test_.clock().Advance(Milliseconds(1));
  EXPECT_NE(refusal(*second).find("expired"), std::string::npos);
}

// T-43: an older-dated event of a revoked key.
TEST_F(AdmissionTest, T43ARevokedKeySignsNothingMore) {
  TestFeed& feed = test_.AddFeed("uptime", lime_);
  const auto second = TestKey("second");
  test_.Append(Register(*second, kRoleAppend | kRoleGrant));
  feed.Register(1, "site");
  test_.Append(feed.SignWith(*second));
  // A key may revoke itself: that is the last thing it signs.
  test_.Append(test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRevoked,
                             Encode(KeyRevoked{second->fingerprint(), std::nullopt, "lost"}),
                             {.key = second.get()}));
  feed.Report(1, State::kUp, At("2020-01-01T00:00:00Z"));
  const absl::Status refused = Try(feed.SignWith(*second));
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_NE(refused.message().find("revoked"), std::string::npos) << refused;
  const auto record = test_.ledger().ReadRecord(test_.ledger().head().size - 2);
  EXPECT_EQ(record->verdict(), KeyVerdict::kValidRetired);
  EXPECT_TRUE(test_.CheckLedger());
}

TEST_F(AdmissionTest, BatchesOfOneCallAreJudgedOneByOne) {
  const auto second = TestKey("second");
  TestFeed& feed = test_.AddFeed("uptime", lime_);
  feed.Register(1, "site");
  std::vector<SignedBatch> batches;
  batches.push_back(Register(*second, kRoleAppend));
  batches.push_back(feed.SignWith(*second));  // By a key that the batch before registers.
  feed.Report(7, State::kUp, At("2026-02-01T00:00:00Z"));  // A source that nobody registered.
  batches.push_back(feed.Sign());
  const auto outcomes = test_.writer().Append(std::move(batches));
  EXPECT_TRUE(outcomes[0].ok());
  EXPECT_TRUE(outcomes[1].ok()) << outcomes[1].status();
  EXPECT_TRUE(absl::IsInvalidArgument(outcomes[2].status())) << outcomes[2].status();
  EXPECT_TRUE(test_.CheckLedger());
}

TEST_F(AdmissionTest, FormIsCheckedBeforeAnythingElse) {
  TestFeed& feed = test_.AddFeed("uptime", lime_);
  feed.Register(1, "site");
  const SignedBatch good = feed.Sign();
  for (int what = 0; what < 4; ++what) {
    SignedBatch bad = good;
    if (what == 0) bad.events.clear();
    if (what == 1) bad.events[0].body.push_back(0);
    if (what == 2) bad.events[0].salt = Salt();
    if (what == 3) bad.evidence.pop_back();
    EXPECT_TRUE(absl::IsInvalidArgument(Try(bad))) << what;
  }
  SignedBatch flipped = good;
  flipped.evidence[50] ^= 4;  // in the signature
  EXPECT_TRUE(absl::IsPermissionDenied(Try(flipped)));
  EXPECT_TRUE(Try(good).ok());
}

}  // namespace
}  // namespace tally::ledger
