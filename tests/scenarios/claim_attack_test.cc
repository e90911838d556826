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
constexpr char kProbingJanuary[] = R"({"objective":"probing",)"
                                   R"("from":"2026-01-01T00:00:00Z",)"
                                   R"("until":"2026-02-01T00:00:00Z"})";
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
  // A second objective, which the monitor owes; its terms need his word, too.
  void BeginWithTwoObligors() {
    golden_.Objective(
        "probing", absl::StrCat("obligor: monitor\n", Availability(), "target: at least 99.9 %\n",
                                Tiers("service", {"below: 99.9 %, credit: 10 %"})));
    Begin(/*arbitrator=*/false);
    const std::string checked = golden_.player().Must({"terms", "check", "@case.yaml"});
    const std::string hash = checked.substr(checked.find("terms ") + 6, 64);
    Say("monitor", {"agreement", "accept", "case", "--terms", hash});
    Close();
  }
  Outcome Say(const std::string& key, std::vector<std::string> words) {
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    Outcome said = golden_.player().Run(words);
    EXPECT_LE(said.exit, 1) << said.err;
    return said;
  }
  // The newest act of the agreement, by its address.
  std::string Newest() {
    const std::string line =
        golden_.player().Must({"log", "agreement/case", "--reverse", "--n", "1", "--json"});
    return nlohmann::json::parse(line)["event"];
  }
  std::string FileFor(const std::string& windows) {
    golden_.Act("customer", "claim filed", absl::StrCat(R"({"windows":[)", windows, "]}"));
    return Newest();
  }
  nlohmann::json Window(const std::string& period = "2026-02") {
    return golden_.Ask(period)["windows"].at(0);
  }
  nlohmann::json Postings(const std::vector<std::string>& axes = {}) {
    return golden_.Ask("2026", axes)["postings"];
  }
  // Puts 10 February from midnight to `hour` down to the customer.
  void Exclude(const std::string& hour, const std::string& id) {
    Say("provider",
        {"exclusion", "propose", "case", "--name", "x", "--cause", "customer", "--from",
         "2026-02-10T00:00:00Z", "--to", absl::StrCat("2026-02-10T", hour, ":00Z"), "--id", id});
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

// Where duties run both ways a claim for a period is for what is owed to its author.
TEST_F(ClaimAttack, NobodyClaimsWhatHeOwesHimself) {
  golden_.Objective("duties", absl::StrCat("obligor: customer\nobligee: provider\n", Availability(),
                                           "target: at least 99.9 %\n",
                                           Tiers("service", {"below: 99.9 %, credit: 5 %"})));
  Begin(/*arbitrator=*/false);
  Close();
  const Outcome filed = golden_.player().Run(
      {"claim", "file", "case", "--period", "2026-02", "--key", "@customer.pem"});
  EXPECT_EQ(filed.exit, 0) << filed.out << filed.err;
  const std::string said = filed.out + filed.err;
  EXPECT_NE(said.find("duties 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z is left out: "
                      "customer owes it"),
            std::string::npos)
      << said;
  EXPECT_EQ(golden_.Balance("claimed", "customer", "2026"), "100.00");
}

// What is awarded beside the credits is paid by whoever owes it, once.
TEST_F(ClaimAttack, CostsArePaidBesideTheClaim) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  Say("monitor", {"ruling", "issue", "case", "--rank", "arbitrator", "--credit", "80.00 EUR",
                  "--costs", "30.00 EUR", "--costs-by", "customer"});
  const Outcome shown = golden_.player().Run({"claim", "show", "case"});
  EXPECT_NE(shown.out.find("30.00 EUR open, owed by customer to provider"), std::string::npos)
      << shown.out;
  EXPECT_EQ(Say("customer", {"settlement", "propose", "case", "--awards"}).exit, 0);
  EXPECT_EQ(Say("provider", {"settlement", "confirm", "case"}).exit, 0);
  EXPECT_EQ(golden_.Balance("settled", "provider", "2026"), "30.00");
  EXPECT_EQ(Approved(), "80.00") << "the credit is paid by itself";
  EXPECT_EQ(Say("provider", {"settlement", "propose", "case"}).exit, 0);
  EXPECT_EQ(Say("customer", {"settlement", "confirm", "case"}).exit, 0);
  EXPECT_EQ(Approved(), "");
  EXPECT_EQ(golden_.Balance("settled", "provider", "2026"), "-50.00");
  const Outcome again = golden_.player().Run(
      {"settlement", "propose", "case", claim, "--awards", "--key", "@customer.pem"});
  EXPECT_EQ(again.exit, 2) << again.out;
}

