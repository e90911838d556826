// Goal: small files are replaced whole, listings see files only, links are refused, and each
// failure has its code. Method: a scratch directory and every function once on good and bad paths.
#include "ledger/store/durable_file.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::ReadText;
using tests::ScratchDirectory;
using tests::WriteText;

TEST(DurableFile, IsReplacedWhole) {
  const ScratchDirectory scratch;
  ASSERT_TRUE(WriteFileDurably(scratch / "a", "first").ok());
  ASSERT_TRUE(WriteFileDurably(scratch / "a", "second, longer").ok());
  EXPECT_EQ(ReadText(scratch / "a"), "second, longer");
  WriteText(scratch / "a.new", "left by a crash");
  ASSERT_TRUE(WriteFileDurably(scratch / "a", "third").ok());
  EXPECT_EQ(ReadText(scratch / "a"), "third");
  EXPECT_FALSE(std::filesystem::exists(scratch / "a.new"));
}

TEST(DurableFile, ListsFilesInOrderAndNothingElse) {
  const ScratchDirectory scratch;
  WriteText(scratch / "b", "12");
  WriteText(scratch / "a", "1");
  std::filesystem::create_directory(scratch / "c");
  const auto files = ListFiles(scratch.path());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(*files, (std::vector<FileSize>{{"a", 1}, {"b", 2}}));
  EXPECT_TRUE(absl::IsNotFound(ListFiles(scratch / "none").status()));
}

// T-39
TEST(DurableFile, T39LinksAreRefused) {
  const ScratchDirectory scratch;
  WriteText(scratch / "target", "x");
  std::filesystem::create_symlink(scratch / "target", scratch / "link");
  EXPECT_TRUE(absl::IsFailedPrecondition(ListFiles(scratch.path()).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadWholeFile(scratch / "link", 10).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ChecksumOfFile(scratch / "link").status()));
  EXPECT_EQ(*KindOf(scratch / "link"), PathKind::kLink);
}

TEST(DurableFile, KindsAndLimits) {
  const ScratchDirectory scratch;
  WriteText(scratch / "a", "12345");
  EXPECT_EQ(*KindOf(scratch / "a"), PathKind::kFile);
  EXPECT_EQ(*KindOf(scratch.path()), PathKind::kDirectory);
  EXPECT_EQ(*KindOf(scratch / "none"), PathKind::kAbsent);
  EXPECT_EQ(*ReadWholeFile(scratch / "a", 5), "12345");
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadWholeFile(scratch / "a", 4).status()));
  EXPECT_EQ(*ChecksumOfFile(scratch / "a"), ChecksumOf(AsBytes("12345")));
  EXPECT_TRUE(absl::IsNotFound(ChecksumOfFile(scratch / "none").status()));
  EXPECT_TRUE(absl::IsNotFound(RenameDurably(scratch / "none", scratch / "b")));
}

// A planted pipe is never waited at; where files are opened by name, it is refused.
TEST(DurableFile, NamedPipesAreRefused) {
  const ScratchDirectory scratch;
  WriteText(scratch / "a", "x");
  EXPECT_TRUE(RequirePlainFiles(scratch.path()).ok());
  std::filesystem::create_directory(scratch / "lost+found");
  EXPECT_TRUE(RequirePlainFiles(scratch.path()).ok());
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadWholeFile(scratch / "pipe", 10).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ChecksumOfFile(scratch / "pipe").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      CopyFileDurably(scratch / "pipe", scratch / "copy", [](ByteView) {})));
  EXPECT_EQ(ListFiles(scratch.path())->size(), 2u);  // "a", and what the copy left
  EXPECT_TRUE(absl::IsFailedPrecondition(RequirePlainFiles(scratch.path())));
}

TEST(DurableFile, ErrorsOfTheSystemHaveCodes) {
  EXPECT_TRUE(absl::IsNotFound(SystemError("cannot open", "x", ENOENT)));
  EXPECT_TRUE(absl::IsFailedPrecondition(SystemError("cannot open", "x", ELOOP)));
  EXPECT_TRUE(absl::IsUnavailable(SystemError("cannot open", "x", EIO)));
  EXPECT_TRUE(absl::IsUnavailable(SystemError("cannot open", "x", ENOSPC)));
  EXPECT_EQ(DirectoryOf("/a/b"), "/a");
  EXPECT_EQ(DirectoryOf("/a"), "/");
  EXPECT_EQ(DirectoryOf("a"), ".");
}

}  // namespace
}  // namespace tally::ledger
