// Goal: only whom the terms bind decides, never a side, and ranks stand in the order of the terms.
// Method: one version of terms with roles bound by hand, with and without the rule that names them.
#include "replay/dispute/authority.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/exclusion_support.h"

namespace tally::replay {
namespace {

class AuthorityTest : public ::testing::Test {
 protected:
  void Bind(Terms terms) {
    version_.bindings = SomeBindings();
    for (const auto& [role, name] : std::vector<std::pair<std::string, std::string>>{
             {"arbiter", "court"}, {"expert", "lab"}}) {
      terms.parties.push_back({role, name});
      version_.bindings.push_back({"party/" + name, Stream(name)});
    }
    version_.terms = std::make_shared<const Terms>(std::move(terms));
  }
  Authority Asked() const { return Authority(version_, version_.terms->objectives.front()); }

  TermsVersion version_;
};

TEST_F(AuthorityTest, RolesOfTheTermsAndNobodyElse) {
  Bind(SmallTerms(SomeZone()));
  using enum DecisionRank;
  EXPECT_TRUE(Asked().OnTime(Stream("court"), kArbitrator).has_value());
  EXPECT_TRUE(Asked().OnTime(Stream("lab"), kExpert).has_value());
  EXPECT_FALSE(Asked().OnTime(Stream("lab"), kArbitrator).has_value());
  EXPECT_FALSE(Asked().OnTime(Stream("watch"), kArbitrator).has_value());
  EXPECT_FALSE(Asked().OnTime(Stream("court"), kJoint).has_value()) << "no rank of an authority";
  for (const char* side : {"acme", "shop"}) {
    EXPECT_TRUE(Asked().IsSide(Stream(side)));
    EXPECT_FALSE(Asked().OnTime(Stream(side), kArbitrator).has_value());
  }
}

TEST_F(AuthorityTest, AClaimWithoutLevelsHearsTheArbitratorAlone) {
  Bind(SmallTerms(SomeZone()));
  EXPECT_TRUE(Asked().OnClaims(Stream("court"), DecisionRank::kArbitrator).has_value());
  EXPECT_FALSE(Asked().OnClaims(Stream("lab"), DecisionRank::kExpert).has_value());
  EXPECT_FALSE(Asked().OnClaims(Stream("court"), DecisionRank::kExpert).has_value());
}

TEST_F(AuthorityTest, TheOrderOfTheTermsStands) {
  Terms terms = SmallTerms(SomeZone());
  Bind(terms);
  EXPECT_GT(Asked().HeightOf(DecisionRank::kArbitrator), Asked().HeightOf(DecisionRank::kExpert));
  terms.rules.push_back(OrderOf("expert over arbitrator over joint agreement"));
  Bind(terms);
  EXPECT_LT(Asked().HeightOf(DecisionRank::kArbitrator), Asked().HeightOf(DecisionRank::kExpert));
}

TEST_F(AuthorityTest, TheForumOfADisputeLevelRulesOnWindows) {
  Terms terms = SmallTerms(SomeZone());
  terms.parties.push_back({"tribunal", "watch"});
  Rule level;
  level.id = "tribunal";
  level.kind = "dispute level";
  level.choices = Choices({{"authority", {"tribunal"}},
                           {"counted in", {"no limit"}},
                           {"form", {"arbitration"}},
                           {"level", {"1"}}});
  terms.rules.push_back(level);
  Bind(terms);
  version_.bindings.push_back({"party/watch", Stream("watch")});
  EXPECT_TRUE(Asked().OnWindows(Stream("watch"), DecisionRank::kArbitrator).has_value());
  EXPECT_FALSE(Asked().OnWindows(Stream("watch"), DecisionRank::kExpert).has_value());
  EXPECT_FALSE(Asked().OnTime(Stream("watch"), DecisionRank::kArbitrator).has_value());
}

TEST_F(AuthorityTest, AnOfficeIsHeldByTheTermsOfThatTime) {
  Bind(SmallTerms(SomeZone()));
  const Objective& objective = version_.terms->objectives.front();
  TermsVersion then = version_;
  EXPECT_TRUE(InOffice(version_, &then, objective, Stream("court")));
  EXPECT_TRUE(InOffice(version_, &then, objective, Stream("lab")));
  EXPECT_FALSE(InOffice(version_, &then, objective, Stream("watch")));
  EXPECT_FALSE(InOffice(version_, &then, objective, Stream("acme"))) << "a side";
  Objective other = objective;
  other.id = "other";
  EXPECT_TRUE(InOffice(version_, &then, other, Stream("court"))) << "about anything at all";
  then.terms = std::make_shared<const Terms>(SmallTerms(SomeZone()));  // names nobody
  EXPECT_FALSE(InOffice(version_, &then, objective, Stream("court")));
  EXPECT_FALSE(InOffice(version_, &then, other, Stream("court")));
  EXPECT_TRUE(InOffice(version_, nullptr, objective, Stream("court"))) << "never in force";
  version_.in_force = ledger::EventAddress{7, 0};
  EXPECT_FALSE(InOffice(version_, nullptr, objective, Stream("court"))) << "before all terms";
}

}  // namespace
}  // namespace tally::replay
