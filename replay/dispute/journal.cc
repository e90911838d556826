// Entries are kept as they were made and put in order once, when somebody asks; the sums are kept
// beside them, so that what does not fit is known at once.
#include "replay/dispute/journal.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "schema/status.h"

namespace tally::replay {

absl::string_view AccountName(Account account) {
  switch (account) {
    case Account::kNone:
      return "";
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

std::optional<size_t> Journal::Enter(Entry entry) {
  // A party that owes itself (one name on both sides) ends where it began.
  if (entry.amount.minor == 0 || entry.creditor == entry.debtor) return std::nullopt;
  if (entry.amount.minor < 0) {
    if (entry.amount.minor == std::numeric_limits<int64_t>::min()) {
      left_out_.push_back(std::move(entry));
      return std::nullopt;
    }
    entry.amount.minor = -entry.amount.minor;
    std::swap(entry.creditor, entry.debtor);
  }
  const int64_t minor = entry.amount.minor;
  const bool taken = Add(entry.from, entry, -minor);
  if (!taken || !Add(entry.to, entry, minor)) {
    if (taken) TALLY_CHECK(Add(entry.from, entry, minor));  // as it was before
    left_out_.push_back(std::move(entry));
    return std::nullopt;
  }
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

std::vector<Posting> Journal::Postings() const {
  std::vector<size_t> order(entries_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return entries_[a].at < entries_[b].at; });
  std::vector<uint64_t> numbers(entries_.size());
  for (size_t i = 0; i < order.size(); ++i) numbers[order[i]] = i + 1;
  std::vector<Posting> postings;
  for (size_t i : order) {
    const Entry& entry = entries_[i];
    Posting posting{.number = numbers[i],
                    .at = entry.at,
                    .cause = entry.cause,
                    .clause = entry.clause,
                    .text = entry.text,
                    .objective = entry.window.has_value() ? entry.window->objective : "",
                    .window = std::nullopt,
                    .from = std::string(AccountName(entry.from)),
                    .to = std::string(AccountName(entry.to)),
                    .creditor = entry.creditor,
                    .debtor = entry.debtor,
                    .amount = entry.amount,
                    .reverses = 0};
    if (entry.window.has_value()) posting.window = entry.window->window;
    if (entry.reverses.has_value()) posting.reverses = numbers[*entry.reverses];
    postings.push_back(std::move(posting));
  }
  return postings;
}

// Both sides are entered or neither, so that an account stays balanced even when it is full.
bool Journal::Add(Account account, const Entry& entry, int64_t minor) {
  if (account == Account::kNone) return true;
  int64_t& owed_to = sums_[{account, entry.creditor, entry.amount.currency}];
  int64_t& owed_by = sums_[{account, entry.debtor, entry.amount.currency}];
  int64_t credit = 0, debit = 0;
  bool fits = !__builtin_add_overflow(owed_to, minor, &credit) &&
              !__builtin_sub_overflow(owed_by, minor, &debit);
  if (!fits) return false;
  owed_to = credit;
  owed_by = debit;
  return true;
}

std::vector<Balance> Journal::Balances() const {
  std::vector<Balance> balances;
  for (const auto& [key, minor] : sums_) {
    if (minor == 0) continue;
    const auto& [account, party, currency] = key;
    balances.push_back({.account = std::string(AccountName(account)),
                        .party = party,
                        .amount = Money{.minor = minor, .currency = currency}});
  }
  return balances;
}

}  // namespace tally::replay
