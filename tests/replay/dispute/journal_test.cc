// Goal: every posting moves an amount for both parties, accounts sum to zero in every currency at
// every moment, order and numbers follow time, and nothing wraps (T-65). Method: entries of all
// sizes, the extremes among them; sums over the balances after each.
#include "replay/dispute/journal.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>

namespace tally::replay {
namespace {

const Currency kDollar{"USD", 2};
const Currency kYen{"JPY", 0};

Entry Of(Account from, Account to, int64_t minor, Currency currency, int64_t at = 0) {
  Entry entry;
  entry.at = {at};
  entry.from = from;
  entry.to = to;
  entry.creditor = "shop";
  entry.debtor = "acme";
  entry.amount = {minor, currency};
  return entry;
}
std::map<std::string, int64_t> Sums(Journal& journal) {
  std::map<std::string, int64_t> sums;
  for (const Balance& balance : journal.Balances()) {
    sums[balance.account + balance.amount.currency.code] += balance.amount.minor;
  }
  return sums;
}

TEST(Journal, AccountsSumToZeroAndCurrenciesStayApart) {
  Journal journal;
  journal.Enter(Of(Account::kNone, Account::kAccrued, 10'000, kDollar));
  journal.Enter(Of(Account::kNone, Account::kAccrued, 250, kYen));
  journal.Enter(Of(Account::kAccrued, Account::kSettled, 4'000, kDollar));
  journal.Enter(Of(Account::kAccrued, Account::kReversed, -1, kDollar));
  for (const auto& [code, sum] : Sums(journal)) EXPECT_EQ(sum, 0) << code;
  std::vector<Balance> balances = journal.Balances();
  ASSERT_EQ(balances.size(), 8u);
  EXPECT_EQ(balances[0].account, "accrued");
  EXPECT_EQ(balances[0].party, "acme");
  EXPECT_EQ(balances[0].amount, (Money{-250, kYen}));
  EXPECT_EQ(balances[3].amount, (Money{6'001, kDollar})) << "shop: 100.00 - 40.00 + 0.01";
}

TEST(Journal, PostingsStandInTheOrderOfTimeAndAreNumbered) {
  Journal journal;
  Entry late = Of(Account::kAccrued, Account::kClaimed, 7, kDollar, 20);
  late.cause = ledger::EventAddress{9, 0};
  journal.Enter(late);
  Entry clock = Of(Account::kAccrued, Account::kExpired, 1, kDollar, 20);
  journal.Enter(clock);
  std::optional<size_t> first =
      journal.Enter(Of(Account::kNone, Account::kAccrued, 8, kDollar, 10));
  Entry back = Of(Account::kClaimed, Account::kNone, 7, kDollar, 30);
  back.reverses = first;
  journal.Enter(back);
  std::vector<Posting> postings = journal.Postings();
  ASSERT_EQ(postings.size(), 4u);
  EXPECT_EQ(postings[0].to, "accrued");
  EXPECT_EQ(postings[0].from, "");
  EXPECT_EQ(postings[1].to, "claimed") << "as entered, where instants are equal";
  EXPECT_EQ(postings[2].to, "expired");
  EXPECT_EQ(postings[3].reverses, 1u);
  for (size_t i = 0; i < postings.size(); ++i) EXPECT_EQ(postings[i].number, i + 1);
  EXPECT_EQ(journal.Balances().size(), 2u) << "1 expired, for both parties";
}

TEST(Journal, NothingIsNoPosting) {
  Journal journal;
  EXPECT_FALSE(journal.Enter(Of(Account::kNone, Account::kAccrued, 0, kDollar)).has_value());
  Entry own = Of(Account::kNone, Account::kAccrued, 7, kDollar);
  own.debtor = own.creditor;
  EXPECT_FALSE(journal.Enter(own).has_value()) << "one party on both sides";
  EXPECT_TRUE(journal.Postings().empty());
}

TEST(Journal, ANegativeAmountIsOwedTheOtherWay) {
  Journal journal;
  journal.Enter(Of(Account::kNone, Account::kAccrued, -5, kDollar));
  Posting posting = journal.Postings().at(0);
  EXPECT_EQ(posting.creditor, "acme");
  EXPECT_EQ(posting.amount.minor, 5);
}

TEST(Journal, T65SumsBeyondSixtyFourBitsAreNotEntered) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Journal journal;
  journal.Enter(Of(Account::kNone, Account::kAccrued, kMost, kDollar));
  EXPECT_EQ(journal.Balances()[1].amount.minor, kMost);
  EXPECT_TRUE(journal.LeftOut().empty());
  journal.Enter(Of(Account::kSettled, Account::kAccrued, 1, kDollar));
  EXPECT_EQ(journal.Balances()[1].amount.minor, kMost);
  ASSERT_EQ(journal.LeftOut().size(), 1u);
  EXPECT_EQ(journal.LeftOut()[0].amount.minor, 1);
  EXPECT_EQ(journal.Postings().size(), 1u) << "postings and balances say the same";
  for (const auto& [code, sum] : Sums(journal)) EXPECT_EQ(sum, 0) << code;
  EXPECT_EQ(journal.Balances().size(), 2u) << "neither side of what does not fit is entered";
  Journal least;
  least.Enter(Of(Account::kNone, Account::kAccrued, std::numeric_limits<int64_t>::min(), kDollar));
  EXPECT_EQ(least.LeftOut().size(), 1u) << "its opposite does not exist";
  EXPECT_TRUE(least.Balances().empty());
}

}  // namespace
}  // namespace tally::replay
