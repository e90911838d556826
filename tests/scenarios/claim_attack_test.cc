// Goal: no party takes from a dispute what neither the terms nor the other side gave it: by ruling
// on itself, by times of the past, by amending or settling past what stands, by other people's
// words. Method: each way in which a forger succeeded once, through the commands, by the scenario's
// clock; the act is refused, or recorded without effect and with a finding that says why.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

constexpr char kArbitrator[] =
    "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: monitor\n"
    "order: arbitrator over expert over joint agreement\n"
    "deemed acceptance: after days of silence\ndays of silence: 10\n";
// The same words twice are one act; this id makes them another.
constexpr char kAnotherAct[] = "00000000000000000000000000000002";
constexpr char kFebruary[] = R"({"objective":"availability",)"
                             R"("from":"2026-02-01T00:00:00Z","until":"2026-03-01T00:00:00Z"})";
constexpr char kJanuary[] = R"({"objective":"availability",)"
                            R"("from":"2026-01-01T00:00:00Z","until":"2026-02-01T00:00:00Z"})";

// January and February are breached at 100.00 each and closed on 6 March; a claim for a month is
// timely within 60 days of it.
class ClaimAttack : public ::testing::Test {
 protected:
  ClaimAttack() : golden_("2026-02-20T00:00:00Z") {}
  void Begin(bool arbitrator, const std::string& further = "") {
    if (arbitrator) golden_.Rule("who", kArbitrator);
    if (!further.empty()) golden_.Rule("further", further);
    golden_.Term("2026-01-01", "open", "UTC")
        .Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                                Tiers("service", {"below: 99.9 %, credit: 10 %"})))
        .Disputes(
            "credits: on claim\nclaim within: 60 days\nanswer within: 30 days\n"
            "silence: deemed accepted\nevidence cut-off: 5 days\nobjection: 10 days\n"
            "late evidence: disregarded\n")
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z")
        .Down("s", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z")
        .Open()
        .MoveTo("2026-03-01T00:01:00Z")
        .Feed();
  }
  void Close() {
    golden_.MoveTo("2026-03-06T01:00:00Z");
    golden_.player().Must({"project"});
  }
  void Say(const std::string& key, std::vector<std::string> words) {
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    const Outcome said = golden_.player().Run(words);
    EXPECT_LE(said.exit, 1) << said.err;
  }
  std::string File(const std::string& period) {
    Say("customer", {"claim", "file", "case", "--period", period});
    return golden_.Ask("2026")["claims"].back()["filed"];
  }
  std::string StateOf(size_t claim) { return golden_.Ask("2026")["claims"].at(claim)["state"]; }
  std::string Approved() { return golden_.Balance("approved", "customer", "2026"); }
  ::testing::AssertionResult Found(const std::string& kind) {
    const nlohmann::json findings = golden_.Ask("2026")["findings"];
    for (const nlohmann::json& finding : findings) {
      if (finding["kind"] == kind) return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no " << kind << " among " << findings.dump();
  }

  Golden golden_;
};

TEST_F(ClaimAttack, NobodyRulesOnHisOwnClaim) {
  Begin(/*arbitrator=*/false);
  Close();
  File("2026-02");
  for (const char* who : {"customer", "provider", "monitor"}) {
    Say(who, {"ruling", "issue", "case", "--rank", "arbitrator", "--credit", "99999.00 EUR",
              "--costs", "700.00 EUR", "--costs-by", "provider"});
    EXPECT_EQ(StateOf(0), "filed") << who;
    EXPECT_EQ(Approved(), "") << who;
  }
  EXPECT_TRUE(Found("ruling-without-authority"));
}

TEST_F(ClaimAttack, TheArbitratorRulesAndACorrectionPaysOnce) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  const auto ruling = [](const std::string& credit, const std::string& costs) {
    return absl::StrCat(R"({"rank":"arbitrator","partial":false,"credits":[{"window":)", kFebruary,
                        R"(,"amount":")", credit,
                        R"("}],"awards":[{"of":"costs","debtor":"provider","amount":")", costs,
                        R"("}]})");
  };
  golden_.Act("monitor", "ruling issued", ruling("80.00 EUR", "500.00 EUR"), claim);
  EXPECT_EQ(Approved(), "580.00");
  golden_.Act("monitor", "ruling corrected",
              absl::StrCat(R"({"ruling":)", ruling("90.00 EUR", "400.00 EUR"), "}"), claim);
  EXPECT_EQ(Approved(), "490.00");
  Say("monitor", {"ruling", "issue", "case", "--rank", "expert", "--credit", "5.00 EUR"});
  EXPECT_EQ(Approved(), "490.00") << "an expert does not undo the arbitrator";
}

TEST_F(ClaimAttack, AClaimIsNotAmendedOnceItIsDecided) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string claim = File("2026-01");
  golden_.MoveTo("2026-05-10T00:00:00Z");
  EXPECT_EQ(StateOf(0), "deemed accepted");
  golden_.Act("customer", "claim amended",
              absl::StrCat(R"({"windows":[)", kJanuary, ",", kFebruary, R"(],"reason":"more"})"),
              claim);
  EXPECT_EQ(Approved(), "100.00");
  EXPECT_TRUE(Found("amendment-out-of-state"));
}

TEST_F(ClaimAttack, ASecondClaimNeverComesToLife) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string first = File("2026-02");
  Say("customer", {"claim", "file", "case", "--period", "2026-02", "--id", kAnotherAct});
  golden_.MoveTo("2026-03-20T00:00:00Z");
  Say("provider", {"claim", "answer", "case", first, "--reject"});
  golden_.MoveTo("2026-05-20T00:00:00Z");
  Say("customer", {"claim", "withdraw", "case", first});
  EXPECT_EQ(StateOf(0), "withdrawn");
  EXPECT_EQ(StateOf(1), "without effect");
  EXPECT_EQ(Approved(), "");
}

