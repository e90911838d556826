// Goal: averages, long outages, caps and failures in months complete a sequence exactly when the
// terms say so (DOMAIN 3.12; 3.17 rules 17 and 32). Method: months with stated values, outages and
// credits, and the numbers of the months at which lump sums arise, since these arise each time.
#include "replay/terms/sequence_predicate.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/rules_support.h"

namespace tally::replay {
namespace {

using Numbers = std::vector<int>;
using Stating = std::vector<std::pair<std::string, std::string>>;

Rule SumRule(Stating more) {
  Stating choices = {{"right", "lump sum"}, {"lump sum", "500.00 EUR"}};
  choices.insert(choices.end(), more.begin(), more.end());
  return RuleOf("chronic", "chronic failure", std::move(choices));
}
Rule RightRule(Stating more) {
  Stating choices = {{"right", "termination"}, {"notice days", "none"}, {"runs from", "closing"}};
  choices.insert(choices.end(), more.begin(), more.end());
  return RuleOf("chronic", "chronic failure", std::move(choices));
}
Rule Average(const std::string& mean, const std::string& no_result = "is skipped") {
  return SumRule({{"when", "average below floor"},
                  {"windows", "3"},
                  {"average below", "97"},
                  {"mean", mean},
                  {"no result", no_result}});
}
Rule LongOutage(const std::string& failures, const std::string& windows,
                const std::string& no_result = "is skipped") {
  return SumRule({{"when", "long outage"},
                  {"failures", failures},
                  {"windows", windows},
                  {"longer than", "1 d"},
                  {"no result", no_result}});
}

// Months from January 2024, closed five days after their end.
class Months {
 public:
  explicit Months(Rule rule) { terms_.Add(std::move(rule)); }
  WindowOutcome& Add(const std::string& raw = "0.00 EUR") {
    const int number = static_cast<int>(outcomes_.size());
    const int month = number % 12 + 1;
    outcomes_.push_back(
        terms_.Month("a", absl::StrCat(2024 + number / 12, month < 10 ? "-0" : "-", month), raw));
    return outcomes_.back();
  }
  Months& Values(const std::vector<Fraction>& values) {
    for (const Fraction& value : values) Add().value = value;
    return *this;
  }
  std::vector<WindowOutcome>& outcomes() { return outcomes_; }
  absl::StatusOr<std::vector<ArisenRight>> Rights(
      const std::vector<std::string>& forgiven = {}) const {
    std::vector<SequenceWindow> windows;
    for (const WindowOutcome& outcome : outcomes_) {
      windows.push_back({.outcome = &outcome, .granted = *outcome.raw});
      if (!forgiven.empty())
        windows.back().forgiven = Restatement{{1, 0}, outcomes_.front().window.first};
    }
    return RightsOf(windows, {}, At("2040-01-01T00:00:00Z"));
  }
  Numbers Arising() const { return NumbersOf(Rights()); }
  Numbers NumbersOf(const absl::StatusOr<std::vector<ArisenRight>>& rights) const {
    EXPECT_TRUE(rights.ok()) << rights.status();
    Numbers numbers;
    if (!rights.ok()) return numbers;
    for (const ArisenRight& right : *rights) {
      for (size_t i = 0; i < outcomes_.size(); ++i) {
        if (outcomes_[i].window == right.window) numbers.push_back(static_cast<int>(i) + 1);
      }
    }
    return numbers;
  }
  RuledTerms& terms() { return terms_; }

