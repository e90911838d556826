// Goal: many messages at once give each the SHA-256 of its own bytes, in whatever mixture of
// lengths they come.
// Method: every length to beyond the longest that lanes take, every number of messages to beyond
// three groups, and seeded mixtures, compared with OpenSSL's one-shot call. On a processor without
// the lanes the same tests show the other way.
#include "ledger/crypto/sha256_lanes.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <random>
#include <vector>

namespace tally::ledger {
namespace {

Hash OneByOne(ByteView message) {
  Hash hash;
  unsigned int size = 0;
  EXPECT_EQ(
      EVP_Digest(message.data(), message.size(), hash.bytes.data(), &size, EVP_sha256(), nullptr),
      1);
  return hash;
}

Bytes Pattern(size_t size, size_t seed) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 131 + seed * 17 + i / 251);
  return bytes;
}

void ExpectEachHashed(const std::vector<Bytes>& messages, size_t expected) {
  std::vector<Hash> hashes(messages.size());
  Sha256Lanes lanes(expected);
  for (size_t i = 0; i < messages.size(); ++i) {
    const ByteView whole(messages[i]);
    const size_t cut = i * 7 % (whole.size() + 1);
    lanes.Add({whole.first(cut), ByteView(), whole.subspan(cut)}, &hashes[i]);
  }
  lanes.Finish();
  for (size_t i = 0; i < messages.size(); ++i) {
    ASSERT_EQ(hashes[i], OneByOne(messages[i])) << "message " << i << ", " << messages[i].size();
  }
}

TEST(Sha256Lanes, EveryLength) {
  std::vector<Bytes> ascending;
  for (size_t size = 0; size <= 700; ++size) {
    ascending.push_back(Pattern(size, size));
    ExpectEachHashed(std::vector<Bytes>(17, Pattern(size, 1)), 17);
  }
  ExpectEachHashed(ascending, ascending.size());
  ExpectEachHashed(ascending, 1);
}

TEST(Sha256Lanes, EveryNumberOfMessages) {
  for (size_t count = 0; count <= 50; ++count) {
    std::vector<Bytes> messages;
    for (size_t i = 0; i < count; ++i) messages.push_back(Pattern(177, i));
    ExpectEachHashed(messages, count);
    ExpectEachHashed(messages, 1000);
  }
}

TEST(Sha256Lanes, AnyMixture) {
  std::mt19937 random(20261121);  // NOLINT: the same mixtures every time
  for (int round = 0; round < 200; ++round) {
    std::vector<Bytes> messages(random() % 100);
    for (size_t i = 0; i < messages.size(); ++i)
      messages[i] = Pattern(random() % 600, random() % 9);
    ExpectEachHashed(messages, messages.size());
  }
}

// A hasher may be finished and filled again, and a message may be overwritten once it was added.
TEST(Sha256Lanes, PartsAreReadWhenAdded) {
  Sha256Lanes lanes(100);
  std::vector<Hash> hashes(20);
  Bytes message = Pattern(100, 0);
  for (int round = 0; round < 3; ++round) {
    std::vector<Hash> expected;
    for (size_t i = 0; i < hashes.size(); ++i) {
      message = Pattern(100, i + static_cast<size_t>(round));
      expected.push_back(OneByOne(message));
      lanes.Add({message}, &hashes[i]);
    }
    lanes.Finish();
    EXPECT_EQ(hashes, expected);
  }
}

}  // namespace
}  // namespace tally::ledger
