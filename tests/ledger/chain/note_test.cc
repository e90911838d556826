// Goal: notes are read and written byte for byte as C2SP's signed-note says, and nothing malformed
// or badly signed passes.
// Method: published notes and keys; a table of malformed keys and notes; every flipped bit and
// every truncation of a note.
#include "ledger/chain/note.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using tests::TestKey;

constexpr absl::string_view kFooKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr absl::string_view kFooNote =
    "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
constexpr absl::string_view kNeumannKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr absl::string_view kNeumannSeed =
    "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173";
constexpr absl::string_view kNeumannText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr absl::string_view kNeumannLine =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::vector<VerifierKey> KeysOf(std::initializer_list<absl::string_view> texts) {
  std::vector<VerifierKey> keys;
  for (absl::string_view text : texts) keys.push_back(VerifierKey::Parse(text).value());
  return keys;
}

TEST(VerifierKey, PublishedKeysReadAndPrint) {
  for (absl::string_view text :
       {kFooKey, kNeumannKey,
        absl::string_view("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
        absl::string_view(
            "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN")}) {
    const auto key = VerifierKey::Parse(text);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->ToText(), text);
  }
}

TEST(VerifierKey, EventKeysHaveATypeOfTheirOwn) {
  const VerifierKey key{"acme", NoteKeyType::kOther, TestKey(1)->public_key()};
  EXPECT_EQ(VerifierKey::Parse(key.ToText()).value(), key);
  VerifierKey note_key = key;
  note_key.type = NoteKeyType::kEd25519;
  EXPECT_NE(note_key.id(), key.id());
  const std::string note = SignNote("text\n", "acme", *TestKey(1)).value();
  EXPECT_EQ(OpenNote(note, std::vector<VerifierKey>{key}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VerifierKey, MalformedKeysAreRefused) {
  std::string small_order = VerifierKey{"n", NoteKeyType::kEd25519, {}}.ToText();
  for (const std::string& bad :
       {std::string(""), std::string("PeterNeumann"), std::string("PeterNeumann+c74f20a3"),
        absl::StrCat(kNeumannKey, "="), absl::StrCat(kNeumannKey, "AAAA"),
        absl::StrReplaceAll(kNeumannKey, {{"c74f20a3", "c74f20a"}}),
        absl::StrReplaceAll(kNeumannKey, {{"c74f20a3", "c74f20a33"}}),
        absl::StrReplaceAll(kNeumannKey, {{"c74f20a3", "C74F20A3"}}),
        absl::StrReplaceAll(kNeumannKey, {{"c74f20a3", "c74f20a4"}}),
        absl::StrReplaceAll(kNeumannKey, {{"Peter", "peter"}}),
        absl::StrReplaceAll(kNeumannKey, {{"PeterNeumann", "Peter Neumann"}}),
        absl::StrReplaceAll(kNeumannKey, {{"PeterNeumann", ""}}),
        absl::StrReplaceAll(kNeumannKey, {{"+ARpc", "+ARpd"}}),
        absl::StrReplaceAll(kNeumannKey, {{"+ARpc", "+AhpC"}}),
        absl::StrReplaceAll(kNeumannKey, {{"/LDE4", "_LDE4"}}), small_order}) {
    EXPECT_EQ(VerifierKey::Parse(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(Note, PublishedNotesOpen) {
  const auto foo = OpenNote(kFooNote, KeysOf({kFooKey}));
  ASSERT_TRUE(foo.ok()) << foo.status();
  EXPECT_EQ(foo->text, "This is an example message.\n");
  EXPECT_EQ(foo->verified.size(), 1u);
  const std::string neumann = absl::StrCat(kNeumannText, "\n", kNeumannLine);
  EXPECT_EQ(OpenNote(neumann, KeysOf({kNeumannKey}))->text, kNeumannText);
  const auto key = SigningKey::FromSeed(FromHex(kNeumannSeed).value()).value();
  EXPECT_EQ(SignNote(kNeumannText, "PeterNeumann", *key).value(), neumann);
}

TEST(Note, KnownUnknownAndBadSignatures) {
  const std::string line = std::string(kFooNote.substr(kFooNote.find("\xe2\x80\x94")));
  const std::string both = absl::StrCat(kNeumannText, "\n", kNeumannLine, line);
  // foo's line does not sign this text: unknown it is ignored, known it refuses the note.
  const auto opened = OpenNote(both, KeysOf({kNeumannKey}));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->unverified.size(), 1u);
  EXPECT_EQ(OpenNote(both, KeysOf({kNeumannKey, kFooKey})).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(OpenNote(both, {}).status().code(), absl::StatusCode::kPermissionDenied);
  // The same key twice is one signature; a bad second one still refuses.
  const std::string twice = absl::StrCat(kNeumannText, "\n", kNeumannLine, kNeumannLine);
  EXPECT_EQ(OpenNote(twice, KeysOf({kNeumannKey}))->verified.size(), 1u);
  const std::string spoiled =
      absl::StrCat(twice, absl::StrReplaceAll(kNeumannLine, {{"ZJkuBS", "ZJkuBT"}}));
  EXPECT_EQ(OpenNote(spoiled, KeysOf({kNeumannKey})).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Note, MalformedNotesAreRefused) {
  const std::string text(kNeumannText);
  const std::string line(kNeumannLine);
  const std::string good = text + "\n" + line;
  ASSERT_TRUE(ParseNote(good).ok());
  for (const std::string& bad :
       {std::string(),
        text,
        text + "\n",
        text + line,
        text + "\n" + line + "\n",
        text + "\n" + line + "x",
        good.substr(0, good.size() - 1),
        text + "\r\n" + line,
        text + "\x01\n\n" + line,
        text + "\xff\n\n" + line,
        "\t" + good,
        absl::StrReplaceAll(good, {{"\xe2\x80\x94 P", "- P"}}),
        absl::StrReplaceAll(good, {{"\xe2\x80\x94 P", "\xe2\x80\x94P"}}),
        absl::StrReplaceAll(good, {{"\xe2\x80\x94 P", "\xe2\x80\x94  P"}}),
        absl::StrReplaceAll(good, {{"Neumann x08", "Neumann  x08"}}),
        absl::StrReplaceAll(good, {{"Neumann x08", "Neumann+x x08"}}),
        absl::StrReplaceAll(good, {{"nAM=", "nAM"}}),
        absl::StrReplaceAll(good, {{"nAM=", "nAN="}}),
        absl::StrReplaceAll(good, {{"nAM=", "nAM=="}}),
        absl::StrReplaceAll(good, {{"x08", "x 8"}}),
        text + "\n\xe2\x80\x94 PeterNeumann x08gow==\n" + "\xe2\x80\x94 PeterNeumann x08gow=\n",
        text + "\n\xe2\x80\x94 PeterNeumann x08gAA==x\n",
        text + "\n\xe2\x80\x94 PeterNeumann \n",
        text + "\n\xe2\x80\x94 PeterNeumann x08goA==\n"}) {
    EXPECT_EQ(ParseNote(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(Note, LimitsOfSizeAndSignatures) {
  std::string note = absl::StrCat(kNeumannText, "\n");
  for (size_t i = 0; i < kNoteSignaturesMax; ++i) absl::StrAppend(&note, kNeumannLine);
  EXPECT_TRUE(OpenNote(note, KeysOf({kNeumannKey})).ok());
  EXPECT_FALSE(ParseNote(note + std::string(kNeumannLine)).ok());
  const auto key = TestKey(1);
  EXPECT_FALSE(SignNote(std::string(kNoteBytesMax, 'x') + "\n", "n", *key).ok());
  const std::string long_note = SignNote(std::string(1000, 'x') + "\n", "n", *key).value();
  EXPECT_FALSE(ParseNote(std::string(kNoteBytesMax, 'x') + long_note).ok());
}

TEST(Note, OnlyCleanTextIsSigned) {
  const auto key = TestKey(1);
  for (const char* bad : {"", "no newline", "a\tb\n", "\xff\n", "a\r\n"}) {
    EXPECT_EQ(SignNote(bad, "n", *key).status().code(), absl::StatusCode::kInvalidArgument);
  }
  for (const char* bad : {"", "a b", "a+b"}) EXPECT_FALSE(SignNote("x\n", bad, *key).ok());
  // Empty lines in the text are allowed: the last one splits.
  const std::string note = SignNote("a\n\nb\n\n", "n", *key).value();
  EXPECT_EQ(ParseNote(note)->text, "a\n\nb\n\n");
}

TEST(Note, EveryFlipAndTruncationIsRefused) {
  const std::vector<VerifierKey> keys = KeysOf({kFooKey});
  for (size_t size = 0; size < kFooNote.size(); ++size) {
    EXPECT_FALSE(OpenNote(kFooNote.substr(0, size), keys).ok());
  }
  for (size_t bit = 0; bit < kFooNote.size() * 8; ++bit) {
    std::string bad(kFooNote);
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenNote(bad, keys).ok()) << bit;
  }
}

TEST(Note, TwoKeysOfOneNameAndIdAreRefused) {
  std::vector<VerifierKey> keys = KeysOf({kFooKey, kFooKey});
  EXPECT_TRUE(OpenNote(kFooNote, keys).ok());  // the same key twice is one key
}

}  // namespace
}  // namespace tally::ledger
