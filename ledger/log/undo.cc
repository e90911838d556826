#include "ledger/log/undo.h"

#include <algorithm>
#include <array>
#include <map>

#include "ledger/log/layout.h"
#include "ledger/store/checksum.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr std::array<uint8_t, 4> kMagic = {'T', 'G', 'U', 1};
constexpr uint32_t kNone = 0xffffffff;
constexpr size_t kHeadBytes = 24;

absl::Status DamagedUndo(absl::string_view what) {
  return absl::DataLossError("undo of a commit: " + std::string(what));
}

absl::Status AddRow(const Store& store, const Bytes& key, Undo& undo) {
  TALLY_ASSIGN_OR_RETURN(std::optional<Bytes> before, store.Get(key));
  undo.rows.push_back({key, std::move(before)});
  return absl::OkStatus();
}

// The number in a key of one letter and eight bytes.
uint64_t NumberOf(ByteView key) {
  ByteReader reader(key.subspan(1));
  return reader.U64();
}

// Calls `visit` for the rows of one letter from `size` on.
absl::Status ScanFrom(const Store& store, Bytes first,
                      const std::function<absl::Status(ByteView key, ByteView value)>& visit) {
  const Bytes limit = {static_cast<uint8_t>(first[0] + 1)};
  absl::Status visited;
  TALLY_RETURN_IF_ERROR(store.Scan(first, limit, [&](ByteView key, ByteView value) {
    visited = key.size() == first.size() ? visit(key, value)
                                         : absl::DataLossError("a key of another length");
    return visited.ok();
  }));
  return visited;
}

}  // namespace

Bytes EncodeUndo(const Undo& undo) {
  Bytes out;
  ByteWriter writer(out);
  writer.Raw(kMagic);
  writer.U64(undo.first);
  writer.U64(undo.limit);
  writer.U32(static_cast<uint32_t>(undo.rows.size()));
  for (const Undo::Row& row : undo.rows) {
    writer.U32(static_cast<uint32_t>(row.key.size()));
    writer.U32(row.before.has_value() ? static_cast<uint32_t>(row.before->size()) : kNone);
    writer.Raw(row.key);
    if (row.before.has_value()) writer.Raw(*row.before);
  }
  writer.Raw(ChecksumOf(out).bytes);
  return out;
}

absl::StatusOr<Undo> DecodeUndo(ByteView bytes) {
  if (bytes.size() < kHeadBytes + Checksum::size()) return DamagedUndo("too short");
  const ByteView content = bytes.first(bytes.size() - Checksum::size());
  if (!std::ranges::equal(ChecksumOf(content).bytes, bytes.subspan(content.size()))) {
    return DamagedUndo("its checksum differs");
  }
  if (!std::ranges::equal(kMagic, content.first(kMagic.size()))) return DamagedUndo("no TGU 1");
  ByteReader reader(content.subspan(kMagic.size()));
  Undo undo;
  undo.first = reader.U64();
  undo.limit = reader.U64();
  if (undo.limit <= undo.first) return DamagedUndo("its range is empty");
  for (uint32_t left = reader.U32(); left > 0 && reader.ok(); --left) {
    const uint32_t key_size = reader.U32();
    const uint32_t value_size = reader.U32();
    const ByteView key = reader.Raw(key_size);
    Undo::Row row{Bytes(key.begin(), key.end()), std::nullopt};
    if (value_size != kNone) {
      const ByteView value = reader.Raw(value_size);
      row.before = Bytes(value.begin(), value.end());
    }
    undo.rows.push_back(std::move(row));
  }
  if (!reader.ok() || reader.remaining() != 0) return DamagedUndo("its rows do not fill it");
  return undo;
}

absl::StatusOr<Undo> MakeUndo(const Store& store, uint64_t first, uint64_t count,
                              const WriteSet& derived) {
  TALLY_CHECK(count > 0 && first <= UINT64_MAX - count);
  Undo undo{.first = first, .limit = first + count, .rows = {}};
  for (const WriteSet::Put& put : derived.puts) {
    TALLY_RETURN_IF_ERROR(AddRow(store, put.key, undo));
  }
  for (const WriteSet::BorrowedPut& put : derived.borrowed) {
    TALLY_RETURN_IF_ERROR(AddRow(store, Bytes(put.key.begin(), put.key.end()), undo));
  }
  for (const Bytes& key : derived.deletes) TALLY_RETURN_IF_ERROR(AddRow(store, key, undo));
  return undo;
}

absl::StatusOr<CutBack> MakeCutBack(const Store& store, uint64_t size) {
  CutBack cut;
  uint64_t spine_count = 0;
  const auto drop = [&](ByteView key, ByteView value) {
    cut.writes.deletes.emplace_back(key.begin(), key.end());
    cut.dropped_bytes += value.size();
    return absl::OkStatus();
  };
  TALLY_RETURN_IF_ERROR(ScanFrom(store, layout::Spine(size), [&](ByteView key, ByteView value) {
    ++spine_count;
    return drop(key, value);
  }));
  TALLY_RETURN_IF_ERROR(ScanFrom(store, layout::Bodies(size), drop));
  // Of two commits that overwrote one key, the older one knows what was there before both.
  std::map<Bytes, std::optional<Bytes>> before;
  uint64_t undo_count = 0;
  uint64_t expected = size;
  TALLY_RETURN_IF_ERROR(
      ScanFrom(store, layout::Undo(size), [&](ByteView key, ByteView value) -> absl::Status {
        TALLY_ASSIGN_OR_RETURN(Undo undo, DecodeUndo(value));
        if (undo.first != NumberOf(key) || undo.first != expected) {
          return absl::FailedPreconditionError("the commit at record " + std::to_string(expected) +
                                               " left no undo");
        }
        ++undo_count;
        expected = undo.limit;
        for (Undo::Row& row : undo.rows) before.emplace(row.key, std::move(row.before));
        cut.writes.deletes.emplace_back(key.begin(), key.end());
        return absl::OkStatus();
      }));
  if (undo_count != spine_count) {
    return absl::FailedPreconditionError("the tail from record " + std::to_string(size) + " has " +
                                         std::to_string(spine_count) + " commits and " +
                                         std::to_string(undo_count) + " undo records");
  }
  for (auto& [key, value] : before) {
    if (value.has_value()) {
      cut.writes.puts.push_back({key, *std::move(value)});
    } else {
      cut.writes.deletes.push_back(key);
    }
  }
  return cut;
}

}  // namespace tally::ledger
