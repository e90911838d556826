// Goal: civil time from TZif bytes is what an independent reader says, for every zone and around
// every transition; malformed bytes are refused; the machine's own zone data plays no part.
// Method: compare with abseil's reader (cctz) over all zones of the machine, 1900 to 2100; break
// each field of a small file, and cut it everywhere.
#include "replay/terms/zone.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "replay/terms/window.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

Instant At(const char* text) {
  absl::StatusOr<Instant> instant = ParseInstant(text);
  EXPECT_TRUE(instant.ok()) << text;
  return instant.ok() ? *instant : Instant{};
}

absl::CivilSecond Civil(const CivilTime& time) {
  return absl::CivilSecond(time.day.year, time.day.month, time.day.day, time.hour, time.minute,
                           time.second);
}
CivilTime Civil(const absl::CivilSecond& time) {
  return {.day = {time.year(), time.month(), time.day()},
          .hour = time.hour(),
          .minute = time.minute(),
          .second = time.second()};
}

void CompareInstant(const Zone& zone, const absl::TimeZone& reference, int64_t second) {
  Instant at{second * kMicrosPerSecond};
  absl::TimeZone::CivilInfo info = reference.At(absl::FromUnixSeconds(second));
  EXPECT_EQ(Civil(zone.CivilAt(at)), info.cs) << second;
  EXPECT_EQ(zone.TypeAt(at).offset_s, info.offset) << second;
  EXPECT_EQ(zone.TypeAt(at).abbreviation, info.zone_abbr) << second;
}

void CompareCivil(const Zone& zone, const absl::TimeZone& reference,
                  const absl::CivilSecond& civil) {
  // The first instant at or after: of a repeated time the earlier one, of a skipped one the jump.
  absl::TimeZone::TimeInfo info = reference.At(civil);
  absl::Time expected = info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
  EXPECT_EQ(zone.FirstInstantOf(Civil(civil)).micros, absl::ToUnixMicros(expected)) << civil;
}

// T-53
TEST(Zone, T53EveryZoneAndTransitionAgreesWithAnIndependentReader) {
  std::vector<std::string> names = AllZoneNames();
  if (names.empty()) GTEST_SKIP() << "no zone files on this machine";
  EXPECT_GT(names.size(), 250u);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    absl::StatusOr<Zone> zone = Zone::Parse(ReadZoneFile(name));
    ASSERT_TRUE(zone.ok()) << zone.status();
    absl::TimeZone reference;
    ASSERT_TRUE(absl::LoadTimeZone(name, &reference));
    absl::Time at = absl::FromCivil(absl::CivilDay(1900, 1, 1), absl::UTCTimeZone());
    absl::Time limit = absl::FromCivil(absl::CivilDay(2100, 1, 1), absl::UTCTimeZone());
    absl::TimeZone::CivilTransition transition;
    while (reference.NextTransition(at, &transition) && at < limit) {
      at = reference.At(transition.to).trans;
      int64_t second = absl::ToUnixSeconds(at);
      for (int64_t near : {-86'400, -1, 0, 1, 86'400})
        CompareInstant(*zone, reference, second + near);
      for (const absl::CivilSecond& edge : {transition.from, transition.to}) {
        for (int near : {-86'400, -7'200, -3'600, -1'800, -1, 0, 1, 1'800, 3'600, 7'200, 86'400}) {
          CompareCivil(*zone, reference, edge + near);
        }
        CompareCivil(*zone, reference, absl::CivilSecond(absl::CivilDay(edge)));
        CompareCivil(*zone, reference, absl::CivilSecond(absl::CivilDay(edge) + 1));
      }
      if (HasFailure()) return;
    }
  }
}

