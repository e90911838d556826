// One party's delay moves what the other owes (the rule "dependency"; DOMAIN table 1, rows 2, 3).
//
//   delay      [due, delivered or waived) of a dependency that blocks a deliverable, to K while it
//              is open; where notice is needed and late, nothing, or only from the notice on
//   moved due  the due date moved by the union of the delays that begin before it, where a delay
//              counts that begins before the date as already moved: time lost twice is given once
//
// A dependency is what one name means in the feeds that the rule lists. Its first due date holds. A
// dependency of the very party that owes the deliverable moves nothing. Of several rules for one
// objective the latest date holds.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

class Dependencies {
 public:
  // `question` outlives it.
  static absl::StatusOr<Dependencies> Of(const CountQuestion& question);

  // The due date of a deliverable, by its name, or that of all that the objective is about.
  absl::StatusOr<Instant> Moved(absl::string_view deliverable, Instant due) const;
  // The events behind it.
  std::vector<Cause> CausesFor(absl::string_view deliverable) const;

 private:
  struct Delay {
    Interval interval;
    std::vector<std::string> blocks;
    std::vector<Cause> causes;
  };
  struct RuleDelays {
    const Rule* rule;
    std::vector<Delay> delays;
  };
  explicit Dependencies(const CountQuestion& question) : question_(&question) {}
  bool Blocks(const Delay& delay, absl::string_view deliverable) const;
  absl::StatusOr<Instant> MovedBy(const Rule& rule, const std::vector<Interval>& delays,
                                  Instant due) const;

  const CountQuestion* question_;
  std::vector<RuleDelays> rules_;
};

}  // namespace tally::replay
