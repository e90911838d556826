// Goal: a key's verdict goes by log position and ledger time, exactly at each boundary. Method: a
// fold of hand-made events, then tables at -1, 0 and +1 of every boundary.
#include "ledger/log/keyring.h"

#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

const StreamId kSystem;
StreamId Party(uint8_t number) {
  StreamId id;
  id.bytes[0] = number;
  return id;
}
const Instant kNow = Instant{Days(20000).micros};

KeyGrant Grant(const SigningKey& key, uint32_t roles, Instant valid_until = Instant::Max()) {
  KeyGrant grant;
  grant.key = key.public_key();
  grant.roles = roles;
  grant.valid_until = valid_until;
  return grant;
}
EventHeader Header(BodyKind kind) {
  EventHeader header;
  header.kind = kind;
  return header;
}

class KeyringTest : public ::testing::Test {
 protected:
  KeyringTest() {
    Genesis genesis;
    genesis.origin = "ledger.example/test";
    genesis.log_vkeys = {"vkey"};
    genesis.service_keys = {Grant(*service_, kRoleOperator), Grant(*projector_, kRoleProjector)};
    genesis.recovery_keys = {Grant(*recovery_, kRoleRecovery)};
    genesis.nonce = Bytes(32, 7);
    EXPECT_TRUE(Apply(0, kSystem, BodyKind::kGenesis, Encode(genesis)).ok());
    PartyOpened opened;
    opened.name = "lime";
    opened.keys = {Grant(*lime_, kRoleAppend | kRoleGrant, kNow)};
    EXPECT_TRUE(Apply(10, Party(1), BodyKind::kPartyOpened, Encode(opened)).ok());
  }
  KeyVerdict Judge(const SigningKey& key, const StreamId& author, BodyKind kind, uint64_t index,
                   Instant recorded = Instant{}) const {
    return keys_.Judge(key.fingerprint(), {author, kind}, index, recorded);
  }
  absl::Status Apply(uint64_t index, const StreamId& stream, BodyKind kind, const Bytes& body,
                     const RecordSigner& by = {}) {
    return keys_.Apply(index, stream, Header(kind), body, by);
  }
  absl::Status Revoke(uint64_t index, const SigningKey& key, std::optional<Instant> since) {
    const KeyRevoked body{key.fingerprint(), since, "lost"};
    return Apply(index, Party(1), BodyKind::kKeyRevoked, Encode(body));
  }

  std::unique_ptr<SigningKey> service_ = TestKey("service"), projector_ = TestKey("projector"),
                              recovery_ = TestKey("recovery"), lime_ = TestKey("lime"),
                              other_ = TestKey("other");
  Keyring keys_;
};

// T-42: position.
TEST_F(KeyringTest, T42ValidBehindItsRegistration) {
  for (const auto& [index, expected] :
       {std::pair{9, KeyVerdict::kInvalid}, {10, KeyVerdict::kInvalid}, {11, KeyVerdict::kValid}}) {
    EXPECT_EQ(Judge(*lime_, Party(1), BodyKind::kStateReported, static_cast<uint64_t>(index)),
              expected)
        << index;
  }
  EXPECT_EQ(Judge(*service_, kSystem, BodyKind::kGenesis, 0), KeyVerdict::kValid);
}

// T-42: ledger time.
TEST_F(KeyringTest, T42ValidBeforeItsExpiry) {
  const auto at = [&](Instant recorded) {
    return Judge(*lime_, Party(1), BodyKind::kStateReported, 11, recorded);
  };
  EXPECT_EQ(at(kNow - Milliseconds(1)), KeyVerdict::kValid);
  EXPECT_EQ(at(kNow), KeyVerdict::kInvalid);
  EXPECT_EQ(at(kNow + Milliseconds(1)), KeyVerdict::kInvalid);
}

// T-42, T-43: revocation.
TEST_F(KeyringTest, T43InvalidBehindItsRevocation) {
  ASSERT_TRUE(Revoke(20, *lime_, std::nullopt).ok());
  const auto at = [&](uint64_t index) {
    return Judge(*lime_, Party(1), BodyKind::kStateReported, index);
  };
  EXPECT_EQ(at(19), KeyVerdict::kValidRetired);
  EXPECT_EQ(at(20), KeyVerdict::kValidRetired);  // The revocation itself may be signed by it.
  EXPECT_EQ(at(21), KeyVerdict::kInvalid);
}

