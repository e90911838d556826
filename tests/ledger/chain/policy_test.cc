// Goal: a policy is read strictly and says exactly which cosigned checkpoints it accepts.
// Method: the specification's own example with six witnesses, every subset of them against the rule
// written out; a table of malformed files; notes with foreign, failing and missing signatures.
#include "ledger/chain/policy.h"

#include <gtest/gtest.h>

#include <bit>

#include "absl/strings/str_replace.h"
#include "tests/ledger/chain/small_log.h"

namespace tally::ledger {
namespace {

using namespace tests;

std::string WitnessVkey(int i) {
  return CosignerKey(absl::StrCat("w", i),
                     CountingKey(static_cast<uint8_t>(0x40 + i))->public_key())
      .ToText();
}
// Six witnesses: 0 to 2 are X, 3 to 5 are Y.
std::string SixWitnesses() {
  std::string text = absl::StrCat("# six\n\nlog ", kSmallLogKey, " https://log.example/\n");
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&text, "\twitness ", i < 3 ? "X" : "Y", i, "  ", WitnessVkey(i), " \n");
  }
  return text;
}
const std::string& TwoLevels() {
  static const std::string kText = SixWitnesses() +
                                   "group X-witnesses 2 X0 X1 X2\ngroup Y-witnesses any Y3 Y4 Y5\n"
                                   "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
  return kText;
}
std::string CosignedBy(unsigned subset) {
  const std::string note = SmallNote(5);
  std::vector<NoteSignature> made;
  for (int i = 0; i < 6; ++i) {
    if ((subset >> i & 1) == 0) continue;
    made.push_back(SignCosignature(ParseNote(note)->text, absl::StrCat("w", i),
                                   *CountingKey(static_cast<uint8_t>(0x40 + i)), 100u + i)
                       .value());
  }
  return AddSignatures(note, made).value();
}

TEST(Policy, EverySubsetOfSixWitnesses) {
  const Policy policy = ParsePolicy(TwoLevels()).value();
  EXPECT_EQ(policy.logs.front().url, "https://log.example/");
  EXPECT_EQ(policy.witnesses.size(), 6u);
  for (unsigned subset = 0; subset < 64; ++subset) {
    const auto verdict = CheckPolicy(policy, {}, CosignedBy(subset));
    ASSERT_TRUE(verdict.ok()) << verdict.status();
    const bool expected = std::popcount(subset & 7u) >= 2 && (subset & 0x38u) != 0;
    EXPECT_EQ(verdict->quorum_met, expected) << subset;
    EXPECT_EQ(verdict->cosigners.size(), static_cast<size_t>(std::popcount(subset)));
    EXPECT_EQ(verdict->checkpoint.size, 5u);
  }
  const auto all = CheckPolicy(policy, {}, CosignedBy(63));
  EXPECT_EQ(all->cosigners[4].name, "Y4");
  EXPECT_EQ(all->cosigners[4].unix_seconds, 104u);
}

TEST(Policy, OneWitnessAllAnyAndNone) {
  const auto met = [](const std::string& end, unsigned subset) {
    const auto policy = ParsePolicy(SixWitnesses() + end);
    EXPECT_TRUE(policy.ok()) << policy.status();
    return CheckPolicy(*policy, {}, CosignedBy(subset))->quorum_met;
  };
  EXPECT_TRUE(met("quorum none\n", 0));
  EXPECT_TRUE(met("quorum X1\n", 2));
  EXPECT_FALSE(met("quorum X1\n", 61));
  EXPECT_TRUE(met("group all all X0 X1\nquorum all\n", 3));
  EXPECT_FALSE(met("group all all X0 X1\nquorum all\n", 2));
  EXPECT_TRUE(met("group g 1 X0 X1\nquorum g\n", 2));
}

TEST(Policy, SignaturesThatDoNotCount) {
  const Policy policy = ParsePolicy(TwoLevels()).value();
  // A witness's failing signature refuses the note, as any known key's does.
  const std::string good = CosignedBy(63);
  const Note parsed = ParseNote(good).value();
  NoteSignature bad = parsed.unverified.back();
  bad.signature.back() = static_cast<uint8_t>(bad.signature.back() ^ 1);
  EXPECT_EQ(CheckPolicy(policy, {}, AddSignatures(good, {&bad, 1}).value()).status().code(),
            absl::StatusCode::kDataLoss);
  // Without the log's own signature witnesses vouch for nothing.
  std::string without = absl::StrCat(parsed.text, "\n");
  for (size_t i = 1; i < parsed.unverified.size(); ++i)
    without += SignatureLine(parsed.unverified[i]);
  EXPECT_EQ(CheckPolicy(policy, {}, without).status().code(), absl::StatusCode::kPermissionDenied);
  // A log's key speaks for the origin of its name alone.
  const std::string other =
      SignNote(absl::StrReplaceAll(parsed.text, {{"example.com/", "example.org/"}}), kSmallOrigin,
               *SmallLogKey())
          .value();
  EXPECT_EQ(CheckPolicy(policy, {}, other).status().code(), absl::StatusCode::kPermissionDenied);
  // Logs known from elsewhere.
  const std::string text = absl::StrReplaceAll(TwoLevels(), {{"log ", "# log "}});
  const Policy no_log = ParsePolicy(text).value();
  EXPECT_FALSE(CheckPolicy(no_log, {}, good).ok());
  EXPECT_TRUE(CheckPolicy(no_log, KeysOf({kSmallLogKey}), good)->quorum_met);
}

