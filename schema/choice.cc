// Reading a choice and checking a set of them against its row.
#include "schema/choice.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "schema/status.h"

namespace tally {
namespace {

constexpr int64_t kCountMax = 1'000'000'000'000;
constexpr uint8_t kChoiceScaleMax = 6;  // bounds every product that replay makes
constexpr size_t kTextBytesMax = 4096;
constexpr int64_t kPercentMax = 100'000;
constexpr absl::string_view kNone = "none";

absl::Status Expected(absl::string_view what) { return absl::InvalidArgumentError(what); }

bool IsOneValue(ChoiceForm form) {
  switch (form) {
    case ChoiceForm::kTexts:
    case ChoiceForm::kNames:
    case ChoiceForm::kSteps:
    case ChoiceForm::kNumbers:
      return false;
    default:
      return true;
  }
}

// A name of the terms, in the alphabet of all names of a ledger.
bool IsName(absl::string_view text) {
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (text.empty() || text.size() > 64 || !is_inner(text[0])) return false;
  if (text[0] == '.' || text[0] == '_' || text[0] == '-') return false;
  return std::all_of(text.begin(), text.end(), is_inner);
}

absl::StatusOr<Decimal> ReadNumber(absl::string_view text) {
  TALLY_ASSIGN_OR_RETURN(const Decimal parsed, ParseDecimal(text));
  const Decimal number = parsed.Normalised();
  if (number.scale > kChoiceScaleMax) return Expected("at most 6 decimals");
  return number;
}

absl::StatusOr<std::string> ReadPercent(absl::string_view text) {
  if (absl::ConsumeSuffix(&text, "%")) text = absl::StripTrailingAsciiWhitespace(text);
  TALLY_ASSIGN_OR_RETURN(const Decimal number, ReadNumber(text));
  if (number < Decimal{} || number > Decimal{kPercentMax, 0}) {
    return Expected("a percentage from 0 to 100000");
  }
  return FormatDecimal(number);
}

absl::StatusOr<std::string> ReadCount(absl::string_view text) {
  int64_t count = 0;
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (!digits || !absl::SimpleAtoi(text, &count) || count > kCountMax) {
    return Expected("a whole number from 0 to 10^12");
  }
  if (text.size() > 1 && text[0] == '0') return Expected("a number without needless zeros");
  return absl::StrCat(count);
}

// "10: 2", also with percent signs, which say nothing that the row does not say.
absl::StatusOr<std::string> ReadStep(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos) return Expected("steps like `10: 2`");
  std::array<std::string, 2> sides;
  const absl::string_view written[2] = {text.substr(0, colon), text.substr(colon + 1)};
  for (size_t side = 0; side < 2; ++side) {
    absl::string_view number = absl::StripAsciiWhitespace(written[side]);
    if (absl::ConsumeSuffix(&number, "%")) number = absl::StripTrailingAsciiWhitespace(number);
    TALLY_ASSIGN_OR_RETURN(const Decimal value, ReadNumber(number));
    sides[side] = FormatDecimal(value);
  }
  return absl::StrCat(sides[0], ": ", sides[1]);
}

absl::StatusOr<std::string> ReadText(absl::string_view text) {
  if (text.empty() || text.size() > kTextBytesMax) return Expected("a text of 1 to 4,096 bytes");
  return std::string(text);
}

absl::StatusOr<std::string> ReadWord(const ChoiceRow& row, absl::string_view text) {
  if (std::find(row.words.begin(), row.words.end(), text) != row.words.end()) {
    return std::string(text);
  }
  return Expected(absl::StrCat("one of: ", absl::StrJoin(row.words, ", ")));
}

absl::StatusOr<std::string> ReadOne(const ChoiceRow& row, absl::string_view text) {
  switch (row.form) {
    case ChoiceForm::kWord:
      return ReadWord(row, text);
    case ChoiceForm::kPercent:
      return ReadPercent(text);
    case ChoiceForm::kNumber:
    case ChoiceForm::kNumbers: {
      TALLY_ASSIGN_OR_RETURN(const Decimal number, ReadNumber(text));
      return FormatDecimal(number);
    }
    case ChoiceForm::kCount:
      return ReadCount(text);
    case ChoiceForm::kLength: {
      TALLY_ASSIGN_OR_RETURN(const Duration length, ParseDuration(text));
      if (length.micros <= 0) return Expected("a length of time above zero, like `24 h`");
      return FormatDuration(length);
    }
    case ChoiceForm::kMoney: {
      TALLY_ASSIGN_OR_RETURN(const Money money, ParseMoney(text));
      if (money.minor < 0) return Expected("an amount that is not negative");
      return FormatMoney(money);
    }
    case ChoiceForm::kText:
    case ChoiceForm::kTexts:
      return ReadText(text);
    case ChoiceForm::kName:
    case ChoiceForm::kNames:
      if (!IsName(text)) return Expected("a name of lower-case letters, digits, '.', '_' and '-'");
      // Where no name may be missing, the word that says so names nothing.
      if (text == kNone) return Expected("a name; `none` is none");
      return std::string(text);
    case ChoiceForm::kSteps:
      return ReadStep(text);
  }
  return Expected("a known form");
}

Decimal LeftOf(absl::string_view step) {
  const absl::StatusOr<Decimal> left = ParseDecimal(step.substr(0, step.find(':')));
  TALLY_CHECK(left.ok());
  return *left;
}

absl::Status CheckOrder(ChoiceForm form, const std::vector<std::string>& values) {
  if (form == ChoiceForm::kNames && !std::is_sorted(values.begin(), values.end())) {
    return Expected("names in ascending order");
  }
  if (form == ChoiceForm::kSteps) {
    for (size_t i = 1; i < values.size(); ++i) {
      if (LeftOf(values[i]) <= LeftOf(values[i - 1])) return Expected("steps that ascend");
    }
    return absl::OkStatus();
  }
  if (form == ChoiceForm::kNumbers) return absl::OkStatus();
  const std::set<std::string> unique(values.begin(), values.end());
  return unique.size() == values.size() ? absl::OkStatus() : Expected("each only once");
}

bool IsAskedFor(const ChoiceRow& row, const Choices& choices) {
  if (row.when.empty()) return true;
  return std::any_of(row.is.begin(), row.is.end(),
                     [&](absl::string_view word) { return choices.Is(row.when, word); });
}

struct Table {
  std::span<const VocabularyRow> (*rows)();
};
constexpr Table kTables[] = {
    {RequestVocabulary}, {DeskVocabulary}, {DutyVocabulary}, {StateVocabulary}, {CreditVocabulary}};

}  // namespace

