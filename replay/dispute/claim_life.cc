// The machine: one method for each act, one for the clock. `pending_` is the one deadline that runs
// in a state; leaving the state ends it.
#include "replay/dispute/claim_life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/moved_time.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

class Life {
 public:
  explicit Life(const ClaimQuestion& question)
      : question_(question), rules_(*question.rules), begins_(question.begins) {}

  absl::StatusOr<ClaimLife> Run() {
    bool effective = begins_.has_value() && *begins_ <= question_.filed.time;
    TALLY_RETURN_IF_ERROR(Enter(effective ? ClaimState::kFiled : ClaimState::kPremature, 0,
                                question_.filed.time, question_.filed.at, ""));
    for (const ClaimAct& act : question_.acts) {
      TALLY_RETURN_IF_ERROR(Advance(act.stamp.time));
      TALLY_RETURN_IF_ERROR(Apply(act));
    }
    TALLY_RETURN_IF_ERROR(Advance(question_.knowledge));
    ListPending("open");
    return std::move(life_);
  }

 private:
  struct Pending {
    std::string what, party, clause, consequence;
    Instant due;
    bool suspended = false;  // by consent, and not resumed
  };

  void Find(const ClaimAct& act, absl::string_view kind, absl::string_view severity,
            std::string message) {
    life_.findings.push_back({.kind = std::string(kind),
                              .severity = std::string(severity),
                              .objective = "",
                              .at = act.stamp.at,
                              .message = std::move(message)});
  }
  std::string Here() const { return ClaimStateText(life_.state, life_.level); }
  const DisputeLevel* LevelAt(int64_t number) const {
    for (const DisputeLevel& level : rules_.levels) {
      if (level.number == number) return &level;
    }
    return nullptr;
  }

  // ---- States and the clock --------------------------------------------------------------------

  absl::Status Enter(ClaimState state, int64_t level, Instant at,
                     std::optional<ledger::EventAddress> cause, std::string clause) {
    if (cause.has_value()) ListPending("met");
    pending_.reset();
    life_.state = state;
    life_.level = level;
    life_.steps.push_back({.state = state,
                           .level = level,
                           .at = at,
                           .cause = cause,
                           .clause = std::move(clause),
                           .approved = life_.approved,
                           .agreed_by_both = life_.agreed_by_both});
    return Await(at);
  }

  // The deadline that begins with the state.
  absl::Status Await(Instant since) {
    if (life_.state == ClaimState::kFiled && rules_.on_claim) {
      bool accepted = rules_.silence == SilentAnswer::kDeemedAccepted;
      return Start("claim.answer", question_.obligor, rules_.answer, rules_.answer_clause,
                   accepted ? "the claim is deemed accepted" : "the claim is deemed rejected",
                   since);
    }
    if (IsAnswered(life_.state) && rules_.escalation.has_value()) {
      return Start("claim.escalate", question_.claimant, *rules_.escalation,
                   rules_.escalation_clause, "the claim lapses and the answer stands", since);
    }
    const DisputeLevel* level = life_.level > 0 ? LevelAt(life_.level) : nullptr;
    bool held = life_.state == ClaimState::kLevel || life_.state == ClaimState::kMediation ||
                life_.state == ClaimState::kDetermination ||
                life_.state == ClaimState::kArbitration;
    if (!held || level == nullptr || !level->within.has_value()) return absl::OkStatus();
    absl::string_view consequence = "nothing follows by itself";
    if (level->on_expiry == LevelExpiry::kNextLevel)
      consequence = "the claim goes to the next level";
    if (level->on_expiry == LevelExpiry::kLapses) {
      consequence = "the claim lapses and the answer stands";
    }
    return Start(absl::StrCat("claim.level-", level->number),
                 level->authority.empty() ? "" : level->authority, *level->within,
                 absl::StrCat("rules.", level->rule), consequence, since);
  }

