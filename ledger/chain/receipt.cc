// Receipts: a .tlog-proof that carries in its `extra` line what the leaf is made of.
//
//   extra      "TSP" 01 | recorded time 8 | record 116 | evidence 204 | one event, or nothing
//   one event  offset 4 | header length 4 | header | path in the batch | salt 16 and body, or
//   nothing
//
// The path has no length of its own: the offset and the evidence's count give it, so no second
// reading exists. Nothing in the file is trusted: keys and origin come from the caller, and every
// step from the body up to the signed root is recomputed (T-24 to T-28).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/note_text.h"
#include "ledger/chain/record.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kProofLine = "c2sp.org/tlog-proof@v1";
constexpr uint8_t kExtraTag[] = {'T', 'S', 'P', 1};
// Room for the largest body in base64 and the largest note; stops files that only cost time.
constexpr size_t kReceiptBytesMax = 4 * 1024 * 1024;

absl::Status MalformedReceipt(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("receipt: ", why));
}

absl::Status BrokenReceipt(absl::string_view step, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("receipt: ", step, ": ", why));
}

// Failures of the proof's own parts are damage, whatever the part calls them.
absl::Status BrokenBy(absl::string_view step, const absl::Status& status) {
  return status.ok() ? status : BrokenReceipt(step, status.message());
}

Bytes EncodeExtra(const Receipt& receipt) {
  TALLY_CHECK(receipt.record.size() == kRecordBytes);
  TALLY_CHECK(receipt.evidence.size() == kEvidenceBytes);
  Bytes extra;
  ByteWriter writer(extra);
  writer.Raw(kExtraTag);
  writer.I64(receipt.recorded_ms);
  writer.Raw(receipt.record);
  writer.Raw(receipt.evidence);
  if (!receipt.event) return extra;
  writer.U32(receipt.event->offset);
  writer.U32(static_cast<uint32_t>(receipt.event->header.size()));
  writer.Raw(receipt.event->header);
  for (const Hash& hash : receipt.event->path) writer.Raw(hash.view());
  if (receipt.event->body) {
    writer.Raw(receipt.event->body->first.view());
    writer.Raw(receipt.event->body->second);
  }
  return extra;
}

absl::StatusOr<Receipt::OneEvent> DecodeOneEvent(uint64_t count, ByteReader& reader) {
  Receipt::OneEvent event;
  event.offset = reader.U32();
  const uint32_t header_bytes = reader.U32();
  if (!reader.ok()) return MalformedReceipt("cut before the header");
  if (count == 0 || count > kBatchEventsMax || event.offset >= count) {
    return MalformedReceipt(absl::StrCat("event ", event.offset, " of ", count));
  }
  if (header_bytes > kHeaderBytesMax) return MalformedReceipt("the header is too long");
  const ByteView header = reader.Raw(header_bytes);
  event.header.assign(header.begin(), header.end());
  event.path.resize(InclusionPathLength(event.offset, count));
  for (Hash& hash : event.path) reader.Fill(hash.bytes);
  if (!reader.ok()) return MalformedReceipt("cut before the end of the path");
  if (reader.remaining() == 0) return event;
  Salt salt;
  reader.Fill(salt.bytes);
  // No body is empty, so a salt alone is not a second spelling of "withheld".
  if (!reader.ok() || reader.remaining() == 0) return MalformedReceipt("cut before the body");
  if (reader.remaining() > kBodyBytesMax) return MalformedReceipt("the body is too long");
  const ByteView body = reader.Raw(reader.remaining());
  event.body.emplace(salt, Bytes(body.begin(), body.end()));
  return event;
}

absl::Status DecodeExtra(ByteView extra, Receipt& receipt) {
  ByteReader reader(extra);
  const ByteView tag = reader.Raw(sizeof(kExtraTag));
  if (!std::ranges::equal(tag, kExtraTag))
    return MalformedReceipt("its extra line is not Tallystick's");
  receipt.recorded_ms = reader.I64();
  const ByteView record = reader.Raw(kRecordBytes);
  const ByteView evidence = reader.Raw(kEvidenceBytes);
  if (!reader.ok()) return MalformedReceipt("its extra line is cut");
  receipt.record.assign(record.begin(), record.end());
  receipt.evidence.assign(evidence.begin(), evidence.end());
  TALLY_RETURN_IF_ERROR(At("receipt", DecodeRecord(record).status()));
  absl::StatusOr<Evidence> decoded = DecodeEvidence(evidence);
  if (!decoded.ok()) return At("receipt", decoded.status());
  if (reader.remaining() == 0) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(receipt.event, DecodeOneEvent(decoded->count, reader));
  return At("receipt", reader.Finish("extra"));
}

