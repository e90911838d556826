// Each window of a claim by a flat ladder of checks; the first that fails names the finding.
#include "replay/dispute/claim_admission.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/authority.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/moved_time.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// What one side spoke of became something else before the other side said the same.
bool ChangedBetween(const WindowCase& window, Instant begun, Instant done, bool also_by_silence) {
  const auto between = [&](Instant time) { return begun < time && time <= done; };
  for (const CreditRuled& each : window.ruled_credits) {
    if (between(each.by.time)) return true;
  }
  return std::any_of(window.restated.begin(), window.restated.end(), [&](const Restated& change) {
    const bool silent = also_by_silence && between(change.stamp.time);
    return change.moves && (silent || between(change.SpokenAt()));
  });
}

// What was overtaken stays so, whatever changes the window later.
bool IsOvertaken(const WindowCase& window, const ActStamp& begun, const ActStamp& done) {
  return window.overtaken.count(done.at) > 0 || ChangedBetween(window, begun.time, done.time, true);
}
bool IsOvertaken(const Settlement& settlement, const WindowCase& window) {
  return IsOvertaken(window, settlement.proposed, *settlement.confirmed);
}

// A settlement ends a window until something decided later, and by then, opens it again.
bool EndsWindow(const Settlement& settlement, const WindowCase& window, const ActStamp& by) {
  const std::optional<ActStamp>& confirmed = settlement.confirmed;
  if (!confirmed.has_value() || by.at < confirmed->at) return false;
  if (IsOvertaken(settlement, window)) return false;
  return !window.reopened || !ChangedBetween(window, confirmed->time, by.time, false);
}

}  // namespace

ClaimAdmission::ClaimAdmission(const DisputeFold& acts, const ForumFold& forum,
                               std::vector<WindowCase>& cases, ClaimsAsked asked,
                               const WeighingInstants& instants)
    : acts_(acts), forum_(forum), cases_(cases), asked_(asked), instants_(instants) {
  for (WindowCase& each : cases_) {
    bool fresh = by_name_.emplace(each.name, &each).second;
    TALLY_CHECK(fresh);
  }
}

void ClaimAdmission::Find(absl::string_view kind, const std::string& objective,
                          const ledger::EventAddress& at, std::string message) {
  findings_.push_back({.kind = std::string(kind),
                       .severity = "error",
                       .objective = objective,
                       .at = at,
                       .message = std::move(message)});
}

absl::Status ClaimAdmission::Run() {
  struct Act {
    const Claim* claim = nullptr;
    const ClaimAmendment* amendment = nullptr;  // nullptr: the filing
    const ActStamp& stamp() const { return amendment != nullptr ? amendment->stamp : claim->stamp; }
  };
  std::vector<Act> acts;
  for (const Claim& claim : acts_.claims()) {
    acts.push_back({&claim, nullptr});
    for (const ClaimAmendment& each : forum_.AmendmentsOf(claim)) acts.push_back({&claim, &each});
  }
  std::sort(acts.begin(), acts.end(),
            [](const Act& a, const Act& b) { return a.stamp().at < b.stamp().at; });
  claims_.reserve(acts_.claims().size());
  for (const Act& act : acts) {
    if (act.amendment == nullptr) {
      File(*act.claim);
      TALLY_RETURN_IF_ERROR(Hold(claims_.back(), act.claim->body.windows, act.claim->stamp));
      Keep(claims_.back(), act.claim->stamp);
      continue;
    }
    for (ClaimCase& taken : claims_) {
      if (taken.claim == act.claim) TALLY_RETURN_IF_ERROR(Amend(taken, *act.amendment));
    }
  }
  // Claims for windows that nobody asked about are left to the replay that asks for them.
  std::erase_if(claims_, [this](const ClaimCase& taken) {
    if (asked_ == ClaimsAsked::kAll || !taken.windows.empty()) return false;
    const std::vector<WindowName>& windows = taken.claim->body.windows;
    return std::none_of(windows.begin(), windows.end(),
                        [this](const WindowName& name) { return by_name_.count(name) > 0; });
  });
  for (ClaimCase& taken : claims_) {
    if (taken.windows.empty()) continue;
    TALLY_ASSIGN_OR_RETURN(taken.life, LifeOf(taken, nullptr));
    TALLY_ASSIGN_OR_RETURN(const ClaimRules rules, RulesFor(taken));
    taken.sum_limits = rules.within_sum_claimed;
    taken.limited = rules.within_sum_claimed && taken.asked.has_value() &&
                    taken.IsInCurrency(*taken.asked, taken.Filed().time);
  }
  return FindDirect();
}

