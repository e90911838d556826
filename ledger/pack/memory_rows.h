// The rows that follow from the records of a pack, held in memory (ledger/log/stream_table.h).
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "ledger/log/stream_table.h"

namespace tally::ledger {

class MemoryRows final : public Rows {
 public:
  absl::StatusOr<std::optional<Bytes>> Get(const Bytes& key) const override;
  absl::Status Put(Bytes key, Bytes value) override;
  absl::StatusOr<std::vector<StreamRow>> AllStreams() const override;
  // Calls `visit` for the rows in [first, limit), ascending.
  void Each(const Bytes& first, const Bytes& limit,
            const std::function<void(ByteView key, ByteView value)>& visit) const;
  // The least row at or behind `key`, below `limit`; nullptr: none.
  const Bytes* AtOrBehind(const Bytes& key, const Bytes& limit) const;

 private:
  std::map<Bytes, Bytes> rows_;
};

}  // namespace tally::ledger
