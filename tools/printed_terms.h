// Reading terms that this program printed (tools/terms_text.h): the part of YAML in which it
// prints, and no more. Whoever has a pack and no reader of all YAML still sees its fields.
//
//   line    two spaces for each level, then "key: value", "key:" above deeper lines, "- value" in
//           a list, or "# comment"
//   value   "quoted", [a, b], { key: value, ... }, or a bare text to the end of the line or bracket
//   quoted  escapes \" \\ \n \xHH \UHHHHHHHH
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

// The tree as ReadYaml gives it of the same text, but for positions. InvalidArgument for what is
// not in the printed form.
absl::StatusOr<YamlNode> ReadPrintedTerms(absl::string_view text);

}  // namespace tally::tools
