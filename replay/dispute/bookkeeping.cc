// All moves are collected first and posted in one pass.
#include "replay/dispute/bookkeeping.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tally::replay {
namespace {

// The windows of a claim in the order in which sums are spread over them.
std::vector<const WindowCase*> InOrder(const std::vector<WindowCase*>& windows) {
  std::vector<const WindowCase*> ordered(windows.begin(), windows.end());
  std::sort(ordered.begin(), ordered.end(),
            [](const WindowCase* a, const WindowCase* b) { return a->name < b->name; });
  return ordered;
}

}  // namespace

void Bookkeeping::Run(Journal& journal, std::vector<Finding>& findings) {
  Open(journal);
  Collect(journal, findings);
  std::stable_sort(moves_.begin(), moves_.end(), [](const Move& a, const Move& b) {
    return std::tie(a.at, a.cause) < std::tie(b.at, b.cause);
  });
  for (const Move& move : moves_) {
    move.post();
    // What comes back after the time for claims is over has expired.
    for (const WindowCase* each : move.touched) {
      if (ClaimDue(*each, forum_, move.at) <= move.at) Expire(*each, move.at);
    }
  }
  moves_.clear();
}

void Bookkeeping::Open(Journal& journal) {
  for (const WindowCase& each : cases_) {
    if (!each.evaluated) continue;
    WindowAccount opened(each, acts_.ReleaseOf(each.obligee_party, each.name), journal,
                         !as_if_unruled_);
    WindowAccount& account = accounts_.emplace(&each, std::move(opened)).first->second;
    account.Accrue();
    if (each.closing == nullptr || !IsDueWithoutClaim(each, each.closing->stamp.time)) continue;
    // Before any claim is: what stands by the closing is no claim's to move.
    account.Move(Account::kAccrued, Account::kApproved, std::nullopt,
                 {each.closing->stamp.time, each.closing->stamp.at, "disputes.credits",
                  "due without a claim"});
  }
}

void Bookkeeping::Collect(Journal& journal, std::vector<Finding>& findings) {
  for (const WindowCase& each : cases_) {
    if (each.evaluated) CollectOf(each);
  }
  CollectClaims(journal, findings);
  CollectAwards(findings);
  std::map<const tally::replay::Release*, std::vector<const WindowCase*>> released;
  for (const WindowCase& each : cases_) {
    if (!each.evaluated) continue;
    CollectRepayments(each, findings);
    const auto* release = acts_.ReleaseOf(each.obligee_party, each.name);
    if (release != nullptr) released[release].push_back(&each);
  }
  for (const tally::replay::Release& release : acts_.releases()) {
    const auto found = released.find(&release);
    if (found == released.end()) continue;
    const std::vector<const WindowCase*>& covered = found->second;
    moves_.push_back({release.stamp.time, release.stamp.at,
                      [this, &release, covered, &findings] { Release(release, covered, findings); },
                      covered});
  }
  std::erase_if(moves_, [this](const Move& move) { return until_ < move.at; });
}

void Bookkeeping::CollectOf(const WindowCase& each) {
  for (const Restated& change : each.restated) {
    moves_.push_back({change.stamp.time,
                      change.stamp.at,
                      [this, &each, &change] { accounts_.at(&each).CatchUp(change.stamp.time); },
                      {&each}});
  }
  for (size_t i = 0; !as_if_unruled_ && i < each.ruled_credits.size(); ++i) {
    const CreditRuled& said = each.ruled_credits[i];
    moves_.push_back(
        {said.by.time, said.by.at, [this, &each, &said] { TakeRuling(each, said); }, {&each}});
  }
  for (const Settlement* paid : admission_.DirectSettlements(each)) {
    const ActStamp& stamp = *paid->confirmed;
    moves_.push_back(
        {stamp.time,
         stamp.at,
         [this, &each, paid, &stamp] {
           accounts_.at(&each).Settle(paid->amount, {stamp.time, stamp.at, "", "settled"});
         },
         {&each}});
  }
  if (each.governed.empty() && IsDueWithoutClaim(each)) return;
  // What arises later has a time of its own, and what it finds open has that time too; so have
  // other terms.
  const auto expires = [&](Instant by) {
    moves_.push_back({ClaimDue(each, forum_, by), {}, [] {}, {&each}});
  };
  expires(each.name.window.limit);
  for (const TermsSince& terms : each.governed) expires(terms.since);
  for (const Restated& change : each.restated) {
    expires(change.stamp.time);
  }
}

