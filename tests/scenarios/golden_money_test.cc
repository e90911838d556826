// Goal: the golden cases of exclusions by decision, credits, caps, points and duties both ways come
// out to the cent through the public path. Method: as in golden_time_test.cc; where a case gives
// credits of other windows, another objective with a fixed sum stands for them.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/instant.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

// `fields` of a scheme, with what every scheme of money states.
std::string Scheme(const std::string& fields, const std::string& rounding = "half up") {
  return absl::StrCat("credit:\n", fields, "  rounding: ", rounding,
                      " to cents, once per line\n  window cap: none\n  minimum: none\n");
}

std::string FixedSum(const std::string& sum) {
  return Scheme(absl::StrCat("  scheme: fixed sum\n  sum: ", sum, "\n  for: each breach\n"));
}

std::string PerfectAvailability(const std::string& source) {
  return absl::StrCat(Availability("probes/" + source), "target: at least 100 %\n");
}

constexpr char kMaintenance[] =
    "kind: maintenance\n"
    "objectives: all\n"
    "covers: planned maintenance\n"
    "notice: 48 h\n"
    "notice counted in: elapsed time\n"
    "late notice: rejected\n"
    "overrun: counts\n"
    "cap: each calendar month\n"
    "cap length: 240 min\n"
    "cap consumed by: down time\n"
    "cap order: start\n";

// GC-12
TEST(GoldenMoney, GC12MaintenanceByNoticeOverrunAndCap) {
  Golden golden("2026-03-20T00:00:00Z");
  golden.Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n"))
      .Rule("maintenance", kMaintenance)
      .UpFrom("s", kStart)
      .Down("s", "2026-04-05T02:00:00Z", "2026-04-05T04:45:00Z")
      .Down("s", "2026-04-12T02:30:00Z", "2026-04-12T03:30:00Z")
      .Down("s", "2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z")
      .Down("s", "2026-04-26T02:10:00Z", "2026-04-26T02:40:00Z")
      .Open();
  const auto announce = [&](const std::string& at, const std::string& from,
                            const std::string& until) {
    golden.MoveTo(at).Act("provider", "maintenance announced",
                          absl::StrCat(R"({"name":"m-)", from.substr(8, 2),
                                       R"(","cause":"planned-maintenance","from":")", from,
                                       R"(","until":")", until, R"("})"));
  };
  announce("2026-04-01T00:00:00Z", "2026-04-19T02:00:00Z", "2026-04-19T05:00:00Z");
  // The recorded time of an act is a few milliseconds after the clock; the exact instants are
  // tested where time is given (exclusion_test.cc).
  announce("2026-04-03T01:59:59Z", "2026-04-05T02:00:00Z", "2026-04-05T04:00:00Z");
  announce("2026-04-10T02:00:01Z", "2026-04-12T02:00:00Z", "2026-04-12T04:00:00Z");
  announce("2026-04-20T00:00:00Z", "2026-04-26T02:00:00Z", "2026-04-26T03:00:00Z");
  golden.MoveTo("2026-05-01T00:00:00Z")
      .Feed()
      .Expect("availability", "2026-04", {{.value = "43005/43200"}});
}

