// Goal: business time is what a clock on the wall says, minute by minute, through clock changes and
// holidays; deadlines are the earliest instants; a calendar text that is not exact is refused.
// Method: the worked cases GC-22, GC-23, GC-24 and GC-50(b); every minute of the weeks of clock
// changes in zones of three kinds against the local time; one broken text for each rule.
#include "replay/terms/business_calendar.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

BusinessCalendar Calendar(const std::string& lines, const std::string& zone = "UTC") {
  absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(
      absl::StrCat("tally-calendar/1\nzone: ", zone, "\n", lines), LoadZone(zone));
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  return calendar.ok() ? *std::move(calendar) : BusinessCalendar::Always();
}

std::string After(const BusinessCalendar& calendar, absl::string_view start, Duration length,
                  const std::vector<Interval>& paused = {}) {
  absl::StatusOr<Instant> after = calendar.After(At(start), length, paused);
  return after.ok() ? FormatInstant(*after) : std::string(after.status().message());
}

// GC-22
TEST(BusinessCalendar, GC22FourHoursOfNineToFive) {
  const BusinessCalendar calendar = Calendar("hours: mon-fri 09:00-17:00\n");
  EXPECT_EQ(After(calendar, "2024-02-01T16:00:00Z", Hours(4)), "2024-02-02T12:00:00Z");
  EXPECT_EQ(After(calendar, "2024-02-02T16:00:00Z", Hours(4)), "2024-02-05T12:00:00Z");
  EXPECT_EQ(After(calendar, "2024-02-03T10:00:00Z", Hours(4)), "2024-02-05T13:00:00Z");
  EXPECT_EQ(After(calendar, "2024-02-01T17:00:00Z", Hours(4)), "2024-02-02T13:00:00Z");
}

// GC-23
TEST(BusinessCalendar, GC23AClockChangeInsideAPause) {
  const BusinessCalendar calendar = Calendar("hours: mon-fri 08:00-18:00\n", "Europe/Madrid");
  const std::vector<Interval> paused = {Between("2026-03-27T16:00:00Z", "2026-03-30T05:30:00Z")};
  EXPECT_EQ(After(calendar, "2026-03-27T15:00:00Z", Hours(8), paused), "2026-03-30T13:00:00Z");
  const Duration open = calendar.OpenTime(Between("2026-03-27T15:00:00Z", "2026-03-30T13:30:00Z"));
  EXPECT_EQ(open.micros - calendar.OpenTime(paused[0]).micros, Minutes(510).micros);
  // A calendar that knows no summer time is an hour behind.
  const BusinessCalendar fixed = Calendar("hours: mon-fri 07:00-17:00\n");
  EXPECT_EQ(After(fixed, "2026-03-27T15:00:00Z", Hours(8), paused), "2026-03-30T14:00:00Z");
}

// GC-24
TEST(BusinessCalendar, GC24EachVersionOfTheHolidaysHasItsOwnDeadline) {
  const std::string hours = "hours: mon-sun 09:00-21:00\n";
  const struct {
    std::string holidays;
    const char* due;
  } cases[] = {
      {"", "2016-11-13T20:00:00Z"},
      {"holiday: 2016-11-13 Volkstrauertag\n", "2016-11-14T20:00:00Z"},
      {"holiday: 2016-11-11 St. Martin\nholiday: 2016-11-13 Volkstrauertag\n",
       "2016-11-15T20:00:00Z"},
  };
  for (const auto& each : cases) {
    const BusinessCalendar calendar = Calendar(hours + each.holidays, "Europe/Berlin");
    EXPECT_EQ(After(calendar, "2016-11-09T22:00:00Z", Hours(48)), each.due) << each.holidays;
  }
}

