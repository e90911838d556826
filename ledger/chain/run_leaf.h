// The leaves of a run's tree, as FORMAT.md "Runs" has them: what a whole run (run_tree.cc) and a
// part of one (partial_run.h) are hashed by.
#pragma once

#include <algorithm>
#include <vector>

#include "ledger/crypto/sha256.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/run.h"
#include "schema/status.h"

namespace tally::ledger {

inline constexpr uint8_t kRunLeafSaltPrefix[] = {'T', 'S', 'S', 1};
inline constexpr uint8_t kRunRowsLeafPrefix[] = {0, 'T', 'S', 'M', 1};
inline constexpr uint8_t kRunSourceLeafPrefix[] = {0, 'T', 'S', 'O', 1};
inline constexpr size_t kRunFirstRowBytes = 4;
inline constexpr size_t kRunRowBytes = 8 + 8 + 4 + 8;

inline uint32_t RunLeavesOf(uint32_t rows) { return (rows + kRunLeafRows - 1) / kRunLeafRows; }

inline Salt RunLeafSalt(const Salt& salt, uint64_t g) {
  Bytes number;
  ByteWriter(number).U64(g);
  const Hash hash = Sha256Of({kRunLeafSaltPrefix, salt.view(), number});
  Salt leaf_salt;
  std::copy_n(hash.bytes.begin(), Salt::size(), leaf_salt.bytes.begin());
  return leaf_salt;
}

// The bytes of one leaf behind its salt.
inline void AppendRunRows(const RunView& run, uint32_t source_index, uint32_t leaf_in_source,
                          Bytes& out) {
  const RunSource& source = run.sources()[source_index];
  const uint32_t first = leaf_in_source * kRunLeafRows;
  const uint32_t limit = std::min(first + kRunLeafRows, source.rows);
  TALLY_CHECK(first < limit);
  const uint32_t base = run.FirstRow(source_index);
  ByteWriter writer(out);
  writer.U32(first);
  for (uint32_t row = first; row < limit; ++row) {
    writer.I64(run.FromOf(source_index, row).micros);
    writer.I64(run.UntilOf(source_index, row).micros);
    writer.U32(static_cast<uint32_t>(run.StateOf(base + row)));
    writer.I64(run.has_values() ? run.ValueOf(base + row) : 0);
  }
}

inline Hash RunRowsLeaf(const Salt& leaf_salt, ByteView rows) {
  return Sha256Of({kRunRowsLeafPrefix, leaf_salt.view(), rows});
}

inline Hash RunSourceLeaf(uint32_t source, uint64_t previous_position, uint32_t rows,
                          const Hash& root) {
  Bytes fields;
  ByteWriter writer(fields);
  writer.U32(source);
  writer.U64(previous_position);
  writer.U32(rows);
  return Sha256Of({kRunSourceLeafPrefix, fields, root.view()});
}

// Every leaf of the run in the order of g.
std::vector<Hash> RunRowLeaves(const Salt& salt, const RunView& run);

}  // namespace tally::ledger
