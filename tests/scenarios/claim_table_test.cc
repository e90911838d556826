// Goal: the whole table of a claim's life, state by act by actor, in time and late (DOMAIN 3.17
// rule 29): each allowed act leads where the table says, each other one is refused or foreseen to
// have no effect, with its sentence. Method: one row a state, reached through the commands; every
// act by every party tried without appending (--dry-run); the allowed ones then done, each from a
// copy of the ledger. Late acts are rows of their own: the clock has moved on and the state with
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

// What can be said, by its short name.
const std::map<std::string, std::string>& WordsOfActs() {
  static const std::map<std::string, std::string> kWords = {
      {"accept whole", "claim answer case --accept"},
      {"accept part", "claim answer case --partly 30.00_USD"},
      {"reject", "claim answer case --reject"},
      {"take answer", "claim accept case"},
      {"escalate", "claim escalate case"},
      {"withdraw", "claim withdraw case"},
      {"rule", "ruling issue case --rank arbitrator --credit 80.00_USD"},
      {"settle", "settlement propose case --amount 50.00_USD"},
      {"confirm", "settlement confirm case"},
      {"agree", "claim agree case --amount 55.00_USD"},
      {"file", "claim file case --period 2026-04"},
  };
  return kWords;
}
// Those that are tried in every state; an agreement and a settlement take two.
const std::vector<std::string>& Tried() {
  static const std::vector<std::string> kTried = {"accept whole", "accept part", "reject",
                                                  "take answer",  "escalate",    "withdraw",
                                                  "rule",         "settle"};
  return kTried;
}

struct TableRow {
  std::string name;
  std::string state;
  std::vector<std::string> path;               // "act by party", or "wait for TIME"
  std::map<std::string, std::string> allowed;  // "act by party" -> the state that follows
};

std::vector<TableRow> Table() {
  const std::string file = "file by customer", reject = "reject by provider";
  const std::string escalate = "escalate by customer", take = "take answer by customer";
  const std::string withdraw = "withdraw by customer", settle = "settle by provider";
  const auto answered = [&](const std::string& state, const std::string& taken) {
    return std::map<std::string, std::string>{
        {take, taken}, {escalate, "level 1"}, {withdraw, "withdrawn"}, {settle, state}};
  };
  return {
      {"Filed",
       "filed",
       {file},
       {{"accept whole by provider", "accepted"},
        {"accept part by provider", "partly accepted"},
        {reject, "rejected"},
        {withdraw, "withdrawn"},
        {settle, "filed"}}},
      {"LastInstantOfTheAnswer",
       "filed",
       {file, "wait for 2026-05-10T23:59:50Z"},
       {{"accept whole by provider", "accepted"},
        {"accept part by provider", "partly accepted"},
        {reject, "rejected"},
        {withdraw, "withdrawn"},
        {settle, "filed"}}},
      {"DeemedRejected",
       "deemed rejected",
       {file, "wait for 2026-05-11T00:00:00Z"},
       answered("deemed rejected", "lapsed")},
      {"Accepted",
       "accepted",
       {file, "accept whole by provider"},
       {{take, "accepted"}, {withdraw, "withdrawn"}, {settle, "accepted"}}},
      {"PartlyAccepted",
       "partly accepted",
       {file, "accept part by provider"},
       answered("partly accepted", "agreed")},
      {"Rejected", "rejected", {file, reject}, answered("rejected", "lapsed")},
      {"LastInstantOfEscalation",
       "rejected",
       {file, reject, "wait for 2026-05-13T23:59:50Z"},
       answered("rejected", "lapsed")},
      {"Lapsed",
       "lapsed",
       {file, reject, "wait for 2026-05-14T00:00:00Z"},
       {{withdraw, "withdrawn"}, {settle, "lapsed"}}},
      {"Level1",
       "level 1",
       {file, reject, escalate},
       {{escalate, "mediation"},
        {"escalate by provider", "mediation"},
        {withdraw, "withdrawn"},
        {settle, "level 1"}}},
      {"Mediation",
       "mediation",
       {file, reject, escalate, "wait for 2026-05-11T00:00:00Z"},
       {{withdraw, "withdrawn"}, {settle, "mediation"}}},
      {"Arbitration",
       "arbitration",
       {file, reject, escalate, "wait for 2026-05-18T00:00:00Z"},
       {{"rule by monitor", "ruled"}, {withdraw, "withdrawn"}, {settle, "arbitration"}}},
      {"Agreed",
       "agreed",
       {file, reject, escalate, "agree by customer", "agree by provider"},
       {{withdraw, "withdrawn"}, {settle, "agreed"}}},
      {"Ruled",
       "ruled",
       {file, reject, escalate, "wait for 2026-05-18T00:00:00Z", "rule by monitor"},
       {{"rule by monitor", "ruled"}, {settle, "ruled"}}},
      {"Settled", "settled", {file, "accept whole by provider", settle, "confirm by customer"}, {}},
      {"Withdrawn", "withdrawn", {file, withdraw}, {}},
  };
}

