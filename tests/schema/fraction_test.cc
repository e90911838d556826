// Goal: fractions are exact, in order, and never wrap; the one rounding is the one that was named.
// Method: all small fractions against plain integers, random wide ones against a slow reference of
// 256 bits, and figures that binary floating point is known to get wrong.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "schema/number.h"

namespace tally {
namespace {

using UnsignedWide = unsigned __int128;

Fraction F(Wide numerator, Wide denominator) {
  return Fraction::Of(numerator, denominator).value();
}

// |a| * |b| as 256 bits in 32-bit limbs, most significant first: schoolbook, slow, obvious.
std::array<uint32_t, 8> SlowProduct(UnsignedWide a, UnsignedWide b) {
  std::array<uint64_t, 9> sums{};
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) {
      const uint64_t product = static_cast<uint64_t>(static_cast<uint32_t>(a >> (32 * i))) *
                               static_cast<uint32_t>(b >> (32 * j));
      sums[static_cast<size_t>(i + j)] += product & 0xffff'ffff;
      sums[static_cast<size_t>(i + j + 1)] += product >> 32;
    }
  }
  std::array<uint32_t, 8> limbs{};
  for (size_t i = 0; i < 8; ++i) {
    limbs[7 - i] = static_cast<uint32_t>(sums[i]);
    sums[i + 1] += sums[i] >> 32;
  }
  return limbs;
}

UnsignedWide Magnitude(Wide value) {
  return value < 0 ? UnsignedWide{0} - static_cast<UnsignedWide>(value)
                   : static_cast<UnsignedWide>(value);
}

std::strong_ordering SlowCompare(const Fraction& a, const Fraction& b) {
  const bool a_negative = a.numerator() < 0;
  const bool b_negative = b.numerator() < 0;
  if (a_negative != b_negative)
    return a_negative ? std::strong_ordering::less : std::strong_ordering::greater;
  const auto left =
      SlowProduct(Magnitude(a.numerator()), static_cast<UnsignedWide>(b.denominator()));
  const auto right =
      SlowProduct(Magnitude(b.numerator()), static_cast<UnsignedWide>(a.denominator()));
  return a_negative ? right <=> left : left <=> right;
}

TEST(Fraction, SmallFractionsAgreeWithIntegers) {
  for (int a = -9; a <= 9; ++a) {
    for (int b = 1; b <= 9; ++b) {
      for (int c = -9; c <= 9; ++c) {
        for (int d = 1; d <= 9; ++d) {
          const Fraction left = F(a, b);
          const Fraction right = F(c, d);
          EXPECT_EQ(left <=> right, a * d <=> c * b);
          EXPECT_EQ(left == right, a * d == c * b);
          EXPECT_EQ(Fraction::Add(left, right).value(), F(a * d + c * b, b * d));
          EXPECT_EQ(Fraction::Subtract(left, right).value(), F(a * d - c * b, b * d));
          EXPECT_EQ(Fraction::Multiply(left, right).value(), F(a * c, b * d));
          if (c != 0) {
            EXPECT_EQ(Fraction::Divide(left, right).value(), F(a * d, b * c));
          }
        }
      }
    }
  }
}

