// Time of day is read from and written to the proleptic Gregorian calendar in UTC. Day numbers
// follow the 400-year cycle of 146,097 days, counted from 0000-03-01 so that a leap day is the last
// day of its year and no table of month lengths is needed.
#include "schema/instant.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tally {
namespace {

constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;
constexpr int64_t kCycleDays = 146'097;
constexpr int64_t kEpochDays = 719'468;  // from 0000-03-01 to 1970-01-01

int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysInMonth(int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

int64_t DayNumber(int64_t year, int month, int day) {
  const int64_t march_year = month <= 2 ? year - 1 : year;
  const int64_t cycle = FloorDivide(march_year, 400);
  const int64_t year_of_cycle = march_year - cycle * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int64_t day_of_cycle =
      year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * kCycleDays + day_of_cycle - kEpochDays;
}

struct CivilDay {
  int64_t year;
  int64_t month;
  int64_t day;
};

CivilDay CivilFromDayNumber(int64_t number) {
  const int64_t shifted = number + kEpochDays;
  const int64_t cycle = FloorDivide(shifted, kCycleDays);
  const int64_t day_of_cycle = shifted - cycle * kCycleDays;
  const int64_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36'524 - day_of_cycle / 146'096) / 365;
  const int64_t day_of_year =
      day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  const int64_t march_month = (5 * day_of_year + 2) / 153;
  const int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {.year = year_of_cycle + cycle * 400 + (month <= 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * march_month + 2) / 5 + 1};
}

// Takes fixed pieces off the front of a text; the first mismatch makes it fail for good.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}
  int64_t Digits(size_t count) {
    int64_t value = 0;
    if (rest_.size() < count) ok_ = false;
    for (size_t i = 0; ok_ && i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') ok_ = false;
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return ok_ ? value : 0;
  }
  void Expect(char wanted) {
    if (!Take(wanted)) ok_ = false;
  }
  bool Take(char wanted) {
    if (!ok_ || rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  size_t DigitsAhead() const {
    size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    return count;
  }
  bool ok() const { return ok_; }
  bool Done() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

absl::Status BadInstant(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a time: ", why));
}

constexpr absl::string_view kInstantForm =
    "expected RFC 3339 with an offset, like 2026-02-01T00:00:00Z";

// Minutes east of UTC, or no value when the text is neither "Z" nor "+hh:mm" nor "-hh:mm".
struct Offset {
  bool valid = false;
  int64_t minutes = 0;
};

Offset ScanOffset(Scanner& scan) {
  if (scan.Take('Z')) return {.valid = true};
  const bool west = scan.Take('-');
  if (!west) scan.Expect('+');
  const int64_t hours = scan.Digits(2);
  scan.Expect(':');
  const int64_t minutes = scan.Digits(2);
  // "-00:00" means that the offset is not known, which no contract can rest on.
  if (!scan.ok() || hours > 23 || minutes > 59 || (west && hours == 0 && minutes == 0)) return {};
  return {.valid = true, .minutes = (west ? -1 : 1) * (hours * 60 + minutes)};
}

struct Unit {
  absl::string_view name;
  int64_t micros;
};
constexpr std::array<Unit, 6> kUnits = {{{"d", kDayMicros},
                                         {"h", int64_t{3600} * 1'000'000},
                                         {"min", int64_t{60} * 1'000'000},
                                         {"s", 1'000'000},
                                         {"ms", 1'000},
                                         {"us", 1}}};

absl::Status BadDuration(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a length of time: ", why));
}

}  // namespace

Duration operator-(Instant later, Instant earlier) {
  int64_t micros = 0;
  if (__builtin_sub_overflow(later.micros, earlier.micros, &micros)) {
    return {later > earlier ? Instant::Max().micros : Instant::Min().micros};
  }
  return {micros};
}

Instant operator+(Instant instant, Duration length) {
  if (instant == Instant::Min() || instant == Instant::Max()) return instant;
  Instant sum;
  if (__builtin_add_overflow(instant.micros, length.micros, &sum.micros)) {
    return length.micros > 0 ? Instant::Max() : Instant::Min();
  }
  return sum;
}

Instant operator-(Instant instant, Duration length) {
  if (instant == Instant::Min() || instant == Instant::Max()) return instant;
  Instant difference;
  if (__builtin_sub_overflow(instant.micros, length.micros, &difference.micros)) {
    return length.micros > 0 ? Instant::Min() : Instant::Max();
  }
  return difference;
}

Interval Intersection(const Interval& a, const Interval& b) {
  const Instant first = std::max(a.first, b.first);
  return {first, std::max(first, std::min(a.limit, b.limit))};
}

Duration Length(const Interval& interval) {
  return interval.empty() ? Duration{} : interval.limit - interval.first;
}

absl::StatusOr<Instant> ParseInstant(absl::string_view text) {
  Scanner scan(text);
  const int64_t year = scan.Digits(4);
  scan.Expect('-');
  const int64_t month = scan.Digits(2);
  scan.Expect('-');
  const int64_t day = scan.Digits(2);
  scan.Expect('T');
  const int64_t hour = scan.Digits(2);
  scan.Expect(':');
  const int64_t minute = scan.Digits(2);
  scan.Expect(':');
  const int64_t second = scan.Digits(2);
  int64_t fraction = 0;
  if (scan.Take('.')) {
    const size_t digits = scan.DigitsAhead();
    if (digits > 6) return BadInstant(text, "at most six fractional digits are kept");
    if (digits == 0) return BadInstant(text, kInstantForm);
    fraction = scan.Digits(digits);
    for (size_t i = digits; i < 6; ++i) fraction *= 10;
  }
  const Offset offset = ScanOffset(scan);
  if (!scan.Done() || !offset.valid) return BadInstant(text, kInstantForm);
  if (year < 1) return BadInstant(text, "years run from 0001 to 9999");
  if (month < 1 || month > 12) return BadInstant(text, "there is no such month");
  if (day < 1 || day > DaysInMonth(year, static_cast<int>(month))) {
    return BadInstant(text, "there is no such day");
  }
  if (hour > 23 || minute > 59) return BadInstant(text, "there is no such time of day");
  if (second > 59) return BadInstant(text, "seconds run to 59: leap seconds are not counted");
  const int64_t day_number = DayNumber(year, static_cast<int>(month), static_cast<int>(day));
  const int64_t seconds =
      day_number * 86'400 + hour * 3600 + (minute - offset.minutes) * 60 + second;
  const Instant instant{seconds * 1'000'000 + fraction};
  if (instant < kInstantFirst || instant > kInstantLast) {
    return BadInstant(text, "in UTC it lies outside the years 0001 to 9999");
  }
  return instant;
}

std::string FormatInstant(Instant instant) {
  if (instant == Instant::Min()) return "always";
  if (instant == Instant::Max()) return "never";
  const int64_t day_number = FloorDivide(instant.micros, kDayMicros);
  const int64_t of_day = instant.micros - day_number * kDayMicros;
  const CivilDay civil = CivilFromDayNumber(day_number);
  const int64_t seconds = of_day / 1'000'000;
  const int64_t micros = of_day % 1'000'000;
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", civil.year, civil.month,
                                     civil.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (micros % 1000 != 0) {
    absl::StrAppendFormat(&text, ".%06d", micros);
  } else if (micros != 0) {
    absl::StrAppendFormat(&text, ".%03d", micros / 1000);
  }
  return text + "Z";
}

absl::StatusOr<Duration> ParseDuration(absl::string_view text) {
  constexpr absl::string_view kForm = "expected a whole number and one of us, ms, s, min, h, d";
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0) return BadDuration(text, kForm);
  if (digits > 1 && text[0] == '0') return BadDuration(text, "it begins with a needless zero");
  int64_t count = 0;
  for (char digit : text.substr(0, digits)) {
    if (__builtin_mul_overflow(count, int64_t{10}, &count) ||
        __builtin_add_overflow(count, int64_t{digit - '0'}, &count)) {
      return BadDuration(text, "it is too long");
    }
  }
  absl::string_view name = text.substr(digits);
  if (!name.empty() && name[0] == ' ') name.remove_prefix(1);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    Duration length;
    if (__builtin_mul_overflow(count, unit.micros, &length.micros)) {
      return BadDuration(text, "it is too long");
    }
    return length;
  }
  return BadDuration(text, kForm);
}

std::string FormatDuration(Duration length) {
  if (length.micros == 0) return "0 s";
  for (const Unit& unit : kUnits) {
    if (length.micros % unit.micros == 0) {
      return absl::StrCat(length.micros / unit.micros, " ", unit.name);
    }
  }
  return absl::StrCat(length.micros, " us");  // not reached: every length is whole microseconds
}

}  // namespace tally
