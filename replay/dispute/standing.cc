// How acts are weighed. Claims are taken in log order, so that the first timely claim holds a
// window and a later one for it is without effect; windows in the order of the cases.
#include "replay/dispute/standing.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "replay/dispute/book.h"
#include "replay/dispute/calendar.h"
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

// How a claim ends up, and what of its sum is approved or settled.
struct ClaimCase {
  const Claim* claim = nullptr;
  std::vector<WindowCase*> windows;  // that it holds
  std::string state = "without effect";
  std::optional<Money> approved;  // absent: none, or all when `approved_in_full`
  bool approved_in_full = false;
  bool rest_is_over = false;  // what is not approved is no longer claimed
};

class Weigher {
 public:
  Weigher(const DisputeFold& acts, std::vector<WindowCase>& cases, ClaimsAsked asked,
          const WeighingInstants& instants)
      : acts_(acts), cases_(cases), asked_(asked), instants_(instants) {
    for (WindowCase& each : cases_) {
      bool fresh = by_name_.emplace(each.name, &each).second;
      TALLY_CHECK(fresh);
    }
  }

  Weighed Run() {
    for (WindowCase& each : cases_) Stand(each);
    claims_.reserve(acts_.claims().size());
    for (const Claim& claim : acts_.claims()) Take(claim);
    for (ClaimCase& claim : claims_) Conclude(claim);
    for (WindowCase& each : cases_) PostUnclaimed(each);
    for (WindowCase& each : cases_) ListDeadlines(each);
    weighed_.balances = book_.Balances();
    if (book_.overflowed()) {
      Find("balance-overflow", "error", "", std::nullopt,
           "a balance would leave 64 bits; the posting is left out");
    }
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
    bool asked = asked_ == ClaimsAsked::kAll ||
                 std::any_of(claim.body.windows.begin(), claim.body.windows.end(),
                             [&](const WindowName& name) { return by_name_.count(name) > 0; });
    if (!asked) return;
    ClaimCase taken;
    taken.claim = &claim;
    for (const WindowName& name : claim.body.windows) {
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

  // The end of the time to answer; nullopt while the claim is premature or where none is stated.
  std::optional<Instant> AnswerDue(const ClaimCase& each) const {
    const WindowCase& first = *each.windows.front();
    if (RulesOf(first).credits != ClaimNeeded::kOnClaim || !AllClosed(each)) return std::nullopt;
    Instant begins = each.claim->stamp.time;
    for (const WindowCase* window : each.windows) {
      begins = std::max(begins, window->closing->stamp.time);
    }
    return DueAfterAct(*first.zone, begins, RulesOf(first).answer_within_days);
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

  void ApplyAnswer(ClaimCase& each, const std::optional<Money>& due) {
    const Claim& claim = *each.claim;
    std::optional<Instant> limit = AnswerDue(each);
    each.state = AllClosed(each) ? "filed" : "premature";
    const Answer* counted = nullptr;
    for (const Answer& answer : claim.answers) {
      if (limit.has_value() && answer.stamp.time >= *limit) {
        Find("answer-late", "error", "", answer.stamp.at,
             absl::StrCat("answered ", FormatInstant(answer.stamp.time), ", in time before ",
                          FormatInstant(*limit), "; it has no effect"));
      } else if (counted != nullptr) {
        Find("answered-already", "note", "", answer.stamp.at, "the first answer stands");
      } else if (answer.body.answer == ClaimAnswer::kPartly && due.has_value() &&
                 answer.body.amount->currency != due->currency) {
        Find("answer-other-currency", "error", "", answer.stamp.at,
             "the part is not in the currency of the credit; it has no effect");
      } else {
        counted = &answer;
      }
    }
    if (counted != nullptr) return ApplyCounted(each, *counted, Taken(each, *counted));
    if (!limit.has_value() || instants_.recorded < *limit) return;
    bool accepted = RulesOf(*each.windows.front()).silence == SilentAnswer::kDeemedAccepted;
    each.state = accepted ? "deemed accepted" : "deemed rejected";
    each.approved_in_full = accepted;
  }

  // Whether the claimant accepted this answer. What he accepted is the sum that he named: the
  // obligor does not choose afterwards what was agreed to.
  bool Taken(const ClaimCase& each, const Answer& answer) {
    if (answer.body.answer == ClaimAnswer::kAccepted) return true;  // nothing is left to accept
    std::optional<Money> answered;
    if (answer.body.answer == ClaimAnswer::kPartly) answered = answer.body.amount;
    bool taken = false;
    for (const Acceptance& acceptance : each.claim->acceptances) {
      if (acceptance.stamp.at < answer.stamp.at) {
        Find("acceptance-before-answer", "error", "", acceptance.stamp.at,
             "the answer that counts came later; it has no effect");
      } else if (acceptance.amount.has_value() && acceptance.amount != answered &&
                 (answered.has_value() || acceptance.amount->minor != 0)) {
        Find("acceptance-other-amount", "error", "", acceptance.stamp.at,
             absl::StrCat("accepts ", FormatMoney(*acceptance.amount), ", answered ",
                          answered.has_value() ? FormatMoney(*answered) : "nothing",
                          "; it has no effect"));
      } else {
        taken = true;
      }
    }
    return taken;
  }

  void ApplyCounted(ClaimCase& each, const Answer& answer, bool taken) {
    switch (answer.body.answer) {
      case ClaimAnswer::kAccepted:
        each.state = "accepted";
        each.approved_in_full = true;
        return;
      case ClaimAnswer::kPartly:
        each.state = taken ? "agreed" : "partly accepted";
        each.approved = answer.body.amount;
        each.rest_is_over = taken;
        return;
      default:
        each.state = taken ? "lapsed" : "rejected";
        each.rest_is_over = taken;
        return;
    }
  }

  void Conclude(ClaimCase& each) {
    const Claim& claim = *each.claim;
    std::optional<Money> due = each.windows.empty() ? std::nullopt : DueOf(each);
    if (claim.withdrawn.has_value()) {
      each.state = "withdrawn";
    } else if (!each.windows.empty()) {
      ApplyAnswer(each, due);
      CheckAmounts(each, due);
      if (claim.Settled() != nullptr) each.state = "settled";
      PostClaim(each);
    }
    weighed_.claims.push_back({.at = claim.stamp.at,
                               .id = claim.id,
                               .state = each.state,
                               .windows = claim.body.windows,
                               .due = due});
    if (!each.windows.empty() && !claim.withdrawn.has_value()) ListAnswerDeadline(each);
  }

  void CheckAmounts(const ClaimCase& each, const std::optional<Money>& due) {
    const Claim& claim = *each.claim;
    bool ended = std::all_of(each.windows.begin(), each.windows.end(),
                             [](const WindowCase* window) { return window->ended; });
    if (!ended) return;
    Money zero{.minor = 0, .currency = claim.body.amount.value_or(Money{}).currency};
    if (claim.body.amount.has_value() && *claim.body.amount != due.value_or(zero)) {
      Find("claim-other-amount", "note", each.windows.front()->name.objective, claim.stamp.at,
           absl::StrCat("claimed ", FormatMoney(*claim.body.amount), ", computed ",
                        due.has_value() ? FormatMoney(*due) : "nothing",
                        "; the computed amount is due"));
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

  // Spreads `amount` over the windows in their order, each up to what is due for it; the last
  // takes what is left. Returns one share a window.
  static std::vector<int64_t> Spread(const std::vector<WindowCase*>& windows, int64_t amount) {
    std::vector<int64_t> shares;
    for (size_t i = 0; i < windows.size(); ++i) {
      int64_t due = windows[i]->due.has_value() ? windows[i]->due->minor : 0;
      bool last = i + 1 == windows.size();
      shares.push_back(last ? amount : std::min(due, amount));
      amount -= shares.back();
    }
    return shares;
  }

  void PostSettled(const std::vector<WindowCase*>& windows, const Settlement& settlement) {
    std::vector<int64_t> shares = Spread(windows, settlement.amount.minor);
    for (size_t i = 0; i < windows.size(); ++i) {
      const WindowCase& window = *windows[i];
      Money settled{.minor = shares[i], .currency = settlement.amount.currency};
      book_.Post(Account::kSettled, window.obligee, window.obligor, settled);
      if (!window.due.has_value()) continue;
      Money rest = *window.due;
      // A settlement in another currency leaves the whole credit to be reversed.
      if (rest.currency == settled.currency) rest.minor -= settled.minor;
      book_.Post(Account::kReversed, window.obligee, window.obligor, rest);
    }
  }

  void PostClaim(const ClaimCase& each) {
    std::vector<WindowCase*> windows = each.windows;
    std::sort(windows.begin(), windows.end(),
              [](const WindowCase* a, const WindowCase* b) { return a->name < b->name; });
    const Settlement* settlement = each.claim->Settled();
    if (settlement != nullptr) return PostSettled(windows, *settlement);
    int64_t part = each.approved.has_value() ? each.approved->minor : 0;
    for (const WindowCase* window : windows) {
      if (!window->due.has_value()) continue;
      Money approved = *window->due;
      if (!each.approved_in_full) approved.minor = std::min(approved.minor, part);
      part -= std::min(part, approved.minor);
      Money rest = *window->due;
      rest.minor -= approved.minor;
      book_.Post(Account::kApproved, window->obligee, window->obligor, approved);
      book_.Post(each.rest_is_over ? Account::kReversed : Account::kClaimed, window->obligee,
                 window->obligor, rest);
    }
  }

  void PostUnclaimed(WindowCase& each) {
    if (!each.evaluated || held_.count(each.name) > 0) return;
    const std::vector<Settlement>* direct = acts_.DirectSettlements(each.name);
    if (direct != nullptr) {
      for (const Settlement& settlement : *direct) {
        if (settlement.confirmed.has_value()) return PostSettled({&each}, settlement);
      }
    }
    if (!each.due.has_value()) return;
    Account account = Account::kAccrued;
    if (RulesOf(each).credits == ClaimNeeded::kOnClaim) {
      if (instants_.recorded >= ClaimDue(each)) account = Account::kExpired;
    } else if (each.closing != nullptr) {
      account = Account::kApproved;
    }
    book_.Post(account, each.obligee, each.obligor, *each.due);
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

  void ListAnswerDeadline(const ClaimCase& each) {
    std::optional<Instant> due = AnswerDue(each);
    if (!due.has_value()) return;
    const WindowCase& first = *each.windows.front();
    bool timely = each.claim->Settled() != nullptr;
    bool late = false;
    for (const Answer& answer : each.claim->answers) {
      (answer.stamp.time < *due ? timely : late) = true;
    }
    absl::string_view state = timely                      ? "met"
                              : late                      ? "late"
                              : instants_.recorded < *due ? "open"
                                                          : "deemed";
    bool accepted = RulesOf(first).silence == SilentAnswer::kDeemedAccepted;
    List("claim.answer", each.claim->id, first.obligor, *due, first, "disputes.answer_within_days",
         state, accepted ? "the claim is deemed accepted" : "the claim is deemed rejected");
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
  std::vector<WindowCase>& cases_;
  ClaimsAsked asked_;
  const WeighingInstants& instants_;
  std::map<WindowName, WindowCase*> by_name_;
  std::set<WindowName> held_;  // that a claim stands for
  std::set<WindowName> late_;  // that a claim came too late for
  std::vector<ClaimCase> claims_;
  Book book_;
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

Weighed Weigh(const DisputeFold& acts, std::vector<WindowCase>& cases, ClaimsAsked asked,
              const WeighingInstants& instants) {
  return Weigher(acts, cases, asked, instants).Run();
}

}  // namespace tally::replay
