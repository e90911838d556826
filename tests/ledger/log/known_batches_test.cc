// Goal: a retry is one event and gives the receipt of the first; other content is refused (T-47,
// T-60). Method: batches are sent again whole, recut, mixed, resigned and changed.
#include "ledger/log/known_batches.h"

#include <optional>

#include "absl/strings/cord.h"
#include "ledger/log/layout.h"
#include "ledger/log/service_event.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

Instant KnownMinute(int minute) { return At("2026-02-01T00:00:00Z") + Minutes(minute); }

class KnownBatchesTest : public ::testing::Test {
 protected:
  KnownBatchesTest() : lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    feed_.Register(1, "site");
    for (int i = 0; i < 4; ++i) feed_.Report(1, State::kUp, KnownMinute(i));
    first_ = feed_.Sign();
    receipt_ = test_.Append(first_);
  }
  ~KnownBatchesTest() override { EXPECT_TRUE(test_.CheckLedger()); }

  // The same author again from the beginning of the feed, as after losing all memory.
  TestFeed Fresh() {
    return TestFeed(test_.ledger().id(), feed_.id(), feed_.opening(), "uptime", lime_);
  }
  uint64_t size() const { return test_.ledger().head().size; }

  TestLedger test_;
  TestParty& lime_;
  TestFeed& feed_;
  SignedBatch first_;
  AppendReceipt receipt_;
};

TEST_F(KnownBatchesTest, T60AnExactRetryGetsTheFirstReceipt) {
  const uint64_t before = size();
  for (int i = 0; i < 3; ++i) {
    const auto again = test_.TryAppend(first_);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->already_known);
    EXPECT_EQ(again->index, receipt_.index);
    EXPECT_EQ(again->recorded, receipt_.recorded);
    EXPECT_EQ(again->checkpoint_size, receipt_.checkpoint_size);
  }
  EXPECT_EQ(size(), before);
}

TEST_F(KnownBatchesTest, T60TwiceInOneCallIsOneEvent) {
  feed_.Report(1, State::kDown, KnownMinute(10));
  const SignedBatch batch = feed_.Sign();
  std::vector<SignedBatch> twice = {batch, batch};
  const auto outcomes = test_.writer().Append(twice);
  ASSERT_TRUE(outcomes[0].ok() && outcomes[1].ok()) << outcomes[1].status();
  EXPECT_FALSE(outcomes[0]->already_known);
  EXPECT_TRUE(outcomes[1]->already_known);
  EXPECT_EQ(outcomes[0]->index, outcomes[1]->index);
}

// T-47: another key, another batch, another reportedAt: the same events.
TEST_F(KnownBatchesTest, T47OtherSignaturesAndCutsOfKnownEventsAreRetries) {
  const auto second_key = TestKey("second");
  KeyRegistered grant;
  grant.grant.key = second_key->public_key();
  grant.grant.roles = kRoleAppend;
  const Signature possession =
      second_key->Sign(PossessionMessage(test_.ledger().id(), second_key->fingerprint(),
                                         lime_.key->fingerprint(), Rename<Hash>(lime_.id)));
  grant.grant.possession.assign(possession.begin(), possession.end());
  test_.Append(test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRegistered, Encode(grant)));
  const uint64_t before = size();

  TestFeed fresh = Fresh();
  fresh.reported_at = KnownMinute(500);
  fresh.Register(1, "site").Report(1, State::kUp, KnownMinute(0));
  const auto first_part = test_.TryAppend(fresh.SignWith(*second_key));
  ASSERT_TRUE(first_part.ok()) << first_part.status();
  EXPECT_TRUE(first_part->already_known);
  fresh.Report(1, State::kUp, KnownMinute(1)).Report(1, State::kUp, KnownMinute(2));
  const auto second_part = test_.TryAppend(fresh.Sign());
  ASSERT_TRUE(second_part.ok()) << second_part.status();
  EXPECT_TRUE(second_part->already_known);
  EXPECT_EQ(second_part->index, receipt_.index);
  EXPECT_EQ(size(), before);
}

TEST_F(KnownBatchesTest, AMixtureIsRefusedWithTheLastEvidence) {
  TestFeed fresh = Fresh();
  fresh.Register(1, "site");
  for (int i = 0; i < 5; ++i) fresh.Report(1, State::kUp, KnownMinute(i));
  const auto mixed = test_.TryAppend(fresh.Sign());
  EXPECT_TRUE(absl::IsAborted(mixed.status())) << mixed.status();
  const auto payload = mixed.status().GetPayload(kLastEvidencePayload);
  ASSERT_TRUE(payload.has_value());
  const std::string bytes(*payload);
  EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), first_.evidence);
}

TEST_F(KnownBatchesTest, OtherContentAtAPositionIsKeptAsEquivocation) {
  TestFeed fresh = Fresh();
  fresh.Register(1, "site").Report(1, State::kDown, KnownMinute(0));
  const SignedBatch lie = fresh.Sign();
  const auto refused = test_.TryAppend(lie);
  EXPECT_TRUE(absl::IsAlreadyExists(refused.status())) << refused.status();
  feed_.Report(1, State::kUp, KnownMinute(20));
  test_.Append(feed_.Sign());  // It travels with the next commit.
  test_.Close();
  Store::Options options;
  options.directory = test_.store_directory();
  {
    const auto store = Store::Open(options);
    ASSERT_TRUE(store.ok());
    const auto kept = (*store)->Get(layout::Equivocation(feed_.opening(), 2));
    ASSERT_TRUE(kept.ok() && kept->has_value());
    ByteReader reader(**kept);
    const uint32_t length = reader.U32();
    EXPECT_EQ(reader.U32(), 1u) << "its place in the refused batch";
    const ByteView header = reader.Raw(length);
    EXPECT_EQ(Bytes(header.begin(), header.end()), lie.events[1].header);
  }
  test_.Reopen();
}

