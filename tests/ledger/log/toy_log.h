// A log of made-up records for the tests of what lies below the ledger's own rules: what record i
// holds follows from i alone, so every test knows the right root of every size without asking the
// store. One event a record; indexes are one row a record ('I') and one row that every commit
// overwrites ('X'), so that a tail taken back shows in both.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/backend.h"
#include "ledger/log/layout.h"
#include "ledger/log/segment.h"
#include "schema/status.h"
#include "tests/scratch.h"

namespace tally::tests {

using ledger::Commit;
using ledger::Store;

inline Bytes ToyBytes(uint64_t index, char salt, size_t size) {
  Bytes bytes;
  while (bytes.size() < size) {
    Bytes seed = {static_cast<uint8_t>(salt)};
    ByteWriter(seed).U64(index);
    ByteWriter(seed).U64(bytes.size());
    const Hash hash = ledger::Sha256Of({seed});
    bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
  }
  bytes.resize(size);
  return bytes;
}

inline Bytes ToyHeader(uint64_t index) { return ToyBytes(index, 'h', 100 + index % 7); }
inline Bytes ToyBody(uint64_t index) { return ToyBytes(index, 'b', 200 + (index * 37) % 900); }
inline Salt ToySalt(uint64_t index) { return *Salt::FromBytes(ToyBytes(index, 's', 16)); }
inline Bytes ToyRecord(uint64_t index) {
  const Bytes header = ToyHeader(index);
  const Bytes body = ToyBody(index);
  const Hash content = ledger::Sha256Of({header, body});
  Bytes record = ToyBytes(index, 'r', ledger::kRecordBytes);
  std::copy(content.bytes.begin(), content.bytes.end(), record.begin());
  return record;
}
inline Bytes ToyEvidence(uint64_t index) { return ToyBytes(index, 'e', ledger::kEvidenceBytes); }

// The root of `size` records, from nothing but the numbers.
class ToyRoots {
 public:
  Hash At(uint64_t size) {
    if (roots_.empty()) roots_.push_back(Hash{});
    while (roots_.size() <= size) {
      roots_.push_back(ledger::Sha256Of({roots_.back().view(), ToyRecord(roots_.size() - 1)}));
    }
    return roots_[size];
  }

