// Goal: a ledger keeps what it acknowledged, across closing and opening, and an audit agrees after
// every step. Method: small ledgers are made, written, reopened and audited.
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "ledger/log/known_batches.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(Writer, ALedgerBeginsWithItsGenesis) {
  TestLedger test;
  EXPECT_EQ(test.ledger().head().size, 1u);
  EXPECT_EQ(test.ledger().origin(), "ledger.example/test");
  const auto genesis = test.ledger().ReadRecord(0);
  ASSERT_TRUE(genesis.ok()) << genesis.status();
  EXPECT_EQ(Rename<LedgerId>(genesis->leaf()), test.ledger().id());
  EXPECT_EQ(genesis->verdict(), KeyVerdict::kValid);
  EXPECT_TRUE(test.CheckLedger());
}

TEST(Writer, EveryKindOfStreamIsWrittenAndRead) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestParty& coral = test.AddParty("coral");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  feed.Report(1, State::kDown, At("2026-02-01T01:00:00Z")).Mark(At("2026-02-02T00:00:00Z"));
  const AppendReceipt batch = test.Append(feed.Sign());
  const uint64_t agreement = test.AddAgreement("gold", {{"provider", &lime}, {"customer", &coral}});
  ClaimFiled claim;
  claim.reason = "it was down";
  claim.windows = {{"availability", {At("2026-02-01T00:00:00Z"), At("2026-03-01T00:00:00Z")}}};
  const uint64_t filed =
      test.Append(test.SignAct(coral, agreement, BodyKind::kClaimFiled, Encode(claim))).index;
  ClaimAnswered answer;
  answer.answer = ClaimAnswer::kAccepted;
  test.Append(test.SignAct(lime, agreement, BodyKind::kClaimAnswered, Encode(answer),
                           {.answers = test.DigestAt(filed)}));
  EXPECT_TRUE(test.CheckLedger());

  const auto record = test.ledger().ReadRecord(batch.index);
  ASSERT_TRUE(record.ok()) << record.status();
  ASSERT_EQ(record->events().size(), 4u);
  EXPECT_EQ(record->events()[3].header.position, 3u);  // A watermark carries the last position.
  EXPECT_EQ(record->verdict(), KeyVerdict::kValid);
  const auto state = test.ledger().FindStream(StreamKind::kFeed, "uptime");
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->last_position, 3u);
  EXPECT_EQ(state->author, lime.id);
  EXPECT_EQ(*test.ledger().RecordOfPosition(state->opening_index, 2), batch.index);
  EXPECT_FALSE(test.ledger().RecordOfPosition(state->opening_index, 4).ok());
  EXPECT_EQ(test.ledger().EndOfSource(state->opening_index, 1)->last_position, 3u);
  EXPECT_EQ(test.ledger().Streams()->size(), 5u);
}

TEST(Writer, WhatWasClosedIsThereWhenOpenedForReading) {
  TestLedger test;
  test.AddParty("lime");
  const Head head = test.ledger().head();
  test.Close();
  const auto reader = Ledger::Open(test.options());
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->head().size, head.size);
  EXPECT_EQ((*reader)->head().root, head.root);
  EXPECT_EQ((*reader)->head().note, head.note);
  EXPECT_NE((*reader)->keyring().FindParty("lime"), nullptr);
  test.Reopen();
}

TEST(Writer, ASecondWriterIsTurnedAway) {
  TestLedger test;
  const auto second = LedgerWriter::Open(test.options(), test.environment());
  EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
}

TEST(Writer, AnotherLogKeyMayNotAppend) {
  TestLedger test;
  test.Close();
  const auto other = TestKey("another log");
  WriterEnvironment environment = test.environment();
  environment.log_key = other.get();
  const auto writer = LedgerWriter::Open(test.options(), environment);
  EXPECT_TRUE(absl::IsPermissionDenied(writer.status())) << writer.status();
  test.Reopen();
}

