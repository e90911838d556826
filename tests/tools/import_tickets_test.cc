// Goal: rows of a desk's audit log become the steps that they show, each once and in order; a bad
// row is named with line and column and takes its ticket with it.
// Method: small logs as text, with the steps beside; one error for each column; map files.
#include "tools/import_tickets.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

constexpr char kHeader[] =
    "case,state,mod_count,opened_at,updated_by,updated_at,location,category,priority,resolved_at\n";

const char* StepName(TicketStep step) {
  constexpr const char* kNames[] = {"unset",   "opened",   "classified", "responded", "paused",
                                    "resumed", "resolved", "reopened",   "closed"};
  return kNames[static_cast<size_t>(step)];
}

// "opened 08:00, paused 09:00 (Awaiting Vendor)" of the time of day and the reason.
std::string StepsText(const std::vector<ImportedTicketEvent>& events) {
  std::string text;
  for (const ImportedTicketEvent& event : events) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", StepName(event.body.step), " ",
                    FormatInstant(event.observed_at).substr(11, 5));
    if (!event.body.reason.empty()) absl::StrAppend(&text, " (", event.body.reason, ")");
  }
  return text;
}

// One ticket whose rows are (state, minute of the ninth hour).
ImportedTickets Read(const std::vector<std::pair<std::string, int>>& rows,
                     const TicketMap& map = IncidentLogMap(),
                     const std::string& resolved_at = "?") {
  std::string text = kHeader;
  int count = 0;
  for (const auto& [state, minute] : rows) {
    absl::StrAppend(&text, "T1,", state, ",", count++,
                    ",2026-06-01T08:00:00Z,7,2026-06-01T09:", minute < 10 ? "0" : "", minute,
                    ":00Z,Oslo,55,3,", resolved_at, "\n");
  }
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(text, map);
  EXPECT_TRUE(tickets.ok()) << tickets.status();
  if (!tickets.ok()) return {};
  EXPECT_TRUE(tickets->errors.empty());
  return *tickets;
}

TEST(ImportTickets, ATicketFromOpenedToClosed) {
  const ImportedTickets tickets =
      Read({{"New", 0}, {"Active", 1}, {"Active", 2}, {"Resolved", 3}, {"Closed", 4}});
  EXPECT_EQ(tickets.tickets, 1u);
  EXPECT_EQ(StepsText(tickets.events),
            "opened 08:00, classified 09:00 (New), responded 09:01 (Active), classified 09:02 "
            "(Active), resolved 09:03 (Resolved), closed 09:04 (Closed)");
  const ImportedTicketEvent& closed = tickets.events.back();
  EXPECT_EQ(closed.line, 6u);
  EXPECT_EQ(closed.actor, ActorKind::kHuman);
  EXPECT_EQ(closed.body.ticket, "T1");
  EXPECT_EQ(closed.body.actor, "7");
  EXPECT_EQ(closed.body.priority, "3");
  EXPECT_EQ(closed.body.category, "55");
  EXPECT_EQ(closed.body.site, "Oslo");
  EXPECT_EQ(FormatInstant(tickets.events[0].reported_at), "2026-06-01T09:00:00Z");
}

TEST(ImportTickets, TheNextStateEndsAPause) {
  EXPECT_EQ(StepsText(Read({{"Awaiting User Info", 0},
                            {"Awaiting User Info", 1},
                            {"Awaiting Vendor", 2},
                            {"Active", 3},
                            {"Awaiting User Info", 4},
                            {"Resolved", 5}})
                          .events),
            "opened 08:00, responded 09:00 (Awaiting User Info), paused 09:00 (Awaiting User "
            "Info), paused 09:01 (Awaiting User Info), resumed 09:02 (Awaiting User Info), paused "
            "09:02 (Awaiting Vendor), resumed 09:03 (Awaiting Vendor), paused 09:04 (Awaiting User "
            "Info), resumed 09:05 (Awaiting User Info), resolved 09:05 (Resolved)");
}

TEST(ImportTickets, AStateAfterTheResolutionReopens) {
  EXPECT_EQ(StepsText(Read({{"Resolved", 0},
                            {"Closed", 1},
                            {"Active", 2},
                            {"Resolved", 3},
                            {"Awaiting Vendor", 4},
                            {"Closed", 5},
                            {"-100", 6}})
                          .events),
            "opened 08:00, responded 09:00 (Resolved), resolved 09:00 (Resolved), closed 09:01 "
            "(Closed), reopened 09:02 (Active), resolved 09:03 (Resolved), reopened 09:04 "
            "(Awaiting Vendor), paused 09:04 (Awaiting Vendor), resumed 09:05 (Awaiting Vendor), "
            "closed 09:05 (Closed), reopened 09:06 (-100)");
}

