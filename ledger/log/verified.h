// What the cursor yields: a record whose every byte was recomputed up to the signed head.
//
// Only the verifying cursor (and the audit) can make a VerifiedRecord: holding one is the proof
// that it was verified.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "ledger/log/keyring.h"
#include "schema/event.h"

namespace tally::ledger {

// `index/offset`: how people name an event.
struct EventAddress {
  uint64_t index = 0;
  uint32_t offset = 0;
  std::string ToText() const;
  friend auto operator<=>(const EventAddress&, const EventAddress&) = default;
};

struct VerifiedEvent {
  EventAddress address;
  EventHeader header;
  Hash digest;
  ByteView header_bytes;
  ByteView body;  // empty with erased == true
  Salt salt;
  bool erased = false;
  ByteView rest = {};  // of an erased run: what binds its sources to the run root (partial_run.h)
};

class VerifiedRecord {
 public:
  uint64_t index() const { return index_; }
  Instant recorded() const { return recorded_; }
  uint64_t stream() const { return record_.stream; }
  const Record& record() const { return record_; }
  const Entry& entry() const { return entry_; }
  const Hash& leaf() const { return leaf_; }
  const Evidence& evidence() const { return evidence_; }
  KeyVerdict verdict() const { return verdict_; }
  const Signing& signing() const { return signing_; }  // what the verdict is about
  std::span<const VerifiedEvent> events() const { return events_; }
  // The same with bytes of its own, so that it holds on to nothing of what it was read from.
  VerifiedRecord WithOwnBytes() const;

 private:
  friend class RecordVerifier;  // ledger/log/record_verifier.h
  VerifiedRecord() = default;
  uint64_t index_ = 0;
  Instant recorded_;
  Record record_;
  Entry entry_;
  Hash leaf_;
  Evidence evidence_;
  KeyVerdict verdict_ = KeyVerdict::kUnknown;
  Signing signing_;
  std::vector<VerifiedEvent> events_;
  std::shared_ptr<const void> bytes_;  // what the views above point into
};

}  // namespace tally::ledger
