// Goal: an arbiter whom both sides appoint by an amendment can speak from then on, in the ledger
// and in the figures; one whom a side names alone cannot, and whoever verifies finds the same.
// Method: a month with a day of down time; a judge who is a party of the ledger, and of no
// agreement yet.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

class AppointedArbiter : public testing::Test {
 protected:
  AppointedArbiter() : golden_("2026-01-20T00:00:00Z") {
    golden_.Fee("monthly", "{ amount: 1200.00 EUR, per: calendar month }")
        .Objective("service", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                           Tiers("monthly", {"below: 99.9 %, credit: 10 %"})))
        .Rule("decisions",
              "kind: decision authority\nobjectives: all\narbitrator: none\nexpert: none\n"
              "deemed acceptance: none\norder: arbitrator over expert over joint agreement\n")
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z")
        .Open()
        .MoveTo("2026-02-01T00:00:00Z")
        .Feed()
        .MoveTo("2026-02-07T00:00:00Z");
    player().Must({"project"});
    player().Must({"key", "new", "--party", "judge", "--out", "@judge.pem"});
    player().Must({"party", "register", "judge", "--key", "@judge.pem"});
  }
  Player& player() { return golden_.player(); }

  // Proposed by the provider; gives the hash of the terms.
  std::string ProposeJudge() {
    const std::string arbiter =
        Replaced(golden_.TermsText(), "parties: { ",
                 "amends: { base: current, effective: 2026-01-01, reach: retroactive, "
                 "settled windows: stay closed, reason: judge }\nparties: { arbiter: judge, ");
    player().Write("new.yaml", Replaced(arbiter, "arbitrator: none", "arbitrator: arbiter"));
    const std::string proposed = player().Must(
        {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem", "--yes"});
    return proposed.substr(proposed.find("terms ") + 6, 64);
  }
  Outcome Rule(const std::string& value) {
    player().Write(
        "ruling.jsonl",
        absl::StrCat(R"({"agreement":"case","kind":"ruling issued","body":)",
                     R"({"rank":"arbitrator","partial":false,"values":[{"window":)",
                     R"({"objective":"service","from":"2026-01-01T00:00:00Z",)",
                     R"("until":"2026-02-01T00:00:00Z"},"value":")", value, R"("}]}})", "\n"));
    return player().Run({"append", "@ruling.jsonl", "--key", "@judge.pem"});
  }
  std::string Verdict() { return golden_.Ask("2026-01")["windows"].at(0)["verdict"]; }
  Golden golden_;
};

TEST_F(AppointedArbiter, SpeaksOnceBothSidesSigned) {
  EXPECT_EQ(Verdict(), "breached");
  EXPECT_NE(Rule("1/1").exit, 0) << "nobody appointed him";
  const std::string hash = ProposeJudge();
  const Outcome early = Rule("1/1");
  EXPECT_NE(early.exit, 0) << "one side alone appointed him";
  EXPECT_NE(early.err.find("both sides signed"), std::string::npos) << early.err;
  player().Must({"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
  const Outcome heard = Rule("1/1");
  EXPECT_EQ(heard.exit, 0) << heard.err;
  EXPECT_EQ(Verdict(), "met");
  player().Must({"project"});
  player().Must({"verify"});
}

// A pack shows who appointed him, and his keys.
TEST_F(AppointedArbiter, APackOfHisWordVerifies) {
  const std::string hash = ProposeJudge();
  player().Must({"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
  EXPECT_EQ(Rule("1/1").exit, 0);
  player().Must({"pack", "case", "--out", "@case.pack"});
  const Outcome verified = player().Run({"verify", "@case.pack", "--self"});
  EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
}

// A side cannot appoint him by naming a party of its own in the other side's place.
TEST_F(AppointedArbiter, ASideAppointsNobodyWithAStraw) {
  const std::string arbiter =
      Replaced(golden_.TermsText(), "parties: { provider: provider, customer: customer",
               "amends: { base: current, effective: 2026-01-01, reach: retroactive, "
               "settled windows: stay closed, reason: judge }\n"
               "parties: { arbiter: judge, provider: provider, customer: monitor");
  player().Write("new.yaml", Replaced(Replaced(arbiter, ", monitor: monitor", ""),
                                      "arbitrator: none", "arbitrator: arbiter"));
  const std::string proposed = player().Must(
      {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem", "--yes"});
  const std::string hash = proposed.substr(proposed.find("terms ") + 6, 64);
  player().Run({"amendment", "accept", "case", "--terms", hash, "--key", "@monitor.pem", "--yes"});
  EXPECT_NE(Rule("1/1").exit, 0);
  EXPECT_EQ(Verdict(), "breached");
}

}  // namespace
}  // namespace tally::tests
