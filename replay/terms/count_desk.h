// The two halves of CountDesk, and the lines of reasoning that they share.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/terms/counting.h"

namespace tally::replay {

// "tickets in time", "mean ticket time", "percentile of ticket time", "tickets reopened", "first
// contact resolution".
absl::StatusOr<Counted> CountTickets(const CountQuestion& question);
// "telephone service factor", "call abandonment", "average speed of answer".
absl::StatusOr<Counted> CountCalls(const CountQuestion& question);

// "92.5 %"
std::string PercentOfShare(const Fraction& share);

// Collects what an answer shows beside its value.
class CountedLines {
 public:
  CountedLines(const CountQuestion& question, Counted& counted);

  void Line(absl::string_view step, std::string formula, std::string result);
  // Left out when the count is zero.
  void LineIfAny(absl::string_view step, std::string formula, int64_t count);
  // The last line; its causes are those of the whole answer.
  void Value(std::string formula, std::string result);
  // Sorts them, each once, and keeps the first 1,000.
  void Causes(std::vector<Cause> causes);
  // Indeterminate where fewer than the minimum sample were counted.
  void MinimumSample(int64_t minimum);

 private:
  Counted& counted_;
  std::string clause_;
};

}  // namespace tally::replay
