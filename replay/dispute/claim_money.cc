// Every amount comes out of an account where it stands.
#include "replay/dispute/claim_money.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Where a credit stands before it is paid, or ends without that.
constexpr Account kOpenAccounts[] = {Account::kAccrued, Account::kClaimed, Account::kApproved,
                                     Account::kExpired, Account::kReversed};
// Out of these it is paid; what has expired last, and only by both sides' word.
constexpr Account kPayable[] = {Account::kApproved, Account::kClaimed, Account::kAccrued,
                                Account::kExpired};

}  // namespace

void WindowAccount::Enter(Account from, Account to, int64_t minor, const Occasion& occasion) {
  if (minor == 0 || !currency_.has_value()) return;
  // What was said of a credit before it was fixed counts when it is.
  moved_at_ = std::max(moved_at_, occasion.at);
  Entry entry{.at = moved_at_,
              .cause = occasion.cause,
              .clause = occasion.clause,
              .text = occasion.text,
              .window = window_.name,
              .from = from,
              .to = to,
              .creditor = window_.obligee,
              .debtor = window_.obligor,
              .amount = {.minor = minor, .currency = *currency_},
              .reverses = std::nullopt};
  if (to == Account::kNone) entry.reverses = accrual_;
  std::optional<size_t> entered = journal_.Enter(std::move(entry));
  if (from == Account::kNone && entered.has_value()) accrual_ = entered;
  stands_[from] -= minor;
  stands_[to] += minor;
}

void WindowAccount::Accrue() {
  accrued_at_ = window_.name.window.limit;
  // A closed credit stands in the books although nothing is due any more.
  const bool changed = !window_.restated.empty();
  if (!changed && !window_.due.has_value()) return;
  // Nothing was due, and what was said of it moved nothing: it does not now that more is.
  if (changed && AmountBefore(0) == 0) return;
  currency_ = CurrencyBefore(0);
  Occasion occasion{
      .at = accrued_at_, .cause = std::nullopt, .clause = "credit", .text = "computed"};
  if (window_.closing != nullptr) {
    accrued_at_ = window_.closing->stamp.time;
    occasion = {.at = accrued_at_,
                .cause = window_.closing->stamp.at,
                .clause = "credit",
                .text = "fixed by the closing"};
  }
  Enter(Account::kNone, Account::kAccrued, AmountBefore(0), occasion);
}

bool WindowAccount::IsRuledBy(const ledger::EventAddress& act) const {
  const std::vector<CreditRuled>& ruled = window_.ruled_credits;
  return heeds_rulings_ && std::any_of(ruled.begin(), ruled.end(), [&act](const CreditRuled& each) {
           return each.by.at == act;
         });
}

void WindowAccount::CatchUp(Instant time) {
  const std::vector<Restated>& changes = window_.restated;
  for (; corrected_ < changes.size() && changes[corrected_].stamp.time <= time;) {
    Restated change = changes[corrected_];
    ++corrected_;  // the moves of a correction catch up with nothing
    const std::optional<Currency> in = CurrencyBefore(corrected_);
    const bool in_the_same = in == CurrencyBefore(corrected_ - 1);
    if (!currency_.has_value()) currency_ = in;
    if (change.by_rules) {
      if (heeds_rulings_ && window_.IsRuledBy(change.stamp.time)) continue;
      Adjust(change, AmountBefore(corrected_) - change.before);
      continue;
    }
    change.before = upheld_.value_or(change.before);
    // What leaves the amount as it was takes nothing back, and undoes no decision on it.
    const int64_t amount = AmountBefore(corrected_);
    if (amount == change.before && (in_the_same || amount == 0)) {
      GoWithoutClaim(change);
      continue;
    }
    if (decided_.has_value() && change.IsSilenceSince(decided_->at)) {
      overtaken_.push_back({change.stamp.at, decided_->text, change.by_evidence});
      upheld_ = change.before;
      continue;
    }
    upheld_.reset();
    decided_.reset();
    if (IsRuledBy(change.stamp.at)) continue;  // it says itself what is due
    const int64_t more = amount - change.before;
    const bool gone = Standing(Account::kReversed) > 0 || Standing(Account::kExpired) > 0;
    if (more > 0 && gone && in_the_same && Standing(Account::kSettled) == 0) {
      Arise(change, more);
    } else {
      Correct(change, amount, in);
    }
    GoWithoutClaim(change);
  }
}

int64_t WindowAccount::AmountBefore(size_t change) const {
  const std::vector<Restated>& changes = window_.restated;
  if (change < changes.size()) return changes[change].before;
  return window_.due.has_value() ? window_.due->minor : 0;
}