void ClaimAdmission::File(const Claim& claim) {
  ClaimCase taken;
  taken.claim = &claim;
  taken.asked = claim.body.amount;
  claims_.push_back(std::move(taken));
}

absl::Status ClaimAdmission::Amend(ClaimCase& taken, const ClaimAmendment& amendment) {
  const std::optional<ActStamp>& withdrawn = taken.claim->withdrawn;
  const bool gone = withdrawn.has_value() && withdrawn->at < amendment.stamp.at;
  std::string was = gone ? "withdrawn" : "";
  if (!taken.windows.empty()) {
    TALLY_ASSIGN_OR_RETURN(const ClaimLife life, LifeOf(taken, &amendment.stamp));
    was = AwaitsAnswer(life.state) ? "" : ClaimStateText(life.state, life.level);
  }
  if (!was.empty()) {
    if (asked_ == ClaimsAsked::kOfTheCases && taken.windows.empty()) return absl::OkStatus();
    Find("amendment-out-of-state", taken.claim->body.windows.front().objective, amendment.stamp.at,
         absl::StrCat("a claim is amended while it waits for an answer; this one was ", was,
                      "; it has no effect"));
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const bool late, RaisesTooLate(taken, amendment));
  if (late) {
    Find("claim-late", taken.windows.front()->name.objective, amendment.stamp.at,
         "the sum claimed is raised after the time for claims; the sum of before stands");
  } else {
    taken.asked = amendment.body.amount;
  }
  ClaimCase before = taken;
  if (!amendment.body.windows.empty()) {
    TALLY_RETURN_IF_ERROR(Hold(taken, amendment.body.windows, amendment.stamp));
  }
  Keep(taken, amendment.stamp);
  if (!taken.windows.empty() || before.windows.empty()) return absl::OkStatus();
  // What it held is held no more, and was until now.
  before.forms = taken.forms;
  ActStamp after = amendment.stamp;
  ++after.at.offset;
  TALLY_ASSIGN_OR_RETURN(taken.emptied, LifeOf(before, &after));
  return absl::OkStatus();
}

// What was not claimed in time has expired: where the sum claimed limits what is due, a later
// amendment does not bring it back.
absl::StatusOr<bool> ClaimAdmission::RaisesTooLate(const ClaimCase& taken,
                                                   const ClaimAmendment& amendment) const {
  if (taken.windows.empty() || !taken.asked.has_value()) return false;
  TALLY_ASSIGN_OR_RETURN(const ClaimRules rules, RulesFor(taken));
  const std::optional<Money>& asked = amendment.body.amount;
  const bool raises =
      !asked.has_value() || asked->currency != taken.asked->currency || *taken.asked < *asked;
  if (!rules.within_sum_claimed || !rules.on_claim || !raises) return false;
  return std::any_of(taken.windows.begin(), taken.windows.end(), [&](const WindowCase* window) {
    return amendment.stamp.time >= ClaimDue(*window, forum_, amendment.stamp.time);
  });
}

void ClaimAdmission::Keep(ClaimCase& taken, const ActStamp& stamp) {
  taken.forms.push_back({stamp, taken.windows, taken.asked});
}

