// Fuzzes what strangers hand to a reader of a public log: policies, requests to a witness,
// cosignature lines, bundles, contradictions. What is read prints back as itself.
#include <cstdlib>

#include "ledger/chain/contradiction.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/policy.h"
#include "ledger/chain/tile_files.h"
#include "ledger/chain/witness_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const absl::string_view text = tally::AsText(input);
  const auto policy = ParsePolicy(text);
  if (policy.ok() && policy->quorum.empty()) std::abort();
  const auto request = DecodeAddCheckpoint(text);
  if (request.ok() && EncodeAddCheckpoint(*request) != text) std::abort();
  const auto found = DecodeContradiction(text);
  if (found.ok() && EncodeContradiction(*found) != text) std::abort();
  const auto lines = ParseSignatureLines(text);
  if (lines.ok()) {
    std::string printed;
    for (const NoteSignature& made : *lines) printed += SignatureLine(made);
    if (printed != text) std::abort();
  }
  for (uint32_t width : {1u, 2u, 256u}) {
    const auto entries = DecodeBundle(input, width);
    if (entries.ok() && EncodeBundle(*entries).value() != tally::Bytes(bytes, bytes + size)) {
      std::abort();
    }
  }
  return 0;
}
