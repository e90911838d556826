// Roots, paths and receipts. What is handed out is checked the way its receiver will check it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/reader.h"
#include "ledger/log/tree_reader.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<Hash> StoredLedger::RootAt(uint64_t size) const {
  TALLY_RETURN_IF_ERROR(CheckSize(size));
  return RootFromTiles(size, StoredTiles(store_));
}

absl::StatusOr<std::vector<Hash>> StoredLedger::InclusionPath(uint64_t index, uint64_t size) const {
  TALLY_RETURN_IF_ERROR(CheckSize(size));
  return InclusionPathFromTiles(index, size, StoredTiles(store_));
}

absl::StatusOr<std::vector<Hash>> StoredLedger::ConsistencyProof(uint64_t first,
                                                                 uint64_t second) const {
  TALLY_RETURN_IF_ERROR(CheckSize(second));
  return ConsistencyProofFromTiles(first, second, StoredTiles(store_));
}

absl::StatusOr<std::vector<Hash>> StoredLedger::Tile(TileName tile, uint32_t width) const {
  const uint32_t known = TileHashes(tile, CurrentHead().size);
  if (width == 0 || width > known) {
    return absl::NotFoundError(
        absl::StrCat("tile ", tile.level, "/", tile.index, " has ", known, " hashes"));
  }
  return StoredTiles(store_)(tile, width);
}

absl::StatusOr<Receipt> StoredLedger::Prove(uint64_t index, std::optional<uint32_t> offset) const {
  const HeadSlot head = CurrentHead();
  TALLY_ASSIGN_OR_RETURN(const auto cursor,
                         LogCursor::Open({&store_, head.size, head.root, &keyring()}, {}));
  TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, cursor->Read(index));
  Receipt receipt;
  receipt.recorded_ms = record.entry().recorded_ms;
  receipt.record = EncodeRecord(record.record());
  receipt.evidence = EncodeEvidence(record.evidence());
  receipt.index = index;
  receipt.checkpoint = head.note;
  TALLY_ASSIGN_OR_RETURN(receipt.path,
                         InclusionPathFromTiles(index, head.size, StoredTiles(store_)));
  if (offset) {
    if (*offset >= record.events().size()) {
      return absl::NotFoundError(
          absl::StrCat("record ", index, " has ", record.events().size(), " events"));
    }
    std::vector<Hash> digests;
    digests.reserve(record.events().size());
    for (const VerifiedEvent& event : record.events()) digests.push_back(event.digest);
    const VerifiedEvent& event = record.events()[*offset];
    // Clang 14 takes a nested struct with member initialisers for one that emplace() cannot make.
    Receipt::OneEvent& one = receipt.event.emplace(Receipt::OneEvent{});
    one.offset = *offset;
    one.header = Bytes(event.header_bytes.begin(), event.header_bytes.end());
    one.path = ledger::InclusionPath(digests, *offset);
    if (!event.erased) one.body.emplace(event.salt, Bytes(event.body.begin(), event.body.end()));
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<VerifierKey> keys,
                         ParseVerifierKeys(keyring().log_keys().TermAt(head.size).vkeys));
  TALLY_RETURN_IF_ERROR(CheckReceipt(receipt, keys, genesis_.origin));
  return receipt;
}

}  // namespace tally::ledger
