#include "ledger/pack/stamp_choice.h"

#include <iterator>

#include "ledger/chain/note.h"

namespace tally::ledger {

void StampChoice::Add(uint64_t at, const Stamp& stamp) {
  const std::string text = CheckpointText({origin_, stamp.size, stamp.root});
  const absl::StatusOr<UnjudgedStamp> read =
      ReadTimeStamp(stamp.token, AsBytes(text), stamp.certificates);
  if (!read.ok()) return;  // It convinces nobody.
  if (read->stamp.time != stamp.time || read->stamp.authority != stamp.authority) return;
  const Instant by = read->stamp.by();
  Bounds& bounds = by_authority_[read->certificates];
  const auto over = bounds.lower_bound(stamp.size);
  if (over != bounds.end()) {
    const bool same_tree = over->first == stamp.size;
    if (over->second.by < by || (same_tree && over->second.by == by)) return;
  }
  bounds.insert_or_assign(stamp.size, Bound{by, at});
  for (auto own = bounds.find(stamp.size); own != bounds.begin();) {
    const auto smaller = std::prev(own);
    if (smaller->second.by <= by) break;
    bounds.erase(smaller);
  }
}

void StampChoice::Need(uint64_t index) {
  for (const auto& [authority, bounds] : by_authority_) {
    const auto first = bounds.upper_bound(index);
    if (first == bounds.end() || !needed_.insert(first->second.at).second) continue;
    sizes_.insert(first->first);
  }
}

}  // namespace tally::ledger
