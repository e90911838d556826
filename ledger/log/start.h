// The judgement at every start: what the store holds against what the head outside says. It is
// passed on a store opened read-only, before anything may change a file, because RocksDB deletes
// files when it opens for writing.
//
//   store      outside head        verdict
//   equal      size and root       go on
//   ahead      verifies            go on: a tail that was never acknowledged, named by an event
//   ahead      does not verify     go on without the tail, which is set aside and taken back
//   behind     -                   refuse: acknowledged records are missing
//   other      root or ledger      refuse: damaged, forked, or another ledger's head
//   newer      head inside         refuse: the outside head was rolled back or is a copy
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/chain/note.h"
#include "ledger/log/backend.h"
#include "ledger/store/store.h"

namespace tally::ledger {

using RootAt = std::function<absl::StatusOr<Hash>(const Store& store, uint64_t size)>;

// What the store says of itself, unjudged.
struct StoredEnd {
  uint64_t size = 0;               // records, by the last segment
  std::optional<HeadSlot> inside;  // the head inside: never newer than the one outside
  friend bool operator==(const StoredEnd&, const StoredEnd&) = default;
};
absl::StatusOr<StoredEnd> FindStoredEnd(const Store& store);

struct Judgement {
  enum class Verdict { kEqual, kTailVerifies, kTailDoesNotVerify };
  Verdict verdict = Verdict::kEqual;
  StoredEnd end;
  std::string reason;  // why a tail does not verify
};
enum class TailCheck { kVerify, kIgnore };
// FailedPrecondition says what differs: ledger, sizes, roots, first missing record.
absl::StatusOr<Judgement> JudgeStore(const Store& store, const HeadSlot& outside,
                                     const RootAt& root_at, TailCheck tail);

// The pending recovery: written with the recovery itself, so that a crash before the `recovered`
// event leaves it to the next start, and deleted by the first commit after it.
Bytes EncodeRecovery(const Claimed::Recovery& recovery);
absl::StatusOr<Claimed::Recovery> DecodeRecovery(ByteView bytes);

}  // namespace tally::ledger
