// One way of writing; the reader bounds every count by the limits of runs before it keeps anything.
#include "ledger/chain/partial_run.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/partial_tree.h"
#include "ledger/chain/run_leaf.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using Source = PartialRun::Source;
using Leaf = PartialRun::Leaf;

absl::Status MalformedRun(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("partial run: ", what));
}

// How many rows stand in leaf `number` of a source of `rows` rows.
uint32_t RowsOfLeaf(uint32_t rows, uint32_t number) {
  return std::min(kRunLeafRows, rows - number * kRunLeafRows);
}

TreeShape ShapeOf(const Source& source) {
  TreeShape shape{RunLeavesOf(source.rows), {}, {}};
  for (const Leaf& leaf : source.leaves) shape.leaves.push_back(leaf.number);
  return shape;
}

// As hashed, behind the salt.
Bytes RowsBytes(const Leaf& leaf) {
  Bytes rows;
  ByteWriter writer(rows);
  writer.U32(leaf.number * kRunLeafRows);
  for (const PartialRun::Row& row : leaf.rows) {
    writer.I64(row.from.micros);
    writer.I64(row.until.micros);
    writer.U32(static_cast<uint32_t>(row.state));
    writer.I64(row.value);
  }
  return rows;
}

Leaf LeafOf(const Salt& salt, const RunView& run, uint32_t source_index, uint32_t number,
            uint32_t first_leaf) {
  Leaf leaf{number, RunLeafSalt(salt, first_leaf + number), {}};
  const uint32_t first = number * kRunLeafRows;
  const uint32_t base = run.FirstRow(source_index);
  const uint32_t count = RowsOfLeaf(run.sources()[source_index].rows, number);
  for (uint32_t row = first; row < first + count; ++row) {
    leaf.rows.push_back({run.FromOf(source_index, row), run.UntilOf(source_index, row),
                         run.StateOf(base + row), run.has_values() ? run.ValueOf(base + row) : 0});
  }
  return leaf;
}

absl::StatusOr<Leaf> ReadLeaf(ByteReader& reader, const Source& source) {
  Leaf leaf;
  leaf.number = reader.U16();
  if (leaf.number >= RunLeavesOf(source.rows)) {
    return MalformedRun(absl::StrCat("source ", source.source, " has no leaf ", leaf.number));
  }
  if (!source.leaves.empty() && leaf.number <= source.leaves.back().number) {
    return MalformedRun(absl::StrCat("leaf ", leaf.number, " of source ", source.source,
                                     " does not follow ", source.leaves.back().number));
  }
  reader.Fill(leaf.salt.bytes);
  leaf.rows.resize(RowsOfLeaf(source.rows, leaf.number));
  for (PartialRun::Row& row : leaf.rows) {
    row.from = Instant{reader.I64()};
    row.until = Instant{reader.I64()};
    const uint32_t state = reader.U32();
    if (state < static_cast<uint32_t>(State::kUp) || state > static_cast<uint32_t>(State::kUnknown))
      return MalformedRun(absl::StrCat("state ", state));
    row.state = static_cast<State>(state);
    row.value = reader.I64();
  }
  return leaf;
}

absl::StatusOr<Source> ReadSource(ByteReader& reader) {
  Source source;
  source.source = reader.U32();
  source.previous_position = reader.U64();
  source.rows = reader.U32();
  if (source.rows == 0 || source.rows > kRunRowsMax) {
    return MalformedRun(absl::StrCat("source ", source.source, " has ", source.rows, " rows"));
  }
  const uint32_t leaves = reader.U16();
  for (uint32_t i = 0; i < leaves && reader.ok(); ++i) {
    TALLY_ASSIGN_OR_RETURN(Leaf leaf, ReadLeaf(reader, source));
    source.leaves.push_back(std::move(leaf));
  }
  const uint32_t hashes = reader.U16();
  if (reader.remaining() / Hash::size() < hashes) return MalformedRun("it ends inside of a proof");
  source.proof.resize(hashes);
  for (Hash& hash : source.proof) reader.Fill(hash.bytes);
  return source;
}

}  // namespace

uint32_t PartialRun::rows() const {
  uint32_t count = 0;
  for (const Source& source : sources) count += source.rows;
  return count;
}

std::optional<RunRowPlace> PlaceOfRow(const RunView& run, uint32_t row) {
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    if (row < run.FirstRow(index) + run.sources()[index].rows) {
      return RunRowPlace{index, row - run.FirstRow(index)};
    }
  }
  return std::nullopt;
}

