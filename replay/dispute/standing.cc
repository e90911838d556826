// How acts are weighed: windows in the order of the cases, claims in log order. Which windows a
// claim holds is weighed in claim_admission.h.
#include "replay/dispute/standing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/bookkeeping.h"
#include "replay/dispute/claim_admission.h"
#include "replay/dispute/claim_life.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

const DisputeRules& TermsRulesOf(const WindowCase& each) { return each.terms->disputes; }

class Weigher {
 public:
  Weigher(const DisputeFold& acts, const ForumFold& forum, std::vector<WindowCase>& cases,
          ClaimsAsked asked, const WeighingInstants& instants)
      : acts_(acts),
        forum_(forum),
        cases_(cases),
        instants_(instants),
        admission_(acts, forum, cases, asked, instants),
        books_(acts, forum, admission_, cases, instants.recorded) {}

  absl::StatusOr<Weighed> Run() {
    for (WindowCase& each : cases_) Price(each);
    TALLY_RETURN_IF_ERROR(admission_.Run());
    weighed_.findings = admission_.findings();
    for (WindowCase& each : cases_) Stand(each);
    for (const ClaimCase& claim : admission_.claims()) Conclude(claim);
    books_.Run(weighed_.journal, weighed_.findings);
    for (const WindowCase& each : cases_) FindOvertaken(each);
    weighed_.paid_sums = admission_.paid_sums();
    for (size_t i = 0; i < weighed_.claims.size(); ++i) {
      const ClaimCase& taken = admission_.claims()[i];
      weighed_.claims[i].decided = DecidedOf(taken);
      for (ClaimPosting::OpenAward& each : books_.OpenAwards(taken)) {
        weighed_.claims[i].awards.push_back({each.ruling->stamp.at, std::move(each.creditor),
                                             std::move(each.debtor), std::move(each.open)});
      }
    }
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
    const Instant reopened = each.ReopenedAt();
    auto settled = [&](const Settlement& settlement) {
      if (!settlement.confirmed.has_value()) return false;
      const Instant at = settlement.confirmed->time;
      return at <= instants_.status && (!each.reopened || at > reopened);
    };
    for (const Settlement* direct : admission_.DirectSettlements(each)) {
      if (settled(*direct)) return true;
    }
    for (const ClaimCase& taken : admission_.claims()) {
      const Settlement* settlement = taken.Settled();
      if (settlement != nullptr && taken.HoldsWindow(each) && settled(*settlement)) return true;
    }
    return false;
  }

  bool Objected(const WindowCase& each) const {
    Instant due = ObjectionDue(each, forum_);
    const std::vector<Objection>& objections = each.closing->objections;
    return std::any_of(objections.begin(), objections.end(),
                       [&](const Objection& objection) { return objection.stamp.time < due; });
  }

  static void Price(WindowCase& each) {
    if (!each.evaluated) return;
    each.posted =
        each.ended && each.breached && each.computed.has_value() && each.computed->minor > 0;
    if (each.posted) each.due = each.computed;
  }

  void Stand(WindowCase& each) {
    if (!each.evaluated) return;
    if (!each.ended) {
      each.status = WindowStatus::kOpen;
    } else if (SettledNow(each)) {
      each.status = WindowStatus::kSettled;
    } else if (each.closing == nullptr) {
      each.status = WindowStatus::kProvisional;
    } else {
      bool conclusive = instants_.status >= ObjectionDue(each, forum_) && !Objected(each);
      each.status = conclusive ? WindowStatus::kConclusive : WindowStatus::kFinal;
    }
  }

  // ---- Claims ----------------------------------------------------------------------------------

