// Goal: the golden cases in which several windows or several objectives decide together: penalty
// ladders, earn-backs, points, lateness. Method: as in golden_time_test.cc.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/instant.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

std::string MoneyScheme(const std::string& fields) {
  return absl::StrCat("credit:\n", fields,
                      "  rounding: half up to cents, once per line\n  window cap: none\n"
                      "  minimum: none\n");
}

std::string InTime(const std::string& desk, const std::string& target) {
  return absl::StrCat(
      "measure:\n"
      "  kind: tickets in time\n"
      "  source: ",
      desk,
      "\n"
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
      "target: ",
      target, "\n");
}

std::string Ladder() {
  return Tiers("bill", {"from: 90 %, below: 95 %, credit: 2 %",
                        "from: 85 %, below: 90 %, credit: 3 %", "below: 85 %, credit: 5 %"});
}

// `late` of `tickets` are resolved after three hours instead of one.
void Tickets(Golden& golden, const std::string& source, int tickets, int late) {
  for (int i = 0; i < tickets; ++i) {
    const std::string opened = After("2026-04-02T00:00:00Z", Minutes(i));
    for (const bool resolved : {false, true}) {
      golden.Event("desk", source, "ticket event",
                   resolved ? After(opened, i < late ? Hours(3) : Hours(1)) : opened,
                   absl::StrCat(R"({"ticket":")", source, "-", i, R"(","step":")",
                                resolved ? "resolved" : "opened", R"(","firstContact":false})"));
    }
  }
}

std::string Reopened(const std::string& desk) {
  return absl::StrCat(
      "measure:\n"
      "  kind: tickets reopened\n"
      "  source: ",
      desk,
      "\n"
      "  stopped by: human\n"
      "  not stopped by: none\n"
      "  priority: not used\n"
      "  reopened within: none\n"
      "  excluded time: leaves tickets out\n"
      "  minimum sample: 0\n"
      "when empty: met\n"
      "target: at most 1 %\n",
      Tiers("bill", {"above: 3 %, credit: 5 %", "above: 2 %, up to: 3 %, credit: 3 %",
                     "above: 1 %, up to: 2 %, credit: 2 %"}));
}

// `count` resolved tickets, of which the first `reopened` are reopened a day later.
void ReopenedTickets(Golden& golden, const std::string& source, int count, int reopened) {
  Tickets(golden, source, count, 0);
  for (int i = 0; i < reopened; ++i) {
    const std::string at = After("2026-04-03T12:00:00Z", Minutes(i));
    golden.Event("desk", source, "ticket event", at,
                 absl::StrCat(R"({"ticket":")", source, "-", i,
                              R"(","step":"reopened","firstContact":false})"));
  }
}

// GC-29
TEST(GoldenSequence, GC29APenaltyLadder) {
  const struct {
    int tickets, late;
    std::string credit;
  } cases[] = {{20, 1, "0.00"},    {1000, 51, "5000.00"}, {18, 0, "0.00"}, {20, 2, "5000.00"},
               {20, 3, "7500.00"}, {20, 4, "12500.00"},   {0, 0, "0.00"}};
  for (const auto& c : cases) {
    Golden golden;
    golden.Fee("bill", "{ amount: 250000.00 EUR, per: calendar month }")
        .Objective("p1", absl::StrCat(InTime("desk/p1", "at least 95 %"), Ladder()));
    Tickets(golden, "p1", c.tickets, c.late);
    if (c.tickets == 0)
      golden.Event("desk", "other", "state reported", kStart, R"({"state":"up"})");
    golden.Play().Expect("p1", "2026-04", {{.credit = c.credit}});
  }
  const struct {
    int reopened;
    std::string credit;
  } shares[] = {{1, "0.00"}, {2, "5000.00"}, {3, "7500.00"}, {4, "12500.00"}};
  for (const auto& share : shares) {
    Golden golden;
    golden.Fee("bill", "{ amount: 250000.00 EUR, per: calendar month }")
        .Objective("reopened", Reopened("desk/all"));
    ReopenedTickets(golden, "all", 100, share.reopened);
    golden.Play().Expect("reopened", "2026-04", {{.credit = share.credit}});
  }
}

