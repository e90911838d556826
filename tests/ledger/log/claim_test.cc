// Goal: a claim refuses every store that lacks an acknowledged record, without changing a file, and
// goes on by itself after everything that a crash can leave.
// Method: toy logs; files flipped, cut, deleted and rolled back beside an intact head file.
#include "ledger/log/claim.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/ledger/log/toy_log.h"

namespace tally::ledger {
namespace {

using tests::CheckToyIndexes;
using tests::MakeToyLog;
using tests::Picture;
using tests::PictureOf;
using tests::RestorePicture;
using tests::ToyAppend;
using tests::ToyCommit;
using tests::ToyEnd;
using tests::ToyHead;
using tests::ToyOptions;
using tests::ToyRootAt;
using tests::ToyRoots;

class ClaimTest : public testing::Test {
 protected:
  absl::StatusOr<ClaimedLog> Claim() {
    return ClaimLog(ToyOptions(scratch_.path()), EmbeddedLogSeam::System());
  }
  absl::Status Read() {
    const auto log = OpenEmbeddedLogForReading(ToyOptions(scratch_.path()));
    if (!log.ok()) return log.status();
    const auto root = ToyRootAt(*log->store, log->head.size);
    if (!root.ok()) return root.status();
    if (*root == roots_.At(log->head.size)) return absl::OkStatus();
    return absl::DataLossError("it opened with other records");
  }
  // Whether claim and read refuse (with `code`) and leave every byte as it was.
  testing::AssertionResult RefusedUntouched() {
    const Picture before = PictureOf(scratch_.path());
    const absl::Status read = Read();
    const absl::Status claimed = Claim().status();
    if (!absl::IsFailedPrecondition(read) || !absl::IsFailedPrecondition(claimed)) {
      return testing::AssertionFailure() << "read: " << read << ", claim: " << claimed;
    }
    if (PictureOf(scratch_.path()) != before) return testing::AssertionFailure() << "files changed";
    return testing::AssertionSuccess() << claimed.message();
  }
  std::string store() const { return scratch_ / "ledger/store"; }
  // The only file of the store whose name ends so.
  std::string FileEndingIn(const std::string& suffix) const {
    std::string found;
    for (const auto& [name, text] : PictureOf(store())) {
      if (name.ends_with(suffix) && !text.empty()) found = store() + "/" + name;
    }
    TALLY_CHECK(!found.empty());
    return found;
  }
  tests::ScratchDirectory scratch_;
  ToyRoots roots_;
};

TEST_F(ClaimTest, HalfALedgerIsRefusedWithASentence) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Claim().status()));
  MakeToyLog(scratch_.path(), 3, ToyEnd::kSealed);
  const Picture good = PictureOf(scratch_.path());
  std::filesystem::remove(scratch_ / "ledger.head");
  EXPECT_TRUE(RefusedUntouched());
  EXPECT_NE(Claim().status().message().find("head file"), std::string::npos);
  RestorePicture(scratch_.path(), good);
  std::filesystem::remove_all(store());
  EXPECT_TRUE(RefusedUntouched());
  EXPECT_NE(Claim().status().message().find("not started anew"), std::string::npos);
  RestorePicture(scratch_.path(), good);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      CreateLog(ToyOptions(scratch_.path(), true), EmbeddedLogSeam::System()).status()));
  EXPECT_EQ(PictureOf(scratch_.path()), good);
}

// T-39
TEST_F(ClaimTest, T39ALinkedDirectoryIsRefused) {
  MakeToyLog(scratch_.path(), 3, ToyEnd::kSealed);
  std::filesystem::rename(scratch_ / "ledger", scratch_ / "elsewhere");
  std::filesystem::create_directory_symlink(scratch_ / "elsewhere", scratch_ / "ledger");
  EXPECT_TRUE(absl::IsFailedPrecondition(Claim().status()));
}

