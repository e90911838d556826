// Fuzzes batch files and the form of the batches inside.
#include <algorithm>
#include <cstdlib>

#include "ledger/chain/batch.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const absl::StatusOr<BatchFile> file = DecodeBatchFile(input);
  if (!file.ok()) return 0;
  const tally::Bytes again = EncodeBatchFile(file->ledger, file->batches);
  if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) std::abort();
  for (const SignedBatch& batch : file->batches) {
    const absl::StatusOr<CheckedBatch> checked = CheckBatchForm(batch);
    if (checked.ok() && checked->digests.size() != batch.events.size()) std::abort();
  }
  return 0;
}
