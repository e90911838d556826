#include "replay/projection/report.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "schema/evidence.h"
#include "schema/number.h"
#include "schema/status.h"

namespace tally::replay {

bool FeedHistory::Holds(const Fact& fact) const {
  if (fact.header().reported_at >= opened) return false;
  const auto after = std::upper_bound(
      marks.begin(), marks.end(), fact.address(),
      [](const ledger::EventAddress& at, const Mark& mark) { return at < mark.at; });
  return after == marks.begin() || fact.header().observed_from >= std::prev(after)->through;
}

Provenance ProvenanceOf(const Fact& fact, const FeedHistory* history) {
  return {.address = fact.address(),
          .reported = fact.header().reported_at,
          .recorded = fact.recorded,
          .digest = fact.event->digest,
          .history = history != nullptr && history->Holds(fact)};
}

Cause CauseOf(const Fact& fact) { return {fact.address().index, fact.address().offset}; }

absl::Status Unreadable(const Fact& fact, const absl::Status& status) {
  return absl::DataLossError(absl::StrCat("event ", fact.address().index, "/",
                                          fact.address().offset, ": ", status.message()));
}

std::optional<Duration> TookOf(int64_t value, absl::string_view unit, uint8_t scale) {
  struct UnitRow {
    absl::string_view name;
    Wide nanos;
  };
  constexpr UnitRow kUnits[] = {
      {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"min", Wide{60} * 1000000000}};
  for (const UnitRow& row : kUnits) {
    if (row.name != unit) continue;
    Wide divisor = 1000;
    for (uint8_t i = 0; i < scale; ++i) divisor *= 10;
    Wide nanos = Wide{value} * row.nanos;
    Wide micros = nanos / divisor + (nanos % divisor > 0 ? 1 : 0);
    Wide most = std::numeric_limits<int64_t>::max();
    return Duration{static_cast<int64_t>(std::clamp(micros, -most, most))};
  }
  return std::nullopt;
}

bool IsReportOf(const SourceUnit& source, const Fact& fact) {
  const bool report =
      fact.kind() == BodyKind::kStateReported || fact.kind() == BodyKind::kProbeResult;
  return report && fact.header().source == source.number && fact.Authorised();
}

absl::StatusOr<Report> ReadReport(const SourceUnit& source, const Fact& fact) {
  Report report;
  report.provenance = ProvenanceOf(fact, source.history.get());
  Observation& observation = report.observation;
  observation.from = fact.header().observed_from;
  observation.until = fact.header().observed_until;
  observation.cause = CauseOf(fact);
  if (fact.event->erased) {
    report.erased = true;
    observation.state = State::kUnknown;
  } else if (fact.kind() == BodyKind::kProbeResult) {
    absl::StatusOr<ProbeResult> body = DecodeProbeResult(fact.event->body);
    if (!body.ok()) return Unreadable(fact, body.status());
    observation.state = body->state;
    observation.code = body->code;
    observation.took = body->elapsed;
  } else {
    absl::StatusOr<StateReported> body = DecodeStateReported(fact.event->body);
    if (!body.ok()) return Unreadable(fact, body.status());
    observation.state = body->state;
    observation.code = body->code;
    if (body->value.has_value()) {
      observation.took = TookOf(*body->value, source.unit, source.scale);
    }
  }
  return report;
}

}  // namespace tally::replay
