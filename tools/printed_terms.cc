// One pass over lines, one over the characters of a value. Nothing is guessed: a line that is not
// in the form ends the reading.
#include "tools/printed_terms.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "schema/status.h"

namespace tally::tools {
namespace {

absl::Status NotPrinted(absl::string_view line) {
  return absl::InvalidArgumentError(absl::StrCat("no line of printed terms: ", line));
}

// UTF-8 of a code point below 0x110000.
void AppendCodePoint(uint32_t point, std::string& out) {
  const auto tail = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3f)));
  };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (point >> 6)));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | (point >> 12)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xf0 | (point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

// Reads one value from the front of a text.
class ValueReader {
 public:
  explicit ValueReader(absl::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  bool Take(absl::string_view expected) { return absl::ConsumePrefix(&rest_, expected); }

  // `enders`: characters before which a bare text ends.
  std::optional<YamlNode> Read(absl::string_view enders) {
    if (Take("[")) return ReadList();
    if (Take("{ ")) return ReadMap();
    return ReadText(enders);
  }

  std::optional<YamlNode> ReadText(absl::string_view enders) {
    YamlNode node;
    if (absl::StartsWith(rest_, "\"")) {
      std::optional<std::string> text = ReadQuoted();
      if (!text.has_value()) return std::nullopt;
      node.text = *std::move(text);
      return node;
    }
    const size_t end = std::min(rest_.find_first_of(enders), rest_.size());
    node.text = std::string(rest_.substr(0, end));
    if (node.text.empty() || node.text.back() == ' ') return std::nullopt;
    rest_.remove_prefix(end);
    return node;
  }

 private:
  std::optional<YamlNode> ReadList() {
    YamlNode node;
    node.kind = YamlNode::Kind::kList;
    if (Take("]")) return node;
    do {
      std::optional<YamlNode> item = Read(",]");
      if (!item.has_value()) return std::nullopt;
      node.items.push_back(*std::move(item));
    } while (Take(", "));
    if (!Take("]")) return std::nullopt;
    return node;
  }

  std::optional<YamlNode> ReadMap() {
    YamlNode node;
    node.kind = YamlNode::Kind::kMap;
    do {
      std::optional<YamlNode> key = ReadText(":,}");
      if (!key.has_value() || !Take(": ")) return std::nullopt;
      std::optional<YamlNode> value = Read(",} ");
      // A bare value may have spaces inside; it ends at a comma or before the bracket.
      while (value.has_value() && value->IsText() && absl::StartsWith(rest_, " ") &&
             !absl::StartsWith(rest_, " }")) {
        Take(" ");
        std::optional<YamlNode> more = ReadText(",} ");
        if (!more.has_value()) return std::nullopt;
        absl::StrAppend(&value->text, " ", more->text);
      }
      if (!value.has_value()) return std::nullopt;
      node.keys.push_back(*std::move(key));
      node.items.push_back(*std::move(value));
    } while (Take(", "));
    if (!Take(" }")) return std::nullopt;
    return node;
  }

  std::optional<std::string> ReadQuoted() {
    std::string out;
    Take("\"");
    while (!rest_.empty()) {
      if (Take("\"")) return out;
      if (Take("\\")) {
        if (!ReadEscape(out)) return std::nullopt;
        continue;
      }
      out.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }

  bool ReadEscape(std::string& out) {
    if (Take("n")) {
      out.push_back('\n');
      return true;
    }
    for (const auto& [letter, digits] : {std::pair{"x", size_t{2}}, std::pair{"U", size_t{8}}}) {
      if (!Take(letter)) continue;
      uint32_t point = 0;
      if (rest_.size() < digits || !absl::SimpleHexAtoi(rest_.substr(0, digits), &point) ||
          point >= 0x110000) {
        return false;
      }
      rest_.remove_prefix(digits);
      AppendCodePoint(point, out);
      return true;
    }
    if (!absl::StartsWith(rest_, "\"") && !absl::StartsWith(rest_, "\\")) return false;
    out.push_back(rest_.front());
    rest_.remove_prefix(1);
    return true;
  }

  absl::string_view rest_;
};

struct PrintedLine {
  size_t depth = 0;
  absl::string_view content;
};

class TermsReader {
 public:
  absl::StatusOr<YamlNode> Run(absl::string_view text) {
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      const size_t spaces = std::min(line.find_first_not_of(' '), line.size());
      const absl::string_view content = line.substr(spaces);
      if (content.empty() || content.front() == '#') continue;
      if (spaces % 2 != 0) return NotPrinted(line);
      lines_.push_back({spaces / 2, content});
    }
    TALLY_ASSIGN_OR_RETURN(YamlNode root, ReadBlock(0));
    if (next_ != lines_.size()) return NotPrinted(lines_[next_].content);
    return root;
  }

 private:
  // The lines of one depth, and what lies below them.
  absl::StatusOr<YamlNode> ReadBlock(size_t depth) {
    YamlNode node;
    if (next_ == lines_.size() || lines_[next_].depth != depth) return NotPrinted("(missing)");
    const bool list = absl::StartsWith(lines_[next_].content, "- ");
    node.kind = list ? YamlNode::Kind::kList : YamlNode::Kind::kMap;
    while (next_ < lines_.size() && lines_[next_].depth == depth) {
      TALLY_RETURN_IF_ERROR(list ? ReadItem(node) : ReadEntry(node));
    }
    return node;
  }

  absl::Status ReadItem(YamlNode& list) {
    absl::string_view content = lines_[next_].content;
    if (!absl::ConsumePrefix(&content, "- ")) return NotPrinted(content);
    ValueReader reader(content);
    std::optional<YamlNode> value = reader.Read("\n");
    if (!value.has_value() || !reader.AtEnd()) return NotPrinted(content);
    list.items.push_back(*std::move(value));
    ++next_;
    return absl::OkStatus();
  }

  absl::Status ReadEntry(YamlNode& map) {
    const PrintedLine line = lines_[next_++];
    ValueReader reader(line.content);
    std::optional<YamlNode> key = reader.ReadText(":");
    if (!key.has_value() || !reader.Take(":")) return NotPrinted(line.content);
    map.keys.push_back(*std::move(key));
    if (reader.AtEnd()) {
      TALLY_ASSIGN_OR_RETURN(YamlNode below, ReadBlock(line.depth + 1));
      map.items.push_back(std::move(below));
      return absl::OkStatus();
    }
    if (!reader.Take(" ")) return NotPrinted(line.content);
    std::optional<YamlNode> value = reader.Read("\n");
    if (!value.has_value() || !reader.AtEnd()) return NotPrinted(line.content);
    map.items.push_back(*std::move(value));
    return absl::OkStatus();
  }

  std::vector<PrintedLine> lines_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<YamlNode> ReadPrintedTerms(absl::string_view text) {
  return TermsReader().Run(text);
}

}  // namespace tally::tools
