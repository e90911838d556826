// Goal: an act stands on what its author had seen and answers what still stands. Method: acts in
// one agreement, each varied in one field.
#include "ledger/log/admission.h"

#include "ledger/crypto/sha256.h"
#include "ledger/log/pending_rows.h"
#include "schema/canonical.h"
#include "schema/stamp.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class ActRulesTest : public ::testing::Test {
 protected:
  ActRulesTest()
      : lime_(test_.AddParty("lime")),
        coral_(test_.AddParty("coral")),
        moss_(test_.AddParty("moss")),
        gold_(test_.AddAgreement("gold", {{"provider", &lime_}, {"customer", &coral_}})) {}
  ~ActRulesTest() override { EXPECT_TRUE(test_.CheckLedger()); }

  SignedBatch Claim(const TestParty& author, absl::string_view reason,
                    const TestLedger::ActOptions& options = {}) {
    ClaimFiled body;
    body.reason = std::string(reason);
    return test_.SignAct(author, gold_, BodyKind::kClaimFiled, Encode(body), options);
  }
  absl::Status Try(const SignedBatch& batch) { return test_.writer().DryRun(batch).status(); }

  TestLedger test_;
  TestParty& lime_;
  TestParty& coral_;
  TestParty& moss_;
  uint64_t gold_;
};

TEST_F(ActRulesTest, OnlyNamedPartiesActInAnAgreement) {
  EXPECT_TRUE(Try(Claim(coral_, "a")).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Try(Claim(moss_, "a"))));  // T-64: a non-party
  EXPECT_TRUE(absl::IsPermissionDenied(
      Try(test_.SignServiceAct(gold_, BodyKind::kClaimFiled, Encode(ClaimFiled{})))));
  Statement statement;
  statement.projection = "compliance";
  statement.engine = "tally-engine/1";
  statement.objective = "availability";
  statement.window = {At("2026-01-01T00:00:00Z"), At("2026-02-01T00:00:00Z")};
  statement.terms_hash.bytes[0] = 1;
  statement.root.bytes[0] = statement.figures.bytes[0] = statement.result.bytes[0] = 1;
  EXPECT_TRUE(Try(test_.SignServiceAct(gold_, BodyKind::kStatement, Encode(statement))).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Try(test_.SignServiceAct(
      gold_, BodyKind::kStatement, Encode(statement), {.key = &test_.service_key()}))));
}

TEST_F(ActRulesTest, PartiesWriteTheirOwnStreamsOnly) {
  const KeyRevoked body{lime_.key->fingerprint(), std::nullopt, ""};
  EXPECT_TRUE(absl::IsPermissionDenied(
      Try(test_.SignAct(coral_, lime_.opening, BodyKind::kKeyRevoked, Encode(body)))));
  EXPECT_TRUE(absl::IsPermissionDenied(Try(test_.SignAct(
      lime_, 0, BodyKind::kTimeAccepted, Encode(TimeAccepted{test_.clock().Now(), ""})))));
  // The recovery key is ended by a recovery alone, and what a key signs last is its own end.
  const KeyRevoked recovery{lime_.recovery->fingerprint(), std::nullopt, ""};
  EXPECT_TRUE(absl::IsPermissionDenied(
      Try(test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRevoked, Encode(recovery)))));
  EXPECT_TRUE(Try(test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRevoked, Encode(body))).ok());
}

TEST_F(ActRulesTest, SeenMustStandOnTheStream) {
  test_.Append(Claim(coral_, "first"));
  test_.Append(Claim(coral_, "second"));
  const StreamState state = *test_.ledger().StreamAt(gold_);
  ASSERT_EQ(state.records, 3u);
  const auto with = [&](uint64_t sequence, const Hash& leaf) {
    return Try(Claim(lime_, "third", {.seen = Seen{sequence, leaf}}));
  };
  const Hash opening = Rename<Hash>(state.id);
  EXPECT_TRUE(with(2, state.newest_leaf).ok());
  EXPECT_TRUE(with(0, opening).ok());  // An author may have seen less than there is.
  EXPECT_TRUE(absl::IsAborted(with(1, opening)));
  EXPECT_TRUE(absl::IsAborted(with(2, opening)));
  EXPECT_TRUE(absl::IsAborted(with(3, state.newest_leaf)));
  EventHeader header = *DecodeHeader(Claim(lime_, "blind").events[0].header);
  header.seen.reset();
  SignedBatch blind = Claim(lime_, "blind");
  blind.events[0].header = EncodeHeader(header);
  blind = *SignBatch(test_.ledger().id(), blind.events, *lime_.key);
  EXPECT_TRUE(absl::IsInvalidArgument(Try(blind)));
}

TEST_F(ActRulesTest, AnswersMustNameAnActThatStands) {
  const uint64_t filed = test_.Append(Claim(coral_, "down")).index;
  const Hash claim = test_.DigestAt(filed);
  ClaimAnswered answer;
  answer.answer = ClaimAnswer::kRejected;
  const auto with = [&](const Hash& answers) {
    return Try(test_.SignAct(lime_, gold_, BodyKind::kClaimAnswered, Encode(answer),
                             {.answers = answers}));
  };
  EXPECT_TRUE(with(claim).ok());
  EXPECT_TRUE(absl::IsAborted(with(Hash{{1}})));
  EXPECT_TRUE(absl::IsAborted(with(test_.DigestAt(lime_.opening))));  // on another stream
  const Bytes withdrawn = *BodyFromJson(BodyKind::kClaimWithdrawn, R"({"reason":"settled"})");
  // Only its author withdraws a claim.
  EXPECT_TRUE(absl::IsPermissionDenied(
      Try(test_.SignAct(lime_, gold_, BodyKind::kClaimWithdrawn, withdrawn, {.answers = claim}))));
  test_.Append(
      test_.SignAct(coral_, gold_, BodyKind::kClaimWithdrawn, withdrawn, {.answers = claim}));
  EXPECT_TRUE(with(claim).ok()) << "whether the withdrawal has an effect is for replay";
}

