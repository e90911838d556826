// The audit's rows: derived again from the records and compared with the store's, one by one.
//
// A row that is written once is compared when it is derived; rows that later records change (ends
// of streams and sources, superseded acts) are kept and compared at the end. Afterwards every key
// of the store must have been derived: nothing may be missing and nothing may be extra.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/log/stream_table.h"
#include "ledger/store/store.h"

namespace tally::ledger {

// Collects what is wrong, at most as many as a report holds.
class AuditFindings {
 public:
  static constexpr size_t kMax = 1000;
  void Add(AuditFinding finding) {
    if (findings_.size() < kMax) findings_.push_back(std::move(finding));
  }
  bool empty() const { return findings_.empty(); }
  // In order of the records; what concerns none of them comes last.
  std::vector<AuditFinding> Take() &&;

 private:
  std::vector<AuditFinding> findings_;
};

class AuditRows final : public Rows {
 public:
  // Both outlive the rows.
  AuditRows(const Store& store, AuditFindings& findings) : store_(store), findings_(findings) {}

  // The record that is folded now: rows that name it or a later one do not exist yet.
  void SetIndex(uint64_t index) { index_ = index; }
  // From now on tiles may be shorter than the store's: the fold ended before the log does.
  void SetCutShort() { cut_short_ = true; }
  // A key that was accounted for apart from Put: segments.
  void Expect(const Bytes& key) { expected_.push_back(Digest(key)); }

  absl::StatusOr<std::optional<Bytes>> Get(const Bytes& key) const override;
  absl::Status Put(Bytes key, Bytes value) override;
  absl::StatusOr<std::vector<StreamRow>> AllStreams() const override;

  // Compares what was kept, then looks for rows that no record explains.
  absl::Status Finish();

 private:
  static uint64_t Digest(ByteView key);
  void Compare(ByteView key, ByteView expected, const std::optional<Bytes>& found);
  void CompareTile(ByteView key, ByteView expected, const std::optional<Bytes>& found);
  bool IsAccountedFor(ByteView key, ByteView value);

  const Store& store_;
  AuditFindings& findings_;
  uint64_t index_ = 0;
  bool cut_short_ = false;
  std::map<Bytes, Bytes> kept_;
  std::vector<uint64_t> expected_;  // digests of the keys of rows written once; sorted by Finish
};

// How findings call the rows of a key: "stream-index", "tile", ...
std::string RowName(ByteView key);

}  // namespace tally::ledger
