// Streams that are short and read for every case, kept in memory: the agreement's own, with what
// the nightly job stated, and what cases read of the system stream. Who asks about n sizes of a
// ledger reads n times as many acts as there are, and decodes and verifies each of them once.
//
// What is kept is a copy, so that nothing that is stored is held on to, and nobody can change what
// was verified. Room is bounded: what does not fit is read again, every time, as without this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "ledger/ledger.h"

namespace tally::replay {

// Not thread-safe.
class KeptStreams {
 public:
  static constexpr size_t kRoom = size_t{16} << 20;  // bytes; some ten thousand acts

  // The ledger outlives it. `checked_beforehand` as ledger::ReadOptions.
  KeptStreams(const ledger::Ledger& ledger, bool checked_beforehand, size_t room = kRoom)
      : ledger_(ledger), checked_beforehand_(checked_beforehand), room_(room) {}
  KeptStreams(const KeptStreams&) = delete;
  KeptStreams& operator=(const KeptStreams&) = delete;

  using Visitor = std::function<absl::Status(const ledger::VerifiedRecord& record)>;
  // The records below `limit` of the stream that record `stream` opens, in log order; of the system
  // stream (0) only documents and corrections of the time. Fails as reading does, and as `visit`.
  absl::Status EachRecord(uint64_t stream, uint64_t limit, const Visitor& visit);

  uint64_t records_read() const { return records_read_; }

 private:
  struct Kept {
    std::vector<ledger::VerifiedRecord> records;
    uint64_t below = 0;  // all that are to be visited below this index are among them
    bool full = false;   // and no more will be
  };
  absl::Status ReadOn(uint64_t stream, uint64_t limit, Kept& kept, const Visitor& visit);
  void Keep(const ledger::VerifiedRecord& record, Kept& kept);

  const ledger::Ledger& ledger_;
  const bool checked_beforehand_;
  size_t room_;  // that is left
  std::map<uint64_t, Kept> kept_;
  uint64_t records_read_ = 0;
};

}  // namespace tally::replay