// T-02: the write-ahead log of an unclean stop, cut at every length.
TEST_F(ClaimTest, T02EveryCutOfTheLogIsRefusedUnlessNothingIsMissing) {
  MakeToyLog(scratch_.path(), 4, ToyEnd::kCut);
  const std::string log = FileEndingIn(".log");
  const std::string bytes = tests::ReadText(log);
  const Picture good = PictureOf(scratch_.path());
  int refused = 0;
  for (size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 60) {
    tests::WriteText(log, bytes.substr(0, length));
    ASSERT_TRUE(RefusedUntouched()) << "cut at " << length;
    ++refused;
  }
  EXPECT_GT(refused, 50);
  RestorePicture(scratch_.path(), good);
  EXPECT_TRUE(Read().ok());
  EXPECT_TRUE(Claim().ok());
}

// T-01: flips in every file of an unclean stop: refused, or every record is there.
TEST_F(ClaimTest, T01EveryFlipIsRefusedOrWithoutEffect) {
  MakeToyLog(scratch_.path(), 3, ToyEnd::kSealed);
  {
    auto claimed = Claim();
    ASSERT_TRUE(claimed.ok());
    WriteSet unrelated;  // The last commit of the session lies in the log, as after a kill.
    unrelated.puts.push_back({Bytes{'Z'}, Bytes(100, 1)});
    ASSERT_TRUE(claimed->store->Commit(unrelated).ok());
  }
  const Picture good = PictureOf(store());
  int refused = 0;
  for (const auto& [name, bytes] : good) {
    const bool is_long = name.rfind("OPTIONS", 0) == 0 || name.ends_with(".sst");
    for (size_t at = 0; at < bytes.size(); at += is_long ? 997 : 11) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      tests::WriteText(store() + "/" + name, flipped);
      const absl::Status read = Read();  // checks every record against what it must be
      ASSERT_TRUE(read.ok() || absl::IsFailedPrecondition(read)) << name << " " << at << read;
      if (!read.ok()) ++refused;
      ASSERT_EQ(tests::ReadText(store() + "/" + name), flipped) << name << " " << at;
      tests::WriteText(store() + "/" + name, bytes);
    }
  }
  EXPECT_GT(refused, 20);
  EXPECT_EQ(PictureOf(store()), good);
}

// T-03: each file deleted, after a clean close and after an unclean stop.
TEST_F(ClaimTest, T03EveryDeletedFileIsRefusedOrWithoutEffect) {
  for (const ToyEnd end : {ToyEnd::kSealed, ToyEnd::kCut}) {
    RestorePicture(scratch_.path(), {});
    MakeToyLog(scratch_.path(), 7, end);
    const Picture good = PictureOf(scratch_.path());
    for (const auto& [name, text] : PictureOf(store())) {
      std::filesystem::remove(store() + "/" + name);
      const Picture before = PictureOf(scratch_.path());
      const absl::Status read = Read();
      ASSERT_EQ(PictureOf(scratch_.path()), before) << name;
      const auto claimed = Claim();
      if (claimed.ok()) {
        ASSERT_TRUE(read.ok()) << name << read;
        const auto root = ToyRootAt(*claimed->store, 7);
        ASSERT_TRUE(root.ok()) << name << root.status();
        ASSERT_EQ(*root, roots_.At(7)) << name;
      } else {
        ASSERT_TRUE(absl::IsFailedPrecondition(claimed.status())) << name << claimed.status();
        ASSERT_EQ(PictureOf(scratch_.path()), before) << name;
      }
      RestorePicture(scratch_.path(), good);
    }
  }
}

// T-10: the database alone is rolled back to each earlier point.
TEST_F(ClaimTest, T10ARolledBackDatabaseIsRefused) {
  std::vector<Picture> pictures;
  MakeToyLog(scratch_.path(), 1, ToyEnd::kSealed);
  for (uint64_t size = 1; size < 12; ++size) {
    pictures.push_back(PictureOf(store()));
    const auto log = *OpenEmbeddedLog(ToyOptions(scratch_.path()));
    const auto claimed = log->Claim();
    ASSERT_TRUE(claimed.ok()) << claimed.status();
    ASSERT_TRUE(ToyAppend(*log, claimed->epoch, size, 1, roots_).ok());
    if (size % 2 == 0) {
      ASSERT_TRUE(log->Seal(claimed->epoch).ok());
    }
  }
  const Picture newest = PictureOf(store());
  for (const Picture& picture : pictures) {
    RestorePicture(store(), picture);
    const auto refused = RefusedUntouched();
    ASSERT_TRUE(refused);
    const std::string message(refused.message());
    ASSERT_NE(message.find(" are missing"), std::string::npos) << message;
  }
  RestorePicture(store(), newest);
  EXPECT_TRUE(Claim().ok());
}

