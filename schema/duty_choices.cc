#include "schema/duty_choices.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "schema/wrong_choice.h"

namespace tally {
namespace {

constexpr uint8_t kWeightScaleMax = 6;

// The kinds of composites, and the choice that lists their members with numbers.
absl::string_view WeightsOf(absl::string_view kind) {
  if (kind == "weighted mean of objectives") return "weights";
  if (kind == "points of objectives") return "points";
  return "";
}

absl::Status CheckDeliverable(const Choices& choices) {
  if (choices.Has("time of day")) {
    const absl::Status time = ReadTimeOfDay(choices.Text("time of day")).status();
    if (!time.ok()) return WrongChoice("time of day", time);
  }
  if (choices.Has("business day")) {
    const int64_t day = choices.Count("business day");
    // Any month has fifteen, so that a due date always exists.
    if (day < 1 || day > 15) return WrongChoice("business day", "from 1 to 15");
  }
  return absl::OkStatus();
}

absl::Status CheckSurvey(const Choices& choices) {
  const int64_t highest = choices.Count("highest score");
  for (absl::string_view score : {"satisfied from", "score of no answer"}) {
    if (choices.Has(score) && choices.Count(score) > highest) {
      return WrongChoice(score, "at most the highest score");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Duration> ReadTimeOfDay(absl::string_view text) {
  const auto digits = [&text](size_t at) {
    return absl::ascii_isdigit(static_cast<unsigned char>(text[at])) &&
           absl::ascii_isdigit(static_cast<unsigned char>(text[at + 1]));
  };
  const bool form = text.size() == 5 && text[2] == ':' && digits(0) && digits(3);
  if (form) {
    const int64_t hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int64_t minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour < 24 && minute < 60) return Minutes(hour * 60 + minute);
  }
  return absl::InvalidArgumentError("a local time from 00:00 to 23:59, such as \"17:00\"");
}

absl::StatusOr<std::vector<std::pair<std::string, Decimal>>> ReadWeights(
    const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, Decimal>> weights;
  for (const std::string& text : texts) {
    const auto wrong = [&text](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": ", what));
    };
    const size_t colon = text.find(": ");
    if (colon == std::string::npos || colon == 0) {
      return wrong("an objective and its number, such as \"availability: 60\"");
    }
    std::string objective = text.substr(0, colon);
    const absl::StatusOr<Decimal> number = ParseDecimal(text.substr(colon + 2));
    if (!number.ok()) return wrong(number.status().message());
    if (number->mantissa < 0) return wrong("a number that is not negative");
    if (number->scale > kWeightScaleMax) return wrong("at most 6 decimals");
    const std::string canonical =
        absl::StrCat(objective, ": ", FormatDecimal(number->Normalised()));
    if (text != canonical) return wrong(absl::StrCat("write \"", canonical, "\""));
    for (const auto& [other, weight] : weights) {
      if (other == objective) return wrong("the objective stands twice");
    }
    weights.emplace_back(std::move(objective), *number);
  }
  return weights;
}

std::vector<std::string> MembersOf(absl::string_view kind, const Choices& choices) {
  std::vector<std::string> members;
  if (kind == "objectives met") members = choices.Texts("members");
  if (absl::string_view name = WeightsOf(kind); !name.empty()) {
    for (const std::string& text : choices.Texts(name)) {
      members.push_back(text.substr(0, text.find(':')));
    }
  }
  std::sort(members.begin(), members.end());
  return members;
}

absl::Status CheckDutyChoices(absl::string_view kind, const Choices& choices) {
  if (absl::string_view name = WeightsOf(kind); !name.empty()) {
    const auto weights = ReadWeights(choices.Texts(name));
    if (!weights.ok()) return WrongChoice(name, weights.status());
    const bool all_zero = std::all_of(weights->begin(), weights->end(),
                                      [](const auto& each) { return each.second == Decimal{}; });
    if (all_zero) return WrongChoice(name, "at least one number above zero");
  }
  if (kind == "deliverable on time" || kind == "deliverable lateness") {
    return CheckDeliverable(choices);
  }
  if (kind == "survey mean" || kind == "survey share") return CheckSurvey(choices);
  if (kind == "pacing" && choices.Count("planned") == 0)
    return WrongChoice("planned", "at least 1");
  if (kind == "volume in money") {
    const absl::Status currency = FindCurrency(choices.Text("currency")).status();
    if (!currency.ok()) return WrongChoice("currency", currency);
  }
  return absl::OkStatus();
}

}  // namespace tally