// T-53
TEST(Zone, T53MonthsTileTimeInEveryZone) {
  for (const std::string& name : AllZoneNames()) {
    SCOPED_TRACE(name);
    Zone zone = LoadZone(name);
    Instant first = zone.StartOfDay({2000, 1, 1});
    Instant limit = zone.StartOfDay({2038, 1, 1});
    WindowRule rule{.every = WindowEvery::kCalendarMonth,
                    .zone = {},
                    .clipped = ClippedWindow::kNotMeasured,
                    .fixed = {}};
    absl::StatusOr<std::vector<Window>> months =
        WindowsOverlapping(rule, zone, {first, limit}, {first, limit});
    ASSERT_TRUE(months.ok()) << months.status();
    EXPECT_EQ(months->size(), 38u * 12u);
    Duration sum;
    for (const Window& month : *months) sum.micros += Length(month.interval).micros;
    EXPECT_EQ(sum, limit - first);
    if (HasFailure()) return;
  }
}

int64_t MinutesOfMonth(const Zone& zone, int64_t year, int64_t month) {
  Duration length = zone.StartOfDay({year, month + 1, 1}) - zone.StartOfDay({year, month, 1});
  EXPECT_EQ(length.micros % Minutes(1).micros, 0);
  return length.micros / Minutes(1).micros;
}

