// Salvage: every batch that can still be had of a damaged ledger, and what cannot.
//
// The files of the store are read one by one, without its database (damaged_store.h), and nothing
// is changed. A batch is given only when all of it verifies: form, every hash of its events, the
// batch's root and evidence as its record has them, and its signature, if the key that it names is
// registered in a record that was salvaged too. What comes out is no ledger: batches prove what
// their authors signed, each by itself. That they are records under the signed head, and in which
// order, is shown only where every leaf of the log's tree is still known (`under_head`).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/note.h"
#include "ledger/ledger.h"
#include "ledger/store/damaged_store.h"

namespace tally::ledger {

struct SalvageReport {
  struct Gap {  // records [first, limit)
    uint64_t first = 0;
    uint64_t limit = 0;
    std::string reason;
  };
  LedgerId ledger;     // zeros: record 0 is lost
  std::string origin;  // of the genesis; "" when it is lost
  std::optional<HeadSlot> head;
  std::string head_trouble;  // why there is no head
  uint64_t limit = 0;        // records that there were, as far as anything tells
  uint64_t records = 0;      // given
  uint64_t events = 0;
  uint64_t unchecked = 0;  // of the records: signatures whose key is lost
  uint64_t unlearned = 0;  // key events that say nothing, as something before them is lost
  std::vector<Gap> missing;
  bool under_head = false;
  std::string not_under_head;  // why not
  std::vector<DamagedStore::File> files;
};

// The views are valid during the call only.
struct SalvagedBatch {
  uint64_t index = 0;
  LedgerId ledger;  // zeros: record 0 is lost
  const SignedBatch* batch = nullptr;
};
// `take` gets the batches in log order. Unavailable when the store's folder cannot be listed, or
// what `take` returned.
using TakeSalvaged = std::function<absl::Status(const SalvagedBatch& batch)>;
absl::StatusOr<SalvageReport> Salvage(const LedgerOptions& ledger, const TakeSalvaged& take);

}  // namespace tally::ledger
