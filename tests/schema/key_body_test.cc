// Goal: bodies about the life of keys keep every field and refuse other bytes. Method: full and
// least values there and back; a twin cut short.
#include "schema/key_body.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

KeyGrant GrantOfNine() {
  KeyGrant grant;
  grant.key.ed25519.fill(9);
  grant.roles = kRoleAppend;
  grant.possession = Bytes(64, 3);
  return grant;
}

TEST(KeyBody, KeyRecovered) {
  const KeyRecovered value{{GrantOfNine(), GrantOfNine()},
                           {Named<KeyFingerprint>(1), Named<KeyFingerprint>(2)},
                           "stolen"};
  const KeyRecovered back = RoundTrip(BodyKind::kKeyRecovered, value, DecodeKeyRecovered);
  EXPECT_EQ(back.grants, value.grants);
  EXPECT_EQ(back.revoked, value.revoked);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_FALSE(DecodeKeyRecovered(Encode(KeyRecovered{{GrantOfNine()}, {}, ""})).ok());
}

TEST(KeyBody, RolesThereAndBack) {
  const RoleName name{"append", Named<StreamId>(1), Named<KeyFingerprint>(2), Named<StreamId>(3)};
  RoleGranted granted{name, Money{12'50, *FindCurrency("EUR")}, Instant{1'770'000'000'000'000},
                      "holidays"};
  const RoleGranted back = RoundTrip(BodyKind::kRoleGranted, granted, DecodeRoleGranted);
  EXPECT_EQ(back.name, name);
  EXPECT_EQ(back.amount_limit, granted.amount_limit);
  EXPECT_EQ(back.valid_until, granted.valid_until);
  EXPECT_EQ(back.reason, granted.reason);
  granted = {{"append", Named<StreamId>(1), {}, {}}, {}, Instant::Max(), ""};
  const RoleGranted least = RoundTrip(BodyKind::kRoleGranted, granted, DecodeRoleGranted);
  EXPECT_EQ(least.name, granted.name);
  EXPECT_FALSE(least.amount_limit.has_value());
  EXPECT_EQ(least.valid_until, Instant::Max());
  const RoleRevoked revoked =
      RoundTrip(BodyKind::kRoleRevoked, RoleRevoked{name, "back"}, DecodeRoleRevoked);
  EXPECT_EQ(revoked.name, name);
  EXPECT_EQ(revoked.reason, "back");
}

TEST(KeyBody, LogKeys) {
  const LogKeyRegistered registered = RoundTrip(
      BodyKind::kLogKeyRegistered, LogKeyRegistered{"a+b+c", "yearly"}, DecodeLogKeyRegistered);
  EXPECT_EQ(registered.vkey, "a+b+c");
  EXPECT_EQ(registered.reason, "yearly");
  const LogKeyRetired value{"a+b+c", 17, "yearly", "a note\n"};
  const LogKeyRetired retired = RoundTrip(BodyKind::kLogKeyRetired, value, DecodeLogKeyRetired);
  EXPECT_EQ(retired.last_size, 17u);
  EXPECT_EQ(retired.checkpoint, "a note\n");
  Bytes cut = Encode(value);
  cut.resize(cut.size() - 8);
  EXPECT_FALSE(DecodeLogKeyRetired(cut).ok());
}

}  // namespace
}  // namespace tally
