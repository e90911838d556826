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

// T-44: tiles that were published under the old key, and those that go on under the new one.
TEST_F(LogKeyTest, T44TilesOfBothKeysVerify) {
  const std::string tiles = test_.Path("tiles"), early = test_.Path("tiles-early");
  const std::string kept = test_.Path("early.checkpoint"), handover = test_.Path("handover");
  ASSERT_EQ(test_.OnLedger({"tiles", "export", tiles}).exit, 0);
  ASSERT_EQ(test_.OnLedger({"tiles", "export", early}).exit, 0);
  ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", kept}).exit, 0);
  rotate_.insert(rotate_.end(), {"--handover", handover});
  const Outcome done = test_.OnLedger(rotate_);
  ASSERT_EQ(done.exit, 0) << done.err;
  ASSERT_EQ(test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")}).exit, 0);
  const Outcome exported = test_.OnLedger({"tiles", "export", tiles});
  ASSERT_EQ(exported.exit, 0) << exported.err;
  const auto verify = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "verify");
    return test_.Run(words);
  };
  const Outcome under_new = verify({tiles, "--trust", Vkey()});
  EXPECT_EQ(under_new.exit, 0) << under_new.out << under_new.err;
  const Outcome under_old = verify({early, "--trust", old_vkey_});
  EXPECT_EQ(under_old.exit, 0) << under_old.out << under_old.err;
  // Who knows both, and what both signed, goes from the one to the other.
  const std::vector<std::string> both = {tiles, "--trust", old_vkey_, "--trust", Vkey()};
  EXPECT_EQ(verify(both).exit, 1) << "nothing says that the old key handed over";
  std::vector<std::string> words = both;
  words.insert(words.end(), {"--against", handover, "--against", kept});
  const Outcome carried = verify(words);
  EXPECT_EQ(carried.exit, 0) << carried.out << carried.err;
  EXPECT_TRUE(absl::StrContains(carried.out, "and handed over there")) << carried.out;
}

// T-20, T-44: no key signed both, but the old one signed the handover, which the new one did, too.
TEST_F(LogKeyTest, T44AForkBetweenTheKeysIsEvidence) {
  const auto old_key = ledger::SigningKey::FromPem(test_.Read("acme/keys/log.pem"), "");
  ASSERT_TRUE(old_key.ok());
  const std::string tiles = test_.Path("tiles"), handover = test_.Path("handover");
  rotate_.insert(rotate_.end(), {"--handover", handover});
  ASSERT_EQ(test_.OnLedger(rotate_).exit, 0);
  ASSERT_EQ(test_.OnLedger({"party", "register", "more", "--key", test_.Path("log2.pem")}).exit, 0);
  ASSERT_EQ(test_.OnLedger({"tiles", "export", tiles}).exit, 0);
  Hash other = test_.OpenAcme()->RootAt(2).value();
  other.bytes[0] ^= 1;
  const std::string forked = test_.Path("forked");
  test_.Write("forked", *ledger::SignCheckpoint({test_.OpenAcme()->origin(), 2, other}, **old_key));
  const std::string fork = test_.Path("fork"), fork_of_tiles = test_.Path("fork-of-tiles");
  const Outcome found = Verify(Vkey(), {"--against", forked, "--evidence", fork});
  EXPECT_EQ(found.exit, 1) << found.out;
  const Outcome proven = test_.Run({"verify", fork, "--trust", old_vkey_});
  EXPECT_EQ(proven.exit, 0) << proven.out << proven.err << found.out;
  const Outcome of_tiles =
      test_.Run({"verify", tiles, "--trust", old_vkey_, "--trust", Vkey(), "--against", forked,
                 "--against", handover, "--evidence", fork_of_tiles});
  EXPECT_EQ(of_tiles.exit, 1) << of_tiles.out;
  EXPECT_EQ(test_.Read("fork-of-tiles"), test_.Read("fork"));
  // Without the handover nothing ties the keys together, and nobody is accused.
  const Outcome untied = test_.Run({"verify", tiles, "--trust", old_vkey_, "--trust", Vkey(),
                                    "--against", forked, "--evidence", test_.Path("none")});
  EXPECT_TRUE(absl::StrContains(untied.out, "nothing ties the keys together")) << untied.out;
  EXPECT_FALSE(std::filesystem::exists(test_.Path("none")));
}

// T-44: a log key that is lost, not stolen: all that is recorded can be read, verified, published
// and saved, nothing is added, and the copy that was kept goes on.
TEST_F(LogKeyTest, T44ALostLogKeyEndsNothingButGrowth) {
  const std::string key = test_.Path("acme/keys/log.pem"), copy = test_.Path("copy.pem");
  std::filesystem::rename(key, copy);
  const std::vector<std::string> add = {"party", "register", "more", "--key",
                                        test_.Path("log2.pem")};
  EXPECT_EQ(test_.OnLedger(add).exit, 2);
  EXPECT_NE(test_.OnLedger(rotate_).exit, 0) << "a rotation needs the old key once more";
  const std::string closed = test_.Path("closed.checkpoint");
  EXPECT_EQ(test_.OnLedger({"verify"}).exit, 0);
  EXPECT_EQ(test_.OnLedger({"checkpoint", "--out", closed}).exit, 0);
  EXPECT_EQ(test_.OnLedger({"tiles", "export", test_.Path("tiles")}).exit, 0);
  const Outcome backup = test_.OnLedger({"backup", test_.Path("backup")});
  EXPECT_EQ(backup.exit, 0) << backup.err;
  // Without any copy: a ledger that begins with what the closed one came to.
  const std::string next = test_.Path("next");
  ASSERT_EQ(test_.Run({"init", next, "--origin", "ledger.example/acme-2"}).exit, 0);
  const Outcome added = test_.Run({"document", "add", closed, "-C", next});
  EXPECT_EQ(added.exit, 0) << added.err;
  std::filesystem::rename(copy, key);
  EXPECT_EQ(test_.OnLedger(add).exit, 0);
  EXPECT_EQ(test_.OnLedger({"verify"}).exit, 0);
}

}  // namespace
}  // namespace tally::tools