// GC-29
TEST(GoldenSequence, GC29TheTotalOfTheLadderIsCapped) {
  Golden golden;
  golden.Fee("bill", "{ amount: 250000.00 EUR, per: calendar month }")
      .Objective("p1", absl::StrCat(InTime("desk/p1", "at least 95 %"), Ladder()))
      .Objective("p2", absl::StrCat(InTime("desk/p2", "at least 95 %"), Ladder()))
      .Objective("p3", absl::StrCat(InTime("desk/p3", "at least 95 %"),
                                    Tiers("bill", {"below: 95 %, credit: 1.75 %"})))
      .Objective("reopened", Reopened("desk/all"))
      .Rule("total",
            "kind: cap\nobjectives: all\nlimit: percent of charges\npercent: 10 %\nfee: bill\n"
            "charges: of one fee period\nperiod: calendar month\nbelongs by: end of window\n"
            "cut: pro rata\nabove: lost\nsettled windows: stay\n");
  Tickets(golden, "p1", 20, 4);
  Tickets(golden, "p2", 20, 3);
  Tickets(golden, "p3", 20, 2);
  ReopenedTickets(golden, "all", 100, 2);
  golden.Play();
  EXPECT_EQ(golden.Balance("accrued", "customer", "2026-04"), "25000.00");
}

