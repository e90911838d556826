// Replay: events against a raw iterator, and columnar runs against a plain loop over 24-byte rows.
#include <benchmark/benchmark.h>

#include "replay/terms/availability.h"
#include "schema/status.h"
#include "tests/bench/bench_ledger.h"
#include "tests/bench/yardstick.h"

namespace tally::bench {
namespace {

constexpr int kRepetitions = 5;

AvailabilityByTime Terms() {
  AvailabilityByTime measure;
  measure.sources = {{"probes", "source-1"}};
  measure.rule.up = UpRule::kRecordedStatus;
  measure.holding = Holding::kUntilNext;
  measure.unknown = CountsAs::kUp;
  measure.degraded = CountsAs::kUp;
  measure.denominator = Denominator::kKeep;
  measure.resolution = Milliseconds(1);
  measure.snap = Snap::kNone;
  return measure;
}

replay::AvailabilityMeter MeterOver(Interval interval) {
  replay::Window window;
  window.interval = interval;
  replay::MeterOptions options;
  options.picture_max = 0;
  return replay::AvailabilityMeter(Terms(), window, {}, {interval.limit, interval.limit}, options);
}

// Reads a feed through the cursor and meters it; the cursor recomputes hashes unless told that an
// audit of this open ledger did.
uint64_t MeterFeed(const BenchLedger& ledger, bool checked, uint64_t* measurements) {
  const Instant first{1'700'000'000'000'000};
  replay::AvailabilityMeter meter = MeterOver({first, first + Days(3650)});
  ledger::ReadOptions options;
  options.stream = ledger.feed();
  options.checked_beforehand = checked;
  auto cursor = ledger.ledger().Read(options);
  TALLY_CHECK(cursor.ok());
  *measurements = 0;
  while (true) {
    auto record = (*cursor)->Next();
    TALLY_CHECK(record.ok());
    if (!record->has_value()) break;
    for (const ledger::VerifiedEvent& event : (*record)->events()) {
      if (event.header.kind == BodyKind::kMeasurementRun) {
        auto run = RunView::Open(event.body);
        TALLY_CHECK(run.ok());
        TALLY_CHECK(meter.Add(*run, 0, {event.address.index, event.address.offset}).ok());
        *measurements += run->rows();
      } else if (event.header.kind == BodyKind::kStateReported) {
        auto body = DecodeStateReported(event.body);
        TALLY_CHECK(body.ok());
        TALLY_CHECK(meter
                        .Add({event.header.observed_from,
                              event.header.observed_until,
                              body->state,
                              body->code,
                              std::nullopt,
                              {event.address.index, event.address.offset}})
                        .ok());
        ++*measurements;
      }
    }
  }
  return static_cast<uint64_t>(meter.Finish().down.micros);
}

// Single state reports, verified as they are read, against reading raw values once.
void ReplayEvents(benchmark::State& state) {
  constexpr uint64_t kEvents = 200'000;
  ScratchFolder folder;
  BenchLedger ledger(folder.path() + "/ledger", 1);
  RawStore raw(folder.path() + "/raw");
  ledger.Append(ledger.Reports(kEvents, 1000));
  raw.Append(kEvents, 1000);
  for (auto _ : state) {
    uint64_t raw_events = 0;
    Stopwatch raw_watch;
    benchmark::DoNotOptimize(raw.ReadAll(&raw_events));
    const double raw_rate = static_cast<double>(raw_events) / raw_watch.Elapsed().cpu;
    uint64_t events = 0;
    Stopwatch watch;
    benchmark::DoNotOptimize(MeterFeed(ledger, false, &events));
    const double rate = static_cast<double>(events) / watch.Elapsed().cpu;
    state.counters["events_per_cpu_s"] = rate;
    state.counters["raw_per_cpu_s"] = raw_rate;
    state.counters["ratio"] = rate / raw_rate;
  }
}
BENCHMARK(ReplayEvents)->Iterations(1)->Repetitions(kRepetitions)->Unit(benchmark::kMillisecond);

// What the same answer costs where the rows lie in memory, 24 bytes each, nothing to check.
struct Row {
  int64_t from;
  int64_t until;
  uint64_t state;
};
int64_t DownOf(const std::vector<Row>& rows) {
  int64_t down = 0;
  for (const Row& row : rows) {
    if (row.state == 1) down += row.until - row.from;
  }
  return down;
}

void ReplayRuns(benchmark::State& state) {
  constexpr uint64_t kRuns = 10'000;
  ScratchFolder folder;
  BenchLedger ledger(folder.path() + "/ledger", 1);
  for (uint64_t done = 0; done < kRuns; done += 1000) ledger.Append(ledger.Runs(1000, 1000));
  // The audit that "checked beforehand" rests on.
  uint64_t measurements = 0;
  const uint64_t expected = MeterFeed(ledger, false, &measurements);
  std::vector<Row> rows;
  for (uint64_t i = 0; i < measurements; ++i) {
    const int64_t from = static_cast<int64_t>(i) * 1'000'000;
    rows.push_back({from, from + 1'000'000, i % 1000 % 211 == 0 ? 1u : 0u});
  }
  TALLY_CHECK(static_cast<uint64_t>(DownOf(rows)) == expected);
  for (auto _ : state) {
    Stopwatch loop_watch;
    benchmark::DoNotOptimize(DownOf(rows));
    const double loop_rate = static_cast<double>(measurements) / loop_watch.Elapsed().cpu;
    uint64_t read = 0;
    Stopwatch watch;
    TALLY_CHECK(MeterFeed(ledger, true, &read) == expected);
    const double rate = static_cast<double>(read) / watch.Elapsed().cpu;
    state.counters["measurements_per_cpu_s"] = rate;
    state.counters["loop_per_cpu_s"] = loop_rate;
    state.counters["ratio"] = rate / loop_rate;
  }
}
BENCHMARK(ReplayRuns)->Iterations(1)->Repetitions(kRepetitions)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tally::bench
