// Goal: salvage as operators use it: files of batches that can be read, a report that says what is
// missing, and a ledger that nobody touched.
// Method: the program on a small ledger, whole and with its files damaged.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "tests/scenarios/player.h"
#include "tests/scratch.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class SalvageCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    test_.Write("in.jsonl", TallyTest::StateLines(20));
    const Outcome done = test_.OnLedger({"append", test_.Path("in.jsonl"), "--feed", "web", "--key",
                                         test_.Path("lime.pem"), "--batch", "5"});
    ASSERT_EQ(done.exit, 0) << done.err;
  }
  std::string Size() const { return absl::StrCat(test_.OpenAcme()->head().size); }
  Outcome Salvage(const std::string& out) {
    return test_.OnLedger({"salvage", "--out", test_.Path(out), "--json"});
  }
  TallyTest test_;
};

TEST_F(SalvageCommandTest, AWholeLedgerIsAllThere) {
  const Outcome outcome = Salvage("saved");
  ASSERT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  for (const std::string& part :
       {std::string("\"format\":\"tally.salvage/1\""), "\"size\":\"" + Size() + "\"",
        "\"records\":\"" + Size() + "\"", std::string("\"under_head\":\"shown\""),
        std::string("\"missing\":[]"), std::string("\"signatures_unchecked\":\"0\"")}) {
    EXPECT_TRUE(absl::StrContains(outcome.out, part)) << part << outcome.out;
  }
  EXPECT_EQ(test_.Read("saved/salvage.json"), outcome.out);
  const auto file = ledger::DecodeBatchFile(AsBytes(test_.Read("saved/records-0000000000.tev")));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(absl::StrCat(file->batches.size()), Size());
  EXPECT_EQ(file->ledger, test_.OpenAcme()->id());
}

// T-40: a store that no command opens any more.
TEST_F(SalvageCommandTest, T40ADamagedLedgerGivesTheRestAndStaysAsItIs) {
  const std::string size = Size();
  for (const auto& [name, text] : tests::PictureOf(test_.Path("acme/store"))) {
    if (name == "CURRENT" || absl::StartsWith(name, "MANIFEST")) {
      test_.Write("acme/store/" + name, "x");
    }
  }
  ASSERT_EQ(test_.OnLedger({"status"}).exit, 3);
  const tests::Picture before = tests::PictureOf(test_.Path("acme"));
  const Outcome outcome = Salvage("saved");
  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_TRUE(absl::StrContains(outcome.out, "\"records\":\"" + size + "\"")) << outcome.out;
  EXPECT_EQ(tests::PictureOf(test_.Path("acme")), before);
  for (const auto& [name, text] : before) {
    if (absl::EndsWith(name, ".sst")) test_.Write("acme/" + name, text.substr(0, 50));
  }
  const Outcome lost = test_.OnLedger({"salvage", "--out", test_.Path("less")});
  EXPECT_EQ(lost.exit, 1) << lost.out << lost.err;
  EXPECT_TRUE(absl::StrContains(lost.out, "missing  records 0 to ")) << lost.out;
}

// What the authors said goes on in an older copy; what the job said of the lost log does not.
TEST(SalvagedBatches, GoOnInARestoredBackup) {
  tests::Player player;
  player.PlayScenarioToTerms();
  player.Must({"backup", "@b"});
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  player.Must({"project"});
  player.Must({"salvage", "--out", "@s"});
  player.Must({"restore", "@b", "--expect-head", "@b/checkpoint", "-C", "@copy"});
  std::filesystem::copy(player.Path("ledger/keys"), player.Path("copy/keys"),
                        std::filesystem::copy_options::recursive);
  const std::vector<std::string> append = {"append", "@s/records-0000000000.tev", "-C", "@copy"};
  const auto taken = player.Run(append);
  EXPECT_EQ(taken.exit, 1) << taken.out << taken.err;
  EXPECT_TRUE(absl::StrContains(taken.err, "not recorded: the job signed")) << taken.err;
  EXPECT_TRUE(absl::StrContains(taken.out, "claim filed")) << taken.out;
  EXPECT_EQ(player.Run({"verify", "@copy", "--self"}).exit, 0);
  player.Must({"project", "-C", "@copy"});
  EXPECT_EQ(player.Run({"verify", "@copy", "--self"}).exit, 0);
  // In the ledger itself nothing of it is new.
  const auto again = player.Run({"append", "@s/records-0000000000.tev"});
  EXPECT_EQ(again.exit, 0) << again.err;
}

TEST_F(SalvageCommandTest, WrongUsageIsRefused) {
  EXPECT_EQ(test_.OnLedger({"salvage"}).exit, 2);
  EXPECT_EQ(Salvage("acme/inside").exit, 2);
  EXPECT_FALSE(std::filesystem::exists(test_.Path("acme/inside")));
  ASSERT_EQ(Salvage("saved").exit, 0);
  EXPECT_EQ(Salvage("saved").exit, 2);
  EXPECT_EQ(test_.Run({"salvage", "--out", test_.Path("x"), "-C", test_.Path("none")}).exit, 2);
}

}  // namespace
}  // namespace tally::tools
