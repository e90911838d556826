// Goal: the mark of a clean close has one spelling, and any difference between it and the files is
// named. Method: all flips and cuts of a mark; each kind of change to a small directory.
#include "ledger/store/clean_mark.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::PictureOf;
using tests::ReadText;
using tests::RestorePicture;
using tests::ScratchDirectory;
using tests::WriteText;

CleanMark Example() {
  return {.files = {{"000004.log", 0, ChecksumOf({})},
                    {"000009.sst", 12, ChecksumOf(AsBytes("0123456789ab"))}}};
}

TEST(CleanMark, HasOneSpelling) {
  const std::string text = EncodeCleanMark(Example());
  const auto decoded = DecodeCleanMark(text);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, Example());
  for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_TRUE(absl::IsFailedPrecondition(DecodeCleanMark(flipped).status())) << "bit " << bit;
  }
  for (size_t length = 0; length < text.size(); ++length) {
    ASSERT_FALSE(DecodeCleanMark(text.substr(0, length)).ok()) << "length " << length;
  }
  EXPECT_FALSE(DecodeCleanMark(text + "\n").ok());
}

class CleanMarkFiles : public testing::Test {
 protected:
  CleanMarkFiles() {
    WriteText(scratch_ / "CURRENT", "MANIFEST-000005\n");
    WriteText(scratch_ / "000007.sst", "table bytes");
    WriteText(scratch_ / "CLEAN.last", "an older mark, of no account here");
    TALLY_CHECK(WriteCleanMark(scratch_.path()).ok());
  }
  absl::Status Check(MarkScope scope = MarkScope::kEveryByte) {
    const auto mark = ReadMark(scratch_.path(), kCleanMarkName);
    TALLY_CHECK(mark.ok() && mark->has_value());
    return CheckAgainstMark(scratch_.path(), **mark, scope);
  }
  ScratchDirectory scratch_;
};

TEST_F(CleanMarkFiles, UnchangedFilesPass) { EXPECT_TRUE(Check().ok()) << Check(); }

// T-01, T-02, T-03
TEST_F(CleanMarkFiles, T01T02T03EveryChangeNamesItsFile) {
  const auto picture = PictureOf(scratch_.path());
  WriteText(scratch_ / "000007.sst", "table bytex");
  EXPECT_NE(Check().message().find("000007.sst was changed"), std::string::npos) << Check();
  EXPECT_TRUE(Check(MarkScope::kWithoutTables).ok()) << "only the size of a table counts here";
  WriteText(scratch_ / "000007.sst", "table byte");
  EXPECT_NE(Check().message().find("000007.sst was cut"), std::string::npos) << Check();
  EXPECT_FALSE(Check(MarkScope::kWithoutTables).ok());
  RestorePicture(scratch_.path(), picture);
  std::filesystem::remove(scratch_ / "CURRENT");
  EXPECT_NE(Check().message().find("CURRENT was deleted"), std::string::npos) << Check();
  RestorePicture(scratch_.path(), picture);
  WriteText(scratch_ / "000008.log", "");
  EXPECT_NE(Check().message().find("000008.log was added"), std::string::npos) << Check();
}

TEST_F(CleanMarkFiles, RetiringKeepsTheNewestMark) {
  const std::string text = ReadText(scratch_ / kCleanMarkName);
  ASSERT_TRUE(RetireCleanMark(scratch_.path()).ok());
  EXPECT_FALSE(std::filesystem::exists(scratch_ / kCleanMarkName));
  EXPECT_EQ(ReadText(scratch_ / kLastMarkName), text);
  ASSERT_TRUE(RetireCleanMark(scratch_.path()).ok());
  EXPECT_EQ(ReadText(scratch_ / kLastMarkName), text);
  const auto mark = ReadMark(scratch_.path(), kCleanMarkName);
  ASSERT_TRUE(mark.ok());
  EXPECT_FALSE(mark->has_value());
}

}  // namespace
}  // namespace tally::ledger
