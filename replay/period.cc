// Periods as people write them: 2026, 2026-Q1, 2026-02, or FROM/TO in RFC 3339. One spelling each.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replay/replay.h"

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

}  // namespace

absl::StatusOr<Period> ParsePeriod(absl::string_view text) {
  Period period;
  size_t slash = text.find('/');
  if (slash != absl::string_view::npos) {
    // Whoever asks says how periods are written; the parser of times would say it once more.
    const absl::StatusOr<Instant> first = ParseInstant(text.substr(0, slash));
    if (!first.ok()) return Refused(text, "what stands before the / is no time");
    const absl::StatusOr<Instant> limit = ParseInstant(text.substr(slash + 1));
    if (!limit.ok()) return Refused(text, "what stands after the / is no time");
    if (*first >= *limit) return Refused(text, "it ends before it begins");
    period.exact = Interval{*first, *limit};
    return period;
  }
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
