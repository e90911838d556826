// Goal: what is left of a run, or shown of it, binds to the run root and to nothing else, and says
// nothing of rows that are not listed. Method: runs of 1 to 70 rows a source with no leaf, each
// leaf and all leaves, against RunRoot; every bit of one encoding flipped; the rows of a hidden
// leaf guessed with every salt at hand.
#include "ledger/chain/partial_run.h"

#include <gtest/gtest.h>

#include <set>

#include "ledger/chain/digest.h"
#include "ledger/chain/run_leaf.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using tests::RegularRun;
using tests::TestSalt;
using tests::TestTime;

struct WholeRun {
  explicit WholeRun(uint32_t rows)
      : body(Encode(RegularRun({{3, 0, rows, TestTime(0)}, {9, 7, 40, TestTime(5)}}))),
        view(RunView::Open(body).value()),
        root(RunRoot(salt, view).value()) {}
  EventHeader Header() const {
    EventHeader header;
    header.kind = BodyKind::kMeasurementRun;
    header.run_rows = view.rows();
    header.run_sources = static_cast<uint32_t>(view.sources().size());
    header.run_root = root;
    return header;
  }
  PartialRun Part(std::vector<RunRowPlace> shown) const {
    return MakePartialRun(salt, view, std::move(shown)).value();
  }

  Salt salt = TestSalt(1);
  Bytes body;
  RunView view;
  Hash root;
};

TEST(PartialRunTest, EveryPartLeadsToTheRoot) {
  for (uint32_t rows = 1; rows <= 70; ++rows) {
    const WholeRun run(rows);
    std::vector<RunRowPlace> all;
    for (uint32_t row = 0; row < run.view.rows(); ++row) {
      const auto place = PlaceOfRow(run.view, row);
      ASSERT_TRUE(place.has_value());
      all.push_back(*place);
      const PartialRun part = run.Part({*place});
      EXPECT_EQ(part.sources[place->source_index].leaves.size(), 1u);
      ASSERT_TRUE(CheckPartialRun(run.Header(), part).ok()) << rows << " " << row;
      ASSERT_EQ(DecodePartialRun(EncodePartialRun(part)).value(), part);
    }
    for (const auto& shown : {std::vector<RunRowPlace>{}, all}) {
      const PartialRun part = run.Part(shown);
      ASSERT_EQ(RunRootOf(part).value(), run.root) << rows;
      ASSERT_EQ(DecodePartialRun(EncodePartialRun(part)).value(), part);
      EXPECT_EQ(part.rows(), run.view.rows());
    }
  }
  EXPECT_FALSE(PlaceOfRow(WholeRun(3).view, 43).has_value());
  EXPECT_FALSE(MakePartialRun(TestSalt(1), WholeRun(3).view, {{0, 3}}).ok());
  EXPECT_FALSE(MakePartialRun(TestSalt(1), WholeRun(3).view, {{2, 0}}).ok());
}

// T-22: every bit counts.
TEST(PartialRunTest, T22NoOtherBytesLeadToTheRoot) {
  const WholeRun run(40);
  const Bytes bytes = EncodePartialRun(run.Part({{0, 17}}));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes other = bytes;
    other[bit / 8] = static_cast<uint8_t>(other[bit / 8] ^ (1 << (bit % 8)));
    const auto part = DecodePartialRun(other);
    EXPECT_FALSE(part.ok() && CheckPartialRun(run.Header(), *part).ok()) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodePartialRun(ByteView(bytes).first(size)).ok()) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(DecodePartialRun(longer).ok());
}

TEST(PartialRunTest, TheHeaderMustBeTheRuns) {
  const WholeRun run(20);
  const PartialRun part = run.Part({});
  EventHeader header = run.Header();
  header.run_rows += 1;
  EXPECT_FALSE(CheckPartialRun(header, part).ok());
  header = run.Header();
  header.run_sources += 1;
  EXPECT_FALSE(CheckPartialRun(header, part).ok());
  header = run.Header();
  header.run_root.bytes[0] ^= 1;
  EXPECT_FALSE(CheckPartialRun(header, part).ok());
}

// T-89: the rows are few and guessable, the salts are not. Nobody who has one leaf with its salt,
// and all hashes beside it, can tell what another leaf of the same rows says.
TEST(PartialRunTest, T89SiblingsRevealNothing) {
  const WholeRun run(64);
  const PartialRun part = run.Part({{0, 0}});
  const Bytes bytes = EncodePartialRun(part);
  const std::vector<Hash> leaves = RunRowLeaves(run.salt, run.view);
  std::set<Salt> known = {part.sources[0].leaves[0].salt, Salt()};
  for (uint32_t hidden = 1; hidden < 4; ++hidden) {
    Bytes rows;
    AppendRunRows(run.view, 0, hidden, rows);  // the attacker guesses the rows rightly
    for (const Salt& salt : known) EXPECT_NE(RunRowsLeaf(salt, rows), leaves[hidden]);
    EXPECT_EQ(RunRowsLeaf(RunLeafSalt(run.salt, hidden), rows), leaves[hidden]);
  }
  // The salt of the run, from which every other follows, is nowhere in what is handed out.
  const auto found =
      std::search(bytes.begin(), bytes.end(), run.salt.bytes.begin(), run.salt.bytes.end());
  EXPECT_EQ(found, bytes.end());
}

}  // namespace
}  // namespace tally::ledger