const VocabularyRow* FindInVocabulary(ThingKind thing, absl::string_view kind) {
  for (const Table& table : kTables) {
    for (const VocabularyRow& row : table.rows()) {
      if (row.thing == thing && row.kind == kind) return &row;
    }
  }
  return nullptr;
}

std::vector<const VocabularyRow*> Vocabulary(ThingKind thing) {
  std::vector<const VocabularyRow*> found;
  for (const Table& table : kTables) {
    for (const VocabularyRow& row : table.rows()) {
      if (row.thing == thing) found.push_back(&row);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const VocabularyRow* a, const VocabularyRow* b) { return a->kind < b->kind; });
  return found;
}

absl::StatusOr<std::vector<std::string>> ReadChoice(const ChoiceRow& row,
                                                    const std::vector<std::string>& written) {
  if (row.or_none && written.size() == 1 && written[0] == kNone) return written;
  if (written.empty() || (IsOneValue(row.form) && written.size() != 1)) {
    return Expected(IsOneValue(row.form) ? "exactly one value" : "at least one value");
  }
  std::vector<std::string> values;
  for (const std::string& text : written) {
    TALLY_ASSIGN_OR_RETURN(std::string value, ReadOne(row, text));
    values.push_back(std::move(value));
  }
  if (row.form == ChoiceForm::kNames) std::sort(values.begin(), values.end());
  TALLY_RETURN_IF_ERROR(CheckOrder(row.form, values));
  return values;
}

