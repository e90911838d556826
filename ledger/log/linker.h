// The link: an admitted batch becomes a record at its place, and the state moves on.
//
// This is the only code that derives rows. The writer stores what it puts; the audit derives the
// same rows from the records alone and compares.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "ledger/chain/record.h"
#include "ledger/log/admission.h"
#include "ledger/log/growing_tree.h"
#include "ledger/log/keyring.h"
#include "ledger/log/stream_table.h"

namespace tally::ledger {

struct Linked {
  Record record;
  Bytes record_bytes;
  Hash leaf;
};

class Linker {
 public:
  // All outlive the linker. Linking the genesis sets `ledger`.
  Linker(LedgerId& ledger, StreamTable& streams, GrowingTree& tree, Keyring& keyring)
      : ledger_(ledger), streams_(streams), tree_(tree), keyring_(keyring) {}

  // Appends the record at place.index == tree.size(). Errors are of the rows, never of the batch:
  // after one the state is void.
  absl::StatusOr<Linked> Link(const Candidate& candidate, Admission admission, Place place);

 private:
  absl::Status PutActRows(const Candidate& candidate, const StreamRow& stream, uint64_t index);
  absl::Status PutFeedRows(const Candidate& candidate, const Admission& admission, uint64_t index);
  absl::Status PutOpeningRows(const StreamRow& stream);
  absl::Status Supersede(const ActRow& superseded, const Candidate& candidate,
                         const StreamRow& stream, uint64_t index);

  LedgerId& ledger_;
  StreamTable& streams_;
  GrowingTree& tree_;
  Keyring& keyring_;
};

// What JudgeOpening gives for record 0, which nothing can be asked about.
absl::StatusOr<Admission> JudgeGenesis(const Candidate& candidate);

}  // namespace tally::ledger
