// Goal: time is excluded as the terms say: so many announced windows a month or week, force majeure
// until a work-around was possible, suppliers as the terms see them, and what is not decided under
// the burden of proof of whoever bears it. Method: one service in April, played through the
// commands; each rule beside the same acts without it.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

std::string DecisionsOrder(const std::string& deemed) {
  return absl::StrCat(
      "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n", deemed,
      "order: arbitrator over expert over joint agreement\n");
}

// Acts are recorded from 20 March on, evidence on 1 May.
class ExclusionScenario : public testing::Test {
 protected:
  ExclusionScenario() : golden_("2026-03-20T00:00:00Z") {
    golden_.Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n"))
        .UpFrom("s", kStart);
  }
  void Down(const std::string& from, const std::string& until) { golden_.Down("s", from, until); }
  void Open() { golden_.Open(); }
  void Announce(const std::string& name, const std::string& from, const std::string& until,
                const std::string& cause = "planned-maintenance") {
    golden_.Act("provider", "maintenance announced",
                absl::StrCat(R"({"name":")", name, R"(","cause":")", cause, R"(","from":")", from,
                             R"(","until":")", until, R"("})"));
  }
  void Propose(const std::string& cause) {
    golden_.Act("provider", "exclusion proposed",
                absl::StrCat(R"({"name":"x","cause":")", cause,
                             R"(","from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z",)"
                             R"("reason":"see logs"})"));
  }
  void ToMay() { golden_.MoveTo("2026-05-01T00:00:00Z").Feed(); }

  // Down time that counts in April, measured in seconds.
  std::string Counted() {
    const Json window = golden_.Ask("2026-04")["windows"].at(0);
    EXPECT_EQ(window["time_unit"], "s");
    return absl::StrCat(std::stoll(window["counted"].get<std::string>()) / 60, " min");
  }
  std::string Status() { return golden_.Ask("2026-04")["windows"].at(0)["status"]; }
  std::string Explained() {
    return golden_.player().Must({"explain", "case", "--period", "2026-04"});
  }
  Golden golden_;
};

std::string Maintenance(const std::string& covers, const std::string& notice) {
  return absl::StrCat("kind: maintenance\nobjectives: all\ncovers: ", covers, "\nnotice: ", notice,
                      "\nnotice counted in: elapsed time\nlate notice: rejected\n"
                      "overrun: counts\ncap: none\n");
}

// DOMAIN 3.3, 3: at most so many times, in order of start.
TEST_F(ExclusionScenario, SoManyAnnouncedWindowsAMonth) {
  for (const char* day : {"05", "12", "19"}) {
    Down(absl::StrCat("2026-04-", day, "T02:00:00Z"), absl::StrCat("2026-04-", day, "T03:00:00Z"));
  }
  golden_.Rule("maintenance", Maintenance("planned maintenance", "48 h"))
      .Rule("twice",
            "kind: maintenance count\nobjectives: all\ncovers: planned maintenance\nat most: 2\n"
            "period: each calendar month\ncounted by: start\n");
  Open();
  Announce("c", "2026-04-19T02:00:00Z", "2026-04-19T03:00:00Z");
  Announce("a", "2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z");
  Announce("b", "2026-04-12T02:00:00Z", "2026-04-12T03:00:00Z");
  ToMay();
  EXPECT_EQ(Counted(), "60 min") << "the third, of 19 April";
}
TEST_F(ExclusionScenario, WhatIsRejectedIsNotCounted) {
  for (const char* day : {"05", "12", "19"}) {
    Down(absl::StrCat("2026-04-", day, "T02:00:00Z"), absl::StrCat("2026-04-", day, "T03:00:00Z"));
  }
  golden_.Rule("maintenance", Maintenance("planned maintenance", "48 h"))
      .Rule("weekly",
            "kind: maintenance count\nobjectives: all\ncovers: planned maintenance\nat most: 1\n"
            "period: each calendar week\ncounted by: announcement\n");
  Open();
  Announce("a", "2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z");
  golden_.MoveTo("2026-04-11T12:00:00Z");
  // Too late for the 12th, so that the week of Monday 6 April still has room for nothing else.
  Announce("b", "2026-04-12T02:00:00Z", "2026-04-12T03:00:00Z");
  Announce("c", "2026-04-19T02:00:00Z", "2026-04-19T03:00:00Z");
  Announce("d", "2026-04-18T02:00:00Z", "2026-04-18T03:00:00Z");
  ToMay();
  EXPECT_EQ(Counted(), "60 min") << "the 12th alone: c was announced before d";
}

