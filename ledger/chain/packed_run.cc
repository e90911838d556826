// Reading bounds every count by the limits of runs before it keeps anything, then writes what it
// read and compares: so there is one spelling without a second set of rules.
#include "ledger/chain/packed_run.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "ledger/chain/run_leaf.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr uint8_t kRegularTimes = 1;
constexpr uint8_t kOwnTimes = 2;
constexpr uint32_t kStatesInByte = 4;

absl::Status NotPacked(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("packed run: ", what));
}

// Leaves side by side, and their rows.
struct KeptStretch {
  uint32_t first_leaf = 0;
  std::vector<Salt> salts;
  std::vector<PartialRun::Row> rows;
};

std::vector<KeptStretch> StretchesOf(const PartialRun::Source& source) {
  std::vector<KeptStretch> stretches;
  for (const PartialRun::Leaf& leaf : source.leaves) {
    const bool goes_on = !stretches.empty() &&
                         stretches.back().first_leaf + stretches.back().salts.size() == leaf.number;
    if (!goes_on) stretches.push_back({leaf.number, {}, {}});
    KeptStretch& stretch = stretches.back();
    stretch.salts.push_back(leaf.salt);
    stretch.rows.insert(stretch.rows.end(), leaf.rows.begin(), leaf.rows.end());
  }
  return stretches;
}

// Nothing overflows: decoded instants may be any number, so differences are taken unsigned.
int64_t LengthOf(const PartialRun::Row& row) {
  return static_cast<int64_t>(static_cast<uint64_t>(row.until.micros) -
                              static_cast<uint64_t>(row.from.micros));
}

bool IsRegularStretch(const std::vector<PartialRun::Row>& rows) {
  const int64_t step = LengthOf(rows.front());
  if (rows.front().until <= rows.front().from || step <= 0) return false;
  for (size_t i = 1; i < rows.size(); ++i) {
    const bool follows = rows[i].from == rows[i - 1].until && rows[i].until > rows[i].from &&
                         LengthOf(rows[i]) == step;
    if (!follows) return false;
  }
  return true;
}

void WriteStates(const std::vector<PartialRun::Row>& rows, ByteWriter& writer) {
  for (size_t first = 0; first < rows.size(); first += kStatesInByte) {
    uint32_t packed = 0;
    const size_t limit = std::min(rows.size(), first + kStatesInByte);
    for (size_t i = first; i < limit; ++i) {
      packed |= (static_cast<uint32_t>(rows[i].state) - 1) << ((i - first) * 2);
    }
    writer.U8(static_cast<uint8_t>(packed));
  }
}

void WriteStretch(const KeptStretch& stretch, ByteWriter& writer) {
  const bool regular = IsRegularStretch(stretch.rows);
  const bool values =
      std::ranges::any_of(stretch.rows, [](const PartialRun::Row& row) { return row.value != 0; });
  writer.U16(static_cast<uint16_t>(stretch.first_leaf));
  writer.U16(static_cast<uint16_t>(stretch.salts.size()));
  writer.U8(regular ? kRegularTimes : kOwnTimes);
  writer.U8(values ? 1 : 0);
  for (const Salt& salt : stretch.salts) writer.Raw(salt.view());
  if (regular) {
    writer.I64(LengthOf(stretch.rows.front()));
    writer.I64(stretch.rows.front().from.micros);
  } else {
    for (const PartialRun::Row& row : stretch.rows) {
      writer.I64(row.from.micros);
      writer.I64(row.until.micros);
    }
  }
  WriteStates(stretch.rows, writer);
  if (!values) return;
  for (const PartialRun::Row& row : stretch.rows) writer.I64(row.value);
}

absl::Status ReadTimes(ByteReader& reader, uint8_t form, std::vector<PartialRun::Row>& rows) {
  if (form == kOwnTimes) {
    for (PartialRun::Row& row : rows) {
      row.from = Instant{reader.I64()};
      row.until = Instant{reader.I64()};
    }
    return absl::OkStatus();
  }
  if (form != kRegularTimes) return NotPacked(absl::StrCat("times of form ", form));
  const int64_t step = reader.I64();
  int64_t from = reader.I64();
  for (PartialRun::Row& row : rows) {
    if (step <= 0 || from > std::numeric_limits<int64_t>::max() - step) {
      return NotPacked(absl::StrCat("rows of ", step, " us from ", from, " on"));
    }
    row.from = Instant{from};
    from += step;
    row.until = Instant{from};
  }
  return absl::OkStatus();
}

