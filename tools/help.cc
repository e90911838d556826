#include "tools/help.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "tools/error_codes.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

std::string OperandText(const OperandSpec& operand) {
  switch (operand.arity) {
    case Arity::kOne:
      return operand.name;
    case Arity::kOptional:
      return absl::StrCat("[", operand.name, "]");
    case Arity::kMany:
      return absl::StrCat(operand.name, "...");
    case Arity::kAny:
      return absl::StrCat("[", operand.name, "...]");
  }
  return operand.name;
}

std::string OptionText(const OptionSpec& option) {
  std::string text = "--" + option.name;
  if (option.type == ValueType::kOptionalNumber) {
    absl::StrAppend(&text, "[=", option.value_name, "]");
  } else if (option.type != ValueType::kFlag) {
    absl::StrAppend(&text, " ", option.value_name);
  }
  return text;
}

std::string UsageLine(const Command& command) {
  std::string line = absl::StrCat("tally ", command.name);
  for (const OperandSpec& operand : command.operands)
    absl::StrAppend(&line, " ", OperandText(operand));
  for (const OptionSpec& option : command.options) {
    const std::string text = OptionText(option);
    const std::string shown = option.required ? text : absl::StrCat("[", text, "]");
    absl::StrAppend(&line, " ", shown, option.repeatable ? "..." : "");
  }
  return line;
}

// Names on the left in one column, texts on the right.
std::string Columns(const std::vector<std::pair<std::string, std::string>>& rows) {
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string text;
  for (const auto& [left, right] : rows) {
    absl::StrAppendFormat(&text, "  %-*s  %s\n", static_cast<int>(width), left, right);
  }
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text = absl::StrCat(UsageLine(command), "\n\n", command.summary, "\n");
  if (!command.text.empty()) {
    absl::StrAppend(&text, "\n", absl::StripSuffix(command.text, "\n"), "\n");
  }
  std::vector<std::pair<std::string, std::string>> operands;
  for (const OperandSpec& operand : command.operands)
    operands.emplace_back(operand.name, operand.summary);
  if (!operands.empty()) absl::StrAppend(&text, "\nOperands:\n", Columns(operands));
  std::vector<std::pair<std::string, std::string>> options;
  for (const OptionSpec& option : OptionsOf(command)) {
    std::string name = OptionText(option);
    if (option.letter != 0) name = absl::StrCat("-", std::string(1, option.letter), ", ", name);
    std::string summary = option.summary;
    if (option.repeatable) absl::StrAppend(&summary, "; may be repeated");
    options.emplace_back(std::move(name), std::move(summary));
  }
  absl::StrAppend(&text, "\nOptions:\n", Columns(options));
  if (!command.examples.empty()) {
    absl::StrAppend(&text, "\nExamples:\n");
    for (const std::string& example : command.examples) absl::StrAppend(&text, "  ", example, "\n");
  }
  return text;
}

std::string CommandList(const std::vector<Command>& table, absl::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : table) {
    if (prefix.empty() || absl::StartsWith(command.name, prefix)) {
      rows.emplace_back(command.name, command.summary);
    }
  }
  return Columns(rows);
}

std::string ErrorsHelp() {
  std::vector<std::pair<std::string, std::string>> codes;
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    codes.emplace_back(std::string(row.code),
                       absl::StrFormat("%3d  %s", row.exit, std::string(row.meaning)));
  }
  std::vector<std::pair<std::string, std::string>> exits;
  for (const ExitStatusRow& row : ExitStatusTable()) {
    exits.emplace_back(absl::StrFormat("%3d", row.exit), std::string(row.meaning));
  }
  return absl::StrCat("Error codes (`code` of tally.error/1), with their exit status:\n",
                      Columns(codes), "\nExit statuses:\n", Columns(exits));
}

// First words of the table in order, each once, and under each the second words.
std::vector<std::pair<std::string, std::vector<std::string>>> Words(
    const std::vector<Command>& table) {
  std::vector<std::pair<std::string, std::vector<std::string>>> words;
  for (const Command& command : table) {
    const size_t space = command.name.find(' ');
    const std::string first = command.name.substr(0, space);
    if (words.empty() || words.back().first != first) words.push_back({first, {}});
    if (space != std::string::npos) words.back().second.push_back(command.name.substr(space + 1));
  }
  return words;
}

std::string OptionWords(const Command& command) {
  std::vector<std::string> words;
  for (const OptionSpec& option : OptionsOf(command)) {
    words.push_back("--" + option.name);
    if (option.letter != 0) words.push_back(std::string("-") + option.letter);
  }
  return absl::StrJoin(words, " ");
}

std::string FirstWords(const std::vector<Command>& table) {
  std::vector<std::string> firsts;
  for (const auto& [first, second] : Words(table)) firsts.push_back(first);
  return absl::StrJoin(firsts, " ");
}