TEST_F(ActRulesTest, AProposalReplacesTheProposalThatItAnswers) {
  SettlementProposed proposal;
  proposal.amount = {10000, {"USD", 2}};
  const uint64_t first =
      test_.Append(test_.SignAct(lime_, gold_, BodyKind::kSettlementProposed, Encode(proposal)))
          .index;
  proposal.amount.minor = 20000;
  const Hash replaced = test_.DigestAt(first);
  test_.Append(test_.SignAct(lime_, gold_, BodyKind::kSettlementProposed, Encode(proposal),
                             {.answers = replaced}));
  // Another's proposal is answered by a counter-proposal, and both stand.
  proposal.amount.minor = 30000;
  const Hash replacing = test_.DigestAt(first + 1);
  test_.Append(test_.SignAct(coral_, gold_, BodyKind::kSettlementProposed, Encode(proposal),
                             {.answers = replacing}));
  const SettlementConfirmed agreed{{20000, {"USD", 2}}, ""};
  EXPECT_TRUE(Try(test_.SignAct(coral_, gold_, BodyKind::kSettlementConfirmed, Encode(agreed),
                                {.answers = replacing}))
                  .ok());
  const SettlementConfirmed confirmed{{10000, {"USD", 2}}, ""};
  EXPECT_TRUE(absl::IsAborted(Try(test_.SignAct(coral_, gold_, BodyKind::kSettlementConfirmed,
                                                Encode(confirmed), {.answers = replaced}))));
}

TEST(ActRules, WhatSupersedesWhat) {
  using enum BodyKind;
  EXPECT_TRUE(Supersedes(kClaimWithdrawn, kClaimFiled));
  EXPECT_FALSE(Supersedes(kClaimAmended, kClaimFiled));  // not before the disputes know it
  EXPECT_TRUE(Supersedes(kTermsProposed, kTermsProposed));
  EXPECT_FALSE(Supersedes(kClaimAnswered, kClaimFiled));
  EXPECT_FALSE(Supersedes(kTermsAccepted, kTermsProposed));
  EXPECT_FALSE(Supersedes(kAmendmentProposed, kTermsProposed));
}

TEST_F(ActRulesTest, DocumentsAreWhatTheirDigestSays) {
  DocumentAdded body;
  body.name = "Europe/Berlin";
  body.media_type = "application/tzif";
  body.content = Bytes(40, 3);
  body.digest.bytes[0] = 1;
  const auto with = [&] {
    return Try(test_.SignServiceAct(0, BodyKind::kZoneAdded, Encode(body)));
  };
  EXPECT_TRUE(absl::IsInvalidArgument(with()));
  body.digest = DigestOfDocument(body.content);
  EXPECT_TRUE(with().ok());
  body.content.clear();  // Too long a document is named only.
  EXPECT_TRUE(with().ok());
}

TEST_F(ActRulesTest, HeadsCommitToTheEndOfEveryStream) {
  test_.Append(Claim(coral_, "down"));
  test_.Close();
  Heads heads;
  {
    Store::Options options;
    options.directory = test_.store_directory();
    const auto store = Store::Open(options);
    ASSERT_TRUE(store.ok());
    const PendingRows rows(**store);
    heads = *HeadsOf(rows, 6);
  }
  test_.Reopen();
  EXPECT_EQ(heads.streams, 5u);
  ASSERT_EQ(test_.ledger().head().size, 6u);
  Heads wrong = heads;
  wrong.root.bytes[0] ^= 1;
  EXPECT_TRUE(absl::IsAborted(Try(test_.SignServiceAct(0, BodyKind::kHeads, Encode(wrong)))));
  test_.Append(test_.SignServiceAct(0, BodyKind::kHeads, Encode(heads)));
  // One record later the same heads are no longer true.
  EXPECT_TRUE(absl::IsAborted(
      Try(test_.SignServiceAct(0, BodyKind::kHeads, Encode(heads), {.id = ActId{{5}}}))));
}

TEST_F(ActRulesTest, AStampIsOfTheTreeThatStands) {
  Stamp stamp;
  stamp.size = 3;
  stamp.root = *test_.ledger().RootAt(3);
  stamp.authority = "CN=Stamps";
  stamp.token = Bytes(3, 0x30);
  const auto with = [&] { return Try(test_.SignServiceAct(0, BodyKind::kStamp, Encode(stamp))); };
  EXPECT_TRUE(with().ok()) << with();
  stamp.size = 4;
  EXPECT_TRUE(absl::IsInvalidArgument(with()));  // another tree's root
  stamp.size = 3;
  stamp.root.bytes[0] ^= 1;
  EXPECT_TRUE(absl::IsInvalidArgument(with()));
  stamp.size = test_.ledger().head().size;
  stamp.root = test_.ledger().head().root;
  test_.Append(test_.SignServiceAct(0, BodyKind::kStamp, Encode(stamp)));
  stamp.size += 9;
  EXPECT_TRUE(absl::IsInvalidArgument(with()));  // records that are not there yet
}

TEST_F(ActRulesTest, KindsThatThisVersionCannotFoldAreRefused) {
  EXPECT_FALSE(Try(test_.SignServiceAct(0, BodyKind::kErasure, Bytes(16))).ok());
}

}  // namespace
}  // namespace tally::ledger
