// Periods as people write them: 2026, 2026-Q1, 2026-02, or FROM/TO, which are two instants or two
// days of RFC 3339 and never one of each. One spelling each.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replay/replay.h"
#include "replay/terms/civil.h"

namespace tally::replay {
namespace {

bool AllDigits(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}
int Number(absl::string_view digits) {
  int value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

absl::Status Refused(absl::string_view text, absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("period '", std::string(text), "': ", std::string(reason)));
}

// "2026-08-01" as the number of its day; nothing for what is no day, such as 2026-02-30.
std::optional<int64_t> DayOf(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const absl::string_view year = text.substr(0, 4), month = text.substr(5, 2);
  if (!AllDigits(year) || !AllDigits(month) || !AllDigits(text.substr(8))) return std::nullopt;
  const CivilDay day{Number(year), Number(month), Number(text.substr(8))};
  const int64_t number = DayNumber(day);
  if (day.year == 0 || DayOfNumber(number) != day) return std::nullopt;
  return number;
}

absl::StatusOr<Period> FromTo(absl::string_view text, size_t slash) {
  Period period;
  const std::optional<int64_t> from = DayOf(text.substr(0, slash));
  const std::optional<int64_t> to = DayOf(text.substr(slash + 1));
  if (from.has_value() && to.has_value()) {
    if (*from >= *to) return Refused(text, "it ends before it begins");
    period.days = LocalDays{*from, *to};
    return period;
  }
  // Whoever asks says how periods are written; the parser of times would say it once more.
  const absl::StatusOr<Instant> first = ParseInstant(text.substr(0, slash));
  if (!first.ok()) {
    return Refused(text, from ? "it begins with a day and does not end with one"
                              : "what stands before the / is no time");
  }
  const absl::StatusOr<Instant> limit = ParseInstant(text.substr(slash + 1));
  if (!limit.ok()) {
    return Refused(text, to ? "it ends with a day and does not begin with one"
                            : "what stands after the / is no time");
  }
  if (*first >= *limit) return Refused(text, "it ends before it begins");
  period.exact = Interval{*first, *limit};
  return period;
}

}  // namespace

absl::StatusOr<Period> ParsePeriod(absl::string_view text) {
  Period period;
  const size_t slash = text.find('/');
  if (slash != absl::string_view::npos) return FromTo(text, slash);
  if (text.size() < 4 || !AllDigits(text.substr(0, 4))) {
    return Refused(text, "it begins with no year of four digits");
  }
  period.year = Number(text.substr(0, 4));
  if (period.year == 0) return Refused(text, "there is no year 0000");
  absl::string_view rest = text.substr(4);
  if (rest.empty()) return period;
  if (rest.size() != 3 || rest[0] != '-') return Refused(text, "what follows the year is unknown");
  rest.remove_prefix(1);
  if (rest[0] == 'Q' && rest[1] >= '1' && rest[1] <= '4') {
    period.quarter = rest[1] - '0';
    return period;
  }
  if (!AllDigits(rest) || Number(rest) < 1 || Number(rest) > 12) {
    return Refused(text, "there is no such month or quarter");
  }
  period.month = Number(rest);
  return period;
}

}  // namespace tally::replay