// GC-13
TEST(GoldenMoney, GC13ARulingOnTheCauseAndTwoKnowledgeDates) {
  Golden golden("2026-04-20T00:00:00Z");
  golden.Fee("service", "{ amount: 2000.00 EUR, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.8 %\n",
                                              Tiers("service", {"below: 99.8 %, credit: 10 %"})))
      .Rule("decisions",
            "kind: decision authority\n"
            "objectives: all\n"
            "arbitrator: monitor\n"
            "deemed acceptance: none\n"
            "expert: none\n"
            "order: arbitrator over expert over joint agreement\n")
      .UpFrom("s", kStart)
      .Down("s", "2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z")
      .Open()
      .MoveTo("2026-05-01T00:00:00Z")
      .Feed();
  golden
      .Act("provider", "exclusion proposed",
           R"({"name":"x1","cause":"customer","from":"2026-04-10T10:30:00Z",)"
           R"("until":"2026-04-10T11:15:00Z","reason":"their firewall"})")
      .Act("customer", "exclusion contested", R"({"name":"x1","reason":"it was not"})");
  golden.MoveTo("2026-05-20T00:00:00Z")
      .Act("monitor", "ruling issued",
           R"({"rank":"arbitrator","partial":false,)"
           R"("exclusions":[{"name":"x1","admission":"admitted"}],"reason":"logs"})");
  golden.Expect("availability", "2026-04",
                {{.verdict = "breached",
                  .value = "43080/43200",
                  .credit = "200.00",
                  .status = "provisional"}},
                {"--as-recorded", "2026-05-05T00:00:00Z"});
  golden.Expect("availability", "2026-04",
                {{.verdict = "met", .value = "43125/43200", .credit = "0.00"}});
}

// GC-21
TEST(GoldenMoney, GC21ProportionalCredit) {
  const auto credit = [](const std::string& fee, int multiplier, const std::string& rounding,
                         bool planned, const std::string& granted, const std::string& expected) {
    Golden golden("2024-07-05T00:00:00Z");
    std::string measure = PerfectAvailability("s");
    if (planned) {
      measure = absl::StrCat(Replaced(measure, "stays in denominator", "leaves denominator"),
                             "exclusions:\n  - { id: p, cause: customer, from: "
                             "2024-06-10T00:00:00Z, until: 2024-06-10T03:20:00Z }\n");
    }
    golden.Term("2023-07-01", "open", "UTC")
        .Fee("plan", absl::StrCat("{ amount: ", fee, ", per: calendar month }"))
        .Objective("availability",
                   absl::StrCat(measure, Scheme(absl::StrCat("  scheme: proportional\n"
                                                             "  base: fee plan\n  multiplier: ",
                                                             multiplier,
                                                             "\n"
                                                             "  affected: a fixed share\n"
                                                             "  affected share: 2.1 %\n"),
                                                rounding)))
        .UpFrom("s", "2023-07-01T00:00:00Z")
        .Down("s", "2024-06-20T17:47:00Z", "2024-06-20T19:27:00Z");
    if (!granted.empty()) {
      golden.Objective("other", absl::StrCat(PerfectAvailability("o"), FixedSum(granted)))
          .UpFrom("o", "2023-07-01T00:00:00Z")
          .Down("o", "2024-02-01T00:00:00Z", "2024-02-01T00:01:00Z")
          .Rule("cap",
                "kind: cap\nobjectives: all\nlimit: percent of charges\npercent: 100 %\n"
                "fee: plan\ncharges: of one fee period\nperiod: rolling 12 months\n"
                "belongs by: end of window\ncut: in order\nabove: lost\nsettled windows: stay\n");
    }
    golden.Play().Expect("availability", "2024-06", {{.credit = expected}});
  };
  credit("200.00 USD", 1, "half up", false, "", "0.01");
  credit("200.00 USD", 1, "down", false, "", "0.00");
  credit("5000.00 USD", 25, "half up", false, "", "6.08");
  credit("5000.00 USD", 25, "half up", true, "", "6.10");
  credit("5000.00 USD", 25, "half up", false, "4995.00 USD", "5.00");
}

// GC-30
TEST(GoldenMoney, GC30PoolAllocation) {
  const auto credit = [](const std::string& fee, const std::string& at_risk,
                         const std::string& expected) {
    Golden golden;
    golden.Fee("charges", absl::StrCat("{ amount: ", fee, ", per: calendar month }"))
        .Objective("availability",
                   absl::StrCat(PerfectAvailability("s"),
                                Scheme(absl::StrCat("  scheme: pool\n  base: fee charges\n"
                                                    "  at risk: ",
                                                    at_risk,
                                                    "\n  pool share: 50 %\n"
                                                    "  allocation: 40 %\n"))))
        .UpFrom("s", kStart)
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-05T00:01:00Z")
        .Play()
        .Expect("availability", "2026-04", {{.credit = expected}});
  };
  credit("100000.00 USD", "10 %", "2000.00");
  credit("87654.32 USD", "12 %", "2103.70");
}

