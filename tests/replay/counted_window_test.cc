// Goal: a composite names its members, whatever form its choices give them. Method: the three kinds
// by hand. Counting through a ledger is tested by the golden cases (tests/scenarios).
#include "replay/counted_window.h"

#include <gtest/gtest.h>

namespace tally::replay {
namespace {

TEST(CountedWindow, MembersOfComposites) {
  for (const VocabularyRow* row : Vocabulary(ThingKind::kMeasure)) {
    Measure measure;
    measure.kind = std::string(row->kind);
    measure.choices = Choices({{"members", {"a", "b"}}});
    EXPECT_EQ(MembersOf(measure).empty(), row->sources) << row->kind;
    measure.choices = Choices({{"weights", {"b: 60", "a: 40"}}});
    if (row->sources) continue;
    EXPECT_EQ(MembersOf(measure), (std::vector<std::string>{"a", "b"})) << row->kind;
  }
}

}  // namespace
}  // namespace tally::replay
