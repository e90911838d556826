// Goal: windows that the terms judge otherwise, or price in another currency, are told apart, and
// those that they do not are not. Method: two objectives under one version of small terms, one
// thing changed at a time.
#include "replay/dispute/claim_window.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class ClaimWindowTest : public ::testing::Test {
 protected:
  ClaimWindowTest() {
    terms_.objectives.push_back(terms_.objectives.front());
    terms_.objectives.back().id = "mail";
    for (WindowCase* each : {&web_, &mail_}) {
      each->name = March();
      each->terms = &terms_;
      each->zone = &zone_;
    }
    mail_.name.objective = "mail";
  }
  void Add(const std::string& id, const std::string& days, std::vector<std::string> objectives) {
    terms_.rules.push_back(
        {.id = id,
         .kind = "answer deadline",
         .objectives = std::move(objectives),
         .choices = Choices({{"counted in", {"elapsed days"}}, {"number", {days}}})});
  }

  Terms terms_ = SmallTerms(SomeZone());
  Zone zone_ = Zone::Utc();
  WindowCase web_, mail_;
};

TEST_F(ClaimWindowTest, OneSetOfRulesIsOneClaim) {
  EXPECT_TRUE(AreJudgedAlike(web_, mail_, Instant::Min()));
  Add("quick", "2", {"mail"});
  EXPECT_FALSE(AreJudgedAlike(web_, mail_, Instant::Min())) << "a deadline for one of them";
  EXPECT_FALSE(AreJudgedAlike(mail_, web_, Instant::Min()));
  EXPECT_TRUE(AreJudgedAlike(mail_, mail_, Instant::Min()));
  Add("slow", "2", {web_.name.objective});
  EXPECT_TRUE(AreJudgedAlike(web_, mail_, Instant::Min())) << "the same, under another name";
}

TEST_F(ClaimWindowTest, VersionsThatSayTheSameAreOne) {
  Terms later = terms_;
  mail_.terms = &later;
  later.fees.front().amount = Cash("2000.00 USD");
  EXPECT_TRUE(AreJudgedAlike(web_, mail_, Instant::Min())) << "another fee judges nothing";
  later.disputes.silence = SilentAnswer::kDeemedRejected;
  EXPECT_FALSE(AreJudgedAlike(web_, mail_, Instant::Min()));
}

TEST_F(ClaimWindowTest, OneCurrencyIsOneClaim) {
  web_.computed = Cash("1.00 USD");
  EXPECT_TRUE(ArePricedAlike(web_, mail_, Instant::Min())) << "nothing is computed for the other";
  mail_.computed = Cash("1.00 EUR");
  EXPECT_FALSE(ArePricedAlike(web_, mail_, Instant::Min()));
}

TEST_F(ClaimWindowTest, WhatAroseLaterHasItsTime) {
  const ActsInMemory acts(terms_);
  web_.due = Cash("3.00 USD");
  web_.restated = {{.before = 100, .stamp = {}, .why = "rules", .by_rules = true}};
  web_.restated[0].stamp.time = On("2026-06-10T12:00:00Z");
  const Instant first = ClaimDue(web_, acts.forum(), On("2026-06-01T00:00:00Z"));
  EXPECT_EQ(ClaimDue(web_, acts.forum(), web_.name.window.limit), first);
  EXPECT_GT(ClaimDue(web_, acts.forum(), On("2026-06-10T12:00:00Z")),
            On("2026-06-10T12:00:00Z") + Days(29));
}

}  // namespace
}  // namespace tally::replay
