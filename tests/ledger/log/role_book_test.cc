// Goal: a granted role holds between its two records and before its end, for whom and where it was
// granted (T-42). Method: tables at -1, 0 and +1 of each border, and each restriction crossed.
#include "ledger/log/role_book.h"

#include "gtest/gtest.h"

namespace tally::ledger {
namespace {

template <typename Digest>
Digest RoleDigest(uint8_t number) {
  Digest digest;
  digest.bytes[0] = number;
  return digest;
}
const StreamId kGrantor = RoleDigest<StreamId>(1);
const StreamId kGrantee = RoleDigest<StreamId>(2);
const StreamId kGold = RoleDigest<StreamId>(3);
const KeyFingerprint kItsKey = RoleDigest<KeyFingerprint>(4);
const Instant kEnd = Instant{Days(100).micros};

RoleGranted GrantToGrantee() {
  RoleGranted said;
  said.name = {"append", kGrantee, {}, {}};
  return said;
}

class RoleBookTest : public ::testing::Test {
 protected:
  bool Allows(uint64_t index, Instant recorded = Instant{}, const StreamId& agreement = kGold,
              const KeyFingerprint& key = kItsKey) const {
    return !book_.Allowing(kGrantor, kGrantee, key, agreement, index, recorded).empty();
  }
  RoleBook book_;
};

// T-42: position of grant and revocation.
TEST_F(RoleBookTest, T42HoldsBetweenItsRecords) {
  EXPECT_FALSE(Allows(5));
  ASSERT_TRUE(book_.CheckGranted(kGrantor, GrantToGrantee()).ok());
  book_.Granted(10, kGrantor, GrantToGrantee(), {});
  EXPECT_FALSE(Allows(9));
  EXPECT_FALSE(Allows(10));
  EXPECT_TRUE(Allows(11));
  EXPECT_TRUE(absl::IsAlreadyExists(book_.CheckGranted(kGrantor, GrantToGrantee())));
  const RoleRevoked ended{GrantToGrantee().name, ""};
  ASSERT_TRUE(book_.CheckRevoked(kGrantor, ended).ok());
  book_.Revoked(20, kGrantor, ended);
  EXPECT_TRUE(Allows(19));
  EXPECT_TRUE(Allows(20));
  EXPECT_FALSE(Allows(21));
  EXPECT_TRUE(absl::IsNotFound(book_.CheckRevoked(kGrantor, ended)));
  // Granted again, it holds again, and the time between stays without.
  book_.Granted(30, kGrantor, GrantToGrantee(), {});
  EXPECT_FALSE(Allows(25));
  EXPECT_TRUE(Allows(31));
  EXPECT_EQ(book_.Of(kGrantor).size(), 2u);
}

// T-42: recorded time, never the event's own.
TEST_F(RoleBookTest, T42HoldsBeforeItsEnd) {
  RoleGranted said = GrantToGrantee();
  said.valid_until = kEnd;
  book_.Granted(10, kGrantor, said, {});
  EXPECT_TRUE(Allows(11, kEnd - Milliseconds(1)));
  EXPECT_FALSE(Allows(11, kEnd));
  EXPECT_FALSE(Allows(11, kEnd + Milliseconds(1)));
}

TEST_F(RoleBookTest, RestrictionsAndWordsWithoutEffect) {
  RoleGranted said = GrantToGrantee();
  said.name.agreement = kGold;
  said.name.key = kItsKey;
  book_.Granted(10, kGrantor, said, {});
  EXPECT_TRUE(Allows(11));
  EXPECT_FALSE(Allows(11, Instant{}, StreamId()));
  EXPECT_FALSE(Allows(11, Instant{}, RoleDigest<StreamId>(9)));
  EXPECT_FALSE(Allows(11, Instant{}, kGold, RoleDigest<KeyFingerprint>(9)));
  EXPECT_TRUE(book_.Allowing(kGrantee, kGrantor, kItsKey, kGold, 11, Instant{}).empty());
  RoleBook words;
  said = GrantToGrantee();
  said.name.role = "approve";
  words.Granted(10, kGrantor, said, {});
  said = GrantToGrantee();
  said.amount_limit = Money{100, *FindCurrency("EUR")};
  words.Granted(11, kGrantor, said, {});
  EXPECT_TRUE(words.Allowing(kGrantor, kGrantee, kItsKey, kGold, 20, Instant{}).empty());
  EXPECT_FALSE(words.Of(kGrantor)[0].HasEffect());
  said.name.grantee = kGrantor;
  EXPECT_TRUE(absl::IsInvalidArgument(words.CheckGranted(kGrantor, said)));
}

}  // namespace
}  // namespace tally::ledger
