// Goal: bodies of the system stream keep every field. Method: full and least values there and back,
// and one refusal for each rule that the walk cannot know.
#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

KeyGrant Grant(uint8_t first, uint32_t roles) {
  KeyGrant grant;
  grant.key.ed25519.fill(first);
  grant.roles = roles;
  return grant;
}

Genesis Sample() {
  Genesis genesis;
  genesis.origin = "ledger.example/one";
  genesis.log_vkeys = {"ledger.example/one+abc+def", "second+1+2"};
  genesis.service_keys = {Grant(1, kRoleOperator), Grant(2, kRoleProjector)};
  genesis.recovery_keys = {Grant(3, kRoleRecovery)};
  genesis.nonce = Bytes(32, 9);
  return genesis;
}

TEST(BodySystem, Genesis) {
  const Genesis value = Sample();
  const Genesis back = RoundTrip(BodyKind::kGenesis, value, DecodeGenesis);
  EXPECT_EQ(back.origin, value.origin);
  EXPECT_EQ(back.log_vkeys, value.log_vkeys);
  EXPECT_EQ(back.service_keys, value.service_keys);
  EXPECT_EQ(back.recovery_keys, value.recovery_keys);
  EXPECT_EQ(back.nonce, value.nonce);
  EXPECT_EQ(back.format, 1u);
}

TEST(BodySystem, GenesisRefusals) {
  Genesis value = Sample();
  value.format = 2;
  EXPECT_FALSE(DecodeGenesis(Encode(value)).ok());
  value = Sample();
  value.nonce.pop_back();
  EXPECT_FALSE(DecodeGenesis(Encode(value)).ok());
  value = Sample();
  value.origin.clear();
  EXPECT_FALSE(DecodeGenesis(Encode(value)).ok());
  value = Sample();
  value.service_keys[0].roles = 32;  // No such role.
  EXPECT_FALSE(DecodeGenesis(Encode(value)).ok());
  value = Sample();
  value.log_vkeys[1].clear();
  EXPECT_FALSE(DecodeGenesis(Encode(value)).ok());
}

TEST(BodySystem, HeadsAndRecovered) {
  const Heads heads = RoundTrip(BodyKind::kHeads, Heads{7, 3, Named<Hash>(1)}, DecodeHeads);
  EXPECT_EQ(heads.index, 7u);
  EXPECT_EQ(heads.streams, 3u);
  EXPECT_EQ(heads.root, Named<Hash>(1));
  EXPECT_FALSE(DecodeHeads(Encode(Heads{})).ok());
  const Recovered recovered = RoundTrip(
      BodyKind::kRecovered, Recovered{5, 9, 7, 1234, Named<Hash>(2), "power"}, DecodeRecovered);
  EXPECT_EQ(recovered.head_size, 5u);
  EXPECT_EQ(recovered.found_size, 9u);
  EXPECT_EQ(recovered.kept_size, 7u);
  EXPECT_EQ(recovered.dropped_bytes, 1234u);
  EXPECT_EQ(recovered.quarantine, Named<Hash>(2));
  EXPECT_EQ(recovered.reason, "power");
  EXPECT_TRUE(RoundTrip(BodyKind::kRecovered, Recovered{}, DecodeRecovered).quarantine.IsZero());
}

TEST(BodySystem, TimeAcceptedAndCorrected) {
  const TimeAccepted accepted =
      RoundTrip(BodyKind::kTimeAccepted, TimeAccepted{{-5}, "clock set"}, DecodeTimeAccepted);
  EXPECT_EQ(accepted.time, Instant{-5});
  EXPECT_EQ(accepted.reason, "clock set");
  const TimeCorrected corrected =
      RoundTrip(BodyKind::kTimeCorrected, TimeCorrected{{5}, ""}, DecodeTimeCorrected);
  EXPECT_EQ(corrected.time, Instant{5});
}

TEST(BodySystem, DocumentsZonesAndCalendarsShareAShape) {
  const DocumentAdded value{"Europe/Berlin", "2025b", "application/tzif", Named<DocumentDigest>(4),
                            Bytes(1000, 1)};
  const DocumentAdded back = RoundTrip(BodyKind::kZoneAdded, value, DecodeDocumentAdded);
  EXPECT_EQ(back.name, value.name);
  EXPECT_EQ(back.version, value.version);
  EXPECT_EQ(back.media_type, value.media_type);
  EXPECT_EQ(back.digest, value.digest);
  EXPECT_EQ(back.content, value.content);
  EXPECT_TRUE(CheckCanonicalBody(BodyKind::kCalendarAdded, Encode(value)).ok());
  EXPECT_TRUE(CheckCanonicalBody(BodyKind::kDocumentAdded, Encode(value)).ok());
}

}  // namespace
}  // namespace tally
