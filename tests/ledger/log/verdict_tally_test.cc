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
  ASSERT_TRUE(keyring.Apply(1, party, header, Encode(opened)).ok());
  const Instant since = At("2026-02-01T00:00:00Z");
  VerdictTally tally;
  EXPECT_TRUE(tally.Notes(keyring).empty());
  tally.Add(key->fingerprint(), 2, since - Milliseconds(1));
  tally.Add(key->fingerprint(), 3, since);
  tally.Add(key->fingerprint(), 4, since);
  tally.Add(key->fingerprint(), 5, since + Milliseconds(1));
  tally.Add(next->fingerprint(), 6, since + Hours(1));
  EXPECT_TRUE(tally.Notes(keyring).empty());
  header.kind = BodyKind::kKeyRevoked;
  ASSERT_TRUE(
      keyring.Apply(7, party, header, Encode(KeyRevoked{key->fingerprint(), std::nullopt, ""}))
          .ok());
  ASSERT_EQ(tally.Notes(keyring).size(), 1u);
  EXPECT_EQ(tally.Notes(keyring)[0],
            "verdicts of keys: 1 records valid, 4 valid by retired key, 0 suspect");
  ASSERT_TRUE(
      keyring.Apply(8, party, header, Encode(KeyRevoked{key->fingerprint(), since, ""})).ok());
  const std::vector<std::string> notes = tally.Notes(keyring);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0], "verdicts of keys: 1 records valid, 1 valid by retired key, 3 suspect");
  EXPECT_TRUE(absl::StrContains(notes[1], "of party lime is compromised since 2026-02-01"))
      << notes[1];
  EXPECT_TRUE(absl::StrContains(notes[1], "3 records that it signed are suspect, from record 3 on"))
      << notes[1];
}

}  // namespace
}  // namespace tally::ledger