TEST(ImportTickets, RowsAreTakenByTimeThenOrderThenPlace) {
  const std::string rest = ",2026-06-01T08:00:00Z,7,2026-06-01T09:";
  const std::string end = ":00Z,?,?,?,?\n";
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(
      absl::StrCat(kHeader, "T1,Closed,9", rest, "30", end, "T2,New,0", rest, "00", end,
                   "T1,Active,10", rest, "20", end, "T1,New,2", rest, "20", end),
      IncidentLogMap());
  ASSERT_TRUE(tickets.ok());
  EXPECT_EQ(
      StepsText(tickets->events),
      "opened 08:00, classified 09:20 (New), responded 09:20 (Active), closed 09:30 (Closed), "
      "opened 08:00, classified 09:00 (New)");
  // "?" stands for nothing.
  EXPECT_EQ(tickets->events[1].body.priority, "");
}

TEST(ImportTickets, OpeningAfterTheFirstRowCarriesNoWords) {
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(
      absl::StrCat(kHeader, "T1,New,0,2026-06-01T10:00:00Z,7,2026-06-01T09:00:00Z,Oslo,55,3,?\n"),
      IncidentLogMap());
  ASSERT_TRUE(tickets.ok());
  ASSERT_EQ(tickets->events.size(), 2u);
  EXPECT_EQ(tickets->events[0].body.ticket, "T1");
  EXPECT_EQ(tickets->events[0].body.priority, "");
  EXPECT_EQ(FormatInstant(tickets->events[0].reported_at), "2026-06-01T10:00:00Z");
  EXPECT_EQ(tickets->events[1].body.priority, "3");
}

TEST(ImportTickets, AColumnOfTheResolutionReplacesTheRows) {
  TicketMap map = IncidentLogMap();
  map.resolved_at = "resolved_at";
  EXPECT_EQ(StepsText(Read({{"New", 0}, {"Resolved", 1}, {"Active", 2}, {"Closed", 3}}, map,
                           "2026-06-01T08:30:00Z")
                          .events),
            "opened 08:00, classified 09:00 (New), responded 09:01 (Resolved), classified 09:02 "
            "(Active), classified 09:03 (Closed), resolved 08:30 (Closed)");
  EXPECT_EQ(StepsText(Read({{"Resolved", 1}}, map).events),
            "opened 08:00, responded 09:01 (Resolved)");
}

