// Goal: group commit loses nothing, answers each batch once and in truth, and a failed write ends
// the writer. Method: many batches in one call, callers in parallel, and a backend that fails at
// the n-th call.
#include "ledger/log/appender.h"

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

Instant Minute(int minute) { return At("2026-02-01T00:00:00Z") + Minutes(minute); }

TEST(Appender, BatchesOfOneCallShareCommits) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  test.Append(feed.Sign());
  std::vector<SignedBatch> batches;
  for (int i = 0; i < 100; ++i) {
    feed.Report(1, State::kUp, Minute(i));
    batches.push_back(feed.Sign());
  }
  const uint64_t before = test.ledger().head().size;
  const auto outcomes = test.writer().Append(std::move(batches));
  std::set<uint64_t> commits;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_TRUE(outcomes[i].ok()) << outcomes[i].status();
    EXPECT_EQ(outcomes[i]->index, before + i);
    commits.insert(outcomes[i]->checkpoint_size);
  }
  EXPECT_LT(commits.size(), 100u);
  EXPECT_EQ(*commits.rbegin(), test.ledger().head().size);
  EXPECT_TRUE(test.CheckLedger());
}

TEST(Appender, ACommitClosesAtItsTarget) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  std::vector<SignedBatch> batches = {feed.Sign()};
  for (int batch = 0; batch < 5; ++batch) {
    for (int i = 0; i < 1000; ++i) feed.Report(1, State::kUp, Minute(batch * 1000 + i) - Days(10));
    batches.push_back(feed.Sign());
  }
  const auto outcomes = test.writer().Append(std::move(batches));
  std::set<uint64_t> commits;
  for (const auto& outcome : outcomes) {
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    commits.insert(outcome->checkpoint_size);
  }
  EXPECT_GE(commits.size(), 5u);  // No commit holds two batches of a thousand.
  EXPECT_TRUE(test.CheckLedger());
}