absl::StatusOr<PartialRun> MakePartialRun(const Salt& salt, const RunView& run,
                                          std::vector<RunRowPlace> shown) {
  for (RunRowPlace& place : shown) {
    if (place.source_index >= run.sources().size() ||
        place.row_in_source >= run.sources()[place.source_index].rows) {
      return absl::InvalidArgumentError(absl::StrCat(
          "run: no row ", place.row_in_source, " of the source at place ", place.source_index));
    }
    place.row_in_source /= kRunLeafRows;  // from here on: its leaf
  }
  const std::vector<Hash> all = RunRowLeaves(salt, run);
  PartialRun partial;
  uint32_t first_leaf = 0;
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    const RunSource& whole = run.sources()[index];
    Source source{whole.source, whole.previous_position, whole.rows, {}, {}};
    const uint32_t count = RunLeavesOf(whole.rows);
    for (uint32_t number = 0; number < count; ++number) {
      const bool wanted = std::ranges::any_of(shown, [&](const RunRowPlace& place) {
        return place.source_index == index && place.row_in_source == number;
      });
      if (wanted) source.leaves.push_back(LeafOf(salt, run, index, number, first_leaf));
    }
    const std::span<const Hash> leaves = std::span<const Hash>(all).subspan(first_leaf, count);
    TALLY_ASSIGN_OR_RETURN(
        source.proof, ProvePartialTree(ShapeOf(source), [&](uint64_t first, uint64_t limit) {
          return absl::StatusOr<Hash>(TreeRoot(leaves.subspan(first, limit - first)));
        }));
    partial.sources.push_back(std::move(source));
    first_leaf += count;
  }
  return partial;
}

Bytes EncodePartialRun(const PartialRun& run) {
  TALLY_CHECK(run.sources.size() <= kRunSourcesMax);
  Bytes out;
  ByteWriter writer(out);
  writer.U16(static_cast<uint16_t>(run.sources.size()));
  for (const Source& source : run.sources) {
    writer.U32(source.source);
    writer.U64(source.previous_position);
    writer.U32(source.rows);
    writer.U16(static_cast<uint16_t>(source.leaves.size()));
    for (const Leaf& leaf : source.leaves) {
      writer.U16(static_cast<uint16_t>(leaf.number));
      writer.Raw(leaf.salt.view());
      const Bytes rows = RowsBytes(leaf);
      writer.Raw(ByteView(rows).subspan(kRunFirstRowBytes));
    }
    writer.U16(static_cast<uint16_t>(source.proof.size()));
    for (const Hash& hash : source.proof) writer.Raw(hash.view());
  }
  return out;
}

absl::StatusOr<PartialRun> DecodePartialRun(ByteView bytes) {
  ByteReader reader(bytes);
  const uint32_t count = reader.U16();
  if (count == 0 || count > kRunSourcesMax) return MalformedRun(absl::StrCat(count, " sources"));
  PartialRun run;
  uint64_t rows = 0;
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    TALLY_ASSIGN_OR_RETURN(Source source, ReadSource(reader));
    if (!run.sources.empty() && source.source <= run.sources.back().source) {
      return MalformedRun(
          absl::StrCat("source ", source.source, " does not follow ", run.sources.back().source));
    }
    rows += source.rows;
    if (rows > kRunRowsMax) return MalformedRun(absl::StrCat("more than ", kRunRowsMax, " rows"));
    run.sources.push_back(std::move(source));
  }
  TALLY_RETURN_IF_ERROR(reader.Finish("partial run"));
  return run;
}

absl::StatusOr<Hash> RunRootOf(const PartialRun& run) {
  std::vector<Hash> sources;
  for (const Source& source : run.sources) {
    std::vector<Hash> shown;
    for (const Leaf& leaf : source.leaves) {
      shown.push_back(RunRowsLeaf(leaf.salt, RowsBytes(leaf)));
    }
    const absl::StatusOr<PartialTree> tree = PartialTree::Of(ShapeOf(source), shown, source.proof);
    if (!tree.ok()) {
      return absl::DataLossError(
          absl::StrCat("partial run: source ", source.source, ": ", tree.status().message()));
    }
    sources.push_back(
        RunSourceLeaf(source.source, source.previous_position, source.rows, tree->root()));
  }
  return TreeRoot(sources);
}

absl::Status CheckPartialRun(const EventHeader& header, const PartialRun& run) {
  const auto differs = [](absl::string_view what, auto expected, auto found) {
    return absl::DataLossError(absl::StrCat("partial run: ", what, ": the header says ", expected,
                                            ", the sources give ", found));
  };
  if (header.run_rows != run.rows()) return differs("rows", header.run_rows, run.rows());
  if (header.run_sources != run.sources.size()) {
    return differs("sources", header.run_sources, run.sources.size());
  }
  TALLY_ASSIGN_OR_RETURN(const Hash root, RunRootOf(run));
  if (root != header.run_root) return differs("run root", header.run_root.ToHex(), root.ToHex());
  return absl::OkStatus();
}

}  // namespace tally::ledger
