// The rows that follow from the records of a pack, held in memory (ledger/log/stream_table.h): some
// ninety bytes for a short row, where a map of vectors takes twice as much. A stranger's pack may
// bring half a million of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
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
  // The least row at or behind `key`, below `limit`; nullopt: none. A view until the next Put.
  std::optional<ByteView> AtOrBehind(const Bytes& key, const Bytes& limit) const;

 private:
  absl::btree_map<std::string, std::string> rows_;  // short texts lie in the tree itself
};

}  // namespace tally::ledger
