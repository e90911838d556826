// Records, entries and the heads tree. Every size is fixed, so decoding checks it first; every tag
// has its version in the fourth byte, so that no later layout can be read as this one.
#include "ledger/chain/record.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/tree_form.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kRecordTag[] = {'T', 'S', 'R', 1};
constexpr uint8_t kEntryTag[] = {'T', 'S', 'E', 1};
constexpr uint8_t kHeadsLeafPrefix[] = {0, 'T', 'S', 'H', 1};
static_assert(kRecordBytes == 4 + 8 + 8 + 32 + 32 + 32);
static_assert(kEntryBytes == 4 + 8 + 32);

absl::Status CheckTag(absl::string_view what, ByteView bytes, size_t size, ByteView tag) {
  if (bytes.size() != size) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": expected ", size, " bytes, found ", bytes.size()));
  }
  if (!std::ranges::equal(bytes.first(tag.size()), tag)) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": expected tag ", ToHex(tag), ", found ",
                                                   ToHex(bytes.first(tag.size()))));
  }
  return absl::OkStatus();
}

// Root over leaves [first, first + count) of the heads tree; `leaves` are those inside.
Hash SparseRoot(uint64_t first, uint64_t count, std::span<const IndexedLeaf> leaves,
                std::span<const Hash> empty_roots) {
  if (leaves.empty() && std::has_single_bit(count)) {
    return empty_roots[static_cast<size_t>(std::countr_zero(count))];
  }
  if (count == 1) {
    TALLY_CHECK(leaves.size() == 1 && leaves.front().index == first);
    return leaves.front().leaf;
  }
  const uint64_t split = SplitOf(count);
  const auto right = std::ranges::lower_bound(leaves, first + split, {}, &IndexedLeaf::index);
  const auto left_count = static_cast<size_t>(right - leaves.begin());
  return NodeHash(
      SparseRoot(first, split, leaves.first(left_count), empty_roots),
      SparseRoot(first + split, count - split, leaves.subspan(left_count), empty_roots));
}

}  // namespace

Bytes EncodeRecord(const Record& record) {
  Bytes bytes;
  bytes.reserve(kRecordBytes);
  ByteWriter writer(bytes);
  writer.Raw(kRecordTag);
  writer.U64(record.stream);
  writer.U64(record.sequence);
  writer.Raw(record.previous.view());
  writer.Raw(record.root.view());
  writer.Raw(record.evidence.view());
  TALLY_CHECK(bytes.size() == kRecordBytes);
  return bytes;
}

absl::StatusOr<Record> DecodeRecord(ByteView bytes) {
  TALLY_RETURN_IF_ERROR(CheckTag("record", bytes, kRecordBytes, kRecordTag));
  ByteReader reader(bytes.subspan(sizeof(kRecordTag)));
  Record record;
  record.stream = reader.U64();
  record.sequence = reader.U64();
  reader.Fill(record.previous.bytes);
  reader.Fill(record.root.bytes);
  reader.Fill(record.evidence.bytes);
  TALLY_RETURN_IF_ERROR(reader.Finish("record"));
  return record;
}

Bytes EncodeEntry(const Entry& entry) {
  Bytes bytes;
  bytes.reserve(kEntryBytes);
  ByteWriter writer(bytes);
  writer.Raw(kEntryTag);
  writer.I64(entry.recorded_ms);
  writer.Raw(entry.record.view());
  TALLY_CHECK(bytes.size() == kEntryBytes);
  return bytes;
}

absl::StatusOr<Entry> DecodeEntry(ByteView bytes) {
  TALLY_RETURN_IF_ERROR(CheckTag("entry", bytes, kEntryBytes, kEntryTag));
  ByteReader reader(bytes.subspan(sizeof(kEntryTag)));
  Entry entry;
  entry.recorded_ms = reader.I64();
  reader.Fill(entry.record.bytes);
  TALLY_RETURN_IF_ERROR(reader.Finish("entry"));
  return entry;
}

Entry EntryOf(ByteView record, int64_t recorded_ms) { return {recorded_ms, Sha256Of({record})}; }

Hash EntryLeaf(const Entry& entry) { return LeafHash(EncodeEntry(entry)); }

Hash HeadsLeaf(const Hash& opening_digest, uint64_t count, const Hash& newest_leaf) {
  Bytes number;
  ByteWriter(number).U64(count);
  return Sha256Of({kHeadsLeafPrefix, opening_digest.view(), number, newest_leaf.view()});
}

Hash HeadsRoot(uint64_t size, std::span<const IndexedLeaf> leaves) {
  for (size_t i = 0; i < leaves.size(); ++i) {
    TALLY_CHECK(leaves[i].index < size);
    TALLY_CHECK(i == 0 || leaves[i - 1].index < leaves[i].index);
  }
  if (size == 0) return EmptyTreeHash();
  std::vector<Hash> empty_roots = {LeafHash({})};
  while (empty_roots.size() < static_cast<size_t>(std::bit_width(size))) {
    empty_roots.push_back(NodeHash(empty_roots.back(), empty_roots.back()));
  }
  return SparseRoot(0, size, leaves, empty_roots);
}

}  // namespace tally::ledger
