// Goal: what the caller trusts is read strictly, and anything malformed is wrong usage.
// Method: options of `verify` with keys in files, comments, bad lines, bad policies.
#include "tools/verify_trust.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

absl::StatusOr<Trust> Read(TallyTest& test, std::vector<std::string> options) {
  options.insert(options.begin(), {"verify", test.Path("x")});
  TestCall call(test, options);
  return ReadTrust(call.call());
}

TEST(VerifyTrust, ReadsKeysCheckpointsAndPolicies) {
  TallyTest test;
  test.Write("keys", absl::StrCat("# log\n\n", ledger::tests::kSmallLogKey, "\r\n"));
  test.Write("note", ledger::tests::SmallNote(3));
  test.Write("policy", absl::StrCat("log ", ledger::tests::kSmallLogKey, "\nquorum none\n"));
  const auto trust =
      Read(test, {"--trust", test.Path("keys"), "--against", test.Path("note"), "--policy",
                  test.Path("policy"), "--ledger-id", std::string(64, 'a'), "--party",
                  "lime=" + std::string(64, 'b'), "--self"});
  ASSERT_TRUE(trust.ok()) << trust.status();
  ASSERT_EQ(trust->keys.size(), 1u);
  EXPECT_EQ(trust->key_names.front(), ledger::tests::kSmallLogKey);
  EXPECT_EQ(trust->retained.at(0).origin, ledger::tests::kSmallOrigin);
  EXPECT_EQ(trust->policy->quorum, "none");
  EXPECT_EQ(trust->parties.at(0).party, "lime");
  EXPECT_TRUE(trust->self);
  EXPECT_FALSE(trust->empty());
  EXPECT_TRUE(Read(test, {})->empty());
  EXPECT_EQ(Read(test, {"--trust", std::string(ledger::tests::kSmallLogKey)})->keys.size(), 1u);
}

TEST(VerifyTrust, MalformedTrustIsWrongUsage) {
  TallyTest test;
  test.Write("keys", absl::StrCat(ledger::tests::kSmallLogKey, "\nnonsense\n"));
  test.Write("empty", "# nothing\n");
  test.Write("policy", "quorum w\n");
  const auto fault = [&](std::vector<std::string> options) {
    return FaultText(FaultOf(Read(test, std::move(options)).status()));
  };
  EXPECT_TRUE(absl::StrContains(fault({"--trust", test.Path("keys")}),
                                "keys:2: \"nonsense\" is no verifier"));
  EXPECT_TRUE(absl::StrContains(fault({"--trust", "no-such-file"}), "neither a file here nor"));
  EXPECT_TRUE(absl::StrContains(fault({"--trust", test.Path("empty")}), "names no verifier key"));
  EXPECT_TRUE(absl::StrContains(fault({"--policy", test.Path("policy")}), "policy line 1"));
  EXPECT_TRUE(absl::StrContains(fault({"--party", "lime"}), "NAME=FINGERPRINT"));
  EXPECT_TRUE(absl::StrContains(fault({"--ledger-id", "1"}), "64 hex digits"));
  EXPECT_FALSE(Read(test, {"--against", test.Path("keys")}).ok());
  EXPECT_FALSE(Read(test, {"--against", test.Path("absent")}).ok());
}

}  // namespace
}  // namespace tally::tools
