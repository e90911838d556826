// A window cut into slices of one length, and the requests of each (M2, M5 to M7).
//
// Only slices with reports are kept; all others are known by arithmetic, so that neither memory nor
// time grows with the window. A slice belongs to the window and the exclusion that hold its start,
// and so a slice on the clock may reach over the window's end, and reports after the end that it
// holds still count in it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

// What the terms call a request, and how many of them were good.
struct RequestSum {
  Wide total = 0;
  Wide good = 0;
  // By the choices "invalid requests" and "retries".
  void Add(const RequestCounts& counts, const Choices& choices);
};

// Where slices begin: at whole lengths since 1970 ("clock"), or counted from the window's start.
class SliceGrid {
 public:
  SliceGrid(Duration length, bool on_clock, const Interval& window);

  int64_t IndexOf(Instant at) const;
  Instant StartOf(int64_t index) const;
  // When it is over: a slice counted from the window's start ends with the window at the latest.
  Instant EndOf(int64_t index) const;
  // How many slices start in `range`.
  int64_t StartsIn(const Interval& range) const;

 private:
  Duration length_;
  Instant origin_;
  Instant limit_;
};

struct Slice {
  RequestSum requests;
  std::vector<Cause> causes;
};
struct SliceSet {
  std::map<int64_t, Slice> filled;  // with enough requests, neither excluded nor of other windows
  int64_t empty = 0;                // over, and without enough requests
  int64_t excluded = 0;             // start in an exclusion
  int64_t remaining = 0;            // not over at K, and without enough requests as yet
};
// Cut by the lengths of choice `length` and by "alignment"; "minimum requests" makes one filled.
absl::StatusOr<SliceSet> SlicesOf(const CountQuestion& question, absl::string_view length);

}  // namespace tally::replay
