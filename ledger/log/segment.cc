#include "ledger/log/segment.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "ledger/chain/batch.h"
#include "ledger/chain/record.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr std::array<uint8_t, 4> kSpineMagic = {'T', 'G', 'S', 1};
constexpr std::array<uint8_t, 4> kBodiesMagic = {'T', 'G', 'B', 1};
constexpr uint8_t kPresent = 0;
constexpr uint8_t kErased = 1;
constexpr uint8_t kErasedRun = 2;

// Counts and ends are 4 bytes wide; the limit keeps every sum far below that.
static_assert(kSegmentBytesMax < (size_t{1} << 31));

uint32_t ReadU32(const Bytes& bytes, size_t at) {
  uint32_t value = 0;
  std::memcpy(&value, ByteView(bytes).subspan(at, sizeof(value)).data(), sizeof(value));
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  return value;
}

void WriteEnds(ByteWriter& writer, const std::vector<uint32_t>& ends) {
  for (uint32_t end : ends) writer.U32(end);
}

absl::Status Damaged(absl::string_view value, uint64_t first_index, absl::string_view what) {
  return absl::DataLossError(std::string(value) + " of the commit at record " +
                             std::to_string(first_index) + ": " + std::string(what));
}

// Checks that `count` ends from `at` never fall (with `strict`, always rise) and stop at `last`.
bool EndsAreOrdered(const Bytes& bytes, size_t at, uint32_t count, uint32_t last, bool strict) {
  uint32_t before = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t end = ReadU32(bytes, at + 4 * size_t{i});
    if (end < before || (strict && end == before)) return false;
    before = end;
  }
  return before == last;
}

}  // namespace

void SegmentBuilder::Expect(size_t event_count, size_t header_bytes, size_t body_bytes) {
  if (!header_ends_.empty())
    return;  // Exact reserves of a growing segment would copy it each time.
  headers_.reserve(header_bytes);
  bodies_.reserve(body_bytes);
  salts_.reserve(event_count * Salt::size());
  states_.reserve(event_count);
  header_ends_.reserve(event_count);
  body_ends_.reserve(event_count);
}

void SegmentBuilder::AddRecord(ByteView record, ByteView evidence) {
  TALLY_CHECK(record.size() == kRecordBytes);
  TALLY_CHECK(evidence.size() == kEvidenceBytes);
  records_.insert(records_.end(), record.begin(), record.end());
  evidence_.insert(evidence_.end(), evidence.begin(), evidence.end());
  event_ends_.push_back(events());
}

void SegmentBuilder::AddEvent(ByteView header, const Salt& salt, ByteView body) {
  TALLY_CHECK(!event_ends_.empty());
  TALLY_CHECK(bytes() + header.size() + body.size() <= 2 * kSegmentBytesMax);
  headers_.insert(headers_.end(), header.begin(), header.end());
  bodies_.insert(bodies_.end(), body.begin(), body.end());
  salts_.insert(salts_.end(), salt.bytes.begin(), salt.bytes.end());
  states_.push_back(kPresent);
  header_ends_.push_back(static_cast<uint32_t>(headers_.size()));
  body_ends_.push_back(static_cast<uint32_t>(bodies_.size()));
  event_ends_.back() = events();
}

void SegmentBuilder::AddErasedEvent(ByteView header, ByteView rest) {
  AddEvent(header, Salt{}, rest);
  states_.back() = rest.empty() ? kErased : kErasedRun;
}

size_t SegmentBuilder::SpineBytes() const {
  return kSpineHeadBytes + 4 * (event_ends_.size() + header_ends_.size()) + records_.size() +
         evidence_.size() + headers_.size();
}

size_t SegmentBuilder::BodiesBytes() const {
  return kBodiesHeadBytes + 4 * body_ends_.size() + states_.size() + salts_.size() + bodies_.size();
}

