// The machine: one method for each act, one for the clock. `pending_` is the one deadline that runs
// in a state; leaving the state ends it.
#include "replay/dispute/claim_life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsAbout(const Rule& rule, const std::string& objective) {
  return rule.objectives.empty() || std::find(rule.objectives.begin(), rule.objectives.end(),
                                              objective) != rule.objectives.end();
}
std::string ClauseOf(const Rule& rule) { return absl::StrCat("rules.", rule.id); }

LevelForm FormOf(const Choices& choices) {
  if (choices.Is("form", "mediation")) return LevelForm::kMediation;
  if (choices.Is("form", "expert determination")) return LevelForm::kDetermination;
  if (choices.Is("form", "arbitration")) return LevelForm::kArbitration;
  return LevelForm::kRepresentatives;
}

absl::StatusOr<DisputeLevel> LevelOf(const Rule& rule, const CalendarBook& calendars) {
  DisputeLevel level;
  level.rule = rule.id;
  level.number = rule.choices.Count("level");
  level.form = FormOf(rule.choices);
  bool decides = level.form == LevelForm::kDetermination || level.form == LevelForm::kArbitration;
  if (decides) level.authority = rule.choices.Text("authority");
  if (rule.choices.Is("counted in", "no limit")) return level;
  TALLY_ASSIGN_OR_RETURN(level.within, TimerOf(rule.choices, calendars));
  if (rule.choices.Is("on expiry", "next level")) level.on_expiry = LevelExpiry::kNextLevel;
  if (rule.choices.Is("on expiry", "claim lapses")) level.on_expiry = LevelExpiry::kLapses;
  return level;
}

// What both parties may still say at one amount.
bool IsOver(ClaimState state) {
  return state == ClaimState::kSettled || state == ClaimState::kWithdrawn;
}
bool IsAnswered(ClaimState state) {
  return state == ClaimState::kPartly || state == ClaimState::kRejected ||
         state == ClaimState::kDeemedRejected;
}
bool AwaitsAnswer(ClaimState state) {
  return state == ClaimState::kPremature || state == ClaimState::kFiled;
}

class Life {
 public:
  explicit Life(const ClaimQuestion& question) : question_(question), rules_(*question.rules) {}

  absl::StatusOr<ClaimLife> Run() {
    bool effective = question_.begins.has_value() && *question_.begins <= question_.filed.time;
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
    life_.steps.push_back(
        {.state = state, .level = level, .at = at, .cause = cause, .clause = std::move(clause)});
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
    TALLY_ASSIGN_OR_RETURN(pending.due, DueBy(timer, *rules_.zone, since));
    for (const TimeShift& shift : question_.shifts) Move(shift, since, pending);
    pending_ = std::move(pending);
    return absl::OkStatus();
  }

  // Consent moves a deadline that has not passed when it is given.
  void Move(const TimeShift& shift, Instant since, Pending& pending) const {
    bool named = shift.deadline.empty() || shift.deadline == pending.what ||
                 shift.deadline == absl::StrCat(pending.what, " ", question_.claim);
    if (!named || pending.suspended || shift.stamp.time >= pending.due) return;
    if (shift.kind == TimeShift::Kind::kExtended) {
      pending.due = std::max(pending.due, *shift.until);
      return;
    }
    if (shift.from >= pending.due) return;
    if (!shift.until.has_value()) {
      pending.suspended = true;
      return;
    }
    Instant from = std::max(shift.from, since);
    if (*shift.until > from) pending.due = pending.due + (*shift.until - from);
  }

