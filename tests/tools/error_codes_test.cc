// Goal: error codes are one closed, ordered table whose exit statuses are those documented.
// Method: properties over all rows.
#include "tools/error_codes.h"

#include <gtest/gtest.h>

#include <set>

namespace tally::tools {
namespace {

TEST(ErrorCodes, AreOrderedUniqueAndExplained) {
  std::string before;
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    const std::string code(row.code);
    EXPECT_LT(before, code);
    EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos) << code;
    EXPECT_FALSE(row.meaning.empty()) << code;
    EXPECT_EQ(FindErrorCode(row.code), &row);
    before = code;
  }
  EXPECT_EQ(FindErrorCode("no-such-code"), nullptr);
}

TEST(ErrorCodes, ExitStatusesAreThoseDocumented) {
  std::set<int> documented;
  for (const ExitStatusRow& row : ExitStatusTable()) documented.insert(row.exit);
  EXPECT_EQ(documented, (std::set<int>{0, 1, 2, 3, 4, 5, 6, 130}));
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    EXPECT_TRUE(documented.contains(row.exit)) << std::string(row.code);
    EXPECT_NE(row.exit, kExitDone) << std::string(row.code);
  }
}

}  // namespace
}  // namespace tally::tools
