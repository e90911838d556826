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
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/april_case.h"

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
      // The same words twice are one act; an id of its own makes it another.
      {"escalate again", "claim escalate case --id 00000000000000000000000000000002"},
      {"withdraw", "claim withdraw case"},
      {"rule", "ruling issue case --rank arbitrator --credit 80.00_USD"},
      {"determine", "ruling issue case --rank expert --credit 80.00_USD"},
      {"settle", "settlement propose case --amount 50.00_USD"},
      {"confirm", "settlement confirm case"},
      {"agree", "claim agree case --amount 55.00_USD"},
      {"file", "claim file case --period 2026-04"},
      {"acknowledge", "claim acknowledge case --reference T-17"},
      {"name the mediator", "mediation open case --mediator monitor"},
      {"close mediation", "mediation close case --outcome failed"},
  };
  return kWords;
}
// Those that are tried in every state; an agreement and a settlement take two.
const std::vector<std::string>& Tried() {
  static const std::vector<std::string> kTried = {"accept whole", "accept part", "reject",
                                                  "take answer",  "escalate",    "withdraw",
                                                  "rule",         "settle",      "close mediation"};
  return kTried;
}

struct TableRow {
  std::string name;
  std::string state;
  std::vector<std::string> path;               // "act by party", or "wait for TIME"
  std::map<std::string, std::string> allowed;  // "act by party" -> the state that follows
};
void PrintTo(const TableRow& row, std::ostream* out) { *out << row.name; }

constexpr char kRowFile[] = "file by customer", kRowReject[] = "reject by provider";
constexpr char kRowEscalate[] = "escalate by customer", kRowTake[] = "take answer by customer";
constexpr char kRowWithdraw[] = "withdraw by customer", kRowSettle[] = "settle by provider";

// What is left to do once the claim is answered.
std::map<std::string, std::string> WaysOn(const std::string& state, const std::string& taken) {
  return {{kRowTake, taken},
          {kRowEscalate, "level 1"},
          {kRowWithdraw, "withdrawn"},
          {kRowSettle, state}};
}

std::vector<TableRow> AnswerRows() {
  return {
      {"Filed",
       "filed",
       {kRowFile},
       {{"accept whole by provider", "accepted"},
        {"accept part by provider", "partly accepted"},
        {kRowReject, "rejected"},
        {kRowWithdraw, "withdrawn"},
        {kRowSettle, "filed"}}},
      {"LastInstantOfTheAnswer",
       "filed",
       {kRowFile, "wait for 2026-05-10T23:59:50Z"},
       {{"accept whole by provider", "accepted"},
        {"accept part by provider", "partly accepted"},
        {kRowReject, "rejected"},
        {kRowWithdraw, "withdrawn"},
        {kRowSettle, "filed"}}},
      {"DeemedRejected",
       "deemed rejected",
       {kRowFile, "wait for 2026-05-11T00:00:00Z"},
       WaysOn("deemed rejected", "lapsed")},
      {"Accepted",
       "accepted",
       {kRowFile, "accept whole by provider"},
       {{kRowTake, "accepted"}, {kRowWithdraw, "withdrawn"}, {kRowSettle, "accepted"}}},
      {"PartlyAccepted",
       "partly accepted",
       {kRowFile, "accept part by provider"},
       WaysOn("partly accepted", "agreed")},
      {"Rejected", "rejected", {kRowFile, kRowReject}, WaysOn("rejected", "lapsed")},
      {"LastInstantOfEscalation",
       "rejected",
       {kRowFile, kRowReject, "wait for 2026-05-13T23:59:50Z"},
       WaysOn("rejected", "lapsed")},
  };
}

std::vector<TableRow> LevelRows() {
  return {
      {"Lapsed",
       "lapsed",
       {kRowFile, kRowReject, "wait for 2026-05-14T00:00:00Z"},
       {{kRowSettle, "lapsed"}}},
      {"Level1",
       "level 1",
       {kRowFile, kRowReject, kRowEscalate},
       {{"escalate again by customer", "mediation"},
        {"escalate by provider", "mediation"},
        {kRowWithdraw, "withdrawn"},
        {kRowSettle, "level 1"}}},
      {"Mediation",
       "mediation",
       {kRowFile, kRowReject, kRowEscalate, "wait for 2026-05-11T00:00:00Z"},
       {{kRowWithdraw, "withdrawn"}, {kRowSettle, "mediation"}}},
      {"Arbitration",
       "arbitration",
       {kRowFile, kRowReject, kRowEscalate, "wait for 2026-05-18T00:00:00Z"},
       {{"rule by monitor", "ruled"}, {kRowWithdraw, "withdrawn"}, {kRowSettle, "arbitration"}}},
      {"Agreed",
       "agreed",
       {kRowFile, kRowReject, kRowEscalate, "agree by customer", "agree by provider"},
       {{kRowWithdraw, "withdrawn"}, {kRowSettle, "agreed"}}},
      {"Ruled",
       "ruled",
       {kRowFile, kRowReject, kRowEscalate, "wait for 2026-05-18T00:00:00Z", "rule by monitor"},
       {{"rule by monitor", "ruled"}, {kRowSettle, "ruled"}}},
      {"Settled",
       "settled",
       {kRowFile, "accept whole by provider", kRowSettle, "confirm by customer"},
       {}},
      {"Withdrawn", "withdrawn", {kRowFile, kRowWithdraw}, {}},
  };
}

