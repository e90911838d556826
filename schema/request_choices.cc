#include "schema/request_choices.h"

#include "absl/strings/str_cat.h"
#include "schema/wrong_choice.h"

namespace tally {
namespace {

absl::Status CheckPercentage(const Choices& choices, absl::string_view name) {
  if (choices.Number(name) <= Decimal{100, 0}) return absl::OkStatus();
  return WrongChoice(name, "at most 100 %");
}

absl::Status CheckAtLeastOne(const Choices& choices, absl::string_view name) {
  return choices.Count(name) >= 1 ? absl::OkStatus() : WrongChoice(name, "at least 1");
}

}  // namespace

absl::Status CheckRequestChoices(absl::string_view kind, const Choices& choices) {
  if (kind == "downtime periods by error share") {
    TALLY_RETURN_IF_ERROR(CheckPercentage(choices, "error share"));
    return CheckAtLeastOne(choices, "consecutive");
  }
  if (kind == "mean of interval error rates" || kind == "mean of slice ratios") {
    return CheckAtLeastOne(choices, "minimum requests");
  }
  if (kind == "good slices") {
    TALLY_RETURN_IF_ERROR(CheckPercentage(choices, "slice target"));
    return CheckAtLeastOne(choices, "minimum requests");
  }
  if (kind == "latency percentile") {
    if (choices.Number("percentile").mantissa == 0) return WrongChoice("percentile", "more than 0");
    TALLY_RETURN_IF_ERROR(CheckPercentage(choices, "percentile"));
    if (choices.Is("from", "histograms") && choices.Is("method", "linear")) {
      return WrongChoice("method",
                         "histograms keep no samples to interpolate; write `nearest rank`");
    }
  }
  if (kind == "share within threshold" && choices.Is("from", "histograms")) {
    if (choices.Is("measured", "number")) return WrongChoice("from", "histograms count times only");
    if (choices.Is("limit is", "at least")) {
      return WrongChoice("limit is", "a histogram's bucket counts what is at most its edge");
    }
  }
  return absl::OkStatus();
}

}  // namespace tally
