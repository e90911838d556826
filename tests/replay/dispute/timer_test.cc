// Goal: timers end at the instant that their terms say, in every unit (DOMAIN 3.17 rule 25, GC-41).
// Method: one beginning in each unit, across a clock change and a closing hour at midnight.
#include "replay/dispute/timer.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

Choices Days(const std::string& unit, const std::string& number) {
  if (unit != "business days") return Choices({{"counted in", {unit}}, {"number", {number}}});
  return Choices({{"after closing", {"counts as the next business day"}},
                  {"calendar", {"desk"}},
                  {"counted in", {unit}},
                  {"day ends", {"at the closing hour"}},
                  {"number", {number}}});
}
Instant Due(const Choices& choices, const CalendarBook& calendars, absl::string_view begins) {
  absl::StatusOr<Timer> timer = TimerOf(choices, calendars);
  EXPECT_TRUE(timer.ok()) << timer.status();
  absl::StatusOr<Instant> due = DueBy(*timer, Zone::Utc(), On(begins));
  EXPECT_TRUE(due.ok()) << due.status();
  return *due;
}
CalendarBook DeskUntil(absl::string_view closes) {
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(
      "tally-calendar/1\nzone: Etc/UTC\nhours: mon-fri 09:00-" + std::string(closes) + "\n",
      Zone::Utc());
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  CalendarBook book;
  book.emplace("desk", *std::move(calendar));
  return book;
}

TEST(Timer, DaysAreElapsedOrLocal) {
  EXPECT_EQ(Due(Days("elapsed days", "30"), {}, "2026-05-01T06:00:00Z"),
            On("2026-05-31T06:00:00Z"));
  EXPECT_EQ(Due(Days("calendar days", "5"), {}, "2026-05-08T12:00:00Z"),
            On("2026-05-14T00:00:00Z"));
  EXPECT_EQ(Due(Days("calendar days", "0"), {}, "2026-05-08T12:00:00Z"),
            On("2026-05-09T00:00:00Z"));
}

TEST(Timer, BusinessDaysBeginWithTheDayOfReceipt) {
  const CalendarBook desk = DeskUntil("17:00");
  EXPECT_EQ(Due(Days("business days", "1"), desk, "2026-04-10T16:59:59Z"),
            On("2026-04-13T17:00:00Z"));
  EXPECT_EQ(Due(Days("business days", "1"), desk, "2026-04-10T17:00:00Z"),
            On("2026-04-14T17:00:00Z"))
      << "received on Monday";
  EXPECT_EQ(Due(Days("business days", "1"), desk, "2026-04-11T10:00:00Z"),
            On("2026-04-13T17:00:00Z"))
      << "a Saturday has no closing hour";
}

TEST(Timer, ADayThatClosesAtMidnightIsItself) {
  const CalendarBook late = DeskUntil("24:00");
  EXPECT_EQ(Due(Days("business days", "1"), late, "2026-04-09T23:59:59Z"),
            On("2026-04-11T00:00:00Z"));
}

TEST(Timer, ACalendarMustBeNamedByTheTerms) {
  EXPECT_EQ(TimerOf(Days("business days", "1"), {}).status().code(), absl::StatusCode::kNotFound);
  const CalendarBook desk = DeskUntil("17:00");
  absl::StatusOr<Timer> none = TimerOf(Days("business days", "0"), desk);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(DueBy(*none, Zone::Utc(), On("2026-04-10T10:00:00Z")).ok());
}

}  // namespace
}  // namespace tally::replay
