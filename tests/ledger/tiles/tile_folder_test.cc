// Goal: a directory of tiles verifies only if every entry, tile and the root belong together, and
// the first thing wrong is named. Method: the small log written as files; each file cut, flipped in
// each byte, exchanged and taken away; entries of our own form in and out of the order of time.
#include "ledger/tiles/tile_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/chain/record.h"
#include "ledger/chain/tile_files.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using namespace tests;
using ::tally::tests::ReadText;
using ::tally::tests::ScratchDirectory;
using ::tally::tests::WriteText;

std::vector<Hash> LeavesOf(const std::vector<Bytes>& entries) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : entries) leaves.push_back(LeafHash(entry));
  return leaves;
}

class TileFolderTest : public testing::Test {
 protected:
  void Put(const std::string& name, const Bytes& bytes) {
    const std::string path = directory_ / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    WriteText(path, std::string(AsText(bytes)));
  }
  void WriteLog(const std::vector<Bytes>& entries) {
    const std::vector<Hash> leaves = LeavesOf(entries);
    const TileReader tiles = SmallTiles(leaves);
    for (uint32_t level = 0; TileHashes({level, 0}, leaves.size()) > 0; ++level) {
      for (uint64_t i = 0; TileHashes({level, i}, leaves.size()) > 0; ++i) {
        const uint32_t width = TileHashes({level, i}, leaves.size());
        Put(TilePath({level, i}, width), EncodeTileFile(tiles({level, i}, width).value()));
        if (level > 0) continue;
        Put(BundlePath(i, width),
            EncodeBundle(std::span(entries).subspan(i * kTileWidth, width)).value());
      }
    }
    WriteText(directory_ / "checkpoint", SmallNote(leaves));
  }
  TileReport Check(EntryForm form = EntryForm::kAny) {
    const auto folder = TileFolder::Open(directory_.path());
    EXPECT_TRUE(folder.ok()) << folder.status();
    return CheckTiles(*folder, form);
  }
  ScratchDirectory directory_;
};

TEST_F(TileFolderTest, TheSmallLogVerifies) {
  WriteLog(SmallEntries());
  WriteText(directory_ / "checkpoint", SmallCosigned());
  const TileReport report = Check();
  EXPECT_TRUE(report.findings.empty()) << report.findings.front().where;
  EXPECT_EQ(report.entries, 300u);
  EXPECT_EQ(report.tiles, 3u);
  EXPECT_EQ(report.root, TreeRoot(SmallLeaves()));
  const auto folder = TileFolder::Open(directory_.path());
  EXPECT_EQ(InclusionPathFromTiles(123, 300, folder->Reader()).value(),
            InclusionPath(SmallLeaves(), 123));
  EXPECT_EQ(ConsistencyProofFromTiles(70, 300, folder->Reader()).value(),
            ConsistencyProof(SmallLeaves(), 70));
}

TEST_F(TileFolderTest, SizesAroundTheBordersOfTiles) {
  for (size_t size : {1, 2, 255, 256, 257, 511, 512, 513}) {
    WriteLog(SmallEntries(size));
    const TileReport report = Check();
    EXPECT_TRUE(report.findings.empty()) << size;
    EXPECT_EQ(report.entries, size);
  }
}

// A partial file may be gone once the full one is there.
TEST_F(TileFolderTest, TheFullFileServesForAPartialOne) {
  WriteLog(SmallEntries(600));
  // A tree of an earlier size is read from the edge that lies there.
  const auto now = TileFolder::Open(directory_.path());
  for (uint64_t size : {uint64_t{1}, uint64_t{255}, uint64_t{256}, uint64_t{300}, uint64_t{599}}) {
    EXPECT_EQ(RootFromTiles(size, now->Reader()).value(), TreeRoot(SmallLeaves(size))) << size;
  }
  WriteText(directory_ / "checkpoint", SmallNote(300));
  const TileReport report = Check();
  ASSERT_EQ(report.findings.size(), 1u);  // but the edge of level 1 must be there for its own size
  EXPECT_EQ(report.findings[0].where, "tile/1/000.p/1");
  Put("tile/1/000.p/1", EncodeTileFile(std::vector<Hash>{TreeRoot(SmallLeaves(256))}));
  EXPECT_TRUE(Check().findings.empty());
}

TEST_F(TileFolderTest, EveryChangedByteIsFound) {
  WriteLog(SmallEntries());
  const ::tally::tests::Picture picture = ::tally::tests::PictureOf(directory_.path());
  size_t files = 0;
  for (const auto& [name, text] : picture) {
    if (text == "(directory)" || name == "checkpoint") continue;
    ++files;
    for (size_t at = 0; at < text.size(); at += 37) {
      std::string bad = text;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      WriteText(directory_ / name, bad);
      ASSERT_EQ(Check().findings.size(), 1u) << name << " " << at;
    }
    for (const std::string& bad : {text.substr(0, text.size() - 1), text + "x", std::string()}) {
      WriteText(directory_ / name, bad);
      ASSERT_EQ(Check().findings.size(), 1u) << name;
    }
    std::filesystem::remove(directory_ / name);
    ASSERT_EQ(Check().findings.size(), 1u) << name;
    std::filesystem::create_symlink("/dev/zero", directory_ / name);
    ASSERT_EQ(Check().findings.size(), 1u) << name;
    std::filesystem::remove(directory_ / name);
    WriteText(directory_ / name, text);
  }
  EXPECT_EQ(files, 5u);
  EXPECT_TRUE(Check().findings.empty());
}

TEST_F(TileFolderTest, TheFirstWrongEntryIsNamed) {
  std::vector<Bytes> entries = SmallEntries();
  WriteLog(entries);
  entries[270].back() = 'x';
  Put("tile/entries/001.p/44", EncodeBundle(std::span(entries).subspan(256)).value());
  const TileReport report = Check();
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, "tile-hash");
  EXPECT_EQ(report.findings[0].index, 270u);
  // With a tile to match, the root tells.
  Put("tile/0/001.p/44", EncodeTileFile(std::span<const Hash>(LeavesOf(entries)).subspan(256)));
  EXPECT_EQ(Check().findings.at(0).kind, "tree-root");
}

TEST_F(TileFolderTest, OurEntriesHaveAFormAndAnOrder) {
  std::vector<Bytes> entries;
  for (int64_t ms : {10, 10, 30, 20}) entries.push_back(EncodeEntry({ms, LeafHash({})}));
  WriteLog(entries);
  const TileReport report = Check(EntryForm::kTallystick);
  EXPECT_TRUE(report.findings.empty());
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("entry 3"), std::string::npos);
  WriteLog(SmallEntries(4));
  EXPECT_EQ(Check(EntryForm::kTallystick).findings.at(0).kind, "entry");
}

TEST_F(TileFolderTest, WithoutACheckpointThereIsNothing) {
  EXPECT_EQ(TileFolder::Open(directory_.path()).status().code(), absl::StatusCode::kNotFound);
  WriteText(directory_ / "checkpoint", "no note");
  EXPECT_EQ(TileFolder::Open(directory_.path()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::ledger
