// Goal: a signature is accepted only in its one strict form and only under a sound key.
// Method: vectors of RFC 8032; all points of small order and all non-canonical y, both signs, with
// the list itself proven complete by arithmetic; signatures that OpenSSL alone accepts, under keys
// with and without a part of small order; every bit of a signature, a key and a message flipped.
#include "ledger/crypto/ed25519.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/evp.h>

#include <algorithm>

namespace tally::ledger {
namespace {

struct Vector {
  const char* seed;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
const Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "bbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0303dca179c138ac17ad9bef1177331a704"},
};

PublicKeyBytes KeyOf(absl::string_view hex) {
  const Bytes bytes = FromHex(hex).value();
  PublicKeyBytes key;
  EXPECT_EQ(bytes.size(), 32u);
  std::ranges::copy(bytes, key.ed25519.begin());
  return key;
}

// OpenSSL's own opinion, without our checks.
bool OpenSslAccepts(const PublicKeyBytes& key, ByteView message, ByteView signature) {
  EVP_PKEY* handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.ed25519.data(), 32);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EXPECT_EQ(EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, handle), 1);
  const int verdict =
      EVP_DigestVerify(context, signature.data(), signature.size(), message.data(), message.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(handle);
  return verdict == 1;
}

// Unsigned big numbers modulo one modulus, little-endian at the edges.
class Modular {
 public:
  explicit Modular(BIGNUM* modulus) : modulus_(modulus), scratch_(BN_CTX_new()) {}
  ~Modular() {
    BN_free(modulus_);
    BN_CTX_free(scratch_);
  }
  Modular(const Modular&) = delete;
  Modular& operator=(const Modular&) = delete;
  Bytes Multiply(const Bytes& a, const Bytes& b) { return Apply(a, b, BN_mod_mul); }
  Bytes Add(const Bytes& a, const Bytes& b) { return Apply(a, b, BN_mod_add); }
  Bytes Power(const Bytes& a, const Bytes& b) { return Apply(a, b, BN_mod_exp); }
  Bytes Negate(const Bytes& a) { return Apply(Small(0), a, BN_mod_sub); }
  Bytes Inverse(const Bytes& a) {
    Bytes exponent = Export(modulus_);
    exponent[0] = static_cast<uint8_t>(exponent[0] - 2);
    return Power(a, exponent);
  }
  static Bytes Small(uint8_t value) {
    Bytes bytes(32, 0);
    bytes[0] = value;
    return bytes;
  }
  Bytes Reduce(const Bytes& a) { return Add(a, Small(0)); }

 private:
  template <typename Operation>
  Bytes Apply(const Bytes& a, const Bytes& b, Operation operation) {
    BIGNUM* left = BN_lebin2bn(a.data(), static_cast<int>(a.size()), nullptr);
    BIGNUM* right = BN_lebin2bn(b.data(), static_cast<int>(b.size()), nullptr);
    BIGNUM* result = BN_new();
    EXPECT_EQ(operation(result, left, right, modulus_, scratch_), 1);
    Bytes bytes = Export(result);
    BN_free(left);
    BN_free(right);
    BN_free(result);
    return bytes;
  }
  static Bytes Export(const BIGNUM* number) {
    Bytes bytes(32);
    EXPECT_EQ(BN_bn2lebinpad(number, bytes.data(), 32), 32);
    return bytes;
  }
  BIGNUM* modulus_;
  BN_CTX* scratch_;
};

BIGNUM* FieldPrime() {
  BIGNUM* prime = BN_new();
  BN_set_bit(prime, 255);
  BN_sub_word(prime, 19);
  return prime;
}

BIGNUM* GroupOrder() {
  BIGNUM* order = nullptr;
  BN_hex2bn(&order, "1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED");
  return order;
}

// The y of the points of order 1, 2, 4 and 8, as 32 bytes without sign.
std::vector<Bytes> SmallOrderY() {
  Bytes minus_one(32, 0xff);
  minus_one[0] = 0xec;
  minus_one[31] = 0x7f;
  return {Modular::Small(0), Modular::Small(1), minus_one,
          FromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").value(),
          FromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a").value()};
}

// Every byte string that some decoder reads as a point of small order, or as y >= p.
std::vector<PublicKeyBytes> UnsoundPoints() {
  std::vector<Bytes> encodings = SmallOrderY();
  for (int i = 0; i < 19; ++i) {  // p to 2^255 - 1
    Bytes bytes(32, 0xff);
    bytes[0] = static_cast<uint8_t>(0xed + i);
    bytes[31] = 0x7f;
    encodings.push_back(bytes);
  }
  std::vector<PublicKeyBytes> points;
  for (Bytes bytes : encodings) {
    for (uint8_t sign : {uint8_t{0}, uint8_t{0x80}}) {
      PublicKeyBytes point;
      std::ranges::copy(bytes, point.ed25519.begin());
      point.ed25519[31] = static_cast<uint8_t>(point.ed25519[31] | sign);
      points.push_back(point);
    }
  }
  return points;
}

Bytes Sha512Of(const Bytes& bytes) {
  Bytes hash(64);
  unsigned int size = 0;
  EXPECT_EQ(EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha512(), nullptr), 1);
  return hash;
}

