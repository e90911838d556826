// Goal: settlements pay lump sums in their order, each up to what is open and in its own currency,
// and say what they pay too much. Method: one window with two sums, settlements of many amounts.
#include "replay/dispute/sums_beside.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class SumsBesideTest : public ::testing::Test {
 protected:
  SumsBesideTest() {
    window_.name = March();
    window_.sums = {Sum("chronic", "500.00 USD"), Sum("often", "70.00 USD")};
  }
  static SumBeside Sum(const std::string& rule, const std::string& amount) {
    const Money money = Cash(amount);
    return {.rule = rule, .currency = money.currency, .steps = {{{}, money.minor}}};
  }
  bool Settle(const std::string& amount) {
    Settlement settlement;
    settlement.amount = Cash(amount);
    settlement.confirmed = ActStamp{};
    return sums_.Take(window_, settlement, findings_);
  }
  std::string Paid() const {
    std::string text;
    for (const PaidSum& each : sums_.paid()) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", each.rule, " ", FormatMoney(each.amount));
    }
    return text;
  }

  WindowCase window_;
  SumsBeside sums_;
  std::vector<Finding> findings_;
};

TEST_F(SumsBesideTest, TheyArePaidInTheirOrderAndNoMoreThanIsOpen) {
  EXPECT_TRUE(Settle("200.00 USD"));
  EXPECT_TRUE(Settle("350.00 USD"));
  EXPECT_TRUE(findings_.empty());
  EXPECT_TRUE(Settle("21.00 USD"));
  EXPECT_EQ(Paid(), "chronic 200.00 USD, chronic 300.00 USD, often 50.00 USD, often 20.00 USD");
  ASSERT_EQ(findings_.size(), 1u);
  EXPECT_EQ(findings_[0].kind, "settlement-other-amount");
  EXPECT_NE(findings_[0].message.find("1.00 USD of it pay nothing"), std::string::npos);
  EXPECT_FALSE(Settle("1.00 USD")) << "nothing is open any more";
}

TEST_F(SumsBesideTest, NothingAndOtherMoneyPayNothing) {
  EXPECT_FALSE(Settle("0.00 USD"));
  EXPECT_FALSE(Settle("500.00 EUR"));
  EXPECT_TRUE(sums_.paid().empty());
}

TEST_F(SumsBesideTest, WhatIsOwedTheOtherWayIsPaidAfterAllElse) {
  SumBeside bonus = Sum("bonus", "20.00 USD");
  bonus.turned = true;
  window_.sums.insert(window_.sums.begin(), bonus);
  EXPECT_TRUE(Settle("600.00 USD"));
  EXPECT_EQ(Paid(), "chronic 500.00 USD, often 70.00 USD") << "and 30.00 pay nothing";
  EXPECT_TRUE(Settle("20.00 USD"));
  EXPECT_EQ(sums_.paid().back().rule, "bonus");
  EXPECT_TRUE(sums_.paid().back().turned);
}

TEST_F(SumsBesideTest, WhatIsOpenIsWhatWasOwedByThen) {
  ActStamp later;
  later.time = Instant{10};
  window_.sums[0].steps.push_back({later, 30'000});
  window_.sums[1].owed = Instant{5};
  ActStamp before, after;
  before.time = Instant{4};
  after.time = Instant{10};
  EXPECT_EQ(sums_.OpenOf(window_.name, window_.sums[0], before), 50'000);
  EXPECT_EQ(sums_.OpenOf(window_.name, window_.sums[1], before), 0) << "its time is not over";
  EXPECT_TRUE(Settle("400.00 USD"));
  EXPECT_EQ(sums_.OpenOf(window_.name, window_.sums[0], after), -10'000) << "owed back";
}

TEST_F(SumsBesideTest, AWindowWithoutLumpSumsHasNoneToPay) {
  window_.sums.clear();
  EXPECT_FALSE(Settle("500.00 USD"));
}

}  // namespace
}  // namespace tally::replay
