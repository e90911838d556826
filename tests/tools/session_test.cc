// Goal: from options to an open ledger, with a fault of its own code for each way it can fail.
// Method: each failure made, and the lock held by a first session.
#include "tools/session.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

std::string CodeOfSession(const absl::Status& status) {
  return status.ok() ? "" : FaultOf(status).code;
}

TEST(Session, OneWriterAtATime) {
  TallyTest test;
  test.MakeLedger();
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  auto first = AppendSession::Open(call.call());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(CodeOfSession(AppendSession::Open(call.call()).status()), "busy");
  TestCall waiting(test, {"append", "x", "-C", test.Path("acme"), "--wait=0"});
  EXPECT_EQ(CodeOfSession(AppendSession::Open(waiting.call()).status()), "busy");
  TestCall forever(test, {"append", "x", "-C", test.Path("acme"), "--wait"});
  test.interrupted = true;
  EXPECT_EQ(CodeOfSession(AppendSession::Open(forever.call()).status()), "interrupted");
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
  EXPECT_EQ(CodeOfSession(OpenAuthorKey(none.call()).status()), "missing-argument");
  EXPECT_TRUE(OpenOperatorKey(none.call()).ok());
  test.environment["TALLY_KEY"] = test.Path("lime.pem");
  const auto key = OpenAuthorKey(none.call());
  ASSERT_TRUE(key.ok()) << key.status();
  const auto ledger = test.OpenAcme();
  EXPECT_EQ(PartyOfKey(*ledger, *key)->name, "lime");
  EXPECT_EQ(CodeOfSession(PartyOfKey(*ledger, *OpenOperatorKey(none.call())).status()),
            "key-not-permitted");
  AuthorKey stranger = *key;
  stranger.key = *ledger::SigningKey::FromSeed(Bytes(32, 1));
  EXPECT_EQ(CodeOfSession(PartyOfKey(*ledger, stranger).status()), "key-not-permitted");
}

// The rest of the test's process acts for a user who may do little; root may everything.
class AsNobody {
 public:
  AsNobody() : was_root_(::geteuid() == 0 && ::seteuid(65534) == 0) {}
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  const bool was_root_;
};

TEST(Session, ALedgerThatMayNotBeReadIsNotCalledAbsent) {
  TallyTest test;
  test.MakeLedger();
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  std::filesystem::permissions(test.Path("acme"), std::filesystem::perms::none);
  absl::Status status;
  {
    const AsNobody nobody;
    status = OpenLedger(call.call()).status();
  }
  std::filesystem::permissions(test.Path("acme"), std::filesystem::perms::owner_all);
  EXPECT_EQ(CodeOfSession(status), "ledger-denied");
  EXPECT_TRUE(absl::StrContains(status.message(), "Permission denied")) << status;
}

TEST(Session, ALedgerThatMayNotBeWrittenIsRefusedWithoutChange) {
  TallyTest test;
  test.MakeLedger();
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  // The head can be locked, the store not be written: as on a file system that is read-only.
  namespace fs = std::filesystem;
  fs::permissions(fs::path(test.Path("acme")).parent_path(), fs::perms(0755));
  fs::permissions(test.Path("acme.head"), fs::perms(0666));
  fs::permissions(test.Path("acme"), fs::perms(0555));
  fs::permissions(test.Path("acme/keys"), fs::perms(0555));
  for (const char* name : {"keys", "store"}) {
    for (const auto& file : fs::directory_iterator(test.Path(std::string("acme/") + name))) {
      const bool key = std::string(name) == "keys";
      if (key && ::geteuid() == 0) {
        ASSERT_EQ(::chown(file.path().c_str(), 65534, 65534), 0);
      }
      fs::permissions(file.path(), fs::perms(key ? 0400 : 0444));
    }
  }
  fs::permissions(test.Path("acme/store"), fs::perms(0555));
  absl::Status status;
  {
    const AsNobody nobody;
    status = AppendSession::Open(call.call()).status();
  }
  for (const char* name : {"acme", "acme/keys", "acme/store"}) {
    fs::permissions(test.Path(name), fs::perms(0755));
  }
  EXPECT_EQ(CodeOfSession(status), "ledger-denied") << status;
  EXPECT_EQ(ExitOf(FaultOf(status)), 2);
  EXPECT_TRUE(absl::StrContains(status.message(), "cannot be written")) << status;
}

TEST(Session, ADamagedLedgerIsRefused) {
  TallyTest test;
  test.MakeLedger();
  std::filesystem::remove(test.Path("acme.head"));
  TestCall call(test, {"append", "x", "-C", test.Path("acme")});
  EXPECT_EQ(CodeOfSession(OpenLedger(call.call()).status()), "ledger-refused");
  EXPECT_EQ(CodeOfSession(AppendSession::Open(call.call()).status()), "ledger-refused");
}

TEST(Session, WithoutATerminalNobodyIsAsked) {
  TallyTest test;
  TestCall call(test);
  EXPECT_TRUE(Confirmed(call.call(), "sure?"));
}

}  // namespace
}  // namespace tally::tools
