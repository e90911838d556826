// Goal: the vocabulary of this table asks for every choice once, in people's words, and says what
// to write. Method: each row is looked at; and the kinds, choices and words are compared with a
// list, because terms that were signed keep them for ever.
#include <algorithm>
#include <cctype>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "schema/choice.h"

namespace tally {
namespace {

bool IsPlainWord(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::islower(static_cast<unsigned char>(c)) ||
           std::isdigit(static_cast<unsigned char>(c)) || c == ' ' || c == '-';
  });
}

TEST(VocabularyDuty, NamesWordsAndSentencesArePlain) {
  for (const VocabularyRow& row : DutyVocabulary()) {
    EXPECT_TRUE(IsPlainWord(row.kind)) << row.kind;
    std::set<absl::string_view> names;
    for (const ChoiceRow& choice : row.choices) {
      const std::string where = absl::StrCat(row.kind, ": ", choice.name);
      EXPECT_TRUE(IsPlainWord(choice.name)) << where;
      EXPECT_TRUE(names.insert(choice.name).second) << where << " is asked for twice";
      EXPECT_GT(choice.ask.size(), 10U) << where;
      EXPECT_EQ(choice.form == ChoiceForm::kWord, !choice.words.empty()) << where;
      for (absl::string_view word : choice.words) {
        EXPECT_TRUE(IsPlainWord(word)) << where << " " << word;
        // A sentence names its words, but for the decimals from 0 to 12.
        const bool named = absl::StrContains(choice.ask, absl::StrCat("`", word, "`"));
        EXPECT_TRUE(named || choice.name == "decimals") << where << " does not name " << word;
      }
      EXPECT_TRUE(!choice.or_none || absl::StrContains(choice.ask, "`none`")) << where;
    }
  }
}

TEST(VocabularyDuty, ConditionsNameWordsOfEarlierChoices) {
  for (const VocabularyRow& row : DutyVocabulary()) {
    for (auto choice = row.choices.begin(); choice != row.choices.end(); ++choice) {
      if (choice->when.empty()) continue;
      const auto condition = std::find_if(row.choices.begin(), choice, [&](const ChoiceRow& each) {
        return each.name == choice->when;
      });
      ASSERT_NE(condition, choice) << row.kind << ": " << choice->name;
      bool any = false;
      for (absl::string_view word : choice->is) {
        any = any || std::count(condition->words.begin(), condition->words.end(), word) > 0;
      }
      EXPECT_TRUE(any) << row.kind << ": " << choice->name;
    }
  }
}

