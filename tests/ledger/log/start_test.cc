// Goal: the table in start.h, row by row: what is accepted, what is taken back, what is refused and
// with which words. Method: one toy store, judged against every kind of outside head.
#include "ledger/log/start.h"

#include <gtest/gtest.h>

#include "tests/ledger/log/toy_log.h"

namespace tally::ledger {
namespace {

using tests::ToyEnd;
using tests::ToyHead;
using tests::ToyOptions;
using tests::ToyRootAt;
using tests::ToyRoots;
using Verdict = Judgement::Verdict;

class StartTest : public testing::Test {
 protected:
  StartTest() {
    tests::MakeToyLog(scratch_.path(), 9, ToyEnd::kSealed);
    Store::Options options;
    options.directory = StoreDirectory();
    store_ = *Store::Open(options);
    head_ = *HeadFileSlot();
  }
  std::string StoreDirectory() const { return scratch_ / "ledger/store"; }
  absl::StatusOr<HeadSlot> HeadFileSlot() const {
    const auto log = OpenEmbeddedLogForReading(ToyOptions(scratch_.path()));
    if (!log.ok()) return log.status();
    return log->head;
  }
  std::string RefusedFor(const HeadSlot& outside) {
    const auto judgement = JudgeStore(*store_, outside, ToyRootAt, TailCheck::kVerify);
    EXPECT_TRUE(absl::IsFailedPrecondition(judgement.status())) << judgement.status();
    return std::string(judgement.status().message());
  }
  tests::ScratchDirectory scratch_;
  std::unique_ptr<Store> store_;
  HeadSlot head_;
  ToyRoots roots_;
};

TEST_F(StartTest, FindsTheEnd) {
  const auto end = FindStoredEnd(*store_);
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->size, 9u);
  ASSERT_TRUE(end->inside.has_value());
  EXPECT_EQ(*end->inside, head_);
}

TEST_F(StartTest, EqualGoesOn) {
  const auto judgement = JudgeStore(*store_, head_, ToyRootAt, TailCheck::kVerify);
  ASSERT_TRUE(judgement.ok()) << judgement.status();
  EXPECT_EQ(judgement->verdict, Verdict::kEqual);
}

// T-10: the store is older than the head.
TEST_F(StartTest, T10BehindIsRefusedAndNamesTheMissingRecords) {
  HeadSlot outside = ToyHead(12, roots_);
  outside.generation = head_.generation + 3;
  const std::string message = RefusedFor(outside);
  EXPECT_NE(message.find("records 9 to 11 are missing"), std::string::npos) << message;
  EXPECT_NE(message.find(outside.root.ToHex()), std::string::npos) << message;
  EXPECT_NE(message.find(outside.ledger.ToHex()), std::string::npos) << message;
}

TEST_F(StartTest, AnotherRootIsRefused) {
  HeadSlot outside = head_;
  ++outside.generation;
  outside.root.bytes[5] ^= 1;
  const std::string message = RefusedFor(outside);
  EXPECT_NE(message.find("root " + head_.root.ToHex() + " at that size"), std::string::npos)
      << message;
}

// T-09
TEST_F(StartTest, T09TheHeadOfAnotherLedgerIsRefused) {
  HeadSlot outside = head_;
  ++outside.generation;
  outside.ledger.bytes[0] ^= 1;
  EXPECT_NE(RefusedFor(outside).find("ledger " + head_.ledger.ToHex()), std::string::npos);
}

// T-10, T-21: the head file was restored from a copy, the store was not.
TEST_F(StartTest, T10T21AnOlderHeadFileIsRefused) {
  HeadSlot outside = ToyHead(6, roots_);
  outside.generation = head_.generation - 2;
  EXPECT_NE(RefusedFor(outside).find("rolled back or is a copy"), std::string::npos);
  outside.generation = head_.generation;
  EXPECT_NE(RefusedFor(outside).find("same generation"), std::string::npos);
  outside.generation = head_.generation + 1;
  EXPECT_NE(RefusedFor(outside).find("covers 9 records"), std::string::npos);
}

TEST_F(StartTest, RecoveriesHaveOneSpelling) {
  Claimed::Recovery recovery{.head_size = 1, .found_size = 2, .kept_size = 3, .dropped_bytes = 4,
                             .quarantine = {}, .reason = "why"};
  recovery.quarantine.bytes.fill(5);
  const Bytes bytes = EncodeRecovery(recovery);
  const auto decoded = DecodeRecovery(bytes);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(EncodeRecovery(*decoded), bytes);
  EXPECT_EQ(decoded->reason, "why");
  EXPECT_EQ(decoded->quarantine, recovery.quarantine);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeRecovery(ByteView(bytes).first(length)).status()));
  }
}

// A tail: records beyond the head that were never acknowledged.
class TailTest : public testing::Test {
 protected:
  // Appends [6, 9) to a log of six without acknowledging it; `spoil` may change what is stored.
  void MakeTail(const std::function<void(Commit&)>& spoil) {
    tests::MakeToyLog(scratch_.path(), 6, ToyEnd::kSealed);
    Commit commit = tests::ToyCommit(6, 3);
    auto options = ToyOptions(scratch_.path());
    options.failpoint = [&](absl::string_view point) {
      if (point == "append.before-write" && spoil) spoil(commit);
    };
    const auto log = *OpenEmbeddedLog(options);
    const auto claimed = log->Claim();
    TALLY_CHECK(claimed.ok());
    const absl::Status appended = log->Append(claimed->epoch, commit);
    EXPECT_EQ(appended.ok(), !spoil);
    head_ = claimed->head;
  }
  absl::StatusOr<Judgement> Judge() {
    Store::Options options;
    options.directory = scratch_ / "ledger/store";
    const auto store = Store::Open(options);
    if (!store.ok()) return store.status();
    return JudgeStore(**store, head_, ToyRootAt, TailCheck::kVerify);
  }
  tests::ScratchDirectory scratch_;
  HeadSlot head_;
};

TEST_F(TailTest, ATailThatVerifiesIsKept) {
  MakeTail(nullptr);
  const auto judgement = Judge();
  ASSERT_TRUE(judgement.ok()) << judgement.status();
  EXPECT_EQ(judgement->verdict, Verdict::kTailVerifies);
  EXPECT_EQ(judgement->end.size, 9u);
}

TEST_F(TailTest, ATailThatDoesNotVerifyIsNamed) {
  MakeTail([](Commit& commit) { commit.bodies.back() ^= 1; });
  const auto judgement = Judge();
  ASSERT_TRUE(judgement.ok()) << judgement.status();
  EXPECT_EQ(judgement->verdict, Verdict::kTailDoesNotVerify);
  EXPECT_NE(judgement->reason.find("record 8"), std::string::npos) << judgement->reason;
}

TEST_F(TailTest, ATailWithoutAReadableSpineEndsWhereItsUndoSays) {
  MakeTail([](Commit& commit) { commit.spine[0] ^= 1; });
  const auto judgement = Judge();
  ASSERT_TRUE(judgement.ok()) << judgement.status();
  EXPECT_EQ(judgement->verdict, Verdict::kTailDoesNotVerify);
  EXPECT_EQ(judgement->end.size, 9u);
}

}  // namespace
}  // namespace tally::ledger
