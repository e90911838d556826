// Goal: the log key is rotated by operator and recovery key together, a cut-short rotation is
// finished by the same command, and everybody who knows one of the keys is told how far it reaches
// (T-44). Method: the program as a function; the key file taken back as a crash would leave it.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "schema/key_body.h"
#include "tests/tools/tally_support.h"
#include "tools/author.h"
#include "tools/files.h"
#include "tools/key_file.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

class LogKeyTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    old_vkey_ = test_.OpenAcme()->genesis().log_vkeys.front();
    ASSERT_EQ(test_.Run({"key", "new", "--party", "log", "--out", test_.Path("log2.pem")}).exit, 0);
    recovery_ = test_.Path("acme/keys/recovery.pem");
    rotate_ = {"key",     "rotate-log", "--new-key", test_.Path("log2.pem"), "--recovery-key",
               recovery_, "--reason",   "stolen"};
  }
  std::string Vkey() { return test_.OpenAcme()->keyring().log_keys().terms().back().vkeys.front(); }
  Outcome Verify(const std::string& vkey, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"verify", test_.Path("acme"), "--trust", vkey,
                                      "--no-figures"};
    words.insert(words.end(), more.begin(), more.end());
    return test_.Run(words);
  }
  TallyTest test_;
  std::string old_vkey_, recovery_;
  std::vector<std::string> rotate_;
};

// T-44
TEST_F(LogKeyTest, T44RotatesAndSaysHowFarTheOldKeyReaches) {
  ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("early.checkpoint")}).exit, 0);
  const Outcome dry = [&] {
    std::vector<std::string> words = rotate_;
    words.push_back("--dry-run");
    return test_.OnLedger(words);
  }();
  EXPECT_EQ(Vkey(), old_vkey_) << dry.err;
  const Outcome done = test_.OnLedger(rotate_);
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(Vkey(), old_vkey_);
  ASSERT_EQ(test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")}).exit, 0);
  const Outcome trusted = Verify(Vkey(), {"--against", test_.Path("early.checkpoint")});
  EXPECT_EQ(trusted.exit, 0) << trusted.out << trusted.err;
  const Outcome old = Verify(old_vkey_);
  EXPECT_EQ(old.exit, 0) << old.out << old.err;
  EXPECT_TRUE(absl::StrContains(old.out, "lie behind the cut-off")) << old.out;
  EXPECT_TRUE(absl::StrContains(old.out, "handed over there to " + Vkey())) << old.out;
  const Outcome again = test_.OnLedger(rotate_);
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_TRUE(absl::StrContains(again.err + again.out, "recorded already")) << again.err;
  const Outcome identity = test_.OnLedger({"identity", "--out", "-"});
  EXPECT_TRUE(absl::StrContains(identity.out, Vkey())) << identity.out;
  EXPECT_FALSE(absl::StrContains(identity.out, old_vkey_)) << identity.out;
}

// T-44: what the thief signs behind the cut-off is no checkpoint of this log.
TEST_F(LogKeyTest, T44WhatTheStolenKeySignsLaterCountsForNobody) {
  const std::string stolen = test_.Read("acme/keys/log.pem");
  ASSERT_EQ(test_.OnLedger(rotate_).exit, 0);
  ASSERT_EQ(test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")}).exit, 0);
  const ledger::Head head = test_.OpenAcme()->head();
  const auto thief = ledger::SigningKey::FromPem(stolen, "");
  ASSERT_TRUE(thief.ok());
  const std::string origin = test_.OpenAcme()->origin();
  test_.Write("forged", *ledger::SignCheckpoint({origin, head.size, head.root}, **thief));
  const Outcome forged = Verify(Vkey(), {"--against", test_.Path("forged")});
  EXPECT_EQ(forged.exit, 1) << forged.out;
  EXPECT_TRUE(absl::StrContains(forged.out, "retained-checkpoint")) << forged.out;
}

// T-44: a crash after each step leaves what the same command finishes.
TEST_F(LogKeyTest, T44ARotationThatWasCutShortIsFinished) {
  const std::string stolen = test_.Read("acme/keys/log.pem");
  ASSERT_EQ(test_.OnLedger(rotate_).exit, 0);
  // The key file was not replaced yet: nobody appends under the old key, and the command mends it.
  ASSERT_TRUE(
      WriteFile(test_.Path("acme/keys/log.pem"), stolen, Privacy::kSecret, Replace::kYes).ok());
  const Outcome refused =
      test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")});
  EXPECT_NE(refused.exit, 0);
  EXPECT_TRUE(absl::StrContains(refused.err, "log key")) << refused.err;
  EXPECT_EQ(test_.OnLedger(rotate_).exit, 0);
  EXPECT_EQ(test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")}).exit, 0);
}

// T-44: only the first of the two words was recorded, an hour ago.
TEST_F(LogKeyTest, T44TheFirstWordAloneIsAnsweredLater) {
  ledger::LedgerOptions options;
  options.directory = test_.Path("acme");
  ledger::WriterEnvironment environment;
  TestRandomness randomness(7);
  const auto log_key = *ledger::SigningKey::FromPem(test_.Read("acme/keys/log.pem"), "");
  const auto next = *ledger::SigningKey::FromPem(test_.Read("log2.pem"), "");
  environment.clock = &test_.clock;
  environment.randomness = &randomness;
  environment.log_key = log_key.get();
  {
    TestCall call(test_);
    const auto service = ReadAuthorKey(call.call(), test_.Path("acme/keys/service.pem"));
    const auto writer = ledger::LedgerWriter::Open(options, environment);
    ASSERT_TRUE(writer.ok()) << writer.status();
    const ledger::Ledger& ledger = (*writer)->ledger();
    ActDraft draft;
    draft.kind = BodyKind::kLogKeyRegistered;
    draft.body =
        Encode(LogKeyRegistered{ledger::LogVkey(ledger.origin(), next->public_key()), "stolen"});
    draft.reported_at = test_.clock.now;
    std::vector<ledger::SignedBatch> batches;
    batches.push_back(*SignAct(EndOfActs(ledger, *ledger.StreamAt(0)), draft, *service));
    ASSERT_TRUE((*writer)->Append(std::move(batches))[0].ok());
    ASSERT_TRUE((*writer)->Close().ok());
  }
  test_.clock.now = test_.clock.now + Hours(1);
  const Outcome done = test_.OnLedger(rotate_);
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(Vkey(), old_vkey_);
}

TEST_F(LogKeyTest, T44OneKeyAloneDoesNotDoIt) {
  std::vector<std::string> words = {"key", "rotate-log", "--new-key", test_.Path("log2.pem")};
  EXPECT_EQ(test_.OnLedger(words).exit, 2);
  words.insert(words.end(), {"--recovery-key", test_.Path("lime.pem")});
  EXPECT_EQ(test_.OnLedger(words).exit, 5);
  EXPECT_EQ(test_.OpenAcme()->head().size, 3u);
  EXPECT_EQ(Vkey(), old_vkey_);
  EXPECT_EQ(test_.OnLedger({"verify"}).exit, 0);
  // The operator's word alone stands; the recovery key's completes it.
  EXPECT_EQ(test_.OnLedger(rotate_).exit, 0);
  rotate_[3] = test_.Path(
      "acme/keys/log-until-" +
      std::to_string(*test_.OpenAcme()->keyring().log_keys().terms()[0].last_size) + ".pem");
  EXPECT_NE(test_.OnLedger(rotate_).exit, 0) << "a key is the log's once";
}

}  // namespace
}  // namespace tally::tools