// A partial award leaves the rest open, though the books hold nothing of it: whoever ends the claim
// meanwhile is told so.
TEST_F(ClaimAttack, WhoeverEndsAClaimThatIsRuledInPartIsTold) {
  Begin(/*arbitrator=*/true);
  Close();
  File("2026-02");
  Say("monitor",
      {"ruling", "issue", "case", "--rank", "arbitrator", "--credit", "40.00 EUR", "--partial"});
  const Outcome paid = Say("provider", {"settlement", "propose", "case"});
  EXPECT_NE(paid.out.find("payment on account at 40.00 EUR"), std::string::npos) << paid.out;
  Say("customer", {"settlement", "confirm", "case"});
  EXPECT_EQ(StateOf(0), "ruled in part");
  const Outcome ends = Say("provider", {"settlement", "propose", "case", "--amount", "10.00 EUR"});
  EXPECT_NE(ends.err.find("it ends the claim, which is not decided"), std::string::npos)
      << ends.err;
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
  const nlohmann::json told = golden_.Ask("2026")["claims"].at(0);
  EXPECT_EQ(told["decided"], "90.00 EUR") << "without the costs beside it";
  EXPECT_EQ(told["due"], "100.00 EUR") << "as computed";
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
  EXPECT_EQ(StateOf(0), "mediation") << "he decides nothing";
  EXPECT_TRUE(Found("mediation-failed"));
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

// An act of two obligors' windows is against one of them; nobody answers for another.
TEST_F(ClaimAttack, AnAmendmentTurnsAClaimAgainstNobodyElse) {
  BeginWithTwoObligors();
  const std::string claim = FileFor(kJanuary);
  golden_.Act("customer", "claim amended",
              absl::StrCat(R"({"windows":[)", kProbingJanuary, R"(],"reason":"him"})"), claim);
  EXPECT_TRUE(Found("claim-other-obligor"));
  Say("provider", {"claim", "answer", "case", claim, "--accept"});
  EXPECT_EQ(Approved(), "") << "the provider speaks for the monitor";
  golden_.MoveTo("2026-05-20T00:00:00Z");
  EXPECT_EQ(golden_.Balance("approved", "monitor", "2026"), "") << "by his silence";
}

TEST_F(ClaimAttack, AClaimOverTwoObligorsIsAnsweredByTheFirst) {
  BeginWithTwoObligors();
  const std::string claim = FileFor(absl::StrCat(kJanuary, ",", kProbingJanuary));
  EXPECT_TRUE(Found("claim-other-obligor"));
  Say("provider", {"claim", "answer", "case", claim, "--reject"});
  EXPECT_EQ(StateOf(0), "rejected");
  golden_.MoveTo("2026-05-20T00:00:00Z");
  EXPECT_EQ(StateOf(0), "rejected") << "it is not deemed accepted";
  EXPECT_EQ(Approved(), "");
}

TEST_F(ClaimAttack, ADecidedExclusionIsNotWidenedUnderItsName) {
  Begin(/*arbitrator=*/true);
  Exclude("06:00", "00000000000000000000000000000003");
  Say("monitor",
      {"exclusion", "determine", "case", "--name", "x", "--rank", "arbitrator", "--admit"});
  const auto hours = [this] { return std::stoll(Window()["counted"].get<std::string>()) / 3600; };
  EXPECT_EQ(hours(), 18);
  Exclude("23:00", kAnotherAct);
  EXPECT_EQ(hours(), 18);
  golden_.MoveTo("2026-03-20T00:00:00Z");
  EXPECT_EQ(hours(), 18) << "by silence";
}

TEST_F(ClaimAttack, AnAgreementIsToTheProposalThatItNames) {
  Begin(/*arbitrator=*/true);
  Exclude("00:05", "00000000000000000000000000000003");
  const std::string small = Newest();
  Exclude("02:00", kAnotherAct);
  golden_.Act("customer", "exclusion agreed", R"({"name":"x"})", small);
  EXPECT_EQ(Window()["excluded"], "300") << Window();
  golden_.MoveTo("2026-03-20T00:00:00Z");
  EXPECT_EQ(Window()["excluded"], "300") << "by silence";
}

TEST_F(ClaimAttack, AContestOutlivesTheSameProposal) {
  Begin(/*arbitrator=*/true);
  Exclude("02:00", "00000000000000000000000000000003");
  Say("customer", {"exclusion", "contest", "case", "--name", "x"});
  Exclude("02:00", kAnotherAct);
  golden_.MoveTo("2026-03-20T00:00:00Z");
  EXPECT_EQ(golden_.Ask("2026-02", {"--as-recorded", "2026-03-20T00:00:00Z"})["windows"].at(
                0)["excluded"],
            "0");
}

// The job's key closes by what it knows, not by what silence will have decided.
TEST_F(ClaimAttack, AClosingKnowsNothingOfTheFuture) {
  Begin(/*arbitrator=*/true);
  golden_.MoveTo("2026-03-02T00:00:00Z");
  Exclude("23:00", kAnotherAct);
  const nlohmann::json then =
      golden_.Ask("2026-02", {"--as-recorded", "2026-03-20T00:00:00Z"})["windows"].at(0);
  golden_.MoveTo("2026-03-06T01:00:00Z");
  golden_.player().Write(
      "closing.jsonl",
      absl::StrCat(R"({"kind":"window closed","agreement":"case","actor":"automation","body":)",
                   R"({"window":)", kFebruary, R"(,"termsHash":)", then["terms"].dump(),
                   R"(,"size":"1000","knowledge":"2026-03-20T00:00:00Z","figures":)",
                   then["figures"].dump(), R"(,"verdict":"breached","value":"1/1"}})", "\n"));
  golden_.player().Run({"append", "@closing.jsonl", "--key", "@ledger/keys/service.pem", "--yes"});
  EXPECT_TRUE(Window()["closed"].is_null()) << Window();
  EXPECT_TRUE(Found("closing-foreseen"));
  golden_.player().Must({"project"});
  EXPECT_FALSE(Window()["closed"].is_null()) << "the job closes";
}

// The books are never rewritten: what was posted by then stands first in what is posted now.
TEST_F(ClaimAttack, AnAgreementLaterLeavesThePostingsOfBefore) {
  Begin(/*arbitrator=*/false);
  Close();
  File("2026-02");
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Say("provider", {"claim", "answer", "case", "--partly", "40.00 EUR"});
  const nlohmann::json before = Postings();
  golden_.MoveTo("2026-03-20T00:00:00Z");
  for (const char* side : {"provider", "customer"}) {
    Say(side, {"claim", "agree", "case", "--amount", "70.00 EUR"});
  }
  const nlohmann::json after = Postings();
  ASSERT_GT(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]) << i;
  EXPECT_EQ(golden_.Ask("2026")["claims"].at(0)["decided"], "70.00 EUR");
}

