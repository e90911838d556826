#include "tools/printable.h"

#include "absl/strings/str_format.h"

namespace tally::tools {
namespace {

bool InRange(uint32_t value, uint32_t first, uint32_t last) {
  return first <= value && value <= last;
}

void AppendEscaped(std::string& out, uint32_t value) {
  if (value == '\n') {
    out += "\\n";
  } else if (value == '\t') {
    out += "\\t";
  } else if (value < 0x100) {
    absl::StrAppendFormat(&out, "\\x%02x", value);
  } else {
    absl::StrAppendFormat(&out, "\\u{%x}", value);
  }
}

std::string Escape(absl::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    if (!point.valid) {
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<uint8_t>(text[at]));
    } else if (IsUnsafeToPrint(point.value) && !(keep_newlines && point.value == '\n')) {
      AppendEscaped(out, point.value);
    } else {
      out.append(text.data() + at, point.length);
    }
    at += point.length;
  }
  return out;
}

}  // namespace

CodePoint NextCodePoint(absl::string_view text, size_t at) {
  const uint8_t lead = static_cast<uint8_t>(text[at]);
  if (lead < 0x80) return {lead, 1, true};
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return {};
  uint32_t value = lead & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    const uint8_t next = static_cast<uint8_t>(text[at + i]);
    if ((next & 0xc0) != 0x80) return {};
    value = (value << 6) | (next & 0x3f);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || InRange(value, 0xd800, 0xdfff)) return {};
  return {value, length, true};
}

bool IsUnsafeToPrint(uint32_t code_point) {
  return code_point < 0x20 || InRange(code_point, 0x7f, 0x9f) || code_point == 0xad ||
         code_point == 0x61c || code_point == 0x180e || InRange(code_point, 0x200b, 0x200f) ||
         InRange(code_point, 0x2028, 0x202e) || InRange(code_point, 0x2060, 0x206f) ||
         code_point == 0xfeff || InRange(code_point, 0xfff9, 0xfffb) ||
         InRange(code_point, 0xe0000, 0xe0fff);
}

std::string Printable(absl::string_view text) { return Escape(text, false); }
std::string PrintableLines(absl::string_view text) { return Escape(text, true); }

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size(); at += NextCodePoint(text, at).length) ++width;
  return width;
}

}  // namespace tally::tools
