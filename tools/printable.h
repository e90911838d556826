// Text that others wrote, made safe to print: no byte of it can move a cursor, change a colour,
// reorder what stands beside it or begin a new line (T-91).
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tally::tools {

// One UTF-8 code point, or one byte that begins none.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 1;
  bool valid = false;
};
// at < text.size().
CodePoint NextCodePoint(absl::string_view text, size_t at);

// Controls (C0, DEL, C1), line and paragraph separators, bidirectional controls, invisible
// characters and tags. Backslash is safe: it only shows itself.
bool IsUnsafeToPrint(uint32_t code_point);

// `text` with everything unsafe written as \n, \t, \x1b or \u{202e}, bad bytes as \xNN.
std::string Printable(absl::string_view text);
// The same for text of several lines and columns that this program composed: newlines stay.
std::string PrintableLines(absl::string_view text);
// Columns that `text` takes on a terminal, counting one for each code point.
size_t DisplayWidth(absl::string_view text);

}  // namespace tally::tools
