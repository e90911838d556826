// Goal: the hash of a message in pieces is the hash of the message. Method: every cut in two of
// messages around the block size, and many pieces of a digest's size, against sha256.h.
#include "ledger/crypto/sha256_stream.h"

#include <gtest/gtest.h>

#include "ledger/crypto/sha256.h"

namespace tally::ledger {
namespace {

Bytes Pattern(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 131 + 7);
  return bytes;
}

TEST(Sha256Stream, EveryCutGivesTheSameHash) {
  for (size_t size : {0, 1, 55, 56, 63, 64, 65, 128, 300}) {
    const Bytes message = Pattern(size);
    for (size_t cut = 0; cut <= size; ++cut) {
      Sha256Stream stream;
      stream.Add(ByteView(message).first(cut));
      stream.Add(ByteView(message).subspan(cut));
      EXPECT_EQ(stream.Finish(), Sha256Of({message})) << size << " " << cut;
    }
  }
}

TEST(Sha256Stream, ManyDigestsOneAfterAnother) {
  const Bytes message = Pattern(32 * 1000);
  Sha256Stream stream;
  for (size_t i = 0; i < 1000; ++i) stream.Add(ByteView(message).subspan(32 * i, 32));
  EXPECT_EQ(stream.Finish(), Sha256Of({message}));
  EXPECT_NE(Sha256Stream().Finish(), Sha256Of({message}));
}

}  // namespace
}  // namespace tally::ledger