 private:
  std::vector<Hash> roots_;
};

inline LedgerId ToyLedger() { return *LedgerId::FromBytes(ToyBytes(0, 'l', 32)); }

inline Commit ToyCommit(uint64_t first, uint64_t count) {
  Commit commit{.first = first,
                .count = count,
                .spine = {},
                .bodies = {},
                .derived = {},
                .spine_checksum = {},
                .bodies_checksum = {}};
  ledger::SegmentBuilder segment(first, static_cast<int64_t>(first));
  for (uint64_t index = first; index < first + count; ++index) {
    segment.AddRecord(ToyRecord(index), ToyEvidence(index));
    segment.AddEvent(ToyHeader(index), ToySalt(index), ToyBody(index));
    commit.derived.puts.push_back(
        {ledger::layout::StreamRecord(0, index), ToyBytes(index, 'i', 8)});
  }
  commit.spine = segment.EncodeSpine();
  commit.bodies = segment.EncodeBodies();
  Bytes row;
  ByteWriter(row).U64(first + count);
  commit.derived.puts.push_back({ledger::layout::StreamRow(0), row});
  return commit;
}

// Reads every record below `size` back, against what it must be; DataLoss names the first bad one.
inline absl::StatusOr<Hash> ToyRootAt(const Store& store, uint64_t size) {
  uint64_t next = 0;
  Hash root;
  absl::Status status;
  const auto visit = [&](ByteView key, ByteView value) {
    const auto spine =
        ledger::SpineView::Open(std::make_shared<const Bytes>(value.begin(), value.end()), next);
    if (key.size() != 9 || !spine.ok()) status = spine.status();
    if (!status.ok()) return false;
    const auto bytes = store.Get(ledger::layout::Bodies(next));
    if (!bytes.ok() || !bytes->has_value()) {
      status = absl::DataLossError("no bodies at record " + std::to_string(next));
      return false;
    }
    const auto bodies =
        ledger::BodiesView::Open(std::make_shared<const Bytes>(**bytes), next, spine->events());
    if (!bodies.ok()) status = bodies.status();
    if (!status.ok()) return false;
    for (uint32_t i = 0; i < spine->records() && next < size; ++i, ++next) {
      const ByteView record = spine->record(i);
      if (!std::ranges::equal(record, ToyRecord(next)) ||
          !std::ranges::equal(spine->evidence(i), ToyEvidence(next)) ||
          !std::ranges::equal(spine->header(i), ToyHeader(next)) ||
          !std::ranges::equal(bodies->body(i), ToyBody(next))) {
        status = absl::DataLossError("record " + std::to_string(next) + " does not verify");
        return false;
      }
      root = ledger::Sha256Of({root.view(), record});
    }
    return next < size;
  };
  const Bytes limit = {'S' + 1};
  TALLY_RETURN_IF_ERROR(store.Scan(ledger::layout::Spine(0), limit, visit));
  if (!status.ok()) return status;
  if (next < size) return absl::DataLossError("record " + std::to_string(next) + " is missing");
  return root;
}

// Whether the indexes say what a log of `size` records says, and nothing else is left behind.
inline absl::Status CheckToyIndexes(const Store& store, uint64_t size) {
  uint64_t rows = 0;
  absl::Status status;
  TALLY_RETURN_IF_ERROR(store.Scan(Bytes{'I'}, Bytes{'I' + 1}, [&](ByteView key, ByteView value) {
    const Bytes expected = ledger::layout::StreamRecord(0, rows);
    if (!std::ranges::equal(key, expected) || !std::ranges::equal(value, ToyBytes(rows, 'i', 8))) {
      status = absl::DataLossError("index row " + std::to_string(rows));
    }
    ++rows;
    return status.ok();
  }));
  TALLY_RETURN_IF_ERROR(status);
  TALLY_ASSIGN_OR_RETURN(const auto last, store.Get(ledger::layout::StreamRow(0)));
  Bytes row;
  ByteWriter(row).U64(size);
  if (rows == size && (size == 0 ? !last.has_value() : last == row)) return absl::OkStatus();
  return absl::DataLossError("indexes of " + std::to_string(rows) + " records, expected " +
                             std::to_string(size));
}

inline ledger::HeadSlot ToyHead(uint64_t size, ToyRoots& roots) {
  ledger::HeadSlot head;
  head.ledger = ToyLedger();
  head.size = size;
  head.root = roots.At(size);
  head.recorded_ms = static_cast<int64_t>(size);
  head.note = "head of " + std::to_string(size) + "\n";
  return head;
}

inline ledger::EmbeddedLogOptions ToyOptions(const std::string& directory, bool create = false) {
  ledger::EmbeddedLogOptions options;
  options.directory = directory + "/ledger";
  options.head_path = directory + "/ledger.head";
  options.create = create;
  options.root_at = ToyRootAt;
  return options;
}

// Appends and acknowledges `count` records.
inline absl::Status ToyAppend(ledger::LogBackend& log, uint64_t epoch, uint64_t first,
                              uint64_t count, ToyRoots& roots) {
  TALLY_RETURN_IF_ERROR(log.Append(epoch, ToyCommit(first, count)));
  return log.Barrier(epoch, ToyHead(first + count, roots));
}

// A new log of `size` records, in commits of 1, 2, 3, 1, 2, 3... records; sealed or as after a
// kill.
enum class ToyEnd { kSealed, kCut };
inline void MakeToyLog(const std::string& directory, uint64_t size, ToyEnd end) {
  ToyRoots roots;
  const auto log = ledger::OpenEmbeddedLog(ToyOptions(directory, true));
  TALLY_CHECK(log.ok());
  const auto claimed = (*log)->Claim();
  TALLY_CHECK(claimed.ok());
  for (uint64_t first = 0, turn = 0; first < size; ++turn) {
    const uint64_t count = std::min(size - first, 1 + turn % 3);
    TALLY_CHECK(ToyAppend(**log, claimed->epoch, first, count, roots).ok());
    first += count;
  }
  if (end == ToyEnd::kSealed) TALLY_CHECK((*log)->Seal(claimed->epoch).ok());
}

}  // namespace tally::tests