TEST(Fraction, IsReducedWithASignAbove) {
  const Fraction value = F(6, -4);
  EXPECT_TRUE(value.numerator() == -3 && value.denominator() == 2);
  EXPECT_TRUE(F(0, -7).denominator() == 1);
  EXPECT_EQ(Fraction::Of(1, 0).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(Fraction::Divide(F(1, 2), F(0, 1)).ok());
  EXPECT_EQ(Fraction::FromDecimal({9995, 2}), F(1999, 20));
  EXPECT_EQ(Fraction::Whole(-4), F(-4, 1));
}

// T-65
TEST(Fraction, T65OverflowIsRefusedNeverWrapped) {
  const Wide most = static_cast<Wide>(~UnsignedWide{0} >> 1);
  const Wide least = -most - 1;
  EXPECT_EQ(Fraction::Of(least, 1).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Fraction::Of(1, least).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Fraction::Of(least, least).value(), Fraction::Whole(1));
  EXPECT_EQ(Fraction::Of(least, 2).value(), F(least / 2, 1));
  EXPECT_FALSE(Fraction::Add(F(most, 1), F(1, 1)).ok());
  EXPECT_FALSE(Fraction::Subtract(F(-most, 1), F(1, 1)).ok());
  EXPECT_FALSE(Fraction::Multiply(F(most, 1), F(2, 1)).ok());
  EXPECT_FALSE(Fraction::Add(F(1, most), F(1, most - 1)).ok());
  // Cross-reduction: the plain products would leave 128 bits, the results do not.
  EXPECT_EQ(Fraction::Multiply(F(most, 3), F(3, most)).value(), Fraction::Whole(1));
  EXPECT_EQ(Fraction::Subtract(F(most, 2), F(most, 2)).value(), Fraction::Whole(0));
  EXPECT_EQ(Fraction::Divide(F(most, 2), F(most, 4)).value(), Fraction::Whole(2));
}

// T-65: random values of every width against the reference; what fits is exact, what does not is
// refused.
TEST(Fraction, T65RandomValuesAgreeWithA256BitReference) {
  std::mt19937_64 random(65);
  const auto any = [&] {
    const UnsignedWide bits = static_cast<UnsignedWide>(random()) << 64 | random();
    return static_cast<Wide>(bits >> (1 + random() % 127));
  };
  for (int round = 0; round < 20'000; ++round) {
    const Fraction a = F(random() % 2 ? any() : -any(), any() | 1);
    // Half of the pairs lie next to each other, where cross products are nearly equal.
    const Fraction b = random() % 2 ? F(any(), any() | 1)
                                    : Fraction::Of(a.numerator() - 1, a.denominator()).value_or(a);
    EXPECT_EQ(a <=> b, SlowCompare(a, b));
    EXPECT_EQ(b <=> a, SlowCompare(b, a));
    EXPECT_EQ(a == b, SlowCompare(a, b) == 0);
    absl::StatusOr<Fraction> product = Fraction::Multiply(a, b);
    if (product.ok() && b.numerator() != 0) {
      EXPECT_EQ(Fraction::Divide(*product, b).value(), a);
    }
    absl::StatusOr<Fraction> sum = Fraction::Add(a, b);
    if (sum.ok()) {
      EXPECT_EQ(*sum > a, b.numerator() > 0);
      absl::StatusOr<Fraction> back = Fraction::Subtract(*sum, b);
      if (back.ok()) {
        EXPECT_EQ(*back, a);
      }
    }
  }
}

TEST(Fraction, ThresholdsAreDecidedExactly) {
  // 2,592 s of a 30-day month are exactly 0.1 %; doubles say that 99.9 % was missed.
  const Fraction availability = Fraction::Subtract(F(1, 1), F(2592, 2'592'000)).value();
  EXPECT_EQ(availability, F(999, 1000));
  EXPECT_EQ(FormatPercent(F(124'732'687, 134'400'000)), "92.807059");
  EXPECT_EQ(FormatPercent(F(1'321'045'979, 1'339'200'000)), "98.644413");
  EXPECT_EQ(FormatPercent(F(2'314'551'583, 2'419'200'000)), "95.674255");
  EXPECT_EQ(FormatPercent(F(48'524'501, 144'000'000)), "33.697570");
  EXPECT_EQ(FormatPercent(F(1, 1)), "100.000000");
  EXPECT_EQ(FormatPercent(F(0, 1)), "0.000000");
  EXPECT_EQ(FormatPercent(F(1, 100)), "1.000000");
  EXPECT_EQ(FormatPercent(F(-1, 3)), "-33.333333");
  EXPECT_EQ(FormatPercent(F(250, 1)), "25000.000000");
  EXPECT_EQ(FormatPercent(F(5, 1'000'000'000)), "0.000000");
  EXPECT_EQ(FormatPercent(F(15, 1'000'000'000)), "0.000002");
}

TEST(Fraction, DisplayRoundsHalfEven) {
  EXPECT_EQ(FormatRounded(F(1, 2), 0), "0");
  EXPECT_EQ(FormatRounded(F(3, 2), 0), "2");
  EXPECT_EQ(FormatRounded(F(5, 2), 0), "2");
  EXPECT_EQ(FormatRounded(F(999'995, 1'000'000), 5), "1.00000");
  EXPECT_EQ(FormatRounded(F(-1, 1000), 2), "0.00");
  EXPECT_EQ(FormatRounded(F(-15, 1000), 2), "-0.02");
  const Wide most = static_cast<Wide>(~UnsignedWide{0} >> 1);
  EXPECT_EQ(FormatRounded(F(most - 1, most), 6), "1.000000");
  EXPECT_EQ(FormatRounded(F(1, most), 38), "0." + std::string(37, '0') + "1");
  // All small fractions with three decimals, against integer division.
  for (int a = 0; a < 200; ++a) {
    for (int b = 1; b < 40; ++b) {
      int rounded = a * 1000 / b;
      const int rest = a * 1000 % b;
      if (2 * rest > b || (2 * rest == b && rounded % 2 == 1)) ++rounded;
      std::string digits = std::to_string(rounded);
      while (digits.size() < 4) digits.insert(0, "0");
      digits.insert(digits.size() - 3, ".");
      EXPECT_EQ(FormatRounded(F(a, b), 3), digits);
    }
  }
}

// T-66: rounding an exact value once differs from it by less than one unit (half for the half
// modes), and what splitting a claim gains is bounded by the number of its lines.
TEST(Fraction, T66RoundingIsBoundedAndSplittingGainsNoMoreThanItsLines) {
  using enum Rounding;
  for (Rounding mode : {kHalfUp, kHalfEven, kDown, kUp}) {
    for (int denominator = 1; denominator <= 12; ++denominator) {
      for (int numerator = -60; numerator <= 60; ++numerator) {
        const Fraction value = F(numerator, denominator);
        const int64_t rounded = RoundToInteger(value, mode).value();
        const Fraction error = Fraction::Subtract(Fraction::Whole(rounded), value).value();
        const Fraction size = error < F(0, 1) ? F(-error.numerator(), error.denominator()) : error;
        EXPECT_TRUE(mode == kDown || mode == kUp ? size < F(1, 1) : size <= F(1, 2));
        EXPECT_EQ(RoundToInteger(F(-numerator, denominator), mode).value(), -rounded);
      }
    }
  }
  std::mt19937_64 random(66);
  for (int round = 0; round < 2'000; ++round) {
    const int lines = 1 + static_cast<int>(random() % 20);
    Fraction whole;
    Fraction reversed;
    int64_t by_line = 0;
    std::vector<Fraction> parts;
    for (int i = 0; i < lines; ++i) {
      parts.push_back(
          F(static_cast<int64_t>(random() % 100'000), 1 + static_cast<int64_t>(random() % 16)));
      whole = Fraction::Add(whole, parts.back()).value();
      by_line += RoundToInteger(parts.back(), kHalfUp).value();
    }
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      reversed = Fraction::Add(reversed, *part).value();
    }
    EXPECT_EQ(whole, reversed) << "exact sums do not depend on their order";
    const int64_t once = RoundToInteger(whole, kHalfUp).value();
    EXPECT_LE(std::abs(by_line - once), (lines + 1) / 2 + 1);
  }
}

TEST(Fraction, RoundingModesTieAsNamed) {
  struct Row {
    int numerator;
    int64_t half_up, half_even, down, up;
  };
  const Row rows[] = {{5, 3, 2, 2, 3}, {7, 4, 4, 3, 4}, {-5, -3, -2, -2, -3}, {-7, -4, -4, -3, -4},
                      {6, 3, 3, 3, 3}, {1, 1, 0, 0, 1}, {-1, -1, 0, 0, -1},   {0, 0, 0, 0, 0}};
  for (const Row& row : rows) {
    const Fraction value = F(row.numerator, 2);
    EXPECT_EQ(RoundToInteger(value, Rounding::kHalfUp).value(), row.half_up);
    EXPECT_EQ(RoundToInteger(value, Rounding::kHalfEven).value(), row.half_even);
    EXPECT_EQ(RoundToInteger(value, Rounding::kDown).value(), row.down);
    EXPECT_EQ(RoundToInteger(value, Rounding::kUp).value(), row.up);
  }
  EXPECT_EQ(RoundToInteger(F(INT64_MIN, 1), Rounding::kDown).value(), INT64_MIN);
  EXPECT_EQ(RoundToInteger(F(INT64_MAX, 1), Rounding::kUp).value(), INT64_MAX);
  const Fraction beyond = F(Wide{INT64_MAX} * 2 + 1, 2);
  EXPECT_EQ(RoundToInteger(beyond, Rounding::kDown).value(), INT64_MAX);
  EXPECT_EQ(RoundToInteger(beyond, Rounding::kUp).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_DEATH(RoundToInteger(F(1, 2), Rounding::kUnset).IgnoreError(), "check failed");
}

}  // namespace
}  // namespace tally
