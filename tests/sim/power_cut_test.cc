// Goal: after a power cut at any call, with what was not synced torn or kept out of order, nothing
// acknowledged is lost and the start needs no human (T-34). Method: seeded cuts of a session on a
// file system that forgets; the same with sync=false must be seen to lose.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/sim/fault_session.h"

namespace tally::tests {
namespace {

constexpr uint64_t kBeforeCut = 3;
constexpr int kAppendsCut = 10;

int Cuts(int usual) {
  const char* wanted = std::getenv("TALLY_POWER_CUTS");
  return wanted == nullptr ? usual : std::atoi(wanted);
}

uint64_t CallsOfASession() {
  const ScratchDirectory scratch;
  MakeToyLog(scratch.path(), kBeforeCut, ToyEnd::kCut);
  const auto files = std::make_shared<FaultFiles>();
  const SessionResult result = RunSession(scratch.path(), kBeforeCut, kAppendsCut, files, nullptr);
  TALLY_CHECK(result.sealed);
  return files->calls();
}

// Gives what was wrong after each cut that was; counts the calls and cuts that hit.
std::vector<std::string> CutPower(FaultFiles::Loss loss, int cuts, const Spoil& spoil) {
  std::vector<std::string> wrong;
  const uint64_t calls = CallsOfASession();
  for (int seed = 1; seed <= cuts; ++seed) {
    std::mt19937 random(static_cast<uint32_t>(seed));
    const ScratchDirectory scratch;
    MakeToyLog(scratch.path(), kBeforeCut, seed % 2 == 0 ? ToyEnd::kCut : ToyEnd::kSealed);
    const auto files = std::make_shared<FaultFiles>();
    files->Arm(FaultFiles::Fault::kPowerCut, 1 + random() % calls);
    const SessionResult result = RunSession(scratch.path(), kBeforeCut, kAppendsCut, files, spoil);
    files->Lose(loss, random);
    const std::string message = JudgeAfter(scratch.path(), result);
    if (!message.empty()) wrong.push_back("seed " + std::to_string(seed) + ": " + message);
  }
  return wrong;
}

// T-34
TEST(PowerCut, T34TornTailsLoseNothingAcknowledged) {
  const auto wrong = CutPower(FaultFiles::Loss::kTornTail, Cuts(150), nullptr);
  EXPECT_TRUE(wrong.empty()) << wrong.size() << " wrong, first: " << wrong.front();
}

// T-34
TEST(PowerCut, T34ReorderedSectorsLoseNothingAcknowledged) {
  const auto wrong = CutPower(FaultFiles::Loss::kReordered, Cuts(100), nullptr);
  EXPECT_TRUE(wrong.empty()) << wrong.size() << " wrong, first: " << wrong.front();
}

// Test of the test: without syncs the same cuts must be seen to lose records.
TEST(PowerCut, T34TwinWithoutSyncIsFound) {
  const auto wrong =
      CutPower(FaultFiles::Loss::kTornTail, 30,
               [](rocksdb::Options&, rocksdb::WriteOptions& writes) { writes.sync = false; });
  EXPECT_GT(wrong.size(), 5u);
}

// Test of the test: RocksDB's default recovery mode opens a log with a flipped byte in its middle
// and says nothing; ours refuses every one. (The outside head would still catch the default.)
TEST(PowerCut, T01TwinWithTheDefaultRecoveryModeIsFound) {
  const ScratchDirectory scratch;
  MakeToyLog(scratch.path(), 8, ToyEnd::kCut);
  const std::string store = scratch / "ledger/store";
  std::string log;
  for (const auto& [name, text] : PictureOf(store)) {
    if (name.ends_with(".log") && !text.empty()) log = store + "/" + name;
  }
  const std::string good = ReadText(log);
  ledger::Store::Options options;
  options.directory = store;
  const Spoil spoil = [](rocksdb::Options& rocks, rocksdb::WriteOptions&) {
    rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  };
  int accepted = 0;
  int accepted_by_twin = 0;
  int flips = 0;
  for (size_t at = 50; at < good.size(); at += good.size() / 60) {
    std::string flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    WriteText(log, flipped);
    ++flips;
    const auto shorter = [&](const Spoil& how) {
      const auto opened = ledger::OpenRocksStore(options, {.file_system = nullptr, .spoil = how});
      return opened.ok() && !ToyRootAt(**opened, 8).ok();
    };
    accepted += shorter(nullptr) ? 1 : 0;
    accepted_by_twin += shorter(spoil) ? 1 : 0;
  }
  EXPECT_EQ(accepted, 0) << "of " << flips;
  EXPECT_GT(accepted_by_twin, flips / 2);
}

}  // namespace
}  // namespace tally::tests