TEST_F(KeyringTest, T42CompromiseMakesSuspectNotInvalid) {
  const Instant since = Instant{Days(100).micros};
  ASSERT_TRUE(Revoke(20, *lime_, since).ok());
  const auto at = [&](Instant recorded) {
    return Judge(*lime_, Party(1), BodyKind::kStateReported, 15, recorded);
  };
  EXPECT_EQ(at(since - Milliseconds(1)), KeyVerdict::kValidRetired);
  EXPECT_EQ(at(since), KeyVerdict::kSuspect);
  EXPECT_EQ(at(since + Milliseconds(1)), KeyVerdict::kSuspect);
  // Later knowledge may only move the time of the compromise forward in alarm: earlier.
  EXPECT_FALSE(Revoke(30, *lime_, since).ok());
  EXPECT_FALSE(Revoke(30, *lime_, std::nullopt).ok());
  EXPECT_TRUE(Revoke(30, *lime_, since - Days(1)).ok());
  EXPECT_EQ(at(since - Milliseconds(1)), KeyVerdict::kSuspect);
  EXPECT_EQ(Judge(*lime_, Party(1), BodyKind::kStateReported, 25), KeyVerdict::kInvalid);
}

// T-42: roles and parties.
TEST_F(KeyringTest, T42ARoleSignsItsKindsOnly) {
  using enum BodyKind;
  const auto judge = [&](const SigningKey& key, const StreamId& author, BodyKind kind) {
    return Judge(key, author, kind, 50);
  };
  EXPECT_EQ(judge(*service_, kSystem, kPartyOpened), KeyVerdict::kValid);
  EXPECT_EQ(judge(*service_, kSystem, kHeads), KeyVerdict::kValid);
  EXPECT_EQ(judge(*service_, kSystem, kAgreementOpened), KeyVerdict::kValid);
  EXPECT_EQ(judge(*service_, kSystem, kStatement), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*service_, kSystem, kClaimFiled), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*service_, kSystem, kStateReported), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*projector_, kSystem, kStatement), KeyVerdict::kValid);
  EXPECT_EQ(judge(*projector_, kSystem, kWindowClosed), KeyVerdict::kValid);
  EXPECT_EQ(judge(*projector_, kSystem, kPartyOpened), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*recovery_, kSystem, kHeads), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*lime_, Party(1), kClaimFiled), KeyVerdict::kValid);
  EXPECT_EQ(judge(*lime_, Party(1), kFeedOpened), KeyVerdict::kValid);
  EXPECT_EQ(judge(*lime_, Party(1), kPartyOpened), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*lime_, Party(2), kClaimFiled), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*lime_, kSystem, kHeads), KeyVerdict::kInvalid);
  EXPECT_EQ(judge(*other_, Party(1), kClaimFiled), KeyVerdict::kUnknown);
}

TEST_F(KeyringTest, GrantingNeedsTheRole) {
  const KeyRegistered body{Grant(*other_, kRoleAppend), ""};
  ASSERT_TRUE(Apply(12, Party(1), BodyKind::kKeyRegistered, Encode(body)).ok());
  EXPECT_EQ(Judge(*other_, Party(1), BodyKind::kClaimFiled, 13), KeyVerdict::kValid);
  EXPECT_EQ(Judge(*other_, Party(1), BodyKind::kKeyRegistered, 13), KeyVerdict::kInvalid);
  EXPECT_EQ(Judge(*lime_, Party(1), BodyKind::kKeyRegistered, 13), KeyVerdict::kValid);
  EXPECT_EQ(keys_.KeysOf(Party(1)).size(), 2u);
  EXPECT_EQ(keys_.KeysOf(kSystem).size(), 3u);
}

