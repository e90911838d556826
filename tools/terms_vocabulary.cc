#include "tools/terms_vocabulary.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "schema/vocabulary_desk.h"
#include "tools/command.h"
#include "tools/terms_lines.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kNone = "none";

bool IsList(ChoiceForm form) {
  return form == ChoiceForm::kTexts || form == ChoiceForm::kNames || form == ChoiceForm::kNumbers;
}

std::string FormInWords(const ChoiceRow& row) {
  switch (row.form) {
    case ChoiceForm::kWord:
      break;
    case ChoiceForm::kPercent:
      return "write a percentage like `99.9 %`";
    case ChoiceForm::kNumber:
      return "write a number like `2` or `0.5`";
    case ChoiceForm::kCount:
      return "write a whole number like `3`";
    case ChoiceForm::kLength:
      return "write a length of time like `24 h`";
    case ChoiceForm::kMoney:
      return "write an amount like `1000.00 USD`";
    case ChoiceForm::kText:
      return "write a text";
    case ChoiceForm::kTexts:
      return "list texts like `[a, b]`";
    case ChoiceForm::kName:
      return "write a name of these terms";
    case ChoiceForm::kNames:
      return "list names of these terms like `[a, b]`";
    case ChoiceForm::kSteps:
      return "write steps like `{ 10: 2, 20: 3 }`, ascending";
    case ChoiceForm::kNumbers:
      return "list numbers like `[1, 2.5]`";
  }
  std::vector<absl::string_view> words(row.words.begin(), row.words.end());
  if (row.or_none) words.push_back(kNone);
  return ChooseOneOf(words);
}

// Texts that are names with something for each.
bool IsOfPairs(const ChoiceRow& row) {
  return row.name == "targets" || row.name == "weights" || row.name == "points";
}

// "10: 2" of each pair; nothing when the field is neither a map nor a list of maps and texts.
std::optional<std::vector<std::string>> PairsOf(const YamlNode& node) {
  std::vector<std::string> pairs;
  if (node.IsMap()) {
    for (size_t i = 0; i < node.keys.size(); ++i) {
      if (!node.items[i].IsText()) return std::nullopt;
      pairs.push_back(absl::StrCat(node.keys[i].text, ": ", node.items[i].text));
    }
    return pairs;
  }
  if (!node.IsList()) return std::nullopt;
  for (const YamlNode& item : node.items) {
    if (item.IsText()) {
      pairs.push_back(item.text);
      continue;
    }
    std::optional<std::vector<std::string>> inner = PairsOf(item);
    if (!inner || item.IsList()) return std::nullopt;
    pairs.insert(pairs.end(), inner->begin(), inner->end());
  }
  return pairs;
}

// What the field says, in the form of the row but not yet read.
std::optional<std::vector<std::string>> WrittenOf(const Field& field, const ChoiceRow& row) {
  const YamlNode& node = field.node();
  if (row.or_none && field.Says(kNone)) return std::vector<std::string>{std::string(kNone)};
  if (row.form == ChoiceForm::kSteps) return PairsOf(node);
  std::vector<std::string> texts;
  // "P1: 4 h" of a list of texts reads better as a map; of other texts a map would make names that
  // nothing has.
  if (row.form == ChoiceForm::kTexts && node.IsMap() && IsOfPairs(row)) return PairsOf(node);
  if (IsList(row.form)) {
    if (!node.IsList()) return std::nullopt;
    for (const YamlNode& item : node.items) {
      if (!item.IsText()) return std::nullopt;
      texts.push_back(item.text);
    }
    return texts;
  }
  if (!node.IsText()) return std::nullopt;
  // Half a percent and a half are two things: the sign is never left out.
  if (row.form == ChoiceForm::kPercent && !absl::EndsWith(node.text, "%")) return std::nullopt;
  return std::vector<std::string>{node.text};
}

bool IsLevel(const ChoiceRow& row) {
  return (row.name == "step" && row.form == ChoiceForm::kNumber) ||
         (row.name == "levels" && row.form == ChoiceForm::kSteps);
}

// "1800" of "30 min" and of "0.5 h"; nothing of a bare number or below a microsecond.
std::optional<std::string> SecondsOf(absl::string_view text) {
  const size_t end = text.find_first_not_of("0123456789.");
  if (end == 0 || end == absl::string_view::npos) return std::nullopt;
  absl::StatusOr<Decimal> number = ParseDecimal(text.substr(0, end));
  absl::StatusOr<Duration> unit =
      ParseDuration(absl::StrCat("1 ", std::string(absl::StripAsciiWhitespace(text.substr(end)))));
  if (!number.ok() || !unit.ok() || number->scale > 6) return std::nullopt;
  Wide micros = Wide{number->mantissa} * unit->micros;
  for (uint8_t i = 0; i < number->scale; ++i) {
    if (micros % 10 != 0) return std::nullopt;
    micros /= 10;
  }
  if (micros > Wide{1'000'000'000'000} * 1'000'000) return std::nullopt;
  return FormatDecimal(Decimal{static_cast<int64_t>(micros), 6}.Normalised());
}

