// What the rules of order need of the log's tree: the leaf that stands at an index, and a place to
// put the next one.
//
// The whole log grows by one (LogTree). A pack holds some of the records of a log whose root is
// already known (ledger/pack): there the next index is that of the pack's next record.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "schema/identity.h"

namespace tally::ledger {

class GrowingTree {
 public:
  virtual ~GrowingTree() = default;
  // The index at which Append will put a leaf.
  virtual uint64_t size() const = 0;
  virtual absl::Status Append(const Hash& leaf) = 0;
  // NotFound for an index that holds no leaf, or none that is known.
  virtual absl::StatusOr<Hash> Leaf(uint64_t index) const = 0;
  // The root of the first `size` leaves, 1 to size(). NotFound for a size that is not known.
  virtual absl::StatusOr<Hash> RootAt(uint64_t size) const = 0;
};

}  // namespace tally::ledger