  absl::Status Start(absl::string_view what, absl::string_view party, const Timer& timer,
                     const std::string& clause, absl::string_view consequence, Instant since) {
    Pending pending{.what = std::string(what),
                    .party = std::string(party),
                    .clause = clause,
                    .consequence = std::string(consequence),
                    .due = {},
                    .suspended = false};
    // A time that the calendar cannot tell lies beyond every instant that it knows: it never ends.
    const absl::StatusOr<Instant> due = DueBy(timer, *rules_.zone, since);
    pending.due = due.ok() ? *due : kInstantLast;
    const MovedTime moved =
        MovedByConsent(what, question_.claim, since, pending.due, question_.shifts);
    pending.due = moved.due;
    pending.suspended = moved.suspended;
    pending_ = std::move(pending);
    return absl::OkStatus();
  }

  absl::Status Advance(Instant now) {
    while (true) {
      bool begins = life_.state == ClaimState::kPremature && begins_.has_value() && *begins_ <= now;
      if (begins) {
        TALLY_RETURN_IF_ERROR(Enter(ClaimState::kFiled, 0, *begins_, std::nullopt, ""));
        continue;
      }
      if (!pending_.has_value() || pending_->suspended || pending_->due > now) {
        return absl::OkStatus();
      }
      TALLY_RETURN_IF_ERROR(Expire());
    }
  }

  absl::Status Expire() {
    const Pending ended = *pending_;
    ListPending("deemed");
    pending_.reset();
    if (life_.state == ClaimState::kFiled) {
      bool accepted = rules_.silence == SilentAnswer::kDeemedAccepted;
      life_.approved_in_full = accepted;
      return Enter(accepted ? ClaimState::kDeemedAccepted : ClaimState::kDeemedRejected, 0,
                   ended.due, std::nullopt, ended.clause);
    }
    if (IsAnswered(life_.state)) return Lapse(ended.due, std::nullopt, ended.clause);
    const DisputeLevel* level = LevelAt(life_.level);
    if (level == nullptr || level->on_expiry == LevelExpiry::kStays) return absl::OkStatus();
    if (level->on_expiry == LevelExpiry::kNextLevel && LevelAt(level->number + 1) != nullptr) {
      return EnterLevel(level->number + 1, ended.due, std::nullopt, ended.clause);
    }
    return Lapse(ended.due, std::nullopt, ended.clause);
  }

  absl::Status Lapse(Instant at, std::optional<ledger::EventAddress> cause, std::string clause) {
    return Enter(ClaimState::kLapsed, 0, at, cause, std::move(clause));
  }

  absl::Status EnterLevel(int64_t number, Instant at, std::optional<ledger::EventAddress> cause,
                          std::string clause) {
    ClaimState state = ClaimState::kLevel;
    switch (LevelAt(number)->form) {
      case LevelForm::kRepresentatives:
        break;
      case LevelForm::kMediation:
        state = ClaimState::kMediation;
        break;
      case LevelForm::kDetermination:
        state = ClaimState::kDetermination;
        break;
      case LevelForm::kArbitration:
        state = ClaimState::kArbitration;
        break;
    }
    return Enter(state, number, at, cause, std::move(clause));
  }

  void ListPending(absl::string_view state) {
    if (!pending_.has_value()) return;
    life_.deadlines.push_back({.what = pending_->what,
                               .object = question_.claim,
                               .party = pending_->party,
                               .due = pending_->due,
                               .zone = rules_.zone_name,
                               .clause = pending_->clause,
                               .state = pending_->suspended ? "suspended" : std::string(state),
                               .consequence = pending_->consequence});
  }

  // ---- Acts ------------------------------------------------------------------------------------

  absl::Status Apply(const ClaimAct& act) {
    switch (act.kind) {
      case ClaimActKind::kAnswered:
        return ApplyAnswer(act);
      case ClaimActKind::kAccepted:
        return ApplyAcceptance(act);
      case ClaimActKind::kEscalated:
        return ApplyEscalation(act);
      case ClaimActKind::kAgreed:
        return ApplyAgreement(act);
      case ClaimActKind::kMediationClosed:
        return ApplyMediationClosed(act);
      case ClaimActKind::kRuled:
        return ApplyRuling(act);
      case ClaimActKind::kWithdrawn:
        return ApplyWithdrawal(act);
      case ClaimActKind::kAmended:
        return ApplyAmendment(act);
      case ClaimActKind::kSettled:
        break;
    }
    return ApplySettlement(act);
  }

