// YAML as people sign it: one document of maps, lists and texts, and nothing that two programs
// could read differently. The door to yaml-cpp.
//
//   refused    duplicate keys, empty values, anchors and aliases, merge keys, tags, directives,
//              several documents, keys that are no plain text, bytes that are no UTF-8, control
//              and direction-changing characters, depth above 16, files above 1 MiB
//   untyped    every scalar is text. "010", "no", "1e3" and "2025-06-01" mean what the field that
//              reads them says, by our own parsers; YAML's implicit types are never asked
//
// Each node knows where it stands. Lines and columns count from 1, columns in characters.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/fault.h"

namespace tally::tools {

inline constexpr size_t kYamlBytesMax = 1024 * 1024;  // stops files that exhaust memory
inline constexpr int kYamlDepthMax = 16;              // stops files that exhaust the stack
inline constexpr int kYamlOpenMax = 1000;             // both stop brackets that stall
inline constexpr int kYamlMarksMax = 4000;            // yaml-cpp: see CheckBrackets
inline constexpr int kYamlNodesMax = 10'000;          // stops terms that nobody could read

struct YamlNode {
  enum class Kind { kText, kList, kMap };
  Kind kind = Kind::kText;
  FilePosition position;
  std::string text;             // kText
  std::vector<YamlNode> keys;   // kMap: texts, unique, in the order of the file
  std::vector<YamlNode> items;  // kList: its items; kMap: the value of each key
  bool IsText() const { return kind == Kind::kText; }
  bool IsList() const { return kind == Kind::kList; }
  bool IsMap() const { return kind == Kind::kMap; }
};

// The one document of `text`. A Fault with code "bad-yaml" names the first thing that is wrong;
// `file_name` stands in its position.
absl::StatusOr<YamlNode> ReadYaml(absl::string_view text, absl::string_view file_name);

}  // namespace tally::tools
