// Money in minor units of ISO 4217 currencies. The exponent of the minor unit is part of the
// currency: "10.5 USD" and "10.50 JPY" are refused rather than read as something near.
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "schema/number.h"

namespace tally {
namespace {

// Funds and currencies of ISO 4217 list one by the exponent of their minor unit, codes ascending.
// Codes without a minor unit (metals, SDR, testing) are no money that a credit can be paid in.
constexpr absl::string_view kExponent0 =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr absl::string_view kExponent2 =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL "
    "GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR "
    "LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD "
    "PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR "
    "ZMW ZWG";
constexpr absl::string_view kExponent3 = "BHD IQD JOD KWD LYD OMR TND";
constexpr absl::string_view kExponent4 = "CLF UYW";

bool Lists(absl::string_view codes, absl::string_view code) {
  for (size_t at = 0; at + 3 <= codes.size(); at += 4) {
    if (codes.substr(at, 3) == code) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<Currency> FindCurrency(absl::string_view code) {
  if (code.size() == 3) {
    if (Lists(kExponent2, code)) return Currency{std::string(code), 2};
    if (Lists(kExponent0, code)) return Currency{std::string(code), 0};
    if (Lists(kExponent3, code)) return Currency{std::string(code), 3};
    if (Lists(kExponent4, code)) return Currency{std::string(code), 4};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", code.substr(0, 20), "\" is not a currency code of ISO 4217, like USD"));
}

absl::StatusOr<Money> ParseMoney(absl::string_view text) {
  const size_t space = text.find(' ');
  if (space == absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text.substr(0, 60), "\" is not an amount of money: expected one like 1000.00 USD"));
  }
  absl::StatusOr<Currency> currency = FindCurrency(text.substr(space + 1));
  if (!currency.ok()) return currency.status();
  absl::StatusOr<Decimal> amount = ParseDecimal(text.substr(0, space));
  if (!amount.ok()) return amount.status();
  if (amount->scale != 0 && amount->scale != currency->exponent) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has ", amount->scale,
                                                   " decimals, but ", currency->code, " has ",
                                                   currency->exponent));
  }
  Money money{.minor = amount->mantissa, .currency = *std::move(currency)};
  for (int i = amount->scale; i < money.currency.exponent; ++i) {
    if (__builtin_mul_overflow(money.minor, int64_t{10}, &money.minor)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has too many digits"));
    }
  }
  return money;
}

std::string FormatAmount(const Money& money) {
  return FormatDecimal({.mantissa = money.minor, .scale = money.currency.exponent});
}

std::string FormatMoney(const Money& money) {
  return absl::StrCat(FormatAmount(money), " ", money.currency.code);
}

}  // namespace tally