  void MarkLate(absl::string_view what) {
    for (Deadline& deadline : life_.deadlines) {
      if (deadline.what == what && deadline.state == "deemed") deadline.state = "late";
    }
  }
  std::optional<Instant> DueOf(absl::string_view what) const {
    for (const Deadline& deadline : life_.deadlines) {
      if (deadline.what == what) return deadline.due;
    }
    return std::nullopt;
  }

  // Another claim is to be answered, and the time for it begins anew: nobody widens a claim in the
  // last minute of the answer.
  absl::Status ApplyAmendment(const ClaimAct& act) {
    if (!AwaitsAnswer(life_.state)) return Without(act, "claim amended");
    pending_.reset();
    begins_ = act.begins;
    const bool effective = begins_.has_value() && *begins_ <= act.stamp.time;
    return Enter(effective ? ClaimState::kFiled : ClaimState::kPremature, 0, act.stamp.time,
                 act.stamp.at, "");
  }

  absl::Status ApplyAnswer(const ClaimAct& act) {
    if (!AwaitsAnswer(life_.state)) {
      std::optional<Instant> due = DueOf("claim.answer");
      if (due.has_value() && act.stamp.time >= *due) {
        MarkLate("claim.answer");
        Find(act, "answer-late", "error",
             absl::StrCat("answered ", FormatInstant(act.stamp.time), ", in time before ",
                          FormatInstant(*due), "; it has no effect"));
      } else {
        Find(act, "answered-already", "error",
             absl::StrCat("the claim is ", Here(),
                          ": the first answer stands, this one has no effect"));
      }
      return absl::OkStatus();
    }
    if (act.answer == ClaimAnswer::kPartly && act.other_currency) {
      Find(act, "answer-other-currency", "error",
           "the part is not in the currency of the credit; it has no effect");
      return absl::OkStatus();
    }
    if (act.answer == ClaimAnswer::kPartly && question_.due.has_value() &&
        act.amount->minor > question_.due->minor) {
      Find(act, "answer-above-claim", "note",
           absl::StrCat("accepts ", FormatMoney(*act.amount), " of ", FormatMoney(*question_.due),
                        "; no more than is due is approved"));
    }
    answered_ = act.amount;
    ClaimState state = ClaimState::kRejected;
    if (act.answer == ClaimAnswer::kAccepted) {
      state = ClaimState::kAccepted;
      life_.approved_in_full = true;
    } else if (act.answer == ClaimAnswer::kPartly) {
      state = ClaimState::kPartly;
      life_.approved = act.amount;
    }
    return Enter(state, 0, act.stamp.time, act.stamp.at, "");
  }

