// Goal: findings come in the order of the file, and the first error carries the others' number.
// Method: findings put in out of order, by hand.
#include "tools/terms_report.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(TermsReport, FindingsAreSortedByPlace) {
  TermsReport report;
  EXPECT_TRUE(report.FirstError().ok());
  report.Warning({"f", 1, 2}, "lint-unused", "a fee");
  EXPECT_TRUE(report.FirstError().ok()) << "warnings stop nobody";
  EXPECT_FALSE(report.HasErrors());
  report.Error({"f", 9, 1}, "terms-bad-value", "late");
  report.Error({"f", 3, 7}, "terms-missing-choice", "early", "choose");
  EXPECT_TRUE(report.HasErrors() && report.HasWarnings());
  const std::vector<Diagnostic> sorted = report.Sorted();
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(DiagnosticText(sorted[0]), "f:1:2: warning: a fee");
  EXPECT_EQ(DiagnosticText(sorted[1]), "f:3:7: early; choose");
  const Fault first = FaultOf(report.FirstError());
  EXPECT_EQ(first.code, "terms-missing-choice");
  EXPECT_EQ(first.message, "early (and 1 more: `tally terms check` lists them)");
  EXPECT_EQ(first.position.line, 3);
}

TEST(TermsReport, AnUnknownPlaceIsThatOfWhatLiesAroundIt) {
  TermsReport report;
  report.Note("", {"f", 1, 1});
  report.Note("a.b", {"f", 5, 3});
  report.Note("a.b.tiers[2]", {"f", 8, 9});
  EXPECT_EQ(report.PlaceOf("a.b.tiers[2].from").line, 8);
  EXPECT_EQ(report.PlaceOf("a.b.tiers[3]").line, 5);
  EXPECT_EQ(report.PlaceOf("a.c").line, 1);
  EXPECT_EQ(report.PlaceOf("").line, 1);
}

}  // namespace
}  // namespace tally::tools
