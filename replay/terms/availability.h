// Availability by time (DOMAIN M1, M2): from what was observed of one measured thing to the time
// that counts against it in one window.
//
//   meter(measure, window, exclusions, knowledge); meter.Add(...) in time order; meter.Finish()
//
// Time is divided in this order, each step deciding what the one before left open:
//   1. judged     each observation is judged by the state rule: up, down, degraded, unknown. Codes
//                 alone decide under kCodes; one without a code, or without the duration that the
//                 rule needs, is unknown (a code that is not up is down whatever it took).
//   2. held       until the next observation (kUntilNext); no longer than the limit after its
//                 `until`, then unknown (kAtMost); for one quantum from its `from`, then unknown
//                 (kProbe). The last one holds to the watermark, but at least over its own
//                 [from, until), and a probe over its quantum: the author said so much itself.
//                 Before the first: unknown. After K: remaining (rules 5, 9).
//   3. excluded   the union of the exclusions; an instant excluded twice is excluded once.
//   4. bad        not excluded, and down, or degraded or unknown where these count as down.
//   5. outages    maximal runs of bad time, cut at the window's edges before or after the length
//                 test; runs shorter than count x quantum do not count, longer ones count whole.
//                 Excluded time ends a run, or is passed over. Unknown time that does not count as
//                 down ends a run; so does time after K.
//   6. snapped    each outage, or their total, to a multiple of the resolution (rule 12).
// The denominator: keep |W|; remove |W \ E|; remove-overlap |W| - |bad in E|; fixed K x the
// window's share. Unknown time that is removed leaves W beforehand (fixed K stays).
// value = 1 - counted / denominator; remaining and unmeasured time is good. A denominator of zero
// or less is empty. Only kFixed has a floor, if clamp_at_zero says so.
//
// Evidence is never snapped: all lengths are microseconds as observed, and only step 6 rounds. Where
// nothing is finer than the resolution (data in milliseconds, resolution 1 ms) it changes nothing.
//
// Memory does not grow with the number of observations, but for the picture, which has a limit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replay/terms/outcome.h"
#include "replay/terms/outage.h"
#include "replay/terms/window.h"
#include "schema/body.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/run.h"
#include "schema/terms.h"

namespace tally::replay {

// One observation that prevails (superseded versions are left out by the caller). An instant has
// from == until; a row of a run has its own length.
struct Observation {
  Instant from;
  Instant until;
  State state = State::kUnset;
  std::optional<int64_t> code;
  std::optional<Duration> took;   // the value, if its unit is a unit of time
  Cause cause;
};

// What is known, and until when (DOMAIN 3.17 rules 1, 4, 9).
struct Knowledge {
  Instant watermark = Instant::Min();   // the earliest of the feeds that carry the thing
  Instant instant = Instant::Max();     // K, or the as-reported time
};

// What the meter found. Lengths are exact microseconds within the window.
struct Measured {
  Duration period;            // |W|
  Duration counted;           // what stands against the value, after steps 5 and 6
  Duration down, degraded;    // as judged, not excluded (whether or not it counts)
  Duration unknown;           // not excluded
  Duration unknown_excluded;  // unknown inside E
  Duration bad_excluded;      // |bad in E|
  Duration excluded;          // |W and E|, also after K
  Duration remaining;         // after K, not excluded
  // The part of `counted` that lies outside MeterOptions.paid (rolling windows, rule 16).
  Duration counted_unpaid;
  std::vector<Cause> causes;  // at which the judged state changed, and of the state carried in
  uint64_t causes_left_out = 0;
  std::vector<Stretch> picture;
  bool picture_left_out = false;   // more stretches than the limit: none are given
};

struct MeterOptions {
  size_t causes_max = 1000;
  size_t picture_max = 65'536;       // stretches; 0: no picture is wanted
  // Rolling windows: earlier windows whose breach was paid; down time in them does not pay again.
  std::vector<Interval> paid;
};

// The parts of `intervals` inside `within`: ordered, disjoint, joined where they touch (T-69).
std::vector<Interval> Union(std::vector<Interval> intervals, const Interval& within);

// 1 to 5 above for one window. A value: copying it is a checkpoint.
class AvailabilityMeter {
 public:
  AvailabilityMeter(const AvailabilityByTime& measure, const Window& window,
                    const std::vector<Interval>& exclusions, const Knowledge& knowledge,
                    MeterOptions options = {});

  // The time whose observations the meter reads: the window, and before and after it what the
  // length test of runs needs. Feed also the last observation before it (the state carried in,
  // rule 10). Others may be fed and change nothing.
  const Interval& reads() const { return reads_; }

  // In order of `from`; of two that begin together the later one prevails. InvalidArgument for
  // what steps back, ends before it begins, or has no state.
  absl::Status Add(const Observation& observation);
  // All rows of one source of a run, in their order. Regular runs are read 32 rows at a time.
  absl::Status Add(const RunView& run, uint32_t source_index, const Cause& cause);
  // True once later observations can no longer change anything.
  bool Done() const { return held_ && held_->from >= reads_.limit; }

  // Ends the time line. Call once, on the last state of the meter (or on a copy).
  Measured Finish();

 private:
  struct Held { Instant from, until; State state; Cause cause; };

  State Judge(const Observation& observation) const;
  absl::Status Take(const Held& next);
  absl::Status AddRegular(const RunView& run, uint32_t source_index, const Cause& cause);
  void Release(Instant next, bool last);
  void Mark(State state, Instant limit, const Cause* cause);
  void MarkPiece(SegmentKind kind, State state, const Interval& piece, const Cause* cause);
  void Sum(SegmentKind kind, State state, const Interval& piece);
  void NoteCause(State state, const Cause* cause);
  void Paint(SegmentKind kind, const Interval& piece, const Cause* cause);
  bool IsBad(State state) const;

  AvailabilityByTime measure_;
  Window window_;
  Knowledge knowledge_;
  MeterOptions options_;
  Interval reads_;
  std::vector<Interval> exclusions_;
  size_t next_exclusion_ = 0;        // the first that ends after marked_
  Instant marked_;                   // the time line is decided up to here
  std::optional<Held> held_;         // the newest observation, not yet released
  std::optional<State> noted_;       // the judged state that the last cause stands for
  OutageCounter outages_;
  Measured measured_;
};

// The value and the coverage by the terms' denominators.
struct AvailabilityValue {
  std::optional<Fraction> value;     // none: the population is empty
  std::optional<Fraction> unpaid;    // with counted_unpaid instead of counted
  Fraction denominator;              // in microseconds
  std::optional<Fraction> coverage;  // (|W| - |unknown|) / |W|, unknown also where excluded
};
absl::StatusOr<AvailabilityValue> ValueOf(const Measured& measured,
                                          const AvailabilityByTime& measure, const Window& window);

}  // namespace tally::replay
