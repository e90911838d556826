// Acts of a claim's life in one form, whoever said them and however they are written: what the
// machine of claim_life.h reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "schema/dispute_act.h"

namespace tally::replay {

enum class ClaimActKind : uint8_t {
  kAnswered,
  kAccepted,  // the claimant takes the answer
  kEscalated,
  kAgreed,  // both said so; one side's word alone is no act of the machine
  kMediationClosed,
  kRuled,
  kWithdrawn,
  kSettled,  // both stated the amount
  kAmended,  // by the claimant, while it waited for an answer
};
enum class ActSide : uint8_t { kClaimant, kObligor, kBoth, kMediator, kAuthority };

struct ClaimAct {
  ClaimActKind kind = ClaimActKind::kAnswered;
  ActSide side = ActSide::kClaimant;
  ActStamp stamp;
  std::vector<std::string> roles;            // authorities: those of the terms that it holds
  std::optional<int> height;                 // of an authority's word; none: it may not rule here
  std::string unknown_debtor;                // rulings: a role of an award that no side holds
  bool other_currency = false;               // its sum, or a credit that it rules, is in another
  ClaimAnswer answer = ClaimAnswer::kUnset;  // answers
  std::optional<Money> amount;               // that the act names
  int64_t level = 0;                         // escalations: to which; 0: the next
  MediationOutcome outcome = MediationOutcome::kUnset;
  bool partial = false;           // rulings: the rest stays open
  std::optional<ActStamp> begun;  // agreements and settlements: the first side's word
  bool overtaken = false;         // a window of the claim was changed since `begun`
  // Amendments: when what the claim is for by them takes effect; absent: it is premature.
  std::optional<Instant> begins = {};
};

// A deadline moved by consent: both parties recorded the same act; it counts from the second.
struct TimeShift {
  enum class Kind : uint8_t { kExtended, kSuspended };
  Kind kind = Kind::kExtended;
  std::string deadline;  // "claim.answer", or "claim.answer ID"; "": all between the parties
  Instant from;          // suspensions
  std::optional<Instant> until;
  ActStamp stamp;      // of the second act
  StreamId with = {};  // the author of the first
  bool Between(const StreamId& a, const StreamId& b) const {
    return (stamp.author == a && with == b) || (stamp.author == b && with == a);
  }
};

}  // namespace tally::replay