TEST_F(KeyringTest, ContradictionsAreDataLossAndChangeNothing) {
  const auto apply = [&](const StreamId& stream, BodyKind kind, Bytes body) {
    return Apply(30, stream, kind, body);
  };
  // A key that exists, roles that a party's key cannot have, an unknown party, another's key.
  EXPECT_TRUE(absl::IsDataLoss(apply(Party(1), BodyKind::kKeyRegistered,
                                     Encode(KeyRegistered{Grant(*lime_, kRoleAppend), ""}))));
  EXPECT_TRUE(absl::IsDataLoss(apply(Party(1), BodyKind::kKeyRegistered,
                                     Encode(KeyRegistered{Grant(*other_, kRoleOperator), ""}))));
  EXPECT_TRUE(absl::IsDataLoss(apply(Party(9), BodyKind::kKeyRegistered,
                                     Encode(KeyRegistered{Grant(*other_, kRoleAppend), ""}))));
  EXPECT_TRUE(
      absl::IsDataLoss(apply(Party(1), BodyKind::kKeyRevoked,
                             Encode(KeyRevoked{service_->fingerprint(), std::nullopt, ""}))));
  PartyOpened twin;
  twin.name = "lime";
  twin.keys = {Grant(*other_, kRoleAppend)};
  EXPECT_TRUE(absl::IsDataLoss(apply(Party(2), BodyKind::kPartyOpened, Encode(twin))));
  EXPECT_EQ(keys_.Find(other_->fingerprint()), nullptr);
  EXPECT_EQ(keys_.parties().size(), 1u);
}

// T-42: recovery begins one key and ends others at one index.
TEST_F(KeyringTest, T42RecoveryAtItsIndex) {
  const auto lost = TestKey("lost"), saved = TestKey("saved"), next = TestKey("next");
  PartyOpened opened;
  opened.name = "coral";
  opened.keys = {Grant(*lost, kRoleAppend | kRoleGrant)};
  opened.recovery_keys = {Grant(*saved, kRoleRecovery)};
  ASSERT_TRUE(Apply(20, Party(2), BodyKind::kPartyOpened, Encode(opened)).ok());
  const auto at = [&](const SigningKey& key, uint64_t index) {
    return Judge(key, Party(2), BodyKind::kClaimFiled, index);
  };
  const auto apply = [&](BodyKind kind, const Bytes& body) {
    return Apply(30, Party(2), kind, body);
  };
  // Who holds the party's key alone can neither end the recovery key nor add one of his own.
  EXPECT_FALSE(apply(BodyKind::kKeyRevoked, Encode(KeyRevoked{saved->fingerprint(), {}, ""})).ok());
  EXPECT_FALSE(
      apply(BodyKind::kKeyRegistered, Encode(KeyRegistered{Grant(*other_, kRoleRecovery), ""}))
          .ok());
  EXPECT_EQ(Judge(*saved, Party(2), BodyKind::kKeyRecovered, 30), KeyVerdict::kValid);
  EXPECT_EQ(Judge(*lost, Party(2), BodyKind::kKeyRecovered, 30), KeyVerdict::kInvalid);
  EXPECT_EQ(Judge(*saved, Party(2), BodyKind::kKeyRegistered, 30), KeyVerdict::kInvalid);
  // Nobody's key, a key of another party, one twice, and none to go on with.
  const auto recover = [&](std::vector<KeyGrant> grants, std::vector<KeyFingerprint> revoked) {
    return apply(BodyKind::kKeyRecovered,
                 Encode(KeyRecovered{std::move(grants), std::move(revoked), "stolen"}));
  };
  const std::vector<KeyGrant> good = {Grant(*next, kRoleAppend | kRoleGrant)};
  EXPECT_FALSE(recover(good, {other_->fingerprint()}).ok());
  EXPECT_FALSE(recover(good, {lime_->fingerprint()}).ok());
  EXPECT_FALSE(recover(good, {lost->fingerprint(), lost->fingerprint()}).ok());
  EXPECT_FALSE(recover({Grant(*next, kRoleOperator)}, {}).ok());
  EXPECT_FALSE(recover({}, {lost->fingerprint()}).ok());
  EXPECT_EQ(keys_.Find(next->fingerprint()), nullptr);
  ASSERT_TRUE(recover(good, {lost->fingerprint(), saved->fingerprint()}).ok());
  EXPECT_EQ(at(*lost, 29), KeyVerdict::kValidRetired);
  EXPECT_EQ(at(*lost, 30), KeyVerdict::kValidRetired);
  EXPECT_EQ(at(*lost, 31), KeyVerdict::kInvalid);
  EXPECT_EQ(at(*next, 29), KeyVerdict::kInvalid);
  EXPECT_EQ(at(*next, 30), KeyVerdict::kInvalid);
  EXPECT_EQ(at(*next, 31), KeyVerdict::kValid);
  EXPECT_EQ(Judge(*saved, Party(2), BodyKind::kKeyRecovered, 31), KeyVerdict::kInvalid);
}

