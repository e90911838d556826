// Which settlements pay the sums that terms give beside the credits of windows, and how much of
// each: lump sums, prices of points, bonuses, what a cap carried.
//
// Such a sum arises with a window. The first settlement that answers the closing of that window
// pays the window's credit, if it has one; those that come after it pay the sums. A settlement pays
// in one direction: sums that are owed as the credit would be, in the order of the books, each up
// to what is open of it; and where none of these is open, those that are owed the other way, as
// bonuses are (DOMAIN 3.11, 3.12).
#pragma once

#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

class SumsBeside {
 public:
  // False where nothing of a sum of `window` was open, in the currency of the settlement, when both
  // sides had stated it. A finding tells of what it pays too much.
  bool Take(const WindowCase& window, const Settlement& settlement, std::vector<Finding>& findings);
  // In the order in which they were taken.
  const std::vector<PaidSum>& paid() const { return paid_; }
  // What of it is not paid at an act; below zero where too much is.
  int64_t OpenOf(const WindowName& window, const SumBeside& sum, const ActStamp& by) const;

 private:
  std::vector<PaidSum> paid_;
};

}  // namespace tally::replay
