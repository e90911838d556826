// The journal of one replay: every posting in order of time, and the balances that they add up to.
//
// Double entry: a posting moves an amount from one account to another for two parties at once, what
// one is owed the other owes, so every account sums to zero over the parties in every currency, at
// every moment. A posting is never changed: what proves wrong is taken back by another that names
// it. From "" an amount enters the books, to "" it leaves them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "replay/replay.h"
#include "schema/number.h"

namespace tally::replay {

// In the order of a credit's life; results list balances in this order. Held credits can still be
// earned back; those that were are kept apart from what was reversed.
enum class Account {
  kNone,  // outside of the books
  kAccrued,
  kHeld,
  kClaimed,
  kApproved,
  kSettled,
  kExpired,
  kReversed,
  kEarnedBack
};
absl::string_view AccountName(Account account);  // "accrued"; "" for kNone

// A posting before it has its number.
struct Entry {
  Instant at;
  std::optional<ledger::EventAddress> cause;  // absent: the clock, or the figures alone
  std::string clause;
  std::string text;
  std::optional<WindowName> window;
  Account from = Account::kNone;
  Account to = Account::kNone;
  std::string creditor, debtor;
  Money amount;
  std::optional<size_t> reverses;  // what Enter gave for the posting that this takes back
};

class Journal {
 public:
  // Zero amounts are no postings. A negative one is entered as its opposite, with the parties
  // exchanged. A posting whose sums would leave 64 bits is not entered and listed by LeftOut
  // (T-65: never a wrap, and never an end of all balances). The number is for `reverses` only;
  // nullopt for what was not entered.
  std::optional<size_t> Enter(Entry entry);

  // By time, then in the order entered; numbered from 1.
  std::vector<Posting> Postings() const;
  // Accounts that are not zero, by account, then party, then currency.
  std::vector<Balance> Balances() const;
  // In the order in which they were to be entered.
  const std::vector<Entry>& LeftOut() const { return left_out_; }

 private:
  using Sums = std::map<std::tuple<Account, std::string, Currency>, int64_t>;
  bool Add(Account account, const Entry& entry, int64_t minor);

  std::vector<Entry> entries_;
  std::vector<Entry> left_out_;
  Sums sums_;  // of entries_
};

}  // namespace tally::replay