class ClaimTable : public ::testing::TestWithParam<TableRow> {
 protected:
  ClaimTable() : golden_("2026-04-20T00:00:00Z") {
    golden_.Term("2026-04-01", "open", "UTC")
        .Fee("service", "{ amount: 1000.00 USD, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                                Tiers("service", {"below: 99.9 %, credit: 10 %"})))
        .Rule("escalation",
              "kind: escalation deadline\nobjectives: all\ncounted in: calendar days\nnumber: 10\n")
        .Rule("talks",
              "kind: dispute level\nobjectives: all\nlevel: 1\nform: representatives\n"
              "counted in: calendar days\nnumber: 6\non expiry: next level\n")
        .Rule("help",
              "kind: dispute level\nobjectives: all\nlevel: 2\nform: mediation\n"
              "counted in: calendar days\nnumber: 6\non expiry: next level\n")
        .Rule("tribunal",
              "kind: dispute level\nobjectives: all\nlevel: 3\nform: arbitration\n"
              "authority: monitor\ncounted in: no limit\n")
        .Disputes(
            "credits: on claim\nclaim within: 60 days\nanswer within: 7 days\n"
            "silence: deemed rejected\nevidence cut-off: 2 days\nobjection: 5 days\n"
            "late evidence: disregarded\n")
        .UpFrom("s", "2026-04-01T00:00:00Z")
        .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
        .Play()
        .MoveTo("2026-05-03T00:00:00Z");
    golden_.player().Must({"project"});
  }
  // `act`: "escalate by customer".
  Outcome Say(const std::string& act, const std::string& option) {
    const size_t by = act.find(" by ");
    std::vector<std::string> words = absl::StrSplit(WordsOfActs().at(act.substr(0, by)), ' ');
    for (std::string& word : words) word = Replaced(word, "_", " ");
    words.insert(words.end(), {option, "--key", absl::StrCat("@", act.substr(by + 4), ".pem")});
    return golden_.player().Run(words);
  }
  void Walk(const std::vector<std::string>& path) {
    for (const std::string& step : path) {
      if (step.rfind("wait for ", 0) == 0) {
        golden_.MoveTo(step.substr(9));
        continue;
      }
      const Outcome said = Say(step, "--yes");
      EXPECT_EQ(said.exit, 0) << step << ": " << said.err;
    }
  }
  std::string State() {
    const std::string now = FormatInstant(golden_.player().clock().Now());
    return golden_.Ask("2026-04", {"--as-recorded", now})["claims"].at(0)["state"];
  }

  Golden golden_;
};

TEST_P(ClaimTable, EveryActByEveryPartyHasItsEffectOrItsSentence) {
  const TableRow& row = GetParam();
  Walk(row.path);
  ASSERT_EQ(State(), row.state);
  for (const std::string& act : Tried()) {
    for (const char* party : {"customer", "provider", "monitor"}) {
      const std::string said = absl::StrCat(act, " by ", party);
      // The same act twice is one act: nothing is said of it.
      if (std::find(row.path.begin(), row.path.end(), said) != row.path.end()) continue;
      const Outcome outcome = Say(said, "--dry-run");
      if (row.allowed.count(said) > 0) {
        EXPECT_EQ(outcome.exit, 0) << row.state << ", " << said << ": " << outcome.err;
        continue;
      }
      EXPECT_NE(outcome.exit, 0) << row.state << ", " << said << ": " << outcome.exit
                                 << outcome.err;
      EXPECT_GT(outcome.err.size(), 30u) << row.state << ", " << said << " says no why";
    }
  }
}

TEST_P(ClaimTable, EveryAllowedActLeadsWhereTheTableSays) {
  const TableRow& row = GetParam();
  Walk(row.path);
  const std::string ledger = golden_.player().Path("ledger"), kept = golden_.player().Path("kept");
  std::filesystem::copy(ledger, kept, std::filesystem::copy_options::recursive);
  const Instant now = golden_.player().clock().Now();
  for (const auto& [act, state] : row.allowed) {
    EXPECT_EQ(Say(act, "--yes").exit, 0) << act;
    EXPECT_EQ(State(), state) << "from " << row.state << " by " << act;
    std::filesystem::remove_all(ledger);
    std::filesystem::copy(kept, ledger, std::filesystem::copy_options::recursive);
    golden_.player().clock().Set(now);
  }
}

std::string NameOfRow(const ::testing::TestParamInfo<TableRow>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Rule29, ClaimTable, ::testing::ValuesIn(Table()), NameOfRow);

}  // namespace
}  // namespace tally::tests
