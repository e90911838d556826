#include "tools/terms_fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "schema/status.h"
#include "tools/command.h"
#include "tools/yaml_traps.h"

namespace tally::tools {
namespace {

constexpr size_t kNameBytesMax = 64;

bool IsName(absl::string_view text) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  if (text.empty() || text.size() > kNameBytesMax || !letter_or_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

std::string Shown(const YamlNode& node) {
  if (node.IsList()) return "a list";
  if (node.IsMap()) return "a map";
  if (node.text.empty()) return "empty";
  if (node.text.size() > 60) return absl::StrCat("\"", node.text.substr(0, 60), "...\"");
  return absl::StrCat("\"", node.text, "\"");
}

// A whole number without sign or needless zeros: "010" is nobody's ten and nobody's eight.
std::optional<uint32_t> WholeNumber(absl::string_view text) {
  absl::StatusOr<Decimal> number = ParseDecimal(text);
  if (!number.ok() || number->scale != 0 || number->mantissa < 0) return std::nullopt;
  if (number->mantissa > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(number->mantissa);
}

}  // namespace

Field::Field(const YamlNode& node, std::string path, TermsReport& report)
    : node_(&node), path_(std::move(path)), report_(&report) {}

std::string Field::Label() const {
  const size_t dot = path_.rfind('.');
  return dot == std::string::npos ? path_ : path_.substr(dot + 1);
}

void Field::Bad(absl::string_view expected) const {
  TALLY_CHECK(present());
  if (const auto space = FindStrangeSpace(node_->text); node_->IsText() && space) {
    return Error("terms-bad-value",
                 absl::StrCat("`", Label(), "` holds the character ", space->name,
                              ", a space that looks like a plain one and is none"),
                 "write a plain space");
  }
  Error("terms-bad-value", absl::StrCat("`", Label(), "` is ", Shown(*node_)), expected);
}

void Field::Error(absl::string_view code, absl::string_view message, absl::string_view hint) const {
  report_->Error(node_->position, code, message, hint);
}

bool Field::Says(absl::string_view text) const {
  return present() && node_->IsText() && node_->text == text;
}

std::optional<std::string> Field::After(absl::string_view prefix) const {
  if (!present() || !node_->IsText()) return std::nullopt;
  absl::string_view text = node_->text;
  if (!absl::ConsumePrefix(&text, prefix)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> Field::Text(absl::string_view expected) const {
  if (!present()) return std::nullopt;
  if (!node_->IsText() || node_->text.empty()) {
    Bad(expected);
    return std::nullopt;
  }
  if (node_->text.size() > kTermsTextBytesMax) {
    Error("terms-bad-value", absl::StrCat("`", Label(), "` has ", node_->text.size(), " bytes"),
          absl::StrCat("at most ", kTermsTextBytesMax, "; name a document instead"));
    return std::nullopt;
  }
  return node_->text;
}

std::optional<std::string> Field::Name() const {
  if (!present()) return std::nullopt;
  if (node_->IsText() && IsName(node_->text)) return node_->text;
  Bad("a name has at most 64 small letters, digits, `.`, `_` and `-`, and begins with a letter "
      "or digit");
  return std::nullopt;
}

std::optional<Duration> Field::Length() const {
  if (!present()) return std::nullopt;
  if (node_->IsText()) {
    absl::StatusOr<Duration> length = ParseDuration(node_->text);
    if (length.ok() && length->micros > 0) return *length;
    if (const std::string meant = LengthMeant(node_->text); !meant.empty()) {
      Bad(absl::StrCat("write `", meant, "`"));
      return std::nullopt;
    }
  }
  Bad("write a length of time above zero, like `90 s`, `15 min` or `26 h`");
  return std::nullopt;
}

std::optional<Money> Field::Amount() const {
  if (!present()) return std::nullopt;
  if (!node_->IsText()) {
    Bad("write an amount of money, like `1000.00 USD`");
    return std::nullopt;
  }
  absl::StatusOr<Money> money = ParseMoney(node_->text);
  if (!money.ok()) {
    Error("terms-bad-value", absl::StrCat("`", Label(), "`: ", money.status().message()),
          "write an amount of money, like `1000.00 USD`");
    return std::nullopt;
  }
  if (money->minor < 0) {
    Bad("an amount is not negative");
    return std::nullopt;
  }
  return *std::move(money);
}

std::optional<uint32_t> Field::Days(uint32_t least) const {
  if (!present()) return std::nullopt;
  if (node_->IsText()) {
    absl::string_view text = node_->text;
    const bool plural = absl::ConsumeSuffix(&text, " days");
    if (plural || absl::ConsumeSuffix(&text, " day")) {
      std::optional<uint32_t> days = WholeNumber(text);
      if (days && *days >= least && *days <= 36'600 && plural == (*days != 1)) return days;
    }
  }
  Bad(absl::StrCat("write whole days, ", least, " or more, like `30 days` or `1 day`"));
  return std::nullopt;
}

std::optional<uint32_t> Field::Count(uint32_t least, uint32_t most) const {
  if (!present()) return std::nullopt;
  if (node_->IsText()) {
    std::optional<uint32_t> count = WholeNumber(node_->text);
    if (count && *count >= least && *count <= most) return count;
  }
  Bad(absl::StrCat("write a whole number from ", least, " to ", most));
  return std::nullopt;
}

std::optional<int64_t> Field::Integer() const {
  if (!present()) return std::nullopt;
  if (node_->IsText()) {
    absl::StatusOr<Decimal> number = ParseDecimal(node_->text);
    if (number.ok() && number->scale == 0) return number->mantissa;
  }
  Bad("write a whole number");
  return std::nullopt;
}

std::string LengthMeant(absl::string_view text) {
  constexpr std::pair<absl::string_view, absl::string_view> kUnits[] = {
      {"day", "d"},    {"days", "d"},     {"hour", "h"},      {"hours", "h"},  {"hr", "h"},
      {"hrs", "h"},    {"minute", "min"}, {"minutes", "min"}, {"mins", "min"}, {"m", "min"},
      {"second", "s"}, {"seconds", "s"},  {"sec", "s"},       {"secs", "s"}};
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const absl::string_view unit = absl::StripAsciiWhitespace(text.substr(digits));
  if (digits == 0 || digits > 12) return "";
  for (const auto& [word, sign] : kUnits) {
    if (unit == word) {
      return absl::StrCat(std::string(text.substr(0, digits)), " ", sign);
    }
  }
  return "";
}

std::vector<Field> Field::Items(absl::string_view expected) const {
  std::vector<Field> items;
  if (!present()) return items;
  if (!node_->IsList() || node_->items.empty()) {
    Bad(expected);
    return items;
  }
  for (size_t i = 0; i < node_->items.size(); ++i) {
    items.emplace_back(node_->items[i], absl::StrCat(path_, "[", i + 1, "]"), *report_);
    report_->Note(items.back().path(), node_->items[i].position);
  }
  return items;
}

std::optional<Decimal> ParsePercent(absl::string_view text, int most) {
  if (!absl::ConsumeSuffix(&text, "%")) return std::nullopt;
  absl::ConsumeSuffix(&text, " ");
  absl::StatusOr<Decimal> percent = ParseDecimal(text);
  if (!percent.ok() || percent->scale > 6) return std::nullopt;
  if (*percent < Decimal{0, 0} || *percent > Decimal{most, 0}) return std::nullopt;
  return percent->Normalised();
}

std::string ChooseOneOf(const std::vector<absl::string_view>& words) {
  std::string sentence = words.size() == 1 ? "write " : "choose ";
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) absl::StrAppend(&sentence, i + 1 == words.size() ? " or " : ", ");
    absl::StrAppend(&sentence, "`", words[i], "`");
  }
  return sentence;
}

Fields::Fields(const Field& field, absl::string_view expected) : map_(field) {
  if (!field.present() || field.IsMap()) return;
  field.Bad(expected);
  map_ = Field();
}

std::string Fields::PathOf(absl::string_view key) const {
  return map_.path().empty() ? std::string(key) : absl::StrCat(map_.path(), ".", key);
}

Field Fields::Find(absl::string_view key) {
  if (!readable()) return {};
  asked_.emplace_back(key);
  const YamlNode& map = map_.node();
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text != key) continue;
    report().Note(PathOf(key), map.keys[i].position);
    return Field(map.items[i], PathOf(key), report());
  }
  return {};
}

Field Fields::Need(absl::string_view key, absl::string_view choose) {
  Field field = Find(key);
  if (readable() && !field.present()) {
    const std::string where = path().empty() ? "" : absl::StrCat(path(), ": ");
    report().Error(report().PlaceOf(path()), "terms-missing-choice",
                   absl::StrCat(where, "`", key, "` is not stated"), choose);
  }
  return field;
}

void Fields::Exclude(absl::string_view key, absl::string_view because) {
  Field field = Find(key);
  if (!field.present()) return;
  report().Error(report().PlaceOf(field.path()), "terms-contradiction",
                 absl::StrCat("`", key, "` means nothing here: ", because), "remove it");
}

std::vector<Field> Fields::All() {
  std::vector<Field> fields;
  if (!readable()) return fields;
  for (const YamlNode& key : map_.node().keys) fields.push_back(Find(key.text));
  return fields;
}

void Fields::Done() {
  if (!readable()) return;
  for (const YamlNode& key : map_.node().keys) {
    if (std::find(asked_.begin(), asked_.end(), key.text) != asked_.end()) continue;
    std::vector<std::string> near = Suggestions(key.text, asked_);
    std::string hint = near.empty() ? "remove it" : absl::StrCat("did you mean `", near[0], "`?");
    const std::string where = path().empty() ? "" : absl::StrCat(path(), ": ");
    report().Error(key.position, "terms-unknown-key",
                   absl::StrCat(where, "`", key.text.substr(0, 60), "` means nothing here"), hint);
  }
}

}  // namespace tally::tools