// T-53
TEST(Zone, T53LengthsOfMonths) {
  EXPECT_EQ(MinutesOfMonth(Zone::Utc(), 2026, 2), 40'320);
  EXPECT_EQ(MinutesOfMonth(Zone::Utc(), 2028, 2), 41'760);
  EXPECT_EQ(MinutesOfMonth(LoadZone("Europe/Berlin"), 2026, 3), 44'580);
  EXPECT_EQ(MinutesOfMonth(LoadZone("Europe/Berlin"), 2026, 10), 44'700);
  Zone howe = LoadZone("Australia/Lord_Howe");  // half an hour of saving
  EXPECT_EQ(MinutesOfMonth(howe, 2026, 4), 43'230);
  EXPECT_EQ(MinutesOfMonth(howe, 2026, 10), 44'610);
}

// T-53
TEST(Zone, T53ASkippedDayHasNoLength) {
  Zone apia = LoadZone("Pacific/Apia");  // went from UTC-10 to UTC+14 over the date line
  Instant jump = At("2011-12-30T10:00:00Z");
  EXPECT_EQ(apia.StartOfDay({2011, 12, 30}), jump);
  EXPECT_EQ(apia.EndOfDay({2011, 12, 30}), jump);
  EXPECT_EQ(apia.StartOfDay({2011, 12, 31}), jump);
  EXPECT_EQ(apia.DayAt(jump - Duration{1}), (CivilDay{2011, 12, 29}));
  EXPECT_EQ(apia.DayAt(jump), (CivilDay{2011, 12, 31}));
  EXPECT_EQ(MinutesOfMonth(apia, 2011, 12), 30 * 1'440);
}

// T-53
TEST(Zone, T53GapsAtMidnightBeginTheDayAtTheJump) {
  Zone beirut = LoadZone("Asia/Beirut");  // 2020-03-29 began at 01:00
  EXPECT_EQ(beirut.StartOfDay({2020, 3, 29}), At("2020-03-28T22:00:00Z"));
  EXPECT_EQ(beirut.CivilAt(At("2020-03-28T22:00:00Z")).hour, 1);
  Zone casablanca = LoadZone("Africa/Casablanca");  // clocks go back for Ramadan
  EXPECT_EQ(casablanca.TypeAt(At("2026-03-01T12:00:00Z")).offset_s, 0);
  EXPECT_EQ(casablanca.TypeAt(At("2026-05-01T12:00:00Z")).offset_s, 3'600);
}

TEST(Zone, TimersEndAtTheEndOfALocalDay) {
  Zone berlin = LoadZone("Europe/Berlin");
  // GC-41 c: received 8 May, five days, through 13 May.
  EXPECT_EQ(berlin.EndOfDayAfter(At("2026-05-08T10:00:00Z"), 5), At("2026-05-13T22:00:00Z"));
  EXPECT_EQ(berlin.EndOfDayAfter(At("2026-10-24T22:00:00Z"), 0), At("2026-10-25T23:00:00Z"));
}

// T-54: the answer comes from the bytes, whatever tree the machine holds.
TEST(Zone, T54OtherRulesOfOneNameGiveTheirOwnPeriods) {
  TzifParts parts;
  parts.transitions = {At("2023-03-25T22:00:00Z").micros / kMicrosPerSecond};
  parts.types = {{7'200, 0, 0}, {10'800, 1, 4}};
  parts.footer = "\nAAA-2BBB,M3.5.0/0,M10.5.0/0\n";
  absl::StatusOr<Zone> first = Zone::Parse(BuildTzif(parts));
  ASSERT_TRUE(first.ok()) << first.status();
  parts.transitions = {At("2023-04-20T22:00:00Z").micros / kMicrosPerSecond};
  parts.footer = "\nAAA-2BBB,M4.4.0/-48,M10.5.0/0\n";
  parts.version = '3';
  absl::StatusOr<Zone> second = Zone::Parse(BuildTzif(parts));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->StartOfDay({2023, 4, 1}), At("2023-03-31T21:00:00Z"));
  EXPECT_EQ(second->StartOfDay({2023, 4, 1}), At("2023-03-31T22:00:00Z"));
}

// T-55
TEST(Zone, T55FarTimesDoNotWrap) {
  Zone berlin = LoadZone("Europe/Berlin");
  EXPECT_EQ(berlin.StartOfDay({2038, 7, 1}), At("2038-06-30T22:00:00Z"));
  EXPECT_EQ(berlin.StartOfDay({2100, 3, 1}), At("2100-02-28T23:00:00Z"));
  EXPECT_EQ(berlin.StartOfDay({2100, 2, 29}), At("2100-02-28T23:00:00Z"));
  EXPECT_EQ(berlin.StartOfDay({9999, 7, 1}), At("9999-06-30T22:00:00Z"));
  EXPECT_EQ(Zone::Utc().StartOfDay({1, 1, 1}), At("0001-01-01T00:00:00Z"));
  EXPECT_EQ(berlin.TypeAt(At("0001-01-01T00:00:00Z")).abbreviation, "LMT");
  for (const Zone& zone : {Zone::Utc(), berlin, LoadZone("Pacific/Kiritimati")}) {
    for (Instant extreme : {Instant::Min(), Instant::Max()}) {
      CivilTime civil = zone.CivilAt(extreme);
      EXPECT_EQ(zone.FirstInstantOf(civil), extreme);
      EXPECT_EQ(zone.StartOfDay({civil.day.year * 3, 1, 1}), extreme);
    }
  }
}

// A year-long saving has no gap between two years.
TEST(Zone, SavingAllYear) {
  TzifParts parts;
  parts.transitions.clear();
  parts.types_after.clear();
  parts.version = '3';
  parts.footer = "\nXXX3EDT4,0/0,J365/23\n";
  absl::StatusOr<Zone> zone = Zone::Parse(BuildTzif(parts));
  ASSERT_TRUE(zone.ok()) << zone.status();
  for (int64_t hour = -20'000; hour < 20'000; ++hour) {
    ASSERT_EQ(zone->TypeAt(Instant{} + Hours(hour)).abbreviation, "EDT") << hour;
  }
}

TEST(Zone, EveryTruncationAndEveryTrailingByteIsRefused) {
  std::vector<Bytes> files = {BuildTzif({})};
  for (const char* name : {"Europe/Berlin", "UTC", "Africa/Casablanca"}) {
    files.push_back(ReadZoneFile(name));
  }
  for (Bytes file : files) {
    ASSERT_TRUE(Zone::Parse(file).ok());
    for (size_t length = 0; length < file.size(); ++length) {
      ASSERT_EQ(Zone::Parse(ByteView(file).first(length)).status().code(),
                absl::StatusCode::kInvalidArgument)
          << length;
    }
    for (char more : {'\0', '\n', 'x'}) {
      file.push_back(static_cast<uint8_t>(more));
      EXPECT_FALSE(Zone::Parse(file).ok());
      file.pop_back();
    }
  }
}

TEST(Zone, EveryBrokenFieldIsRefusedByName) {
  struct Case {
    const char* message;
    void (*breaks)(TzifParts&);
  };
  for (const Case& c : std::vector<Case>{
           {"does not begin", [](TzifParts& p) { p.magic = "TZIF"; }},
           {"version 1", [](TzifParts& p) { p.version = 0; }},
           {"unknown version", [](TzifParts& p) { p.version = '5'; }},
           {"reserved", [](TzifParts& p) { p.reserved[14] = 1; }},
           {"leap seconds", [](TzifParts& p) { p.leaps = 1; }},
           {"number of local types", [](TzifParts& p) { p.types.clear(); }},
           {"no abbreviations", [](TzifParts& p) { p.letters.clear(); }},
           {"standard indicators", [](TzifParts& p) { p.standard_marks = {0}; }},
           {"UT indicators", [](TzifParts& p) { p.ut_marks = {0}; }},
           {"standard indicator is",
            [](TzifParts& p) {
              p.standard_marks = {0, 2};
            }},
           {"UT indicator is",
            [](TzifParts& p) {
              p.standard_marks = {0, 1};
              p.ut_marks = {0, 2};
            }},
           {"without its standard",
            [](TzifParts& p) {
              p.standard_marks = {0, 0};
              p.ut_marks = {0, 1};
            }},
           {"do not ascend",
            [](TzifParts& p) {
              p.transitions = {5, 5};
              p.types_after = {0, 1};
            }},
           {"a type that is not there", [](TzifParts& p) { p.types_after = {2}; }},
           {"offset outside", [](TzifParts& p) { p.types[0].offset_s = 26 * 3'600; }},
           {"offset outside", [](TzifParts& p) { p.types[0].offset_s = -25 * 3'600; }},
           {"daylight indicator", [](TzifParts& p) { p.types[0].saving = 2; }},
           {"index out of range", [](TzifParts& p) { p.types[0].letters_at = 8; }},
           {"without its end", [](TzifParts& p) { p.letters.back() = 'X'; }},
           {"other than letters", [](TzifParts& p) { p.letters[0] = ' '; }},
           {"footer is not one line", [](TzifParts& p) { p.footer = "BBB-1\n"; }},
           {"no rule for the time", [](TzifParts& p) { p.footer = "\n\n"; }},
           {"zone rule", [](TzifParts& p) { p.footer = "\nBBB-1\n\n"; }},
           {"contradicts", [](TzifParts& p) { p.footer = "\nBBB-2\n"; }},
           {"contradicts", [](TzifParts& p) { p.footer = "\nCCC-1\n"; }},
           {"beyond all calendars", [](TzifParts& p) { p.transitions = {INT64_MAX}; }},
       }) {
    TzifParts parts;
    c.breaks(parts);
    absl::Status status = Zone::Parse(BuildTzif(parts)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.message;
    EXPECT_NE(status.message().find(c.message), absl::string_view::npos)
        << c.message << ": " << status;
  }
}

// Counts that claim more than the file holds must not make it allocate.
TEST(Zone, HugeCountsAreRefused) {
  Bytes file = BuildTzif({});
  size_t second_header = 44 + 7;
  for (size_t field = 20; field < 44; field += 4) {
    Bytes broken = file;
    for (size_t i = 0; i < 4; ++i) broken[second_header + field + i] = 0xff;
    EXPECT_FALSE(Zone::Parse(broken).ok()) << field;
    for (size_t i = 0; i < 4; ++i) broken[field + i] = 0xff;
    EXPECT_FALSE(Zone::Parse(broken).ok()) << field;
  }
}

TEST(Zone, LeapSecondFilesAreRefused) {
  Bytes right = ReadZoneFile("right/UTC");
  if (right.empty()) GTEST_SKIP() << "no zone tree \"right\" on this machine";
  EXPECT_EQ(Zone::Parse(right).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::replay
