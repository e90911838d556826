// Goal: what is left of a run that was erased by leaves leads to its run root, is short, and has
// one spelling. Method: runs of all kinds with every second leaf, each leaf alone and others taken
// out, once and in steps, against the run root; every bit of one encoding flipped.
#include "ledger/chain/packed_run.h"

#include <gtest/gtest.h>

#include "ledger/chain/digest.h"
#include "ledger/chain/run_leaf.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using tests::RegularRun;
using tests::TestSalt;
using tests::TestTime;

struct RunToErase {
  explicit RunToErase(const Run& run)
      : body(Encode(run)), view(RunView::Open(body).value()), root(RunRoot(salt, view).value()) {}
  Salt salt = TestSalt(7);
  Bytes body;
  RunView view;
  Hash root;
};

Run IrregularRun() {
  Run run;
  run.sources = {{4, 0, 37, {}}, {8, 2, 17, {}}};
  for (int64_t row = 0; row < 54; ++row) {
    run.from.push_back(TestTime(0).micros + row % 37 * 100);
    run.until.push_back(run.from.back() + row % 3);
    run.values.push_back(row / 20 * 1000);
  }
  run.states = Bytes(14, 0x1b);
  run.states.back() = 0x01;
  return run;
}

TEST(PackedRun, T88WhatIsLeftLeadsToTheRoot) {
  for (const auto& run : {RegularRun({{3, 0, 70, TestTime(0)}, {9, 7, 40, TestTime(5)}}),
                         RegularRun({{1, 0, 1, TestTime(0)}}), IrregularRun()}) {
    const RunToErase whole(run);
    for (uint32_t step = 2; step < 5; ++step) {
      const auto rest = RestOfRun(whole.salt, whole.view, [&](uint32_t index, uint32_t number) {
        return (index + number) % step != 0;
      });
      ASSERT_TRUE(rest.ok()) << rest.status();
      EXPECT_EQ(RunRootOf(*rest).value(), whole.root);
      const Bytes bytes = EncodePartialRun(*rest);
      EXPECT_EQ(LooksPacked(bytes), rest->packed);
      ASSERT_EQ(DecodePartialRun(bytes).value(), *rest);
      // In steps it comes to the same.
      const auto first = RestOfRun(whole.salt, whole.view, [&](uint32_t index, uint32_t number) {
        return (index + number) % step != 0 || number > 1;
      });
      const auto second = RestOfRun(
          *first, [&](uint32_t index, uint32_t number) { return (index + number) % step != 0; });
      ASSERT_TRUE(second.ok()) << second.status();
      EXPECT_EQ(*second, *rest);
      // Without a leaf there is the plain spelling of old.
      const auto none = RestOfRun(*rest, [](uint32_t, uint32_t) { return false; });
      ASSERT_TRUE(none.ok()) << none.status();
      EXPECT_EQ(EncodePartialRun(*none),
                EncodePartialRun(MakePartialRun(whole.salt, whole.view, {}).value()));
    }
  }
}

// Of what is gone, its salt and its times too, nothing is spelled.
TEST(PackedRun, T88NothingOfALeafThatIsGone) {
  const RunToErase whole(RegularRun({{3, 0, 70, TestTime(0)}}));
  for (uint32_t gone = 0; gone < 5; ++gone) {
    const auto rest = RestOfRun(whole.salt, whole.view,
                                [&](uint32_t, uint32_t number) { return number != gone; });
    const Bytes bytes = EncodePartialRun(*rest);
    const auto holds = [&](ByteView wanted) {
      return std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end()) != bytes.end();
    };
    EXPECT_FALSE(holds(whole.salt.view()));
    for (uint32_t leaf = 0; leaf < 5; ++leaf) {
      EXPECT_EQ(holds(RunLeafSalt(whole.salt, leaf).view()), leaf != gone);
    }
    Bytes from;
    ByteWriter(from).I64(whole.view.FromOf(0, gone * kRunLeafRows).micros);
    EXPECT_FALSE(holds(from)) << gone;
  }
}

TEST(PackedRun, ItIsShort) {
  const RunToErase whole(RegularRun({{3, 0, 65536, TestTime(0)}}));
  const auto rest =
      RestOfRun(whole.salt, whole.view, [](uint32_t, uint32_t number) { return number != 9; });
  EXPECT_LT(EncodePartialRun(*rest).size(), 6 * whole.body.size());
  const auto halves =
      RestOfRun(whole.salt, whole.view, [](uint32_t, uint32_t number) { return number % 2 == 0; });
  EXPECT_LT(EncodePartialRun(*halves).size(), 10 * whole.body.size());
}

TEST(PackedRun, T22NoOtherBytesLeadToTheRoot) {
  for (const auto& run : {RegularRun({{3, 0, 40, TestTime(0)}}), IrregularRun()}) {
    const RunToErase whole(run);
    const auto rest =
        RestOfRun(whole.salt, whole.view, [](uint32_t, uint32_t number) { return number == 1; });
    const Bytes bytes = EncodePartialRun(*rest);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes other = bytes;
      other[bit / 8] = static_cast<uint8_t>(other[bit / 8] ^ (1 << (bit % 8)));
      const auto part = DecodePartialRun(other);
      if (!part.ok()) continue;
      const auto root = RunRootOf(*part);
      ASSERT_FALSE(root.ok() && *root == whole.root) << bit;
    }
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(DecodePartialRun(ByteView(bytes).first(size)).ok()) << size;
    }
  }
}

TEST(PackedRun, OneSpelling) {
  const RunToErase whole(RegularRun({{3, 0, 40, TestTime(0)}}));
  auto rest =
      RestOfRun(whole.salt, whole.view, [](uint32_t, uint32_t number) { return number == 1; });
  Bytes bytes = EncodePartialRun(*rest);
  // Times of form 2 for rows that form 1 can say, spelled out by hand.
  constexpr size_t kTimesAt = 2 + 2 + 4 + 8 + 4 + 2 + 2 + 2;
  ASSERT_EQ(bytes[kTimesAt], 1);
  Bytes longer(bytes.begin(), bytes.begin() + kTimesAt);
  longer.push_back(2);
  longer.push_back(0);
  const size_t salt = kTimesAt + 2;
  longer.insert(longer.end(), bytes.begin() + salt, bytes.begin() + salt + 16);
  ByteWriter writer(longer);
  for (const PartialRun::Row& row : rest->sources[0].leaves[0].rows) {
    writer.I64(row.from.micros);
    writer.I64(row.until.micros);
  }
  longer.insert(longer.end(), bytes.begin() + salt + 16 + 16, bytes.end());
  const auto decoded = DecodePartialRun(longer);
  ASSERT_FALSE(decoded.ok());
  EXPECT_NE(decoded.status().message().find("another spelling"), absl::string_view::npos)
      << decoded.status();
  rest->sources[0].leaves.clear();
  EXPECT_FALSE(DecodePackedRun(EncodePackedRun(*rest)).ok());
}

}  // namespace
}  // namespace tally::ledger
