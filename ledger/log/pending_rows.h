// The writer's rows: those of the store, under those of commits that are not durable yet.
//
// Admission runs ahead of the disk: a batch is judged by everything admitted before it, durable or
// not. That is safe because a commit that fails poisons the writer: nothing that was judged by it
// is ever acknowledged.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "ledger/log/stream_table.h"
#include "ledger/store/store.h"

namespace tally::ledger {

class PendingRows final : public Rows {
 public:
  // `store` outlives the rows.
  explicit PendingRows(const Store& store) : store_(store) {}

  absl::StatusOr<std::optional<Bytes>> Get(const Bytes& key) const override;
  absl::Status Put(Bytes key, Bytes value) override;
  absl::StatusOr<std::vector<StreamRow>> AllStreams() const override;

  // True if the row lies in a commit that is not durable yet.
  bool IsPending(const Bytes& key) const { return pending_.contains(key); }
  // The rows put since the last call: those of the commit with this number.
  WriteSet Take();
  uint64_t commit() const { return commit_; }
  // Commits up to and with `commit` are durable: their rows are read from the store from now on.
  void Forget(uint64_t commit);

 private:
  struct Row {
    uint64_t commit;
    Bytes value;
  };
  const Store& store_;
  uint64_t commit_ = 1;  // the one that is being built
  std::map<Bytes, Row> pending_;
  std::vector<std::pair<uint64_t, Bytes>> keys_;  // by commit, ascending
};

}  // namespace tally::ledger
