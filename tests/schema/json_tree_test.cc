// Goal: strict JSON with exact places. Method: a table of refused texts with the place each is
// refused at, places of all values in one document, and depth and size at their limits.
#include "schema/json_tree.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"

namespace tally {
namespace {

// T-76, T-67
TEST(JsonTree, T76RefusedTextsAndTheirPlaces) {
  const struct {
    std::string json;
    std::string place;
  } cases[] = {
      {"", "1:1"},
      {"{", "1:2"},
      {"{} {}", "1:4"},
      {"{\"a\":1,}", "1:8"},
      {"{'a':1}", "1:2"},
      {"{\"a\":1,\n \"b\":2,\n  \"a\":3}", "3:3"},
      {"{\"a\":{\"b\":1,\"b\":1}}", "1:13"},
      {"{\"a\":01}", "1:"},
      {"{\"a\":NaN}", "1:6"},
      {"{\"a\":+1}", "1:6"},
      {"{\"a\":.5}", "1:6"},
      {"{\"a\":1.}", "1:8"},
      {"{\"a\":0x10}", "1:"},
      {"[1e400]", "1:6: number overflow"},
      {"{\"a\":\"\\ud800\"}", "1:"},
      {"{\"a\":\"\\udc00x\"}", "1:"},
      {"{\"a\":\"\xff\"}", "1:7"},
      {"{\"a\":\"\n\"}", "1:"},
      {"{\"a\":1 // no\n}", "1:8"},
      {"\xef\xbb\xbf{}", "1:1"},
  };
  for (const auto& test : cases) {
    const absl::StatusOr<JsonValue> tree = ParseJson(test.json);
    ASSERT_FALSE(tree.ok()) << test.json;
    EXPECT_TRUE(absl::StartsWith(tree.status().message(), test.place))
        << test.json << " gave " << tree.status().message();
  }
}

TEST(JsonTree, PlacesOfValuesAndKeys) {
  const absl::StatusOr<JsonValue> tree =
      ParseJson("{ \"a\" : -12.50e3,\n\t\"b\\\"\":[true , null,\"x\\\\\"],\"c\":{}}");
  ASSERT_TRUE(tree.ok()) << tree.status();
  ASSERT_EQ(tree->members.size(), 3u);
  const JsonMember& a = tree->members[0];
  EXPECT_EQ(a.place.column, 3u);
  EXPECT_EQ(a.value.place.column, 9u);
  EXPECT_EQ(a.value.text, "-12.50e3");  // T-67: as written.
  const JsonMember& b = tree->members[1];
  EXPECT_EQ(b.key, "b\"");
  EXPECT_EQ(b.place.line, 2u);
  EXPECT_EQ(b.place.column, 2u);
  ASSERT_EQ(b.value.elements.size(), 3u);
  EXPECT_TRUE(b.value.elements[0].truth);
  EXPECT_EQ(b.value.elements[0].place.column, 9u);
  EXPECT_EQ(b.value.elements[1].place.column, 16u);
  EXPECT_EQ(b.value.elements[2].text, "x\\");
  EXPECT_EQ(b.value.elements[2].place.column, 21u);
  EXPECT_EQ(tree->members[2].value.form, JsonForm::kObject);
  EXPECT_EQ(tree->members[2].value.place.column, 32u);
}

// T-67: no number is rounded on its way in.
TEST(JsonTree, T67NumbersKeepTheirText) {
  for (const std::string text : {"18446744073709551616", "0.1000", "-0", "1e300",
                                 "123456789012345678901234567890123456789012"}) {
    const absl::StatusOr<JsonValue> tree = ParseJson("[" + text + "]");
    ASSERT_TRUE(tree.ok()) << text << ": " << tree.status();
    EXPECT_EQ(tree->elements[0].text, text);
  }
}

// T-76: depth 10^5 costs nothing.
TEST(JsonTree, T76DepthAndSize) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ParseJson(nested(kJsonDepthMax)).ok());
  EXPECT_FALSE(ParseJson(nested(kJsonDepthMax + 1)).ok());
  EXPECT_FALSE(ParseJson(std::string(100'000, '[')).ok());
  EXPECT_TRUE(ParseJson("\"" + std::string(kJsonBytesMax - 2, 'x') + "\"").ok());
  EXPECT_FALSE(ParseJson("\"" + std::string(kJsonBytesMax - 1, 'x') + "\"").ok());
}

TEST(JsonTree, QuotedTextDoesNothingToATerminal) {
  EXPECT_EQ(JsonQuoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(JsonQuoted("\x1b[31m\x7f\n\t\xc2\x9b\xc2\xa0"),
            "\"\\u001b[31m\\u007f\\n\\t\\u009b\xc2\xa0\"");
  const absl::StatusOr<JsonValue> back = ParseJson(JsonQuoted("\x1b\x7f\xc2\x9b\n"));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->text, "\x1b\x7f\xc2\x9b\n");
}

}  // namespace
}  // namespace tally