std::optional<Currency> WindowAccount::CurrencyBefore(size_t change) const {
  const std::vector<Restated>& changes = window_.restated;
  if (change < changes.size() && changes[change].currency) return changes[change].currency;
  if (window_.due.has_value()) return window_.due->currency;
  if (window_.computed.has_value()) return window_.computed->currency;
  const bool closed = window_.closing != nullptr && window_.closing->body.credit.has_value();
  return closed ? std::optional(window_.closing->body.credit->currency) : std::nullopt;
}

void WindowAccount::TurnTo(const std::optional<Currency>& currency) {
  if (!currency.has_value() || currency == currency_) return;
  stands_.clear();
  currency_ = currency;
}

void WindowAccount::GoWithoutClaim(const Restated& change) {
  const Instant at = change.stamp.time;
  if (!NeedsNoClaim(at) || NeedsNoClaim(Instant{at.micros - 1})) return;
  for (Account account : {Account::kAccrued, Account::kClaimed}) {
    Enter(account, Account::kApproved, std::max<int64_t>(Standing(account), 0),
          {at, change.stamp.at, "disputes.credits", "due without a claim"});
  }
}

int64_t WindowAccount::DueByNow() const {
  return upheld_.has_value() ? *upheld_ : AmountBefore(corrected_);
}

Account WindowAccount::OpenAccount(Instant by) const {
  if (NeedsNoClaim(by)) return Account::kApproved;
  const bool claimed = claims_ > 0 || Standing(Account::kClaimed) > 0;
  return claimed ? Account::kClaimed : Account::kAccrued;
}

void WindowAccount::Arise(const Restated& change, int64_t more) {
  arisen_.emplace_back(change.stamp.time, more);
  Enter(Account::kNone, OpenAccount(change.stamp.time), more,
        {.at = change.stamp.time,
         .cause = change.stamp.at,
         .clause = "credit",
         .text = absl::StrCat("more is due: ", change.why)});
}

// What arises is there to be claimed; what is due no more goes from where it stands, what is open
// first. Beyond that, what was paid is owed back.
void WindowAccount::Adjust(const Restated& change, int64_t more) {
  Occasion occasion{.at = change.stamp.time,
                    .cause = change.stamp.at,
                    .clause = "rules",
                    .text = absl::StrCat("by rules over windows, ", change.why)};
  if (more > 0) {
    arisen_.emplace_back(change.stamp.time, more);
    return Enter(Account::kNone, OpenAccount(change.stamp.time), more, occasion);
  }
  int64_t less = -more;
  // What arose last is the first to be due no more.
  for (int64_t fewer = less; fewer > 0 && !arisen_.empty();) {
    const int64_t part = std::min(fewer, arisen_.back().second);
    fewer -= part;
    arisen_.back().second -= part;
    if (arisen_.back().second == 0) arisen_.pop_back();
  }
  for (Account account : {Account::kAccrued, Account::kClaimed, Account::kApproved,
                          Account::kExpired, Account::kReversed}) {
    const int64_t part = std::min(less, std::max<int64_t>(Standing(account), 0));
    Enter(account, Account::kNone, part, occasion);
    less -= part;
  }
  Enter(Account::kAccrued, Account::kNone, less, occasion);
}