TEST(Writer, CreationNeedsAnEmptyPlace) {
  TestLedger test;
  CreateOptions create;
  create.ledger = test.options();
  create.origin = "ledger.example/other";
  create.genesis_signer = &test.service_key();
  const auto again = LedgerWriter::Create(create, test.environment());
  EXPECT_TRUE(absl::IsFailedPrecondition(again.status())) << again.status();
}

TEST(Writer, GenesisIsSignedByAnOperator) {
  const tests::ScratchDirectory directory;
  TestLedger other;
  CreateOptions create;
  create.ledger.directory = directory.path() + "/ledger";
  create.origin = "ledger.example/other";
  const auto signer = TestKey("nobody");
  create.genesis_signer = signer.get();
  EXPECT_TRUE(absl::IsInvalidArgument(LedgerWriter::Create(create, other.environment()).status()));
}

TEST(Writer, TheHeadMayLieElsewhereAndIsFoundAgain) {
  const tests::ScratchDirectory directory;
  TestLedger other;
  CreateOptions create;
  create.ledger.directory = directory.path() + "/ledger";
  create.ledger.head_path = directory.path() + "/elsewhere.head";
  create.origin = "ledger.example/other";
  KeyGrant grant;
  grant.key = other.service_key().public_key();
  grant.roles = kRoleOperator;
  create.service_keys = {grant};
  create.genesis_signer = &other.service_key();
  auto writer = LedgerWriter::Create(create, other.environment());
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->Close().ok());
  writer->reset();
  LedgerOptions options;
  options.directory = create.ledger.directory;
  EXPECT_TRUE(Ledger::Open(options).ok());
  EXPECT_FALSE(std::filesystem::exists(options.directory + ".head"));
}

TEST(Writer, ADryRunChangesNothing) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  const SignedBatch batch = feed.Sign();
  const Head before = test.ledger().head();
  const auto receipt = test.writer().DryRun(batch);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->index, before.size);
  EXPECT_EQ(test.ledger().head().size, before.size);
  EXPECT_EQ(test.Append(batch).index, before.size);
  EXPECT_TRUE(test.writer().DryRun(batch)->already_known);
}

TEST(Writer, AfterClosingAppendsAreRefused) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  const SignedBatch batch = feed.Sign();
  ASSERT_TRUE(test.writer().Close().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(test.TryAppend(batch).status()));
  test.Close();
  test.Reopen();
  EXPECT_TRUE(test.TryAppend(batch).ok());
}

// T-05: every receipt names a record under the checkpoint that it names.
TEST(Writer, T05EveryReceiptIsProvenByTheNextCheckpoint) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  std::vector<TestFeed*> feeds;
  for (int i = 0; i < 4; ++i) feeds.push_back(&test.AddFeed(absl::StrCat("feed", i), lime));
  std::vector<std::thread> threads;
  std::vector<std::vector<AppendReceipt>> receipts(feeds.size());
  for (size_t i = 0; i < feeds.size(); ++i) {
    threads.emplace_back([&, i] {
      feeds[i]->Register(1, "site");
      for (int minute = 0; minute < 50; ++minute) {
        feeds[i]->Report(1, State::kUp, At("2026-02-01T00:00:00Z") + Minutes(minute));
        std::vector<SignedBatch> batches;
        batches.push_back(feeds[i]->Sign());
        const auto outcome = test.writer().Append(std::move(batches));
        ASSERT_TRUE(outcome[0].ok()) << outcome[0].status();
        receipts[i].push_back(*outcome[0]);
        const Head head = test.writer().ledger().head();
        ASSERT_GE(head.size, outcome[0]->checkpoint_size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> indexes;
  for (const auto& list : receipts) {
    for (const AppendReceipt& receipt : list) {
      EXPECT_LT(receipt.index, receipt.checkpoint_size);
      EXPECT_TRUE(indexes.insert(receipt.index).second);
      EXPECT_TRUE(test.ledger().Prove(receipt.index, 0).ok());
    }
  }
  EXPECT_TRUE(test.CheckLedger());
}

}  // namespace
}  // namespace tally::ledger
