// Split first, decode then: an encoded ";" or "&" belongs to its value.
#include "tools/token_uri.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kScheme = "pkcs11:";

absl::Status BadUri(absl::string_view why) {
  return Refuse("bad-input", absl::StrCat("a pkcs11: URI ", why),
                "write pkcs11:token=NAME;object=KEY?module-path=FILE (RFC 7512)");
}

absl::StatusOr<std::string> DecodePercents(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    const absl::StatusOr<Bytes> byte = FromHex(absl::AsciiStrToLower(text.substr(i + 1, 2)));
    if (!byte.ok() || byte->size() != 1) return BadUri("has a % without two hex digits");
    decoded.push_back(static_cast<char>(byte->front()));
    i += 2;
  }
  return decoded;
}

absl::Status SetOnce(std::string& field, absl::string_view name, std::string value) {
  if (!field.empty()) return BadUri(absl::StrCat("names \"", name, "\" twice"));
  if (value.empty()) return BadUri(absl::StrCat("leaves \"", name, "\" empty"));
  field = std::move(value);
  return absl::OkStatus();
}

absl::Status ReadPathAttribute(absl::string_view name, std::string value, TokenUri& uri) {
  if (name == "token") return SetOnce(uri.key.token, name, std::move(value));
  if (name == "manufacturer") return SetOnce(uri.key.manufacturer, name, std::move(value));
  if (name == "model") return SetOnce(uri.key.model, name, std::move(value));
  if (name == "serial") return SetOnce(uri.key.serial, name, std::move(value));
  if (name == "object") return SetOnce(uri.key.object, name, std::move(value));
  if (name == "id" && uri.key.id.empty() && !value.empty()) {
    uri.key.id.assign(value.begin(), value.end());
    return absl::OkStatus();
  }
  if (name == "type" && value == "private") return absl::OkStatus();
  return BadUri(absl::StrCat("has the attribute \"", name, "\" with a value that is not read"));
}

absl::Status ReadQueryAttribute(absl::string_view name, std::string value, TokenUri& uri) {
  if (name == "module-path") return SetOnce(uri.key.module, name, std::move(value));
  if (name == "x-salt") return SetOnce(uri.salt, name, std::move(value));
  if (name == "pin-source") {
    if (absl::StrContains(value, "|")) return BadUri("runs a program for its PIN");
    value = std::string(absl::StripPrefix(value, "file:"));
    return SetOnce(uri.pin_source, name, std::move(value));
  }
  if (name == "pin-value") {
    return Refuse("bad-input", "a pkcs11: URI holds its PIN, which others can then read",
                  "change the PIN, put it into a file of your own and name that with pin-source");
  }
  return BadUri(absl::StrCat("has the attribute \"", name, "\", which is not read"));
}

template <typename Read>
absl::Status ReadAttributes(absl::string_view part, char separator, Read&& read) {
  for (absl::string_view attribute : absl::StrSplit(part, separator, absl::SkipEmpty())) {
    const size_t equals = attribute.find('=');
    if (equals == absl::string_view::npos) return BadUri("has an attribute without a value");
    TALLY_ASSIGN_OR_RETURN(std::string value, DecodePercents(attribute.substr(equals + 1)));
    TALLY_RETURN_IF_ERROR(read(attribute.substr(0, equals), std::move(value)));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsTokenUri(absl::string_view text) { return absl::StartsWith(text, kScheme); }

absl::StatusOr<TokenUri> ParseTokenUri(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kScheme)) return BadUri("begins with pkcs11:");
  TokenUri uri;
  const size_t question = text.find('?');
  const absl::string_view query =
      question == absl::string_view::npos ? absl::string_view() : text.substr(question + 1);
  TALLY_RETURN_IF_ERROR(
      ReadAttributes(text.substr(0, question), ';', [&](absl::string_view name, std::string value) {
        return ReadPathAttribute(name, std::move(value), uri);
      }));
  TALLY_RETURN_IF_ERROR(ReadAttributes(query, '&', [&](absl::string_view name, std::string value) {
    return ReadQueryAttribute(name, std::move(value), uri);
  }));
  if (uri.key.module.empty()) return BadUri("names no module-path");
  if (uri.key.object.empty() && uri.key.id.empty()) return BadUri("names no object and no id");
  return uri;
}

}  // namespace tally::tools
