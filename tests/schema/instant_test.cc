// Goal: every admitted time has one text and is read back; nothing wraps at the ends of the range.
// Method: all days of years 1 to 9999 against a naive day-by-day calendar; tables for T-55.
#include "schema/instant.h"

#include <gtest/gtest.h>

#include "absl/strings/str_format.h"

namespace tally {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(Instant, EveryDayAgreesWithACalendarCountedDayByDay) {
  int64_t days = kInstantFirst.micros / (86'400 * kSecond);
  for (int year = 1; year <= 9999; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= lengths[month - 1]; ++day, ++days) {
        // Every day of a few years, the first and last of each month of the others.
        if (year % 400 > 4 && day != 1 && day != lengths[month - 1]) continue;
        const std::string text = absl::StrFormat("%04d-%02d-%02dT00:00:00Z", year, month, day);
        const Instant expected{days * 86'400 * kSecond};
        ASSERT_EQ(ParseInstant(text).value(), expected) << text;
        ASSERT_EQ(FormatInstant(expected), text);
      }
    }
  }
  EXPECT_EQ(days * 86'400 * kSecond, kInstantLast.micros + 1);
}

// T-55
TEST(Instant, T55EdgesAreReadRightOrRefused) {
  const std::pair<absl::string_view, int64_t> good[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"2038-01-19T03:14:08Z", 2'147'483'648 * kSecond},
      {"2100-02-28T23:59:59Z", 4'107'542'399 * kSecond},
      {"2000-02-29T12:00:00+07:00", 951'800'400 * kSecond},
      {"0001-01-01T00:00:00Z", kInstantFirst.micros},
      {"9999-12-31T23:59:59.999999Z", kInstantLast.micros},
      {"2026-02-01T00:00:00.5Z", 1'769'904'000 * kSecond + 500'000},
      {"2026-02-01T00:00:00-23:59", (1'769'904'000 + 86'340) * kSecond},
      {"2026-02-01T05:45:00+05:45", 1'769'904'000 * kSecond}};
  for (const auto& [text, micros] : good) {
    absl::StatusOr<Instant> instant = ParseInstant(text);
    ASSERT_TRUE(instant.ok()) << instant.status();
    EXPECT_EQ(instant->micros, micros) << text;
    EXPECT_EQ(ParseInstant(FormatInstant(*instant)).value(), *instant);
  }
  for (absl::string_view bad : {"",
                                "2026-02-01",
                                "2026-02-01T00:00:00",
                                "2026-02-01 00:00:00Z",
                                "2026-02-01t00:00:00z",
                                "2026-2-01T00:00:00Z",
                                "2100-02-29T00:00:00Z",
                                "2026-02-30T00:00:00Z",
                                "2026-00-01T00:00:00Z",
                                "2026-13-01T00:00:00Z",
                                "2026-01-00T00:00:00Z",
                                "2026-01-01T24:00:00Z",
                                "2026-01-01T00:60:00Z",
                                "2016-12-31T23:59:60Z",
                                "2026-01-01T00:00:00.Z",
                                "2026-01-01T00:00:00.1234567Z",
                                "2026-01-01T00:00:00,5Z",
                                "2026-01-01T00:00:00-00:00",
                                "2026-01-01T00:00:00+24:00",
                                "2026-01-01T00:00:00+0700",
                                "2026-01-01T00:00:00+07",
                                "2026-01-01T00:00:00Z ",
                                " 2026-01-01T00:00:00Z",
                                "0000-01-01T00:00:00Z",
                                "-001-01-01T00:00:00Z",
                                "10000-01-01T00:00:00Z",
                                "0001-01-01T00:00:00+00:01",
                                "9999-12-31T23:59:59-00:01",
                                "9223372036854775807"}) {
    absl::StatusOr<Instant> instant = ParseInstant(bad);
    EXPECT_EQ(instant.status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

// T-55
TEST(Instant, T55ArithmeticSaturatesAndNeverStaysNever) {
  EXPECT_EQ(Instant::Max() + Days(1), Instant::Max());
  EXPECT_EQ(Instant::Max() - Days(1), Instant::Max());
  EXPECT_EQ(Instant::Min() + Days(1), Instant::Min());
  EXPECT_EQ(Instant{5} + Duration{Instant::Max().micros}, Instant::Max());
  EXPECT_EQ(Instant{-5} - Duration{Instant::Max().micros}, Instant::Min());
  EXPECT_EQ(Instant{-5} + Duration{Instant::Min().micros}, Instant::Min());
  EXPECT_EQ(Instant{5} - Duration{Instant::Min().micros}, Instant::Max());
  EXPECT_EQ((Instant::Max() - Instant::Min()).micros, Instant::Max().micros);
  EXPECT_EQ((Instant::Min() - Instant::Max()).micros, Instant::Min().micros);
  EXPECT_EQ((Instant{7} - Instant{10}).micros, -3);
}

TEST(Instant, FractionsArePrintedInMillisecondsOrMicroseconds) {
  EXPECT_EQ(FormatInstant({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant({500'000}), "1970-01-01T00:00:00.500Z");
  EXPECT_EQ(FormatInstant({500'001}), "1970-01-01T00:00:00.500001Z");
  EXPECT_EQ(FormatInstant({-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatInstant(Instant::Max()), "never");
  EXPECT_EQ(FormatInstant(Instant::Min()), "always");
}

TEST(Instant, IntervalsAreHalfOpen) {
  const Interval interval{{10}, {20}};
  EXPECT_TRUE(interval.Contains({10}));
  EXPECT_FALSE(interval.Contains({20}));
  EXPECT_EQ(Length(interval).micros, 10);
  EXPECT_EQ(Length({{20}, {10}}).micros, 0);
  // Every pair of intervals within ten points, against membership of each point.
  for (int64_t a = 0; a < 6; ++a) {
    for (int64_t b = a; b < 6; ++b) {
      for (int64_t c = 0; c < 6; ++c) {
        for (int64_t d = c; d < 6; ++d) {
          const Interval left{{a}, {b}};
          const Interval right{{c}, {d}};
          const Interval both = Intersection(left, right);
          EXPECT_LE(both.first, both.limit);
          for (int64_t at = 0; at < 6; ++at) {
            EXPECT_EQ(both.Contains({at}), left.Contains({at}) && right.Contains({at}));
          }
        }
      }
    }
  }
}

TEST(Instant, DurationsAreWholeNumbersOfOneUnit) {
  const std::pair<absl::string_view, int64_t> good[] = {{"0 s", 0},
                                                        {"90 s", 90 * kSecond},
                                                        {"90s", 90 * kSecond},
                                                        {"26 h", 93'600 * kSecond},
                                                        {"2 d", 172'800 * kSecond},
                                                        {"15 min", 900 * kSecond},
                                                        {"250 ms", 250'000},
                                                        {"10 us", 10}};
  for (const auto& [text, micros] : good) {
    absl::StatusOr<Duration> length = ParseDuration(text);
    ASSERT_TRUE(length.ok()) << length.status();
    EXPECT_EQ(length->micros, micros);
    EXPECT_EQ(ParseDuration(FormatDuration(*length)).value(), *length);
  }
  EXPECT_EQ(FormatDuration(Hours(26)), "26 h");
  EXPECT_EQ(FormatDuration(Hours(48)), "2 d");
  EXPECT_EQ(FormatDuration(Seconds(90)), "90 s");
  EXPECT_EQ(FormatDuration(Duration{}), "0 s");
  EXPECT_EQ(FormatDuration(Minutes(-3)), "-3 min");
  for (absl::string_view bad :
       {"", "s", "90", "90  s", "90 s ", " 90 s", "-90 s", "+90 s", "090 s", "1.5 h", "1e3 s",
        "90 S", "90 sec", "90 m", "1 h 30 min", "106751992 d", "9223372036854775808 us"}) {
    EXPECT_FALSE(ParseDuration(bad).ok()) << bad;
  }
  EXPECT_EQ(ParseDuration("106751991 d").value(), Days(106'751'991));
}

}  // namespace
}  // namespace tally
