// The head slot: where the log stands, kept outside the database and synced before a signature is
// released.
//
//   0:8 "TSHEAD" 00 01 | 8:8 generation | 16:32 ledger id | 48:8 epoch | 56:8 size | 64:32 root |
//   96:8 last recorded time | 104:4 note length | 108:20 zero | 128:3936 the signed note, then
//   zeros | 4064:32 SHA-256 of the bytes before
//
// A torn write leaves a slot whose checksum fails; the other slot then still holds the head before
// it. Unused bytes are zero, so one head has one slot and two slots are compared as bytes.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kSlotTag[] = {'T', 'S', 'H', 'E', 'A', 'D', 0, 1};
constexpr size_t kReservedBytes = 20;
constexpr size_t kNoteOffset = 128;
constexpr size_t kChecksumOffset = kHeadSlotBytes - Hash::size();
static_assert(kNoteOffset + kHeadSlotNoteMax == kChecksumOffset);
static_assert(sizeof(kSlotTag) + 8 + 32 + 8 + 8 + 32 + 8 + 4 + kReservedBytes == kNoteOffset);

absl::Status Damaged(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("head slot: ", why));
}

bool AllZero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; });
}

}  // namespace

Bytes EncodeHeadSlot(const HeadSlot& slot) {
  TALLY_CHECK(slot.note.size() <= kHeadSlotNoteMax);
  Bytes bytes;
  bytes.reserve(kHeadSlotBytes);
  ByteWriter writer(bytes);
  writer.Raw(kSlotTag);
  writer.U64(slot.generation);
  writer.Raw(slot.ledger.view());
  writer.U64(slot.epoch);
  writer.U64(slot.size);
  writer.Raw(slot.root.view());
  writer.I64(slot.recorded_ms);
  writer.U32(static_cast<uint32_t>(slot.note.size()));
  writer.Zeros(kReservedBytes);
  writer.Text(slot.note);
  writer.Zeros(kHeadSlotNoteMax - slot.note.size());
  TALLY_CHECK(bytes.size() == kChecksumOffset);
  writer.Raw(Sha256Of({bytes}).view());
  return bytes;
}

absl::StatusOr<HeadSlot> DecodeHeadSlot(ByteView bytes) {
  if (bytes.size() != kHeadSlotBytes) {
    return Damaged(absl::StrCat("expected ", kHeadSlotBytes, " bytes, found ", bytes.size()));
  }
  if (AllZero(bytes)) return absl::NotFoundError("head slot: never written");
  const ByteView checksum = bytes.last(Hash::size());
  if (!std::ranges::equal(Sha256Of({bytes.first(kChecksumOffset)}).view(), checksum)) {
    return Damaged("its checksum does not match");
  }
  ByteReader reader(bytes.first(kChecksumOffset));
  if (!std::ranges::equal(reader.Raw(sizeof(kSlotTag)), kSlotTag)) {
    return Damaged("another tag or version");
  }
  HeadSlot slot;
  slot.generation = reader.U64();
  reader.Fill(slot.ledger.bytes);
  slot.epoch = reader.U64();
  slot.size = reader.U64();
  reader.Fill(slot.root.bytes);
  slot.recorded_ms = reader.I64();
  const uint32_t note_bytes = reader.U32();
  if (!AllZero(reader.Raw(kReservedBytes))) return Damaged("reserved bytes are not zero");
  if (note_bytes > kHeadSlotNoteMax) return Damaged("the note is too long");
  slot.note = std::string(AsText(reader.Raw(note_bytes)));
  if (!AllZero(reader.Raw(reader.remaining()))) return Damaged("bytes behind the note");
  if (!reader.ok()) return Damaged("cut");
  return slot;
}

}  // namespace tally::ledger
