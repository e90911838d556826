// Goal: each form of a window compiles to its value, and what lies beside it is refused.
// Method: one line of a sound file is changed at a time.
#include "tools/terms_window.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

Objective Compiled(const std::string& from, const std::string& to) {
  absl::StatusOr<CompiledTerms> compiled =
      CompileTerms(With(SoundTerms(), from, to), "terms.yaml", MadeZones());
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? compiled->terms.objectives[0] : Objective();
}

// The one error that a change gives.
std::string ErrorOf(const std::string& from, const std::string& to) {
  const std::vector<std::string> errors = ErrorsOf(With(SoundTerms(), from, to));
  EXPECT_EQ(errors.size(), 1u) << to << (errors.size() > 1 ? "\n" + errors[1] : "");
  return errors.empty() ? "" : errors[0];
}

TEST(TermsWindow, CalendarAndRollingWindows) {
  for (const Word<WindowEvery>& word : kCalendarWindows) {
    EXPECT_EQ(Compiled("every: calendar month", "every: " + std::string(word.text)).window.every,
              word.value);
  }
  for (const Word<ClippedWindow>& word : kClippedWords) {
    EXPECT_EQ(
        Compiled("when clipped: prorate", "when clipped: " + std::string(word.text)).window.clipped,
        word.value);
  }
  const std::string calendar =
      "every: calendar month\n      zone: UTC\n      when clipped: prorate";
  const std::string rolling =
      "every: { rolling: 30 days, step: 1 day, length: elapsed days, first windows: missing time "
      "counts as good }\n      zone: UTC";
  const WindowRule window = Compiled(calendar, rolling).window;
  EXPECT_EQ(window.every, WindowEvery::kRollingDays);
  EXPECT_EQ(window.days, 30u);
  EXPECT_EQ(window.step_days, 1u);
  EXPECT_EQ(window.length, RollingLength::kElapsed);
  EXPECT_EQ(window.short_first, ShortRolling::kMissingCountsAsGood);
  EXPECT_EQ(window.clipped, ClippedWindow::kUnset);
  EXPECT_TRUE(absl::StrContains(ErrorOf(calendar, rolling + "\n      when clipped: prorate"),
                                "`when clipped` means nothing here"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("every: calendar month", "every: week"),
                                "32:14 terms-bad-value `every` is \"week\"; choose `calendar "
                                "month`"));
}

TEST(TermsWindow, BillingCyclesContractYearsAndFixedLengths) {
  const std::string line = "every: calendar month";
  WindowRule window = Compiled(line, "every: { billing cycle from day: 15 }").window;
  EXPECT_EQ(window.every, WindowEvery::kBillingCycle);
  EXPECT_EQ(window.anchor_day, 15u);
  EXPECT_EQ(window.month_end, MonthEnd::kUnset);
  EXPECT_EQ(EveryInWords(window), "{ billing cycle from day: 15 }");
  for (const Word<MonthEnd>& word : kMonthEndWords) {
    const std::string every =
        absl::StrCat("{ billing cycle from day: 31, short month: ", word.text, " }");
    window = Compiled(line, "every: " + every).window;
    EXPECT_EQ(window.month_end, word.value);
    EXPECT_EQ(EveryInWords(window), every);
  }
  window = Compiled(line, "every: contract year").window;
  EXPECT_EQ(window.every, WindowEvery::kContractYear);
  window = Compiled(line, "every: { fixed: 720 h }").window;
  EXPECT_EQ(window.every, WindowEvery::kFixedLength);
  EXPECT_EQ(window.fixed, Hours(720));
  EXPECT_EQ(EveryInWords(window), "{ fixed: 30 d }");

  const auto contains = [&](const std::string& every, const std::string& what) {
    const std::string error = ErrorOf(line, "every: " + every);
    EXPECT_TRUE(absl::StrContains(error, what)) << error;
  };
  contains("{ billing cycle from day: 29 }",
           "`short month` is not stated; choose `last day` or `first of next`");
  contains("{ billing cycle from day: 15, short month: last day }", "every month has this day");
  contains("{ billing cycle from day: 32 }", "write a whole number from 1 to 31");
  contains("{ fixed: 0 h }", "`fixed` is \"0 h\"");
  contains("{ fixed: 1 h, step: 1 day }", "`step` means nothing here");
  // A window that the term can cut says what becomes of it.
  EXPECT_TRUE(absl::StrContains(
      ErrorOf("every: calendar month\n      zone: UTC\n      when clipped: prorate",
              "every: contract year\n      zone: UTC"),
      "`when clipped` is not stated"));
}

}  // namespace
}  // namespace tally::tools
