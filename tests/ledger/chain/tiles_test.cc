// Goal: proofs from tiles are the proofs from all leaves, and no tile wider than the signed tree is
// ever asked for.
// Method: sizes to 130, the small ones all, and sizes around tile borders against the plain
// functions; a reader that fails the test on a wrong request; C2SP's table of tiles and our frozen
// 300-entry log.
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/crypto/sha256.h"

namespace tally::ledger {
namespace {

std::vector<Hash> RecordLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i)
    leaves.push_back(LeafHash(AsBytes(absl::StrCat("record ", i))));
  return leaves;
}

// All levels of one tree, and a reader that checks what it is asked.
class Tiles {
 public:
  explicit Tiles(const std::vector<Hash>& leaves) : size_(leaves.size()) {
    levels_.push_back(leaves);
    while (levels_.back().size() >= kTileWidth) {
      const std::vector<Hash>& below = levels_.back();
      std::vector<Hash> level;
      for (size_t i = 0; i + kTileWidth <= below.size(); i += kTileWidth) {
        level.push_back(TreeRoot(std::span(below).subspan(i, kTileWidth)));
      }
      levels_.push_back(level);
    }
  }

  std::vector<Hash> Read(TileName tile, uint32_t width) const {
    const std::vector<Hash>& level = levels_.at(tile.level);
    const auto first = level.begin() + static_cast<std::ptrdiff_t>(tile.index * kTileWidth);
    return {first, first + width};
  }

  TileReader Reader(uint64_t size) {
    asked_.clear();
    return [this, size](TileName tile, uint32_t width) -> absl::StatusOr<std::vector<Hash>> {
      EXPECT_EQ(width, TileHashes(tile, size));
      EXPECT_GT(width, 0u);
      EXPECT_TRUE(asked_.insert(tile).second) << "asked twice";
      return Read(tile, width);
    };
  }

  uint64_t size() const { return size_; }

 private:
  const uint64_t size_;
  std::vector<std::vector<Hash>> levels_;
  std::set<TileName> asked_;
};

TEST(Tiles, WidthsOfTheTable) {
  struct Row {
    uint64_t size;
    uint32_t level;
    uint64_t full;
    uint32_t partial;
  };
  const Row rows[] = {{1, 0, 0, 1},     {1, 1, 0, 0},         {255, 0, 0, 255},   {256, 0, 1, 0},
                      {256, 1, 0, 1},   {257, 0, 1, 1},       {257, 1, 0, 1},     {300, 0, 1, 44},
                      {300, 1, 0, 1},   {300, 2, 0, 0},       {65536, 0, 256, 0}, {65536, 1, 1, 0},
                      {65536, 2, 0, 1}, {70000, 0, 273, 112}, {70000, 1, 1, 17},  {70000, 2, 0, 1},
                      {70000, 3, 0, 0}, {70000, 8, 0, 0}};
  for (const Row& row : rows) {
    for (uint64_t index = 0; index < row.full; ++index) {
      EXPECT_EQ(TileHashes({row.level, index}, row.size), kTileWidth);
    }
    EXPECT_EQ(TileHashes({row.level, row.full}, row.size), row.partial);
    EXPECT_EQ(TileHashes({row.level, row.full + 1}, row.size), 0u);
  }
}

TEST(Tiles, SizesTo130AsThePlainFunctions) {
  const std::vector<Hash> leaves = RecordLeaves(130);
  Tiles tiles(leaves);
  for (uint64_t size = 1; size <= leaves.size(); size += size < 35 || size > 124 ? 1 : 7) {
    const std::span<const Hash> tree = std::span(leaves).first(size);
    ASSERT_EQ(RootFromTiles(size, tiles.Reader(size)).value(), TreeRoot(tree));
    for (uint64_t at = 0; at < size; ++at) {
      ASSERT_EQ(InclusionPathFromTiles(at, size, tiles.Reader(size)).value(),
                InclusionPath(tree, at));
      ASSERT_EQ(ConsistencyProofFromTiles(at + 1, size, tiles.Reader(size)).value(),
                ConsistencyProof(tree, at + 1));
    }
  }
}

TEST(Tiles, SizesAroundTileBorders) {
  const std::vector<Hash> leaves = RecordLeaves(1100);
  Tiles tiles(leaves);
  for (uint64_t size : {255, 256, 257, 300, 511, 512, 513, 767, 768, 1024, 1025, 1100}) {
    const std::span<const Hash> tree = std::span(leaves).first(size);
    ASSERT_EQ(RootFromTiles(size, tiles.Reader(size)).value(), TreeRoot(tree));
    for (uint64_t at : {uint64_t{0}, uint64_t{254}, size / 2, size - 2, size - 1}) {
      ASSERT_EQ(InclusionPathFromTiles(at, size, tiles.Reader(size)).value(),
                InclusionPath(tree, at));
      ASSERT_EQ(ConsistencyProofFromTiles(at + 1, size, tiles.Reader(size)).value(),
                ConsistencyProof(tree, at + 1));
    }
  }
}

