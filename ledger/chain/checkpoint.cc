// Checkpoints: the text of a note that says "this log had this size and this root".
//
//   <origin> NL <size in decimal> NL <base64 of the root> NL, then extension lines (none of ours)
//
// Size and root are parsed and printed again, so that comparing texts is comparing values.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/note_text.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status MalformedCheckpoint(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("checkpoint: ", why));
}

}  // namespace

std::string CheckpointText(const Checkpoint& checkpoint) {
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      ToBase64(checkpoint.root.view()), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpointText(absl::string_view text) {
  if (!IsNoteText(text)) return MalformedCheckpoint("not clean UTF-8 text");
  // A text that ends in a newline splits into its lines and one empty rest.
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 4 || !lines.back().empty())
    return MalformedCheckpoint("fewer than three lines");
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].empty()) return MalformedCheckpoint(absl::StrCat("line ", i + 1, " is empty"));
  }
  Checkpoint checkpoint;
  checkpoint.origin = std::string(lines[0]);
  const std::optional<uint64_t> size = ParseNumber(lines[1], kTreeSizeMax);
  if (!size) return MalformedCheckpoint(absl::StrCat("size \"", lines[1], "\""));
  checkpoint.size = *size;
  absl::StatusOr<Bytes> root = FromBase64(lines[2]);
  if (!root.ok()) return At("checkpoint: root", root.status());
  absl::StatusOr<Hash> hash = Hash::FromBytes(*root);
  if (!hash.ok()) return At("checkpoint: root", hash.status());
  checkpoint.root = *hash;
  if (checkpoint.size == 0 && checkpoint.root != EmptyTreeHash()) {
    return MalformedCheckpoint("size 0 with another root than that of the empty tree");
  }
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           const SigningKey& log_key) {
  // A text that our own parser refuses must never carry a signature.
  const std::string text = CheckpointText(checkpoint);
  TALLY_ASSIGN_OR_RETURN(const Checkpoint parsed, ParseCheckpointText(text));
  if (parsed != checkpoint) return MalformedCheckpoint("it does not read back as it was");
  if (checkpoint.size == 0) return MalformedCheckpoint("size 0 is never signed");
  return SignNote(text, checkpoint.origin, log_key);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, std::span<const VerifierKey> keys,
                                          absl::string_view origin) {
  TALLY_ASSIGN_OR_RETURN(const Note opened, OpenNote(note, keys));
  // A witness's cosignature says that it saw the log, not that the log said it.
  const bool signed_by_log = std::ranges::any_of(opened.verified, [&](const NoteSignature& made) {
    return std::ranges::any_of(keys, [&](const VerifierKey& key) {
      return key.type == NoteKeyType::kEd25519 && key.name == made.name && key.id() == made.id;
    });
  });
  if (!signed_by_log) {
    return absl::PermissionDeniedError("checkpoint: it is not signed by a key of the log");
  }
  TALLY_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointText(opened.text));
  if (!origin.empty() && checkpoint.origin != origin) {
    return absl::PermissionDeniedError(absl::StrCat("checkpoint: expected origin \"", origin,
                                                    "\", found \"", checkpoint.origin, "\""));
  }
  return checkpoint;
}

}  // namespace tally::ledger
