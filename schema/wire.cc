// Which struct of schema/body.capnp is the body of which kind, and the marks on its fields.
#include "schema/wire.h"

#include <array>

#include "body.capnp.h"
#include "schema/layout.h"
#include "terms.capnp.h"

namespace tally {
namespace {

struct Pair {
  BodyKind kind;
  capnp::StructSchema schema;
};

using SchemaTable = std::array<std::optional<capnp::StructSchema>, kKindLimit>;

const SchemaTable& Schemas() {
  static const SchemaTable* const table = [] {
    const Pair pairs[] = {
        {BodyKind::kGenesis, capnp::Schema::from<wire::Genesis>()},
        {BodyKind::kLogKeyRegistered, capnp::Schema::from<wire::LogKeyRegistered>()},
        {BodyKind::kLogKeyRetired, capnp::Schema::from<wire::LogKeyRetired>()},
        {BodyKind::kServiceKeyRegistered, capnp::Schema::from<wire::KeyRegistered>()},
        {BodyKind::kServiceKeyRevoked, capnp::Schema::from<wire::KeyRevoked>()},
        {BodyKind::kHeads, capnp::Schema::from<wire::Heads>()},
        {BodyKind::kRecovered, capnp::Schema::from<wire::Recovered>()},
        {BodyKind::kTimeAccepted, capnp::Schema::from<wire::TimeAccepted>()},
        {BodyKind::kTimeCorrected, capnp::Schema::from<wire::TimeCorrected>()},
        {BodyKind::kZoneAdded, capnp::Schema::from<wire::DocumentAdded>()},
        {BodyKind::kCalendarAdded, capnp::Schema::from<wire::DocumentAdded>()},
        {BodyKind::kDocumentAdded, capnp::Schema::from<wire::DocumentAdded>()},
        {BodyKind::kErasure, capnp::Schema::from<wire::Erasure>()},
        {BodyKind::kStamp, capnp::Schema::from<wire::Stamp>()},
        {BodyKind::kPartyOpened, capnp::Schema::from<wire::PartyOpened>()},
        {BodyKind::kFeedOpened, capnp::Schema::from<wire::FeedOpened>()},
        {BodyKind::kFeedSucceeded, capnp::Schema::from<wire::FeedSucceeded>()},
        {BodyKind::kAgreementOpened, capnp::Schema::from<wire::AgreementOpened>()},
        {BodyKind::kKeyRegistered, capnp::Schema::from<wire::KeyRegistered>()},
        {BodyKind::kKeyRevoked, capnp::Schema::from<wire::KeyRevoked>()},
        {BodyKind::kKeyRecovered, capnp::Schema::from<wire::KeyRecovered>()},
        {BodyKind::kRoleGranted, capnp::Schema::from<wire::RoleGranted>()},
        {BodyKind::kRoleRevoked, capnp::Schema::from<wire::RoleRevoked>()},
        {BodyKind::kMethodPublished, capnp::Schema::from<wire::MethodPublished>()},
        {BodyKind::kErasureAgreed, capnp::Schema::from<wire::ErasureAgreed>()},
        {BodyKind::kSourceRegistered, capnp::Schema::from<wire::SourceRegistered>()},
        {BodyKind::kStateReported, capnp::Schema::from<wire::StateReported>()},
        {BodyKind::kProbeResult, capnp::Schema::from<wire::ProbeResult>()},
        {BodyKind::kMeasurementRun, capnp::Schema::from<wire::MeasurementRun>()},
        {BodyKind::kWatermark, capnp::Schema::from<wire::Watermark>()},
        {BodyKind::kCorrection, capnp::Schema::from<wire::Correction>()},
        {BodyKind::kRequestCounts, capnp::Schema::from<wire::RequestCounts>()},
        {BodyKind::kLatencyHistogram, capnp::Schema::from<wire::LatencyHistogram>()},
        {BodyKind::kTicketEvent, capnp::Schema::from<wire::TicketEvent>()},
        {BodyKind::kCallCounts, capnp::Schema::from<wire::CallCounts>()},
        {BodyKind::kLeadEvent, capnp::Schema::from<wire::LeadEvent>()},
        {BodyKind::kDeliverableEvent, capnp::Schema::from<wire::DeliverableEvent>()},
        {BodyKind::kDependencyEvent, capnp::Schema::from<wire::DependencyEvent>()},
        {BodyKind::kSurveyResponse, capnp::Schema::from<wire::SurveyResponse>()},
        {BodyKind::kReportIssued, capnp::Schema::from<wire::ReportIssued>()},
        {BodyKind::kFeeCharged, capnp::Schema::from<wire::FeeCharged>()},
        {BodyKind::kPortalStatement, capnp::Schema::from<wire::PortalStatement>()},
        {BodyKind::kTermsProposed, capnp::Schema::from<wire::TermsProposed>()},
        {BodyKind::kTermsAccepted, capnp::Schema::from<wire::TermsAccepted>()},
        {BodyKind::kTermsAttested, capnp::Schema::from<wire::TermsAttested>()},
        {BodyKind::kTermsRejected, capnp::Schema::from<wire::TermsRejected>()},
        {BodyKind::kAmendmentProposed, capnp::Schema::from<wire::AmendmentProposed>()},
        {BodyKind::kAmendmentAccepted, capnp::Schema::from<wire::AmendmentAccepted>()},
        {BodyKind::kAmendmentRejected, capnp::Schema::from<wire::AmendmentRejected>()},
        {BodyKind::kTerminated, capnp::Schema::from<wire::Terminated>()},
        {BodyKind::kRenewed, capnp::Schema::from<wire::Renewed>()},
        {BodyKind::kAssigned, capnp::Schema::from<wire::Assigned>()},
        {BodyKind::kMaintenanceAnnounced, capnp::Schema::from<wire::MaintenanceAnnounced>()},
        {BodyKind::kNoticeGiven, capnp::Schema::from<wire::NoticeGiven>()},
        {BodyKind::kExclusionProposed, capnp::Schema::from<wire::ExclusionProposed>()},
        {BodyKind::kExclusionAgreed, capnp::Schema::from<wire::ExclusionAgreed>()},
        {BodyKind::kExclusionContested, capnp::Schema::from<wire::ExclusionContested>()},
        {BodyKind::kExclusionDetermined, capnp::Schema::from<wire::ExclusionDetermined>()},
        {BodyKind::kAttributionProposed, capnp::Schema::from<wire::AttributionProposed>()},
        {BodyKind::kAttributionAgreed, capnp::Schema::from<wire::AttributionAgreed>()},
        {BodyKind::kAttributionContested, capnp::Schema::from<wire::AttributionContested>()},
        {BodyKind::kAttributionDetermined, capnp::Schema::from<wire::AttributionDetermined>()},
        {BodyKind::kTargetProposed, capnp::Schema::from<wire::TargetProposed>()},
        {BodyKind::kTargetAccepted, capnp::Schema::from<wire::TargetAccepted>()},
        {BodyKind::kTargetContested, capnp::Schema::from<wire::TargetContested>()},
        {BodyKind::kReportContested, capnp::Schema::from<wire::ReportContested>()},
        {BodyKind::kClaimFiled, capnp::Schema::from<wire::ClaimFiled>()},
        {BodyKind::kClaimAcknowledged, capnp::Schema::from<wire::ClaimAcknowledged>()},
        {BodyKind::kClaimAnswered, capnp::Schema::from<wire::ClaimAnswered>()},
        {BodyKind::kClaimAccepted, capnp::Schema::from<wire::ClaimAccepted>()},
        {BodyKind::kClaimEscalated, capnp::Schema::from<wire::ClaimEscalated>()},
        {BodyKind::kClaimAgreed, capnp::Schema::from<wire::ClaimAgreed>()},
        {BodyKind::kClaimWithdrawn, capnp::Schema::from<wire::ClaimWithdrawn>()},
        {BodyKind::kClaimAmended, capnp::Schema::from<wire::ClaimAmended>()},
        {BodyKind::kMediationOpened, capnp::Schema::from<wire::MediationOpened>()},
        {BodyKind::kMediationClosed, capnp::Schema::from<wire::MediationClosed>()},
        {BodyKind::kRulingIssued, capnp::Schema::from<wire::RulingIssued>()},
        {BodyKind::kRulingCorrected, capnp::Schema::from<wire::RulingCorrected>()},
        {BodyKind::kDeadlineExtended, capnp::Schema::from<wire::DeadlineExtended>()},
        {BodyKind::kDeadlineSuspended, capnp::Schema::from<wire::DeadlineSuspended>()},
        {BodyKind::kDeadlineResumed, capnp::Schema::from<wire::DeadlineResumed>()},
        {BodyKind::kWithoutPrejudice, capnp::Schema::from<wire::WithoutPrejudice>()},
        {BodyKind::kRightExercised, capnp::Schema::from<wire::RightExercised>()},
        {BodyKind::kRightWaived, capnp::Schema::from<wire::RightWaived>()},
        {BodyKind::kChoiceMade, capnp::Schema::from<wire::ChoiceMade>()},
        {BodyKind::kIndemnityNotice, capnp::Schema::from<wire::IndemnityNotice>()},
        {BodyKind::kSettlementProposed, capnp::Schema::from<wire::SettlementProposed>()},
        {BodyKind::kSettlementConfirmed, capnp::Schema::from<wire::SettlementConfirmed>()},
        {BodyKind::kReleaseGiven, capnp::Schema::from<wire::ReleaseGiven>()},
        {BodyKind::kInvoiceRecorded, capnp::Schema::from<wire::InvoiceRecorded>()},
        {BodyKind::kCreditNoteIssued, capnp::Schema::from<wire::CreditNoteIssued>()},
        {BodyKind::kFeePosted, capnp::Schema::from<wire::FeePosted>()},
        {BodyKind::kStatement, capnp::Schema::from<wire::Statement>()},
        {BodyKind::kWindowClosed, capnp::Schema::from<wire::WindowClosed>()},
        {BodyKind::kRestatementProposed, capnp::Schema::from<wire::RestatementProposed>()},
        {BodyKind::kRestatementAccepted, capnp::Schema::from<wire::RestatementAccepted>()},
        {BodyKind::kRestatementContested, capnp::Schema::from<wire::RestatementContested>()},
        {BodyKind::kDocumentNamed, capnp::Schema::from<wire::DocumentNamed>()},
    };
    auto* filled = new SchemaTable;
    for (const Pair& pair : pairs) (*filled)[static_cast<size_t>(pair.kind)] = pair.schema;
    return filled;
  }();
  return *table;
}

}  // namespace

const capnp::StructSchema* SchemaOf(BodyKind kind) {
  const auto number = static_cast<size_t>(kind);
  if (number >= kKindLimit || !Schemas()[number]) return nullptr;
  return &*Schemas()[number];
}

capnp::StructSchema SchemaOfTerms() { return capnp::Schema::from<wire::Terms>(); }

bool HasMark(capnp::StructSchema::Field field, uint64_t mark) {
  for (auto annotation : field.getProto().getAnnotations()) {
    if (annotation.getId() == mark) return true;
  }
  return false;
}

uint32_t MarkNumber(capnp::StructSchema::Field field, uint64_t mark, uint32_t otherwise) {
  for (auto annotation : field.getProto().getAnnotations()) {
    if (annotation.getId() == mark) return annotation.getValue().getUint32();
  }
  return otherwise;
}

bool IsOptional(capnp::StructSchema::Field field) { return field.getProto().isGroup(); }

capnp::StructSchema::Field NumberOf(capnp::StructSchema::Field optional) {
  return optional.getType().asStruct().getFieldByName("is");
}

}  // namespace tally
