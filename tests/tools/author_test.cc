// Goal: what an author makes is what the ledger's form checks accept, and is the same every time.
// Method: chains of evidence and acts, checked by CheckBatchForm and by recomputing each link.
#include "tools/author.h"

#include <gtest/gtest.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

template <typename Id>
Id Filled(uint8_t byte) {
  Id id;
  id.bytes.fill(byte);
  return id;
}

AuthorKey TestKey() {
  AuthorKey key;
  key.key = *ledger::SigningKey::FromSeed(Bytes(32, 7));
  key.salt_secret = Bytes(32, 9);
  return key;
}

FeedEnd EmptyFeed() {
  FeedEnd end;
  end.ledger = Filled<LedgerId>(1);
  end.stream = Filled<StreamId>(2);
  end.name = "web";
  return end;
}

EvidenceDraft StateAt(uint32_t source, int64_t second) {
  EvidenceDraft draft;
  draft.kind = BodyKind::kStateReported;
  StateReported up;
  up.state = State::kUp;
  draft.body = Encode(up);
  draft.source = source;
  draft.from = draft.until = draft.reported_at = {second * 1000000};
  return draft;
}

TEST(FeedAuthor, LinksEventsBatchesAndSources) {
  FeedAuthor author(EmptyFeed(), TestKey());
  const absl::StatusOr<uint32_t> a = author.SourceNumber("a", {1000000});
  const absl::StatusOr<uint32_t> b = author.SourceNumber("b", {1000000});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(*author.SourceNumber("a", {5}), *a);
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(author.Add(StateAt(i % 2 == 0 ? *a : *b, i)).ok());
  ASSERT_TRUE(author.Add(WatermarkAt({9000000}, {9000000})).ok());
  EXPECT_EQ(author.pending(), 8u);
  const auto batches = author.Sign(3);
  ASSERT_TRUE(batches.ok()) << batches.status();
  ASSERT_EQ(batches->size(), 3u);
  Hash newest;
  uint64_t last = 0;
  std::map<uint32_t, uint64_t> sources;
  const auto verifier = *ledger::Verifier::Create(TestKey().key->public_key());
  for (const ledger::SignedBatch& batch : *batches) {
    const auto checked = ledger::CheckBatchForm(batch);
    ASSERT_TRUE(checked.ok()) << checked.status();
    EXPECT_TRUE(
        ledger::CheckBatchSignature(Filled<LedgerId>(1), *checked, Filled<StreamId>(2), *verifier));
    EXPECT_EQ(checked->evidence.previous, newest);
    for (const EventHeader& header : checked->headers) {
      if (header.kind == BodyKind::kWatermark) {
        EXPECT_EQ(header.position, last);
      } else {
        EXPECT_EQ(header.position, last + 1);
      }
      if (header.source != 0) {
        EXPECT_EQ(header.previous_of_source, sources[header.source]);
        sources[header.source] = header.position;
      }
      last = header.position;
    }
    newest = checked->evidence.newest;
  }
  EXPECT_EQ(author.end().newest, newest);
  EXPECT_EQ(author.end().last_position, 7u);
  EXPECT_EQ(author.end().last_positions, sources);
  EXPECT_EQ(author.end().watermark, Instant{9000000});
}

TEST(FeedAuthor, TheSameDraftsGiveTheSameBytes) {
  const auto make = [] {
    FeedAuthor author(EmptyFeed(), TestKey());
    EXPECT_TRUE(author.SourceNumber("a", {1}).ok());
    EXPECT_TRUE(author.Add(StateAt(1, 4)).ok());
    return *author.Sign(1000);
  };
  EXPECT_EQ(make(), make());
}

TEST(FeedAuthor, PositionsRiseByAtMostTheStep) {
  const auto code = [](uint64_t position) -> std::string {
    FeedEnd end = EmptyFeed();
    end.last_position = 10;
    end.newest = Filled<Hash>(4);
    FeedAuthor author(end, TestKey());
    EvidenceDraft draft = StateAt(0, 1);
    draft.position = position;
    const absl::Status status = author.Add(draft);
    return status.ok() ? "" : FaultOf(status).code;
  };
  EXPECT_EQ(code(11), "");
  EXPECT_EQ(code(10 + kPositionStepMax), "");
  EXPECT_EQ(code(10), "order");
  EXPECT_EQ(code(1), "order");
  EXPECT_EQ(code(11 + kPositionStepMax), "bad-input");
}

TEST(FeedAuthor, ASourceKeepsItsUnit) {
  FeedAuthor author(EmptyFeed(), TestKey());
  ASSERT_TRUE(author.RegisterSource("a", "ms", 3, {1}).ok());
  EXPECT_EQ(*author.RegisterSource("a", "ms", 3, {1}), 1u);
  EXPECT_EQ(FaultOf(author.RegisterSource("a", "s", 3, {1}).status()).code, "already-exists");
  EXPECT_EQ(author.pending(), 1u);
}

