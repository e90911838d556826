// Goal: JSON is read strictly, with exact places for what is wrong.
// Method: inputs beside their faults; every prefix of a document is refused.
#include "tools/json_reader.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

const FilePosition kStart{"f", 1, 1};

std::string FaultTextOf(absl::string_view json) {
  const absl::StatusOr<JsonValue> value = ReadJson(json, kStart);
  return value.ok() ? "accepted" : FaultText(FaultOf(value.status()));
}

TEST(JsonReader, ReadsEveryFormAndKeepsPlacesAndSpellings) {
  const std::string text = R"( {"a":[1,-2.50e+3,true,null,"é\u00e9\ud83d\ude00\n"],"b":{}} )";
  const absl::StatusOr<JsonValue> value = ReadJson(text, kStart);
  ASSERT_TRUE(value.ok()) << value.status();
  const JsonValue* list = value->Find("a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 5u);
  EXPECT_EQ(list->items[1].text, "-2.50e+3");
  EXPECT_TRUE(list->items[2].boolean);
  EXPECT_EQ(list->items[4].text, "éé😀\n");
  EXPECT_EQ(text.substr(list->first, list->limit - list->first),
            R"([1,-2.50e+3,true,null,"é\u00e9\ud83d\ude00\n"])");
  EXPECT_EQ(value->Find("c"), nullptr);
}

TEST(JsonReader, EveryPrefixIsRefused) {
  const std::string text = R"({"a":[1,-2.5e3,true,null,"x\u00e9"],"b":{"c":false}})";
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ReadJson(text.substr(0, length), kStart).ok()) << length;
  }
  EXPECT_TRUE(ReadJson(text, kStart).ok());
}

TEST(JsonReader, RefusesWithItsPlace) {
  const std::pair<std::string, std::string> rows[] = {
      {"{\"a\":1,\"a\":2}", "f:1:8: JSON: key \"a\" stands twice"},
      {"{\n  \"a\": 01}", "f:2:10: JSON: malformed number"},
      {"[1,]", "f:1:4: JSON: expected a value"},
      {"{\"a\":1,}", "f:1:8: JSON: expected a key in quotes"},
      {"[1] x", "f:1:5: JSON: expected nothing more"},
      {"\"\\ud800\"", "f:1:8: JSON: half of a surrogate pair"},
      {"\"\\udc00\"", "f:1:8: JSON: half of a surrogate pair"},
      {"\"\\x\"", "f:1:2: JSON: unknown escape"},
      {"\"\\u00g0\"", "f:1:2: JSON: expected four hex digits"},
      {"\"a\tb\"", "f:1:3: JSON: a control character must be escaped"},
      {"\"\xff\"", "f:1:2: JSON: not UTF-8"},
      {"// x", "f:1:1: JSON: expected a value"},
      {"", "f:1:1: JSON: expected a value, found the end"},
      {"\"éé\" x", "f:1:6: JSON: expected nothing more"},
  };
  for (const auto& [json, fault] : rows) EXPECT_EQ(FaultTextOf(json), fault) << json;
}

TEST(JsonReader, DepthIsLimited) {
  const std::string deep(kJsonDepthMax, '[');
  const std::string close(kJsonDepthMax, ']');
  EXPECT_TRUE(ReadJson(absl::StrCat(deep, close), kStart).ok());
  EXPECT_FALSE(ReadJson(absl::StrCat("[[", deep, close, "]]"), kStart).ok());
}

TEST(ObjectReader, TakesByNameAndRefusesTheRest) {
  const std::string text = R"({"s":"x","n":"12","m":7,"l":[],"z":1})";
  const absl::StatusOr<JsonValue> value = ReadJson(text, kStart);
  ASSERT_TRUE(value.ok());
  ObjectReader reader(*value, text, kStart);
  EXPECT_EQ(*reader.String("s"), "x");
  EXPECT_EQ(*reader.Number("n"), 12u);
  EXPECT_EQ(*reader.Number("m"), 7u);
  EXPECT_TRUE(reader.Array("l").ok());
  EXPECT_EQ(*reader.OptionalString("absent"), "");
  EXPECT_EQ(FaultText(FaultOf(reader.String("absent").status())), "f:1:1: \"absent\" is missing");
  EXPECT_FALSE(reader.String("n2").ok());
  EXPECT_FALSE(reader.Number("s").ok());
  EXPECT_FALSE(reader.Array("s").ok());
  EXPECT_EQ(FaultText(FaultOf(reader.Finish())), "f:1:36: unknown key \"z\"");
  EXPECT_NE(reader.Take("z"), nullptr);
  EXPECT_TRUE(reader.Finish().ok());
}

}  // namespace
}  // namespace tally::tools
