// How what was used becomes a digest: events that are kept and rows that are read again are merged
// in the order of the log, each event once.
#include "replay/projection/evidence_use.h"

#include <algorithm>
#include <tuple>

#include "ledger/crypto/sha256_stream.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Rows of one source, ascending and each once. Addresses rise with them.
class RowWalk {
 public:
  using Stretches = std::vector<EvidenceUse::Stretch>;
  // Takes those of `stretches` from `first` on that are of the same source; gives how far they go.
  RowWalk(const Stretches& stretches, size_t first, size_t limit)
      : stretches_(stretches.begin() + static_cast<ptrdiff_t>(first),
                   stretches.begin() + static_cast<ptrdiff_t>(limit)) {}

  bool done() const { return at_ == stretches_.size(); }
  const Provenance& now() const { return row_.report->provenance; }

  // Call once before anything else, then after each row.
  absl::Status Next() {
    while (at_ < stretches_.size() && next_ >= stretches_[at_].limit) ++at_;
    if (done()) return absl::OkStatus();
    next_ = std::max(next_, stretches_[at_].first);
    TALLY_ASSIGN_OR_RETURN(row_, stretches_[at_].reports->At(next_, row_));
    ++next_;
    return absl::OkStatus();
  }

 private:
  Stretches stretches_;  // by first row; they may overlap
  size_t at_ = 0;
  uint64_t next_ = 0;
  PagedReports::Row row_;
};

std::vector<RowWalk> WalksOf(std::vector<EvidenceUse::Stretch>& stretches) {
  std::sort(stretches.begin(), stretches.end(), [](const auto& a, const auto& b) {
    return std::tie(a.reports, a.first, a.limit) < std::tie(b.reports, b.first, b.limit);
  });
  std::vector<RowWalk> walks;
  for (size_t first = 0; first < stretches.size();) {
    size_t limit = first + 1;
    while (limit < stretches.size() && stretches[limit].reports == stretches[first].reports) {
      ++limit;
    }
    walks.emplace_back(stretches, first, limit);
    first = limit;
  }
  return walks;
}

// The digest of one feed's events as they come, in log order.
class RangeDigest {
 public:
  explicit RangeDigest(uint64_t size) : size_(size) {}

  void Take(const ledger::EventAddress& address, const Hash& digest) {
    if (any_ && address == range_.last) return;
    TALLY_CHECK(!any_ || range_.last < address);
    if (!any_) range_.first = address;
    any_ = true;
    range_.last = address;
    if (!range_.beyond && address.index >= size_) range_.beyond = address;
    hash_.Add(digest.bytes);
  }
  bool any() const { return any_; }
  EvidenceUse::Range Finish() && {
    range_.digest = hash_.Finish();
    return range_;
  }

 private:
  uint64_t size_;
  bool any_ = false;
  EvidenceUse::Range range_;
  ledger::Sha256Stream hash_;
};

// The walk whose row comes first in the log; nullptr when all are done. They are few: one a source.
RowWalk* FirstOf(std::vector<RowWalk>& walks) {
  RowWalk* first = nullptr;
  for (RowWalk& walk : walks) {
    const bool sooner =
        !walk.done() && (first == nullptr || walk.now().address < first->now().address);
    if (sooner) first = &walk;
  }
  return first;
}

absl::Status Digest(const std::vector<EvidenceUse::Event>& events, std::vector<RowWalk> walks,
                    RangeDigest& digest) {
  for (RowWalk& walk : walks) TALLY_RETURN_IF_ERROR(walk.Next());
  auto event = events.begin();
  while (true) {
    RowWalk* walk = FirstOf(walks);
    if (walk == nullptr && event == events.end()) return absl::OkStatus();
    const bool kept =
        walk == nullptr || (event != events.end() && event->address < walk->now().address);
    if (kept) {
      digest.Take(event->address, event->digest);
      ++event;
    } else {
      digest.Take(walk->now().address, walk->now().digest);
      TALLY_RETURN_IF_ERROR(walk->Next());
    }
  }
}

}  // namespace

EvidenceStanding StandingOf(const Provenance& provenance, const EvidenceScope& scope) {
  if (scope.reported_by.has_value() && provenance.reported > *scope.reported_by) {
    return EvidenceStanding::kNotYetReported;
  }
  if (provenance.address.index >= scope.size) return EvidenceStanding::kLate;
  if (provenance.recorded < scope.cutoff || scope.late_counts) return EvidenceStanding::kCounts;
  // Imported history is timely by the time its author reported it, and marked (rule 30). Of a feed
  // that was open by then nobody can tell, so the ledger's time decides.
  return provenance.history && provenance.reported < scope.cutoff
             ? EvidenceStanding::kCountsAsClaimed
             : EvidenceStanding::kLate;
}

void EvidenceUse::Note(const std::string& feed, const PagedReports& reports, uint64_t row) {
  std::vector<Stretch>& stretches = rows[feed];
  // Of each source the newest stretch is near the end: a feed's sources take turns.
  for (auto stretch = stretches.rbegin(); stretch != stretches.rend(); ++stretch) {
    if (stretch->reports != &reports) continue;
    if (stretch->limit != row) break;
    ++stretch->limit;
    return;
  }
  stretches.push_back({&reports, row, row + 1});
}

void EvidenceUse::Sort() {
  for (auto& [feed, events] : used) {
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
  }
}

absl::Status EvidenceUse::Conclude(uint64_t size) {
  Sort();
  // Every feed that is named once stands in one of the two.
  for (const auto& [feed, stretches] : rows) used.try_emplace(feed);
  for (const auto& [feed, events] : used) {
    RangeDigest digest(size);
    TALLY_RETURN_IF_ERROR(Digest(events, WalksOf(rows[feed]), digest));
    if (digest.any()) ranges.insert_or_assign(feed, std::move(digest).Finish());
  }
  used.clear();
  rows.clear();
  return absl::OkStatus();
}

}  // namespace tally::replay
