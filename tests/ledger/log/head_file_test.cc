// Goal: the head outside survives any torn write, has one writer, notices every change by others,
// and never goes back. Method: all torn lengths of a write, all breaks of its rules, failing calls.
#include "ledger/log/head_file.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::ReadText;
using tests::ScratchDirectory;
using tests::WriteText;

HeadSlot Slot(uint64_t generation, uint64_t size) {
  HeadSlot slot;
  slot.generation = generation;
  slot.epoch = 1;
  slot.size = size;
  slot.ledger.bytes.fill(7);
  slot.root.bytes.fill(static_cast<uint8_t>(size));
  slot.note = "note " + std::to_string(size);
  return slot;
}

class HeadFileTest : public testing::Test {
 protected:
  std::unique_ptr<HeadFile> Create() {
    auto head = HeadFile::Create(path_, Slot(1, 0), calls_, nullptr);
    TALLY_CHECK(head.ok());
    return *std::move(head);
  }
  absl::StatusOr<std::unique_ptr<HeadFile>> Open() {
    return HeadFile::OpenForWriting(path_, calls_, nullptr);
  }
  ScratchDirectory scratch_;
  const std::string path_ = scratch_ / "head";
  HeadFileCalls calls_ = HeadFileCalls::System();
};

TEST_F(HeadFileTest, AdvancesInTurnsAndReadsTheNewest) {
  auto head = Create();
  EXPECT_EQ(std::filesystem::file_size(path_), 2 * kHeadSlotBytes);
  for (uint64_t generation = 2; generation < 10; ++generation) {
    ASSERT_TRUE(head->Advance(Slot(generation, generation)).ok());
    EXPECT_EQ(*HeadFile::Read(path_), Slot(generation, generation));
  }
  head.reset();
  const auto again = Open();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->newest(), Slot(9, 9));
}

TEST_F(HeadFileTest, IsMadeOnceAndMustBeThere) {
  EXPECT_TRUE(absl::IsNotFound(Open().status()));
  EXPECT_TRUE(absl::IsNotFound(HeadFile::Read(path_).status()));
  Create();
  EXPECT_TRUE(absl::IsFailedPrecondition(
      HeadFile::Create(path_, Slot(1, 0), calls_, nullptr).status()));
  WriteText(path_, "not a head file");
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status()));
  std::filesystem::remove(path_);
  std::filesystem::create_symlink(scratch_ / "elsewhere", path_);
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status()));
}

// T-21
TEST_F(HeadFileTest, T21OneWriter) {
  auto head = Create();
  EXPECT_TRUE(absl::IsUnavailable(Open().status())) << Open().status();
  std::filesystem::create_hard_link(path_, scratch_ / "link");
  EXPECT_TRUE(absl::IsUnavailable(
      HeadFile::OpenForWriting(scratch_ / "link", calls_, nullptr).status()));
  EXPECT_TRUE(HeadFile::Read(path_).ok()) << "readers need no lock";
  head.reset();
  EXPECT_TRUE(Open().ok());
}

// T-20, T-21: a writer that slept while somebody else wrote the file must not write again.
TEST_F(HeadFileTest, T20T21AChangedFileEndsTheWriter) {
  auto head = Create();
  ASSERT_TRUE(head->Advance(Slot(2, 2)).ok());
  const std::string good = ReadText(path_);
  for (size_t at = 0; at < good.size(); at += 97) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    WriteText(path_, changed);
    auto writer = head.get();
    EXPECT_TRUE(absl::IsFailedPrecondition(writer->Advance(Slot(3, 3)))) << at;
    EXPECT_EQ(ReadText(path_), changed) << "nothing may be written over it";
    EXPECT_TRUE(absl::IsUnavailable(writer->Advance(Slot(3, 3)))) << "it stays poisoned";
    WriteText(path_, good);
    head.reset();
    head = *Open();
  }
}