// GC-50(b)
TEST(BusinessCalendar, GC50FifthBusinessDayAtFive) {
  const std::string hours = "hours: mon-fri 09:00-17:00\n";
  const BusinessCalendar with =
      Calendar(hours + "holiday: 2026-07-03 Independence Day\n", "America/New_York");
  const BusinessCalendar without = Calendar(hours, "America/New_York");
  const absl::StatusOr<Instant> later = with.NthBusinessDay(2026, 7, 5, Hours(17));
  const absl::StatusOr<Instant> sooner = without.NthBusinessDay(2026, 7, 5, Hours(17));
  ASSERT_TRUE(later.ok() && sooner.ok());
  EXPECT_EQ(FormatInstant(*later), "2026-07-08T21:00:00Z");
  EXPECT_EQ(FormatInstant(*sooner), "2026-07-07T21:00:00Z");
  EXPECT_FALSE(with.NthBusinessDay(2026, 7, 23, Hours(17)).ok());  // July has 22
  EXPECT_TRUE(with.NthBusinessDay(2026, 7, 22, Hours(17)).ok());
  EXPECT_FALSE(with.NthBusinessDay(2026, 13, 1, Hours(17)).ok());
  EXPECT_FALSE(with.NthBusinessDay(2026, 7, 0, Hours(17)).ok());
}

TEST(BusinessCalendar, TimersOfBusinessDaysEndAtClosingOrMidnight) {
  const BusinessCalendar calendar = Calendar(
      "hours: mon-thu 08:00-12:00 13:00-18:00\nhours: fri 08:00-13:00\nholiday: 2026-05-01\n",
      "Europe/Berlin");
  // Day 0 is Wednesday 29 April; Friday is a holiday.
  const auto end = [&](int64_t days, bool at_midnight) {
    absl::StatusOr<Instant> instant =
        calendar.EndOfBusinessDay(At("2026-04-29T20:00:00Z"), days, at_midnight);
    return instant.ok() ? FormatInstant(*instant) : std::string("none");
  };
  EXPECT_EQ(end(1, false), "2026-04-30T16:00:00Z");
  EXPECT_EQ(end(1, true), "2026-04-30T22:00:00Z");
  EXPECT_EQ(end(2, false), "2026-05-04T16:00:00Z");
  EXPECT_EQ(end(6, false), "2026-05-08T11:00:00Z");  // the Friday after
  EXPECT_EQ(end(0, false), "none");
  EXPECT_EQ(FormatInstant(
                *BusinessCalendar::Always().EndOfBusinessDay(At("2026-04-29T20:00:00Z"), 2, false)),
            "2026-05-02T00:00:00Z");
}

// ---- The clock on the wall -----------------------------------------------------------------

// Mon-Sat 06:30-22:00 with a break at 12:00-12:45; Sunday 00:00-24:00; edges are no repeated times.
bool IsOpenOnTheWall(const CivilTime& time) {
  const int weekday = WeekdayOf(DayNumber(time.day));
  const int minute = time.hour * 60 + time.minute;
  if (weekday == 0) return true;
  return minute >= 390 && minute < 1320 && !(minute >= 720 && minute < 765);
}

void CompareWithTheWall(const std::string& name, absl::string_view first, int days) {
  SCOPED_TRACE(name);
  const BusinessCalendar calendar =
      Calendar("hours: mon-sat 06:30-12:00 12:45-22:00\nhours: sun 00:00-24:00\n", name);
  const Instant start = At(first);
  std::vector<int64_t> open_before = {0};  // minutes, by the wall
  for (int minute = 0; minute < days * 1440; ++minute) {
    const Instant at = start + Minutes(minute);
    open_before.push_back(open_before.back() +
                          (IsOpenOnTheWall(calendar.zone().CivilAt(at)) ? 1 : 0));
  }
  // Every length from the start, and from places inside.
  for (int from : {0, 700, 2881, 4321}) {
    for (int until = from; until <= days * 1440; until += 37) {
      ASSERT_EQ(
          calendar.OpenTime({start + Minutes(from), start + Minutes(until)}).micros,
          Minutes(open_before[static_cast<size_t>(until)] - open_before[static_cast<size_t>(from)])
              .micros)
          << from << " to " << until;
    }
    // Every deadline is the first minute at which the wall has counted as much.
    int64_t wanted = 61;
    for (int until = from; until <= days * 1440; ++until) {
      const int64_t passed =
          open_before[static_cast<size_t>(until)] - open_before[static_cast<size_t>(from)];
      if (passed < wanted) continue;
      const absl::StatusOr<Instant> after =
          calendar.After(start + Minutes(from), Minutes(wanted), {});
      ASSERT_TRUE(after.ok());
      ASSERT_EQ(after->micros, (start + Minutes(until)).micros) << wanted << " after " << from;
      wanted += 61;
    }
  }
}

