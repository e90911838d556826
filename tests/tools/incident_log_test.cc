// Goal: the incident log of a real service desk gives the counts that were computed from it
// independently, down to each ticket that is in time and each percentile.
// Method: the file is read by the importer and counted by the engine, without a ledger between; the
// expected figures are the data set's own summary and, by month, figures of the same origin.
#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "replay/terms/ticket_clock.h"
#include "tests/replay/terms/desk_support.h"
#include "tests/scenarios/player.h"
#include "tools/import_tickets.h"
#include "tools/subprocess.h"

namespace tally::tools {
namespace {

using replay::Counted;
using replay::Desk;
using replay::Item;
using replay::StatedChoices;
using replay::With;

constexpr char kHours[] = "tally-calendar/1\nzone: UTC\nhours: mon-fri 08:00-18:00\n";

// The items of one file, and the same split by the last known priority of their tickets, so that a
// figure of few tickets does not read all of them.
struct Log {
  std::vector<Item> all;
  std::map<std::string, std::vector<Item>> of_priority;
  std::map<std::string, int64_t> tickets_of_priority;
};

Log ReadLog(const std::string& text, const TicketMap& map) {
  Log log;
  absl::StatusOr<ImportedTickets> imported = ReadTicketsCsv(text, map);
  EXPECT_TRUE(imported.ok()) << imported.status();
  if (!imported.ok()) return log;
  EXPECT_TRUE(imported->errors.empty());
  EXPECT_EQ(imported->tickets, 24'918u);
  // In the order that a caller of CountDesk gives: by time, then as recorded.
  std::vector<size_t> order(imported->events.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return imported->events[a].observed_at < imported->events[b].observed_at;
  });
  for (size_t index : order) {
    ImportedTicketEvent& event = imported->events[index];
    Item item;
    item.observed = {event.observed_at, event.observed_at};
    item.reported = event.reported_at;
    item.actor = event.actor;
    item.cause = {index, 0};
    item.body = std::move(event.body);
    log.all.push_back(std::move(item));
  }
  std::map<std::string, std::string> priorities;
  for (const Item& item : log.all) {
    const auto& event = std::get<TicketEvent>(item.body);
    if (!event.priority.empty()) priorities[event.ticket] = event.priority;
  }
  for (const Item& item : log.all) {
    log.of_priority[priorities[std::get<TicketEvent>(item.body).ticket]].push_back(item);
  }
  for (const auto& [ticket, priority] : priorities) ++log.tickets_of_priority[priority];
  log.tickets_of_priority["ALL"] = static_cast<int64_t>(imported->tickets);
  return log;
}

struct Logs {
  std::string folder;
  Log by_rows;
  Log by_column;  // resolved when the column resolved_at says
};

// Read once for all tests of this file.
const Logs& TheLogs() {
  static const Logs logs = [] {
    Logs read;
    read.folder = tests::DataFolder("servicedesk-uci-incident-log");
    if (read.folder.empty()) return read;
    absl::StatusOr<std::string> text =
        RunProgram({"gzip", "-dc", "--", absl::StrCat(read.folder, "/events.csv.gz")}, "", 1 << 28);
    EXPECT_TRUE(text.ok()) << text.status();
    if (!text.ok()) return read;
    TicketMap map = IncidentLogMap();
    read.by_rows = ReadLog(*text, map);
    map.resolved_at = "resolved_at";
    read.by_column = ReadLog(*text, map);
    return read;
  }();
  return logs;
}

Desk TheDesk() {
  Desk desk;
  desk.window = {replay::DeskTime("2016-01-01T00:00:00Z"),
                 replay::DeskTime("2018-01-01T00:00:00Z")};
  absl::StatusOr<replay::BusinessCalendar> hours =
      replay::BusinessCalendar::Parse(kHours, replay::Zone::Utc());
  EXPECT_TRUE(hours.ok()) << hours.status();
  if (hours.ok()) desk.calendars.emplace("office", *hours);
  return desk;
}

// The clock of one measure of the summary.
struct MeasureOf {
  StatedChoices clock;
  std::map<std::string, std::string> targets;
  bool by_column = false;
};

MeasureOf ReadMeasure(const std::string& name) {
  MeasureOf measure;
  const bool response = name.rfind("response", 0) == 0;
  const bool business = name.find("business") != std::string::npos;
  const bool net = name.find("_net_") != std::string::npos;
  measure.by_column = name.find("_column") != std::string::npos;
  measure.clock = {{"clock to", {response ? "responded" : "resolved"}},
                   {"calendar", {business ? "office" : "24x7"}},
                   {"pauses", {net ? "Awaiting User Info" : "none"}}};
  if (response) measure.clock["reopened"] = {};
  if (response) {
    measure.targets = {{"1", "15 min"}, {"2", "30 min"}, {"3", "4 h"}, {"4", "8 h"}};
  } else if (business) {
    measure.targets = {{"1", "4 h"}, {"2", "8 h"}, {"3", "30 h"}, {"4", "50 h"}};
  } else {
    measure.targets = {{"1", "4 h"}, {"2", "8 h"}, {"3", "3 d"}, {"4", "5 d"}};
  }
  return measure;
}

std::vector<std::string> TargetsOf(const MeasureOf& measure, const std::string& priority) {
  std::vector<std::string> targets;
  for (const auto& [name, length] : measure.targets) {
    if (priority == "ALL" || priority == name) targets.push_back(absl::StrCat(name, ": ", length));
  }
  return targets;
}

StatedChoices InTimeOf(const MeasureOf& measure, const std::string& priority) {
  return With(With(replay::PlainInTime(), {{"target", {}},
                                           {"open and overdue", {}},
                                           {"window of a ticket", {"stop"}},
                                           {"priority", {"last known"}},
                                           {"targets", TargetsOf(measure, priority)}}),
              measure.clock);
}

// The times of all stopped tickets by priority, ascending: one pass, where every percentile of the
// engine would be another.
std::map<std::string, std::vector<int64_t>> SecondsOf(const Log& log, const MeasureOf& measure) {
  const Desk desk = TheDesk();
  const Objective objective = replay::DeskObjective("tickets in time", InTimeOf(measure, "ALL"));
  const replay::ClockRules rules = replay::ClockRulesOf(objective.counted->choices);
  const replay::OpenHours hours(desk.calendars.at(measure.clock.at("calendar")[0]), desk.window);
  const std::vector<replay::Ticket> tickets = replay::TicketsOf(log.all);
  std::map<std::string, std::vector<int64_t>> seconds;
  for (const replay::Ticket& ticket : tickets) {
    for (const replay::TicketRun& run : replay::RunsOf(ticket, rules, Instant::Max(), {})) {
      if (!run.stop) continue;
      const int64_t elapsed = hours.Elapsed(run, *run.stop).micros / replay::kMicrosPerSecond;
      seconds["ALL"].push_back(elapsed);
      seconds[std::string(replay::PriorityAt(ticket, Instant::Max()))].push_back(elapsed);
    }
  }
  for (auto& [priority, times] : seconds) std::sort(times.begin(), times.end());
  return seconds;
}

constexpr int kPercentiles[] = {50, 90, 95, 99, 100};

std::string PercentilesOf(const std::vector<int64_t>& times) {
  std::string row;
  for (int percentile : kPercentiles) {
    absl::StrAppend(&row, ",",
                    times[(times.size() * static_cast<size_t>(percentile) + 99) / 100 - 1]);
  }
  return row;
}

std::string CountedPercentiles(const std::vector<Item>& items, const MeasureOf& measure) {
  std::string row;
  for (int percentile : kPercentiles) {
    const Counted time = TheDesk().Count(
        "percentile of ticket time",
        With(replay::PlainPercentile(absl::StrCat(percentile)), measure.clock), items);
    absl::StrAppend(&row, ",", time.value ? FormatRounded(*time.value, 0) : "none");
  }
  return row;
}

struct Shares {
  int64_t cases = 0, met = 0, breached = 0;
  std::string Text() const {
    return absl::StrCat(cases, ",", met, ",", breached, ",", cases - met - breached);
  }
};

TEST(IncidentLog, EveryRowOfTheSummaryIsFound) {
  const Logs& logs = TheLogs();
  if (logs.folder.empty()) GTEST_SKIP() << "needs servicedesk-uci-incident-log; set TALLY_DATA";
  std::map<std::string, std::string> expected;  // by measure and priority
  std::vector<std::string> measures;
  std::ifstream summary(absl::StrCat(logs.folder, "/expected_summary.csv"));
  std::string line;
  ASSERT_TRUE(std::getline(summary, line));
  ASSERT_EQ(line, "measure,priority,cases,met,breached,no_verdict,p50_s,p90_s,p95_s,p99_s,max_s");
  while (std::getline(summary, line)) {
    const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(',', 2));
    ASSERT_EQ(fields.size(), 3u);
    expected[absl::StrCat(fields[0], " ", fields[1])] = fields[2];
    if (fields[1] == "ALL") measures.push_back(fields[0]);
  }
  ASSERT_EQ(expected.size(), 40u);
  ASSERT_EQ(measures.size(), 8u);
  for (const std::string& name : measures) {
    const MeasureOf measure = ReadMeasure(name);
    const Log& log = measure.by_column ? logs.by_column : logs.by_rows;
    const auto seconds = SecondsOf(log, measure);
    Shares all;
    for (const char* priority : {"1", "2", "3", "4"}) {
      const std::vector<Item>& items = log.of_priority.at(priority);
      const Counted share = TheDesk().Count("tickets in time", InTimeOf(measure, priority), items);
      const Shares shares{log.tickets_of_priority.at(priority), share.population - share.failed,
                          share.failed};
      all = {all.cases + shares.cases, all.met + shares.met, all.breached + shares.breached};
      EXPECT_EQ(absl::StrCat(shares.Text(), PercentilesOf(seconds.at(priority))),
                expected[absl::StrCat(name, " ", priority)])
          << name << " " << priority;
      // The engine's percentiles, where there are few tickets.
      if (items.size() < 20'000) {
        EXPECT_EQ(CountedPercentiles(items, measure), PercentilesOf(seconds.at(priority)));
      }
    }
    EXPECT_EQ(absl::StrCat(all.Text(), PercentilesOf(seconds.at("ALL"))),
              expected[absl::StrCat(name, " ALL")])
        << name;
  }
}

TEST(IncidentLog, OneObjectiveForAllPriorities) {
  const Logs& logs = TheLogs();
  if (logs.folder.empty()) GTEST_SKIP() << "needs servicedesk-uci-incident-log; set TALLY_DATA";
  const MeasureOf measure = ReadMeasure("resolution_calendar");
  EXPECT_EQ(InTime(TheDesk().Count("tickets in time", InTimeOf(measure, "ALL"), logs.by_rows.all)),
            "16538 of 24918");
  EXPECT_EQ(CountedPercentiles(logs.by_rows.all, measure),
            ",54420,1287120,2405760,9942120,29052600");
}

TEST(IncidentLog, NetBusinessTimeByMonthOfResolution) {
  const Logs& logs = TheLogs();
  if (logs.folder.empty()) GTEST_SKIP() << "needs servicedesk-uci-incident-log; set TALLY_DATA";
  struct Month {
    const char* first;
    const char* limit;
    const char* in_time;
  };
  constexpr Month kMonths[] = {
      {"2016-03-01T00:00:00Z", "2016-04-01T00:00:00Z", "6106 of 7674"},
      {"2016-04-01T00:00:00Z", "2016-05-01T00:00:00Z", "6805 of 8222"},
      {"2016-05-01T00:00:00Z", "2016-06-01T00:00:00Z", "6380 of 7521"},
      {"2016-06-01T00:00:00Z", "2016-07-01T00:00:00Z", "249 of 818"},
  };
  Desk desk = TheDesk();
  const StatedChoices stated = InTimeOf(ReadMeasure("resolution_net_business"), "ALL");
  for (const Month& month : kMonths) {
    desk.window = {replay::DeskTime(month.first), replay::DeskTime(month.limit)};
    EXPECT_EQ(InTime(desk.Count("tickets in time", stated, logs.by_rows.all)), month.in_time)
        << month.first;
  }
}

}  // namespace
}  // namespace tally::tools
