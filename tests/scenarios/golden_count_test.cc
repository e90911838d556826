// Goal: the golden cases of counted measures (requests, latencies, tickets, calls, leads, reports),
// each variant, come out exactly through the public path. Method: as in golden_time_test.cc; a
// deadline is shown by two tickets, one stopped at it and one a second later.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/instant.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

// GC-10
TEST(GoldenCount, GC10Hysteresis) {
  const std::string objective =
      "measure:\n"
      "  kind: availability with hysteresis\n"
      "  source: probes/line\n"
      "  bad interval: any of it is down\n"
      "  bad to begin: 10\n"
      "  degraded: counts as down\n"
      "  excluded time: keep\n"
      "  good to end: 10\n"
      "  hold: until next report\n"
      "  interval: 1 s\n"
      "  unknown time: counts as down\n"
      "target: at least 99.9 %\n";
  const std::string at = "2026-04-10T00:00:00Z";
  Golden golden;
  golden.Objective("line", objective)
      .UpFrom("line", kStart)
      .Down("line", at, After(at, Seconds(12)))
      .Down("line", After(at, Seconds(21)), After(at, Seconds(22)))
      .Play()
      .Expect("line", "2026-04", {{.verdict = "met", .value = "2591978/2592000"}});
  Golden nine;
  nine.Objective("line", objective)
      .UpFrom("line", kStart)
      .Down("line", at, After(at, Seconds(9)))
      .Play()
      .Expect("line", "2026-04", {{.value = "1/1"}});
}

std::string MeanOfErrorRates(const std::string& empty) {
  return absl::StrCat(
      "measure:\n"
      "  kind: mean of interval error rates\n"
      "  source: probes/store\n"
      "  interval: 5 min\n"
      "  alignment: clock\n"
      "  empty interval: ",
      empty,
      "\n"
      "  excluded interval: no errors\n"
      "  minimum requests: 1\n"
      "  decimals: 12\n"
      "  invalid requests: left out\n"
      "  retries: left out\n"
      "  membership: start\n"
      "target: at least 99.9 %\n",
      Tiers("storage", {"from: 99 %, below: 99.9 %, credit: 10 %",
                        "from: 95 %, below: 99 %, credit: 25 %", "below: 95 %, credit: 100 %"}));
}

// GC-14
TEST(GoldenCount, GC14ZeroTraffic) {
  const auto expect = [](const std::string& empty, int busy, const ExpectedWindow& window) {
    Golden golden;
    golden.Fee("storage", "{ amount: 100.00 USD, per: calendar month }")
        .Objective("availability", MeanOfErrorRates(empty));
    for (int i = 0; i < busy; ++i) {
      const std::string from = After("2026-04-03T00:00:00Z", Minutes(15 * i));
      golden.Event("probes", "store", "request counts",
                   absl::StrCat(from, "/", After(from, Minutes(5))),
                   absl::StrCat(R"({"valid":"10","good":")", i < 20 ? 5 : 10,
                                R"(","invalid":"0","retries":"0"})"));
    }
    if (busy == 0) golden.State("store", kStart, "up");
    golden.Play().Expect("availability", "2026-04", {window});
  };
  expect("no errors", 100, {.verdict = "breached", .value = "8630/8640", .credit = "10.00"});
  expect("left out", 100, {.value = "90/100", .credit = "100.00"});
  expect("no errors", 0, {.verdict = "met", .value = "1/1", .credit = "0.00"});
}

// GC-16
TEST(GoldenCount, GC16ResourceMinutes) {
  Golden golden;
  golden.Fee("cloud", "{ amount: 100.00 USD, per: calendar month }")
      .Objective("availability",
                 absl::StrCat("measure:\n"
                              "  kind: resource availability\n"
                              "  sources: [probes/a, probes/b, probes/c]\n"
                              "  degraded: counts as up\n"
                              "  deployed: while known\n"
                              "  excluded time: keep\n"
                              "  hold: until next report\n"
                              "  unknown time: is removed\n"
                              "target: at least 99.99 %\n",
                              Tiers("cloud", {"from: 99 %, below: 99.99 %, credit: 10 %",
                                              "below: 99 %, credit: 25 %"})))
      .UpFrom("a", kStart)
      .UpFrom("b", "2026-04-11T00:00:00Z")
      .UpFrom("c", kStart)
      .State("c", "2026-04-16T00:00:00Z", "unknown")
      .Down("a", "2026-04-05T00:00:00Z", "2026-04-05T00:30:00Z")
      .Down("b", "2026-04-20T00:00:00Z", "2026-04-20T01:00:00Z")
      .Down("c", "2026-04-06T00:00:00Z", "2026-04-06T00:10:00Z")
      .Play()
      .Expect("availability", "2026-04",
              {{.verdict = "breached", .value = "935/936", .credit = "10.00"}});
}

