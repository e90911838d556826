// Goal: a map file says what each column means, strictly, and rows follow it exactly.
// Method: maps and files beside the reports or errors that must come out.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tools/fault.h"
#include "tools/import_reports.h"

namespace tally::tools {
namespace {

constexpr char kMap[] =
    "tally: csv-map/1\n"
    "observed at: time\n"
    "source: host\n"
    "state: { column: status, up: [ok], down: [failed, gone] }\n"
    "value: { column: latency, unit: ms, scale: 1 }\n";

TEST(ImportCsv, ReadsThroughAMap) {
  absl::StatusOr<CsvMap> map = ParseCsvMap(kMap, "map.yaml");
  ASSERT_TRUE(map.ok()) << map.status();
  absl::StatusOr<ImportedFile> file = ReadMappedCsv(
      "host,status,time,latency\nweb,ok,2026-02-01T00:00:00Z,12.5\nweb,gone,2026-02-01T00:01:00+01:"
      "00,\n",
      *map);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->reports.size(), 2u);
  EXPECT_EQ(file->reports[0].source, "web");
  EXPECT_EQ(file->reports[0].body.state, State::kUp);
  EXPECT_EQ(file->reports[0].body.value, 125);
  EXPECT_EQ(file->reports[0].reported_at, file->reports[0].observed_at);
  EXPECT_EQ(file->reports[1].body.state, State::kDown);
  EXPECT_FALSE(file->reports[1].body.value.has_value());
  EXPECT_EQ(FormatInstant(file->reports[1].observed_at), "2026-01-31T23:01:00Z");
}

TEST(ImportCsv, NamesTheFieldThatIsWrong) {
  absl::StatusOr<CsvMap> map = ParseCsvMap(kMap, "map.yaml");
  ASSERT_TRUE(map.ok()) << map.status();
  for (const auto& [row, column] : std::initializer_list<std::pair<const char*, uint64_t>>{
           {"web,odd,2026-02-01T00:00:00Z,1", 5},
           {"web,ok,1.2.2026,1", 8},
           {"web,ok,2026-02-01T00:00:00Z,1.25", 29},
           {",ok,2026-02-01T00:00:00Z,1", 1}}) {
    absl::StatusOr<ImportedFile> file =
        ReadMappedCsv(absl::StrCat("host,status,time,latency\n", row, "\n"), *map);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_EQ(file->errors.size(), 1u) << row;
    EXPECT_EQ(file->errors[0].column, column) << row;
  }
  EXPECT_FALSE(ReadMappedCsv("host,time\n", *map).ok());
}

TEST(ImportCsv, RefusesMapsThatLeaveSomethingOpen) {
  const std::string good = kMap;
  auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {changed("csv-map/1", "csv-map/9"), changed("observed at: time\n", ""),
        changed("source: host\n", ""), changed("source: host\n", "source: host\nsource name: x\n"),
        changed("[ok]", "[ok, gone]"), changed("scale: 1", "scale: 13"),
        changed("source: host\n", "sauce: host\n"),
        changed("source: host\n", "source: host\nseparator: ab\n")}) {
    absl::StatusOr<CsvMap> map = ParseCsvMap(bad, "map.yaml");
    EXPECT_FALSE(map.ok()) << bad;
    if (!map.ok()) {
      EXPECT_EQ(FaultOf(map.status()).position.file, "map.yaml") << bad;
    }
  }
}

}  // namespace
}  // namespace tally::tools
