// Goal: on real outages the engine gives what an independent computation gave, to the millisecond.
// Method: reads uptime-limecommerce and compares all rows of expected_monthly.csv: eight sites, two
// zones, states that hold until the next report and for at most 26 hours. Rules: equal (site,
// observed_at) are versions, the later row wins; the watermark is the latest observed_at of the
// eight sites; unknown counts as available, degraded too. The data is not part of this project: the
// test is skipped where the folder is absent.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "replay/terms/evaluate.h"
#include "tests/replay/terms/terms_support.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

constexpr char kFolder[] = TALLY_SOURCE_DIR "/../shared/data/uptime-limecommerce";

std::vector<std::string> UnpackedLines(const std::string& path) {
  std::string command = absl::StrCat("gzip -dc '", path, "'");
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (pipe == nullptr) return {};
  std::string text;
  char buffer[4096];
  for (size_t count = 1; count > 0;) {
    count = fread(buffer, 1, sizeof buffer, pipe.get());
    text.append(buffer, count);
  }
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

struct Row {
  Observation observation;
  Instant reported;
};
using SiteRows = std::map<std::string, std::vector<Row>>;

State StateNamed(absl::string_view name) {
  if (name == "up") return State::kUp;
  if (name == "down") return State::kDown;
  return name == "degraded" ? State::kDegraded : State::kUnset;
}

// Rows reported by `reported`, ordered by observed_at, of equal ones the later in the file.
SiteRows ReadMeasurements(Instant reported) {
  std::map<std::string, std::map<Instant, Row>> versions;
  uint64_t line_number = 0;
  for (const std::string& line : UnpackedLines(absl::StrCat(kFolder, "/measurements.csv.gz"))) {
    if (++line_number == 1) continue;
    std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells.size() != 7) {
      ADD_FAILURE() << "line " << line_number;
      continue;
    }
    int64_t code = 0, took = 0;
    EXPECT_TRUE(absl::SimpleAtoi(cells[3], &code) && absl::SimpleAtoi(cells[4], &took));
    Instant observed = At(cells[0]);
    if (At(cells[5]) > reported) continue;
    Observation observation{.from = observed,
                            .until = observed,
                            .state = StateNamed(cells[2]),
                            .code = code,
                            .took = Milliseconds(took),
                            .cause = {line_number, 0}};
    versions[cells[1]][observed] = {observation, At(cells[5])};
  }
  SiteRows rows;
  for (auto& [site, by_time] : versions) {
    for (auto& [observed, row] : by_time) rows[site].push_back(row);
  }
  return rows;
}

constexpr const char* kSites[] = {"27654-lime-commerce-production",
                                  "86723-coral-island",
                                  "38492-yamada-best",
                                  "71530-jade",
                                  "26981-nihon",
                                  "54027-rodalink",
                                  "19836-cnf",
                                  "67394-yeva"};

class Lime : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* file : {"measurements.csv.gz", "expected_monthly.csv"}) {
      if (!std::filesystem::exists(absl::StrCat(kFolder, "/", file))) {
        GTEST_SKIP() << "missing: shared/data/uptime-limecommerce/" << file;
      }
    }
    rows_ = ReadMeasurements(Instant::Max());
    for (const char* site : kSites) {
      ASSERT_FALSE(rows_[site].empty()) << site;
      watermark_ = std::max(watermark_, rows_[site].back().observation.from);
    }
  }

  WindowFigures Month(const Objective& objective, const std::string& site, const Zone& zone,
                      int year, int month, const SiteRows& rows, Instant known) {
    Interval period = *CivilPeriod(year, 0, month, zone);
    Window window = WindowHolding(objective, zone, period.first);
    EXPECT_EQ(window.interval, period);
    std::vector<Observation> observations;
    for (const Row& row : rows.at(site)) observations.push_back(row.observation);
    return Evaluate(objective, MonthlyFee("1000.00 USD"), zone, window, observations,
                    {.watermark = watermark_, .instant = known});
  }

  SiteRows rows_;
  Instant watermark_ = Instant::Min();
};

std::string Text(const Fraction& value) {
  return absl::StrCat(FormatWide(value.numerator()), "/", FormatWide(value.denominator()));
}

