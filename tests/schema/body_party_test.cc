// Goal: openings and keys keep every field. Method: full values there and back; names and roles at
// the edges of what is allowed.
#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

KeyGrant Grant() {
  KeyGrant grant;
  grant.key.ed25519.fill(7);
  grant.roles = kRoleAppend | kRoleGrant;
  grant.valid_until = {1'770'000'000'000'000};
  grant.possession = Bytes(64, 3);
  return grant;
}

TEST(BodyParty, PartyOpened) {
  PartyOpened value{"lime-commerce", "Lime Commerce GmbH", {Grant()}, {Grant(), Grant()}};
  const PartyOpened back = RoundTrip(BodyKind::kPartyOpened, value, DecodePartyOpened);
  EXPECT_EQ(back.name, value.name);
  EXPECT_EQ(back.display_name, value.display_name);
  EXPECT_EQ(back.keys, value.keys);
  EXPECT_EQ(back.recovery_keys, value.recovery_keys);
  value.keys[0].possession.pop_back();
  EXPECT_FALSE(DecodePartyOpened(Encode(value)).ok());
}

TEST(BodyParty, NeverExpiringIsNotAnInstant) {
  KeyRegistered value{Grant(), "new phone"};
  value.grant.valid_until = Instant::Max();
  const KeyRegistered back = RoundTrip(BodyKind::kKeyRegistered, value, DecodeKeyRegistered);
  EXPECT_EQ(back.grant, value.grant);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_TRUE(CheckCanonicalBody(BodyKind::kServiceKeyRegistered, Encode(value)).ok());
}

TEST(BodyParty, Names) {
  const auto accepted = [](const std::string& name) {
    return DecodeFeedOpened(Encode(FeedOpened{name, "probe"})).ok();
  };
  EXPECT_TRUE(accepted("a"));
  EXPECT_TRUE(accepted("0a._-z"));
  EXPECT_TRUE(accepted(std::string(64, 'a')));
  EXPECT_FALSE(accepted(std::string(65, 'a')));
  for (const std::string name : {"", "A", "-a", ".a", "_a", "a b", "a/b", "\xc3\xbc", "a\n"}) {
    EXPECT_FALSE(accepted(name)) << name;
  }
}

TEST(BodyParty, FeedAndAgreementOpened) {
  const FeedOpened feed = RoundTrip(BodyKind::kFeedOpened,
                                    FeedOpened{"probe-1", "GET / every minute"}, DecodeFeedOpened);
  EXPECT_EQ(feed.method, "GET / every minute");
  const AgreementOpened value{
      "hosting",
      {{"provider", "acme", Named<StreamId>(1)}, {"customer", "lime", Named<StreamId>(2)}}};
  const AgreementOpened back = RoundTrip(BodyKind::kAgreementOpened, value, DecodeAgreementOpened);
  EXPECT_EQ(back.name, value.name);
  EXPECT_EQ(back.parties, value.parties);
}

TEST(BodyParty, KeyRevoked) {
  const KeyRevoked value{Named<KeyFingerprint>(1), Instant{0}, "stolen"};
  const KeyRevoked back = RoundTrip(BodyKind::kKeyRevoked, value, DecodeKeyRevoked);
  EXPECT_EQ(back.key, value.key);
  EXPECT_EQ(back.compromised_since, value.compromised_since);  // The epoch is an instant.
  EXPECT_EQ(back.reason, value.reason);
  const KeyRevoked retired{Named<KeyFingerprint>(1), std::nullopt, ""};
  EXPECT_FALSE(RoundTrip(BodyKind::kKeyRevoked, retired, DecodeKeyRevoked).compromised_since);
  EXPECT_FALSE(DecodeKeyRevoked(Encode(KeyRevoked{})).ok());
}

}  // namespace
}  // namespace tally
