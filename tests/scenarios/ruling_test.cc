// Goal: each thing that a ruling can say of windows and keys has its effect, names the ruling as
// its cause, and none by whoever may not rule (DOMAIN 3.10, 3.11). Method: one month breached and
// closed, an arbitration level held by the monitor, through the commands; one effect each.
//
// By hand: April has 30 days. Down for the whole of 5 April: 29/30 = 96.67 %, below 98 %: 25 % of
// 1,000.00; 59/60 = 98.33 %, below 99.9 %: 10 %.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {
namespace {

class RulingScenario : public ::testing::Test {
 protected:
  RulingScenario() : golden_(kAprilBegins) {
    ArbitrationAt(golden_, 1);
    PlayApril(golden_,
              {.tiers = {"from: 98 %, below: 99.9 %, credit: 10 %", "below: 98 %, credit: 25 %"}});
    golden_.MoveTo("2026-05-04T00:00:00Z");
  }
  Outcome Say(std::vector<std::string> words, const std::string& key) {
    words.insert(words.begin() + 2, "case");
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    const Outcome said = golden_.player().Run(words);
    EXPECT_EQ(said.exit, 0) << said.err;
    return said;
  }
  Outcome Rule(std::vector<std::string> words, const std::string& key = "monitor") {
    words.insert(words.begin(), {"ruling", "issue", "--rank", "arbitrator"});
    return Say(words, key);
  }
  nlohmann::json Window() { return golden_.Ask("2026-04")["windows"].at(0); }
  std::string Finding(const std::string& kind) {
    const nlohmann::json answer = golden_.Ask("2026-04");
    for (const nlohmann::json& finding : answer["findings"]) {
      if (finding["kind"] == kind) return finding["message"];
    }
    return "";
  }
  std::string Books() {
    const nlohmann::json books =
        nlohmann::json::parse(golden_.player().Must({"balance", "case", "--json"}));
    std::string text;
    for (const nlohmann::json& posting : books["postings"]) {
      absl::StrAppend(&text, posting["text"].get<std::string>(), " ",
                      posting["amount"].get<std::string>(), "; ");
    }
    return text;
  }
  std::string Explained() {
    return golden_.player().Must({"explain", "case", "--period", "2026-04"});
  }
  void Late(const std::string& at, const std::string& state) {
    golden_.player().Write(
        "late.jsonl",
        absl::StrCat(
            "{\"kind\":\"state reported\",\"source\":\"s\",\"actor\":\"monitor\",\"at\":\"", at,
            "\",\"reported\":\"2026-05-10T00:00:00Z\",\"body\":{\"state\":\"", state, "\"}}\n"));
    golden_.player().Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }

  Golden golden_;
};

TEST_F(RulingScenario, AValueTakesTheMeasuredOnesPlace) {
  EXPECT_EQ(Window()["credit"]["amount"], "250.00");
  Rule({"--period", "2026-04", "--value", "59/60"});
  const nlohmann::json window = Window();
  EXPECT_EQ(window["value"]["numerator"], "59");
  EXPECT_EQ(window["value"]["denominator"], "60");
  EXPECT_EQ(window["verdict"], "breached");
  EXPECT_EQ(window["credit"]["amount"], "100.00");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "100.00");
  EXPECT_NE(Finding("closed-differs").find("a ruling after the closing"), std::string::npos);
  EXPECT_NE(Explained().find("ruled by the arbitrator"), std::string::npos) << Explained();
  EXPECT_NE(Books().find("taken back: a ruling after the closing 250.00"), std::string::npos)
      << Books();
  // A later one prevails: nothing is owed, and the month is met.
  Rule({"--period", "2026-04", "--value", "99.95 %"});
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "");
  golden_.player().Must({"project"});
  golden_.player().Must({"verify"});
}

TEST_F(RulingScenario, ASideRulesNothing) {
  Rule({"--period", "2026-04", "--value", "59/60"}, "provider");
  EXPECT_EQ(Window()["credit"]["amount"], "250.00");
  EXPECT_NE(Finding("ruling-without-authority").find("do not let provider rule"), std::string::npos)
      << Finding("ruling-without-authority");
}

TEST_F(RulingScenario, ACreditAndCostsBesideAnyClaim) {
  Rule({"--period", "2026-04", "--credit", "80.00 USD", "--costs", "5.00 USD", "--costs-by",
        "provider"});
  EXPECT_EQ(Window()["credit"]["amount"], "250.00") << "the computed one still shows";
  const std::string books = Books();
  EXPECT_NE(books.find("ruled 80.00; "), std::string::npos) << books;
  EXPECT_NE(books.find("awarded: costs 5.00; "), std::string::npos) << books;
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "80.00");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "");
}

