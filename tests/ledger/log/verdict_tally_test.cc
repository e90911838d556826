// Goal: a verification says how many records which keys signed, and which are suspect (T-42).
// Method: a fold of hand-made events, records on both sides of a compromise.
#include "ledger/log/verdict_tally.h"

#include "absl/strings/match.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

// T-42: the millisecond of the compromise is suspect, the one before is not.
TEST(VerdictTally, T42CountsByWhatBecameOfTheKey) {
  const auto key = TestKey("tallied"), next = TestKey("next tallied");
  Keyring keyring;
  StreamId party;
  party.bytes[0] = 1;
  PartyOpened opened;
  opened.name = "lime";
  for (const SigningKey* each : {key.get(), next.get()}) {
    KeyGrant grant;
    grant.key = each->public_key();
    grant.roles = kRoleAppend | kRoleGrant;
    opened.keys.push_back(grant);
  }
  EventHeader header;
  header.kind = BodyKind::kPartyOpened;
  const auto apply = [&](uint64_t index, const Bytes& body) {
    return keyring.Apply(index, party, header, body, {});
  };
  ASSERT_TRUE(apply(1, Encode(opened)).ok());
  const Instant since = At("2026-02-01T00:00:00Z");
  VerdictTally tally;
  EXPECT_TRUE(tally.Notes(keyring).empty());
  tally.Add(key->fingerprint(), {party, BodyKind::kStateReported}, 2, since - Milliseconds(1));
  tally.Add(key->fingerprint(), {party, BodyKind::kStateReported}, 3, since);
  tally.Add(key->fingerprint(), {party, BodyKind::kStateReported}, 4, since);
  tally.Add(key->fingerprint(), {party, BodyKind::kStateReported}, 5, since + Milliseconds(1));
  tally.Add(next->fingerprint(), {party, BodyKind::kStateReported}, 6, since + Hours(1));
  EXPECT_TRUE(tally.Notes(keyring).empty());
  header.kind = BodyKind::kKeyRevoked;
  ASSERT_TRUE(apply(7, Encode(KeyRevoked{key->fingerprint(), std::nullopt, ""})).ok());
  ASSERT_EQ(tally.Notes(keyring).size(), 1u);
  EXPECT_EQ(tally.Notes(keyring)[0],
            "verdicts of keys: 1 records valid, 4 valid by retired key, 0 suspect");
  ASSERT_TRUE(apply(8, Encode(KeyRevoked{key->fingerprint(), since, ""})).ok());
  const std::vector<std::string> notes = tally.Notes(keyring);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0], "verdicts of keys: 1 records valid, 1 valid by retired key, 3 suspect");
  EXPECT_TRUE(absl::StrContains(
      notes[1], "of party lime is compromised since 2026-02-01T00:00:00Z (record 8)"))
      << notes[1];
  EXPECT_TRUE(absl::StrContains(notes[1], "3 records that it signed are suspect, from record 3 on"))
      << notes[1];
}

// T-42: what another signed under a role of that key is counted with the key that granted it.
TEST(VerdictTally, T42CountsWhatWasSignedUnderARoleOfIt) {
  const auto key = TestKey("granting"), thief = TestKey("thieving");
  Keyring keyring;
  StreamId party, other;
  party.bytes[0] = 1;
  other.bytes[0] = 2;
  EventHeader header;
  const auto apply = [&](uint64_t index, const StreamId& stream, BodyKind kind, const Bytes& body,
                         const RecordSigner& by) {
    header.kind = kind;
    EXPECT_TRUE(keyring.Apply(index, stream, header, body, by).ok());
  };
  const auto open = [&](uint64_t index, const StreamId& stream, const char* name,
                        const SigningKey& first) {
    PartyOpened opened;
    opened.name = name;
    KeyGrant grant;
    grant.key = first.public_key();
    grant.roles = kRoleAppend | kRoleGrant;
    opened.keys = {grant};
    apply(index, stream, BodyKind::kPartyOpened, Encode(opened), {});
  };
  open(1, party, "lime", *key);
  open(2, other, "thief", *thief);
  const Instant since = At("2026-02-01T00:00:00Z");
  const RoleGranted granted{{"append", other, {}, {}}, {}, Instant::Max(), ""};
  apply(3, party, BodyKind::kRoleGranted, Encode(granted), {key->fingerprint(), since});
  VerdictTally tally;
  tally.Add(thief->fingerprint(), {party, BodyKind::kStateReported}, 4, since + Hours(1));
  tally.Add(thief->fingerprint(), {party, BodyKind::kStateReported}, 5, since + Hours(2));
  tally.Add(thief->fingerprint(), {other, BodyKind::kStateReported}, 6, since + Hours(2));
  EXPECT_TRUE(tally.Notes(keyring).empty());
  apply(7, party, BodyKind::kKeyRevoked, Encode(KeyRevoked{key->fingerprint(), since, ""}), {});
  const std::vector<std::string> notes = tally.Notes(keyring);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0], "verdicts of keys: 1 records valid, 0 valid by retired key, 2 suspect");
  EXPECT_TRUE(absl::StrContains(notes[1],
                                "of party lime is compromised since 2026-02-01T00:00:00Z (record "
                                "7): 2 records signed under the role that it granted to party "
                                "thief (record 3) are suspect, from record 4 on"))
      << notes[1];
}

}  // namespace
}  // namespace tally::ledger
