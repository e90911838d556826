// Strict JSON as a tree that knows where everything stood.
//
// Numbers keep their exact text; duplicate keys, invalid UTF-8, lone surrogates, a byte order mark,
// more than 32 levels and more than 4 MiB are refused (T-76). Messages begin with "line:column: ",
// both counted from 1, columns in bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally {

inline constexpr size_t kJsonBytesMax = 4 * 1024 * 1024;  // a body of 1 MiB is 2 MiB of hex
inline constexpr size_t kJsonDepthMax = 32;               // stops nesting made to exhaust memory

enum class JsonForm : uint8_t { kNull, kBool, kNumber, kText, kList, kObject };
absl::string_view JsonFormName(JsonForm form);  // "a number", "an object"

struct JsonPlace {
  uint32_t line = 1;
  uint32_t column = 1;
};

struct JsonMember;

struct JsonValue {
  JsonForm form = JsonForm::kNull;
  JsonPlace place;
  bool truth = false;
  std::string text;                  // of texts; of numbers as they were written
  std::vector<JsonValue> elements;   // of lists
  std::vector<JsonMember> members;   // of objects, in their order
};

struct JsonMember {
  std::string key;
  JsonPlace place;  // of the key
  JsonValue value;
};

absl::StatusOr<JsonValue> ParseJson(absl::string_view json);

// InvalidArgument "3:14: why".
absl::Status JsonError(JsonPlace place, absl::string_view why);

// `text` in quotes, with every control character (also DEL and C1) escaped, so that printing it to
// a terminal does nothing. `text` is UTF-8.
std::string JsonQuoted(absl::string_view text);

}  // namespace tally