std::string Percentile(const std::string& percentile, const std::string& method,
                       const std::string& target) {
  return absl::StrCat(
      "measure:\n"
      "  kind: latency percentile\n"
      "  source: probes/web\n"
      "  percentile: ",
      percentile, "\n  method: ", method,
      "\n"
      "  from: samples\n"
      "  failed samples: left out\n"
      "  membership: start\n"
      "  minimum sample: 0\n"
      "target: at most ",
      target, "\n");
}

Golden& Sample(Golden& golden, int minute, int milliseconds) {
  return golden.Event("probes", "web", "probe result",
                      After("2026-04-03T00:00:00Z", Minutes(minute)),
                      absl::StrCat(R"({"state":"up","elapsed":")", milliseconds, R"( ms"})"));
}

// GC-17
TEST(GoldenCount, GC17PercentileDefinitions) {
  Golden golden;
  golden.Objective("p30", Percentile("30 %", "nearest rank", "48 ms"))
      .Objective("p40", Percentile("40 %", "nearest rank", "48 ms"))
      .Objective("p50", Percentile("50 %", "nearest rank", "48 ms"))
      .Objective("p95", Percentile("95 %", "nearest rank", "48 ms"))
      .Objective("p95-linear", Percentile("95 %", "linear", "48 ms"));
  const int samples[] = {50, 15, 40, 20, 35};
  for (int i = 0; i < 5; ++i) Sample(golden, i, samples[i]);
  golden.Play();
  golden.Expect("p30", "2026-04", {{.verdict = "met", .value = "20/1000"}});
  golden.Expect("p40", "2026-04", {{.verdict = "met", .value = "20/1000"}});
  golden.Expect("p50", "2026-04", {{.verdict = "met", .value = "35/1000"}});
  golden.Expect("p95", "2026-04", {{.verdict = "breached", .value = "50/1000"}});
  golden.Expect("p95-linear", "2026-04", {{.verdict = "met", .value = "48/1000"}});

  Golden thousand;
  thousand.Objective("p999", Percentile("99.9 %", "nearest rank", "999 ms"));
  for (int i = 1; i <= 1000; ++i) Sample(thousand, i, i);
  thousand.Play().Expect("p999", "2026-04", {{.verdict = "met", .value = "999/1000"}});
}

struct Clock {
  std::string source = "desk/tickets";
  std::string to = "resolved";
  std::string by = "human";
  std::string not_by = "none";
  std::string calendar = "24x7";
  std::string pauses = "none";
  std::string target = "4 h";
  // They differ for a stop in closed time after the last minute was used (GC-24).
  std::string in_time = "elapsed within target";
};

std::string TicketsInTime(const Clock& clock) {
  return absl::StrCat(
      "measure:\n"
      "  kind: tickets in time\n"
      "  source: ",
      clock.source, "\n  clock from: opened\n  clock to: ", clock.to, "\n  stopped by: ", clock.by,
      "\n  not stopped by: ", clock.not_by, "\n  calendar: ", clock.calendar,
      "\n  pauses: ", clock.pauses,
      "\n"
      "  excluded time: stops the clock\n",
      clock.to == "responded" ? "" : "  reopened: final resolution\n",
      "  priority: not used\n"
      "  target: ",
      clock.target, "\n  in time: ", clock.in_time,
      "\n"
      "  window of a ticket: stop\n"
      "  minimum sample: 0\n"
      "target: at least 95 %\n");
}

// Two tickets opened at once, one resolved at the deadline and one a second later: one of two.
void ShowDeadline(Golden& golden, const std::string& name, const std::string& opened,
                  const std::string& deadline) {
  golden.Ticket(name + "-in-time", "opened", opened)
      .Ticket(name + "-late", "opened", opened)
      .Ticket(name + "-in-time", "resolved", deadline)
      .Ticket(name + "-late", "resolved", After(deadline, Seconds(1)));
}

// GC-22
TEST(GoldenCount, GC22BusinessHours) {
  const std::string office = "tally-calendar/1\nzone: UTC\nhours: mon-fri 09:00-17:00\n";
  const struct {
    std::string opened, deadline;
  } cases[] = {{"2024-02-01T16:00:00Z", "2024-02-02T12:00:00Z"},
               {"2024-02-02T16:00:00Z", "2024-02-05T12:00:00Z"},
               {"2024-02-03T10:00:00Z", "2024-02-05T13:00:00Z"},
               {"2024-02-01T17:00:00Z", "2024-02-02T13:00:00Z"}};
  for (const auto& c : cases) {
    Golden golden("2024-03-05T00:00:00Z");
    golden.Term("2024-01-01", "open", "UTC")
        .Calendar("office", office)
        .Objective("resolution", TicketsInTime({.calendar = "office"}));
    ShowDeadline(golden, "t", c.opened, c.deadline);
    golden.Play().Expect("resolution", "2024-02", {{.verdict = "breached", .value = "1/2"}});
  }
}