// Unpaid, the new amount takes the place of the old account by account, the last of them taking
// what is over. Once something is paid the difference is open: what the settlement gave up, or what
// had expired by then, stays so, and is the first to go where less is due (DOMAIN 3.11).
void WindowAccount::Correct(const Restated& change, int64_t amount,
                            const std::optional<Currency>& in) {
  arisen_.clear();  // all of it is computed anew
  Occasion occasion{.at = change.stamp.time,
                    .cause = change.stamp.at,
                    .clause = "credit",
                    .text = absl::StrCat("taken back: ", change.why)};
  if (Standing(Account::kSettled) != 0) {
    // A ruling or an agreement may have put another amount in the closed one's place.
    const int64_t entered = -Standing(Account::kNone);
    int64_t less = std::max<int64_t>(change.before - amount, 0);
    for (Account account : {Account::kReversed, Account::kExpired}) {
      const int64_t back = std::min(less, std::max<int64_t>(Standing(account), 0));
      Enter(account, Account::kAccrued, back, occasion);
      less -= back;
    }
    const int64_t approved = Standing(Account::kApproved), claimed = Standing(Account::kClaimed);
    Enter(Account::kApproved, Account::kAccrued, approved, occasion);
    Enter(Account::kClaimed, Account::kAccrued, claimed, occasion);
    Enter(Account::kAccrued, Account::kNone, entered, occasion);
    TurnTo(in);
    occasion.text = absl::StrCat("computed anew: ", change.why);
    Enter(Account::kNone, Account::kAccrued, amount, occasion);
    const int64_t open = std::max<int64_t>(Standing(Account::kAccrued), 0);
    if (NeedsNoClaim(change.stamp.time)) {
      return Enter(Account::kAccrued, Account::kApproved, open, occasion);
    }
    // A claim of which only a part was paid is for what is left of the new amount.
    if (claimed <= 0) return;
    const int64_t granted = std::clamp<int64_t>(approved, 0, open);
    Enter(Account::kAccrued, Account::kApproved, granted, occasion);
    return Enter(Account::kAccrued, Account::kClaimed, open - granted, occasion);
  }
  std::vector<std::pair<Account, int64_t>> stood;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued,
                          Account::kExpired, Account::kReversed}) {
    if (Standing(account) == 0) continue;
    stood.emplace_back(account, Standing(account));
    Enter(account, Account::kNone, Standing(account), occasion);
  }
  if (stood.empty()) {
    stood.emplace_back(OpenAccount(change.stamp.time), 0);
    arisen_.emplace_back(change.stamp.time, amount);
  }
  TurnTo(in);
  occasion.text = absl::StrCat("computed anew: ", change.why);
  for (size_t i = 0; i < stood.size(); ++i) {
    const bool last = i + 1 == stood.size();
    const int64_t part = last ? amount : std::min(amount, stood[i].second);
    Enter(Account::kNone, stood[i].first, part, occasion);
    amount -= part;
  }
}

void WindowAccount::Move(Account from, Account to, std::optional<int64_t> minor,
                         const Occasion& occasion) {
  CatchUp(occasion.at);
  const int64_t there = Standing(from);
  const int64_t part = minor.has_value() ? std::min(*minor, std::max<int64_t>(there, 0)) : there;
  Enter(from, to, part, occasion);
}

void WindowAccount::Approve(int64_t minor, const Occasion& occasion) {
  CatchUp(occasion.at);
  // What is owed back is part of what the sum is about.
  const int64_t back = std::min<int64_t>(Standing(Account::kAccrued), 0);
  Enter(Account::kAccrued, Account::kApproved, back, occasion);
  int64_t missing = minor - Standing(Account::kApproved) - Standing(Account::kSettled);
  if (missing < 0) return Enter(Account::kApproved, Account::kReversed, -missing, occasion);
  int64_t claimed = std::min(missing, Standing(Account::kClaimed));
  Enter(Account::kClaimed, Account::kApproved, claimed, occasion);
  Enter(Account::kNone, Account::kApproved, missing - claimed, occasion);
}

void WindowAccount::Uphold(const Occasion& occasion) {
  Move(Account::kClaimed, Account::kApproved, std::nullopt, occasion);
  decided_ = occasion;
}

void WindowAccount::Replace(const Money& amount, const Occasion& occasion) {
  Decide(occasion);
  arisen_.clear();
  Occasion back = occasion;
  back.text = absl::StrCat(occasion.text, ruled_ ? ": the amount ruled before is taken back"
                                                 : ": the computed amount is taken back");
  for (Account account : kOpenAccounts) Enter(account, Account::kNone, Standing(account), back);
  // What was paid already counts towards it.
  const bool same_currency = currency_.has_value() && *currency_ == amount.currency;
  const int64_t paid = same_currency ? Standing(Account::kSettled) : 0;
  currency_ = amount.currency;
  Enter(Account::kNone, Account::kApproved, amount.minor - paid, occasion);
}

void WindowAccount::TakeRuling(const Money& amount, const Occasion& occasion) {
  Replace(amount, occasion);
  ruled_ = true;
}

void WindowAccount::Restore(const WindowAccount& otherwise, const Occasion& occasion) {
  CatchUp(occasion.at);
  Occasion back = occasion;
  back.text = absl::StrCat(occasion.text, ": the ruled amount is taken back");
  for (Account account : kOpenAccounts) Enter(account, Account::kNone, Standing(account), back);
  const int64_t paid = Standing(Account::kSettled) - otherwise.Standing(Account::kSettled);
  ruled_ = otherwise.ruled_;
  arisen_ = otherwise.arisen_;
  currency_ = otherwise.currency_;
  decided_ = otherwise.decided_;
  for (Account account : kOpenAccounts) {
    // What was paid by the ruling alone is owed back.
    const int64_t less = account == Account::kAccrued ? paid : 0;
    Enter(Account::kNone, account, otherwise.Standing(account) - less, occasion);
  }
}

