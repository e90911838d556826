// Goal: no event, whoever wrote it, stands between the parties and every later answer: it is
// refused before it is recorded, or it is a finding without effect (DOMAIN 3.17 rule 7).
// Method: a table over the kinds of bodies with the extremes of their numbers and times, each
// appended to a ledger with an agreement in force; replay, balances and claims are asked for after
// each. Kinds of evidence come to a measure that counts them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"
#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kMostMoney[] = "92233720368547758.07 EUR";
constexpr char kDawn[] = "0001-01-01T00:00:00Z";
constexpr char kDoom[] = "9999-12-31T23:59:59.999999Z";
constexpr char kMostCount[] = "18446744073709551615";

struct PoisonAct {
  std::string kind, body;
};

std::string AllTime() {
  return absl::StrCat(R"({"objective":"availability","from":")", kDawn, R"(","until":")", kDoom,
                      R"("})");
}

// Words for $MOST, $DAWN, $DOOM and $ALL.
std::string Extreme(std::string text) {
  text = Replaced(std::move(text), "$MOST", kMostMoney);
  text = Replaced(std::move(text), "$ALL", AllTime());
  text = Replaced(std::move(text), "$DAWN", kDawn);
  text = Replaced(std::move(text), "$DOOM", kDoom);
  return Replaced(std::move(text), "$COUNT", kMostCount);
}

const PoisonAct kActs[] = {
    {"claim filed", R"({"windows":[$ALL]})"},
    {"claim filed", R"({"windows":[]})"},
    {"claim filed", R"({"windows":[$ALL,$ALL],"amount":"100000000000000.00 EUR"})"},
    {"claim filed", R"({"windows":[$ALL],"amount":"$MOST"})"},
    {"claim filed", R"({"windows":[{"objective":"","from":"$DAWN","until":"$DOOM"}]})"},
    {"claim amended", R"({"windows":[$ALL],"amount":"100000000000000.00 EUR"})"},
    {"claim answered", R"({"answer":"partly","amount":"100000000000000.00 EUR"})"},
    {"claim accepted", R"({"amount":"1 JPY"})"},
    {"claim escalated", R"({"level":65535})"},
    {"claim agreed", R"({"amount":"100000000000000.00 EUR"})"},
    {"mediation opened", R"({"mediator":""})"},
    {"mediation closed", R"({"outcome":"agreed","amount":"100000000000000.00 EUR"})"},
    {"ruling issued",
     R"({"rank":"arbitrator","partial":false,"credits":[{"window":$ALL,"amount":"$MOST"}],)"
     R"("awards":[{"of":"costs","debtor":"provider","amount":"$MOST"},)"
     R"({"of":"costs","debtor":"provider","amount":"$MOST"}]})"},
    {"ruling issued",
     R"({"rank":"arbitrator","partial":false,"reopened":[$ALL],"values":[{"window":$ALL,)"
     R"("value":"170141183460469231731687303715884105727/1"}]})"},
    {"ruling corrected",
     R"({"ruling":{"rank":"arbitrator","partial":true,)"
     R"("credits":[{"window":$ALL,"amount":"1 JPY"}]}})"},
    {"deadline extended", R"({"deadline":"claim.answer","until":"$DOOM"})"},
    {"deadline suspended", R"({"deadline":"","from":"$DAWN","until":"$DOOM"})"},
    {"deadline resumed", R"({"deadline":"x","from":"$DAWN"})"},
    {"settlement proposed", R"({"amount":"$MOST"})"},
    {"settlement proposed", R"({"amount":"100000000000000.00 EUR"})"},
    {"settlement confirmed", R"({"amount":"100000000000000.00 EUR"})"},
    {"release given", R"({"full":true})"},
    {"maintenance announced",
     R"({"name":"m","cause":"planned-maintenance","from":"$DAWN","until":"$DOOM"})"},
    {"exclusion proposed", R"({"name":"e","cause":"customer","from":"$DAWN","until":"$DOOM"})"},
    {"exclusion agreed", R"({"name":"e"})"},
    {"exclusion contested", R"({"name":"e"})"},
    {"attribution proposed",
     R"({"name":"a","responsible":"provider","cause":"provider","from":"$DAWN","until":"$DOOM",)"
     R"("incident":"i"})"},
    {"notice given", R"({"about":"other","subject":"x","since":"$DAWN"})"},
    {"right exercised", R"({"kind":"termination","right":"none","effective":"$DOOM"})"},
    {"right waived", R"({"kind":"termination","right":"none"})"},
    {"terminated", R"({"ground":"agreed","effective":"$DAWN"})"},
    {"terminated", R"({"ground":"agreed","effective":"$DOOM"})"},
    {"target proposed",
     R"({"objective":"availability","compare":"at-least","target":"99","effective":"$DAWN"})"},
};

void ExpectAnswers(Player& player, const std::string& after) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"replay", "web-shop"},
                                                {"replay", "web-shop", "--period", "2026-02"},
                                                {"balance", "web-shop"},
                                                {"claim", "list", "web-shop"},
                                                {"project"}}) {
    const Outcome outcome = player.Run(words);
    EXPECT_EQ(outcome.exit, 0) << "after " << after << ": tally " << words[0] << "\n"
                               << outcome.err;
  }
}