// GC-32
TEST(GoldenMoney, GC32TwoTiersWithATwelveMonthCap) {
  const auto credit = [](int64_t down, const std::string& granted, const std::string& expected) {
    Golden golden;
    golden.Term("2025-01-01", "open", "UTC")
        .Fee("charge", "{ amount: 10.00 EUR, per: calendar month }")
        .Objective("availability",
                   absl::StrCat(Availability(), "target: at least 99.8 %\n",
                                Tiers("charge", {"from: 98 %, below: 99.8 %, credit: 2 %",
                                                 "below: 98 %, credit: 3 %"})))
        .Rule("year",
              "kind: cap\nobjectives: all\nlimit: percent of charges\npercent: 10 %\nfee: charge\n"
              "charges: of the period\nperiod: rolling 12 months\nbelongs by: end of window\n"
              "cut: in order\nabove: lost\nsettled windows: stay\n")
        .UpFrom("s", "2025-01-01T00:00:00Z");
    if (down > 0) {
      golden.Down("s", "2026-04-05T00:00:00Z", After("2026-04-05T00:00:00Z", Seconds(down)));
    }
    if (!granted.empty()) {
      // In five parts, so that none is cut by the cap of its own time.
      golden.Objective("other", absl::StrCat(PerfectAvailability("o"), FixedSum(granted)))
          .UpFrom("o", "2025-01-01T00:00:00Z");
      for (const char* month : {"2025-09", "2025-12", "2026-01", "2026-02", "2026-03"}) {
        golden.Down("o", absl::StrCat(month, "-01T00:00:00Z"),
                    absl::StrCat(month, "-01T00:01:00Z"));
      }
    }
    golden.Play().Expect("availability", "2026-04", {{.credit = expected}});
  };
  credit(0, "", "0.00");
  credit(7776, "", "0.20");
  credit(77760, "", "0.30");
  credit(5184, "", "0.00");
  credit(51840, "", "0.20");
  credit(77760, "2.38 EUR", "0.10");  // five times: 11.90, within every earlier cap
  credit(77760, "2.50 EUR", "0.00");  // five times: 12.50, cut to what the cap allowed
}

