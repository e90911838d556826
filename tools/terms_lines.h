// Text of the terms language, as it is written out: keys and values at a depth, names and texts in
// the quotes that YAML needs, nothing that a terminal obeys.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tally::tools {

// A text that YAML reads back as it is, and that no terminal obeys.
std::string Quoted(absl::string_view text);
// A name stands bare unless YAML or a terminal could take it for something else.
std::string Bare(absl::string_view text);
// "[a, b]"
std::string ListOf(const std::vector<std::string>& texts);

// Lines of "key: value" at a depth.
class Lines {
 public:
  void Add(int depth, absl::string_view key, absl::string_view value);
  void Item(int depth, absl::string_view value);  // of a list
  void Comment(int depth, absl::string_view text);
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace tally::tools
