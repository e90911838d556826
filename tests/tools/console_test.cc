// Goal: answers, warnings and progress go where they belong, and nothing unsafe passes (T-91).
// Method: string streams, each switch on and off.
#include "tools/console.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() : world_(test_.MakeWorld()) {
    world_.out = &out_;
    world_.err = &err_;
  }
  TallyTest test_;
  World world_;
  std::ostringstream out_, err_;
};

TEST_F(ConsoleTest, JsonAndTextExcludeEachOther) {
  Console console(world_);
  JsonWriter json;
  json.BeginObject().EndObject();
  console.Line("text");
  console.Json(json);
  EXPECT_EQ(out_.str(), "text\n");
  console.set_json(true);
  console.Line("text");
  json.BeginObject().EndObject();
  console.Json(json);
  EXPECT_EQ(out_.str(), "text\n{}\n");
}

TEST_F(ConsoleTest, QuietKeepsAnswersAndDropsNotes) {
  Console console(world_);
  console.set_quiet(true);
  console.Note("done");
  console.Line("answer");
  EXPECT_EQ(out_.str(), "answer\n");
}

// T-91
TEST_F(ConsoleTest, T91EscapesWhateverIsPrinted) {
  Console console(world_);
  console.Line("a\x1b[2Jb\nc");
  console.Warning("w\x07");
  console.Error("e\x1b", "{}");
  EXPECT_EQ(out_.str(), "a\\x1b[2Jb\nc\n");
  EXPECT_EQ(err_.str(), "tally: warning: w\\x07\ntally: error: e\\x1b\n");
  Table table({"A", "B"});
  table.Row({"x\ny", "\x1b"});
  out_.str("");
  table.Print(console);
  EXPECT_EQ(out_.str(), "A     B\nx\\ny  \\x1b\n");
}

TEST_F(ConsoleTest, ErrorsAddJsonOnlyWhenAsked) {
  Console console(world_);
  console.set_json(true);
  console.Error("e", "{\"format\":\"tally.error/1\"}");
  EXPECT_EQ(err_.str(), "tally: error: e\n{\"format\":\"tally.error/1\"}\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ConsoleTest, ColorNeedsATerminalAndNoVeto) {
  world_.out_is_terminal = true;
  Console colored(world_);
  colored.Line("good", Style::kGood);
  EXPECT_EQ(out_.str(), "\x1b[32mgood\x1b[0m\n");
  out_.str("");
  test_.environment["NO_COLOR"] = "1";
  Console plain(world_);
  plain.Line("good", Style::kGood);
  EXPECT_EQ(out_.str(), "good\n");
}

TEST_F(ConsoleTest, ProgressIsForTerminalsAndLongWork) {
  Console console(world_);
  const auto work = [&] {
    Progress progress(world_, console, "read", 1000);
    test_.clock.now = test_.clock.now + Milliseconds(500);
    progress.Advance(100);
    test_.clock.now = test_.clock.now + Seconds(1);
    progress.Advance(300);
  };
  work();
  EXPECT_EQ(err_.str(), "");
  world_.err_is_terminal = true;
  work();
  EXPECT_EQ(err_.str(), "\rread: 300 of 1000 (30 %), 200/s, 3 s left\x1b[K\r\x1b[K");
  err_.str("");
  console.set_quiet(true);
  work();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace tally::tools
