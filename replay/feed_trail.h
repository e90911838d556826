// Folds of feeds that go on from one size of the log to the next, for who asks about many sizes of
// one ledger: each record of a feed is read, verified and folded once, whatever the number of
// sizes. A case at a size gets a copy of the fold as it stands there, sealed; what the copy shares
// with the fold (pages, runs) nobody changes.
//
// Right because a fold at a size is a function of the feed's records below it in log order, so
// going on from a smaller size gives what reading from the first record gives. That holds while a
// fact is the same at every size, and this is so but for two things. What a key signed that is said
// to be compromised is judged by what a size knows of it and by rulings: a feed is followed up to
// the first such record. And which sources are kept hangs on the terms: where those that are wanted
// differ, a fold is begun anew. Who leaves events out reads by himself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/projection/feed_fold.h"

namespace tally::replay {

class FeedTrail {
 public:
  // A year of single reports a minute, and all that a pack can hold: at most 85 MiB, where there
  // are so many. Each size walks through them from the first on, so a shelf that lacks a few pages
  // would lack each when it is asked for.
  static constexpr ShelfSize kShelf = {.rows = 1024, .pages = 576};

  // The ledger outlives the trail, and the trail every fold that it gave. `checked_beforehand` as
  // ledger::ReadOptions.
  FeedTrail(const ledger::Ledger& ledger, bool checked_beforehand, ShelfSize shelf = kShelf)
      : ledger_(ledger), checked_beforehand_(checked_beforehand), shelf_(shelf) {}
  FeedTrail(const FeedTrail&) = delete;
  FeedTrail& operator=(const FeedTrail&) = delete;

  // Puts in the place of `fold`, which is empty, one of the same name and sources: sealed, and of
  // the records below `size` of the feed that record `stream` opens. False, and `fold` as it was,
  // where that cannot be had from here (a size before one that was asked for, a record whose
  // standing hangs on the size): then it has to be read from the first record on. Fails as reading
  // does.
  absl::StatusOr<bool> Follow(uint64_t stream, uint64_t size, std::unique_ptr<FeedFold>& fold);

  uint64_t records_read() const { return records_read_; }

 private:
  struct Trail {
    std::unique_ptr<FeedFold> fold;  // of the records below `size`
    uint64_t size = 0;
    std::optional<uint64_t> suspect;  // the record at which it ends for good
  };
  FactReader ReaderOf(uint64_t stream) const;
  absl::Status GoOn(uint64_t stream, uint64_t size, Trail& trail);

  const ledger::Ledger& ledger_;
  const bool checked_beforehand_;
  mutable PageShelf shelf_;
  std::map<uint64_t, Trail> trails_;  // by stream
  uint64_t records_read_ = 0;
};

}  // namespace tally::replay