absl::Status ReadStretch(ByteReader& reader, PartialRun::Source& source) {
  const uint32_t first_leaf = reader.U16();
  const uint32_t leaves = reader.U16();
  const uint8_t times = reader.U8();
  const uint8_t values = reader.U8();
  if (leaves == 0 || first_leaf + leaves > RunLeavesOf(source.rows)) {
    return NotPacked(absl::StrCat("source ", source.source, " has no leaves ", first_leaf, " to ",
                                  first_leaf + leaves));
  }
  const uint32_t first_row = first_leaf * kRunLeafRows;
  const uint32_t limit = std::min(source.rows, (first_leaf + leaves) * kRunLeafRows);
  // Each leaf has a salt, so no more is allotted than bytes are there for.
  if (reader.remaining() / Salt::size() < leaves) return NotPacked("it ends inside of its salts");
  std::vector<Salt> salts(leaves);
  for (Salt& salt : salts) reader.Fill(salt.bytes);
  std::vector<PartialRun::Row> rows(limit - first_row);
  TALLY_RETURN_IF_ERROR(ReadTimes(reader, times, rows));
  for (size_t first = 0; first < rows.size(); first += kStatesInByte) {
    const uint32_t packed = reader.U8();
    const size_t end = std::min(rows.size(), first + kStatesInByte);
    for (size_t i = first; i < end; ++i) {
      rows[i].state = static_cast<State>((packed >> ((i - first) * 2) & 3) + 1);
    }
  }
  for (PartialRun::Row& row : rows) row.value = values == 1 ? reader.I64() : 0;
  for (uint32_t leaf = 0; leaf < leaves; ++leaf) {
    const auto begin = rows.begin() + leaf * kRunLeafRows;
    const auto end = leaf + 1 == leaves ? rows.end() : begin + kRunLeafRows;
    source.leaves.push_back({first_leaf + leaf, salts[leaf], {begin, end}});
  }
  return absl::OkStatus();
}

absl::StatusOr<PartialRun::Source> ReadPackedSource(ByteReader& reader) {
  PartialRun::Source source;
  source.source = reader.U32();
  source.previous_position = reader.U64();
  source.rows = reader.U32();
  if (source.rows == 0 || source.rows > kRunRowsMax) {
    return NotPacked(absl::StrCat("source ", source.source, " has ", source.rows, " rows"));
  }
  const uint32_t stretches = reader.U16();
  for (uint32_t i = 0; i < stretches && reader.ok(); ++i) {
    TALLY_RETURN_IF_ERROR(ReadStretch(reader, source));
  }
  const uint32_t hashes = reader.U16();
  if (reader.remaining() / Hash::size() < hashes) return NotPacked("it ends inside of a proof");
  source.proof.resize(hashes);
  for (Hash& hash : source.proof) reader.Fill(hash.bytes);
  return source;
}

bool AscendsByNumber(const PartialRun::Source& source) {
  return std::ranges::adjacent_find(source.leaves, [](const auto& a, const auto& b) {
           return a.number >= b.number;
         }) == source.leaves.end();
}

}  // namespace

bool LooksPacked(ByteView bytes) { return bytes.size() >= 2 && bytes[0] == 0 && bytes[1] == 0; }

Bytes EncodePackedRun(const PartialRun& run) {
  TALLY_CHECK(run.packed && run.sources.size() <= kRunSourcesMax);
  Bytes out;
  ByteWriter writer(out);
  writer.U16(0);
  writer.U16(static_cast<uint16_t>(run.sources.size()));
  for (const PartialRun::Source& source : run.sources) {
    writer.U32(source.source);
    writer.U64(source.previous_position);
    writer.U32(source.rows);
    const std::vector<KeptStretch> stretches = StretchesOf(source);
    writer.U16(static_cast<uint16_t>(stretches.size()));
    for (const KeptStretch& stretch : stretches) WriteStretch(stretch, writer);
    writer.U16(static_cast<uint16_t>(source.proof.size()));
    for (const Hash& hash : source.proof) writer.Raw(hash.view());
  }
  return out;
}

absl::StatusOr<PartialRun> DecodePackedRun(ByteView bytes) {
  ByteReader reader(bytes);
  if (reader.U16() != 0) return NotPacked("its first two bytes are not zero");
  const uint32_t count = reader.U16();
  if (count == 0 || count > kRunSourcesMax) return NotPacked(absl::StrCat(count, " sources"));
  PartialRun run;
  run.packed = true;
  uint64_t rows = 0;
  bool any = false;
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    TALLY_ASSIGN_OR_RETURN(PartialRun::Source source, ReadPackedSource(reader));
    if (!run.sources.empty() && source.source <= run.sources.back().source) {
      return NotPacked(
          absl::StrCat("source ", source.source, " does not follow ", run.sources.back().source));
    }
    if (!AscendsByNumber(source)) return NotPacked("its leaves do not ascend");
    any = any || !source.leaves.empty();
    rows += source.rows;
    if (rows > kRunRowsMax) return NotPacked(absl::StrCat("more than ", kRunRowsMax, " rows"));
    run.sources.push_back(std::move(source));
  }
  TALLY_RETURN_IF_ERROR(reader.Finish("packed run"));
  if (!any) return NotPacked("without a leaf it is spelled plainly");
  const Bytes again = EncodePackedRun(run);
  if (!std::ranges::equal(again, bytes)) return NotPacked("it has another spelling");
  return run;
}

}  // namespace tally::ledger
