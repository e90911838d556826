// Fuzzes signed notes, checkpoints and keys: what opens as text prints back as itself.
#include <cstdlib>

#include "ledger/chain/note.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const absl::StatusOr<Note> note = ParseNote(tally::AsText(input));
  if (note.ok() && note->text.size() + 2 > size) std::abort();
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(tally::AsText(input));
  if (checkpoint.ok() && tally::AsText(input).find(CheckpointText(*checkpoint)) != 0) std::abort();
  const absl::StatusOr<VerifierKey> key = VerifierKey::Parse(tally::AsText(input));
  if (key.ok() && key->ToText() != tally::AsText(input)) std::abort();
  return 0;
}
