// Goal: the audit of a ledger is held against what the caller trusts; the cases are those of
// tests/tools/verify_command_test.cc, here by the function. Method: a small ledger with right and
// wrong keys, and a folder that holds none.
#include "tools/verify_ledger.h"

#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/scratch.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

TEST(VerifyLedger, AgainstItselfAndAgainstAKey) {
  TallyTest test;
  test.MakeFeed();
  TestCall call(test);
  const auto self = VerifyLedger(call.call(), test.Path("acme"), {});
  ASSERT_TRUE(self.ok()) << self.status();
  EXPECT_TRUE(self->verified());
  ASSERT_EQ(self->against.size(), 1u);
  EXPECT_EQ(self->against[0].kind, "self");

  Trust trust;
  trust.keys = {*ledger::VerifierKey::Parse(test.OpenAcme()->genesis().log_vkeys.front())};
  trust.key_names = {"the log's"};
  const auto trusted = VerifyLedger(call.call(), test.Path("acme"), trust);
  EXPECT_TRUE(trusted->verified());
  EXPECT_EQ(trusted->against[0].kind, "trusted-key");

  const auto unreadable = VerifyLedger(call.call(), test.Path("nowhere"), {});
  ASSERT_TRUE(unreadable.ok());
  EXPECT_FALSE(unreadable->verified());
}

// Whoever can write to a ledger's folder plants pipes that nobody writes to: each reader gives a
// verdict or a refusal, and none waits.
TEST(VerifyLedger, NoPlantedPipeMakesAReaderWait) {
  TallyTest test;
  test.MakeFeed();
  const tests::Picture good = tests::PictureOf(test.Path("acme"));
  const std::string head = tests::ReadText(test.Path("acme.head"));
  struct Plant {
    std::string at;
    bool with_clean_mark = true;
  };
  for (const Plant& plant : std::vector<Plant>{{"acme.head"},
                                               {"acme/head.path"},
                                               {"elsewhere"},
                                               {"acme/store/CLEAN"},
                                               {"acme/store/CURRENT"},
                                               {"acme/store/CURRENT", false},
                                               {"acme/store/000999.log", false},
                                               {"acme/store/MANIFEST-000999", false}}) {
    const std::string path = test.Path(plant.at);
    if (plant.at == "elsewhere") test.Write("acme/head.path", path + "\n");
    if (!plant.with_clean_mark) std::filesystem::remove(test.Path("acme/store/CLEAN"));
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const Outcome verified = test.Run({"verify", test.Path("acme"), "--self"});
    EXPECT_EQ(verified.exit, 1) << plant.at << verified.out << verified.err;
    EXPECT_TRUE(absl::StrContains(verified.out, plant.at)) << plant.at << verified.out;
    const Outcome status = test.OnLedger({"status"});
    EXPECT_EQ(status.exit, 3) << plant.at << status.out << status.err;
    EXPECT_TRUE(absl::StrContains(status.err, plant.at)) << plant.at << status.err;
    std::filesystem::remove(path);
    tests::RestorePicture(test.Path("acme"), good);
    tests::WriteText(test.Path("acme.head"), head);
  }
  EXPECT_EQ(test.Run({"verify", test.Path("acme"), "--self"}).exit, 0);
}

}  // namespace
}  // namespace tally::tools
