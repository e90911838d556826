// One way of writing; the reader bounds every count by the limits of runs before it keeps anything.
#include "ledger/chain/partial_run.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/packed_run.h"
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

std::optional<PartialRun::KnownRow> PartialRun::FindRow(uint32_t row) const {
  uint32_t first = 0;  // row of the run at which the source begins
  for (const Source& source : sources) {
    for (const Leaf& leaf : source.leaves) {
      const uint32_t begin = first + leaf.number * kRunLeafRows;
      if (row < begin || row >= begin + leaf.rows.size()) continue;
      return KnownRow{source.source, leaf.rows[row - begin]};
    }
    first += source.rows;
  }
  return std::nullopt;
}

std::optional<RunRowPlace> PlaceOfRow(const RunView& run, uint32_t row) {
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    if (row < run.FirstRow(index) + run.sources()[index].rows) {
      return RunRowPlace{index, row - run.FirstRow(index)};
    }
  }
  return std::nullopt;
}

namespace {

absl::StatusOr<PartialRun> PartOfRun(const Salt& salt, const RunView& run, const KeepsLeaf& keep) {
  const std::vector<Hash> all = RunRowLeaves(salt, run);
  PartialRun partial;
  uint32_t first_leaf = 0;
  for (uint32_t index = 0; index < run.sources().size(); ++index) {
    const RunSource& whole = run.sources()[index];
    Source source{whole.source, whole.previous_position, whole.rows, {}, {}};
    const uint32_t count = RunLeavesOf(whole.rows);
    for (uint32_t number = 0; number < count; ++number) {
      if (keep(index, number)) {
        source.leaves.push_back(LeafOf(salt, run, index, number, first_leaf));
      }
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

// The hashes of subtrees that a source still knows: those of its proof, and what its leaves give.
class KnownSubtrees {
 public:
  static absl::StatusOr<KnownSubtrees> Of(const Source& source) {
    KnownSubtrees known;
    // The order of a proof follows from the shape: asking for one tells whose hashes they are.
    size_t next = 0;
    const auto note = [&](uint64_t first, uint64_t limit) -> absl::StatusOr<Hash> {
      if (next == source.proof.size()) return absl::DataLossError("partial run: a short proof");
      return known.hashes_[{first, limit}] = source.proof[next++];
    };
    TALLY_RETURN_IF_ERROR(ProvePartialTree(ShapeOf(source), note).status());
    if (next != source.proof.size()) return absl::DataLossError("partial run: a long proof");
    for (const Leaf& leaf : source.leaves) {
      known.hashes_[{leaf.number, uint64_t{leaf.number} + 1}] =
          RunRowsLeaf(leaf.salt, RowsBytes(leaf));
    }
    return known;
  }
  absl::StatusOr<Hash> RootOf(uint64_t first, uint64_t limit) const {
    const auto found = hashes_.find({first, limit});
    if (found != hashes_.end()) return found->second;
    if (limit - first < 2) return absl::DataLossError("partial run: a leaf that nobody has");
    const uint64_t middle = first + std::bit_floor(limit - first - 1);
    TALLY_ASSIGN_OR_RETURN(const Hash left, RootOf(first, middle));
    TALLY_ASSIGN_OR_RETURN(const Hash right, RootOf(middle, limit));
    return NodeHash(left, right);
  }

 private:
  std::map<std::pair<uint64_t, uint64_t>, Hash> hashes_;
};

PartialRun AsKept(PartialRun run) {
  run.packed =
      std::ranges::any_of(run.sources, [](const Source& source) { return !source.leaves.empty(); });
  return run;
}

}  // namespace

absl::StatusOr<PartialRun> MakePartialRun(const Salt& salt, const RunView& run,
                                          std::vector<RunRowPlace> shown) {
  std::set<std::pair<uint32_t, uint32_t>> leaves;
  for (const RunRowPlace& place : shown) {
    if (place.source_index >= run.sources().size() ||
        place.row_in_source >= run.sources()[place.source_index].rows) {
      return absl::InvalidArgumentError(absl::StrCat(
          "run: no row ", place.row_in_source, " of the source at place ", place.source_index));
    }
    leaves.emplace(place.source_index, place.row_in_source / kRunLeafRows);
  }
  return PartOfRun(salt, run, [&](uint32_t index, uint32_t number) {
    return leaves.contains({index, number});
  });
}

absl::StatusOr<PartialRun> WithLeavesOf(const PartialRun& run, const KeepsLeaf& keep) {
  PartialRun part;
  for (uint32_t index = 0; index < run.sources.size(); ++index) {
    const Source& whole = run.sources[index];
    TALLY_ASSIGN_OR_RETURN(const KnownSubtrees known, KnownSubtrees::Of(whole));
    Source source{whole.source, whole.previous_position, whole.rows, {}, {}};
    for (const Leaf& leaf : whole.leaves) {
      if (keep(index, leaf.number)) source.leaves.push_back(leaf);
    }
    TALLY_ASSIGN_OR_RETURN(source.proof,
                           ProvePartialTree(ShapeOf(source), [&](uint64_t first, uint64_t limit) {
                             return known.RootOf(first, limit);
                           }));
    part.sources.push_back(std::move(source));
  }
  return part;
}

absl::StatusOr<PartialRun> RestOfRun(const Salt& salt, const RunView& run, const KeepsLeaf& keep) {
  TALLY_ASSIGN_OR_RETURN(PartialRun part, PartOfRun(salt, run, keep));
  return AsKept(std::move(part));
}

absl::StatusOr<PartialRun> RestOfRun(const PartialRun& run, const KeepsLeaf& keep) {
  TALLY_ASSIGN_OR_RETURN(PartialRun part, WithLeavesOf(run, keep));
  return AsKept(std::move(part));
}

Bytes EncodePartialRun(const PartialRun& run) {
  if (run.packed) return EncodePackedRun(run);
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
  if (LooksPacked(bytes)) return DecodePackedRun(bytes);
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