// From now on the claim is for `windows`: those that it holds already, and what of the others it
// reaches by this stamp.
absl::Status ClaimAdmission::Hold(ClaimCase& taken, const std::vector<WindowName>& windows,
                                  const ActStamp& stamp) {
  const bool asked = asked_ == ClaimsAsked::kAll ||
                     std::any_of(windows.begin(), windows.end(), [this](const WindowName& name) {
                       return by_name_.count(name) > 0;
                     });
  std::vector<WindowCase*> held;
  for (const WindowName& name : windows) {
    auto found = by_name_.find(name);
    const bool already = found != by_name_.end() && taken.HoldsWindow(*found->second);
    if (!already) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<Refusal> refusal, RefusalOf(taken, name, stamp));
      if (refusal.has_value()) {
        if (refusal->kind == "claim-late") late_.insert(name);
        if (!asked) continue;
        Find(
            refusal->kind, name.objective, stamp.at,
            absl::StrCat("claim for ", TextOf(name), ": ", refusal->message, "; it has no effect"));
        continue;
      }
    }
    if (std::find(held.begin(), held.end(), found->second) == held.end()) {
      held.push_back(found->second);
    } else {
      Find("claim-repeated", name.objective, stamp.at,
           absl::StrCat("claim for ", TextOf(name), ": it names it twice"));
    }
  }
  taken.windows = std::move(held);
  taken.named = windows;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ClaimAdmission::Refusal>> ClaimAdmission::RefusalOf(
    const ClaimCase& taken, const WindowName& name, const ActStamp& stamp) {
  const auto refuse = [](absl::string_view kind, std::string message) {
    return std::optional<Refusal>(Refusal{kind, std::move(message)});
  };
  const Claim& claim = *taken.claim;
  auto found = by_name_.find(name);
  if (found == by_name_.end() || !found->second->evaluated) {
    const std::string* gone = acts_.WhyGone(name);
    return gone != nullptr ? refuse("claim-window-gone", *gone)
                           : refuse("claim-unknown-window", "the terms have no such window");
  }
  const WindowCase& each = *found->second;
  if (each.obligee_party != claim.stamp.author) {
    return refuse("claim-by-non-obligee", "it is owed to another party");
  }
  const StreamId* obligor = ObligorOf(each);
  if (obligor != nullptr && *obligor != claim.obligor) {
    return refuse("claim-other-obligor",
                  "another party owes it than the first window; it needs a claim of its own");
  }
  auto first = by_name_.find(claim.body.windows.front());
  const WindowCase* with = !taken.windows.empty() ? taken.windows.front()
                           : first != by_name_.end() && first->second->evaluated ? first->second
                                                                                 : nullptr;
  if (with != nullptr && !ArePricedAlike(*with, each, stamp.time)) {
    return refuse("claim-other-currency",
                  "its credit is in another currency than that of the first window; it needs a "
                  "claim of its own");
  }
  if (with != nullptr && !AreJudgedAlike(*with, each, stamp.time)) {
    return refuse("claim-other-rules",
                  "its deadlines, levels or authorities are others than those of the first window; "
                  "it needs a claim of its own");
  }
  if (stamp.time < name.window.first) {
    return refuse("claim-before-window", "it was filed before the window began");
  }
  const Instant due = ClaimDue(each, forum_, stamp.time);
  // The first settlement that both stated heals a late filing, a later one no other late claim.
  const bool late = !IsDueWithoutClaim(each, stamp.time) && stamp.time >= due;
  if (late && !IsHealed(claim, name)) {
    return refuse("claim-late", absl::StrCat("filed ", FormatInstant(stamp.time),
                                             ", admissible before ", FormatInstant(due)));
  }
  const Release* release = acts_.ReleaseOf(claim.stamp.author, name);
  if (release != nullptr && release->stamp.at < stamp.at) {
    return refuse("claim-released",
                  absl::StrCat("it was released ", FormatInstant(release->stamp.time)));
  }
  TALLY_ASSIGN_OR_RETURN(const bool stood, Stood(each, stamp, &taken));
  if (stood) return refuse("claim-repeated", "an earlier claim stands for it");
  const std::vector<Settlement>* direct = acts_.DirectSettlements(name);
  for (size_t i = 0; direct != nullptr && i < direct->size(); ++i) {
    const Settlement& settlement = (*direct)[i];
    if (!EndsWindow(settlement, each, stamp)) continue;
    TALLY_ASSIGN_OR_RETURN(const bool beside, IsBesideClaim(each, settlement));
    if (beside) continue;
    return refuse("claim-settled",
                  absl::StrCat("it was settled ", FormatInstant(settlement.confirmed->time)));
  }
  return std::optional<Refusal>();
}

