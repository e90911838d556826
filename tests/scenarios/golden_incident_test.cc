// Goal: credits of one incident are compared, over measures of time and of tickets, and cut by a
// cap afterwards, to the cent through the public path. Method: as in golden_time_test.cc; incident
// X is two hours of outage and one ticket, put down to it by an attribution that both sides agree
// to.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

constexpr char kApril[] = "2026-04";
constexpr char kHighest[] = "pays: highest\n";
constexpr char kSum[] = "pays: sum\n";
constexpr char kChoice[] =
    "pays: customer's choice\nchoose within days: 30\nwithout a choice: highest\n";
constexpr char kX[] = R"({"name":"x","responsible":"provider","cause":"provider","incident":"X",)"
                      R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})";
constexpr char kRestoreChosen[] = R"({"choice":"X","option":"restore"})";

std::string SumPerBreach(const std::string& sum) {
  return absl::StrCat("credit:\n  scheme: fixed sum\n  sum: ", sum,
                      "\n  for: each breach\n  rounding: half up to cents, once per line\n"
                      "  window cap: none\n  minimum: none\n");
}

std::string NeverDown(const std::string& source, const std::string& sum) {
  return absl::StrCat(Availability("probes/" + source), "target: at least 100 %\n",
                      SumPerBreach(sum));
}

std::string RestoredInTime() {
  return absl::StrCat(
      "measure:\n"
      "  kind: tickets in time\n"
      "  source: desk/tickets\n"
      "  clock from: opened\n"
      "  clock to: resolved\n"
      "  stopped by: human\n"
      "  not stopped by: none\n"
      "  calendar: 24x7\n"
      "  pauses: none\n"
      "  excluded time: stops the clock\n"
      "  reopened: first resolution\n"
      "  priority: not used\n"
      "  target: 2 h\n"
      "  in time: elapsed within target\n"
      "  window of a ticket: stop\n"
      "  minimum sample: 0\n"
      "when empty: met\n"
      "target: at least 100 %\n",
      SumPerBreach("500.00 EUR"));
}

// April: an outage and a late ticket of incident X, another ticket in time, and an outage of
// something else.
Golden& April(Golden& golden, const std::string& pays, const std::string& cap,
              const std::string& cut) {
  const auto step = [&](const char* ticket, const char* name, const char* at, const char* part) {
    golden.Event("desk", "tickets", "ticket event", at,
                 absl::StrCat(R"({"ticket":")", ticket, R"(","step":")", name,
                              R"(","firstContact":false)", part, "}"));
  };
  step("T-1", "opened", "2026-04-10T10:05:00Z", "");
  step("T-1", "classified", "2026-04-10T11:00:00Z", R"(,"incident":"X")");
  // Three hours after the outage: its time alone does not excuse it.
  step("T-1", "resolved", "2026-04-10T15:00:00Z", "");
  step("T-2", "opened", "2026-04-11T10:00:00Z", R"(,"incident":"Y")");
  step("T-2", "resolved", "2026-04-11T11:00:00Z", "");
  return golden.Objective("availability", NeverDown("web", "800.00 EUR"))
      .Objective("restore", RestoredInTime())
      .Objective("unrelated", NeverDown("mail", "300.00 EUR"))
      .Rule("incident", absl::StrCat("kind: same incident\nobjectives: all\n", pays))
      .Rule("monthly", absl::StrCat("kind: cap\nobjectives: all\nlimit: money\nmoney: ", cap,
                                    "\nperiod: calendar month\nbelongs by: end of window\ncut: ",
                                    cut, "\nabove: lost\nsettled windows: stay\n"))
      .UpFrom("web", kStart)
      .UpFrom("mail", kStart)
      .Down("web", "2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z")
      .Down("mail", "2026-04-20T10:00:00Z", "2026-04-20T12:00:00Z")
      .Play();
}

// X is no incident of an agreement until both sides, or somebody who may, say so.
Golden& Decided(Golden& golden) {
  return golden.Act("customer", "attribution proposed", kX)
      .Act("provider", "attribution agreed", R"({"name":"x"})");
}

void ExpectCredits(Golden& golden, const std::vector<std::string>& credits,
                   const std::string& total) {
  const char* objectives[] = {"availability", "restore", "unrelated"};
  ASSERT_EQ(credits.size(), std::size(objectives));
  for (size_t i = 0; i < credits.size(); ++i) {
    golden.Expect(objectives[i], kApril, {{.verdict = "breached", .credit = credits[i]}});
  }
  EXPECT_EQ(golden.Balance("accrued", "customer", kApril), total);
}

// GC-33
TEST(GoldenIncident, GC33TheHighestThenTheCap) {
  Golden golden;
  April(golden, kHighest, "1500.00 EUR", "pro rata");
  // What the customer alone says decides nothing: three credits of 1,600.00.
  golden.Act("customer", "attribution proposed", kX);
  ExpectCredits(golden, {"750.00", "468.75", "281.25"}, "1500.00");
  golden.Act("provider", "attribution agreed", R"({"name":"x"})");
  ExpectCredits(golden, {"800.00", "0.00", "300.00"}, "1100.00");
}

// GC-33
TEST(GoldenIncident, GC33TheSumIsCutProRata) {
  Golden golden;
  Decided(April(golden, kSum, "1500.00 EUR", "pro rata"));
  ExpectCredits(golden, {"750.00", "468.75", "281.25"}, "1500.00");
}

// GC-33
TEST(GoldenIncident, GC33TheSumIsCutInOrder) {
  Golden golden;
  Decided(April(golden, kSum, "1500.00 EUR", "in order"));
  ExpectCredits(golden, {"800.00", "500.00", "200.00"}, "1500.00");
}

// GC-33
TEST(GoldenIncident, GC33WithoutAChoiceInThirtyDaysTheHighest) {
  Golden golden;
  Decided(April(golden, kChoice, "1500.00 EUR", "pro rata"));
  // Nobody chooses for the customer, and the customer not after the days.
  golden.Act("provider", "choice made", kRestoreChosen);
  golden.MoveTo("2026-06-01T00:00:01Z").Act("customer", "choice made", kRestoreChosen);
  ExpectCredits(golden, {"800.00", "0.00", "300.00"}, "1100.00");
}

// GC-33
TEST(GoldenIncident, GC33WhatTheCustomerChoosesInTime) {
  Golden golden;
  Decided(April(golden, kChoice, "1500.00 EUR", "pro rata"));
  golden.MoveTo("2026-05-31T23:00:00Z").Act("customer", "choice made", kRestoreChosen);
  ExpectCredits(golden, {"0.00", "500.00", "300.00"}, "800.00");
}

// GC-33
TEST(GoldenIncident, GC33ACapOfAThousandIsReachedByEach) {
  for (const char* pays : {kHighest, kSum, kChoice}) {
    Golden golden;
    Decided(April(golden, pays, "1000.00 EUR", "pro rata"));
    EXPECT_EQ(golden.Balance("accrued", "customer", kApril), "1000.00") << pays;
  }
}

}  // namespace
}  // namespace tally::tests
