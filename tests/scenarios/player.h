// A player of whole scenarios: commands in, output and exit status out, through the function that
// `main` calls, with the test's own clock and randomness, in a folder of its own.
#pragma once

#include <string>
#include <vector>

#include "schema/environment.h"

namespace tally::tests {

// A clock that moves when told, and a millisecond at each look, so that nothing is simultaneous by
// accident. Boot time moves with it.
class TestClock : public Clock {
 public:
  explicit TestClock(Instant now) : now_(now), boot_(now - Days(1)) {}
  Instant Now() override { return now_ = now_ + Milliseconds(1); }
  Duration SinceBoot() override { return now_ - boot_; }
  void Set(Instant now) {
    boot_ = boot_ + (now - now_);  // time set, not passed: no jump against boot time
    now_ = now;
  }

 private:
  Instant now_;
  Instant boot_;
};

// Counts up: the same scenario makes the same keys.
class TestRandomness : public Randomness {
 public:
  void Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) {
      next_ = next_ * 1103515245 + 12345;
      byte = static_cast<uint8_t>(next_ >> 16);
    }
  }

 private:
  uint32_t next_ = 1;
};

struct Outcome {
  int exit = 0;
  std::string out;
  std::string err;
};

class Player {
 public:
  // `now`: RFC 3339, when the scenario begins.
  explicit Player(const std::string& now = "2026-11-01T00:00:00Z");
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // Runs one command; words starting with "@" name files in the player's folder.
  Outcome Run(std::vector<std::string> words);
  // The same, failing the test unless it exits 0; returns its standard output.
  std::string Must(std::vector<std::string> words);
  // A new ledger at @ledger with parties whose keys are @NAME.pem.
  void NewLedger(const std::vector<std::string>& parties);
  // Proposes @file by one party and has another accept it.
  std::string Agree(const std::string& file, const std::string& agreement,
                    const std::string& proposer, const std::string& acceptor);

  // The built-in scenario up to terms in force: provider, customer, monitor, feed, evidence.
  void PlayScenarioToTerms();

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& content) const;
  TestClock& clock() { return clock_; }

 private:
  std::string folder_;
  TestClock clock_;
  TestRandomness randomness_;
};

// A file of the source tree.
std::string ReadSourceFile(const std::string& path);
// `text` with every `from` replaced.
std::string Replaced(std::string text, const std::string& from, const std::string& to);
// Where the real data sets are ($TALLY_DATA or ../shared/data beside the tree); "" without them.
std::string DataFolder(const std::string& name);

}  // namespace tally::tests
