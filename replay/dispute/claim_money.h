// What the lives of windows and claims do to the books of one window: one posting for each step,
// with its cause. Which step comes when is bookkeeping.h; those of claims are claim_posting.h.
//
//   a window ends breached   -> accrued            a ruling or amendment changes it -> taken back,
//   a claim takes effect     -> claimed               and entered anew
//   answered, agreed, deemed -> approved           paid -> settled
//   not asked for in time    -> expired            given up, or not granted -> reversed
//
// A credit that needs no claim is approved by the closing. A claim beside it asks for more and
// moves nothing of it; only both sides' word or an authority's takes anything away.
//
// A closed credit that changes is corrected at the time of the act that changed it, wherever it
// stands by then: what was posted is taken back by an entry that names it, and the new amount is
// entered. What was paid stays paid: the difference is owed, or owed back.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "replay/dispute/journal.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

// The account of one window: how much of its credit stands where.
class WindowAccount {
 public:
  // All outlive this. `journal` takes what is posted; `release` gives the window up, nullptr: none.
  // `heeds_rulings`: what rulings beside claims say of the credit is entered, too.
  WindowAccount(const WindowCase& window, const Release* release, Journal& journal,
                bool heeds_rulings = true)
      : window_(window), release_(release), journal_(journal), heeds_rulings_(heeds_rulings) {}

  struct Occasion {
    Instant at;
    std::optional<ledger::EventAddress> cause;
    std::string clause, text;
  };
  // The credit enters the books: as closed, if it is closed.
  void Accrue();
  // Corrections that came up to `time`; every move does so itself first.
  void CatchUp(Instant time);
  // Moves at most `minor` from one account to another; for `nullopt` all that stands there, also
  // what is owed back.
  void Move(Account from, Account to, std::optional<int64_t> minor, const Occasion& occasion);
  // What is approved or was paid becomes `minor`, out of what is claimed and, beyond that, from
  // outside.
  void Approve(int64_t minor, const Occasion& occasion);
  // All that is claimed is approved by a ruling.
  void Uphold(const Occasion& occasion);
  // The whole credit is taken back, and `amount` stands approved in its place, by a ruling.
  void Replace(const Money& amount, const Occasion& occasion);
  // The same by a ruling beside claims: no claim that is withdrawn takes anything of it away.
  void TakeRuling(const Money& amount, const Occasion& occasion);
  // `settled` is paid, out of what stands; what is left of the credit is reversed, but for `keep`,
  // of which nothing was said.
  void Settle(const Money& settled, const Occasion& occasion, int64_t keep = 0);

  // The creditor pays back of what is owed back; false, and nothing moves, where that is less or in
  // another currency.
  bool PayBack(const Money& amount, const Occasion& occasion);

  // All that is open is given up, but for what is `paid` of the approved part. What the creditor
  // owes back he does not give up.
  void GiveUp(int64_t paid, const Occasion& occasion);
  // What a claim brought goes with it: all of it, or what stands above a credit that needs none.
  // Where a release is what ends it, that gives up what was approved, or says that it was paid.
  // `keep` of that was not by the claim.
  void Withdraw(const Occasion& occasion, int64_t keep = 0);
  // A claim without a limit waits for a decision on the window: what arises meanwhile is claimed.
  void BeginClaim() { ++claims_; }
  void EndClaim() { --claims_; }
  // Nobody claimed the credit in time. What is owed back does not end so.
  void Expire(const Occasion& occasion);

  // What was ruled of the credit is ruled no more: it stands as it does in `otherwise`, an account
  // of the same window to which that was never ruled. What was paid stays paid.
  void Restore(const WindowAccount& otherwise, const Occasion& occasion);
  // The same sums stand in the same accounts.
  bool StandsAs(const WindowAccount& other) const;

  int64_t Standing(Account account) const {
    auto found = stands_.find(account);
    return found == stands_.end() ? 0 : found->second;
  }
  // What is owed by a decision or was paid; nullopt where nothing ever stood here.
  std::optional<Money> Granted() const {
    if (!currency_.has_value()) return std::nullopt;
    return Money{.minor = Standing(Account::kApproved) + Standing(Account::kSettled),
                 .currency = *currency_};
  }
  // What was not paid yet, wherever it stands, but for what was given up.
  int64_t Open() const;
  // What rules over windows made due after that time, and no act about the window changed since.
  int64_t ArisenSince(Instant time) const;
  Instant accrued_at() const { return accrued_at_; }
  bool IsIn(const Currency& currency) const { return currency_ == currency; }
  bool NeedsNoClaim(Instant by) const { return IsDueWithoutClaim(window_, by); }
  // Both sides or an authority said what is due: silence moves nothing of it since then.
  void Decide(const Occasion& by) {
    CatchUp(by.at);
    decided_ = by;
  }
  // Changes that silence, or late evidence, made after that, and what they found decided: they
  // moved nothing.
  struct Overtaken {
    ledger::EventAddress at;
    std::string decided;
    bool by_evidence = false;
  };
  const std::vector<Overtaken>& overtaken() const { return overtaken_; }

 private:
  void Enter(Account from, Account to, int64_t minor, const Occasion& occasion);
  void Correct(const Restated& change, int64_t amount, const std::optional<Currency>& in);
  // What was due until that change of the window, and in what; behind the last, what is due.
  int64_t AmountBefore(size_t change) const;
  std::optional<Currency> CurrencyBefore(size_t change) const;
  // From now on the account is of another currency. What stands in the old one stays so.
  void TurnTo(const std::optional<Currency>& currency);
  // Terms that ask for no claim came to reach back to it.
  void GoWithoutClaim(const Restated& change);
  // What is due after all changes that were caught up with.
  int64_t DueByNow() const;
  // Where more that is due stands first.
  Account OpenAccount(Instant by) const;
  // More is due beside what was decided, given up or left to expire.
  void Arise(const Restated& change, int64_t more);
  // Posts what rules over windows made more or less of it.
  void Adjust(const Restated& change, int64_t more);
  bool IsRuledBy(const ledger::EventAddress& act) const;

  const WindowCase& window_;
  const Release* release_;
  Journal& journal_;
  bool heeds_rulings_;
  std::map<Account, int64_t> stands_;
  std::optional<Currency> currency_;
  std::optional<size_t> accrual_;  // the posting that a correction takes back
  size_t corrected_ = 0;           // of the window's changes
  Instant accrued_at_;
  Instant moved_at_ = Instant::Min();                // of the newest posting
  std::vector<std::pair<Instant, int64_t>> arisen_;  // by rules over windows, in order of time
  int claims_ = 0;                                   // that wait for a decision
  bool ruled_ = false;                               // beside claims
  std::optional<Occasion> decided_;                  // by both sides, or by an authority
  std::optional<int64_t> upheld_;                    // what stood when silence moved nothing
  std::vector<Overtaken> overtaken_;
};

// Spreads `amount` over windows in their order, each up to what `due` says of it; the last takes
// what is left. Returns one share a window.
std::vector<int64_t> Spread(const std::vector<int64_t>& due, int64_t amount);

}  // namespace tally::replay
