// What people mean when they write what is no YAML: the usual slips, told by name and at their own
// place. The parser itself only knows where it gave up, often a line later, and in its own words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace tally::tools {

struct YamlTrap {
  size_t at = 0;  // byte in the text
  std::string message, hint;
};

// The slip that explains why the parser gave up at byte `at`; none that is known: nullopt.
std::optional<YamlTrap> FindYamlTrap(absl::string_view text, size_t at);

// The outermost bracket that the text leaves open, and what hides its end; nullopt: all are closed.
std::optional<YamlTrap> FindOpenBracket(absl::string_view text);

// "U+00A0" and the like for the first space that looks like a plain one and is none, and where.
struct StrangeSpace {
  size_t at = 0;
  std::string name;
};
std::optional<StrangeSpace> FindStrangeSpace(absl::string_view text);

}  // namespace tally::tools
