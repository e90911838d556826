// Rows in flight, forgotten when the store has them.
#include "ledger/log/pending_rows.h"

#include <algorithm>

#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<std::optional<Bytes>> PendingRows::Get(const Bytes& key) const {
  auto found = pending_.find(key);
  if (found != pending_.end()) return found->second.value;
  return store_.Get(key);
}

absl::Status PendingRows::Put(Bytes key, Bytes value) {
  auto [place, inserted] = pending_.try_emplace(std::move(key), Row{commit_, {}});
  if (inserted || place->second.commit != commit_) keys_.emplace_back(commit_, place->first);
  place->second = {commit_, std::move(value)};
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StreamRow>> PendingRows::AllStreams() const {
  std::map<Bytes, Bytes> rows;
  const Bytes first{'X'};
  const Bytes limit{'X' + 1};
  TALLY_RETURN_IF_ERROR(store_.Scan(first, limit, [&](ByteView key, ByteView value) {
    rows[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
    return true;
  }));
  for (auto row = pending_.lower_bound(first); row != pending_.end() && row->first < limit; ++row) {
    rows[row->first] = row->second.value;
  }
  std::vector<StreamRow> streams;
  streams.reserve(rows.size());
  for (const auto& [key, value] : rows) {
    TALLY_ASSIGN_OR_RETURN(StreamRow row, DecodeStreamRow(value));
    streams.push_back(std::move(row));
  }
  return streams;
}

WriteSet PendingRows::Take() {
  WriteSet writes;
  auto first = std::find_if(keys_.begin(), keys_.end(),
                            [&](const auto& key) { return key.first == commit_; });
  for (; first != keys_.end(); ++first) {
    writes.puts.push_back({first->second, pending_.at(first->second).value});
  }
  ++commit_;
  return writes;
}

void PendingRows::Forget(uint64_t commit) {
  auto limit =
      std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return key.first > commit; });
  for (auto key = keys_.begin(); key != limit; ++key) {
    auto row = pending_.find(key->second);
    // A later commit may have put the row again.
    if (row != pending_.end() && row->second.commit <= commit) pending_.erase(row);
  }
  keys_.erase(keys_.begin(), limit);
}

}  // namespace tally::ledger