TEST(BusinessCalendar, EveryMinuteOfTheWeeksOfClockChanges) {
  CompareWithTheWall("Europe/Madrid", "2026-03-25T00:00:00Z", 8);
  CompareWithTheWall("Europe/Madrid", "2026-10-21T00:00:00Z", 8);
  CompareWithTheWall("America/New_York", "2026-03-04T00:00:00Z", 8);
  CompareWithTheWall("America/New_York", "2026-10-28T00:00:00Z", 8);
  CompareWithTheWall("Australia/Lord_Howe", "2026-04-01T00:00:00Z", 8);
  CompareWithTheWall("Pacific/Apia", "2011-12-27T00:00:00Z", 8);  // Friday 30 was skipped
}

TEST(BusinessCalendar, PausesAreTakenOutMinuteByMinute) {
  const BusinessCalendar calendar = Calendar("hours: mon-fri 08:00-18:00\n", "Europe/Madrid");
  const Instant start = At("2026-03-26T15:00:00Z");
  const std::vector<Interval> paused = {Between("2026-03-26T14:00:00Z", "2026-03-26T15:10:00Z"),
                                        Between("2026-03-26T16:30:00Z", "2026-03-27T09:15:00Z"),
                                        Between("2026-03-27T09:15:00Z", "2026-03-27T10:00:00Z"),
                                        Between("2026-03-29T00:00:00Z", "2026-03-30T07:00:00Z")};
  int64_t passed = 0;
  for (int minute = 0; minute < 6 * 1440; ++minute) {
    const Instant at = start + Minutes(minute);
    bool counts = calendar.OpenTime({at, at + Minutes(1)}) == Minutes(1);
    for (const Interval& pause : paused) counts = counts && !pause.Contains(at);
    if (!counts) continue;
    ++passed;
    const absl::StatusOr<Instant> after = calendar.After(start, Minutes(passed), paused);
    ASSERT_TRUE(after.ok());
    ASSERT_EQ(after->micros, (at + Minutes(1)).micros) << passed;
  }
  EXPECT_GT(passed, 600);
  EXPECT_EQ(calendar.After(start, Duration{0}, paused)->micros, start.micros);
}

TEST(BusinessCalendar, AnEdgeInARepeatedHourIsItsFirstOccurrence) {
  // 02:00 to 03:00 of 25 October 2026 stands twice on the wall in Madrid.
  const Interval night = Between("2026-10-24T22:00:00Z", "2026-10-25T05:00:00Z");
  EXPECT_EQ(Calendar("hours: sun 01:00-03:00\n", "Europe/Madrid").OpenTime(night).micros,
            Hours(3).micros);
  EXPECT_EQ(Calendar("hours: sun 01:00-02:30\n", "Europe/Madrid").OpenTime(night).micros,
            Minutes(90).micros);
  EXPECT_EQ(Calendar("hours: sun 02:30-03:00\n", "Europe/Madrid").OpenTime(night).micros,
            Minutes(90).micros);
  // A skipped time has no length.
  EXPECT_EQ(Calendar("hours: sun 02:00-03:00\n", "Europe/Madrid")
                .OpenTime(Between("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"))
                .micros,
            0);
}

TEST(BusinessCalendar, OpenReplacesTheHoursOfADay) {
  const BusinessCalendar calendar = Calendar(
      "hours: mon-fri 08:00-18:00\nholiday: 2026-12-25 Christmas\nopen: 2026-12-24 08:00-12:00 "
      "Christmas Eve\nopen: 2026-12-27 10:00-11:00\n");
  EXPECT_FALSE(calendar.IsBusinessDay({2026, 12, 25}));
  EXPECT_FALSE(calendar.IsBusinessDay({2026, 12, 26}));
  EXPECT_TRUE(calendar.IsBusinessDay({2026, 12, 27}));
  EXPECT_EQ(calendar.OpenTime(Between("2026-12-24T00:00:00Z", "2026-12-28T00:00:00Z")).micros,
            Hours(5).micros);
  EXPECT_EQ(calendar.OpenWithin(Between("2026-12-24T09:00:00Z", "2026-12-24T09:00:00Z")).size(),
            0u);
}

