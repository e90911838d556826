// A year of evidence of one agreement, replayed through the door of the replay floor.
//
// The yardstick is the same process reading the same feed once through the cursor, every hash
// recomputed: `passes` is the processor time of the replay divided by that. Each benchmark has two
// arguments, so that what must not grow is seen not to grow: the number of measurements, or the
// number of windows. Memory is what the replay adds to the process, by the kernel's high-water
// mark, which is set back before it.
#include <benchmark/benchmark.h>

#include <iostream>
#include <string>

#include "schema/choice.h"
#include "schema/evidence.h"
#include "tests/bench/peak_memory.h"
#include "tests/bench/yardstick.h"
#include "tests/replay/case_support.h"

namespace tally::bench {
namespace {

using replay::On;
using replay::SmallCase;

constexpr char kBegin[] = "2026-03-01T00:00:00Z";
constexpr char kEnd[] = "2027-03-01T00:00:00Z";
constexpr int kRepetitions = 3;

// Processor seconds of reading the whole feed once.
double SecondsOfOnePass(const SmallCase& test) {
  ledger::ReadOptions options;
  options.stream = test.feed.opening();
  Stopwatch watch;
  auto cursor = test.ledger().Read(options);
  TALLY_CHECK(cursor.ok());
  while (true) {
    auto record = (*cursor)->Next();
    TALLY_CHECK(record.ok());
    if (!record->has_value()) return watch.Elapsed().cpu;
  }
}

void ReplayTheYear(benchmark::State& state, const SmallCase& test, double measurements) {
  replay::ReplayRequest request;
  request.agreement = "gold";
  request.period = replay::Period{.exact = Interval{On(kBegin), On(kEnd)}};
  for (auto _ : state) {
    const double pass = SecondsOfOnePass(test);
    PeakGrowth growth;
    Stopwatch watch;
    const absl::StatusOr<replay::Result> result = replay::Replay(test.ledger(), request);
    const Spent spent = watch.Elapsed();
    if (!result.ok()) std::cerr << result.status() << std::endl;
    TALLY_CHECK(result.ok());
    TALLY_CHECK(result->windows.front().value.has_value());
    state.SetIterationTime(spent.wall);
    state.counters["windows"] = static_cast<double>(result->windows.size());
    state.counters["peak_MiB"] = growth.MiB();
    state.counters["passes"] = spent.cpu / pass;
    state.counters["per_cpu_s"] = measurements / spent.cpu;
  }
}

// One-minute probes, or as many as `range(0)` says over the year; as runs of 1,000 rows if
// `range(1)` is 1, else as single reports.
void YearOfProbes(benchmark::State& state) {
  const int64_t measurements = state.range(0);
  const bool runs = state.range(1) == 1;
  const Instant begin = On(kBegin);
  const Duration step{(On(kEnd) - begin).micros / measurements};
  SmallCase test;
  // The year is appended at its end, into a feed that was open: late, so the terms restate it.
  test.terms.disputes.late_evidence = LateEvidence::kAlwaysRestated;
  test.Agree(test.terms);
  test.Wait("2027-03-02T00:00:00Z");
  for (int64_t done = 0; done < measurements;) {
    const Instant at = begin + Duration{step.micros * done};
    const State seen = done / 1000 % 50 == 7 ? State::kDown : State::kUp;
    const int64_t rows = std::min<int64_t>(1000, measurements - done);
    if (runs) {
      test.feed.Run({1}, static_cast<uint32_t>(rows), at, step, seen);
    } else {
      for (int64_t i = 0; i < rows; ++i) {
        test.feed.Report(1, seen, at + Duration{step.micros * i});
      }
    }
    test.test.Append(test.feed.Sign());
    done += rows;
  }
  test.Publish(kEnd);
  ReplayTheYear(state, test, static_cast<double>(measurements));
}
BENCHMARK(YearOfProbes)
    ->Args({52'560, 1})
    ->Args({525'600, 1})
    ->Args({52'560, 0})
    ->Args({525'600, 0})
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

Terms DeskTerms(const SmallCase& test, WindowEvery every, const std::string& belongs_by) {
  Terms terms = test.terms;
  Objective& objective = terms.objectives.front();
  objective.measure = {};
  objective.credit = std::nullopt;
  objective.window.every = every;
  objective.target = {Compare::kAtLeast, replay::Figure("95")};
  Measure measure;
  measure.kind = "tickets in time";
  measure.sources = {{"probes", "web"}};
  std::vector<Choice> choices = {{"calendar", {"24x7"}},
                                 {"clock from", {"opened"}},
                                 {"clock to", {"resolved"}},
                                 {"excluded time", {"stops the clock"}},
                                 {"in time", {"elapsed within target"}},
                                 {"minimum sample", {"0"}},
                                 {"not stopped by", {"none"}},
                                 {"pauses", {"awaiting customer"}},
                                 {"priority", {"at start"}},
                                 {"reopened", {"final resolution"}},
                                 {"stopped by", {"human"}},
                                 {"targets", {"P1: 4 h", "P2: 8 h"}},
                                 {"window of a ticket", {belongs_by}}};
  if (belongs_by == "deadline") {
    choices.insert(choices.begin() + 7, {"open and overdue", {"failed"}});
  }
  measure.choices = Choices(std::move(choices));
  objective.counted = measure;
  return terms;
}

// `range(0)` events of tickets, five each, over the year; in the windows of months if `range(1)` is
// 12, in one window of the contract year if it is 1; counted in the window of their deadline if
// `range(2)` is 1, else of their stop.
void YearOfTickets(benchmark::State& state) {
  const int64_t tickets = state.range(0) / 5;
  const WindowEvery every =
      state.range(1) == 12 ? WindowEvery::kCalendarMonth : WindowEvery::kContractYear;
  const Instant begin = On(kBegin);
  const Duration step{(On(kEnd) - Days(2) - begin).micros / tickets};
  constexpr struct {
    TicketStep step;
    int64_t minutes;
  } kSteps[] = {{TicketStep::kOpened, 0},
                {TicketStep::kResponded, 11},
                {TicketStep::kPaused, 60},
                {TicketStep::kResumed, 180},
                {TicketStep::kResolved, 360}};
  SmallCase test;
  test.terms.disputes.late_evidence = LateEvidence::kAlwaysRestated;  // as above
  test.Agree(DeskTerms(test, every, state.range(2) == 1 ? "deadline" : "stop"));
  test.Wait("2027-03-02T00:00:00Z");
  for (int64_t i = 0; i < tickets; ++i) {
    for (const auto& each : kSteps) {
      TicketEvent body;
      body.ticket = "INC" + std::to_string(1'000'000 + i);
      body.step = each.step;
      if (each.step == TicketStep::kOpened) body.priority = i % 3 == 0 ? "P1" : "P2";
      if (each.step == TicketStep::kPaused) body.reason = "awaiting customer";
      EventHeader header;
      header.kind = BodyKind::kTicketEvent;
      header.actor = ActorKind::kHuman;
      header.source = 1;
      header.observed_from = begin + Duration{step.micros * i} + Minutes(each.minutes);
      header.observed_until = header.observed_from;
      test.feed.Add(header, Encode(body));
    }
    if (i % 200 == 199 || i + 1 == tickets) test.test.Append(test.feed.Sign());
  }
  test.Publish(kEnd);
  ReplayTheYear(state, test, static_cast<double>(tickets * 5));
}
BENCHMARK(YearOfTickets)
    ->Args({100'000, 1, 0})
    ->Args({100'000, 12, 0})
    ->Args({100'000, 12, 1})
    ->Args({1'000'000, 12, 0})
    ->Args({1'000'000, 12, 1})
    ->Iterations(1)
    ->Repetitions(kRepetitions)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tally::bench
