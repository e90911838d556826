// A world for tests of commands: a folder of its own, a clock that tests set, randomness from a
// seed, streams that tests read. Whatever a command did is in the outcome.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "schema/environment.h"
#include "tools/command.h"
#include "tools/tally.h"

namespace tally::tools {

class TestClock : public Clock {
 public:
  Instant Now() override { return now; }
  Duration SinceBoot() override { return {now.micros - start.micros}; }
  Instant start = {1767225600000000};  // 2026-01-01T00:00:00Z
  Instant now = start;
};

// A linear congruential generator: different bytes each time, the same in each run.
class TestRandomness : public Randomness {
 public:
  explicit TestRandomness(uint64_t seed) : state_(seed) {}
  void Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<uint8_t>(state_ >> 56);
    }
  }

 private:
  uint64_t state_;
};

struct Outcome {
  int exit = 0;
  std::string out;
  std::string err;
};

class TallyTest {
 public:
  TallyTest();
  ~TallyTest();

  // Runs the program with `arguments`; "-C" is added by Ledger() below, never here.
  Outcome Run(std::vector<std::string> arguments, const std::string& in = "");
  // The same on the ledger of MakeLedger.
  Outcome OnLedger(std::vector<std::string> arguments, const std::string& in = "");

  // A path in the test's own folder.
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& content);
  std::string Read(const std::string& name) const;

  // init: Path("acme"). Fails the test when it does not succeed.
  void MakeLedger();
  // The above, party lime with lime.pem, feed "web" written by it.
  void MakeFeed();
  // `count` lines of states, one a minute from `first_minute` of 2025-12-01 on, of source "site".
  static std::string StateLines(int count, int first_minute = 0);
  // The ledger of MakeLedger, open for reading.
  std::unique_ptr<ledger::Ledger> OpenAcme() const;

  TestClock clock;
  std::map<std::string, std::string> environment;
  bool interrupted = false;
  // The world that Run gives to the program, with `in`, `out` and `err` unset.
  World MakeWorld();

 private:
  std::string folder_;
  TestRandomness randomness_{20260101};
};

// The commands' surroundings without a command: what key files and inputs need.
class TestCall {
 public:
  explicit TestCall(TallyTest& test, std::vector<std::string> arguments = {"help"});
  const Invocation& call() const { return *call_; }
  std::string out() const;
  std::string err() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
  std::unique_ptr<Invocation> call_;
};

}  // namespace tally::tools
