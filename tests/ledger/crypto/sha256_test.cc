// Goal: hashes are SHA-256 and HMAC-SHA-256, whatever the cut into parts and whatever was hashed
// before with the same hasher.
// Method: vectors of FIPS 180-4 and RFC 4231; every cut of messages around the gathering limit and
// around the block size, compared with OpenSSL's one-shot call.
#include "ledger/crypto/sha256.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace tally::ledger {
namespace {

Hash OneShot(ByteView message) {
  Hash hash;
  unsigned int size = 0;
  EXPECT_EQ(
      EVP_Digest(message.data(), message.size(), hash.bytes.data(), &size, EVP_sha256(), nullptr),
      1);
  return hash;
}

Bytes PatternOf(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 131 + 7);
  return bytes;
}

TEST(Sha256, KnownVectors) {
  EXPECT_EQ(Sha256Of({}).ToHex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Of({AsBytes("abc")}).ToHex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Of({AsBytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")}).ToHex(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, EveryCutGivesTheSameHash) {
  Sha256 hasher;
  for (size_t size : {0, 1, 55, 56, 63, 64, 65, 119, 127, 128, 511, 512, 513, 700}) {
    const Bytes message = PatternOf(size);
    const Hash expected = OneShot(message);
    for (size_t cut = 0; cut <= size; ++cut) {
      const ByteView whole(message);
      EXPECT_EQ(hasher.Of({whole.first(cut), whole.subspan(cut)}), expected) << size << " " << cut;
      EXPECT_EQ(hasher.Of({whole.first(cut), ByteView(), whole.subspan(cut), ByteView()}),
                expected);
    }
    EXPECT_EQ(Sha256Of({message}), expected);
    EXPECT_EQ(DigestOfDocument(message).bytes, expected.bytes);
  }
}

TEST(Sha256, OneByteMoreIsAnotherHash) {
  const Bytes message = PatternOf(600);
  for (size_t size = 0; size < message.size(); ++size) {
    EXPECT_NE(Sha256Of({ByteView(message).first(size)}),
              Sha256Of({ByteView(message).first(size + 1)}));
  }
}

struct HmacVector {
  const char* secret;
  const char* message;
  const char* expected;
};

// RFC 4231, cases 1 to 4, 6 and 7 (case 5 truncates).
TEST(HmacSha256, Rfc4231) {
  const std::string aa(131 * 2, 'a');
  const HmacVector vectors[] = {
      {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"0102030405060708090a0b0c0d0e0f10111213141516171819",
       "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdc"
       "d"
       "cdcdcdcd",
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {aa.c_str(),
       "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204"
       "b"
       "6579204669727374",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const HmacVector& vector : vectors) {
    const Bytes secret = FromHex(vector.secret).value();
    const Bytes message = FromHex(vector.message).value();
    HmacSha256 hmac(secret);
    // The kept state starts over each time, however the message is cut.
    for (size_t cut = 0; cut <= message.size(); ++cut) {
      const ByteView whole(message);
      EXPECT_EQ(hmac.Of({whole.first(cut), whole.subspan(cut)}).ToHex(), vector.expected);
    }
    EXPECT_NE(hmac.Of({}).ToHex(), vector.expected);
    EXPECT_EQ(hmac.Of({message}).ToHex(), vector.expected);
  }
}

TEST(HmacSha256, LongMessagesInParts) {
  HmacSha256 hmac(AsBytes("secret"));
  const Bytes message = PatternOf(5000);
  const ByteView whole(message);
  const Hash expected = hmac.Of({whole});
  EXPECT_EQ(hmac.Of({whole.first(10), whole.subspan(10)}), expected);
  HmacSha256 other(AsBytes("secreT"));
  EXPECT_NE(other.Of({whole}), expected);
}

}  // namespace
}  // namespace tally::ledger
