// Goal: parts shared by bodies keep their values and refuse what contradicts itself. Method: each
// part alone, through a message of its own.
#include "schema/body_parts.h"

#include <gtest/gtest.h>

#include <string>

namespace tally {
namespace {

TEST(BodyParts, DecimalsAreNormalised) {
  capnp::MallocMessageBuilder message;
  auto target = message.initRoot<wire::Decimal>();
  PutDecimal({99'900, 3}, target);
  EXPECT_EQ(target.getMantissa(), 999);
  EXPECT_EQ(target.getScale(), 1);
  EXPECT_EQ(TakeDecimal(target.asReader()), (Decimal{999, 1}));
}

TEST(BodyParts, MoneyChecksItsCurrency) {
  capnp::MallocMessageBuilder message;
  auto target = message.initRoot<wire::Money>();
  const Money money{-5, {"EUR", 2}};
  PutMoney(money, target);
  EXPECT_EQ(*TakeMoney(target.asReader()), money);
  target.setExponent(3);
  EXPECT_FALSE(TakeMoney(target.asReader()).ok());
  target.setExponent(2);
  target.setCurrency("XXY");
  EXPECT_FALSE(TakeMoney(target.asReader()).ok());
}

TEST(BodyParts, IntervalsAreNotEmpty) {
  EXPECT_EQ(TakeInterval(1, 2)->limit, Instant{2});
  EXPECT_FALSE(TakeInterval(2, 2).ok());
  EXPECT_FALSE(TakeInterval(3, 2).ok());
}

TEST(BodyParts, GrantsKeepTheEndOfTheirTime) {
  KeyGrant grant;
  grant.key.ed25519.fill(1);
  grant.roles = kRoleRecovery;
  for (const Instant until : {Instant{0}, Instant{1}, Instant::Max()}) {
    capnp::MallocMessageBuilder message;
    auto target = message.initRoot<wire::KeyGrant>();
    grant.valid_until = until;
    PutGrant(grant, target);
    EXPECT_EQ(*TakeGrant(target.asReader()), grant);
    EXPECT_EQ(target.getValidUntil().isNone(), until == Instant::Max());
    target.setRoles(64);
    EXPECT_FALSE(TakeGrant(target.asReader()).ok());
  }
}

TEST(BodyParts, CheckName) {
  EXPECT_TRUE(CheckName("86723-coral-island").ok());
  EXPECT_FALSE(CheckName("Coral").ok());
  EXPECT_FALSE(CheckName("").ok());
  EXPECT_FALSE(CheckName(std::string(65, 'x')).ok());
}

}  // namespace
}  // namespace tally