// GC-23
TEST(GoldenCount, GC23AClockChangeInsideAPausedTicket) {
  const auto expect = [](const std::string& zone, const std::string& resolved,
                         const std::string& value) {
    Golden golden;
    golden.Term("2026-01-01", "open", zone)
        .Calendar("office",
                  absl::StrCat("tally-calendar/1\nzone: ", zone, "\nhours: mon-fri 08:00-18:00\n"))
        .Objective(
            "resolution",
            TicketsInTime({.calendar = "office", .pauses = "[awaiting customer]", .target = "8 h"}))
        .Ticket("t", "opened", "2026-03-27T15:00:00Z")
        .Ticket("t", "paused", "2026-03-27T16:00:00Z", "", "awaiting customer")
        .Ticket("t", "resumed", "2026-03-30T05:30:00Z", "", "awaiting customer")
        .Ticket("t", "resolved", resolved)
        .Play()
        .Expect("resolution", "2026-03", {{.value = value}});
  };
  expect("Europe/Madrid", "2026-03-30T13:30:00Z", "0/1");
  expect("Europe/Madrid", "2026-03-30T13:00:00Z", "1/1");
  expect("Europe/Madrid", "2026-03-30T13:00:01Z", "0/1");
  expect("Etc/GMT-1", "2026-03-30T13:30:00Z", "1/1");
  expect("Etc/GMT-1", "2026-03-30T14:00:00Z", "1/1");
  expect("Etc/GMT-1", "2026-03-30T14:00:01Z", "0/1");
}

// GC-24
TEST(GoldenCount, GC24TheVersionOfAHolidayList) {
  const std::string h1 = "holiday: 2016-11-13 Volkstrauertag\n";
  const std::string h2 = "holiday: 2016-11-11 St. Martin\n" + h1;
  const struct {
    std::string holidays, deadline, solved_in_time;
  } cases[] = {{"", "2016-11-13T20:00:00Z", "0/1"},
               {h1, "2016-11-14T20:00:00Z", "0/1"},
               {h2, "2016-11-15T20:00:00Z", "1/1"}};
  for (const auto& c : cases) {
    const auto play = [&](Golden& golden) {
      golden.Term("2016-01-01", "open", "Europe/Berlin")
          .Calendar("daily", absl::StrCat("tally-calendar/1\nzone: Europe/Berlin\n",
                                          "hours: mon-sun 09:00-21:00\n", c.holidays))
          .Objective("resolution", TicketsInTime({.calendar = "daily",
                                                  .target = "48 h",
                                                  .in_time = "stopped by deadline"}));
    };
    Golden golden("2017-01-05T00:00:00Z");
    play(golden);
    ShowDeadline(golden, "t", "2016-11-09T22:00:00Z", c.deadline);
    golden.Play().Expect("resolution", "2016-11", {{.value = "1/2"}});
    Golden solved("2017-01-05T00:00:00Z");
    play(solved);
    solved.Ticket("t", "opened", "2016-11-09T22:00:00Z")
        .Ticket("t", "resolved", "2016-11-15T09:00:00Z")
        .Play()
        .Expect("resolution", "2016-11", {{.value = c.solved_in_time}});
  }
}

// GC-26
TEST(GoldenCount, GC26OverlappingPauses) {
  const auto expect = [](const std::string& pauses, const std::string& stop,
                         const std::string& value) {
    Golden golden;
    golden.Objective("resolution", TicketsInTime({.pauses = pauses}))
        .Ticket("t", "opened", "2026-04-07T08:00:00Z")
        .Ticket("t", "paused", "2026-04-07T10:00:00Z", "", "a")
        .Ticket("t", "paused", "2026-04-07T10:30:00Z", "", "b")
        .Ticket("t", "resumed", "2026-04-07T11:00:00Z", "", "a")
        .Ticket("t", "resumed", "2026-04-07T11:30:00Z", "", "b")
        .Ticket("t", "resolved", stop)
        .Play()
        .Expect("resolution", "2026-04", {{.value = value}});
  };
  expect("[a, b]", "2026-04-07T13:20:00Z", "1/1");
  expect("[a, b]", "2026-04-07T13:30:00Z", "1/1");
  expect("[a, b]", "2026-04-07T13:30:01Z", "0/1");
  expect("[a]", "2026-04-07T13:20:00Z", "0/1");
  expect("[a]", "2026-04-07T13:00:00Z", "1/1");
}

