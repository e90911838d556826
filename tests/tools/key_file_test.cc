// Goal: keys that others could have read are refused, and nothing replaces a key (T-48).
// Method: every mode of a key file; links; passphrases from each place they may come from.
#include "tools/key_file.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

std::string CodeOf(const absl::Status& status) { return status.ok() ? "" : FaultOf(status).code; }

TEST(KeyFile, RoundTripsKeyAndSaltSecret) {
  TallyTest test;
  TestCall call(test);
  const std::string path = test.Path("k.pem");
  const absl::StatusOr<AuthorKey> made = CreateAuthorKey(call.call(), path, "");
  ASSERT_TRUE(made.ok()) << made.status();
  const absl::StatusOr<AuthorKey> read = ReadAuthorKey(call.call(), path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->key->fingerprint(), made->key->fingerprint());
  EXPECT_EQ(read->salt_secret, made->salt_secret);
  EXPECT_EQ(CodeOf(CreateAuthorKey(call.call(), path, "").status()), "already-exists");
}

// T-48
TEST(KeyFile, T48EveryModeThatOthersCanUseIsRefused) {
  TallyTest test;
  TestCall call(test);
  const std::string path = test.Path("k.pem");
  ASSERT_TRUE(CreateAuthorKey(call.call(), path, "").ok());
  for (mode_t mode = 0400; mode <= 0777; ++mode) {
    if ((mode & 0400) == 0) continue;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    const std::string code = CodeOf(ReadKey(call.call(), path).status());
    EXPECT_EQ(code, (mode & 077) == 0 ? "" : "key-file-permissions") << mode;
  }
}

// What a process without root's powers finds: "" for a key, else the fault's code. Root could read
// every file, so the matrix above says nothing of who may not.
std::string CodeWithoutRoot(const Invocation& call, const std::string& path, uid_t user) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string code = "root was not dropped";
    if (::setgroups(0, nullptr) == 0 && ::setgid(user) == 0 && ::setuid(user) == 0) {
      code = CodeOf(ReadKey(call, path).status());
    }
    const ssize_t written = ::write(ends[1], code.data(), code.size());
    ::_exit(written == static_cast<ssize_t>(code.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  char code[64] = {};
  const ssize_t length = ::read(ends[0], code, sizeof(code));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return length < 0 || status != 0 ? "no answer" : std::string(code, static_cast<size_t>(length));
}

// T-48: every mode, of a file of one's own and of another's, with root dropped.
TEST(KeyFile, T48TheMatrixWithoutRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  constexpr uid_t kNobody = 65534;
  TallyTest test;
  TestCall call(test);
  const std::string path = test.Path("k.pem");
  ASSERT_TRUE(CreateAuthorKey(call.call(), path, "").ok());
  ASSERT_EQ(::chmod(test.Path("").c_str(), 0755), 0);
  for (const uid_t owner : {kNobody, uid_t{0}}) {
    ASSERT_EQ(::chown(path.c_str(), owner, owner), 0);
    for (mode_t mode = 0; mode <= 0777; ++mode) {
      ASSERT_EQ(::chmod(path.c_str(), mode), 0);
      const bool readable = (mode & (owner == kNobody ? 0400 : 0004)) != 0;
      const bool sound = owner == kNobody && (mode & 077) == 0;
      EXPECT_EQ(CodeWithoutRoot(call.call(), path, kNobody), !readable ? "key-file"
                                                             : sound   ? ""
                                                                       : "key-file-permissions")
          << std::oct << mode << " of " << std::dec << owner;
    }
  }
  // Root reads what it likes: only the owner tells it a key that somebody else may have planted.
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(CodeOf(ReadKey(call.call(), path).status()), "");
  ASSERT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
  EXPECT_EQ(CodeOf(ReadKey(call.call(), path).status()), "key-file-permissions");
}

// T-48
TEST(KeyFile, T48LinksFoldersAndOtherFilesAreRefused) {
  TallyTest test;
  TestCall call(test);
  const std::string path = test.Path("k.pem");
  ASSERT_TRUE(CreateAuthorKey(call.call(), path, "").ok());
  ASSERT_EQ(::symlink(path.c_str(), test.Path("link.pem").c_str()), 0);
  EXPECT_EQ(CodeOf(ReadKey(call.call(), test.Path("link.pem")).status()), "key-file-permissions");
  EXPECT_EQ(CodeOf(ReadKey(call.call(), test.Path("absent")).status()), "key-file");
  EXPECT_EQ(CodeOf(ReadKey(call.call(), "/dev/null").status()), "key-file");
  ASSERT_TRUE(WriteFile(test.Path("text"), "not a key", Privacy::kSecret, Replace::kNever).ok());
  EXPECT_EQ(CodeOf(ReadKey(call.call(), test.Path("text")).status()), "key-file");
  ASSERT_TRUE(
      WriteFile(test.Path("long"), std::string(100000, 'x'), Privacy::kSecret, Replace::kNever)
          .ok());
  EXPECT_EQ(CodeOf(ReadKey(call.call(), test.Path("long")).status()), "key-file");
}

TEST(KeyFile, TheSaltSecretIsPartOfTheKey) {
  TallyTest test;
  TestCall call(test);
  const std::string path = test.Path("k.pem");
  ASSERT_TRUE(CreateAuthorKey(call.call(), path, "").ok());
  ASSERT_EQ(::chmod((path + ".salt").c_str(), 0644), 0);
  EXPECT_EQ(CodeOf(ReadAuthorKey(call.call(), path).status()), "key-file-permissions");
  ASSERT_TRUE(WriteFile(path + ".salt", "12ab\n", Privacy::kSecret, Replace::kYes).ok());
  EXPECT_EQ(CodeOf(ReadAuthorKey(call.call(), path).status()), "key-file");
  ASSERT_EQ(::unlink((path + ".salt").c_str()), 0);
  EXPECT_EQ(CodeOf(ReadAuthorKey(call.call(), path).status()), "key-file");
}

TEST(KeyFile, PassphrasesComeFromAFileOrACredential) {
  TallyTest test;
  TestCall plain(test);
  const std::string path = test.Path("k.pem");
  ASSERT_TRUE(CreateAuthorKey(plain.call(), path, "correct horse").ok());
  EXPECT_EQ(CodeOf(ReadKey(plain.call(), path).status()), "key-passphrase");

  ASSERT_TRUE(
      WriteFile(test.Path("pass"), "correct horse\n", Privacy::kSecret, Replace::kYes).ok());
  TestCall with_file(test, {"append", "x", "--passphrase-file", test.Path("pass")});
  EXPECT_TRUE(ReadKey(with_file.call(), path).ok());
  ASSERT_TRUE(WriteFile(test.Path("pass"), "wrong\n", Privacy::kSecret, Replace::kYes).ok());
  EXPECT_EQ(CodeOf(ReadKey(with_file.call(), path).status()), "key-passphrase");
  ASSERT_TRUE(
      WriteFile(test.Path("tally-passphrase"), "correct horse", Privacy::kSecret, Replace::kYes)
          .ok());
  test.environment["CREDENTIALS_DIRECTORY"] = test.Path("").substr(0, test.Path("").size() - 1);
  TestCall with_credential(test);
  EXPECT_TRUE(ReadKey(with_credential.call(), path).ok());
}

}  // namespace
}  // namespace tally::tools
