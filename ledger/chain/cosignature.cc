// Cosignature blob, behind the key id: time 8 || Ed25519 signature 64.
#include "ledger/chain/cosignature.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note_text.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kTimeBytes = 8;

absl::Status MalformedCosignature(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("cosignature: ", why));
}

}  // namespace

VerifierKey CosignerKey(absl::string_view name, const PublicKeyBytes& key) {
  return {std::string(name), NoteKeyType::kCosignature, key};
}

absl::StatusOr<NoteSignature> SignCosignature(absl::string_view checkpoint_text,
                                              absl::string_view name, const SigningKey& key,
                                              uint64_t unix_seconds) {
  if (!IsKeyName(name)) return MalformedCosignature("the name of the cosigner");
  // 0 stands for "no time" in cosignatures of subtrees, and is never that of a checkpoint.
  if (unix_seconds == 0 || unix_seconds > uint64_t{INT64_MAX})
    return MalformedCosignature("its time");
  TALLY_RETURN_IF_ERROR(ParseCheckpointText(checkpoint_text).status());
  NoteSignature signature;
  signature.name = std::string(name);
  signature.id = CosignerKey(name, key.public_key()).id();
  ByteWriter writer(signature.signature);
  writer.U64(unix_seconds);
  TALLY_ASSIGN_OR_RETURN(const Signature made,
                         key.TrySign(AsBytes(CosignatureMessage(checkpoint_text, unix_seconds))));
  writer.Raw(made);
  TALLY_CHECK(signature.signature.size() == kTimeBytes + Signature{}.size());
  return signature;
}

absl::StatusOr<uint64_t> CosignatureTime(const NoteSignature& cosignature) {
  if (cosignature.signature.size() != kTimeBytes + Signature{}.size()) {
    return MalformedCosignature(
        absl::StrCat("it has ", cosignature.signature.size(), " bytes, not 72"));
  }
  return ByteReader(cosignature.signature).U64();
}

std::string SignatureLine(const NoteSignature& signature) {
  Bytes blob;
  ByteWriter writer(blob);
  writer.U32(signature.id);
  writer.Raw(signature.signature);
  return absl::StrCat(kSignatureMark, signature.name, " ", ToBase64(blob), "\n");
}

absl::StatusOr<std::vector<NoteSignature>> ParseSignatureLines(absl::string_view lines) {
  // The strict reader of notes reads them, under a text of one empty word.
  TALLY_ASSIGN_OR_RETURN(Note parsed, ParseNote(absl::StrCat("-\n\n", lines)));
  if (parsed.text != "-\n") return MalformedCosignature("an empty line among the signatures");
  return std::move(parsed.unverified);
}

absl::StatusOr<std::string> AddSignatures(absl::string_view note,
                                          std::span<const NoteSignature> more) {
  TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
  std::string joined = absl::StrCat(parsed.text, "\n");
  for (const NoteSignature& old : parsed.unverified) {
    const bool replaced = std::ranges::any_of(more, [&](const NoteSignature& made) {
      return made.name == old.name && made.id == old.id;
    });
    if (!replaced) joined += SignatureLine(old);
  }
  for (const NoteSignature& made : more) joined += SignatureLine(made);
  // What was joined must be a note again: names, number of signatures, length.
  TALLY_RETURN_IF_ERROR(ParseNote(joined).status());
  return joined;
}

}  // namespace tally::ledger
