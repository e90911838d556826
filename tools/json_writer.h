// JSON as the program prints it: keys in the order written, one spelling for each value.
//
// Integers of 64 bits, fractions and money are strings, because many readers keep numbers as
// doubles; only counts that are small by nature are numbers. Control characters, bidirectional
// controls and broken UTF-8 never leave as raw bytes (T-91).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tally::tools {

class JsonWriter {
 public:
  JsonWriter& BeginObject();
  JsonWriter& EndObject();
  JsonWriter& BeginArray();
  JsonWriter& EndArray();
  // Inside an object: the name of the next value.
  JsonWriter& Key(absl::string_view name);
  JsonWriter& String(absl::string_view value);
  // A 64-bit integer, as a string.
  JsonWriter& Number(uint64_t value);
  JsonWriter& SignedNumber(int64_t value);
  // A count that is small by nature, as a number.
  JsonWriter& Small(int value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  // A value that is JSON already, from another floor; what is unsafe to print in its strings is
  // escaped here.
  JsonWriter& Raw(absl::string_view json);

  JsonWriter& Field(absl::string_view name, absl::string_view value);
  JsonWriter& NumberField(absl::string_view name, uint64_t value);
  JsonWriter& BoolField(absl::string_view name, bool value);
  JsonWriter& OptionalField(absl::string_view name, const std::optional<std::string>& value);

  // The document, which must be complete; the writer is empty afterwards.
  std::string Take();

 private:
  void BeforeValue();
  JsonWriter& Append(absl::string_view clean);
  std::string out_;
  std::vector<bool> has_items_;  // one for each open object or array
  bool after_key_ = false;
};

// `text` between quotes, escaped.
std::string JsonString(absl::string_view text);

}  // namespace tally::tools