TEST(ImportTickets, ABadRowIsNamedAndTakesItsTicketWithIt) {
  const std::string good = "T1,New,0,2026-06-01T08:00:00Z,7,2026-06-01T09:00:00Z,Oslo,55,3,?\n";
  const std::string other = "T2,New,0,2026-06-01T08:00:00Z,7,2026-06-01T09:00:00Z,Oslo,55,3,?\n";
  const struct {
    const char* row;
    uint64_t column;
  } cases[] = {
      {"T1,Gone,1,2026-06-01T08:00:00Z,7,2026-06-01T09:01:00Z,Oslo,55,3,?", 4},
      {"T1,New,1.5,2026-06-01T08:00:00Z,7,2026-06-01T09:01:00Z,Oslo,55,3,?", 8},
      {"T1,New,,2026-06-01T08:00:00Z,7,2026-06-01T09:01:00Z,Oslo,55,3,?", 8},
      {"T1,New,1,yesterday,7,2026-06-01T09:01:00Z,Oslo,55,3,?", 10},
      {"T1,New,1,2026-06-01T08:00:00Z,7,2026-06-31T09:01:00Z,Oslo,55,3,?", 33},
  };
  for (const auto& wrong : cases) {
    absl::StatusOr<ImportedTickets> tickets =
        ReadTicketsCsv(absl::StrCat(kHeader, good, wrong.row, "\n", other), IncidentLogMap());
    ASSERT_TRUE(tickets.ok());
    ASSERT_EQ(tickets->errors.size(), 1u) << wrong.row;
    EXPECT_EQ(tickets->errors[0].line, 3u);
    EXPECT_EQ(tickets->errors[0].column, wrong.column) << wrong.row;
    EXPECT_EQ(tickets->tickets, 1u);
    for (const ImportedTicketEvent& event : tickets->events) EXPECT_EQ(event.body.ticket, "T2");
  }
  absl::StatusOr<ImportedTickets> nameless =
      ReadTicketsCsv(absl::StrCat(kHeader, ",", good.substr(3), other), IncidentLogMap());
  ASSERT_TRUE(nameless.ok());
  EXPECT_EQ(nameless->errors.size(), 1u);
  EXPECT_EQ(nameless->tickets, 1u);
  EXPECT_EQ(ReadTicketsCsv("case,state\n", IncidentLogMap()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ImportTickets, AMapFileNamesColumnsAndStates) {
  absl::StatusOr<TicketMap> map = ParseTicketMap(
      "tally: ticket-map/1\nsource name: helpdesk\nticket: number\nopened at: opened\n"
      "observed at: updated\nstate: { column: phase, new: [Logged], working: [Doing], waiting: "
      "[On Hold], resolved: [Done], closed: [Shut] }\nactor: who\nautomation: [bot]\nnot known: "
      "[\"-\"]\nseparator: \";\"\n",
      "map.yaml");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->source_name, "helpdesk");
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(
      "number;opened;updated;phase;who\n"
      "7;2026-06-01T08:00:00Z;2026-06-01T08:01:00Z;Logged;bot\n"
      "7;2026-06-01T08:00:00Z;2026-06-01T08:02:00Z;Done;-\n",
      *map);
  ASSERT_TRUE(tickets.ok()) << tickets.status();
  ASSERT_TRUE(tickets->errors.empty());
  EXPECT_EQ(
      StepsText(tickets->events),
      "opened 08:00, classified 08:01 (Logged), responded 08:02 (Done), resolved 08:02 (Done)");
  EXPECT_EQ(tickets->events[1].actor, ActorKind::kAutomation);
  EXPECT_EQ(tickets->events[3].actor, ActorKind::kHuman);
  EXPECT_EQ(tickets->events[3].body.actor, "");
}

// A mail robot answers first; the response that terms ask for is the first one by a person.
TEST(ImportTickets, AHumanAnswerAfterAnAutomaticOneIsKept) {
  TicketMap map = IncidentLogMap();
  map.automation = {"mailbot"};
  absl::StatusOr<ImportedTickets> tickets = ReadTicketsCsv(
      std::string(kHeader) +
          "T3,New,0,2026-06-01T08:00:00Z,ann,2026-06-01T08:00:00Z,Oslo,55,3,?\n"
          "T3,Active,1,2026-06-01T08:00:00Z,mailbot,2026-06-01T08:01:00Z,Oslo,55,3,?\n"
          "T3,Active,2,2026-06-01T08:00:00Z,bob,2026-06-01T09:30:00Z,Oslo,55,3,?\n"
          "T3,Active,3,2026-06-01T08:00:00Z,bob,2026-06-01T09:40:00Z,Oslo,55,3,?\n",
      map);
  ASSERT_TRUE(tickets.ok()) << tickets.status();
  EXPECT_EQ(StepsText(tickets->events),
            "opened 08:00, classified 08:00 (New), responded 08:01 (Active), responded 09:30 "
            "(Active), classified 09:40 (Active)");
  EXPECT_EQ(tickets->events[2].actor, ActorKind::kAutomation);
  EXPECT_EQ(tickets->events[3].actor, ActorKind::kHuman);
  EXPECT_TRUE(tickets->oddities.empty());
}

TEST(ImportTickets, AnotherSeparatorIsNamed) {
  std::string header = kHeader;
  for (char& c : header) c = c == ',' ? ';' : c;
  const absl::Status status = ReadTicketsCsv(header, IncidentLogMap()).status();
  EXPECT_NE(std::string(status.message()).find("state `separator: \";\"` in the map"),
            std::string::npos)
      << status;
}

TEST(ImportTickets, OddTimesAreSaid) {
  absl::StatusOr<ImportedTickets> tickets =
      ReadTicketsCsv(std::string(kHeader) +
                         "T4,New,0,2026-06-01T08:00:00Z,ann,2026-06-01T07:00:00Z,Oslo,55,3,?\n"
                         "T4,Active,1,2026-06-01T08:30:00Z,bob,2026-06-01T09:00:00Z,Oslo,55,3,?\n",
                     IncidentLogMap());
  ASSERT_TRUE(tickets.ok()) << tickets.status();
  ASSERT_EQ(tickets->oddities.size(), 2u);
  EXPECT_EQ(tickets->oddities[0].line, 2u);
  EXPECT_EQ(tickets->oddities[0].message,
            "ticket T4 was changed 2026-06-01T07:00:00Z, before it was opened, "
            "2026-06-01T08:00:00Z");
  EXPECT_EQ(tickets->oddities[1].line, 3u);
}

TEST(ImportTickets, AWrongMapIsRefusedWithItsPlace) {
  const std::string good =
      "tally: ticket-map/1\nsource name: d\nticket: t\nopened at: o\nobserved at: u\n";
  const std::string state = "state: { column: s, new: [N] }\n";
  ASSERT_TRUE(ParseTicketMap(good + state, "m").ok());
  for (const std::string& bad :
       {good, "tally: csv-map/1\n" + good.substr(20) + state, good + state + "colour: blue\n",
        good + "state: { column: s }\n", good + "state: { new: [N] }\n",
        good + "state: { column: s, new: [N], closed: [N] }\n",
        good + "state: { column: s, shut: [N] }\n", state, std::string("- a\n")}) {
    EXPECT_EQ(ParseTicketMap(bad, "m").status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace tally::tools
