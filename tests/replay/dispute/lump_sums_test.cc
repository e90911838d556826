// Goal: settlements pay lump sums in their order, each up to what is open and in its own currency,
// and say what they pay too much. Method: one window with two sums, settlements of many amounts.
#include "replay/dispute/lump_sums.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class LumpSumsTest : public ::testing::Test {
 protected:
  LumpSumsTest() {
    window_.name = March();
    window_.lumps = {{"chronic", Cash("500.00 USD")}, {"often", Cash("70.00 USD")}};
  }
  bool Settle(const std::string& amount) {
    Settlement settlement;
    settlement.amount = Cash(amount);
    settlement.confirmed = ActStamp{};
    return lumps_.Take(window_, settlement, findings_);
  }
  std::string Paid() const {
    std::string text;
    for (const PaidLump& each : lumps_.paid()) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", each.rule, " ", FormatMoney(each.amount));
    }
    return text;
  }

  WindowCase window_;
  LumpSums lumps_;
  std::vector<Finding> findings_;
};

TEST_F(LumpSumsTest, TheyArePaidInTheirOrderAndNoMoreThanIsOpen) {
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

TEST_F(LumpSumsTest, NothingAndOtherMoneyPayNothing) {
  EXPECT_FALSE(Settle("0.00 USD"));
  EXPECT_FALSE(Settle("500.00 EUR"));
  EXPECT_TRUE(lumps_.paid().empty());
}

TEST_F(LumpSumsTest, AWindowWithoutLumpSumsHasNoneToPay) {
  window_.lumps.clear();
  EXPECT_FALSE(Settle("500.00 USD"));
}

}  // namespace
}  // namespace tally::replay
