// Keeping and checking what an author said twice.
#include "ledger/log/equivocation.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// The root that a path leads to (RFC 9162 2.1.3.2); nullopt for a path of another length.
std::optional<Hash> RootOfPath(uint64_t index, uint64_t size, Hash hash,
                               std::span<const Hash> path) {
  if (index >= size) return std::nullopt;
  uint64_t last = size - 1;
  for (const Hash& sibling : path) {
    if (last == 0) return std::nullopt;
    if (index % 2 == 1 || index == last) {
      hash = NodeHash(sibling, hash);
      while (index % 2 == 0 && index != 0) {
        index /= 2;
        last /= 2;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    index /= 2;
    last /= 2;
  }
  return last == 0 ? std::optional<Hash>(hash) : std::nullopt;
}

}  // namespace

Bytes EncodeEquivocation(const Candidate& candidate, size_t event) {
  const Bytes& header = candidate.batch.events[event].header;
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U32(static_cast<uint32_t>(header.size()));
  writer.U32(static_cast<uint32_t>(event));
  writer.Raw(header);
  writer.Raw(candidate.batch.evidence);
  for (const Hash& hash : InclusionPath(candidate.checked.digests, event)) writer.Raw(hash.view());
  return bytes;
}

absl::Status CheckEquivocation(ByteView value, const LedgerId& ledger, const StreamId& stream,
                               uint64_t position, const Keyring& keyring) {
  ByteReader reader(value);
  const uint32_t length = reader.U32();
  const uint32_t offset = reader.U32();
  const ByteView header_bytes = reader.Raw(length);
  const ByteView evidence_bytes = reader.Raw(kEvidenceBytes);
  std::vector<Hash> path(reader.remaining() / Hash::size());
  for (Hash& hash : path) reader.Fill(hash.bytes);
  const auto refused = [](absl::string_view why) {
    return absl::DataLossError(absl::StrCat("equivocation: ", why));
  };
  if (!reader.Finish("equivocation").ok() || path.size() > kProofHashesMax) {
    return refused("has another length");
  }
  const absl::StatusOr<EventHeader> header = DecodeHeader(header_bytes);
  const absl::StatusOr<Evidence> evidence = DecodeEvidence(evidence_bytes);
  if (!header.ok()) return refused(header.status().message());
  if (!evidence.ok()) return refused(evidence.status().message());
  if (header->stream != stream || header->position != position) {
    return refused("is about another stream or position");
  }
  const std::optional<Hash> root =
      RootOfPath(offset, evidence->count, EventDigest(header_bytes), path);
  const KeyEntry* key = keyring.Find(evidence->key);
  if (!root || key == nullptr) return refused("leads to no root, or names an unknown key");
  if (key->verifier->Verify(BatchMessage(ledger, stream, *evidence, *root), evidence->signature)) {
    return absl::OkStatus();
  }
  return refused("was not signed by the key that it names");
}

}  // namespace tally::ledger
