// Goal: a period has one spelling, and everything else is refused with what to write instead.
// Method: a table of good ones, a table of bad ones.
#include <gtest/gtest.h>

#include "replay/replay.h"
#include "replay/terms/civil.h"
#include "tests/replay/small_terms.h"

namespace tally::replay {
namespace {

TEST(ParsePeriod, TakesTheFourForms) {
  struct Row {
    absl::string_view text;
    int year, quarter, month;
  };
  const Row rows[] = {{"2026", 2026, 0, 0},    {"2026-Q1", 2026, 1, 0},  {"2026-Q4", 2026, 4, 0},
                      {"2026-01", 2026, 0, 1}, {"2026-12", 2026, 0, 12}, {"0001", 1, 0, 0}};
  for (const Row& row : rows) {
    absl::StatusOr<Period> period = ParsePeriod(row.text);
    ASSERT_TRUE(period.ok()) << row.text;
    EXPECT_EQ(period->year, row.year);
    EXPECT_EQ(period->quarter, row.quarter);
    EXPECT_EQ(period->month, row.month);
    EXPECT_FALSE(period->exact.has_value());
  }
  absl::StatusOr<Period> exact = ParsePeriod("2026-01-01T00:00:00Z/2026-01-02T00:00:00+07:00");
  ASSERT_TRUE(exact.ok());
  EXPECT_EQ(exact->exact, During("2026-01-01T00:00:00Z", "2026-01-01T17:00:00Z"));
  EXPECT_FALSE(exact->days.has_value());
}

// Two days are local ones: which instants they mean depends on a zone, so that none is fixed here.
TEST(ParsePeriod, TakesTwoDays) {
  const absl::StatusOr<Period> days = ParsePeriod("2026-08-01/2026-09-01");
  ASSERT_TRUE(days.ok()) << days.status();
  EXPECT_FALSE(days->exact.has_value());
  EXPECT_EQ(days->year, 0);
  ASSERT_TRUE(days->days.has_value());
  EXPECT_EQ(days->days->first, DayNumber({2026, 8, 1}));
  EXPECT_EQ(days->days->limit, DayNumber({2026, 9, 1}));
  EXPECT_TRUE(ParsePeriod("2028-02-28/2028-02-29").ok());
  for (absl::string_view text :
       {"2026-08-01/2026-08-01", "2026-08-02/2026-08-01", "2026-02-01/2026-02-30",
        "2026-00-01/2026-02-01", "2026-8-1/2026-09-01", "2026-08-01/2026-09",
        "0000-01-01/0001-01-01", "2026-08-01/2026-09-01T00:00:00Z",
        "2026-08-01T00:00:00Z/2026-09-01"}) {
    EXPECT_FALSE(ParsePeriod(text).ok()) << text;
  }
  EXPECT_EQ(ParsePeriod("2026-08-01/2026-09-01T00:00:00Z").status().message(),
            "period '2026-08-01/2026-09-01T00:00:00Z': it begins with a day and does not end "
            "with one");
}

TEST(ParsePeriod, RefusesTheRest) {
  for (absl::string_view text : {"",
                                 "26",
                                 "202",
                                 "0000",
                                 "2026-",
                                 "2026-1",
                                 "2026-13",
                                 "2026-00",
                                 "2026-Q0",
                                 "2026-Q5",
                                 "2026-q1",
                                 "2026-001",
                                 "2026-Q1 ",
                                 " 2026",
                                 "2026/2027",
                                 "/",
                                 "2026-02-01",
                                 "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z",
                                 "2026-01-01T00:00:00Z/2026-01-01T00:00:00Z",
                                 "2026-01-01T00:00:00Z/"}) {
    EXPECT_EQ(ParsePeriod(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  // What to write is said by whoever asks, and so once.
  EXPECT_EQ(ParsePeriod("then/2026-01-01T00:00:00Z").status().message(),
            "period 'then/2026-01-01T00:00:00Z': what stands before the / is no time");
  EXPECT_EQ(ParsePeriod("2026-01-01T00:00:00Z/now").status().message(),
            "period '2026-01-01T00:00:00Z/now': what stands after the / is no time");
}

}  // namespace
}  // namespace tally::replay
