// Goal: late evidence changes a closed month by the agreed rule and never silently: proposed by one
// side, accepted or contested by the other, or by silence where the terms say so; the books take
// the posted credit back and enter the new one at that time, and every earlier date keeps its
// answer (DOMAIN 3.17 rules 30 and 31; RELIABILITY T-51). Method: one month breached and closed,
// half a day of good state reported after the closing, through the commands; balances and digests
// at each step.
//
// By hand: April has 30 days. Down for the whole of 5 April: 29/30 = 96.67 %, below 98 %: 25 % of
// 1,000.00. Up again at 12:00 as reported late: 59/60 = 98.33 %, below 99.9 %: 10 %.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {
namespace {

class RestatementScenario : public ::testing::Test {
 protected:
  RestatementScenario() : golden_(kAprilBegins) {}
  void Begin(const std::string& late_evidence, const std::string& rule = "") {
    if (!rule.empty()) golden_.Rule("consent", rule);
    PlayApril(golden_,
              {.tiers = {"from: 98 %, below: 99.9 %, credit: 10 %", "below: 98 %, credit: 25 %"},
               .late_evidence = late_evidence});
    Credit("250.00");
  }
  void Late() {
    golden_.MoveTo("2026-05-10T00:00:00Z");
    golden_.player().Write(
        "late.jsonl",
        "{\"kind\":\"state reported\",\"source\":\"s\",\"actor\":\"monitor\",\"at\":"
        "\"2026-04-05T12:00:00Z\",\"reported\":\"2026-05-10T00:00:00Z\",\"body\":{\"state\":"
        "\"up\"}}\n");
    golden_.player().Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }
  void Say(std::vector<std::string> words, const std::string& key) {
    words.insert(words.begin() + 2, "case");
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    golden_.player().Must(words);
  }
  void Refused(std::vector<std::string> words, const std::string& key, const std::string& says) {
    words.insert(words.begin() + 2, "case");
    words.insert(words.end(), {"--key", absl::StrCat("@", key, ".pem")});
    const Outcome said = golden_.player().Run(words);
    EXPECT_EQ(said.exit, 2) << said.out << said.err;
    EXPECT_NE(said.err.find(says), std::string::npos) << said.err;
  }
  nlohmann::json Window(const std::vector<std::string>& axes = {}) {
    return golden_.Ask("2026-04", axes)["windows"].at(0);
  }
  void Credit(const std::string& amount, const std::vector<std::string>& axes = {}) {
    EXPECT_EQ(Window(axes)["credit"]["amount"], amount);
  }
  std::string State() {
    const nlohmann::json told =
        nlohmann::json::parse(golden_.player().Must({"restatement", "list", "case", "--json"}));
    return told["state"];
  }
  bool Found(const std::string& kind) {
    const nlohmann::json answer = golden_.Ask("2026-04");
    for (const nlohmann::json& finding : answer["findings"]) {
      if (finding["kind"] == kind) return true;
    }
    return false;
  }
  // The newest act of the agreement.
  nlohmann::json Newest() {
    return nlohmann::json::parse(
        golden_.player().Must({"log", "agreement/case", "--reverse", "--n", "1", "--json"}));
  }
  std::string Books() {
    const nlohmann::json books = nlohmann::json::parse(
        golden_.player().Must({"balance", "case", "--period", "2026-04", "--json"}));
    std::string text;
    for (const nlohmann::json& posting : books["postings"]) {
      absl::StrAppend(&text, posting["text"].get<std::string>(), " ",
                      posting["amount"].get<std::string>(), "\n");
    }
    return text;
  }

  Golden golden_;
};

TEST_F(RestatementScenario, T51WhatBothAcceptIsPostedAndWhatWasPaidIsOwedBack) {
  Begin("restatement proposed");
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  Say({"claim", "answer", "--accept"}, "provider");
  Say({"settlement", "propose"}, "provider");
  Say({"settlement", "confirm"}, "customer");
  EXPECT_EQ(Window()["status"], "settled");
  Late();
  Credit("250.00");
  EXPECT_TRUE(Found("evidence-late"));
  const std::vector<std::string> then = {"--as-recorded", "2026-05-10T12:00:00Z"};
  const std::string before = golden_.Ask("2026-04", then)["digest"];

  golden_.MoveTo("2026-05-11T00:00:00Z");
  Say({"restatement", "propose"}, "provider");
  EXPECT_EQ(State(), "proposed");
  Credit("250.00");
  EXPECT_TRUE(Found("restatement-open"));
  golden_.MoveTo("2026-05-12T00:00:00Z");
  Say({"restatement", "accept"}, "customer");
  EXPECT_EQ(State(), "accepted");
  Credit("100.00");
  EXPECT_EQ(Window()["status"], "conclusive") << "what was settled is open again";
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "250.00");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "-150.00");
  EXPECT_NE(Books().find("taken back: a restatement, accepted 250.00"), std::string::npos)
      << Books();
  EXPECT_NE(Books().find("computed anew: a restatement, accepted 100.00"), std::string::npos);
  EXPECT_FALSE(Found("restatement-not-reproduced"));
  EXPECT_FALSE(Found("evidence-late"));
  // Every earlier date keeps its answer.
  Credit("250.00", {"--as-recorded", "2026-05-11T23:00:00Z"});
  EXPECT_EQ(golden_.Ask("2026-04", then)["digest"], before);
  golden_.MoveTo("2026-05-13T00:00:00Z");
  golden_.player().Must({"project"});
  golden_.player().Must({"verify"});
  Refused({"restatement", "propose"}, "provider", "no closed window would be closed otherwise");
}

