// Fuzzes records, entries and evidence: every input that decodes is its own encoding.
#include <algorithm>
#include <cstdlib>

#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const auto same = [&](const tally::Bytes& again) {
    if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) std::abort();
  };
  if (const auto record = DecodeRecord(input); record.ok()) same(EncodeRecord(*record));
  if (const auto entry = DecodeEntry(input); entry.ok()) same(EncodeEntry(*entry));
  if (const auto evidence = DecodeEvidence(input); evidence.ok()) same(EncodeEvidence(*evidence));
  return 0;
}
