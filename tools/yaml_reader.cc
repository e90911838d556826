// The tree is built from yaml-cpp's events, not from its nodes: events show tags, anchors and both
// of two equal keys, which nodes hide. What is wrong ends the parse by an exception of this file,
// which is caught in ReadYaml together with yaml-cpp's own.
#include "tools/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"
#include "tools/printable.h"
#include "tools/yaml_traps.h"

namespace tally::tools {
namespace {

constexpr char kBadYaml[] = "bad-yaml";

// Ends a parse. Never leaves this file.
struct Stopped {
  absl::Status status;
};

[[noreturn]] void Stop(const FilePosition& position, absl::string_view message,
                       absl::string_view hint = "") {
  throw Stopped{RefuseAt(position, kBadYaml, message, hint)};
}

// Positions by byte. Columns are characters, as an editor shows them.
class Places {
 public:
  Places(absl::string_view text, absl::string_view file) : text_(text), file_(file) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') line_starts_.push_back(i + 1);
    }
  }
  FilePosition Of(size_t at) const {
    at = std::min(at, text_.size());
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
    const size_t line_start = *(next - 1);
    FilePosition position{file_, static_cast<int>(next - line_starts_.begin()), 1};
    for (size_t i = line_start; i < at; ++i) {
      if ((static_cast<uint8_t>(text_[i]) & 0xc0) != 0x80) ++position.column;
    }
    return position;
  }
  FilePosition Of(const YAML::Mark& mark) const {
    return Of(mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos));
  }

 private:
  absl::string_view text_;
  std::string file_;
  std::vector<size_t> line_starts_ = {0};
};