// GC-36, what the terms say of windows that an amendment falls into.
// The second terms have the same objective with 99.5 % from 16 April.
TEST(GoldenMoney, GC36AnAmendmentInMidMonth) {
  const auto expect = [](const std::string& reach, const std::string& credit) {
    Golden golden;
    golden.Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                                Tiers("service", {"below: 99.9 %, credit: 10 %"})))
        .Rule("amendments",
              absl::StrCat("kind: amendments\nobjectives: all\ninside a window: ", reach, "\n"))
        .UpFrom("s", kStart)
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-05T00:30:00Z")
        .Down("s", "2026-04-20T00:00:00Z", "2026-04-20T01:00:00Z")
        .Play();
    const std::string amends =
        "amends:\n  base: current\n  effective: 2026-04-16\n  reach: retroactive\n"
        "  settled windows: stay closed\n  reason: a lower target\nparties:";
    golden.player().Write(
        "new.yaml", Replaced(Replaced(golden.TermsText(), "99.9 %", "99.5 %"), "parties:", amends));
    const std::string out = golden.player().Must(
        {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem"});
    ASSERT_NE(out.find("terms "), std::string::npos) << out;
    const std::string hash = out.substr(out.find("terms ") + 6, 64);
    golden.player().Must(
        {"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
    golden.Expect("availability", "2026-04", {{.credit = credit}});
  };
  expect("split", "50.00");
  expect("next window", "100.00");
  expect("in force at end", "0.00");
  expect("weighted target", "0.00");
}

std::string Leads(const std::string& what) {
  return absl::StrCat(what,
                      "  classes: none\n"
                      "  delivered by: [marketing]\n"
                      "  decided by: [sales]\n"
                      "  reviewed by: [board]\n"
                      "  rejection within: 24 h\n"
                      "  rejection calendar: 24x7\n"
                      "  late rejection: accepted\n"
                      "  rejection without reason: accepted\n"
                      "  undecided: accepted\n");
}

// GC-48
TEST(GoldenMoney, GC48LeadsOwedBothWays) {
  const std::string sources = "  sources: [marketing/leads, sales/leads, board/leads]\n";
  const std::string points =
      "  repeat factor: 1\n  rounding: half up to whole points, once per line\n";
  Golden golden;
  golden
      .Objective("leads",
                 absl::StrCat(Leads("measure:\n  kind: volume\n" + sources +
                                    "  counted in: leads\n  counted: accepted\n"),
                              "  window of a lead: delivery\n  surplus: lost\n"
                              "target: at least 1000\n"
                              "credit:\n  scheme: points\n  for: each unit short\n  points: 5\n",
                              points))
      .Objective("contacts",
                 absl::StrCat(Leads("measure:\n  kind: leads contacted in time\n" + sources +
                                    "  contact within: 24 h\n  calendar: 24x7\n"
                                    "  contact is: handed over\n  contact by: human\n"
                                    "  counted: accepted\n"),
                              "  clock after review: decision\n  minimum sample: 0\n"
                              "target: at least 95 %\n"
                              "obligor: customer\nobligee: provider\n"
                              "credit:\n  scheme: points\n  for: each unit short\n  points: 1\n",
                              points))
      .Rule("netting", "kind: netting\nobjectives: all\nunit: points\n");
  const auto lead = [&](const std::string& feed, int number, const std::string& step,
                        Duration later) {
    const std::string at = After(After("2026-04-10T00:00:00Z", Minutes(number)), later);
    golden.Event(feed, "leads", "lead event", at,
                 absl::StrCat(R"({"lead":"L)", number, R"(","step":")", step,
                              R"(","units":"1","reason":"unfit"})"));
  };
  int in_time = 0;
  for (int i = 0; i < 1012; ++i) {
    lead("marketing", i, "delivered", {});
    if (i < 35) lead("sales", i, "rejected", Hours(2));
    if (i >= 35 && i < 40) lead("sales", i, "rejected", Hours(30));
    if (i < 15) lead("board", i, "accepted", Hours(10));
    if (i >= 15 && i < 35) continue;
    // For the first fifteen the time begins with the board's decision.
    const bool late = in_time == 930;
    if (!late) ++in_time;
    lead("sales", i, "handed-over", late ? Hours(48) : i < 15 ? Hours(33) : Hours(20));
  }
  golden.Play();
  golden.Expect("leads", "2026-04", {{.verdict = "breached", .value = "992/1"}});
  golden.Expect("contacts", "2026-04", {{.verdict = "breached", .value = "930/992"}});

  Golden pacing("2026-04-15T23:59:00Z");
  pacing.Objective("pacing",
                   "measure:\n  kind: pacing\n  source: marketing/leads\n  planned: 1000\n"
                   "  counted in: units\n  classes: none\n  delivered by: [marketing]\n"
                   "target: at least 90 %\n");
  pacing
      .Event("marketing", "leads", "lead event", "2026-04-10T00:00:00Z",
             R"({"lead":"L1","step":"delivered","units":"480"})")
      .Play()
      .Expect("pacing", "2026-04", {{.value = "480/500"}},
              {"--as-recorded", "2026-04-16T00:00:00Z"});
}

}  // namespace
}  // namespace tally::tests