TEST(FeedAuthor, RunsOccupyOnePositionARow) {
  FeedAuthor author(EmptyFeed(), TestKey());
  ASSERT_TRUE(author.SourceNumber("a", {1}).ok());
  ASSERT_TRUE(author.SourceNumber("b", {1}).ok());
  tally::Run run;
  run.step = Minutes(1);
  run.sources = {{.source = 1, .previous_position = 0, .rows = 3, .first = {60000000}},
                 {.source = 2, .previous_position = 0, .rows = 2, .first = {0}}};
  run.states = {0b00000100, 0};
  ASSERT_TRUE(author.AddRun(run, ActorKind::kMonitor, {999}).ok());
  ASSERT_TRUE(author.Add(StateAt(1, 600)).ok());
  const auto batches = author.Sign(1000);
  ASSERT_TRUE(batches.ok()) << batches.status();
  const auto checked = ledger::CheckBatchForm(batches->front());
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->headers[2].position, 3u);
  EXPECT_EQ(checked->headers[2].observed_from, Instant{0});
  EXPECT_EQ(checked->headers[2].observed_until, Instant{240000000});
  EXPECT_EQ(checked->headers[3].position, 8u);
  EXPECT_EQ(checked->headers[3].previous_of_source, 5u);
  EXPECT_EQ(author.end().last_positions.at(2), 7u);
}

TEST(Acts, CarryIdSeenAndClaimedTime) {
  ActEnd end;
  end.ledger = Filled<LedgerId>(1);
  end.stream = Filled<StreamId>(3);
  end.seen = Seen{4, Filled<Hash>(5)};
  ActDraft draft;
  draft.kind = BodyKind::kTermsAccepted;
  draft.body = Encode(TermsAccepted{Filled<TermsHash>(8)});
  draft.author = Filled<StreamId>(6);
  draft.answers = Filled<Hash>(7);
  draft.reported_at = {77};
  const auto batch = SignAct(end, draft, TestKey());
  ASSERT_TRUE(batch.ok()) << batch.status();
  const auto checked = ledger::CheckBatchForm(*batch);
  ASSERT_TRUE(checked.ok()) << checked.status();
  const EventHeader& header = checked->headers.front();
  EXPECT_EQ(header.seen, end.seen);
  EXPECT_EQ(header.answers, draft.answers);
  EXPECT_EQ(header.author, draft.author);
  EXPECT_EQ(header.observed_from, Instant{});
  EXPECT_EQ(header.reported_at, Instant{77});
  // Another time, the same act: the id comes from the content alone.
  draft.reported_at = {99};
  draft.at = Instant{55};
  const auto again = ledger::CheckBatchForm(*SignAct(end, draft, TestKey()));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->headers.front().id, header.id);
  EXPECT_EQ(again->headers.front().observed_until, Instant{55});
  draft.id = Filled<ActId>(3);
  EXPECT_EQ(ledger::CheckBatchForm(*SignAct(end, draft, TestKey()))->headers.front().id, draft.id);
}

TEST(Acts, OpeningsAreSignedOverTheLedger) {
  ActDraft draft;
  draft.kind = BodyKind::kFeedOpened;
  draft.body = Encode(FeedOpened{"web", ""});
  draft.author = Filled<StreamId>(6);
  const auto batch = SignOpening(Filled<LedgerId>(1), draft, TestKey());
  ASSERT_TRUE(batch.ok()) << batch.status();
  const auto checked = ledger::CheckBatchForm(*batch);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->headers.front().stream, Filled<StreamId>(1));
  EXPECT_FALSE(checked->headers.front().seen.has_value());
}

TEST(Acts, TooLongBodiesAreRefused) {
  ActDraft draft;
  draft.kind = BodyKind::kDocumentAdded;
  draft.body.resize(kBodyBytesMax + 1);
  EXPECT_EQ(FaultOf(SignAct({}, draft, TestKey()).status()).code, "bad-input");
}

TEST(ProvenGrant, BindsKeyRegistrarAndParty) {
  const AuthorKey key = TestKey();
  const KeyFingerprint registrar = Filled<KeyFingerprint>(3);
  const Hash party = PartyNameHash("lime");
  const KeyGrant grant =
      *ProvenGrant(Filled<LedgerId>(1), *key.key, kRoleAppend, registrar, party);
  const auto verifier = *ledger::Verifier::Create(grant.key);
  const auto holds = [&](const LedgerId& ledger, const KeyFingerprint& by, const Hash& of) {
    return verifier->Verify(ledger::PossessionMessage(ledger, key.key->fingerprint(), by, of),
                            grant.possession);
  };
  EXPECT_TRUE(holds(Filled<LedgerId>(1), registrar, party));
  EXPECT_FALSE(holds(Filled<LedgerId>(2), registrar, party));
  EXPECT_FALSE(holds(Filled<LedgerId>(1), Filled<KeyFingerprint>(4), party));
  EXPECT_FALSE(holds(Filled<LedgerId>(1), registrar, PartyNameHash("lemon")));
}

}  // namespace
}  // namespace tally::tools