bool ClaimAdmission::IsHealed(const Claim& claim, const WindowName& name) const {
  const Settlement* settled = claim.Settled();
  return settled != nullptr &&
         std::none_of(acts_.claims().begin(), acts_.claims().end(), [&](const Claim& other) {
           const Settlement* first = other.Settled();
           const std::vector<WindowName>& named = other.body.windows;
           return first != nullptr && first->confirmed->at < settled->confirmed->at &&
                  std::find(named.begin(), named.end(), name) != named.end();
         });
}

absl::StatusOr<bool> ClaimAdmission::Stood(const WindowCase& window, const ActStamp& stamp,
                                           const ClaimCase* but) {
  for (ClaimCase& other : claims_) {
    // Nothing brings a withdrawn claim back.
    const bool gone = other.gone_by.has_value() && *other.gone_by <= stamp.at;
    const bool before = other.Filed().at < stamp.at;
    if (gone || &other == but || !before || !other.HoldsWindow(window)) continue;
    TALLY_ASSIGN_OR_RETURN(const ClaimLife life, LifeOf(other, &stamp));
    const Instant settled = life.steps.back().at;
    const bool more = life.state == ClaimState::kSettled;
    const bool arose = window.RaisedBetween(settled, stamp.time, false);
    if (more && (arose || ChangedBetween(window, settled, stamp.time, false))) continue;
    // A decision is no word on what arises beside it. What was accepted as computed follows the
    // figure: beside it only rules over windows make something arise.
    const bool beside = but != nullptr && IsDecided(life.state);
    if (beside && window.RaisedBetween(settled, stamp.time, IsAccepted(life.state))) continue;
    if (life.state != ClaimState::kWithdrawn) return true;
    other.gone_by = stamp.at;
  }
  return false;
}

absl::StatusOr<bool> ClaimAdmission::IsBesideClaim(const WindowCase& window,
                                                   const Settlement& settlement) {
  return IsDueWithoutClaim(window, settlement.confirmed->time)
             ? absl::StatusOr<bool>(false)
             : Stood(window, *settlement.confirmed, nullptr);
}

bool ClaimAdmission::Held(const WindowCase& window) const {
  return std::any_of(claims_.begin(), claims_.end(), [&](const ClaimCase& taken) {
    return taken.HoldsWindow(window) && !taken.Is(ClaimState::kWithdrawn);
  });
}

absl::Status ClaimAdmission::FindDirect() {
  for (const WindowCase& each : cases_) {
    const std::vector<Settlement>* all = acts_.DirectSettlements(each.name);
    std::map<ledger::EventAddress, const Settlement*> stated;  // by both, the earliest first
    for (size_t i = 0; all != nullptr && i < all->size(); ++i) {
      if ((*all)[i].confirmed.has_value()) stated.emplace((*all)[i].confirmed->at, &(*all)[i]);
    }
    for (const auto& [at, one] : stated) TALLY_RETURN_IF_ERROR(TakeDirect(each, *one));
  }
  return absl::OkStatus();
}

