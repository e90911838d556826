// Time as the ledger knows it: signed microseconds since 1970-01-01T00:00:00Z, no leap seconds
// (DOMAIN 3.0). Civil time is never computed here: it needs zone rules that lie in the ledger
// (replay/terms/zone.h).
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally {

// A length of time in microseconds; negative lengths exist only as differences.
struct Duration {
  int64_t micros = 0;
  friend auto operator<=>(Duration, Duration) = default;
};

constexpr Duration Milliseconds(int64_t count) { return {count * 1000}; }
constexpr Duration Seconds(int64_t count) { return {count * 1000 * 1000}; }
constexpr Duration Minutes(int64_t count) { return Seconds(count * 60); }
constexpr Duration Hours(int64_t count) { return Minutes(count * 60); }
constexpr Duration Days(int64_t count) { return Hours(count * 24); }

// A point in time. Years 1 to 9999 are admitted as input (0001-01-01T00:00:00Z to
// 9999-12-31T23:59:59.999999Z); the extremes below stand for "always" and "never".
struct Instant {
  int64_t micros = 0;
  static constexpr Instant Min() { return {std::numeric_limits<int64_t>::min()}; }
  static constexpr Instant Max() { return {std::numeric_limits<int64_t>::max()}; }
  friend auto operator<=>(Instant, Instant) = default;
};
inline constexpr Instant kInstantFirst{-62'135'596'800 * 1'000'000};
inline constexpr Instant kInstantLast{253'402'300'800 * 1'000'000 - 1};

// Differences and sums saturate at the extremes, so that "never" plus or minus a day stays "never".
Duration operator-(Instant later, Instant earlier);
Instant operator+(Instant instant, Duration length);
Instant operator-(Instant instant, Duration length);

// Half-open: first is in, limit is out. Empty when first == limit.
struct Interval {
  Instant first;
  Instant limit;
  bool empty() const { return first >= limit; }
  bool Contains(Instant at) const { return first <= at && at < limit; }
  friend auto operator<=>(const Interval&, const Interval&) = default;
};
// The common part; empty (first == limit) when there is none.
Interval Intersection(const Interval& a, const Interval& b);
Duration Length(const Interval& interval);

// RFC 3339 with "Z" or an offset, up to six fractional digits; second 60 is refused.
// InvalidArgument names what is wrong.
absl::StatusOr<Instant> ParseInstant(absl::string_view text);
// "2026-02-01T00:00:00Z", with the fraction only as far as it is not zero (0, 3 or 6 digits).
std::string FormatInstant(Instant instant);

// "90 s", "26 h", "15 min", "2 d", "250 ms", "10 us": a whole number, a space or none, one unit.
absl::StatusOr<Duration> ParseDuration(absl::string_view text);
// The largest unit that divides it: "26 h", "90 s".
std::string FormatDuration(Duration length);

}  // namespace tally
