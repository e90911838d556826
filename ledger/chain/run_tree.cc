// The tree over a run's rows, two trees deep, so that 16 rows or one source are proven alone.
//
//   salt_g    first 16 of SHA-256("TSS" 01 || salt || g 8)
//   leaf g    SHA-256(00 || "TSM" 01 || salt_g 16 || first row 4 ||
//                     for each row: from 8 || until 8 || state 4 || value 8)
//   source    SHA-256(00 || "TSO" 01 || source 4 || its previous position 8 || rows 4 || R 32)
//   run root  RFC 6962 over the source leaves, ascending by source
//
// R is the RFC 6962 root over the leaves of that source; its leaf k holds its rows 16k to 16k + 15,
// and `first row` counts within the source. g counts the leaves of the whole run in table order:
// were it to start again with each source, two leaves would share a salt, and showing the one
// would let the other's rows be guessed. `state` is the number of State; `value` is 0 in a run
// without values.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/run_leaf.h"
#include "ledger/crypto/sha256_lanes.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

Hash SourceLeaf(const RunSource& source, std::span<const Hash> row_leaves) {
  return RunSourceLeaf(source.source, source.previous_position, source.rows, TreeRoot(row_leaves));
}

std::vector<Hash> AllSourceLeaves(const RunView& run, std::span<const Hash> row_leaves) {
  std::vector<Hash> leaves;
  leaves.reserve(run.sources().size());
  for (const RunSource& source : run.sources()) {
    const size_t count = RunLeavesOf(source.rows);
    leaves.push_back(SourceLeaf(source, row_leaves.first(count)));
    row_leaves = row_leaves.subspan(count);
  }
  TALLY_CHECK(row_leaves.empty());
  return leaves;
}

// g of the first leaf of a source.
uint32_t FirstLeaf(const RunView& run, uint32_t source_index) {
  uint32_t g = 0;
  for (uint32_t i = 0; i < source_index; ++i) g += RunLeavesOf(run.sources()[i].rows);
  return g;
}

absl::Status CheckShape(const RunView& run) {
  if (run.rows() == 0 || run.rows() > kRunRowsMax) {
    return absl::InvalidArgumentError(absl::StrCat("run: ", run.rows(), " rows"));
  }
  if (run.sources().empty() || run.sources().size() > kRunSourcesMax) {
    return absl::InvalidArgumentError(absl::StrCat("run: ", run.sources().size(), " sources"));
  }
  for (const RunSource& source : run.sources()) {
    if (source.rows == 0) {
      return absl::InvalidArgumentError(absl::StrCat("run: source ", source.source, " has no row"));
    }
  }
  return absl::OkStatus();
}

absl::Status Broken(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("run proof: ", why));
}

}  // namespace

std::vector<Hash> RunRowLeaves(const Salt& salt, const RunView& run) {
  size_t count = 0;
  for (const RunSource& source : run.sources()) count += RunLeavesOf(source.rows);
  Sha256Lanes lanes(count);
  std::vector<Hash> salts(count);
  for (size_t g = 0; g < count; ++g) {
    Bytes number;
    ByteWriter(number).U64(g);
    lanes.Add({kRunLeafSaltPrefix, salt.view(), number}, &salts[g]);
  }
  lanes.Finish();
  std::vector<Hash> leaves(count);
  Bytes rows;
  rows.reserve(kRunFirstRowBytes + kRunLeafRows * kRunRowBytes);
  size_t g = 0;
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    for (uint32_t leaf = 0; leaf < RunLeavesOf(run.sources()[index].rows); ++leaf, ++g) {
      rows.clear();
      AppendRunRows(run, index, leaf, rows);
      lanes.Add({kRunRowsLeafPrefix, salts[g].view().first(Salt::size()), rows}, &leaves[g]);
    }
  }
  lanes.Finish();
  return leaves;
}

absl::StatusOr<Hash> RunRoot(const Salt& salt, const RunView& run) {
  TALLY_RETURN_IF_ERROR(CheckShape(run));
  return TreeRoot(AllSourceLeaves(run, RunRowLeaves(salt, run)));
}

absl::StatusOr<RunRowsProof> ProveRunRow(const Salt& salt, const RunView& run,
                                         uint32_t source_index, uint32_t row_in_source) {
  TALLY_RETURN_IF_ERROR(CheckShape(run));
  if (source_index >= run.sources().size()) {
    return absl::InvalidArgumentError(absl::StrCat("run: no source at place ", source_index));
  }
  const RunSource& source = run.sources()[source_index];
  if (row_in_source >= source.rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("run: source ", source.source, " has no row ", row_in_source));
  }
  const std::vector<Hash> rows = RunRowLeaves(salt, run);
  const std::vector<Hash> sources = AllSourceLeaves(run, rows);
  const uint32_t first_leaf = FirstLeaf(run, source_index);
  RunRowsProof proof;
  proof.source_index = source_index;
  proof.source = source.source;
  proof.previous_position = source.previous_position;
  proof.source_rows = source.rows;
  proof.source_count = static_cast<uint32_t>(sources.size());
  proof.leaf = row_in_source / kRunLeafRows;
  proof.leaf_salt = RunLeafSalt(salt, first_leaf + proof.leaf);
  AppendRunRows(run, source_index, proof.leaf, proof.rows);
  proof.path_in_source = InclusionPath(
      std::span<const Hash>(rows).subspan(first_leaf, RunLeavesOf(source.rows)), proof.leaf);
  proof.path_in_run = InclusionPath(sources, source_index);
  return proof;
}

absl::Status CheckRunRow(const RunRowsProof& proof, const Hash& run_root) {
  if (proof.source_rows == 0 || proof.source_rows > kRunRowsMax) return Broken("rows of source");
  if (proof.source_count == 0 || proof.source_count > kRunSourcesMax) return Broken("sources");
  const uint32_t leaves = RunLeavesOf(proof.source_rows);
  if (proof.leaf >= leaves) return Broken("the leaf lies behind the source's rows");
  const uint32_t first = proof.leaf * kRunLeafRows;
  const uint32_t rows = std::min(kRunLeafRows, proof.source_rows - first);
  if (proof.rows.size() != kRunFirstRowBytes + rows * kRunRowBytes) return Broken("number of rows");
  if (ByteReader(proof.rows).U32() != first) return Broken("first row");
  const Hash leaf = RunRowsLeaf(proof.leaf_salt, proof.rows);
  // The root of the source is what its path leads to; the source's leaf then binds it to the run.
  TALLY_ASSIGN_OR_RETURN(const Hash source_root,
                         RootFromPath(proof.leaf, leaves, leaf, proof.path_in_source));
  const Hash source_leaf =
      RunSourceLeaf(proof.source, proof.previous_position, proof.source_rows, source_root);
  return At("run proof", CheckInclusion(proof.source_index, proof.source_count, source_leaf,
                                        proof.path_in_run, run_root));
}

}  // namespace tally::ledger