// T-60, T-62: many callers at once; each outcome is that of its own batch.
TEST(Appender, T60ParallelCallersAreAnsweredEachForItsOwn) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  std::vector<TestFeed*> feeds;
  for (int i = 0; i < 8; ++i) feeds.push_back(&test.AddFeed(absl::StrCat("feed", i), lime));
  std::vector<std::thread> threads;
  for (TestFeed* feed : feeds) {
    threads.emplace_back([&test, feed] {
      feed->Register(1, "site");
      std::vector<SignedBatch> batches = {feed->Sign()};
      for (int i = 0; i < 20; ++i) {
        feed->Report(1, State::kUp, Minute(i));
        batches.push_back(feed->Sign());
      }
      std::vector<SignedBatch> again = batches;
      const auto first = test.writer().Append(std::move(batches));
      const auto second = test.writer().Append(std::move(again));
      for (size_t i = 0; i < first.size(); ++i) {
        ASSERT_TRUE(first[i].ok() && second[i].ok()) << second[i].status();
        EXPECT_FALSE(first[i]->already_known);
        EXPECT_TRUE(second[i]->already_known);
        EXPECT_EQ(first[i]->index, second[i]->index);
        EXPECT_EQ(first[i]->checkpoint_size, second[i]->checkpoint_size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(test.CheckLedger());
}

TEST(Appender, NothingIsAnsweredForNothing) {
  TestLedger test;
  EXPECT_TRUE(test.writer().Append({}).empty());
}

// T-52 end to end: the clock leaps, nothing is recorded until the operator confirms.
TEST(Appender, T52ALeapOfTheClockStopsAppendsUntilConfirmed) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  const SignedBatch batch = feed.Sign();
  test.clock().Set(At("2099-01-01T00:00:00Z"));
  EXPECT_TRUE(absl::IsFailedPrecondition(test.TryAppend(batch).status()));
  // Nobody but the operator confirms, and an unauthorised try leaves no trace.
  const TimeAccepted accepted{test.clock().Now(), "moved"};
  EXPECT_FALSE(test.TryAppend(test.SignServiceAct(0, BodyKind::kTimeAccepted, Encode(accepted),
                                                  {.key = &test.projector_key()}))
                   .ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(test.TryAppend(batch).status()));
  test.Append(test.SignServiceAct(0, BodyKind::kTimeAccepted, Encode(accepted)));
  EXPECT_TRUE(test.TryAppend(batch).ok());
  // The way back needs a correction, which lowers the time once.
  test.clock().Set(At("2026-03-02T00:00:00Z"));
  feed.Report(1, State::kUp, Minute(1));
  const SignedBatch next = feed.Sign();
  EXPECT_TRUE(absl::IsFailedPrecondition(test.TryAppend(next).status()));
  const AppendReceipt corrected = test.Append(test.SignServiceAct(
      0, BodyKind::kTimeCorrected, Encode(TimeCorrected{test.clock().Now(), "back"})));
  EXPECT_EQ(corrected.recorded, test.clock().Now());
  EXPECT_TRUE(test.TryAppend(next).ok());
  EXPECT_TRUE(test.CheckLedger());
  // "Largest N such that every entry below has time <= T" holds across the correction.
  EXPECT_EQ(*test.ledger().SizeAsRecorded(At("2026-04-01T00:00:00Z")), corrected.index - 2);
}

TEST(Appender, AnIdleLedgerIsOpenedAfterAConfirmation) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  test.Close();
  test.clock().Advance(Days(32));
  test.Reopen();
  feed.Register(1, "site");
  const SignedBatch batch = feed.Sign();
  EXPECT_TRUE(absl::IsFailedPrecondition(test.TryAppend(batch).status()));
  test.Append(test.SignServiceAct(0, BodyKind::kTimeAccepted,
                                  Encode(TimeAccepted{test.clock().Now(), "holiday"})));
  EXPECT_TRUE(test.TryAppend(batch).ok());
}

// ---- A backend that fails ----------------------------------------------------------------------

class FailingBackend final : public LogBackend {
 public:
  explicit FailingBackend(std::unique_ptr<LogBackend> under) : under_(std::move(under)) {}
  absl::StatusOr<Claimed> Claim() override { return under_->Claim(); }
  absl::Status Append(uint64_t epoch, const Commit& commit) override {
    if (appends_++ == fail_append) return absl::UnavailableError("EIO");
    return under_->Append(epoch, commit);
  }
  absl::Status Barrier(uint64_t epoch, const HeadSlot& head) override {
    if (barriers_++ == fail_barrier) return absl::UnavailableError("EIO");
    return under_->Barrier(epoch, head);
  }
  absl::Status Erase(uint64_t epoch) override { return under_->Erase(epoch); }
  const Store& store() const override { return under_->store(); }
  absl::Status Seal(uint64_t epoch) override { return under_->Seal(epoch); }

  int fail_append = -1, fail_barrier = -1;

 private:
  std::unique_ptr<LogBackend> under_;
  int appends_ = 0, barriers_ = 0;
};

// T-31, T-33: after a failed write or barrier every outcome is unknown or refused, none is OK, and
// nothing acknowledged is lost; the authors ask again after the restart.
TEST(Appender, T31AFailedStepPoisonsAndTheRestartDecides) {
  for (const bool barrier : {false, true}) {
    for (int step = 0; step < 4; ++step) {
      TestLedger test;
      TestParty& lime = test.AddParty("lime");
      TestFeed& feed = test.AddFeed("uptime", lime);
      std::vector<SignedBatch> batches;
      feed.Register(1, "site");
      for (int i = 0; i < 6; ++i) {
        feed.Report(1, State::kUp, Minute(i));
        batches.push_back(feed.Sign());
      }
      const LedgerId id = test.ledger().id();
      const Keyring keyring = test.ledger().keyring();
      test.Close();
      std::vector<bool> acknowledged;
      {
        FailingBackend backend(*OpenEmbeddedLog(BackendOptions(test.options())));
        const Claimed claimed = *backend.Claim();
        (barrier ? backend.fail_barrier : backend.fail_append) = step;
        AppenderOptions options;
        options.backend = &backend;
        options.epoch = claimed.epoch;
        options.size = claimed.head.size;
        options.ledger = id;
        options.origin = "ledger.example/test";
        options.keyring = keyring;
        options.clock = &test.clock();
        options.log_key = &test.log_key();
        const auto appender = Appender::Start(std::move(options));
        ASSERT_TRUE(appender.ok());
        for (const SignedBatch& batch : batches) {
          std::vector<SignedBatch> one = {batch};
          const auto outcome = (*appender)->Append(std::move(one))[0];
          acknowledged.push_back(outcome.ok());
          if (!outcome.ok()) {
            EXPECT_TRUE(absl::IsUnavailable(outcome.status())) << outcome.status();
          }
        }
        EXPECT_FALSE((*appender)->DryRun(batches[0]).ok());
      }
      const auto expected = static_cast<size_t>(step);
      for (size_t i = 0; i < acknowledged.size(); ++i) EXPECT_EQ(acknowledged[i], i < expected);
      test.Reopen();
      const auto again = test.writer().Append(batches);
      for (size_t i = 0; i < again.size(); ++i) {
        ASSERT_TRUE(again[i].ok()) << again[i].status();
        if (acknowledged[i]) {
          EXPECT_TRUE(again[i]->already_known);
        }
      }
      EXPECT_TRUE(test.CheckLedger());
    }
  }
}

// T-12: a bit that flips in memory between hashing and storing ends the commit before anything is
// written or signed.
TEST(Appender, T12ABitFlippedInMemoryIsNeverStored) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  const SignedBatch batch = feed.Sign();
  const LedgerId id = test.ledger().id();
  const Keyring keyring = test.ledger().keyring();
  test.Close();
  {
    const auto backend = *OpenEmbeddedLog(BackendOptions(test.options()));
    const Claimed claimed = *backend->Claim();
    size_t bytes = 1;  // of the two values, known after the first round
    for (size_t at = 0; at < bytes; ++at) {
      AppenderOptions options;
      options.backend = backend.get();
      options.epoch = claimed.epoch;
      options.size = claimed.head.size;
      options.ledger = id;
      options.origin = "ledger.example/test";
      options.keyring = keyring;
      options.clock = &test.clock();
      options.log_key = &test.log_key();
      options.corrupt = [&](Commit& commit) {
        bytes = commit.spine.size() + commit.bodies.size();
        uint8_t& byte =
            at < commit.spine.size() ? commit.spine[at] : commit.bodies[at - commit.spine.size()];
        byte = static_cast<uint8_t>(byte ^ (1 << at % 8));
      };
      const auto appender = *Appender::Start(std::move(options));
      ASSERT_FALSE(appender->Append({batch})[0].ok()) << "byte " << at;
    }
    ASSERT_GT(bytes, 500u);
  }
  test.Reopen();
  EXPECT_TRUE(test.TryAppend(batch).ok());
  EXPECT_TRUE(test.CheckLedger());
}

}  // namespace
}  // namespace tally::ledger
