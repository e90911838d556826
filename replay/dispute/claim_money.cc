// A switch over the steps of a life; every amount comes out of an account where it stands.
#include "replay/dispute/claim_money.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/authority.h"
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

void WindowAccount::Accrue() {
  accrued_at_ = window_.name.window.limit;
  // A closed credit stands in the books although nothing is due any more.
  const bool changed = !window_.restated.empty();
  const std::optional<Money>& credit =
      changed && !window_.due.has_value() ? window_.computed : window_.due;
  if (!credit.has_value()) return;
  currency_ = credit->currency;
  Occasion occasion{
      .at = accrued_at_, .cause = std::nullopt, .clause = "credit", .text = "computed"};
  if (window_.closing != nullptr) {
    accrued_at_ = window_.closing->stamp.time;
    occasion = {.at = accrued_at_,
                .cause = window_.closing->stamp.at,
                .clause = "credit",
                .text = "fixed by the closing"};
  }
  Enter(Account::kNone, Account::kAccrued,
        changed ? window_.restated.front().before : credit->minor, occasion);
}

void WindowAccount::CatchUp(Instant time) {
  const std::vector<Restated>& changes = window_.restated;
  for (; corrected_ < changes.size() && changes[corrected_].stamp.time <= time;) {
    Restated change = changes[corrected_];
    ++corrected_;  // the moves of a correction catch up with nothing
    change.before = upheld_.value_or(change.before);
    if (decided_.has_value() && change.IsSilenceSince(decided_->at)) {
      overtaken_.push_back({change.stamp.at, decided_->text});
      upheld_ = change.before;
      continue;
    }
    upheld_.reset();
    decided_.reset();
    const bool last = corrected_ == changes.size();
    const int64_t due = window_.due.has_value() ? window_.due->minor : 0;
    Correct(change, last ? due : changes[corrected_].before);
  }
}

// Unpaid, the new amount takes the place of the old account by account, the last of them taking
// what is over. Once something is paid the difference is open: what the settlement gave up, or what
// had expired by then, stays so, and is the first to go where less is due (DOMAIN 3.11).
void WindowAccount::Correct(const Restated& change, int64_t amount) {
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
    for (Account account : {Account::kApproved, Account::kClaimed}) {
      Enter(account, Account::kAccrued, Standing(account), occasion);
    }
    Enter(Account::kAccrued, Account::kNone, entered, occasion);
    occasion.text = absl::StrCat("computed anew: ", change.why);
    return Enter(Account::kNone, Account::kAccrued, amount, occasion);
  }
  std::vector<std::pair<Account, int64_t>> stood;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued,
                          Account::kExpired, Account::kReversed}) {
    if (Standing(account) == 0) continue;
    stood.emplace_back(account, Standing(account));
    Enter(account, Account::kNone, Standing(account), occasion);
  }
  if (stood.empty()) stood.emplace_back(Account::kAccrued, 0);
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
  Occasion back = occasion;
  back.text = absl::StrCat(occasion.text, ": the computed amount is taken back");
  for (Account account : {Account::kAccrued, Account::kClaimed, Account::kApproved,
                          Account::kExpired, Account::kReversed}) {
    Enter(account, Account::kNone, Standing(account), back);
  }
  // What was paid already counts towards it.
  const bool same_currency = currency_.has_value() && *currency_ == amount.currency;
  const int64_t paid = same_currency ? Standing(Account::kSettled) : 0;
  currency_ = amount.currency;
  Enter(Account::kNone, Account::kApproved, amount.minor - paid, occasion);
}

void WindowAccount::TakeRuling(Instant by) {
  const auto& ruled = window_.ruled_credit;
  if (ruled_ || !ruled.has_value() || by < ruled->by->stamp.time) return;
  ruled_ = true;
  Replace(ruled->what, {ruled->by->stamp.time, ruled->by->stamp.at, "", "ruled"});
}

