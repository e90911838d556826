// A switch over the steps of a life; every amount comes out of an account where it stands.
#include "replay/dispute/claim_posting.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/dispute/authority.h"

namespace tally::replay {
namespace {

const RuledCredit* CreditFor(const ClaimRuling& ruling, const WindowName& window) {
  const RuledCredit* credit = nullptr;
  for (const RuledCredit& each : ruling.body.credits) {
    if (each.window == window) credit = &each;
  }
  return credit;
}

// What a ruling decides of a window of the claim.
enum class Treatment : uint8_t { kNothing, kAsClaimed, kCredit };
Treatment TreatmentBy(const ClaimRuling& ruling, const WindowName& window) {
  if (CreditFor(ruling, window) != nullptr) return Treatment::kCredit;
  return ruling.body.partial ? Treatment::kNothing : Treatment::kAsClaimed;
}

}  // namespace

void ClaimPosting::CatchUp() {
  for (WindowAccount* account : accounts_) account->CatchUp(occasion_.at);
  for (WindowAccount* account : claimed_) account->CatchUp(occasion_.at);
}

void ClaimPosting::All(Account from, Account to) {
  for (WindowAccount* account : accounts_) account->Move(from, to, std::nullopt, occasion_);
}

std::vector<int64_t> ClaimPosting::Claimed() const {
  std::vector<int64_t> amounts;
  for (const WindowAccount* account : accounts_) {
    amounts.push_back(account->Standing(Account::kClaimed) + account->Standing(Account::kApproved) +
                      account->Standing(Account::kSettled));
  }
  return amounts;
}

void ClaimPosting::Take(const ClaimStep& step) {
  occasion_ = {.at = step.at,
               .cause = step.cause,
               .clause = step.clause,
               .text = absl::StrCat("claim ", ClaimStateText(step.state, step.level))};
  CatchUp();
  const bool decides = IsDecided(step.state) && step.state != ClaimState::kSettled;
  if (decides) decided_ = step.at;
  if (IsDecided(step.state) || step.state == ClaimState::kWithdrawn) Wait({});
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
      return Withdraw();
    case ClaimState::kSettled:
      return Settle();
    default:
      return;  // what is disputed stays where it is
  }
}