Bytes SegmentBuilder::EncodeSpine() const {
  TALLY_CHECK(records() > 0 && bytes() <= kSegmentBytesMax);
  Bytes out;
  out.reserve(SpineBytes());
  ByteWriter writer(out);
  writer.Raw(kSpineMagic);
  writer.U32(records());
  writer.U32(events());
  writer.U32(static_cast<uint32_t>(headers_.size()));
  writer.U64(first_index_);
  writer.I64(recorded_ms_);
  WriteEnds(writer, event_ends_);
  WriteEnds(writer, header_ends_);
  writer.Raw(records_);
  writer.Raw(evidence_);
  writer.Raw(headers_);
  TALLY_CHECK(out.size() == SpineBytes());
  return out;
}

Bytes SegmentBuilder::EncodeBodies() const {
  TALLY_CHECK(records() > 0 && BodiesBytes() <= kErasedBodiesBytesMax);
  Bytes out;
  out.reserve(BodiesBytes());
  ByteWriter writer(out);
  writer.Raw(kBodiesMagic);
  writer.U32(events());
  writer.U32(static_cast<uint32_t>(bodies_.size()));
  writer.U32(0);
  writer.U64(first_index_);
  WriteEnds(writer, body_ends_);
  writer.Raw(states_);
  writer.Raw(salts_);
  writer.Raw(bodies_);
  TALLY_CHECK(out.size() == BodiesBytes());
  return out;
}

absl::StatusOr<SpineView> SpineView::Open(std::shared_ptr<const Bytes> value,
                                          uint64_t first_index) {
  TALLY_CHECK(value != nullptr);
  const auto damaged = [&](absl::string_view what) { return Damaged("spine", first_index, what); };
  const Bytes& bytes = *value;
  if (bytes.size() < kSpineHeadBytes) return damaged("shorter than its head");
  if (bytes.size() > kSegmentBytesMax) return damaged("longer than the limit");
  if (!std::equal(kSpineMagic.begin(), kSpineMagic.end(), bytes.begin())) {
    return damaged("does not begin with TGS 1");
  }
  ByteReader reader(ByteView(bytes).subspan(4));
  SpineView view;
  view.records_ = reader.U32();
  view.events_ = reader.U32();
  const uint32_t header_bytes = reader.U32();
  view.first_index_ = reader.U64();
  view.recorded_ms_ = reader.I64();
  if (view.first_index_ != first_index) return damaged("names another first record");
  if (view.records_ == 0) return damaged("holds no record");
  if (first_index > UINT64_MAX - view.records_) return damaged("its last index overflows");
  // Sums in 64 bits: counts of 32 bits times small constants cannot overflow.
  const uint64_t before_headers = kSpineHeadBytes + uint64_t{view.records_} * 4 +
                                  uint64_t{view.events_} * 4 +
                                  uint64_t{view.records_} * (kRecordBytes + kEvidenceBytes);
  if (before_headers + header_bytes != bytes.size()) return damaged("its length is not its parts'");
  const size_t header_ends_at = kSpineHeadBytes + size_t{view.records_} * 4;
  if (!EndsAreOrdered(bytes, kSpineHeadBytes, view.records_, view.events_, true)) {
    return damaged("its table of records is not in order");
  }
  if (!EndsAreOrdered(bytes, header_ends_at, view.events_, header_bytes, true)) {
    return damaged("its table of headers is not in order");
  }
  view.headers_at_ = static_cast<size_t>(before_headers);
  view.value_ = std::move(value);
  return view;
}

ByteView SpineView::record(uint32_t i) const {
  TALLY_CHECK(i < records_);
  const size_t at = kSpineHeadBytes + 4 * (size_t{records_} + events_) + i * kRecordBytes;
  return ByteView(*value_).subspan(at, kRecordBytes);
}

ByteView SpineView::evidence(uint32_t i) const {
  TALLY_CHECK(i < records_);
  const size_t at = kSpineHeadBytes + 4 * (size_t{records_} + events_) + records_ * kRecordBytes +
                    i * kEvidenceBytes;
  return ByteView(*value_).subspan(at, kEvidenceBytes);
}

