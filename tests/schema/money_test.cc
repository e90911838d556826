// Goal: an amount has its currency's decimals or none, and nothing near is accepted.
// Method: tables; the currency list is checked for form, order and exponents.
#include <gtest/gtest.h>

#include "schema/number.h"

namespace tally {
namespace {

TEST(Money, ExponentsAreThoseOfTheCurrency) {
  const std::pair<absl::string_view, int> known[] = {
      {"USD", 2}, {"EUR", 2}, {"IDR", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0},
      {"KWD", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4}, {"CHF", 2}, {"ZWG", 2},
      {"AED", 2}, {"BIF", 0}, {"XPF", 0}, {"OMR", 3}};
  for (const auto& [code, exponent] : known) {
    EXPECT_EQ(FindCurrency(code).value().exponent, exponent) << code;
  }
  for (absl::string_view bad : {"", "US", "USDX", "usd", "Usd", "XAU",
                                "XX"
                                "X",
                                "XTS", "DEM", "SD ", "D A", " US", "BTC"}) {
    EXPECT_FALSE(FindCurrency(bad).ok()) << bad;
  }
  int codes = 0;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      for (char c = 'A'; c <= 'Z'; ++c) codes += FindCurrency(std::string{a, b, c}).ok() ? 1 : 0;
    }
  }
  EXPECT_EQ(codes, 166) << "a currency came or went: say so in the release notes";
}

TEST(Money, AmountsAreReadExactly) {
  struct Row {
    absl::string_view text;
    int64_t minor;
    absl::string_view printed;
  };
  const Row rows[] = {{"1000.00 USD", 100'000, "1000.00 USD"},
                      {"1000 USD", 100'000, "1000.00 USD"},
                      {"-0.05 EUR", -5, "-0.05 EUR"},
                      {"0 USD", 0, "0.00 USD"},
                      {"150000 JPY", 150'000, "150000 JPY"},
                      {"1.234 KWD", 1'234, "1.234 KWD"},
                      {"92233720368547758.07 USD", INT64_MAX, "92233720368547758.07 USD"}};
  for (const Row& row : rows) {
    absl::StatusOr<Money> money = ParseMoney(row.text);
    ASSERT_TRUE(money.ok()) << money.status();
    EXPECT_EQ(money->minor, row.minor);
    EXPECT_EQ(FormatMoney(*money), row.printed);
  }
  EXPECT_EQ(FormatAmount({5, {"USD", 2}}), "0.05");
  EXPECT_EQ(FormatAmount({5, {"JPY", 0}}), "5");
}

// T-65, T-67
TEST(Money, T65T67WhatIsNearAnAmountIsRefused) {
  for (absl::string_view bad : {"",
                                "USD",
                                "1000.00",
                                "1000.00USD",
                                "1000.0 USD",
                                "1000.000 USD",
                                "10.00 JPY",
                                "1.5 JPY",
                                "1.23 KWD",
                                "1,000.00 USD",
                                "1000.00  USD",
                                " 1000.00 USD",
                                "1000.00 USD ",
                                "$1000.00",
                                "USD 1000.00",
                                "1e3 USD",
                                "-0.00 USD",
                                "NaN USD",
                                "92233720368547758.08 USD",
                                "92233720368547759 USD",
                                "1000.00 usd",
                                "1000.00 XYZ"}) {
    EXPECT_EQ(ParseMoney(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace tally