TEST(Policy, MalformedFilesAreRefusedByLine) {
  const std::string log = absl::StrCat("log ", kSmallLogKey, "\n");
  const std::string w0 = absl::StrCat("witness a ", WitnessVkey(0), "\n");
  const std::string w1 = absl::StrCat("witness b ", WitnessVkey(1), "\n");
  ASSERT_TRUE(ParsePolicy("quorum none\n").ok());
  ASSERT_TRUE(ParsePolicy(" # \t comment \xff\n\n" + log + w0 + "quorum a\n").ok());
  const std::pair<std::string, const char*> rows[] = {
      {"", "no quorum"},
      {log, "no quorum"},
      {"quorum none", "line 1: it does not end"},
      {"quorum none\nquorum none\n", "line 2: a second quorum"},
      {"quorum\n", "line 1: expected: quorum"},
      {"quorum a\n", "\"a\" is not defined"},
      {"quorum a\n" + w0, "line 1: \"a\" is not defined"},
      {"Quorum none\n", "\"Quorum\" is none of"},
      {"quorum none # x\n", "expected: quorum"},
      {"quorum none\r\n", "control character"},
      {"quorum none\x7f\n", "control character"},
      {log + log + "quorum none\n", "line 2: two logs have one key"},
      {"log\nquorum none\n", "expected: log"},
      {"log x\nquorum none\n", "line 1: vkey"},
      {absl::StrCat("log ", kSmallWitnessKey, "\nquorum none\n"), "of type 4, not 1"},
      {absl::StrCat("witness w ", kSmallLogKey, "\nquorum none\n"), "of type 1, not 4"},
      {absl::StrCat("witness none ", WitnessVkey(0), "\nquorum none\n"), "reserved"},
      {w0 + w0 + "quorum none\n", "line 2: \"a\" is defined already"},
      {w0 + absl::StrCat("witness b ", WitnessVkey(0), "\nquorum a\n"),
       "two witnesses have one key"},
      {w0 + "group a any a\nquorum a\n", "\"a\" is defined already"},
      {w0 + "group g any\nquorum g\n", "expected: group"},
      {w0 + "group g any b\nquorum g\n", "\"b\" is not defined above"},
      {w0 + "group g any g\nquorum g\n", "\"g\" is not defined above"},
      {w0 + "group g any a a\nquorum g\n", "\"a\" is a member already"},
      {w0 + w1 + "group g any a\ngroup h any a b\nquorum h\n", "\"a\" is a member already"},
      {w0 + "group g 0 a\nquorum g\n", "\"0\" of 1 members"},
      {w0 + "group g 2 a\nquorum g\n", "\"2\" of 1 members"},
      {w0 + "group g 01 a\nquorum g\n", "\"01\" of 1 members"},
      {w0 + "group g -1 a\nquorum g\n", "\"-1\" of 1 members"},
      {w0 + "group g any none\nquorum g\n", "\"none\" is not defined above"},
      {std::string("quorum none\n\0", 13), "line 2"},
      {std::string(kPolicyBytesMax + 1, '\n'), "too long"},
  };
  for (const auto& [text, words] : rows) {
    const auto policy = ParsePolicy(text);
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(std::string(policy.status().message()).find(words), std::string::npos)
        << text << policy.status();
  }
}

// The specification asks for at least 32 of each.
TEST(Policy, ManyOfEach) {
  std::string text;
  std::string members;
  for (int i = 0; i < 64; ++i) {
    const auto key = CountingKey(static_cast<uint8_t>(3 * i))->public_key();
    absl::StrAppend(&text, "log ",
                    VerifierKey{absl::StrCat("l", i), NoteKeyType::kEd25519, key}.ToText(),
                    "\nwitness n", i, " ", CosignerKey(absl::StrCat("w", i), key).ToText(),
                    "\ngroup g", i, " all n", i, "\n");
    absl::StrAppend(&members, " g", i);
  }
  const auto policy = ParsePolicy(text + "group all 33" + members + "\nquorum all\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->groups.size(), 65u);
}

}  // namespace
}  // namespace tally::ledger
