// Goal: when any one call of the disk fails, nothing is acknowledged afterwards, nothing that was
// acknowledged is lost, and the next start on a sound disk goes on (T-31); a full disk never ends
// the process (T-30). Method: call 1, 2, 3... of a session fails until a session needs no more
// calls.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/sim/fault_session.h"

namespace tally::tests {
namespace {

constexpr uint64_t kBefore = 3;
constexpr int kAppends = 4;

// Runs sessions with fault at 1, 1 + step, ... until one ends without it; gives the last number.
uint64_t FailEveryCall(FaultFiles::Fault fault, uint64_t step) {
  for (uint64_t at = 1;; at += step) {
    const ScratchDirectory scratch;
    MakeToyLog(scratch.path(), kBefore, at % 2 == 0 ? ToyEnd::kCut : ToyEnd::kSealed);
    const auto files = std::make_shared<FaultFiles>();
    files->Arm(fault, at);
    const SessionResult result = RunSession(scratch.path(), kBefore, kAppends, files, nullptr);
    EXPECT_FALSE(result.acknowledged_after_failure) << "call " << at;
    if (!files->fired()) {
      EXPECT_TRUE(result.sealed);
      return at;
    }
    const std::string message = JudgeAfter(scratch.path(), result);
    EXPECT_EQ(message, "") << "call " << at;
    if (testing::Test::HasFailure()) return at;
  }
}

// T-31
TEST(FailingCall, T31EveryCallFailsOnce) {
  const uint64_t calls = FailEveryCall(FaultFiles::Fault::kErrorOnce, 1);
  EXPECT_GT(calls, 60u);
}

// T-30
TEST(FailingCall, T30TheDiskIsFullFromEveryWriteOn) {
  const uint64_t calls = FailEveryCall(FaultFiles::Fault::kNoSpace, 3);
  EXPECT_GT(calls, 20u);
}

// T-30, really: a small memory disk runs full, and is made larger. Needs the right to mount.
TEST(FailingCall, T30AFullDiskIsNoCrash) {
  const ScratchDirectory scratch;
  const std::string disk = scratch / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=6m") != 0) {
    GTEST_SKIP() << "mounting is not allowed here; the case before simulates the same";
  }
  ToyRoots roots;
  uint64_t acknowledged = 0;
  {
    const auto log = *ledger::OpenEmbeddedLog(ToyOptions(disk, true));
    const auto claimed = log->Claim();
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    absl::Status status;
    while (status.ok() && acknowledged < 100000) {
      status = ToyAppend(*log, claimed->epoch, acknowledged, 100, roots);
      if (status.ok()) acknowledged += 100;
    }
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_GT(acknowledged, 1000u);
    EXPECT_TRUE(absl::IsUnavailable(ToyAppend(*log, claimed->epoch, acknowledged, 1, roots)))
        << "until a restart";
    const auto root = ToyRootAt(log->store(), acknowledged);
    EXPECT_TRUE(root.ok() && *root == roots.At(acknowledged)) << "reads go on";
  }
  EXPECT_EQ(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  EXPECT_EQ(JudgeAfter(disk, {.acknowledged = acknowledged}), "");
  EXPECT_EQ(::umount(disk.c_str()), 0);
}

}  // namespace
}  // namespace tally::tests
