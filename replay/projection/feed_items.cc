// Counted evidence and corrections of a feed.
//
// A correction says which event it replaces or withdraws, by digest. It is kept as a later version
// of that observation (same first instant, its own address), so the rule that picks versions picks
// corrections too, and an axis that does not know the correction yet sees what stood before.
#include <map>
#include <set>
#include <utility>

#include "replay/projection/feed_fold.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A whole number of source units, as the decimal that it stands for.
std::optional<Decimal> DecimalOf(const std::optional<int64_t>& value, uint8_t scale) {
  if (!value.has_value()) return std::nullopt;
  return Decimal{*value, scale};
}

SampleValue SampleOf(const StateReported& body, const SourceEvidence& source) {
  SampleValue sample{.state = body.state, .value = DecimalOf(body.value, source.scale), .took = {}};
  if (body.value.has_value()) sample.took = TookOf(*body.value, source.unit, source.scale);
  return sample;
}

template <typename Body>
absl::Status Take(absl::StatusOr<Body> body, Item& item) {
  if (!body.ok()) return body.status();
  item.body = *std::move(body);
  return absl::OkStatus();
}

absl::Status TakeBody(const Fact& fact, const SourceEvidence& source, Item& item) {
  const ByteView body = fact.event->body;
  switch (fact.kind()) {
    case BodyKind::kStateReported: {
      TALLY_ASSIGN_OR_RETURN(const StateReported report, DecodeStateReported(body));
      item.body = SampleOf(report, source);
      return absl::OkStatus();
    }
    case BodyKind::kProbeResult: {
      TALLY_ASSIGN_OR_RETURN(const ProbeResult probe, DecodeProbeResult(body));
      item.body = SampleValue{.state = probe.state, .value = {}, .took = probe.elapsed};
      return absl::OkStatus();
    }
    case BodyKind::kRequestCounts:
      return Take(DecodeRequestCounts(body), item);
    case BodyKind::kLatencyHistogram:
      return Take(DecodeLatencyHistogram(body), item);
    case BodyKind::kTicketEvent:
      return Take(DecodeTicketEvent(body), item);
    case BodyKind::kCallCounts:
      return Take(DecodeCallCounts(body), item);
    case BodyKind::kLeadEvent:
      return Take(DecodeLeadEvent(body), item);
    case BodyKind::kDeliverableEvent:
      return Take(DecodeDeliverableEvent(body), item);
    case BodyKind::kDependencyEvent:
      return Take(DecodeDependencyEvent(body), item);
    case BodyKind::kSurveyResponse:
      return Take(DecodeSurveyResponse(body), item);
    default:
      return absl::InternalError("no item");
  }
}

}  // namespace

absl::Status FeedFold::KeepItem(const Fact& fact) {
  auto found = wanted_.find(fact.header().source);
  if (found == wanted_.end()) return absl::OkStatus();
  if (!found->second.items) {
    NoteUnread(fact);
    return absl::OkStatus();
  }
  NoteOddTimes(fact);
  StoredItem stored;
  stored.provenance = ProvenanceOf(fact, history_.get());
  stored.item.observed = {fact.header().observed_from, fact.header().observed_until};
  stored.item.reported = fact.header().reported_at;
  stored.item.actor = fact.header().actor;
  stored.item.cause = CauseOf(fact);
  stored.erased = fact.event->erased;
  if (stored.erased) {
    Note("evidence-erased", fact);
  } else if (!TakeBody(fact, found->second.evidence, stored.item).ok()) {
    // The record verifies; it is what its author said that cannot be. One such event must not stand
    // between everybody and every later figure.
    Note("evidence-contradicts-itself", fact);
    return absl::OkStatus();
  }
  found->second.evidence.items.push_back(std::move(stored));
  return absl::OkStatus();
}

absl::Status FeedFold::KeepCorrection(const Fact& fact) {
  if (fact.event->erased) {
    // It may have taken back any observation that was recorded before it, whenever that was made.
    Note("evidence-erased", fact);
    for (auto& [number, source] : wanted_) {
      source.evidence.erased_runs.push_back(
          {Interval{Instant::Min(), Instant::Max()}, ProvenanceOf(fact, history_.get())});
    }
    return absl::OkStatus();
  }
  absl::StatusOr<Correction> body = DecodeCorrection(fact.event->body);
  if (!body.ok()) {
    Note("evidence-contradicts-itself", fact);
    return absl::OkStatus();
  }
  corrections_.push_back(
      {*std::move(body), ProvenanceOf(fact, history_.get()), fact.header().source});
  return absl::OkStatus();
}