TEST_F(Lime, EveryExpectedRowComesOutExactly) {
  std::map<std::string, Zone> zones = {{"UTC", Zone::Utc()},
                                       {"Asia/Jakarta", LoadZone("Asia/Jakarta")}};
  std::ifstream file(absl::StrCat(kFolder, "/expected_monthly.csv"));
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  int compared = 0;
  while (std::getline(file, line)) {
    SCOPED_TRACE(line);
    std::vector<std::string> cells = absl::StrSplit(line, ',');
    ASSERT_EQ(cells.size(), 13u);
    Objective objective = TieredObjective();
    if (cells[3] == "stale26h") {
      objective.measure.holding = Holding::kAtMost;
      objective.measure.hold_limit = Hours(26);
    } else {
      ASSERT_EQ(cells[3], "hold");
    }
    int year = 0, month = 0;
    ASSERT_TRUE(absl::SimpleAtoi(cells[2].substr(0, 4), &year) &&
                absl::SimpleAtoi(cells[2].substr(5), &month));
    WindowFigures figures =
        Month(objective, cells[1], zones.at(cells[0]), year, month, rows_, Instant::Max());
    const FigureTimes& times = figures.times;
    EXPECT_EQ(times.unit, "ms");
    EXPECT_EQ(absl::StrCat(times.period), cells[4]);
    EXPECT_EQ(absl::StrCat(times.period - times.unknown), cells[5]);
    EXPECT_EQ(absl::StrCat(times.unknown), cells[6]);
    EXPECT_EQ(absl::StrCat(times.counted), cells[7]);
    EXPECT_EQ(absl::StrCat(times.degraded), cells[8]);
    int down_runs = 0;
    for (const Stretch& stretch : figures.measured.picture) {
      down_runs += stretch.kind == SegmentKind::kDown ? 1 : 0;
    }
    EXPECT_EQ(absl::StrCat(down_runs), cells[9]);
    int64_t known = times.period - times.unknown;
    // The measured fraction is the one of terms that remove unknown time.
    objective.measure.unknown = CountsAs::kRemoved;
    WindowFigures removed =
        Month(objective, cells[1], zones.at(cells[0]), year, month, rows_, Instant::Max());
    EXPECT_EQ(removed.value ? Text(*removed.value) : "", known > 0 ? cells[10] : "");
    ASSERT_TRUE(figures.value);
    EXPECT_EQ(Text(*figures.value), cells[11]);
    ASSERT_TRUE(figures.credit);
    EXPECT_EQ(FormatDecimal(figures.credit->tier_percent), cells[12]);
    if (HasFailure()) return;
    ++compared;
  }
  EXPECT_EQ(compared, 488);
}

TEST_F(Lime, TheMonthAsItStoodWhenReportedByTheEighteenth) {
  Instant reported = At("2026-02-18T12:00:00Z");
  WindowFigures figures = Month(TieredObjective(), "86723-coral-island", Zone::Utc(), 2026, 2,
                                ReadMeasurements(reported), reported);
  EXPECT_TRUE(figures.open);
  EXPECT_EQ(figures.value, Ratio(2'314'551'583, 2'419'200'000));
  EXPECT_EQ(FormatPercent(*figures.value), "95.674255");
  EXPECT_EQ(FormatMoney(figures.credit->amount), "300.00 USD");
}

TEST_F(Lime, TheTermDecidesNotTheData) {
  Zone jakarta = LoadZone("Asia/Jakarta");
  WindowFigures utc =
      Month(TieredObjective(), "54027-rodalink", Zone::Utc(), 2026, 3, rows_, Instant::Max());
  EXPECT_EQ(utc.value, Ratio(330'362'051, 334'800'000));
  EXPECT_EQ(FormatMoney(utc.credit->amount), "300.00 USD");
  WindowFigures local =
      Month(TieredObjective(), "54027-rodalink", jakarta, 2026, 3, rows_, Instant::Max());
  EXPECT_EQ(local.value, Ratio(331'476'631, 334'800'000));
  EXPECT_EQ(FormatMoney(local.credit->amount), "100.00 USD");
}

TEST_F(Lime, TheAmendedRuleThatForbiddenCountsAsUp) {
  Objective objective = TieredObjective();
  EXPECT_EQ(Month(objective, "19836-cnf", Zone::Utc(), 2025, 6, rows_, Instant::Max()).value,
            Ratio(48'524'501, 144'000'000));
  EXPECT_EQ(Month(objective, "19836-cnf", Zone::Utc(), 2025, 7, rows_, Instant::Max()).value,
            Ratio(253'537'177, 446'400'000));
  objective.measure.rule = {UpRule::kRecordedStatusOrCodes, {403}, std::nullopt};
  for (int month : {6, 7}) {
    WindowFigures figures =
        Month(objective, "19836-cnf", Zone::Utc(), 2025, month, rows_, Instant::Max());
    EXPECT_EQ(figures.value, Ratio(1, 1)) << month;
    EXPECT_EQ(FormatMoney(figures.credit->amount), "0.00 USD");
  }
}

}  // namespace
}  // namespace tally::replay