TEST(Poison, NoActStandsInTheWayOfEveryAnswer) {
  Player player;
  player.PlayScenarioToTerms();
  player.Must({"claim", "file", "web-shop", "--period", "2026-02", "--key", "@customer.pem"});
  const std::string claim =
      nlohmann::json::parse(player.Must({"claim", "list", "web-shop", "--json"}))["at"];
  int recorded = 0;
  for (const PoisonAct& act : kActs) {
    for (const std::string party : {"customer", "provider"}) {
      const std::string body = Extreme(act.body);
      const std::string line = absl::StrCat(R"({"agreement":"web-shop","kind":")", act.kind,
                                            R"(","answers":")", claim, R"(","body":)", body, "}\n");
      player.Write("act.jsonl", line);
      Outcome outcome = player.Run({"append", "@act.jsonl", "--key", "@" + party + ".pem"});
      recorded += outcome.exit == 0 ? 1 : 0;
    }
    ExpectAnswers(player, Extreme(absl::StrCat(act.kind, " ", act.body)));
  }
  EXPECT_GT(recorded, 20) << "most of them are words that may be said";
}

TEST(Poison, WhatContradictsItselfIsRefused) {
  Player player;
  player.PlayScenarioToTerms();
  const std::string counts =
      R"({"kind":"request counts","source":"web-shop","from":"2026-02-10T00:00:00Z",)"
      R"("until":"2026-02-10T00:01:00Z","body":{"valid":"10","good":"100","invalid":"0",)"
      R"("retries":"0"}})";
  player.Write("counts.jsonl", counts + "\n");
  Outcome outcome =
      player.Run({"append", "@counts.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  EXPECT_NE(outcome.exit, 0);
  EXPECT_NE(outcome.err.find("good: more than valid"), std::string::npos) << outcome.err;
  for (const std::string body :
       {R"("action":"withdraw","replacement":{"state":"up"})", R"("action":"replace")"}) {
    player.Write(
        "correction.jsonl",
        absl::StrCat(R"({"kind":"correction","source":"web-shop",)"
                     R"("at":"2026-02-10T00:00:00Z","body":{"supersedes":")",
                     std::string(64, 'a'), R"(","reason":"x","position":"2",)", body, "}}\n"));
    outcome =
        player.Run({"append", "@correction.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
    EXPECT_NE(outcome.exit, 0);
    EXPECT_NE(outcome.err.find("stands with the action"), std::string::npos) << outcome.err;
  }
  ExpectAnswers(player, "what was refused");
}

struct PoisonEvidence {
  std::string objective;  // fields
  std::vector<PoisonAct> events;
};

const PoisonEvidence kEvidence[] = {
    {"measure:\n"
     "  kind: request ratio\n"
     "  source: probes/s\n"
     "  invalid requests: not good\n"
     "  retries: not good\n"
     "  membership: start\n"
     "  minimum sample: 0\n"
     "target: at least 99.9 %\n",
     {{"request counts",
       R"({"valid":"$COUNT","good":"$COUNT","invalid":"$COUNT","retries":"$COUNT"})"},
      {"request counts", R"({"valid":"$COUNT","good":"0","invalid":"0","retries":"0"})"},
      {"request counts", R"({"valid":"0","good":"0","invalid":"0","retries":"0"})"},
      {"survey response", R"({"survey":"s","step":"answered","question":"q","respondent":"r",)"
                          R"("score":"-9223372036854775808","highest":"0"})"},
      {"call counts",
       R"({"queue":"q","offered":"$COUNT","answered":"$COUNT","answeredInTime":"$COUNT",)"
       R"("abandoned":"0","abandonedInTime":"0","abandonedShort":"0","threshold":"20 s",)"
       R"("shortLimit":"5 s","waited":"9223372036854775807 us",)"
       R"("handled":"9223372036854775807 us"})"},
      {"lead event", R"({"lead":"l","step":"delivered","class":"","quality":"",)"
                     R"("units":"$COUNT","value":"$MOST"})"},
      {"state reported", R"({"state":"up","value":"-9223372036854775808"})"}}},
};

TEST(Poison, NoEvidenceStandsInTheWayOfEveryAnswer) {
  const PoisonEvidence& each = kEvidence[0];
  Golden golden;
  golden.Objective("line", each.objective);
  int minute = 0;
  golden.Event("probes", "s", "request counts", After(kStart, Minutes(++minute)),
               R"({"valid":"10","good":"9","invalid":"0","retries":"0"})");
  golden.Play();
  for (const PoisonAct& event : each.events) {
    const std::string line = absl::StrCat(R"({"kind":")", event.kind, R"(","source":"s","at":")",
                                          After("2026-02-01T00:00:00Z", Minutes(++minute)),
                                          R"(","body":)", Extreme(event.body), "}\n");
    golden.player().Write("poison.jsonl", line);
    const Outcome outcome = golden.player().Run(
        {"append", "@poison.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
    EXPECT_EQ(outcome.err.find("internal"), std::string::npos) << line << outcome.err;
    const nlohmann::json answer = golden.Ask("2026-02");
    EXPECT_TRUE(answer.contains("windows")) << "after " << line;
  }
}

}  // namespace
}  // namespace tally::tests
