// Goal: checkpoints are C2SP's, byte for byte; only the log's own signature over the expected
// origin opens one. Method: the frozen checkpoint of the 300-entry log with its cosignature;
// published cosignatures; a table of malformed texts.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/sha256.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kOrigin = "example.com/tallystick-test";
constexpr absl::string_view kLogKey =
    "example.com/tallystick-test+d9bd1697+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr absl::string_view kWitnessKey =
    "witness.example.com/w1+969980cf+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
constexpr absl::string_view kText =
    "example.com/tallystick-test\n300\ngw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=\n";
constexpr absl::string_view kLogLine =
    "\xe2\x80\x94 example.com/tallystick-test "
    "2b0Wl6pTuQ+2FYoAT55rJ2gdRI/zG2sgSluaLQtJ2osyE5lTfGK9Fv0bQWqdwST5dPZIgG11JOGg7XTP8neUay2g/"
    "ww=\n";
constexpr absl::string_view kWitnessLine =
    "\xe2\x80\x94 witness.example.com/w1 "
    "lpmAzwAAAABpVGeAMsyMKPmhMWPhcnI92nuXXZ8LTBz5/rUCCrBkLKKLjUTOpFCYJHI2mUNy5VqdR8lLA8QBX8F7/vuR3q"
    "egES2fBw==\n";

std::vector<VerifierKey> Keys(std::initializer_list<absl::string_view> texts) {
  std::vector<VerifierKey> keys;
  for (absl::string_view text : texts) keys.push_back(VerifierKey::Parse(text).value());
  return keys;
}

std::unique_ptr<SigningKey> CountingKey() {
  Bytes seed(32);
  for (size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<uint8_t>(i);
  return SigningKey::FromSeed(seed).value();
}

TEST(Checkpoint, TheFrozenLogsCheckpoint) {
  const std::string note = absl::StrCat(kText, "\n", kLogLine, kWitnessLine);
  EXPECT_EQ(Sha256Of({AsBytes(note)}).ToHex(),
            "e5da5232c85711655820192f1fca4e143b697ec541ad0dbc8293aae5c971e1d8");
  const auto checkpoint = OpenCheckpoint(note, Keys({kLogKey, kWitnessKey}), kOrigin);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 300u);
  EXPECT_EQ(CheckpointText(*checkpoint), kText);
  EXPECT_EQ(SignCheckpoint(*checkpoint, *CountingKey()).value(),
            absl::StrCat(kText, "\n", kLogLine));
  EXPECT_EQ(OpenNote(note, Keys({kLogKey, kWitnessKey}))->verified.size(), 2u);
}

TEST(Checkpoint, AWitnessAloneIsNotTheLog) {
  const std::string note = absl::StrCat(kText, "\n", kWitnessLine);
  EXPECT_EQ(OpenCheckpoint(note, Keys({kLogKey, kWitnessKey}), kOrigin).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(OpenNote(note, Keys({kWitnessKey})).ok());
}

TEST(Checkpoint, TheOriginIsTheCallers) {
  const std::string note = absl::StrCat(kText, "\n", kLogLine);
  EXPECT_TRUE(OpenCheckpoint(note, Keys({kLogKey}), "").ok());
  EXPECT_EQ(OpenCheckpoint(note, Keys({kLogKey}), "example.com/other").status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(OpenCheckpoint(note, {}, kOrigin).status().code(), absl::StatusCode::kPermissionDenied);
}

// A witness's time and text are both under its signature.
TEST(Checkpoint, ACosignatureBindsTimeAndText) {
  const std::vector<VerifierKey> keys = Keys({kWitnessKey});
  EXPECT_TRUE(OpenNote(absl::StrCat(kText, "\n", kWitnessLine), keys).ok());
  const std::string other_time = absl::StrReplaceAll(kWitnessLine, {{"ABpVGeA", "ABpVGeB"}});
  EXPECT_EQ(OpenNote(absl::StrCat(kText, "\n", other_time), keys).status().code(),
            absl::StatusCode::kDataLoss);
  const std::string other_text = absl::StrReplaceAll(kText, {{"\n300\n", "\n301\n"}});
  EXPECT_EQ(OpenNote(absl::StrCat(other_text, "\n", kWitnessLine), keys).status().code(),
            absl::StatusCode::kDataLoss);
}

// Published cosignatures: the signed bytes are known by their digest.
TEST(Checkpoint, PublishedCosignatures) {
  const std::string text =
      "rome2026h1.example.org\n300\nlCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=\n";
  EXPECT_EQ(Sha256Of({AsBytes(CosignatureMessage(text, 1767139200))}).ToHex(),
            "dffd1dc71212ab02311ca83213129b8f0f97db998fb99b996b00ca6befd4d39b");
  const std::string note = absl::StrCat(
      text,
      "\n\xe2\x80\x94 witness.example.org uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhft"
      "nn1Zznmo0LXFZq4LGvqKqLX8jWlwLKasxEGTLIqAVusneCBmBw==\n");
  EXPECT_TRUE(
      OpenNote(note, Keys({"witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28"
                           "qUN"}))
          .ok());
}

TEST(Checkpoint, MalformedTextsAreRefused) {
  const std::string root = "gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=";
  ASSERT_TRUE(ParseCheckpointText("o\n1\n" + root + "\n").ok());
  EXPECT_TRUE(ParseCheckpointText("o\n1\n" + root + "\nextension\n").ok());
  EXPECT_TRUE(ParseCheckpointText("o\n0\n" + ToBase64(EmptyTreeHash().view()) + "\n").ok());
  EXPECT_TRUE(ParseCheckpointText("o\n4611686018427387904\n" + root + "\n").ok());
  for (const std::string& bad :
       {std::string(), std::string("o\n1\n"), "o\n1\n" + root, "\n1\n" + root + "\n",
        "o\n01\n" + root + "\n", "o\n+1\n" + root + "\n", "o\n-1\n" + root + "\n",
        "o\n 1\n" + root + "\n", "o\n\n" + root + "\n", "o\n0x1\n" + root + "\n",
        "o\n4611686018427387905\n" + root + "\n", "o\n18446744073709551616\n" + root + "\n",
        "o\n0\n" + root + "\n", "o\n1\n" + root + "\n\n", "o\n1\n" + root + "\n\nx\n",
        "o\n1\n" + root + " \n", std::string("o\n1\nAAAA\n"), "o\n1\n" + root.substr(0, 43) + "\n",
        "o\r\n1\n" + root + "\n"}) {
    EXPECT_EQ(ParseCheckpointText(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(Checkpoint, OnlyWhatReadsBackIsSigned) {
  const auto key = CountingKey();
  const Hash root = LeafHash({});
  EXPECT_TRUE(SignCheckpoint({"o", 1, root}, *key).ok());
  EXPECT_FALSE(SignCheckpoint({"", 1, root}, *key).ok());
  EXPECT_FALSE(SignCheckpoint({"o\n5", 1, root}, *key).ok());
  EXPECT_FALSE(SignCheckpoint({"o p", 1, root}, *key).ok());
  EXPECT_FALSE(SignCheckpoint({"o", 0, EmptyTreeHash()}, *key).ok());
  EXPECT_FALSE(SignCheckpoint({"o", kTreeSizeMax + 1, root}, *key).ok());
}

}  // namespace
}  // namespace tally::ledger
