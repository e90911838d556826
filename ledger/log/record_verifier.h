// Makes a VerifiedRecord from stored bytes: the only code that can.
//
// Recomputed for each record: B and D of every event, the batch's root, E, the record's hash, the
// entry and its leaf, and the evidence's fields; compared with the record and with the leaf that
// the caller verified up to a signed root. Links between records are the cursor's, and so is the
// erasure that must name every event whose body is gone.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/segment_reader.h"
#include "ledger/log/verified.h"

namespace tally::ledger {

class RecordVerifier {
 public:
  // DataLoss names the record and the step. Every view lives as long as the record.
  static absl::StatusOr<VerifiedRecord> Verify(const std::shared_ptr<const StoredSegment>& segment,
                                               uint64_t index, const Hash& leaf);
  // Without hashing what an audit of this open ledger has hashed before.
  static absl::StatusOr<VerifiedRecord> Trust(const std::shared_ptr<const StoredSegment>& segment,
                                              uint64_t index);
  // From a pack's member, whose every byte was recomputed up to a signed root (ledger/pack). Events
  // whose bodies are withheld are not among `events`; of an entry alone nothing but its time and
  // leaf is known. `bytes` is what the events' views point into.
  static VerifiedRecord OfPack(uint64_t index, const Entry& entry, const Record& record,
                               const Evidence& evidence, std::vector<VerifiedEvent> events,
                               std::shared_ptr<const void> bytes) {
    VerifiedRecord shown;
    shown.index_ = index;
    shown.recorded_ = InstantOfMilliseconds(entry.recorded_ms);
    shown.record_ = record;
    shown.entry_ = entry;
    shown.leaf_ = EntryLeaf(entry);
    shown.evidence_ = evidence;
    shown.events_ = std::move(events);
    shown.bytes_ = std::move(bytes);
    return shown;
  }
  static void Judge(VerifiedRecord& record, const Keyring& keyring, const Signing& signing) {
    record.signing_ = signing;
    record.verdict_ =
        keyring.Judge(record.evidence_.key, signing, record.index_, record.recorded());
  }

 private:
  static absl::StatusOr<VerifiedRecord> Decode(const std::shared_ptr<const StoredSegment>& segment,
                                               uint64_t index);
  static absl::Status CheckHashes(const VerifiedRecord& record, const StoredSegment& segment,
                                  const Hash& leaf);
};

}  // namespace tally::ledger
