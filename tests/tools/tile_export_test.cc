// Goal: what is published is C2SP's byte for byte, grows without rewriting anything, and a
// directory that does not belong to the log stays as it is. Method: the small log exported at one
// size, in steps, and cut short at every file; directories of another log, of a longer one, of a
// fork, with a changed file.
#include "tools/tile_export.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/chain/record.h"
#include "ledger/tiles/tile_folder.h"
#include "tests/ledger/chain/small_log.h"
#include "tests/scratch.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

using namespace ledger::tests;
using tally::tests::PictureOf;
using tally::tests::ReadText;
using tally::tests::ScratchDirectory;
using tally::tests::WriteText;

TileSource SourceOf(std::vector<Bytes> entries, const std::string& note) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : entries) leaves.push_back(ledger::LeafHash(entry));
  TileSource source;
  source.note = note;
  source.checkpoint = ledger::ParseCheckpointText(ledger::ParseNote(note)->text).value();
  source.log_keys = KeysOf({kSmallLogKey});
  source.tile = SmallTiles(std::move(leaves));
  source.entries = [entries = std::move(entries)](uint64_t first, uint32_t count) {
    const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
    return absl::StatusOr<std::vector<Bytes>>(std::vector<Bytes>(begin, begin + count));
  };
  return source;
}
TileSource Small(size_t size) { return SourceOf(SmallEntries(size), SmallNote(size)); }
std::string CodeOf(const absl::Status& status) { return status.ok() ? "ok" : FaultOf(status).code; }

TEST(TileExport, TheSmallLogByteForByte) {
  ScratchDirectory folder;
  const std::string at = folder / "log";
  const auto done = ExportTiles(SourceOf(SmallEntries(), SmallCosigned()), at);
  ASSERT_TRUE(done.ok()) << FaultText(FaultOf(done.status()));
  EXPECT_EQ(done->size, 300u);
  EXPECT_EQ(done->written, 6u);
  const std::map<std::string, std::string> digests = {
      {"checkpoint", std::string(kSmallCheckpointDigest)},
      {"tile/0/000", "66a1d43136a854a5776d5bce14bf101c925fc7d4b32f1be23b658f636ebfcddb"},
      {"tile/0/001.p/44", "699f078d937f13343d71ad39321757de3ecf391e8d7a1b2015ad38bd36f5d60a"},
      {"tile/1/000.p/1", "dcef9e571841bfe2defd16306f8a7d69f5054092fb8b7f983970c646f7f5fd85"},
      {"tile/entries/000", "985287e65b66e7b12f16d01217b32858b6a0f9dae6d00c0431d0db350087f638"},
      {"tile/entries/001.p/44",
       "9be4acd928d562c359a25b51bfa0d650869670d05861cd7f0da4af5cc5ae0689"}};
  std::map<std::string, std::string> found;
  for (const auto& [name, text] : PictureOf(at)) {
    if (text != "(directory)") found[name] = ledger::Sha256Of({AsBytes(text)}).ToHex();
  }
  EXPECT_EQ(found, digests);
}

TEST(TileExport, GrowsInStepsAndRewritesNothing) {
  ScratchDirectory folder;
  const std::string at = folder / "log";
  std::map<std::string, std::filesystem::file_time_type> full;
  uint64_t before = 0;
  for (size_t size : {1, 2, 255, 256, 257, 300, 300, 512, 600}) {
    const auto done = ExportTiles(Small(size), at);
    ASSERT_TRUE(done.ok()) << size << " " << FaultText(FaultOf(done.status()));
    EXPECT_EQ(done->previous, before);
    before = size;
    const auto tiles = ledger::TileFolder::Open(at);
    ASSERT_TRUE(tiles.ok());
    EXPECT_TRUE(ledger::CheckTiles(*tiles, ledger::EntryForm::kAny).findings.empty()) << size;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "checkpoint" || name.size() != 3) continue;
      const auto known = full.try_emplace(entry.path().string(), entry.last_write_time()).first;
      EXPECT_EQ(known->second, entry.last_write_time()) << entry.path();
    }
  }
  // The edge of a full tile is gone, older edges of the last one stay.
  EXPECT_FALSE(std::filesystem::exists(at + "/tile/0/000.p"));
  EXPECT_FALSE(std::filesystem::exists(at + "/tile/entries/001.p"));
  EXPECT_TRUE(std::filesystem::exists(at + "/tile/1/000.p/1"));
  // In one step the same files, but for those older edges.
  ASSERT_TRUE(ExportTiles(Small(600), folder / "once").ok());
  for (const auto& [name, text] : PictureOf(folder / "once")) {
    EXPECT_EQ(PictureOf(at).at(name), text) << name;
  }
}

