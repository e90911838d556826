// Goal: YAML is read in one strict form, and every other form is refused with its place.
// Method: a table of files, one for each thing that is refused; traps of YAML's implicit types.
#include "tools/yaml_reader.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

TEST(YamlReader, TextsListsAndMapsKeepTheirPlaces) {
  absl::StatusOr<YamlNode> root = ReadYaml(
      "# a comment\n"
      "name: 010\n"
      "list: [no, 1e3, \"null\", 2025-06-01]\n"
      "map:\n"
      "  \xc3\xa9t\xc3\xa9: yes\n"
      "  text: |\n"
      "    two\n"
      "    lines\n",
      "file.yaml");
  ASSERT_TRUE(root.ok()) << root.status();
  ASSERT_TRUE(root->IsMap());
  ASSERT_EQ(root->keys.size(), 3u);
  EXPECT_EQ(root->items[0].text, "010");
  EXPECT_EQ(root->items[0].position.line, 2);
  EXPECT_EQ(root->items[0].position.column, 7);
  const YamlNode& list = root->items[1];
  ASSERT_TRUE(list.IsList());
  ASSERT_EQ(list.items.size(), 4u);
  EXPECT_EQ(list.items[0].text, "no");
  EXPECT_EQ(list.items[1].text, "1e3");
  EXPECT_EQ(list.items[2].text, "null");
  EXPECT_EQ(list.items[3].text, "2025-06-01");
  EXPECT_EQ(list.items[3].position.column, 25);
  const YamlNode& map = root->items[2];
  ASSERT_TRUE(map.IsMap());
  EXPECT_EQ(map.keys[0].position.line, 5);
  EXPECT_EQ(map.items[0].position.column, 8) << "columns are characters, not bytes";
  EXPECT_EQ(map.items[1].text, "two\nlines\n");
  EXPECT_EQ(map.position.file, "file.yaml");
}

struct Refused {
  std::string text;
  int line;
  int column;
  absl::string_view message;
};

void ExpectRefused(const Refused& row) {
  absl::StatusOr<YamlNode> root = ReadYaml(row.text, "f");
  ASSERT_FALSE(root.ok()) << row.text;
  const Fault fault = FaultOf(root.status());
  EXPECT_EQ(fault.code, "bad-yaml");
  EXPECT_EQ(fault.position.file, "f");
  EXPECT_EQ(fault.position.line, row.line) << row.text;
  EXPECT_EQ(fault.position.column, row.column) << row.text;
  EXPECT_TRUE(absl::StrContains(fault.message, row.message)) << fault.message;
}

TEST(YamlReader, WhatTwoReadersCouldTakeDifferentlyIsRefused) {
  const Refused rows[] = {
      {"a: 1\nb: 2\na: 3\n", 3, 1, "`a` stands twice"},
      {"m: { a: 1, \"a\": 2 }\n", 1, 12, "`a` stands twice"},
      {"a: &x 1\nb: 2\n", 1, 4, "an anchor"},
      {"a: 1\nb: *x\n", 2, 4, "this is no YAML"},
      {"a: &x 1\nb: *x\n", 1, 4, "an anchor"},
      {"<<: { a: 1 }\n", 1, 1, "a merge key"},
      {"a: !!int 1\n", 1, 4, "a tag"},
      {"a: !own 1\n", 1, 4, "a tag"},
      {"a: ! x\n", 1, 4, "a tag"},
      {"a: !!map { b: 1 }\n", 1, 4, "a tag"},
      {"a: !!seq [1]\n", 1, 4, "a tag"},
      {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
      {"%YAML 1.2\n---\na: 1\n", 1, 1, "a YAML directive"},
      {"# c\n%TAG ! tag:x,2000:\n---\na: 1\n", 2, 1, "a YAML directive"},
      {"? [a, b]\n: 1\n", 1, 3, "a key that is a list or a map"},
      {"a:\nb: 1\n", 1, 1, "`a` has no value"},
      {"a: null\n", 1, 1, "`a` has no value"},
      {"a: ~\n", 1, 1, "`a` has no value"},
      {"m: { x: half up, once per line }\n", 1, 18, "`once per line` has no value"},
      {"a: [1, , 2]\n", 1, 8, ""},
      {"a: [1, ~]\n", 1, 8, "an empty item"},
      {"a: \"\\u202e\"\n", 1, 4, "a character that cannot be seen"},
      {"a: \"\\0\"\n", 1, 4, "a character that cannot be seen"},
      {"a: \xff\n", 1, 4, "no UTF-8"},
      {"a: \xc0\xaf\n", 1, 4, "no UTF-8"},
      {"\xef\xbb\xbf"
       "a: 1\n",
       1, 1, "U+FEFF"},
      {"a: b\xe2\x80\xae"
       "c\n",
       1, 5, "U+202E"},
      {std::string("a: b\0c\n", 7), 1, 5, "U+0000"},
      {"a:\t1\n", 1, 3, "a tab"},
      {"a: b\rc: d\n", 1, 5, "U+000D"},
      {"", 1, 1, "the file is empty"},
      {"# nothing\n", 1, 1, "the file is empty"},
      {"a: [1, 2\n", 1, 8, "`2` has no value"},
      {"a: b: c\n", 1, 5, "this is no YAML"},
      {"a: \"x\n", 1, 4, "a quote that is not closed"},
      {"a: 'x''\n", 1, 4, "a quote that is not closed"},
      {"a: \"x\\\"\n", 1, 4, "a quote that is not closed"},
      {"\"a: 1\n", 1, 1, "a quote that is not closed"},
  };
  for (const Refused& row : rows) ExpectRefused(row);
  EXPECT_TRUE(ReadYaml("a: 1\r\nb: 2\r\n", "f").ok()) << "lines may end as on Windows";
  EXPECT_TRUE(ReadYaml("---\na: 1\n", "f").ok()) << "one document may say that it begins";
  EXPECT_TRUE(ReadYaml("a: 1 # one\nb: x#y\nc: 'see #3' # so\nd: 2 ##\n", "f").ok());
}

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') + "x" +
         std::string(static_cast<size_t>(depth), ']');
}

TEST(YamlReader, SizesAreBounded) {
  EXPECT_TRUE(ReadYaml(Nested(kYamlDepthMax), "f").ok());
  ExpectRefused({Nested(kYamlDepthMax + 1), 1, kYamlDepthMax + 1, "more than 16 levels"});
  ExpectRefused({Nested(100'000), 1, kYamlOpenMax + 1, "more than 1000 open brackets"});
  std::string wide = "[1";
  for (int i = 0; i < kYamlMarksMax; ++i) wide += ",1";
  EXPECT_TRUE(ReadYaml(wide + "]", "f").ok());
  ExpectRefused({wide + ",1]", 1, 8003, "more than 4000 values in one bracket"});
  std::string tall;
  for (int i = 0; i < kYamlNodesMax; ++i) tall += "- 1\n";
  EXPECT_TRUE(absl::StrContains(FaultOf(ReadYaml(tall + "- 1\n", "f").status()).message,
                                "more than 10000 values"));
  ExpectRefused({std::string(kYamlBytesMax + 1, ' '), 1, 1, "the file has 1048577 bytes"});
}

}  // namespace
}  // namespace tally::tools
