// Goal: the golden cases of availability by time, each variant, come out exactly through the public
// path: terms and evidence in, an answer out. Method: one small agreement for each variant, the
// expected figures as the cases give them.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/instant.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

constexpr char kTarget999[] = "target: at least 99.9 %\n";

// April's answer for `seconds` of down time that begin on the 5th.
void ExpectApril(const std::string& objective, int64_t seconds, const ExpectedWindow& expected) {
  Golden golden;
  golden.Fee("service", "{ amount: 1234.56 USD, per: calendar month }")
      .Objective("availability", objective)
      .UpFrom("s", kStart)
      .Down("s", "2026-04-05T00:00:00Z", After("2026-04-05T00:00:00Z", Seconds(seconds)))
      .Play()
      .Expect("availability", "2026-04", {expected});
}

std::string CloudObjective() {
  return absl::StrCat(
      Availability(), "target: at least 99.99 %\n",
      Tiers("service", {"from: 99 %, below: 99.99 %, credit: 10 %",
                        "from: 95 %, below: 99 %, credit: 30 %", "below: 95 %, credit: 100 %"}));
}

// GC-01
TEST(GoldenTime, GC01TieredCreditByWholeMinutes) {
  ExpectApril(CloudObjective(), 4 * 60,
              {.verdict = "met", .value = "43196/43200", .credit = "0.00"});
  ExpectApril(CloudObjective(), 5 * 60,
              {.verdict = "breached", .value = "43195/43200", .credit = "123.46"});
}

// GC-02
TEST(GoldenTime, GC02ExactlyAtTheThresholdInSeconds) {
  const std::string objective = absl::StrCat(Availability(), kTarget999);
  ExpectApril(objective, 2592, {.verdict = "met", .value = "999/1000"});
  ExpectApril(objective, 2593, {.verdict = "breached", .value = "2589407/2592000"});
}

// GC-03
TEST(GoldenTime, GC03ExactlyAtTierEdges) {
  ExpectApril(CloudObjective(), 432 * 60, {.value = "99/100", .credit = "123.46"});
  ExpectApril(CloudObjective(), 433 * 60, {.value = "42767/43200", .credit = "370.37"});
  ExpectApril(CloudObjective(), 2160 * 60, {.value = "95/100", .credit = "370.37"});
  ExpectApril(CloudObjective(), 2161 * 60, {.value = "41039/43200", .credit = "1234.56"});
}

// GC-04
TEST(GoldenTime, GC04FebruariesDifferInLength) {
  const struct {
    std::string now, month, value, verdict;
  } cases[] = {{"2028-05-01T00:00:00Z", "2028-02", "41718/41760", "breached"},
               {"2027-05-01T00:00:00Z", "2027-02", "40278/40320", "breached"},
               {"2027-05-01T00:00:00Z", "2027-04", "43158/43200", "met"}};
  for (const auto& c : cases) {
    Golden golden(c.now);
    golden.Objective("availability", absl::StrCat(Availability(), kTarget999))
        .UpFrom("s", kStart)
        .Down("s", c.month + "-05T00:00:00Z", c.month + "-05T00:42:00Z")
        .Play()
        .Expect("availability", c.month, {{.verdict = c.verdict, .value = c.value}});
  }
}

// GC-05
TEST(GoldenTime, GC05AMonthWithAClockChange) {
  Golden golden("2026-12-05T00:00:00Z");
  golden.Term("2026-01-01", "open", "Europe/Berlin")
      .Objective("availability", absl::StrCat(Availability(), kTarget999))
      .UpFrom("s", "2025-12-31T23:00:00Z")
      .Down("s", "2026-10-10T00:00:00Z", After("2026-10-10T00:00:00Z", Seconds(2679)))
      .Down("s", "2026-10-31T23:30:00Z", "2026-10-31T23:40:00Z")
      .Play();
  golden.Expect("availability", "2026-10",
                {{.from = "2026-09-30T22:00:00Z", .verdict = "met", .value = "2679321/2682000"}});
  golden.Expect("availability", "2026-11", {{.value = "2591400/2592000"}});
}