// A crash after any file: no checkpoint speaks of what is not there, and the next call goes on.
TEST(TileExport, GoesOnAfterACrash) {
  for (int fail = 0; fail < 3; ++fail) {
    ScratchDirectory folder;
    const std::string at = folder / "log";
    ASSERT_TRUE(ExportTiles(Small(200), at).ok());
    const std::string old_note = ReadText(at + "/checkpoint");
    TileSource source = Small(700);
    int calls = 0;
    const auto entries = source.entries;
    source.entries = [&](uint64_t first, uint32_t count) -> absl::StatusOr<std::vector<Bytes>> {
      if (calls++ == fail) return absl::UnavailableError("crash");
      return entries(first, count);
    };
    EXPECT_FALSE(ExportTiles(source, at).ok());
    EXPECT_EQ(ReadText(at + "/checkpoint"), old_note);
    WriteText(at + "/checkpoint.new", "half a fi");
    const auto again = ExportTiles(Small(700), at);
    ASSERT_TRUE(again.ok()) << FaultText(FaultOf(again.status()));
    EXPECT_EQ(again->compared, static_cast<uint64_t>(fail));
    const auto tiles = ledger::TileFolder::Open(at);
    EXPECT_TRUE(ledger::CheckTiles(*tiles, ledger::EntryForm::kAny).findings.empty());
  }
}

TEST(TileExport, WhatDoesNotBelongToTheLogStaysAsItIs) {
  ScratchDirectory folder;
  const std::string at = folder / "log";
  ASSERT_TRUE(ExportTiles(Small(300), at).ok());
  const auto picture = PictureOf(at);
  const auto refused = [&](const TileSource& source, const std::string& code) {
    EXPECT_EQ(CodeOf(ExportTiles(source, at).status()), code);
    EXPECT_EQ(PictureOf(at), picture);
  };
  refused(Small(299), "state-forbids");  // a longer log lies there
  std::vector<Bytes> fork = SmallEntries(400);
  fork[100].back() = 'x';
  std::vector<Hash> leaves;
  for (const Bytes& entry : fork) leaves.push_back(ledger::LeafHash(entry));
  refused(SourceOf(fork, SmallNote(leaves)), "state-forbids");
  TileSource other = Small(400);
  other.checkpoint.origin = "example.com/other";
  refused(other, "identity-mismatch");
  TileSource stranger = Small(400);
  stranger.log_keys = {
      {std::string(kSmallOrigin), ledger::NoteKeyType::kEd25519, SmallWitnessKey()->public_key()}};
  refused(stranger, "identity-mismatch");
  // The ledger's own tiles must be what its head says.
  TileSource wrong = Small(400);
  wrong.checkpoint.root = ledger::LeafHash({});
  refused(wrong, "ledger-unverified");
  TileSource lies = Small(400);
  const auto entries = lies.entries;
  lies.entries = [&](uint64_t first, uint32_t count) {
    auto read = entries(first, count);
    read->back().push_back('x');
    return read;
  };
  EXPECT_EQ(CodeOf(ExportTiles(lies, folder / "new").status()), "ledger-unverified");
}

TEST(TileExport, AFullFileThatDiffersEndsTheCall) {
  for (const char* name : {"tile/0/000", "tile/entries/000"}) {
    ScratchDirectory folder;
    const std::string at = folder / "log";
    ASSERT_TRUE(ExportTiles(Small(300), at).ok());
    std::string text = ReadText(at + "/" + name);
    text[5] = static_cast<char>(text[5] ^ 1);
    WriteText(at + "/" + name, text);
    EXPECT_EQ(CodeOf(ExportTiles(Small(301), at).status()), "state-forbids") << name;
    EXPECT_EQ(ReadText(at + "/" + name), text);
  }
  ScratchDirectory folder;
  WriteText(folder / "letter", "somebody's");
  EXPECT_EQ(CodeOf(ExportTiles(Small(3), folder.path()).status()), "already-exists");
}

TEST(TileExport, CosignaturesOfTheSameSizeStay) {
  ScratchDirectory folder;
  const std::string at = folder / "log";
  ASSERT_TRUE(ExportTiles(SourceOf(SmallEntries(), SmallCosigned()), at).ok());
  const auto again = ExportTiles(Small(300), at);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->written, 0u);
  EXPECT_EQ(ReadText(at + "/checkpoint"), SmallCosigned());
  // And are added to what lies there without.
  ScratchDirectory plain;
  ASSERT_TRUE(ExportTiles(Small(300), plain / "log").ok());
  ASSERT_TRUE(ExportTiles(SourceOf(SmallEntries(), SmallCosigned()), plain / "log").ok());
  EXPECT_EQ(ReadText(plain / "log/checkpoint"), SmallCosigned());
}

}  // namespace
}  // namespace tally::tools