void WindowAccount::Settle(const Money& settled, const Occasion& occasion) {
  TakeRuling(occasion.at);
  CatchUp(occasion.at);
  if (currency_.has_value() && *currency_ != settled.currency) {
    // Paid in another currency: the whole credit is reversed.
    for (Account account : {Account::kAccrued, Account::kClaimed, Account::kApproved}) {
      Move(account, Account::kReversed, std::nullopt, occasion);
    }
  }
  currency_ = settled.currency;
  int64_t left = settled.minor;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued}) {
    int64_t part = std::min(left, std::max<int64_t>(Standing(account), 0));
    Enter(account, Account::kSettled, part, occasion);
    left -= part;
  }
  Enter(Account::kNone, Account::kSettled, left, occasion);
  decided_ = occasion;
  for (Account account : {Account::kApproved, Account::kClaimed, Account::kAccrued}) {
    Move(account, Account::kReversed, std::nullopt, occasion);
  }
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

void WindowAccount::Withdraw(const Occasion& occasion) {
  if (release_ != nullptr && occasion.cause.has_value() && release_->stamp.at <= *occasion.cause) {
    return;
  }
  if (!NeedsNoClaim()) {
    Move(Account::kApproved, Account::kAccrued, std::nullopt, occasion);
    return decided_.reset();  // what was agreed goes with the claim
  }
  CatchUp(occasion.at);
  const int64_t due = window_.due.has_value() ? window_.due->minor : 0;
  const int64_t approved = Standing(Account::kApproved);
  const int64_t over = std::min(approved, approved + Standing(Account::kSettled) - due);
  if (over > 0) Enter(Account::kApproved, Account::kReversed, over, occasion);
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
               const std::vector<ClaimForm>& forms, const ForumFold& forum,
               const std::vector<WindowAccount*>& accounts,
               const std::vector<const WindowCase*>& windows, Journal& journal)
      : life_(life),
        settlement_(settlement),
        forms_(forms),
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
      CatchUp();
      Take(step);
    }
  }

 private:
  void CatchUp() {
    for (WindowAccount* account : accounts_) account->CatchUp(occasion_.at);
    for (WindowAccount* account : claimed_) account->CatchUp(occasion_.at);
  }
  void All(Account from, Account to) {
    for (WindowAccount* account : accounts_) account->Move(from, to, std::nullopt, occasion_);
  }
  std::vector<int64_t> Claimed() const {
    std::vector<int64_t> amounts;
    for (const WindowAccount* account : accounts_) {
      amounts.push_back(account->Standing(Account::kClaimed) +
                        account->Standing(Account::kApproved) +
                        account->Standing(Account::kSettled));
    }
    return amounts;
  }

  void Take(const ClaimStep& step) {
    switch (step.state) {
      case ClaimState::kPremature:
      case ClaimState::kFiled:
        for (const ClaimForm& form : forms_) {
          if (step.cause == form.at) Claim(form);
        }
        return;
      case ClaimState::kAccepted:
      case ClaimState::kDeemedAccepted:
        return All(Account::kClaimed, Account::kApproved);
      case ClaimState::kPartly:
        return ApprovePart(step);
      case ClaimState::kAgreed:
        return Agree(step);
      case ClaimState::kLapsed:
        return All(Account::kClaimed, Account::kReversed);
      case ClaimState::kRuledInPart:
      case ClaimState::kRuled:
        return Rule(step);
      case ClaimState::kWithdrawn:
        All(Account::kClaimed, Account::kAccrued);
        for (WindowAccount* account : accounts_) account->Withdraw(occasion_);
        return;
      case ClaimState::kSettled:
        return Settle();
      default:
        return;  // what is disputed stays where it is
    }
  }

  // Windows that end later, or are closed later, are claimed from then on; what an amendment leaves
  // out is claimed no more.
  void Claim(const ClaimForm& form) {
    for (WindowAccount* account : claimed_) {
      const bool stays =
          std::find(form.accounts.begin(), form.accounts.end(), account) != form.accounts.end();
      if (!stays) account->Move(Account::kClaimed, Account::kAccrued, std::nullopt, occasion_);
    }
    claimed_ = form.accounts;
    int64_t left = form.limit.value_or(INT64_MAX);
    const Instant filed = occasion_.at;
    for (WindowAccount* account : form.accounts) {
      occasion_.at = std::max(filed, account->accrued_at());
      account->CatchUp(occasion_.at);
      if (account->NeedsNoClaim()) continue;
      const int64_t claimed = account->Standing(Account::kClaimed);
      const int64_t open = std::max<int64_t>(account->Standing(Account::kAccrued), 0) + claimed;
      const int64_t part = std::min(left, open);
      if (claimed > part) {
        account->Move(Account::kClaimed, Account::kAccrued, claimed - part, occasion_);
      } else {
        account->Move(Account::kAccrued, Account::kClaimed, part - claimed, occasion_);
      }
      left -= part;
    }
    occasion_.at = filed;
  }

  // What the answer concedes is due at once; no window takes more than was claimed for it.
  void ApprovePart(const ClaimStep& step) {
    int64_t left = step.approved.has_value() ? step.approved->minor : 0;
    for (WindowAccount* account : accounts_) {
      int64_t part = std::min(left, account->Standing(Account::kClaimed));
      account->Move(Account::kClaimed, Account::kApproved, part, occasion_);
      left -= part;
    }
  }

  // By an answer that was taken, or by both parties' word at one amount, which holds as it is.
  void Agree(const ClaimStep& step) {
    if (step.agreed_by_both && step.approved.has_value()) {
      std::vector<int64_t> shares = Spread(Claimed(), step.approved->minor);
      for (size_t i = 0; i < accounts_.size(); ++i) accounts_[i]->Approve(shares[i], occasion_);
    }
    All(Account::kClaimed, Account::kReversed);
    for (WindowAccount* account : accounts_) account->Decide(occasion_);
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
      } else if (!ruling->body.partial) {
        accounts_[i]->Uphold(occasion_);
      }
    }
    TakeBack(*ruling);
    for (const tally::Award& award : ruling->body.awards) Award(*ruling, award);
  }

  // A ruling on the whole claim takes the place of the one before it, and a correction that of the
  // one that it corrects: what they awarded is awarded no more. Other partial awards stand.
  void TakeBack(const ClaimRuling& by) {
    for (Awarded& each : awarded_) {
      if (each.taken_back || !Replaces(by, *each.ruling)) continue;
      each.taken_back = true;
      Entry back = each.entry;
      back.at = occasion_.at;
      back.cause = occasion_.cause;
      back.text = absl::StrCat("taken back: ", each.entry.text);
      std::swap(back.from, back.to);
      back.reverses = each.number;
      journal_.Enter(std::move(back));
    }
  }
  bool Replaces(const ClaimRuling& by, const ClaimRuling& earlier) const {
    if (by.corrects.IsZero()) return !by.body.partial && !earlier.body.partial;
    return earlier.digest == by.corrects || earlier.corrects == by.corrects;
  }

  // Awards are owed by the side that holds the role that they name to the other side.
  void Award(const ClaimRuling& ruling, const tally::Award& award) {
    const WindowCase& first = *windows_.front();
    const StreamId* party =
        first.version == nullptr ? nullptr : first.version->PartyOfRole(award.debtor);
    if (party == nullptr) return;  // a finding says so (claim_admission.h)
    for (const Objective& each : first.version->terms->objectives) {
      if (each.id == first.name.objective && !OtherSideOf(*first.version, each, *party)) return;
    }
    const bool by_obligee = *party == first.obligee_party;
    Entry entry{.at = occasion_.at,
                .cause = occasion_.cause,
                .clause = occasion_.clause,
                .text = absl::StrCat("awarded: ", std::string(AwardName(award.of))),
                .window = std::nullopt,
                .from = Account::kNone,
                .to = Account::kApproved,
                .creditor = by_obligee ? first.obligor : first.obligee,
                .debtor = by_obligee ? first.obligee : first.obligor,
                .amount = award.amount,
                .reverses = std::nullopt};
    awarded_.push_back({&ruling, entry, journal_.Enter(entry), false});
  }

  void Settle() {
    if (settlement_ == nullptr) return;
    std::vector<int64_t> due;
    for (WindowAccount* account : accounts_) {
      account->TakeRuling(occasion_.at);
      due.push_back(account->Standing(Account::kApproved) + account->Standing(Account::kClaimed) +
                    account->Standing(Account::kAccrued));
    }
    std::vector<int64_t> shares = Spread(due, settlement_->amount.minor);
    for (size_t i = 0; i < accounts_.size(); ++i) {
      accounts_[i]->Settle({.minor = shares[i], .currency = settlement_->amount.currency},
                           occasion_);
    }
  }

  struct Awarded {
    const ClaimRuling* ruling = nullptr;
    Entry entry;
    std::optional<size_t> number;  // of its posting
    bool taken_back = false;
  };

  const ClaimLife& life_;
  const Settlement* settlement_;
  const std::vector<ClaimForm>& forms_;
  const ForumFold& forum_;
  const std::vector<WindowAccount*>& accounts_;
  const std::vector<const WindowCase*>& windows_;
  Journal& journal_;
  WindowAccount::Occasion occasion_;
  std::vector<WindowAccount*> claimed_;  // by the form that counts by now
  std::vector<Awarded> awarded_;
};

}  // namespace

