// Retries: what of a batch the ledger holds already. Feeds are idempotent by position, acts by id.
//
// Known is an event with the same header but for its links and reportedAt; an act with the same
// kind, answers and body commitment, whatever it had seen. A batch that is known in whole gets the
// receipt of the first, whatever key or batch signed it. Reads stored records only: everything
// admitted must be durable before a question is asked here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/log/admission.h"
#include "ledger/log/segment_reader.h"
#include "ledger/store/store.h"

namespace tally::ledger {

// How a feed's batch stands to what the feed holds.
enum class Overlap { kNew, kOld, kMixed };
absl::StatusOr<Overlap> OverlapOf(const Candidate& candidate, const StreamRow& feed);

class KnownBatches {
 public:
  // `store` outlives the object.
  explicit KnownBatches(const Store& store) : store_(store), segments_(store) {}

  // The record of the same act; AlreadyExists when its id stands for other content.
  absl::StatusOr<uint64_t> FindAct(const Candidate& candidate, uint64_t index);

  struct Found {
    absl::Status status;                        // OK: known in whole
    uint64_t index = 0;                         // record of its first event
    std::optional<WriteSet::Put> equivocation;  // two words of one author on one position
  };
  // For a batch that OverlapOf calls old. Aborted for another cut or a gap, with the last evidence;
  // AlreadyExists for other content at the same position.
  absl::StatusOr<Found> FindPositions(const Candidate& candidate, const StreamRow& feed);
  // Aborted with the evidence of the feed's newest record, on which its author signs on.
  absl::StatusOr<absl::Status> RefusalWithLastEvidence(const StreamRow& feed,
                                                       absl::string_view why);

 private:
  struct StoredBatch {
    uint64_t index = 0;
    uint64_t stream = 0;
    uint64_t sequence = 0;
    Evidence evidence;
    std::vector<EventHeader> headers;
  };
  absl::StatusOr<const StoredBatch*> Load(uint64_t index);
  absl::StatusOr<const StoredBatch*> AtSequence(uint64_t stream, uint64_t sequence);
  // The record whose positions contain `position`; nullptr when none does.
  absl::StatusOr<const StoredBatch*> AtPosition(uint64_t stream, uint64_t position);
  absl::StatusOr<bool> KnowsWatermark(const EventHeader& header, uint64_t stream);

  const Store& store_;
  SegmentReader segments_;
  std::optional<StoredBatch> last_;
};

// Payload of a refusal: the 204 bytes of the newest evidence.
inline constexpr char kLastEvidencePayload[] = "tally.last-evidence";

}  // namespace tally::ledger
