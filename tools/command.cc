// Parsing in two steps: the words that name the command, among which only general options may
// stand, then everything else by that command's own table.
#include "tools/command.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/help.h"

namespace tally::tools {
namespace {

const std::vector<OptionSpec>& GeneralOptions() {
  static const std::vector<OptionSpec>& options = *new std::vector<OptionSpec>{
      {"json", 0, ValueType::kFlag, "", "print JSON, one document (lists: one a line)"},
      {"quiet", 'q', ValueType::kFlag, "", "print only what was asked for, no progress"},
      {"help", 'h', ValueType::kFlag, "", "show help for the command"},
  };
  return options;
}

const std::vector<OptionSpec>& LedgerOptions() {
  static const std::vector<OptionSpec>& options = *new std::vector<OptionSpec>{
      {"ledger", 'C', ValueType::kDirectory, "DIR", "the ledger (else TALLY_LEDGER)"},
  };
  return options;
}

const std::vector<OptionSpec>& AppendingOptions() {
  static const std::vector<OptionSpec>& options = *new std::vector<OptionSpec>{
      {"key", 0, ValueType::kFile, "FILE",
       "the signer's private key, or a pkcs11: URI (else TALLY_KEY)"},
      {"passphrase-file", 0, ValueType::kFile, "FILE", "holds the passphrase of the key"},
      {"dry-run", 0, ValueType::kFlag, "", "show events, digests and refusals; record nothing"},
      {"yes", 0, ValueType::kFlag, "", "do not ask on a terminal: what is warned of is meant"},
      {"wait", 0, ValueType::kOptionalNumber, "S", "wait for another writer (at most S seconds)"},
  };
  return options;
}

// Distance of words in single edits, where swapping neighbours is one edit.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string SuggestionHint(absl::string_view word, const std::vector<std::string>& candidates,
                           absl::string_view otherwise) {
  const std::vector<std::string> near = Suggestions(word, candidates);
  if (near.empty()) return std::string(otherwise);
  return absl::StrCat("did you mean ", absl::StrJoin(near, " or "), "?");
}

}  // namespace

std::vector<OptionSpec> OptionsOf(const Command& command) {
  std::vector<OptionSpec> options = command.options;
  if (command.needs_ledger) {
    options.insert(options.end(), LedgerOptions().begin(), LedgerOptions().end());
  }
  if (command.appends) {
    options.insert(options.end(), AppendingOptions().begin(), AppendingOptions().end());
  }
  options.insert(options.end(), GeneralOptions().begin(), GeneralOptions().end());
  return options;
}

bool Arguments::Has(absl::string_view option) const {
  return options_.contains(std::string(option));
}

