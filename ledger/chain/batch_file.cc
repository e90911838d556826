// A .tev file: signed batches on their way from one machine to another.
//
//   file    "TALLYTEV" | version 4 | ledger id 32 | batches | SHA-256 of all before 32
//   batch   evidence 204 | events 4 | events
//   event   header length 4 | body length 4 | salt 16 | header | body
//
// The checksum says only that the copy is whole; who said what is proven by the signatures inside.
#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kFileMagic = "TALLYTEV";
constexpr uint32_t kFileVersion = 1;
constexpr size_t kHeadBytes = 8 + 4 + LedgerId::size();

absl::StatusOr<Event> ReadEvent(ByteReader& reader) {
  const uint32_t header_bytes = reader.U32();
  const uint32_t body_bytes = reader.U32();
  // Lengths are judged before anything of that length is read or kept.
  if (!reader.ok()) return absl::InvalidArgumentError("cut");
  if (header_bytes > kHeaderBytesMax || body_bytes > kBodyBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("header of ", header_bytes, " and body of ", body_bytes, " bytes"));
  }
  Event event;
  reader.Fill(event.salt.bytes);
  const ByteView header = reader.Raw(header_bytes);
  const ByteView body = reader.Raw(body_bytes);
  if (!reader.ok()) return absl::InvalidArgumentError("cut");
  event.header.assign(header.begin(), header.end());
  event.body.assign(body.begin(), body.end());
  return event;
}

absl::StatusOr<SignedBatch> ReadBatch(ByteReader& reader) {
  SignedBatch batch;
  const ByteView evidence = reader.Raw(kEvidenceBytes);
  batch.evidence.assign(evidence.begin(), evidence.end());
  const uint32_t events = reader.U32();
  if (!reader.ok()) return absl::InvalidArgumentError("cut");
  if (events == 0 || events > kBatchEventsMax) {
    return absl::InvalidArgumentError(absl::StrCat(events, " events"));
  }
  for (uint32_t i = 0; i < events; ++i) {
    absl::StatusOr<Event> event = ReadEvent(reader);
    if (!event.ok()) return At(absl::StrCat("event ", i), event.status());
    batch.events.push_back(*std::move(event));
  }
  return batch;
}

}  // namespace

Bytes EncodeBatchFile(const LedgerId& ledger, std::span<const SignedBatch> batches) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.Text(kFileMagic);
  writer.U32(kFileVersion);
  writer.Raw(ledger.view());
  for (const SignedBatch& batch : batches) {
    TALLY_CHECK(batch.evidence.size() == kEvidenceBytes);
    writer.Raw(batch.evidence);
    writer.U32(static_cast<uint32_t>(batch.events.size()));
    for (const Event& event : batch.events) {
      writer.U32(static_cast<uint32_t>(event.header.size()));
      writer.U32(static_cast<uint32_t>(event.body.size()));
      writer.Raw(event.salt.view());
      writer.Raw(event.header);
      writer.Raw(event.body);
    }
  }
  const Hash checksum = Sha256Of({bytes});
  writer.Raw(checksum.view());
  return bytes;
}

absl::StatusOr<BatchFile> DecodeBatchFile(ByteView bytes) {
  if (bytes.size() < kHeadBytes + Hash::size()) {
    return absl::InvalidArgumentError(absl::StrCat("batch file: ", bytes.size(), " bytes"));
  }
  if (AsText(bytes.first(kFileMagic.size())) != kFileMagic) {
    return absl::InvalidArgumentError("batch file: it does not begin with TALLYTEV");
  }
  const ByteView content = bytes.first(bytes.size() - Hash::size());
  TALLY_ASSIGN_OR_RETURN(const Hash checksum, Hash::FromBytes(bytes.last(Hash::size())));
  if (Sha256Of({content}) != checksum) {
    return absl::InvalidArgumentError("batch file: torn or altered: its checksum does not match");
  }
  ByteReader reader(content.subspan(kFileMagic.size()));
  if (const uint32_t version = reader.U32(); version != kFileVersion) {
    return absl::InvalidArgumentError(absl::StrCat("batch file: version ", version));
  }
  BatchFile file;
  reader.Fill(file.ledger.bytes);
  while (reader.remaining() > 0) {
    absl::StatusOr<SignedBatch> batch = ReadBatch(reader);
    if (!batch.ok()) {
      return At(absl::StrCat("batch file: batch ", file.batches.size()), batch.status());
    }
    file.batches.push_back(*std::move(batch));
  }
  TALLY_RETURN_IF_ERROR(reader.Finish("batch file"));
  return file;
}

}  // namespace tally::ledger
