// Goal: the figure that an agreed formula gives, exactly, and what becomes of the objective.
// Method: tables of closed windows beside the level; the published midpoint of 96 and 98 is 97.
#include "replay/terms/target_rule.h"

#include <gtest/gtest.h>

#include "tests/replay/small_terms.h"

namespace tally::replay {
namespace {

Rule RuleWith(absl::string_view kind, absl::string_view formula, int windows,
              absl::string_view no_result = "is skipped", int decimals = 2) {
  std::vector<Choice> choices = {{"answer within days", {"10"}},
                                 {"applies from", {"acceptance"}},
                                 {"decimals", {std::to_string(decimals)}},
                                 {"formula", {std::string(formula)}}};
  const auto place = kind == "baseline" ? choices.end() - 1 : choices.end();
  choices.insert(
      place, {kind == "baseline" ? "first windows" : "newest windows", {std::to_string(windows)}});
  if (formula == "k-th lowest") choices.push_back({"k", {"2"}});
  choices.push_back({"no result", {std::string(no_result)}});
  choices.push_back({"proposed by", {"either"}});
  choices.push_back({"rounding", {"half even"}});
  choices.push_back({"silence", {"deemed accepted"}});
  return {.id = "adjust",
          .kind = std::string(kind),
          .objectives = {},
          .choices = Choices(std::move(choices))};
}

Objective WithExpected(absl::string_view percent) {
  Objective objective = SmallObjective({"UTC", {}});
  objective.target = {.compare = Compare::kAtLeast, .percent = Figure(percent)};
  return objective;
}

// Windows of a day each; a negative value stands for no result. In hundredths of a percent.
std::vector<ClosedWindow> Values(const std::vector<int64_t>& values) {
  std::vector<ClosedWindow> windows;
  Instant first = On("2026-01-01T00:00:00Z");
  for (int64_t value : values) {
    std::optional<Fraction> ratio;
    if (value >= 0) ratio = *Fraction::Of(value, 10'000);
    windows.push_back({{first, first + Days(1)}, ratio});
    first = first + Days(1);
  }
  return windows;
}

struct RuledCase {
  Rule rule;
  std::string holds;
  std::vector<int64_t> values;
  FigureState state;
  std::string level;
};

TEST(TargetRule, FormulasGiveTheirLevel) {
  const std::vector<RuledCase> cases = {
      {RuleWith("baseline", "midpoint", 1), "96", {9'800}, FigureState::kReady, "97"},
      {RuleWith("baseline", "midpoint", 2), "96", {9'900, 9'700}, FigureState::kReady, "97"},
      {RuleWith("baseline", "mean", 3), "96", {9'900, 9'700}, FigureState::kIncomplete, ""},
      {RuleWith("baseline", "mean", 2), "96", {9'900, 9'700, 5'000}, FigureState::kReady, "98"},
      {RuleWith("baseline", "mean", 3), "96", {9'900, 9'700, 9'701}, FigureState::kReady, "97.67"},
      {RuleWith("baseline", "mean", 3, "is skipped", 0),
       "96",
       {9'900, 9'700, 9'701},
       FigureState::kReady,
       "98"},
      {RuleWith("baseline", "k-th lowest", 3),
       "96",
       {9'900, 9'700, 9'800},
       FigureState::kReady,
       "98"},
      {RuleWith("baseline", "mean", 1), "96", {9'600}, FigureState::kNone, ""},
      {RuleWith("ratchet", "half way", 2),
       "96",
       {9'500, 9'800, 9'900},
       FigureState::kReady,
       "97.25"},
      {RuleWith("ratchet", "half way", 2), "96", {9'800, 9'600}, FigureState::kNone, ""},
      {RuleWith("ratchet", "best four", 5),
       "98",
       {9'900, 9'000, 9'900, 9'900, 9'900},
       FigureState::kReady,
       "98.2"},
      {RuleWith("ratchet", "best four", 4),
       "98",
       {9'900, 9'000, 9'700, 9'100},
       FigureState::kNone,
       ""},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    const RuledCase& c = cases[i];
    const TargetFigure figure =
        FigureOf(c.rule, WithExpected(c.holds), Values(c.values)).value_or(TargetFigure{});
    EXPECT_EQ(figure.state, c.state) << i << " " << figure.text;
    EXPECT_FALSE(figure.text.empty()) << i;
    if (c.state != FigureState::kReady) continue;
    EXPECT_EQ(FormatDecimal(figure.level), c.level) << i << " " << figure.text;
  }
}

TEST(TargetRule, AWindowWithoutAResultBreaksTheSequenceOrIsPassedOver) {
  const std::vector<ClosedWindow> windows = Values({9'900, -1, 9'700, 9'800});
  const Objective objective = WithExpected("96");
  const TargetFigure skipped = *FigureOf(RuleWith("baseline", "mean", 2), objective, windows);
  EXPECT_EQ(skipped.windows, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(skipped.from, windows[2].interval.limit);
  const TargetFigure broken =
      *FigureOf(RuleWith("baseline", "mean", 2, "breaks"), objective, windows);
  EXPECT_EQ(broken.windows, (std::vector<size_t>{2, 3}));
  EXPECT_EQ(FormatDecimal(broken.level), "97.5");
  const TargetFigure short_one =
      *FigureOf(RuleWith("baseline", "mean", 3, "breaks"), objective, windows);
  EXPECT_EQ(short_one.state, FigureState::kIncomplete);
}

TEST(TargetRule, TheLevelStaysBetweenMinimumAndStretch) {
  Objective objective = WithExpected("96");
  objective.target.stretch = Decimal{98, 0};
  const Rule rule = RuleWith("baseline", "mean", 1);
  EXPECT_EQ(FigureOf(rule, objective, Values({9'900}))->state, FigureState::kNone);
  EXPECT_EQ(FigureOf(rule, objective, Values({9'799}))->state, FigureState::kReady);
  objective.target.minimum = Decimal{95, 0};
  EXPECT_EQ(FigureOf(rule, objective, Values({9'500}))->state, FigureState::kNone);
  Target beyond = objective.target;
  beyond.percent = {101, 0};
  beyond.stretch = std::nullopt;
  EXPECT_FALSE(CheckLevel(objective, beyond).ok());
}

std::string TiersOf(const Objective& objective) {
  std::string text;
  for (const Tier& tier : objective.credit->tiers) {
    text += "[" + (tier.from ? FormatDecimal(*tier.from) : "") + "," +
            (tier.below ? FormatDecimal(*tier.below) : "") + ")";
  }
  return text;
}

TEST(TargetRule, TiersFollowTheTarget) {
  Objective objective = WithExpected("99");
  objective.credit->edges = TierEdges::kFromIncluded;
  objective.credit->tiers = {{Decimal{95, 0}, Decimal{99, 0}, {10, 0}},
                             {Decimal{90, 0}, Decimal{95, 0}, {20, 0}},
                             {std::nullopt, Decimal{90, 0}, {50, 0}}};
  const auto moved = [&](absl::string_view level) {
    Target target = objective.target;
    target.percent = Figure(level);
    return TiersOf(WithTarget(objective, target));
  };
  EXPECT_EQ(moved("99.5"), "[95,99.5)[90,95)[,90)");
  EXPECT_EQ(moved("97"), "[95,97)[90,95)[,90)");
  EXPECT_EQ(moved("95"), "[90,95)[,90)");
  EXPECT_EQ(moved("80"), "[,80)");
  objective.target = {.compare = Compare::kAtMost, .percent = {1, 0}};
  objective.credit->tiers = {{Decimal{3, 0}, std::nullopt, {5, 0}},
                             {Decimal{1, 0}, Decimal{3, 0}, {2, 0}}};
  EXPECT_EQ(moved("0.5"), "[3,)[0.5,3)");
  EXPECT_EQ(moved("4"), "[4,)");
}

}  // namespace
}  // namespace tally::replay
