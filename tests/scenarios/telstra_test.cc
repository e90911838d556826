// Goal: the quality of a real line comes out of the commands as it does elsewhere. Method: the data
// set network-telstra-speedtests becomes a mapped CSV file whose times say their offset
// (`started_local` is UTC+10:00 already; a test belongs to the month of its start), imported as
// samples; terms ask for 30 Mbps or more; each of the 19 months is compared with counts that were
// made with awk from the file itself. Exactly 30 is met; the one failed test is not.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/scenarios/player.h"
#include "tools/subprocess.h"

namespace tally::tests {
namespace {

constexpr char kMap[] = R"(tally: csv-map/1
observed at: started
reported at: stopped
source name: download
state: { column: state, up: [done], down: [failed] }
value: { column: download, unit: Mbps, scale: 2 }
)";

// Brisbane is UTC+10:00 all year.
constexpr char kLineTerms[] = R"(tally: terms/1
agreement: line
parties: { provider: provider, customer: customer }
term: { from: 2017-10-01, until: 2019-05-01, zone: Australia/Brisbane }
calendars: none
fees: none
objectives:
  download:
    obligor: provider
    obligee: customer
    measure:
      kind: share within threshold
      source: line-tests/download
      measured: number
      from: samples
      limit is: at least
      limit: 30
      failed samples: not met
      membership: start
      minimum sample: 1
    exclusions: none
    window: { every: calendar month, zone: Australia/Brisbane, when clipped: prorate }
    when empty: no result
    target: at least 85 %
    credit: none
disputes:
  credits: automatic
  evidence cut-off: 5 days
  objection: 10 days
  late evidence: always restated
)";

// The columns that the map names. `started_local,stopped_local,provider,server,distance_km,ping_ms,
// download_mbps,upload_mbps`: a failed test has a ping of 1,800,000 ms and no speed.
std::string MappedRows(const std::string& csv) {
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  std::string mapped = "started,stopped,state,download\n";
  while (std::getline(lines, line)) {
    std::vector<std::string> fields;
    std::istringstream split(line);
    for (std::string field; std::getline(split, field, ',');) fields.push_back(field);
    if (fields.size() != 8u) {
      ADD_FAILURE() << line;
      continue;
    }
    const bool failed = fields[5] == "1800000";
    mapped += fields[0] + "+10:00," + fields[1] + "+10:00," + (failed ? "failed," : "done,");
    mapped += fields[6] + "\n";
  }
  return mapped;
}

TEST(Telstra, ThirtyMegabitsByMonth) {
  const std::string folder = DataFolder("network-telstra-speedtests");
  if (folder.empty()) {
    GTEST_SKIP() << "needs the data set network-telstra-speedtests; set TALLY_DATA to its folder";
  }
  const absl::StatusOr<std::string> csv =
      tools::RunProgram({"gzip", "-dc", "--", folder + "/speedtests.csv.gz"}, "", 1 << 24);
  ASSERT_TRUE(csv.ok()) << csv.status();
  Player player;
  player.NewLedger({"provider", "customer", "monitor"});
  player.Write("tests.csv", MappedRows(*csv));
  player.Write("map.yaml", kMap);
  player.Write("line.yaml", kLineTerms);
  player.Must({"feed", "register", "line-tests", "--party", "monitor", "--key", "@monitor.pem"});
  player.Must({"import", "csv", "@tests.csv", "--map", "@map.yaml", "--feed", "line-tests", "--key",
               "@monitor.pem"});
  player.Agree("line.yaml", "line", "provider", "customer");
  const nlohmann::json answer = nlohmann::json::parse(player.Must(
      {"replay", "line", "--period", "2017-10-01T00:00:00Z/2019-05-01T00:00:00Z", "--json"}));
  const struct {
    std::string from;
    int met, tests;
  } months[] = {{"2017-09-30T14:00:00Z", 557, 623},   {"2017-10-31T14:00:00Z", 763, 842},
                {"2017-11-30T14:00:00Z", 1043, 1107}, {"2017-12-31T14:00:00Z", 1041, 1218},
                {"2018-01-31T14:00:00Z", 1043, 1086}, {"2018-02-28T14:00:00Z", 1315, 1387},
                {"2018-03-31T14:00:00Z", 1343, 1434}, {"2018-04-30T14:00:00Z", 1332, 1387},
                {"2018-05-31T14:00:00Z", 1327, 1334}, {"2018-06-30T14:00:00Z", 1480, 1485},
                {"2018-07-31T14:00:00Z", 1478, 1482}, {"2018-08-31T14:00:00Z", 1420, 1428},
                {"2018-09-30T14:00:00Z", 1480, 1486}, {"2018-10-31T14:00:00Z", 1419, 1426},
                {"2018-11-30T14:00:00Z", 1484, 1488}, {"2018-12-31T14:00:00Z", 1475, 1484},
                {"2019-01-31T14:00:00Z", 1330, 1342}, {"2019-02-28T14:00:00Z", 1468, 1479},
                {"2019-03-31T14:00:00Z", 136, 136}};
  size_t found = 0;
  for (const nlohmann::json& window : answer["windows"]) {
    for (const auto& month : months) {
      if (window["from"] != month.from) continue;
      ++found;
      EXPECT_EQ(window["period"], std::to_string(month.tests)) << month.from;
      EXPECT_EQ(window["counted"], std::to_string(month.tests - month.met)) << month.from;
      EXPECT_EQ(window["verdict"], month.met * 100 >= month.tests * 85 ? "met" : "breached")
          << month.from;
    }
  }
  EXPECT_EQ(found, 19u);
}

}  // namespace
}  // namespace tally::tests
