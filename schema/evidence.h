// Bodies of evidence that is counted: requests, latencies, tickets, calls, leads, deliverables,
// dependencies, surveys; and corrections. The shapes stand in schema/body.capnp; what they mean is
// decided by terms. Rules of schema/body.h hold: values own their memory, Decode refuses anything
// but canonical bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

// Requests in the event's observed interval; good <= valid.
struct RequestCounts {
  uint64_t valid = 0;  // what the method calls a valid request
  uint64_t good = 0;
  uint64_t invalid = 0;
  uint64_t retries = 0;
};
// counts[i] are samples above edges[i-1] and at most edges[i]; `above` lie over the last edge.
struct LatencyHistogram {
  std::vector<Duration> edges;  // ascending
  std::vector<uint64_t> counts;
  uint64_t above = 0;
  uint64_t failed = 0;
};
enum class TicketStep : uint16_t {
  kUnset = 0,
  kOpened = 1,
  kClassified = 2,
  kResponded = 3,
  kPaused = 4,
  kResumed = 5,
  kResolved = 6,
  kReopened = 7,
  kClosed = 8,
};
struct TicketEvent {
  std::string ticket;
  TicketStep step = TicketStep::kUnset;
  std::string actor, priority, category, service, site, incident, reason;
  bool first_contact = false;
};
struct CallCounts {
  std::string queue;
  uint64_t offered = 0, answered = 0, answered_in_time = 0;
  uint64_t abandoned = 0, abandoned_in_time = 0, abandoned_short = 0;
  Duration threshold, short_limit;
  Duration waited, handled;  // sums over answered calls
};
enum class LeadStep : uint16_t {
  kUnset = 0,
  kDelivered = 1,
  kAccepted = 2,
  kRejected = 3,
  kHandedOver = 4,
};
struct LeadEvent {
  std::string lead;
  LeadStep step = LeadStep::kUnset;
  std::string class_name, quality;
  uint64_t units = 0;
  std::optional<Money> value;
  std::string reason;
};
enum class DeliverableStep : uint16_t {
  kUnset = 0,
  kDelivered = 1,
  kAccepted = 2,
  kRejected = 3,
  kResubmitted = 4,
};
struct DeliverableEvent {
  std::string deliverable;
  DeliverableStep step = DeliverableStep::kUnset;
  std::optional<Instant> due;
  std::string recipient, reason;
};
enum class DependencyStep : uint16_t {
  kUnset = 0,
  kDue = 1,
  kDelivered = 2,
  kDelayNotice = 3,
  kWaived = 4,
};
struct DependencyEvent {
  std::string dependency;
  DependencyStep step = DependencyStep::kUnset;
  std::string obligor;  // role
  std::optional<Instant> due;
  std::vector<std::string> blocks;  // what waits for it
  std::string reason;
};
enum class SurveyStep : uint16_t { kUnset = 0, kInvited = 1, kAnswered = 2, kDeclined = 3 };
struct SurveyResponse {
  std::string survey;
  SurveyStep step = SurveyStep::kUnset;
  std::string question, respondent;
  std::optional<int64_t> score, highest;
};

enum class CorrectionAction : uint16_t { kUnset = 0, kReplace = 1, kWithdraw = 2 };
struct Correction {
  Hash supersedes;        // digest of the event
  uint64_t position = 0;  // in a run: of the measurement; else of the event
  CorrectionAction action = CorrectionAction::kUnset;
  std::optional<StateReported> replacement;
  std::string reason;
};

absl::StatusOr<RequestCounts> DecodeRequestCounts(ByteView body);
absl::StatusOr<LatencyHistogram> DecodeLatencyHistogram(ByteView body);
absl::StatusOr<TicketEvent> DecodeTicketEvent(ByteView body);
absl::StatusOr<CallCounts> DecodeCallCounts(ByteView body);
absl::StatusOr<LeadEvent> DecodeLeadEvent(ByteView body);
absl::StatusOr<DeliverableEvent> DecodeDeliverableEvent(ByteView body);
absl::StatusOr<DependencyEvent> DecodeDependencyEvent(ByteView body);
absl::StatusOr<SurveyResponse> DecodeSurveyResponse(ByteView body);
absl::StatusOr<Correction> DecodeCorrection(ByteView body);
Bytes Encode(const TicketEvent& value);

}  // namespace tally
