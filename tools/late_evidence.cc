// Whether an event matters to a window only a replay can say; whether a closing stands without it
// the times alone do. So the agreements that bind the feed are asked how far they are closed.
#include "tools/late_evidence.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

constexpr Duration kFresh = Hours(1);

// How far an agreement is closed, and by which streams its terms measure.
struct ClosedUntil {
  std::optional<Instant> limit;
  std::set<StreamId> feeds;
};
absl::StatusOr<ClosedUntil> ClosedOf(const ledger::Ledger& ledger,
                                     const ledger::StreamState& agreement) {
  ClosedUntil closed;
  const auto bind = [&closed](const std::vector<Binding>& bindings) {
    for (const Binding& each : bindings) closed.feeds.insert(each.stream);
  };
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, agreement));
  for (const RecordedAct& act : acts) {
    if (act.header.kind == BodyKind::kTermsProposed) {
      const absl::StatusOr<TermsProposed> body = DecodeTermsProposed(act.body);
      if (body.ok()) bind(body->bindings);
    } else if (act.header.kind == BodyKind::kAmendmentProposed) {
      const absl::StatusOr<AmendmentProposed> body = DecodeAmendmentProposed(act.body);
      if (body.ok()) bind(body->bindings);
    } else if (act.header.kind == BodyKind::kWindowClosed) {
      const absl::StatusOr<WindowClosed> body = DecodeWindowClosed(act.body);
      if (!body.ok()) continue;
      const Instant limit = body->window.window.limit;
      closed.limit = std::max(closed.limit.value_or(limit), limit);
    }
  }
  return closed;
}

}  // namespace

LateEvidence::LateEvidence(const std::vector<ledger::SignedBatch>& batches) {
  for (const ledger::SignedBatch& batch : batches) {
    for (const Event& event : batch.events) {
      const absl::StatusOr<EventHeader> header = DecodeHeader(event.header);
      if (!header.ok() || header->observed_until == Instant{}) continue;
      const bool measured =
          header->kind != BodyKind::kWatermark && header->kind != BodyKind::kSourceRegistered;
      if (measured) observed_[header->stream].push_back(header->observed_from);
    }
  }
}

absl::Status LateEvidence::Tell(const Invocation& call, const ledger::Ledger& ledger) const {
  const Instant fresh{call.world.clock->Now().micros - kFresh.micros};
  const bool any = std::any_of(observed_.begin(), observed_.end(), [&](const auto& each) {
    return *std::min_element(each.second.begin(), each.second.end()) < fresh;
  });
  if (!any) return absl::OkStatus();
  const absl::StatusOr<std::vector<ledger::StreamState>> streams = ledger.Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    TALLY_ASSIGN_OR_RETURN(const ClosedUntil closed, ClosedOf(ledger, stream));
    if (!closed.limit.has_value()) continue;
    int64_t late = 0;
    for (const auto& [feed, times] : observed_) {
      if (closed.feeds.count(feed) == 0) continue;
      late += std::count_if(times.begin(), times.end(),
                            [&](Instant each) { return each < *closed.limit; });
    }
    if (late == 0) continue;
    call.console.Warning(absl::StrCat(
        late, late == 1 ? " event is" : " events are", " of a time that ", stream.name,
        " has closed, until ", FormatInstant(*closed.limit),
        ": its closings stand without what came after them, unless its terms or a restatement let "
        "late evidence count"));
  }
  return absl::OkStatus();
}

}  // namespace tally::tools
