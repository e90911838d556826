#include "tools/json_writer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "schema/status.h"
#include "tools/printable.h"

namespace tally::tools {

namespace {

// The character as it may leave: itself, or as an escape.
void AppendEscaped(std::string& out, const CodePoint& point, absl::string_view bytes) {
  if (!point.valid) {
    out += "\\ufffd";
  } else if (!IsUnsafeToPrint(point.value)) {
    absl::StrAppend(&out, bytes);
  } else if (point.value >= 0x10000) {  // as a surrogate pair
    const uint32_t offset = point.value - 0x10000;
    absl::StrAppendFormat(&out, "\\u%04x\\u%04x", 0xd800 + (offset >> 10),
                          0xdc00 + (offset & 0x3ff));
  } else {
    absl::StrAppendFormat(&out, "\\u%04x", point.value);
  }
}

}  // namespace

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    if (point.valid && (point.value == '"' || point.value == '\\')) {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (point.valid && point.value == '\n') {
      out += "\\n";
    } else {
      AppendEscaped(out, point, text.substr(at, point.length));
    }
    at += point.length;
  }
  out += '"';
  return out;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_ += ",";
  has_items_.back() = true;
}

JsonWriter& JsonWriter::BeginObject() {
  BeforeValue();
  out_ += "{";
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::EndObject() {
  TALLY_CHECK(!has_items_.empty() && !after_key_);
  has_items_.pop_back();
  out_ += "}";
  return *this;
}

JsonWriter& JsonWriter::BeginArray() {
  BeforeValue();
  out_ += "[";
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::EndArray() {
  TALLY_CHECK(!has_items_.empty() && !after_key_);
  has_items_.pop_back();
  out_ += "]";
  return *this;
}

JsonWriter& JsonWriter::Key(absl::string_view name) {
  TALLY_CHECK(!has_items_.empty() && !after_key_);
  BeforeValue();
  absl::StrAppend(&out_, JsonString(name), ":");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::Append(absl::string_view clean) {
  BeforeValue();
  absl::StrAppend(&out_, clean);
  return *this;
}

// Outside strings JSON has only ASCII, so an unsafe character stands in a string and may be
// escaped.
JsonWriter& JsonWriter::Raw(absl::string_view json) {
  BeforeValue();
  for (size_t at = 0; at < json.size();) {
    const CodePoint point = NextCodePoint(json, at);
    AppendEscaped(out_, point, json.substr(at, point.length));
    at += point.length;
  }
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view value) { return Append(JsonString(value)); }
JsonWriter& JsonWriter::Number(uint64_t value) { return Append(absl::StrCat("\"", value, "\"")); }
JsonWriter& JsonWriter::SignedNumber(int64_t value) {
  return Append(absl::StrCat("\"", value, "\""));
}
JsonWriter& JsonWriter::Small(int value) { return Append(absl::StrCat(value)); }
JsonWriter& JsonWriter::Bool(bool value) { return Append(value ? "true" : "false"); }
JsonWriter& JsonWriter::Null() { return Append("null"); }

JsonWriter& JsonWriter::Field(absl::string_view name, absl::string_view value) {
  return Key(name).String(value);
}
JsonWriter& JsonWriter::NumberField(absl::string_view name, uint64_t value) {
  return Key(name).Number(value);
}
JsonWriter& JsonWriter::BoolField(absl::string_view name, bool value) {
  return Key(name).Bool(value);
}
JsonWriter& JsonWriter::OptionalField(absl::string_view name,
                                      const std::optional<std::string>& value) {
  Key(name);
  return value.has_value() ? String(*value) : Null();
}

std::string JsonWriter::Take() {
  TALLY_CHECK(has_items_.empty() && !after_key_);
  std::string taken;
  taken.swap(out_);
  return taken;
}

}  // namespace tally::tools
