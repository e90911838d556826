// Goal: equal terms have equal bytes, and different terms different ones. Method: decimals spelled
// with and without trailing zeros; every bit of the canonical bytes flipped, where what is still
// read must encode to those very bytes.
#include "schema/terms.h"

#include <gtest/gtest.h>

#include "tests/schema/terms_example_support.h"

namespace tally {
namespace {

TEST(Terms, EncodingIsStable) {
  const Bytes bytes = Encode(ExampleTerms());
  EXPECT_EQ(bytes, Encode(ExampleTerms()));
  Terms respelled = ExampleTerms();
  respelled.objectives[0].target.percent = {99'990, 3};
  respelled.objectives[0].credit->tiers[0].from = Decimal{990, 1};
  EXPECT_EQ(Encode(respelled), bytes);
  respelled.objectives[0].target.percent = {99'991, 3};
  EXPECT_NE(Encode(respelled), bytes);
}

// T-70
TEST(Terms, T70EveryFlippedBit) {
  Bytes bytes = Encode(ExampleTerms());
  size_t accepted = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const absl::StatusOr<Terms> terms = DecodeTerms(bytes);
    if (terms.ok()) {
      EXPECT_EQ(Encode(*terms), bytes) << bit;
      ++accepted;
    }
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
  }
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, bytes.size() * 8 / 2);
}

}  // namespace
}  // namespace tally
