// How acts are weighed. Claims are taken in log order, so that the first timely claim holds a
// window and a later one for it is without effect; windows in the order of the cases.
#include "replay/dispute/standing.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/claim_life.h"
#include "replay/dispute/claim_money.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::string TextOf(const WindowName& name) {
  return absl::StrCat(name.objective, " ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

const DisputeRules& RulesOf(const WindowCase& each) { return each.terms->disputes; }

// The rule of the terms for the objective, or else their `claim within`. Ends are exclusive.
Instant ClaimDue(const WindowCase& each) {
  const Interval& window = each.name.window;
  for (const Rule& rule : each.terms->rules) {
    const bool about =
        rule.objectives.empty() || std::find(rule.objectives.begin(), rule.objectives.end(),
                                             each.name.objective) != rule.objectives.end();
    if (rule.kind != "claim deadline" || !about) continue;
    const int64_t number = rule.choices.Count("number");
    if (rule.choices.Is("counted in", "elapsed days")) return window.limit + Days(number);
    if (rule.choices.Is("counted in", "calendar months")) {
      return DueInMonths(*each.zone, window, number);
    }
    return DueAfterWindow(*each.zone, window, static_cast<uint32_t>(number));
  }
  return DueAfterWindow(*each.zone, window, RulesOf(each).claim_within_days);
}

// A claim, the windows that it holds, and its life.
struct ClaimCase {
  const Claim* claim = nullptr;
  std::vector<WindowCase*> windows;
  std::optional<Money> asked;     // the sum that it states, as amended
  std::optional<ClaimLife> life;  // none: it holds nothing
  bool Is(ClaimState state) const { return life.has_value() && life->state == state; }
};

// Whose word ends a claim: the role of its level; without levels, the arbiter.
std::string RoleOf(const TermsVersion& version, const ClaimRules& rules, const StreamId& party) {
  auto holds = [&](const std::string& role) {
    const StreamId* holder = version.PartyOfRole(role);
    return holder != nullptr && *holder == party;
  };
  for (const DisputeLevel& level : rules.levels) {
    if (!level.authority.empty() && holds(level.authority)) return level.authority;
  }
  return rules.levels.empty() && holds("arbiter") ? "arbiter" : "";
}

class Weigher {
 public:
  Weigher(const DisputeFold& acts, const ForumFold& forum, std::vector<WindowCase>& cases,
          ClaimsAsked asked, const WeighingInstants& instants)
      : acts_(acts), forum_(forum), cases_(cases), asked_(asked), instants_(instants) {
    for (WindowCase& each : cases_) {
      bool fresh = by_name_.emplace(each.name, &each).second;
      TALLY_CHECK(fresh);
    }
  }

  absl::StatusOr<Weighed> Run() {
    for (WindowCase& each : cases_) Stand(each);
    for (WindowCase& each : cases_) {
      if (!each.evaluated) continue;
      accounts_.emplace(&each, WindowAccount(each, weighed_.journal)).first->second.Accrue();
    }
    claims_.reserve(acts_.claims().size());
    for (const Claim& claim : acts_.claims()) Take(claim);
    for (ClaimCase& claim : claims_) TALLY_RETURN_IF_ERROR(Conclude(claim));
    for (WindowCase& each : cases_) PostUnclaimed(each);
    for (WindowCase& each : cases_) ListDeadlines(each);
    return std::move(weighed_);
  }

 private:
  void Find(absl::string_view kind, absl::string_view severity, const std::string& objective,
            std::optional<ledger::EventAddress> at, std::string message) {
    weighed_.findings.push_back({.kind = std::string(kind),
                                 .severity = std::string(severity),
                                 .objective = objective,
                                 .at = at,
                                 .message = std::move(message)});
  }

  // ---- Windows ---------------------------------------------------------------------------------

  bool SettledNow(const WindowCase& each) const {
    if (each.reopened) return false;
    auto settled = [&](const Settlement& settlement) {
      return settlement.confirmed.has_value() && settlement.confirmed->time <= instants_.status;
    };
    const std::vector<Settlement>* direct = acts_.DirectSettlements(each.name);
    if (direct != nullptr && std::any_of(direct->begin(), direct->end(), settled)) return true;
    for (const Claim& claim : acts_.claims()) {
      const std::vector<WindowName>& windows = claim.body.windows;
      bool names = std::find(windows.begin(), windows.end(), each.name) != windows.end();
      const Settlement* settlement = claim.Settled();
      if (names && settlement != nullptr && settled(*settlement)) return true;
    }
    return false;
  }

  Instant ObjectionDue(const WindowCase& each) const {
    return DueAfterAct(*each.zone, each.closing->stamp.time, RulesOf(each).objection_days);
  }
  bool Objected(const WindowCase& each) const {
    Instant due = ObjectionDue(each);
    const std::vector<Objection>& objections = each.closing->objections;
    return std::any_of(objections.begin(), objections.end(),
                       [&](const Objection& objection) { return objection.stamp.time < due; });
  }

  void Stand(WindowCase& each) {
    if (!each.evaluated) return;
    each.posted =
        each.ended && each.breached && each.computed.has_value() && each.computed->minor > 0;
    if (each.posted) each.due = each.computed;
    if (!each.ended) {
      each.status = WindowStatus::kOpen;
    } else if (SettledNow(each)) {
      each.status = WindowStatus::kSettled;
    } else if (each.closing == nullptr) {
      each.status = WindowStatus::kProvisional;
    } else {
      bool conclusive = instants_.status >= ObjectionDue(each) && !Objected(each);
      each.status = conclusive ? WindowStatus::kConclusive : WindowStatus::kFinal;
    }
  }

  // ---- Claims ----------------------------------------------------------------------------------

  // Why a claim does not reach one of its windows; "" when it does.
  struct Refusal {
    absl::string_view kind;
    std::string message;
  };
  std::optional<Refusal> RefusalOf(const Claim& claim, const WindowName& name) {
    auto found = by_name_.find(name);
    if (found == by_name_.end() || !found->second->evaluated) {
      return Refusal{"claim-unknown-window", "the terms have no such window"};
    }
    const WindowCase& each = *found->second;
    if (each.obligee_party != claim.stamp.author) {
      return Refusal{"claim-by-non-obligee", "it is owed to another party"};
    }
    if (claim.stamp.time < name.window.first) {
      return Refusal{"claim-before-window", "it was filed before the window began"};
    }
    Instant due = ClaimDue(each);
    // A settlement that both stated heals a late filing: they agreed to it after the fact.
    bool late = RulesOf(each).credits == ClaimNeeded::kOnClaim && claim.stamp.time >= due;
    if (late && claim.Settled() == nullptr) {
      return Refusal{"claim-late", absl::StrCat("filed ", FormatInstant(claim.stamp.time),
                                                ", admissible before ", FormatInstant(due))};
    }
    if (held_.count(name) > 0) {
      return Refusal{"claim-repeated", "an earlier claim stands for it"};
    }
    return std::nullopt;
  }

  void Take(const Claim& claim) {
    // Claims for windows that nobody asked about are left to the replay that asks for them.
    const ClaimAmendment* amended = forum_.AmendmentOf(claim);
    const std::vector<WindowName>& windows = amended != nullptr && !amended->body.windows.empty()
                                                 ? amended->body.windows
                                                 : claim.body.windows;
    bool asked = asked_ == ClaimsAsked::kAll ||
                 std::any_of(windows.begin(), windows.end(),
                             [&](const WindowName& name) { return by_name_.count(name) > 0; });
    if (!asked) return;
    ClaimCase taken;
    taken.claim = &claim;
    taken.asked = amended != nullptr ? amended->body.amount : claim.body.amount;
    for (const WindowName& name : windows) {
      std::optional<Refusal> refusal = RefusalOf(claim, name);
      if (refusal.has_value()) {
        if (refusal->kind == "claim-late") late_.insert(name);
        Find(
            refusal->kind, "error", name.objective, claim.stamp.at,
            absl::StrCat("claim for ", TextOf(name), ": ", refusal->message, "; it has no effect"));
        continue;
      }
      taken.windows.push_back(by_name_.at(name));
      if (!claim.withdrawn.has_value()) held_.insert(name);
    }
    claims_.push_back(std::move(taken));
  }

  bool AllClosed(const ClaimCase& each) const {
    return std::all_of(each.windows.begin(), each.windows.end(),
                       [](const WindowCase* window) { return window->closing != nullptr; });
  }

  // When it takes effect: at its filing or the last closing of its windows; nullopt while it is
  // premature.
  std::optional<Instant> BeginsAt(const ClaimCase& each) const {
    if (!AllClosed(each)) return std::nullopt;
    Instant begins = each.claim->stamp.time;
    for (const WindowCase* window : each.windows) {
      begins = std::max(begins, window->closing->stamp.time);
    }
    return begins;
  }

  // The sum that the claim's windows stand for; nullopt when currencies differ or nothing is due.
  std::optional<Money> DueOf(const ClaimCase& each) {
    std::optional<Money> sum;
    for (const WindowCase* window : each.windows) {
      if (!window->due.has_value()) continue;
      if (!sum.has_value()) {
        sum = window->due;
      } else if (sum->currency != window->due->currency ||
                 __builtin_add_overflow(sum->minor, window->due->minor, &sum->minor)) {
        return std::nullopt;
      }
    }
    return sum;
  }

  absl::Status Live(ClaimCase& each, const std::optional<Money>& due) {
    const Claim& claim = *each.claim;
    const WindowCase& first = *each.windows.front();
    TALLY_CHECK(first.calendars != nullptr);
    TALLY_ASSIGN_OR_RETURN(ClaimRules rules, ClaimRulesOf(*first.terms, first.name.objective,
                                                          *first.zone, *first.calendars));
    ClaimQuestion question;
    question.rules = &rules;
    question.claim = claim.id;
    question.filed = claim.stamp;
    question.begins = BeginsAt(each);
    question.obligor = first.obligor;
    question.claimant = first.obligee;
    question.due = due;
    question.acts = forum_.ActsOf(claim);
    for (ClaimAct& act : question.acts) {
      if (act.side != ActSide::kAuthority || first.version == nullptr) continue;
      act.role = RoleOf(*first.version, rules, act.stamp.author);
    }
    question.shifts = forum_.shifts();
    question.knowledge = instants_.recorded;
    TALLY_ASSIGN_OR_RETURN(each.life, LiveClaim(question));
    for (const Finding& finding : each.life->findings) weighed_.findings.push_back(finding);
    if (rules.within_sum_claimed && each.asked.has_value()) limited_.insert(&claim);
    return absl::OkStatus();
  }

  absl::Status Conclude(ClaimCase& each) {
    const Claim& claim = *each.claim;
    std::optional<Money> due = each.windows.empty() ? std::nullopt : DueOf(each);
    if (!each.windows.empty()) {
      TALLY_RETURN_IF_ERROR(Live(each, due));
      if (!each.Is(ClaimState::kWithdrawn)) CheckAmounts(each, due);
      PostSteps(each);
    }
    std::string state = claim.withdrawn.has_value() ? "withdrawn" : "without effect";
    ClaimResult result{
        .at = claim.stamp.at,
        .id = claim.id,
        .state = each.life.has_value() ? ClaimStateText(each.life->state, each.life->level) : state,
        .windows = claim.body.windows,
        .due = due,
        .steps = {}};
    if (each.life.has_value()) {
      for (const ClaimStep& step : each.life->steps) {
        result.steps.push_back(
            {ClaimStateText(step.state, step.level), step.at, step.cause, step.clause});
      }
      if (!each.Is(ClaimState::kWithdrawn)) {
        for (const Deadline& deadline : each.life->deadlines) {
          weighed_.deadlines.push_back(deadline);
        }
      }
    }
    weighed_.claims.push_back(std::move(result));
    return absl::OkStatus();
  }

  void CheckAmounts(const ClaimCase& each, const std::optional<Money>& due) {
    const Claim& claim = *each.claim;
    bool ended = std::all_of(each.windows.begin(), each.windows.end(),
                             [](const WindowCase* window) { return window->ended; });
    if (!ended) return;
    Money zero{.minor = 0, .currency = each.asked.value_or(Money{}).currency};
    if (each.asked.has_value() && *each.asked != due.value_or(zero)) {
      bool limits = limited_.count(&claim) > 0 && due.has_value() && *each.asked < *due;
      Find("claim-other-amount", "note", each.windows.front()->name.objective, claim.stamp.at,
           absl::StrCat(
               "claimed ", FormatMoney(*each.asked), ", computed ",
               due.has_value() ? FormatMoney(*due) : "nothing",
               limits ? "; no more than was claimed is due" : "; the computed amount is due"));
    }
    const Settlement* settlement = claim.Settled();
    if (settlement != nullptr && (!due.has_value() || settlement->amount != *due)) {
      Find("settlement-other-amount", "note", each.windows.front()->name.objective,
           settlement->confirmed->at,
           absl::StrCat("settled at ", FormatMoney(settlement->amount), ", computed ",
                        due.has_value() ? FormatMoney(*due) : "nothing",
                        "; both parties stated it"));
    }
    for (const Settlement& offer : claim.settlements) {
      if (settlement != nullptr || (due.has_value() && offer.amount == *due)) continue;
      Find("settlement-offer-differs", "note", each.windows.front()->name.objective,
           offer.proposed.at,
           absl::StrCat("proposed ", FormatMoney(offer.amount), ", computed ",
                        due.has_value() ? FormatMoney(*due) : "nothing",
                        "; without effect until confirmed at the same amount"));
    }
  }

  // ---- Money -----------------------------------------------------------------------------------

  void PostSteps(const ClaimCase& each) {
    std::vector<WindowCase*> windows = each.windows;
    std::sort(windows.begin(), windows.end(),
              [](const WindowCase* a, const WindowCase* b) { return a->name < b->name; });
    std::vector<WindowAccount*> accounts;
    for (const WindowCase* window : windows) accounts.push_back(&accounts_.at(window));
    std::optional<int64_t> limit;
    if (limited_.count(each.claim) > 0) limit = each.asked->minor;
    PostClaim(*each.life, each.claim->Settled(), limit, forum_, accounts,
              {windows.begin(), windows.end()}, weighed_.journal);
  }

  // What no claim stands for: paid, approved by the closing, or expired.
  void PostUnclaimed(WindowCase& each) {
    if (!each.evaluated) return;
    WindowAccount& account = accounts_.at(&each);
    const std::vector<Settlement>* direct =
        held_.count(each.name) > 0 ? nullptr : acts_.DirectSettlements(each.name);
    const Settlement* paid = nullptr;
    for (size_t i = 0; direct != nullptr && paid == nullptr && i < direct->size(); ++i) {
      if ((*direct)[i].confirmed.has_value()) paid = &(*direct)[i];
    }
    if (RulesOf(each).credits != ClaimNeeded::kOnClaim && each.closing != nullptr &&
        held_.count(each.name) == 0) {
      account.Move(Account::kAccrued, Account::kApproved, std::nullopt,
                   {each.closing->stamp.time, each.closing->stamp.at, "disputes.credits",
                    "due without a claim"});
    }
    if (paid != nullptr) {
      account.Settle(paid->amount, {paid->confirmed->time, paid->confirmed->at, "", "settled"});
    }
    bool expires = paid == nullptr && RulesOf(each).credits == ClaimNeeded::kOnClaim;
    if (!expires || instants_.recorded < ClaimDue(each)) return;
    account.Move(
        Account::kAccrued, Account::kExpired, std::nullopt,
        {ClaimDue(each), std::nullopt, "disputes.claim_within_days", "not claimed in time"});
  }

  // ---- Deadlines -------------------------------------------------------------------------------

  void List(absl::string_view what, std::string object, std::string party, Instant due,
            const WindowCase& each, absl::string_view clause, absl::string_view state,
            absl::string_view consequence) {
    weighed_.deadlines.push_back({.what = std::string(what),
                                  .object = std::move(object),
                                  .party = std::move(party),
                                  .due = due,
                                  .zone = each.terms->zone.name,
                                  .clause = std::string(clause),
                                  .state = std::string(state),
                                  .consequence = std::string(consequence)});
  }

  void ListDeadlines(const WindowCase& each) {
    if (!each.evaluated || !each.wanted || !each.ended) return;
    std::string object = TextOf(each.name);
    if (each.closing == nullptr) {
      List("evidence.cutoff", object, "", each.cutoff, each, "disputes.evidence_cutoff_days",
           instants_.recorded < each.cutoff ? "open" : "met", "the window is closed");
    } else {
      Instant due = ObjectionDue(each);
      absl::string_view state = Objected(each)             ? "met"
                                : instants_.recorded < due ? "open"
                                                           : "deemed";
      List("objection", object, "", due, each, "disputes.objection_days", state,
           "the closing is conclusive");
    }
    if (RulesOf(each).credits != ClaimNeeded::kOnClaim || !each.posted) return;
    Instant due = ClaimDue(each);
    absl::string_view state = held_.count(each.name) > 0   ? "met"
                              : late_.count(each.name) > 0 ? "late"
                              : instants_.recorded < due   ? "open"
                                                           : "deemed";
    List("claim.file", object, each.obligee, due, each, "disputes.claim_within_days", state,
         "the credit expires");
  }

  const DisputeFold& acts_;
  const ForumFold& forum_;
  std::vector<WindowCase>& cases_;
  ClaimsAsked asked_;
  const WeighingInstants& instants_;
  std::map<WindowName, WindowCase*> by_name_;
  std::set<WindowName> held_;       // that a claim stands for
  std::set<WindowName> late_;       // that a claim came too late for
  std::set<const Claim*> limited_;  // to the sum that they state
  std::vector<ClaimCase> claims_;
  std::map<const WindowCase*, WindowAccount> accounts_;
  Weighed weighed_;
};

}  // namespace

ClosingVerdict JudgeClosing(const Closing& closing, const EvidenceCutoff& cutoff) {
  if (closing.body.knowledge < cutoff.instant || closing.stamp.recorded < cutoff.instant) {
    return ClosingVerdict::kEarly;
  }
  if (closing.body.size < cutoff.size) return ClosingVerdict::kIncomplete;
  if (closing.governing != closing.body.terms_hash) return ClosingVerdict::kOtherTerms;
  return ClosingVerdict::kHolds;
}

const Closing* ClosingInForce(const DisputeFold& acts, const WindowName& window,
                              const EvidenceCutoff& cutoff, const WeighingInstants& instants) {
  for (const Closing& closing : acts.ClosingsOf(window)) {
    bool known = closing.stamp.recorded <= instants.status;
    if (known && JudgeClosing(closing, cutoff) == ClosingVerdict::kHolds) return &closing;
  }
  return nullptr;
}

absl::StatusOr<Weighed> Weigh(const DisputeFold& acts, const ForumFold& forum,
                              std::vector<WindowCase>& cases, ClaimsAsked asked,
                              const WeighingInstants& instants) {
  return Weigher(acts, forum, cases, asked, instants).Run();
}

}  // namespace tally::replay
