// Strict spellings of byte strings: what is printed is the only text that is read back, so two
// names of one thing cannot pass for two things (T-78).
#include "schema/bytes.h"

#include "absl/strings/str_cat.h"

namespace tally {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The value of a digit, or -1.
int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

int Base64Value(char digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52;
  if (digit == '+') return 62;
  if (digit == '/') return 63;
  return -1;
}

}  // namespace

ByteView AsBytes(absl::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

absl::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string ToHex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 15]);
  }
  return text;
}

absl::StatusOr<Bytes> FromHex(absl::string_view hex) {
  if (hex.size() % 2 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected an even number of hex digits, found ", hex.size()));
  }
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexValue(hex[i]);
    const int low = HexValue(hex[i + 1]);
    if (high < 0 || low < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("not a lower-case hex digit at character ", high < 0 ? i + 1 : i + 2));
    }
    bytes.push_back(static_cast<uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string ToBase64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    const uint32_t group = (uint32_t{bytes[i]} << 16) |
                           (left > 1 ? uint32_t{bytes[i + 1]} << 8 : 0) |
                           (left > 2 ? uint32_t{bytes[i + 2]} : 0);
    text.push_back(kBase64Digits[group >> 18]);
    text.push_back(kBase64Digits[(group >> 12) & 63]);
    text.push_back(left > 1 ? kBase64Digits[(group >> 6) & 63] : '=');
    text.push_back(left > 2 ? kBase64Digits[group & 63] : '=');
  }
  return text;
}

absl::StatusOr<Bytes> FromBase64(absl::string_view text) {
  if (text.size() % 4 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("base64 text must be a multiple of 4 characters, found ", text.size()));
  }
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const size_t padding =
        !last || text[i + 3] != '=' ? 0 : (text[i + 2] == '=' ? size_t{2} : size_t{1});
    uint32_t group = 0;
    for (size_t j = 0; j < 4; ++j) {
      const int value = j < 4 - padding ? Base64Value(text[i + j]) : 0;
      if (value < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("not a base64 character at character ", i + j + 1));
      }
      group = (group << 6) | static_cast<uint32_t>(value);
    }
    // Bits that padding cuts off must be zero, or two texts would mean the same bytes.
    if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) {
      return absl::InvalidArgumentError("base64 text has non-zero bits behind its last byte");
    }
    bytes.push_back(static_cast<uint8_t>(group >> 16));
    if (padding < 2) bytes.push_back(static_cast<uint8_t>(group >> 8));
    if (padding < 1) bytes.push_back(static_cast<uint8_t>(group));
  }
  return bytes;
}

ByteView ByteReader::Raw(size_t count) {
  if (!ok_ || rest_.size() < count) {
    ok_ = false;
    return {};
  }
  ByteView bytes = rest_.first(count);
  rest_ = rest_.subspan(count);
  return bytes;
}

uint64_t ByteReader::Big(size_t width) {
  uint64_t value = 0;
  for (uint8_t byte : Raw(width)) value = (value << 8) | byte;
  return value;
}

absl::Status ByteReader::Finish(absl::string_view what) const {
  if (!ok_) return absl::InvalidArgumentError(absl::StrCat(what, ": ended too early"));
  if (!rest_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": ", rest_.size(), " bytes are left over"));
  }
  return absl::OkStatus();
}

}  // namespace tally
