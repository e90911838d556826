// Append, verify, disk and memory of the ledger, each beside its yardstick.
//
// Every repetition does both sides once, turn about, and reports the ratio as a counter; the median
// of the repetitions is the figure. `ratio` is what goals are stated in.
#include <benchmark/benchmark.h>

#include "schema/status.h"
#include "tests/bench/bench_ledger.h"
#include "tests/bench/peak_memory.h"
#include "tests/bench/yardstick.h"

namespace tally::bench {
namespace {

constexpr int kRepetitions = 5;
constexpr uint64_t kRawPerBatch = 1000;

// Durable append of state reports, `per_batch` under one signature, against R at 1,000 a sync.
void AppendEvents(benchmark::State& state) {
  const uint64_t per_batch = static_cast<uint64_t>(state.range(0));
  const uint64_t events = per_batch == 1 ? 2000 : 100'000;
  ScratchFolder folder;
  BenchLedger ledger(folder.path() + "/ledger", 42);
  RawStore raw(folder.path() + "/raw");
  for (auto _ : state) {
    std::vector<ledger::SignedBatch> batches = ledger.Reports(events, per_batch);
    Stopwatch raw_watch;
    raw.Append(100'000, kRawPerBatch);
    const double raw_rate = 100'000 / raw_watch.Elapsed().wall;
    Stopwatch watch;
    // One act is waited for before the next is given; batches are given as one load.
    if (per_batch == 1) {
      for (ledger::SignedBatch& batch : batches) ledger.Append({std::move(batch)});
    } else {
      ledger.Append(std::move(batches));
    }
    const Spent spent = watch.Elapsed();
    const double rate = static_cast<double>(events) / spent.wall;
    state.SetIterationTime(spent.wall);
    state.counters["events_per_s"] = rate;
    state.counters["R_per_s"] = raw_rate;
    state.counters["ratio"] = rate / raw_rate;
    state.counters["cpu_us_per_event"] = spent.cpu * 1e6 / static_cast<double>(events);
    state.counters["us_per_batch"] =
        spent.wall * 1e6 * static_cast<double>(per_batch) / static_cast<double>(events);
  }
}
BENCHMARK(AppendEvents)
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// The same for runs of 1,000 measurements, one run a batch; in measurements.
void AppendRuns(benchmark::State& state) {
  constexpr uint64_t kBatches = 500;
  ScratchFolder folder;
  BenchLedger ledger(folder.path() + "/ledger", 42);
  RawStore raw(folder.path() + "/raw");
  for (auto _ : state) {
    std::vector<ledger::SignedBatch> batches = ledger.Runs(kBatches, 1000);
    Stopwatch raw_watch;
    raw.Append(100'000, kRawPerBatch);
    const double raw_rate = 100'000 / raw_watch.Elapsed().wall;
    Stopwatch watch;
    ledger.Append(std::move(batches));
    const double seconds = watch.Elapsed().wall;
    state.SetIterationTime(seconds);
    state.counters["measurements_per_s"] = kBatches * 1000 / seconds;
    state.counters["R_per_s"] = raw_rate;
    state.counters["ratio"] = kBatches * 1000 / seconds / raw_rate;
  }
}
BENCHMARK(AppendRuns)
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// A full audit on one thread, in bytes of header, body and salt a processor second, against H.
void Verify(benchmark::State& state) {
  constexpr uint64_t kEvents = 200'000;
  ScratchFolder folder;
  const std::string path = folder.path() + "/ledger";
  uint64_t bytes = 0;
  {
    BenchLedger ledger(path, 42);
    std::vector<ledger::SignedBatch> batches = ledger.Reports(kEvents, 1000);
    for (const ledger::SignedBatch& batch : batches) {
      for (const Event& event : batch.events)
        bytes += event.header.size() + event.body.size() + event.salt.size();
    }
    ledger.Append(std::move(batches));
    ledger.Close();
    state.counters["disk_per_byte"] =
        static_cast<double>(*ledger.ledger().DiskBytes()) / static_cast<double>(bytes);
  }
  ledger::AuditOptions options;
  options.ledger.directory = path;
  options.threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    const double hash_rate = HashBytesPerSecond(256 << 20);
    Stopwatch watch;
    const ledger::AuditReport report = ledger::Audit(options);
    const Spent spent = watch.Elapsed();
    TALLY_CHECK(report.verified);
    state.SetIterationTime(spent.wall);
    state.counters["events_per_cpu_s"] = kEvents / spent.cpu;
    state.counters["H_bytes_per_s"] = hash_rate;
    state.counters["ratio"] = static_cast<double>(bytes) / spent.cpu / hash_rate;
    state.counters["wall_events_per_s"] = kEvents / spent.wall;
  }
  state.counters["peak_MiB"] = PeakOfProcessMiB();
}
BENCHMARK(Verify)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// Peak memory of an audit of a ledger of `range(0)` thousand events. The first call in a process
// sets the peak, so run one size a process: --benchmark_filter=Memory/1000.
void Memory(benchmark::State& state) {
  const uint64_t events = static_cast<uint64_t>(state.range(0)) * 1000;
  ScratchFolder folder;
  const std::string path = folder.path() + "/ledger";
  for (auto _ : state) {
    {
      BenchLedger ledger(path, 42);
      for (uint64_t done = 0; done < events; done += 50'000)
        ledger.Append(ledger.Reports(50'000, 1000));
      ledger.Close();
    }
    const double written = PeakOfProcessMiB();
    ledger::AuditOptions options;
    options.ledger.directory = path;
    TALLY_CHECK(ledger::Audit(options).verified);
    state.counters["append_peak_MiB"] = written;
    state.counters["audit_peak_MiB"] = PeakOfProcessMiB();
  }
}
BENCHMARK(Memory)->Arg(100)->Arg(1000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tally::bench

BENCHMARK_MAIN();
