// Goal: a run's root is its formula, one row is provable alone, and nothing else is.
// Method: the tree made again from plain rows; every row of runs of 1 to 70 rows a source proven;
// each proof broken in each field and hash; two leaves never share a salt.
#include <gtest/gtest.h>

#include <set>

#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "tests/ledger/chain/batch_support.h"
#include "tests/ledger/chain/tree_reference.h"

namespace tally::ledger {
namespace {

using namespace tally::ledger::tests;

Run IrregularRun(uint32_t rows) {
  Run run;
  run.sources = {{3, 11, rows, {}}, {9, 0, 1, {}}};
  for (uint32_t row = 0; row <= rows; ++row) {
    run.from.push_back(1000 + row * 60);
    run.until.push_back(1000 + row * 60 + row % 50);
    run.values.push_back(static_cast<int64_t>(row) - 5);
  }
  run.states.assign((rows + 1 + 3) / 4, 0);
  for (uint32_t row = 0; row <= rows; ++row) {
    run.states[row / 4] = static_cast<uint8_t>(run.states[row / 4] | (row % 4) << (row % 4 * 2));
  }
  return run;
}

// The formula of FORMAT.md over the plain value, leaf by leaf.
Hash ReferenceRoot(const Salt& salt, const Run& run) {
  std::vector<Hash> source_leaves;
  uint64_t g = 0;
  uint32_t base = 0;
  for (const RunSource& source : run.sources) {
    std::vector<Hash> leaves;
    for (uint32_t first = 0; first < source.rows; first += 16) {
      Bytes number;
      ByteWriter(number).U64(g++);
      const Hash salted = Sha256Of({AsBytes("TSS\x01"), salt.view(), number});
      Bytes leaf = FromHex("54534d01").value();
      ByteWriter writer(leaf);
      writer.Raw(ByteView(salted.bytes).first(16));
      writer.U32(first);
      for (uint32_t row = first; row < std::min(first + 16, source.rows); ++row) {
        const bool regular = run.step.micros > 0;
        const int64_t from =
            regular ? source.first.micros + row * run.step.micros : run.from[base + row];
        writer.I64(from);
        writer.I64(regular ? from + run.step.micros : run.until[base + row]);
        writer.U32(static_cast<uint32_t>(run.StateOf(base + row)));
        writer.I64(run.values.empty() ? 0 : run.values[base + row]);
      }
      leaves.push_back(reference::Leaf(leaf));
    }
    Bytes leaf = FromHex("54534f01").value();
    ByteWriter writer(leaf);
    writer.U32(source.source);
    writer.U64(source.previous_position);
    writer.U32(source.rows);
    writer.Raw(reference::Root(leaves).view());
    source_leaves.push_back(reference::Leaf(leaf));
    base += source.rows;
  }
  return reference::Root(source_leaves);
}

TEST(RunTree, RootIsTheFormula) {
  for (uint32_t rows = 1; rows <= 70; ++rows) {
    const tally::Run run = IrregularRun(rows);
    const Bytes body = Encode(run);
    const auto view = RunView::Open(body);
    ASSERT_TRUE(view.ok()) << view.status();
    ASSERT_EQ(RunRoot(TestSalt(1), *view).value(), ReferenceRoot(TestSalt(1), run)) << rows;
    ASSERT_NE(RunRoot(TestSalt(2), *view).value(), ReferenceRoot(TestSalt(1), run)) << rows;
    const tally::Run regular = RegularRun({{1, 0, rows, TestTime(0)}, {2, 7, 40, TestTime(9)}});
    const Bytes regular_body = Encode(regular);
    ASSERT_EQ(RunRoot(TestSalt(1), RunView::Open(regular_body).value()).value(),
              ReferenceRoot(TestSalt(1), regular))
        << rows;
  }
}

TEST(RunTree, EveryRowIsProvenAlone) {
  for (uint32_t rows : {1u, 15u, 16u, 17u, 32u, 33u, 70u}) {
    const Bytes body = Encode(IrregularRun(rows));
    const RunView run = RunView::Open(body).value();
    const Hash root = RunRoot(TestSalt(1), run).value();
    for (uint32_t source = 0; source < 2; ++source) {
      for (uint32_t row = 0; row < run.sources()[source].rows; ++row) {
        const RunRowsProof proof = ProveRunRow(TestSalt(1), run, source, row).value();
        ASSERT_TRUE(CheckRunRow(proof, root).ok()) << rows << " " << source << " " << row;
        ASSERT_EQ(proof.leaf, row / 16);
        ASSERT_EQ(proof.source, run.sources()[source].source);
      }
      EXPECT_EQ(ProveRunRow(TestSalt(1), run, source, run.sources()[source].rows).status().code(),
                absl::StatusCode::kInvalidArgument);
    }
    EXPECT_FALSE(ProveRunRow(TestSalt(1), run, 2, 0).ok());
  }
}

TEST(RunTree, EveryChangedFieldBreaksTheProof) {
  const Bytes body = Encode(IrregularRun(40));
  const RunView run = RunView::Open(body).value();
  const Hash root = RunRoot(TestSalt(1), run).value();
  const RunRowsProof good = ProveRunRow(TestSalt(1), run, 0, 20).value();
  ASSERT_EQ(good.path_in_source.size(), 2u);
  ASSERT_EQ(good.path_in_run.size(), 1u);
  const std::vector<std::function<void(RunRowsProof&)>> changes = {
      [](RunRowsProof& p) { p.source_index = 1; },
      [](RunRowsProof& p) { p.source += 1; },
      [](RunRowsProof& p) { p.previous_position += 1; },
      [](RunRowsProof& p) { p.source_rows += 1; },
      [](RunRowsProof& p) { p.source_rows = 0; },
      [](RunRowsProof& p) { p.source_rows = kRunRowsMax + 1; },
      [](RunRowsProof& p) { p.source_count = 0; },
      [](RunRowsProof& p) { p.source_count = 3; },
      [](RunRowsProof& p) { p.leaf = 0; },
      [](RunRowsProof& p) { p.leaf = 3; },
      [](RunRowsProof& p) { p.leaf_salt.bytes[0] ^= 1; },
      [](RunRowsProof& p) { p.rows.pop_back(); },
      [](RunRowsProof& p) { p.rows.push_back(0); },
      [](RunRowsProof& p) { p.path_in_source.pop_back(); },
      [](RunRowsProof& p) { p.path_in_source.push_back(p.path_in_source[0]); },
      [](RunRowsProof& p) { p.path_in_source[1].bytes[9] ^= 1; },
      [](RunRowsProof& p) { p.path_in_run[0].bytes[9] ^= 1; },
      [](RunRowsProof& p) { p.path_in_run.clear(); }};
  for (size_t i = 0; i < changes.size(); ++i) {
    RunRowsProof bad = good;
    changes[i](bad);
    EXPECT_EQ(CheckRunRow(bad, root).code(), absl::StatusCode::kDataLoss) << i;
  }
  for (size_t at = 0; at < good.rows.size(); ++at) {
    RunRowsProof bad = good;
    bad.rows[at] = static_cast<uint8_t>(bad.rows[at] ^ 4);
    EXPECT_FALSE(CheckRunRow(bad, root).ok()) << at;
  }
}

// What one leaf's salt shows must not help to guess another leaf.
TEST(RunTree, LeavesNeverShareASalt) {
  const Bytes body = Encode(RegularRun({{1, 0, 40, TestTime(0)}, {2, 0, 40, TestTime(0)}}));
  const RunView run = RunView::Open(body).value();
  std::set<Salt> salts;
  for (uint32_t source = 0; source < 2; ++source) {
    for (uint32_t row : {0u, 16u, 32u}) {
      salts.insert(ProveRunRow(TestSalt(1), run, source, row)->leaf_salt);
    }
  }
  EXPECT_EQ(salts.size(), 6u);
}

}  // namespace
}  // namespace tally::ledger
