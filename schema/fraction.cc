// Exact fractions in 128 bits. Invariants: the denominator is positive, the fraction is reduced,
// and the numerator is never -2^127, so that a sign can always be changed.
//
// Sums and products divide common factors out before they multiply (Knuth, 4.5.1); what still
// leaves 128 bits is OutOfRange. Comparison never fails: where cross products do not fit, the two
// continued fractions are compared term by term.
#include <algorithm>
#include <numeric>

#include "schema/number.h"
#include "schema/status.h"

namespace tally {
namespace {

using UnsignedWide = unsigned __int128;

constexpr Wide kWideMax = static_cast<Wide>(~UnsignedWide{0} >> 1);

UnsignedWide Magnitude(Wide value) {
  return value < 0 ? UnsignedWide{0} - static_cast<UnsignedWide>(value)
                   : static_cast<UnsignedWide>(value);
}

UnsignedWide GreatestCommonDivisor(UnsignedWide a, UnsignedWide b) {
  while (b != 0) {
    // Most fractions are small; 64-bit arithmetic is many times faster.
    if (((a | b) >> 64) == 0) return std::gcd(static_cast<uint64_t>(a), static_cast<uint64_t>(b));
    const UnsignedWide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

Wide CommonDivisor(Wide a, Wide b) {
  // At least one argument is a denominator, so the divisor is positive and fits.
  return static_cast<Wide>(GreatestCommonDivisor(Magnitude(a), Magnitude(b)));
}

absl::Status TooWide(absl::string_view operation) {
  return absl::OutOfRangeError("the " + std::string(operation) +
                               " of two fractions leaves 128 bits");
}

// Quotient towards negative infinity; the divisor is positive.
Wide FloorDivide(Wide value, Wide divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

// a/b against c/d by continued fractions: equal whole parts are taken off, and the rest r/b is
// compared through its reciprocal b/r, which turns the order round. Ends as Euclid's algorithm
// does.
std::strong_ordering CompareByTerms(Wide a, Wide b, Wide c, Wide d) {
  bool turned = false;
  while (true) {
    const Wide left = FloorDivide(a, b);
    const Wide right = FloorDivide(c, d);
    if (left != right) return turned ? right <=> left : left <=> right;
    const Wide left_rest = a - left * b;
    const Wide right_rest = c - right * d;
    if (left_rest == 0 || right_rest == 0) {
      return turned ? right_rest <=> left_rest : left_rest <=> right_rest;
    }
    a = b;
    b = left_rest;
    c = d;
    d = right_rest;
    turned = !turned;
  }
}

}  // namespace

absl::StatusOr<Fraction> Fraction::Of(Wide numerator, Wide denominator) {
  if (denominator == 0) return absl::InvalidArgumentError("a fraction with denominator zero");
  const UnsignedWide top = Magnitude(numerator);
  const UnsignedWide bottom = Magnitude(denominator);
  const UnsignedWide common = GreatestCommonDivisor(top, bottom);
  const UnsignedWide limit = static_cast<UnsignedWide>(kWideMax);
  if (top / common > limit || bottom / common > limit) {
    return absl::OutOfRangeError("a fraction whose terms leave 128 bits");
  }
  Fraction value;
  value.numerator_ = static_cast<Wide>(top / common);
  if ((numerator < 0) != (denominator < 0)) value.numerator_ = -value.numerator_;
  value.denominator_ = static_cast<Wide>(bottom / common);
  return value;
}

Fraction Fraction::Whole(int64_t value) {
  Fraction fraction;
  fraction.numerator_ = value;
  return fraction;
}

Fraction Fraction::FromDecimal(const Decimal& value) {
  TALLY_CHECK(value.scale <= 12);
  Wide denominator = 1;
  for (int i = 0; i < value.scale; ++i) denominator *= 10;
  absl::StatusOr<Fraction> fraction = Of(value.mantissa, denominator);
  TALLY_CHECK(fraction.ok());  // 64 bits over 10^12 always fit
  return *fraction;
}

absl::StatusOr<Fraction> Fraction::Add(const Fraction& a, const Fraction& b) {
  const Wide common = CommonDivisor(a.denominator_, b.denominator_);
  Wide left = 0;
  Wide right = 0;
  Wide top = 0;
  if (__builtin_mul_overflow(a.numerator_, b.denominator_ / common, &left) ||
      __builtin_mul_overflow(b.numerator_, a.denominator_ / common, &right) ||
      __builtin_add_overflow(left, right, &top)) {
    return TooWide("sum");
  }
  // Whatever the sum shares with the denominator, it shares with `common`.
  const Wide shared = CommonDivisor(top, common);
  Wide bottom = 0;
  if (__builtin_mul_overflow(a.denominator_ / common, b.denominator_ / shared, &bottom)) {
    return TooWide("sum");
  }
  return Of(top / shared, bottom);
}

absl::StatusOr<Fraction> Fraction::Subtract(const Fraction& a, const Fraction& b) {
  Fraction negated = b;
  negated.numerator_ = -b.numerator_;
  return Add(a, negated);
}

absl::StatusOr<Fraction> Fraction::Multiply(const Fraction& a, const Fraction& b) {
  const Wide first = CommonDivisor(a.numerator_, b.denominator_);
  const Wide second = CommonDivisor(b.numerator_, a.denominator_);
  Wide top = 0;
  Wide bottom = 0;
  if (__builtin_mul_overflow(a.numerator_ / first, b.numerator_ / second, &top) ||
      __builtin_mul_overflow(a.denominator_ / second, b.denominator_ / first, &bottom)) {
    return TooWide("product");
  }
  return Of(top, bottom);
}

absl::StatusOr<Fraction> Fraction::Divide(const Fraction& a, const Fraction& b) {
  TALLY_ASSIGN_OR_RETURN(const Fraction inverse, Of(b.denominator_, b.numerator_));
  return Multiply(a, inverse);
}

std::strong_ordering operator<=>(const Fraction& a, const Fraction& b) {
  Wide left = 0;
  Wide right = 0;
  if (!__builtin_mul_overflow(a.numerator_, b.denominator_, &left) &&
      !__builtin_mul_overflow(b.numerator_, a.denominator_, &right)) {
    return left <=> right;
  }
  return CompareByTerms(a.numerator_, a.denominator_, b.numerator_, b.denominator_);
}

namespace {

// Decimal digits of |value| rounded half-even to `digits` decimals, without sign and point and at
// least digits + 1 of them. Each digit is found by ten additions, because ten times the rest may
// leave 128 bits.
std::string RoundedDigits(const Fraction& value, int digits) {
  const UnsignedWide divisor = static_cast<UnsignedWide>(value.denominator());
  const UnsignedWide whole = Magnitude(value.numerator()) / divisor;
  UnsignedWide rest = Magnitude(value.numerator()) % divisor;
  std::string text = FormatWide(static_cast<Wide>(whole));
  for (int i = 0; i < digits; ++i) {
    UnsignedWide sum = 0;
    char digit = '0';
    for (int addition = 0; addition < 10; ++addition) {
      sum += rest;
      if (sum >= divisor) {
        sum -= divisor;
        ++digit;
      }
    }
    text.push_back(digit);
    rest = sum;
  }
  const UnsignedWide twice = rest * 2;
  const bool odd = (text.back() - '0') % 2 != 0;
  if (twice < divisor || (twice == divisor && !odd)) return text;
  size_t carry = text.size();
  while (carry > 0 && text[carry - 1] == '9') text[--carry] = '0';
  if (carry == 0) return "1" + text;
  ++text[carry - 1];
  return text;
}

std::string WithPoint(std::string text, int decimals, bool negative) {
  if (decimals > 0) text.insert(text.size() - static_cast<size_t>(decimals), ".");
  const bool zero = text.find_first_not_of("0.") == std::string::npos;
  return negative && !zero ? "-" + text : text;
}

}  // namespace

std::string FormatRounded(const Fraction& value, int digits) {
  TALLY_CHECK(digits >= 0 && digits <= 38);
  return WithPoint(RoundedDigits(value, digits), digits, value.numerator() < 0);
}

std::string FormatPercent(const Fraction& ratio) {
  // Six decimals of a percentage are eight of the ratio; only the point moves.
  std::string text = RoundedDigits(ratio, 8);
  const size_t zeros = text.find_first_not_of('0');
  const size_t whole = text.size() - 6;  // at least three digits: one and two that moved
  text.erase(0, std::min(zeros, whole - 1));
  return WithPoint(text, 6, ratio.numerator() < 0);
}

absl::StatusOr<int64_t> RoundToInteger(const Fraction& value, Rounding mode) {
  const UnsignedWide divisor = static_cast<UnsignedWide>(value.denominator());
  UnsignedWide whole = Magnitude(value.numerator()) / divisor;
  const UnsignedWide rest = Magnitude(value.numerator()) % divisor;
  bool away = false;  // from zero
  switch (mode) {
    case Rounding::kHalfUp:
      away = rest * 2 >= divisor;
      break;
    case Rounding::kHalfEven:
      away = rest * 2 > divisor || (rest * 2 == divisor && whole % 2 != 0);
      break;
    case Rounding::kDown:
      break;
    case Rounding::kUp:
      away = rest != 0;
      break;
    default:
      TALLY_CHECK(false && "a rounding mode is stated");
  }
  if (away) ++whole;
  const bool negative = value.numerator() < 0;
  const UnsignedWide limit = (UnsignedWide{1} << 63) - (negative ? 0 : 1);
  if (whole > limit) return absl::OutOfRangeError("a rounded value leaves 64 bits");
  // Negated in 128 bits, where -2^63 needs no care.
  const Wide rounded = static_cast<Wide>(whole);
  return static_cast<int64_t>(negative ? -rounded : rounded);
}

}  // namespace tally
