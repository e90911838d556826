// Calendar arithmetic by counting days from 1 March of year 0, so that the leap day is the last day
// of its year: then a date is a closed formula in eras of 400 years and needs no loops.
#include "replay/terms/civil.h"

#include "absl/strings/str_format.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kDaysPerEra = 146'097;   // 400 Gregorian years
constexpr int64_t kDaysToEpoch = 719'468;  // 0000-03-01 to 1970-01-01
constexpr Wide kMicrosPerDay = Wide{kSecondsPerDay} * kMicrosPerSecond;

}  // namespace

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int64_t DayNumber(const CivilDay& day) {
  int64_t months_since_march = day.year * 12 + (day.month - 1) - 2;
  int64_t year = FloorDivide(months_since_march, 12);  // begins in March
  int64_t month = months_since_march - year * 12;      // 0 is March
  int64_t era = FloorDivide(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * month + 2) / 5 + day.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysToEpoch;
}

CivilDay DayOfNumber(int64_t number) {
  int64_t shifted = number + kDaysToEpoch;
  int64_t era = FloorDivide(shifted, kDaysPerEra);
  int64_t day_of_era = shifted - era * kDaysPerEra;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month = (5 * day_of_year + 2) / 153;  // 0 is March
  CivilDay day{.year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
               .month = month < 10 ? month + 3 : month - 9,
               .day = day_of_year - (153 * month + 2) / 5 + 1};
  TALLY_CHECK(day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31);
  return day;
}

int WeekdayOf(int64_t day_number) {
  int64_t shifted = day_number + 4;  // 1970-01-01 was a Thursday
  return static_cast<int>(shifted - FloorDivide(shifted, 7) * 7);
}

Wide LocalMicros(const CivilTime& civil) {
  int64_t seconds = int64_t{civil.hour} * 3'600 + int64_t{civil.minute} * 60 + civil.second;
  return DayNumber(civil.day) * kMicrosPerDay + Wide{seconds} * kMicrosPerSecond + civil.micro;
}

CivilTime CivilOfLocalMicros(Wide micros) {
  Wide days = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
  int64_t rest = static_cast<int64_t>(micros - days * kMicrosPerDay);
  int64_t seconds = rest / kMicrosPerSecond;
  return {.day = DayOfNumber(static_cast<int64_t>(days)),
          .hour = static_cast<int>(seconds / 3'600),
          .minute = static_cast<int>(seconds / 60 % 60),
          .second = static_cast<int>(seconds % 60),
          .micro = static_cast<int>(rest % kMicrosPerSecond)};
}

std::string FormatDay(const CivilDay& day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year, day.month, day.day);
}

}  // namespace tally::replay
