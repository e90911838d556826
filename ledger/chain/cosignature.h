// Timestamped Ed25519 cosignatures, type 0x04 (c2sp.org/tlog-cosignature), and signature lines that
// are added to a note.
//
// A cosignature says: at that time this was the largest consistent tree of this origin that the
// cosigner had seen. The signed bytes (CosignatureMessage) do not contain the cosigner's name, so
// one key must not serve two names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/note.h"

namespace tally::ledger {

// The cosigner's verifier key: type 0x04.
VerifierKey CosignerKey(absl::string_view name, const PublicKeyBytes& key);
// The signature line of a cosigner over a checkpoint's text, made at `unix_seconds` (not 0).
// InvalidArgument for a text that is no checkpoint, a name that is none, or a time out of range.
absl::StatusOr<NoteSignature> SignCosignature(absl::string_view checkpoint_text,
                                              absl::string_view name, const SigningKey& key,
                                              uint64_t unix_seconds);
// The seconds since 1970 that a cosignature of 72 bytes begins with.
absl::StatusOr<uint64_t> CosignatureTime(const NoteSignature& cosignature);

// "U+2014 name base64(id || signature)" and a newline.
std::string SignatureLine(const NoteSignature& signature);
// One or more signature lines and nothing else, as witnesses answer.
absl::StatusOr<std::vector<NoteSignature>> ParseSignatureLines(absl::string_view lines);
// The note with `more` behind its own signatures. One by a name and key id that stands there
// already replaces it. Nothing is verified.
absl::StatusOr<std::string> AddSignatures(absl::string_view note,
                                          std::span<const NoteSignature> more);

}  // namespace tally::ledger
