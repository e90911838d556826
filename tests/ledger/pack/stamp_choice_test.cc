// Goal: no stamp keeps another authority's out of a pack, and of one authority the earliest word
// over a record is brought. Method: real tokens of two authorities over invented trees, recorded in
// every order that matters; what convinces nobody in front of what does.
#include "ledger/pack/stamp_choice.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "ledger/chain/note.h"
#include "tests/stamp_authority.h"

namespace tally::ledger {
namespace {

using tests::StampAuthority;

constexpr char kStampedOrigin[] = "log.example";

class StampChoiceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
  }
  // As the operator records it: of the tree of `size` under a root of its own.
  static Stamp Of(const StampAuthority& authority, uint64_t size) {
    Stamp stamp{size, Hash(), "", {}, {}, authority.root()};
    stamp.root.bytes[0] = static_cast<uint8_t>(size);
    const std::string text = CheckpointText({kStampedOrigin, size, stamp.root});
    const std::string reply = authority.Reply(AsText(TimeStampRequest(AsBytes(text))));
    stamp.token = TokenOfReply(AsBytes(reply)).value();
    const TimeStamp told = CheckTimeStamp(stamp.token, AsBytes(text), authority.root(), "").value();
    stamp.time = told.time;
    stamp.authority = told.authority;
    return stamp;
  }
  // Which records of `stamps`, numbered from 100 on, are needed for record `index`.
  static std::vector<uint64_t> Needed(const std::vector<Stamp>& stamps, uint64_t index) {
    StampChoice choice(kStampedOrigin);
    for (size_t i = 0; i < stamps.size(); ++i) choice.Add(100 + i, stamps[i]);
    choice.Need(index);
    std::vector<uint64_t> needed;
    for (size_t i = 0; i < stamps.size(); ++i) {
      if (choice.IsNeeded(100 + i)) needed.push_back(100 + i);
    }
    EXPECT_EQ(choice.sizes().empty(), needed.empty());
    return needed;
  }
  using Places = std::vector<uint64_t>;
};

TEST_F(StampChoiceTest, TheFirstOfEachAuthorityIsNeededWhoeverAskedFirst) {
  const StampAuthority one, other;
  const std::vector<Stamp> stamps = {Of(one, 5), Of(other, 6), Of(one, 7), Of(other, 9)};
  EXPECT_EQ(Needed(stamps, 3), (Places{100, 101}));
  EXPECT_EQ(Needed(stamps, 5), (Places{101, 102}));
  EXPECT_EQ(Needed(stamps, 6), (Places{102, 103}));
  EXPECT_EQ(Needed(stamps, 8), (Places{103}));
  EXPECT_EQ(Needed(stamps, 9), (Places{}));
}

// Of the two over record 3 that of the smaller tree was made later: it bounds nothing any more.
TEST_F(StampChoiceTest, AnOldTreeThatIsStampedAgainBringsNothing) {
  const StampAuthority one;
  const Stamp early = Of(one, 7);
  ::sleep(1);  // Its clock tells seconds.
  const Stamp late = Of(one, 5);
  ASSERT_LT(early.time, late.time);
  EXPECT_EQ(Needed({early, late}, 3), (Places{100}));
  EXPECT_EQ(Needed({late, early}, 3), (Places{101}));
  EXPECT_EQ(Needed({late, early}, 6), (Places{101}));
}

TEST_F(StampChoiceTest, WhatConvincesNobodyStandsInNobodysWay) {
  const StampAuthority one;
  const Stamp small = Of(one, 4);
  const Stamp good = Of(one, 5);
  Stamp other_tree = small;
  other_tree.root.bytes[1] ^= 1;
  Stamp other_time = small;
  other_time.time = other_time.time - Days(1);
  Stamp other_name = small;
  other_name.authority = "CN=Somebody Else";
  Stamp broken = small;
  broken.token.back() ^= 1;
  for (const Stamp& bad : {other_tree, other_time, other_name, broken}) {
    EXPECT_EQ(Needed({bad, good}, 3), (Places{101}));
    EXPECT_EQ(Needed({bad}, 3), (Places{}));
  }
  EXPECT_EQ(Needed({small, good}, 3), (Places{100}));
}

}  // namespace
}  // namespace tally::ledger
