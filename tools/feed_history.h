// What a feed holds already, by content: how a repeated `append` or `import` finds that nothing is
// new although its input names no positions.
//
// Two events are the same when kind, source, observed times and body are; the times at which they
// were reported and the links differ between runs. Equal events may stand in one input twice: the
// n-th in the input is the n-th in the feed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/author.h"
#include "tools/stream_end.h"

namespace tally::tools {

class FeedHistory {
 public:
  // An empty history, for a feed whose events are not at hand but whose end is.
  explicit FeedHistory(FeedEnd end = {}) : end_(std::move(end)) {}
  // Reads the feed once, and gives its end as well.
  static absl::StatusOr<FeedHistory> Read(const ledger::Ledger& ledger,
                                          const ledger::StreamState& feed);

  const FeedEnd& end() const { return end_; }
  // Where the draft stands already; the next equal draft is looked for behind it. With a position:
  // only what stands there; AlreadyExists when that is something else.
  absl::StatusOr<std::optional<ledger::EventAddress>> Match(const EvidenceDraft& draft);

 private:
  struct Known {
    ledger::EventAddress address;
    uint64_t position = 0;
  };
  void Remember(const ledger::VerifiedEvent& event);

  FeedEnd end_;
  absl::flat_hash_map<Hash, std::vector<Known>> by_content_;
  absl::flat_hash_map<Hash, size_t> matched_;
  absl::flat_hash_map<uint64_t, Hash> by_position_;
};

}  // namespace tally::tools