void PostClaim(const ClaimLife& life, const Settlement* settlement,
               const std::vector<ClaimForm>& forms, const ForumFold& forum,
               const std::vector<WindowAccount*>& accounts,
               const std::vector<const WindowCase*>& windows, Journal& journal) {
  ClaimPosting(life, settlement, forms, forum, accounts, windows, journal).Run();
}

std::vector<Finding> PostReleases(const DisputeFold& acts, const std::vector<WindowCase>& windows,
                                  std::map<const WindowCase*, WindowAccount>& accounts,
                                  Instant knowledge) {
  std::vector<Finding> findings;
  for (const Release& release : acts.releases()) {
    if (release.stamp.time > knowledge) continue;
    std::vector<WindowAccount*> covered;
    std::vector<int64_t> approved;
    for (const WindowCase& each : windows) {
      const bool given_up =
          each.evaluated && acts.ReleaseOf(each.obligee_party, each.name) == &release;
      if (!given_up) continue;
      WindowAccount& account = accounts.at(&each);
      account.TakeRuling(release.stamp.time);
      account.CatchUp(release.stamp.time);
      const int64_t granted = std::max<int64_t>(account.Standing(Account::kApproved), 0);
      if (granted == 0 && !each.due.has_value()) continue;
      covered.push_back(&account);
      approved.push_back(granted);
    }
    if (covered.empty()) continue;
    const WindowAccount::Occasion occasion{release.stamp.time, release.stamp.at, "", "released"};
    Money paid = release.amount.value_or(Money{});
    Wide most = 0;
    bool other = false;
    for (size_t i = 0; i < covered.size(); ++i) {
      most += approved[i];
      other = other || !covered[i]->IsIn(paid.currency);
    }
    const bool more = paid.minor != 0 && (other || Wide{paid.minor} > most);
    if (more) {
      findings.push_back({.kind = "release-above-approved",
                          .severity = "error",
                          .objective = "",
                          .at = release.stamp.at,
                          .message = absl::StrCat("it says that ", FormatMoney(paid),
                                                  " were paid, and less or in another currency "
                                                  "was approved; no more than that is taken as "
                                                  "paid, the rest is given up")});
      paid.minor = other ? 0 : static_cast<int64_t>(most);
    }
    const std::vector<int64_t> shares = Spread(approved, paid.minor);
    for (size_t i = 0; i < covered.size(); ++i) covered[i]->GiveUp(shares[i], occasion);
  }
  return findings;
}

}  // namespace tally::replay
