// Goal: two heads of one log that cannot be one are proven by a text alone, and nobody is accused
// by anything less (T-20). Method: forks of the small log at every pair of sizes to 20, of one size
// and of two; every bit of a text flipped; honest pairs, foreign keys, texts that were changed or
// joined.
#include "ledger/chain/contradiction.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "tests/ledger/chain/small_log.h"

namespace tally::ledger {
namespace {

using namespace tests;

const std::vector<VerifierKey>& LogKey() {
  static const std::vector<VerifierKey> kKeys = KeysOf({kSmallLogKey});
  return kKeys;
}
// The small log with another entry at `fork`.
std::vector<Hash> Forked(size_t size, size_t fork) {
  std::vector<Hash> leaves = SmallLeaves(size);
  leaves.at(fork) = LeafHash(AsBytes("another record"));
  return leaves;
}
absl::StatusOr<Contradiction> Find(const std::vector<Hash>& kept, const std::vector<Hash>& shown) {
  return FindContradiction(SmallNote(kept), SmallNote(shown), LogKey(),
                           SmallTiles(kept.size() > shown.size() ? kept : shown));
}

// T-20: two heads of one size, and of every two sizes.
TEST(Contradiction, T20EveryForkIsProven) {
  for (size_t kept = 1; kept <= 20; ++kept) {
    for (size_t shown = 1; shown <= 20; ++shown) {
      const size_t fork = std::min(kept, shown) - 1;
      const auto found = Find(SmallLeaves(kept), Forked(shown, fork));
      ASSERT_TRUE(found.ok()) << kept << " " << shown << " " << found.status();
      EXPECT_TRUE(CheckContradiction(*found, LogKey()).ok());
      const std::string text = EncodeContradiction(*found);
      EXPECT_EQ(DecodeContradiction(text).value(), *found);
      EXPECT_EQ(found->log_keys, LogKey());
      EXPECT_EQ(found->proof.empty(), kept == shown);
    }
  }
}

TEST(Contradiction, T20AnHonestLogIsNeverAccused) {
  for (size_t kept = 1; kept <= 20; ++kept) {
    for (size_t shown = 1; shown <= 20; ++shown) {
      EXPECT_EQ(Find(SmallLeaves(kept), SmallLeaves(shown)).status().code(),
                absl::StatusCode::kNotFound);
    }
  }
  // A text that claims one all the same.
  const std::string five = SmallNote(5);
  const std::string nine = SmallNote(9);
  const auto tiles = SmallTiles(SmallLeaves(9));
  Contradiction claim{LogKey(), five, nine, TreeRoot(SmallLeaves(5)),
                      ConsistencyProofFromTiles(5, 9, tiles).value()};
  EXPECT_FALSE(CheckContradiction(claim, LogKey()).ok());  // the root that was signed
  claim.root.bytes[0] ^= 1;
  EXPECT_FALSE(CheckContradiction(claim, LogKey()).ok());  // a root without proof
  claim = {LogKey(), nine, five, claim.root, claim.proof};
  EXPECT_FALSE(CheckContradiction(claim, LogKey()).ok());
  claim = {LogKey(), five, five, {}, {}};
  EXPECT_FALSE(CheckContradiction(claim, LogKey()).ok());
}

TEST(Contradiction, T20OnlyTheLogsOwnSignaturesConvict) {
  const Contradiction found = Find(SmallLeaves(5), Forked(9, 3)).value();
  EXPECT_TRUE(CheckContradiction(found, LogKey()).ok());
  EXPECT_EQ(CheckContradiction(found, {}).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(CheckContradiction(found, KeysOf({kSmallWitnessKey})).code(),
            absl::StatusCode::kPermissionDenied);
  // Another key under the log's name, and another origin under the log's key.
  const VerifierKey other{std::string(kSmallOrigin), NoteKeyType::kEd25519,
                          SmallWitnessKey()->public_key()};
  EXPECT_FALSE(CheckContradiction(found, {&other, 1}).ok());
  Contradiction mixed = found;
  mixed.second =
      SignCheckpoint({"example.com/other", 9, TreeRoot(Forked(9, 3))}, *SmallLogKey()).value();
  const VerifierKey own{"example.com/other", NoteKeyType::kEd25519, SmallLogKey()->public_key()};
  const std::vector<VerifierKey> both = {LogKey()[0], own};
  EXPECT_EQ(CheckContradiction(mixed, both).code(), absl::StatusCode::kInvalidArgument);
}

// An origin is a name: two logs may have it, and whoever trusts both keys is told of no fork.
TEST(Contradiction, T20TwoKeysConvictNobody) {
  const VerifierKey other{std::string(kSmallOrigin), NoteKeyType::kEd25519,
                          SmallWitnessKey()->public_key()};
  const std::vector<VerifierKey> both = {LogKey()[0], other};
  const std::string under_other =
      SignCheckpoint({std::string(kSmallOrigin), 5, TreeRoot(Forked(5, 3))}, *SmallWitnessKey())
          .value();
  const Contradiction claim{both, SmallNote(5), under_other, {}, {}};
  const absl::Status refused = CheckContradiction(claim, both);
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(refused.message(), LogKey()[0].ToText())) << refused;
  EXPECT_TRUE(absl::StrContains(refused.message(), other.ToText())) << refused;
  EXPECT_FALSE(FindContradiction(SmallNote(5), under_other, both, SmallTiles(SmallLeaves(5))).ok());
  // Of one log it is a fork whoever else is trusted, and the key that signed both is named.
  const Contradiction found = Find(SmallLeaves(5), Forked(9, 3)).value();
  const std::vector<VerifierKey> turned = {other, LogKey()[0]};
  EXPECT_TRUE(CheckContradiction(found, turned).ok());
  EXPECT_EQ(KeyOfBoth(found, turned).value(), LogKey()[0]);
}

// Every single bit of the text: it is refused, or (in the hints that nobody trusts) says the same.
TEST(Contradiction, T20EveryFlippedBitIsRefused) {
  const Contradiction found = Find(SmallLeaves(5), Forked(9, 3)).value();
  const std::string text = EncodeContradiction(found);
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bad = text;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto read = DecodeContradiction(bad);
    ASSERT_FALSE(read.ok() && CheckContradiction(*read, LogKey()).ok()) << bit;
  }
  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(DecodeContradiction(text.substr(0, size)).ok()) << size;
  }
  for (const std::string& bad :
       {text + "\n", text + text, "\n" + text, absl::StrReplaceAll(text, {{"first ", "first 0"}}),
        absl::StrReplaceAll(text, {{"root ", "Root "}})}) {
    EXPECT_FALSE(DecodeContradiction(bad).ok());
  }
}

}  // namespace
}  // namespace tally::ledger