absl::Status ClaimAdmission::TakeDirect(const WindowCase& window, const Settlement& settlement) {
  const std::string& objective = window.name.objective;
  const ledger::EventAddress& at = settlement.confirmed->at;
  const Settlement* paid = DirectSettlement(window);
  const bool meant_so = paid == nullptr || paid->confirmed->at < settlement.proposed.at;
  const bool later = paid != nullptr && meant_so &&
                     window.RaisedBetween(direct_.at(&window).back()->confirmed->time,
                                          settlement.confirmed->time, false);
  if ((paid == nullptr || later) && IsOvertaken(settlement, window)) {
    Find("settlement-stale", objective, at,
         absl::StrCat(TextOf(window.name),
                      " was changed since it was proposed; it counts once it is proposed again"));
    return absl::OkStatus();
  }
  if (later) {  // what became due since it was paid is paid by another
    direct_.at(&window).push_back(&settlement);
    return absl::OkStatus();
  }
  bool beside = false;
  if (paid == nullptr) {
    TALLY_ASSIGN_OR_RETURN(beside, IsBesideClaim(window, settlement));
  }
  const bool owes = window.OwedBy(settlement.confirmed->time);
  const bool of_sums = meant_so && (paid != nullptr || beside || !owes);
  if (of_sums && sums_.Take(window, settlement, findings_)) return absl::OkStatus();
  if (paid != nullptr) {
    findings_.push_back({"settled-already", "note", objective, at, "it changes nothing"});
  } else if (beside) {
    Find("settlement-beside-claim", objective, at,
         absl::StrCat("a claim stands for ", TextOf(window.name),
                      ": it is settled in answer to the claim; this has no effect"));
  } else {
    direct_[&window].push_back(&settlement);
    if (!owes && settlement.amount.minor != 0) {
      findings_.push_back({"settlement-other-amount", "note", objective, at,
                           absl::StrCat("settled at ", FormatMoney(settlement.amount),
                                        ", and nothing was owed; both parties stated it")});
    }
  }
  return absl::OkStatus();
}

const Settlement* ClaimAdmission::DirectSettlement(const WindowCase& window) const {
  auto found = direct_.find(&window);
  return found == direct_.end() ? nullptr : found->second.front();
}

std::vector<const Settlement*> ClaimAdmission::DirectSettlements(const WindowCase& window) const {
  auto found = direct_.find(&window);
  return found == direct_.end() ? std::vector<const Settlement*>() : found->second;
}

// When it takes effect: at its filing or the last closing of its windows; nullopt while it is
// premature.
std::optional<Instant> ClaimAdmission::BeginsAt(const std::vector<WindowCase*>& windows,
                                                const ActStamp& filed) {
  Instant begins = filed.time;
  for (const WindowCase* window : windows) {
    if (window->closing == nullptr) return std::nullopt;
    begins = std::max(begins, window->closing->stamp.time);
  }
  return begins;
}

// A release of all windows of a claim withdraws it.
void ClaimAdmission::GiveUp(const ClaimCase& taken, std::vector<ClaimAct>& acts) const {
  const ActStamp* last = nullptr;
  for (const WindowCase* window : taken.windows) {
    const Release* release = acts_.ReleaseOf(taken.claim->stamp.author, window->name);
    if (release == nullptr) return;
    if (last == nullptr || last->at < release->stamp.at) last = &release->stamp;
  }
  if (last == nullptr) return;
  ClaimAct act;
  act.kind = ClaimActKind::kWithdrawn;
  act.stamp = *last;
  acts.push_back(std::move(act));
}

