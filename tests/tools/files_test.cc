// Goal: files are read within limits and written whole or not at all, secrets for their owner
// alone. Method: a folder of its own; modes and contents read back.
#include "tools/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "tests/tools/tally_support.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777;
}

TEST(Files, WritesWholeAndKeepsSecretsSecret) {
  TallyTest test;
  const std::string path = test.Path("key");
  ASSERT_TRUE(WriteFile(path, "secret", Privacy::kSecret, Replace::kNever).ok());
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_EQ(test.Read("key"), "secret");
  const absl::Status again = WriteFile(path, "other", Privacy::kSecret, Replace::kNever);
  EXPECT_EQ(FaultOf(again).code, "already-exists");
  EXPECT_EQ(test.Read("key"), "secret");
  EXPECT_TRUE(WriteFile(path, "other", Privacy::kPublic, Replace::kYes).ok());
  EXPECT_EQ(test.Read("key"), "other");
  EXPECT_FALSE(Exists(path + ".new"));
}

TEST(Files, AFolderThatIsNotThereIsAFault) {
  TallyTest test;
  const absl::Status status =
      WriteFile(test.Path("no/such/file"), "x", Privacy::kPublic, Replace::kYes);
  EXPECT_EQ(FaultOf(status).code, "file-unwritable");
}

TEST(Files, ReadsWithinLimits) {
  TallyTest test;
  TestCall call(test);
  test.Write("in", std::string(100000, 'x'));
  EXPECT_EQ(ReadInput(call.call(), test.Path("in"))->size(), 100000u);
  EXPECT_TRUE(ReadInput(call.call(), test.Path("in"), 100000).ok());
  EXPECT_EQ(FaultOf(ReadInput(call.call(), test.Path("in"), 99999).status()).code, "bad-input");
  const Fault absent = FaultOf(ReadInput(call.call(), test.Path("absent")).status());
  EXPECT_EQ(absent.code, "file-unreadable");
  EXPECT_EQ(absent.position.file, test.Path("absent"));
  EXPECT_EQ(*ReadInput(call.call(), "-"), "");
}

// What a user names may be a pipe that he holds open, as `<(...)` and /dev/stdin are.
TEST(Files, PipesOfTheCallerAreRead) {
  TallyTest test;
  TestCall call(test);
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "spoken", 6), 6);
  ::close(ends[1]);
  EXPECT_EQ(*ReadInput(call.call(), absl::StrCat("/dev/fd/", ends[0])), "spoken");
  ::close(ends[0]);
  EXPECT_EQ(*ReadInput(call.call(), "/dev/null"), "");
  const Fault folder = FaultOf(ReadInput(call.call(), test.Path(".")).status());
  EXPECT_EQ(folder.code, "file-unreadable");
  EXPECT_EQ(folder.message, "is a directory, not a file");
}

TEST(Files, OutputOfADashGoesToStandardOutput) {
  TallyTest test;
  TestCall call(test);
  ASSERT_TRUE(WriteOutput(call.call(), "-", "bytes\x01").ok());
  EXPECT_EQ(call.out(), "bytes\x01");
}

TEST(Files, SameFileSystemOfPathsThatDoNotExistYet) {
  TallyTest test;
  EXPECT_TRUE(OnSameFileSystem(test.Path("a/b/c"), test.Path("d")));
  EXPECT_FALSE(OnSameFileSystem(test.Path("a"), "/proc/x"));
}

}  // namespace
}  // namespace tally::tools