std::vector<TableRow> Table() {
  std::vector<TableRow> rows = AnswerRows();
  for (TableRow& row : LevelRows()) rows.push_back(std::move(row));
  return rows;
}

class ClaimTable : public ::testing::TestWithParam<TableRow> {
 protected:
  ClaimTable() : golden_(kAprilBegins) {
    EscalatesWithinTenDays(golden_);
    TalksAt(golden_, 1);
    MediationAt(golden_, 2);
    ArbitrationAt(golden_, 3);
    PlayApril(golden_);
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
  // The store and the head that stands outside it, which goes with it.
  void CopyLedger(const std::string& from, const std::string& to) {
    for (const char* part : {"", ".head"}) {
      const std::string target = golden_.player().Path(to + part);
      std::filesystem::remove_all(target);
      std::filesystem::copy(golden_.player().Path(from + part), target,
                            std::filesystem::copy_options::recursive);
    }
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
  CopyLedger("ledger", "kept");
  const Instant now = golden_.player().clock().Now();
  for (const auto& [act, state] : row.allowed) {
    EXPECT_EQ(Say(act, "--yes").exit, 0) << act;
    EXPECT_EQ(State(), state) << "from " << row.state << " by " << act;
    CopyLedger("kept", "ledger");
    golden_.player().clock().Set(now);
  }
}

// Rule 29: both sides' word ends a claim in every state but a settled or withdrawn one; that it was
// received changes nothing in any.
TEST_P(ClaimTable, BothSidesWordEndsItUntilItIsOver) {
  const TableRow& row = GetParam();
  Walk(row.path);
  Say("acknowledge by provider", "--yes");
  EXPECT_EQ(State(), row.state);
  Say("agree by customer", "--yes");
  EXPECT_EQ(State(), row.state) << "one side's word alone";
  Say("agree by provider", "--yes");
  const bool over = row.state == "settled" || row.state == "withdrawn";
  EXPECT_EQ(State(), over ? row.state : "agreed");
}

// What the obligor offers and the claimant confirms settles it wherever it can be offered.
TEST_P(ClaimTable, APaymentThatBothStateSettlesIt) {
  const TableRow& row = GetParam();
  Walk(row.path);
  if (row.allowed.count(kRowSettle) == 0) return;
  Say(kRowSettle, "--yes");
  EXPECT_NE(Say("confirm by monitor", "--dry-run").exit, 0);
  Say("confirm by customer", "--yes");
  EXPECT_EQ(State(), "settled");
}

// A standstill by both keeps every state as it is, whatever timer runs in it.
TEST_P(ClaimTable, ASuspensionByBothStopsEveryTimer) {
  const TableRow& row = GetParam();
  Walk(row.path);
  const std::string now = FormatInstant(golden_.player().clock().Now());
  golden_.player().Must({"deadline", "suspend", "case", "--from", now, "--key", "@provider.pem"});
  golden_.player().Must({"deadline", "agree", "case", "--key", "@customer.pem"});
  golden_.MoveTo("2026-07-20T00:00:00Z");
  EXPECT_EQ(State(), row.state);
}

std::string NameOfRow(const ::testing::TestParamInfo<TableRow>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Rule29, ClaimTable, ::testing::ValuesIn(Table()), NameOfRow);

// Rows that need other terms, or another time to begin with.
class ClaimTableBeside : public ::testing::Test {
 protected:
  ClaimTableBeside() : golden_(kAprilBegins) { EscalatesWithinTenDays(golden_); }
  Outcome Say(const std::string& party, const std::string& act, const std::string& option) {
    std::vector<std::string> words = absl::StrSplit(WordsOfActs().at(act), ' ');
    for (std::string& word : words) word = Replaced(word, "_", " ");
    words.insert(words.end(), {option, "--key", absl::StrCat("@", party, ".pem")});
    return golden_.player().Run(words);
  }
  std::string State() {
    const std::string now = FormatInstant(golden_.player().clock().Now());
    return golden_.Ask("2026-04", {"--as-recorded", now})["claims"].at(0)["state"];
  }
  void ExpectWithout(const std::string& party, const std::string& act) {
    const std::string before = State();
    const Outcome outcome = Say(party, act, "--dry-run");
    EXPECT_NE(outcome.exit, 0) << act << " by " << party;
    EXPECT_GT(outcome.err.size(), 30u) << act << " by " << party << " says no why";
    EXPECT_EQ(State(), before);
  }
  Golden golden_;
};

TEST_F(ClaimTableBeside, ClaimTableDeemedAccepted) {
  PlayApril(golden_, {.silence = "accepted"});
  Say("customer", "file", "--yes");
  golden_.MoveTo("2026-05-10T23:59:50Z");
  EXPECT_EQ(State(), "filed");
  golden_.MoveTo("2026-05-11T00:00:00Z");
  EXPECT_EQ(State(), "deemed accepted");
  for (const char* act : {"accept whole", "accept part", "reject"}) ExpectWithout("provider", act);
  for (const char* act : {"take answer", "escalate"}) ExpectWithout("customer", act);
  Say("provider", "settle", "--yes");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "100.00");
  Say("customer", "confirm", "--yes");
  EXPECT_EQ(State(), "settled");
}

// A claim filed before the closing waits for it: it can be answered and withdrawn, not escalated.
TEST_F(ClaimTableBeside, ClaimTablePremature) {
  ArbitrationAt(golden_, 1);
  PlayApril(golden_, {.closed = false});
  Say("customer", "file", "--yes");
  EXPECT_EQ(State(), "premature");
  for (const char* act : {"escalate", "take answer"}) ExpectWithout("customer", act);
  for (const char* party : {"customer", "monitor"}) ExpectWithout(party, "accept whole");
  golden_.MoveTo("2026-05-12T00:00:00Z");
  EXPECT_EQ(State(), "premature") << "the time to answer begins with the closing";
  golden_.player().Must({"project"});
  EXPECT_EQ(State(), "filed");
  Say("provider", "reject", "--yes");
  EXPECT_EQ(State(), "rejected");
}

TEST_F(ClaimTableBeside, ClaimTableLevelThatLapses) {
  golden_.Rule("talks",
               "kind: dispute level\nobjectives: all\nlevel: 1\nform: representatives\n"
               "counted in: calendar days\nnumber: 6\non expiry: claim lapses\n");
  PlayApril(golden_);
  Say("customer", "file", "--yes");
  Say("provider", "reject", "--yes");
  Say("customer", "escalate", "--yes");
  golden_.MoveTo("2026-05-09T23:59:50Z");
  EXPECT_EQ(State(), "level 1");
  ExpectWithout("customer", "escalate again");
  golden_.MoveTo("2026-05-10T00:00:00Z");
  EXPECT_EQ(State(), "lapsed");
  ExpectWithout("customer", "withdraw");
}

// An expert rules within his time and nobody else does; then it is for the next level.
class ClaimTableDetermination : public ClaimTableBeside {
 protected:
  void SetUp() override {
    golden_.Rule("expert",
                 "kind: dispute level\nobjectives: all\nlevel: 1\nform: expert determination\n"
                 "authority: monitor\ncounted in: calendar days\nnumber: 6\n"
                 "on expiry: next level\n");
    ArbitrationAt(golden_, 2);
    PlayApril(golden_);
    Say("customer", "file", "--yes");
    Say("provider", "reject", "--yes");
    Say("customer", "escalate", "--yes");
    golden_.MoveTo("2026-05-09T23:59:50Z");
    EXPECT_EQ(State(), "determination");
  }
};

TEST_F(ClaimTableDetermination, TheExpertRulesInHisTimeAndNobodyElse) {
  for (const char* party : {"customer", "provider"}) {
    for (const char* act : {"determine", "rule", "accept part", "close mediation"}) {
      ExpectWithout(party, act);
    }
  }
  for (const char* act : {"take answer", "escalate again"}) ExpectWithout("customer", act);
  EXPECT_EQ(Say("monitor", "determine", "--yes").exit, 0);
  EXPECT_EQ(State(), "ruled");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026-04"), "80.00");
}

TEST_F(ClaimTableDetermination, WithoutHisWordItIsForTheNextLevel) {
  golden_.MoveTo("2026-05-10T00:00:00Z");
  EXPECT_EQ(State(), "arbitration");
  EXPECT_EQ(Say("monitor", "rule", "--yes").exit, 0);
  EXPECT_EQ(State(), "ruled");
}

TEST_F(ClaimTableDetermination, ItsClaimCanBeWithdrawn) {
  EXPECT_EQ(Say("customer", "withdraw", "--yes").exit, 0);
  EXPECT_EQ(State(), "withdrawn");
}

// The mediator whom both sides named closes; then it is for the next level.
TEST_F(ClaimTableBeside, ClaimTableMediatorCloses) {
  MediationAt(golden_, 1);
  ArbitrationAt(golden_, 2);
  PlayApril(golden_);
  for (const auto& [party, act] :
       {std::pair("customer", "file"), std::pair("provider", "reject"),
        std::pair("customer", "escalate"), std::pair("customer", "name the mediator")}) {
    EXPECT_EQ(Say(party, act, "--yes").exit, 0) << act;
  }
  EXPECT_EQ(State(), "mediation");
  ExpectWithout("monitor", "close mediation");
  Say("provider", "name the mediator", "--yes");
  for (const char* party : {"customer", "provider"}) ExpectWithout(party, "close mediation");
  EXPECT_EQ(Say("monitor", "close mediation", "--yes").exit, 0);
  EXPECT_EQ(State(), "arbitration");
}

}  // namespace
}  // namespace tally::tests
