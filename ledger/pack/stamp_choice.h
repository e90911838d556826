// Which time stamps of a log a pack brings: of each authority the one that says the most about when
// a record was there.
//
// Whom the receiver trusts is not known to who makes a pack, so no stamp stands in the way of
// another authority's, and none in the way of one of its own that says an earlier time. What
// convinces nobody (another text, a signature that fails, an event that says otherwise than its
// token) is passed over. Authorities are told apart by the certificates that come with a stamp.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "ledger/crypto/time_stamp.h"
#include "schema/stamp.h"

namespace tally::ledger {

class StampChoice {
 public:
  // `origin` of the log, which stands in what is stamped.
  explicit StampChoice(std::string origin) : origin_(std::move(origin)) {}

  // All of them, before the first Need. `stamp` stands in record `at` and is of the log's own root.
  void Add(uint64_t at, const Stamp& stamp);
  // Record `index` is in the pack: the stamps that bound it are needed.
  void Need(uint64_t index);

  bool IsNeeded(uint64_t at) const { return needed_.contains(at); }
  const std::set<uint64_t>& sizes() const { return sizes_; }  // of the trees of those needed

 private:
  struct Bound {
    Instant by;
    uint64_t at = 0;
  };
  // By size, of one authority; no greater size has an earlier time, for a stamp of a greater tree
  // by an earlier time leaves nothing to say to that of the smaller one.
  using Bounds = std::map<uint64_t, Bound>;

  const std::string origin_;
  std::map<Hash, Bounds> by_authority_;
  std::set<uint64_t> needed_;
  std::set<uint64_t> sizes_;
};

}  // namespace tally::ledger
