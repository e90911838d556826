// Goal: a git clone of an Upptime repository gives one report for each commit and site file.
// Method: a repository of three commits is made in a fresh folder with git itself.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tools/import_reports.h"
#include "tools/subprocess.h"

namespace tally::tools {
namespace {

class ImportUpptime : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("upptime-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "history");
    Git({"init", "-q"});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=t", "-c",
                                         "user.email=t@example.com", "-C", folder_.string()});
    absl::StatusOr<std::string> output = RunProgram(arguments, "", 1 << 20);
    ASSERT_TRUE(output.ok()) << output.status();
  }
  void Commit(const std::string& site, const std::string& content, const std::string& time) {
    std::ofstream(folder_ / "history" / (site + ".yml")) << content;
    Git({"add", "."});
    absl::StatusOr<std::string> output =
        RunProgram({"env", "GIT_COMMITTER_DATE=" + time, "git", "-c", "user.name=t", "-c",
                    "user.email=t@example.com", "-C", folder_.string(), "commit", "-q", "-m", site},
                   "", 1 << 20);
    ASSERT_TRUE(output.ok()) << output.status();
  }
  std::filesystem::path folder_;
};

TEST_F(ImportUpptime, ReadsOneReportACommit) {
  Commit("shop",
         "url: https://shop.example\nstatus: up\ncode: 200\nresponseTime: 85\n"
         "lastUpdated: 2026-01-01T00:00:00.123Z\nstartTime: 2025-01-01T00:00:00.000Z\n",
         "2026-01-01T00:00:05+00:00");
  Commit("shop",
         "status: down\ncode: 503\nresponseTime: 0\nlastUpdated: 2026-01-01T01:00:00.000Z\n",
         "2026-01-01T08:00:05+07:00");
  absl::StatusOr<ImportedFile> file = ReadUpptimeClone(folder_.string());
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->reports.size(), 2u);
  EXPECT_EQ(file->reports[0].source, "shop");
  EXPECT_EQ(FormatInstant(file->reports[0].observed_at), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(file->reports[0].body.value, 85);
  EXPECT_EQ(file->reports[1].body.state, State::kDown);
  EXPECT_EQ(FormatInstant(file->reports[1].reported_at), "2026-01-01T01:00:05Z");
  EXPECT_EQ(file->reports[1].body.note.size(), 12u);
}

TEST_F(ImportUpptime, NamesTheCommitThatCannotBeRead) {
  Commit("shop",
         "status: sideways\ncode: 200\nresponseTime: 85\nlastUpdated: 2026-01-01T00:00:00Z\n",
         "2026-01-01T00:00:05+00:00");
  absl::StatusOr<ImportedFile> file = ReadUpptimeClone(folder_.string());
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->errors.size(), 1u);
  EXPECT_NE(file->errors[0].message.find("history/shop.yml: status is none of"), std::string::npos);
}

TEST_F(ImportUpptime, RefusesWhatIsNoRepository) {
  EXPECT_FALSE(ReadUpptimeClone("/no/such/folder").ok());
}

}  // namespace
}  // namespace tally::tools
