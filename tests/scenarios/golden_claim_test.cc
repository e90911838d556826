// Goal: claims are in time to the last instant (GC-41), through the commands. Method: one breached
// month, a claim at the last instant and one at the first instant after; the scenario's clock.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

// State of the only claim, filed at `filed` for the window of `month`.
std::string StateOfClaim(const std::string& month, const std::string& counted_in, int number,
                         const std::string& filed) {
  Golden golden(absl::StrCat(month, "-20T00:00:00Z"));
  golden.Term("2026-01-01", "open", "UTC")
      .Fee("service", "{ amount: 100.00 USD, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                              Tiers("service", {"below: 99.9 %, credit: 10 %"})))
      .Rule("claims", absl::StrCat("kind: claim deadline\nobjectives: all\ncounted in: ",
                                   counted_in, "\nnumber: ", number, "\n"))
      .Disputes(
          "credits: on claim\nclaim within: 3650 days\nanswer within: 30 days\n"
          "silence: deemed rejected\nevidence cut-off: 5 days\nobjection: 10 days\n"
          "late evidence: always restated\n")
      .UpFrom("s", "2026-01-01T00:00:00Z")
      .Down("s", absl::StrCat(month, "-05T00:00:00Z"), absl::StrCat(month, "-06T00:00:00Z"))
      .Play()
      .MoveTo(filed);
  golden.player().Run(
      {"claim", "file", "case", "--period", month, "--yes", "--key", "@customer.pem"});
  const nlohmann::json answer = golden.Ask(month);
  // The claim's state stands with its deadline: met, or late.
  for (const nlohmann::json& deadline : answer["deadlines"]) {
    if (deadline["what"] == "claim.file") return deadline["state"];
  }
  return "none";
}

// GC-41 a: by the end of the second billing cycle after the incident's.
TEST(GoldenClaim, GC41TwoBillingCyclesAfter) {
  EXPECT_EQ(StateOfClaim("2026-01", "calendar months", 2, "2026-03-31T23:59:59Z"), "met");
  EXPECT_EQ(StateOfClaim("2026-01", "calendar months", 2, "2026-04-01T00:00:00Z"), "late");
}

// GC-41 b: thirty days of 86,400 s from eligibility at the window's end.
TEST(GoldenClaim, GC41ThirtyElapsedDays) {
  EXPECT_EQ(StateOfClaim("2026-04", "elapsed days", 30, "2026-05-30T23:59:59Z"), "met");
  EXPECT_EQ(StateOfClaim("2026-04", "elapsed days", 30, "2026-05-31T00:00:00Z"), "late");
}

// GC-41 c: the closing is the report; five calendar days for an objection, then it is conclusive.
TEST(GoldenClaim, GC41AReportIsConclusiveAfterFiveDays) {
  Golden golden("2026-04-20T00:00:00Z");
  golden.Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n"))
      .Disputes(
          "credits: automatic\nevidence cut-off: 5 days\nobjection: 5 days\n"
          "late evidence: always restated\n")
      .UpFrom("s", "2026-01-01T00:00:00Z")
      .Open()
      .MoveTo("2026-05-01T00:00:00Z")
      .Feed()
      .MoveTo("2026-05-08T12:00:00Z");
  golden.player().Must({"project"});
  golden.Expect("availability", "2026-04", {{.status = "final"}},
                {"--as-recorded", "2026-05-13T23:59:59.999Z"});
  golden.Expect("availability", "2026-04", {{.status = "conclusive"}},
                {"--as-recorded", "2026-05-14T00:00:00Z"});
}

}  // namespace
}  // namespace tally::tests
