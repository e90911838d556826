// A run's body is one struct (MeasurementRun of schema/body.capnp) with a number and five columns
// of bytes. The walk proves its form; then the columns are read where they lie, because a replay
// reads tens of millions of rows a second and a copy of the body would cost as much as the reading.
//
// Columns hold big-endian integers; row r has its state in bits 2(r%4) and 2(r%4)+1 of byte r/4.
// One run has one spelling: no padding bit is set, a regular run has no columns of times, and an
// irregular one has no first instants.
#include "schema/run.h"

#include <bit>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "body.capnp.h"
#include "schema/canonical.h"
#include "schema/event.h"
#include "schema/status.h"
#include "schema/walk.h"
#include "schema/wire.h"

namespace tally {
namespace {

constexpr size_t kSourceBytes = 24;  // number 4, previous position 8, rows 4, first 8
constexpr size_t kTimeBytes = 8;
constexpr size_t kStatesInByte = 4;
// Slots of MeasurementRun's pointers, in the order of its declaration.
enum Slot : size_t { kSources = 0, kStates = 1, kFrom = 2, kUntil = 3, kValues = 4 };

absl::Status RefusedRun(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("run: ", why));
}

int64_t Load(ByteView column, size_t row) {
  uint64_t value = 0;
  std::memcpy(&value, column.data() + row * kTimeBytes, kTimeBytes);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
  return static_cast<int64_t>(value);
}

State Unpack(ByteView states, uint32_t row) {
  const int bits = states[row / kStatesInByte] >> (row % kStatesInByte * 2) & 3;
  return static_cast<State>(bits + 1);
}

Bytes Column(const std::vector<int64_t>& numbers) {
  Bytes column;
  column.reserve(numbers.size() * kTimeBytes);
  ByteWriter writer(column);
  for (const int64_t number : numbers) writer.I64(number);
  return column;
}

// The source table, checked but for times; `rows` receives the sum.
absl::Status ReadSources(ByteView table, std::vector<RunSource>& sources, uint32_t& rows) {
  if (table.size() % kSourceBytes != 0 || table.size() / kSourceBytes > kRunSourcesMax) {
    return RefusedRun(absl::StrCat("a source table of ", table.size(), " bytes; expected ",
                                   kSourceBytes, " a source, at most ", kRunSourcesMax,
                                   " sources"));
  }
  ByteReader reader(table);
  sources.reserve(table.size() / kSourceBytes);
  uint32_t before = 0;  // Sources count from 1, so every first one ascends.
  while (reader.remaining() > 0) {
    RunSource source;
    source.source = reader.U32();
    source.previous_position = reader.U64();
    source.rows = reader.U32();
    source.first = {reader.I64()};
    if (source.source <= before) {
      return RefusedRun(
          absl::StrCat("source ", source.source, " after source ", before, "; they ascend from 1"));
    }
    if (source.previous_position > kPositionMax) {
      return RefusedRun(
          absl::StrCat("source ", source.source, ": previous position beyond 2^63 - 1"));
    }
    if (source.rows == 0 || source.rows > kRunRowsMax - rows) {
      return RefusedRun(absl::StrCat("source ", source.source, ": ", source.rows,
                                     " rows; expected at least 1, and at most ", kRunRowsMax,
                                     " in the run"));
    }
    rows += source.rows;
    before = source.source;
    sources.push_back(source);
  }
  return reader.Finish("run: source table");
}

absl::Status CheckStates(ByteView states, uint32_t rows) {
  const size_t expected = (rows + kStatesInByte - 1) / kStatesInByte;
  if (states.size() != expected) {
    return RefusedRun(absl::StrCat("states of ", states.size(), " bytes; expected ", expected));
  }
  const uint32_t used = rows % kStatesInByte * 2;
  if (used != 0 && states.back() >> used != 0)
    return RefusedRun("states: padding that is not zero");
  return absl::OkStatus();
}

absl::Status CheckColumn(absl::string_view name, ByteView column, uint32_t rows) {
  if (column.size() == rows * kTimeBytes) return absl::OkStatus();
  return RefusedRun(
      absl::StrCat(name, ": ", column.size(), " bytes; expected ", rows * kTimeBytes));
}

bool IsAdmitted(int64_t micros) {
  return micros >= kInstantFirst.micros && micros <= kInstantLast.micros;
}

// Each row lasts `step`; the last one ends within the years that instants have.
absl::Status CheckRegular(Duration step, std::span<const RunSource> sources) {
  for (const RunSource& source : sources) {
    const bool fits = IsAdmitted(source.first.micros) &&
                      (kInstantLast.micros - source.first.micros) / step.micros >= source.rows;
    if (!fits) {
      return RefusedRun(absl::StrCat("source ", source.source,
                                     ": its rows leave the years 0001 to "
                                     "9999"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckIrregular(std::span<const RunSource> sources, ByteView from, ByteView until) {
  size_t row = 0;
  for (const RunSource& source : sources) {
    if (source.first.micros != 0) {
      return RefusedRun(absl::StrCat("source ", source.source, ": a first instant beside columns"));
    }
    int64_t before = kInstantFirst.micros;
    for (uint32_t i = 0; i < source.rows; ++i, ++row) {
      const int64_t begins = Load(from, row);
      const int64_t ends = Load(until, row);
      if (begins < before) {
        return RefusedRun(
            absl::StrCat("row ", row, " begins before the one ahead of it, or year 1"));
      }
      if (ends < begins || !IsAdmitted(ends)) {
        return RefusedRun(absl::StrCat("row ", row, " ends before it begins, or after year 9999"));
      }
      before = begins;
    }
  }
  return absl::OkStatus();
}

}  // namespace

uint32_t Run::rows() const {
  uint64_t rows = 0;
  for (const RunSource& source : sources) rows += source.rows;
  TALLY_CHECK(rows <= kRunRowsMax);
  return static_cast<uint32_t>(rows);
}

State Run::StateOf(uint32_t row) const {
  TALLY_CHECK(row / kStatesInByte < states.size());
  return Unpack(states, row);
}

absl::StatusOr<RunView> RunView::Open(ByteView body) {
  TALLY_RETURN_IF_ERROR(CheckCanonicalBody(BodyKind::kMeasurementRun, body));
  RunView view;
  view.step_ = {static_cast<int64_t>(RootWord(body, 0))};
  view.states_ = RootData(body, kStates);
  view.from_ = RootData(body, kFrom);
  view.until_ = RootData(body, kUntil);
  view.values_ = RootData(body, kValues);
  TALLY_RETURN_IF_ERROR(ReadSources(RootData(body, kSources), view.sources_, view.rows_));
  view.first_rows_.reserve(view.sources_.size());
  uint32_t first_row = 0;
  for (const RunSource& source : view.sources_) {
    view.first_rows_.push_back(first_row);
    first_row += source.rows;
  }
  TALLY_RETURN_IF_ERROR(CheckStates(view.states_, view.rows_));
  const bool regular = view.step_.micros > 0;  // The walk refuses negative lengths.
  const uint32_t timed_rows = regular ? 0 : view.rows_;
  TALLY_RETURN_IF_ERROR(CheckColumn("from", view.from_, timed_rows));
  TALLY_RETURN_IF_ERROR(CheckColumn("until", view.until_, timed_rows));
  if (view.has_values()) TALLY_RETURN_IF_ERROR(CheckColumn("values", view.values_, view.rows_));
  TALLY_RETURN_IF_ERROR(regular ? CheckRegular(view.step_, view.sources_)
                                : CheckIrregular(view.sources_, view.from_, view.until_));
  return view;
}

State RunView::StateOf(uint32_t row) const {
  TALLY_CHECK(row < rows_);
  return Unpack(states_, row);
}

Instant RunView::FromOf(uint32_t source_index, uint32_t row_in_source) const {
  TALLY_CHECK(source_index < sources_.size() && row_in_source < sources_[source_index].rows);
  if (step_.micros == 0) return {Load(from_, first_rows_[source_index] + row_in_source)};
  return {sources_[source_index].first.micros + step_.micros * row_in_source};
}

Instant RunView::UntilOf(uint32_t source_index, uint32_t row_in_source) const {
  TALLY_CHECK(source_index < sources_.size() && row_in_source < sources_[source_index].rows);
  if (step_.micros == 0) return {Load(until_, first_rows_[source_index] + row_in_source)};
  return {sources_[source_index].first.micros + step_.micros * (int64_t{row_in_source} + 1)};
}

int64_t RunView::ValueOf(uint32_t row) const {
  TALLY_CHECK(row < rows_ && has_values());
  return Load(values_, row);
}

Bytes Encode(const Run& run) {
  Bytes table;
  table.reserve(run.sources.size() * kSourceBytes);
  ByteWriter writer(table);
  for (const RunSource& source : run.sources) {
    writer.U32(source.source);
    writer.U64(source.previous_position);
    writer.U32(source.rows);
    writer.I64(source.first.micros);
  }
  using Builder = wire::MeasurementRun::Builder;
  return EncodeWire<wire::MeasurementRun>([&](Builder target) {
    target.setStep(run.step.micros);
    Put(target, &Builder::setSources, table);
    Put(target, &Builder::setStates, run.states);
    Put(target, &Builder::setFrom, Column(run.from));
    Put(target, &Builder::setUntil, Column(run.until));
    Put(target, &Builder::setValues, Column(run.values));
  });
}

absl::StatusOr<Run> DecodeRun(ByteView body) {
  TALLY_ASSIGN_OR_RETURN(const RunView view, RunView::Open(body));
  Run run;
  run.step = view.step();
  run.sources.assign(view.sources().begin(), view.sources().end());
  run.states.assign(view.packed_states().begin(), view.packed_states().end());
  for (uint32_t s = 0; run.step.micros == 0 && s < run.sources.size(); ++s) {
    for (uint32_t row = 0; row < run.sources[s].rows; ++row) {
      run.from.push_back(view.FromOf(s, row).micros);
      run.until.push_back(view.UntilOf(s, row).micros);
    }
  }
  for (uint32_t row = 0; view.has_values() && row < view.rows(); ++row) {
    run.values.push_back(view.ValueOf(row));
  }
  return run;
}

}  // namespace tally