void ClaimAdmission::Authorise(const ClaimCase& taken, const ClaimRules& rules,
                               ClaimAct& act) const {
  const WindowCase& first = *taken.windows.front();
  const Objective* objective = ObjectiveOf(first);
  const ClaimRuling* ruling = forum_.RulingAt(act.stamp.at);
  if (objective == nullptr || ruling == nullptr) return;
  const Authority authority(*first.version, *objective);
  const StreamId& author = act.stamp.author;
  const DecisionRank rank = ruling->body.rank;
  if (authority.IsSide(author)) return;
  if (!InOffice(*first.version, ruling->then, *objective, author)) return;
  const bool currencies = std::all_of(
      ruling->body.credits.begin(), ruling->body.credits.end(),
      [&](const RuledCredit& credit) { return taken.IsInCurrency(credit.amount, act.stamp.time); });
  for (const Award& award : ruling->body.awards) {
    const StreamId* debtor = first.version->PartyOfRole(award.debtor);
    if (debtor != nullptr && authority.IsSide(*debtor)) continue;
    act.unknown_debtor = award.debtor;
  }
  act.other_currency = !currencies;
  if (!currencies) return;
  if (rules.levels.empty()) {
    act.height = authority.OnClaims(author, rank);
    return;
  }
  act.height = authority.HeightOf(rank);
  for (const DisputeLevel& level : rules.levels) {
    if (authority.HoldsRole(author, level.authority)) act.roles.push_back(level.authority);
  }
}

absl::StatusOr<ClaimRules> ClaimAdmission::RulesFor(const ClaimCase& taken) {
  const WindowCase& first = *taken.windows.front();
  // A claim lives by the terms under which it was filed, whatever reaches back to its windows.
  const TermsSince then = first.TermsBy(taken.Filed().time);
  TALLY_CHECK(then.calendars != nullptr);
  return ClaimRulesOf(*then.terms, first.name.objective, *then.zone, *then.calendars);
}

absl::StatusOr<ClaimLife> ClaimAdmission::LifeOf(const ClaimCase& taken,
                                                 const ActStamp* until) const {
  const Claim& claim = *taken.claim;
  const WindowCase& first = *taken.windows.front();
  TALLY_ASSIGN_OR_RETURN(const ClaimRules rules, RulesFor(taken));
  ClaimQuestion question;
  question.rules = &rules;
  question.claim = claim.id;
  question.filed = taken.Filed();
  const size_t filed_as = taken.FiledAs();
  question.begins =
      BeginsAt(filed_as < taken.forms.size() ? taken.forms[filed_as].windows : taken.windows,
               question.filed);
  question.obligor = first.obligor;
  question.claimant = first.obligee;
  question.due = DueOf(taken);
  question.acts = forum_.ActsOf(claim);
  std::erase_if(question.acts,
                [&](const ClaimAct& act) { return act.stamp.at < question.filed.at; });
  for (size_t i = filed_as + 1; i < taken.forms.size(); ++i) {
    ClaimAct act;
    act.kind = ClaimActKind::kAmended;
    act.stamp = taken.forms[i].stamp;
    act.begins = BeginsAt(taken.forms[i].windows, act.stamp);
    question.acts.push_back(std::move(act));
  }
  GiveUp(taken, question.acts);
  std::sort(question.acts.begin(), question.acts.end(),
            [](const ClaimAct& a, const ClaimAct& b) { return a.stamp.at < b.stamp.at; });
  question.shifts = ShiftsBetween(forum_.shifts(), claim.stamp.author, claim.obligor);
  question.knowledge = instants_.recorded;
  if (until != nullptr) {
    std::erase_if(question.acts, [&](const ClaimAct& act) { return act.stamp.at >= until->at; });
    std::erase_if(question.shifts,
                  [&](const TimeShift& shift) { return shift.stamp.at >= until->at; });
    question.knowledge = until->recorded;
  }
  for (ClaimAct& act : question.acts) {
    act.overtaken =
        act.begun.has_value() &&
        std::any_of(taken.windows.begin(), taken.windows.end(), [&act](const WindowCase* window) {
          return IsOvertaken(*window, *act.begun, act.stamp);
        });
    act.other_currency = act.amount.has_value() && !taken.IsInCurrency(*act.amount, act.stamp.time);
    if (act.side == ActSide::kAuthority) Authorise(taken, rules, act);
  }
  TALLY_ASSIGN_OR_RETURN(ClaimLife life, LiveClaim(question));
  return life;
}

}  // namespace tally::replay
