// The signed bytes of a batch and what is kept of them.
//
// Every signed message begins with 24 bytes that hold a NUL, so none is a C2SP note, a cosignature
// or a TLS transcript, and one key's signatures never stand for another purpose (T-41). The
// evidence keeps all fields of the message that do not follow from ledger, stream and record.
#include "ledger/chain/batch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kEvidenceVersion = 1;
constexpr uint8_t kEvidenceDigestPrefix[] = {'T', 'S', 'V', 1};
constexpr size_t kContextBytes = 24;
constexpr absl::string_view kBatchContext("tallystick/batch/v1\0\0\0\0\0", kContextBytes);
constexpr absl::string_view kPossessionContext("tallystick/possess/v1\0\0\0", kContextBytes);
static_assert(kEvidenceBytes == 1 + 1 + 2 + 32 + 64 + 5 * 8 + 2 * 32);
static_assert(kBatchMessageBytes == kContextBytes + 2 * 32 + 5 * 8 + 3 * 32);
static_assert(kPossessionMessageBytes == kContextBytes + 4 * 32);

// The part that message and evidence share, in the same order.
void WriteRange(const Evidence& evidence, ByteWriter& writer) {
  writer.U64(evidence.first);
  writer.U64(evidence.last);
  writer.U64(evidence.count);
  writer.I64(evidence.from.micros);
  writer.I64(evidence.until.micros);
  writer.Raw(evidence.previous.view());
  writer.Raw(evidence.newest.view());
}

}  // namespace

Bytes EncodeEvidence(const Evidence& evidence) {
  Bytes bytes;
  bytes.reserve(kEvidenceBytes);
  ByteWriter writer(bytes);
  writer.U8(kEvidenceVersion);
  writer.U8(kAlgorithmEd25519);
  writer.U16(0);
  writer.Raw(evidence.key.view());
  writer.Raw(evidence.signature);
  WriteRange(evidence, writer);
  TALLY_CHECK(bytes.size() == kEvidenceBytes);
  return bytes;
}

absl::StatusOr<Evidence> DecodeEvidence(ByteView bytes) {
  if (bytes.size() != kEvidenceBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("evidence: expected ", kEvidenceBytes, " bytes, found ", bytes.size()));
  }
  ByteReader reader(bytes);
  if (const uint8_t version = reader.U8(); version != kEvidenceVersion) {
    return absl::InvalidArgumentError(absl::StrCat("evidence: version ", version));
  }
  if (const uint8_t algorithm = reader.U8(); algorithm != kAlgorithmEd25519) {
    return absl::InvalidArgumentError(absl::StrCat("evidence: algorithm ", algorithm));
  }
  if (reader.U16() != 0) return absl::InvalidArgumentError("evidence: bytes 2 and 3 are not zero");
  Evidence evidence;
  reader.Fill(evidence.key.bytes);
  reader.Fill(evidence.signature);
  evidence.first = reader.U64();
  evidence.last = reader.U64();
  evidence.count = reader.U64();
  evidence.from.micros = reader.I64();
  evidence.until.micros = reader.I64();
  reader.Fill(evidence.previous.bytes);
  reader.Fill(evidence.newest.bytes);
  TALLY_RETURN_IF_ERROR(reader.Finish("evidence"));
  return evidence;
}

Hash EvidenceDigest(ByteView evidence) { return Sha256Of({kEvidenceDigestPrefix, evidence}); }

Bytes BatchMessage(const LedgerId& ledger, const StreamId& stream, const Evidence& evidence,
                   const Hash& root) {
  Bytes message;
  message.reserve(kBatchMessageBytes);
  ByteWriter writer(message);
  writer.Text(kBatchContext);
  writer.Raw(ledger.view());
  writer.Raw(stream.view());
  WriteRange(evidence, writer);
  writer.Raw(root.view());
  TALLY_CHECK(message.size() == kBatchMessageBytes);
  return message;
}

