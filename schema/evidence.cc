// Bodies of counted evidence, read after the walk has accepted their bytes.
//
// Sums that a count must keep (good requests among the valid ones, as many counts as edges) are
// checked here, so that no measure meets a share above one.
#include "schema/evidence.h"

#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

template <typename Group>
std::optional<Instant> TakeInstant(Group group) {
  if (!group.isIs()) return std::nullopt;
  return Instant{group.getIs()};
}

absl::Status Read(wire::RequestCounts::Reader source, RequestCounts& value) {
  value.valid = source.getValid();
  value.good = source.getGood();
  value.invalid = source.getInvalid();
  value.retries = source.getRetries();
  return value.good <= value.valid ? absl::OkStatus() : Wrong("good: more than valid");
}

absl::Status Read(wire::LatencyHistogram::Reader source, LatencyHistogram& value) {
  for (const int64_t edge : source.getEdges()) value.edges.push_back({edge});
  for (const uint64_t count : source.getCounts()) value.counts.push_back(count);
  value.above = source.getAbove();
  value.failed = source.getFailed();
  if (value.counts.size() != value.edges.size()) return Wrong("counts: not one for each edge");
  for (size_t i = 1; i < value.edges.size(); ++i) {
    if (value.edges[i] <= value.edges[i - 1]) return Wrong("edges: not ascending");
  }
  return absl::OkStatus();
}

absl::Status Read(wire::TicketEvent::Reader source, TicketEvent& value) {
  value.ticket = AsString(source.getTicket());
  value.step = static_cast<TicketStep>(source.getStep());
  value.actor = AsString(source.getActor());
  value.priority = AsString(source.getPriority());
  value.category = AsString(source.getCategory());
  value.service = AsString(source.getService());
  value.site = AsString(source.getSite());
  value.incident = AsString(source.getIncident());
  value.reason = AsString(source.getReason());
  value.first_contact = source.getFirstContact();
  return absl::OkStatus();
}

absl::Status Read(wire::CallCounts::Reader source, CallCounts& value) {
  value.queue = AsString(source.getQueue());
  value.offered = source.getOffered();
  value.answered = source.getAnswered();
  value.answered_in_time = source.getAnsweredInTime();
  value.abandoned = source.getAbandoned();
  value.abandoned_in_time = source.getAbandonedInTime();
  value.abandoned_short = source.getAbandonedShort();
  value.threshold = {source.getThreshold()};
  value.short_limit = {source.getShortLimit()};
  value.waited = {source.getWaited()};
  value.handled = {source.getHandled()};
  if (value.answered_in_time > value.answered) return Wrong("answered in time: more than answered");
  if (value.abandoned_in_time > value.abandoned || value.abandoned_short > value.abandoned) {
    return Wrong("abandoned in time, abandoned short: more than abandoned");
  }
  if (value.answered > value.offered || value.abandoned > value.offered - value.answered) {
    return Wrong("offered: less than answered and abandoned");
  }
  return absl::OkStatus();
}

absl::Status Read(wire::LeadEvent::Reader source, LeadEvent& value) {
  value.lead = AsString(source.getLead());
  value.step = static_cast<LeadStep>(source.getStep());
  value.class_name = AsString(source.getClass());
  value.quality = AsString(source.getQuality());
  value.units = source.getUnits();
  if (source.hasValue()) {
    TALLY_ASSIGN_OR_RETURN(value.value, TakeMoney(source.getValue()));
  }
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::DeliverableEvent::Reader source, DeliverableEvent& value) {
  value.deliverable = AsString(source.getDeliverable());
  value.step = static_cast<DeliverableStep>(source.getStep());
  value.due = TakeInstant(source.getDue());
  value.recipient = AsString(source.getRecipient());
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::DependencyEvent::Reader source, DependencyEvent& value) {
  value.dependency = AsString(source.getDependency());
  value.step = static_cast<DependencyStep>(source.getStep());
  value.obligor = AsString(source.getObligor());
  value.due = TakeInstant(source.getDue());
  for (capnp::Text::Reader name : source.getBlocks()) value.blocks.push_back(AsString(name));
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::SurveyResponse::Reader source, SurveyResponse& value) {
  value.survey = AsString(source.getSurvey());
  value.step = static_cast<SurveyStep>(source.getStep());
  value.question = AsString(source.getQuestion());
  value.respondent = AsString(source.getRespondent());
  if (source.getScore().isIs()) value.score = source.getScore().getIs();
  if (source.getHighest().isIs()) value.highest = source.getHighest().getIs();
  return absl::OkStatus();
}

absl::Status Read(wire::Correction::Reader source, Correction& value) {
  value.supersedes = TakeDigest<Hash>(source.getSupersedes());
  value.position = source.getPosition();
  value.action = static_cast<CorrectionAction>(source.getAction());
  value.reason = AsString(source.getReason());
  if ((value.action == CorrectionAction::kReplace) != source.hasReplacement()) {
    return Wrong("replacement: stands with the action \"replace\" and no other");
  }
  if (!source.hasReplacement()) return absl::OkStatus();
  const wire::StateReported::Reader from = source.getReplacement();
  StateReported state;
  state.state = static_cast<State>(from.getState());
  if (from.getCode().isIs()) state.code = from.getCode().getIs();
  if (from.getValue().isIs()) state.value = from.getValue().getIs();
  state.note = AsString(from.getNote());
  value.replacement = std::move(state);
  return absl::OkStatus();
}

}  // namespace

#define TALLY_EVIDENCE(Type)                                            \
  absl::StatusOr<Type> Decode##Type(ByteView body) {                    \
    return DecodeBody<wire::Type, Type>(BodyKind::k##Type, body, Read); \
  }
TALLY_EVIDENCE(RequestCounts)
TALLY_EVIDENCE(LatencyHistogram)
TALLY_EVIDENCE(TicketEvent)
TALLY_EVIDENCE(CallCounts)
TALLY_EVIDENCE(LeadEvent)
TALLY_EVIDENCE(DeliverableEvent)
TALLY_EVIDENCE(DependencyEvent)
TALLY_EVIDENCE(SurveyResponse)
TALLY_EVIDENCE(Correction)
#undef TALLY_EVIDENCE

Bytes Encode(const TicketEvent& value) {
  return EncodeWire<wire::TicketEvent>([&](wire::TicketEvent::Builder target) {
    Put(target, &wire::TicketEvent::Builder::setTicket, value.ticket);
    target.setStep(static_cast<wire::TicketStep>(value.step));
    Put(target, &wire::TicketEvent::Builder::setActor, value.actor);
    Put(target, &wire::TicketEvent::Builder::setPriority, value.priority);
    Put(target, &wire::TicketEvent::Builder::setCategory, value.category);
    Put(target, &wire::TicketEvent::Builder::setService, value.service);
    Put(target, &wire::TicketEvent::Builder::setSite, value.site);
    Put(target, &wire::TicketEvent::Builder::setIncident, value.incident);
    Put(target, &wire::TicketEvent::Builder::setReason, value.reason);
    target.setFirstContact(value.first_contact);
  });
}

}  // namespace tally