TEST(Tiles, ThreeLevels) {
  const std::vector<Hash> leaves = RecordLeaves(70000);
  Tiles tiles(leaves);
  const Hash root = TreeRoot(leaves);
  EXPECT_EQ(RootFromTiles(leaves.size(), tiles.Reader(leaves.size())).value(), root);
  for (uint64_t at : {0u, 1u, 65535u, 65536u, 69999u}) {
    const auto path = InclusionPathFromTiles(at, leaves.size(), tiles.Reader(leaves.size()));
    EXPECT_TRUE(CheckInclusion(at, leaves.size(), leaves[at], path.value(), root).ok());
    const auto proof =
        ConsistencyProofFromTiles(at + 1, leaves.size(), tiles.Reader(leaves.size()));
    EXPECT_TRUE(CheckConsistency(at + 1, leaves.size(), proof.value(),
                                 TreeRoot(std::span(leaves).first(at + 1)), root)
                    .ok());
  }
}

TEST(Tiles, WrongRequestsAndWrongTilesAreRefused) {
  const std::vector<Hash> leaves = RecordLeaves(300);
  Tiles tiles(leaves);
  const auto code = [](const auto& result) { return result.status().code(); };
  EXPECT_EQ(RootFromTiles(0, tiles.Reader(0)).value(), EmptyTreeHash());
  EXPECT_EQ(code(InclusionPathFromTiles(300, 300, tiles.Reader(300))),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(ConsistencyProofFromTiles(0, 300, tiles.Reader(300))),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(ConsistencyProofFromTiles(301, 300, tiles.Reader(300))),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(RootFromTiles(kTreeSizeMax + 1, tiles.Reader(300))),
            absl::StatusCode::kInvalidArgument);
  const TileReader narrow = [&](TileName tile, uint32_t width) {
    return absl::StatusOr<std::vector<Hash>>(tiles.Read(tile, width - 1));
  };
  EXPECT_EQ(code(RootFromTiles(300, narrow)), absl::StatusCode::kDataLoss);
  const TileReader missing = [](TileName, uint32_t) -> absl::StatusOr<std::vector<Hash>> {
    return absl::NotFoundError("no tile");
  };
  EXPECT_EQ(code(InclusionPathFromTiles(1, 300, missing)), absl::StatusCode::kNotFound);
}

// The complete small log: entry i is "record i", 300 entries.
TEST(Tiles, FrozenLogOfThreeHundredEntries) {
  const std::vector<Hash> leaves = RecordLeaves(300);
  EXPECT_EQ(leaves[0].ToHex(), "3b367d6db7bc51726d918b18e9a79e0fce53f867fbe38671f609e6bb59d46035");
  EXPECT_EQ(leaves[299].ToHex(),
            "edeb971e38746b9b9dce8b6487fb0116d64ef7704fffb31fda427c7fd81c48da");
  Tiles tiles(leaves);
  EXPECT_EQ(ToBase64(RootFromTiles(70, tiles.Reader(70)).value().view()),
            "zMZd7ZP4QAvXvxdD/6LeIYV0cjE+uhN2FiR5ijv8K+0=");
  EXPECT_EQ(RootFromTiles(256, tiles.Reader(256)).value().ToHex(),
            "dc9349f9787ed0086da6d97f679c51a5198f98e456e95b1d87fa3abc012fec31");
  EXPECT_EQ(RootFromTiles(300, tiles.Reader(300)).value().ToHex(),
            "830df5c90aea65909c10e3ebcd7f9ba72de727a4209e04ca9fc1b59b48badae5");
  const auto digest = [&](TileName tile, uint32_t width) {
    Bytes bytes;
    for (const Hash& hash : tiles.Read(tile, width)) ByteWriter(bytes).Raw(hash.view());
    return Sha256Of({bytes}).ToHex();
  };
  EXPECT_EQ(digest({0, 0}, 256),
            "66a1d43136a854a5776d5bce14bf101c925fc7d4b32f1be23b658f636ebfcddb");
  EXPECT_EQ(digest({0, 1}, 44), "699f078d937f13343d71ad39321757de3ecf391e8d7a1b2015ad38bd36f5d60a");
  EXPECT_EQ(digest({1, 0}, 1), "dcef9e571841bfe2defd16306f8a7d69f5054092fb8b7f983970c646f7f5fd85");
  const auto proof = ConsistencyProofFromTiles(256, 300, tiles.Reader(300)).value();
  ASSERT_EQ(proof.size(), 1u);
  EXPECT_EQ(ToBase64(proof[0].view()), "uwaa/GEGqF4PM03Df+GfKIyZ5+fHBsK9y3f1tqCMyf8=");
  const auto longer = ConsistencyProofFromTiles(70, 300, tiles.Reader(300)).value();
  ASSERT_EQ(longer.size(), 9u);
  EXPECT_EQ(ToBase64(longer[0].view()), "x/K/bQizy4rLKp20sGFqCQdWkbJHvCrwy89jM5FrfqE=");
  EXPECT_EQ(ToBase64(longer[8].view()), "uwaa/GEGqF4PM03Df+GfKIyZ5+fHBsK9y3f1tqCMyf8=");
}

}  // namespace
}  // namespace tally::ledger
