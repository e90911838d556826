// From evaluated windows and weighed acts to the result that people, JSON and digests see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/closed_figure.h"
#include "replay/evaluation.h"
#include "replay/replay.h"

namespace tally::replay {

struct Question {
  std::optional<Period> period;
  std::optional<std::string> objective;
  std::string reading = "agreed";
  int threads = 1;
};
struct Answered {
  Result result;
  std::vector<EvaluatedWindow> windows;       // one for each of result.windows, in their order
  std::vector<ClosedDifference> differences;  // the same
};
// Acts about rights are weighed first; the case knows afterwards what they came to.
absl::StatusOr<Answered> AnswerQuestion(CaseFile& file, const Question& question);

}  // namespace tally::replay
