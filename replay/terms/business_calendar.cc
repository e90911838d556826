// Every question walks local days: the hours of a day become instants by the zone's own rule (the
// first instant whose local time is at or after the one named), so a skipped hour has no length, a
// repeated one is counted as often as the clock shows it inside the hours, and an edge that stands
// in a repeated hour means its first occurrence. That rule is monotone, so the open intervals of
// consecutive days never overlap.
#include "replay/terms/business_calendar.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr absl::string_view kFirstLine = "tally-calendar/1";
constexpr std::array<absl::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                        "fri", "sat", "sun"};
constexpr int64_t kYearsAhead = 20;   // After() gives up: a calendar that never opens would not end
constexpr size_t kLinesMax = 20'000;  // a century of holidays; stops a text that only costs memory

struct Span {
  Duration from, until;
};

absl::Status Malformed(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("calendar, line ", line, ": ", what));
}

// Digits only, as many as there are characters.
std::optional<int> Digits(absl::string_view text) {
  int value = 0;
  for (char letter : text) {
    if (letter < '0' || letter > '9') return std::nullopt;
    value = value * 10 + (letter - '0');
  }
  return value;
}

// "08:00", to "24:00".
std::optional<Duration> ReadClock(absl::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const std::optional<int> hour = Digits(text.substr(0, 2)), minute = Digits(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute != 0)) {
    return std::nullopt;
  }
  return Minutes(*hour * 60 + *minute);
}

std::optional<Span> ReadSpan(absl::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const std::optional<Duration> from = ReadClock(text.substr(0, 5));
  const std::optional<Duration> until = ReadClock(text.substr(6));
  if (!from || !until || *from >= *until) return std::nullopt;
  return Span{*from, *until};
}

// "2026-02-28", a day that exists.
std::optional<CivilDay> ReadDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::optional<int> year = Digits(text.substr(0, 4)), month = Digits(text.substr(5, 2)),
                           day = Digits(text.substr(8));
  if (!year || !month || !day || *year < 1) return std::nullopt;
  const CivilDay read{*year, *month, *day};
  if (DayOfNumber(DayNumber(read)) != read) return std::nullopt;
  return read;
}

std::optional<size_t> ReadWeekday(absl::string_view text) {
  const auto* found = std::find(kWeekdays.begin(), kWeekdays.end(), text);
  if (found == kWeekdays.end()) return std::nullopt;
  return static_cast<size_t>(found - kWeekdays.begin());
}

// The spans at the head of `words`, and how many words they are.
absl::StatusOr<std::vector<Span>> ReadSpans(size_t line,
                                            const std::vector<absl::string_view>& words,
                                            size_t first) {
  std::vector<Span> spans;
  for (size_t i = first; i < words.size(); ++i) {
    // A name may follow the hours of one day; it does not begin with a digit.
    if (words[i].empty() || !absl::ascii_isdigit(static_cast<unsigned char>(words[i][0]))) break;
    const std::optional<Span> span = ReadSpan(words[i]);
    if (!span && words[i].size() == 11 && ReadClock(words[i].substr(0, 5)) &&
        ReadClock(words[i].substr(6))) {
      return Malformed(
          line, absl::StrCat("'", words[i], "' ends before it begins; hours over ", "midnight are ",
                             words[i].substr(0, 6), "24:00 of one day and 00:00-",
                             words[i].substr(6), " of the next"));
    }
    if (!span) return Malformed(line, absl::StrCat("'", words[i], "' is no HH:MM-HH:MM"));
    if (!spans.empty() && span->from <= spans.back().until) {
      return Malformed(line,
                       absl::StrCat("'", words[i], "' does not begin after the hours before"));
    }
    spans.push_back(*span);
  }
  if (spans.empty()) return Malformed(line, "hours are missing, such as 08:00-18:00");
  return spans;
}

// The lines of the text, without their ends.
absl::StatusOr<std::vector<absl::string_view>> LinesOf(absl::string_view text) {
  if (text.empty() || text.back() != '\n') {
    return absl::InvalidArgumentError("calendar: the last line has no end");
  }
  text.remove_suffix(1);
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() > kLinesMax) {
    return absl::InvalidArgumentError(absl::StrCat("calendar: more than ", kLinesMax, " lines"));
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    const absl::string_view line = lines[i];
    if (line.empty()) return Malformed(i + 1, "is empty");
    if (line.front() == ' ' || line.back() == ' ' || line.find("  ") != absl::string_view::npos) {
      return Malformed(i + 1, "words are separated by one space");
    }
    for (char letter : line) {
      if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
        return Malformed(i + 1, "holds a control character");
      }
    }
  }
  if (lines[0] != kFirstLine) return Malformed(1, absl::StrCat("is not '", kFirstLine, "'"));
  return lines;
}

