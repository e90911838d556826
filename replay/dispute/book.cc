// Every posting enters two amounts of opposite sign, so each currency sums to zero by construction.
#include "replay/dispute/book.h"

#include <algorithm>
#include <iterator>

#include "schema/status.h"

namespace tally::replay {

absl::string_view AccountName(Account account) {
  switch (account) {
    case Account::kAccrued:
      return "accrued";
    case Account::kClaimed:
      return "claimed";
    case Account::kApproved:
      return "approved";
    case Account::kSettled:
      return "settled";
    case Account::kExpired:
      return "expired";
    case Account::kReversed:
      return "reversed";
    case Account::kHeld:
      return "held";
    case Account::kEarnedBack:
      return "earned-back";
  }
  TALLY_CHECK(false && "no such account");
}

Book::Book(const std::vector<Balance>& balances) {
  constexpr Account kAll[] = {Account::kAccrued,  Account::kHeld,      Account::kClaimed,
                              Account::kApproved, Account::kSettled,   Account::kExpired,
                              Account::kReversed, Account::kEarnedBack};
  for (const Balance& balance : balances) {
    const Account* account = std::find_if(std::begin(kAll), std::end(kAll), [&](Account each) {
      return AccountName(each) == balance.account;
    });
    TALLY_CHECK(account != std::end(kAll));
    entries_[{*account, balance.party, balance.amount.currency}] = balance.amount.minor;
  }
}

void Book::Post(Account account, const std::string& creditor, const std::string& debtor,
                const Money& amount) {
  int64_t& owed_to = entries_[{account, creditor, amount.currency}];
  int64_t& owed_by = entries_[{account, debtor, amount.currency}];
  int64_t credit = 0;
  int64_t debit = 0;
  // Both sides are entered or neither, so that the book stays balanced even when it is full.
  if (__builtin_add_overflow(owed_to, amount.minor, &credit) ||
      __builtin_sub_overflow(owed_by, amount.minor, &debit)) {
    overflowed_ = true;
    return;
  }
  // A party that owes itself (one name on both sides) ends where it began.
  if (&owed_to == &owed_by) return;
  owed_to = credit;
  owed_by = debit;
}

std::vector<Balance> Book::Balances() const {
  std::vector<Balance> balances;
  for (const auto& [key, minor] : entries_) {
    if (minor == 0) continue;
    const auto& [account, party, currency] = key;
    balances.push_back({.account = std::string(AccountName(account)),
                        .party = party,
                        .amount = Money{.minor = minor, .currency = currency}});
  }
  return balances;
}

}  // namespace tally::replay
