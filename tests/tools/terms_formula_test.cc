// Goal: each measure and each scheme of the vocabulary says in one line what it comes to.
// Method: all rows of the tables.
#include "tools/terms_formula.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/tools/terms_support.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

TEST(TermsFormula, EachMeasureAndSchemeHasOne) {
  for (const ThingKind thing : {ThingKind::kMeasure, ThingKind::kCredit}) {
    for (const VocabularyRow* row : Vocabulary(thing)) {
      EXPECT_FALSE(FormulaOf(thing, row->kind).empty()) << std::string(row->kind);
    }
  }
  EXPECT_EQ(FormulaOf(ThingKind::kRule, "cap"), "");
  EXPECT_EQ(FormulaOf(ThingKind::kMeasure, "cap"), "");
}

TEST(TermsFormula, StandsWhereTermsAreShown) {
  const VocabularyRow& row = *FindInVocabulary(ThingKind::kMeasure, "request ratio");
  const Terms terms =
      CompileTerms(WithLines(SoundTerms(), SecondObjective(row)), "f", MadeZones())->terms;
  const std::string shown = FormatTermsForPeople(terms);
  EXPECT_TRUE(absl::StrContains(shown,
                                "      # value = good requests / all requests\n"
                                "      kind: request ratio\n"))
      << shown;
  EXPECT_TRUE(absl::StrContains(shown, "      # credit = base x percent of the tier that"));
}

}  // namespace
}  // namespace tally::tools