// The lines before the empty one: exactly the format's, in its order.
absl::Status DecodeProofLines(absl::string_view head, Receipt& receipt) {
  const std::vector<absl::string_view> lines = absl::StrSplit(head, '\n');
  if (lines.size() < 3 || lines[0] != kProofLine) return MalformedReceipt("it is no tlog-proof v1");
  absl::string_view extra = lines[1];
  if (!absl::ConsumePrefix(&extra, "extra ")) return MalformedReceipt("no extra line");
  absl::StatusOr<Bytes> extra_bytes = FromBase64(extra);
  if (!extra_bytes.ok()) return At("receipt: extra", extra_bytes.status());
  TALLY_RETURN_IF_ERROR(DecodeExtra(*extra_bytes, receipt));
  absl::string_view index = lines[2];
  if (!absl::ConsumePrefix(&index, "index ")) return MalformedReceipt("no index line");
  const std::optional<uint64_t> number = ParseNumber(index, kTreeSizeMax);
  if (!number) return MalformedReceipt(absl::StrCat("index \"", index, "\""));
  receipt.index = *number;
  if (lines.size() - 3 > kProofHashesMax) return MalformedReceipt("too many hashes");
  for (size_t i = 3; i < lines.size(); ++i) {
    absl::StatusOr<Bytes> bytes = FromBase64(lines[i]);
    if (!bytes.ok()) return At("receipt: hash", bytes.status());
    absl::StatusOr<Hash> hash = Hash::FromBytes(*bytes);
    if (!hash.ok()) return At("receipt: hash", hash.status());
    receipt.path.push_back(*hash);
  }
  return absl::OkStatus();
}

// The event's own place, where the evidence tells it too.
absl::Status CheckPlace(const EventHeader& header, const Hash& digest, uint32_t offset,
                        const Evidence& evidence) {
  if (offset + 1 == evidence.count && evidence.newest != digest) {
    return BrokenReceipt("evidence", "its newest digest is not the last event's");
  }
  if (!IsFeedKind(header.kind)) return absl::OkStatus();
  if (header.position < evidence.first || LastPosition(header) > evidence.last) {
    return BrokenReceipt("evidence", "the event's position lies outside its range");
  }
  if (header.observed_from < evidence.from || header.observed_until > evidence.until) {
    return BrokenReceipt("evidence", "the event's times lie outside its range");
  }
  if (offset == 0 && header.previous != evidence.previous) {
    return BrokenReceipt("evidence", "its previous digest is not the first event's");
  }
  return absl::OkStatus();
}

absl::Status CheckOneEvent(const Receipt::OneEvent& event, const Evidence& evidence,
                           const Hash& batch_root) {
  const Hash digest = EventDigest(event.header);
  TALLY_RETURN_IF_ERROR(
      BrokenBy("path in the batch",
               CheckInclusion(event.offset, evidence.count, digest, event.path, batch_root)));
  const absl::StatusOr<EventHeader> header = DecodeHeader(event.header);
  if (!header.ok()) return BrokenBy("header", header.status());
  TALLY_RETURN_IF_ERROR(CheckPlace(*header, digest, event.offset, evidence));
  if (!event.body) return absl::OkStatus();
  if (BodyCommitment(event.body->first, event.body->second) != header->body) {
    return BrokenReceipt("body", "salt and body do not give the header's commitment");
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeReceipt(const Receipt& receipt) {
  std::string text = absl::StrCat(kProofLine, "\nextra ", ToBase64(EncodeExtra(receipt)),
                                  "\nindex ", receipt.index, "\n");
  for (const Hash& hash : receipt.path) absl::StrAppend(&text, ToBase64(hash.view()), "\n");
  absl::StrAppend(&text, "\n", receipt.checkpoint);
  return text;
}

absl::StatusOr<Receipt> DecodeReceipt(absl::string_view text) {
  if (text.size() > kReceiptBytesMax) return MalformedReceipt("too long");
  // The first empty line ends the proof; the checkpoint behind it has one of its own.
  const size_t split = text.find("\n\n");
  if (split == absl::string_view::npos)
    return MalformedReceipt("no empty line before the checkpoint");
  Receipt receipt;
  TALLY_RETURN_IF_ERROR(DecodeProofLines(text.substr(0, split), receipt));
  receipt.checkpoint = std::string(text.substr(split + 2));
  absl::StatusOr<Note> note = ParseNote(receipt.checkpoint);
  if (!note.ok()) return At("receipt", note.status());
  TALLY_RETURN_IF_ERROR(At("receipt", ParseCheckpointText(note->text).status()));
  return receipt;
}

absl::Status CheckReceipt(const Receipt& receipt, std::span<const VerifierKey> log_keys,
                          absl::string_view origin) {
  const absl::StatusOr<Record> record = DecodeRecord(receipt.record);
  if (!record.ok()) return BrokenBy("record", record.status());
  const absl::StatusOr<Evidence> evidence = DecodeEvidence(receipt.evidence);
  if (!evidence.ok()) return BrokenBy("evidence", evidence.status());
  if (EvidenceDigest(receipt.evidence) != record->evidence) {
    return BrokenReceipt("evidence", "it does not give the record's digest");
  }
  if (receipt.event) {
    TALLY_RETURN_IF_ERROR(CheckOneEvent(*receipt.event, *evidence, record->root));
  }
  const Hash leaf = EntryLeaf(EntryOf(receipt.record, receipt.recorded_ms));
  const absl::StatusOr<Checkpoint> checkpoint =
      OpenCheckpoint(receipt.checkpoint, log_keys, origin);
  // Whose signature is missing or broken is the reader's question, so the code stays.
  if (!checkpoint.ok()) return At("receipt", checkpoint.status());
  return BrokenBy("path in the log", CheckInclusion(receipt.index, checkpoint->size, leaf,
                                                    receipt.path, checkpoint->root));
}

}  // namespace tally::ledger
