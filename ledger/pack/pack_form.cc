// Writing and reading packs. The reader takes what the writer gives and nothing else.
#include "ledger/pack/pack_form.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "ledger/chain/note_text.h"
#include "ledger/crypto/sha256.h"
#include "schema/body.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kPackTag[] = {'T', 'S', 'P', 'A', 'C', 'K', 0, 1};
constexpr uint8_t kEndOfMembers = 0;
constexpr uint8_t kEntryForm = 1;
constexpr uint8_t kRecordForm = 2;
constexpr uint8_t kClosedForm = 3;
constexpr uint8_t kShown = 1;
constexpr uint8_t kWithheld = 2;
constexpr uint8_t kPartial = 3;
constexpr uint8_t kNoHeads = 0;
constexpr uint8_t kHeads = 1;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("pack: ", what));
}

void WriteText(ByteWriter& writer, absl::string_view text) {
  writer.U16(static_cast<uint16_t>(text.size()));
  writer.Text(text);
}

void WriteHashes(ByteWriter& writer, std::span<const Hash> hashes) {
  writer.U32(static_cast<uint32_t>(hashes.size()));
  for (const Hash& hash : hashes) writer.Raw(hash.view());
}

absl::StatusOr<std::string> ReadText(ByteReader& reader, absl::string_view what) {
  const uint16_t length = reader.U16();
  if (length > kPackTextBytesMax) {
    return Malformed(absl::StrCat(what, " of ", length, " bytes; at most ", kPackTextBytesMax));
  }
  std::string text(AsText(reader.Raw(length)));
  if (!IsNoteText(text)) return Malformed(absl::StrCat(what, " is no clean text"));
  return text;
}

absl::StatusOr<std::vector<Hash>> ReadHashes(ByteReader& reader) {
  const uint32_t count = reader.U32();
  if (count > kPackProofHashesMax) {
    return Malformed(absl::StrCat(count, " hashes of proof; at most ", kPackProofHashesMax));
  }
  if (reader.remaining() / Hash::size() < count) return Malformed("it ends inside of a proof");
  std::vector<Hash> hashes(count);
  for (Hash& hash : hashes) reader.Fill(hash.bytes);
  return hashes;
}

// One event at the front of `reader`; nullopt when its form is wrong.
std::optional<PackEvent> ReadEvent(ByteReader& reader) {
  PackEvent event;
  const uint16_t header = reader.U16();
  if (header == 0 || header > kHeaderBytesMax) return std::nullopt;
  event.header = reader.Raw(header);
  const uint8_t form = reader.U8();
  if (form == kShown) {
    event.shown = true;
    event.salt = reader.Raw(Salt::size());
    const uint32_t body = reader.U32();
    if (body > kBodyBytesMax) return std::nullopt;
    event.body = reader.Raw(body);
  } else if (form == kPartial) {
    const uint32_t length = reader.U32();
    if (length == 0 || length > kBodyBytesMax) return std::nullopt;
    event.partial = reader.Raw(length);
  } else if (form != kWithheld) {
    return std::nullopt;
  }
  if (!reader.ok()) return std::nullopt;
  return event;
}

class Decoder {
 public:
  explicit Decoder(ByteView bytes) : bytes_(bytes), reader_(bytes) {}

  absl::StatusOr<Pack> Run() {
    reader_.Raw(sizeof(kPackTag));
    reader_.Fill(pack_.ledger.bytes);
    TALLY_ASSIGN_OR_RETURN(pack_.scope.agreement, ReadText(reader_, "agreement"));
    TALLY_ASSIGN_OR_RETURN(pack_.scope.objective, ReadText(reader_, "objective"));
    TALLY_ASSIGN_OR_RETURN(pack_.scope.period, ReadText(reader_, "period"));
    pack_.scope.at_size = reader_.U64();
    TALLY_RETURN_IF_ERROR(ReadMembers());
    TALLY_RETURN_IF_ERROR(ReadCuts());
    TALLY_ASSIGN_OR_RETURN(pack_.proof, ReadHashes(reader_));
    const uint8_t heads = reader_.U8();
    if (heads == kHeads) {
      TALLY_ASSIGN_OR_RETURN(pack_.heads, ReadHashes(reader_));
    } else if (heads != kNoHeads) {
      return Malformed(absl::StrCat("form ", heads, " of heads"));
    }
    const uint32_t note = reader_.U32();
    if (note > kNoteBytesMax) return Malformed(absl::StrCat("a checkpoint of ", note, " bytes"));
    pack_.checkpoint = AsText(reader_.Raw(note));
    TALLY_RETURN_IF_ERROR(reader_.Finish("pack"));
    return std::move(pack_);
  }

