// Goal: backup and restore as operators use them: exit statuses, words, what is left behind.
// Method: the program on a small ledger; backups that are old, damaged, of a fork; heads kept.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/scratch.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class BackupCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    Append("acme", 0, 5);
  }
  void Append(const std::string& ledger, int first, int count) {
    test_.Write("in.jsonl", TallyTest::StateLines(count, first));
    const Outcome done =
        test_.Run({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                   test_.Path("lime.pem"), "--batch", "1", "-C", test_.Path(ledger)});
    ASSERT_EQ(done.exit, 0) << done.err;
  }
  Outcome Backup(const std::string& name) {
    return test_.OnLedger({"backup", test_.Path(name), "--json"});
  }
  Outcome Restore(const std::string& name, const std::string& head) {
    return test_.Run({"restore", test_.Path(name), "--expect-head", test_.Path(head), "-C",
                      test_.Path("restored")});
  }
  bool Holds(const std::string& name) const { return std::filesystem::exists(test_.Path(name)); }
  TallyTest test_;
};

TEST_F(BackupCommandsTest, ABackupComesBackAndGoesOn) {
  const Outcome made = Backup("b");
  ASSERT_EQ(made.exit, 0) << made.err;
  for (const char* part : {"\"format\":\"tally.backup/1\"", "\"size\":\"9\"",
                           "\"origin\":\"ledger.example/acme\"", "\"events\":\"9\""}) {
    EXPECT_TRUE(absl::StrContains(made.out, part)) << made.out;
  }
  // It is a ledger to read, and holds no private key.
  EXPECT_EQ(
      test_.Run({"verify", test_.Path("b/ledger"), "--against", test_.Path("b/checkpoint")}).exit,
      0);
  for (const auto& [name, text] : tests::PictureOf(test_.Path("b"))) {
    EXPECT_FALSE(absl::StrContains(text, "PRIVATE KEY")) << name;
  }
  const Outcome restored = Restore("b", "acme.head");
  ASSERT_EQ(restored.exit, 0) << restored.err;
  EXPECT_TRUE(absl::StrContains(restored.out, "keys")) << restored.out;
  std::filesystem::copy(test_.Path("acme/keys"), test_.Path("restored/keys"));
  Append("restored", 5, 5);
  EXPECT_EQ(test_.Run({"verify", test_.Path("restored")}).exit, 0);
}

// T-10: with the head that outlived the ledger, or a checkpoint that somebody kept.
TEST_F(BackupCommandsTest, T10AnOlderBackupIsRefusedAndSaysWhatIsLost) {
  ASSERT_EQ(Backup("b").exit, 0);
  Append("acme", 5, 3);
  ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("kept")}).exit, 0);
  for (const char* head : {"kept", "acme.head"}) {
    const Outcome refused = Restore("b", head);
    EXPECT_EQ(refused.exit, 3) << refused.out;
    EXPECT_TRUE(absl::StrContains(refused.err, "records 9 to 11 were acknowledged")) << refused.err;
    EXPECT_FALSE(Holds("restored") || Holds("restored.head"));
  }
  // Both heads are named by the command that the refusal names.
  const Outcome verified =
      test_.Run({"verify", test_.Path("b/ledger"), "--against", test_.Path("kept")});
  EXPECT_EQ(verified.exit, 1);
  EXPECT_TRUE(absl::StrContains(verified.out, "records were taken back")) << verified.out;
}

// T-11: a fork under the real key, restored with what was kept: refused, and convicted.
TEST_F(BackupCommandsTest, T11AForkIsRefusedAndConvicted) {
  ASSERT_EQ(Backup("early").exit, 0);
  Append("acme", 5, 3);
  ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path("kept")}).exit, 0);
  ASSERT_EQ(Restore("early", "early/checkpoint").exit, 0);
  std::filesystem::copy(test_.Path("acme/keys"), test_.Path("restored/keys"));
  Append("restored", 20, 6);
  ASSERT_EQ(test_.Run({"backup", test_.Path("fork"), "-C", test_.Path("restored")}).exit, 0);
  const Outcome refused = test_.Run({"restore", test_.Path("fork"), "--expect-head",
                                     test_.Path("kept"), "-C", test_.Path("again")});
  EXPECT_EQ(refused.exit, 3) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.err, "the log's key signed both")) << refused.err;
  const Outcome verified = test_.Run({"verify", test_.Path("fork/ledger"), "--against",
                                      test_.Path("kept"), "--evidence", test_.Path("evidence")});
  EXPECT_EQ(verified.exit, 1);
  EXPECT_TRUE(Holds("evidence"));
}

