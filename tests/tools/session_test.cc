// Goal: from options to an open ledger, with a fault of its own code for each way it can fail.
// Method: each failure made, and the lock held by a first session.
#include "tools/session.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

std::string CodeOf(const absl::Status& status) { return status.ok() ? "" : FaultOf(status).code; }

TEST(Session, OneWriterAtATime) {
  TallyTest test;
  test.MakeLedger();
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  auto first = AppendSession::Open(call.call());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(CodeOf(AppendSession::Open(call.call()).status()), "busy");
  TestCall waiting(test, {"append", "x", "-C", test.Path("acme"), "--wait=0"});
  EXPECT_EQ(CodeOf(AppendSession::Open(waiting.call()).status()), "busy");
  TestCall forever(test, {"append", "x", "-C", test.Path("acme"), "--wait"});
  test.interrupted = true;
  EXPECT_EQ(CodeOf(AppendSession::Open(forever.call()).status()), "interrupted");
  test.interrupted = false;
  // Readers need no lock.
  EXPECT_TRUE(OpenLedger(call.call()).ok());
  first->reset();
  EXPECT_TRUE(AppendSession::Open(call.call()).ok());
}

TEST(Session, KeysAreFoundByOptionAndEnvironment) {
  TallyTest test;
  test.MakeFeed();
  TestCall none(test, {"append", "x", "-C", test.Path("acme")});
  EXPECT_EQ(CodeOf(OpenAuthorKey(none.call()).status()), "missing-argument");
  EXPECT_TRUE(OpenOperatorKey(none.call()).ok());
  test.environment["TALLY_KEY"] = test.Path("lime.pem");
  const auto key = OpenAuthorKey(none.call());
  ASSERT_TRUE(key.ok()) << key.status();
  const auto ledger = test.OpenAcme();
  EXPECT_EQ(PartyOfKey(*ledger, *key)->name, "lime");
  EXPECT_EQ(CodeOf(PartyOfKey(*ledger, *OpenOperatorKey(none.call())).status()),
            "key-not-permitted");
  AuthorKey stranger = *key;
  stranger.key = *ledger::SigningKey::FromSeed(Bytes(32, 1));
  EXPECT_EQ(CodeOf(PartyOfKey(*ledger, stranger).status()), "key-not-permitted");
}

TEST(Session, ADamagedLedgerIsRefused) {
  TallyTest test;
  test.MakeLedger();
  std::filesystem::remove(test.Path("acme.head"));
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  EXPECT_EQ(CodeOf(OpenLedger(call.call()).status()), "ledger-refused");
  EXPECT_EQ(CodeOf(AppendSession::Open(call.call()).status()), "ledger-refused");
}

TEST(Session, WithoutATerminalNobodyIsAsked) {
  TallyTest test;
  TestCall call(test);
  EXPECT_TRUE(Confirmed(call.call(), "sure?"));
}

}  // namespace
}  // namespace tally::tools