TEST_F(RulingScenario, AWindowOpenedAgainCountsWhatCameLateBefore) {
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  Say({"claim", "answer", "--accept"}, "provider");
  Say({"settlement", "propose"}, "provider");
  Say({"settlement", "confirm"}, "customer");
  golden_.MoveTo("2026-05-10T00:00:00Z");
  Late("2026-04-05T12:00:00Z", "up");
  EXPECT_EQ(Window()["status"], "settled");
  EXPECT_EQ(Window()["credit"]["amount"], "250.00");
  Rule({"--period", "2026-04", "--reopen"});
  EXPECT_EQ(Window()["credit"]["amount"], "100.00");
  EXPECT_EQ(Window()["status"], "conclusive") << "settled no more";
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026-04"), "250.00");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "-150.00");
  Late("2026-04-05T13:00:00Z", "down");
  EXPECT_EQ(Window()["credit"]["amount"], "100.00") << "what comes behind the ruling is late again";
  // What a ruling orders to be given back is no claim that expires, nor the debtor's to release.
  golden_.MoveTo("2026-07-05T00:00:00Z");
  golden_.Act("customer", "release given", R"({"full":true})");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026-04"), "-150.00");
  EXPECT_EQ(golden_.Balance("expired", "customer", "2026-04"), "");
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026-04"), "");
}

TEST_F(RulingScenario, TermsThatNobodyAcceptedAreOrdered) {
  golden_.player().Write(
      "lower.yaml",
      Replaced(golden_.TermsText(), "below: 98 %, credit: 25 %", "below: 98 %, credit: 20 %") +
          "amends:\n  base: current\n  effective: 2026-04-01T00:00:00Z\n"
          "  reach: retroactive\n  settled windows: stay closed\n  reason: a slip\n");
  const std::string out = golden_.player().Must(
      {"amendment", "propose", "case", "@lower.yaml", "--key", "@provider.pem"});
  const std::string hash = out.substr(out.find("terms ") + 6, 64);
  EXPECT_EQ(Window()["credit"]["amount"], "250.00");
  Rule({"--period", "2026-04", "--terms", hash});
  EXPECT_EQ(Window()["credit"]["amount"], "200.00");
  EXPECT_EQ(Window()["terms"], hash);
  EXPECT_EQ(golden_.Ask("2026-05")["windows"].at(0)["terms"] == hash, false);
  Rule({"--period", "2026-04", "--terms", std::string(64, 'a')});
  EXPECT_NE(Finding("ruling-unknown-terms"), "");
}

TEST_F(RulingScenario, SuspectActsOfAKeyThatWasRuledInvalidDoNotCount) {
  Say({"claim", "file", "--period", "2026-04"}, "customer");
  EXPECT_EQ(golden_.Ask("2026-04")["claims"].size(), 1u);
  Player& player = golden_.player();
  const nlohmann::json party =
      nlohmann::json::parse(player.Must({"party", "show", "customer", "--json"}));
  const std::string key = party["keys"].at(0)["fingerprint"];
  golden_.MoveTo("2026-05-05T00:00:00Z");
  player.Must({"party", "revoke", "customer", key, "--yes", "--key", "@customer.pem",
               "--compromised-since", "2026-05-03T00:00:00Z", "--reason", "stolen"});
  EXPECT_NE(Finding("act-by-suspect-key"), "");
  EXPECT_EQ(golden_.Ask("2026-04")["claims"].size(), 1u) << "it counts until somebody rules";
  Rule({"--period", "2026-04", "--invalid-key", key});
  EXPECT_EQ(golden_.Ask("2026-04")["claims"].size(), 0u);
  EXPECT_NE(Finding("key-ruled-invalid"), "");
  EXPECT_EQ(Window()["credit"]["amount"], "250.00") << "the terms it accepted before still hold";
}

TEST_F(RulingScenario, WrongWordsAreRefusedWithWhatToWrite) {
  const auto refused = [this](std::vector<std::string> words, const std::string& says) {
    words.insert(words.begin(),
                 {"ruling", "issue", "case", "--rank", "arbitrator", "--key", "@monitor.pem"});
    const Outcome said = golden_.player().Run(words);
    EXPECT_EQ(said.exit, 2) << said.out << said.err;
    EXPECT_NE(said.err.find(says), std::string::npos) << said.err;
  };
  refused({"--period", "2026-04", "--value", "much"}, "a percentage such as '99.9 %'");
  refused({"--period", "2026-04", "--value", "1/0"}, "a percentage such as '99.9 %'");
  refused({"--period", "2026-04", "--terms", "abc"}, "64 hexadecimal digits");
  refused({"--period", "2026-04/2026-05", "--reopen"}, "");
  refused({"--period", "2026-04", "--costs", "5.00 USD"}, "--costs-by");
}

}  // namespace
}  // namespace tally::tests
