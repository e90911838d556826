// Fuzzes receipts: what decodes encodes to the same text, and checking never trusts it.
#include <cstdlib>

#include "ledger/chain/note.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const absl::StatusOr<Receipt> receipt = DecodeReceipt(tally::AsText(input));
  if (!receipt.ok()) return 0;
  if (EncodeReceipt(*receipt) != tally::AsText(input)) std::abort();
  if (CheckReceipt(*receipt, {}, "").ok()) std::abort();  // no key is known
  return 0;
}
