// Goal: results come in order, each once, whatever is slow. Method: makers that take their time by
// a fixed pattern, for every count to 40.
#include "ledger/log/admit_stage.h"

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace tally::ledger {
namespace {

TEST(AdmitStage, EveryResultIsTakenOnceInOrder) {
  for (size_t count = 0; count <= 40; ++count) {
    std::atomic<size_t> made{0};
    std::vector<size_t> taken;
    AdmitInOrder(
        count,
        [&](size_t slot) -> absl::StatusOr<Candidate> {
          std::this_thread::sleep_for(std::chrono::microseconds(slot * 37 % 5 * 50));
          ++made;
          return absl::InvalidArgumentError(absl::StrCat(slot));
        },
        [&](size_t slot, absl::StatusOr<Candidate> candidate) {
          EXPECT_EQ(candidate.status().message(), absl::StrCat(slot));
          taken.push_back(slot);
        });
    EXPECT_EQ(made, count);
    ASSERT_EQ(taken.size(), count);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(taken[i], i);
  }
}

TEST(AdmitStage, MakersDoNotRunFarAheadOfASlowTaker) {
  std::atomic<size_t> made{0};
  size_t taken = 0;
  size_t ahead_max = 0;
  AdmitInOrder(
      60,
      [&](size_t) -> absl::StatusOr<Candidate> {
        ++made;
        return Candidate();
      },
      [&](size_t, absl::StatusOr<Candidate>) {
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        ahead_max = std::max(ahead_max, made.load() - taken);
        ++taken;
      });
  EXPECT_EQ(taken, 60u);
  EXPECT_LE(ahead_max, 8u);
}

}  // namespace
}  // namespace tally::ledger