absl::StatusOr<absl::string_view> ZoneNameIn(const std::vector<absl::string_view>& lines) {
  constexpr absl::string_view kKey = "zone: ";
  if (lines.size() < 2 || lines[1].substr(0, kKey.size()) != kKey) {
    return Malformed(2, "is not 'zone: NAME'");
  }
  const absl::string_view name = lines[1].substr(kKey.size());
  if (name.find(' ') != absl::string_view::npos) return Malformed(2, "a zone's name is one word");
  return name;
}

// Appends `next`, joined to the last one where they touch.
void Append(std::vector<Interval>& intervals, const Interval& next) {
  if (next.empty()) return;
  if (!intervals.empty() && intervals.back().limit >= next.first) {
    intervals.back().limit = std::max(intervals.back().limit, next.limit);
  } else {
    intervals.push_back(next);
  }
}

CivilTime TimeOf(const CivilDay& day, Duration since_midnight) {
  const int64_t seconds = since_midnight.micros / kMicrosPerSecond;
  return {.day = day,
          .hour = static_cast<int>(seconds / 3'600),
          .minute = static_cast<int>(seconds / 60 % 60),
          .second = static_cast<int>(seconds % 60),
          .micro = static_cast<int>(since_midnight.micros % kMicrosPerSecond)};
}

CivilDay DayAfter(const CivilDay& day) { return DayOfNumber(DayNumber(day) + 1); }

}  // namespace

// One line after the other; what a day is may be said once.
class BusinessCalendar::Reader {
 public:
  explicit Reader(BusinessCalendar& calendar) : calendar_(calendar) {}

  absl::Status Read(size_t number, absl::string_view line) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.size() < 2) return Malformed(number, "says nothing after its first word");
    if (words[0] == "hours:") return ReadHours(number, words);
    if (words[0] == "holiday:" || words[0] == "open:") return ReadOneDay(number, words);
    return Malformed(number, absl::StrCat("'", words[0], "' is none of hours:, holiday:, open:"));
  }
  bool saw_hours() const { return saw_hours_; }

 private:
  absl::Status ReadHours(size_t number, const std::vector<absl::string_view>& words) {
    const std::vector<absl::string_view> range = absl::StrSplit(words[1], '-');
    const std::optional<size_t> first = ReadWeekday(range.front());
    const std::optional<size_t> last = ReadWeekday(range.back());
    const bool one = range.size() == 1;
    if (!first || !last || range.size() > 2 || (one ? false : *first >= *last)) {
      return Malformed(number,
                       absl::StrCat("'", words[1], "' is no day or range, such as mon-fri"));
    }
    TALLY_ASSIGN_OR_RETURN(const std::vector<Span> spans, ReadSpans(number, words, 2));
    if (spans.size() + 2 != words.size()) {
      return Malformed(number, "only hours may follow the days");
    }
    for (size_t day = *first; day <= *last; ++day) {
      if (!calendar_.weekdays_[day].empty()) {
        return Malformed(number, absl::StrCat("the hours of ", kWeekdays[day], " stand twice"));
      }
      for (const Span& span : spans) calendar_.weekdays_[day].push_back({span.from, span.until});
    }
    saw_hours_ = true;
    return absl::OkStatus();
  }

  absl::Status ReadOneDay(size_t number, const std::vector<absl::string_view>& words) {
    const bool opens = words[0] == "open:";
    const std::optional<CivilDay> day = ReadDay(words[1]);
    if (!day) return Malformed(number, absl::StrCat("'", words[1], "' is no day (YYYY-MM-DD)"));
    std::optional<CivilDay>& latest = opens ? last_open_ : last_holiday_;
    if (latest && *day <= *latest) {
      return Malformed(number,
                       absl::StrCat("'", words[1], "' does not come after ", FormatDay(*latest)));
    }
    latest = day;
    std::vector<Hours> hours;
    if (opens) {
      TALLY_ASSIGN_OR_RETURN(const std::vector<Span> spans, ReadSpans(number, words, 2));
      for (const Span& span : spans) hours.push_back({span.from, span.until});
    }
    if (!calendar_.days_.emplace(*day, std::move(hours)).second) {
      return Malformed(number, absl::StrCat(words[1], " is both a holiday and open"));
    }
    return absl::OkStatus();
  }

  BusinessCalendar& calendar_;
  bool saw_hours_ = false;
  std::optional<CivilDay> last_holiday_, last_open_;
};

absl::StatusOr<BusinessCalendar> BusinessCalendar::Parse(absl::string_view text, Zone zone) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<absl::string_view> lines, LinesOf(text));
  TALLY_RETURN_IF_ERROR(ZoneNameIn(lines).status());
  BusinessCalendar calendar(std::move(zone));
  Reader reader(calendar);
  for (size_t i = 2; i < lines.size(); ++i) TALLY_RETURN_IF_ERROR(reader.Read(i + 1, lines[i]));
  if (!reader.saw_hours()) return Malformed(lines.size(), "no line says 'hours:'");
  return calendar;
}

absl::StatusOr<std::string> BusinessCalendar::ZoneNameOf(absl::string_view text) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<absl::string_view> lines, LinesOf(text));
  TALLY_ASSIGN_OR_RETURN(const absl::string_view name, ZoneNameIn(lines));
  return std::string(name);
}

