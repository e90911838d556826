// Goal: every currency in the book sums to zero, whatever is posted, and nothing wraps (T-65).
// Method: postings of all sizes, the extremes among them; sums over the balances.
#include "replay/dispute/book.h"

#include <gtest/gtest.h>

#include <limits>

namespace tally::replay {
namespace {

const Currency kDollar{"USD", 2};
const Currency kYen{"JPY", 0};

std::map<std::string, int64_t> Sums(const Book& book) {
  std::map<std::string, int64_t> sums;
  for (const Balance& balance : book.Balances()) {
    sums[balance.amount.currency.code] += balance.amount.minor;
  }
  return sums;
}

TEST(Book, CurrenciesSumToZeroAndStayApart) {
  Book book;
  book.Post(Account::kAccrued, "shop", "acme", {10'000, kDollar});
  book.Post(Account::kAccrued, "shop", "acme", {250, kYen});
  book.Post(Account::kSettled, "acme", "shop", {4'000, kDollar});
  book.Post(Account::kReversed, "shop", "acme", {-1, kDollar});
  for (const auto& [code, sum] : Sums(book)) EXPECT_EQ(sum, 0) << code;
  std::vector<Balance> balances = book.Balances();
  ASSERT_EQ(balances.size(), 8u);
  EXPECT_EQ(balances[0].account, "accrued");
  EXPECT_EQ(balances[0].party, "acme");
  EXPECT_EQ(balances[0].amount, (Money{-250, kYen}));
  EXPECT_EQ(balances[3].amount, (Money{10'000, kDollar}));
}

TEST(Book, AccountsThatCameToNothingAreNotListed) {
  Book book;
  book.Post(Account::kClaimed, "shop", "acme", {7, kDollar});
  book.Post(Account::kClaimed, "shop", "acme", {-7, kDollar});
  EXPECT_TRUE(book.Balances().empty());
  book.Post(Account::kClaimed, "acme", "acme", {7, kDollar});
  EXPECT_TRUE(book.Balances().empty()) << "one party on both sides";
}

TEST(Book, T65SumsBeyondSixtyFourBitsAreNotEntered) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Book book;
  book.Post(Account::kAccrued, "shop", "acme", {kMost, kDollar});
  EXPECT_FALSE(book.overflowed());
  book.Post(Account::kAccrued, "shop", "acme", {1, kDollar});
  EXPECT_TRUE(book.overflowed());
  EXPECT_EQ(book.Balances()[1].amount.minor, kMost);
  EXPECT_EQ(Sums(book)["USD"], 0);
  Book least;
  least.Post(Account::kAccrued, "shop", "acme", {std::numeric_limits<int64_t>::min(), kDollar});
  EXPECT_TRUE(least.overflowed()) << "its opposite does not exist";
  EXPECT_TRUE(least.Balances().empty());
}

TEST(Book, ABookGoesOnWhereAnotherEnded) {
  Book first;
  first.Post(Account::kAccrued, "shop", "acme", {10'000, kDollar});
  first.Post(Account::kEarnedBack, "shop", "acme", {5, kYen});
  Book second(first.Balances());
  second.Post(Account::kAccrued, "acme", "shop", {1'000, kDollar});
  second.Post(Account::kHeld, "shop", "acme", {2'000, kDollar});
  std::vector<Balance> balances = second.Balances();
  ASSERT_EQ(balances.size(), 6u);
  EXPECT_EQ(balances[1].amount, (Money{9'000, kDollar}));
  EXPECT_EQ(balances[2].account, "held");
  EXPECT_EQ(balances[5].account, "earned-back");
  for (const auto& [code, sum] : Sums(second)) EXPECT_EQ(sum, 0) << code;
}

}  // namespace
}  // namespace tally::replay
