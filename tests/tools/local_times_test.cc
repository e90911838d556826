// Goal: periods, times and days are told as the clocks of their zone show them, also on the days on
// which clocks change, and in UTC where no zone is known.
// Method: Berlin and Apia by the machine's own rules; the hours of a change by hand.
#include "tools/local_times.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/scenarios/player.h"

namespace tally::tools {
namespace {

replay::Zone ZoneOfMachine(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  absl::StatusOr<replay::Zone> zone = replay::Zone::Parse(bytes);
  EXPECT_TRUE(zone.ok()) << name;
  return *std::move(zone);
}
Instant At(const std::string& text) { return *ParseInstant(text); }
Interval Between(const std::string& first, const std::string& limit) {
  return {At(first), At(limit)};
}

TEST(LocalTimes, PeriodsAreNamedAsPeopleNameThem) {
  const replay::Zone berlin = ZoneOfMachine("Europe/Berlin");
  const struct {
    const char *first, *limit, *words;
  } kCases[] = {
      {"2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", "March 2026"},
      {"2025-12-31T23:00:00Z", "2026-03-31T22:00:00Z", "Q1 2026"},
      {"2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z", "2026"},
      {"2026-03-09T23:00:00Z", "2026-03-10T23:00:00Z", "10 March 2026"},
      {"2026-02-28T23:00:00Z", "2026-03-14T23:00:00Z", "1 March 2026 to 14 March 2026"},
      {"2026-01-31T23:00:00Z", "2026-04-30T22:00:00Z", "1 February 2026 to 30 April 2026"},
      {"2026-03-10T10:00:00Z", "2026-03-31T22:00:00Z", "2026-03-10 11:00 to 2026-04-01 00:00"}};
  for (const auto& each : kCases) {
    EXPECT_EQ(PeriodWords(Between(each.first, each.limit), &berlin), each.words);
  }
  EXPECT_EQ(PeriodWords(Between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), nullptr),
            "March 2026");
}

TEST(LocalTimes, LocalTimeStandsBesideUtc) {
  const replay::Zone berlin = ZoneOfMachine("Europe/Berlin");
  EXPECT_EQ(LocalWords(At("2026-03-10T10:00:07.120Z"), &berlin), "2026-03-10 11:00:07");
  EXPECT_EQ(SecondWords(At("2026-03-10T10:00:07.120Z")), "2026-03-10T10:00:07Z");
  EXPECT_EQ(BothWords(At("2026-05-11T22:00:00Z"), &berlin, "Europe/Berlin"),
            "2026-05-12 00:00 Europe/Berlin (2026-05-11T22:00:00Z)");
  EXPECT_EQ(BothWords(At("2026-05-11T22:00:00Z"), nullptr, "UTC"), "2026-05-11T22:00:00Z");
  EXPECT_EQ(
      StretchWords(Between("2026-03-10T10:00:00Z", "2026-03-10T16:00:00Z"), &berlin, "Berlin"),
      "2026-03-10 11:00 to 17:00 Berlin (2026-03-10T10:00:00Z to 2026-03-10T16:00:00Z)");
}

TEST(LocalTimes, DaysAreLocalOnesOf23And25Hours) {
  const replay::Zone berlin = ZoneOfMachine("Europe/Berlin");
  const std::vector<LocalDay> march =
      LocalDaysOf(Between("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"), &berlin);
  ASSERT_EQ(march.size(), 31u);
  ASSERT_EQ(march[28].parts.size(), 2u) << "the 29th";
  EXPECT_EQ(march[28].parts[0].interval.limit, At("2026-03-29T01:00:00Z"));
  EXPECT_EQ(march[28].parts[1].first_s, 3 * 3600) << "from two to three there is nothing";
  EXPECT_EQ(march[30].parts[0].interval.limit, At("2026-03-31T22:00:00Z"));
  const std::vector<LocalDay> october =
      LocalDaysOf(Between("2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"), &berlin);
  ASSERT_EQ(october.size(), 31u);
  ASSERT_EQ(october[24].parts.size(), 2u) << "the 25th";
  EXPECT_EQ(october[24].parts[1].interval.first, At("2026-10-25T01:00:00Z"));
  EXPECT_EQ(october[24].parts[1].first_s, 2 * 3600) << "from two to three comes twice";
}

// Days cover the period without gaps, whatever the zone does; a day that it skips is none.
TEST(LocalTimes, DaysTileThePeriod) {
  for (const char* name : {"Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe", "UTC"}) {
    const replay::Zone zone = ZoneOfMachine(name);
    const Interval period = Between("2011-12-01T05:17:23.5Z", "2012-11-15T03:00:00Z");
    Instant at = period.first;
    for (const LocalDay& day : LocalDaysOf(period, &zone)) {
      for (const LocalDay::Part& part : day.parts) {
        EXPECT_EQ(part.interval.first, at) << name;
        EXPECT_LT(part.interval.first, part.interval.limit);
        EXPECT_EQ(zone.DayAt(part.interval.first), day.day);
        at = part.interval.limit;
      }
    }
    EXPECT_EQ(at, period.limit) << name;
  }
}

// By the rules in the ledger and under the names of the terms.
TEST(LocalTimes, APageTellsItsPeriodAndItsParties) {
  tests::Player player;
  player.PlayScenarioToTerms();
  const std::string html =
      player.Must({"replay", "web-shop", "--period", "2026-02", "--html", "-"});
  for (const char* said :
       {"February 2026 (", "Parties: ", "provider (provider)", "Owed by: provider (provider).",
        "<td class=\"time\">", "accrued: what the party is owed, and nobody claimed it yet"}) {
    EXPECT_NE(html.find(said), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace tally::tools
