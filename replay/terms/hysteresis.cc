// Only runs matter, never single intervals: a good run that is long enough ends what a bad run that
// is long enough began, so the cost is that of the changes.
#include "replay/terms/hysteresis.h"

#include <algorithm>
#include <optional>

#include "schema/number.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Whole intervals by their number since 1970.
struct Run {
  int64_t first = 0;
  int64_t limit = 0;
};

int64_t NumberAt(Instant at, Duration interval) {
  return at.micros / interval.micros - (at.micros % interval.micros < 0 ? 1 : 0);
}
int64_t NumberFrom(Instant at, Duration interval) {
  int64_t number = NumberAt(at, interval);
  return number * interval.micros == at.micros ? number : number + 1;
}

// Of the intervals that are over; the one at which knowledge ends is good.
std::vector<Run> BadRuns(const std::vector<Interval>& bad, const HysteresisRule& rule,
                         int64_t over) {
  std::vector<Run> runs;
  for (const Interval& piece : bad) {
    Run run;
    if (rule.bad == BadInterval::kAnyOfIt) {
      run = {NumberAt(piece.first, rule.interval), NumberFrom(piece.limit, rule.interval)};
    } else {
      run = {NumberFrom(piece.first, rule.interval), NumberAt(piece.limit, rule.interval)};
    }
    run.limit = std::min(run.limit, over);
    if (run.first >= run.limit) continue;
    if (!runs.empty() && run.first <= runs.back().limit) {
      runs.back().limit = std::max(runs.back().limit, run.limit);
    } else {
      runs.push_back(run);
    }
  }
  return runs;
}

}  // namespace

std::vector<Interval> UnavailableTime(const std::vector<Interval>& bad, const Interval& known,
                                      const HysteresisRule& rule) {
  TALLY_CHECK(rule.interval.micros > 0 && rule.bad_to_begin > 0 && rule.good_to_end > 0);
  std::vector<Interval> unavailable;
  auto at = [&rule](int64_t number) { return Instant{number * rule.interval.micros}; };
  auto close = [&](int64_t first, Instant limit) {
    Interval part = Intersection({at(first), limit}, known);
    if (!part.empty()) unavailable.push_back(part);
  };
  const int64_t over = NumberAt(known.limit, rule.interval);
  std::optional<int64_t> since;
  int64_t good_since = 0;  // the end of the bad run before; meaningful once there is one
  for (const Run& run : BadRuns(bad, rule, over)) {
    if (since && run.first - good_since >= rule.good_to_end) {
      close(*since, at(good_since));
      since.reset();
    }
    if (!since && run.limit - run.first >= rule.bad_to_begin) since = run.first;
    good_since = run.limit;
  }
  if (since) {
    bool ended = over - good_since >= rule.good_to_end;
    close(*since, at(ended ? good_since : over));
  }
  return unavailable;
}

}  // namespace tally::replay
