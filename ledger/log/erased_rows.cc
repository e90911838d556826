#include "ledger/log/erased_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"

namespace tally::ledger {

void ErasedRows::Add(const RowsOfRun& part) {
  if (part.IsWhole()) {
    whole_ = true;
    return;
  }
  uint64_t first = part.first, limit = part.limit();
  auto next = parts_.upper_bound(limit);
  while (next != parts_.begin()) {
    const auto before = std::prev(next);
    if (before->second < first) break;
    first = std::min(first, before->first);
    limit = std::max(limit, before->second);
    next = parts_.erase(before);
  }
  parts_[first] = limit;
}

bool ErasedRows::Touches(uint64_t first, uint64_t limit) const {
  if (whole_) return true;
  const auto behind = parts_.lower_bound(limit);
  return behind != parts_.begin() && std::prev(behind)->second > first;
}

bool ErasedRows::Covers(uint64_t first, uint64_t limit) const {
  if (whole_) return true;
  const auto behind = parts_.upper_bound(first);
  return behind != parts_.begin() && std::prev(behind)->second >= limit;
}

std::string ErasedRows::ToText() const {
  if (whole_) return RowsOfRun().ToText();
  std::vector<std::string> words;
  for (const auto& [first, limit] : parts_) {
    words.push_back(
        RowsOfRun{static_cast<uint32_t>(first), static_cast<uint32_t>(limit - first)}.ToText());
  }
  return absl::StrJoin(words, ", ");
}

std::vector<std::string> ErasureNotes(const ErasedByEvent& erased) {
  std::vector<std::string> notes;
  for (const auto& [event, rows] : erased) {
    if (notes.size() == kErasureNotesMax) {
      notes.push_back(absl::StrCat("of ", erased.size() - kErasureNotesMax,
                                   " more events something is erased"));
      break;
    }
    notes.push_back(absl::StrCat("of event ", event.ToText(), " is erased: ", rows.ToText()));
  }
  return notes;
}

std::vector<uint32_t> RowsOfSources(const RunView& run) {
  std::vector<uint32_t> rows;
  for (const RunSource& source : run.sources()) rows.push_back(source.rows);
  return rows;
}

std::vector<uint32_t> RowsOfSources(const PartialRun& run) {
  std::vector<uint32_t> rows;
  for (const PartialRun::Source& source : run.sources) rows.push_back(source.rows);
  return rows;
}

std::vector<LeafRows> LeavesOf(std::span<const uint32_t> rows_of_sources) {
  std::vector<LeafRows> leaves;
  uint32_t base = 0;
  for (uint32_t index = 0; index < rows_of_sources.size(); ++index) {
    const uint32_t rows = rows_of_sources[index];
    for (uint32_t first = 0; first < rows; first += kRunLeafRows) {
      leaves.push_back(
          {index, first / kRunLeafRows, {base + first, std::min(kRunLeafRows, rows - first)}});
    }
    base += rows;
  }
  return leaves;
}

absl::StatusOr<RowsOfRun> WidenToLeaves(std::span<const uint32_t> rows_of_sources, uint32_t first,
                                        uint32_t last) {
  if (last < first) {
    return absl::InvalidArgumentError(absl::StrCat("rows ", first, " to ", last, " are none"));
  }
  RowsOfRun part;
  uint64_t limit = 0;
  for (const LeafRows& leaf : LeavesOf(rows_of_sources)) {
    limit = leaf.rows.limit();
    if (limit <= first || leaf.rows.first > last) continue;
    if (part.IsWhole()) part.first = leaf.rows.first;
    part.rows = static_cast<uint32_t>(limit) - part.first;
  }
  if (last < limit) return part;
  return absl::OutOfRangeError(
      absl::StrCat("it has ", limit, " rows, counted from 0; there is none ", last));
}

std::optional<RowsOfRun> MissingUnnamed(const PartialRun& rest, const ErasedRows& named) {
  for (const RowsOfRun& missing : MissingRows(rest)) {
    if (!named.Covers(missing.first, missing.limit())) return missing;
  }
  return std::nullopt;
}

std::vector<RowsOfRun> MissingRows(const PartialRun& rest) {
  std::vector<RowsOfRun> missing;
  std::vector<size_t> next(rest.sources.size(), 0);  // leaf of each source that comes next
  for (const LeafRows& leaf : LeavesOf(RowsOfSources(rest))) {
    const std::vector<PartialRun::Leaf>& kept = rest.sources[leaf.source_index].leaves;
    size_t& at = next[leaf.source_index];
    if (at < kept.size() && kept[at].number == leaf.number) {
      ++at;
    } else if (!missing.empty() && missing.back().limit() == leaf.rows.first) {
      missing.back().rows += leaf.rows.rows;
    } else {
      missing.push_back(leaf.rows);
    }
  }
  return missing;
}

Bytes EncodeErasuresRow(std::span<const uint64_t> erasures) {
  Bytes row;
  ByteWriter writer(row);
  for (const uint64_t erasure : erasures) writer.U64(erasure);
  return row;
}

absl::StatusOr<std::vector<uint64_t>> DecodeErasuresRow(ByteView bytes) {
  if (bytes.empty() || bytes.size() % sizeof(uint64_t) != 0) {
    return absl::DataLossError(absl::StrCat("erased event: a row of ", bytes.size(), " bytes"));
  }
  ByteReader reader(bytes);
  std::vector<uint64_t> erasures;
  while (reader.remaining() > 0) {
    const uint64_t erasure = reader.U64();
    if (!erasures.empty() && erasure <= erasures.back()) {
      return absl::DataLossError("erased event: its erasures do not ascend");
    }
    erasures.push_back(erasure);
  }
  return erasures;
}

}  // namespace tally::ledger
