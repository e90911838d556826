// One row for each kind that a reader decodes: its decoder is the test, and its amounts are looked
// at besides. Measurements pass without a row: every canonical one can be read.
#include "schema/body_sense.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "schema/body.h"
#include "schema/claim_accepted.h"
#include "schema/decision.h"
#include "schema/dispute_act.h"
#include "schema/evidence.h"
#include "schema/invoice.h"
#include "schema/rejection.h"
#include "schema/restatement_act.h"
#include "schema/right_act.h"
#include "schema/status.h"
#include "schema/target.h"

namespace tally {
namespace {

absl::Status CheckAmount(absl::string_view field, const Money& amount) {
  if (amount.minor <= kActAmountMax && amount.minor >= -kActAmountMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", FormatMoney(amount), " is more than any sum of amounts can hold"));
}

absl::Status CheckAmount(absl::string_view field, const std::optional<Money>& amount) {
  return amount.has_value() ? CheckAmount(field, *amount) : absl::OkStatus();
}

template <typename Value>
absl::Status AmountsOf(const Value&) {
  return absl::OkStatus();
}
absl::Status AmountsOf(const ClaimFiled& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const ClaimAnswered& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const ClaimAccepted& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const ClaimAgreed& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const ClaimAmended& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const MediationClosed& value) { return CheckAmount("amount", value.amount); }
absl::Status AmountsOf(const SettlementProposed& value) {
  return CheckAmount("amount", value.amount);
}
absl::Status AmountsOf(const SettlementConfirmed& value) {
  return CheckAmount("amount", value.amount);
}
absl::Status AmountsOf(const LeadEvent& value) { return CheckAmount("value", value.value); }
absl::Status AmountsOf(const RulingOnClaims& value) {
  for (const RuledCredit& each : value.credits) {
    TALLY_RETURN_IF_ERROR(CheckAmount("credits", each.amount));
  }
  for (const Award& each : value.awards) {
    TALLY_RETURN_IF_ERROR(CheckAmount("awards", each.amount));
  }
  return absl::OkStatus();
}

template <typename Value>
absl::Status Sense(const absl::StatusOr<Value>& value) {
  return value.ok() ? AmountsOf(*value) : value.status();
}

absl::Status SenseOfEvidence(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kSourceRegistered:
      return Sense(DecodeSourceRegistered(body));
    case BodyKind::kCorrection:
      return Sense(DecodeCorrection(body));
    case BodyKind::kRequestCounts:
      return Sense(DecodeRequestCounts(body));
    case BodyKind::kLatencyHistogram:
      return Sense(DecodeLatencyHistogram(body));
    case BodyKind::kTicketEvent:
      return Sense(DecodeTicketEvent(body));
    case BodyKind::kCallCounts:
      return Sense(DecodeCallCounts(body));
    case BodyKind::kLeadEvent:
      return Sense(DecodeLeadEvent(body));
    case BodyKind::kDeliverableEvent:
      return Sense(DecodeDeliverableEvent(body));
    case BodyKind::kDependencyEvent:
      return Sense(DecodeDependencyEvent(body));
    case BodyKind::kSurveyResponse:
      return Sense(DecodeSurveyResponse(body));
    default:
      return absl::OkStatus();
  }
}

absl::Status SenseOfAgreement(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kTermsProposed:
      return Sense(DecodeTermsProposed(body));
    case BodyKind::kTermsAttested:
      return Sense(DecodeTermsAttested(body));
    case BodyKind::kTermsRejected:
      return Sense(DecodeTermsRejected(body));
    case BodyKind::kAmendmentProposed:
      return Sense(DecodeAmendmentProposed(body));
    case BodyKind::kAmendmentRejected:
      return Sense(DecodeAmendmentRejected(body));
    case BodyKind::kTerminated:
      return Sense(DecodeTerminated(body));
    case BodyKind::kRightExercised:
      return Sense(DecodeRightExercised(body));
    case BodyKind::kRightWaived:
      return Sense(DecodeRightWaived(body));
    case BodyKind::kChoiceMade:
      return Sense(DecodeChoiceMade(body));
    case BodyKind::kNoticeGiven:
      return Sense(DecodeNoticeGiven(body));
    case BodyKind::kTargetProposed:
      return Sense(DecodeTargetProposed(body));
    case BodyKind::kTargetAccepted:
      return Sense(DecodeTargetAccepted(body));
    case BodyKind::kTargetContested:
      return Sense(DecodeTargetContested(body));
    default:
      return absl::OkStatus();
  }
}

absl::Status SenseOfExclusion(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kMaintenanceAnnounced:
      return Sense(DecodeMaintenanceAnnounced(body));
    case BodyKind::kExclusionProposed:
      return Sense(DecodeExclusionProposed(body));
    case BodyKind::kExclusionAgreed:
      return Sense(DecodeExclusionAgreed(body));
    case BodyKind::kExclusionContested:
      return Sense(DecodeExclusionContested(body));
    case BodyKind::kExclusionDetermined:
      return Sense(DecodeExclusionDetermined(body));
    case BodyKind::kAttributionProposed:
      return Sense(DecodeAttributionProposed(body));
    case BodyKind::kAttributionAgreed:
      return Sense(DecodeAttributionAgreed(body));
    case BodyKind::kAttributionContested:
      return Sense(DecodeAttributionContested(body));
    case BodyKind::kAttributionDetermined:
      return Sense(DecodeAttributionDetermined(body));
    default:
      return absl::OkStatus();
  }
}

