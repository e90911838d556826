// Goal: Upptime rows become state reports exactly, and a bad row is named with line and column.
// Method: small texts; one error for each column.
#include "tools/import_reports.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

constexpr char kUpptimeHeader[] =
    "observed_at,site,status,http_code,response_ms,commit_at,commit\n";

TEST(ImportUpptimeCsv, ReadsARow) {
  absl::StatusOr<ImportedFile> file = ReadUpptimeCsv(absl::StrCat(
      kUpptimeHeader,
      "2025-06-11T02:37:21.018Z,19836-cnf,down,403,82,2025-06-11T02:37:21Z,d2f32aa9aac3\n"));
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->reports.size(), 1u);
  const ImportedReport& report = file->reports[0];
  EXPECT_EQ(report.line, 2u);
  EXPECT_EQ(report.source, "19836-cnf");
  EXPECT_EQ(FormatInstant(report.observed_at), "2025-06-11T02:37:21.018Z");
  EXPECT_EQ(FormatInstant(report.reported_at), "2025-06-11T02:37:21Z");
  EXPECT_EQ(report.body.state, State::kDown);
  EXPECT_EQ(report.body.code, 403);
  EXPECT_EQ(report.body.value, 82);
  EXPECT_EQ(report.body.note, "d2f32aa9aac3");
}

TEST(ImportUpptimeCsv, NamesEachWrongField) {
  struct Case {
    const char* row;
    uint64_t column;
  };
  const Case cases[] = {
      {"yesterday,s,up,200,1,2025-06-11T02:37:21Z,c", 1},
      {"2025-06-11T02:37:21Z,,up,200,1,2025-06-11T02:37:21Z,c", 22},
      {"2025-06-11T02:37:21Z,s,UP,200,1,2025-06-11T02:37:21Z,c", 24},
      {"2025-06-11T02:37:21Z,s,up,2e2,1,2025-06-11T02:37:21Z,c", 27},
      {"2025-06-11T02:37:21Z,s,up,200,-1,2025-06-11T02:37:21Z,c", 31},
      {"2025-06-11T02:37:21Z,s,up,200,1,2025-06-31T02:37:21Z,c", 33},
  };
  for (const Case& wrong : cases) {
    absl::StatusOr<ImportedFile> file =
        ReadUpptimeCsv(absl::StrCat(kUpptimeHeader, wrong.row, "\n"));
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_EQ(file->errors.size(), 1u) << wrong.row;
    EXPECT_EQ(file->errors[0].line, 2u);
    EXPECT_EQ(file->errors[0].column, wrong.column) << wrong.row << ": " << file->errors[0].message;
    EXPECT_TRUE(file->reports.empty());
  }
}

TEST(ImportUpptimeCsv, RefusesAFileWithoutItsColumns) {
  absl::StatusOr<ImportedFile> file = ReadUpptimeCsv("observed_at,site\n");
  ASSERT_FALSE(file.ok());
  EXPECT_NE(std::string(file.status().message()).find("lacks the column 'status'"),
            std::string::npos);
}

}  // namespace
}  // namespace tally::tools