TEST_F(ClaimAttack, AWithdrawalAfterARulingChangesNothing) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  Say("monitor",
      {"ruling", "issue", "case", claim, "--rank", "arbitrator", "--credit", "60.00 EUR"});
  Say("customer", {"claim", "withdraw", "case", claim});
  EXPECT_EQ(StateOf(0), "ruled");
  EXPECT_TRUE(Found("act-out-of-state"));
  golden_.MoveTo("2026-03-13T00:00:00Z");
  Say("customer", {"claim", "file", "case", "--period", "2026-02", "--id", kAnotherAct});
  EXPECT_EQ(StateOf(1), "without effect");
  Say("provider", {"settlement", "propose", "case", claim});
  Say("customer", {"settlement", "confirm", "case"});
  golden_.MoveTo("2026-05-20T00:00:00Z");
  EXPECT_EQ(StateOf(0), "settled");
  EXPECT_EQ(StateOf(1), "without effect");
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026"), "60.00");
  EXPECT_EQ(Approved(), "");
}

TEST_F(ClaimAttack, APartialAwardIsPostedAndEndsTheTimeToAnswer) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  Say("monitor", {"ruling", "issue", "case", claim, "--rank", "arbitrator", "--partial", "--credit",
                  "60.00 EUR"});
  EXPECT_EQ(StateOf(0), "ruled in part");
  EXPECT_EQ(Approved(), "60.00");
  const nlohmann::json later = golden_.Ask("2026", {"--as-recorded", "2026-05-20T00:00:00Z"});
  EXPECT_EQ(later["claims"].at(0)["state"], "ruled in part") << "silence accepts nothing more";
  for (const nlohmann::json& deadline : later["deadlines"]) {
    const bool ran_out = deadline["what"] == "claim.answer" && deadline["state"] == "deemed";
    EXPECT_FALSE(ran_out) << deadline;
  }
}

