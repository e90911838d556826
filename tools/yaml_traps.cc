// Line by line, from the line where the parser gave up backwards. Nothing here decides whether a
// file is accepted: it only words a refusal that stands already.
#include "tools/yaml_traps.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

struct Line {
  size_t first = 0;  // byte
  std::string text;  // without its comment, if it is one as a whole
  size_t indent = 0;
  int number = 0;  // from 1
  bool blank() const { return indent == text.size() || text[indent] == '#'; }
};

// All lines up to the one that holds `at`.
std::vector<Line> LinesUpTo(absl::string_view text, size_t at) {
  std::vector<Line> lines;
  size_t first = 0;
  while (first < text.size() && first <= at) {
    const size_t end = std::min(text.find('\n', first), text.size());
    Line line;
    line.first = first;
    line.text = std::string(absl::StripTrailingAsciiWhitespace(text.substr(first, end - first)));
    line.indent = std::min(line.text.find_first_not_of(' '), line.text.size());
    line.number = static_cast<int>(lines.size()) + 1;
    lines.push_back(std::move(line));
    first = end + 1;
  }
  return lines;
}

bool IsKeyCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ' ' || c == '-' || c == '_' ||
         c == '.';
}

// The byte of the colon of "key:..." at the beginning of a line, after "- ".
std::optional<size_t> ColonOf(const Line& line) {
  size_t i = line.indent;
  if (absl::StartsWith(absl::string_view(line.text).substr(i), "- ")) i += 2;
  const size_t begin = i;
  while (i < line.text.size() && IsKeyCharacter(line.text[i])) ++i;
  if (i == begin || i >= line.text.size() || line.text[i] != ':') return std::nullopt;
  return i;
}

std::optional<YamlTrap> ColonWithoutSpace(const Line& line) {
  const std::optional<size_t> colon = ColonOf(line);
  if (!colon || *colon + 1 >= line.text.size() || line.text[*colon + 1] == ' ') {
    return std::nullopt;
  }
  const std::string key = line.text.substr(line.indent, *colon - line.indent);
  return YamlTrap{
      line.first + *colon + 1,
      absl::StrCat("`", line.text.substr(line.indent), "` has no space after its colon"),
      absl::StrCat("write `", key, ": ", line.text.substr(*colon + 1), "`")};
}

std::optional<YamlTrap> SignAsValue(const Line& line) {
  const std::optional<size_t> colon = ColonOf(line);
  if (!colon) return std::nullopt;
  const size_t value = line.text.find_first_not_of(' ', *colon + 1);
  if (value == std::string::npos) return std::nullopt;
  const char c = line.text[value];
  const bool block = (c == '>' || c == '|') && value + 1 < line.text.size() &&
                     !absl::StrContains("+-0123456789", line.text.substr(value + 1, 1));
  if (block) {
    return YamlTrap{line.first + value,
                    absl::StrCat("a value cannot begin with `", std::string(1, c), "`"),
                    "write the words, like `at least 99.9 %`, or put the value in quotes"};
  }
  if (c != '%' && c != '@' && c != '`') return std::nullopt;
  return YamlTrap{line.first + value,
                  absl::StrCat("a value cannot begin with `", std::string(1, c), "`"),
                  c == '%' ? "write the number first, like `10 %`" : "put the value in quotes"};
}

// Brackets that are open at the end of `text`, outside of quotes and comments.
std::vector<size_t> OpenBrackets(absl::string_view text) {
  std::vector<size_t> open;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n' ||
                        absl::StrContains("{[,:", text.substr(i - 1, 1));
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && begins) {
      quote = c;
    } else if (c == '#' && begins) {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '{' || c == '[') {
      open.push_back(i);
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
    }
  }
  return open;
}