 private:
  RuledTerms terms_{"1000.00 EUR"};
  std::vector<WindowOutcome> outcomes_;
};

// Rule 17: 100 %, 91.2 % and 99.7 % of January to March 2026 are 96.9667 % as they stand and
// 97.1589 % by length; in 2024 February has 29 days, and the mean by length is 97.0934 %.
TEST(SequencePredicate, APlainMeanAndOneByLengthDiffer) {
  const std::vector<Fraction> values = {Ratio(1, 1), Ratio(912, 1000), Ratio(997, 1000)};
  EXPECT_EQ(Months(Average("plain")).Values(values).Arising(), (Numbers{3}));
  EXPECT_EQ(Months(Average("time-weighted")).Values(values).Arising(), (Numbers{}));
}

TEST(SequencePredicate, AMeanAtTheFloorIsNotBelowIt) {
  const auto three = [](int64_t last) {
    return std::vector<Fraction>{Ratio(97, 100), Ratio(97, 100), Ratio(last, 1'000'000)};
  };
  EXPECT_EQ(Months(Average("plain")).Values(three(970'000)).Arising(), (Numbers{}));
  EXPECT_EQ(Months(Average("plain")).Values(three(969'999)).Arising(), (Numbers{3}));
  EXPECT_EQ(Months(Average("time-weighted")).Values(three(970'000)).Arising(), (Numbers{}));
  EXPECT_EQ(Months(Average("time-weighted")).Values(three(969'999)).Arising(), (Numbers{3}));
}

TEST(SequencePredicate, AnAverageNeedsAllItsWindows) {
  EXPECT_EQ(Months(Average("plain")).Values({Ratio(1, 2), Ratio(1, 2)}).Arising(), (Numbers{}));
  const std::vector<Fraction> rolling = {Ratio(1, 2), Ratio(1, 1), Ratio(1, 1), Ratio(1, 1)};
  EXPECT_EQ(Months(Average("plain")).Values(rolling).Arising(), (Numbers{3}));
}

TEST(SequencePredicate, AWindowWithoutAValueInAnAverage) {
  const auto arising = [](const std::string& no_result) {
    Months months(Average("plain", no_result));
    months.Values({Ratio(98, 100), Ratio(98, 100), Ratio(1, 2), Ratio(90, 100)});
    months.outcomes()[2].verdict = Verdict::kNoResult;
    return months.Arising();
  };
  EXPECT_EQ(arising("is skipped"), (Numbers{4}));
  EXPECT_EQ(arising("breaks"), (Numbers{}));
  EXPECT_EQ(arising("counts"), (Numbers{3, 4})) << "a value of zero";
}

// The sum of these leaves 128 bits; the enclosure decides.
TEST(SequencePredicate, AMeanBeyond128BitsIsEnclosed) {
  const int64_t primes[] = {999'999'999'989, 999'999'999'961, 999'999'999'959, 999'999'999'937};
  const auto months = [&](int64_t percent, int64_t up) {
    Months row(SumRule({{"when", "average below floor"},
                        {"windows", "4"},
                        {"average below", "97"},
                        {"mean", "plain"},
                        {"no result", "is skipped"}}));
    for (int64_t prime : primes) row.Add().value = Ratio(prime / 100 * percent + up, prime);
    return row.Rights();
  };
  ASSERT_TRUE(months(96, 0).ok()) << months(96, 0).status();
  EXPECT_EQ(months(96, 0)->size(), 1u);
  ASSERT_TRUE(months(98, 0).ok());
  EXPECT_EQ(months(98, 0)->size(), 0u);
}

TEST(SequencePredicate, AnAverageIsTestedAsClosed) {
  Months months(Average("plain"));
  months.Values({Ratio(9, 10), Ratio(9, 10), Ratio(1, 1)});
  for (WindowOutcome& outcome : months.outcomes()) {
    outcome.as_closed =
        FigureAsClosed{.verdict = outcome.verdict, .granted = {}, .value = outcome.value};
  }
  EXPECT_EQ(months.Arising(), (Numbers{3}));
  months.outcomes()[0].value = Ratio(1, 1);
  months.outcomes()[0].restated = Restatement{{80, 0}, At("2024-04-20T00:00:00Z")};
  EXPECT_EQ(months.Arising(), (Numbers{3})) << "96.67 %";
  months.outcomes()[1].value = Ratio(1, 1);
  EXPECT_EQ(months.Arising(), (Numbers{})) << "a sum that is not owed is not shown";
}

OutagesOfWindow Hours(int64_t longest, int64_t at_begin = 0, int64_t at_end = 0,
                      bool throughout = false) {
  const int64_t hour = 3'600'000'000;
  return {{longest * hour}, {at_begin * hour}, {at_end * hour}, throughout};
}

TEST(SequencePredicate, AnOutageLongerThanTheLimit) {
  Months months(LongOutage("1", "1"));
  months.Add().outages = Hours(24);
  months.Add().outages = Hours(25);  // the target was met all the same
  EXPECT_EQ(months.Arising(), (Numbers{2}));
  EXPECT_EQ(months.NumbersOf(months.Rights({"all"})), (Numbers{})) << "earned back and forgiven";
}

TEST(SequencePredicate, AnOutageOverTheEdgeOfTwoWindowsIsOne) {
  Months months(LongOutage("1", "1"));
  months.Add().outages = Hours(12, 0, 12);
  months.Add().outages = Hours(13, 13, 2);
  months.Add().outages = Hours(23, 0, 1);
  months.Add().outages = Hours(20, 4, 20);
  EXPECT_EQ(months.Arising(), (Numbers{2}));
  // Through a whole window, which itself has no result.
  Months long_one(LongOutage("1", "1"));
  long_one.Add().outages = Hours(10, 0, 10);
  long_one.Add().outages = Hours(10, 10, 10, true);
  long_one.outcomes()[1].carried = true;
  long_one.Add().outages = Hours(5, 5, 0);
  EXPECT_EQ(long_one.Arising(), (Numbers{3}));
}

TEST(SequencePredicate, LongOutagesInSeveralWindows) {
  const auto arising = [](const std::string& no_result) {
    Months months(LongOutage("2", "3", no_result));
    months.Add().outages = Hours(30);
    months.Add().outages = Hours(1);
    months.Add();  // none are known
    months.Add().outages = Hours(30);
    return months.Arising();
  };
  EXPECT_EQ(arising("is skipped"), (Numbers{4}));
  EXPECT_EQ(arising("breaks"), (Numbers{}));
  EXPECT_EQ(arising("counts"), (Numbers{3, 4}));
}

// Rule 32: what evidence makes of an outage after the closing takes no right away unseen.
TEST(SequencePredicate, OutagesAreTestedAsClosed) {
  Months months(RightRule({{"when", "long outage"},
                           {"failures", "1"},
                           {"windows", "1"},
                           {"longer than", "1 d"},
                           {"no result", "is skipped"}}));
  WindowOutcome& outcome = months.Add();
  outcome.outages = Hours(10);
  outcome.as_closed = FigureAsClosed{.verdict = outcome.verdict, .granted = {}};
  EXPECT_EQ(months.Arising(), (Numbers{})) << "a closing that states none: as computed now";
  outcome.as_closed->outages = Hours(30);
  outcome.restated = Restatement{{80, 0}, At("2024-04-20T00:00:00Z")};
  const absl::StatusOr<std::vector<ArisenRight>> rights = months.Rights();
  EXPECT_EQ(months.NumbersOf(rights), (Numbers{1}));
  EXPECT_EQ(rights->at(0).state, RightState::kVoid) << "removed by what was recorded later";
  // The other way round it arises with what restored it, not with the closing.
  outcome.outages = Hours(30);
  outcome.as_closed->outages = Hours(10);
  const absl::StatusOr<std::vector<ArisenRight>> restored = months.Rights();
  ASSERT_EQ(months.NumbersOf(restored), (Numbers{1}));
  EXPECT_EQ(restored->at(0).arose, At("2024-04-20T00:00:00Z"));
  outcome.as_closed->outages = Hours(31, 1, 1);
  EXPECT_EQ(months.Rights()->at(0).arose, *outcome.closed);
}

TEST(SequencePredicate, CapsAreTestedAsClosed) {
  Months months(RightRule({{"when", "cap reached"},
                           {"failures", "1"},
                           {"windows", "1"},
                           {"cap", "month"},
                           {"no result", "is skipped"}}));
  WindowOutcome& outcome = months.Add("50.00 EUR");
  outcome.verdict = Verdict::kBreached;
  outcome.as_closed = FigureAsClosed{.verdict = outcome.verdict, .granted = {}};
  EXPECT_EQ(months.Arising(), (Numbers{}));
  outcome.as_closed->caps = {{"month", true}, {"year", false}};
  outcome.restated = Restatement{{80, 0}, At("2024-04-20T00:00:00Z")};
  const absl::StatusOr<std::vector<ArisenRight>> rights = months.Rights();
  ASSERT_EQ(months.NumbersOf(rights), (Numbers{1}));
  EXPECT_EQ(rights->at(0).state, RightState::kVoid);
  outcome.as_closed->caps = {{"month", false}, {"year", true}};
  EXPECT_EQ(months.Arising(), (Numbers{}));
}

// Through the pipeline, which knows the caps.
TEST(SequencePredicate, ACapReachedInTwoOfThree) {
  RuledTerms terms("1000.00 EUR");
  terms.Add(RuleOf("month", "cap",
                   {{"limit", "money"},
                    {"money", "50.00 EUR"},
                    {"period", "calendar month"},
                    {"belongs by", "end of window"},
                    {"cut", "pro rata"},
                    {"above", "lost"},
                    {"settled windows", "stay"}}));
  terms.Add(SumRule({{"when", "cap reached"},
                     {"failures", "2"},
                     {"windows", "3"},
                     {"cap", "month"},
                     {"no result", "is skipped"}}));
  const auto ends = [&](const std::vector<std::string>& raw) {
    std::vector<WindowOutcome> outcomes;
    for (size_t i = 0; i < raw.size(); ++i) {
      outcomes.push_back(terms.Month("a", absl::StrCat("2024-0", i + 1), raw[i]));
    }
    std::vector<Instant> limits;
    for (const ArisenRight& right : RunRules(outcomes).rights) limits.push_back(right.window.limit);
    return limits;
  };
  using Instants = std::vector<Instant>;
  EXPECT_EQ(ends({"50.00 EUR", "0.00 EUR", "80.00 EUR"}), Instants{At("2024-04-01T00:00:00Z")});
  EXPECT_EQ(ends({"50.00 EUR", "0.00 EUR", "49.99 EUR"}), Instants{});
  EXPECT_EQ(ends({"50.00 EUR", "0.00 EUR", "0.00 EUR", "80.00 EUR"}), Instants{});
}

TEST(SequencePredicate, EveryNFailuresInMonthsAreUsedUpAndGrowOld) {
  const auto arising = [](const std::string& failures, const std::string& months_counted,
                          const std::string& letters) {
    Months months(SumRule({{"when", "every n failures in months"},
                           {"failures", failures},
                           {"months", months_counted},
                           {"failure", "breached"},
                           {"no result", "is skipped"}}));
    for (char letter : letters) {
      WindowOutcome& outcome = months.Add(letter == 'B' ? "100.00 EUR" : "0.00 EUR");
      if (letter == 'N') outcome.verdict = Verdict::kNoResult;
    }
    return months.Arising();
  };
  EXPECT_EQ(arising("2", "12", "BBBBB"), (Numbers{2, 4}));
  // In thirteen windows, the first and the last: twelve months later is one too many.
  EXPECT_EQ(arising("2", "12", "BMMMMMMMMMMB"), (Numbers{12}));
  EXPECT_EQ(arising("2", "12", "BMMMMMMMMMMMB"), (Numbers{}));
  // Months go by without a result as well: by windows these two would be neighbours.
  EXPECT_EQ(arising("2", "3", "BNNB"), (Numbers{}));
  EXPECT_EQ(arising("2", "4", "BNNB"), (Numbers{4}));
}

}  // namespace
}  // namespace tally::replay
