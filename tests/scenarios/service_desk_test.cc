// Goal: a year of a real service desk comes out of the commands as it does elsewhere. Method: the
// incident log imported as tickets, terms with business hours and stopped clocks, months compared
// with counts that were made independently (docs of the data set: uci incident log).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kDeskTerms[] = R"(tally: terms/1
agreement: desk
parties: { provider: provider, customer: customer }
term: { from: 2016-02-01, until: open, zone: UTC }
calendars: [office]
fees: none
objectives:
  net:
    obligor: provider
    obligee: customer
    measure:
      kind: tickets in time
      source: service-desk/servicedesk
      clock from: opened
      clock to: resolved
      stopped by: anyone
      not stopped by: none
      calendar: office
      pauses: [Awaiting User Info]
      excluded time: stops the clock
      reopened: final resolution
      priority: last known
      targets: { "1": 4 h, "2": 8 h, "3": 30 h, "4": 50 h }
      in time: elapsed within target
      window of a ticket: stop
      minimum sample: 0
    exclusions: none
    window: { every: calendar month, zone: UTC, when clipped: prorate }
    when empty: no result
    target: at least 95 %
    credit: none
disputes:
  credits: automatic
  evidence cut-off: 5 days
  objection: 10 days
  late evidence: always restated
)";

TEST(ServiceDesk, NetBusinessTimeByMonth) {
  const std::string folder = DataFolder("servicedesk-uci-incident-log");
  if (folder.empty()) GTEST_SKIP() << "the data set is not beside the tree";
  Player player;
  player.NewLedger({"provider", "customer", "desk"});
  player.Must({"feed", "register", "service-desk", "--party", "desk", "--key", "@desk.pem"});
  player.Must({"import", "tickets-csv", folder + "/events.csv.gz", "--feed", "service-desk",
               "--key", "@desk.pem"});
  player.Write("office", "tally-calendar/1\nzone: UTC\nhours: mon-fri 08:00-18:00\n");
  player.Must({"calendar", "add", player.Path("office"), "--name", "office"});
  player.Write("desk.yaml", kDeskTerms);
  player.Agree("desk.yaml", "desk", "provider", "customer");
  const nlohmann::json answer =
      nlohmann::json::parse(player.Must({"replay", "desk", "--period", "2016", "--json"}));
  const struct {
    std::string from;
    int late, tickets;
  } months[] = {{"2016-03-01T00:00:00Z", 7674 - 6106, 7674},
                {"2016-04-01T00:00:00Z", 8222 - 6805, 8222},
                {"2016-05-01T00:00:00Z", 7521 - 6380, 7521},
                {"2016-06-01T00:00:00Z", 818 - 249, 818}};
  size_t found = 0;
  for (const nlohmann::json& window : answer["windows"]) {
    for (const auto& month : months) {
      if (window["from"] != month.from) continue;
      ++found;
      EXPECT_EQ(window["period"], std::to_string(month.tickets)) << month.from;
      EXPECT_EQ(window["counted"], std::to_string(month.late)) << month.from;
    }
  }
  EXPECT_EQ(found, 4u);
}

}  // namespace
}  // namespace tally::tests
