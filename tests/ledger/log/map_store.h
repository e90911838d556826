// A store in memory whose every byte a test may change: the raw store API in an attacker's hands.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "ledger/store/store.h"

namespace tally::ledger {

class MapStore final : public Store {
 public:
  MapStore() = default;
  // Everything that `from` holds.
  explicit MapStore(const Store& from) {
    const absl::Status copied = from.Scan({}, {}, [&](ByteView key, ByteView value) {
      rows[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
      return true;
    });
    TALLY_CHECK(copied.ok());
  }

  absl::StatusOr<std::optional<Bytes>> Get(ByteView key) const override {
    const auto found = rows.find(Bytes(key.begin(), key.end()));
    return found == rows.end() ? std::optional<Bytes>() : found->second;
  }
  absl::Status Scan(ByteView first, ByteView limit,
                    const std::function<bool(ByteView, ByteView)>& visit) const override {
    for (auto row = rows.lower_bound(Bytes(first.begin(), first.end())); row != Limit(limit);
         ++row) {
      if (!visit(row->first, row->second)) break;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<WriteSet::Put>> Last(ByteView first, ByteView limit) const override {
    auto row = Limit(limit);
    if (row == rows.begin()) return std::optional<WriteSet::Put>();
    --row;
    if (row->first < Bytes(first.begin(), first.end())) return std::optional<WriteSet::Put>();
    return WriteSet::Put{row->first, row->second};
  }
  absl::Status Commit(const WriteSet& writes) override {
    for (const WriteSet::Put& put : writes.puts) rows[put.key] = put.value;
    for (const auto& put : writes.borrowed) {
      rows[Bytes(put.key.begin(), put.key.end())] = Bytes(put.value.begin(), put.value.end());
    }
    for (const Bytes& key : writes.deletes) rows.erase(key);
    return absl::OkStatus();
  }
  absl::Status Purge(const std::vector<Bytes>&) override { return absl::OkStatus(); }
  bool poisoned() const override { return false; }
  absl::Status CloseCleanly() override { return absl::OkStatus(); }
  absl::Status CheckFiles() const override { return absl::OkStatus(); }
  absl::StatusOr<uint64_t> DiskBytes() const override { return rows.size(); }

  std::map<Bytes, Bytes> rows;

 private:
  std::map<Bytes, Bytes>::const_iterator Limit(ByteView limit) const {
    return limit.empty() ? rows.end() : rows.lower_bound(Bytes(limit.begin(), limit.end()));
  }
};

}  // namespace tally::ledger