// The secret number a of a key, whose public point is a * B.
Bytes SecretOf(const Bytes& seed) {
  Bytes secret = Sha512Of(seed);
  secret.resize(32);
  secret[0] &= 0xf8;
  secret[31] = static_cast<uint8_t>((secret[31] & 0x7f) | 0x40);
  return secret;
}

// R || S with S = SHA-512(R || key || message) * a: what verifies when R is a part of small order.
Bytes SignWithR(const Bytes& r, const PublicKeyBytes& key, const Bytes& message,
                const Bytes& secret) {
  Bytes challenge = r;
  challenge.insert(challenge.end(), key.ed25519.begin(), key.ed25519.end());
  challenge.insert(challenge.end(), message.begin(), message.end());
  Modular group(GroupOrder());
  const Bytes s = group.Multiply(group.Reduce(Sha512Of(challenge)), secret);
  Bytes signature = r;
  signature.insert(signature.end(), s.begin(), s.end());
  return signature;
}

// d of the curve -x^2 + y^2 = 1 + d x^2 y^2.
Bytes CurveD(Modular& field) {
  return field.Multiply(
      field.Negate(
          FromHex("41db010000000000000000000000000000000000000000000000000000000000").value()),
      field.Inverse(
          FromHex("42db010000000000000000000000000000000000000000000000000000000000").value()));
}

struct CurvePoint {
  Bytes x, y;
};

CurvePoint DecodedPoint(Modular& field, Bytes bytes) {
  const bool odd = (bytes[31] & 0x80) != 0;
  bytes[31] &= 0x7f;
  const Bytes one = Modular::Small(1);
  const Bytes square = field.Multiply(bytes, bytes);
  const Bytes wanted =
      field.Multiply(field.Add(square, field.Negate(one)),
                     field.Inverse(field.Add(field.Multiply(CurveD(field), square), one)));
  // p = 5 mod 8: the root is wanted^((p + 3) / 8), or that times the root of -1.
  Bytes eighth(32, 0xff), quarter(32, 0xff);
  eighth[0] = 0xfe;
  eighth[31] = 0x0f;
  quarter[0] = 0xfb;
  quarter[31] = 0x1f;
  Bytes x = field.Power(wanted, eighth);
  if (field.Multiply(x, x) != wanted) {
    x = field.Multiply(x, field.Power(Modular::Small(2), quarter));
  }
  EXPECT_EQ(field.Multiply(x, x), wanted);
  if (((x[0] & 1) != 0) != odd) x = field.Negate(x);
  return {x, bytes};
}

PublicKeyBytes EncodedSum(Modular& field, const CurvePoint& a, const CurvePoint& b) {
  const Bytes one = Modular::Small(1);
  const Bytes both = field.Multiply(
      CurveD(field), field.Multiply(field.Multiply(a.x, b.x), field.Multiply(a.y, b.y)));
  const Bytes x = field.Multiply(field.Add(field.Multiply(a.x, b.y), field.Multiply(a.y, b.x)),
                                 field.Inverse(field.Add(one, both)));
  const Bytes y = field.Multiply(field.Add(field.Multiply(a.y, b.y), field.Multiply(a.x, b.x)),
                                 field.Inverse(field.Add(one, field.Negate(both))));
  PublicKeyBytes sum;
  std::ranges::copy(y, sum.ed25519.begin());
  sum.ed25519[31] = static_cast<uint8_t>(sum.ed25519[31] | (x[0] & 1) << 7);
  return sum;
}

TEST(Ed25519, Rfc8032Vectors) {
  for (const Vector& vector : kVectors) {
    const Bytes seed = FromHex(vector.seed).value();
    const Bytes message = FromHex(vector.message).value();
    const Bytes expected = FromHex(vector.signature).value();
    const auto key = SigningKey::FromSeed(seed).value();
    EXPECT_EQ(key->public_key(), KeyOf(vector.key));
    const Signature signature = key->Sign(message);
    EXPECT_EQ(ToHex(signature), vector.signature);
    const auto verifier = Verifier::Create(key->public_key()).value();
    EXPECT_TRUE(verifier->Verify(message, expected));
    EXPECT_EQ(verifier->fingerprint(), key->fingerprint());
    EXPECT_EQ(verifier->key(), key->public_key());
  }
}

