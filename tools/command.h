// What a command is: name, operands, options, documentation, and the function that runs it.
//
// One table of these (command_table.h) yields parsing, `help`, completion and suggestions, so what
// is documented is what is accepted. Options stand before or after operands; `--` ends them;
// abbreviated and doubled options are refused.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/console.h"
#include "tools/tally.h"

namespace tally::tools {

enum class ValueType {
  kFlag,  // takes no value
  kText,
  kFile,
  kDirectory,
  kNumber,         // 0 to 2^63-1
  kTime,           // RFC 3339
  kOptionalNumber  // --wait or --wait=S
};

struct OptionSpec {
  std::string name;  // "key", written --key
  char letter = 0;   // 'n', written -n; 0: none
  ValueType type = ValueType::kFlag;
  std::string value_name = {};  // "FILE"
  std::string summary = {};
  bool repeatable = false;
  bool required = false;
};

enum class Arity { kOne, kOptional, kMany, kAny };  // kMany: one or more; kAny: zero or more
struct OperandSpec {
  std::string name;  // "FILE", in capitals
  std::string summary;
  Arity arity = Arity::kOne;
  ValueType type = ValueType::kText;
};

// The parsed command line of one command. Values have the form that their type promises.
class Arguments {
 public:
  bool Has(absl::string_view option) const;
  std::optional<std::string> Value(absl::string_view option) const;
  std::vector<std::string> Values(absl::string_view option) const;
  std::optional<uint64_t> Number(absl::string_view option) const;
  std::optional<Instant> Time(absl::string_view option) const;
  // Operands in order; At(i) is "" when the i-th is absent.
  const std::vector<std::string>& operands() const { return operands_; }
  std::string At(size_t index) const;

 private:
  friend class CommandLineParser;
  std::map<std::string, std::vector<std::string>> options_;
  std::vector<std::string> operands_;
};

struct Command;

// One call of one command. References outlive it.
struct Invocation {
  const World& world;
  const std::vector<Command>& table;
  const Command& command;
  const Arguments& arguments;
  Console& console;
};

struct Command {
  std::string name = {};     // "party register"
  std::string summary = {};  // one line, lower case, no full stop
  std::vector<OperandSpec> operands = {};
  std::vector<OptionSpec> options = {};
  std::string text = {};  // paragraphs for `help COMMAND`
  std::vector<std::string> examples = {};
  bool appends = false;      // takes --key, --dry-run, --yes, --wait
  bool needs_ledger = true;  // takes -C
  // The exit status of a command that ran, or a fault.
  std::function<absl::StatusOr<int>(const Invocation&)> run = {};
};

// The options that every command takes, those of `command` first.
std::vector<OptionSpec> OptionsOf(const Command& command);

// What a command line says. `command` is null when only --help or --version was asked.
struct ParsedLine {
  const Command* command = nullptr;
  Arguments arguments;
  bool help = false;
  std::string help_topic;  // words that were given before --help
};
// Fault usage, unknown-command, unknown-option or missing-argument. `table` outlives the result.
absl::StatusOr<ParsedLine> ParseCommandLine(const std::vector<Command>& table,
                                            const std::vector<std::string>& arguments);

// The candidates nearest to a misspelt word, best first; empty when none is near.
std::vector<std::string> Suggestions(absl::string_view word,
                                     const std::vector<std::string>& candidates);

}  // namespace tally::tools