// DOMAIN 3.18, 3: consent may come before the time that it moves begins to run.
TEST_F(ClaimAttack, TimeIsExtendedWhileAClaimIsPremature) {
  Begin(/*arbitrator=*/false);
  File("2026-02");
  EXPECT_EQ(StateOf(0), "premature");
  Say("provider", {"deadline", "extend", "case", "--deadline", "claim.answer", "--until",
                   "2026-05-20T00:00:00Z"});
  Say("customer", {"deadline", "agree", "case"});
  Close();
  const auto state = [this](const std::string& at) {
    return golden_.Ask("2026", {"--as-recorded", at})["claims"].at(0)["state"];
  };
  EXPECT_EQ(state("2026-05-19T23:59:59.999Z"), "filed");
  EXPECT_EQ(state("2026-05-20T00:00:00Z"), "deemed accepted");
}

TEST_F(ClaimAttack, ASettlementIsInTheCurrencyOfTheCredit) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string claim = File("2026-02");
  const Outcome refused = golden_.player().Run(
      {"settlement", "propose", "case", "--amount", "5.00 USD", "--key", "@provider.pem"});
  EXPECT_EQ(refused.exit, 2) << refused.err;
  EXPECT_NE(refused.err.find("in the currency of the credit"), std::string::npos) << refused.err;
  const Outcome agreed = golden_.player().Run(
      {"claim", "agree", "case", "--amount", "5.00 USD", "--key", "@provider.pem"});
  EXPECT_EQ(agreed.exit, 2) << agreed.err;
  const Outcome partly = golden_.player().Run(
      {"claim", "answer", "case", "--partly", "5.00 USD", "--key", "@provider.pem"});
  EXPECT_EQ(partly.exit, 2) << partly.err;
  golden_.Act("provider", "settlement proposed", R"({"amount":"5.00 USD"})", claim);
  EXPECT_TRUE(Found("settlement-other-currency"));
  golden_.Act("customer", "settlement confirmed", R"({"amount":"5.00 USD"})", Newest());
  EXPECT_EQ(StateOf(0), "filed") << "even where both sign";
  Say("provider", {"settlement", "propose", "case"});
  Say("customer", {"settlement", "confirm", "case"});
  EXPECT_EQ(StateOf(0), "settled");
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026"), "100.00");
}

TEST_F(ClaimAttack, CostsAreOwedBySomebody) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  for (const std::vector<std::string>& about :
       {std::vector<std::string>{claim}, std::vector<std::string>{"--period", "2026-02"}}) {
    std::vector<std::string> words = {"ruling", "issue", "case"};
    words.insert(words.end(), about.begin(), about.end());
    words.insert(words.end(), {"--rank", "arbitrator", "--credit", "60.00 EUR", "--costs",
                               "5.00 EUR", "--costs-by", "providr", "--key", "@monitor.pem"});
    const Outcome refused = golden_.player().Run(words);
    EXPECT_EQ(refused.exit, 2) << refused.err;
    EXPECT_NE(refused.err.find("did you mean provider?"), std::string::npos) << refused.err;
  }
  EXPECT_EQ(StateOf(0), "filed");
}

