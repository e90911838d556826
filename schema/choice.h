// The vocabulary of terms: every measure, credit scheme and rule that can be agreed, and for each
// the choices that whoever uses it must state.
//
// A thing of the vocabulary is a kind with named choices; each choice has a form (a word of a list,
// a percentage, a length of time, ...). The tables are closed: a choice that the kind does not ask
// for is refused, and so is a kind without one that it asks for. One table serves the YAML reader,
// the check of canonical terms, the text for people, the documentation and the engine, so that they
// cannot drift apart. Names and words are on disk and therefore frozen.
//
// Values are kept as canonical text: what the form reads, written the one way that it writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "schema/instant.h"
#include "schema/number.h"

namespace tally {

enum class ChoiceForm : uint8_t {
  kWord = 0,      // one of the row's words
  kPercent = 1,   // "99.9", written "99.9 %" by people; 0 to 100,000, at most 6 decimals
  kNumber = 2,    // a decimal, may be negative, at most 6 decimals
  kCount = 3,     // 0 to 10^12
  kLength = 4,    // "24 h": more than zero
  kMoney = 5,     // "1.00 USD", not negative
  kText = 6,      // 1 to 4,096 bytes
  kTexts = 7,     // one or more texts, each once, in the order written
  kName = 8,      // a name of the terms: an objective, a fee, a role, a calendar
  kNames = 9,     // one or more, ascending
  kSteps = 10,    // "10: 2": number of the left side, number of the right; ascending left sides
  kNumbers = 11,  // one or more decimals, in the order written
};

struct ChoiceRow {
  absl::string_view name;
  ChoiceForm form = ChoiceForm::kWord;
  std::span<const absl::string_view> words = {};  // kWord
  bool or_none = false;                           // the word "none" is an answer too
  absl::string_view ask = {};  // what to write, in a sentence for errors and documents
  // Only asked for when the word chosen for `when` is one of `is`; otherwise refused.
  absl::string_view when = {};
  std::span<const absl::string_view> is = {};
};

enum class ThingKind : uint8_t { kMeasure = 0, kCredit = 1, kRule = 2 };
// What a measure's value is, and so what its target is written in.
enum class ValueUnit : uint8_t {
  kRatio = 0,    // a fraction; targets in percent
  kSeconds = 1,  // targets are lengths of time
  kCount = 2,    // targets are numbers
  kPoints = 3,
  kMoney = 4,  // in major units of the agreement's currency
};

struct VocabularyRow {
  ThingKind thing = ThingKind::kMeasure;
  absl::string_view kind;              // "request ratio"
  absl::string_view article;           // where it is defined: "M4"
  ValueUnit unit = ValueUnit::kRatio;  // measures
  bool sources = true;                 // measures: names sources of feeds
  std::span<const ChoiceRow> choices;
};

// All rows, by thing and kind; nullptr for what is not in the vocabulary.
const VocabularyRow* FindInVocabulary(ThingKind thing, absl::string_view kind);
std::vector<const VocabularyRow*> Vocabulary(ThingKind thing);

struct Choice {
  std::string name;
  std::vector<std::string> values;  // one, or several for kTexts, kNames, kSteps and kNumbers
  friend bool operator==(const Choice&, const Choice&) = default;
};

// The canonical value of what people wrote for one row; InvalidArgument says what is expected. The
// word "none" gives {"none"} where the row allows it.
absl::StatusOr<std::vector<std::string>> ReadChoice(const ChoiceRow& row,
                                                    const std::vector<std::string>& written);

// The choices of one thing, ascending by name, all that its row asks for and no others.
class Choices {
 public:
  Choices() = default;
  explicit Choices(std::vector<Choice> choices) : choices_(std::move(choices)) {}
  const std::vector<Choice>& all() const { return choices_; }
  friend bool operator==(const Choices&, const Choices&) = default;

  // InvalidArgument: "choice "...": ..." for what is missing, unknown, or not canonical.
  absl::Status Check(const VocabularyRow& row) const;

  // For checked choices. `name` must be one that the row has; a wrong form ends the process.
  bool Has(absl::string_view name) const;  // asked for, and not "none"
  absl::string_view Word(absl::string_view name) const;
  bool Is(absl::string_view name, absl::string_view word) const;  // false when not asked for
  Decimal Number(absl::string_view name) const;                   // kPercent and kNumber
  int64_t Count(absl::string_view name) const;
  Duration Length(absl::string_view name) const;
  Money Amount(absl::string_view name) const;
  const std::string& Text(absl::string_view name) const;                // kText and kName
  const std::vector<std::string>& Texts(absl::string_view name) const;  // kTexts and kNames
  std::vector<std::pair<Decimal, Decimal>> Steps(absl::string_view name) const;
  std::vector<Decimal> Numbers(absl::string_view name) const;

 private:
  const Choice* Find(absl::string_view name) const;
  const std::string& Only(absl::string_view name) const;
  std::vector<Choice> choices_;
};

// The tables, one file for each part of the vocabulary (schema/vocabulary_*.cc).
std::span<const VocabularyRow> RequestVocabulary();  // requests, latency, samples: M4 to M9
std::span<const VocabularyRow> DeskVocabulary();     // tickets and calls: M10 to M15
std::span<const VocabularyRow> DutyVocabulary();     // volumes, deliverables, surveys: M16 to M20
std::span<const VocabularyRow> StateVocabulary();    // M3, M8, M18; monitors; exclusion rules
std::span<const VocabularyRow> CreditVocabulary();   // schemes, caps, earn-back, rights

}  // namespace tally
