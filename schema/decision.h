// Bodies by which time is taken out of a measure: announcements of maintenance, proposals that an
// interval be excluded or put down to somebody, and what was agreed, contested or determined about
// them (DOMAIN 3.3, 3.4). The shapes stand in schema/body.capnp; the rules of schema/body.h hold.
//
// A decision and what it decides share a name, which whoever proposes it gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"

namespace tally {

// By what authority something was decided. The numbers are those of the bodies.
enum class DecisionRank : uint16_t {
  kUnset = 0,
  kProposal = 1,
  kDeemed = 2,
  kJoint = 3,
  kExpert = 4,
  kArbitrator = 5,
};
absl::string_view RankName(DecisionRank rank);  // "arbitrator"

enum class CauseClass : uint16_t {
  kUnset = 0,
  kPlannedMaintenance = 1,
  kEmergencyMaintenance = 2,
  kCustomer = 3,
  kCustomerSupplier = 4,
  kProviderSupplier = 5,
  kForceMajeure = 6,
  kSuspension = 7,
  kBetaFeature = 8,
  kBelowMinimumVolume = 9,
  kProvider = 10,
  kOther = 11,
};
absl::string_view CauseName(CauseClass cause);  // "planned maintenance"

enum class Admission : uint16_t { kUnset = 0, kAdmitted = 1, kReduced = 2, kRejected = 3 };

// Extents are ordered parts of the interval proposed; none means the whole of it.
using Extent = std::vector<Interval>;

struct MaintenanceAnnounced {
  std::string name;
  CauseClass cause = CauseClass::kUnset;
  Interval interval;
  std::vector<std::string> objectives;  // none: all
};
struct ExclusionProposed {
  std::string name;
  CauseClass cause = CauseClass::kUnset;
  Interval interval;
  Extent extent;
  std::vector<std::string> objectives;
  std::string incident;
  std::optional<Instant> notice_given;
  Hash announcement;  // zeros: none
};
struct ExclusionAgreed {
  std::string name;
  Extent extent;
};
struct ExclusionContested {
  std::string name;
  Extent extent;  // what is conceded; none: nothing
};
struct ExclusionDetermined {
  std::string name;
  DecisionRank rank = DecisionRank::kUnset;
  Admission admission = Admission::kUnset;
  Extent extent;
};
struct AttributionProposed {
  std::string name;
  std::string responsible;  // role
  CauseClass cause = CauseClass::kUnset;
  Interval interval;
  Extent extent;
  std::vector<std::string> objectives;
  std::string incident;
};
struct AttributionAgreed {
  std::string name;
};
struct AttributionContested {
  std::string name;
  std::string responsible;  // in the view of whoever contests; "": not said
  Extent extent;
};
struct AttributionDetermined {
  std::string name;
  DecisionRank rank = DecisionRank::kUnset;
  std::string responsible;
  Extent extent;
};
// What a ruling says about time; the rest of it is read by dispute_act.h.
struct RuledAttribution {
  std::string name;
  std::string responsible;
  Extent extent;
};
struct RuledExclusion {
  std::string name;
  Admission admission = Admission::kUnset;
  Extent extent;
};
struct RulingOnTime {
  DecisionRank rank = DecisionRank::kUnset;
  std::vector<RuledAttribution> attributions;
  std::vector<RuledExclusion> exclusions;
};

enum class NoticeAbout : uint16_t {
  kUnset = 0,
  kIncident = 1,
  kDelay = 2,
  kDefault = 3,
  kTermination = 4,
  kReport = 5,
  kOther = 6,
};
struct NoticeGiven {
  NoticeAbout about = NoticeAbout::kUnset;
  std::string subject;
  std::vector<std::string> objectives;  // none: all
  std::optional<Instant> since;
};

// What a party chose among things that are its own to choose: `option` of `choice`.
struct ChoiceMade {
  std::string choice, option;
  bool for_windows_only = false;  // it names windows, which are not read here
};

// InvalidArgument for anything but a canonical body whose intervals are not empty and whose extents
// are ordered, disjoint and, where the interval stands beside them, inside it.
absl::StatusOr<MaintenanceAnnounced> DecodeMaintenanceAnnounced(ByteView body);
absl::StatusOr<ExclusionProposed> DecodeExclusionProposed(ByteView body);
absl::StatusOr<ExclusionAgreed> DecodeExclusionAgreed(ByteView body);
absl::StatusOr<ExclusionContested> DecodeExclusionContested(ByteView body);
absl::StatusOr<ExclusionDetermined> DecodeExclusionDetermined(ByteView body);
absl::StatusOr<AttributionProposed> DecodeAttributionProposed(ByteView body);
absl::StatusOr<AttributionAgreed> DecodeAttributionAgreed(ByteView body);
absl::StatusOr<AttributionContested> DecodeAttributionContested(ByteView body);
absl::StatusOr<AttributionDetermined> DecodeAttributionDetermined(ByteView body);
// Of RulingIssued, and of RulingCorrected: the whole ruling as it should have read.
absl::StatusOr<RulingOnTime> DecodeRulingOnTime(ByteView body);
absl::StatusOr<RulingOnTime> DecodeCorrectedRulingOnTime(ByteView body);
absl::StatusOr<NoticeGiven> DecodeNoticeGiven(ByteView body);
absl::StatusOr<ChoiceMade> DecodeChoiceMade(ByteView body);

}  // namespace tally
