// Goal: no text can steer a terminal or reorder what stands beside it (T-91).
// Method: every single byte, every code point to U+10FFFF, and broken sequences.
#include "tools/printable.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

std::string Utf8(uint32_t point) {
  std::string out;
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
  return out;
}

// T-91
TEST(Printable, T91EverySingleByteIsHarmless) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const char c : Printable(std::string(1, static_cast<char>(byte)))) {
      EXPECT_GE(static_cast<uint8_t>(c), 0x20) << byte;
      EXPECT_LT(static_cast<uint8_t>(c), 0x7f) << byte;
    }
  }
}

TEST(Printable, EveryCodePointIsKeptOrEscaped) {
  for (uint32_t point = 0; point <= 0x10ffff; ++point) {
    const std::string text = Utf8(point);
    const CodePoint read = NextCodePoint(text, 0);
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    ASSERT_EQ(read.valid, !surrogate) << point;
    if (surrogate) continue;
    ASSERT_EQ(read.value, point);
    ASSERT_EQ(read.length, text.size());
    ASSERT_EQ(Printable(text) == text, !IsUnsafeToPrint(point)) << point;
  }
}

TEST(Printable, SpellsWhatItEscapes) {
  EXPECT_EQ(Printable("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(PrintableLines("a\nb\tc"), "a\nb\\tc");
  EXPECT_EQ(Printable("\x1b]0;x\x07"), "\\x1b]0;x\\x07");
  EXPECT_EQ(Printable("\xe2\x80\xae"
                      "abc"),
            "\\u{202e}abc");
  EXPECT_EQ(Printable("\xe2\x81\xa6"), "\\u{2066}");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\x9b");  // CSI in one code point
  EXPECT_EQ(Printable("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
}

TEST(Printable, BrokenSequencesAreShownByteByByte) {
  EXPECT_EQ(Printable("\xc3("), "\\xc3(");
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Printable, WidthCountsCodePoints) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("\xc3\xa9\xc3\xa9"), 2u);
}

}  // namespace
}  // namespace tally::tools
