// Goal: events are recorded once, whole or not at all, here or signed elsewhere.
// Method: the program as a function on a ledger with one feed; each input run twice.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class AppendTest : public testing::Test {
 protected:
  void SetUp() override { test_.MakeFeed(); }
  Outcome Append(const std::string& lines, std::vector<std::string> more = {}) {
    test_.Write("in.jsonl", lines);
    std::vector<std::string> words = {"append", test_.Path("in.jsonl"), "--feed", "web",
                                      "--key",  test_.Path("lime.pem")};
    words.insert(words.end(), more.begin(), more.end());
    return test_.OnLedger(std::move(words));
  }
  uint64_t Size() { return test_.OpenAcme()->head().size; }
  TallyTest test_;
};

TEST_F(AppendTest, TheSameInputIsRecordedOnce) {
  const Outcome first = Append(TallyTest::StateLines(10), {"--batch", "4"});
  ASSERT_EQ(first.exit, 0) << first.err;
  const uint64_t size = Size();
  EXPECT_EQ(size, 3u + 3u);  // genesis, party, feed; eleven events in three batches
  const Outcome second = Append(TallyTest::StateLines(10));
  ASSERT_EQ(second.exit, 0) << second.err;
  EXPECT_TRUE(absl::StrContains(second.out, "recorded already")) << second.out;
  EXPECT_EQ(Size(), size);
  // What is new behind what is known is recorded alone.
  const Outcome third = Append(TallyTest::StateLines(12), {"--json"});
  ASSERT_EQ(third.exit, 0) << third.err;
  EXPECT_EQ(Size(), size + 1);
  EXPECT_TRUE(absl::StrContains(third.out, "\"first_position\":\"12\",\"last_position\":\"13\""))
      << third.out;
}

TEST_F(AppendTest, OneBadLineRecordsNothing) {
  const Outcome outcome = Append(TallyTest::StateLines(3) + "{\"kind\":\"state reported\"}\n");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "in.jsonl:4:1: ")) << outcome.err;
  EXPECT_EQ(Size(), 3u);
}

// A misspelt key is the reason why another seems to be missing, so it is named first.
TEST_F(AppendTest, AnUnknownKeyIsNamedBeforeWhatIsMissing) {
  const Outcome outcome =
      Append(R"({"kind":"state reported","source":"site","att":"2025-12-01T00:00:00Z",)"
             R"("body":{"state":"up"}})");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "unknown key \"att\"; did you mean at?"))
      << outcome.err;
}

TEST_F(AppendTest, AMissingSourceIsRefusedAtItsLine) {
  const Outcome outcome =
      Append(TallyTest::StateLines(1) +
             R"({"kind":"state reported","at":"2025-12-01T00:05:00Z","body":{"state":"up"}})");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "in.jsonl:2:1: \"state reported\" names no source"))
      << outcome.err;
  EXPECT_EQ(Size(), 3u);
}

TEST_F(AppendTest, AWatermarkThatGoesBackIsRefusedAtItsLine) {
  const std::string later = R"({"kind":"watermark","body":{"through":"2025-12-01T03:00:00Z"}})";
  const std::string earlier = R"({"kind":"watermark","body":{"through":"2025-12-01T02:00:00Z"}})";
  ASSERT_EQ(Append(later).exit, 0);
  const uint64_t size = Size();
  EXPECT_EQ(Append(later).exit, 0);
  const Outcome outcome = Append(TallyTest::StateLines(1) + earlier);
  EXPECT_EQ(outcome.exit, 5);
  EXPECT_TRUE(absl::StrContains(outcome.err,
                                "in.jsonl:2:1: the watermark goes back to "
                                "2025-12-01T02:00:00Z: feed \"web\" is complete to "
                                "2025-12-01T03:00:00Z; leave the line out"))
      << outcome.err;
  EXPECT_EQ(Size(), size);
}

TEST_F(AppendTest, AStaleIdentityFileIsNamedWithTheRemedy) {
  ASSERT_EQ(
      test_.OnLedger({"identity", "--stream", "feed/web", "--out", test_.Path("id.json")}).exit, 0);
  test_.Write("far.jsonl", TallyTest::StateLines(2, 30));
  ASSERT_EQ(
      test_
          .Run({"sign", test_.Path("far.jsonl"), "--feed", "web", "--key", test_.Path("lime.pem"),
                "--identity", test_.Path("id.json"), "--out", test_.Path("far.tev")})
          .exit,
      0);
  ASSERT_EQ(Append(TallyTest::StateLines(2)).exit, 0);
  const Outcome outcome = test_.OnLedger({"append", test_.Path("far.tev")});
  EXPECT_EQ(outcome.exit, 2) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.err, "far.tev: ")) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.err, "`tally identity --stream NAME`")) << outcome.err;
}