std::optional<std::string> Arguments::Value(absl::string_view option) const {
  const auto found = options_.find(std::string(option));
  if (found == options_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::Values(absl::string_view option) const {
  const auto found = options_.find(std::string(option));
  if (found == options_.end()) return {};
  return found->second;
}

std::optional<uint64_t> Arguments::Number(absl::string_view option) const {
  const std::optional<std::string> value = Value(option);
  uint64_t number = 0;
  if (!value.has_value() || !absl::SimpleAtoi(*value, &number)) return std::nullopt;
  return number;
}

std::optional<Instant> Arguments::Time(absl::string_view option) const {
  const std::optional<std::string> value = Value(option);
  if (!value.has_value()) return std::nullopt;
  const absl::StatusOr<Instant> time = ParseInstant(*value);
  TALLY_CHECK(time.ok());  // checked while parsing
  return *time;
}

std::string Arguments::At(size_t index) const {
  return index < operands_.size() ? operands_[index] : std::string();
}

std::vector<std::string> Suggestions(absl::string_view word,
                                     const std::vector<std::string>& candidates) {
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (distance <= std::max<size_t>(1, word.size() / 3)) near.emplace_back(distance, candidate);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : near) {
    if (names.size() < 3 && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

// Reads one command line from left to right.
class CommandLineParser {
 public:
  CommandLineParser(const std::vector<Command>& table, const std::vector<std::string>& words)
      : table_(table), words_(words) {}

  absl::StatusOr<ParsedLine> Parse() {
    TALLY_RETURN_IF_ERROR(FindCommand());
    if (line_.help) return std::move(line_);
    options_ = OptionsOf(*line_.command);
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (options_ended_ || word.size() < 2 || word[0] != '-') {
        line_.arguments.operands_.push_back(word);
      } else if (word == "--") {
        options_ended_ = true;
      } else {
        TALLY_RETURN_IF_ERROR(ReadOption(options_));
      }
    }
    if (line_.arguments.Has("help")) {
      line_.help = true;
      line_.help_topic = line_.command->name;
      return std::move(line_);
    }
    TALLY_RETURN_IF_ERROR(CheckComplete());
    return std::move(line_);
  }

 private:
  // The words that name the command, longest match; general options may stand before and between.
  absl::Status FindCommand() {
    std::vector<OptionSpec> early = GeneralOptions();
    early.insert(early.end(), LedgerOptions().begin(), LedgerOptions().end());
    early.push_back({"version", 0, ValueType::kFlag, "", ""});
    std::string name;
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (word.size() >= 2 && word[0] == '-' && word != "--") {
        if (!name.empty() && FindExactly(name) != nullptr) break;
        TALLY_RETURN_IF_ERROR(ReadOption(early));
        continue;
      }
      const std::string longer = name.empty() ? word : absl::StrCat(name, " ", word);
      if (FindExactly(longer) == nullptr && !IsGroup(longer)) break;
      name = longer;
    }
    line_.command = FindExactly(name);
    if (line_.arguments.Has("version") && name.empty()) line_.command = FindExactly("version");
    if (line_.arguments.Has("help") && at_ == words_.size()) {
      line_.help = true;
      line_.help_topic = name;
      return absl::OkStatus();
    }
    if (line_.command != nullptr) return absl::OkStatus();
    return UnknownCommand(name);
  }

  absl::Status UnknownCommand(const std::string& group) const {
    std::vector<std::string> names;
    for (const Command& command : table_) {
      if (group.empty()) {
        names.push_back(command.name.substr(0, command.name.find(' ')));
      } else if (absl::StartsWith(command.name, group + " ")) {
        names.push_back(command.name.substr(group.size() + 1));
      }
    }
    if (at_ == words_.size()) {
      if (group.empty()) {
        return Refuse("usage", "no command was given",
                      absl::StrCat(HelpCall(table_, ""), " lists the commands"));
      }
      return Refuse("usage", absl::StrCat("`", group, "` is several commands"),
                    absl::StrCat("add one of: ", absl::StrJoin(names, ", ")));
    }
    const std::string& word = words_[at_];
    const std::string shown = group.empty() ? word : absl::StrCat(group, " ", word);
    const std::string otherwise =
        group.empty() ? absl::StrCat(HelpCall(table_, ""), " lists the commands")
                      : absl::StrCat("`", group, "` has: ", absl::StrJoin(names, ", "));
    return Refuse("unknown-command", absl::StrCat("there is no command `", shown, "`"),
                  SuggestionHint(word, names, otherwise));
  }

  const Command* FindExactly(absl::string_view name) const {
    for (const Command& command : table_) {
      if (command.name == name) return &command;
    }
    return nullptr;
  }

  bool IsGroup(absl::string_view name) const {
    return std::any_of(table_.begin(), table_.end(), [&](const Command& command) {
      return absl::StartsWith(command.name, absl::StrCat(name, " "));
    });
  }

  // Reads the option at at_, and its value when that is the next word.
  absl::Status ReadOption(const std::vector<OptionSpec>& options) {
    const std::string& word = words_[at_];
    std::string name = word;
    std::optional<std::string> value;
    const bool is_long = word[1] == '-';
    if (is_long) {
      const size_t equals = word.find('=');
      name = word.substr(0, equals);
      if (equals != std::string::npos) value = word.substr(equals + 1);
    } else if (word.size() > 2) {
      name = word.substr(0, 2);
      value = word.substr(2);
    }
    auto spec = std::find_if(options.begin(), options.end(), [&](const OptionSpec& option) {
      return is_long ? name == "--" + option.name : option.letter != 0 && name[1] == option.letter;
    });
    if (spec == options.end()) spec = EndOfTime(name, options);
    if (spec == options.end()) return UnknownOption(name, options);
    TALLY_RETURN_IF_ERROR(TakeValue(*spec, name, value));
    std::vector<std::string>& values = line_.arguments.options_[spec->name];
    if (!values.empty() && !spec->repeatable) {
      return Refuse("usage", absl::StrCat("option ", name, " is given twice"), "give it once");
    }
    values.push_back(value.value_or(""));
    return absl::OkStatus();
  }

  // Where a stretch of time ends is `--to` in some commands and `--until` in others, as the acts
  // behind them say it; either word is understood where the other one is the option.
  static std::vector<OptionSpec>::const_iterator EndOfTime(absl::string_view name,
                                                           const std::vector<OptionSpec>& options) {
    const absl::string_view other = name == "--to" ? "until" : name == "--until" ? "to" : "";
    return std::find_if(options.begin(), options.end(), [&](const OptionSpec& option) {
      return option.type == ValueType::kTime && option.name == other;
    });
  }

  absl::Status UnknownOption(const std::string& name, const std::vector<OptionSpec>& options) {
    std::vector<std::string> names;
    for (const OptionSpec& option : options) names.push_back("--" + option.name);
    const std::string where = line_.command == nullptr
                                  ? "before a command"
                                  : absl::StrCat("in `", line_.command->name, "`");
    const std::string topic = line_.command == nullptr ? "" : line_.command->name;
    return Refuse("unknown-option", absl::StrCat("there is no option ", name, " ", where),
                  SuggestionHint(name, names, absl::StrCat("see ", HelpCall(table_, topic))));
  }

  absl::Status TakeValue(const OptionSpec& spec, const std::string& name,
                         std::optional<std::string>& value) {
    if (spec.type == ValueType::kFlag) {
      if (!value.has_value()) return absl::OkStatus();
      return Refuse("usage", absl::StrCat("option ", name, " takes no value"));
    }
    if (!value.has_value() && spec.type != ValueType::kOptionalNumber) {
      // A value in quotes may hold options itself (compare --left "--at-size 9"); an option's name
      // alone is more likely a value that was forgotten.
      const bool there =
          at_ + 1 < words_.size() &&
          (!absl::StartsWith(words_[at_ + 1], "--") ||
           (spec.type == ValueType::kText && absl::StrContains(words_[at_ + 1], " ")));
      if (!there) {
        return Refuse("usage", absl::StrCat("option ", name, " needs a value"),
                      absl::StrCat("write ", name, " ", spec.value_name));
      }
      value = words_[++at_];
    }
    // AXES are a text of options, of which there may be none.
    const bool may_be_empty = spec.value_name == "AXES";
    if (!value.has_value() || (may_be_empty && value->empty())) return absl::OkStatus();
    return CheckValue(spec.type, name, *value);
  }

  static absl::Status CheckValue(ValueType type, const std::string& name,
                                 const std::string& value) {
    if (type == ValueType::kNumber || type == ValueType::kOptionalNumber) {
      uint64_t number = 0;
      const bool digits =
          !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
      if (!digits || !absl::SimpleAtoi(value, &number) || number > (uint64_t{1} << 63) - 1) {
        return Refuse("usage",
                      absl::StrCat("option ", name, " needs a whole number, not \"", value, "\""));
      }
    } else if (type == ValueType::kTime) {
      const absl::StatusOr<Instant> time = ParseInstant(value);
      if (!time.ok()) {
        // A day is no instant: which one it begins at depends on a zone, and nobody guesses that.
        const bool day = ParseInstant(absl::StrCat(value, "T00:00:00Z")).ok();
        return Refuse("bad-time", absl::StrCat("option ", name, ": ", time.status().message()),
                      day ? absl::StrCat("a day begins at another instant in each zone: write ",
                                         value, "T00:00:00Z for midnight UTC, or ", value,
                                         "T00:00:00+01:00 with the zone's offset")
                          : "write a time like 2026-02-18T12:00:00Z");
      }
    } else if (value.empty()) {
      return Refuse("usage", absl::StrCat("option ", name, " has an empty value"));
    }
    return absl::OkStatus();
  }

  // "`amendment propose` needs AGREEMENT and FILE, and has only \"new.yaml\", taken for AGREEMENT":
  // whoever left out the first of several sees it.
  absl::Status TooFewOperands(size_t least, const std::string& see) const {
    const Command& command = *line_.command;
    const std::vector<std::string>& operands = line_.arguments.operands_;
    std::vector<std::string> names, taken;
    for (size_t i = 0; i < command.operands.size() && names.size() < least; ++i) {
      names.push_back(command.operands[i].name);
    }
    for (size_t i = 0; i < operands.size(); ++i) {
      taken.push_back(absl::StrCat("\"", operands[i], "\", taken for ", names[i]));
    }
    return Refuse(
        "missing-argument",
        absl::StrCat("`", command.name, "` needs ", absl::StrJoin(names, " and "),
                     taken.empty() ? "" : ", and has only ", absl::StrJoin(taken, ", and ")),
        see);
  }

  absl::Status CheckComplete() const {
    const Command& command = *line_.command;
    size_t least = 0;
    size_t most = 0;
    for (const OperandSpec& operand : command.operands) {
      if (operand.arity == Arity::kOne || operand.arity == Arity::kMany) ++least;
      const bool endless = operand.arity == Arity::kMany || operand.arity == Arity::kAny;
      most = endless ? words_.size() : most + 1;
    }
    const std::vector<std::string>& operands = line_.arguments.operands_;
    const std::string see = absl::StrCat("see ", HelpCall(table_, command.name));
    if (operands.size() < least) return TooFewOperands(least, see);
    if (operands.size() > most) {
      const auto named = std::find_if(
          command.options.begin(), command.options.end(),
          [](const OptionSpec& option) { return option.name == "name" && !option.repeatable; });
      return Refuse(
          "usage", absl::StrCat("`", command.name, "` takes no \"", operands[most], "\""),
          named == command.options.end()
              ? see
              : absl::StrCat("if that is the name, write --name ", operands[most], "; ", see));
    }
    for (const OptionSpec& option : command.options) {
      if (option.required && !line_.arguments.Has(option.name)) {
        return Refuse(
            "missing-argument",
            absl::StrCat("`", command.name, "` needs --", option.name, " ", option.value_name),
            see);
      }
    }
    return absl::OkStatus();
  }

  const std::vector<Command>& table_;
  const std::vector<std::string>& words_;
  std::vector<OptionSpec> options_;
  ParsedLine line_;
  size_t at_ = 0;
  bool options_ended_ = false;
};

absl::StatusOr<ParsedLine> ParseCommandLine(const std::vector<Command>& table,
                                            const std::vector<std::string>& arguments) {
  return CommandLineParser(table, arguments).Parse();
}

}  // namespace tally::tools
