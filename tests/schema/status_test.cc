// Goal: a check ends the process with its place, and context is put before messages.
// Method: death tests, and each macro on its good and its bad path.
#include "schema/status.h"

#include <gtest/gtest.h>

namespace tally {
namespace {

TEST(Status, AFailedCheckNamesItsExpression) {
  EXPECT_DEATH(TALLY_CHECK(1 + 1 == 3), "status_test.cc:[0-9]+: check failed: 1 \\+ 1 == 3");
  TALLY_CHECK(1 + 1 == 2);
}

TEST(Status, AtKeepsTheCodeAndLeavesOkAlone) {
  const absl::Status status = At("feed lime", absl::NotFoundError("no such source"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "feed lime: no such source");
  EXPECT_TRUE(At("feed lime", absl::OkStatus()).ok());
}

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return absl::InvalidArgumentError("odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  TALLY_ASSIGN_OR_RETURN(const int half, Half(value));
  TALLY_ASSIGN_OR_RETURN(const int quarter, Half(half));
  TALLY_RETURN_IF_ERROR(absl::OkStatus());
  return quarter;
}

TEST(Status, MacrosCarryValuesAndErrors) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_EQ(Quarter(6).status().message(), "odd");
}

}  // namespace
}  // namespace tally
