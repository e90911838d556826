// Goal: what the terms say of claims is read for the objective that is asked about. Method: rules
// of the vocabulary by hand, in the wrong order, with a gap, with an unknown calendar.
#include "replay/dispute/claim_rules.h"

#include <gtest/gtest.h>

namespace tally::replay {
namespace {

TEST(ClaimRules, RulesOfTermsAreRead) {
  const Zone zone = Zone::Utc();
  Terms terms;
  terms.zone.name = "Etc/UTC";
  terms.disputes.credits = ClaimNeeded::kOnClaim;
  terms.disputes.answer_within_days = 7;
  Rule talks;
  talks.id = "talks";
  talks.kind = "dispute level";
  talks.choices =
      Choices({{"counted in", {"no limit"}}, {"form", {"representatives"}}, {"level", {"1"}}});
  Rule tribunal = talks;
  tribunal.id = "tribunal";
  tribunal.choices = Choices({{"authority", {"arbiter"}},
                              {"counted in", {"no limit"}},
                              {"form", {"arbitration"}},
                              {"level", {"2"}}});
  terms.rules = {tribunal, talks};
  absl::StatusOr<ClaimRules> rules = ClaimRulesOf(terms, "availability", zone, {});
  ASSERT_TRUE(rules.ok()) << rules.status();
  ASSERT_EQ(rules->levels.size(), 2u);
  EXPECT_EQ(rules->levels[0].rule, "talks");
  EXPECT_EQ(rules->levels[1].authority, "arbiter");
  EXPECT_EQ(rules->answer.number, 7);
  EXPECT_FALSE(rules->escalation.has_value());
  terms.rules = {tribunal};
  rules = ClaimRulesOf(terms, "availability", zone, {});
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_TRUE(rules->levels.empty()) << "level 2 without a level 1 cannot be reached";
  Rule answers = talks;
  answers.id = "answers";
  answers.kind = "answer deadline";
  answers.choices = Choices({{"after closing", {"counts as that day"}},
                             {"calendar", {"desk"}},
                             {"counted in", {"business days"}},
                             {"day ends", {"at midnight"}},
                             {"number", {"5"}}});
  terms.rules = {answers};
  EXPECT_EQ(ClaimRulesOf(terms, "availability", zone, {}).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace tally::replay
