// Goal: kept rows of a run that was erased by leaves are what they were, and the times of the
// others are bounded by them. Method: regular, irregular and valued sources with leaves taken out.
#include "replay/projection/rest_of_run.h"

#include <gtest/gtest.h>

#include "tests/replay/small_terms.h"

namespace tally::replay {
namespace {

const Instant kRestBegins = On("2026-03-01T00:00:00Z");

// Rows of a minute each, those of `leaves` kept; every fifth down.
ledger::PartialRun::Source MinuteSource(uint32_t rows, const std::vector<uint32_t>& leaves) {
  ledger::PartialRun::Source source{7, 0, rows, {}, {}};
  for (const uint32_t number : leaves) {
    ledger::PartialRun::Leaf leaf{number, {}, {}};
    for (uint32_t row = number * 16; row < std::min(rows, number * 16 + 16); ++row) {
      leaf.rows.push_back({kRestBegins + Minutes(row), kRestBegins + Minutes(row + 1),
                           row % 5 == 0 ? State::kDown : State::kUp, row});
    }
    source.leaves.push_back(leaf);
  }
  return source;
}
Interval MinutesFrom(int64_t first, int64_t limit) {
  return {kRestBegins + Minutes(first), kRestBegins + Minutes(limit)};
}

TEST(RestOfRun, T88RegularRowsStandWhereTheyStood) {
  const auto rest =
      ReadRestOfSource(MinuteSource(70, {1, 2, 4}), MinutesFrom(0, 70), true, Provenance{});
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->erased, (std::vector<Interval>{MinutesFrom(0, 16), MinutesFrom(48, 64)}));
  ASSERT_EQ(rest->kept.size(), 2u);
  const RunView& view = rest->kept[0].run->view;
  EXPECT_EQ(view.step(), Minutes(1));
  EXPECT_EQ(view.rows(), 32u);
  for (uint32_t row = 0; row < 32; ++row) {
    EXPECT_EQ(view.FromOf(0, row), kRestBegins + Minutes(row + 16));
    EXPECT_EQ(view.StateOf(row), (row + 16) % 5 == 0 ? State::kDown : State::kUp);
    EXPECT_EQ(view.ValueOf(row), row + 16);
  }
  EXPECT_EQ(rest->kept[1].first, kRestBegins + Minutes(64));
  EXPECT_EQ(rest->kept[1].last, kRestBegins + Minutes(69));
}

// A row of an irregular source may begin with the one before it.
TEST(RestOfRun, T88WhatIsGoneOfOthersLiesBetweenItsNeighbours) {
  ledger::PartialRun::Source source = MinuteSource(48, {0, 2});
  source.leaves[0].rows[3].until = source.leaves[0].rows[3].from;
  const auto rest = ReadRestOfSource(source, MinutesFrom(0, 50), false, Provenance{});
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->erased, (std::vector<Interval>{MinutesFrom(15, 32)}));
  EXPECT_EQ(rest->kept[0].run->view.step(), Duration{0});
  EXPECT_FALSE(rest->kept[0].run->view.has_values());
}

TEST(RestOfRun, T88TheEndsReachAsFarAsTheRun) {
  const Interval all = MinutesFrom(0, 48);
  const Instant behind = all.limit + Duration{1};
  auto rest = ReadRestOfSource(MinuteSource(48, {0}), all, false, Provenance{});
  EXPECT_EQ(rest->erased, (std::vector<Interval>{{kRestBegins + Minutes(16), behind}}));
  rest = ReadRestOfSource(MinuteSource(48, {}), all, false, Provenance{});
  EXPECT_EQ(rest->erased, (std::vector<Interval>{{all.first, behind}}));
  EXPECT_TRUE(rest->kept.empty());
}

// Nobody admits such a run, but a pack may show one.
TEST(RestOfRun, RowsThatNoRunHasAreRefused) {
  ledger::PartialRun::Source source = MinuteSource(16, {0});
  std::swap(source.leaves[0].rows[3], source.leaves[0].rows[9]);
  const auto rest = ReadRestOfSource(source, MinutesFrom(0, 16), false, Provenance{});
  EXPECT_TRUE(absl::IsDataLoss(rest.status())) << rest.status();
}

}  // namespace
}  // namespace tally::replay
