// Composites of other objectives over the same window (M20).
//
//   weighted mean   sum w_i v_i / sum w_i; v_i is the member's value, rounded to the decimals of
//                   the terms, or 1 and 0 for met and breached
//   objectives met  members met / members ("all of": at least 100 %)
//   points          the points of the members that are breached
//
// A member is missing when it has no result: no value where values are counted, or no verdict
// because it is empty or indeterminate.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/population.h"
#include "schema/duty_choices.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

const MemberValue* FindMember(const CountQuestion& question, absl::string_view objective) {
  const auto found =
      std::find_if(question.members.begin(), question.members.end(),
                   [&](const MemberValue& each) { return each.objective == objective; });
  return found == question.members.end() ? nullptr : &*found;
}

// True for met, false for breached, none for no result.
std::optional<bool> MetOf(const CountQuestion& question, absl::string_view objective) {
  const MemberValue* member = FindMember(question, objective);
  if (member == nullptr) return std::nullopt;
  if (member->verdict == Verdict::kMet) return true;
  if (member->verdict == Verdict::kBreached) return false;
  return std::nullopt;
}

// The same with what the terms say of a missing member; none: it is left out.
std::optional<bool> MetOrMissing(const CountQuestion& question, absl::string_view objective) {
  const Choices& choices = question.objective->counted->choices;
  const std::optional<bool> met = MetOf(question, objective);
  if (met) return met;
  if (choices.Is("missing member", "met")) return true;
  if (choices.Is("missing member", "breached")) return false;
  return std::nullopt;
}

absl::string_view MetText(const std::optional<bool>& met) {
  return !met ? "left out" : *met ? "met" : "breached";
}

// A member whose absence leaves the whole without a result.
bool LacksResult(const CountQuestion& question, const std::vector<std::string>& members,
                 bool by_value) {
  if (!question.objective->counted->choices.Is("missing member", "no result")) return false;
  return std::any_of(members.begin(), members.end(), [&](const std::string& id) {
    const MemberValue* member = FindMember(question, id);
    if (by_value) {
      return member == nullptr || !member->value || member->verdict == Verdict::kIndeterminate;
    }
    return !MetOf(question, id).has_value();
  });
}

// Whole numbers of 10^-digits of a member; none: missing.
absl::StatusOr<std::optional<int64_t>> ScaledMember(const CountQuestion& question,
                                                    absl::string_view id, int digits) {
  if (question.objective->counted->choices.Is("members count by", "verdict")) {
    const std::optional<bool> met = MetOf(question, id);
    return met ? std::optional<int64_t>(*met ? 1 : 0) : std::nullopt;
  }
  const MemberValue* member = FindMember(question, id);
  if (member == nullptr || !member->value || member->verdict == Verdict::kIndeterminate) {
    return std::nullopt;
  }
  TALLY_ASSIGN_OR_RETURN(const int64_t scaled,
                         Scaled(member->value->numerator(), member->value->denominator(), digits));
  return scaled;
}

}  // namespace

absl::StatusOr<Counted> CountWeightedMean(const CountQuestion& question) {
  const Measure& measure = *question.objective->counted;
  const Choices& choices = measure.choices;
  TALLY_ASSIGN_OR_RETURN(const auto weights, ReadWeights(choices.Texts("weights")));
  const bool by_value = choices.Is("members count by", "value");
  int digits = 0;
  if (by_value) TALLY_CHECK(absl::SimpleAtoi(choices.Word("decimals"), &digits));
  Working working(question);
  Counted counted;
  counted.population = static_cast<int64_t>(weights.size());
  if (LacksResult(question, MembersOf(measure.kind, choices), by_value)) {
    working.Line("members", "one of them has no result", "no result");
    return std::move(working).Finish(std::move(counted));
  }
  Fraction sum;
  Fraction total;
  for (const auto& [id, weight] : weights) {
    TALLY_ASSIGN_OR_RETURN(std::optional<int64_t> value, ScaledMember(question, id, digits));
    if (!value && choices.Is("missing member", "zero")) value = 0;
    working.Line("member", absl::StrCat(id, ", weight ", FormatDecimal(weight)),
                 value ? absl::StrCat(*value, "/", FormatWide(PowerOfTen(digits))) : "left out");
    if (!value) continue;
    if (*value != PowerOfTen(digits)) ++counted.failed;
    const Fraction factor = Fraction::FromDecimal(weight);
    TALLY_ASSIGN_OR_RETURN(const Fraction part,
                           Fraction::Multiply(factor, Fraction::Whole(*value)));
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, part));
    TALLY_ASSIGN_OR_RETURN(total, Fraction::Add(total, factor));
  }
  if (total == Fraction{}) return std::move(working).Finish(std::move(counted));
  TALLY_ASSIGN_OR_RETURN(const Fraction unit, Fraction::Of(1, PowerOfTen(digits)));
  TALLY_ASSIGN_OR_RETURN(sum, Fraction::Multiply(sum, unit));
  TALLY_ASSIGN_OR_RETURN(counted.value, Fraction::Divide(sum, total));
  working.Line("value", absl::StrCat(NumberText(sum), " / ", NumberText(total)),
               ShareText(*counted.value));
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountObjectivesMet(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  const std::vector<std::string>& members = choices.Texts("members");
  Working working(question);
  Counted counted;
  const bool lacking = LacksResult(question, members, false);
  for (const std::string& id : members) {
    const std::optional<bool> met = MetOrMissing(question, id);
    working.Line("member", id, std::string(MetText(met)));
    if (!met) continue;
    ++counted.population;
    if (!*met) ++counted.failed;
  }
  if (lacking) {
    working.Line("value", "a member has no result", "no result");
    return std::move(working).Finish(std::move(counted));
  }
  TALLY_ASSIGN_OR_RETURN(counted.value,
                         ShareOf(counted.population - counted.failed, counted.population));
  if (counted.value) {
    working.Line("value",
                 absl::StrCat(counted.population - counted.failed, " of ", counted.population),
                 ShareText(*counted.value));
  }
  return std::move(working).Finish(std::move(counted));
}

absl::StatusOr<Counted> CountPointsOfObjectives(const CountQuestion& question) {
  const Measure& measure = *question.objective->counted;
  TALLY_ASSIGN_OR_RETURN(const auto points, ReadWeights(measure.choices.Texts("points")));
  Working working(question);
  Counted counted;
  const bool lacking = LacksResult(question, MembersOf(measure.kind, measure.choices), false);
  Fraction sum;
  for (const auto& [id, number] : points) {
    const std::optional<bool> met = MetOrMissing(question, id);
    working.Line("member", absl::StrCat(id, ", ", FormatDecimal(number), " points when breached"),
                 std::string(MetText(met)));
    if (!met) continue;
    ++counted.population;
    if (*met) continue;
    ++counted.failed;
    TALLY_ASSIGN_OR_RETURN(sum, Fraction::Add(sum, Fraction::FromDecimal(number)));
  }
  if (lacking || counted.population == 0) {
    working.Line("value", "no member, or not all, have a result", "no result");
    return std::move(working).Finish(std::move(counted));
  }
  counted.value = sum;
  working.Line("value", absl::StrCat(counted.failed, " breached"), NumberText(sum));
  return std::move(working).Finish(std::move(counted));
}

}  // namespace tally::replay
