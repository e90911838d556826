// The audit of what a nightly job stated over a year, as `tally verify` does it for a ledger and
// for a pack.
//
// The yardstick is one replay of the whole agreement in the same process: `replays` is the
// processor time of the audit divided by that. n statements cost n replays where each is computed
// from the first record; they must cost far less. Memory is what the audit adds to the process.
#include <benchmark/benchmark.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "replay/statement_audit.h"
#include "tests/bench/peak_memory.h"
#include "tests/bench/yardstick.h"
#include "tests/replay/case_support.h"

namespace tally::bench {
namespace {

using replay::On;
using replay::SmallCase;

struct Year {
  int64_t reports = 0;
  int64_t per_batch = 0;  // reports under one signature
  int64_t nights = 0;
};

// Single reports over a year, appended night by night; after each the job runs, as it would that
// night.
std::unique_ptr<SmallCase> LedgerOf(const Year& year) {
  auto test = std::make_unique<SmallCase>();
  test->Agree(test->terms);
  const Instant begin = On("2026-03-01T00:00:00Z");
  const Duration step{Days(365).micros / year.reports};
  int64_t done = 0;
  for (int64_t night = 1; night <= year.nights; ++night) {
    const int64_t until = year.reports * night / year.nights;
    const Instant morning = begin + Duration{step.micros * until};
    test->Wait(FormatInstant(morning + Minutes(30)));
    std::vector<ledger::SignedBatch> batches;
    while (done < until) {
      const State seen = done % 1000 == 7 ? State::kDown : State::kUp;
      test->feed.Report(1, seen, begin + Duration{step.micros * done});
      if (++done % year.per_batch == 0 || done == until) batches.push_back(test->feed.Sign());
    }
    for (const auto& receipt : test->test.writer().Append(std::move(batches))) {
      TALLY_CHECK(receipt.ok());
    }
    test->Publish(FormatInstant(morning));
    test->Project();
  }
  return test;
}

// `range(0)` reports, `range(1)` of them under a signature, `range(2)` nights; of a pack if
// `range(3)` is 1, else of the ledger.
void StatementsOfAYear(benchmark::State& state) {
  const std::unique_ptr<SmallCase> test =
      LedgerOf({state.range(0), state.range(1), state.range(2)});
  ledger::OpenedPack opened;
  if (state.range(3) == 1) {
    const auto heads = ledger::HeadsOfLedger(test->ledger());
    TALLY_CHECK(heads.ok());
    test->test.Append(test->test.SignServiceAct(0, BodyKind::kHeads, Encode(*heads)));
    const auto selection = replay::SelectForPack(test->ledger(), {.agreement = "gold"});
    TALLY_CHECK(selection.ok());
    absl::StatusOr<Bytes> bytes = ledger::BuildPack(test->ledger(), *selection, "");
    TALLY_CHECK(bytes.ok());
    opened = ledger::OpenPack(*std::move(bytes));
    TALLY_CHECK(opened.report.verified && opened.complete);
  }
  const ledger::Ledger& ledger = opened.ledger ? *opened.ledger : test->ledger();
  for (auto _ : state) {
    replay::ReplayRequest request;
    request.agreement = "gold";
    Stopwatch replaying;
    TALLY_CHECK(replay::Replay(ledger, request).ok());
    const Spent one = replaying.Elapsed();
    PeakGrowth growth;
    Stopwatch watch;
    const absl::StatusOr<replay::StatementAudit> audit =
        replay::AuditStatements(ledger, "gold", /*checked_beforehand=*/false);
    const Spent spent = watch.Elapsed();
    if (!audit.ok()) std::cerr << audit.status() << std::endl;
    TALLY_CHECK(audit.ok() && audit->faults.empty());
    state.SetIterationTime(spent.wall);
    const auto figures = static_cast<double>(audit->statements + audit->closings);
    state.counters["figures"] = figures;
    state.counters["audit_s"] = spent.cpu;
    state.counters["replay_s"] = one.cpu;
    state.counters["each_ms"] = spent.cpu * 1000 / figures;
    state.counters["replays"] = spent.cpu / one.cpu;
    state.counters["peak_MiB"] = growth.MiB();
  }
}
BENCHMARK(StatementsOfAYear)
    ->Args({86'400, 1, 12, 0})
    ->Args({86'400, 1, 12, 1})
    ->Args({86'400, 1, 100, 0})
    ->Args({86'400, 1, 100, 1})
    ->Args({86'400, 1, 366, 0})
    ->Args({86'400, 1, 366, 1})
    ->Args({86'400, 1'000, 12, 0})
    ->Args({86'400, 1'000, 12, 1})
    ->Args({86'400, 1'000, 100, 0})
    ->Args({86'400, 1'000, 100, 1})
    ->Args({86'400, 1'000, 366, 0})
    ->Args({86'400, 1'000, 366, 1})
    ->Args({430'000, 1'000, 12, 1})  // nearly all that a pack holds
    ->Args({2'000, 1, 1'000, 0})
    ->Args({2'000, 1, 1'000, 1})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tally::bench