// Frozen: a kind's name, and in brackets its choices with their words.
TEST(VocabularyDuty, KindsChoicesAndWordsAreFrozen) {
  std::vector<std::string> lines;
  for (const VocabularyRow& row : DutyVocabulary()) {
    for (const ChoiceRow& choice : row.choices) {
      lines.push_back(absl::StrCat(row.kind, " | ", choice.name, " | ",
                                   static_cast<int>(choice.form), " | ",
                                   absl::StrJoin(choice.words, ", ")));
    }
  }
  const std::vector<std::string> frozen = {
      "volume | counted in | 0 | leads, units",
      "volume | counted | 0 | delivered, accepted, handed over",
      "volume | classes | 7 | ",
      "volume | delivered by | 7 | ",
      "volume | decided by | 7 | ",
      "volume | reviewed by | 7 | ",
      "volume | rejection within | 4 | ",
      "volume | rejection calendar | 8 | ",
      "volume | late rejection | 0 | accepted, rejected",
      "volume | rejection without reason | 0 | accepted, rejected",
      "volume | undecided | 0 | accepted, not accepted",
      "volume | window of a lead | 0 | delivery, outcome",
      "volume | surplus | 0 | lost, next window, until used",
      "volume in money | currency | 6 | ",
      "volume in money | counted | 0 | delivered, accepted, handed over",
      "volume in money | classes | 7 | ",
      "volume in money | delivered by | 7 | ",
      "volume in money | decided by | 7 | ",
      "volume in money | reviewed by | 7 | ",
      "volume in money | rejection within | 4 | ",
      "volume in money | rejection calendar | 8 | ",
      "volume in money | late rejection | 0 | accepted, rejected",
      "volume in money | rejection without reason | 0 | accepted, rejected",
      "volume in money | undecided | 0 | accepted, not accepted",
      "volume in money | window of a lead | 0 | delivery, outcome",
      "volume in money | surplus | 0 | lost, next window, until used",
      "pacing | planned | 3 | ",
      "pacing | counted in | 0 | leads, units",
      "pacing | classes | 7 | ",
      "pacing | delivered by | 7 | ",
      "leads decided in time | decision within | 4 | ",
      "leads decided in time | calendar | 8 | ",
      "leads decided in time | classes | 7 | ",
      "leads decided in time | delivered by | 7 | ",
      "leads decided in time | decided by | 7 | ",
      "leads decided in time | rejection without reason | 0 | a decision, no decision",
      "leads decided in time | minimum sample | 3 | ",
      "leads contacted in time | contact within | 4 | ",
      "leads contacted in time | calendar | 8 | ",
      "leads contacted in time | contact is | 0 | handed over, ticket response",
      "leads contacted in time | contact by | 0 | human, anyone",
      "leads contacted in time | counted | 0 | delivered, accepted",
      "leads contacted in time | classes | 7 | ",
      "leads contacted in time | delivered by | 7 | ",
      "leads contacted in time | decided by | 7 | ",
      "leads contacted in time | reviewed by | 7 | ",
      "leads contacted in time | rejection within | 4 | ",
      "leads contacted in time | rejection calendar | 8 | ",
      "leads contacted in time | late rejection | 0 | accepted, rejected",
      "leads contacted in time | rejection without reason | 0 | accepted, rejected",
      "leads contacted in time | undecided | 0 | accepted, not accepted",
      "leads contacted in time | clock after review | 0 | delivery, decision",
      "leads contacted in time | minimum sample | 3 | ",
      "deliverable on time | due | 0 | stated, n-th business day",
      "deliverable on time | due stated by | 7 | ",
      "deliverable on time | deliverables | 7 | ",
      "deliverable on time | business day | 3 | ",
      "deliverable on time | time of day | 6 | ",
      "deliverable on time | due calendar | 8 | ",
      "deliverable on time | due in | 0 | same month, next month",
      "deliverable on time | window of a deliverable | 0 | due, subject",
      "deliverable on time | done when | 0 | delivered, delivered and not rejected, accepted",
      "deliverable on time | delivered by | 7 | ",
      "deliverable on time | decided by | 7 | ",
      "deliverable on time | rejection within | 4 | ",
      "deliverable on time | resubmission | 0 | new date, first date",
      "deliverable lateness | due | 0 | stated, n-th business day",
      "deliverable lateness | due stated by | 7 | ",
      "deliverable lateness | deliverables | 7 | ",
      "deliverable lateness | business day | 3 | ",
      "deliverable lateness | time of day | 6 | ",
      "deliverable lateness | due calendar | 8 | ",
      "deliverable lateness | due in | 0 | same month, next month",
      "deliverable lateness | window of a deliverable | 0 | due, subject",
      "deliverable lateness | done when | 0 | delivered, delivered and not rejected, accepted",
      "deliverable lateness | delivered by | 7 | ",
      "deliverable lateness | decided by | 7 | ",
      "deliverable lateness | rejection within | 4 | ",
      "deliverable lateness | resubmission | 0 | new date, first date",
      "deliverable lateness | calendar | 8 | ",
      "deliverable lateness | part unit | 0 | exact, up, down",
      "deliverable lateness | unit | 4 | ",
      "deliverable lateness | of several | 0 | sum, longest, mean",
      "survey mean | question | 6 | ",
      "survey mean | highest score | 3 | ",
      "survey mean | several answers | 0 | first, last",
      "survey mean | answer within | 4 | ",
      "survey mean | window of an answer | 0 | answer, invitation",
      "survey mean | no answer | 0 | left out, counts as a score",
      "survey mean | score of no answer | 3 | ",
      "survey mean | minimum responses | 3 | ",
      "survey share | question | 6 | ",
      "survey share | highest score | 3 | ",
      "survey share | satisfied from | 3 | ",
      "survey share | several answers | 0 | first, last",
      "survey share | answer within | 4 | ",
      "survey share | window of an answer | 0 | answer, invitation",
      "survey share | no answer | 0 | left out, not satisfied, satisfied",
      "survey share | minimum responses | 3 | ",
      "weighted mean of objectives | weights | 7 | ",
      "weighted mean of objectives | members count by | 0 | value, verdict",
      "weighted mean of objectives | decimals | 0 | 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
      "weighted mean of objectives | missing member | 0 | left out, zero, no result",
      "objectives met | members | 9 | ",
      "objectives met | missing member | 0 | left out, met, breached, no result",
      "points of objectives | points | 7 | ",
      "points of objectives | missing member | 0 | left out, met, breached, no result",
      "dependency | stated by | 7 | ",
      "dependency | extension | 0 | elapsed time, whole days, business days",
      "dependency | calendar | 8 | ",
      "dependency | notice | 0 | not needed, needed",
      "dependency | notice within | 4 | ",
      "dependency | late notice | 0 | no extension, from the notice",
  };
  EXPECT_EQ(lines, frozen);
}

}  // namespace
}  // namespace tally