// Emergencies have a rule and a notice of their own.
TEST_F(ExclusionScenario, EmergencyMaintenanceHasItsOwnNotice) {
  Down("2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z");
  Down("2026-04-06T02:00:00Z", "2026-04-06T03:00:00Z");
  golden_.Rule("emergency", Maintenance("emergency maintenance", "1 h"))
      .Rule("planned", Maintenance("planned maintenance", "48 h"));
  Open();
  golden_.MoveTo("2026-04-05T00:30:00Z");
  Announce("e", "2026-04-05T02:00:00Z", "2026-04-05T03:00:00Z", "emergency-maintenance");
  Announce("p", "2026-04-06T02:00:00Z", "2026-04-06T03:00:00Z");
  ToMay();
  EXPECT_EQ(Counted(), "60 min") << "the planned one came too late";
}

// DOMAIN 3.3, 5: force majeure ends when a work-around was possible.
TEST_F(ExclusionScenario, ForceMajeureEndsWhenAWorkAroundWasPossible) {
  Down("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  golden_.Rule("decisions", DecisionsOrder("deemed acceptance: none\n"));
  golden_.Rule("mitigation",
               "kind: mitigation\nobjectives: all\ncovers: force majeure\ntold by: [customer]\n");
  Open();
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Propose("force-majeure");
  golden_.Act("customer", "exclusion agreed", R"({"name":"x"})");
  const std::string notice =
      R"({"about":"other","subject":"x","since":"2026-04-10T10:45:00Z","reason":"second line"})";
  golden_.Act("provider", "notice given", notice);
  ToMay();
  EXPECT_EQ(Counted(), "0 min") << "the provider is not one who says so";
  golden_.Act("customer", "notice given", notice);
  EXPECT_EQ(Counted(), "75 min");
  EXPECT_NE(Explained().find("until a work-around was possible at 2026-04-10T10:45:00Z"),
            std::string::npos);
  // A decision that was made after the notice has heard it.
  golden_.Act("monitor", "ruling issued",
              R"({"rank":"arbitrator","partial":false,"exclusions":[{"name":"x",)"
              R"("admission":"admitted"}],"reason":"no"})");
  EXPECT_EQ(Counted(), "0 min");
}

// DOMAIN 3.3: a supplier is no third party unless the terms say so.
TEST_F(ExclusionScenario, ASupplierIsNoThirdPartyBySilence) {
  Down("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  golden_.Rule("decisions",
               DecisionsOrder("deemed acceptance: after days of silence\ndays of silence: 5\n"));
  Open();
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Propose("provider-supplier");
  ToMay();
  EXPECT_EQ(Counted(), "120 min");
  EXPECT_NE(Explained().find("deemed accepted"), std::string::npos) << Explained();
}
TEST_F(ExclusionScenario, ASupplierIsAThirdPartyWhereTheTermsSaySo) {
  Down("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  golden_
      .Rule("decisions",
            DecisionsOrder("deemed acceptance: after days of silence\ndays of silence: 5\n"))
      .Rule("others", "kind: third parties\nobjectives: all\nown suppliers: are third parties\n");
  Open();
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Propose("provider-supplier");
  ToMay();
  EXPECT_EQ(Counted(), "0 min");
}

// DOMAIN 3.4: what nobody decided stands as the burden of proof lies, and is provisional.
TEST_F(ExclusionScenario, TheObligorBearsTheBurdenOfProof) {
  Down("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  golden_.Rule("decisions", DecisionsOrder("deemed acceptance: none\n"))
      .Rule("burden",
            "kind: burden of proof\nobjectives: all\nexclusion: obligor\nattribution: obligor\n");
  Open();
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Propose("customer");
  golden_.Act("customer", "exclusion contested", R"({"name":"x","reason":"no"})");
  ToMay();
  EXPECT_EQ(Counted(), "120 min");
  EXPECT_EQ(Status(), "provisional");
}
TEST_F(ExclusionScenario, TheObligeeBearsTheBurdenOfProofUntilItIsDecided) {
  Down("2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z");
  golden_.Rule("decisions", DecisionsOrder("deemed acceptance: none\n"))
      .Rule("burden",
            "kind: burden of proof\nobjectives: all\nexclusion: obligee\nattribution: obligor\n");
  Open();
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Propose("customer");
  golden_.Act("customer", "exclusion contested", R"({"name":"x","reason":"no"})");
  ToMay();
  EXPECT_EQ(Counted(), "0 min");
  EXPECT_EQ(Status(), "provisional");
  EXPECT_NE(Explained().find("the obligee bears the burden of proof (rules/burden)"),
            std::string::npos)
      << Explained();
  golden_.MoveTo("2026-05-07T00:00:00Z").player().Must({"project"});
  EXPECT_EQ(Status(), "provisional") << "closed, and still undecided";
  golden_.Act("monitor", "ruling issued",
              R"({"rank":"arbitrator","partial":false,"exclusions":[{"name":"x",)"
              R"("admission":"rejected"}],"reason":"logs"})");
  EXPECT_EQ(Counted(), "120 min");
  EXPECT_EQ(Status(), "final");
  EXPECT_NE(Explained().find("rejected, ruled by the arbitrator"), std::string::npos)
      << Explained();
}

}  // namespace
}  // namespace tally::tests
