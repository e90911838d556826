// Goal: the tree keeps its own rules: floors, one door for each dependency, sizes, banned
// constructs, names, and a test twin for each source file.
// Method: each rule is first shown a bad specimen that it must refuse, then the whole tree.
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tree_rules.h"

namespace tally::tests {
namespace {

using Rule = Complaints (*)(const SourceFile&);

const std::vector<SourceFile>& Tree() {
  static const std::vector<SourceFile> kTree = ReadTree(TALLY_SOURCE_DIR);
  return kTree;
}

void ExpectTreeKeeps(Rule rule) {
  ASSERT_GT(Tree().size(), 20u) << "the tree was not found under " << TALLY_SOURCE_DIR;
  for (const SourceFile& file : Tree()) {
    Complaints complaints = rule(file);
    EXPECT_TRUE(complaints.empty()) << absl::StrJoin(complaints, "\n");
  }
}

std::string Lines(int count, const std::string& line) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, line, "\n");
  return text;
}

TEST(Tidy, FloorsRefuseALookUpwards) {
  EXPECT_FALSE(CheckFloors({"schema/a.cc", "#include \"ledger/ledger.h\"\n"}).empty());
  EXPECT_FALSE(CheckFloors({"ledger/chain/a.h", "#include \"ledger/store/store.h\"\n"}).empty());
  EXPECT_FALSE(CheckFloors({"replay/terms/a.cc", "#include \"ledger/ledger.h\"\n"}).empty());
  EXPECT_TRUE(CheckFloors({"replay/replay.cc", "#include \"ledger/ledger.h\"\n"}).empty());
}
TEST(Tidy, FloorsHold) { ExpectTreeKeeps(CheckFloors); }

TEST(Tidy, DoorsRefuseASecondDoor) {
  EXPECT_FALSE(CheckDoors({"ledger/log/a.cc", "#include <rocksdb/db.h>\n"}).empty());
  EXPECT_FALSE(CheckDoors({"ledger/chain/a.cc", "#include <openssl/evp.h>\n"}).empty());
  EXPECT_FALSE(CheckDoors({"tools/a.cc", "#include \"body.capnp.h\"\n"}).empty());
  EXPECT_FALSE(CheckDoors({"ledger/store/a.h", "#include \"rocksdb/db.h\"\n"}).empty());
}
TEST(Tidy, DoorsHold) { ExpectTreeKeeps(CheckDoors); }

TEST(Tidy, SizesRefuseTooMuch) {
  EXPECT_FALSE(CheckSizes({"ledger/a.cc", Lines(501, "int a;")}).empty());
  EXPECT_FALSE(CheckSizes({"ledger/a.h", Lines(301, "int a;")}).empty());
  EXPECT_FALSE(CheckSizes({"ledger/a.cc", std::string(101, 'a') + "\n"}).empty());
  EXPECT_FALSE(CheckSizes({"ledger/a.cc", "void F() {\n" + Lines(71, "  a();") + "}\n"}).empty());
  EXPECT_TRUE(CheckSizes({"ledger/a.cc", "void F() {\n" + Lines(70, "  a();") + "}\n"}).empty());
}
TEST(Tidy, SizesHold) { ExpectTreeKeeps(CheckSizes); }

TEST(Tidy, BansBite) {
  EXPECT_FALSE(CheckBanned({"replay/a.cc", "  double x = 0;\n"}).empty());
  EXPECT_FALSE(CheckBanned({"replay/a.cc", "std::unordered_map<int, int> m;\n"}).empty());
  EXPECT_FALSE(
      CheckBanned({"ledger/a.cc", "  auto t = std::chrono::system_clock::now();\n"}).empty());
  EXPECT_FALSE(CheckBanned({"ledger/a.cc", "int g_count = 0;\n"}).empty());
  EXPECT_FALSE(CheckBanned({"ledger/a.cc", "// FIXME later\n"}).empty());
  EXPECT_TRUE(CheckBanned({"replay/a.cc", "  // a double entry\n"}).empty());
}
TEST(Tidy, BansHold) { ExpectTreeKeeps(CheckBanned); }

TEST(Tidy, NamesRefuseEmptyWords) {
  EXPECT_FALSE(CheckNames({"ledger/string_util.cc", ""}).empty());
  EXPECT_FALSE(CheckNames({"ledger/a.cc", "class KeyManager {\n"}).empty());
  EXPECT_FALSE(CheckNames({"ledger/a.h", "// what\nint a;\n"}).empty());
  EXPECT_FALSE(CheckNames({"ledger/a.h", "#pragma once\n"}).empty());
}
TEST(Tidy, NamesHold) { ExpectTreeKeeps(CheckNames); }

TEST(Tidy, EachSourceFileHasItsTestTwin) {
  std::set<std::string> paths;
  for (const SourceFile& file : Tree()) paths.insert(file.path);
  EXPECT_EQ(TwinOf({"ledger/a.cc", Lines(30, "int a;")}), "tests/ledger/a_test.cc");
  EXPECT_EQ(TwinOf({"tools/tally_main.cc", Lines(30, "int a;")}), "");
  for (const SourceFile& file : Tree()) {
    std::string twin = TwinOf(file);
    EXPECT_TRUE(twin.empty() || paths.count(twin) == 1) << file.path << " has no " << twin;
  }
}

}  // namespace
}  // namespace tally::tests
