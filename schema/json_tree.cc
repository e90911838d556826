// nlohmann's parser decides what is JSON; its events carry no positions, so a cursor follows them
// through the text: each event belongs to the next token there, and the parser has vouched for the
// token's form before it reports the event.
#include "schema/json_tree.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "schema/status.h"

namespace tally {
namespace {

using Json = nlohmann::json;

// Walks over the tokens of sound JSON text.
class TokenCursor {
 public:
  explicit TokenCursor(absl::string_view text) : text_(text) {}

  // The place where the next token begins; the cursor then stands behind the token.
  JsonPlace Next() {
    while (at_ < text_.size() &&
           absl::string_view(" \t\r\n,:").find(text_[at_]) != absl::string_view::npos) {
      Step();
    }
    const JsonPlace place = Here();
    const size_t first = at_;
    Skip();
    token_ = text_.substr(first, at_ - first);
    return place;
  }
  absl::string_view token() const { return token_; }

  // The place of a byte at or behind the cursor, or of the end.
  JsonPlace PlaceOf(size_t byte) {
    while (at_ < text_.size() && at_ < byte) Step();
    return Here();
  }

 private:
  JsonPlace Here() const { return {line_, static_cast<uint32_t>(at_ - line_first_ + 1)}; }
  void Step() {
    if (text_[at_] == '\n') {
      ++line_;
      line_first_ = at_ + 1;
    }
    ++at_;
  }
  void Skip() {
    if (at_ >= text_.size()) return;
    const char lead = text_[at_++];
    if (lead == '"') {
      while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
      at_ = std::min(at_ + 1, text_.size());
    } else if (absl::string_view("{}[]").find(lead) == absl::string_view::npos) {
      constexpr absl::string_view kEnds = " \t\r\n,:{}[]\"";
      while (at_ < text_.size() && kEnds.find(text_[at_]) == absl::string_view::npos) ++at_;
    }
  }

  absl::string_view text_;
  absl::string_view token_;
  size_t at_ = 0;
  size_t line_first_ = 0;
  uint32_t line_ = 1;
};

// An object or list that is not closed yet.
struct OpenValue {
  JsonValue value;
  std::set<std::string> keys;
  std::string key;  // that the next value belongs to
  JsonPlace key_place;
};

// The interface that nlohmann's parser calls; false stops it.
class TreeBuilder {
 public:
  explicit TreeBuilder(absl::string_view text) : cursor_(text) {}

  bool null() { return Add(Token(JsonForm::kNull)); }
  bool boolean(bool truth) {
    JsonValue value = Token(JsonForm::kBool);
    value.truth = truth;
    return Add(std::move(value));
  }
  bool number_integer(Json::number_integer_t) { return Number(); }
  bool number_unsigned(Json::number_unsigned_t) { return Number(); }
  bool number_float(Json::number_float_t, const std::string&) { return Number(); }
  bool string(std::string& text) {
    JsonValue value = Token(JsonForm::kText);
    value.text = std::move(text);
    return Add(std::move(value));
  }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return Open(JsonForm::kObject); }
  bool start_array(size_t) { return Open(JsonForm::kList); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& name) {
    const JsonPlace place = cursor_.Next();
    OpenValue& object = open_.back();
    if (!object.keys.insert(name).second) {
      return Stop(JsonError(place, absl::StrCat("key ", JsonQuoted(name), " stands there twice")));
    }
    object.key = std::move(name);
    object.key_place = place;
    return true;
  }
  bool parse_error(size_t position, const std::string&, const Json::exception& error) {
    // The parser names its own line and column before what is wrong; ours stand first.
    std::string why = error.what();
    const size_t told = why.find("column ");
    const size_t colon = told == std::string::npos ? told : why.find(": ", told);
    const size_t name = why.find("] ");
    if (colon != std::string::npos) {
      why = why.substr(colon + 2);
    } else if (name != std::string::npos) {
      why = why.substr(name + 2);
    }
    return Stop(JsonError(cursor_.PlaceOf(position == 0 ? 0 : position - 1), why));
  }

  absl::StatusOr<JsonValue> Finish() {
    if (!status_.ok()) return status_;
    return std::move(root_);
  }

 private:
  JsonValue Token(JsonForm form) {
    JsonValue value;
    value.form = form;
    value.place = cursor_.Next();
    return value;
  }
  bool Number() {
    JsonValue value = Token(JsonForm::kNumber);
    value.text = std::string(cursor_.token());
    return Add(std::move(value));
  }
  bool Open(JsonForm form) {
    OpenValue opened;
    opened.value = Token(form);
    if (open_.size() >= kJsonDepthMax) {
      return Stop(
          JsonError(opened.value.place, absl::StrCat("deeper than ", kJsonDepthMax, " levels")));
    }
    open_.push_back(std::move(opened));
    return true;
  }
  bool Close() {
    cursor_.Next();
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    return Add(std::move(value));
  }
  bool Add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (OpenValue& parent = open_.back(); parent.value.form == JsonForm::kObject) {
      parent.value.members.push_back({std::move(parent.key), parent.key_place, std::move(value)});
    } else {
      parent.value.elements.push_back(std::move(value));
    }
    return true;
  }
  bool Stop(absl::Status status) {
    status_ = std::move(status);
    return false;
  }

  TokenCursor cursor_;
  std::vector<OpenValue> open_;
  JsonValue root_;
  absl::Status status_;
};

}  // namespace

absl::string_view JsonFormName(JsonForm form) {
  switch (form) {
    case JsonForm::kNull:
      return "null";
    case JsonForm::kBool:
      return "true or false";
    case JsonForm::kNumber:
      return "a number";
    case JsonForm::kText:
      return "a text";
    case JsonForm::kList:
      return "a list";
    case JsonForm::kObject:
      return "an object";
  }
  return "?";
}

absl::StatusOr<JsonValue> ParseJson(absl::string_view json) {
  if (json.size() > kJsonBytesMax) {
    return JsonError({}, absl::StrCat("JSON of ", json.size(), " bytes; at most ", kJsonBytesMax));
  }
  if (json.substr(0, 3) == "\xef\xbb\xbf") return JsonError({}, "a byte order mark");
  TreeBuilder builder(json);
  const bool complete = Json::sax_parse(json.data(), json.data() + json.size(), &builder);
  absl::StatusOr<JsonValue> tree = builder.Finish();
  TALLY_CHECK(complete || !tree.ok());
  return tree;
}

absl::Status JsonError(JsonPlace place, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(place.line, ":", place.column, ": ", why));
}

std::string JsonQuoted(absl::string_view text) {
  std::string quoted = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const auto letter = static_cast<uint8_t>(text[i]);
    const uint8_t next = i + 1 < text.size() ? static_cast<uint8_t>(text[i + 1]) : uint8_t{0};
    if (letter == '"' || letter == '\\') {
      quoted += '\\';
      quoted += text[i];
    } else if (letter == '\n') {
      quoted += "\\n";
    } else if (letter == '\t') {
      quoted += "\\t";
    } else if (letter < 0x20 || letter == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04x", letter);
    } else if (letter == 0xc2 && next >= 0x80 && next < 0xa0) {
      absl::StrAppendFormat(&quoted, "\\u%04x", next);  // C1: U+0080 to U+009F
      ++i;
    } else {
      quoted += text[i];
    }
  }
  return quoted + '"';
}

}  // namespace tally
