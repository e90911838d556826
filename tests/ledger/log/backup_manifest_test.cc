// Goal: a manifest has one spelling, leads nowhere outside of its backup, and names the file that
// is not as it was. Method: a good manifest, every byte of it changed, hostile names, folders that
// differ from it.
#include "ledger/log/backup_manifest.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/crypto/sha256.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

BackupManifest SampleManifest() {
  BackupManifest manifest;
  manifest.ledger.bytes[0] = 7;
  manifest.origin = "ledger.example/test";
  manifest.size = 12;
  manifest.root.bytes[31] = 9;
  manifest.recorded_ms = -5;
  manifest.files = {{"checkpoint", 3, Sha256Of({AsBytes("abc")})},
                    {"ledger/store/a file", 0, Sha256Of({AsBytes("")})}};
  return manifest;
}

// What a stranger may write, with the digest that belongs to it.
std::string Signed(const std::string& lines) {
  return lines + "end " + Sha256Of({AsBytes(lines)}).ToHex() + "\n";
}

TEST(BackupManifest, IsReadAsItWasWritten) {
  const std::string text = EncodeBackupManifest(SampleManifest());
  const auto read = DecodeBackupManifest(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, SampleManifest());
}

TEST(BackupManifest, T40EveryChangedByteIsRefused) {
  const std::string text = EncodeBackupManifest(SampleManifest());
  for (size_t at = 0; at < text.size(); ++at) {
    for (const int bit : {0, 5, 7}) {
      std::string broken = text;
      broken[at] = static_cast<char>(broken[at] ^ (1 << bit));
      EXPECT_TRUE(absl::IsDataLoss(DecodeBackupManifest(broken).status())) << at << " " << bit;
    }
    EXPECT_FALSE(DecodeBackupManifest(text.substr(0, at)).ok()) << at;
  }
}

TEST(BackupManifest, NamesThatLeadOutAreRefused) {
  for (const char* name : {"../x", "/etc/passwd", "a/../b", "a//b", "./a", "a/", "..", ""}) {
    BackupManifest manifest = SampleManifest();
    manifest.files = {{name, 0, Hash()}};
    EXPECT_FALSE(DecodeBackupManifest(EncodeBackupManifest(manifest)).ok()) << name;
  }
}

TEST(BackupManifest, OrderAndSpellingAreOne) {
  BackupManifest manifest = SampleManifest();
  std::swap(manifest.files[0], manifest.files[1]);
  EXPECT_FALSE(DecodeBackupManifest(EncodeBackupManifest(manifest)).ok());
  manifest.files[1] = manifest.files[0];
  EXPECT_FALSE(DecodeBackupManifest(EncodeBackupManifest(manifest)).ok());
  std::string text = EncodeBackupManifest(SampleManifest());
  text = text.substr(0, text.rfind("end "));
  text.replace(text.find("size 12"), 7, "size 012");
  EXPECT_FALSE(DecodeBackupManifest(Signed(text)).ok());
}

TEST(BackupManifest, T40NamesWhatIsMissingAddedOrCut) {
  tests::ScratchDirectory scratch;
  std::filesystem::create_directories(scratch / "ledger/store");
  tests::WriteText(scratch / "checkpoint", "abc");
  tests::WriteText(scratch / "ledger/store/a file", "");
  tests::WriteText(scratch / "BACKUP", "not looked at");
  EXPECT_TRUE(CompareBackupFiles(SampleManifest(), scratch.path()).ok());
  const auto complaint = [&] {
    return std::string(CompareBackupFiles(SampleManifest(), scratch.path()).message());
  };
  tests::WriteText(scratch / "ledger/more", "");
  EXPECT_EQ(complaint(), "ledger/more was added");
  std::filesystem::remove(scratch / "ledger/more");
  tests::WriteText(scratch / "checkpoint", "abcd");
  EXPECT_EQ(complaint(), "checkpoint has 4 bytes, 3 were written");
  std::filesystem::remove(scratch / "checkpoint");
  EXPECT_EQ(complaint(), "checkpoint is missing");
  std::filesystem::create_symlink("/etc/hostname", scratch / "checkpoint");
  EXPECT_EQ(complaint(), "checkpoint is neither a file nor a folder");
}

}  // namespace
}  // namespace tally::ledger
