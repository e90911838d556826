#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/scenarios/player.h"
#include "tools/tally.h"

namespace tally::tests {

Player::Player(const std::string& now) : clock_(*ParseInstant(now)) {
  std::string pattern = std::filesystem::temp_directory_path().string() + "/tally-scenario-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) abort();
  folder_ = pattern;
}

Player::~Player() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Outcome Player::Run(std::vector<std::string> words) {
  for (std::string& word : words) {
    if (!word.empty() && word.front() == '@') word = Path(word.substr(1));
  }
  std::istringstream in;
  std::ostringstream out, err;
  tools::World world;
  world.in = &in;
  world.out = &out;
  world.err = &err;
  world.clock = &clock_;
  world.randomness = &randomness_;
  world.environment = [this](const std::string& name) -> std::optional<std::string> {
    if (name == "TALLY_LEDGER") return Path("ledger");
    return std::nullopt;
  };
  world.interrupted = [] { return false; };
  Outcome outcome;
  outcome.exit = tools::RunTally(words, world);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

std::string Player::Must(std::vector<std::string> words) {
  std::string line;
  for (const std::string& word : words) line += " " + word;
  Outcome outcome = Run(std::move(words));
  EXPECT_EQ(outcome.exit, 0) << "tally" << line << "\n" << outcome.out << outcome.err;
  return outcome.out;
}

void Player::NewLedger(const std::vector<std::string>& parties) {
  Must({"init", "@ledger", "--origin", "test.example/ledger"});
  for (const std::string& party : parties) {
    Must({"key", "new", "--party", party, "--out", "@" + party + ".pem"});
    Must({"party", "register", party, "--key", "@" + party + ".pem"});
  }
}

std::string Player::Agree(const std::string& file, const std::string& agreement,
                          const std::string& proposer, const std::string& acceptor) {
  const std::string out =
      Must({"agreement", "propose", "@" + file, "--key", "@" + proposer + ".pem"});
  const size_t at = out.find("terms ");
  EXPECT_NE(at, std::string::npos) << out;
  if (at == std::string::npos) return "";
  const std::string hash = out.substr(at + 6, 64);
  Must({"agreement", "accept", agreement, "--terms", hash, "--key", "@" + acceptor + ".pem"});
  return hash;
}

void Player::PlayScenarioToTerms() {
  NewLedger({"provider", "customer", "monitor"});
  Write("terms.yaml", ReadSourceFile("tools/scenario/terms.yaml"));
  Write("events.jsonl", ReadSourceFile("tools/scenario/events.jsonl"));
  Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  Must({"append", "@events.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  Agree("terms.yaml", "web-shop", "provider", "customer");
}

void Player::Write(const std::string& name, const std::string& content) const {
  std::ofstream(Path(name), std::ios::binary) << content;
}

std::string ReadSourceFile(const std::string& path) {
  std::ifstream in(std::string(TALLY_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string DataFolder(const std::string& name) {
  const char* given = getenv("TALLY_DATA");
  const std::string base =
      given != nullptr ? given : std::string(TALLY_SOURCE_DIR) + "/../shared/data";
  const std::string folder = base + "/" + name;
  return std::filesystem::exists(folder) ? folder : "";
}

}  // namespace tally::tests
