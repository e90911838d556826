// Decimals and 128-bit integers as text. One number has many texts (99.9, 99.90) but one value;
// what is not a plain number in the sense of number.h is refused, never repaired (T-67).
#include "schema/number.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "schema/decimals.h"

namespace tally {
namespace {

constexpr std::array<int64_t, kDecimalsMax + 1> kPowersOfTen = {1,
                                                                10,
                                                                100,
                                                                1'000,
                                                                10'000,
                                                                100'000,
                                                                1'000'000,
                                                                10'000'000,
                                                                100'000'000,
                                                                1'000'000'000,
                                                                10'000'000'000,
                                                                100'000'000'000,
                                                                1'000'000'000'000};

bool IsDigit(char letter) { return letter >= '0' && letter <= '9'; }

// The text in quotes, cut so that a hostile input cannot flood a message.
std::string Quoted(absl::string_view text) {
  if (text.size() > 60) return absl::StrCat("\"", text.substr(0, 60), "...\"");
  return absl::StrCat("\"", text, "\"");
}

absl::Status BadNumber(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is not a number: ", why));
}

// What is wrong with the form of `text`, or "" when it is -?(0|[1-9][0-9]*)(.[0-9]+)?
absl::string_view FormFault(absl::string_view text, bool point_allowed) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  size_t whole = 0;
  while (whole < text.size() && IsDigit(text[whole])) ++whole;
  if (whole == 0) return "expected digits";
  if (whole > 1 && text[0] == '0') return "it begins with a needless zero";
  absl::string_view rest = text.substr(whole);
  if (rest.empty()) return "";
  if (!point_allowed) return "expected digits only";
  if (rest[0] != '.') return "expected digits and at most one point, like 99.95";
  rest.remove_prefix(1);
  if (rest.empty()) return "a digit must follow the point";
  if (!std::all_of(rest.begin(), rest.end(), IsDigit)) {
    return "expected digits and at most one point, like 99.95";
  }
  if (rest.size() > kDecimalsMax) return "more than 12 decimals";
  return "";
}

}  // namespace

Decimal Decimal::Normalised() const {
  Decimal value = *this;
  if (value.mantissa == 0) return {};
  while (value.scale > 0 && value.mantissa % 10 == 0) {
    value.mantissa /= 10;
    --value.scale;
  }
  return value;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  // 64 bits times 10^12 stays below 2^103.
  const uint8_t scale = std::max(a.scale, b.scale);
  const Wide left = Wide{a.mantissa} * kPowersOfTen[static_cast<size_t>(scale - a.scale)];
  const Wide right = Wide{b.mantissa} * kPowersOfTen[static_cast<size_t>(scale - b.scale)];
  return left <=> right;
}

bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

absl::StatusOr<Decimal> ParseDecimal(absl::string_view text) {
  if (absl::string_view fault = FormFault(text, /*point_allowed=*/true); !fault.empty()) {
    return BadNumber(text, fault);
  }
  const bool negative = text[0] == '-';
  Decimal value;
  bool after_point = false;
  for (char letter : text.substr(negative ? 1 : 0)) {
    if (letter == '.') {
      after_point = true;
      continue;
    }
    // Built downwards, so that the least number of 64 bits can be read.
    if (__builtin_mul_overflow(value.mantissa, int64_t{10}, &value.mantissa) ||
        __builtin_sub_overflow(value.mantissa, int64_t{letter - '0'}, &value.mantissa)) {
      return BadNumber(text, "too many digits");
    }
    if (after_point) ++value.scale;
  }
  if (negative && value.mantissa == 0) return BadNumber(text, "zero has no sign");
  if (!negative && __builtin_sub_overflow(int64_t{0}, value.mantissa, &value.mantissa)) {
    return BadNumber(text, "too many digits");
  }
  return value;
}

std::string FormatDecimal(const Decimal& value) {
  std::string text = FormatWide(value.mantissa);
  if (value.scale == 0) return text;
  const size_t sign = value.mantissa < 0 ? 1 : 0;
  // At least one digit stands before the point.
  if (text.size() - sign <= value.scale) {
    text.insert(sign, value.scale + 1 - (text.size() - sign), '0');
  }
  text.insert(text.size() - value.scale, 1, '.');
  return text;
}

std::string FormatWide(Wide value) {
  if (value == 0) return "0";
  std::string text;
  // Digits of a negative value are taken as they are: -value may not exist.
  for (Wide rest = value; rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    text.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  if (value < 0) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

absl::StatusOr<Wide> ParseWide(absl::string_view text) {
  if (absl::string_view fault = FormFault(text, /*point_allowed=*/false); !fault.empty()) {
    return BadNumber(text, fault);
  }
  const bool negative = text[0] == '-';
  Wide value = 0;
  for (char letter : text.substr(negative ? 1 : 0)) {
    if (__builtin_mul_overflow(value, Wide{10}, &value) ||
        __builtin_sub_overflow(value, Wide{letter - '0'}, &value)) {
      return BadNumber(text, "it leaves 128 bits");
    }
  }
  if (negative && value == 0) return BadNumber(text, "zero has no sign");
  if (!negative && __builtin_sub_overflow(Wide{0}, value, &value)) {
    return BadNumber(text, "it leaves 128 bits");
  }
  return value;
}

}  // namespace tally
