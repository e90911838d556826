// Goal: text, names and numbers have one spelling each.
// Method: tables of refused forms; all one- and two-byte texts against the definition.
#include "ledger/chain/note_text.h"

#include <gtest/gtest.h>

namespace tally::ledger {
namespace {

TEST(NoteText, OneAndTwoByteTexts) {
  for (int a = 0; a < 256; ++a) {
    const std::string one(1, static_cast<char>(a));
    EXPECT_EQ(IsNoteText(one), a == '\n' || (a >= 0x20 && a < 0x80)) << a;
    for (int b = 0; b < 256; ++b) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      const bool both = IsNoteText(one) && IsNoteText(two.substr(1));
      // C2 80 to DF BF are the two-byte points; C2 80 to C2 9F are controls that the rule allows.
      const bool pair = a >= 0xc2 && a <= 0xdf && b >= 0x80 && b <= 0xbf;
      EXPECT_EQ(IsNoteText(two), both || pair) << a << " " << b;
    }
  }
}

TEST(NoteText, LongerForms) {
  EXPECT_TRUE(IsNoteText("\xe2\x80\x94 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf"));
  for (const char* bad :
       {"\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x80", "\xf0\x9f\x98",
        "\xff", "a\xc3", "\xc0\x8a"}) {
    EXPECT_FALSE(IsNoteText(bad)) << bad;
  }
  EXPECT_FALSE(IsNoteText(absl::string_view("a\0b", 3)));
}

TEST(NoteText, KeyNames) {
  EXPECT_TRUE(IsKeyName("example.com/log42"));
  EXPECT_TRUE(IsKeyName("\xc3\xa4"));
  for (const char* bad :
       {"", "a b", "a+b", "a\nb", "a\tb", " a", "a ", "a\xc2\xa0z", "a\xe2\x80\x83z",
        "a\xe3\x80\x80z", "a\xc2\x85z", "a\xe2\x80\xa8z", "\xff"}) {
    EXPECT_FALSE(IsKeyName(bad)) << bad;
  }
}

TEST(NoteText, Numbers) {
  EXPECT_EQ(ParseNumber("0", 9), 0u);
  EXPECT_EQ(ParseNumber("18446744073709551615", ~uint64_t{0}), ~uint64_t{0});
  EXPECT_EQ(ParseNumber("10", 10), 10u);
  for (const char* bad :
       {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "1e1", "11", "18446744073709551616"}) {
    EXPECT_FALSE(ParseNumber(bad, 10).has_value()) << bad;
  }
}

}  // namespace
}  // namespace tally::ledger
