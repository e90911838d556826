#include "tools/import_map.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/status.h"
#include "tools/csv_reader.h"
#include "tools/fault.h"

namespace tally::tools {

absl::Status WrongInMap(const YamlNode& node, absl::string_view message, absl::string_view hint) {
  return RefuseAt(node.position, "bad-input", message, hint);
}

const YamlNode* FindInMap(const YamlNode& map, absl::string_view key) {
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.items[i];
  }
  return nullptr;
}

absl::Status RefuseOtherKeys(const YamlNode& map, const std::vector<absl::string_view>& known) {
  for (const YamlNode& key : map.keys) {
    if (std::find(known.begin(), known.end(), key.text) == known.end()) {
      return WrongInMap(key, absl::StrCat("unknown key '", key.text, "'"),
                        absl::StrCat("choose from ", absl::StrJoin(known, ", ")));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> MapText(const YamlNode& map, absl::string_view key) {
  const YamlNode* node = FindInMap(map, key);
  if (node == nullptr) return std::optional<std::string>();
  if (!node->IsText()) return WrongInMap(*node, absl::StrCat("'", key, "' is a column's name"));
  return std::optional<std::string>(node->text);
}

absl::StatusOr<std::string> RequiredMapText(const YamlNode& map, absl::string_view key) {
  TALLY_ASSIGN_OR_RETURN(std::optional<std::string> text, MapText(map, key));
  if (!text.has_value()) return WrongInMap(map, absl::StrCat("the map does not say '", key, "'"));
  return *std::move(text);
}

absl::StatusOr<std::vector<std::string>> MapTexts(const YamlNode& map, absl::string_view key) {
  std::vector<std::string> texts;
  const YamlNode* node = FindInMap(map, key);
  if (node == nullptr) return texts;
  if (!node->IsList()) {
    return WrongInMap(*node, absl::StrCat("'", key, "' lists the texts that mean it"));
  }
  for (const YamlNode& text : node->items) {
    if (!text.IsText()) return WrongInMap(text, "a text is expected");
    if (std::find(texts.begin(), texts.end(), text.text) != texts.end()) {
      return WrongInMap(text, absl::StrCat("'", text.text, "' stands twice"));
    }
    texts.push_back(text.text);
  }
  return texts;
}

absl::StatusOr<char> MapSeparator(const YamlNode& map) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<std::string> separator, MapText(map, "separator"));
  if (!separator.has_value()) return ',';
  if (*separator == "tab") return '\t';
  if (separator->size() == 1 && *separator != "\"") return separator->front();
  return WrongInMap(*FindInMap(map, "separator"), "separator is one character, or tab");
}

absl::StatusOr<size_t> ColumnOf(const CsvReader& reader, absl::string_view name) {
  const std::optional<size_t> column = reader.Column(name);
  if (column.has_value()) return *column;
  return absl::InvalidArgumentError(absl::StrCat("1:1: the header lacks the column '", name,
                                                 "' that the map names", reader.SeparatorHint()));
}

}  // namespace tally::tools
