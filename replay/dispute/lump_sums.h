// Which settlements pay the lump sums that terms give, and how much of each.
//
// A lump sum arises with a window. The first settlement that answers the closing of that window
// pays the window's credit, if it has one; those that come after it pay the lump sums, in the order
// of the books, each up to what is open of it (DOMAIN 3.11, 3.12).
#pragma once

#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

class LumpSums {
 public:
  // False where nothing of a lump sum of `window` is open in the currency of the settlement, which
  // both sides stated. A finding tells of what it pays too much.
  bool Take(const WindowCase& window, const Settlement& settlement, std::vector<Finding>& findings);
  // In the order in which they were taken.
  const std::vector<PaidLump>& paid() const { return paid_; }

 private:
  int64_t OpenOf(const WindowName& window, const LumpSum& lump) const;

  std::vector<PaidLump> paid_;
};

}  // namespace tally::replay
