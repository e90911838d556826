// Goal: a ledger's directory opens, and what is no ledger is said to be none. Method: a ledger that
// was just made, and folders that lack one.
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
  EXPECT_TRUE(OpenDirectory(call.call(), test.Path("acme")).ok());
  for (const std::string& path : {test.Path("nowhere"), test.Path("")}) {
    const auto opened = OpenDirectory(call.call(), path);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(FaultOf(opened.status()).code, "no-ledger");
  }
}

}  // namespace
}  // namespace tally::tools