// The first comment inside the bracket that begins behind a text of its line.
std::optional<size_t> CommentInside(absl::string_view text, size_t bracket) {
  char quote = 0;
  bool said = true;  // the line has said something
  for (size_t i = bracket + 1; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins = text[i - 1] == ' ' || absl::StrContains("{[,:", text.substr(i - 1, 1));
    if (c == '\n') {
      said = false;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if ((c == '"' || c == '\'') && begins) {
      quote = c;
    } else if (c == '#' && (begins || !said)) {
      if (said) return i;
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (c != ' ') {
      said = true;
    }
  }
  return std::nullopt;
}

// Two `: ` in one value of the line.
bool HoldsColons(absl::string_view inside) {
  size_t colon = inside.find(": ");
  while (colon != absl::string_view::npos) {
    const size_t next = inside.find(": ", colon + 2);
    if (next != absl::string_view::npos &&
        inside.substr(colon, next - colon).find_first_of(",{[") == absl::string_view::npos) {
      return true;
    }
    colon = next;
  }
  return false;
}

YamlTrap TrapOfBracket(absl::string_view text, size_t bracket) {
  const auto line_of = [&](size_t at) {
    return 1 + std::count(text.begin(), text.begin() + at, '\n');
  };
  const auto line = line_of(bracket);
  const std::string sign(1, text[bracket]);
  if (const std::optional<size_t> comment = CommentInside(text, bracket)) {
    return {
        *comment,
        absl::StrCat("` #` begins a comment, so the `", sign, "` of line ", line, " is not closed"),
        "put a text that holds ` #` in quotes"};
  }
  const size_t line_end = std::min(text.find('\n', bracket), text.size());
  if (HoldsColons(text.substr(bracket, line_end - bracket))) {
    return {bracket, absl::StrCat("the text of line ", line, " holds a colon"),
            "within `{ }` a text with `:`, `#` or a comma is written in quotes"};
  }
  return {bracket, absl::StrCat("the `", sign, "` of line ", line, " is not closed"),
          absl::StrCat("close it with `", sign == "{" ? "}" : "]", "`")};
}

std::optional<YamlTrap> BracketTrap(absl::string_view text, size_t at) {
  const size_t line_end = std::min(text.find('\n', at), text.size());
  std::vector<size_t> open = OpenBrackets(text.substr(0, std::min(at + 1, line_end)));
  if (open.empty()) open = OpenBrackets(text.substr(0, line_end));
  if (open.empty()) return std::nullopt;
  return TrapOfBracket(text.substr(0, line_end), open.front());
}

// A line that stands where no other begins.
std::optional<YamlTrap> IndentTrap(const std::vector<Line>& lines, size_t index) {
  const Line& line = lines[index];
  std::vector<size_t> open;  // indents of the maps and lists that the line could belong to
  const Line* before = nullptr;
  for (size_t i = 0; i < index; ++i) {
    if (lines[i].blank()) continue;
    while (!open.empty() && open.back() > lines[i].indent) open.pop_back();
    if (open.empty() || open.back() < lines[i].indent) open.push_back(lines[i].indent);
    before = &lines[i];
  }
  if (before == nullptr || std::find(open.begin(), open.end(), line.indent) != open.end()) {
    return std::nullopt;
  }
  const bool deeper = line.indent > before->indent;
  if (deeper && absl::EndsWith(before->text, ":")) return std::nullopt;
  return YamlTrap{
      line.first + line.indent,
      absl::StrCat("the line is indented by ", line.indent, ", the one before by ", before->indent),
      absl::StrCat("keys of one map begin in one column: indent it by ",
                   deeper ? before->indent : open.back())};
}

}  // namespace

std::optional<StrangeSpace> FindStrangeSpace(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    const uint32_t c = point.value;
    const bool strange = c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
                         c == 0x205f || c == 0x3000;
    if (point.valid && strange) return StrangeSpace{at, absl::StrFormat("U+%04X", c)};
    at += point.length;
  }
  return std::nullopt;
}

std::optional<YamlTrap> FindOpenBracket(absl::string_view text) {
  const std::vector<size_t> open = OpenBrackets(text);
  if (open.empty()) return std::nullopt;
  return TrapOfBracket(text, open.front());
}

std::optional<YamlTrap> FindYamlTrap(absl::string_view text, size_t at) {
  const std::vector<Line> lines = LinesUpTo(text, std::min(at, text.size()));
  // The slip stands in the line itself or in the last one before that says anything.
  std::vector<size_t> suspects;
  for (size_t i = lines.size(); i-- > 0 && suspects.size() < 2;) {
    if (!lines[i].blank()) suspects.push_back(i);
  }
  for (const size_t i : suspects) {
    if (const auto space = FindStrangeSpace(lines[i].text)) {
      return YamlTrap{lines[i].first + space->at,
                      absl::StrCat("the character ", space->name,
                                   ", a space that looks like a plain one and is none"),
                      "write a plain space"};
    }
  }
  for (const size_t i : suspects) {
    if (auto trap = SignAsValue(lines[i])) return trap;
    if (auto trap = ColonWithoutSpace(lines[i])) return trap;
  }
  if (auto trap = BracketTrap(text, at)) return trap;
  for (const size_t i : suspects) {
    if (auto trap = IndentTrap(lines, i)) return trap;
  }
  return std::nullopt;
}

}  // namespace tally::tools