void Bookkeeping::CollectClaims(Journal& journal, std::vector<Finding>& findings) {
  claims_.reserve(admission_.claims().size());  // moves point to them
  for (const ClaimCase& taken : admission_.claims()) {
    const std::optional<ClaimLife>& life = taken.windows.empty() ? taken.emptied : taken.life;
    if (!life.has_value()) {
      CollectPayments(taken, nullptr, {}, findings);
      continue;
    }
    std::vector<ClaimForm> forms;
    for (const ClaimCase::Form& form : taken.forms) forms.push_back(FormOf(taken, form));
    const std::vector<const WindowCase*> windows = InOrder(taken.windows);
    std::vector<WindowAccount*> accounts;
    for (const WindowCase* window : windows) accounts.push_back(&accounts_.at(window));
    claims_.emplace_back(taken.Settled(), std::move(forms), forum_, std::move(accounts), windows,
                         journal);
    ClaimPosting* posting = &claims_.back();
    posting_of_.emplace(&taken, posting);
    std::vector<const WindowCase*> touched = windows;  // also those that an amendment left out
    for (const ClaimCase::Form& form : taken.forms) {
      touched.insert(touched.end(), form.windows.begin(), form.windows.end());
    }
    Instant at = Instant::Min();
    for (const ClaimStep& step : life->steps) {
      at = std::max(at, step.at);  // the steps of a life stay in their order
      if (IsLeftOut(taken, step)) continue;
      moves_.push_back({at, step.cause.value_or(ledger::EventAddress{}),
                        [this, posting, &step] { TakeStep(*posting, step); }, touched});
    }
    CollectPayments(taken, posting, touched, findings);
  }
}

// What is paid on account moves nothing of a claim that holds nothing, and says so.
void Bookkeeping::CollectPayments(const ClaimCase& taken, ClaimPosting* posting,
                                  const std::vector<const WindowCase*>& touched,
                                  std::vector<Finding>& findings) {
  for (const Settlement& payment : taken.claim->payments) {
    if (!payment.confirmed.has_value()) continue;
    const auto pay = [posting, &payment, &findings] {
      if (posting != nullptr && posting->Pay(payment)) return;
      findings.push_back({.kind = "payment-above-approved",
                          .severity = "error",
                          .objective = "",
                          .at = payment.confirmed->at,
                          .message = absl::StrCat(
                              FormatMoney(payment.amount),
                              " on account are more than was approved of the claim and not paid by "
                              "then; it has no effect")});
    };
    moves_.push_back({payment.confirmed->time, payment.confirmed->at, pay, touched});
  }
}

void Bookkeeping::CollectAwards(std::vector<Finding>& findings) {
  for (const auto& [ruling, payments] : acts_.award_payments()) {
    for (const Settlement& payment : payments) {
      if (!payment.confirmed.has_value()) continue;
      const auto pay = [this, &ruling = ruling, &payment, &findings] {
        std::optional<bool> paid;
        for (ClaimPosting& posting : claims_) {
          if (!paid.has_value()) paid = posting.PayAward(ruling, payment);
        }
        if (paid == true) return;
        findings.push_back(
            {.kind = "payment-above-award",
             .severity = "error",
             .objective = "",
             .at = payment.confirmed->at,
             .message = absl::StrCat(FormatMoney(payment.amount),
                                     " are more than was open by then of what the ruling awards "
                                     "between these two; it has no effect")});
      };
      moves_.push_back({payment.confirmed->time, payment.confirmed->at, pay, {}});
    }
  }
}

void Bookkeeping::CollectRepayments(const WindowCase& each, std::vector<Finding>& findings) {
  const std::vector<Settlement>* all = acts_.Repayments(each.name);
  for (size_t i = 0; all != nullptr && i < all->size(); ++i) {
    const Settlement& payment = (*all)[i];
    if (!payment.confirmed.has_value()) continue;
    const auto pay = [this, &each, &payment, &findings] {
      const WindowAccount::Occasion occasion{payment.confirmed->time, payment.confirmed->at, "",
                                             "paid back"};
      if (accounts_.at(&each).PayBack(payment.amount, occasion)) return;
      findings.push_back({.kind = "repayment-above-debt",
                          .severity = "error",
                          .objective = each.name.objective,
                          .at = payment.confirmed->at,
                          .message = absl::StrCat(FormatMoney(payment.amount),
                                                  " are more than was owed back for the window by "
                                                  "then; it has no effect")});
    };
    moves_.push_back({payment.confirmed->time, payment.confirmed->at, pay, {&each}});
  }
}

std::vector<ClaimPosting::OpenAward> Bookkeeping::OpenAwards(const ClaimCase& taken) const {
  const auto found = posting_of_.find(&taken);
  return found == posting_of_.end() ? std::vector<ClaimPosting::OpenAward>()
                                    : found->second->OpenAwards();
}

