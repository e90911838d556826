// Bodies by which a claim goes on after its answer, or time between the parties is moved:
// escalation, agreement, mediation, what a ruling says of claims, and deadlines extended or
// suspended by consent (DOMAIN 3.10, 3.17 rule 29). The shapes stand in schema/body.capnp; the
// rules of schema/body.h hold. Each answers the claim, or the same act of the other side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"
#include "schema/decision.h"
#include "schema/number.h"

namespace tally {

// That a claim was received; changes nothing.
struct ClaimAcknowledged {
  std::string reference, reason;
};
struct ClaimEscalated {
  uint16_t level = 0;  // 0: the next one
  std::string forum, reason;
  std::vector<DocumentDigest> documents;
};
// One side's word; both sides' words at one amount bind.
struct ClaimAgreed {
  Money amount;
  std::vector<WindowName> windows;  // none: those of the claim
  std::string reason;
  std::vector<DocumentDigest> documents;
};
// What the claim asks for from now on.
struct ClaimAmended {
  std::vector<WindowName> windows;  // none: those of the claim
  std::optional<Money> amount;      // absent: the computed one
  std::string reason;
  std::vector<DocumentDigest> documents;
};
struct MediationOpened {
  std::string mediator;
  StreamId party;  // zeros: no party of the ledger
  std::string reason;
};
enum class MediationOutcome : uint16_t { kUnset = 0, kAgreed = 1, kFailed = 2, kWithdrawn = 3 };
struct MediationClosed {
  MediationOutcome outcome = MediationOutcome::kUnset;
  std::optional<Money> amount;
  std::string reason;
};

struct RuledValue {
  WindowName window;
  Fraction value;
};
struct RuledCredit {
  WindowName window;
  Money amount;
};
struct RuledRecomputation {
  WindowName window;
  TermsHash terms;
};
enum class AwardOf : uint16_t { kUnset = 0, kCosts = 1, kInterest = 2, kSum = 3, kOther = 4 };
struct Award {
  AwardOf of = AwardOf::kUnset;
  std::string debtor;  // role
  Money amount;
  std::string note;
};
absl::string_view AwardName(AwardOf of);  // "costs"
// What a ruling says about claims and windows; what it says about time is read by decision.h.
struct RulingOnClaims {
  DecisionRank rank = DecisionRank::kUnset;
  bool partial = false;  // the rest stays open
  std::vector<RuledValue> values;
  std::vector<RuledCredit> credits;
  std::vector<RuledRecomputation> recomputations;
  std::vector<WindowName> reopened;
  std::vector<Award> awards;
  std::vector<KeyFingerprint> keys_invalid;  // whose suspect acts do not count
  std::string forum, reason;
  std::vector<DocumentDigest> documents;
};

struct DeadlineExtended {
  std::string deadline;
  Instant until;
  std::string reason;
};
struct DeadlineSuspended {
  std::string deadline;  // "": all between the parties
  Instant from;
  std::optional<Instant> until;  // absent: until resumed
  std::string reason;
};
struct DeadlineResumed {
  std::string deadline;  // "": all
  Instant from;
  std::string reason;
};

Bytes Encode(const ClaimAcknowledged& value);
Bytes Encode(const ClaimEscalated& value);
Bytes Encode(const ClaimAgreed& value);
Bytes Encode(const ClaimAmended& value);
Bytes Encode(const MediationOpened& value);
Bytes Encode(const MediationClosed& value);
// A ruling on claims alone: what it says about time is written as an event line (docs/EVENTS.md).
Bytes Encode(const RulingOnClaims& value);
Bytes Encode(const DeadlineExtended& value);
Bytes Encode(const DeadlineSuspended& value);
Bytes Encode(const DeadlineResumed& value);

// InvalidArgument for anything but a canonical body whose amounts are not negative, whose values
// are fractions "n/d" in lowest terms, and whose times are in order.
absl::StatusOr<ClaimEscalated> DecodeClaimEscalated(ByteView body);
absl::StatusOr<ClaimAgreed> DecodeClaimAgreed(ByteView body);
absl::StatusOr<ClaimAmended> DecodeClaimAmended(ByteView body);
absl::StatusOr<MediationOpened> DecodeMediationOpened(ByteView body);
absl::StatusOr<MediationClosed> DecodeMediationClosed(ByteView body);
// `corrected`: the body is a ruling corrected, which holds the whole ruling anew.
absl::StatusOr<RulingOnClaims> DecodeRulingOnClaims(ByteView body, bool corrected);
absl::StatusOr<DeadlineExtended> DecodeDeadlineExtended(ByteView body);
absl::StatusOr<DeadlineSuspended> DecodeDeadlineSuspended(ByteView body);
absl::StatusOr<DeadlineResumed> DecodeDeadlineResumed(ByteView body);

}  // namespace tally