// T-40: what is damaged is refused with its name.
TEST_F(BackupCommandsTest, T40ADamagedFileIsNamed) {
  ASSERT_EQ(Backup("b").exit, 0);
  const std::string note = test_.Read("b/checkpoint");
  test_.Write("kept", note);
  test_.Write("b/checkpoint", note + " ");
  const Outcome refused = Restore("b", "kept");
  EXPECT_EQ(refused.exit, 3) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.err, "checkpoint has")) << refused.err;
  EXPECT_FALSE(Holds("restored"));
  std::filesystem::remove(test_.Path("b/BACKUP"));
  const Outcome unfinished = Restore("b", "kept");
  EXPECT_EQ(unfinished.exit, 2) << unfinished.out;
  EXPECT_TRUE(absl::StrContains(unfinished.err, "is written last")) << unfinished.err;
}

// Whoever can write to the backup's folder plants what would wait for ever, or be read elsewhere.
TEST_F(BackupCommandsTest, PlantedPipesAreRefusedByName) {
  ASSERT_EQ(Backup("b").exit, 0);
  test_.Write("kept", test_.Read("b/checkpoint"));
  const tests::Picture good = tests::PictureOf(test_.Path("b"));
  for (const char* const name : {"BACKUP", "checkpoint", "ledger.head", "ledger/store/CURRENT"}) {
    const std::string path = test_.Path(absl::StrCat("b/", name));
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const Outcome refused = Restore("b", "kept");
    EXPECT_EQ(refused.exit, 3) << name << refused.out << refused.err;
    EXPECT_TRUE(absl::StrContains(refused.err, name)) << refused.err;
    EXPECT_FALSE(Holds("restored"));
    std::filesystem::remove(path);
    tests::RestorePicture(test_.Path("b"), good);
  }
}

TEST_F(BackupCommandsTest, WrongUsageSaysWhatToDo) {
  ASSERT_EQ(Backup("b").exit, 0);
  EXPECT_EQ(Backup("b").exit, 2);
  EXPECT_EQ(test_.Run({"backup", test_.Path("x"), "-C", test_.Path("nowhere")}).exit, 2);
  EXPECT_FALSE(Holds("x"));
  EXPECT_EQ(test_.Run({"restore", test_.Path("b"), "-C", test_.Path("restored")}).exit, 2);
  EXPECT_EQ(Restore("b", "nowhere").exit, 2);
  EXPECT_EQ(Restore("nowhere", "b/checkpoint").exit, 2);
  EXPECT_EQ(Restore("b", "lime.pem").exit, 2);
  // A log's key is no head of it, and that is no fault of the backup.
  test_.Write("log.vkey", test_.OpenAcme()->genesis().log_vkeys.front() + "\n");
  const Outcome key = Restore("b", "log.vkey");
  EXPECT_EQ(key.exit, 2);
  EXPECT_TRUE(absl::StrContains(key.err, "log.vkey: cannot be read as a head")) << key.err;
  const Outcome taken = test_.Run({"restore", test_.Path("b"), "--expect-head",
                                   test_.Path("b/checkpoint"), "-C", test_.Path("acme")});
  EXPECT_EQ(taken.exit, 2);
  EXPECT_TRUE(absl::StrContains(taken.err, "nothing was written")) << taken.err;
}

TEST_F(BackupCommandsTest, TheHeadMayLieOnAnotherDisk) {
  ASSERT_EQ(Backup("b").exit, 0);
  const Outcome restored =
      test_.Run({"restore", test_.Path("b"), "--expect-head", test_.Path("b/checkpoint"),
                 "--head-dir", test_.Path("elsewhere"), "-C", test_.Path("restored")});
  ASSERT_EQ(restored.exit, 0) << restored.err;
  EXPECT_TRUE(Holds("elsewhere/restored.head"));
  EXPECT_EQ(test_.Run({"verify", test_.Path("restored")}).exit, 0);
}

}  // namespace
}  // namespace tally::tools