TEST_F(HeadFileTest, RulesAreKeptWithoutPoison) {
  auto head = Create();
  ASSERT_TRUE(head->Advance(Slot(2, 5)).ok());
  const auto refused = [&](const HeadSlot& slot) {
    return absl::IsInvalidArgument(head->Advance(slot));
  };
  EXPECT_TRUE(refused(Slot(2, 6)));
  EXPECT_TRUE(refused(Slot(4, 6)));
  EXPECT_TRUE(refused(Slot(3, 4))) << "the log would shrink";
  HeadSlot slot = Slot(3, 5);
  slot.root.bytes[0] ^= 1;
  EXPECT_TRUE(refused(slot)) << "one size, two roots";
  slot = Slot(3, 6);
  slot.ledger.bytes[0] ^= 1;
  EXPECT_TRUE(refused(slot)) << "another ledger";
  slot = Slot(3, 6);
  slot.epoch = 0;
  EXPECT_TRUE(refused(slot)) << "an epoch that is over";
  slot = Slot(3, 6);
  slot.note = std::string(kHeadSlotNoteMax + 1, 'x');
  EXPECT_TRUE(refused(slot)) << "a note that does not fit";
  EXPECT_TRUE(head->Advance(Slot(3, 6)).ok());
}

// T-34: the write of a slot is torn at every length that matters (each of the first and last bytes,
// and a sample between); either head is found, never a third.
TEST_F(HeadFileTest, T34ATornSlotLeavesTheOther) {
  auto head = Create();
  ASSERT_TRUE(head->Advance(Slot(2, 2)).ok());
  ASSERT_TRUE(head->Advance(Slot(3, 3)).ok());
  const std::string before = ReadText(path_);
  ASSERT_TRUE(head->Advance(Slot(4, 4)).ok());
  const std::string after = ReadText(path_);
  head.reset();
  const size_t slot = before.substr(0, kHeadSlotBytes) == after.substr(0, kHeadSlotBytes) ? 1 : 0;
  int torn = 0;
  for (size_t length = 0; length <= kHeadSlotBytes; ++length) {
    if (length > 160 && length < kHeadSlotBytes - 40 && length % 64 != 0) continue;
    std::string mixed = before;
    mixed.replace(slot * kHeadSlotBytes, length, after, slot * kHeadSlotBytes, length);
    WriteText(path_, mixed);
    const auto found = HeadFile::Read(path_);
    ASSERT_TRUE(found.ok()) << length;
    // The tail of the slot is its checksum, so only the whole slot is the new head.
    ASSERT_EQ(*found, mixed == after ? Slot(4, 4) : Slot(3, 3)) << length;
    if (mixed != after) ++torn;
    if (length % 256 != 0) continue;
    auto again = Open();
    ASSERT_TRUE(again.ok());
    ASSERT_TRUE((*again)->Advance(Slot((*again)->newest().generation + 1, 9)).ok());
    ASSERT_EQ(*HeadFile::Read(path_), Slot((*again)->newest().generation, 9));
  }
  EXPECT_GT(torn, 200);
}

// T-31
TEST_F(HeadFileTest, T31AFailedWriteOrSyncPoisons) {
  for (const int error : {EIO, ENOSPC, EROFS}) {
    for (int failing = 0; failing < 3; ++failing) {
      std::filesystem::remove(path_);
      bool armed = false;
      HeadFileCalls calls = HeadFileCalls::System();
      calls.write_at = [&, system = calls.write_at](int file, const void* bytes, size_t count,
                                                    off_t at) -> ssize_t {
        errno = error;
        if (armed && failing == 0) return -1;
        return system(file, bytes, armed && failing == 1 ? 100 : count, at);
      };
      calls.sync = [&](int) {
        errno = error;
        return armed ? -1 : 0;
      };
      auto head = HeadFile::Create(path_, Slot(1, 0), calls, nullptr);
      ASSERT_TRUE(head.ok());
      ASSERT_TRUE((*head)->Advance(Slot(2, 2)).ok());
      armed = true;
      EXPECT_TRUE(absl::IsUnavailable((*head)->Advance(Slot(3, 3))));
      armed = false;
      EXPECT_TRUE(absl::IsUnavailable((*head)->Advance(Slot(3, 3)))) << "no retry";
      head->reset();
      const auto found = HeadFile::Read(path_);
      ASSERT_TRUE(found.ok());
      EXPECT_GE(found->generation, 2u);
    }
  }
}

}  // namespace
}  // namespace tally::ledger