// T-10, T-21: the head file alone is rolled back.
TEST_F(ClaimTest, T10T21ARolledBackHeadFileIsRefused) {
  MakeToyLog(scratch_.path(), 3, ToyEnd::kSealed);
  const std::string older = tests::ReadText(scratch_ / "ledger.head");
  {
    const auto log = *OpenEmbeddedLog(ToyOptions(scratch_.path()));
    const auto claimed = log->Claim();
    for (uint64_t size = 3; size < 6; ++size) {
      ASSERT_TRUE(ToyAppend(*log, claimed->epoch, size, 1, roots_).ok());
    }
  }
  tests::WriteText(scratch_ / "ledger.head", older);
  EXPECT_TRUE(RefusedUntouched());
}

// T-34, step 5b: damage in the log beyond what was acknowledged. The start goes on by itself, keeps
// the damaged files and says so until a commit follows.
TEST_F(ClaimTest, T34DamageBeyondTheHeadIsSetAside) {
  MakeToyLog(scratch_.path(), 3, ToyEnd::kSealed);
  size_t acknowledged_bytes = 0;
  {
    const auto log = *OpenEmbeddedLog(ToyOptions(scratch_.path()));
    const auto claimed = log->Claim();
    ASSERT_TRUE(ToyAppend(*log, claimed->epoch, 3, 1, roots_).ok());
    acknowledged_bytes = tests::ReadText(FileEndingIn(".log")).size();
    ASSERT_TRUE(log->Append(claimed->epoch, ToyCommit(4, 3)).ok());
  }
  const std::string log_name = FileEndingIn(".log");
  std::string bytes = tests::ReadText(log_name);
  ASSERT_GT(bytes.size(), acknowledged_bytes + 1000);
  for (size_t at = acknowledged_bytes + 500; at < acknowledged_bytes + 1012; ++at) bytes[at] = 0;
  tests::WriteText(log_name, bytes);
  EXPECT_TRUE(absl::IsFailedPrecondition(Read())) << "readers wait for the writer's judgement";
  for (int start = 0; start < 2; ++start) {
    const auto claimed = Claim();
    ASSERT_TRUE(claimed.ok()) << claimed.status();
    EXPECT_EQ(claimed->size, 4u);
    ASSERT_TRUE(claimed->recovery.has_value()) << "start " << start;
    EXPECT_EQ(claimed->recovery->kept_size, 4u);
    EXPECT_FALSE(claimed->recovery->quarantine.IsZero());
    EXPECT_TRUE(CheckToyIndexes(*claimed->store, 4).ok());
  }
  bool kept = false;
  for (const auto& [name, text] : PictureOf(scratch_ / "ledger")) {
    kept = kept || (name.find("quarantine-") == 0 && text == bytes);
  }
  EXPECT_TRUE(kept) << "the damaged log itself";
  {
    const auto log = *OpenEmbeddedLog(ToyOptions(scratch_.path()));
    const auto claimed = log->Claim();
    ASSERT_TRUE(ToyAppend(*log, claimed->epoch, 4, 1, roots_).ok());
    ASSERT_TRUE(log->Seal(claimed->epoch).ok());
  }
  EXPECT_TRUE(Read().ok());
  EXPECT_FALSE(Claim()->recovery.has_value()) << "a commit followed";
}

// T-01, T-34: damage in front of the head is never forgiven, however the tail looks.
TEST_F(ClaimTest, T34DamageBelowTheHeadIsRefused) {
  MakeToyLog(scratch_.path(), 5, ToyEnd::kCut);
  const std::string log = FileEndingIn(".log");
  const std::string good = tests::ReadText(log);
  for (size_t at = 100; at < good.size(); at += good.size() / 40) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    tests::WriteText(log, bytes);
    ASSERT_TRUE(RefusedUntouched()) << at;
  }
}

}  // namespace
}  // namespace tally::ledger
