// C2SP signed notes and checkpoints, byte-exact (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).
//
// A note is a text, an empty line, and signature lines. The text has one spelling: what was parsed
// is printed again and compared. A known key whose signature fails rejects the whole note.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/crypto/ed25519.h"
#include "schema/identity.h"

namespace tally::ledger {

inline constexpr size_t kNoteBytesMax = 1024 * 1024;
inline constexpr size_t kNoteSignaturesMax = 100;

// Signature types of vkeys.
enum class NoteKeyType : uint8_t { kEd25519 = 0x01, kCosignature = 0x04, kOther = 0xff };

// Event keys are printed with type 0xff and this text before the key, as C2SP asks of unassigned
// types; no note is ever signed by one.
inline constexpr absl::string_view kEventKeyIdentifier = "tallystick/event/v1";

// "<name>+<8 hex>+<base64(type || key)>"; the key id is recomputed on parsing.
struct VerifierKey {
  std::string name;
  NoteKeyType type = NoteKeyType::kEd25519;
  PublicKeyBytes key;
  uint32_t id() const;  // first 4 bytes of SHA-256(name || 0A || type || key)
  std::string ToText() const;
  static absl::StatusOr<VerifierKey> Parse(absl::string_view vkey);
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

struct NoteSignature {
  std::string name;
  uint32_t id = 0;
  Bytes signature;  // after the key id
};
struct Note {
  std::string text;                       // with its final newline
  std::vector<NoteSignature> verified;    // by known keys, all good
  std::vector<NoteSignature> unverified;  // by unknown keys
};
// InvalidArgument for malformed notes; DataLoss when a known key's signature fails;
// PermissionDenied when no known key signed.
absl::StatusOr<Note> OpenNote(absl::string_view note, std::span<const VerifierKey> known);
// The text and signatures without any trust, for display and to find key names.
absl::StatusOr<Note> ParseNote(absl::string_view note);
// InvalidArgument unless `text` ends in a newline and is clean UTF-8.
absl::StatusOr<std::string> SignNote(absl::string_view text, absl::string_view name,
                                     const SigningKey& key);
// Signature blob (after the key id) and message of a timestamped cosignature (type 0x04).
std::string CosignatureMessage(absl::string_view checkpoint_text, uint64_t unix_seconds);

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
// "<origin>\n<size>\n<base64 root>\n"; extension lines are accepted when parsing and ignored.
std::string CheckpointText(const Checkpoint& checkpoint);
absl::StatusOr<Checkpoint> ParseCheckpointText(absl::string_view text);
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& log_key);
// Opens the note under `keys` and parses it; the origin must be `origin` unless that is empty.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, std::span<const VerifierKey> keys,
                                          absl::string_view origin);

// A .tlog-proof with Tallystick's `extra` (FORMAT.md "Receipts").
struct Receipt {
  int64_t recorded_ms = 0;
  Bytes record;    // 116
  Bytes evidence;  // 204
  // For one event: its place and header, its path in the batch, and its body unless withheld.
  struct OneEvent {
    uint32_t offset = 0;
    Bytes header;
    std::vector<Hash> path;
    std::optional<std::pair<Salt, Bytes>> body;
  };
  std::optional<OneEvent> event;
  uint64_t index = 0;
  std::vector<Hash> path;
  std::string checkpoint;  // the signed note, verbatim
};
std::string EncodeReceipt(const Receipt& receipt);
absl::StatusOr<Receipt> DecodeReceipt(absl::string_view text);
// Recomputes record, entry, leaf, path, and the event's path and body. DataLoss names the step.
absl::Status CheckReceipt(const Receipt& receipt, std::span<const VerifierKey> log_keys,
                          absl::string_view origin);

// The outside head: two slots of 4,096 bytes (FORMAT.md "Head slot").
inline constexpr size_t kHeadSlotBytes = 4096;
inline constexpr size_t kHeadSlotNoteMax = 3936;
struct HeadSlot {
  uint64_t generation = 0;
  LedgerId ledger;
  uint64_t epoch = 0;
  uint64_t size = 0;
  Hash root;
  int64_t recorded_ms = 0;  // of the last record
  std::string note;         // the signed checkpoint
  friend bool operator==(const HeadSlot&, const HeadSlot&) = default;
};
Bytes EncodeHeadSlot(const HeadSlot& slot);
// NotFound for a slot of zeros (never written); DataLoss for any other damage.
absl::StatusOr<HeadSlot> DecodeHeadSlot(ByteView bytes);

}  // namespace tally::ledger
