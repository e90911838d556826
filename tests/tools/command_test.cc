// Goal: a command line means one thing or is refused with a sentence that says what to do.
// Method: a small table of commands; accepted lines beside what they mean, refused ones beside
// their fault.
#include "tools/command.h"

#include <gtest/gtest.h>

#include "tools/fault.h"

namespace tally::tools {
namespace {

const std::vector<Command>& SampleTable() {
  static const std::vector<Command>& table = *new std::vector<Command>([] {
    Command copy{.name = "copy", .summary = "copy"};
    copy.operands = {{"SOURCE", ""}, {"TARGET", "", Arity::kOptional}};
    copy.options = {
        {"count", 'n', ValueType::kNumber, "N", ""},
        {"since", 0, ValueType::kTime, "TIME", ""},
        {"tag", 0, ValueType::kText, "TAG", "", true},
        {"force", 'f', ValueType::kFlag, "", ""},
    };
    Command add{.name = "zone add", .summary = "add", .appends = true};
    add.operands = {{"NAME", "", Arity::kMany}};
    add.options = {{"out", 0, ValueType::kFile, "FILE", "", false, true}};
    Command span{.name = "span", .summary = "span"};
    span.operands = {{"AGREEMENT", ""}, {"FILE", ""}};
    span.options = {{"to", 0, ValueType::kTime, "TIME", ""},
                    {"name", 0, ValueType::kText, "NAME", ""}};
    return std::vector<Command>{copy, add, span, Command{.name = "zone list", .summary = "list"},
                                Command{.name = "version", .summary = "v"}};
  }());
  return table;
}

std::string Refusal(const std::vector<std::string>& words) {
  const absl::StatusOr<ParsedLine> line = ParseCommandLine(SampleTable(), words);
  return line.ok() ? "accepted" : FaultText(FaultOf(line.status()));
}

TEST(CommandLine, OptionsStandBeforeOrBehindOperands) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"copy", "a", "b", "--count", "3", "--tag", "x", "--tag=y"},
           {"copy", "--count=3", "--tag", "x", "a", "--tag", "y", "b"},
           {"copy", "-n3", "a", "--tag=x", "b", "--tag=y"},
           {"copy", "-n", "3", "--tag=x", "--tag=y", "--", "a", "b"},
       }) {
    const absl::StatusOr<ParsedLine> line = ParseCommandLine(SampleTable(), words);
    ASSERT_TRUE(line.ok()) << line.status();
    EXPECT_EQ(line->arguments.operands(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(line->arguments.Number("count"), 3u);
    EXPECT_EQ(line->arguments.Values("tag"), (std::vector<std::string>{"x", "y"}));
    EXPECT_FALSE(line->arguments.Has("force"));
  }
}

TEST(CommandLine, GeneralOptionsStandAnywhere) {
  const absl::StatusOr<ParsedLine> line =
      ParseCommandLine(SampleTable(), {"-C", "dir", "--json", "zone", "add", "x", "--out", "f"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->command->name, "zone add");
  EXPECT_EQ(line->arguments.Value("ledger"), "dir");
  EXPECT_TRUE(line->arguments.Has("json"));
}

TEST(CommandLine, DashesEndOptionsAndADashIsAnOperand) {
  const absl::StatusOr<ParsedLine> line =
      ParseCommandLine(SampleTable(), {"copy", "-", "--", "--force"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->arguments.operands(), (std::vector<std::string>{"-", "--force"}));
}

TEST(CommandLine, OptionalNumberTakesItsValueBehindAnEqualsSignOnly) {
  const absl::StatusOr<ParsedLine> bare =
      ParseCommandLine(SampleTable(), {"zone", "add", "--wait", "7", "--out", "f"});
  ASSERT_TRUE(bare.ok()) << bare.status();
  EXPECT_EQ(bare->arguments.operands(), (std::vector<std::string>{"7"}));
  EXPECT_EQ(bare->arguments.Number("wait"), std::nullopt);
  const absl::StatusOr<ParsedLine> timed =
      ParseCommandLine(SampleTable(), {"zone", "add", "--wait=7", "x", "--out", "f"});
  ASSERT_TRUE(timed.ok()) << timed.status();
  EXPECT_EQ(timed->arguments.Number("wait"), 7u);
}

TEST(CommandLine, RefusalsSayWhatToDo) {
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{}, "no command was given; `tally help` lists the commands"},
      {{"cpoy", "a"}, "there is no command `cpoy`; did you mean copy?"},
      {{"frobnicate"}, "there is no command `frobnicate`; `tally help` lists the commands"},
      {{"zone"}, "`zone` is several commands; add one of: add, list"},
      {{"zone", "ad"}, "there is no command `zone ad`; did you mean add?"},
      {{"zone", "frob"}, "there is no command `zone frob`; `zone` has: add, list"},
      {{"copy", "a", "--forse"}, "there is no option --forse in `copy`; did you mean --force?"},
      {{"copy", "a", "--forc"}, "there is no option --forc in `copy`; did you mean --force?"},
      {{"copy", "a", "-x"}, "there is no option -x in `copy`; see `tally help copy`"},
      {{"copy", "a", "--force", "-f"}, "option -f is given twice; give it once"},
      {{"copy", "a", "-n", "1", "--count", "1"}, "option --count is given twice; give it once"},
      {{"copy", "a", "--force=yes"}, "option --force takes no value"},
      {{"copy", "a", "--count"}, "option --count needs a value; write --count N"},
      {{"copy", "a", "--count", "--force"}, "option --count needs a value; write --count N"},
      {{"copy", "a", "--count", "1e3"}, "option --count needs a whole number, not \"1e3\""},
      {{"copy", "a", "--count", "9223372036854775808"},
       "option --count needs a whole number, not \"9223372036854775808\""},
      {{"copy", "a", "--tag", ""}, "option --tag has an empty value"},
      {{"copy"}, "`copy` needs SOURCE; see `tally help copy`"},
      {{"copy", "a", "b", "c"}, "`copy` takes no \"c\"; see `tally help copy`"},
      {{"zone", "add", "--out", "f"}, "`zone add` needs NAME; see `tally help zone add`"},
      {{"zone", "add", "x"}, "`zone add` needs --out FILE; see `tally help zone add`"},
      {{"span"}, "`span` needs AGREEMENT and FILE; see `tally help span`"},
      {{"span", "f.yaml"},
       "`span` needs AGREEMENT and FILE, and has only \"f.yaml\", taken for AGREEMENT; see `tally "
       "help span`"},
      {{"span", "a", "f", "x1"},
       "`span` takes no \"x1\"; if that is the name, write --name x1; see `tally help span`"},
      {{"copy", "a", "--until", "2026-01-01T00:00:00Z"},
       "there is no option --until in `copy`; see `tally help copy`"},
      {{"copy", "a", "--key", "k"}, "there is no option --key in `copy`; see `tally help copy`"},
  };
  for (const auto& [words, sentence] : rows) EXPECT_EQ(Refusal(words), sentence);
  EXPECT_EQ(Refusal({"copy", "a", "--since", "2026"}).find("option --since: "), 0u);
}

// Some acts say `until`, others `to`: whoever writes the other word is understood, but not twice.
TEST(CommandLine, TheEndOfATimeHasTwoNames) {
  for (const char* word : {"--to", "--until"}) {
    const absl::StatusOr<ParsedLine> line =
        ParseCommandLine(SampleTable(), {"span", "a", "f", word, "2026-01-01T00:00:00Z"});
    ASSERT_TRUE(line.ok()) << line.status();
    EXPECT_EQ(line->arguments.Time("to"), *ParseInstant("2026-01-01T00:00:00Z")) << word;
  }
  const std::string both = Refusal(
      {"span", "a", "f", "--to", "2026-01-01T00:00:00Z", "--until", "2026-01-02T00:00:00Z"});
  EXPECT_EQ(both, "option --until is given twice; give it once");
}

TEST(CommandLine, HelpAndVersionAreFoundWithoutACommand) {
  const absl::StatusOr<ParsedLine> help = ParseCommandLine(SampleTable(), {"--help"});
  ASSERT_TRUE(help.ok());
  EXPECT_TRUE(help->help);
  const absl::StatusOr<ParsedLine> topic = ParseCommandLine(SampleTable(), {"zone", "--help"});
  ASSERT_TRUE(topic.ok());
  EXPECT_EQ(topic->help_topic, "zone");
  // Asking for help forgives what is missing.
  const absl::StatusOr<ParsedLine> of = ParseCommandLine(SampleTable(), {"zone", "add", "-h"});
  ASSERT_TRUE(of.ok());
  EXPECT_EQ(of->help_topic, "zone add");
  const absl::StatusOr<ParsedLine> version = ParseCommandLine(SampleTable(), {"--version"});
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(version->command->name, "version");
}

TEST(Suggestions, AreNearAndBestFirst) {
  const std::vector<std::string> names = {"verify", "version", "status", "verify"};
  EXPECT_EQ(Suggestions("verfiy", names), (std::vector<std::string>{"verify"}));
  EXPECT_EQ(Suggestions("stauts", names), (std::vector<std::string>{"status"}));
  EXPECT_TRUE(Suggestions("xyz", names).empty());
}

}  // namespace
}  // namespace tally::tools
