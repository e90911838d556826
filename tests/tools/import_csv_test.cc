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

// A bad number says its column, itself and what is expected; no time is below zero.
TEST(ImportCsv, NumbersSayWhatIsWrongWithThem) {
  const auto fault = [](const std::string& map_text, const std::string& row) {
    absl::StatusOr<CsvMap> map = ParseCsvMap(map_text, "map.yaml");
    EXPECT_TRUE(map.ok()) << map.status();
    absl::StatusOr<ImportedFile> file =
        ReadMappedCsv(absl::StrCat("host,status,time,latency,http\n", row, "\n"), *map);
    EXPECT_TRUE(file.ok()) << file.status();
    return file->errors.empty() ? "good" : file->errors[0].message;
  };
  const std::string map = absl::StrCat(kMap, "code: http\n");
  const std::string start = "web,ok,2026-02-01T00:00:00Z,";
  const std::string form =
      "is no number as they are written here: digits, a point before decimals, no zeros in front, "
      "no signs but -";
  EXPECT_EQ(fault(map, start + "1,200"), "good");
  EXPECT_EQ(fault(map, start + "1,0200"), "column 'http': '0200' " + form);
  EXPECT_EQ(fault(map, start + "1,20.5"),
            "column 'http': '20.5' has decimals, and a whole number is expected");
  EXPECT_EQ(fault(map, start + "12.25,200"),
            "column 'latency': '12.25' has 2 decimals, and 1 are expected (`scale: 1` of `value` "
            "in the map)");
  EXPECT_EQ(fault(map, start + "fast,200"),
            "column 'latency': 'fast' " + form + " (`scale: 1` of `value` in the map)");
  EXPECT_EQ(fault(map, start + "999999999999999999999,200").find("column 'latency': '9999"), 0u);
  EXPECT_EQ(fault(map, start + "-4,200"), "column 'latency': '-4' ms is below zero: no time is");
  std::string degrees = map;
  degrees.replace(degrees.find("unit: ms"), 8, "unit: C");
  EXPECT_EQ(fault(degrees, start + "-4,200"), "good");
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
