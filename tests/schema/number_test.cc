// Goal: decimals and wide integers are read exactly or refused, and compare by value.
// Method: tables of hostile texts (T-67), all small decimals against integer arithmetic.
#include "schema/number.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace tally {
namespace {

// T-67
TEST(Number, T67WhatIsNotAPlainDecimalIsRefused) {
  const std::string forty(40, '9');
  for (const std::string& bad : {std::string(""),
                                 std::string("-"),
                                 std::string("."),
                                 std::string("+1"),
                                 std::string("1."),
                                 std::string(".5"),
                                 std::string("1,5"),
                                 std::string("1.5.2"),
                                 std::string("1e3"),
                                 std::string("1E3"),
                                 std::string("1e308"),
                                 std::string("NaN"),
                                 std::string("nan"),
                                 std::string("inf"),
                                 std::string("-inf"),
                                 std::string("Infinity"),
                                 std::string("-0"),
                                 std::string("-0.00"),
                                 std::string("0x1p3"),
                                 std::string("0x10"),
                                 std::string("010"),
                                 std::string("-010"),
                                 std::string("00"),
                                 std::string("1 000"),
                                 std::string("1_000"),
                                 std::string("1'000"),
                                 std::string(" 1"),
                                 std::string("1 "),
                                 std::string("--1"),
                                 std::string("1-"),
                                 std::string("4.9e-324"),
                                 std::string("\xd9\xa1"),
                                 forty,
                                 "0." + forty,
                                 std::string("9223372036854775808"),
                                 std::string("-9223372036854775809"),
                                 std::string("0.1234567890123"),
                                 std::string("1\0", 2),
                                 std::string("99.99 %")}) {
    absl::StatusOr<Decimal> value = ParseDecimal(bad);
    EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(Number, DecimalsKeepTheirScaleAndCompareByValue) {
  const std::pair<absl::string_view, Decimal> good[] = {{"0", {0, 0}},
                                                        {"0.00", {0, 2}},
                                                        {"99.95", {9995, 2}},
                                                        {"-3", {-3, 0}},
                                                        {"0.021", {21, 3}},
                                                        {"-0.5", {-5, 1}},
                                                        {"99.90", {9990, 2}},
                                                        {"0.000000000001", {1, 12}},
                                                        {"9223372036854775807", {INT64_MAX, 0}},
                                                        {"-9223372036854775808", {INT64_MIN, 0}},
                                                        {"-9223372.036854775808", {INT64_MIN, 12}}};
  for (const auto& [text, expected] : good) {
    absl::StatusOr<Decimal> value = ParseDecimal(text);
    ASSERT_TRUE(value.ok()) << value.status();
    EXPECT_EQ(value->mantissa, expected.mantissa) << text;
    EXPECT_EQ(value->scale, expected.scale) << text;
    EXPECT_EQ(FormatDecimal(*value), text);
  }
  const Decimal normal = ParseDecimal("99.90")->Normalised();
  EXPECT_EQ(normal.mantissa, 999);
  EXPECT_EQ(normal.scale, 1);
  EXPECT_EQ(ParseDecimal("0.000")->Normalised().scale, 0);
  EXPECT_EQ(ParseDecimal("99.90").value(), ParseDecimal("99.9").value());
}

TEST(Number, DecimalOrderAgreesWithIntegersOnAllSmallValues) {
  for (int a = -12; a <= 12; ++a) {
    for (uint8_t scale_a = 0; scale_a < 4; ++scale_a) {
      for (int b = -12; b <= 12; ++b) {
        for (uint8_t scale_b = 0; scale_b < 4; ++scale_b) {
          int left = a;
          int right = b;
          for (int i = scale_a; i < 4; ++i) left *= 10;
          for (int i = scale_b; i < 4; ++i) right *= 10;
          EXPECT_EQ((Decimal{a, scale_a} <=> Decimal{b, scale_b}), left <=> right);
        }
      }
    }
  }
  EXPECT_LT((Decimal{INT64_MIN, 0}), (Decimal{INT64_MIN, 12}));
  EXPECT_GT((Decimal{INT64_MAX, 0}), (Decimal{INT64_MAX, 12}));
}

TEST(Number, WideIntegersRoundTripAtTheirEdges) {
  const Wide least = static_cast<Wide>(static_cast<unsigned __int128>(1) << 127);
  EXPECT_EQ(FormatWide(least), "-170141183460469231731687303715884105728");
  EXPECT_EQ(ParseWide("-170141183460469231731687303715884105728").value(), least);
  EXPECT_EQ(ParseWide("170141183460469231731687303715884105727").value(), -(least + 1));
  EXPECT_FALSE(ParseWide("170141183460469231731687303715884105728").ok());
  EXPECT_FALSE(ParseWide("-170141183460469231731687303715884105729").ok());
  for (int value = -2000; value <= 2000; ++value) {
    EXPECT_EQ(FormatWide(value), absl::StrCat(value));
    EXPECT_EQ(ParseWide(absl::StrCat(value)).value(), value);
  }
  for (absl::string_view bad : {"", "-", "+1", "01", "-0", "1.0", "1e3", " 1", "1 "}) {
    EXPECT_FALSE(ParseWide(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace tally
