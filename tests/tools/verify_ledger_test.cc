// Goal: the audit of a ledger is held against what the caller trusts; the cases are those of
// tests/tools/verify_command_test.cc, here by the function. Method: a small ledger with right and
// wrong keys, and a folder that holds none.
#include "tools/verify_ledger.h"

#include "gtest/gtest.h"
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

}  // namespace
}  // namespace tally::tools