// GC-07
TEST(GoldenTime, GC07AFixedDenominator) {
  const auto objective = [](const std::string& below_zero) {
    return absl::StrCat(
        Replaced(Availability(), "excluded time: stays in denominator",
                 "excluded time: fixed denominator of 43200 min\n  below zero: " + below_zero),
        kTarget999);
  };
  const auto expect = [&](const std::string& below_zero, const std::string& from,
                          const std::string& until, const std::string& month,
                          const ExpectedWindow& window) {
    Golden golden("2027-05-01T00:00:00Z");
    golden.Objective("availability", objective(below_zero))
        .UpFrom("s", kStart)
        .Down("s", from, until)
        .Play()
        .Expect("availability", month, {window});
  };
  expect("keep", "2026-01-05T00:00:00Z", "2026-01-05T00:44:00Z", "2026-01",
         {.verdict = "breached", .value = "43156/43200"});
  expect("keep", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-01", {.value = "-1/30"});
  expect("clamp", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-01", {.value = "0/1"});
  expect("keep", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z", "2027-02",
         {.value = "2880/43200"});
}

// GC-08
TEST(GoldenTime, GC08PartialMinutesByTheClockAndSliding) {
  const auto objective = [](const std::string& aligned) {
    return absl::StrCat(
        Replaced(Replaced(Replaced(Availability(), "minimum outage: none",
                                   absl::StrCat(
                                       "minimum outage: { of: 1, quantum: 60 s, aligned: ", aligned,
                                       ", at window edge: cut before test, excluded time: "
                                       "breaks run }")),
                          "resolution: 1 s", "resolution: 60 s"),
                 "snap: none", "snap: floor of each outage"),
        kTarget999);
  };
  const struct {
    std::string aligned, until;
    int64_t minutes;
  } cases[] = {{"clock", "2026-04-05T10:02:30Z", 1},
               {"sliding", "2026-04-05T10:02:30Z", 2},
               {"clock", "2026-04-05T10:02:29Z", 1},
               {"sliding", "2026-04-05T10:02:29Z", 1}};
  for (const auto& c : cases) {
    Golden golden;
    golden.Objective("availability", objective(c.aligned))
        .UpFrom("s", kStart)
        .Down("s", "2026-04-05T10:00:30Z", c.until)
        .Play()
        .Expect("availability", "2026-04", {{.value = absl::StrCat(43200 - c.minutes, "/43200")}});
  }
}

// GC-11
TEST(GoldenTime, GC11OverlappingExclusionsInThreeModes) {
  const struct {
    std::string mode, value;
  } cases[] = {{"stays in denominator", "43140/43200"},
               {"leaves denominator", "42900/42960"},
               {"leaves denominator where down", "42960/43020"}};
  for (const auto& c : cases) {
    Golden golden;
    golden
        .Objective(
            "availability",
            absl::StrCat(Replaced(Availability(), "stays in denominator", c.mode), kTarget999,
                         "exclusions:\n"
                         "  - { id: m1, cause: planned maintenance, from: 2026-04-08T00:00:00Z, "
                         "until: 2026-04-08T03:00:00Z }\n"
                         "  - { id: f1, cause: force majeure, from: 2026-04-08T02:00:00Z, "
                         "until: 2026-04-08T04:00:00Z }\n"))
        .UpFrom("s", kStart)
        .Down("s", "2026-04-08T01:00:00Z", "2026-04-08T05:00:00Z")
        .Play()
        .Expect("availability", "2026-04", {{.value = c.value}});
  }
}

// GC-19
TEST(GoldenTime, GC19ConflictingMonitors) {
  const std::string three =
      "  monitors:\n"
      "    - { name: provider, source: probes/p }\n"
      "    - { name: third, source: probes/t }\n";
  const std::string customer = "    - { name: customer, source: probes/c }\n";
  const auto several = [&](const std::string& monitors, const std::string& policy) {
    return Replaced(Availability(), "  source: probes/s\n",
                    absl::StrCat(monitors, "  policy: ", policy, "\n"));
  };
  const struct {
    std::string measure, value, verdict;
  } cases[] = {
      {Availability("probes/p"), "43180/43200", "met"},
      {Availability("probes/t"), "43165/43200", "breached"},
      {several(three, "any down"), "43160/43200", "breached"},
      {several(three, "all down\n  silent monitor: may be down"), "43185/43200", "met"},
      {several(three + customer, "at least 2 down\n  silent monitor: is passed over"),
       "43180/43200", "met"},
      {several(three, "mean of monitors"), "86345/86400", "breached"},
  };
  for (const auto& c : cases) {
    Golden golden;
    golden.Objective("availability", absl::StrCat(c.measure, "target: at least 99.95 %\n"))
        .UpFrom("p", kStart)
        .UpFrom("t", kStart)
        .UpFrom("c", kStart)
        .Down("p", "2026-04-08T10:00:00Z", "2026-04-08T10:20:00Z")
        .Down("t", "2026-04-08T10:05:00Z", "2026-04-08T10:40:00Z")
        .State("c", "2026-04-08T10:00:00Z", "down")
        .State("c", "2026-04-08T10:10:00Z", "unknown")
        .State("c", "2026-04-08T10:30:00Z", "up")
        .Play()
        .Expect("availability", "2026-04", {{.verdict = c.verdict, .value = c.value}});
  }
}

// GC-20
TEST(GoldenTime, GC20MissingDataAndTheCoverageFloor) {
  const auto measure = [](const std::string& unknown, const std::string& coverage) {
    return Replaced(
        Replaced(Availability(), "unknown time: counts as up", "unknown time: " + unknown),
        "coverage: none", "coverage: " + coverage);
  };
  const struct {
    std::string measure, value, verdict;
  } cases[] = {
      {measure("counts as up", "none"), "43180/43200", "met"},
      {measure("counts as down", "none"), "42580/43200", "breached"},
      {measure("is removed", "none"), "42580/42600", "met"},
      {measure("is removed", "at least 99 %"), "", "indeterminate"},
      {measure("is removed", "at least 98 %"), "42580/42600", "met"},
  };
  for (const auto& c : cases) {
    Golden golden;
    golden.Fee("service", "{ amount: 100.00 USD, per: calendar month }")
        .Objective("availability", absl::StrCat(c.measure, "target: at least 99.95 %\n",
                                                Tiers("service", {"below: 99.95 %, credit: 10 %"})))
        .UpFrom("s", kStart)
        .Down("s", "2026-04-08T10:00:00Z", "2026-04-08T10:20:00Z")
        .State("s", "2026-04-09T00:00:00Z", "unknown")
        .State("s", "2026-04-09T10:00:00Z", "up")
        .Play()
        .Expect("availability", "2026-04", {{.verdict = c.verdict, .value = c.value}});
    if (c.verdict == "indeterminate") {
      golden.Expect("availability", "2026-04", {{.verdict = c.verdict, .credit = "0.00"}});
    }
  }
}

// Two sources of one thing that differ at one instant (ruling 1 of tests/reference/RULINGS.md).
TEST(GoldenTime, TheFirstSourceOfTheListPrevails) {
  const auto expect = [](const std::string& sources, const std::string& value) {
    Golden golden;
    golden
        .Objective("availability",
                   absl::StrCat(Replaced(Availability(), "source: probes/s", "sources: " + sources),
                                kTarget999))
        .UpFrom("a", kStart)
        .UpFrom("b", kStart)
        .Down("a", "2026-04-05T10:00:00Z", "2026-04-05T11:00:00Z")
        .State("b", "2026-04-05T10:00:00Z", "up")
        .State("b", "2026-04-05T11:00:00Z", "up")
        .Play()
        .Expect("availability", "2026-04", {{.value = value}});
  };
  expect("[probes/a, probes/b]", "43140/43200");
  expect("[probes/b, probes/a]", "1/1");
}

// GC-37
TEST(GoldenTime, GC37APartialFirstMonth) {
  Golden golden;
  golden.Term("2026-04-17", "open", "UTC")
      .Fee("service", "{ amount: 900.00 USD, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), kTarget999,
                                              Tiers("service", {"below: 99.9 %, credit: 10 %"})))
      .UpFrom("s", "2026-04-17T00:00:00Z")
      .Down("s", "2026-04-20T00:00:00Z", "2026-04-20T00:21:00Z")
      .Play()
      .Expect("availability", "2026-04",
              {{.from = "2026-04-17T00:00:00Z",
                .verdict = "breached",
                .value = "20139/20160",
                .credit = "42.00"}});
}

}  // namespace
}  // namespace tally::tests
