#include "tests/replay/terms/rules_support.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "schema/status.h"

namespace tally::replay {

Choices Stated(std::vector<std::pair<std::string, std::string>> choices) {
  std::vector<Choice> stated;
  for (const auto& [name, value] : choices) {
    std::vector<std::string> values = absl::StrSplit(value, "; ");
    stated.push_back({name, values});
  }
  std::sort(stated.begin(), stated.end(),
            [](const Choice& a, const Choice& b) { return a.name < b.name; });
  return Choices(std::move(stated));
}

Rule RuleOf(absl::string_view id, absl::string_view kind,
            std::vector<std::pair<std::string, std::string>> choices,
            std::vector<std::string> objectives) {
  Rule rule{std::string(id), std::string(kind), std::move(objectives), Stated(std::move(choices))};
  const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, kind);
  TALLY_CHECK(row != nullptr);
  absl::Status checked = rule.choices.Check(*row);
  EXPECT_TRUE(checked.ok()) << rule.id << ": " << checked;
  return rule;
}

CreditRule SchemeOf(absl::string_view scheme, absl::string_view fee,
                    std::vector<std::pair<std::string, std::string>> choices) {
  CreditRule rule;
  rule.scheme = std::string(scheme);
  rule.fee = std::string(fee);
  rule.choices = Stated(std::move(choices));
  rule.rounding = Rounding::kHalfUp;
  const VocabularyRow* row = FindInVocabulary(ThingKind::kCredit, scheme);
  TALLY_CHECK(row != nullptr);
  absl::Status checked = rule.choices.Check(*row);
  EXPECT_TRUE(checked.ok()) << rule.scheme << ": " << checked;
  return rule;
}

RuledTerms::RuledTerms(absl::string_view fee, std::vector<std::string> objectives) {
  terms_.agreement = "ruled";
  terms_.parties = {{"provider", "acme"}, {"customer", "shop"}};
  terms_.from = ::tally::replay::At("2024-01-01T00:00:00Z");
  terms_.zone.name = "UTC";
  terms_.fees = MonthlyFee(fee);
  for (const std::string& id : objectives) {
    Objective objective = TieredObjective();
    objective.id = id;
    terms_.objectives.push_back(objective);
  }
}

Objective& RuledTerms::At(absl::string_view id) {
  auto found = std::find_if(terms_.objectives.begin(), terms_.objectives.end(),
                            [&](const Objective& each) { return each.id == id; });
  TALLY_CHECK(found != terms_.objectives.end());
  return *found;
}

WindowOutcome RuledTerms::Month(absl::string_view id, absl::string_view month,
                                absl::string_view raw) {
  WindowOutcome outcome;
  outcome.terms = &terms_;
  outcome.objective = &At(id);
  outcome.zone = &zone_;
  absl::StatusOr<Interval> window =
      CalendarWindowAt(WindowEvery::kCalendarMonth, zone_,
                       ::tally::replay::At(absl::StrCat(std::string(month), "-01T00:00:00Z")));
  TALLY_CHECK(window.ok());
  outcome.window = *window;
  outcome.raw = Amount(raw);
  bool breached = outcome.raw->minor > 0;
  outcome.verdict = breached ? Verdict::kBreached : Verdict::kMet;
  outcome.value = breached ? Ratio(98, 100) : Ratio(1, 1);
  outcome.exceeds = !breached;
  outcome.posted = outcome.closed = outcome.window.limit + Days(5);
  return outcome;
}

PipelineAnswer RunRules(std::vector<WindowOutcome> outcomes, Instant knowledge) {
  PipelineQuestion question;
  question.knowledge = knowledge;
  std::sort(outcomes.begin(), outcomes.end(), [](const WindowOutcome& a, const WindowOutcome& b) {
    return std::tie(a.window.limit, a.objective->id) < std::tie(b.window.limit, b.objective->id);
  });
  question.outcomes = std::move(outcomes);
  absl::StatusOr<PipelineAnswer> answer = RunPipeline(question);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.ok() ? *std::move(answer) : PipelineAnswer{};
}

std::vector<std::string> GrantedOf(const PipelineAnswer& answer) {
  std::vector<std::string> granted;
  for (const PipelineLine& line : answer.lines) {
    granted.push_back(line.granted ? FormatMoney(*line.granted) : "none");
  }
  return granted;
}

}  // namespace tally::replay
