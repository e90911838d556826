// Exact numbers: decimals as people write them, fractions as they compare, money as it is paid.
//
// Nothing here is floating point and nothing rounds silently. Products of two 64-bit values are
// compared in 128 bits, so a value exactly on a threshold is decided exactly (GC-02, GC-03).
// Overflow is a Status, never a wrap (T-65).
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally {

using Wide = __int128;

// mantissa * 10^-scale, scale 0 to 12. 99.90 and 99.9 are equal numbers but keep their scale for
// display; canonical bytes use the normalised form (no trailing zeros in the mantissa).
struct Decimal {
  int64_t mantissa = 0;
  uint8_t scale = 0;
  Decimal Normalised() const;
};
bool operator==(const Decimal& a, const Decimal& b);
std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

// Digits with an optional sign and an optional point: "99.95", "-3", "0.021". No exponent, no
// leading "+", no group marks, no bare point (T-67). InvalidArgument says what is wrong.
absl::StatusOr<Decimal> ParseDecimal(absl::string_view text);
std::string FormatDecimal(const Decimal& value);

// numerator / denominator, reduced, denominator > 0. The numerator may be negative.
class Fraction {
 public:
  Fraction() = default;
  // InvalidArgument when the denominator is zero; reduces and moves the sign up.
  static absl::StatusOr<Fraction> Of(Wide numerator, Wide denominator);
  static Fraction Whole(int64_t value);
  static Fraction FromDecimal(const Decimal& value);

  Wide numerator() const { return numerator_; }
  Wide denominator() const { return denominator_; }

  // OutOfRange when a product leaves 128 bits even after cross-reduction.
  static absl::StatusOr<Fraction> Add(const Fraction& a, const Fraction& b);
  static absl::StatusOr<Fraction> Subtract(const Fraction& a, const Fraction& b);
  static absl::StatusOr<Fraction> Multiply(const Fraction& a, const Fraction& b);
  static absl::StatusOr<Fraction> Divide(const Fraction& a, const Fraction& b);

  // Total order for any two fractions, exact even where the cross products leave 128 bits.
  friend std::strong_ordering operator<=>(const Fraction& a, const Fraction& b);
  friend bool operator==(const Fraction& a, const Fraction& b) = default;

 private:
  Wide numerator_ = 0;
  Wide denominator_ = 1;
};
std::string FormatWide(Wide value);
absl::StatusOr<Wide> ParseWide(absl::string_view text);
// The value rounded half-even to `digits` decimals, for display only: "92.807059".
std::string FormatRounded(const Fraction& value, int digits);
// 100 * value, half-even to six decimals: a ratio as people read it.
std::string FormatPercent(const Fraction& ratio);

enum class Rounding : uint8_t {
  kUnset = 0,
  kHalfUp = 1,    // ties away from zero
  kHalfEven = 2,  // ties to the even neighbour
  kDown = 3,      // towards zero
  kUp = 4,        // away from zero ("in favour of the customer" for a credit)
};
// The one rounding step: an exact fraction to a whole number. OutOfRange beyond 64 bits.
absl::StatusOr<int64_t> RoundToInteger(const Fraction& value, Rounding mode);

// ISO 4217 alphabetic code and the exponent of its minor unit (0 for JPY, 2 for EUR, 3 for KWD).
struct Currency {
  std::string code;
  uint8_t exponent = 0;
  friend auto operator<=>(const Currency&, const Currency&) = default;
};
// InvalidArgument for codes that are not in the table of number.cc.
absl::StatusOr<Currency> FindCurrency(absl::string_view code);

struct Money {
  int64_t minor = 0;  // in units of 10^-exponent
  Currency currency;
  friend auto operator<=>(const Money&, const Money&) = default;
};
// "1000.00 USD": exactly the currency's number of decimals, or none at all ("1000 USD").
absl::StatusOr<Money> ParseMoney(absl::string_view text);
std::string FormatMoney(const Money& money);   // "1000.00 USD"
std::string FormatAmount(const Money& money);  // "1000.00"

}  // namespace tally