// F3 of an attack: a word for two windows is not taken for one of them.
TEST_F(ClaimAttack, AnAmendmentEndsTheWordsOnTheClaimAsItWas) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string claim = FileFor(absl::StrCat(kJanuary, ",", kFebruary));
  Say("provider", {"claim", "agree", "case", "--amount", "200.00 EUR"});
  Say("provider", {"settlement", "propose", "case", "--amount", "200.00 EUR"});
  const std::string offer = Newest();
  golden_.Act("customer", "claim amended",
              absl::StrCat(R"({"windows":[)", kJanuary, R"(],"reason":"less"})"), claim);
  EXPECT_EQ(golden_.Ask("2026")["claims"].at(0)["windows"].size(), 1u) << "as amended";
  Say("customer", {"claim", "agree", "case", "--amount", "200.00 EUR"});
  EXPECT_TRUE(Found("agreement-stale"));
  golden_.Act("customer", "settlement confirmed", R"({"amount":"200.00 EUR"})", offer);
  EXPECT_TRUE(Found("settlement-stale"));
  EXPECT_EQ(StateOf(0), "filed");
  EXPECT_EQ(Approved(), "");
}

// F4: a window that is added in the last minute is not deemed accepted in the next.
TEST_F(ClaimAttack, AnAmendmentGivesTheWholeTimeToAnswer) {
  Begin(/*arbitrator=*/false);
  Close();
  const std::string claim = File("2026-01");
  const nlohmann::json before = Postings();
  golden_.MoveTo("2026-04-04T23:59:00Z");
  golden_.Act("customer", "claim amended",
              absl::StrCat(R"({"windows":[)", kJanuary, ",", kFebruary, R"(],"reason":"more"})"),
              claim);
  golden_.MoveTo("2026-04-10T00:00:00Z");
  Say("provider", {"claim", "answer", "case", "--reject"});
  EXPECT_EQ(StateOf(0), "rejected");
  const nlohmann::json after = Postings();
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]) << i;
}

// F5, and C2 once more: a withdrawal without effect stands in nobody's way.
TEST_F(ClaimAttack, AWithdrawalWithoutEffectFreezesNothing) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  Say("monitor", {"ruling", "issue", "case", claim, "--rank", "arbitrator", "--partial", "--credit",
                  "60.00 EUR"});
  Say("customer", {"claim", "withdraw", "case", claim});
  EXPECT_EQ(StateOf(0), "ruled in part");
  Say("monitor",
      {"ruling", "issue", "case", claim, "--rank", "arbitrator", "--credit", "10.00 EUR"});
  EXPECT_EQ(StateOf(0), "ruled");
  EXPECT_EQ(Approved(), "10.00");
}

// F7: an offer does not outlive the decision.
TEST_F(ClaimAttack, AnOfferEndsWithTheRuling) {
  Begin(/*arbitrator=*/true);
  Close();
  const std::string claim = File("2026-02");
  Say("provider", {"settlement", "propose", "case", "--amount", "70.00 EUR"});
  Say("monitor",
      {"ruling", "issue", "case", claim, "--rank", "arbitrator", "--credit", "0.00 EUR"});
  Say("customer", {"settlement", "confirm", "case"});
  EXPECT_EQ(StateOf(0), "ruled");
  EXPECT_TRUE(Found("settlement-stale"));
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026"), "");
}

// F8: a claim settles what its obligor owes, and nothing of another's.
TEST_F(ClaimAttack, AThirdPartysSettlementPaysNothingOfAnothers) {
  BeginWithTwoObligors();
  const std::string claim = FileFor(absl::StrCat(kProbingJanuary, ",", kJanuary));
  Say("monitor", {"settlement", "propose", "case", claim});
  Say("customer", {"settlement", "confirm", "case"});
  EXPECT_EQ(StateOf(0), "settled");
  const std::string closing =
      golden_.Ask("2026-01", {"--objective", "availability"})["windows"].at(0)["closed"]["closing"];
  golden_.Act("provider", "settlement proposed", R"({"amount":"100.00 EUR"})", closing);
  golden_.Act("customer", "settlement confirmed", R"({"amount":"100.00 EUR"})", Newest());
  EXPECT_EQ(golden_.Balance("settled", "provider", "2026-01"), "-100.00");
}

}  // namespace
}  // namespace tally::tests
