// Reading a map file: YAML that says what the columns of a CSV file mean. Strict like terms: an
// unknown key is refused, and what is not stated is not guessed. Errors carry the position.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

class CsvReader;

absl::Status WrongInMap(const YamlNode& node, absl::string_view message,
                        absl::string_view hint = "");
// The value of a key, or nullptr.
const YamlNode* FindInMap(const YamlNode& map, absl::string_view key);
absl::Status RefuseOtherKeys(const YamlNode& map, const std::vector<absl::string_view>& known);
absl::StatusOr<std::optional<std::string>> MapText(const YamlNode& map, absl::string_view key);
absl::StatusOr<std::string> RequiredMapText(const YamlNode& map, absl::string_view key);
// A list of texts, each once; empty when the key is absent.
absl::StatusOr<std::vector<std::string>> MapTexts(const YamlNode& map, absl::string_view key);
// "separator": one character, or tab; absent: a comma.
absl::StatusOr<char> MapSeparator(const YamlNode& map);
// The column of this name. InvalidArgument with its place if the header lacks it.
absl::StatusOr<size_t> ColumnOf(const CsvReader& reader, absl::string_view name);

}  // namespace tally::tools
