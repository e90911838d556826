// The life of one claim, as a pure machine over its acts and the clock (DOMAIN 3.17 rule 29):
//
//   filed -> accepted | partly accepted | rejected, by the answer, or deemed so when time runs out;
//   an amendment before it gives the whole time again
//   partly accepted, rejected -> level 1, 2, ... by escalation; or it lapses and the answer stands
//   level n -> agreed, when both say so; the next level, by escalation or the clock
//   a level is a meeting of representatives, a mediation, a determination or an arbitration, as the
//   terms say; the last two end with a ruling of the authority that the terms name
//   accepted, agreed, ruled -> settled; before a ruling the claimant may withdraw
//
// Acts count in log order, each at its ledger time. A timer that ends at or before an act has run
// out before it: the last instant in time is the one before. An act that its state does not know,
// or that came late, changes nothing and says so; what both parties say at the same amount holds in
// every state but a settled or withdrawn one, and one side's word does not outlive what decided the
// claim. A ruling needs the authority of the terms, and does not undo one of a higher rank.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/dispute/claim_act.h"
#include "replay/dispute/claim_rules.h"
#include "replay/dispute/claim_state.h"
#include "replay/replay.h"
#include "schema/terms.h"

namespace tally::replay {

struct ClaimQuestion {
  const ClaimRules* rules = nullptr;
  std::string claim;  // its id, for deadlines
  ActStamp filed;
  std::optional<Instant> begins;  // when it took effect, as it was filed; absent: premature
  std::string obligor, claimant;  // names of the parties
  std::optional<Money> due;       // computed now: only a note hangs on it
  std::vector<ClaimAct> acts;     // in log order, known at K
  std::vector<TimeShift> shifts;  // deadlines moved by consent, in log order
  Instant knowledge;              // K: timers that end at or before it have run out
};

// One step of the life; `cause` is absent where the clock made it.
struct ClaimStep {
  ClaimState state = ClaimState::kFiled;
  int64_t level = 0;
  Instant at;
  std::optional<ledger::EventAddress> cause;
  std::string clause;
  std::optional<Money> approved;  // by then; absent: none, or all of it
  bool agreed_by_both = false;    // that is both parties' word, whatever was answered
};
struct ClaimLife {
  ClaimState state = ClaimState::kPremature;
  int64_t level = 0;
  std::vector<ClaimStep> steps;   // the first is the filing
  std::optional<Money> approved;  // absent: none, or all of it when `approved_in_full`
  bool approved_in_full = false;
  bool agreed_by_both = false;  // `approved` is both parties' word, whatever was answered
  std::vector<Deadline> deadlines;
  std::vector<Finding> findings;
};
// FailedPrecondition when a calendar of the terms has no day for a timer.
absl::StatusOr<ClaimLife> LiveClaim(const ClaimQuestion& question);

}  // namespace tally::replay
