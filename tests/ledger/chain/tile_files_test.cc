// Goal: names and bytes of tiles are C2SP's. Method: the specification's table of paths; the small
// log's files by their digests; bundles cut, lengthened and of wrong width.
#include "ledger/chain/tile_files.h"

#include <gtest/gtest.h>

#include "tests/ledger/chain/small_log.h"

namespace tally::ledger {
namespace {

using namespace tests;

TEST(TileFiles, Paths) {
  EXPECT_EQ(TilePath({0, 0}, 256), "tile/0/000");
  EXPECT_EQ(TilePath({0, 999}, 256), "tile/0/999");
  EXPECT_EQ(TilePath({1, 1000}, 256), "tile/1/x001/000");
  EXPECT_EQ(TilePath({63, 1234067}, 44), "tile/63/x001/x234/067.p/44");
  EXPECT_EQ(BundlePath(123456789, 256), "tile/entries/x123/x456/789");
  EXPECT_EQ(BundlePath(1, 1), "tile/entries/001.p/1");
}

std::string Digest(const Bytes& bytes) { return Sha256Of({bytes}).ToHex(); }

TEST(TileFiles, TheSmallLogsFiles) {
  const TileReader tiles = SmallTiles(SmallLeaves());
  struct Row {
    TileName tile;
    uint32_t width;
    const char* path;
    size_t bytes;
    const char* digest;
  };
  const Row rows[] = {{{0, 0},
                       256,
                       "tile/0/000",
                       8192,
                       "66a1d43136a854a5776d5bce14bf101c925fc7d4b32f1be23b658f636ebfcddb"},
                      {{0, 1},
                       44,
                       "tile/0/001.p/44",
                       1408,
                       "699f078d937f13343d71ad39321757de3ecf391e8d7a1b2015ad38bd36f5d60a"},
                      {{1, 0},
                       1,
                       "tile/1/000.p/1",
                       32,
                       "dcef9e571841bfe2defd16306f8a7d69f5054092fb8b7f983970c646f7f5fd85"}};
  for (const Row& row : rows) {
    EXPECT_EQ(TilePath(row.tile, row.width), row.path);
    const std::vector<Hash> hashes = tiles(row.tile, row.width).value();
    const Bytes bytes = EncodeTileFile(hashes);
    EXPECT_EQ(bytes.size(), row.bytes);
    EXPECT_EQ(Digest(bytes), row.digest);
    EXPECT_EQ(DecodeTileFile(bytes, row.width).value(), hashes);
    EXPECT_FALSE(DecodeTileFile(bytes, row.width - 1).ok());
    EXPECT_FALSE(DecodeTileFile(ByteView(bytes).first(bytes.size() - 1), row.width).ok());
  }
  const std::vector<Bytes> entries = SmallEntries();
  const Bytes first = EncodeBundle(std::span(entries).first(256)).value();
  const Bytes rest = EncodeBundle(std::span(entries).subspan(256)).value();
  EXPECT_EQ(first.size(), 2962u);
  EXPECT_EQ(Digest(first), "985287e65b66e7b12f16d01217b32858b6a0f9dae6d00c0431d0db350087f638");
  EXPECT_EQ(rest.size(), 528u);
  EXPECT_EQ(Digest(rest), "9be4acd928d562c359a25b51bfa0d650869670d05861cd7f0da4af5cc5ae0689");
  EXPECT_EQ(DecodeBundle(first, 256)->at(255), entries[255]);
}

TEST(TileFiles, BrokenBundlesAreRefused) {
  const std::vector<Bytes> entries = SmallEntries(3);
  const Bytes bundle = EncodeBundle(entries).value();
  EXPECT_EQ(DecodeBundle(bundle, 3).value(), entries);
  EXPECT_FALSE(DecodeBundle(bundle, 2).ok());
  EXPECT_FALSE(DecodeBundle(bundle, 4).ok());
  for (size_t size = 0; size < bundle.size(); ++size) {
    EXPECT_FALSE(DecodeBundle(ByteView(bundle).first(size), 3).ok()) << size;
  }
  const std::vector<Bytes> longest = {Bytes(kTileEntryBytesMax)};
  EXPECT_TRUE(EncodeBundle(longest).ok());
  const std::vector<Bytes> longer = {Bytes(kTileEntryBytesMax + 1)};
  EXPECT_FALSE(EncodeBundle(longer).ok());
}

}  // namespace
}  // namespace tally::ledger
