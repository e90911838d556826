// A reader by descent over one short text. The reader remembers only what is left; every failure
// names the part that it was reading and what stood there.
#include "replay/terms/yearly_rule.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "replay/terms/civil.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

class RuleReader {
 public:
  RuleReader(absl::string_view text, RuleTimes times) : rest_(text), times_(times) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Sees(char wanted) const { return !rest_.empty() && rest_.front() == wanted; }

  bool Skip(char wanted) {
    if (!Sees(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  absl::Status Wrong(absl::string_view part) const {
    return absl::InvalidArgumentError(
        absl::StrCat("zone rule: ", part, " expected, found \"", rest_, "\""));
  }

  // Three letters or more, or three of letters, digits, "+" and "-" between "<" and ">".
  absl::StatusOr<std::string> Name() {
    bool quoted = Skip('<');
    size_t length = 0;
    while (length < rest_.size() && IsNameCharacter(rest_[length], quoted)) ++length;
    if (length < 3) return Wrong("a name of at least three characters");
    std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (quoted && !Skip('>')) return Wrong("\">\" after a quoted name");
    return name;
  }

  // At most three digits, so that nothing overflows.
  absl::StatusOr<int> Number(int least, int most, absl::string_view part) {
    size_t length = 0;
    int value = 0;
    while (length < rest_.size() && length < 4 && absl::ascii_isdigit(rest_[length])) {
      value = value * 10 + (rest_[length] - '0');
      ++length;
    }
    if (length == 0 || length > 3 || value < least || value > most) return Wrong(part);
    rest_.remove_prefix(length);
    return value;
  }

  // [+-]hh[:mm[:ss]] in seconds.
  absl::StatusOr<int32_t> Clock(int hours_max, absl::string_view part) {
    bool negative = Skip('-');
    if (!negative) Skip('+');
    TALLY_ASSIGN_OR_RETURN(int hours, Number(0, hours_max, part));
    int minutes = 0, seconds = 0;
    if (Skip(':')) {
      TALLY_ASSIGN_OR_RETURN(minutes, Number(0, 59, "minutes"));
      if (Skip(':')) {
        TALLY_ASSIGN_OR_RETURN(seconds, Number(0, 59, "seconds"));
      }
    }
    int32_t total = hours * 3'600 + minutes * 60 + seconds;
    if (total > hours_max * 3'600) return Wrong(part);
    return negative ? -total : total;
  }

  // The sign of an offset in a rule counts westwards; ours counts eastwards.
  absl::StatusOr<int32_t> Offset() {
    TALLY_ASSIGN_OR_RETURN(int32_t west, Clock(24, "an offset of at most 24 h"));
    return -west;
  }

  absl::StatusOr<RuleDay> Day() {
    RuleDay day;
    if (!Skip(',')) return Wrong("\",\" before a day");
    if (Skip('M')) {
      TALLY_ASSIGN_OR_RETURN(day.month, Number(1, 12, "a month"));
      if (!Skip('.')) return Wrong("\".\" after the month");
      TALLY_ASSIGN_OR_RETURN(day.week, Number(1, 5, "a week from 1 to 5"));
      if (!Skip('.')) return Wrong("\".\" after the week");
      TALLY_ASSIGN_OR_RETURN(day.day, Number(0, 6, "a weekday from 0 to 6"));
    } else if (Skip('J')) {
      day.form = RuleDay::Form::kJulianWithoutLeapDay;
      TALLY_ASSIGN_OR_RETURN(day.day, Number(1, 365, "a day from 1 to 365"));
    } else {
      day.form = RuleDay::Form::kDayOfYear;
      TALLY_ASSIGN_OR_RETURN(day.day, Number(0, 365, "a day from 0 to 365"));
    }
    if (Skip('/')) {
      TALLY_ASSIGN_OR_RETURN(day.time_s, Time());
    }
    return day;
  }

 private:
  static bool IsNameCharacter(char c, bool quoted) {
    auto byte = static_cast<unsigned char>(c);
    if (!quoted) return absl::ascii_isalpha(byte);
    return absl::ascii_isalnum(byte) || c == '+' || c == '-';
  }

  absl::StatusOr<int32_t> Time() {
    if (times_ == RuleTimes::kExtended) return Clock(167, "a time of at most 167 h");
    if (!rest_.empty() && !absl::ascii_isdigit(rest_.front())) {
      return Wrong("a time without a sign (version 2)");
    }
    return Clock(24, "a time of at most 24 h (version 2)");
  }

  absl::string_view rest_;
  RuleTimes times_;
};

}  // namespace

int64_t LocalSecondsOf(const RuleDay& day, int64_t year) {
  int64_t number = DayNumber({year, 1, 1});
  switch (day.form) {
    case RuleDay::Form::kDayOfYear:
      number += day.day;
      break;
    case RuleDay::Form::kJulianWithoutLeapDay:
      number += day.day - 1;
      if (IsLeapYear(year) && day.day >= 60) ++number;  // 60 is always 1 March
      break;
    case RuleDay::Form::kMonthWeekDay: {
      int64_t first = DayNumber({year, day.month, 1});
      int64_t limit = DayNumber({year, day.month + 1, 1});
      number = first + (day.day - WeekdayOf(first) + 7) % 7 + (day.week - 1) * 7;
      while (number >= limit) number -= 7;
      break;
    }
  }
  return number * kSecondsPerDay + day.time_s;
}

absl::StatusOr<YearlyRule> ParseYearlyRule(absl::string_view text, RuleTimes times) {
  RuleReader reader(text, times);
  YearlyRule rule;
  TALLY_ASSIGN_OR_RETURN(rule.standard.abbreviation, reader.Name());
  TALLY_ASSIGN_OR_RETURN(rule.standard.offset_s, reader.Offset());
  if (reader.AtEnd()) return rule;

  YearlyRule::Saving saving;
  saving.type.daylight_saving = true;
  TALLY_ASSIGN_OR_RETURN(saving.type.abbreviation, reader.Name());
  saving.type.offset_s = rule.standard.offset_s + 3'600;  // unless another is stated
  if (!reader.Sees(',')) {
    TALLY_ASSIGN_OR_RETURN(saving.type.offset_s, reader.Offset());
  }
  TALLY_ASSIGN_OR_RETURN(saving.start, reader.Day());
  TALLY_ASSIGN_OR_RETURN(saving.end, reader.Day());
  if (!reader.AtEnd()) return reader.Wrong("the end of the rule");
  rule.saving = saving;
  return rule;
}

}  // namespace tally::replay
