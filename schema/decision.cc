// Bodies of exclusions, attributions and what rulings say about them.
#include "schema/decision.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

using Parts = capnp::List<wire::Part>::Reader;
using Texts = capnp::List<capnp::Text>::Reader;

absl::Status TakeExtent(Parts source, Extent& extent) {
  for (wire::Part::Reader part : source) {
    TALLY_ASSIGN_OR_RETURN(Interval interval, TakeInterval(part.getFrom(), part.getUntil()));
    if (!extent.empty() && interval.first < extent.back().limit) {
      return absl::InvalidArgumentError("extent: parts are ordered and do not overlap");
    }
    extent.push_back(interval);
  }
  return absl::OkStatus();
}

std::vector<std::string> TakeTexts(Texts source) {
  std::vector<std::string> texts;
  for (capnp::Text::Reader text : source) texts.push_back(AsString(text));
  return texts;
}

// The interval of a proposal and the parts of it that it is about.
template <typename Reader, typename Value>
absl::Status TakeTime(Reader source, Value& value) {
  TALLY_ASSIGN_OR_RETURN(value.interval, TakeInterval(source.getFrom(), source.getUntil()));
  TALLY_RETURN_IF_ERROR(TakeExtent(source.getExtent(), value.extent));
  bool inside = value.extent.empty() || (value.extent.front().first >= value.interval.first &&
                                         value.extent.back().limit <= value.interval.limit);
  if (!inside) return absl::InvalidArgumentError("extent: outside the interval");
  return absl::OkStatus();
}

absl::Status Read(wire::MaintenanceAnnounced::Reader source, MaintenanceAnnounced& value) {
  value.name = AsString(source.getName());
  value.cause = static_cast<CauseClass>(source.getCause());
  TALLY_ASSIGN_OR_RETURN(value.interval, TakeInterval(source.getFrom(), source.getUntil()));
  value.objectives = TakeTexts(source.getObjectives());
  return absl::OkStatus();
}

absl::Status Read(wire::ExclusionProposed::Reader source, ExclusionProposed& value) {
  value.name = AsString(source.getName());
  value.cause = static_cast<CauseClass>(source.getCause());
  TALLY_RETURN_IF_ERROR(TakeTime(source, value));
  value.objectives = TakeTexts(source.getObjectives());
  value.incident = AsString(source.getIncident());
  if (source.getNoticeGiven().isIs()) value.notice_given = {source.getNoticeGiven().getIs()};
  value.announcement = TakeDigest<Hash>(source.getAnnouncement());
  return absl::OkStatus();
}

absl::Status Read(wire::ExclusionAgreed::Reader source, ExclusionAgreed& value) {
  value.name = AsString(source.getName());
  return TakeExtent(source.getExtent(), value.extent);
}

absl::Status Read(wire::ExclusionContested::Reader source, ExclusionContested& value) {
  value.name = AsString(source.getName());
  return TakeExtent(source.getExtent(), value.extent);
}

absl::Status Read(wire::ExclusionDetermined::Reader source, ExclusionDetermined& value) {
  value.name = AsString(source.getName());
  value.rank = static_cast<DecisionRank>(source.getRank());
  value.admission = static_cast<Admission>(source.getAdmission());
  return TakeExtent(source.getExtent(), value.extent);
}

absl::Status Read(wire::AttributionProposed::Reader source, AttributionProposed& value) {
  value.name = AsString(source.getName());
  value.responsible = AsString(source.getResponsible());
  value.cause = static_cast<CauseClass>(source.getCause());
  TALLY_RETURN_IF_ERROR(TakeTime(source, value));
  value.objectives = TakeTexts(source.getObjectives());
  value.incident = AsString(source.getIncident());
  return absl::OkStatus();
}

absl::Status Read(wire::AttributionAgreed::Reader source, AttributionAgreed& value) {
  value.name = AsString(source.getName());
  return absl::OkStatus();
}

absl::Status Read(wire::AttributionContested::Reader source, AttributionContested& value) {
  value.name = AsString(source.getName());
  value.responsible = AsString(source.getResponsible());
  return TakeExtent(source.getExtent(), value.extent);
}

absl::Status Read(wire::AttributionDetermined::Reader source, AttributionDetermined& value) {
  value.name = AsString(source.getName());
  value.rank = static_cast<DecisionRank>(source.getRank());
  value.responsible = AsString(source.getResponsible());
  return TakeExtent(source.getExtent(), value.extent);
}

absl::Status Read(wire::RulingIssued::Reader source, RulingOnTime& value) {
  value.rank = static_cast<DecisionRank>(source.getRank());
  for (wire::RuledAttribution::Reader each : source.getAttributions()) {
    RuledAttribution ruled{AsString(each.getName()), AsString(each.getResponsible()), {}};
    TALLY_RETURN_IF_ERROR(TakeExtent(each.getExtent(), ruled.extent));
    value.attributions.push_back(std::move(ruled));
  }
  for (wire::RuledExclusion::Reader each : source.getExclusions()) {
    RuledExclusion ruled{AsString(each.getName()), static_cast<Admission>(each.getAdmission()), {}};
    TALLY_RETURN_IF_ERROR(TakeExtent(each.getExtent(), ruled.extent));
    value.exclusions.push_back(std::move(ruled));
  }
  return absl::OkStatus();
}