TEST(BusinessCalendar, AlwaysIsOpen) {
  const BusinessCalendar always = BusinessCalendar::Always();
  EXPECT_EQ(always.OpenTime({kInstantFirst, kInstantLast}).micros,
            (kInstantLast - kInstantFirst).micros);
  EXPECT_EQ(After(always, "2026-02-28T23:59:59.999999Z", Seconds(1)),
            "2026-03-01T00:00:00.999999Z");
  // Days that touch are one interval.
  EXPECT_EQ(Calendar("hours: mon-sun 00:00-24:00\n", "Europe/Madrid")
                .OpenWithin(Between("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))
                .size(),
            1u);
}

TEST(BusinessCalendar, ACalendarThatNeverOpensAgainEndsTheSearch) {
  const BusinessCalendar calendar = Calendar("hours: mon 00:00-00:01\n");
  const absl::StatusOr<Instant> after = calendar.After(At("2026-01-01T00:00:00Z"), Hours(100), {});
  EXPECT_EQ(after.status().code(), absl::StatusCode::kOutOfRange);
}

TEST(BusinessCalendar, ATextThatIsNotExactIsRefused) {
  const std::string head = "tally-calendar/1\nzone: UTC\n";
  const std::string good = head + "hours: mon-fri 08:00-18:00\n";
  ASSERT_TRUE(BusinessCalendar::Parse(good, Zone::Utc()).ok());
  EXPECT_EQ(*BusinessCalendar::ZoneNameOf("tally-calendar/1\nzone: Europe/Berlin\n"),
            "Europe/Berlin");
  const std::string bad[] = {
      "",
      "tally-calendar/2\nzone: UTC\nhours: mon-fri 08:00-18:00\n",
      "tally-calendar/1\nhours: mon-fri 08:00-18:00\n",
      "tally-calendar/1\nzone: Europe Berlin\nhours: mon-fri 08:00-18:00\n",
      head,
      good + "\n",
      good.substr(0, good.size() - 1),
      head + "hours: mon-fri 08:00-18:00\r\n",
      head + "hours:  mon-fri 08:00-18:00\n",
      head + "hours: mon-fri 08:00-18:00 \n",
      head + "hours: mon-fri\n",
      head + "hours: fri-mon 08:00-18:00\n",
      head + "hours: mon-mon 08:00-18:00\n",
      head + "hours: mon-tue-wed 08:00-18:00\n",
      head + "hours: Mon 08:00-18:00\n",
      head + "hours: mon 8:00-18:00\n",
      head + "hours: mon 08:00-24:01\n",
      head + "hours: mon 08:60-18:00\n",
      head + "hours: mon 18:00-08:00\n",
      head + "hours: mon 08:00-08:00\n",
      head + "hours: mon 08:00-12:00 12:00-18:00\n",
      head + "hours: mon 13:00-18:00 08:00-12:00\n",
      head + "hours: mon 08:00-18:00 Monday\n",
      head + "hours: mon-fri 08:00-18:00\nhours: fri 19:00-20:00\n",
      good + "holiday: 2026-02-29 No Day\n",
      good + "holiday: 2026-2-28\n",
      good + "holiday: 2026-05-02\nholiday: 2026-05-01\n",
      good + "holiday: 2026-05-01\nholiday: 2026-05-01\n",
      good + "open: 2026-05-02\n",
      good + "open: 2026-05-02 Saturday\n",
      good + "open: 2026-05-02 08:00-10:00 9 Lives\n",
      good + "holiday: 2026-05-02\nopen: 2026-05-02 08:00-10:00\n",
      good + "closed: 2026-05-02\n",
      good + "holiday:\n",
  };
  for (const std::string& text : bad) {
    const absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(text, Zone::Utc());
    EXPECT_EQ(calendar.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_NE(
      std::string(
          BusinessCalendar::Parse(good + "holiday: 2026-02-29\n", Zone::Utc()).status().message())
          .find("line 4"),
      std::string::npos);
}

TEST(BusinessCalendar, HoursOverMidnightAreToldHowToBeWritten) {
  const absl::Status status =
      BusinessCalendar::Parse("tally-calendar/1\nzone: UTC\nhours: mon-fri 22:00-06:00\n",
                              Zone::Utc())
          .status();
  EXPECT_NE(std::string(status.message())
                .find("hours over midnight are 22:00-24:00 of one day and 00:00-06:00 of the next"),
            std::string::npos)
      << status;
}

}  // namespace
}  // namespace tally::replay