 private:
  absl::Status ReadMembers() {
    for (uint8_t form = reader_.U8(); form != kEndOfMembers; form = reader_.U8()) {
      if (!reader_.ok()) return Malformed("it ends inside of its members");
      if (form != kEntryForm && form != kRecordForm && form != kClosedForm) {
        return Malformed(absl::StrCat("form ", form, " of a member"));
      }
      if (pack_.members.size() == kPackMembersMax) {
        return Malformed(absl::StrCat("more than ", kPackMembersMax, " members"));
      }
      PackMember member;
      member.index = reader_.U64();
      member.recorded_ms = reader_.I64();
      if (!pack_.members.empty() && member.index <= pack_.members.back().index) {
        return Malformed(
            absl::StrCat("member ", member.index, " does not follow ", pack_.members.back().index));
      }
      if (form == kEntryForm) {
        reader_.Fill(member.record_hash.bytes);
      } else {
        member.closed = form == kClosedForm;
        TALLY_RETURN_IF_ERROR(ReadRecord(member));
      }
      pack_.members.push_back(member);
    }
    return absl::OkStatus();
  }

  absl::Status ReadRecord(PackMember& member) {
    member.record = reader_.Raw(kRecordBytes);
    member.evidence = reader_.Raw(kEvidenceBytes);
    if (!reader_.ok()) return Malformed("it ends inside of a record");
    TALLY_ASSIGN_OR_RETURN(const Evidence evidence, DecodeEvidence(member.evidence));
    if (evidence.count == 0 || evidence.count > kBatchEventsMax) {
      return Malformed(absl::StrCat("member ", member.index, " counts ", evidence.count,
                                    " events; a batch has 1 to ", kBatchEventsMax));
    }
    if (member.closed) return absl::OkStatus();
    member.count = static_cast<uint32_t>(evidence.count);
    const size_t begin = bytes_.size() - reader_.remaining();
    for (uint32_t i = 0; i < member.count; ++i) {
      if (!ReadEvent(reader_).has_value()) {
        return Malformed(absl::StrCat("event ", member.index, "/", i, " has no form"));
      }
    }
    member.events = bytes_.subspan(begin, bytes_.size() - reader_.remaining() - begin);
    if (member.events.size() > kPackRecordBytesMax) {
      return Malformed(absl::StrCat("member ", member.index, " has ", member.events.size(),
                                    " bytes of events; at most ", kPackRecordBytesMax));
    }
    return absl::OkStatus();
  }

  absl::Status ReadCuts() {
    const uint32_t count = reader_.U32();
    if (count > kPackCutsMax)
      return Malformed(absl::StrCat(count, " cuts; at most ", kPackCutsMax));
    if (reader_.remaining() / sizeof(uint64_t) < count)
      return Malformed("it ends inside of its cuts");
    pack_.cuts.resize(count);
    for (uint64_t& cut : pack_.cuts) cut = reader_.U64();
    return absl::OkStatus();
  }

  const ByteView bytes_;
  ByteReader reader_;
  Pack pack_;
};

}  // namespace

bool LooksLikePack(ByteView bytes) {
  return bytes.size() >= sizeof(kPackTag) &&
         std::equal(std::begin(kPackTag), std::end(kPackTag), bytes.begin());
}

absl::StatusOr<Pack> DecodePack(ByteView bytes) {
  if (bytes.size() > kPackBytesMax) {
    return Malformed(absl::StrCat(bytes.size(), " bytes; at most ", kPackBytesMax));
  }
  if (!LooksLikePack(bytes) || bytes.size() < sizeof(kPackTag) + Hash::size()) {
    return Malformed("it does not begin as a pack does");
  }
  const ByteView content = bytes.first(bytes.size() - Hash::size());
  const Hash found = Sha256Of({content});
  if (!std::ranges::equal(found.view(), bytes.last(Hash::size()))) {
    return Malformed("its bytes are not those that were written: the digest at its end differs");
  }
  return Decoder(content).Run();
}

namespace {

// Each key proves by a signature of its own that whoever registers it holds it.
uint64_t PossessionsIn(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kPartyOpened: {
      const absl::StatusOr<PartyOpened> opened = DecodePartyOpened(body);
      return opened.ok() ? opened->keys.size() + opened->recovery_keys.size() : 0;
    }
    case BodyKind::kKeyRecovered: {
      const absl::StatusOr<KeyRecovered> recovered = DecodeKeyRecovered(body);
      return recovered.ok() ? recovered->grants.size() : 0;
    }
    case BodyKind::kServiceKeyRegistered:
    case BodyKind::kKeyRegistered:
      return 1;
    default:
      return 0;
  }
}

// More of them than a pack's acts about keys have bytes for are never checked.
constexpr uint64_t kPossessionsCounted = kPackKeyBytesMax / sizeof(Signature);

// Rows that are hashed one by one, as bytes. A row takes a quarter of a byte at least: who claims
// more of them than that has none.
uint64_t RowBytesIn(const EventHeader& header, const PackEvent& event) {
  constexpr uint64_t kRowBytes = 28;  // as a run's tree hashes it
  const uint64_t rows_at_most = (event.body.size() + event.partial.size()) * 4;
  return std::min<uint64_t>(header.run_rows, rows_at_most) * kRowBytes;
}

}  // namespace

