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
//                 test; runs shorter than count x quantum do not count, longer ones count whole,
//                 or in whole quanta of the clock (outage.h).
//                 Excluded time ends a run, or is passed over. Unknown time that does not count as
//                 down ends a run; so does time after K.
//   6. snapped    each outage, or their total, to a multiple of the resolution (rule 12).
// Evidence is never snapped: all lengths are microseconds as observed; only step 6 rounds. Where
// nothing is finer than the resolution (data in milliseconds, resolution 1 ms) it changes nothing.
//
// Memory does not grow with the number of observations, but for the picture, which has a limit.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replay/terms/outage.h"
#include "replay/terms/outcome.h"
#include "replay/terms/window.h"
#include "schema/body.h"
#include "schema/instant.h"
#include "schema/run.h"
#include "schema/terms.h"

namespace tally::replay {

// Of an observation that rests on no event: several monitors, before the first of them spoke.
inline constexpr Cause kNoCause{UINT64_MAX, UINT32_MAX};

// One observation that prevails (superseded versions are left out by the caller). An instant has
// from == until; a row of a run has its own length.
struct Observation {
  Instant from;
  Instant until;
  State state = State::kUnset;
  std::optional<int64_t> code = {};
  std::optional<Duration> took = {};  // the value, if its unit is a unit of time
  Cause cause = {};
};

// What is known, and until when (DOMAIN 3.17 rules 1, 4, 9).
struct Knowledge {
  Instant watermark = Instant::Min();  // the earliest of the feeds that carry the thing
  Instant instant = Instant::Max();    // K, or the as-reported time
};

// What the meter found. Lengths are exact microseconds within the window.
struct Measured {
  Duration period;   // |W|
  Duration counted;  // what stands against the value, after steps 5 and 6
  // As judged, whether or not it counts. These four, excluded and remaining add up to the period.
  Duration up, down, degraded, unknown;
  Duration unknown_excluded;  // unknown inside E
  Duration bad_excluded;      // |bad in E|
  Duration excluded;          // |W and E|, also after K
  Duration remaining;         // after K, not excluded
  // The part of `counted` that lies outside MeterOptions.paid (rolling windows, rule 16).
  Duration counted_unpaid;
  std::vector<Cause> causes;  // at which the judged state changed, and of the state carried in
  uint64_t causes_left_out = 0;
  std::vector<Stretch> picture;
  bool picture_left_out = false;  // more stretches than the limit: none are given
};

struct MeterOptions {
  size_t causes_max = 1000;
  size_t picture_max = 65'536;  // stretches; 0: no picture is wanted
  // Rolling windows: earlier windows whose breach was paid; down time in them does not pay again.
  std::vector<Interval> paid = {};
};

// The parts of `intervals` inside `within`: ordered, disjoint, joined where they touch (T-69).
std::vector<Interval> Union(std::vector<Interval> intervals, const Interval& within);

// Steps 1 to 6 for one window. A value: copying it is a checkpoint.
class AvailabilityMeter {
 public:
  AvailabilityMeter(const AvailabilityByTime& measure, const Window& window,
                    const std::vector<Interval>& exclusions, const Knowledge& knowledge,
                    MeterOptions options = {});

  // The time whose observations the meter reads: the window, and before and after it what the
  // length test of runs needs. Feed also the last observation before it (the state carried in,
  // rule 10) and the first one after it, to which the last state holds even where the watermark
  // lies before it. Others may be fed and change nothing.
  const Interval& reads() const { return reads_; }
  const Knowledge& knowledge() const { return knowledge_; }

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
  // The newest judged state, whose end the next one decides. Equal neighbouring rows of a run are
  // one of these: `last_from` is where the last of them began.
  struct Held {
    Instant from, last_from, until;
    State state = State::kUnset;
    Cause cause;
  };
  // What holds for all time from marked_ to `limit`, whatever was observed.
  struct Context {
    Instant limit = Instant::Min();
    bool in_window = false;
    bool before_term = false;
    bool excluded = false;
    bool remaining = false;
  };

  State Judge(const Observation& observation) const;
  bool IsBad(State state) const;
  absl::Status Take(const Held& next);
  absl::Status AddRegular(const RunView& run, uint32_t source_index, const Cause& cause);
  void Release(Instant next);
  static const Cause* CauseOf(const Held& held);  // nullptr for kNoCause
  Instant KnownUntil(const Held& held, bool last) const;
  // Decides the time line up to `limit`.
  void Mark(State state, Instant limit, const Cause* cause);
  void EnterContext();
  void MarkPiece(State state, const Interval& piece, const Cause* cause);
  void MarkExcluded(State state, Duration length);
  void NoteCause(State state, const Cause* cause);
  void Paint(SegmentKind kind, const Interval& piece, const Cause* cause);

  AvailabilityByTime measure_;
  Window window_;
  Knowledge knowledge_;
  MeterOptions options_;
  std::vector<Interval> exclusions_;  // ordered, disjoint, inside reads_
  Interval reads_;
  Instant marked_;  // the time line is decided up to here
  Context context_;
  size_t next_exclusion_ = 0;  // the first that ends after marked_
  std::optional<Held> held_;
  std::optional<State> noted_;  // the judged state that the last cause stands for
  OutageCounter outages_;
  Measured measured_;
};

}  // namespace tally::replay
