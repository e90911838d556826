// Goal: rows that erasures name are counted in whole leaves, and what is missing without a name is
// found. Method: parts in every order against a set of rows; tables of sources of all small sizes;
// a partial run with leaves taken out.
#include "ledger/log/erased_rows.h"

#include <gtest/gtest.h>

#include <set>

namespace tally::ledger {
namespace {

TEST(ErasedRows, PartsAddUp) {
  const std::vector<RowsOfRun> parts = {{0, 3}, {3, 2}, {9, 1}, {7, 2}, {12, 4}};
  for (uint32_t order = 0; order < 5; ++order) {
    ErasedRows rows;
    std::set<uint64_t> named;
    for (uint32_t i = 0; i < parts.size(); ++i) {
      const RowsOfRun& part = parts[(i + order) % parts.size()];
      rows.Add(part);
      for (uint64_t row = part.first; row < part.limit(); ++row) named.insert(row);
      for (uint64_t first = 0; first < 18; ++first) {
        for (uint64_t limit = first + 1; limit <= 18; ++limit) {
          bool any = false, all = true;
          for (uint64_t row = first; row < limit; ++row) {
            any = any || named.contains(row);
            all = all && named.contains(row);
          }
          ASSERT_EQ(rows.Touches(first, limit), any) << order << " " << first << " " << limit;
          ASSERT_EQ(rows.Covers(first, limit), all) << order << " " << first << " " << limit;
        }
      }
    }
    EXPECT_EQ(rows.ToText(), "rows 0 to 4, rows 7 to 9, rows 12 to 15");
  }
  ErasedRows whole;
  whole.Add({});
  EXPECT_TRUE(whole.whole() && whole.Covers(0, 1000000));
  EXPECT_EQ(whole.ToText(), "the whole body");
}

// Leaves begin again with each source.
TEST(ErasedRows, RowsAreWidenedToWholeLeaves) {
  const std::vector<uint32_t> sources = {20, 1, 33};
  EXPECT_EQ(WidenToLeaves(sources, 0, 0).value(), (RowsOfRun{0, 16}));
  EXPECT_EQ(WidenToLeaves(sources, 15, 16).value(), (RowsOfRun{0, 20}));
  EXPECT_EQ(WidenToLeaves(sources, 19, 20).value(), (RowsOfRun{16, 5}));
  EXPECT_EQ(WidenToLeaves(sources, 21, 21).value(), (RowsOfRun{21, 16}));
  EXPECT_EQ(WidenToLeaves(sources, 53, 53).value(), (RowsOfRun{53, 1}));
  EXPECT_EQ(WidenToLeaves(sources, 0, 53).value(), (RowsOfRun{0, 54}));
  EXPECT_TRUE(absl::IsOutOfRange(WidenToLeaves(sources, 0, 54).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(WidenToLeaves(sources, 2, 1).status()));
  EXPECT_EQ(LeavesOf(sources).size(), 6u);
}

// T-88: a leaf that is gone without an erasure is damage.
TEST(ErasedRows, T88WhatIsMissingMustBeNamed) {
  PartialRun rest;
  rest.sources = {{1, 0, 20, {}, {}}, {2, 0, 33, {}, {}}};
  rest.sources[0].leaves = {{1, {}, {}}};
  rest.sources[1].leaves = {{0, {}, {}}, {2, {}, {}}};
  EXPECT_EQ(MissingRows(rest), (std::vector<RowsOfRun>{{0, 16}, {36, 16}}));
  ErasedRows named;
  named.Add({0, 16});
  EXPECT_EQ(MissingUnnamed(rest, named), (RowsOfRun{36, 16}));
  named.Add({36, 17});
  EXPECT_FALSE(MissingUnnamed(rest, named).has_value());
}

TEST(ErasedRows, TheRowOfTheStoreNamesEachErasure) {
  const std::vector<uint64_t> erasures = {3, 9, 1000};
  EXPECT_EQ(DecodeErasuresRow(EncodeErasuresRow(erasures)).value(), erasures);
  EXPECT_FALSE(DecodeErasuresRow({}).ok());
  EXPECT_FALSE(DecodeErasuresRow(Bytes(7)).ok());
  EXPECT_FALSE(DecodeErasuresRow(EncodeErasuresRow(std::vector<uint64_t>{9, 9})).ok());
}

TEST(ErasedRows, ReportsNameTheFirstEvents) {
  ErasedByEvent erased;
  for (uint64_t i = 0; i < kErasureNotesMax + 2; ++i) erased[{i, 0}].Add({0, 16});
  const std::vector<std::string> notes = ErasureNotes(erased);
  ASSERT_EQ(notes.size(), kErasureNotesMax + 1);
  EXPECT_EQ(notes[1], "of event 1/0 is erased: rows 0 to 15");
  EXPECT_EQ(notes.back(), "of 2 more events something is erased");
}

}  // namespace
}  // namespace tally::ledger
