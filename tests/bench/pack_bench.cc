// A dispute pack of an agreement with 100,000 events: its size, the time to make and to verify it.
//
// The yardsticks are what nobody can do without: the bytes of the pack's events, and the time in
// the same process to hash them (B and D of each, and the tree of each batch) and to check as many
// signatures as the pack has. `costs` is the verification's processor time divided by that; the
// contract allows four. Memory is what verifying adds to the process.
#include <benchmark/benchmark.h>

#include <iostream>
#include <string>

#include "ledger/chain/merkle.h"
#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/pack_request.h"
#include "tests/bench/peak_memory.h"
#include "tests/bench/yardstick.h"
#include "tests/replay/case_support.h"

namespace tally::bench {
namespace {

using replay::On;
using replay::SmallCase;

struct Yardsticks {
  size_t event_bytes = 0;
  size_t signatures = 0;
  double hash_seconds = 0;
  double signature_seconds = 0;
};

// Hashes every event of the pack once, and checks one signature as often as it has signatures.
Yardsticks Measure(const Bytes& bytes) {
  Yardsticks measured;
  const absl::StatusOr<ledger::Pack> pack = ledger::DecodePack(bytes);
  TALLY_CHECK(pack.ok());
  Stopwatch hashing;
  for (const ledger::PackMember& member : pack->members) {
    std::vector<Hash> digests;
    for (const ledger::PackEvent& event : EventsOf(member)) {
      measured.event_bytes += event.header.size() + event.salt.size() + event.body.size();
      digests.push_back(ledger::EventDigest(event.header));
      if (!event.shown) continue;
      benchmark::DoNotOptimize(ledger::BodyCommitment(*Salt::FromBytes(event.salt), event.body));
    }
    if (!digests.empty()) benchmark::DoNotOptimize(ledger::TreeRoot(digests));
    if (member.IsWhole()) ++measured.signatures;
  }
  measured.hash_seconds = hashing.Elapsed().cpu;
  const auto key = ledger::TestKey("yardstick");
  const Bytes message(ledger::kBatchMessageBytes, 7);
  const ledger::Signature signature = key->Sign(message);
  const auto verifier = ledger::Verifier::Create(key->public_key());
  Stopwatch signing;
  for (size_t i = 0; i < measured.signatures; ++i) {
    TALLY_CHECK((*verifier)->Verify(message, signature));
  }
  measured.signature_seconds = signing.Elapsed().cpu;
  return measured;
}

// 100,000 reports, `range(0)` under one signature.
void PackOfAnAgreement(benchmark::State& state) {
  constexpr int64_t kEvents = 100'000;
  const int64_t per_batch = state.range(0);
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2027-03-02T00:00:00Z");
  const Instant begin = On("2026-03-01T00:00:00Z");
  for (int64_t done = 0; done < kEvents;) {
    for (int64_t i = 0; i < per_batch; ++i, ++done) {
      const State seen = done % 1000 == 7 ? State::kDown : State::kUp;
      test.feed.Report(1, seen, begin + Minutes(5 * done));
    }
    test.test.Append(test.feed.Sign());
  }
  test.Publish("2027-03-01T00:00:00Z");
  const auto heads = ledger::HeadsOfLedger(test.ledger());
  TALLY_CHECK(heads.ok());
  test.test.Append(test.test.SignServiceAct(0, BodyKind::kHeads, Encode(*heads)));
  for (auto _ : state) {
    Stopwatch making;
    const auto selection = replay::SelectForPack(test.ledger(), {.agreement = "gold"});
    TALLY_CHECK(selection.ok());
    absl::StatusOr<Bytes> bytes = ledger::BuildPack(test.ledger(), *selection, "");
    if (!bytes.ok()) std::cerr << bytes.status() << std::endl;
    TALLY_CHECK(bytes.ok());
    const Spent made = making.Elapsed();
    const Yardsticks yardsticks = Measure(*bytes);
    const size_t pack_bytes = bytes->size();
    PeakGrowth growth;
    Stopwatch verifying;
    const ledger::OpenedPack opened = ledger::OpenPack(*std::move(bytes));
    const Spent verified = verifying.Elapsed();
    TALLY_CHECK(opened.report.verified && opened.complete);
    state.SetIterationTime(verified.wall);
    state.counters["MB"] = static_cast<double>(pack_bytes) / 1e6;
    state.counters["of_events"] =
        static_cast<double>(pack_bytes) / static_cast<double>(yardsticks.event_bytes);
    state.counters["make_s"] = made.cpu;
    state.counters["verify_s"] = verified.cpu;
    state.counters["hash_s"] = yardsticks.hash_seconds;
    state.counters["sign_s"] = yardsticks.signature_seconds;
    state.counters["costs"] =
        verified.cpu / (yardsticks.hash_seconds + yardsticks.signature_seconds);
    state.counters["peak_MiB"] = growth.MiB();
  }
}
BENCHMARK(PackOfAnAgreement)
    ->Arg(1)
    ->Arg(10)
    ->Arg(1000)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tally::bench