// T-42: what a party's role lets another sign, and what never.
TEST_F(KeyringTest, T42AGrantedRoleReachesActsAndEvidenceAlone) {
  PartyOpened opened;
  opened.name = "coral";
  opened.keys = {Grant(*other_, kRoleAppend | kRoleGrant)};
  ASSERT_TRUE(Apply(20, Party(2), BodyKind::kPartyOpened, Encode(opened)).ok());
  const RoleGranted granted{{"append", Party(2), {}, {}}, {}, Instant::Max(), ""};
  ASSERT_TRUE(Apply(30, Party(1), BodyKind::kRoleGranted, Encode(granted)).ok());
  const auto at = [&](BodyKind kind, uint64_t index) {
    return Judge(*other_, Party(1), kind, index);
  };
  EXPECT_EQ(at(BodyKind::kClaimFiled, 30), KeyVerdict::kInvalid);
  EXPECT_EQ(at(BodyKind::kClaimFiled, 31), KeyVerdict::kValid);
  EXPECT_EQ(at(BodyKind::kStateReported, 31), KeyVerdict::kValid);
  for (const BodyKind kind :
       {BodyKind::kKeyRegistered, BodyKind::kKeyRevoked, BodyKind::kRoleGranted,
        BodyKind::kKeyRecovered, BodyKind::kStatement}) {
    EXPECT_EQ(at(kind, 31), KeyVerdict::kInvalid) << static_cast<int>(kind);
  }
  EXPECT_EQ(Judge(*lime_, Party(2), BodyKind::kClaimFiled, 31), KeyVerdict::kInvalid);
  ASSERT_TRUE(
      Apply(40, Party(1), BodyKind::kRoleRevoked, Encode(RoleRevoked{granted.name, ""})).ok());
  EXPECT_EQ(at(BodyKind::kClaimFiled, 40), KeyVerdict::kValid);
  EXPECT_EQ(at(BodyKind::kClaimFiled, 41), KeyVerdict::kInvalid);
  EXPECT_TRUE(absl::IsDataLoss(
      Apply(50, Party(1), BodyKind::kRoleRevoked, Encode(RoleRevoked{granted.name, ""}))));
}

