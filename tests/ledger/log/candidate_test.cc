// Goal: a batch is checked before any state is asked, and its checksum is that of the bytes as they
// came. Method: a good batch, a damaged one, and one under another's key.
#include "gtest/gtest.h"
#include "ledger/log/admission.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

TEST(Candidate, FormAndSignatureAreCheckedOnce) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  const SignedBatch batch = feed.Register(1, "site").Sign();
  const auto own = Verifier::Create(lime.key->public_key());
  const auto good = MakeCandidate(test.ledger().id(), batch, *own);
  ASSERT_TRUE(good.ok()) << good.status();
  EXPECT_TRUE(good->signature_checked);
  EXPECT_EQ(good->before_hashing, ChecksumOfBatch(batch));
  EXPECT_FALSE(MakeCandidate(test.ledger().id(), batch, nullptr)->signature_checked);
  const auto foreign = Verifier::Create(lime.recovery->public_key());
  EXPECT_TRUE(
      absl::IsPermissionDenied(MakeCandidate(test.ledger().id(), batch, *foreign).status()));
  SignedBatch damaged = batch;
  damaged.events[0].body.back() ^= 1;
  EXPECT_TRUE(absl::IsInvalidArgument(MakeCandidate(test.ledger().id(), damaged, *own).status()));
  EXPECT_NE(ChecksumOfBatch(damaged), ChecksumOfBatch(batch));
}

}  // namespace
}  // namespace tally::ledger
