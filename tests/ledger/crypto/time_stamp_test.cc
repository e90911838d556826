// Goal: a time stamp is believed only if an authority that the caller names stamped these very
// bytes. Method: the openssl program is the authority, its certificates and replies made in a
// folder of the test; every byte of a token changed; the wrong text, authority and purpose; a
// frozen reply of 2020, whose certificates have expired since.
#include "ledger/crypto/time_stamp.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "ledger/crypto/sha256.h"
#include "tests/stamp_authority.h"

namespace tally::ledger {
namespace {

using tests::StampAuthority;

const std::string kText2020 = "a text of 2020\n";
// Of `openssl ts -query -sha256 -no_nonce -cert`.
constexpr char kRequest2020[] =
    "30390201013031300d060960864801650304020105000420a255a0c698e6d5c0fa6637f121b903041764"
    "4319616be3e2dd3b3026fb3c67160101ff";
constexpr char kRoot2020[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBbDCCARKgAwIBAgIUacaZOI/KP67qCMKuRPXo5756NG0wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJVGVzdCBSb290MB4XDTIwMDYxNTEyMDAwMFoXDTIwMDcxNTEy\n"
    "MDAwMFowFDESMBAGA1UEAwwJVGVzdCBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAEBYDoRRLiuJ/abFSc4PhoHYZ3q87LIfJwa2ESI/p4nSrtFpt5XyO1iLjF\n"
    "G4jErZWrsSSZG3va/fapL7K08QOImaNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNV\n"
    "HQ8BAf8EBAMCAgQwHQYDVR0OBBYEFGCIVCiUMnGetkx0d7fPLxfe24/wMAoGCCqG\n"
    "SM49BAMCA0gAMEUCIQD4Fanb04hd2DiGvWBYKArI5LCuXzyvJXsjo3Adn/uCuQIg\n"
    "XRtNwgk4+pyTGvo+XDcEJIEmw1qc/Z8Wdq7vMrMl124=\n"
    "-----END CERTIFICATE-----\n";
// Of `openssl ts -reply`, at 2020-06-15T12:00:00Z; the certificates ended in July 2020.
constexpr char kReply2020[] =
    "MIIDpTADAgEAMIIDnAYJKoZIhvcNAQcCoIIDjTCCA4kCAQMxDzANBglghkgBZQMEAgEFADCBmQYLKoZIhvcN"
    "AQkQAQSggYkEgYYwgYMCAQEGBCoDBAEwMTANBglghkgBZQMEAgEFAAQgolWgxpjm1cD6ZjfxIbkDBBdkQxlh"
    "a+Pi3TswJvs8ZxYCAQIYDzIwMjAwNjE1MTIwMDAwWjADAgEBoCykKjAoMRAwDgYDVQQKDAdFeGFtcGxlMRQw"
    "EgYDVQQDDAtUZXN0IFN0YW1wc6CCAaQwggGgMIIBRqADAgECAgECMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMM"
    "CVRlc3QgUm9vdDAeFw0yMDA2MTUxMjAwMDBaFw0yMDA3MTUxMjAwMDBaMCgxEDAOBgNVBAoMB0V4YW1wbGUx"
    "FDASBgNVBAMMC1Rlc3QgU3RhbXBzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHypNlHtiMnmvoYXzacXZ"
    "BRNXCLCU4sIDpF9Oh0haLmzYJtxPHBIbTn3gDWOGWsMB1fj+2maP0WlUFDQqv+bwg6N1MHMwCQYDVR0TBAIw"
    "ADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwHQYDVR0OBBYEFPHcKtdw3sfgrPxN"
    "9y8140vyCPsiMB8GA1UdIwQYMBaAFGCIVCiUMnGetkx0d7fPLxfe24/wMAoGCCqGSM49BAMCA0gAMEUCIBjA"
    "q5ZeUbFILslXiSqWHfgGCeITvJHdwYHa9a42lHVgAiEAgovHSUqAqb5/NvNYXSJPpPmzw6Uvi1KmGnAtZsGm"
    "UIsxggEtMIIBKQIBATAZMBQxEjAQBgNVBAMMCVRlc3QgUm9vdAIBAjANBglghkgBZQMEAgEFAKCBpDAaBgkq"
    "hkiG9w0BCQMxDQYLKoZIhvcNAQkQAQQwHAYJKoZIhvcNAQkFMQ8XDTIwMDYxNTEyMDAwMFowLwYJKoZIhvcN"
    "AQkEMSIEIHyNte2S8Ukpm38Au1Fz1YakNPVKmUaiaD6dN+dFWKU7MDcGCyqGSIb3DQEJEAIvMSgwJjAkMCIE"
    "IPmXU9Uxcr1dPP3lziNeleyCtazv8ck0ZuwvRL11FdxEMAoGCCqGSM49BAMCBEcwRQIhALIYVFt2Nf6C5TZI"
    "IWOav8GfLTLJOJEx51YH+P0MMY4fAiBkkqVOsM4FZbnO7l+D2yFFH8W6oJnnmLFmPw+V/Jb5/Q==";

Bytes Reply2020() { return *FromBase64(kReply2020); }

TEST(TimeStamp, ARequestIsTheOneThatOpensslMakes) {
  EXPECT_EQ(ToHex(TimeStampRequest(AsBytes(kText2020))), kRequest2020);
}

TEST(TimeStamp, ItOutlivesItsCertificates) {
  const auto token = TokenOfReply(Reply2020());
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(*StampedDigest(*token), Rename<Hash>(DigestOfDocument(AsBytes(kText2020))));
  const auto stamp = CheckTimeStamp(*token, AsBytes(kText2020), kRoot2020, "");
  ASSERT_TRUE(stamp.ok()) << stamp.status();
  EXPECT_EQ(*stamp, (TimeStamp{*ParseInstant("2020-06-15T12:00:00Z"), "CN=Test Stamps,O=Example",
                               Seconds(1)}));
  EXPECT_EQ(stamp->by(), *ParseInstant("2020-06-15T12:00:01Z"));
}

// "By" is the latest time that the token allows, whatever parts its accuracy has.
TEST(TimeStamp, WhatAnAuthorityDoesNotKnowExactlyIsAddedToItsTime) {
  if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
  const std::pair<std::string, Duration> cases[] = {
      {"secs:86400", Days(1)},
      {"secs:1, millisecs:500, microsecs:100", {1'500'100}},
      {"millisecs:999", Milliseconds(999)},
      {"", {}},
  };
  for (const auto& [accuracy, expected] : cases) {
    const StampAuthority authority(StampAuthority::Purpose::kStamps, "sha256", accuracy);
    const std::string reply = authority.Reply(AsText(TimeStampRequest(AsBytes("x"))));
    const auto token = TokenOfReply(AsBytes(reply));
    ASSERT_TRUE(token.ok()) << token.status();
    const auto stamp = CheckTimeStamp(*token, AsBytes("x"), authority.root(), "");
    ASSERT_TRUE(stamp.ok()) << stamp.status();
    EXPECT_EQ(stamp->accuracy, expected) << accuracy;
    EXPECT_EQ(stamp->by(), stamp->time + expected) << accuracy;
  }
}

TEST(TimeStamp, AnAccuracyBelowNothingIsNone) {
  Bytes reply = Reply2020();
  const Bytes accuracy = {0x5a, 0x30, 0x03, 0x02, 0x01, 0x01};  // behind the Z of its time
  const auto found = std::search(reply.begin(), reply.end(), accuracy.begin(), accuracy.end());
  ASSERT_NE(found, reply.end());
  EXPECT_TRUE(TokenOfReply(reply).ok());  // Its form: of signatures it asks nothing.
  *(found + 5) = 0xff;
  EXPECT_TRUE(absl::IsInvalidArgument(TokenOfReply(reply).status()));
}

TEST(TimeStamp, OfAnotherTextItProvesNothing) {
  const Bytes token = *TokenOfReply(Reply2020());
  for (const char* text : {"a text of 2021\n", "a text of 2020", ""}) {
    EXPECT_TRUE(absl::IsDataLoss(CheckTimeStamp(token, AsBytes(text), kRoot2020, "").status()));
  }
}

// The signature covers the digest, the time and the signer's name; a byte outside of it that can be
// changed without refusal changes nothing that is told.
TEST(TimeStamp, NoChangedByteTellsAnythingElse) {
  const Bytes token = *TokenOfReply(Reply2020());
  const TimeStamp told = *CheckTimeStamp(token, AsBytes(kText2020), kRoot2020, "");
  size_t refused = 0;
  for (size_t at = 0; at < token.size(); ++at) {
    Bytes changed = token;
    changed[at] ^= 1;
    const auto stamp = CheckTimeStamp(changed, AsBytes(kText2020), kRoot2020, "");
    if (stamp.ok()) {
      EXPECT_EQ(*stamp, told) << at;
    }
    refused += stamp.ok() ? 0 : 1;
  }
  EXPECT_GT(refused, token.size() * 9 / 10);
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(
        CheckTimeStamp(ByteView(token).first(size), AsBytes(kText2020), kRoot2020, "").ok());
  }
  Bytes longer = token;
  longer.push_back(0);
  EXPECT_TRUE(
      absl::IsInvalidArgument(CheckTimeStamp(longer, AsBytes(kText2020), kRoot2020, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(TokenOfReply(longer).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(StampedDigest(Bytes(kTimeStampBytesMax + 1, 0)).status()));
}

TEST(TimeStamp, OnlyAuthoritiesOfTheCallerCount) {
  if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
  const StampAuthority authority, other;
  const std::string reply = authority.Reply(AsText(TimeStampRequest(AsBytes("x"))));
  const auto token = TokenOfReply(AsBytes(reply));
  ASSERT_TRUE(token.ok()) << token.status();
  const auto check = [&](const std::string& trusted, const std::string& between = "") {
    return CheckTimeStamp(*token, AsBytes("x"), trusted, between).status();
  };
  EXPECT_TRUE(check(authority.root()).ok()) << check(authority.root());
  EXPECT_TRUE(check(authority.signer()).ok());  // The signer itself may be trusted.
  EXPECT_TRUE(check(other.root() + authority.root()).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(check(other.root()))) << check(other.root());
  // What may stand between vouches for nobody.
  EXPECT_TRUE(absl::IsPermissionDenied(check(other.root(), authority.root())));
  for (const std::string& bad : {std::string(), std::string("no PEM"),
                                 authority.root() + "-----BEGIN X-----\nAAAA\n-----END X-----\n",
                                 authority.root().substr(0, 200)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(check(bad))) << bad;
  }
}

TEST(TimeStamp, WhatATokenSaysByItselfNeedsNobodysTrust) {
  const Bytes token = *TokenOfReply(Reply2020());
  const auto read = ReadTimeStamp(token, AsBytes(kText2020), "");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->stamp, *CheckTimeStamp(token, AsBytes(kText2020), kRoot2020, ""));
  // Other certificates beside it may convince others.
  const auto beside = ReadTimeStamp(token, AsBytes(kText2020), kRoot2020);
  ASSERT_TRUE(beside.ok()) << beside.status();
  EXPECT_EQ(beside->stamp, read->stamp);
  EXPECT_NE(beside->certificates, read->certificates);
  EXPECT_TRUE(absl::IsDataLoss(ReadTimeStamp(token, AsBytes("x"), "").status()));
  Bytes changed = token;
  changed.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(ReadTimeStamp(changed, AsBytes(kText2020), "").status()));
  EXPECT_FALSE(ReadTimeStamp(token, AsBytes(kText2020), "no PEM").ok());
}

TEST(TimeStamp, ACertificateForSomethingElseStampsNothing) {
  if (!StampAuthority::IsThere()) GTEST_SKIP() << "openssl is not installed";
  // The program refuses to stamp with it; what it would sign is made by hand nowhere else.
  const StampAuthority servers(StampAuthority::Purpose::kServers);
  EXPECT_EQ(servers.Reply(AsText(TimeStampRequest(AsBytes("x")))), "");
  const StampAuthority weak(StampAuthority::Purpose::kStamps, "sha1");
  const std::string reply = weak.Reply(AsText(TimeStampRequest(AsBytes("x"))));
  const auto token = TokenOfReply(AsBytes(reply));
  ASSERT_TRUE(token.ok()) << token.status();
  const absl::Status refused = CheckTimeStamp(*token, AsBytes("x"), weak.root(), "").status();
  EXPECT_TRUE(absl::StrContains(refused.message(), "weaker than SHA-256")) << refused;
}

// The DER of a rejection (status 2) with the text "no".
TEST(TimeStamp, ARefusalIsToldInTheAuthoritysWords) {
  const absl::Status refused = TokenOfReply(*FromHex("300b300902010230040c026e6f")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_TRUE(absl::EndsWith(refused.message(), "(status 2): no")) << refused;
}

TEST(TimeStamp, CertificatesHaveOneSpelling) {
  EXPECT_EQ(*CleanCertificates(kRoot2020), kRoot2020);
  EXPECT_EQ(*CleanCertificates(std::string("a remark\n") + kRoot2020), kRoot2020);
  EXPECT_FALSE(CleanCertificates("").ok());
}

}  // namespace
}  // namespace tally::ledger
