// Goal: what may not be read is no damage, and where no ledger lies is seen without opening one.
// Method: statuses as the store gives them, and folders with and without a ledger.
#include "tools/ledger_access.h"

#include "gtest/gtest.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(LedgerAccess, SeesWhereALedgerLies) {
  TallyTest test;
  test.MakeLedger();
  EXPECT_TRUE(CheckIsLedger(test.Path("acme")).ok());
  EXPECT_EQ(FaultOf(CheckIsLedger(test.Path("nowhere"))).code, "no-ledger");
}

TEST(LedgerAccess, DenialsAreToldApart) {
  EXPECT_TRUE(IsDenial(absl::UnavailableError("open: Permission denied")));
  EXPECT_TRUE(IsDenial(absl::UnavailableError("open: Read-only file system")));
  EXPECT_FALSE(IsDenial(absl::UnavailableError("open: Input/output error")));
  EXPECT_FALSE(IsDenial(absl::DataLossError("Permission denied")));
  EXPECT_EQ(FaultOf(Denied("x", "read", "why")).code, "ledger-denied");
}

}  // namespace
}  // namespace tally::tools