TEST_F(KnownBatchesTest, AnEquivocationMustBeValidlySigned) {
  TestFeed fresh = Fresh();
  fresh.Register(1, "site").Report(1, State::kDown, KnownMinute(0));
  SignedBatch lie = fresh.Sign();
  lie.evidence[40] ^= 1;
  EXPECT_TRUE(absl::IsPermissionDenied(test_.TryAppend(lie).status()));
}

TEST_F(KnownBatchesTest, GapsAreNotFilledLater) {
  EventHeader header;
  header.kind = BodyKind::kStateReported;
  header.actor = ActorKind::kMonitor;
  header.stream = feed_.id();
  header.previous = feed_.previous();
  header.position = 100;
  header.source = 1;
  header.previous_of_source = feed_.position();
  StateReported body;
  body.state = State::kUp;
  feed_.Add(header, Encode(body), TestFeed::Links::kAsIs);
  test_.Append(feed_.Sign());
  TestFeed late = Fresh();
  late.Resume(49, feed_.previous());
  header.position = 50;
  header.previous = feed_.previous();
  header.previous_of_source = 5;
  late.Add(header, Encode(body), TestFeed::Links::kAsIs);
  EXPECT_TRUE(absl::IsAborted(test_.TryAppend(late.Sign()).status()));
}

TEST_F(KnownBatchesTest, RunsInAnotherCutAreRefused) {
  feed_.Run({1}, 10, KnownMinute(100), Minutes(1), State::kUp);
  test_.Append(feed_.Sign());
  const uint64_t before = size();
  for (const uint32_t rows : {10u, 5u, 11u}) {
    TestFeed again = Fresh();
    again.Register(1, "site");
    for (int i = 0; i < 4; ++i) again.Report(1, State::kUp, KnownMinute(i));
    (void)again.Sign();
    again.Run({1}, rows, KnownMinute(100), Minutes(1), State::kUp);
    const auto outcome = test_.TryAppend(again.Sign());
    if (rows == 10) {
      EXPECT_TRUE(outcome.ok() && outcome->already_known) << outcome.status();
    } else {
      EXPECT_TRUE(absl::IsAborted(outcome.status())) << outcome.status();
    }
  }
  EXPECT_EQ(size(), before);
}

TEST_F(KnownBatchesTest, WatermarksAreIdempotentToo) {
  feed_.Mark(KnownMinute(30));
  const SignedBatch mark = feed_.Sign();
  const AppendReceipt marked = test_.Append(mark);
  EXPECT_EQ(test_.TryAppend(mark)->index, marked.index);
  // Linked anew by an author who has lost count: still the same word.
  feed_.Mark(KnownMinute(30));
  const auto again = test_.TryAppend(feed_.Sign());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->already_known);
  feed_.Resume(5, test_.ledger().StreamAt(feed_.opening())->newest_digest);
  feed_.Mark(KnownMinute(29));
  EXPECT_TRUE(absl::IsAborted(test_.TryAppend(feed_.Sign()).status()));  // It never goes back.
}

TEST_F(KnownBatchesTest, T60ActsAreIdempotentById) {
  TestParty& coral = test_.AddParty("coral");
  const uint64_t gold = test_.AddAgreement("gold", {{"provider", &lime_}, {"customer", &coral}});
  ClaimFiled claim;
  claim.reason = "down";
  const SignedBatch act = test_.SignAct(coral, gold, BodyKind::kClaimFiled, Encode(claim));
  const AppendReceipt filed = test_.Append(act);
  // Seen and reportedAt differ: the same act.
  const auto again = test_.TryAppend(test_.SignAct(coral, gold, BodyKind::kClaimFiled,
                                                   Encode(claim), {.reported_at = KnownMinute(1)}));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->already_known);
  EXPECT_EQ(again->index, filed.index);
  // The same id with other content.
  const ActId id = *DecodeHeader(act.events[0].header)->id;
  claim.reason = "down again";
  const SignedBatch other =
      test_.SignAct(coral, gold, BodyKind::kClaimFiled, Encode(claim), {.id = id});
  EXPECT_TRUE(absl::IsAlreadyExists(test_.TryAppend(other).status()));
  // Ids are scoped to their author.
  EXPECT_TRUE(
      test_.TryAppend(test_.SignAct(lime_, gold, BodyKind::kClaimFiled, Encode(claim), {.id = id}))
          .ok());
}

TEST_F(KnownBatchesTest, OpeningsAreIdempotentById) {
  const Bytes body = Encode(FeedOpened{"second", "probes"});
  const SignedBatch opening = test_.SignOpening(lime_.id, BodyKind::kFeedOpened, body, *lime_.key);
  const AppendReceipt first = test_.Append(opening);
  const auto again = test_.TryAppend(opening);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->already_known);
  EXPECT_EQ(again->index, first.index);
}

}  // namespace
}  // namespace tally::ledger
