// JSON as people and other programs write it, read strictly: duplicate keys, trailing commas,
// comments, lone surrogates and broken UTF-8 are refused with line and column, and numbers keep
// the exact text that they were written with.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/fault.h"

namespace tally::tools {

inline constexpr int kJsonDepthMax = 32;  // stops nesting that only costs stack

struct JsonMember;

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;              // of strings their content, of numbers their spelling
  std::vector<JsonValue> items;  // of arrays
  std::vector<JsonMember> members;  // of objects, in order
  size_t first = 0;  // bytes [first, limit) of the text that was read
  size_t limit = 0;

  const JsonValue* Find(absl::string_view key) const;
};

// A struct of its own: a vector may be declared of a type that is complete only later, a pair not.
struct JsonMember {
  std::string name;
  JsonValue value;
};

// One value and nothing but white space behind it. `start` is where the text begins in its file.
// Fault bad-json with the position.
absl::StatusOr<JsonValue> ReadJson(absl::string_view text, const FilePosition& start);

// Where byte `offset` of a text stands that begins at `start`.
FilePosition PositionAt(absl::string_view text, size_t offset, const FilePosition& start);

// Takes the members of one object by name, remembering which were taken, so that what is left over
// can be refused. The object, the text and the position outlive the reader.
class ObjectReader {
 public:
  ObjectReader(const JsonValue& object, absl::string_view text, const FilePosition& start)
      : object_(object), text_(text), start_(start), taken_(object.members.size(), false) {}

  // nullptr when absent.
  const JsonValue* Take(absl::string_view key);
  // Fault bad-json when absent or of another kind.
  absl::StatusOr<std::string> String(absl::string_view key);
  absl::StatusOr<std::string> OptionalString(absl::string_view key);  // "" when absent
  // A whole number, written as a number or as a string of digits.
  absl::StatusOr<uint64_t> Number(absl::string_view key);
  absl::StatusOr<const JsonValue*> Array(absl::string_view key);
  // Fault bad-json naming the first member that nobody took.
  absl::Status Finish() const;
  // A fault at `value`.
  absl::Status Bad(const JsonValue& value, absl::string_view message,
                   absl::string_view hint = "") const;

 private:
  const JsonValue& object_;
  absl::string_view text_;
  const FilePosition& start_;
  std::vector<bool> taken_;
};

}  // namespace tally::tools