absl::Status Choices::Check(const VocabularyRow& row) const {
  for (size_t i = 1; i < choices_.size(); ++i) {
    if (choices_[i].name <= choices_[i - 1].name) {
      return Expected(absl::StrCat("choice \"", choices_[i].name, "\": not in ascending order"));
    }
  }
  size_t asked = 0;
  for (const ChoiceRow& each : row.choices) {
    if (!IsAskedFor(each, *this)) continue;
    const Choice* choice = Find(each.name);
    const std::string where = absl::StrCat("choice \"", each.name, "\"");
    if (choice == nullptr) return At(where, Expected(absl::StrCat("not stated; ", each.ask)));
    const absl::StatusOr<std::vector<std::string>> read = ReadChoice(each, choice->values);
    if (!read.ok()) return At(where, read.status());
    if (*read != choice->values) return At(where, Expected("not in its canonical form"));
    ++asked;
  }
  if (asked == choices_.size()) return absl::OkStatus();
  for (const Choice& choice : choices_) {
    const auto known = std::find_if(row.choices.begin(), row.choices.end(), [&](const auto& each) {
      return each.name == choice.name && IsAskedFor(each, *this);
    });
    if (known != row.choices.end()) continue;
    return Expected(
        absl::StrCat("choice \"", choice.name, "\": \"", row.kind, "\" does not ask for it"));
  }
  return absl::OkStatus();
}

const Choice* Choices::Find(absl::string_view name) const {
  const auto found = std::find_if(choices_.begin(), choices_.end(),
                                  [&](const Choice& choice) { return choice.name == name; });
  return found == choices_.end() ? nullptr : &*found;
}

const std::string& Choices::Only(absl::string_view name) const {
  const Choice* choice = Find(name);
  TALLY_CHECK(choice != nullptr && choice->values.size() == 1);
  return choice->values[0];
}

bool Choices::Has(absl::string_view name) const {
  const Choice* choice = Find(name);
  return choice != nullptr && !(choice->values.size() == 1 && choice->values[0] == kNone);
}

absl::string_view Choices::Word(absl::string_view name) const { return Only(name); }

bool Choices::Is(absl::string_view name, absl::string_view word) const {
  const Choice* choice = Find(name);
  return choice != nullptr && choice->values.size() == 1 && choice->values[0] == word;
}

Decimal Choices::Number(absl::string_view name) const {
  const absl::StatusOr<Decimal> number = ParseDecimal(Only(name));
  TALLY_CHECK(number.ok());
  return *number;
}

int64_t Choices::Count(absl::string_view name) const {
  int64_t count = 0;
  TALLY_CHECK(absl::SimpleAtoi(Only(name), &count));
  return count;
}

Duration Choices::Length(absl::string_view name) const {
  const absl::StatusOr<Duration> length = ParseDuration(Only(name));
  TALLY_CHECK(length.ok());
  return *length;
}

Money Choices::Amount(absl::string_view name) const {
  const absl::StatusOr<Money> money = ParseMoney(Only(name));
  TALLY_CHECK(money.ok());
  return *money;
}

const std::string& Choices::Text(absl::string_view name) const { return Only(name); }

const std::vector<std::string>& Choices::Texts(absl::string_view name) const {
  const Choice* choice = Find(name);
  TALLY_CHECK(choice != nullptr);
  return choice->values;
}

std::vector<std::pair<Decimal, Decimal>> Choices::Steps(absl::string_view name) const {
  std::vector<std::pair<Decimal, Decimal>> steps;
  for (const std::string& step : Texts(name)) {
    const absl::StatusOr<Decimal> right = ParseDecimal(
        absl::StripAsciiWhitespace(absl::string_view(step).substr(step.find(':') + 1)));
    TALLY_CHECK(right.ok());
    steps.emplace_back(LeftOf(step), *right);
  }
  return steps;
}

std::vector<Decimal> Choices::Numbers(absl::string_view name) const {
  std::vector<Decimal> numbers;
  for (const std::string& text : Texts(name)) {
    const absl::StatusOr<Decimal> number = ParseDecimal(text);
    TALLY_CHECK(number.ok());
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace tally
