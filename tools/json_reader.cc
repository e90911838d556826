#include "tools/json_reader.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

absl::string_view KindText(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return "true or false";
    case JsonValue::Kind::kNumber:
      return "a number";
    case JsonValue::Kind::kString:
      return "a string";
    case JsonValue::Kind::kArray:
      return "a list";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "";
}

void AppendUtf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

// Recursive descent over RFC 8259, one method a production.
class JsonParser {
 public:
  JsonParser(absl::string_view text, const FilePosition& start) : text_(text), start_(start) {}

  absl::StatusOr<JsonValue> Parse() {
    JsonValue value;
    TALLY_RETURN_IF_ERROR(Value(value, 0));
    SkipSpace();
    if (at_ < text_.size()) return Bad("expected nothing more");
    return value;
  }

 private:
  absl::Status Bad(absl::string_view message) const {
    return RefuseAt(PositionAt(text_, at_, start_), "bad-json", absl::StrCat("JSON: ", message));
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool Eat(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  absl::Status Value(JsonValue& value, int depth) {
    if (depth > kJsonDepthMax) return Bad("nested too deeply");
    SkipSpace();
    if (at_ >= text_.size()) return Bad("expected a value, found the end");
    value.first = at_;
    absl::Status outcome;
    const char c = text_[at_];
    if (c == '{') {
      outcome = Object(value, depth);
    } else if (c == '[') {
      outcome = Array(value, depth);
    } else if (c == '"') {
      value.kind = JsonValue::Kind::kString;
      outcome = String(value.text);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      outcome = Number(value);
    } else {
      outcome = Word(value);
    }
    value.limit = at_;
    return outcome;
  }

  absl::Status Word(JsonValue& value) {
    for (const absl::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      value.kind = word == "null" ? JsonValue::Kind::kNull : JsonValue::Kind::kBool;
      value.boolean = word == "true";
      return absl::OkStatus();
    }
    return Bad("expected a value");
  }

  size_t Digits() {
    const size_t before = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - before;
  }

  absl::Status Number(JsonValue& value) {
    const size_t first = at_;
    value.kind = JsonValue::Kind::kNumber;
    Eat('-');
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const size_t whole = Digits();
    if (whole == 0 || (zero && whole > 1)) return Bad("malformed number");
    if (Eat('.') && Digits() == 0) return Bad("malformed number");
    if (Eat('e') || Eat('E')) {
      if (!Eat('+')) Eat('-');
      if (Digits() == 0) return Bad("malformed number");
    }
    value.text = std::string(text_.substr(first, at_ - first));
    return absl::OkStatus();
  }

  absl::Status Array(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::kArray;
    Eat('[');
    SkipSpace();
    if (Eat(']')) return absl::OkStatus();
    while (true) {
      value.items.emplace_back();
      TALLY_RETURN_IF_ERROR(Value(value.items.back(), depth + 1));
      SkipSpace();
      if (Eat(']')) return absl::OkStatus();
      if (!Eat(',')) return Bad("expected , or ]");
    }
  }

  absl::Status Object(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::kObject;
    Eat('{');
    SkipSpace();
    if (Eat('}')) return absl::OkStatus();
    while (true) {
      SkipSpace();
      if (at_ >= text_.size() || text_[at_] != '"') return Bad("expected a key in quotes");
      const size_t key_at = at_;
      std::string key;
      TALLY_RETURN_IF_ERROR(String(key));
      if (value.Find(key) != nullptr) {
        at_ = key_at;
        return Bad(absl::StrCat("key \"", key, "\" stands twice"));
      }
      SkipSpace();
      if (!Eat(':')) return Bad("expected :");
      value.members.push_back({std::move(key), JsonValue()});
      TALLY_RETURN_IF_ERROR(Value(value.members.back().value, depth + 1));
      SkipSpace();
      if (Eat('}')) return absl::OkStatus();
      if (!Eat(',')) return Bad("expected , or }");
    }
  }

  absl::Status String(std::string& out) {
    Eat('"');
    while (true) {
      if (at_ >= text_.size()) return Bad("the string does not end");
      const CodePoint point = NextCodePoint(text_, at_);
      if (!point.valid) return Bad("not UTF-8");
      if (point.value == '"') {
        ++at_;
        return absl::OkStatus();
      }
      if (point.value < 0x20) return Bad("a control character must be escaped");
      if (point.value == '\\') {
        TALLY_RETURN_IF_ERROR(Escape(out));
        continue;
      }
      out.append(text_.data() + at_, point.length);
      at_ += point.length;
    }
  }

  absl::Status Escape(std::string& out) {
    constexpr absl::string_view kLetters = "\"\\/bfnrt";
    constexpr absl::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const size_t found = kLetters.find(letter);
    if (letter != '\0' && found != absl::string_view::npos) {
      out += kMeanings[found];
      at_ += 2;
      return absl::OkStatus();
    }
    if (letter != 'u') return Bad("unknown escape");
    uint32_t point = 0;
    TALLY_RETURN_IF_ERROR(FourDigits(point));
    if (point >= 0xdc00 && point <= 0xdfff) return Bad("half of a surrogate pair");
    if (point >= 0xd800 && point <= 0xdbff) {
      uint32_t low = 0;
      if (text_.substr(at_, 2) != "\\u") return Bad("half of a surrogate pair");
      TALLY_RETURN_IF_ERROR(FourDigits(low));
      if (low < 0xdc00 || low > 0xdfff) return Bad("half of a surrogate pair");
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    AppendUtf8(out, point);
    return absl::OkStatus();
  }

  // The four hex digits behind the \u at at_.
  absl::Status FourDigits(uint32_t& value) {
    const absl::string_view digits = text_.substr(at_ + 2, 4);
    if (digits.size() != 4 || !absl::SimpleHexAtoi(digits, &value) ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != absl::string_view::npos) {
      return Bad("expected four hex digits");
    }
    at_ += 6;
    return absl::OkStatus();
  }

  const absl::string_view text_;
  const FilePosition& start_;
  size_t at_ = 0;
};

}  // namespace

const JsonValue* JsonValue::Find(absl::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

FilePosition PositionAt(absl::string_view text, size_t offset, const FilePosition& start) {
  FilePosition position = start;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<uint8_t>(c) & 0xc0) != 0x80) {  // columns count characters
      ++position.column;
    }
  }
  return position;
}