// Where the identity file says that a key ended, signing for nothing is refused at once.
TEST_F(AppendTest, ARevokedKeySignsNothing) {
  ASSERT_EQ(test_.Run({"key", "new", "--party", "lime", "--out", test_.Path("new.pem")}).exit, 0);
  ASSERT_EQ(test_
                .OnLedger({"party", "rotate", "lime", "--key", test_.Path("lime.pem"), "--new-key",
                           test_.Path("new.pem")})
                .exit,
            0);
  ASSERT_EQ(
      test_.OnLedger({"identity", "--stream", "feed/web", "--out", test_.Path("id.json")}).exit, 0);
  test_.Write("in.jsonl", TallyTest::StateLines(2));
  const auto sign = [&](const std::string& key) {
    return test_.Run({"sign", test_.Path("in.jsonl"), "--feed", "web", "--key", test_.Path(key),
                      "--identity", test_.Path("id.json"), "--out", test_.Path(key + ".tev")});
  };
  const Outcome revoked = sign("lime.pem");
  EXPECT_EQ(revoked.exit, 5);
  EXPECT_TRUE(absl::StrContains(revoked.err, "was revoked when the identity file was made"))
      << revoked.err;
  EXPECT_EQ(sign("new.pem").exit, 0);
}

// The identity file may be older than the revocation; a ledger at hand knows better.
TEST_F(AppendTest, ALedgerAtHandKnowsThatAKeyWasRevoked) {
  ASSERT_EQ(
      test_.OnLedger({"identity", "--stream", "feed/web", "--out", test_.Path("id.json")}).exit, 0);
  test_.Write("in.jsonl", TallyTest::StateLines(2));
  const std::vector<std::string> sign = {
      "sign",       test_.Path("in.jsonl"), "--feed", "web",
      "--key",      test_.Path("lime.pem"), "--out",  test_.Path("in.tev"),
      "--identity", test_.Path("id.json")};
  ASSERT_EQ(test_.Run({"key", "new", "--party", "lime", "--out", test_.Path("new.pem")}).exit, 0);
  ASSERT_EQ(test_
                .OnLedger({"party", "rotate", "lime", "--key", test_.Path("lime.pem"), "--new-key",
                           test_.Path("new.pem")})
                .exit,
            0);
  EXPECT_EQ(test_.Run(sign).exit, 0) << "nothing says so far from any ledger";
  test_.environment["TALLY_LEDGER"] = test_.Path("acme");
  const Outcome revoked = test_.Run(sign);
  EXPECT_EQ(revoked.exit, 5);
  EXPECT_TRUE(absl::StrContains(revoked.err, "was revoked by record 4 of the ledger at"))
      << revoked.err;
  test_.environment["TALLY_LEDGER"] = test_.Path("nowhere");
  EXPECT_EQ(test_.Run(sign).exit, 0);
}

TEST_F(AppendTest, EvidenceFromTheFutureIsRefusedAtItsLine) {
  const Outcome outcome =
      Append(TallyTest::StateLines(1) +
             R"({"kind":"state reported","source":"site","at":"2027-01-01T00:00:00Z",)"
             R"("body":{"state":"up"}})");
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "in.jsonl:2:1: ")) << outcome.err;
  EXPECT_EQ(Size(), 3u);
}

TEST_F(AppendTest, ADryRunShowsAndRecordsNothing) {
  const Outcome outcome = Append(TallyTest::StateLines(2), {"--dry-run"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.out, "would record")) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"state\":\"up\"")) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.out, "nothing was recorded"));
  EXPECT_EQ(Size(), 3u);
}

TEST_F(AppendTest, PositionsAreKept) {
  const auto line = [](int position, const char* state) {
    return absl::StrCat(R"({"kind":"state reported","source":"site","position":)", position,
                        R"(,"at":"2025-12-01T00:00:00Z","body":{"state":")", state, "\"}}\n");
  };
  ASSERT_EQ(Append(line(5, "up") + line(9, "up")).exit, 0);
  EXPECT_EQ(Append(line(5, "up") + line(9, "up")).exit, 0);
  EXPECT_EQ(Append(line(9, "down")).exit, 2);
  EXPECT_EQ(Append(line(7, "down")).exit, 5);  // behind the last position
}