  // What he accepts is the sum that he names: the obligor does not choose afterwards what was
  // agreed to.
  absl::Status ApplyAcceptance(const ClaimAct& act) {
    if (life_.state == ClaimState::kAccepted) return absl::OkStatus();  // nothing is left to accept
    if (AwaitsAnswer(life_.state)) {
      Find(act, "acceptance-before-answer", "error",
           "the answer that counts came later; it has no effect");
      return absl::OkStatus();
    }
    if (!IsAnswered(life_.state)) return Without(act, "claim accepted");
    bool other = act.amount.has_value() && act.amount != answered_ &&
                 (answered_.has_value() || act.amount->minor != 0);
    if (other) {
      Find(act, "acceptance-other-amount", "error",
           absl::StrCat("accepts ", FormatMoney(*act.amount), ", answered ",
                        answered_.has_value() ? FormatMoney(*answered_) : "nothing",
                        "; it has no effect"));
      return absl::OkStatus();
    }
    if (life_.state != ClaimState::kPartly) return Lapse(act.stamp.time, act.stamp.at, "");
    return Enter(ClaimState::kAgreed, 0, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyEscalation(const ClaimAct& act) {
    bool answered = IsAnswered(life_.state) && act.side == ActSide::kClaimant;
    if (!answered && life_.state != ClaimState::kLevel) {
      if (life_.state == ClaimState::kLapsed) {
        MarkLate(life_.level == 0 ? "claim.escalate" : absl::StrCat("claim.level-", life_.level));
      }
      return Without(act, "claim escalated");
    }
    const int64_t next = life_.level + 1;
    if (LevelAt(next) == nullptr) {
      Find(act, "escalation-without-level", "error",
           absl::StrCat("the terms name no level ", next, "; it has no effect"));
      return absl::OkStatus();
    }
    if (act.level != 0 && act.level != next) {
      Find(act, "escalation-other-level", "error",
           absl::StrCat("escalates to level ", act.level, ", and the next is ", next,
                        "; it has no effect"));
      return absl::OkStatus();
    }
    return EnterLevel(next, act.stamp.time, act.stamp.at, "");
  }

  // One side's word ends with the state in which it was given, where something decided the claim or
  // the obligor refused it, and with the claim as it was, where the claimant amends it.
  bool IsStale(const ActStamp& word) const {
    return std::any_of(life_.steps.begin(), life_.steps.end(), [&](const ClaimStep& step) {
      const bool answered =
          step.state == ClaimState::kAccepted || step.state == ClaimState::kDeemedAccepted;
      return (answered || Overtakes(step)) && IsAfter(step, word);
    });
  }
  // An offer to pay outlives silence, and an answer by which its author accepts the claim.
  bool IsOvertaken(const ActStamp& offer) const {
    return std::any_of(life_.steps.begin(), life_.steps.end(), [&](const ClaimStep& step) {
      return Overtakes(step) && IsAfter(step, offer);
    });
  }
  static bool Overtakes(const ClaimStep& step) {
    switch (step.state) {
      case ClaimState::kAgreed:
      case ClaimState::kRuledInPart:
      case ClaimState::kRuled:
      case ClaimState::kLapsed:
      case ClaimState::kPartly:
      case ClaimState::kRejected:
        return true;
      case ClaimState::kPremature:
      case ClaimState::kFiled:
        return step.cause.has_value();  // an amendment; the filing is before every word
      default:
        return false;
    }
  }
  static bool IsAfter(const ClaimStep& step, const ActStamp& word) {
    return step.cause.has_value() ? *step.cause > word.at : step.at > word.recorded;
  }

  absl::Status ApplyAgreement(const ClaimAct& act) {
    if (IsOver(life_.state)) return Without(act, "claim agreed");
    const bool again = act.begun.has_value() && life_.state == ClaimState::kAgreed &&
                       life_.agreed_by_both && life_.approved == act.amount;
    if (again) return absl::OkStatus();
    if (act.begun.has_value() && (act.overtaken || IsStale(*act.begun))) {
      Find(act, "agreement-stale", "error",
           absl::StrCat("the other side said so before the claim was ", Here(),
                        "; it counts once it says so again"));
      return absl::OkStatus();
    }
    if (act.other_currency) {
      Find(act, "agreement-other-currency", "error",
           "the sum is not in the currency of the credit; it has no effect");
      return absl::OkStatus();
    }
    life_.approved = act.amount;
    life_.approved_in_full = false;
    life_.agreed_by_both = true;
    return Enter(ClaimState::kAgreed, life_.level, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplySettlement(const ClaimAct& act) {
    if (life_.state == ClaimState::kWithdrawn) {
      Find(act, "settlement-of-withdrawn-claim", "error",
           "the claim was withdrawn; it has no effect");
    } else if (life_.state == ClaimState::kSettled) {
      Find(act, "settled-already", "note", "it changes nothing");
    } else if (act.begun.has_value() && (act.overtaken || IsOvertaken(*act.begun))) {
      Find(act, "settlement-stale", "error",
           absl::StrCat("it was proposed before the claim was ", Here(),
                        "; it counts once it is proposed again"));
    } else {
      return Enter(ClaimState::kSettled, life_.level, act.stamp.time, act.stamp.at, "");
    }
    return absl::OkStatus();
  }

  absl::Status ApplyMediationClosed(const ClaimAct& act) {
    if (life_.state != ClaimState::kMediation) return Without(act, "mediation closed");
    if (act.outcome == MediationOutcome::kAgreed) {
      Find(act, "mediation-agreed", "note",
           "the mediator reports an agreement; it binds when both parties state it");
      return absl::OkStatus();
    }
    if (LevelAt(life_.level + 1) == nullptr) {
      Find(act, "mediation-failed", "note",
           "a mediator decides nothing, and no level follows: the claim stays until the time of "
           "this one is over, and both can still agree");
      return absl::OkStatus();
    }
    return EnterLevel(life_.level + 1, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyRuling(const ClaimAct& act) {
    if (act.other_currency) {
      Find(act, "ruling-other-currency", "error",
           "it credits another currency than the claim is in; it has no effect");
      return absl::OkStatus();
    }
    const DisputeLevel* level = life_.level > 0 ? LevelAt(life_.level) : nullptr;
    const bool forum = life_.state == ClaimState::kDetermination ||
                       life_.state == ClaimState::kArbitration ||
                       life_.state == ClaimState::kRuled || life_.state == ClaimState::kRuledInPart;
    const bool holds = level != nullptr && std::find(act.roles.begin(), act.roles.end(),
                                                     level->authority) != act.roles.end();
    if (!act.height.has_value() || (!rules_.levels.empty() && act.roles.empty())) {
      Find(act, "ruling-without-authority", "error",
           "the terms do not let its author rule on this claim; it has no effect");
      return absl::OkStatus();
    }
    const bool heard = rules_.levels.empty() ? !IsOver(life_.state) : forum && holds;
    if (!heard) return Without(act, "ruling issued");
    if (ruled_height_.has_value() && *act.height < *ruled_height_) {
      Find(act, "ruling-outranked", "error", "a ruling of higher rank stands; it has no effect");
      return absl::OkStatus();
    }
    ruled_height_ = act.height;
    if (!act.unknown_debtor.empty()) {
      Find(act, "award-unknown-debtor", "error",
           absl::StrCat("the terms bind no side of the claim to the role \"", act.unknown_debtor,
                        "\"; what it would owe is not awarded"));
    }
    if (act.partial) {
      Find(act, "award-partial", "note", "a partial award: the rest of the claim stays open");
      return Enter(ClaimState::kRuledInPart, life_.level, act.stamp.time, act.stamp.at, "");
    }
    life_.approved.reset();
    life_.agreed_by_both = false;
    life_.approved_in_full = true;  // of what the ruling left due
    return Enter(ClaimState::kRuled, life_.level, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyWithdrawal(const ClaimAct& act) {
    if (IsOver(life_.state) || life_.state == ClaimState::kLapsed ||
        life_.state == ClaimState::kRuled || life_.state == ClaimState::kRuledInPart) {
      return Without(act, "claim withdrawn");
    }
    life_.approved.reset();
    life_.approved_in_full = false;
    return Enter(ClaimState::kWithdrawn, life_.level, act.stamp.time, act.stamp.at, "");
  }

  absl::Status Without(const ClaimAct& act, absl::string_view name) {
    Find(act, "act-out-of-state", "error",
         absl::StrCat("'", name, "' has no effect while the claim is ", Here()));
    return absl::OkStatus();
  }

  const ClaimQuestion& question_;
  const ClaimRules& rules_;
  std::optional<Instant> begins_;  // of what it is for by now
  ClaimLife life_;
  std::optional<Pending> pending_;
  std::optional<Money> answered_;
  std::optional<int> ruled_height_;  // of the ruling that stands
};

}  // namespace

absl::StatusOr<ClaimLife> LiveClaim(const ClaimQuestion& question) {
  TALLY_CHECK(question.rules != nullptr && question.rules->zone != nullptr);
  return Life(question).Run();
}

}  // namespace tally::replay
