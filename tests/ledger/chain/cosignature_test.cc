// Goal: cosignatures are C2SP's byte for byte, and lines are added to a note without loss.
// Method: the small log's cosignature made again; the published witness and mirror; a table of what
// is never signed and of lines that are none.
#include "ledger/chain/cosignature.h"

#include <gtest/gtest.h>

#include "tests/ledger/chain/small_log.h"

namespace tally::ledger {
namespace {

using namespace tests;

TEST(Cosignature, TheSmallLogsCheckpointByteForByte) {
  const std::string note = SmallCosigned();
  EXPECT_EQ(note.size(), 335u);
  EXPECT_EQ(Sha256Of({AsBytes(note)}).ToHex(), kSmallCheckpointDigest);
  const VerifierKey key = CosignerKey(kSmallWitness, SmallWitnessKey()->public_key());
  EXPECT_EQ(key.ToText(), kSmallWitnessKey);
  VerifierKey as_log = key;
  as_log.type = NoteKeyType::kEd25519;
  EXPECT_EQ(as_log.id(), 0x78b3b84cu);
  const auto opened = OpenNote(note, {&key, 1});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(CosignatureTime(opened->verified.front()).value(), kSmallTime);
  EXPECT_FALSE(CosignatureTime(opened->unverified.front()).ok());
}

// The proof bundle of entry 123: path and checkpoint, 774 bytes.
TEST(Cosignature, TheSmallLogsProofBundle) {
  std::string bundle = "c2sp.org/tlog-proof@v1\nindex 123\n";
  for (const Hash& hash : InclusionPath(SmallLeaves(), 123)) {
    absl::StrAppend(&bundle, ToBase64(hash.view()), "\n");
  }
  absl::StrAppend(&bundle, "\n", SmallCosigned());
  EXPECT_EQ(bundle.size(), 774u);
  EXPECT_EQ(Sha256Of({AsBytes(bundle)}).ToHex(),
            "a4c42a67aa9ea2b0df08c928ae0803c8ba931cd31fb434418d86c6d930ca4e59");
}

// Made by others' programs: a witness's and a mirror's, over two trees of one log.
TEST(Cosignature, PublishedCosignaturesVerify) {
  struct Row {
    absl::string_view root, vkey, name, blob, message;
  };
  const Row rows[] = {{"lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=",
                       "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN",
                       "witness.example.org",
                       "uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhftnn1Zznmo0LXFZq4LGvqKqLX"
                       "8jWlwLKasxEGTLIqA"
                       "VusneCBmBw==",
                       "dffd1dc71212ab02311ca83213129b8f0f97db998fb99b996b00ca6befd4d39b"},
                      {"gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=",
                       "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O",
                       "mirror.example.org",
                       "P7FI7wAAAABpVGeAjA1S4pJm6MbcXjX7UUImu4azZtrfcVW2uyr/"
                       "LXIYlwEJzXC0N0EiZkbqfLdXt/4gVEEuGmxJjAfX"
                       "KMCISpsJAg==",
                       "7b23aebd396103cd45c0f5b4b014ea5ed612d10ed789da8fea469d338b4d319b"}};
  for (const Row& row : rows) {
    const std::string text = absl::StrCat("rome2026h1.example.org\n300\n", row.root, "\n");
    EXPECT_EQ(Sha256Of({AsBytes(CosignatureMessage(text, kSmallTime))}).ToHex(), row.message);
    const std::string note = absl::StrCat(text, "\n\xe2\x80\x94 ", row.name, " ", row.blob, "\n");
    const auto opened = OpenNote(note, KeysOf({row.vkey}));
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(CosignatureTime(opened->verified.front()).value(), kSmallTime);
    EXPECT_EQ(absl::StrCat(text, "\n", SignatureLine(opened->verified.front())), note);
  }
  EXPECT_EQ(Sha256Of({AsBytes("rome2026h1.example.org")}).ToHex(),
            "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706");
}

TEST(Cosignature, OnlyCheckpointsAreCosigned) {
  const auto key = SmallWitnessKey();
  const std::string text = ParseNote(SmallNote(3))->text;
  EXPECT_TRUE(SignCosignature(text, "w", *key, 1).ok());
  EXPECT_FALSE(SignCosignature(text, "w", *key, 0).ok());
  EXPECT_FALSE(SignCosignature(text, "w", *key, uint64_t{1} << 63).ok());
  EXPECT_FALSE(SignCosignature(text, "w w", *key, 1).ok());
  EXPECT_FALSE(SignCosignature(text, "", *key, 1).ok());
  EXPECT_FALSE(SignCosignature("a text\n", "w", *key, 1).ok());
  EXPECT_FALSE(SignCosignature(text.substr(0, text.size() - 1), "w", *key, 1).ok());
}

TEST(Cosignature, LinesAreAddedAndReplaced) {
  const std::string note = SmallNote(3);
  const std::string text = ParseNote(note)->text;
  const auto key = SmallWitnessKey();
  const NoteSignature early = SignCosignature(text, "w", *key, 5).value();
  const NoteSignature late = SignCosignature(text, "w", *key, 6).value();
  const NoteSignature other = SignCosignature(text, "v", *key, 7).value();
  const NoteSignature two[] = {early, other};
  const std::string both = AddSignatures(note, two).value();
  EXPECT_EQ(both, absl::StrCat(note, SignatureLine(early), SignatureLine(other)));
  EXPECT_EQ(AddSignatures(both, {&late, 1}).value(),
            absl::StrCat(note, SignatureLine(other), SignatureLine(late)));
  EXPECT_FALSE(AddSignatures("no note", {&late, 1}).ok());
  const std::vector<NoteSignature> many(200, late);
  EXPECT_FALSE(AddSignatures(note, many).ok());
}

TEST(Cosignature, OnlyLinesOfSignaturesAreRead) {
  const std::string line = SignatureLine({"w", 7, Bytes(72, 1)});
  EXPECT_EQ(ParseSignatureLines(line + line)->size(), 2u);
  for (const std::string& bad :
       {std::string(), std::string("\n"), line + "\n", "\n" + line, line + "x\n",
        line.substr(0, line.size() - 1), line + "\n" + line}) {
    EXPECT_FALSE(ParseSignatureLines(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace tally::ledger