// Levels of time as seconds; false when one of them says no unit (reported).
bool SpellTimes(const Field& field, const ChoiceRow& row, std::vector<std::string>& written) {
  for (std::string& each : written) {
    const size_t level = each.find(": ");
    const std::optional<std::string> seconds = SecondsOf(each.substr(0, level));
    if (!seconds) {
      field.Bad(absl::StrCat("the measure is in time: write ",
                             row.form == ChoiceForm::kSteps ? "`{ 30 min: 2, 1.5 h: 3 }`"
                                                            : "a length like `30 min` or `0.5 h`",
                             "; a bare number says no unit"));
      return false;
    }
    each = level == std::string::npos ? *seconds : absl::StrCat(*seconds, each.substr(level));
  }
  return true;
}

// The canonical value; nothing when it was reported.
std::optional<std::vector<std::string>> ReadField(const Field& field, const ChoiceRow& row,
                                                  Levels levels) {
  if (!field.present()) return std::nullopt;
  std::optional<std::vector<std::string>> written = WrittenOf(field, row);
  if (!written || written->empty()) {
    field.Bad(written ? absl::StrCat(AskFor(row), "; an empty list says nothing") : AskFor(row));
    return std::nullopt;
  }
  if (levels == Levels::kTimes && IsLevel(row) && !SpellTimes(field, row, *written)) {
    return std::nullopt;
  }
  // Lengths of time have one spelling on disk and several in people's files.
  if (row.name == "targets") {
    absl::StatusOr<std::vector<std::string>> spelt = SpellTicketTargets(*written);
    if (!spelt.ok()) {
      field.Bad(absl::StrCat(AskFor(row), " (", spelt.status().message(), ")"));
      return std::nullopt;
    }
    written = *std::move(spelt);
  }
  absl::StatusOr<std::vector<std::string>> values = ReadChoice(row, *written);
  if (values.ok()) return *std::move(values);
  if (const std::string meant = LengthMeant(written->front());
      row.form == ChoiceForm::kLength && !meant.empty()) {
    field.Bad(absl::StrCat("write `", meant, "`"));
    return std::nullopt;
  }
  const bool plain = row.form == ChoiceForm::kWord;
  field.Bad(plain ? AskFor(row) : absl::StrCat(AskFor(row), " (", values.status().message(), ")"));
  return std::nullopt;
}

// Reads one row after the other, a conditional one after the choice that decides on it.
class Reader {
 public:
  Reader(Fields& map, const VocabularyRow& row, Levels levels)
      : map_(map), row_(row), levels_(levels) {}

  Choices Read() {
    std::vector<const ChoiceRow*> waiting;
    for (const ChoiceRow& each : row_.choices) waiting.push_back(&each);
    while (!waiting.empty()) {
      std::vector<const ChoiceRow*> later;
      for (const ChoiceRow* each : waiting) {
        if (!each->when.empty() && !Decided(each->when, waiting)) {
          later.push_back(each);
        } else {
          ReadRow(*each);
        }
      }
      TALLY_CHECK(later.size() < waiting.size());  // no choice waits for itself
      waiting = std::move(later);
    }
    for (const ChoiceRow* each : unasked_) {
      if (asked_.count(std::string(each->name)) > 0) continue;
      map_.Exclude(each->name, ConditionInWords(*each));
    }
    std::sort(choices_.begin(), choices_.end(),
              [](const Choice& a, const Choice& b) { return a.name < b.name; });
    return Choices(std::move(choices_));
  }

 private:
  using Values = std::optional<std::vector<std::string>>;

  // Nothing that still waits can change what `name` is.
  bool Decided(absl::string_view name, const std::vector<const ChoiceRow*>& waiting) const {
    if (asked_.count(std::string(name)) > 0) return true;
    return std::none_of(waiting.begin(), waiting.end(), [&](const ChoiceRow* each) {
      return each->name == name && read_.count(each) == 0;
    });
  }

