// Goal: what is no ledger is said to be none, and what may not be read is no damage. Method:
// folders that lack a ledger, and statuses as the store gives them.
#include "tools/ledger_directory.h"

#include "gtest/gtest.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(LedgerDirectory, OnlyALedgerOpens) {
  TallyTest test;
  test.MakeLedger();
  TestCall call(test);
  EXPECT_TRUE(CheckIsLedger(test.Path("acme")).ok());
  EXPECT_TRUE(OpenDirectory(call.call(), test.Path("acme")).ok());
  for (const std::string& path : {test.Path("nowhere"), test.Path("")}) {
    const auto opened = OpenDirectory(call.call(), path);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(FaultOf(opened.status()).code, "no-ledger");
  }
}

TEST(LedgerDirectory, DenialsAreToldApart) {
  EXPECT_TRUE(IsDenial(absl::UnavailableError("open: Permission denied")));
  EXPECT_TRUE(IsDenial(absl::UnavailableError("open: Read-only file system")));
  EXPECT_FALSE(IsDenial(absl::UnavailableError("open: Input/output error")));
  EXPECT_FALSE(IsDenial(absl::DataLossError("Permission denied")));
  EXPECT_EQ(FaultOf(Denied("x", "read", "why")).code, "ledger-denied");
}

}  // namespace
}  // namespace tally::tools
