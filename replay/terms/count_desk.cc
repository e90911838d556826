// Which half counts a kind. Two spellings of one measure cannot exist: kinds are words of a table.
#include "replay/terms/count_desk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "schema/vocabulary_desk.h"

namespace tally::replay {

namespace {
constexpr size_t kDeskCauses = 1'000;
}  // namespace

std::string PercentOfShare(const Fraction& share) {
  return absl::StrCat(FormatPercent(share), " %");
}

CountedLines::CountedLines(const CountQuestion& question, Counted& counted) : counted_(counted) {
  const Objective& objective = *question.objective;
  clause_ = objective.clause ? objective.clause->id : absl::StrCat("objectives/", objective.id);
}

void CountedLines::Line(absl::string_view step, std::string formula, std::string result) {
  counted_.steps.push_back(
      {std::string(step), std::move(formula), std::move(result), clause_, false});
}

void CountedLines::LineIfAny(absl::string_view step, std::string formula, int64_t count) {
  if (count != 0) Line(step, std::move(formula), absl::StrCat(count));
}

void CountedLines::Value(std::string formula, std::string result) {
  Line("value", std::move(formula), std::move(result));
  counted_.steps.back().shows_causes = true;
}

void CountedLines::Causes(std::vector<Cause> causes) {
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  if (causes.size() > kDeskCauses) {
    counted_.causes_left_out = causes.size() - kDeskCauses;
    causes.resize(kDeskCauses);
  }
  counted_.causes = std::move(causes);
}

void CountedLines::MinimumSample(int64_t minimum) {
  if (counted_.population >= minimum) return;
  counted_.indeterminate = true;
  Line("minimum sample",
       absl::StrCat(counted_.population, " counted, at least ", minimum, " are needed"),
       "indeterminate");
}

absl::StatusOr<Counted> CountDesk(const CountQuestion& question) {
  TALLY_CHECK(question.objective != nullptr && question.objective->counted.has_value());
  const Measure& measure = *question.objective->counted;
  TALLY_RETURN_IF_ERROR(CheckDeskChoices(measure.kind, measure.choices));
  if (measure.kind == "tickets in time" || measure.kind == "mean ticket time" ||
      measure.kind == "percentile of ticket time" || measure.kind == "tickets reopened" ||
      measure.kind == "first contact resolution") {
    return CountTickets(question);
  }
  if (measure.kind == "telephone service factor" || measure.kind == "call abandonment" ||
      measure.kind == "average speed of answer") {
    return CountCalls(question);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", measure.kind, "\" is no measure of a service desk"));
}

}  // namespace tally::replay