bool WindowAccount::StandsAs(const WindowAccount& other) const {
  const auto same = [&](Account account) { return Standing(account) == other.Standing(account); };
  return currency_ == other.currency_ && same(Account::kSettled) &&
         std::all_of(std::begin(kOpenAccounts), std::end(kOpenAccounts), same);
}

int64_t WindowAccount::Open() const {
  int64_t open = 0;
  for (Account account : kPayable) open += Standing(account);
  return open;
}

int64_t WindowAccount::ArisenSince(Instant time) const {
  int64_t sum = 0;
  for (const auto& [at, more] : arisen_) sum += at > time ? more : 0;
  return sum;
}

void WindowAccount::Settle(const Money& settled, const Occasion& occasion, int64_t keep) {
  CatchUp(occasion.at);
  if (currency_.has_value() && *currency_ != settled.currency) {
    keep = 0;
    // Paid in another currency: the whole credit is reversed.
    for (Account account : kPayable) Move(account, Account::kReversed, std::nullopt, occasion);
  }
  currency_ = settled.currency;
  int64_t left = settled.minor;
  for (Account account : kPayable) {
    int64_t part = std::min(left, std::max<int64_t>(Standing(account), 0));
    Enter(account, Account::kSettled, part, occasion);
    left -= part;
  }
  Enter(Account::kNone, Account::kSettled, left, occasion);
  decided_ = occasion;
  if (keep == 0) {
    for (Account account : kPayable) Move(account, Account::kReversed, std::nullopt, occasion);
    return;
  }
  int64_t given_up = std::max<int64_t>(Open() - keep, 0);
  for (Account account : kPayable) {
    const int64_t part = std::min(given_up, std::max<int64_t>(Standing(account), 0));
    Enter(account, Account::kReversed, part, occasion);
    given_up -= part;
  }
}

bool WindowAccount::PayBack(const Money& amount, const Occasion& occasion) {
  CatchUp(occasion.at);
  Wide back = 0;
  for (Account account : kPayable) back -= std::min<int64_t>(Standing(account), 0);
  if (!IsIn(amount.currency) || amount.minor == 0 || Wide{amount.minor} > back) return false;
  int64_t left = amount.minor;
  for (Account account : kPayable) {
    const int64_t part = std::min(left, -std::min<int64_t>(Standing(account), 0));
    Enter(account, Account::kSettled, -part, occasion);
    left -= part;
  }
  return true;
}

void WindowAccount::GiveUp(int64_t paid, const Occasion& occasion) {
  Move(Account::kApproved, Account::kSettled, paid, occasion);
  if (paid > 0) decided_ = occasion;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued}) {
    Enter(account, Account::kReversed, std::max<int64_t>(Standing(account), 0), occasion);
  }
}

void WindowAccount::Expire(const Occasion& occasion) {
  CatchUp(occasion.at);
  const int64_t unclaimed = std::max<int64_t>(Standing(Account::kAccrued), 0);
  Enter(Account::kAccrued, Account::kExpired, unclaimed, occasion);
}

void WindowAccount::Withdraw(const Occasion& occasion, int64_t keep) {
  if (release_ != nullptr && occasion.cause.has_value() && release_->stamp.at <= *occasion.cause) {
    return;
  }
  if (ruled_) return;  // beside the claim
  if (!NeedsNoClaim(occasion.at)) {
    CatchUp(occasion.at);
    // Beyond what is due it was the claim's alone.
    const int64_t above = Standing(Account::kApproved) + Standing(Account::kSettled) - DueByNow();
    const int64_t brought = std::max<int64_t>(Standing(Account::kApproved) - keep, 0);
    Enter(Account::kApproved, Account::kNone, std::clamp<int64_t>(above, 0, brought), occasion);
    const int64_t approved = Standing(Account::kApproved);
    Enter(Account::kApproved, Account::kAccrued, approved - std::min(keep, approved), occasion);
    return decided_.reset();  // what was agreed goes with the claim
  }
  CatchUp(occasion.at);
  const int64_t approved = Standing(Account::kApproved);
  const int64_t over = std::min(approved, approved + Standing(Account::kSettled) - DueByNow());
  // It was no part of the credit: nobody gave it up.
  if (over > 0) Enter(Account::kApproved, Account::kNone, over, occasion);
}

std::vector<int64_t> Spread(const std::vector<int64_t>& due, int64_t amount) {
  std::vector<int64_t> shares;
  for (size_t i = 0; i < due.size(); ++i) {
    bool last = i + 1 == due.size();
    shares.push_back(last ? amount : std::min(due[i], amount));
    amount -= shares.back();
  }
  return shares;
}

}  // namespace tally::replay