  void ReadRow(const ChoiceRow& row) {
    read_.insert(&row);
    if (!row.when.empty()) {
      const auto deciding = asked_.find(std::string(row.when));
      const bool asked = deciding != asked_.end();
      if (asked && !deciding->second) {  // reported; what hangs on it cannot be judged
        map_.Find(row.name);
        asked_.emplace(std::string(row.name), std::nullopt);
        return;
      }
      if (!asked || deciding->second->size() != 1 ||
          std::find(row.is.begin(), row.is.end(), deciding->second->front()) == row.is.end()) {
        unasked_.push_back(&row);
        return;
      }
    }
    Values values = ReadField(map_.Need(row.name, AskFor(row)), row, levels_);
    if (values) choices_.push_back({std::string(row.name), *values});
    asked_.insert_or_assign(std::string(row.name), std::move(values));
  }

  Fields& map_;
  const VocabularyRow& row_;
  const Levels levels_;
  std::vector<Choice> choices_;
  std::map<std::string, Values> asked_;  // nothing: asked for, and not readable
  std::set<const ChoiceRow*> read_;
  std::vector<const ChoiceRow*> unasked_;
};

}  // namespace

std::vector<absl::string_view> KindsOf(ThingKind thing) {
  std::vector<absl::string_view> kinds;
  for (const VocabularyRow* row : Vocabulary(thing)) kinds.push_back(row->kind);
  return kinds;
}

const VocabularyRow* ReadKind(const Field& field, ThingKind thing,
                              const std::vector<absl::string_view>& kinds) {
  if (!field.present()) return nullptr;
  if (field.node().IsText()) {
    if (const VocabularyRow* row = FindInVocabulary(thing, field.node().text)) return row;
    const std::vector<std::string> near = Suggestions(
        field.node().text.substr(0, 60), std::vector<std::string>(kinds.begin(), kinds.end()));
    if (!near.empty()) {
      field.Bad(absl::StrCat("did you mean `", near[0], "`?"));
      return nullptr;
    }
  }
  field.Bad(ChooseOneOf(kinds));
  return nullptr;
}

Choices ReadChoices(Fields& map, const VocabularyRow& row, Levels levels) {
  return Reader(map, row, levels).Read();
}

std::string AskFor(const ChoiceRow& row) {
  // Most sentences of the vocabulary say themselves what to write.
  for (const absl::string_view verb : {"choose ", "write ", "list ", "name "}) {
    const bool words = row.form != ChoiceForm::kWord || absl::StrContains(row.ask, '`');
    if (absl::StartsWith(row.ask, verb) && words) return std::string(row.ask);
  }
  std::string form = FormInWords(row);
  if (row.or_none && row.form != ChoiceForm::kWord) absl::StrAppend(&form, ", or `none`");
  return row.ask.empty() ? form : absl::StrCat(row.ask, ": ", form);
}

std::string ConditionInWords(const ChoiceRow& row) {
  if (row.when.empty()) return "";
  std::string text = "it goes with ";
  for (size_t i = 0; i < row.is.size(); ++i) {
    absl::StrAppend(&text, i > 0 ? " or `" : absl::StrCat("`", row.when, ": "), row.is[i], "`");
  }
  return text;
}

const ChoiceRow& RowOf(const VocabularyRow& row, const Choices& choices, absl::string_view name) {
  const ChoiceRow* found = nullptr;
  for (const ChoiceRow& each : row.choices) {
    if (each.name != name) continue;
    const bool asked = each.when.empty() ||
                       std::any_of(each.is.begin(), each.is.end(), [&](absl::string_view word) {
                         return choices.Is(each.when, word);
                       });
    if (asked) found = &each;
  }
  TALLY_CHECK(found != nullptr);
  return *found;
}

std::string ChoiceInWords(const ChoiceRow& row, const std::vector<std::string>& values,
                          Levels levels) {
  TALLY_CHECK(!values.empty());
  const bool times = levels == Levels::kTimes && IsLevel(row);
  if (row.or_none && values.size() == 1 && values[0] == kNone) return std::string(kNone);
  std::vector<std::string> quoted;
  switch (row.form) {
    case ChoiceForm::kPercent:
      return absl::StrCat(values[0], " %");
    case ChoiceForm::kText:
      return Quoted(values[0]);
    case ChoiceForm::kTexts:
      for (const std::string& value : values) quoted.push_back(Quoted(value));
      return ListOf(quoted);
    case ChoiceForm::kName:
      return Bare(values[0]);
    case ChoiceForm::kNames:
      for (const std::string& value : values) quoted.push_back(Bare(value));
      return ListOf(quoted);
    case ChoiceForm::kNumbers:
      return ListOf(values);
    case ChoiceForm::kSteps: {
      std::string steps;
      for (std::string value : values) {
        if (times) value.insert(value.find(": "), " s");
        absl::StrAppend(&steps, steps.empty() ? "{ " : ", ", value);
      }
      return steps + " }";
    }
    default:
      return times ? values[0] + " s" : values[0];
  }
}

}  // namespace tally::tools