bool Bookkeeping::IsLeftOut(const ClaimCase& taken, const ClaimStep& step) const {
  if (but_for_ == nullptr || !step.cause.has_value()) return false;
  const ClaimRuling* ruling = forum_.RulingAt(*step.cause);
  if (ruling == nullptr) return false;
  if (ClaimPosting::AreOne(*ruling, *but_for_)) return true;
  const std::vector<ClaimStep>& steps = taken.life->steps;
  return std::any_of(steps.begin(), steps.end(), [&](const ClaimStep& later) {
    if (!later.cause.has_value() || *later.cause <= *step.cause || until_ < later.at) return false;
    const ClaimRuling* by = forum_.RulingAt(*later.cause);
    if (by == nullptr || !ClaimPosting::Replaces(*by, *ruling)) return false;
    // What the ruling that is asked about corrects took nothing's place.
    return by == but_for_ || !ClaimPosting::AreOne(*by, *but_for_);
  });
}

// What a ruling that replaces another leaves to the claim stands as it would without the ruling:
// the same again up to here, into books that nobody reads.
void Bookkeeping::TakeStep(ClaimPosting& posting, const ClaimStep& step) {
  const ClaimRuling* leaves = but_for_ == nullptr ? posting.LeavesUnruled(step) : nullptr;
  if (leaves != nullptr) {
    Journal journal;
    std::vector<Finding> findings;
    Bookkeeping otherwise(acts_, forum_, admission_, cases_, step.at);
    otherwise.as_if_unruled_ = as_if_unruled_;
    otherwise.but_for_ = leaves;
    otherwise.Run(journal, findings);
    posting.Restore(step, [&](const WindowCase& each) -> const WindowAccount& {
      return otherwise.AccountOf(each);
    });
  }
  posting.Take(step);
}

ClaimForm Bookkeeping::FormOf(const ClaimCase& taken, const ClaimCase::Form& form) {
  ClaimForm said{.at = form.stamp.at, .accounts = {}, .limit = std::nullopt};
  for (const WindowCase* window : InOrder(form.windows)) {
    said.accounts.push_back(&accounts_.at(window));
  }
  const bool comparable =
      form.asked.has_value() && taken.IsInCurrency(*form.asked, form.stamp.time);
  if (taken.sum_limits && comparable) said.limit = form.asked->minor;
  return said;
}

void Bookkeeping::TakeRuling(const WindowCase& each, const CreditRuled& said) {
  WindowAccount& account = accounts_.at(&each);
  if (said.amount.has_value()) {
    return account.TakeRuling(*said.amount, {said.by.time, said.by.at, "", "ruled"});
  }
  // The same again up to here, into books that nobody reads.
  Journal journal;
  std::vector<Finding> findings;
  Bookkeeping otherwise(acts_, forum_, admission_, cases_, said.by.time);
  otherwise.as_if_unruled_ = true;
  otherwise.but_for_ = but_for_;
  otherwise.Run(journal, findings);
  account.Restore(otherwise.AccountOf(each), {said.by.time, said.by.at, "", "ruled no more"});
}

// What a release gives up is reversed, but for the sum that it says was paid: never more than was
// approved, nor in another currency. It is the creditor's word alone: it confirms that what
// somebody else granted was paid, and grants nothing. A finding tells of one that says more.
void Bookkeeping::Release(const tally::replay::Release& release,
                          const std::vector<const WindowCase*>& given_up,
                          std::vector<Finding>& findings) {
  std::vector<WindowAccount*> covered;
  std::vector<int64_t> approved;
  for (const WindowCase* each : given_up) {
    WindowAccount& account = accounts_.at(each);
    account.CatchUp(release.stamp.time);
    const int64_t granted = std::max<int64_t>(account.Standing(Account::kApproved), 0);
    // What is due of it today is not asked: the release was given of what stood then.
    const bool nothing_stands = account.Standing(Account::kNone) == 0;
    if (granted == 0 && nothing_stands) continue;
    covered.push_back(&account);
    approved.push_back(granted);
  }
  if (covered.empty()) return;
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

// What nobody claimed in time. Once both sides settled it what is due beyond that stays open.
void Bookkeeping::Expire(const WindowCase& each, Instant at) {
  if (IsDueWithoutClaim(each, at)) return;
  WindowAccount& account = accounts_.at(&each);
  const Settlement* settled = admission_.DirectSettlement(each);
  const bool by_then = settled != nullptr && settled->confirmed->time <= at;
  if (account.Standing(Account::kSettled) != 0 && by_then) return;
  // No terms let it expire before they counted.
  account.Expire({std::max(ClaimDue(each, forum_, at), each.TermsBy(at).since), std::nullopt,
                  "disputes.claim_within_days", "not claimed in time"});
}

}  // namespace tally::replay