// The list of small orders is complete: a point doubles to one of y = 0 (order 4) exactly when
// d y^4 + 2 y^2 - 1 = 0, whose other root for y^2 is no square. Each of the list is refused as
// that.
TEST(Ed25519, T45SmallOrdersAreAllListed) {
  Modular field(FieldPrime());
  const Bytes d = CurveD(field);
  const std::vector<Bytes> listed = SmallOrderY();
  for (const Bytes& y : listed) {
    PublicKeyBytes point;
    std::ranges::copy(y, point.ed25519.begin());
    EXPECT_NE(CheckPublicKey(point).message().find("small order"), absl::string_view::npos)
        << ToHex(y);
  }
  for (size_t i : {size_t{3}, size_t{4}}) {
    const Bytes square = field.Multiply(listed[i], listed[i]);
    const Bytes sum = field.Add(field.Multiply(d, field.Multiply(square, square)),
                                field.Multiply(Modular::Small(2), square));
    EXPECT_EQ(sum, Modular::Small(1));
  }
  EXPECT_EQ(field.Add(listed[3], listed[4]), Modular::Small(0));  // the two are y and -y
  // The roots' product is -1 / d; a non-square has Euler's power -1.
  const Bytes square = field.Multiply(listed[3], listed[3]);
  const Bytes other = field.Multiply(field.Negate(field.Inverse(d)), field.Inverse(square));
  const Bytes half =
      FromHex("f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f").value();
  EXPECT_EQ(field.Add(field.Power(other, half), Modular::Small(1)), Modular::Small(0));
}

// T-45: no unsound point becomes a key, with either sign of x.
TEST(Ed25519, T45UnsoundKeysAreRefused) {
  const std::vector<PublicKeyBytes> points = UnsoundPoints();
  EXPECT_EQ(points.size(), 48u);
  for (const PublicKeyBytes& point : points) {
    EXPECT_EQ(CheckPublicKey(point).code(), absl::StatusCode::kInvalidArgument)
        << ToHex(point.ed25519);
    EXPECT_FALSE(Verifier::Create(point).ok());
  }
  for (const Vector& vector : kVectors) EXPECT_TRUE(CheckPublicKey(KeyOf(vector.key)).ok());
}

// One below p - 1 and one above the listed y are sound as far as this check goes.
TEST(Ed25519, T45NeighboursOfUnsoundPointsPass) {
  for (Bytes y : SmallOrderY()) {
    PublicKeyBytes point;
    y[8] = static_cast<uint8_t>(y[8] ^ 1);
    std::ranges::copy(y, point.ed25519.begin());
    EXPECT_TRUE(CheckPublicKey(point).ok());
  }
}

// T-45: what OpenSSL alone would accept: under the identity as key, one signature fits everything.
TEST(Ed25519, T45OpenSslAloneAcceptsForgeries) {
  PublicKeyBytes identity;
  identity.ed25519[0] = 1;
  Signature signature{};
  signature[0] = 1;
  EXPECT_TRUE(OpenSslAccepts(identity, AsBytes("pay"), signature));
  EXPECT_TRUE(OpenSslAccepts(identity, AsBytes("do not pay"), signature));
  EXPECT_FALSE(Verifier::Create(identity).ok());
}

// T-46: the owner of a key can sign with R of small order; OpenSSL alone accepts, we do not.
TEST(Ed25519, T46SmallOrderRIsRefused) {
  const Bytes seed = FromHex(kVectors[1].seed).value();
  const auto key = SigningKey::FromSeed(seed).value();
  const Bytes message = {'p', 'a', 'y'};
  const Bytes identity = Modular::Small(1);
  const Bytes signature = SignWithR(identity, key->public_key(), message, SecretOf(seed));
  EXPECT_TRUE(OpenSslAccepts(key->public_key(), message, signature));
  EXPECT_FALSE(Verifier::Create(key->public_key()).value()->Verify(message, signature));
}

// T-46: a key with a part of small order passes as a key; its owner can sign with each R of small
// order. Of 8 messages one gives the R that is wanted, so 200 are enough.
TEST(Ed25519, T46UnsoundRUnderAMixedKeyIsRefused) {
  const Bytes seed = FromHex(kVectors[1].seed).value();
  const auto key = SigningKey::FromSeed(seed).value();
  const Bytes secret = SecretOf(seed);
  Modular field(FieldPrime());
  const Bytes own(key->public_key().ed25519.begin(), key->public_key().ed25519.end());
  const std::vector<Bytes> listed = SmallOrderY();
  const PublicKeyBytes mixed =
      EncodedSum(field, DecodedPoint(field, own), DecodedPoint(field, listed[3]));
  const auto verifier = Verifier::Create(mixed);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  for (size_t i = 0; i < listed.size(); ++i) {
    for (const uint8_t sign : {uint8_t{0}, uint8_t{0x80}}) {
      const bool has_no_x = i == 1 || i == 2;  // y = 1 and y = -1 have x = 0, which has no sign
      if (has_no_x && sign != 0) continue;
      Bytes r = listed[i];
      r[31] = static_cast<uint8_t>(r[31] | sign);
      bool accepted = false;
      for (uint8_t number = 0; number < 200 && !accepted; ++number) {
        const Bytes message = {number};
        const Bytes signature = SignWithR(r, mixed, message, secret);
        accepted = OpenSslAccepts(mixed, message, signature);
        EXPECT_FALSE((*verifier)->Verify(message, signature)) << ToHex(r);
      }
      EXPECT_TRUE(accepted) << ToHex(r);
    }
  }
}

