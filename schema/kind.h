// The closed table of body kinds. Numbers are on disk: they are never reused and never renumbered.
// docs/FORMAT.md prints the same table, and a test compares the two.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "absl/strings/string_view.h"

namespace tally {

enum class StreamKind : uint8_t { kUnset = 0, kSystem = 1, kParty = 2, kFeed = 3, kAgreement = 4 };
absl::string_view StreamKindName(StreamKind kind);  // "system", "party", "feed", "agreement"

// Who may sign an event of a kind; the keyring decides whether a key holds the authority.
enum class Signer : uint8_t {
  kUnset = 0,
  kOperator = 1,   // a service key with the role operator (system stream)
  kProjector = 2,  // a service key with the role projector
  kParty = 3,      // party streams: a key of that very party; agreements: a key of a party to it
  kAuthor = 4,     // feeds: a key of the feed's author
  kRecovery = 5,   // a recovery key of the party or ledger
};

enum class BodyKind : uint16_t {
  kUnset = 0,
  // System stream: 1 to 31.
  kGenesis = 1,
  kLogKeyRegistered = 2,
  kLogKeyRetired = 3,
  kServiceKeyRegistered = 4,
  kServiceKeyRevoked = 5,
  kHeads = 6,
  kRecovered = 7,
  kTimeAccepted = 8,
  kTimeCorrected = 9,
  kZoneAdded = 10,
  kCalendarAdded = 11,
  kDocumentAdded = 12,
  kErasure = 13,
  kStamp = 14,
  // Openings: 32 to 47. Signed over the ledger id; each begins a stream.
  kPartyOpened = 32,
  kFeedOpened = 33,
  kFeedSucceeded = 34,
  kAgreementOpened = 35,
  // Party streams: 48 to 63.
  kKeyRegistered = 48,
  kKeyRevoked = 49,
  kKeyRecovered = 50,
  kRoleGranted = 51,
  kRoleRevoked = 52,
  kMethodPublished = 53,
  kErasureAgreed = 54,
  // Feeds: 64 to 127.
  kSourceRegistered = 64,
  kStateReported = 65,
  kProbeResult = 66,
  kMeasurementRun = 67,
  kWatermark = 68,
  kCorrection = 69,
  kRequestCounts = 70,
  kLatencyHistogram = 71,
  kTicketEvent = 72,
  kCallCounts = 73,
  kLeadEvent = 74,
  kDeliverableEvent = 75,
  kDependencyEvent = 76,
  kSurveyResponse = 77,
  kReportIssued = 78,
  kFeeCharged = 79,
  kPortalStatement = 80,
  // Agreements: 128 to 255.
  kTermsProposed = 128,
  kTermsAccepted = 129,
  kTermsAttested = 130,
  kTermsRejected = 131,
  kAmendmentProposed = 132,
  kAmendmentAccepted = 133,
  kAmendmentRejected = 134,
  kTerminated = 135,
  kRenewed = 136,
  kAssigned = 137,
  kMaintenanceAnnounced = 140,
  kNoticeGiven = 141,
  kExclusionProposed = 142,
  kExclusionAgreed = 143,
  kExclusionContested = 144,
  kExclusionDetermined = 145,
  kAttributionProposed = 146,
  kAttributionAgreed = 147,
  kAttributionContested = 148,
  kAttributionDetermined = 149,
  kTargetProposed = 150,
  kTargetAccepted = 151,
  kTargetContested = 152,
  kReportContested = 153,
  kClaimFiled = 160,
  kClaimAcknowledged = 161,
  kClaimAnswered = 162,
  kClaimAccepted = 163,
  kClaimEscalated = 164,
  kClaimAgreed = 165,
  kClaimWithdrawn = 166,
  kClaimAmended = 167,
  kMediationOpened = 168,
  kMediationClosed = 169,
  kRulingIssued = 170,
  kRulingCorrected = 171,
  kDeadlineExtended = 172,
  kDeadlineSuspended = 173,
  kDeadlineResumed = 174,
  kWithoutPrejudice = 175,
  kRightExercised = 176,
  kRightWaived = 177,
  kChoiceMade = 178,
  kIndemnityNotice = 179,
  kSettlementProposed = 184,
  kSettlementConfirmed = 185,
  kReleaseGiven = 186,
  kInvoiceRecorded = 187,
  kCreditNoteIssued = 188,
  kFeePosted = 189,
  kStatement = 192,
  kWindowClosed = 193,
  kRestatementProposed = 194,
  kRestatementAccepted = 195,
  kRestatementContested = 196,
  kDocumentNamed = 200,
};

// One row of the table.
struct KindRow {
  BodyKind kind;
  StreamKind stream;           // where it stands; for openings the stream that it opens
  bool opening;                // alone in its batch, signed over the ledger id, at sequence 0
  absl::string_view name;      // "state reported": what people and JSON see
  absl::string_view structure; // the Cap'n Proto struct of its body, in schema/body.capnp
  Signer signer;
  absl::string_view meaning;   // "availability", "disputes", ...: the capability that reads it
  bool erasable;               // bodies of evidence and free texts only (BYTES.md 9)
};

// All rows in ascending order of kind.
std::span<const KindRow> KindTable();
// nullptr for a number that the table does not have: such events verify and are shown as unknown.
const KindRow* FindKind(BodyKind kind);
const KindRow* FindKindByName(absl::string_view name);

}  // namespace tally
