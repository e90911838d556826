// Typed reading of a YAML map. Each field is asked for by name; what is asked for and absent is a
// missing choice, what is there and never asked for is an unknown key, and what cannot be read is a
// bad value. Everything is reported with its place; reading goes on, so that one run shows all.
//
//   Fields measure(parent.Need("measure", "..."));
//   measure.Choose("snap", kSnaps, terms.snap);
//   measure.Done();
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "tools/terms_report.h"
#include "tools/terms_words.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

inline constexpr size_t kTermsTextBytesMax = 4096;  // of a wording, cause or reason

// One value and its path. Reading an absent field gives nothing and reports nothing: its absence
// was reported, or is allowed. `node` and `report` outlive the field.
class Field {
 public:
  Field() = default;
  Field(const YamlNode& node, std::string path, TermsReport& report);

  bool present() const { return node_ != nullptr; }
  const YamlNode& node() const { return *node_; }
  const std::string& path() const { return path_; }
  TermsReport& report() const { return *report_; }

  // Reports "`label` is "..."" with what is expected instead.
  void Bad(absl::string_view expected) const;
  void Error(absl::string_view code, absl::string_view message, absl::string_view hint = "") const;

  bool IsMap() const { return present() && node_->IsMap(); }
  bool Says(absl::string_view text) const;
  // What follows `prefix` when the text begins with it; nothing is reported otherwise.
  std::optional<std::string> After(absl::string_view prefix) const;

  // Each reports and gives nothing when the value is not of its form.
  std::optional<std::string> Text(absl::string_view expected) const;
  std::optional<std::string> Name() const;             // [a-z0-9][a-z0-9._-]{0,63}
  std::optional<Duration> Length() const;              // more than zero
  std::optional<Money> Amount() const;                 // not negative
  std::optional<uint32_t> Days(uint32_t least) const;  // "60 days", "1 day"
  std::optional<uint32_t> Count(uint32_t least, uint32_t most) const;
  std::optional<int64_t> Integer() const;
  std::vector<Field> Items(absl::string_view expected) const;  // of a list

 private:
  std::string Label() const;
  const YamlNode* node_ = nullptr;
  std::string path_;
  TermsReport* report_ = nullptr;
};

// "2 d" for "2 days": the length that somebody means who writes a unit out; "" for anything else.
std::string LengthMeant(absl::string_view text);

// "99.99 %", at most six decimals (which bounds every product that replay makes), 0 to `most`.
// Nothing when the text is no percentage.
std::optional<Decimal> ParsePercent(absl::string_view text, int most);

// "choose `a`, `b` or `c`"
std::string ChooseOneOf(const std::vector<absl::string_view>& words);

template <typename Value, size_t kCount>
std::vector<absl::string_view> TextsOf(const Word<Value> (&words)[kCount]) {
  std::vector<absl::string_view> texts;
  for (const Word<Value>& word : words) texts.push_back(word.text);
  return texts;
}

template <typename Value, size_t kCount>
void Choose(const Field& field, const Word<Value> (&words)[kCount], Value& target) {
  if (!field.present()) return;
  for (const Word<Value>& word : words) {
    if (field.Says(word.text)) {
      target = word.value;
      return;
    }
  }
  field.Bad(ChooseOneOf(TextsOf(words)));
}

class Fields {
 public:
  // Reports when `field` is present and no map. The root of a file has the path "".
  explicit Fields(const Field& field, absl::string_view expected = "a map of choices");

  const std::string& path() const { return map_.path(); }
  TermsReport& report() const { return map_.report(); }
  bool readable() const { return map_.present(); }

  // A field that must be there; `choose` says from what to choose.
  Field Need(absl::string_view key, absl::string_view choose);
  // A field that may be there.
  Field Find(absl::string_view key);
  // A field that contradicts another choice: reported when it is there.
  void Exclude(absl::string_view key, absl::string_view because);
  // Every key and its value, for maps whose keys are names.
  std::vector<Field> All();

  template <typename Value, size_t kCount>
  void Choose(absl::string_view key, const Word<Value> (&words)[kCount], Value& target) {
    tools::Choose(Need(key, ChooseOneOf(TextsOf(words))), words, target);
  }

  // Reports every key that was not asked for. Call last.
  void Done();

 private:
  std::string PathOf(absl::string_view key) const;
  Field map_;
  std::vector<std::string> asked_;
};

}  // namespace tally::tools
