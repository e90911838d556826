// Goal: netting cancels what two parties owe each other in one unit and nothing else. Method: the
// worked case, pairs that do not meet, and the largest sums.
#include "replay/terms/netting.h"

#include <limits>

#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"

namespace tally::replay {
namespace {

const Currency kPoints{"points", 0};

TEST(Netting, GC48MarketingOwesTwentySeven) {
  absl::StatusOr<std::vector<Netted>> netted =
      Net({{"marketing", "sales", {40, kPoints}}, {"sales", "marketing", {13, kPoints}}});
  ASSERT_TRUE(netted.ok());
  ASSERT_EQ(netted->size(), 1u);
  EXPECT_EQ(netted->front().cancelled.minor, 13);
  EXPECT_EQ(netted->front().net.debtor, "marketing");
  EXPECT_EQ(netted->front().net.creditor, "sales");
  EXPECT_EQ(netted->front().net.amount.minor, 27);
}

TEST(Netting, OneDirectionAloneAndOtherUnitsAreNotNetted) {
  absl::StatusOr<std::vector<Netted>> netted = Net({{"a", "b", {40, kPoints}},
                                                    {"b", "a", Amount("13.00 EUR")},
                                                    {"c", "c", {5, kPoints}},
                                                    {"b", "c", {5, kPoints}}});
  ASSERT_TRUE(netted.ok());
  EXPECT_TRUE(netted->empty());
}

TEST(Netting, SumsOfOneDirectionComeFirst) {
  absl::StatusOr<std::vector<Netted>> netted =
      Net({{"b", "a", {10, kPoints}}, {"a", "b", {7, kPoints}}, {"a", "b", {5, kPoints}}});
  ASSERT_TRUE(netted.ok());
  ASSERT_EQ(netted->size(), 1u);
  EXPECT_EQ(netted->front().net.debtor, "a");
  EXPECT_EQ(netted->front().net.amount.minor, 2);
}

// T-65
TEST(Netting, T65SumsBeyond64BitsAreRefused) {
  int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Net({{"a", "b", {most, kPoints}}, {"a", "b", {1, kPoints}}}).status().code(),
            absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace tally::replay
