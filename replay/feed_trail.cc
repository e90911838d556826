// A feed's own fold stays unsealed and is never given away. Reading stops for good at the first
// record that is suspect today: before it nothing is suspect at any size, because a key's standing
// at a size only lacks what was said of it later.
#include "replay/feed_trail.h"

#include <utility>

#include "schema/status.h"

namespace tally::replay {
namespace {

absl::Status EachFactOf(const ledger::VerifiedRecord& record, const FactVisitor& visit) {
  for (const ledger::VerifiedEvent& event : record.events()) {
    TALLY_RETURN_IF_ERROR(
        visit({.event = &event, .recorded = record.recorded(), .verdict = record.verdict()}));
  }
  return absl::OkStatus();
}

}  // namespace

// No record that a fold of a trail knows is suspect, so whoever reads it again finds the same.
FactReader FeedTrail::ReaderOf(uint64_t stream) const {
  return [this, stream](uint64_t first, uint64_t last, const FactVisitor& visit) -> absl::Status {
    ledger::ReadOptions options;
    options.first = first;
    options.limit = last + 1;
    options.stream = stream;
    options.checked_beforehand = true;
    TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger_.Read(options));
    while (true) {
      TALLY_ASSIGN_OR_RETURN(const auto record, cursor->Next());
      if (!record.has_value()) return absl::OkStatus();
      TALLY_RETURN_IF_ERROR(EachFactOf(*record, visit));
    }
  };
}

absl::Status FeedTrail::GoOn(uint64_t stream, uint64_t size, Trail& trail) {
  ledger::ReadOptions options;
  options.first = trail.size;
  options.limit = size;
  options.stream = stream;
  options.checked_beforehand = checked_beforehand_;
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger_.Read(options));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const auto record, cursor->Next());
    if (!record.has_value()) break;
    ++records_read_;
    if (record->verdict() == ledger::KeyVerdict::kSuspect) {
      trail.suspect = record->index();
      break;
    }
    TALLY_RETURN_IF_ERROR(
        EachFactOf(*record, [&](const Fact& fact) { return trail.fold->Apply(fact); }));
  }
  trail.size = trail.suspect.value_or(size);
  return absl::OkStatus();
}

absl::StatusOr<bool> FeedTrail::Follow(uint64_t stream, uint64_t size,
                                       std::unique_ptr<FeedFold>& fold) {
  Trail& trail = trails_[stream];
  if (trail.fold == nullptr || trail.fold->wanted() != fold->wanted()) {
    trail = {};
    trail.fold = std::make_unique<FeedFold>(fold->name(), fold->wanted(),
                                            Rereading{ReaderOf(stream), &shelf_});
  }
  if (size > trail.size && !trail.suspect.has_value()) {
    if (absl::Status read = GoOn(stream, size, trail); !read.ok()) {
      trails_.erase(stream);  // what it holds is half of something
      return read;
    }
  }
  if (size != trail.size) return false;
  std::unique_ptr<FeedFold> here = trail.fold->Copy();
  TALLY_RETURN_IF_ERROR(here->Seal());
  fold = std::move(here);
  return true;
}

}  // namespace tally::replay