absl::Status SenseOfDispute(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kClaimFiled:
      return Sense(DecodeClaimFiled(body));
    case BodyKind::kClaimAnswered:
      return Sense(DecodeClaimAnswered(body));
    case BodyKind::kClaimAccepted:
      return Sense(DecodeClaimAccepted(body));
    case BodyKind::kClaimEscalated:
      return Sense(DecodeClaimEscalated(body));
    case BodyKind::kClaimAgreed:
      return Sense(DecodeClaimAgreed(body));
    case BodyKind::kClaimAmended:
      return Sense(DecodeClaimAmended(body));
    case BodyKind::kMediationOpened:
      return Sense(DecodeMediationOpened(body));
    case BodyKind::kMediationClosed:
      return Sense(DecodeMediationClosed(body));
    case BodyKind::kRulingIssued:
      TALLY_RETURN_IF_ERROR(DecodeRulingOnTime(body).status());
      return Sense(DecodeRulingOnClaims(body, false));
    case BodyKind::kRulingCorrected:
      TALLY_RETURN_IF_ERROR(DecodeCorrectedRulingOnTime(body).status());
      return Sense(DecodeRulingOnClaims(body, true));
    case BodyKind::kDeadlineExtended:
      return Sense(DecodeDeadlineExtended(body));
    case BodyKind::kDeadlineSuspended:
      return Sense(DecodeDeadlineSuspended(body));
    case BodyKind::kDeadlineResumed:
      return Sense(DecodeDeadlineResumed(body));
    default:
      return absl::OkStatus();
  }
}

absl::Status SenseOfMoney(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kSettlementProposed:
      return Sense(DecodeSettlementProposed(body));
    case BodyKind::kSettlementConfirmed:
      return Sense(DecodeSettlementConfirmed(body));
    case BodyKind::kReleaseGiven:
      return Sense(DecodeReleaseGiven(body));
    case BodyKind::kInvoiceRecorded:
      return Sense(DecodeInvoiceRecorded(body));
    case BodyKind::kCreditNoteIssued:
      return Sense(DecodeCreditNoteIssued(body));
    case BodyKind::kStatement:
      return Sense(DecodeStatement(body));
    case BodyKind::kWindowClosed:
      return Sense(DecodeWindowClosed(body));
    case BodyKind::kRestatementProposed:
      return Sense(DecodeRestatementProposed(body));
    case BodyKind::kRestatementAccepted:
      return Sense(DecodeRestatementAccepted(body));
    case BodyKind::kRestatementContested:
      return Sense(DecodeRestatementContested(body));
    default:
      return absl::OkStatus();
  }
}

}  // namespace

absl::Status CheckBodySense(BodyKind kind, ByteView body) {
  TALLY_RETURN_IF_ERROR(SenseOfEvidence(kind, body));
  TALLY_RETURN_IF_ERROR(SenseOfAgreement(kind, body));
  TALLY_RETURN_IF_ERROR(SenseOfExclusion(kind, body));
  TALLY_RETURN_IF_ERROR(SenseOfDispute(kind, body));
  return SenseOfMoney(kind, body);
}

}  // namespace tally