std::pair<uint32_t, uint32_t> SpineView::EventsOf(uint32_t i) const {
  TALLY_CHECK(i < records_);
  const size_t at = kSpineHeadBytes + 4 * size_t{i};
  return {i == 0 ? 0 : ReadU32(*value_, at - 4), ReadU32(*value_, at)};
}

ByteView SpineView::header(uint32_t j) const {
  TALLY_CHECK(j < events_);
  const size_t at = kSpineHeadBytes + 4 * (size_t{records_} + j);
  const uint32_t first = j == 0 ? 0 : ReadU32(*value_, at - 4);
  return ByteView(*value_).subspan(headers_at_ + first, ReadU32(*value_, at) - first);
}

absl::StatusOr<BodiesView> BodiesView::Open(std::shared_ptr<const Bytes> value,
                                            uint64_t first_index, uint32_t events) {
  TALLY_CHECK(value != nullptr);
  const auto damaged = [&](absl::string_view what) { return Damaged("bodies", first_index, what); };
  const Bytes& bytes = *value;
  if (bytes.size() < kBodiesHeadBytes) return damaged("shorter than their head");
  if (bytes.size() > kErasedBodiesBytesMax) return damaged("longer than the limit");
  if (!std::equal(kBodiesMagic.begin(), kBodiesMagic.end(), bytes.begin())) {
    return damaged("do not begin with TGB 1");
  }
  ByteReader reader(ByteView(bytes).subspan(4));
  BodiesView view;
  view.events_ = reader.U32();
  const uint32_t body_bytes = reader.U32();
  if (reader.U32() != 0) return damaged("a reserved field is not zero");
  if (reader.U64() != first_index) return damaged("name another first record");
  if (view.events_ != events) return damaged("do not hold as many events as the spine");
  const uint64_t before_bodies = kBodiesHeadBytes + uint64_t{events} * (4 + 1 + Salt::size());
  if (before_bodies + body_bytes != bytes.size())
    return damaged("their length is not their parts'");
  if (!EndsAreOrdered(bytes, kBodiesHeadBytes, events, body_bytes, false)) {
    return damaged("their table is not in order");
  }
  view.bodies_at_ = static_cast<size_t>(before_bodies);
  view.value_ = std::move(value);
  for (uint32_t j = 0; j < events; ++j) {
    const uint8_t state = view.state(j);
    if (state > kErasedRun) return damaged("a body has an unknown state");
    const bool empty = view.stored(j).empty();
    if (state != kPresent && !(view.salt(j).IsZero() && empty == (state == kErased))) {
      return damaged("an erased body left bytes behind");
    }
  }
  return view;
}

uint8_t BodiesView::state(uint32_t j) const {
  TALLY_CHECK(j < events_);
  return (*value_)[kBodiesHeadBytes + 4 * size_t{events_} + j];
}

bool BodiesView::erased(uint32_t j) const { return state(j) != kPresent; }

ByteView BodiesView::body(uint32_t j) const { return erased(j) ? ByteView() : stored(j); }

ByteView BodiesView::rest(uint32_t j) const {
  return state(j) == kErasedRun ? stored(j) : ByteView();
}

ByteView BodiesView::stored(uint32_t j) const {
  TALLY_CHECK(j < events_);
  const size_t at = kBodiesHeadBytes + 4 * size_t{j};
  const uint32_t first = j == 0 ? 0 : ReadU32(*value_, at - 4);
  return ByteView(*value_).subspan(bodies_at_ + first, ReadU32(*value_, at) - first);
}

Salt BodiesView::salt(uint32_t j) const {
  TALLY_CHECK(j < events_);
  const size_t at = kBodiesHeadBytes + 5 * size_t{events_} + Salt::size() * j;
  Salt salt;
  std::copy_n(value_->begin() + static_cast<ptrdiff_t>(at), Salt::size(), salt.bytes.begin());
  return salt;
}

}  // namespace tally::ledger
