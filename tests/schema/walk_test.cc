// Goal: the walk's own parts, one defect each. Method: a table of texts; a small body broken by
// hand in every way that a flip of one bit cannot reach; reading of root fields in place.
#include "schema/walk.h"

#include <gtest/gtest.h>

#include <string>

#include "schema/body.h"
#include "schema/canonical.h"

namespace tally {
namespace {

TEST(Walk, TextFaults) {
  const struct {
    std::string text;
    bool sound;
  } cases[] = {
      {"", true},
      {"plain", true},
      {"\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80", true},
      {"\xf4\x8f\xbf\xbf", true},           // U+10FFFF
      {"\xed\x9f\xbf \xee\x80\x80", true},  // around the surrogates
      {"\xed\xa0\x80", false},              // a surrogate
      {"\xf4\x90\x80\x80", false},          // beyond U+10FFFF
      {"\xc0\xaf", false},                  // overlong
      {"\xc1\xbf", false},
      {"\xe0\x9f\xbf", false},
      {"\xf0\x8f\xbf\xbf", false},
      {"\xc3", false},  // cut
      {"\xe2\x82", false},
      {"\xf0\x9f\x98", false},
      {"\xc3(", false},
      {"\x80", false},  // a continuation alone
      {"\xff", false},
      {"\xf5\x80\x80\x80", false},
      {std::string("a\0b", 3), false},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(TextFault(test.text).empty(), test.sound) << ToHex(AsBytes(test.text));
  }
}

// Where every two-byte sequence is UTF-8, by a second rule: lead C2 to DF, continuation 80 to BF.
TEST(Walk, TextFaultsOfAllTwoBytes) {
  for (int lead = 0x80; lead < 0x100; ++lead) {
    for (int next = 0; next < 0x100; ++next) {
      const std::string text = {static_cast<char>(lead), static_cast<char>(next)};
      const bool sound = lead >= 0xc2 && lead <= 0xdf && next >= 0x80 && next <= 0xbf;
      EXPECT_EQ(TextFault(text).empty(), sound) << lead << " " << next;
    }
  }
}

// Whole words of ASCII are passed over at once: any other byte at any place must still be met.
TEST(Walk, TextFaultsAtEveryPlace) {
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        EXPECT_EQ(TextFault(text).empty(), byte > 0 && byte < 0x80) << size << " " << at;
      }
    }
  }
}

TEST(Walk, RootFieldsInPlace) {
  const Bytes body = Encode(StateReported{State::kDown, -7, {}, "gateway"});
  EXPECT_EQ(RootWord(body, 0), 2u | 1u << 16);
  EXPECT_EQ(static_cast<int64_t>(RootWord(body, 1)), -7);
  EXPECT_EQ(RootWord(body, 2), 0u);  // Trimmed.
  EXPECT_EQ(RootText(body, 0), "gateway");
  EXPECT_EQ(RootText(body, 1), "");
  EXPECT_TRUE(RootData(Encode(Watermark{{1}}), 0).empty());
  EXPECT_EQ(RootWord(Encode(Watermark{}), 0), 0u);  // An empty struct.
}

TEST(Walk, ReportsWhatAndWhere) {
  Bytes body = Encode(StateReported{State::kUp, {}, {}, "a"});
  body.back() = 1;
  const absl::Status status = WalkCanonical("thing", *LayoutOf(BodyKind::kStateReported), body);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "thing: note: padding that is not zero (byte 24)");
}

// Times beyond year 9999, negative lengths, decimals with trailing zeros: values that have the
// right form, and no spelling in JSON.
TEST(Walk, ValuesWithoutASpelling) {
  EXPECT_TRUE(DecodeWatermark(Encode(Watermark{kInstantLast})).ok());
  EXPECT_TRUE(DecodeWatermark(Encode(Watermark{kInstantFirst})).ok());
  EXPECT_FALSE(DecodeWatermark(Encode(Watermark{{kInstantLast.micros + 1}})).ok());
  EXPECT_FALSE(DecodeWatermark(Encode(Watermark{{kInstantFirst.micros - 1}})).ok());
  EXPECT_FALSE(DecodeWatermark(Encode(Watermark{Instant::Max()})).ok());
}

}  // namespace
}  // namespace tally
