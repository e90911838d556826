// The double-entry book of one replay: amounts per account, party and currency.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "replay/replay.h"
#include "schema/number.h"

namespace tally::replay {

// In the order of a credit's life; results list balances in this order. Held credits can still be
// earned back; those that were are kept apart from what was reversed.
enum class Account {
  kAccrued,
  kHeld,
  kClaimed,
  kApproved,
  kSettled,
  kExpired,
  kReversed,
  kEarnedBack
};
absl::string_view AccountName(Account account);

class Book {
 public:
  Book() = default;
  // A book that stands where `balances` of another one ended.
  explicit Book(const std::vector<Balance>& balances);
  // Enters `amount` in `account`: owed to `creditor`, owed by `debtor`. A posting whose sums would
  // leave 64 bits is not entered and marks the book (T-65: never a wrap).
  void Post(Account account, const std::string& creditor, const std::string& debtor,
            const Money& amount);
  // Accounts that are not zero, by account, then party, then currency.
  std::vector<Balance> Balances() const;
  bool overflowed() const { return overflowed_; }

 private:
  std::map<std::tuple<Account, std::string, Currency>, int64_t> entries_;
  bool overflowed_ = false;
};

}  // namespace tally::replay
