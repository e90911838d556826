// Rows of streams and their codecs. None of it is hashed: an audit derives every row again.
#include "ledger/log/stream_table.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kStreamRowVersion = 1;

absl::Status AsDataLoss(const absl::Status& status) {
  return status.ok() ? status : absl::DataLossError(status.message());
}

}  // namespace

Bytes EncodeStreamRow(const StreamRow& row) {
  const StreamState& state = row.state;
  TALLY_CHECK(state.name.size() <= 0xffff && row.parties.size() <= 0xffff);
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U8(kStreamRowVersion);
  writer.U8(static_cast<uint8_t>(state.kind));
  writer.U64(state.opening_index);
  writer.Raw(state.id.view());
  writer.Raw(state.author.view());
  writer.Raw(state.opening_digest.view());
  writer.U64(state.records);
  writer.Raw(state.newest_leaf.view());
  writer.Raw(state.newest_digest.view());
  writer.U64(state.last_position);
  writer.I64(row.watermark.micros);
  writer.U16(static_cast<uint16_t>(state.name.size()));
  writer.Text(state.name);
  writer.U16(static_cast<uint16_t>(row.parties.size()));
  for (const StreamId& party : row.parties) writer.Raw(party.view());
  return bytes;
}

absl::StatusOr<StreamRow> DecodeStreamRow(ByteView bytes) {
  ByteReader reader(bytes);
  const uint8_t version = reader.U8();
  if (version != kStreamRowVersion) {
    return absl::DataLossError(absl::StrCat("stream row: version ", version, " is not known"));
  }
  StreamRow row;
  row.state.kind = static_cast<StreamKind>(reader.U8());
  row.state.opening_index = reader.U64();
  reader.Fill(row.state.id.bytes);
  reader.Fill(row.state.author.bytes);
  reader.Fill(row.state.opening_digest.bytes);
  row.state.records = reader.U64();
  reader.Fill(row.state.newest_leaf.bytes);
  reader.Fill(row.state.newest_digest.bytes);
  row.state.last_position = reader.U64();
  row.watermark.micros = reader.I64();
  row.state.name = std::string(AsText(reader.Raw(reader.U16())));
  const uint16_t parties = reader.U16();
  for (uint16_t i = 0; i < parties && reader.ok(); ++i) {
    reader.Fill(row.parties.emplace_back().bytes);
  }
  TALLY_RETURN_IF_ERROR(AsDataLoss(reader.Finish("stream row")));
  return row;
}

Bytes EncodeActRow(const ActRow& row) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U64(row.index);
  writer.U64(row.superseded_by);
  writer.U16(static_cast<uint16_t>(row.kind));
  writer.Raw(row.author.view());
  return bytes;
}

absl::StatusOr<ActRow> DecodeActRow(ByteView bytes) {
  ByteReader reader(bytes);
  ActRow row;
  row.index = reader.U64();
  row.superseded_by = reader.U64();
  row.kind = static_cast<BodyKind>(reader.U16());
  reader.Fill(row.author.bytes);
  TALLY_RETURN_IF_ERROR(AsDataLoss(reader.Finish("act row")));
  return row;
}

Bytes EncodePositionRow(const PositionRow& row) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U64(row.index);
  writer.U64(row.first);
  return bytes;
}

absl::StatusOr<PositionRow> DecodePositionRow(ByteView bytes) {
  ByteReader reader(bytes);
  PositionRow row;
  row.index = reader.U64();
  row.first = reader.U64();
  TALLY_RETURN_IF_ERROR(AsDataLoss(reader.Finish("position row")));
  return row;
}

Bytes EncodeNumberRow(uint64_t value) {
  Bytes bytes;
  ByteWriter(bytes).U64(value);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeNumberRow(ByteView bytes) {
  ByteReader reader(bytes);
  const uint64_t value = reader.U64();
  TALLY_RETURN_IF_ERROR(AsDataLoss(reader.Finish("index row")));
  return value;
}

absl::StatusOr<StreamRow*> StreamTable::Find(const StreamId& id) {
  auto found = openings_.find(id);
  if (found != openings_.end()) return At(found->second);
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, rows_.Get(layout::Stream(id)));
  if (!value) return absl::NotFoundError(absl::StrCat("no stream ", id.ToHex(), " in this ledger"));
  TALLY_ASSIGN_OR_RETURN(const uint64_t opening, DecodeNumberRow(*value));
  return At(opening);
}

absl::StatusOr<StreamRow*> StreamTable::At(uint64_t opening_index) {
  auto found = streams_.find(opening_index);
  if (found != streams_.end()) return found->second.get();
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         rows_.Get(layout::StreamRow(opening_index)));
  if (!value)
    return absl::NotFoundError(absl::StrCat("no stream was opened by record ", opening_index));
  TALLY_ASSIGN_OR_RETURN(StreamRow row, DecodeStreamRow(*value));
  if (row.state.opening_index != opening_index) {
    return absl::DataLossError(
        absl::StrCat("stream row ", opening_index, " names record ", row.state.opening_index));
  }
  openings_.emplace(row.state.id, opening_index);
  auto [place, inserted] =
      streams_.emplace(opening_index, std::make_unique<StreamRow>(std::move(row)));
  TALLY_CHECK(inserted);
  return place->second.get();
}

StreamRow* StreamTable::Add(StreamRow row) {
  const uint64_t opening = row.state.opening_index;
  openings_.emplace(row.state.id, opening);
  auto [place, inserted] = streams_.emplace(opening, std::make_unique<StreamRow>(std::move(row)));
  TALLY_CHECK(inserted);
  touched_.insert(opening);
  return place->second.get();
}

absl::StatusOr<std::optional<uint64_t>> StreamTable::EndOfSource(uint64_t stream, uint32_t source) {
  const Source key{stream, source};
  auto found = sources_.find(key);
  if (found != sources_.end()) return found->second;
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         rows_.Get(layout::SourceEnd(stream, source)));
  std::optional<uint64_t> end;
  if (value) {
    TALLY_ASSIGN_OR_RETURN(end, DecodeNumberRow(*value));
    sources_.emplace(key, end);  // Sources that nobody registered are not remembered.
  }
  return end;
}

void StreamTable::SetEndOfSource(uint64_t stream, uint32_t source, uint64_t position) {
  sources_[{stream, source}] = position;
  touched_sources_.insert({stream, source});
}

absl::Status StreamTable::ForgetSources() {
  TALLY_RETURN_IF_ERROR(Flush());
  sources_.clear();
  return absl::OkStatus();
}

absl::Status StreamTable::Flush() {
  for (uint64_t opening : touched_) {
    TALLY_RETURN_IF_ERROR(
        rows_.Put(layout::StreamRow(opening), EncodeStreamRow(*streams_.at(opening))));
  }
  for (const Source& source : touched_sources_) {
    TALLY_RETURN_IF_ERROR(rows_.Put(layout::SourceEnd(source.first, source.second),
                                    EncodeNumberRow(*sources_.at(source))));
  }
  touched_.clear();
  touched_sources_.clear();
  return absl::OkStatus();
}

}  // namespace tally::ledger