BusinessCalendar BusinessCalendar::Always() {
  BusinessCalendar calendar(Zone::Utc());
  calendar.always_ = true;
  for (std::vector<Hours>& day : calendar.weekdays_) day = {{Duration{0}, Days(1)}};
  return calendar;
}

const std::vector<BusinessCalendar::Hours>& BusinessCalendar::HoursOf(const CivilDay& day) const {
  const int64_t number = DayNumber(day);
  if (!days_.empty()) {
    auto own = days_.find(DayOfNumber(number));
    if (own != days_.end()) return own->second;
  }
  return weekdays_[(WeekdayOf(number) + 6) % 7];  // WeekdayOf begins with Sunday
}

Interval BusinessCalendar::Open(const CivilDay& day, const Hours& hours) const {
  return {zone_.FirstInstantOf(TimeOf(day, hours.from)),
          zone_.FirstInstantOf(TimeOf(day, hours.until))};
}

bool BusinessCalendar::IsBusinessDay(const CivilDay& day) const {
  // A day that a zone skipped has hours but no time.
  const std::vector<Hours>& hours = HoursOf(day);
  return std::any_of(hours.begin(), hours.end(),
                     [&](const Hours& part) { return always_ || !Open(day, part).empty(); });
}

std::vector<Interval> BusinessCalendar::OpenWithin(const Interval& range) const {
  const Interval within = Intersection(range, {kInstantFirst, kInstantLast});
  std::vector<Interval> open;
  if (within.empty()) return open;
  if (always_) return {within};
  // The local day of an instant never comes after the day whose time it is.
  for (CivilDay day = zone_.DayAt(within.first); zone_.StartOfDay(day) < within.limit;
       day = DayAfter(day)) {
    for (const Hours& hours : HoursOf(day)) Append(open, Intersection(Open(day, hours), within));
  }
  return open;
}

Duration BusinessCalendar::OpenTime(const Interval& range) const {
  Duration total;
  for (const Interval& open : OpenWithin(range)) total.micros += Length(open).micros;
  return total;
}

absl::StatusOr<Instant> BusinessCalendar::After(Instant start, Duration length,
                                                const std::vector<Interval>& paused) const {
  TALLY_CHECK(length.micros >= 0);
  if (length.micros == 0) return start;
  const Instant end = start + Days(kYearsAhead * 366);
  Duration left = length;
  size_t pause = 0;  // the first that may still lie ahead
  // A stretch at a time, so that a deadline that is near costs little.
  for (Instant from = start; from < end && from < kInstantLast;) {
    const Instant limit = std::min(from + Days(32), end);
    for (const Interval& open : OpenWithin({from, limit})) {
      Instant at = open.first;
      while (at < open.limit) {
        while (pause < paused.size() && paused[pause].limit <= at) ++pause;
        const bool more = pause < paused.size();
        if (more && paused[pause].first <= at) {
          at = std::min(paused[pause].limit, open.limit);
          continue;
        }
        const Instant until = more ? std::min(paused[pause].first, open.limit) : open.limit;
        if (left <= until - at) return at + left;
        left.micros -= (until - at).micros;
        at = until;
      }
    }
    from = limit;
  }
  return absl::OutOfRangeError(absl::StrCat("no ", FormatDuration(length), " of open time in the ",
                                            kYearsAhead, " years after ", FormatInstant(start)));
}

absl::StatusOr<Instant> BusinessCalendar::EndOfBusinessDay(Instant start, int64_t days,
                                                           bool at_midnight) const {
  if (days < 1) return absl::InvalidArgumentError("a timer of business days is at least one day");
  CivilDay day = zone_.DayAt(start);
  const int64_t first = DayNumber(day);
  for (int64_t left = days; left > 0;) {
    day = DayAfter(day);
    if (DayNumber(day) - first > kYearsAhead * 366) {
      return absl::OutOfRangeError(absl::StrCat("no ", days, " business days in the ", kYearsAhead,
                                                " years after ", FormatInstant(start)));
    }
    if (IsBusinessDay(day)) --left;
  }
  return at_midnight ? zone_.EndOfDay(day) : Open(day, HoursOf(day).back()).limit;
}

absl::StatusOr<Instant> BusinessCalendar::NthBusinessDay(int year, int month, int n,
                                                         Duration time_of_day) const {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || n < 1) {
    return absl::InvalidArgumentError("a business day of a month is given by year, month and n");
  }
  if (time_of_day.micros < 0 || time_of_day > Days(1)) {
    return absl::InvalidArgumentError("a time of day is from 00:00 to 24:00");
  }
  int left = n;
  for (CivilDay day{year, month, 1}; day.month == month; day = DayAfter(day)) {
    if (IsBusinessDay(day) && --left == 0) return zone_.FirstInstantOf(TimeOf(day, time_of_day));
  }
  return absl::OutOfRangeError(
      absl::StrCat("month ", year, "-", month, " has no business day number ", n));
}

}  // namespace tally::replay