Golden& WithEarnBack(Golden& golden, const std::string& rule) {
  return golden
      .Objective("availability",
                 absl::StrCat(Availability(), "target: at least 99.9 %\n",
                              MoneyScheme("  scheme: fixed sum\n  sum: 2000.00 EUR\n"
                                          "  for: each breach\n")))
      .Rule("earn-back",
            absl::StrCat("kind: earn-back\nobjectives: all\nwithin windows: none\n"
                         "eligible: every failure\ngives back: cash\nheadroom: not given back\n"
                         "no result: breaks\nstill a failure: \"yes\"\n"
                         "objective ends: credit is final\nat termination: paid\n",
                         rule))
      .UpFrom("s", kStart)
      .Down("s", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z");
}

// GC-43
TEST(GoldenSequence, GC43EarnBackAfterSixMonthsMet) {
  const auto balance = [](const std::string& now, bool april_missed) {
    Golden golden(now);
    WithEarnBack(golden, "windows: 6\ncondition: met\nshare: 50 %\n");
    if (april_missed) golden.Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z");
    golden.Play();
    return golden.Balance("earned-back", "customer", "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z");
  };
  EXPECT_EQ(balance("2026-07-31T00:00:00Z", false), "");
  EXPECT_EQ(balance("2026-08-02T00:00:00Z", false), "1000.00");
  EXPECT_EQ(balance("2026-10-31T00:00:00Z", true), "");
  EXPECT_EQ(balance("2026-11-02T00:00:00Z", true), "1000.00");
}

// GC-43
TEST(GoldenSequence, GC43EarnBackAfterThreeMonthsExceeded) {
  // Seconds down that give 99.91, 99.90, 99.92 and 99.95 % of February, March and April.
  const auto balance = [](const std::vector<Duration>& down) {
    Golden golden("2026-05-02T00:00:00Z");
    WithEarnBack(golden, "windows: 3\ncondition: exceeded\nshare: 100 %\n");
    for (size_t i = 0; i < down.size(); ++i) {
      const std::string at = absl::StrCat("2026-0", i + 2, "-05T00:00:00Z");
      golden.Down("s", at, After(at, down[i]));
    }
    golden.Play();
    return golden.Balance("earned-back", "customer", "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z");
  };
  // 0.09 % of 28 days, 0.10 % and 0.08 % of 31 days, 0.05 % of 30 days, to the microsecond.
  const Duration february{2'177'280'000}, march_equal{2'678'400'000}, march{2'142'720'000};
  const Duration april{1'296'000'000};
  EXPECT_EQ(balance({february, march_equal, april}), "");
  EXPECT_EQ(balance({february, march, april}), "2000.00");
}

// GC-45
TEST(GoldenSequence, GC45ServicePoints) {
  Golden golden;
  golden
      .Objective("availability",
                 absl::StrCat(Availability(),
                              "target: at least 99 %\n"
                              "credit:\n"
                              "  scheme: points\n"
                              "  for: severity\n"
                              "  levels: { 97: 3, 99: 1 }\n"
                              "  level itself: is the better\n"
                              "  repeat factor: 2\n"
                              "  rounding: half up to whole points, once per line\n"))
      .Rule("price",
            "kind: points price\nobjectives: all\nprice: 1.00 EUR\nperiod: calendar month\n")
      .UpFrom("s", kStart)
      .Down("s", "2026-02-05T00:00:00Z", After("2026-02-05T00:00:00Z", Seconds(84672)))
      .Down("s", "2026-03-05T00:00:00Z", After("2026-03-05T00:00:00Z", Seconds(40176)))
      .Down("s", "2026-04-05T00:00:00Z", After("2026-04-05T00:00:00Z", Seconds(90720)))
      .Play();
  golden.Expect("availability", "2026-02", {{.value = "965/1000"}});
  golden.Expect("availability", "2026-03", {{.value = "985/1000"}});
  EXPECT_EQ(golden.Balance("accrued", "customer", "2026-02"), "3.00");
  EXPECT_EQ(golden.Balance("accrued", "customer", "2026-03"), "2.00");
  EXPECT_EQ(golden.Balance("accrued", "customer", "2026-04"), "6.00");
  EXPECT_EQ(golden.Balance("accrued", "customer", "2026-02-01T00:00:00Z/2026-05-01T00:00:00Z"),
            "11.00");
}

// GC-50 (a)
TEST(GoldenSequence, GC50LateDelivery) {
  const auto expect = [](const std::string& delivered, const std::string& part,
                         const std::string& credit) {
    Golden golden("2019-08-05T00:00:00Z");
    golden.Term("2019-01-01", "open", "UTC")
        .Fee("goods", "{ amount: 200.00 USD, per: calendar month }")
        .Objective("delivery", absl::StrCat("measure:\n"
                                            "  kind: deliverable lateness\n"
                                            "  source: probes/goods\n"
                                            "  due: stated\n"
                                            "  due stated by: [probes]\n"
                                            "  done when: delivered\n"
                                            "  delivered by: [probes]\n"
                                            "  decided by: [probes]\n"
                                            "  calendar: 24x7\n"
                                            "  part unit: exact\n"
                                            "  of several: sum\n"
                                            "target: at most 1 us\n",
                                            MoneyScheme(absl::StrCat("  scheme: late delivery\n"
                                                                     "  base: fee goods\n"
                                                                     "  percent per step: 10.5 %\n"
                                                                     "  step: 2 d\n"
                                                                     "  round up to: 1 d\n"
                                                                     "  part of a step: ",
                                                                     part, "\n  at most: 55 %\n"))))
        .Event("probes", "goods", "deliverable event", delivered,
               R"({"deliverable":"order","step":"delivered","due":"2019-01-11T03:24:00Z"})")
        .Play()
        .Expect("delivery", "2019-01", {{.credit = credit}});
  };
  expect("2019-01-16T21:34:00Z", "exact", "63.00");
  expect("2019-01-16T21:34:00Z", "per started step", "63.00");
  expect("2019-01-16T03:24:00Z", "exact", "52.50");
  expect("2019-01-16T03:24:00Z", "per started step", "63.00");
  expect("2019-04-30T00:00:00Z", "exact", "110.00");
}

}  // namespace
}  // namespace tally::tests