absl::StatusOr<JsonValue> ReadJson(absl::string_view text, const FilePosition& start) {
  return JsonParser(text, start).Parse();
}

absl::Status ObjectReader::Bad(const JsonValue& value, absl::string_view message,
                               absl::string_view hint) const {
  return RefuseAt(PositionAt(text_, value.first, start_), "bad-json", message, hint);
}

const JsonValue* ObjectReader::Take(absl::string_view key) {
  for (size_t i = 0; i < object_.members.size(); ++i) {
    if (object_.members[i].name != key) continue;
    taken_[i] = true;
    return &object_.members[i].value;
  }
  return nullptr;
}

absl::StatusOr<std::string> ObjectReader::String(absl::string_view key) {
  const JsonValue* value = Take(key);
  if (value == nullptr) return Bad(object_, absl::StrCat("\"", key, "\" is missing"));
  if (value->kind != JsonValue::Kind::kString) {
    return Bad(*value,
               absl::StrCat("\"", key, "\" must be a string, found ", KindText(value->kind)));
  }
  return value->text;
}

absl::StatusOr<std::string> ObjectReader::OptionalString(absl::string_view key) {
  return object_.Find(key) == nullptr ? std::string() : String(key);
}

absl::StatusOr<uint64_t> ObjectReader::Number(absl::string_view key) {
  const JsonValue* value = Take(key);
  if (value == nullptr) return Bad(object_, absl::StrCat("\"", key, "\" is missing"));
  const bool spelled =
      value->kind == JsonValue::Kind::kNumber || value->kind == JsonValue::Kind::kString;
  const std::string& digits = value->text;
  uint64_t number = 0;
  if (!spelled || digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos ||
      !absl::SimpleAtoi(digits, &number)) {
    return Bad(*value, absl::StrCat("\"", key, "\" must be a whole number"));
  }
  return number;
}

absl::StatusOr<const JsonValue*> ObjectReader::Array(absl::string_view key) {
  const JsonValue* value = Take(key);
  if (value == nullptr) return Bad(object_, absl::StrCat("\"", key, "\" is missing"));
  if (value->kind != JsonValue::Kind::kArray) {
    return Bad(*value, absl::StrCat("\"", key, "\" must be a list, found ", KindText(value->kind)));
  }
  return value;
}

absl::Status ObjectReader::Finish() const {
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (!taken_[i]) {
      return Bad(object_.members[i].value,
                 absl::StrCat("unknown key \"", object_.members[i].name, "\""));
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::tools
