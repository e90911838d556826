// Fuzzes head slots, with the checksum made right so that the fields are reached.
#include <algorithm>
#include <cstdlib>

#include "ledger/chain/note.h"
#include "ledger/crypto/sha256.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  tally::Bytes slot(kHeadSlotBytes - tally::Hash::size(), 0);
  std::copy_n(bytes, std::min(size, slot.size()), slot.begin());
  const tally::Hash checksum = Sha256Of({slot});
  tally::ByteWriter(slot).Raw(checksum.view());
  const absl::StatusOr<HeadSlot> decoded = DecodeHeadSlot(slot);
  if (decoded.ok() && EncodeHeadSlot(*decoded) != slot) std::abort();
  return 0;
}