TEST_F(ClaimAttack, ASettledWindowIsNotClaimedAgain) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string closing = golden_.Ask("2026-02")["windows"].at(0)["closed"]["closing"];
  golden_.Act("provider", "settlement proposed", R"({"amount":"100.00 EUR"})", closing);
  Say("customer", {"settlement", "confirm", "case"});
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-02"), "100.00");
  File("2026-02");
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-02"), "100.00");
  EXPECT_EQ(golden_.Balance("claimed", "customer", "2026-02"), "");
  EXPECT_TRUE(Found("claim-settled"));
}

TEST_F(ClaimAttack, ATimeOfThePastBeatsNoDeadline) {
  Begin(/*arbitrator=*/false);
  Close();
  golden_.MoveTo("2026-05-10T00:00:00Z");
  Say("customer", {"claim", "file", "case", "--period", "2026-02", "--at", "2026-02-15T00:00:00Z"});
  EXPECT_EQ(StateOf(0), "without effect");
  EXPECT_TRUE(Found("claimed-time-refused"));
  EXPECT_TRUE(Found("claim-late"));
}

TEST_F(ClaimAttack, AMediatorIsNobodysOwn) {
  Begin(/*arbitrator=*/false,
        "kind: dispute level\nobjectives: all\nlevel: 1\nform: mediation\ncounted in: no limit\n");
  Close();
  File("2026-02");
  Say("provider", {"claim", "answer", "case", "--reject"});
  Say("customer", {"claim", "escalate", "case"});
  Say("provider", {"mediation", "open", "case", "--mediator", "provider"});
  Say("provider", {"mediation", "close", "case", "--outcome", "failed"});
  EXPECT_EQ(StateOf(0), "mediation");
  Say("provider", {"mediation", "open", "case", "--mediator", "monitor"});
  Say("monitor", {"mediation", "close", "case", "--outcome", "failed"});
  EXPECT_EQ(StateOf(0), "mediation") << "the customer named nobody";
  Say("customer", {"mediation", "open", "case", "--mediator", "monitor"});
  Say("monitor", {"mediation", "close", "case", "--outcome", "failed", "--id", kAnotherAct});
  EXPECT_EQ(StateOf(0), "lapsed");
}

TEST_F(ClaimAttack, ADeadlineMovesBetweenItsTwoSides) {
  Begin(/*arbitrator=*/false);
  Close();
  const auto extend = [this](const std::string& deadline) {
    golden_.Act("provider", "deadline extended",
                absl::StrCat(R"({"deadline":")", deadline, R"(","until":"2026-12-01T00:00:00Z"})"));
  };
  extend("claim.file");
  Say("monitor", {"deadline", "agree", "case"});
  EXPECT_TRUE(Found("time-moved-by-stranger"));
  Say("customer", {"deadline", "agree", "case"});
  golden_.MoveTo("2026-06-10T00:00:00Z");
  File("2026-02");
  EXPECT_EQ(StateOf(0), "filed") << "both moved the deadline for claims";
}

TEST_F(ClaimAttack, AStaleWordIsNotPickedUp) {
  Begin(/*arbitrator=*/false);
  Close();
  File("2026-02");
  Say("customer", {"claim", "agree", "case", "--amount", "10.00 EUR"});
  golden_.MoveTo("2026-05-10T00:00:00Z");
  EXPECT_EQ(StateOf(0), "deemed accepted");
  Say("provider", {"claim", "agree", "case", "--amount", "10.00 EUR"});
  EXPECT_EQ(StateOf(0), "deemed accepted");
  EXPECT_EQ(Approved(), "100.00");
  Say("customer", {"claim", "agree", "case", "--amount", "10.00 EUR", "--id", kAnotherAct});
  EXPECT_EQ(StateOf(0), "agreed") << "both said so now";
  EXPECT_EQ(Approved(), "10.00");
}

TEST_F(ClaimAttack, NobodyWinsAnExclusionByDatesOfThePast) {
  Begin(/*arbitrator=*/true);
  Say("provider",
      {"exclusion", "propose", "case", "--name", "x", "--cause", "customer", "--from",
       "2026-02-10T00:00:00Z", "--to", "2026-02-11T00:00:00Z", "--at", "2026-02-01T00:00:00Z"});
  EXPECT_EQ(golden_.Ask("2026-02")["windows"].at(0)["verdict"], "breached");
  Say("customer", {"exclusion", "contest", "case", "--name", "x"});
  golden_.MoveTo("2026-03-20T00:00:00Z");
  EXPECT_EQ(golden_.Ask("2026-02")["windows"].at(0)["verdict"], "breached");
}

TEST_F(ClaimAttack, AnAnnouncementAfterTheFactChangesNoClosedWindow) {
  Begin(/*arbitrator=*/false,
        "kind: maintenance\nobjectives: all\ncovers: planned maintenance\nnotice: 48 h\n"
        "notice counted in: elapsed time\nlate notice: rejected\noverrun: counts\ncap: none\n");
  const auto announce = [this](const std::string& name) {
    Say("provider", {"maintenance", "announce", "case", "--name", name, "--cause",
                     "planned-maintenance", "--from", "2026-02-10T00:00:00Z", "--to",
                     "2026-02-11T00:00:00Z", "--at", "2026-02-01T00:00:00Z"});
  };
  announce("before");
  EXPECT_EQ(golden_.Ask("2026-02")["windows"].at(0)["verdict"], "breached") << "no notice";
  Close();
  announce("after");
  EXPECT_EQ(golden_.Ask("2026-02")["windows"].at(0)["verdict"], "breached");
}

}  // namespace
}  // namespace tally::tests
