// Goal: what the program prints as JSON is JSON, in the order written, and harmless to a terminal.
// Method: documents beside their exact text; every control byte checked for its absence.
#include "tools/json_writer.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(JsonWriter, KeepsOrderAndSpellsLargeNumbersAsStrings) {
  JsonWriter json;
  json.BeginObject()
      .Field("b", "x")
      .NumberField("a", 18446744073709551615u)
      .Key("s")
      .SignedNumber(-5)
      .Key("n")
      .Small(7)
      .BoolField("yes", true)
      .OptionalField("none", std::nullopt)
      .Key("list")
      .BeginArray()
      .String("p")
      .BeginObject()
      .EndObject()
      .Null()
      .EndArray()
      .Key("raw")
      .Raw("{\"k\":1}")
      .EndObject();
  EXPECT_EQ(json.Take(),
            "{\"b\":\"x\",\"a\":\"18446744073709551615\",\"s\":\"-5\",\"n\":7,\"yes\":true,"
            "\"none\":null,\"list\":[\"p\",{},null],\"raw\":{\"k\":1}}");
  EXPECT_EQ(json.Take(), "");
}

// T-91
TEST(JsonWriter, T91NoControlLeavesRaw) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string quoted = JsonString(std::string(1, static_cast<char>(byte)));
    for (const char c : quoted) {
      EXPECT_GE(static_cast<uint8_t>(c), 0x20) << byte;
      EXPECT_LT(static_cast<uint8_t>(c), 0x7f) << byte;
    }
  }
  EXPECT_EQ(JsonString("a\"b\\c\n"), "\"a\\\"b\\\\c\\n\"");
  EXPECT_EQ(JsonString("\x1b[31m"), "\"\\u001b[31m\"");
  EXPECT_EQ(JsonString("\xe2\x80\xae"), "\"\\u202e\"");
  EXPECT_EQ(JsonString("\xf3\xa0\x80\x81"), "\"\\udb40\\udc01\"");
  JsonWriter json;
  json.BeginArray().Raw("{\"k\":\"\xe2\x80\xae\x1b\"}").EndArray();
  EXPECT_EQ(json.Take(), "[{\"k\":\"\\u202e\\u001b\"}]");
  EXPECT_EQ(JsonString("\xff"), "\"\\ufffd\"");
  EXPECT_EQ(JsonString("\xc3\xa9"), "\"\xc3\xa9\"");
}

}  // namespace
}  // namespace tally::tools
