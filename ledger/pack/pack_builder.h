// Making a pack from a ledger. The same records, selection and checkpoint give the same bytes.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/ledger.h"
#include "ledger/pack/pack_selection.h"

namespace tally::ledger {

// `checkpoint`: the head's note, or the same text with further signatures; "": the head's own note.
// When the last record of the ledger is a heads event, the pack proves that its streams are whole.
// InvalidArgument: a checkpoint of another size or root, or a pack over the limits; DataLoss: the
// ledger does not verify.
absl::StatusOr<Bytes> BuildPack(const Ledger& ledger, const PackSelection& selection,
                                absl::string_view checkpoint);

// The commitment to every stream's end, as a heads event at the end of this ledger would state it.
absl::StatusOr<Heads> HeadsOfLedger(const Ledger& ledger);

}  // namespace tally::ledger