  void Conclude(const ClaimCase& each) {
    const Claim& claim = *each.claim;
    std::optional<Money> due = each.windows.empty() ? std::nullopt : DueOf(each);
    if (!each.windows.empty()) {
      for (const Finding& finding : each.life->findings) weighed_.findings.push_back(finding);
      if (!each.Is(ClaimState::kWithdrawn)) CheckAmounts(each, due);
      CheckOffers(each);
    }
    std::string state = claim.withdrawn.has_value() ? "withdrawn" : "without effect";
    ClaimResult result{
        .at = claim.stamp.at,
        .id = claim.id,
        .state = each.life.has_value() ? ClaimStateText(each.life->state, each.life->level) : state,
        .windows = each.named,
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
  }

  // By the state that it came to, or by what stands in the books of its windows.
  std::optional<Money> DecidedOf(const ClaimCase& each) const {
    if (!each.life.has_value() || each.Is(ClaimState::kWithdrawn)) return std::nullopt;
    // What stands without the claim was not decided by it.
    const bool decided = IsDecided(each.life->state) || each.Is(ClaimState::kRuledInPart);
    if (AsksForMoreOnly(each) && !decided) return std::nullopt;
    std::optional<Money> sum;
    for (const WindowCase* window : each.windows) {
      const std::optional<Money> granted = books_.AccountOf(*window).Granted();
      if (!granted.has_value()) continue;
      if (!sum.has_value()) {
        sum = granted;
      } else if (sum->currency != granted->currency ||
                 __builtin_add_overflow(sum->minor, granted->minor, &sum->minor)) {
        return std::nullopt;
      }
    }
    if (sum.has_value() && sum->minor == 0 && !IsDecided(each.life->state)) return std::nullopt;
    return sum;
  }

  // Nobody pays what is over.
  void CheckOffers(const ClaimCase& each) {
    const ClaimStep& end = each.life->steps.back();
    if (!IsOver(end.state) || !end.cause.has_value()) return;
    const bool settled = end.state == ClaimState::kSettled;
    for (const Settlement& offer : each.claim->settlements) {
      if (offer.proposed.at < *end.cause) continue;
      Find(settled ? "settled-already" : "settlement-of-withdrawn-claim", "error",
           each.windows.front()->name.objective, offer.proposed.at,
           absl::StrCat("the claim is ", settled ? "settled" : "withdrawn", "; it has no effect"));
    }
  }

  // No credit that it is for needs it.
  static bool AsksForMoreOnly(const ClaimCase& each) {
    return std::all_of(each.windows.begin(), each.windows.end(),
                       [](const WindowCase* window) { return IsDueWithoutClaim(*window); });
  }
  void CheckMore(const ClaimCase& each, const Money& due) {
    const bool more = each.asked.has_value() && each.asked->currency == due.currency &&
                      each.asked->minor > due.minor;
    const std::string stays = absl::StrCat("the credit is due without a claim: ", FormatMoney(due),
                                           " stay approved, whatever becomes of this one");
    const std::string& objective = each.windows.front()->name.objective;
    if (more) {
      const Money over{.minor = each.asked->minor - due.minor, .currency = due.currency};
      return Find("claim-other-amount", "note", objective, each.claim->stamp.at,
                  absl::StrCat("claimed ", FormatMoney(*each.asked), "; ", stays,
                               ", and it is for ", FormatMoney(over), " more"));
    }
    Find(
        "claim-not-needed", "warning", objective, each.claim->stamp.at,
        absl::StrCat(stays, each.asked.has_value() ? ", and it asks for no more"
                                                   : "; it asks for more without saying how much"));
  }

  void CheckAmounts(const ClaimCase& each, const std::optional<Money>& due) {
    const Claim& claim = *each.claim;
    bool ended = std::all_of(each.windows.begin(), each.windows.end(),
                             [](const WindowCase* window) { return window->ended; });
    if (!ended) return;
    Money zero{.minor = 0, .currency = each.asked.value_or(Money{}).currency};
    if (AsksForMoreOnly(each) && due.has_value()) {
      CheckMore(each, *due);
    } else if (each.asked.has_value() && *each.asked != due.value_or(zero)) {
      bool limits = each.limited && due.has_value() && *each.asked < *due;
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

  void FindOvertaken(const WindowCase& each) {
    if (!each.evaluated) return;
    for (const auto& [at, decided, by_evidence] : books_.AccountOf(each).overtaken()) {
      Find("restatement-overtaken", "note", each.name.objective, at,
           absl::StrCat(TextOf(each.name), ": ", by_evidence ? "late evidence" : "silence",
                        " changes the figure and moves no money: what was decided before it (",
                        decided, ") stands until both sides or an authority say otherwise"));
    }
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
      Instant due = ObjectionDue(each, forum_);
      absl::string_view state = Objected(each)             ? "met"
                                : instants_.recorded < due ? "open"
                                                           : "deemed";
      List("objection", object, "", due, each, "disputes.objection_days", state,
           "the closing is conclusive");
    }
    if (TermsRulesOf(each).credits != ClaimNeeded::kOnClaim || !each.posted) return;
    Instant due = ClaimDue(each, forum_, instants_.recorded);
    absl::string_view state = admission_.Held(each)        ? "met"
                              : admission_.Late(each.name) ? "late"
                              : instants_.recorded < due   ? "open"
                                                           : "deemed";
    List("claim.file", object, each.obligee, due, each, "disputes.claim_within_days", state,
         "the credit expires");
  }

  const DisputeFold& acts_;
  const ForumFold& forum_;
  std::vector<WindowCase>& cases_;
  const WeighingInstants& instants_;
  ClaimAdmission admission_;
  Bookkeeping books_;
  Weighed weighed_;
};

}  // namespace

Instant WindowCase::ReopenedAt() const {
  if (restated.empty()) return Instant::Max();
  Instant last = Instant::Min();
  for (const Restated& each : restated) last = std::max(last, each.SpokenAt());
  return last;
}

bool WindowCase::OwedBy(Instant time) const {
  for (const Restated& each : restated) {
    if (time < each.stamp.time) return each.before != 0 || IsRuledBy(time);
  }
  return due.has_value() || IsRuledBy(time);
}

// What stands after a change of the window.
static int64_t After(const WindowCase& window, size_t change) {
  if (change + 1 < window.restated.size()) return window.restated[change + 1].before;
  return window.due.has_value() ? window.due->minor : 0;
}

Instant WindowCase::ArisenBy(Instant instant) const {
  Instant arisen = name.window.limit;
  for (size_t i = 0; i < restated.size(); ++i) {
    const bool more = After(*this, i) > restated[i].before && restated[i].stamp.time <= instant;
    if (more) arisen = std::max(arisen, restated[i].stamp.time);
  }
  return arisen;
}

bool WindowCase::RaisedBetween(Instant decided, Instant instant, bool by_rules) const {
  for (size_t i = 0; i < restated.size(); ++i) {
    const Restated& change = restated[i];
    const bool between = decided < change.stamp.time && change.stamp.time <= instant;
    const bool counts = by_rules ? change.by_rules : !change.IsSilenceSince(decided);
    if (between && counts && After(*this, i) > change.before) return true;
  }
  return false;
}

int64_t SumBeside::AmountBy(const ActStamp& act) const {
  TALLY_CHECK(!steps.empty());
  if (act.time < owed) return 0;
  int64_t minor = steps.front().minor;
  for (const Step& step : steps) {
    if (!CameBefore(act, step.since)) minor = step.minor;
  }
  return minor;
}

bool WindowCase::IsRuledBy(Instant time) const {
  bool ruled = false;
  for (const CreditRuled& each : ruled_credits) {
    if (each.by.time <= time) ruled = each.amount.has_value();
  }
  return ruled;
}

TermsSince WindowCase::TermsBy(Instant time) const {
  for (auto each = governed.rbegin(); each != governed.rend(); ++each) {
    if (each->since <= time) return *each;
  }
  TermsSince now{.since = Instant::Min(),
                 .terms = terms,
                 .version = version,
                 .calendars = calendars,
                 .zone = zone,
                 .currency = currency};
  if (!now.currency.has_value() && computed.has_value()) now.currency = computed->currency;
  return now;
}

bool IsDueWithoutClaim(const WindowCase& window, Instant by) {
  const Terms* terms = window.TermsBy(by).terms;
  return terms != nullptr && terms->disputes.credits != ClaimNeeded::kOnClaim;
}

bool IsDueWithoutClaim(const WindowCase& window) {
  return window.terms != nullptr && window.terms->disputes.credits != ClaimNeeded::kOnClaim;
}

ClosingVerdict JudgeClosing(const Closing& closing, const EvidenceCutoff& cutoff) {
  if (closing.body.knowledge > closing.stamp.recorded) return ClosingVerdict::kForeseen;
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