absl::Status Read(wire::NoticeGiven::Reader source, NoticeGiven& value) {
  value.about = static_cast<NoticeAbout>(source.getAbout());
  value.subject = AsString(source.getSubject());
  value.objectives = TakeTexts(source.getObjectives());
  if (source.getSince().isIs()) value.since = Instant{source.getSince().getIs()};
  return absl::OkStatus();
}

absl::Status Read(wire::ChoiceMade::Reader source, ChoiceMade& value) {
  value.choice = AsString(source.getChoice());
  value.option = AsString(source.getOption());
  value.for_windows_only = source.getWindows().size() > 0;
  return absl::OkStatus();
}

}  // namespace

absl::string_view RankName(DecisionRank rank) {
  switch (rank) {
    case DecisionRank::kProposal:
      return "proposal";
    case DecisionRank::kDeemed:
      return "deemed";
    case DecisionRank::kJoint:
      return "joint agreement";
    case DecisionRank::kExpert:
      return "expert";
    case DecisionRank::kArbitrator:
      return "arbitrator";
    case DecisionRank::kUnset:
      break;
  }
  return "nobody";
}

absl::string_view CauseName(CauseClass cause) {
  switch (cause) {
    case CauseClass::kPlannedMaintenance:
      return "planned maintenance";
    case CauseClass::kEmergencyMaintenance:
      return "emergency maintenance";
    case CauseClass::kCustomer:
      return "customer";
    case CauseClass::kCustomerSupplier:
      return "customer's supplier";
    case CauseClass::kProviderSupplier:
      return "provider's supplier";
    case CauseClass::kForceMajeure:
      return "force majeure";
    case CauseClass::kSuspension:
      return "suspension";
    case CauseClass::kBetaFeature:
      return "beta feature";
    case CauseClass::kBelowMinimumVolume:
      return "below minimum volume";
    case CauseClass::kProvider:
      return "provider";
    case CauseClass::kOther:
      return "other";
    case CauseClass::kUnset:
      break;
  }
  return "not said";
}

absl::StatusOr<MaintenanceAnnounced> DecodeMaintenanceAnnounced(ByteView body) {
  return DecodeBody<wire::MaintenanceAnnounced, MaintenanceAnnounced>(
      BodyKind::kMaintenanceAnnounced, body, Read);
}
absl::StatusOr<ExclusionProposed> DecodeExclusionProposed(ByteView body) {
  return DecodeBody<wire::ExclusionProposed, ExclusionProposed>(BodyKind::kExclusionProposed, body,
                                                                Read);
}
absl::StatusOr<ExclusionAgreed> DecodeExclusionAgreed(ByteView body) {
  return DecodeBody<wire::ExclusionAgreed, ExclusionAgreed>(BodyKind::kExclusionAgreed, body, Read);
}
absl::StatusOr<ExclusionContested> DecodeExclusionContested(ByteView body) {
  return DecodeBody<wire::ExclusionContested, ExclusionContested>(BodyKind::kExclusionContested,
                                                                  body, Read);
}
absl::StatusOr<ExclusionDetermined> DecodeExclusionDetermined(ByteView body) {
  return DecodeBody<wire::ExclusionDetermined, ExclusionDetermined>(BodyKind::kExclusionDetermined,
                                                                    body, Read);
}
absl::StatusOr<AttributionProposed> DecodeAttributionProposed(ByteView body) {
  return DecodeBody<wire::AttributionProposed, AttributionProposed>(BodyKind::kAttributionProposed,
                                                                    body, Read);
}
absl::StatusOr<AttributionAgreed> DecodeAttributionAgreed(ByteView body) {
  return DecodeBody<wire::AttributionAgreed, AttributionAgreed>(BodyKind::kAttributionAgreed, body,
                                                                Read);
}
absl::StatusOr<AttributionContested> DecodeAttributionContested(ByteView body) {
  return DecodeBody<wire::AttributionContested, AttributionContested>(
      BodyKind::kAttributionContested, body, Read);
}
absl::StatusOr<AttributionDetermined> DecodeAttributionDetermined(ByteView body) {
  return DecodeBody<wire::AttributionDetermined, AttributionDetermined>(
      BodyKind::kAttributionDetermined, body, Read);
}
absl::StatusOr<RulingOnTime> DecodeRulingOnTime(ByteView body) {
  return DecodeBody<wire::RulingIssued, RulingOnTime>(BodyKind::kRulingIssued, body, Read);
}
absl::StatusOr<RulingOnTime> DecodeCorrectedRulingOnTime(ByteView body) {
  return DecodeBody<wire::RulingCorrected, RulingOnTime>(
      BodyKind::kRulingCorrected, body,
      [](auto source, RulingOnTime& value) { return Read(source.getRuling(), value); });
}
absl::StatusOr<NoticeGiven> DecodeNoticeGiven(ByteView body) {
  return DecodeBody<wire::NoticeGiven, NoticeGiven>(BodyKind::kNoticeGiven, body, Read);
}
absl::StatusOr<ChoiceMade> DecodeChoiceMade(ByteView body) {
  return DecodeBody<wire::ChoiceMade, ChoiceMade>(BodyKind::kChoiceMade, body, Read);
}

}  // namespace tally
