// Goal: each digest is its formula of FORMAT.md, and digests of different things never meet.
// Method: each formula spelled out by hand over plain SHA-256 and HMAC.
#include "ledger/chain/digest.h"

#include <gtest/gtest.h>

#include "ledger/chain/batch.h"
#include "ledger/chain/merkle.h"

namespace tally::ledger {
namespace {

Bytes Joined(std::initializer_list<ByteView> parts) {
  Bytes bytes;
  for (ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

template <typename Name>
Name Filled(uint8_t value) {
  Name name;
  name.bytes.fill(value);
  return name;
}

const Bytes kBody = {1, 2, 3};

TEST(Digest, BodyCommitmentAndEventDigest) {
  const Salt salt = Filled<Salt>(7);
  const uint8_t two[] = {2};
  const uint8_t zero[] = {0};
  EXPECT_EQ(BodyCommitment(salt, kBody), Sha256Of({Joined({two, salt.view(), kBody})}));
  EXPECT_EQ(EventDigest(kBody), Sha256Of({Joined({zero, kBody})}));
  EXPECT_EQ(HashOfTerms(kBody).bytes, Sha256Of({kBody}).bytes);
}

TEST(Digest, HashesOfManyEventsAreThoseOfEach) {
  for (size_t count : {0, 1, 7, 8, 16, 17, 100}) {
    std::vector<Event> events;
    for (size_t i = 0; i < count; ++i) {
      const auto fill = static_cast<uint8_t>(i + 1);
      events.push_back({Bytes(i * 13 % 200, fill), Bytes(i * 29 % 900, fill), Filled<Salt>(fill)});
    }
    const std::vector<EventHashes> hashes = HashesOfEvents(events);
    ASSERT_EQ(hashes.size(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(hashes[i].commitment, BodyCommitment(events[i].salt, events[i].body));
      EXPECT_EQ(hashes[i].digest, EventDigest(events[i].header));
    }
  }
}

// T-26: the same bytes as header, body, terms, evidence and children of a node give five digests.
TEST(Digest, T26KindsNeverMeet) {
  const Bytes bytes(64, 0x5a);
  const std::vector<Hash> digests = {
      EventDigest(bytes), BodyCommitment(Filled<Salt>(0x5a), ByteView(bytes).subspan(16)),
      Rename<Hash>(HashOfTerms(bytes)), EvidenceDigest(bytes),
      NodeHash(Filled<Hash>(0x5a), Filled<Hash>(0x5a))};
  for (size_t i = 0; i < digests.size(); ++i) {
    for (size_t j = i + 1; j < digests.size(); ++j) EXPECT_NE(digests[i], digests[j]);
  }
}

TEST(SaltSource, SaltsAndIdsAreTheirFormulas) {
  const Bytes secret(32, 0x42);
  const StreamId stream = Filled<StreamId>(1);
  const ActId id = Filled<ActId>(2);
  const Hash answers = Filled<Hash>(3);
  SaltSource source(secret);
  HmacSha256 hmac(secret);
  const auto first16 = [](const Hash& hash) { return ToHex(ByteView(hash.bytes).first(16)); };
  const Bytes position = FromHex("0000000000000102").value();
  const Bytes kind = FromHex("00a0").value();
  EXPECT_EQ(source.ForPosition(stream, 0x102, kBody).ToHex(),
            first16(hmac.Of({AsBytes("TSN\x01"), stream.view(), position, kBody})));
  EXPECT_EQ(source.ForAct(stream, id, kBody).ToHex(),
            first16(hmac.Of({AsBytes("TSN\x01"), stream.view(), id.view(), kBody})));
  EXPECT_EQ(source.DefaultActId(stream, BodyKind::kClaimFiled, answers, kBody).ToHex(),
            first16(hmac.Of({AsBytes("TSI\x01"), stream.view(), kind, answers.view(), kBody})));
  // A retry makes the same bytes; anything else makes others.
  EXPECT_EQ(source.ForPosition(stream, 9, kBody), source.ForPosition(stream, 9, kBody));
  EXPECT_NE(source.ForPosition(stream, 9, kBody), source.ForPosition(stream, 10, kBody));
  EXPECT_NE(source.ForPosition(stream, 9, kBody),
            source.ForPosition(Filled<StreamId>(4), 9, kBody));
}

}  // namespace
}  // namespace tally::ledger
