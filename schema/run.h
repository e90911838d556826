// A run: the columnar shape of many measurements in one event.
//
// Columns of up to 65,536 measurements of up to 4,096 sources. A run is *regular* when every row
// lasts `step` and rows of one source follow each other without gaps; it then stores one first
// instant per source instead of two columns of times. States are packed (2 bits each); values are
// optional. Rows are grouped by source, sources ascending, and within a source ordered by time.
//
//   source table   for each source: number 4, previous position of it 8, rows 4, first instant 8
//   states         2 bits a row, rows in table order, padded with zero bits
//   from, until    irregular only: 8 bytes a row each
//   values         8 bytes a row, or none
//
// FORMAT.md "Runs" is the authority. Decoding checks every length before it reads.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"
#include "schema/bytes.h"
#include "schema/instant.h"

namespace tally {

inline constexpr uint32_t kRunLeafRows = 16;  // consecutive rows of one source under one leaf

struct RunSource {
  uint32_t source = 0;
  uint64_t previous_position = 0;  // of this source's last measurement before the run; 0: none
  uint32_t rows = 0;
  Instant first;                   // regular: start of its first row
  friend bool operator==(const RunSource&, const RunSource&) = default;
};

struct Run {
  Duration step;                    // regular: length of each row, > 0; irregular: 0
  std::vector<RunSource> sources;   // ascending by number
  std::vector<uint8_t> states;      // packed, 2 bits: 0 up, 1 down, 2 degraded, 3 unknown
  std::vector<int64_t> from;        // irregular only, microseconds
  std::vector<int64_t> until;
  std::vector<int64_t> values;      // empty, or one per row
  uint32_t rows() const;
  State StateOf(uint32_t row) const;
  friend bool operator==(const Run&, const Run&) = default;
};

// A view over the stored columns, without copies: what replay reads at tens of millions of rows a
// second. The body bytes outlive the view.
class RunView {
 public:
  // InvalidArgument unless `body` is a canonical run body with consistent lengths.
  static absl::StatusOr<RunView> Open(ByteView body);
  Duration step() const { return step_; }
  uint32_t rows() const { return rows_; }
  std::span<const RunSource> sources() const { return sources_; }
  ByteView packed_states() const { return states_; }
  State StateOf(uint32_t row) const;
  Instant FromOf(uint32_t source_index, uint32_t row_in_source) const;
  Instant UntilOf(uint32_t source_index, uint32_t row_in_source) const;
  // Row number of the first row of a source in table order.
  uint32_t FirstRow(uint32_t source_index) const { return first_rows_[source_index]; }
  bool has_values() const { return !values_.empty(); }
  int64_t ValueOf(uint32_t row) const;

 private:
  Duration step_;
  uint32_t rows_ = 0;
  std::vector<RunSource> sources_;
  std::vector<uint32_t> first_rows_;
  ByteView states_, from_, until_, values_;
};

Bytes Encode(const Run& run);
absl::StatusOr<Run> DecodeRun(ByteView body);

}  // namespace tally
