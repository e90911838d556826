#include "tools/terms_lines.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tools/printable.h"

namespace tally::tools {

std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    if (!point.valid) {
      absl::StrAppendFormat(&out, "\\x%02X", static_cast<uint8_t>(text[at]));
    } else if (point.value == '"' || point.value == '\\') {
      absl::StrAppend(&out, "\\", text.substr(at, 1));
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (IsUnsafeToPrint(point.value)) {
      absl::StrAppendFormat(&out, "\\U%08X", point.value);
    } else {
      absl::StrAppend(&out, text.substr(at, point.length));
    }
    at += point.length;
  }
  return out + "\"";
}

std::string Bare(absl::string_view text) {
  const bool plain =
      !text.empty() && text != "null" && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '/' || c == '-';
      });
  const bool begins_well = plain && text[0] != '-' && text[0] != '.';
  return begins_well ? std::string(text) : Quoted(text);
}

std::string ListOf(const std::vector<std::string>& texts) {
  return absl::StrCat("[", absl::StrJoin(texts, ", "), "]");
}

void Lines::Add(int depth, absl::string_view key, absl::string_view value) {
  absl::StrAppend(&text_, std::string(static_cast<size_t>(2 * depth), ' '), key, ":",
                  value.empty() ? "" : " ", value, "\n");
}

void Lines::Item(int depth, absl::string_view value) {
  absl::StrAppend(&text_, std::string(static_cast<size_t>(2 * depth), ' '), "- ", value, "\n");
}

void Lines::Comment(int depth, absl::string_view text) {
  absl::StrAppend(&text_, std::string(static_cast<size_t>(2 * depth), ' '), "# ", text, "\n");
}

}  // namespace tally::tools