absl::StatusOr<std::map<Hash, FeedFold::Place>> FeedFold::PlacesOfCorrected() {
  std::set<Hash> named;
  for (const Pending& each : corrections_) named.insert(each.correction.supersedes);
  std::map<Hash, Place> places;
  const auto place = [&](uint32_t number, SourceEvidence& evidence, const Hash& digest) -> Place& {
    return places.try_emplace(digest, Place{&evidence, {}, SIZE_MAX, number}).first->second;
  };
  const auto take = [&](uint32_t number, SourceEvidence& evidence, const Report& report) {
    const Hash& digest = report.provenance.digest;
    if (named.count(digest) != 0) place(number, evidence, digest).report = report;
  };
  for (auto& [number, source] : wanted_) {
    SourceEvidence& evidence = source.evidence;
    for (const Report& report : evidence.reports) take(number, evidence, report);
    PagedReports::Row row;
    const uint64_t rows = evidence.paged == nullptr ? 0 : evidence.paged->size();
    for (uint64_t i = 0; i < rows; ++i) {
      TALLY_ASSIGN_OR_RETURN(row, evidence.paged->At(i, row));
      take(number, evidence, *row.report);
    }
    for (size_t i = 0; i < evidence.items.size(); ++i) {
      const Hash& digest = evidence.items[i].provenance.digest;
      if (named.count(digest) == 0) continue;
      place(number, evidence, digest).item = i;
    }
  }
  return places;
}

absl::Status FeedFold::ApplyCorrections() {
  if (corrections_.empty()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(auto places, PlacesOfCorrected());
  for (const Pending& each : corrections_) {
    auto found = places.find(each.correction.supersedes);
    // Rows of runs are not corrected one by one: a new report at the same instant replaces a row.
    if (found == places.end()) {
      Note("correction-of-nothing", each.provenance.address);
      continue;
    }
    const Place place = found->second;
    // In another source's name nobody who is shown that source alone would know of it.
    if (each.source != 0 && each.source != place.number) {
      Note("correction-of-nothing", each.provenance.address);
      continue;
    }
    const bool sample = place.item == SIZE_MAX || std::holds_alternative<SampleValue>(
                                                      place.source->items[place.item].item.body);
    if (!sample && each.correction.action == CorrectionAction::kReplace) {
      // The body of a correction holds a state and nothing else: what it would put in the place of
      // a ticket or a count cannot be said with it.
      Note("correction-of-nothing", each.provenance.address);
      continue;
    }
    SourceEvidence& source = *place.source;
    const bool withdraws = each.correction.action == CorrectionAction::kWithdraw;
    const Cause cause{each.provenance.address.index, each.provenance.address.offset};
    if (place.report) {
      Report report = *place.report;
      report.provenance = each.provenance;
      report.observation.cause = cause;
      report.withdraws = withdraws;
      report.erased = false;
      if (!withdraws) {
        const StateReported& body = *each.correction.replacement;
        report.observation.state = body.state;
        report.observation.code = body.code;
        report.observation.took = std::nullopt;
        if (body.value.has_value()) {
          report.observation.took = TookOf(*body.value, source.unit, source.scale);
        }
      }
      places[each.provenance.digest] = {&source, report, SIZE_MAX, place.number};
      source.reports.push_back(std::move(report));
    }
    if (place.item != SIZE_MAX) {
      StoredItem item = source.items[place.item];
      item.provenance = each.provenance;
      item.item.cause = cause;
      item.withdraws = withdraws;
      item.replaces = each.correction.supersedes;
      item.erased = false;
      if (!withdraws) item.item.body = SampleOf(*each.correction.replacement, source);
      const Hash& digest = each.provenance.digest;
      Place& own =
          places.try_emplace(digest, Place{&source, {}, SIZE_MAX, place.number}).first->second;
      own.item = source.items.size();
      source.items.push_back(std::move(item));
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::replay
