// A run of which only some rows are left, or only some are shown: what still binds it to its run
// root, in the place of its body and salt (FORMAT.md "Runs").
//
//   partial run  sources: count 2, each as follows, in the order of the run's table
//   source       source 4 | previous position 8 | rows 4 | leaves: count 2, ascending | proof:
//   count
//                2, 32 each
//   leaf         number 2 | salt_g 16 | its rows: from 8 | until 8 | state 4 | value 8 each
//
// The proof is that of a partial tree (partial_tree.h) over the source's row leaves, of which those
// listed are known; of a source without any it is R alone. Every source is named, so links from and
// to its rows are checked as ever; the run root follows, so nothing can be left out or put in. A
// leaf that is not listed is a hash over a salt that nobody has: its rows cannot be guessed. Of a
// run that was erased by leaves many are listed; it has a shorter spelling (packed_run.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/event.h"
#include "schema/identity.h"
#include "schema/run.h"

namespace tally::ledger {

struct PartialRun {
  struct Row {
    Instant from, until;
    State state = State::kUnset;
    int64_t value = 0;  // 0 in a run without values
    friend bool operator==(const Row&, const Row&) = default;
  };
  struct Leaf {
    uint32_t number = 0;  // of the source: its rows from 16 * number on
    Salt salt;
    std::vector<Row> rows;
    friend bool operator==(const Leaf&, const Leaf&) = default;
  };
  struct Source {
    uint32_t source = 0;
    uint64_t previous_position = 0;
    uint32_t rows = 0;
    std::vector<Leaf> leaves;  // known; ascending by number
    std::vector<Hash> proof;
    friend bool operator==(const Source&, const Source&) = default;
  };
  std::vector<Source> sources;
  bool packed = false;    // which of the two spellings it has
  uint32_t rows() const;  // of the run
  // Row `row` of the run, counted through the source table, if its leaf is known, and whose it is.
  struct KnownRow {
    uint32_t source = 0;  // by its number in the feed
    Row row;
  };
  std::optional<KnownRow> FindRow(uint32_t row) const;
  friend bool operator==(const PartialRun&, const PartialRun&) = default;
};

// One row by its place in the run: where it stands in the source table, and within that source.
struct RunRowPlace {
  uint32_t source_index = 0;
  uint32_t row_in_source = 0;
};
// Row `row` of the run, counted through the source table; nullopt: there are not as many.
std::optional<RunRowPlace> PlaceOfRow(const RunView& run, uint32_t row);

// `run` with the leaves of `shown` and nothing else. InvalidArgument for a place outside of the
// run.
absl::StatusOr<PartialRun> MakePartialRun(const Salt& salt, const RunView& run,
                                          std::vector<RunRowPlace> shown);
// The leaves for which `keep` says so, and no other. DataLoss for a proof that does not fit.
using KeepsLeaf = std::function<bool(uint32_t source_index, uint32_t number)>;
absl::StatusOr<PartialRun> WithLeavesOf(const PartialRun& run, const KeepsLeaf& keep);
// `run` without the leaves for which `keep` says no, as it is kept: in the short spelling while a
// leaf is left.
absl::StatusOr<PartialRun> RestOfRun(const Salt& salt, const RunView& run, const KeepsLeaf& keep);
absl::StatusOr<PartialRun> RestOfRun(const PartialRun& run, const KeepsLeaf& keep);

Bytes EncodePartialRun(const PartialRun& run);
// InvalidArgument for anything but what EncodePartialRun gives of a run within the limits.
absl::StatusOr<PartialRun> DecodePartialRun(ByteView bytes);
// The run root that it leads to; DataLoss for a proof that does not fit its source.
absl::StatusOr<Hash> RunRootOf(const PartialRun& run);
// A partial run in the place of the header's body: rows, sources and root are the header's.
// DataLoss says what differs.
absl::Status CheckPartialRun(const EventHeader& header, const PartialRun& run);

}  // namespace tally::ledger