  absl::Status Advance(Instant now) {
    while (true) {
      bool begins = life_.state == ClaimState::kPremature && question_.begins.has_value() &&
                    *question_.begins <= now;
      if (begins) {
        TALLY_RETURN_IF_ERROR(Enter(ClaimState::kFiled, 0, *question_.begins, std::nullopt, ""));
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
      case ClaimActKind::kSettled:
        break;
    }
    if (IsOver(life_.state)) return absl::OkStatus();  // the fold has said so
    return Enter(ClaimState::kSettled, life_.level, act.stamp.time, act.stamp.at, "");
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

  absl::Status ApplyAnswer(const ClaimAct& act) {
    if (!AwaitsAnswer(life_.state)) {
      std::optional<Instant> due = DueOf("claim.answer");
      if (due.has_value() && act.stamp.time >= *due) {
        MarkLate("claim.answer");
        Find(act, "answer-late", "error",
             absl::StrCat("answered ", FormatInstant(act.stamp.time), ", in time before ",
                          FormatInstant(*due), "; it has no effect"));
      } else {
        Find(act, "answered-already", "note", "the first answer stands");
      }
      return absl::OkStatus();
    }
    if (act.answer == ClaimAnswer::kPartly && question_.due.has_value() &&
        act.amount->currency != question_.due->currency) {
      Find(act, "answer-other-currency", "error",
           "the part is not in the currency of the credit; it has no effect");
      return absl::OkStatus();
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

  absl::Status ApplyAgreement(const ClaimAct& act) {
    if (IsOver(life_.state)) return Without(act, "claim agreed");
    life_.approved = act.amount;
    life_.approved_in_full = false;
    life_.agreed_by_both = true;
    return Enter(ClaimState::kAgreed, life_.level, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyMediationClosed(const ClaimAct& act) {
    if (life_.state != ClaimState::kMediation) return Without(act, "mediation closed");
    if (act.outcome == MediationOutcome::kAgreed) {
      Find(act, "mediation-agreed", "note",
           "the mediator reports an agreement; it binds when both parties state it");
      return absl::OkStatus();
    }
    if (LevelAt(life_.level + 1) == nullptr) {
      return Lapse(act.stamp.time, act.stamp.at, "");
    }
    return EnterLevel(life_.level + 1, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyRuling(const ClaimAct& act) {
    const DisputeLevel* level = life_.level > 0 ? LevelAt(life_.level) : nullptr;
    bool forum = life_.state == ClaimState::kDetermination ||
                 life_.state == ClaimState::kArbitration || life_.state == ClaimState::kRuled;
    bool heard = rules_.levels.empty() ? !IsOver(life_.state)
                                       : forum && level != nullptr && level->authority == act.role;
    if (!heard) return Without(act, "ruling issued");
    if (act.partial) {
      Find(act, "award-partial", "note", "a partial award: the rest of the claim stays open");
      return absl::OkStatus();
    }
    life_.approved.reset();
    life_.approved_in_full = true;  // of what the ruling left due
    return Enter(ClaimState::kRuled, life_.level, act.stamp.time, act.stamp.at, "");
  }

  absl::Status ApplyWithdrawal(const ClaimAct& act) {
    if (IsOver(life_.state) || life_.state == ClaimState::kRuled) {
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
  ClaimLife life_;
  std::optional<Pending> pending_;
  std::optional<Money> answered_;
};

}  // namespace

std::string ClaimStateText(ClaimState state, int64_t level) {
  switch (state) {
    case ClaimState::kPremature:
      return "premature";
    case ClaimState::kFiled:
      return "filed";
    case ClaimState::kAccepted:
      return "accepted";
    case ClaimState::kPartly:
      return "partly accepted";
    case ClaimState::kRejected:
      return "rejected";
    case ClaimState::kDeemedAccepted:
      return "deemed accepted";
    case ClaimState::kDeemedRejected:
      return "deemed rejected";
    case ClaimState::kLevel:
      return absl::StrCat("level ", level);
    case ClaimState::kMediation:
      return "mediation";
    case ClaimState::kDetermination:
      return "determination";
    case ClaimState::kArbitration:
      return "arbitration";
    case ClaimState::kAgreed:
      return "agreed";
    case ClaimState::kRuled:
      return "ruled";
    case ClaimState::kSettled:
      return "settled";
    case ClaimState::kWithdrawn:
      return "withdrawn";
    case ClaimState::kLapsed:
      break;
  }
  return "lapsed";
}

absl::StatusOr<ClaimRules> ClaimRulesOf(const Terms& terms, const std::string& objective,
                                        const Zone& zone, const CalendarBook& calendars) {
  ClaimRules rules;
  rules.zone = &zone;
  rules.zone_name = terms.zone.name;
  rules.on_claim = terms.disputes.credits == ClaimNeeded::kOnClaim;
  rules.silence = terms.disputes.silence;
  rules.answer.number = terms.disputes.answer_within_days;
  rules.answer_clause = "disputes.answer_within_days";
  for (const Rule& rule : terms.rules) {
    if (!IsAbout(rule, objective)) continue;
    if (rule.kind == "answer deadline") {
      TALLY_ASSIGN_OR_RETURN(rules.answer, TimerOf(rule.choices, calendars));
      rules.answer_clause = ClauseOf(rule);
    } else if (rule.kind == "escalation deadline") {
      TALLY_ASSIGN_OR_RETURN(rules.escalation, TimerOf(rule.choices, calendars));
      rules.escalation_clause = ClauseOf(rule);
    } else if (rule.kind == "dispute level") {
      TALLY_ASSIGN_OR_RETURN(DisputeLevel level, LevelOf(rule, calendars));
      rules.levels.push_back(std::move(level));
    } else if (rule.kind == "sum claimed") {
      rules.within_sum_claimed = rule.choices.Is("limits", "what is due");
    }
  }
  std::sort(rules.levels.begin(), rules.levels.end(),
            [](const DisputeLevel& a, const DisputeLevel& b) { return a.number < b.number; });
  for (size_t i = 0; i < rules.levels.size(); ++i) {
    if (rules.levels[i].number == static_cast<int64_t>(i) + 1) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "rules.", rules.levels[i].rule, ": dispute levels are numbered 1, 2, 3 without a gap"));
  }
  return rules;
}

absl::StatusOr<ClaimLife> LiveClaim(const ClaimQuestion& question) {
  TALLY_CHECK(question.rules != nullptr && question.rules->zone != nullptr);
  return Life(question).Run();
}

}  // namespace tally::replay