// Windows that end later, or are closed later, are claimed from then on; what an amendment leaves
// out is claimed no more.
void ClaimPosting::Claim(const ClaimForm& form) {
  for (WindowAccount* account : claimed_) {
    const bool stays =
        std::find(form.accounts.begin(), form.accounts.end(), account) != form.accounts.end();
    if (!stays) account->Move(Account::kClaimed, Account::kAccrued, std::nullopt, occasion_);
  }
  claimed_ = form.accounts;
  limited_ = form.limit.has_value();
  Wait(form.limit.has_value() ? std::vector<WindowAccount*>() : form.accounts);
  int64_t left = form.limit.value_or(INT64_MAX);
  const Instant filed = occasion_.at;
  for (WindowAccount* account : form.accounts) {
    occasion_.at = std::max(filed, account->accrued_at());
    account->CatchUp(occasion_.at);
    if (account->NeedsNoClaim(occasion_.at)) continue;
    found_.try_emplace(account, Found{account->Standing(Account::kApproved),
                                      account->Standing(Account::kSettled)});
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

void ClaimPosting::Wait(std::vector<WindowAccount*> accounts) {
  for (WindowAccount* account : waiting_) account->EndClaim();
  waiting_ = std::move(accounts);
  for (WindowAccount* account : waiting_) account->BeginClaim();
}

// What the answer concedes is due at once; no window takes more than was claimed for it.
void ClaimPosting::ApprovePart(const ClaimStep& step) {
  int64_t left = step.approved.has_value() ? step.approved->minor : 0;
  for (WindowAccount* account : accounts_) {
    int64_t part = std::min(left, account->Standing(Account::kClaimed));
    account->Move(Account::kClaimed, Account::kApproved, part, occasion_);
    left -= part;
  }
}

// By an answer that was taken, or by both parties' word at one amount, which holds as it is.
void ClaimPosting::Agree(const ClaimStep& step) {
  if (step.agreed_by_both && step.approved.has_value()) {
    std::vector<int64_t> shares = Spread(Claimed(), step.approved->minor);
    for (size_t i = 0; i < accounts_.size(); ++i) accounts_[i]->Approve(shares[i], occasion_);
  }
  All(Account::kClaimed, Account::kReversed);
  for (WindowAccount* account : accounts_) account->Decide(occasion_);
}

void ClaimPosting::Rule(const ClaimStep& step) {
  const ClaimRuling* ruling = step.cause.has_value() ? forum_.RulingAt(*step.cause) : nullptr;
  if (ruling == nullptr) return;
  ruled_.push_back(ruling);
  for (size_t i = 0; i < accounts_.size(); ++i) {
    const RuledCredit* credit = CreditFor(*ruling, windows_[i]->name);
    if (credit != nullptr) {
      accounts_[i]->Replace(credit->amount, occasion_);
    } else if (!ruling->body.partial) {
      accounts_[i]->Uphold(occasion_);
    }
  }
  TakeBack(*ruling);
  for (const tally::Award& award : ruling->body.awards) Award(*ruling, award);
}

bool ClaimPosting::AreOne(const ClaimRuling& a, const ClaimRuling& b) {
  const auto first = [](const ClaimRuling& each) {
    return each.corrects.IsZero() ? each.digest : each.corrects;
  };
  return first(a) == first(b);
}

bool ClaimPosting::IsLeft(const ClaimRuling& by, const WindowCase& window) const {
  const auto before = std::find_if(ruled_.rbegin(), ruled_.rend(),
                                   [&by](const ClaimRuling* each) { return Replaces(by, *each); });
  if (before == ruled_.rend()) return false;
  const Treatment was = TreatmentBy(**before, window.name), is = TreatmentBy(by, window.name);
  return is != Treatment::kCredit && was != Treatment::kNothing && was != is;
}

const ClaimRuling* ClaimPosting::LeavesUnruled(const ClaimStep& step) const {
  const bool rules = step.state == ClaimState::kRuled || step.state == ClaimState::kRuledInPart;
  const ClaimRuling* by = rules && step.cause ? forum_.RulingAt(*step.cause) : nullptr;
  const bool leaves =
      by != nullptr && std::any_of(windows_.begin(), windows_.end(),
                                   [&](const WindowCase* each) { return IsLeft(*by, *each); });
  return leaves ? by : nullptr;
}

void ClaimPosting::Restore(const ClaimStep& step, const AccountOf& otherwise) {
  const ClaimRuling* by = LeavesUnruled(step);
  if (by == nullptr) return;
  const WindowAccount::Occasion occasion{
      step.at, step.cause, step.clause,
      by->corrects.IsZero() ? "claim ruled anew" : "claim ruled no more"};
  for (size_t i = 0; i < accounts_.size(); ++i) {
    if (!IsLeft(*by, *windows_[i])) continue;
    const WindowAccount& stands = otherwise(*windows_[i]);
    if (!accounts_[i]->StandsAs(stands)) accounts_[i]->Restore(stands, occasion);
  }
}

// What the ruling that it replaces awarded is awarded no more. Other partial awards stand.
void ClaimPosting::TakeBack(const ClaimRuling& by) {
  for (Awarded& each : awarded_) {
    if (each.taken_back || !Replaces(by, *each.ruling)) continue;
    each.taken_back = true;
    each.open -= each.entry.amount.minor;
    Entry back = each.entry;
    back.at = occasion_.at;
    back.cause = occasion_.cause;
    back.text = absl::StrCat("taken back: ", each.entry.text);
    std::swap(back.from, back.to);
    back.reverses = each.number;
    journal_.Enter(std::move(back));
  }
}

bool ClaimPosting::Replaces(const ClaimRuling& by, const ClaimRuling& earlier) {
  if (by.corrects.IsZero()) return !by.body.partial && !earlier.body.partial;
  return AreOne(by, earlier);
}

// Awards are owed by the side that holds the role that they name to the other side.
void ClaimPosting::Award(const ClaimRuling& ruling, const tally::Award& award) {
  const WindowCase& first = *windows_.front();
  const StreamId* party =
      first.version == nullptr ? nullptr : first.version->PartyOfRole(award.debtor);
  if (party == nullptr) return;  // a finding says so (claim_admission.h)
  const StreamId* other = nullptr;
  for (const Objective& each : first.version->terms->objectives) {
    if (each.id == first.name.objective) other = OtherSideOf(*first.version, each, *party);
  }
  if (other == nullptr) return;
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
  // What was paid of the award whose place it takes was paid of this one.
  int64_t open = award.amount.minor;
  for (Awarded& each : awarded_) {
    const bool replaced = each.open < 0 && AreOne(*each.ruling, ruling) && each.debtor == *party &&
                          each.creditor == *other &&
                          each.entry.amount.currency == award.amount.currency;
    if (replaced) open += std::exchange(each.open, 0);
  }
  awarded_.push_back({.ruling = &ruling,
                      .entry = entry,
                      .creditor = *other,
                      .debtor = *party,
                      .open = open,
                      .number = journal_.Enter(entry)});
}

int64_t ClaimPosting::PayAwards(const std::function<bool(const Awarded&)>& pick, int64_t minor) {
  for (Awarded& each : awarded_) {
    if (!pick(each)) continue;
    const int64_t part = minor > 0 ? std::clamp<int64_t>(each.open, 0, minor)
                                   : std::clamp<int64_t>(each.open, minor, 0);
    if (part == 0) continue;
    Entry paid = each.entry;
    paid.at = occasion_.at;
    paid.cause = occasion_.cause;
    paid.clause = occasion_.clause;
    paid.text = absl::StrCat(part > 0 ? "paid: " : "paid back: ", each.entry.text);
    paid.from = Account::kApproved;
    paid.to = Account::kSettled;
    paid.amount.minor = part;
    journal_.Enter(std::move(paid));
    each.open -= part;
    minor -= part;
  }
  return minor;
}

std::optional<bool> ClaimPosting::PayAward(const Hash& ruling, const Settlement& payment) {
  const auto ruled = std::find_if(ruled_.begin(), ruled_.end(),
                                  [&ruling](const auto* each) { return each->digest == ruling; });
  if (ruled == ruled_.end()) return std::nullopt;
  occasion_ = {
      .at = payment.confirmed->time, .cause = payment.confirmed->at, .clause = "", .text = ""};
  const StreamId &by = payment.proposed.author, &to = payment.confirmed->author;
  const auto of = [&](const Awarded& each, const StreamId& debtor, const StreamId& creditor) {
    return AreOne(*each.ruling, **ruled) && each.debtor == debtor && each.creditor == creditor &&
           each.entry.amount.currency == payment.amount.currency;
  };
  const auto owed = [&](const Awarded& each) { return each.open > 0 && of(each, by, to); };
  const auto back = [&](const Awarded& each) { return each.open < 0 && of(each, to, by); };
  Wide sum_owed = 0, sum_back = 0;
  for (const Awarded& each : awarded_) {
    if (owed(each)) sum_owed += each.open;
    if (back(each)) sum_back -= each.open;
  }
  const Wide minor{payment.amount.minor};
  if (minor == 0 || (minor > sum_owed && minor > sum_back)) return false;
  minor <= sum_owed ? PayAwards(owed, payment.amount.minor)
                    : PayAwards(back, -payment.amount.minor);
  return true;
}

std::vector<ClaimPosting::OpenAward> ClaimPosting::OpenAwards() const {
  std::vector<OpenAward> open;
  for (const Awarded& each : awarded_) {
    if (each.open == 0) continue;
    open.push_back({each.ruling,
                    each.entry.creditor,
                    each.entry.debtor,
                    {.minor = each.open, .currency = each.entry.amount.currency}});
  }
  return open;
}

// Rules over windows made it due after the claim was decided.
int64_t ClaimPosting::ArisenSince(const WindowAccount& account) const {
  const bool counts = decided_.has_value() && !account.NeedsNoClaim(occasion_.at);
  return counts ? account.ArisenSince(*decided_) : 0;
}

// An earlier claim brought it, and it is not paid yet. There is one only where more arose.
int64_t ClaimPosting::ApprovedBefore(const WindowAccount& account) const {
  const auto found = found_.find(&account);
  if (found == found_.end() || account.ArisenSince(Instant::Min()) == 0) return 0;
  const int64_t paid = account.Standing(Account::kSettled) - found->second.settled;
  return std::clamp<int64_t>(found->second.approved - paid, 0,
                             std::max<int64_t>(account.Standing(Account::kApproved), 0));
}

// A sum up to what the claim was decided at is about that, and says nothing of what stands beside
// it; a higher one is about all that is open, and beyond that about what was awarded to the
// claimant.
void ClaimPosting::Settle() {
  if (settlement_ == nullptr) return;
  std::vector<int64_t> open, own, beside;
  Wide decided = 0;
  for (size_t i = 0; i < accounts_.size(); ++i) {
    open.push_back(accounts_[i]->Open());
    // What a claim with a limit left unclaimed stays so.
    const int64_t unclaimed =
        limited_ ? std::max<int64_t>(accounts_[i]->Standing(Account::kAccrued), 0) : 0;
    const int64_t others =
        std::max(ArisenSince(*accounts_[i]), unclaimed) + ApprovedBefore(*accounts_[i]);
    beside.push_back(std::clamp<int64_t>(others, 0, std::max<int64_t>(open[i], 0)));
    own.push_back(open[i] - beside[i]);
    decided += own[i];
  }
  int64_t left = settlement_->amount.minor;
  const bool all = Wide{left} > decided;
  if (Wide{left} > std::accumulate(open.begin(), open.end(), Wide{0})) {
    const auto sum = static_cast<int64_t>(std::accumulate(open.begin(), open.end(), Wide{0}));
    left = sum + PayAwards(
                     [&](const Awarded& each) {
                       return each.open > 0 && each.creditor == windows_.front()->obligee_party &&
                              each.entry.amount.currency == settlement_->amount.currency;
                     },
                     left - sum);
  }
  const std::vector<int64_t> shares = Spread(all ? open : own, left);
  for (size_t i = 0; i < accounts_.size(); ++i) {
    accounts_[i]->Settle({.minor = shares[i], .currency = settlement_->amount.currency}, occasion_,
                         all ? 0 : beside[i]);
  }
}

bool ClaimPosting::Pay(const Settlement& payment) {
  occasion_ = {.at = payment.confirmed->time,
               .cause = payment.confirmed->at,
               .clause = "",
               .text = "paid on account"};
  CatchUp();
  Wide all = 0;
  std::vector<int64_t> approved;
  for (const WindowAccount* account : accounts_) {
    const bool same = account->IsIn(payment.amount.currency);
    approved.push_back(same ? std::max<int64_t>(account->Standing(Account::kApproved), 0) : 0);
    all += approved.back();
  }
  if (Wide{payment.amount.minor} > all) return false;
  const std::vector<int64_t> shares = Spread(approved, payment.amount.minor);
  for (size_t i = 0; i < accounts_.size(); ++i) {
    accounts_[i]->Move(Account::kApproved, Account::kSettled, shares[i], occasion_);
  }
  return true;
}

// Once it was decided, what is claimed is another claim's; so is of what is approved what an
// earlier one brought, and what arose since and stands nowhere else.
void ClaimPosting::Withdraw() {
  if (!decided_.has_value()) All(Account::kClaimed, Account::kAccrued);
  for (WindowAccount* account : accounts_) {
    const int64_t elsewhere = account->Open() - account->Standing(Account::kApproved);
    const int64_t arisen = std::max<int64_t>(ArisenSince(*account) - elsewhere, 0);
    account->Withdraw(occasion_, ApprovedBefore(*account) + arisen);
  }
}

}  // namespace tally::replay
