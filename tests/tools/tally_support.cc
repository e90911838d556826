#include "tests/tools/tally_support.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/doors.h"

namespace tally::tools {

TallyTest::TallyTest() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tally-test-XXXXXX").string();
  TALLY_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
}

TallyTest::~TallyTest() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

World TallyTest::MakeWorld() {
  World world;
  world.clock = &clock;
  world.randomness = &randomness_;
  world.environment = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  world.program_path = Path("bin/tally");
  world.interrupted = [this] { return interrupted; };
  world.doors = &OpenDoors();
  return world;
}

Outcome TallyTest::Run(std::vector<std::string> arguments, const std::string& in) {
  std::istringstream input(in);
  std::ostringstream out;
  std::ostringstream err;
  World world = MakeWorld();
  world.in = &input;
  world.out = &out;
  world.err = &err;
  Outcome outcome;
  outcome.exit = RunTally(arguments, world);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

Outcome TallyTest::OnLedger(std::vector<std::string> arguments, const std::string& in) {
  arguments.push_back("-C");
  arguments.push_back(Path("acme"));
  return Run(std::move(arguments), in);
}

void TallyTest::Write(const std::string& name, const std::string& content) {
  std::ofstream file(Path(name), std::ios::binary);
  file << content;
  TALLY_CHECK(file.good());
}

std::string TallyTest::Read(const std::string& name) const {
  std::ifstream file(Path(name), std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void TallyTest::MakeLedger() {
  const Outcome made = Run({"init", Path("acme"), "--origin", "ledger.example/acme"});
  ASSERT_EQ(made.exit, 0) << made.err;
}

void TallyTest::MakeFeed() {
  MakeLedger();
  ASSERT_EQ(Run({"key", "new", "--party", "lime", "--out", Path("lime.pem")}).exit, 0);
  const Outcome party = OnLedger({"party", "register", "lime", "--key", Path("lime.pem")});
  ASSERT_EQ(party.exit, 0) << party.err;
  const Outcome feed =
      OnLedger({"feed", "register", "web", "--party", "lime", "--key", Path("lime.pem")});
  ASSERT_EQ(feed.exit, 0) << feed.err;
}

std::string TallyTest::StateLines(int count, int first_minute) {
  std::string lines;
  for (int i = first_minute; i < first_minute + count; ++i) {
    absl::StrAppendFormat(&lines,
                          "{\"kind\":\"state reported\",\"source\":\"site\","
                          "\"at\":\"2025-12-01T%02d:%02d:00Z\",\"body\":{\"state\":\"%s\"}}\n",
                          i / 60, i % 60, i % 7 == 3 ? "down" : "up");
  }
  return lines;
}

std::unique_ptr<ledger::Ledger> TallyTest::OpenAcme() const {
  ledger::LedgerOptions options;
  options.directory = Path("acme");
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> ledger = ledger::Ledger::Open(options);
  TALLY_CHECK(ledger.ok());
  return *std::move(ledger);
}

struct TestCall::Parts {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  World world;
  std::vector<Command> table = CommandTable();
  ParsedLine line;
  std::unique_ptr<Console> console;
};

TestCall::TestCall(TallyTest& test, std::vector<std::string> arguments)
    : parts_(std::make_shared<Parts>()) {
  parts_->world = test.MakeWorld();
  parts_->world.in = &parts_->in;
  parts_->world.out = &parts_->out;
  parts_->world.err = &parts_->err;
  absl::StatusOr<ParsedLine> line = ParseCommandLine(parts_->table, arguments);
  TALLY_CHECK(line.ok());
  parts_->line = *std::move(line);
  parts_->console = std::make_unique<Console>(parts_->world);
  parts_->console->set_json(parts_->line.arguments.Has("json"));
  call_.reset(new Invocation{parts_->world, parts_->table, *parts_->line.command,
                             parts_->line.arguments, *parts_->console});
}

std::string TestCall::out() const { return parts_->out.str(); }
std::string TestCall::err() const { return parts_->err.str(); }

}  // namespace tally::tools
