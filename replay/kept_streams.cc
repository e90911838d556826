// A stream's beginning is kept up to where the room ends; what lies behind is read.
#include "replay/kept_streams.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsVisited(uint64_t stream, const ledger::VerifiedRecord& record) {
  if (stream != 0) return true;
  return std::ranges::any_of(record.events(), [](const ledger::VerifiedEvent& event) {
    const BodyKind kind = event.header.kind;
    return kind == BodyKind::kZoneAdded || kind == BodyKind::kCalendarAdded ||
           kind == BodyKind::kTimeCorrected;
  });
}

size_t BytesOf(const ledger::VerifiedRecord& record) {
  size_t bytes = sizeof(record);
  for (const ledger::VerifiedEvent& event : record.events()) {
    bytes += sizeof(event) + event.header_bytes.size() + event.body.size() + event.rest.size();
  }
  return bytes;
}

}  // namespace

void KeptStreams::Keep(const ledger::VerifiedRecord& record, Kept& kept) {
  const size_t bytes = BytesOf(record);
  kept.full = kept.full || bytes > room_;
  if (kept.full) return;
  room_ -= bytes;
  kept.records.push_back(record.WithOwnBytes());
  kept.below = record.index() + 1;
}

absl::Status KeptStreams::ReadOn(uint64_t stream, uint64_t limit, Kept& kept,
                                 const Visitor& visit) {
  ledger::ReadOptions options;
  options.first = kept.below;
  options.limit = limit;
  options.stream = stream;
  options.checked_beforehand = checked_beforehand_;
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger_.Read(options));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const auto record, cursor->Next());
    if (!record.has_value()) break;
    ++records_read_;
    if (!IsVisited(stream, *record)) continue;
    Keep(*record, kept);
    TALLY_RETURN_IF_ERROR(visit(*record));
  }
  if (!kept.full) kept.below = limit;
  return absl::OkStatus();
}

absl::Status KeptStreams::EachRecord(uint64_t stream, uint64_t limit, const Visitor& visit) {
  Kept& kept = kept_[stream];
  for (const ledger::VerifiedRecord& record : kept.records) {
    if (record.index() >= limit) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(visit(record));
  }
  return limit <= kept.below ? absl::OkStatus() : ReadOn(stream, limit, kept, visit);
}

}  // namespace tally::replay