TEST_F(AppendTest, SignedElsewhereRecordedHere) {
  test_.Write("in.jsonl", TallyTest::StateLines(6));
  ASSERT_EQ(
      test_.OnLedger({"identity", "--out", test_.Path("id.json"), "--stream", "feed/web"}).exit, 0);
  const std::vector<std::string> sign = {
      "sign",       test_.Path("in.jsonl"), "--key",   test_.Path("lime.pem"),
      "--identity", test_.Path("id.json"),  "--feed",  "web",
      "--out",      test_.Path("in.tev"),   "--batch", "2"};
  const Outcome signed_away = test_.Run(sign);
  ASSERT_EQ(signed_away.exit, 0) << signed_away.err;
  const std::string bytes = test_.Read("in.tev");
  ASSERT_EQ(test_.Run(sign).exit, 0);
  EXPECT_EQ(test_.Read("in.tev"), bytes);
  const Outcome recorded = test_.OnLedger({"append", test_.Path("in.tev")});
  ASSERT_EQ(recorded.exit, 0) << recorded.err;
  const uint64_t size = Size();
  const Outcome again = test_.OnLedger({"append", test_.Path("in.tev")});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(absl::StrContains(again.out, "nothing was appended")) << again.out;
  EXPECT_EQ(Size(), size);
  EXPECT_EQ(Append(TallyTest::StateLines(6)).exit, 0);
  EXPECT_EQ(Size(), size);

  std::string damaged = bytes;
  damaged[damaged.size() / 2] ^= 1;
  test_.Write("bad.tev", damaged);
  EXPECT_EQ(test_.OnLedger({"append", test_.Path("bad.tev")}).exit, 2);
}

// Each batch of a file is taken or refused by itself; what is recorded has its receipt.
TEST_F(AppendTest, WhatIsRecordedBesideARefusalIsTold) {
  test_.Write("in.jsonl", TallyTest::StateLines(4));
  ASSERT_EQ(
      test_.OnLedger({"identity", "--out", test_.Path("id.json"), "--stream", "feed/web"}).exit, 0);
  ASSERT_EQ(test_
                .Run({"sign", test_.Path("in.jsonl"), "--key", test_.Path("lime.pem"), "--identity",
                      test_.Path("id.json"), "--feed", "web", "--out", test_.Path("in.tev"),
                      "--batch", "3"})
                .exit,
            0);
  auto file = ledger::DecodeBatchFile(AsBytes(test_.Read("in.tev")));
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->batches.size(), 2u);
  std::swap(file->batches[0], file->batches[1]);
  test_.Write("swapped.tev",
              std::string(AsText(ledger::EncodeBatchFile(file->ledger, file->batches))));
  const uint64_t size = Size();
  const Outcome outcome = test_.OnLedger({"append", test_.Path("swapped.tev")});
  EXPECT_EQ(outcome.exit, 5) << outcome.out;
  EXPECT_TRUE(absl::StrContains(outcome.err, "of 2 batches 1 are recorded")) << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.out, "positions 1-3")) << outcome.out;
  EXPECT_EQ(Size(), size + 1);
}

// T-41
TEST_F(AppendTest, T41EventsForAnotherLedgerAreRefused) {
  ASSERT_EQ(
      test_.OnLedger({"identity", "--out", test_.Path("id.json"), "--stream", "feed/web"}).exit, 0);
  test_.Write("in.jsonl", TallyTest::StateLines(1));
  ASSERT_EQ(test_
                .Run({"sign", test_.Path("in.jsonl"), "--key", test_.Path("lime.pem"), "--identity",
                      test_.Path("id.json"), "--feed", "web", "--out", test_.Path("in.tev")})
                .exit,
            0);
  ASSERT_EQ(test_.Run({"init", test_.Path("other"), "--origin", "o.example/x"}).exit, 0);
  const Outcome outcome = test_.Run({"append", test_.Path("in.tev"), "-C", test_.Path("other")});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_TRUE(absl::StrContains(outcome.err, "was signed for ledger")) << outcome.err;
}

TEST_F(AppendTest, WrongKeysAreNotPermitted) {
  ASSERT_EQ(test_.Run({"key", "new", "--party", "x", "--out", test_.Path("x.pem")}).exit, 0);
  test_.Write("in.jsonl", TallyTest::StateLines(1));
  const Outcome unknown = test_.OnLedger(
      {"append", test_.Path("in.jsonl"), "--feed", "web", "--key", test_.Path("x.pem"), "--json"});
  EXPECT_EQ(unknown.exit, 5);
  EXPECT_TRUE(absl::StrContains(unknown.err, "\"code\":\"key-not-permitted\"")) << unknown.err;
  ASSERT_EQ(test_.OnLedger({"party", "register", "x", "--key", test_.Path("x.pem")}).exit, 0);
  EXPECT_EQ(test_
                .OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                           test_.Path("x.pem")})
                .exit,
            5);
}

TEST_F(AppendTest, InterruptedBeforeTheFirstCommitRecordsNothing) {
  test_.interrupted = true;
  EXPECT_EQ(Append(TallyTest::StateLines(3)).exit, 130);
  EXPECT_EQ(Size(), 3u);
}

TEST_F(AppendTest, BatchesHaveLimits) {
  EXPECT_EQ(Append(TallyTest::StateLines(1), {"--batch", "0"}).exit, 2);
  EXPECT_EQ(Append(TallyTest::StateLines(1), {"--batch", "4097"}).exit, 2);
  EXPECT_EQ(Append(TallyTest::StateLines(1), {"--agreement", "a"}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
