// Goal: an operator whose service key is lost, stolen or due goes on with another: by the key at
// hand, or by the ledger's recovery key and no other; a run that was cut short is finished. Method:
// the program as a function; key files taken away and put back as a crash would leave them.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

class ServiceKeyTest : public testing::Test {
 protected:
  void SetUp() override {
    test_.MakeFeed();
    const Words made = {"key", "new", "--party", "service", "--out", test_.Path("service2.pem")};
    ASSERT_EQ(test_.Run(made).exit, 0);
  }
  using Words = std::vector<std::string>;
  Outcome Rotate(const Words& more = {}) {
    Words words = {"key",      "rotate-service", "--new-key", test_.Path("service2.pem"),
                   "--reason", "disk lost"};
    words.insert(words.end(), more.begin(), more.end());
    return test_.OnLedger(words);
  }
  Words ByRecovery() { return {"--recovery-key", test_.Path("acme/keys/recovery.pem")}; }
  // What only the operator signs.
  Outcome Open(const std::string& party) {
    return test_.OnLedger({"party", "register", party, "--key", test_.Path(party + ".pem")});
  }
  void MakeKey(const std::string& party) {
    ASSERT_EQ(test_.Run({"key", "new", "--party", party, "--out", test_.Path(party + ".pem")}).exit,
              0);
  }
  void Lose() {
    std::filesystem::remove(test_.Path("acme/keys/service.pem"));
    std::filesystem::remove(test_.Path("acme/keys/service.pem.salt"));
  }
  TallyTest test_;
};

// T-44: lost, not stolen.
TEST_F(ServiceKeyTest, T44ALostKeyIsReplacedByTheRecoveryKey) {
  MakeKey("coral");
  Lose();
  EXPECT_NE(Open("coral").exit, 0);
  const Outcome alone = Rotate();
  EXPECT_EQ(alone.exit, 2) << alone.err;
  EXPECT_TRUE(absl::StrContains(alone.err, "--recovery-key")) << alone.err;
  const Outcome done = Rotate(ByRecovery());
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_TRUE(absl::StrContains(done.err + done.out, "ends  ")) << done.err;
  EXPECT_EQ(Open("coral").exit, 0);
  const Outcome verified = test_.OnLedger({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  // Once more: nothing is said twice.
  const uint64_t size = test_.OpenAcme()->head().size;
  EXPECT_EQ(Rotate(ByRecovery()).exit, 0);
  EXPECT_EQ(test_.OpenAcme()->head().size, size);
}

TEST_F(ServiceKeyTest, T44AKeyAtHandIsRotatedWithoutIt) {
  const std::string old_key = test_.Read("acme/keys/service.pem");
  MakeKey("coral");
  ASSERT_EQ(Rotate().exit, 0);
  EXPECT_EQ(test_.Read("acme/keys/service.pem"), test_.Read("service2.pem"));
  const uint64_t size = test_.OpenAcme()->head().size;
  EXPECT_EQ(test_.Read("acme/keys/service-until-" + std::to_string(size) + ".pem"), old_key);
  EXPECT_EQ(Open("coral").exit, 0);
  EXPECT_EQ(Rotate().exit, 0);  // in its place already
  // What a thief who kept the old key says from now on is refused.
  MakeKey("brown");
  const std::string kept = test_.Path("acme/keys/service-until-" + std::to_string(size) + ".pem");
  for (const char* part : {"", ".salt"}) {
    std::filesystem::copy_file(kept + part, test_.Path("acme/keys/service.pem") + part,
                               std::filesystem::copy_options::overwrite_existing);
  }
  EXPECT_EQ(Open("brown").exit, 5);
}

// T-44: a stolen key; and it alone cannot end what the recovery key began.
TEST_F(ServiceKeyTest, T44AStolenKeyIsSuspectSince) {
  Words words = ByRecovery();
  words.insert(words.end(), {"--compromised-since", "2020-01-01T00:00:00Z"});
  ASSERT_EQ(Rotate(words).exit, 0);
  const Outcome verified = test_.OnLedger({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_TRUE(absl::StrContains(verified.out, "is compromised since 2020-01-01")) << verified.out;
  EXPECT_FALSE(absl::StrContains(verified.out, " 0 suspect")) << verified.out;
}

TEST_F(ServiceKeyTest, T44OnlyTheLedgersRecoveryKeyDoes) {
  Lose();
  const Outcome refused = Rotate({"--recovery-key", test_.Path("lime.pem")});
  EXPECT_EQ(refused.exit, 5) << refused.err;
  EXPECT_TRUE(absl::StrContains(refused.err, "no recovery key")) << refused.err;
}

// A crash between the acts and the files.
TEST_F(ServiceKeyTest, T44ARunThatWasCutShortIsFinished) {
  const std::string old_key = test_.Read("acme/keys/service.pem");
  const std::string old_salt = test_.Read("acme/keys/service.pem.salt");
  ASSERT_EQ(Rotate(ByRecovery()).exit, 0);
  const uint64_t size = test_.OpenAcme()->head().size;
  const std::string place = test_.Path("acme/keys/service.pem");
  std::filesystem::remove(place);
  ASSERT_TRUE(WriteFile(place, old_key, Privacy::kSecret, Replace::kNever).ok());
  ASSERT_EQ(Rotate(ByRecovery()).exit, 0);
  EXPECT_EQ(test_.Read("acme/keys/service.pem"), test_.Read("service2.pem"));
  EXPECT_EQ(test_.OpenAcme()->head().size, size);
}

}  // namespace
}  // namespace tally::tools
