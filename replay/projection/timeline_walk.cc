// Kept items and the rows of each source in pages are merged; they are few, so the least of their
// fronts is looked for one by one.
#include "replay/projection/timeline_walk.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "schema/status.h"

namespace tally::replay {

bool ComesBefore(const TimelinePiece& a, const TimelinePiece& b) {
  return std::tie(a.first, a.rank, a.provenance().address) <
         std::tie(b.first, b.rank, b.provenance().address);
}

TimelinePiece TimelineWalk::PieceOf(const Timeline::Item& item) {
  TimelinePiece piece;
  piece.first = item.first;
  piece.last = item.last;
  piece.rank = item.rank;
  piece.report = item.report;
  piece.part = item.part;
  piece.feed = item.feed;
  return piece;
}

bool TimelineWalk::IsTakenBack(const TimelinePiece& piece) const {
  if (piece.report != nullptr && piece.report->withdraws) return true;
  const auto found = timeline_.withdrawals_.find({piece.first, piece.rank});
  if (found == timeline_.withdrawals_.end()) return false;
  // What a withdrawal takes back are the versions before it that begin with it.
  const Provenance& taking = found->second->provenance;
  return piece.provenance().address < taking.address &&
         tally::replay::Counts(StandingOf(taking, scope_));
}

bool TimelineWalk::Counts(const TimelinePiece& piece) const {
  return tally::replay::Counts(StandingOf(piece.provenance(), scope_)) && !IsTakenBack(piece);
}

absl::Status TimelineWalk::Load(Front& front) const {
  if (front.next >= front.source->reports->size()) {
    front.piece.reset();
    return absl::OkStatus();
  }
  const PagedReports::Row last = front.piece ? std::move(front.piece->held) : PagedReports::Row();
  TALLY_ASSIGN_OR_RETURN(PagedReports::Row row, front.source->reports->At(front.next, last));
  TimelinePiece& piece = front.piece.emplace();
  piece.first = row.report->observation.from;
  piece.last = piece.first;
  piece.rank = front.source->rank;
  piece.report = row.report;
  piece.feed = front.source->feed;
  piece.paged = front.source->reports;
  piece.row = front.next;
  piece.held = std::move(row);
  return absl::OkStatus();
}

absl::Status TimelineWalk::FindCarried() {
  const std::vector<Timeline::Item>& items = timeline_.items_;
  const size_t inside = next_item_;
  std::optional<Instant> held;  // the first instant of the newest piece that counts before reads_
  for (size_t i = inside; i > 0 && !held; --i) {
    if (Counts(PieceOf(items[i - 1]))) held = items[i - 1].first;
  }
  for (const Front& front : fronts_) {
    Front back{.source = front.source, .next = front.next, .piece = front.piece};
    // Rows as new as the newest one known, of all ranks; older ones have been followed.
    while (back.next > 0) {
      --back.next;
      TALLY_RETURN_IF_ERROR(Load(back));
      if (held && back.piece->first < *held) break;
      if (!Counts(*back.piece)) continue;
      held = back.piece->first;
      carried_.push_back(*back.piece);
    }
  }
  if (!held) return absl::OkStatus();
  for (size_t i = inside; i > 0 && timeline_.reach_[i - 1] >= *held; --i) {
    const TimelinePiece piece = PieceOf(items[i - 1]);
    if (piece.last >= *held && Counts(piece)) carried_.push_back(piece);
  }
  std::erase_if(carried_, [&](const TimelinePiece& piece) { return piece.last < *held; });
  std::sort(carried_.begin(), carried_.end(), ComesBefore);
  return absl::OkStatus();
}

absl::Status TimelineWalk::Start() {
  const std::vector<Timeline::Item>& items = timeline_.items_;
  next_item_ = static_cast<size_t>(
      std::lower_bound(items.begin(), items.end(), reads_.first,
                       [](const Timeline::Item& item, Instant at) { return item.first < at; }) -
      items.begin());
  for (const Timeline::Paged& source : timeline_.paged_) {
    Front& front = fronts_.emplace_back();
    front.source = &source;
    TALLY_ASSIGN_OR_RETURN(front.next, source.reports->FirstFrom(reads_.first));
    TALLY_RETURN_IF_ERROR(Load(front));
  }
  TALLY_RETURN_IF_ERROR(FindCarried());
  TALLY_ASSIGN_OR_RETURN(now_, Next());
  TALLY_ASSIGN_OR_RETURN(after_, Next());
  return absl::OkStatus();
}

absl::Status TimelineWalk::Advance() {
  TALLY_CHECK(now_.has_value());
  now_ = std::move(after_);
  TALLY_ASSIGN_OR_RETURN(after_, Next());
  return absl::OkStatus();
}

absl::StatusOr<std::optional<TimelinePiece>> TimelineWalk::NextOfAll() {
  Front* least = nullptr;
  for (Front& front : fronts_) {
    const bool sooner =
        front.piece && (least == nullptr || ComesBefore(*front.piece, *least->piece));
    if (sooner) least = &front;
  }
  if (next_item_ < timeline_.items_.size()) {
    TimelinePiece piece = PieceOf(timeline_.items_[next_item_]);
    if (least == nullptr || ComesBefore(piece, *least->piece)) {
      ++next_item_;
      return std::optional<TimelinePiece>(std::move(piece));
    }
  }
  if (least == nullptr) return std::optional<TimelinePiece>();
  std::optional<TimelinePiece> piece = least->piece;
  ++least->next;
  TALLY_RETURN_IF_ERROR(Load(*least));
  return piece;
}

absl::StatusOr<std::optional<TimelinePiece>> TimelineWalk::Next() {
  if (next_carried_ < carried_.size()) {
    return std::optional<TimelinePiece>(std::move(carried_[next_carried_++]));
  }
  while (!ended_) {
    TALLY_ASSIGN_OR_RETURN(std::optional<TimelinePiece> piece, NextOfAll());
    if (!piece) break;
    const EvidenceStanding standing = StandingOf(piece->provenance(), scope_);
    const bool counts = tally::replay::Counts(standing) && !IsTakenBack(*piece);
    if (piece->first >= reads_.limit) {
      if (!counts) continue;
      ended_ = true;
      return piece;
    }
    const ledger::EventAddress& address = piece->provenance().address;
    if (standing == EvidenceStanding::kLate) {
      ++use_.late;
      use_.first_late = std::min(use_.first_late.value_or(address), address);
    }
    if (standing == EvidenceStanding::kCountsAsClaimed) {
      ++use_.as_claimed;
      use_.first_as_claimed = std::min(use_.first_as_claimed.value_or(address), address);
    }
    if (counts) return piece;
  }
  ended_ = true;
  return std::optional<TimelinePiece>();
}

}  // namespace tally::replay
