// Goal: a file is read, and nothing that only lies at its place: no named pipe, link, device,
// socket or folder makes a reader wait or read elsewhere; what a user names may be a pipe.
// Method: one of each in a scratch directory; pipes with and without a writer.
#include "ledger/files/plain_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::ScratchDirectory;
using tests::WriteText;

TEST(PlainFile, ReadsWithinItsLimit) {
  const ScratchDirectory scratch;
  WriteText(scratch / "a", std::string(100'000, 'x'));
  EXPECT_EQ(*ReadPlainFile(scratch / "a", 100'000), std::string(100'000, 'x'));
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadPlainFile(scratch / "a", 99'999).status()));
  EXPECT_EQ(PlainFile::Open(scratch / "a")->size(), 100'000u);
  EXPECT_EQ(*ReadBeginning(scratch / "a", 3), "xxx");
  EXPECT_EQ(ReadBeginning(scratch / "a", 100'001)->size(), 100'000u);
  EXPECT_TRUE(absl::IsNotFound(ReadPlainFile(scratch / "none", 9).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadPlainFile(scratch / "a/b", 9).status()));
}

TEST(PlainFile, LinksAreFollowedOnlyWhereTheCallerSaysSo) {
  const ScratchDirectory scratch;
  WriteText(scratch / "a", "x");
  std::filesystem::create_symlink(scratch / "a", scratch / "link");
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadPlainFile(scratch / "link", 9).status()));
  EXPECT_EQ(*ReadPlainFile(scratch / "link", 9, Links::kFollowed), "x");
}

// Each would block or never end, were it opened and read as a file is.
TEST(PlainFile, WhatIsNoFileIsRefusedByName) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink(scratch / "pipe", scratch / "to-pipe");
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string socket = scratch / "socket";
  ASSERT_LT(socket.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, socket.c_str(), socket.size());
  ASSERT_EQ(::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);

  const auto words = [](const std::string& path, Links links) {
    return std::string(ReadPlainFile(path, 9, links).status().message());
  };
  for (const Access access : {Access::kRead, Access::kReadWrite}) {
    const absl::Status pipe = PlainFile::Open(scratch / "pipe", Links::kRefused, access).status();
    EXPECT_TRUE(absl::IsFailedPrecondition(pipe)) << pipe;
    EXPECT_EQ(pipe.message(), "is a named pipe, not a file");
  }
  EXPECT_TRUE(absl::StrContains(words(scratch / "to-pipe", Links::kFollowed), "a named pipe"));
  EXPECT_TRUE(absl::StrContains(words("/dev/zero", Links::kRefused), "is a device, not a file"));
  EXPECT_TRUE(absl::StrContains(words(scratch.path(), Links::kRefused), "is a directory"));
  EXPECT_FALSE(PlainFile::Open(socket).ok());
  ::close(server);
}

// `<(...)` and /dev/stdin are pipes without a name: they are read to their end, however late.
TEST(PlainFile, AnUnnamedPipeIsReadToItsEnd) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  std::thread writer([&] {
    ::usleep(50'000);
    EXPECT_EQ(::write(ends[1], "late", 4), 4);
    ::usleep(50'000);
    EXPECT_EQ(::write(ends[1], "r", 1), 1);
    ::close(ends[1]);
  });
  const auto pipe = PlainFile::OpenNamed(absl::StrCat("/dev/fd/", ends[0]));
  ASSERT_TRUE(pipe.ok()) << pipe.status();
  EXPECT_EQ(*pipe->ReadRest(100), "later");
  writer.join();
  ::close(ends[0]);
}

TEST(PlainFile, ANamedPipeIsReadWhileSomebodyWrites) {
  const ScratchDirectory scratch;
  const std::string path = scratch / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    ::usleep(50'000);
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(::write(file, "spoken", 6), 6);
    ::close(file);
  });
  const auto pipe = PlainFile::OpenNamed(path);
  ASSERT_TRUE(pipe.ok()) << pipe.status();
  EXPECT_EQ(*pipe->ReadRest(100), "spoken");
  writer.join();
}

TEST(PlainFile, ANamedPipeThatStaysSilentIsGivenUp) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  const auto pipe = PlainFile::OpenNamed(scratch / "pipe");
  ASSERT_TRUE(pipe.ok()) << pipe.status();
  const absl::Status silent = pipe->ReadRest(100).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(silent)) << silent;
  EXPECT_TRUE(absl::StrContains(silent.message(), "nobody wrote to it for 10 seconds")) << silent;
}

}  // namespace
}  // namespace tally::ledger
