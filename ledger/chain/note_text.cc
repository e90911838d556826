// A small UTF-8 decoder that refuses every second spelling, and the rules on top of it.
#include "ledger/chain/note_text.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace tally::ledger {
namespace {

// Length of a sequence, the bits its first byte gives, and the least code point that needs it.
struct Utf8Form {
  size_t length;
  uint32_t bits;
  uint32_t least;
};

std::optional<Utf8Form> FormOf(uint8_t first) {
  if (first < 0x80) return Utf8Form{1, first, 0};
  if ((first & 0xe0) == 0xc0) return Utf8Form{2, first & 0x1fu, 0x80};
  if ((first & 0xf0) == 0xe0) return Utf8Form{3, first & 0x0fu, 0x800};
  if ((first & 0xf8) == 0xf0) return Utf8Form{4, first & 0x07u, 0x10000};
  return std::nullopt;
}

// Takes one code point from the front of `text`; nullopt for anything but its one encoding.
std::optional<uint32_t> TakeCodePoint(absl::string_view& text) {
  const std::optional<Utf8Form> form = FormOf(static_cast<uint8_t>(text[0]));
  if (!form || form->length > text.size()) return std::nullopt;
  uint32_t point = form->bits;
  for (size_t i = 1; i < form->length; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3fu);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < form->least || point > 0x10ffff || surrogate) return std::nullopt;
  text.remove_prefix(form->length);
  return point;
}

// White space as Unicode has it.
bool IsSpace(uint32_t point) {
  return point == 0x20 || (point >= 0x09 && point <= 0x0d) || point == 0x85 || point == 0xa0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
         point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

}  // namespace

bool IsNoteText(absl::string_view text) {
  while (!text.empty()) {
    const std::optional<uint32_t> point = TakeCodePoint(text);
    if (!point || (*point < 0x20 && *point != '\n')) return false;
  }
  return true;
}

bool IsKeyName(absl::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const std::optional<uint32_t> point = TakeCodePoint(name);
    if (!point || *point < 0x20 || *point == '+' || IsSpace(*point)) return false;
  }
  return true;
}

std::optional<uint64_t> ParseNumber(absl::string_view digits, uint64_t max) {
  uint64_t number = 0;
  // Printed again and compared: that leaves one spelling, whatever the parser accepts.
  if (!absl::SimpleAtoi(digits, &number) || absl::StrCat(number) != digits) return std::nullopt;
  if (number > max) return std::nullopt;
  return number;
}

absl::StatusOr<absl::string_view> TakeLine(absl::string_view& rest, const absl::Status& unended) {
  const size_t end = rest.find('\n');
  if (end == absl::string_view::npos) return unended;
  const absl::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace tally::ledger
