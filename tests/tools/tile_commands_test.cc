// Goal: the ledger's log is published so that strangers can check it, grows with the ledger, and
// only in the directory where it belongs; rollback and fork are caught by what was published or
// kept. Method: the program on a small ledger, with copies rolled back and forked under the real
// key.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/contradiction.h"
#include "ledger/chain/record.h"
#include "ledger/tiles/tile_folder.h"
#include "tests/scratch.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class TileCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    Append("acme", 0, 20);
    const auto acme = test_.OpenAcme();
    test_.Write("log.vkey", acme->genesis().log_vkeys.front() + "\n");
  }
  void Append(const std::string& ledger, int first, int count) {
    test_.Write("in.jsonl", TallyTest::StateLines(count, first));
    const Outcome done =
        test_.Run({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                   test_.Path("lime.pem"), "--batch", "1", "-C", test_.Path(ledger)});
    ASSERT_EQ(done.exit, 0) << done.err;
  }
  // The ledger and its outside head as they are now, under another name.
  void Copy(const std::string& name) {
    std::filesystem::copy(test_.Path("acme"), test_.Path(name),
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy(test_.Path("acme.head"), test_.Path(name + ".head"));
  }
  Outcome Export(const std::string& ledger = "acme") {
    return test_.Run({"tiles", "export", test_.Path("www"), "-C", test_.Path(ledger)});
  }
  void Keep(const std::string& name) {
    ASSERT_EQ(test_.OnLedger({"checkpoint", "--out", test_.Path(name)}).exit, 0);
  }
  TallyTest test_;
};

TEST_F(TileCommandsTest, PublishesEveryPublicEntryAndGrows) {
  ASSERT_EQ(Export().exit, 0);
  Append("acme", 20, 300);
  const Outcome grown = test_.OnLedger({"tiles", "export", test_.Path("www"), "--json"});
  ASSERT_EQ(grown.exit, 0) << grown.err;
  EXPECT_TRUE(absl::StrContains(grown.out, "\"format\":\"tally.tiles/1\"")) << grown.out;
  EXPECT_TRUE(absl::StrContains(grown.out, "\"size\":\"324\"")) << grown.out;
  EXPECT_TRUE(absl::StrContains(grown.out, "\"previous\":\"24\"")) << grown.out;
  const auto folder = ledger::TileFolder::Open(test_.Path("www"));
  ASSERT_TRUE(folder.ok());
  const auto report = ledger::CheckTiles(*folder, ledger::EntryForm::kTallystick);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.entries, 324u);
  const auto acme = test_.OpenAcme();
  EXPECT_EQ(folder->Bundle(0, 256)->at(7), ledger::EncodeEntry(acme->ReadRecord(7)->entry()));
  EXPECT_EQ(folder->note(), acme->head().note);
}

// T-10: the store put back to an older copy, with its head or without it.
TEST_F(TileCommandsTest, T10ARollbackIsCaughtByWhatWasKept) {
  Copy("old");
  Append("acme", 20, 5);
  Keep("kept");
  ASSERT_EQ(Export().exit, 0);
  const Outcome verified = test_.Run({"verify", test_.Path("old"), "--against", test_.Path("kept"),
                                      "--evidence", test_.Path("evidence")});
  EXPECT_EQ(verified.exit, 1) << verified.out;
  // Both heads are named, and nobody is convicted by a log that is merely shorter.
  EXPECT_TRUE(absl::StrContains(verified.out, "of size 29 root")) << verified.out;
  EXPECT_TRUE(absl::StrContains(verified.out, "head of size 24 root")) << verified.out;
  EXPECT_FALSE(std::filesystem::exists(test_.Path("evidence")));
  // What was published is not taken back either.
  const auto picture = tests::PictureOf(test_.Path("www"));
  const Outcome refused = Export("old");
  EXPECT_EQ(refused.exit, 2) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.err, "holds 29 records")) << refused.err;
  EXPECT_EQ(tests::PictureOf(test_.Path("www")), picture);
  // Without its head file the copy does not even open beside the newer head.
  std::filesystem::copy(test_.Path("acme.head"), test_.Path("old.head"),
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(test_.Run({"checkpoint", "-C", test_.Path("old")}).exit, 3);
}

// T-11: everything rolled back and other events appended under the real key.
TEST_F(TileCommandsTest, T11AForkIsProvenToAnybody) {
  Copy("fork");
  Append("acme", 20, 5);
  Keep("kept");
  ASSERT_EQ(Export().exit, 0);
  for (int more : {2, 3, 4}) {  // first shorter than what was kept, then as long, then longer
    Append("fork", 10 * more, more);
    const std::string evidence = test_.Path(absl::StrCat("evidence", more));
    const Outcome verified = test_.Run({"verify", test_.Path("fork"), "--against",
                                        test_.Path("kept"), "--evidence", evidence, "--json"});
    EXPECT_EQ(verified.exit, 1) << verified.out;
    EXPECT_TRUE(absl::StrContains(verified.out, "\"result\":\"contradicts\"")) << verified.out;
    ASSERT_EQ(std::filesystem::exists(evidence), more != 2) << verified.out;
    if (more == 2) continue;
    const Outcome proven = test_.Run({"verify", evidence, "--trust", test_.Path("log.vkey")});
    EXPECT_EQ(proven.exit, 0) << proven.out << proven.err;
    EXPECT_TRUE(absl::StrContains(proven.out, "no single log can have both")) << proven.out;
    // Tiles of the honest log convict the fork too.
    const Outcome checkpoint =
        test_.Run({"checkpoint", "-C", test_.Path("fork"), "--out", test_.Path("forked")});
    ASSERT_EQ(checkpoint.exit, 0);
    const Outcome tiles = test_.Run({"verify", test_.Path("www"), "--trust", test_.Path("log.vkey"),
                                     "--against", test_.Path("forked")});
    EXPECT_EQ(tiles.exit, 1) << tiles.out;
    EXPECT_EQ(Export("fork").exit, 2);
  }
}

// T-20: the text that convicts is checked under the caller's key alone.
TEST_F(TileCommandsTest, T20EvidenceIsCheckedUnderTheCallersKey) {
  Copy("fork");
  Append("acme", 20, 2);
  Keep("kept");
  Append("fork", 30, 2);
  ASSERT_EQ(test_
                .Run({"verify", test_.Path("fork"), "--against", test_.Path("kept"), "--evidence",
                      test_.Path("evidence")})
                .exit,
            1);
  const Outcome untrusted = test_.Run({"verify", test_.Path("evidence")});
  EXPECT_EQ(untrusted.exit, 2);
  EXPECT_TRUE(absl::StrContains(untrusted.err, "untrusted: ledger.example/acme+")) << untrusted.err;
  ASSERT_EQ(test_.Run({"init", test_.Path("other"), "--origin", "ledger.example/acme"}).exit, 0);
  const Outcome identity = test_.Run({"identity", "--out", "-", "-C", test_.Path("other")});
  const size_t at = identity.out.find("log_vkeys\":[\"") + 13;
  const Outcome stranger = test_.Run({"verify", test_.Path("evidence"), "--trust",
                                      identity.out.substr(at, identity.out.find('"', at) - at)});
  EXPECT_EQ(stranger.exit, 1) << stranger.out;
  std::string text = test_.Read("evidence");
  text.replace(text.find("first"), 5, "First");
  test_.Write("evidence", text);
  // Whatever cannot be read is no evidence: a verdict, not an error of usage.
  EXPECT_EQ(test_.Run({"verify", test_.Path("evidence"), "--trust", test_.Path("log.vkey")}).exit,
            1);
}

}  // namespace
}  // namespace tally::tools
