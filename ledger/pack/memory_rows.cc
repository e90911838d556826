// Rows of a pack: as many as its records give, which its limits bound.
#include "ledger/pack/memory_rows.h"

#include <utility>

#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<std::optional<Bytes>> MemoryRows::Get(const Bytes& key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return std::optional<Bytes>();
  return std::optional<Bytes>(found->second);
}

absl::Status MemoryRows::Put(Bytes key, Bytes value) {
  rows_.insert_or_assign(std::move(key), std::move(value));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StreamRow>> MemoryRows::AllStreams() const {
  std::vector<StreamRow> streams;
  const auto limit = rows_.upper_bound(layout::StreamRow(~uint64_t{0}));
  for (auto row = rows_.lower_bound(layout::StreamRow(0)); row != limit; ++row) {
    TALLY_ASSIGN_OR_RETURN(StreamRow stream, DecodeStreamRow(row->second));
    streams.push_back(std::move(stream));
  }
  return streams;
}

void MemoryRows::Each(const Bytes& first, const Bytes& limit,
                      const std::function<void(ByteView, ByteView)>& visit) const {
  for (auto row = rows_.lower_bound(first); row != rows_.end() && row->first < limit; ++row) {
    visit(row->first, row->second);
  }
}

const Bytes* MemoryRows::AtOrBehind(const Bytes& key, const Bytes& limit) const {
  const auto row = rows_.lower_bound(key);
  return row == rows_.end() || row->first >= limit ? nullptr : &row->second;
}

}  // namespace tally::ledger