PackCost CostOfPack(ByteView bytes) {
  constexpr size_t kReportHeaderBytes = 176;  // of the many events of feeds that bring no more
  PackCost cost;
  if (!LooksLikePack(bytes) || bytes.size() < sizeof(kPackTag) + Hash::size()) return cost;
  const absl::StatusOr<Pack> pack = Decoder(bytes.first(bytes.size() - Hash::size())).Run();
  if (!pack.ok()) return cost;
  cost.hashed_bytes = bytes.size();
  uint64_t possessions = 0;
  for (const PackMember& member : pack->members) {
    if (member.IsWhole() || member.closed) ++cost.signatures;
    for (const PackEvent& event : EventsOf(member)) {
      if (event.header.size() == kReportHeaderBytes) continue;
      const absl::StatusOr<EventHeader> header = DecodeHeader(event.header);
      if (!header.ok()) continue;
      if (event.shown) possessions += PossessionsIn(header->kind, event.body);
      if (header->kind == BodyKind::kMeasurementRun) {
        cost.hashed_bytes += RowBytesIn(*header, event);
      }
    }
  }
  cost.signatures += std::min(possessions, kPossessionsCounted);
  return cost;
}

std::vector<PackEvent> EventsOf(const PackMember& member) {
  std::vector<PackEvent> events;
  events.reserve(member.count);
  ByteReader reader(member.events);
  for (uint32_t i = 0; i < member.count; ++i) {
    const std::optional<PackEvent> event = ReadEvent(reader);
    TALLY_CHECK(event.has_value());  // DecodePack read it before.
    events.push_back(*event);
  }
  return events;
}

PackWriter::PackWriter(const LedgerId& ledger, const PackScope& scope) {
  ByteWriter writer(bytes_);
  writer.Raw(kPackTag);
  writer.Raw(ledger.view());
  WriteText(writer, scope.agreement);
  WriteText(writer, scope.objective);
  WriteText(writer, scope.period);
  writer.U64(scope.at_size);
}

void PackWriter::BeginMember(uint8_t form, uint64_t index, int64_t recorded_ms) {
  ByteWriter writer(bytes_);
  writer.U8(form);
  writer.U64(index);
  writer.I64(recorded_ms);
  ++members_;
}

void PackWriter::AddEntry(uint64_t index, const Entry& entry) {
  BeginMember(kEntryForm, index, entry.recorded_ms);
  ByteWriter(bytes_).Raw(entry.record.view());
}

void PackWriter::AddRecord(uint64_t index, int64_t recorded_ms, const Record& record,
                           const Evidence& evidence) {
  BeginMember(kRecordForm, index, recorded_ms);
  ByteWriter writer(bytes_);
  writer.Raw(EncodeRecord(record));
  writer.Raw(EncodeEvidence(evidence));
}

void PackWriter::AddClosed(uint64_t index, int64_t recorded_ms, const Record& record,
                           const Evidence& evidence) {
  BeginMember(kClosedForm, index, recorded_ms);
  ByteWriter writer(bytes_);
  writer.Raw(EncodeRecord(record));
  writer.Raw(EncodeEvidence(evidence));
}

void PackWriter::AddEvent(const PackEvent& event) {
  ByteWriter writer(bytes_);
  writer.U16(static_cast<uint16_t>(event.header.size()));
  writer.Raw(event.header);
  if (!event.shown) {
    writer.U8(event.partial.empty() ? kWithheld : kPartial);
    if (event.partial.empty()) return;
    writer.U32(static_cast<uint32_t>(event.partial.size()));
    writer.Raw(event.partial);
    return;
  }
  writer.U8(kShown);
  writer.Raw(event.salt);
  writer.U32(static_cast<uint32_t>(event.body.size()));
  writer.Raw(event.body);
}

absl::StatusOr<Bytes> PackWriter::Finish(std::span<const uint64_t> cuts,
                                         std::span<const Hash> proof,
                                         const std::optional<std::vector<Hash>>& heads,
                                         absl::string_view checkpoint) && {
  ByteWriter writer(bytes_);
  writer.U8(kEndOfMembers);
  writer.U32(static_cast<uint32_t>(cuts.size()));
  for (const uint64_t cut : cuts) writer.U64(cut);
  WriteHashes(writer, proof);
  writer.U8(heads.has_value() ? kHeads : kNoHeads);
  if (heads.has_value()) WriteHashes(writer, *heads);
  writer.U32(static_cast<uint32_t>(checkpoint.size()));
  writer.Text(checkpoint);
  const Hash digest = Sha256Of({bytes_});
  writer.Raw(digest.view());
  if (bytes_.size() > kPackBytesMax || members_ > kPackMembersMax || cuts.size() > kPackCutsMax ||
      proof.size() > kPackProofHashesMax) {
    return Malformed(absl::StrCat(bytes_.size(), " bytes and ", members_, " members; at most ",
                                  kPackBytesMax, " and ", kPackMembersMax));
  }
  return std::move(bytes_);
}

}  // namespace tally::ledger