Bytes PossessionMessage(const LedgerId& ledger, const KeyFingerprint& key,
                        const KeyFingerprint& registrar, const Hash& party) {
  Bytes message;
  message.reserve(kPossessionMessageBytes);
  ByteWriter writer(message);
  writer.Text(kPossessionContext);
  writer.Raw(ledger.view());
  writer.Raw(key.view());
  writer.Raw(registrar.view());
  writer.Raw(party.view());
  TALLY_CHECK(message.size() == kPossessionMessageBytes);
  return message;
}

absl::StatusOr<StreamId> StreamOf(const SignedBatch& batch) {
  if (batch.events.empty()) return absl::InvalidArgumentError("batch: no events");
  TALLY_ASSIGN_OR_RETURN(const EventHeader header, DecodeHeader(batch.events.front().header));
  return header.stream;
}

uint64_t LastPosition(const EventHeader& header) {
  return header.run_rows == 0 ? header.position : header.position + (header.run_rows - 1);
}

bool IsFeedKind(BodyKind kind) {
  const KindRow* row = FindKind(kind);
  if (row != nullptr) return row->stream == StreamKind::kFeed && !row->opening;
  // Of a later version's kinds the number alone says where they stand (schema/kind.h).
  constexpr int kFeedKindFirst = 64;
  constexpr int kFeedKindLast = 127;
  const int number = static_cast<int>(kind);
  return number >= kFeedKindFirst && number <= kFeedKindLast;
}

Evidence EvidenceFields(std::span<const EventHeader> headers, std::span<const Hash> digests) {
  TALLY_CHECK(!headers.empty() && headers.size() == digests.size());
  Evidence evidence;
  evidence.count = headers.size();
  evidence.newest = digests.back();
  // Acts are ordered by what they have seen and answer, not by positions and times.
  if (!IsFeedKind(headers.front().kind)) return evidence;
  evidence.first = headers.front().position;
  evidence.last = LastPosition(headers.back());
  evidence.from = std::ranges::min(headers, {}, &EventHeader::observed_from).observed_from;
  evidence.until = std::ranges::max(headers, {}, &EventHeader::observed_until).observed_until;
  evidence.previous = headers.front().previous;
  return evidence;
}

absl::Status CheckBatchSize(std::span<const Event> events) {
  if (events.empty()) return absl::InvalidArgumentError("batch: no events");
  if (events.size() > kBatchEventsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("batch: ", events.size(), " events; at most ", kBatchEventsMax));
  }
  size_t bytes = 0;
  for (const Event& event : events) {
    bytes += event.header.size() + event.body.size() + Salt::size();
  }
  if (bytes > kBatchBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("batch: ", bytes, " bytes; at most ", kBatchBytesMax));
  }
  return absl::OkStatus();
}

absl::StatusOr<SignedBatch> SignBatch(const LedgerId& ledger, std::vector<Event> events,
                                      const SigningKey& key) {
  TALLY_RETURN_IF_ERROR(CheckBatchSize(events));
  std::vector<EventHeader> headers;
  std::vector<Hash> digests;
  for (size_t i = 0; i < events.size(); ++i) {
    absl::StatusOr<EventHeader> header = DecodeHeader(events[i].header);
    if (!header.ok()) return At(absl::StrCat("event ", i), header.status());
    headers.push_back(*std::move(header));
    digests.push_back(EventDigest(events[i].header));
  }
  Evidence evidence = EvidenceFields(headers, digests);
  evidence.key = key.fingerprint();
  TALLY_ASSIGN_OR_RETURN(
      evidence.signature,
      key.TrySign(BatchMessage(ledger, headers.front().stream, evidence, TreeRoot(digests))));
  return SignedBatch{std::move(events), EncodeEvidence(evidence)};
}

bool CheckBatchSignature(const LedgerId& ledger, const CheckedBatch& batch, const StreamId& stream,
                         const Verifier& verifier) {
  if (verifier.fingerprint() != batch.evidence.key) return false;
  return verifier.Verify(BatchMessage(ledger, stream, batch.evidence, batch.root),
                         batch.evidence.signature);
}

}  // namespace tally::ledger
