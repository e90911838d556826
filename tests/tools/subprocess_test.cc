// Goal: another program's output is read whole, and its failure becomes a sentence.
// Method: coreutils programs that every Debian has.
#include "tools/subprocess.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(Subprocess, PassesInputAndReadsOutput) {
  const std::string large(300000, 'x');
  absl::StatusOr<std::string> output = RunProgram({"cat"}, large, 1 << 20);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output, large);
}

TEST(Subprocess, SaysWhyAProgramFailed) {
  EXPECT_EQ(RunProgram({"no-such-program-here"}, "", 10).status().code(),
            absl::StatusCode::kNotFound);
  absl::Status failed = RunProgram({"ls", "/no/such/folder"}, "", 1000).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(failed.message()).find("/no/such/folder"), std::string::npos);
}

TEST(Subprocess, StopsReadingAtTheLimit) {
  EXPECT_EQ(RunProgram({"head", "-c", "100000", "/dev/zero"}, "", 1000).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace tally::tools
