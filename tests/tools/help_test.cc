// Goal: help and completion say what the table says, for every command.
// Method: the real table; each command's page names its operands and options; bash parses its
// script.
#include "tools/help.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

TEST(Help, EveryCommandHasAPage) {
  const std::vector<Command> table = CommandTable();
  const std::string list = *HelpText(table, "");
  for (const Command& command : table) {
    EXPECT_TRUE(absl::StrContains(list, command.name)) << command.name;
    const absl::StatusOr<std::string> page = HelpText(table, command.name);
    ASSERT_TRUE(page.ok()) << command.name;
    EXPECT_TRUE(absl::StartsWith(*page, "tally " + command.name)) << *page;
    for (const OperandSpec& operand : command.operands) {
      EXPECT_TRUE(absl::StrContains(*page, operand.name)) << command.name;
      EXPECT_FALSE(operand.summary.empty()) << command.name << " " << operand.name;
    }
    for (const OptionSpec& option : OptionsOf(command)) {
      EXPECT_TRUE(absl::StrContains(*page, "--" + option.name)) << command.name;
      EXPECT_FALSE(option.summary.empty()) << command.name << " --" << option.name;
    }
  }
}

// A format with a map file of its own has a page of its own, and the page of `import` leads there.
TEST(Help, ImportTicketsHasAPage) {
  const std::vector<Command> table = CommandTable();
  const std::string page = *HelpText(table, "import tickets-csv");
  EXPECT_TRUE(absl::StrContains(page, "tally: ticket-map/1")) << page;
  EXPECT_FALSE(absl::StrContains(page, "tally: csv-map/1")) << page;
  EXPECT_TRUE(absl::StrContains(*HelpText(table, "import"), "tally help import tickets-csv"));
  // One case of the script offers both the formats and the options of `import`.
  const std::string script = CompletionScript(table, Shell::kBash);
  EXPECT_TRUE(absl::StrContains(script, "\"import\") words=\"tickets-csv --")) << script;
}

TEST(Help, ErrorsAreAllListed) {
  const std::string page = *HelpText(CommandTable(), "errors");
  for (const ErrorCodeRow& row : ErrorCodeTable()) {
    EXPECT_TRUE(absl::StrContains(page, std::string(row.code))) << std::string(row.code);
  }
}

TEST(Help, GroupsAndMisspeltTopics) {
  EXPECT_TRUE(absl::StrContains(*HelpText(CommandTable(), "party"), "party rotate"));
  const absl::StatusOr<std::string> wrong = HelpText(CommandTable(), "verfy");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(FaultText(FaultOf(wrong.status())),
            "there is no command `verfy`; did you mean verify?");
}

TEST(Completion, NamesEveryCommandAndOption) {
  const std::vector<Command> table = CommandTable();
  for (const Shell shell : {Shell::kBash, Shell::kZsh, Shell::kFish}) {
    const std::string script = CompletionScript(table, shell);
    for (const Command& command : table) {
      const std::string last = command.name.substr(command.name.find(' ') + 1);
      EXPECT_TRUE(absl::StrContains(script, last)) << command.name;
      for (const OptionSpec& option : OptionsOf(command)) {
        EXPECT_TRUE(absl::StrContains(script, option.name)) << command.name;
      }
    }
  }
}

TEST(Completion, BashAcceptsAndAnswers) {
  TallyTest test;
  const std::string script = CompletionScript(CommandTable(), Shell::kBash);
  test.Write("tally.bash", script +
                               "COMP_WORDS=(tally party ro)\nCOMP_CWORD=2\n_tally\n"
                               "[[ \"${COMPREPLY[*]}\" == rotate ]] || exit 1\n"
                               "COMP_WORDS=(tally verify --agai)\nCOMP_CWORD=2\n_tally\n"
                               "[[ \"${COMPREPLY[*]}\" == --against ]] || exit 2\n"
                               "COMP_WORDS=(tally stat)\nCOMP_CWORD=1\n_tally\n"
                               "[[ \"${COMPREPLY[*]}\" == status ]] || exit 3\n");
  EXPECT_EQ(std::system(("bash " + test.Path("tally.bash")).c_str()), 0);
}

}  // namespace
}  // namespace tally::tools