// GC-27
TEST(GoldenCount, GC27AnAutomaticAnswerIsNoResponse) {
  const auto expect = [](const Clock& clock, const std::string& reply, const std::string& value) {
    Golden golden;
    golden.Objective("response", TicketsInTime(clock))
        .Ticket("t", "opened", "2026-04-07T09:00:00Z")
        .By("automation")
        .Ticket("t", "responded", "2026-04-07T09:00:05Z")
        .By("human")
        .Ticket("t", "responded", "2026-04-07T09:40:00Z", "", "internal note")
        .Ticket("t", "responded", reply)
        .Play()
        .Expect("response", "2026-04", {{.value = value}});
  };
  const Clock human{.to = "responded", .not_by = "[internal note]", .target = "60 min"};
  expect(human, "2026-04-07T10:05:00Z", "0/1");
  expect(human, "2026-04-07T10:00:00Z", "1/1");
  const Clock anyone{.to = "responded", .by = "anyone", .target = "5 s"};
  expect(anyone, "2026-04-07T10:05:00Z", "1/1");
}

// GC-39
TEST(GoldenCount, GC39FiveServiceLevelFormulas) {
  const struct {
    std::string abandoned, value, verdict;
  } formulas[] = {{"in time count as good", "880/1060", "met"},
                  {"left out", "860/1000", "met"},
                  {"count against", "860/1060", "breached"},
                  {"in time left out", "860/1040", "met"},
                  {"short ones count as good\n  short limit: 5 s", "870/1060", "met"}};
  const auto calls = [](int offered, int answered, int in_time, int abandoned, int early,
                        int brief) {
    return absl::StrCat(
        R"({"offered":")", offered, R"(","answered":")", answered, R"(","answeredInTime":")",
        in_time, R"(","abandoned":")", abandoned, R"(","abandonedInTime":")", early,
        R"(","abandonedShort":")", brief,
        R"(","threshold":"20 s","shortLimit":"5 s","waited":"3 h","handled":"9 h"})");
  };
  const auto factor = [](const std::string& abandoned, const std::string& target) {
    return absl::StrCat(
        "measure:\n"
        "  kind: telephone service factor\n"
        "  source: probes/queue\n"
        "  queues: none\n"
        "  threshold: 20 s\n"
        "  abandoned calls: ",
        abandoned,
        "\n"
        "  aggregation: all calls\n"
        "  minimum sample: 0\n"
        "target: at least ",
        target, "\n");
  };
  for (const auto& f : formulas) {
    Golden golden;
    golden.Objective("calls", factor(f.abandoned, "82 %"))
        .Event("probes", "queue", "call counts", "2026-04-07T09:00:00Z/2026-04-07T17:00:00Z",
               calls(1060, 1000, 860, 60, 20, 10))
        .Play()
        .Expect("calls", "2026-04", {{.verdict = f.verdict, .value = f.value}});
  }
  Golden second;
  second.Objective("calls", factor("left out", "80 %"))
      .Event("probes", "queue", "call counts", "2026-04-07T09:00:00Z/2026-04-07T17:00:00Z",
             calls(170, 170, 136, 0, 0, 0))
      .Play()
      .Expect("calls", "2026-04", {{.verdict = "met", .value = "136/170"}});
}

// GC-50 (b)
TEST(GoldenCount, GC50AReportDueOnTheFifthBusinessDay) {
  const auto expect = [](const std::string& holidays, const std::string& delivered,
                         const std::string& value) {
    Golden golden("2026-09-05T00:00:00Z");
    golden.Term("2026-01-01", "open", "America/New_York")
        .Calendar("office", absl::StrCat("tally-calendar/1\nzone: America/New_York\n",
                                         "hours: mon-fri 09:00-17:00\n", holidays))
        .Objective("report",
                   "measure:\n"
                   "  kind: deliverable on time\n"
                   "  source: probes/reports\n"
                   "  due: n-th business day\n"
                   "  deliverables: [report]\n"
                   "  business day: 5\n"
                   "  time of day: \"17:00\"\n"
                   "  due calendar: office\n"
                   "  due in: next month\n"
                   "  window of a deliverable: due\n"
                   "  done when: delivered\n"
                   "  delivered by: [probes]\n"
                   "  decided by: [probes]\n"
                   "target: at least 100 %\n")
        .Event("probes", "reports", "deliverable event", delivered,
               R"({"deliverable":"report 2026-06","step":"delivered"})")
        .Play()
        .Expect("report", "2026-07", {{.value = value}});
  };
  const std::string holiday = "holiday: 2026-07-03 Independence Day observed\n";
  expect(holiday, "2026-07-08T21:00:00Z", "1/1");
  expect(holiday, "2026-07-08T21:00:01Z", "0/1");
  expect("", "2026-07-07T21:00:00Z", "1/1");
  expect("", "2026-07-07T21:00:01Z", "0/1");
}

}  // namespace
}  // namespace tally::tests