TEST_F(RestatementScenario, BeforePaymentItIsCorrectedWhereItStands) {
  Begin("restatement proposed");
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  Say({"claim", "answer", "--accept"}, "provider");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "250.00");
  Late();
  Say({"restatement", "propose", "--period", "2026-04"}, "customer");
  Say({"restatement", "accept"}, "provider");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "100.00");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "");
}

TEST_F(RestatementScenario, AContestKeepsTheClosedFigure) {
  Begin("restatement proposed");
  Late();
  Say({"restatement", "propose"}, "provider");
  Say({"restatement", "contest", "--reason", "the monitor was asleep"}, "customer");
  EXPECT_EQ(State(), "contested");
  Credit("250.00");
  EXPECT_TRUE(Found("restatement-open"));
}

TEST_F(RestatementScenario, AnAnswerThatChangesNothingIsWarnedOf) {
  Begin("restatement proposed");
  Late();
  Say({"restatement", "propose"}, "provider");
  const auto answer = [this](const std::string& word, const std::string& party) {
    return golden_.player().Run({"restatement", word, "case", "--key", "@" + party + ".pem"});
  };
  const Outcome own = answer("accept", "provider");
  EXPECT_EQ(own.exit, 1) << own.out;
  EXPECT_NE(own.err.find("consented by that"), std::string::npos) << own.err;
  EXPECT_EQ(answer("accept", "customer").exit, 0);
  const Outcome late = answer("contest", "customer");
  EXPECT_EQ(late.exit, 1) << late.out;
  EXPECT_NE(late.err.find("the restatement is accepted at "), std::string::npos) << late.err;
  EXPECT_EQ(State(), "accepted");
}

TEST_F(RestatementScenario, SilenceAcceptsToTheInstant) {
  Begin("restatement proposed",
        "kind: restatement\nobjectives: all\npropose within: 30\ncounted in: calendar days\n"
        "number: 7\nsilence: deemed accepted\n");
  Late();
  Say({"restatement", "propose"}, "provider");
  golden_.MoveTo("2026-05-20T00:00:00Z");
  EXPECT_EQ(State(), "deemed accepted");
  Say({"maintenance", "announce", "--name", "m", "--cause", "planned-maintenance", "--from",
       "2026-06-01T00:00:00Z", "--to", "2026-06-01T01:00:00Z"},
      "provider");
  Credit("250.00", {"--as-recorded", "2026-05-17T23:59:59.999999Z"});
  Credit("100.00", {"--as-recorded", "2026-05-18T00:00:00Z"});
}

TEST_F(RestatementScenario, TermsThatDisregardLateEvidenceRefuseIt) {
  Begin("disregarded");
  Late();
  Refused({"restatement", "propose"}, "provider", "no closed window would be closed otherwise");
  Refused({"restatement", "accept"}, "customer", "restatement proposed");
  Credit("250.00");
}

constexpr char kSilenceConsents[] =
    "kind: restatement\nobjectives: all\npropose within: 30\ncounted in: calendar days\n"
    "number: 7\nsilence: deemed accepted\n";

// F1 of an attack: the proposer replaces his own proposal by one that has no effect; nobody can
// contest the first one any more, so silence must not accept it.
TEST_F(RestatementScenario, WhatCannotBeContestedIsNotAcceptedBySilence) {
  Begin("restatement proposed", kSilenceConsents);
  Late();
  Say({"restatement", "propose"}, "provider");
  nlohmann::json noise = Newest()["body"];
  noise["closed"] = std::string(64, '1');
  golden_.Act("provider", "restatement proposed", noise.dump(), Newest()["event"]);
  golden_.MoveTo("2026-05-28T00:00:00Z");
  Credit("250.00", {"--as-recorded", "2026-05-28T00:00:00Z"});
}

// F2 of an attack: the text states the closed figure, the records that it cites another one.
TEST_F(RestatementScenario, ATextThatItsRecordsDoNotGiveHasNoEffect) {
  Begin("restatement proposed");
  Late();
  Say({"restatement", "propose"}, "provider");
  nlohmann::json text = Newest()["body"];
  text["credit"] = "250.00 USD";
  golden_.Act("provider", "restatement proposed", text.dump(), Newest()["event"]);
  const std::string proposal = Newest()["event"];
  const Outcome accepted =
      golden_.player().Run({"restatement", "accept", "case", proposal, "--key", "@customer.pem"});
  EXPECT_EQ(accepted.exit, 1) << accepted.out;
  EXPECT_NE(accepted.err.find("not what it states"), std::string::npos) << accepted.err;
  Credit("250.00");
  EXPECT_TRUE(Found("restatement-without-effect"));
  golden_.player().Must({"verify"});
}

}  // namespace
}  // namespace tally::tests
