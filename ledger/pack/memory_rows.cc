// Rows of a pack: as many as its records give, which its limits bound.
#include "ledger/pack/memory_rows.h"

#include <utility>

#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

std::string TextOf(ByteView bytes) { return std::string(AsText(bytes)); }
Bytes BytesOf(const std::string& text) { return Bytes(text.begin(), text.end()); }

}  // namespace

absl::StatusOr<std::optional<Bytes>> MemoryRows::Get(const Bytes& key) const {
  const auto found = rows_.find(TextOf(key));
  if (found == rows_.end()) return std::optional<Bytes>();
  return std::optional<Bytes>(BytesOf(found->second));
}

absl::Status MemoryRows::Put(Bytes key, Bytes value) {
  rows_.insert_or_assign(TextOf(key), TextOf(value));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StreamRow>> MemoryRows::AllStreams() const {
  std::vector<StreamRow> streams;
  const auto limit = rows_.upper_bound(TextOf(layout::StreamRow(~uint64_t{0})));
  for (auto row = rows_.lower_bound(TextOf(layout::StreamRow(0))); row != limit; ++row) {
    TALLY_ASSIGN_OR_RETURN(StreamRow stream, DecodeStreamRow(AsBytes(row->second)));
    streams.push_back(std::move(stream));
  }
  return streams;
}

void MemoryRows::Each(const Bytes& first, const Bytes& limit,
                      const std::function<void(ByteView, ByteView)>& visit) const {
  const auto end = rows_.lower_bound(TextOf(limit));
  for (auto row = rows_.lower_bound(TextOf(first)); row != end; ++row) {
    visit(AsBytes(row->first), AsBytes(row->second));
  }
}

std::optional<ByteView> MemoryRows::AtOrBehind(const Bytes& key, const Bytes& limit) const {
  const auto row = rows_.lower_bound(TextOf(key));
  if (row == rows_.end() || row->first >= TextOf(limit)) return std::nullopt;
  return AsBytes(row->second);
}

}  // namespace tally::ledger
