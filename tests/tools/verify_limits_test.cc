// Goal: a process that verifies a pack takes no more memory and processor time than it may, and
// says so as a verdict. Method: children that arm a bound and pass it, their words and exit status;
// and the time that is allowed for packs of known cost.
#include "tools/verify_limits.h"

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace tally::tools {
namespace {

struct EndOfChild {
  int status = 0;
  std::string out;
};

EndOfChild RunLimitedChild(const std::function<void()>& work) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    work();
    ::_exit(0);
  }
  ::close(ends[1]);
  EndOfChild end;
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], chunk, sizeof(chunk))) > 0;) {
    end.out.append(chunk, static_cast<size_t>(got));
  }
  ::close(ends[0]);
  EXPECT_EQ(::waitpid(child, &end.status, 0), child);
  return end;
}

// As much as is asked for, touched, in pieces.
void TakeMemory(size_t mebibytes) {
  std::vector<std::vector<char>> taken;
  for (size_t i = 0; i < mebibytes; ++i) taken.emplace_back(1 << 20, 'x');
  if (taken.back().back() != 'x') ::_exit(3);
}

void TakeTime() {
  for (volatile uint64_t i = 0; true;) i = i + 1;
}

// A sanitizer maps terabytes of its own, which the bound would refuse. Told by the compiler and not
// by trying, so that a bound that does not hold fails the test and never skips it.
constexpr bool KeepsMemoryOfItsOwn() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
  return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
  return false;
#endif
}

TEST(VerifyLimits, MemoryOverTheBoundEndsInAVerdict) {
  if (KeepsMemoryOfItsOwn()) GTEST_SKIP() << "not bounded under a sanitizer";
  for (const bool json : {false, true}) {
    const EndOfChild end = RunLimitedChild([json] {
      LimitMemory(size_t{200} << 20, json);
      TakeMemory(600);
    });
    ASSERT_TRUE(WIFEXITED(end.status)) << end.status;
    EXPECT_EQ(WEXITSTATUS(end.status), 1);
    if (!json) {
      EXPECT_TRUE(absl::StartsWith(end.out, "UNFINISHED, and so not verified\n  limit: "))
          << end.out;
      EXPECT_TRUE(absl::StrContains(end.out, "--no-limits")) << end.out;
      continue;
    }
    const auto verdict = nlohmann::json::parse(end.out);
    EXPECT_EQ(verdict["format"], "tally.verify/1");
    EXPECT_EQ(verdict["verdict"], "failed");
    EXPECT_EQ(verdict["findings"][0]["kind"], "limit");
  }
}

TEST(VerifyLimits, MemoryBelowTheBoundIsLeftAlone) {
  const EndOfChild end = RunLimitedChild([] {
    LimitMemory(size_t{512} << 20, false);
    TakeMemory(100);
  });
  EXPECT_EQ(end.status, 0);
  EXPECT_EQ(end.out, "");
}

TEST(VerifyLimits, TimeOverTheBoundSaysWhatTookIt) {
  for (const auto& [stage, words] :
       {std::pair{VerifyStage::kProofs, "whose records take more"},
        std::pair{VerifyStage::kFigures,
                  "whose figures take more, while its records and proofs"}}) {
    for (const bool json : {false, true}) {
      const EndOfChild end = RunLimitedChild([stage = stage, json] {
        LimitTime(Milliseconds(1), stage, json);
        TakeTime();
      });
      ASSERT_TRUE(WIFEXITED(end.status)) << end.status;
      EXPECT_EQ(WEXITSTATUS(end.status), 1);
      EXPECT_TRUE(absl::StrContains(end.out, words)) << end.out;
      EXPECT_EQ(nlohmann::json::accept(end.out), json) << end.out;
    }
  }
}

TEST(VerifyLimits, ALiftedBoundEndsNothing) {
  const EndOfChild end = RunLimitedChild([] {
    LimitTime(Hours(1), VerifyStage::kProofs, false);
    LiftTimeLimit();
    TakeMemory(1);
  });
  EXPECT_EQ(end.status, 0);
}

TEST(VerifyLimits, WhatIsAllowedGrowsWithSignaturesAndBytes) {
  EXPECT_EQ(TimeAllowedFor({}), Seconds(kVerifySecondsMax));
  EXPECT_GT(TimeAllowedFor({.signatures = 10'000'000, .hashed_bytes = 0}), Minutes(1));
  EXPECT_GT(TimeAllowedFor({.signatures = 0, .hashed_bytes = uint64_t{1} << 40}), Minutes(1));
}

}  // namespace
}  // namespace tally::tools
