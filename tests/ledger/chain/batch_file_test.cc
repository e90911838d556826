// Goal: a .tev file is read back as it was written, or refused.
// Method: round trips, every truncation, every flipped bit, and lies told under a right checksum.
#include <gtest/gtest.h>

#include "ledger/chain/batch.h"
#include "ledger/crypto/sha256.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using namespace tally::ledger::tests;

std::vector<SignedBatch> TwoBatches() {
  return {SignBatch(TestLedger(1), Seal(FeedDrafts()), *TestKey(1)).value(),
          SignBatch(TestLedger(1), Seal({ClaimDraft()}), *TestKey(2)).value()};
}

// The file with its checksum made right again.
Bytes Resealed(Bytes bytes) {
  bytes.resize(bytes.size() - 32);
  const Hash checksum = Sha256Of({bytes});
  ByteWriter(bytes).Raw(checksum.view());
  return bytes;
}

TEST(BatchFile, RoundTrips) {
  const std::vector<SignedBatch> batches = TwoBatches();
  for (size_t count = 0; count <= batches.size(); ++count) {
    const Bytes bytes = EncodeBatchFile(TestLedger(1), std::span(batches).first(count));
    const auto file = DecodeBatchFile(bytes);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ(file->ledger, TestLedger(1));
    EXPECT_EQ(file->batches,
              std::vector<SignedBatch>(batches.begin(),
                                       batches.begin() + static_cast<std::ptrdiff_t>(count)));
    EXPECT_EQ(EncodeBatchFile(file->ledger, file->batches), bytes);
  }
}

TEST(BatchFile, EveryTruncationAndFlipIsRefused) {
  const Bytes bytes = EncodeBatchFile(TestLedger(1), TwoBatches());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(DecodeBatchFile(ByteView(bytes).first(size)).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    Bytes bad = bytes;
    bad[at] = static_cast<uint8_t>(bad[at] ^ 0x10);
    ASSERT_FALSE(DecodeBatchFile(bad).ok()) << at;
  }
}

TEST(BatchFile, LiesUnderARightChecksumAreRefused) {
  const Bytes bytes = EncodeBatchFile(TestLedger(1), TwoBatches());
  constexpr size_t kCount = 44 + 204;     // events of the first batch
  constexpr size_t kHeader = kCount + 4;  // header length of its first event
  constexpr size_t kBody = kHeader + 4;
  for (size_t at : {size_t{0}, size_t{11}, kCount, kCount + 3, kHeader, kBody, kBody + 3}) {
    Bytes bad = bytes;
    bad[at] = static_cast<uint8_t>(bad[at] ^ 0x81);
    EXPECT_FALSE(DecodeBatchFile(Resealed(bad)).ok()) << at;
  }
  Bytes none = bytes;
  none[kCount + 3] = 0;
  EXPECT_FALSE(DecodeBatchFile(Resealed(none)).ok());
  for (size_t cut = 1; cut < 300; ++cut) {
    Bytes bad(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(cut));
    EXPECT_FALSE(DecodeBatchFile(Resealed(bad)).ok()) << cut;
  }
  // Evidence is judged by CheckBatchForm, not here: the file carries, it does not believe.
  Bytes evidence = bytes;
  evidence[44] = 9;
  EXPECT_TRUE(DecodeBatchFile(Resealed(evidence)).ok());
}

}  // namespace
}  // namespace tally::ledger
