// Plays many cases of the reference comparison in one process: reference_player PLAN.json
//
// The plan, made by compare.py, is
//   { "answers": FOLDER, "ledgers": [ { "now": "...Z", "parties": [NAME, ...], "keep": PATH,
//                                       "cases": [ { "name": N, "steps": [STEP, ...] } ] } ] }
// With "keep", which may be left out, the ledger is left at PATH and its head at PATH.head.
// A step is the words of one command, through the function that `main` calls. Five more kinds of
// words are known here: "$TERMS" is the terms hash that the last proposal printed, "@NAME" a file
// of the ledger's own folder, a step ["set", "...Z"] sets the clock, what a step ["also", ...]
// writes goes to FOLDER/N.also, and a step ["try", ...] may be refused. What the last step of a
// case wrote goes to FOLDER/N.json; if a step exits with another status than 0, its words and what
// it wrote go to FOLDER/N.error, and the case ends. Which of this is right is not decided here.
//
// All of it happens in the locale of the environment, which must not show in anything.
#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <locale>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/scenarios/player.h"

// What survives a power cut is tested elsewhere: here nothing is synced and no space is reserved,
// also by the libraries, which call these by the names that the program defines.
extern "C" {
int fsync(int file) {
  (void)file;
  return 0;
}
int fdatasync(int file) {
  (void)file;
  return 0;
}
int fallocate(int file, int mode, off_t offset, off_t length) {
  (void)file, (void)mode, (void)offset, (void)length;
  return 0;
}
}

namespace tally::tests {
namespace {

void WriteAnswer(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.flush();
  if (file.good()) return;
  fprintf(stderr, "reference_player: cannot write %s\n", path.c_str());
  exit(2);
}

// The hash in a line "terms <64 digits>", or `last` if there is none.
std::string TermsHashIn(const std::string& out, const std::string& last) {
  const size_t at = out.find("terms ");
  return at == std::string::npos ? last : out.substr(at + 6, 64);
}

std::string InOneLine(const std::vector<std::string>& words) {
  std::string line = "tally";
  for (const std::string& word : words) line += " " + word;
  return line + "\n";
}

// True if every step went well.
bool PlayCase(Player& player, const nlohmann::json& one, const std::string& answers) {
  const std::string path = answers + "/" + one["name"].get<std::string>();
  std::string terms;
  Outcome outcome;
  for (const nlohmann::json& step : one["steps"]) {
    auto words = step.get<std::vector<std::string>>();
    if (words[0] == "set") {
      player.clock().Set(*ParseInstant(words[1]));
      continue;
    }
    for (std::string& word : words) {
      if (word == "$TERMS") word = terms;
    }
    const bool also = words[0] == "also";
    const bool tried = words[0] == "try";
    if (also || tried) words.erase(words.begin());
    outcome = player.Run(words);
    if (also) WriteAnswer(path + ".also", outcome.out);
    if (tried) continue;
    if (outcome.exit != 0) {
      WriteAnswer(path + ".error", InOneLine(words) + outcome.out + outcome.err);
      return false;
    }
    terms = TermsHashIn(outcome.out, terms);
  }
  WriteAnswer(path + ".json", outcome.out);
  return true;
}

int Play(const nlohmann::json& plan) {
  const auto answers = plan["answers"].get<std::string>();
  int refused = 0;
  for (const nlohmann::json& ledger : plan["ledgers"]) {
    Player player(ledger["now"].get<std::string>());
    player.NewLedger(ledger["parties"].get<std::vector<std::string>>());
    for (const nlohmann::json& one : ledger["cases"]) {
      if (!PlayCase(player, one, answers)) ++refused;
    }
    if (!ledger.contains("keep")) continue;
    const auto keep = ledger["keep"].get<std::string>();
    std::filesystem::copy(player.Path("ledger"), keep, std::filesystem::copy_options::recursive);
    std::filesystem::copy(player.Path("ledger.head"), keep + ".head");
  }
  printf("refused: %d\n", refused);
  return 0;
}

}  // namespace
}  // namespace tally::tests

int main(int count, char** words) {
  if (count != 2) {
    fprintf(stderr, "usage: reference_player PLAN.json\n");
    return 2;
  }
  std::locale::global(std::locale(""));
  std::ifstream file(words[1], std::ios::binary);
  const nlohmann::json plan = nlohmann::json::parse(file, nullptr, false);
  if (plan.is_discarded()) {
    fprintf(stderr, "reference_player: %s is no plan\n", words[1]);
    return 2;
  }
  return tally::tests::Play(plan);
}
