// Which rows of a run erasures name, and the row of the store that says which erasures name an
// event.
//
//   'W' index 8 | offset 4   -> index 8 of each erasure that names the event, ascending
//
// An event may be erased once as a whole, and a run before that by parts, none of them twice. A
// part is of whole leaves of 16 rows of one source, for of a leaf all rows or none can be shown;
// its rows are counted through the run's source table, so it may reach over several sources.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/partial_run.h"
#include "ledger/log/verified.h"
#include "schema/erasure.h"
#include "schema/run.h"

namespace tally::ledger {

// What of one event erasures name together.
class ErasedRows {
 public:
  void Add(const RowsOfRun& part);
  bool whole() const { return whole_; }
  // True if any of the rows [first, limit) is named.
  bool Touches(uint64_t first, uint64_t limit) const;
  // True if all of them are.
  bool Covers(uint64_t first, uint64_t limit) const;
  // "the whole body"; "rows 0 to 15, rows 64 to 79".
  std::string ToText() const;

 private:
  bool whole_ = false;
  std::map<uint64_t, uint64_t> parts_;  // first to limit; apart, and joined where they touch
};
using ErasedByEvent = std::map<EventAddress, ErasedRows>;

// The rows of each source of a run, in the order of its table.
std::vector<uint32_t> RowsOfSources(const RunView& run);
std::vector<uint32_t> RowsOfSources(const PartialRun& run);
// Each leaf of such a run, as rows counted through the table.
struct LeafRows {
  uint32_t source_index = 0, number = 0;
  RowsOfRun rows;
};
std::vector<LeafRows> LeavesOf(std::span<const uint32_t> rows_of_sources);
// The least part of whole leaves that holds rows `first` to `last`. OutOfRange: there are not as
// many rows; InvalidArgument: `last` before `first`.
absl::StatusOr<RowsOfRun> WidenToLeaves(std::span<const uint32_t> rows_of_sources, uint32_t first,
                                        uint32_t last);

// The first leaf that is missing from what is left of a run although no erasure names it.
std::optional<RowsOfRun> MissingUnnamed(const PartialRun& rest, const ErasedRows& named);
// What is missing from it, joined where it touches.
std::vector<RowsOfRun> MissingRows(const PartialRun& rest);

// What reports say was erased, the first events by name.
inline constexpr size_t kErasureNotesMax = 16;
std::vector<std::string> ErasureNotes(const ErasedByEvent& erased);

// The value of row 'W'.
Bytes EncodeErasuresRow(std::span<const uint64_t> erasures);
absl::StatusOr<std::vector<uint64_t>> DecodeErasuresRow(ByteView bytes);

}  // namespace tally::ledger