// Bytes before grammar: what is no text that two people would see alike.
absl::Status CheckCharacters(absl::string_view text, const Places& places) {
  size_t at = 0;
  while (at < text.size()) {
    const CodePoint point = NextCodePoint(text, at);
    const bool line_end = point.value == '\n' ||
                          (point.value == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
    if (!point.valid) {
      return RefuseAt(places.Of(at), kBadYaml, "a byte that is no UTF-8", "save the file as UTF-8");
    }
    if (point.value == '\t') {
      return RefuseAt(places.Of(at), kBadYaml, "a tab", "write spaces");
    }
    if (!line_end && IsUnsafeToPrint(point.value)) {
      return RefuseAt(places.Of(at), kBadYaml,
                      absl::StrFormat("the character U+%04X, which cannot be seen", point.value),
                      "remove it: what is signed must be what is read");
    }
    at += point.length;
  }
  return absl::OkStatus();
}

// "%YAML" and "%TAG" stand before the document and could change how it is read.
absl::Status CheckDirectives(absl::string_view text, const Places& places) {
  for (absl::string_view content : absl::StrSplit(text, '\n')) {
    if (content.empty() || content == "\r" || content[0] == '#') continue;
    if (content[0] != '%') break;
    return RefuseAt(places.Of(static_cast<size_t>(content.data() - text.data())), kBadYaml,
                    "a YAML directive", "remove the line");
  }
  return absl::OkStatus();
}

// yaml-cpp reads ahead until a bracket is closed, in time that grows with the square of what stands
// inside. Brackets and marks in texts are counted too: nobody writes thousands of them on purpose.
absl::Status CheckBrackets(absl::string_view text, const Places& places) {
  int open = 0;
  int marks = 0;  // commas and colons since the outermost bracket was opened
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open == 0) marks = 0;
    if (open > 0 && (c == ',' || c == ':')) ++marks;
    if (open <= kYamlOpenMax && marks <= kYamlMarksMax) continue;
    return RefuseAt(places.Of(at), kBadYaml,
                    open > kYamlOpenMax
                        ? absl::StrCat("more than ", kYamlOpenMax, " open brackets")
                        : absl::StrCat("more than ", kYamlMarksMax, " values in one bracket"),
                    "write long lists one item a line, each after `- `");
  }
  return absl::OkStatus();
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, const Places& places) : text_(text), places_(places) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) Stop(At(mark), "a second document", "one file holds one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckProperties(mark, anchor, "");
    if (open_.empty()) Stop(places_.Of(0), "the file is empty");
    const YamlNode& parent = open_.back();
    if (!KeyIsPending()) {
      Stop(At(mark), parent.IsMap() ? "an empty key" : "an empty item",
           "write it out; the text null is written in quotes");
    }
    const YamlNode& key = parent.keys.back();
    // In "- a:" with its keys right below, the dash made an item of what was meant as a name.
    if (open_.size() > 1 && open_[open_.size() - 2].IsList() && parent.keys.size() == 1) {
      Stop(key.position, absl::StrCat("`", key.text, "` has no value"),
           absl::StrCat("where names are listed, write `", key.text, ":` without the `- `; in a ",
                        "list, indent what belongs to it further"));
    }
    // In { a: b, c } the comma made a key of what was meant as text.
    Stop(key.position, absl::StrCat("`", key.text, "` has no value"),
         "write it out; a text with a comma in it is written in quotes");
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Stop(At(mark), "an alias (*)", "write the value out where it is meant");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckProperties(mark, anchor, tag);
    YamlNode node;
    node.position = At(mark);
    node.text = value;
    CheckText(node);
    CheckQuote(mark);
    CheckComment(node, mark);
    Add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  YamlNode Take() {
    TALLY_CHECK(open_.empty() && documents_ == 1);
    return std::move(root_);
  }

 private:
  FilePosition At(const YAML::Mark& mark) const { return places_.Of(mark); }

  // yaml-cpp gives "?" and "!" for scalars without a tag; a lone "!" in the file looks like the
  // latter and is seen in the text.
  void CheckProperties(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    if (anchor != 0) Stop(At(mark), "an anchor (&)", "write the value out where it is meant");
    const size_t at = static_cast<size_t>(std::max(mark.pos, 0));
    const bool tagged =
        (!tag.empty() && tag != "?" && tag != "!") || (at < text_.size() && text_[at] == '!');
    if (tagged) Stop(At(mark), "a tag (!)", "values are plain texts; their field gives the type");
  }

  // yaml-cpp takes the end of the file for a closing quote.
  void CheckQuote(const YAML::Mark& mark) const {
    size_t at = static_cast<size_t>(std::max(mark.pos, 0));
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    const char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return;
        ++at;  // '' is a quote inside
      }
    }
    Stop(At(mark), "a quote that is not closed");
  }

  // In "see #3 of the annex" the text ends before the sign, which nobody sees who reads the file.
  void CheckComment(const YamlNode& node, const YAML::Mark& mark) const {
    size_t at = static_cast<size_t>(std::max(mark.pos, 0));
    if (node.text.empty() ||
        text_.substr(std::min(at, text_.size()), node.text.size()) != node.text) {
      return;  // in quotes, or over several lines
    }
    at = std::min(text_.find_first_not_of(' ', at + node.text.size()), text_.size());
    if (at + 1 >= text_.size() || text_[at] != '#') return;
    if (text_[at + 1] == ' ' || text_[at + 1] == '#' || text_[at + 1] == '\n') return;
    const absl::string_view rest = text_.substr(at, text_.find('\n', at) - at);
    Stop(places_.Of(at),
         absl::StrCat("`", rest.substr(0, rest.find(' ')),
                      "` is a comment, no part of the text before it"),
         "put the whole text in quotes, or write a space after the `#` of a comment");
  }

  // Escapes in quotes ("\u202e") must not bring in what the file itself may not hold.
  static void CheckText(const YamlNode& node) {
    for (size_t at = 0; at < node.text.size();) {
      const CodePoint point = NextCodePoint(node.text, at);
      if (!point.valid || (IsUnsafeToPrint(point.value) && point.value != '\n')) {
        Stop(node.position, "a character that cannot be seen",
             "remove its escape: what is signed must be what is read");
      }
      at += point.length;
    }
  }

  bool KeyIsPending() const {
    return open_.back().IsMap() && open_.back().keys.size() > open_.back().items.size();
  }

  void Open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    CheckProperties(mark, anchor, tag);
    if (open_.size() >= static_cast<size_t>(kYamlDepthMax)) {
      Stop(At(mark), absl::StrCat("more than ", kYamlDepthMax, " levels"));
    }
    YamlNode node;
    node.kind = kind;
    node.position = At(mark);
    if (!open_.empty() && open_.back().IsMap() && !KeyIsPending()) {
      // The parser takes a bracket without an end for a key.
      if (const std::optional<YamlTrap> trap = FindOpenBracket(text_)) {
        Stop(places_.Of(trap->at), trap->message, trap->hint);
      }
      Stop(node.position, "a key that is a list or a map", "keys are plain texts");
    }
    open_.push_back(std::move(node));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (++nodes_ > kYamlNodesMax) {
      Stop(node.position, absl::StrCat("more than ", kYamlNodesMax, " values"));
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    if (!parent.IsMap() || KeyIsPending()) {
      parent.items.push_back(std::move(node));
      return;
    }
    if (node.text == "<<") Stop(node.position, "a merge key (<<)", "write the values out");
    for (const YamlNode& key : parent.keys) {
      if (key.text != node.text) continue;
      Stop(node.position, absl::StrCat("`", node.text, "` stands twice"),
           absl::StrCat("it stands in line ", key.position.line, " already; keep one"));
    }
    parent.keys.push_back(std::move(node));
  }

  absl::string_view text_;
  const Places& places_;
  int documents_ = 0;
  int nodes_ = 0;
  std::vector<YamlNode> open_;  // maps and lists that have begun and not ended
  YamlNode root_;
};

absl::StatusOr<YamlNode> Parse(absl::string_view text, const Places& places) {
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(text, places);
    if (!parser.HandleNextDocument(builder)) {
      return RefuseAt(places.Of(0), kBadYaml, "the file is empty");
    }
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.Take();
  } catch (const Stopped& stopped) {
    return stopped.status;
  } catch (const YAML::Exception& error) {
    const size_t at = static_cast<size_t>(std::max(error.mark.pos, 0));
    if (const std::optional<YamlTrap> trap = FindYamlTrap(text, at)) {
      return RefuseAt(places.Of(trap->at), kBadYaml, trap->message, trap->hint);
    }
    return RefuseAt(places.Of(error.mark), kBadYaml, absl::StrCat("this is no YAML: ", error.msg));
  } catch (const std::exception& error) {
    return RefuseAt(places.Of(0), kBadYaml, absl::StrCat("this is no YAML: ", error.what()));
  }
}

}  // namespace

absl::StatusOr<YamlNode> ReadYaml(absl::string_view text, absl::string_view file_name) {
  const Places places(text, file_name);
  if (text.size() > kYamlBytesMax) {
    return RefuseAt(places.Of(0), kBadYaml,
                    absl::StrCat("the file has ", text.size(), " bytes; at most ", kYamlBytesMax));
  }
  TALLY_RETURN_IF_ERROR(CheckCharacters(text, places));
  TALLY_RETURN_IF_ERROR(CheckDirectives(text, places));
  TALLY_RETURN_IF_ERROR(CheckBrackets(text, places));
  return Parse(text, places);
}

}  // namespace tally::tools