// T-42: a thief who holds a party's key for a minute grants its role to a key of his own. What he
// signs under it is as suspect as the grant, whatever became of the key since; a ruling on the key
// that granted voids it; a role that was granted in time, or anew by a sound key, is sound.
TEST_F(KeyringTest, T42ARoleIsNoBetterThanTheKeyThatGrantedIt) {
  const Instant since = Instant{} + Days(10);
  const auto thief = TestKey("thief"), next = TestKey("next");
  PartyOpened opened;
  opened.name = "thief";
  opened.keys = {Grant(*thief, kRoleAppend | kRoleGrant)};
  ASSERT_TRUE(Apply(20, Party(3), BodyKind::kPartyOpened, Encode(opened)).ok());
  const auto grant = [&](uint64_t index, const SigningKey& by, Instant at, const StreamId& gold) {
    const RoleGranted granted{{"append", Party(3), {}, gold}, {}, Instant::Max(), ""};
    return Apply(index, Party(1), BodyKind::kRoleGranted, Encode(granted), {by.fingerprint(), at});
  };
  const auto at = [&](uint64_t index, Instant recorded, const StreamId& gold,
                      const JudgedWith& known = {}) {
    return keys_.Judge(thief->fingerprint(), {Party(1), BodyKind::kClaimFiled, gold}, index,
                       recorded, known);
  };
  const StreamId early = Party(7), late = Party(8);
  ASSERT_TRUE(grant(30, *lime_, since - Milliseconds(1), early).ok());
  ASSERT_TRUE(grant(31, *lime_, since, late).ok());
  EXPECT_EQ(at(35, since, late), KeyVerdict::kValid);
  KeyRegistered registered;
  registered.grant = Grant(*next, kRoleAppend | kRoleGrant);
  ASSERT_TRUE(Apply(38, Party(1), BodyKind::kKeyRegistered, Encode(registered)).ok());
  ASSERT_TRUE(Revoke(40, *lime_, std::nullopt).ok());
  EXPECT_EQ(at(41, since + Days(1), late), KeyVerdict::kValid);
  ASSERT_TRUE(Revoke(42, *lime_, since).ok());
  for (const uint64_t index : {32, 41, 43, 99}) {
    EXPECT_EQ(at(index, since + Days(1), late), KeyVerdict::kSuspect) << index;
    EXPECT_EQ(at(index, since + Days(1), early), KeyVerdict::kValid) << index;
  }
  // Known from its record on; void once a ruling names the key.
  const std::set<KeyFingerprint> ruled = {lime_->fingerprint()};
  EXPECT_EQ(at(50, since, late, {42, &ruled}), KeyVerdict::kValid);
  EXPECT_EQ(at(50, since, late, {43, nullptr}), KeyVerdict::kSuspect);
  EXPECT_EQ(at(50, since, late, {43, &ruled}), KeyVerdict::kInvalid);
  EXPECT_EQ(at(50, since, early, {43, &ruled}), KeyVerdict::kValid);
  const auto why =
      keys_.WhySuspect(thief->fingerprint(), {Party(1), BodyKind::kClaimFiled, late}, 50, since);
  ASSERT_TRUE(why.has_value() && why->grant.has_value());
  EXPECT_EQ(why->key, lime_->fingerprint());
  EXPECT_EQ(why->compromise.told_at, 42u);
  EXPECT_EQ(why->grant->granted_at, 31u);
  // Granted anew, for every agreement, by the key that took its place: the soundest grant counts.
  ASSERT_TRUE(grant(60, *next, since + Days(2), StreamId()).ok());
  EXPECT_EQ(at(60, since + Days(2), late), KeyVerdict::kSuspect);
  EXPECT_EQ(at(61, since + Days(2), late), KeyVerdict::kValid);
}

// T-42: nothing is granted under a grant, so suspicion goes one step and no further.
TEST_F(KeyringTest, T42NobodyGrantsUnderAGrant) {
  PartyOpened opened;
  opened.name = "coral";
  opened.keys = {Grant(*other_, kRoleAppend | kRoleGrant)};
  ASSERT_TRUE(Apply(20, Party(2), BodyKind::kPartyOpened, Encode(opened)).ok());
  const RoleGranted granted{{"append", Party(2), {}, {}}, {}, Instant::Max(), ""};
  ASSERT_TRUE(Apply(30, Party(1), BodyKind::kRoleGranted, Encode(granted)).ok());
  for (const BodyKind kind : {BodyKind::kRoleGranted, BodyKind::kRoleRevoked,
                              BodyKind::kKeyRegistered, BodyKind::kKeyRevoked}) {
    EXPECT_EQ(Judge(*other_, Party(1), kind, 31), KeyVerdict::kInvalid);
  }
}

TEST_F(KeyringTest, PartiesAreFoundByNameAndId) {
  ASSERT_NE(keys_.FindParty("lime"), nullptr);
  EXPECT_EQ(keys_.FindParty("lime")->opening_index, 10u);
  EXPECT_EQ(keys_.FindParty(Party(1)), keys_.FindParty("lime"));
  EXPECT_EQ(keys_.FindParty("coral"), nullptr);
  EXPECT_EQ(keys_.FindParty(Party(2)), nullptr);
  const Keyring copy = keys_;
  EXPECT_EQ(copy.FindParty("lime")->name, "lime");
}

}  // namespace
}  // namespace tally::ledger