const Command* FindByName(const std::vector<Command>& table, absl::string_view name) {
  for (const Command& command : table) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

// The cases `"name") options="..." ;;` that bash and zsh share.
std::string OptionCases(const std::vector<Command>& table) {
  std::string cases;
  for (const auto& [first, seconds] : Words(table)) {
    if (seconds.empty()) continue;
    std::string words = absl::StrJoin(seconds, " ");
    // A first word may be a command by itself too: a shell takes the first case that fits.
    if (const Command* command = FindByName(table, first); command != nullptr) {
      absl::StrAppend(&words, " ", OptionWords(*command));
    }
    absl::StrAppend(&cases, "    \"", first, "\") words=\"", words, "\" ;;\n");
  }
  for (const Command& command : table) {
    absl::StrAppend(&cases, "    \"", command.name, "\") words=\"", OptionWords(command),
                    "\" ;;\n");
  }
  return cases;
}

std::string BashScript(const std::vector<Command>& table) {
  return absl::StrCat(
      "# bash completion for tally: source <(tally completion bash)\n"
      "_tally() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" name=\"\" words=\"",
      FirstWords(table),
      "\" i\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    case \"${COMP_WORDS[i]}\" in\n"
      "      -C|--ledger) ((++i)) ;;\n"
      "      -*) ;;\n"
      "      *) if [[ -z $name ]]; then name=\"${COMP_WORDS[i]}\"\n"
      "         elif [[ $name != *' '* && $current != -* || $name != *' '* && $i -eq 2 ]]; then\n"
      "           name=\"$name ${COMP_WORDS[i]}\"; fi ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$name\" in\n",
      OptionCases(table),
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "}\n"
      "complete -o filenames -F _tally tally\n");
}

std::string ZshScript(const std::vector<Command>& table) {
  return absl::StrCat(
      "#compdef tally\n"
      "# zsh completion for tally: tally completion zsh > \"${fpath[1]}/_tally\"\n"
      "_tally() {\n"
      "  local name=\"${words[2]}\" candidates=\"",
      FirstWords(table),
      "\"\n"
      "  local -a typed=(\"${words[@]}\")\n"
      "  local words=\"\"\n"
      "  if (( CURRENT > 3 )); then name=\"$name ${typed[3]}\"; fi\n"
      "  case \"$name\" in\n",
      OptionCases(table),
      "  esac\n"
      "  if (( CURRENT == 2 )); then words=\"$candidates\"; fi\n"
      "  [[ -n $words ]] || case \"${typed[2]}\" in\n",
      OptionCases(table),
      "  esac\n"
      "  compadd -- ${=words}\n"
      "  _files\n"
      "}\n"
      "compdef _tally tally\n");
}

std::string FishQuoted(absl::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string FishScript(const std::vector<Command>& table) {
  std::string script = "# fish completion for tally: tally completion fish | source\n";
  for (const Command& command : table) {
    const size_t space = command.name.find(' ');
    const std::string first = command.name.substr(0, space);
    if (space == std::string::npos) {
      absl::StrAppend(&script, "complete -c tally -n __fish_use_subcommand -f -a ", first, " -d ",
                      FishQuoted(command.summary), "\n");
    } else {
      absl::StrAppend(&script, "complete -c tally -n __fish_use_subcommand -f -a ", first, "\n");
      absl::StrAppend(&script, "complete -c tally -n '__fish_seen_subcommand_from ", first,
                      "' -f -a ", command.name.substr(space + 1), " -d ",
                      FishQuoted(command.summary), "\n");
    }
    for (const OptionSpec& option : OptionsOf(command)) {
      absl::StrAppend(&script, "complete -c tally -n '__fish_seen_subcommand_from ", first, "' -l ",
                      option.name);
      if (option.letter != 0) absl::StrAppend(&script, " -s ", std::string(1, option.letter));
      if (option.type != ValueType::kFlag && option.type != ValueType::kOptionalNumber)
        script += " -r";
      absl::StrAppend(&script, " -d ", FishQuoted(option.summary), "\n");
    }
  }
  return script;
}

}  // namespace

namespace {

// The program for those who have packs alone has no command that explains the others.
bool IsVerifier(const std::vector<Command>& table) {
  return FindByName(table, "verify") != nullptr && FindByName(table, "help") == nullptr;
}

}  // namespace

std::string HelpCall(const std::vector<Command>& table, absl::string_view topic) {
  const absl::string_view space = topic.empty() ? "" : " ";
  if (IsVerifier(table)) return absl::StrCat("`tally-verify", space, topic, " --help`");
  return absl::StrCat("`tally help", space, topic, "`");
}

absl::StatusOr<std::string> HelpText(const std::vector<Command>& table, absl::string_view topic) {
  if (topic.empty() && IsVerifier(table)) {
    return absl::StrCat(
        "tally-verify: verifies and replays dispute packs and published logs of tally\n\n"
        "usage: tally-verify COMMAND [OPERANDS] [OPTIONS]\n\nCommands:\n",
        CommandList(table, ""), "\n`tally-verify COMMAND --help` explains one.\n\n", ErrorsHelp());
  }
  if (topic.empty()) {
    return absl::StrCat(
        "tally: an event-sourced audit ledger for disputes over service level agreements\n\n"
        "usage: tally [-C DIR] COMMAND [OPERANDS] [OPTIONS]\n\nCommands:\n",
        CommandList(table, ""),
        "\n`tally help COMMAND` explains one, `tally help errors` lists error codes and exit "
        "statuses.\n");
  }
  if (topic == "errors") return ErrorsHelp();
  if (const Command* command = FindByName(table, topic)) return CommandHelp(*command);
  const std::string group = CommandList(table, absl::StrCat(topic, " "));
  if (!group.empty()) return absl::StrCat("Commands of `tally ", topic, "`:\n", group);
  std::vector<std::string> names = {"errors"};
  for (const Command& command : table) names.push_back(command.name);
  const std::vector<std::string> near = Suggestions(topic, names);
  return Refuse("unknown-command", absl::StrCat("there is no command `", topic, "`"),
                near.empty() ? absl::StrCat(HelpCall(table, ""), " lists the commands")
                             : absl::StrCat("did you mean ", absl::StrJoin(near, " or "), "?"));
}

std::string CompletionScript(const std::vector<Command>& table, Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return BashScript(table);
    case Shell::kZsh:
      return ZshScript(table);
    case Shell::kFish:
      return FishScript(table);
  }
  return "";
}

}  // namespace tally::tools
