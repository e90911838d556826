// A switch over the steps of a life; every amount comes out of an account where it stands.
#include "replay/dispute/claim_money.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

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

int64_t WindowAccount::Standing(Account account) const {
  auto found = stands_.find(account);
  return found == stands_.end() ? 0 : found->second;
}

void WindowAccount::Accrue() {
  accrued_at_ = window_.name.window.limit;
  if (!window_.due.has_value()) return;
  currency_ = window_.due->currency;
  Occasion occasion{
      .at = accrued_at_, .cause = std::nullopt, .clause = "credit", .text = "computed"};
  if (window_.closing != nullptr) {
    accrued_at_ = window_.closing->stamp.time;
    occasion = {.at = accrued_at_,
                .cause = window_.closing->stamp.at,
                .clause = "credit",
                .text = "fixed by the closing"};
  }
  const Restated* restated = window_.restated.has_value() ? &*window_.restated : nullptr;
  if (restated == nullptr) {
    return Enter(Account::kNone, Account::kAccrued, window_.due->minor, occasion);
  }
  Enter(Account::kNone, Account::kAccrued, restated->before, occasion);
  Occasion later{.at = restated->stamp.time,
                 .cause = restated->stamp.at,
                 .clause = "credit",
                 .text = "taken back: terms in force later govern the window"};
  Enter(Account::kAccrued, Account::kNone, restated->before, later);
  later.text = "computed anew under these terms";
  Enter(Account::kNone, Account::kAccrued, window_.due->minor, later);
}

void WindowAccount::Move(Account from, Account to, std::optional<int64_t> minor,
                         const Occasion& occasion) {
  int64_t there = Standing(from);
  Enter(from, to, minor.has_value() ? std::min(*minor, there) : there, occasion);
}

void WindowAccount::Approve(int64_t minor, const Occasion& occasion) {
  int64_t missing = minor - Standing(Account::kApproved);
  if (missing < 0) return Enter(Account::kApproved, Account::kReversed, -missing, occasion);
  int64_t claimed = std::min(missing, Standing(Account::kClaimed));
  Enter(Account::kClaimed, Account::kApproved, claimed, occasion);
  Enter(Account::kNone, Account::kApproved, missing - claimed, occasion);
}

void WindowAccount::Replace(const Money& amount, const Occasion& occasion) {
  Occasion back = occasion;
  back.text = absl::StrCat(occasion.text, ": the computed amount is taken back");
  for (Account account : {Account::kAccrued, Account::kClaimed, Account::kApproved}) {
    Enter(account, Account::kNone, Standing(account), back);
  }
  currency_ = amount.currency;
  Enter(Account::kNone, Account::kApproved, amount.minor, occasion);
}

void WindowAccount::Settle(const Money& settled, const Occasion& occasion) {
  if (currency_.has_value() && *currency_ != settled.currency) {
    // Paid in another currency: the whole credit is reversed.
    for (Account account : {Account::kAccrued, Account::kClaimed, Account::kApproved}) {
      Move(account, Account::kReversed, std::nullopt, occasion);
    }
  }
  currency_ = settled.currency;
  // What changed after it was paid stays open: the difference is owed, or owed back.
  bool changed_since = window_.restated.has_value() && occasion.at < window_.restated->stamp.time;
  int64_t left = settled.minor;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued}) {
    int64_t part = std::min(left, Standing(account));
    Enter(account, Account::kSettled, part, occasion);
    left -= part;
  }
  Enter(Account::kNone, Account::kSettled, left, occasion);
  if (changed_since) return Enter(Account::kNone, Account::kAccrued, -left, occasion);
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued}) {
    Move(account, Account::kReversed, std::nullopt, occasion);
  }
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

namespace {

class ClaimPosting {
 public:
  ClaimPosting(const ClaimLife& life, const Settlement* settlement,
               std::optional<int64_t> sum_claimed, const ForumFold& forum,
               const std::vector<WindowAccount*>& accounts,
               const std::vector<const WindowCase*>& windows, Journal& journal)
      : life_(life),
        settlement_(settlement),
        sum_claimed_(sum_claimed),
        forum_(forum),
        accounts_(accounts),
        windows_(windows),
        journal_(journal) {}

  void Run() {
    for (const ClaimStep& step : life_.steps) {
      occasion_ = {.at = step.at,
                   .cause = step.cause,
                   .clause = step.clause,
                   .text = absl::StrCat("claim ", ClaimStateText(step.state, step.level))};
      Take(step);
    }
  }

 private:
  void All(Account from, Account to) {
    for (WindowAccount* account : accounts_) account->Move(from, to, std::nullopt, occasion_);
  }
  std::vector<int64_t> Claimed() const {
    std::vector<int64_t> amounts;
    for (const WindowAccount* account : accounts_) {
      amounts.push_back(account->Standing(Account::kClaimed) +
                        account->Standing(Account::kApproved));
    }
    return amounts;
  }