// T-46: R at every unsound point.
TEST(Ed25519, T46UnsoundRIsRefused) {
  const auto key = SigningKey::FromSeed(FromHex(kVectors[1].seed).value()).value();
  const auto verifier = Verifier::Create(key->public_key()).value();
  const Signature good = key->Sign(AsBytes("pay"));
  for (const PublicKeyBytes& point : UnsoundPoints()) {
    Signature bad = good;
    std::ranges::copy(point.ed25519, bad.begin());
    EXPECT_FALSE(verifier->Verify(AsBytes("pay"), bad));
  }
}

// T-46: S at and above the group order, and S + L of a good signature.
TEST(Ed25519, T46LargeSIsRefused) {
  const auto key = SigningKey::FromSeed(FromHex(kVectors[2].seed).value()).value();
  const auto verifier = Verifier::Create(key->public_key()).value();
  const Bytes order =
      FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  for (int i = 0; i < 64; ++i) {
    const Bytes message = {static_cast<uint8_t>(i)};
    const Signature good = key->Sign(message);
    ASSERT_TRUE(verifier->Verify(message, good));
    Signature bad = good;
    int carry = 0;
    for (size_t at = 0; at < 32; ++at) {
      const int sum = bad[32 + at] + order[at] + carry;
      bad[32 + at] = static_cast<uint8_t>(sum);
      carry = sum >> 8;
    }
    EXPECT_FALSE(verifier->Verify(message, bad));
    std::ranges::copy(order, bad.begin() + 32);
    EXPECT_FALSE(verifier->Verify(message, bad));
    std::fill(bad.begin() + 32, bad.end(), uint8_t{0xff});
    EXPECT_FALSE(verifier->Verify(message, bad));
  }
}

// T-46: each of the 512 bits of a signature, each bit of the message and of the key.
TEST(Ed25519, T46EveryFlippedBitIsRefused) {
  const auto key = SigningKey::FromSeed(FromHex(kVectors[0].seed).value()).value();
  const auto verifier = Verifier::Create(key->public_key()).value();
  const Bytes message = {0, 1, 2, 3};
  const Signature good = key->Sign(message);
  for (size_t bit = 0; bit < 512; ++bit) {
    Signature bad = good;
    bad[bit / 8] = static_cast<uint8_t>(bad[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(verifier->Verify(message, bad)) << bit;
  }
  for (size_t bit = 0; bit < 32; ++bit) {
    Bytes other = message;
    other[bit / 8] = static_cast<uint8_t>(other[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(verifier->Verify(other, good)) << bit;
  }
  for (size_t bit = 0; bit < 256; ++bit) {
    PublicKeyBytes other = key->public_key();
    other.ed25519[bit / 8] = static_cast<uint8_t>(other.ed25519[bit / 8] ^ (1u << (bit % 8)));
    const auto stranger = Verifier::Create(other);
    if (!stranger.ok()) continue;
    EXPECT_FALSE((*stranger)->Verify(message, good)) << bit;
  }
}

// T-46: wrong lengths and all zeros.
TEST(Ed25519, T46WrongLengthsAreRefused) {
  const auto key = SigningKey::FromSeed(FromHex(kVectors[0].seed).value()).value();
  const auto verifier = Verifier::Create(key->public_key()).value();
  const Signature good = key->Sign(AsBytes("m"));
  Bytes longer(good.begin(), good.end());
  longer.push_back(0);
  for (size_t size = 0; size <= longer.size(); ++size) {
    EXPECT_EQ(verifier->Verify(AsBytes("m"), ByteView(longer).first(size)), size == 64) << size;
  }
  EXPECT_FALSE(verifier->Verify(AsBytes("m"), Signature{}));
}

TEST(Ed25519, FingerprintNamesKeyAndAlgorithm) {
  const PublicKeyBytes key = KeyOf(kVectors[0].key);
  EXPECT_EQ(FingerprintOf(key).ToHex(),
            "51a343308b952d85cbb3b5eefe27dd769a061f84918ab9f4f64da803e73dc40c");
}

}  // namespace
}  // namespace tally::ledger
