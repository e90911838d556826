// Goal: a map file is read exactly, and what is wrong in it is named with its place.
// Method: one small map; one wrong node for each reader.
#include "tools/import_map.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

YamlNode Map(const char* text) {
  absl::StatusOr<YamlNode> node = ReadYaml(text, "map.yaml");
  EXPECT_TRUE(node.ok()) << node.status();
  return node.ok() ? *std::move(node) : YamlNode{};
}

TEST(ImportMap, ReadsTextsAndLists) {
  const YamlNode map = Map("a: one\nb: [x, y]\nc: { d: z }\nseparator: \";\"\n");
  EXPECT_EQ(*MapText(map, "a"), "one");
  EXPECT_EQ(*MapText(map, "z"), std::nullopt);
  EXPECT_EQ(*RequiredMapText(map, "a"), "one");
  EXPECT_EQ(*MapTexts(map, "b"), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(MapTexts(map, "z")->empty());
  EXPECT_EQ(*MapSeparator(map), ';');
  EXPECT_EQ(*MapSeparator(Map("separator: tab\n")), '\t');
  EXPECT_EQ(*MapSeparator(Map("a: b\n")), ',');
  EXPECT_NE(FindInMap(map, "c"), nullptr);
  EXPECT_EQ(FindInMap(map, "d"), nullptr);
  EXPECT_TRUE(RefuseOtherKeys(map, {"a", "b", "c", "separator"}).ok());
}

TEST(ImportMap, WhatIsWrongIsNamedWithItsPlace) {
  const YamlNode map = Map("a: one\nb: [x, x]\nc: { d: z }\nseparator: \";;\"\n");
  EXPECT_FALSE(MapText(map, "b").ok());
  EXPECT_FALSE(RequiredMapText(map, "z").ok());
  EXPECT_FALSE(MapTexts(map, "a").ok());
  EXPECT_FALSE(MapTexts(map, "b").ok());  // twice
  EXPECT_FALSE(MapSeparator(map).ok());
  EXPECT_FALSE(MapSeparator(Map("separator: '\"'\n")).ok());
  const absl::Status other = RefuseOtherKeys(map, {"a", "b", "separator"});
  EXPECT_EQ(other.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(other.message()).find("'c'"), std::string::npos) << other;
}

}  // namespace
}  // namespace tally::tools