  void Take(const ClaimStep& step) {
    switch (step.state) {
      case ClaimState::kPremature:
        return Claim();
      case ClaimState::kFiled:
        return claimed_ ? void() : Claim();
      case ClaimState::kAccepted:
      case ClaimState::kDeemedAccepted:
        return All(Account::kClaimed, Account::kApproved);
      case ClaimState::kPartly:
        return ApprovePart();
      case ClaimState::kAgreed:
        return Agree();
      case ClaimState::kLapsed:
        return All(Account::kClaimed, Account::kReversed);
      case ClaimState::kRuled:
        return Rule(step);
      case ClaimState::kWithdrawn:
        All(Account::kClaimed, Account::kAccrued);
        return All(Account::kApproved, Account::kAccrued);
      case ClaimState::kSettled:
        return Settle();
      default:
        return;  // what is disputed stays where it is
    }
  }

  // Windows that end later, or are closed later, are claimed from then on.
  void Claim() {
    claimed_ = true;
    int64_t left = sum_claimed_.value_or(INT64_MAX);
    Instant filed = occasion_.at;
    for (WindowAccount* account : accounts_) {
      occasion_.at = std::max(filed, account->accrued_at());
      int64_t part = std::min(left, account->Standing(Account::kAccrued));
      account->Move(Account::kAccrued, Account::kClaimed, part, occasion_);
      left -= part;
    }
    occasion_.at = filed;
  }

  // What the answer concedes is due at once; no window takes more than was claimed for it.
  void ApprovePart() {
    int64_t left = life_.approved.has_value() ? life_.approved->minor : 0;
    for (WindowAccount* account : accounts_) {
      int64_t part = std::min(left, account->Standing(Account::kClaimed));
      account->Move(Account::kClaimed, Account::kApproved, part, occasion_);
      left -= part;
    }
  }

  // By an answer that was taken, or by both parties' word at one amount, which holds as it is.
  void Agree() {
    if (life_.agreed_by_both && life_.approved.has_value()) {
      std::vector<int64_t> shares = Spread(Claimed(), life_.approved->minor);
      for (size_t i = 0; i < accounts_.size(); ++i) accounts_[i]->Approve(shares[i], occasion_);
    }
    All(Account::kClaimed, Account::kReversed);
  }

  void Rule(const ClaimStep& step) {
    const ClaimRuling* ruling = step.cause.has_value() ? forum_.RulingAt(*step.cause) : nullptr;
    if (ruling == nullptr) return;
    for (size_t i = 0; i < accounts_.size(); ++i) {
      const RuledCredit* credit = nullptr;
      for (const RuledCredit& each : ruling->body.credits) {
        if (each.window == windows_[i]->name) credit = &each;
      }
      if (credit != nullptr) {
        accounts_[i]->Replace(credit->amount, occasion_);
      } else {
        accounts_[i]->Move(Account::kClaimed, Account::kApproved, std::nullopt, occasion_);
      }
    }
    Award(ruling->body.awards);
  }

  // Awards are owed by whoever holds the role that they name to the other side.
  void Award(const std::vector<tally::Award>& awards) {
    const WindowCase& first = *windows_.front();
    for (const tally::Award& award : awards) {
      const StreamId* party =
          first.version == nullptr ? nullptr : first.version->PartyOfRole(award.debtor);
      if (party == nullptr) continue;
      bool by_obligee = *party == first.obligee_party;
      journal_.Enter({.at = occasion_.at,
                      .cause = occasion_.cause,
                      .clause = occasion_.clause,
                      .text = absl::StrCat("awarded: ", std::string(AwardName(award.of))),
                      .window = std::nullopt,
                      .from = Account::kNone,
                      .to = Account::kApproved,
                      .creditor = by_obligee ? first.obligor : first.obligee,
                      .debtor = by_obligee ? first.obligee : first.obligor,
                      .amount = award.amount,
                      .reverses = std::nullopt});
    }
  }

  void Settle() {
    if (settlement_ == nullptr) return;
    std::vector<int64_t> due;
    for (const WindowAccount* account : accounts_) {
      due.push_back(account->Standing(Account::kApproved) + account->Standing(Account::kClaimed) +
                    account->Standing(Account::kAccrued));
    }
    std::vector<int64_t> shares = Spread(due, settlement_->amount.minor);
    for (size_t i = 0; i < accounts_.size(); ++i) {
      accounts_[i]->Settle({.minor = shares[i], .currency = settlement_->amount.currency},
                           occasion_);
    }
  }

  const ClaimLife& life_;
  const Settlement* settlement_;
  std::optional<int64_t> sum_claimed_;
  const ForumFold& forum_;
  const std::vector<WindowAccount*>& accounts_;
  const std::vector<const WindowCase*>& windows_;
  Journal& journal_;
  WindowAccount::Occasion occasion_;
  bool claimed_ = false;
};

}  // namespace

void PostClaim(const ClaimLife& life, const Settlement* settlement,
               std::optional<int64_t> sum_claimed, const ForumFold& forum,
               const std::vector<WindowAccount*>& accounts,
               const std::vector<const WindowCase*>& windows, Journal& journal) {
  ClaimPosting(life, settlement, sum_claimed, forum, accounts, windows, journal).Run();
}

}  // namespace tally::replay
