// Goal: a right to terminate arises with the closing that completes it, is used in time by whom it
// belongs to, lapses otherwise, is void once a ruling took its failure away, and ends the term when
// it was used; whatever does not count is recorded and says why. Method: a service that was down in
// January and February, played through the commands with the scenario's clock.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

class RightsScenario : public testing::Test {
 protected:
  RightsScenario() : golden_("2026-01-20T00:00:00Z") {}

  // Down for a day in January and in February; two failures in a row give the customer a right for
  // ten days. Both months are closed on 7 March, so it ends with 17 March.
  void Play(const std::string& clipped = "prorate") {
    golden_
        .Objective("availability",
                   absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                "window: { every: calendar month, zone: UTC, when clipped: ",
                                clipped, " }\n"))
        .Rule("chronic",
              "kind: chronic failure\nobjectives: all\nwhen: failures in a row\nfailures: 2\n"
              "failure: breached\nno result: breaks\nright: termination\nnotice days: 10\n"
              "runs from: closing\n")
        .Rule("decisions",
              "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n"
              "deemed acceptance: none\norder: arbitrator over expert over joint agreement\n")
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z")
        .Down("s", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z")
        .Open()
        .MoveTo("2026-03-01T00:00:00Z")
        .Feed();
    golden_.Act("provider", "exclusion proposed",
                R"({"name":"storm","cause":"force-majeure","from":"2026-01-10T00:00:00Z",)"
                R"("until":"2026-01-11T00:00:00Z","reason":"storm"})");
    golden_.MoveTo("2026-03-07T00:00:00Z");
  }
  void Close() { player().Must({"project"}); }
  Player& player() { return golden_.player(); }

  Outcome Exercise(const std::string& party, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"right", "exercise", "case", "--key", "@" + party + ".pem"};
    words.insert(words.end(), more.begin(), more.end());
    return player().Run(words);
  }
  void Rule(const std::string& admission) {
    golden_.Act(
        "monitor", "ruling issued",
        absl::StrCat(R"({"rank":"arbitrator","partial":false,"exclusions":[{"name":"storm",)"
                     R"("admission":")",
                     admission, R"("}],"reason":"logs"})"));
  }
  Json TheRight() {
    const std::string out = player().Must({"right", "list", "case", "--json"});
    return out.empty() ? Json() : Json::parse(out);
  }
  bool Found(const std::string& kind) {
    const Json answer = golden_.Ask("2026-02");
    for (const Json& finding : answer["findings"]) {
      if (finding["kind"] == kind) return true;
    }
    return false;
  }
  std::vector<std::string> Ends(const std::string& period) {
    std::vector<std::string> ends;
    const Json answer = golden_.Ask(period);
    for (const Json& window : answer["windows"]) ends.push_back(window["to"]);
    return ends;
  }
  Golden golden_;
};

// The customer gave one right up; March is the second failure in a row once more, and each right
// can be given up.
TEST_F(RightsScenario, WhatFailsAfterAWaiverGivesANewRight) {
  const auto states = [this] {
    std::vector<std::string> found;
    for (const std::string month : {"2026-02", "2026-03"}) {
      const Json answer = golden_.Ask(month);
      for (const Json& right : answer["rights"]) found.push_back(right["state"]);
    }
    return found;
  };
  const auto waive = [this] {
    return player().Run({"right", "waive", "case", "--key", "@customer.pem"});
  };
  Play();
  Close();
  Outcome waived = waive();
  EXPECT_EQ(waived.exit, 0) << waived.err;
  golden_.MoveTo("2026-04-02T00:00:00Z")
      .Down("s", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")
      .Feed()
      .MoveTo("2026-04-07T00:00:00Z");
  EXPECT_EQ(states(), (std::vector<std::string>{"waived"})) << "March is not closed yet";
  Close();
  EXPECT_EQ(states(), (std::vector<std::string>{"waived", "open"}));
  waived = waive();
  EXPECT_EQ(waived.exit, 0) << waived.err;
  EXPECT_EQ(states(), (std::vector<std::string>{"waived", "waived"}));
}

TEST_F(RightsScenario, ItIsUsedInTimeByItsHolderAndEndsTheTerm) {
  Play();
  EXPECT_EQ(Exercise("customer").exit, 2) << "nothing is closed, nothing arose";
  Close();
  Json right = TheRight();
  EXPECT_EQ(right["state"], "open");
  EXPECT_EQ(right["party"], "customer");
  EXPECT_EQ(right["exercise_until"], "2026-03-18T00:00:00Z");
  const Outcome status = player().Run({"status"});
  EXPECT_NE(status.out.find("right.exercise by customer"), std::string::npos) << status.out;

  // The provider holds no such right; he is told before he signs.
  const Outcome provider = Exercise("provider");
  EXPECT_EQ(provider.exit, 1);
  EXPECT_NE(provider.err.find("does not hold the right"), std::string::npos) << provider.err;
  EXPECT_TRUE(Found("right-not-held"));
  // Nobody ends a term before he says so.
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-03-01T00:00:00Z"}).exit, 1);
  EXPECT_TRUE(Found("right-backdated"));
  EXPECT_EQ(TheRight()["state"], "open");

  const Outcome used = Exercise("customer", {"--effective", "2026-03-20T00:00:00Z"});
  EXPECT_EQ(used.exit, 0) << used.err;
  right = TheRight();
  EXPECT_EQ(right["state"], "exercised");
  EXPECT_EQ(right["effective"], "2026-03-20T00:00:00Z");
  EXPECT_TRUE(Found("term-ended"));
  EXPECT_EQ(Ends("2026-02"), (std::vector<std::string>{"2026-03-01T00:00:00Z"}));
  EXPECT_EQ(Ends("2026-03"), (std::vector<std::string>{"2026-03-20T00:00:00Z"}));
  EXPECT_TRUE(Ends("2026-04").empty()) << "after the end there is no window";
  const std::string explained = player().Must({"explain", "case", "--period", "2026-02"});
  EXPECT_NE(explained.find("customer may terminate since"), std::string::npos) << explained;
  EXPECT_NE(explained.find("the term ends at 2026-03-20"), std::string::npos) << explained;
  // Before it was used, it was open.
  const std::string used_at = right["used"];
  const Json before = golden_.Ask("2026-02", {"--at-size", used_at.substr(0, used_at.find('/'))});
  ASSERT_EQ(before["rights"].size(), 1u);
  EXPECT_EQ(before["rights"][0]["state"], "open");
  EXPECT_EQ(before["rights"][0]["causes"].size(), 2u);
  // It is used once.
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-03-25T00:00:00Z"}).exit, 1);
  EXPECT_TRUE(Found("right-used"));
}

TEST_F(RightsScenario, ItLapses) {
  Play();
  Close();
  golden_.MoveTo("2026-03-18T00:00:00Z");
  EXPECT_EQ(TheRight()["state"], "lapsed");
  const Outcome late = Exercise("customer");
  EXPECT_EQ(late.exit, 1);
  EXPECT_NE(late.err.find("lapsed at 2026-03-18T00:00:00Z"), std::string::npos) << late.err;
  EXPECT_TRUE(Found("right-lapsed"));
  EXPECT_FALSE(Found("term-ended"));
}

TEST_F(RightsScenario, InTheLastMinuteItIsInTime) {
  Play();
  Close();
  golden_.MoveTo("2026-03-17T23:59:00Z");
  EXPECT_EQ(Exercise("customer").exit, 0);
  EXPECT_EQ(TheRight()["state"], "exercised");
}

TEST_F(RightsScenario, ARulingThatTakesTheFailureAwayMakesItVoid) {
  Play();
  Close();
  EXPECT_EQ(TheRight()["state"], "open");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Rule("admitted");
  EXPECT_EQ(TheRight()["state"], "void");
  const Outcome after = Exercise("customer");
  EXPECT_EQ(after.exit, 1);
  EXPECT_NE(after.err.find("is void"), std::string::npos) << after.err;
  EXPECT_TRUE(Found("right-void"));
  EXPECT_FALSE(Found("term-ended"));
}

TEST_F(RightsScenario, ARulingAfterItWasUsedDoesNotUndoTheUse) {
  Play();
  Close();
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-03-31T00:00:00Z"}).exit, 0);
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Rule("admitted");
  EXPECT_EQ(TheRight()["state"], "exercised");
  EXPECT_TRUE(Found("right-used-before-removal"));
  EXPECT_EQ(Ends("2026-03"), (std::vector<std::string>{"2026-03-31T00:00:00Z"}));
}

TEST_F(RightsScenario, ARightThatWasGivenUpIsNotUsed) {
  Play();
  Close();
  EXPECT_EQ(player().Run({"right", "waive", "case", "chronic", "--key", "@customer.pem"}).exit, 0);
  EXPECT_EQ(TheRight()["state"], "waived");
  EXPECT_EQ(Exercise("customer").exit, 1);
}

// What is closed stays as it was: a last part that would be merged into it is a window of its own.
TEST_F(RightsScenario, TheLastPartIsMergedAsTheTermsSayUnlessTheWindowBeforeHadEnded) {
  Play("merge");
  Close();
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-03-20T00:00:00Z"}).exit, 0);
  EXPECT_EQ(Ends("2026-02"), (std::vector<std::string>{"2026-03-01T00:00:00Z"}));
  EXPECT_EQ(Ends("2026-03"), (std::vector<std::string>{"2026-03-20T00:00:00Z"}));
}
TEST_F(RightsScenario, AMergedLastPartJoinsAWindowThatRuns) {
  Play("merge");
  Close();
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-04-10T00:00:00Z"}).exit, 0);
  EXPECT_EQ(Ends("2026-03"), (std::vector<std::string>{"2026-04-10T00:00:00Z"}));
}
TEST_F(RightsScenario, ALastPartIsNotMeasuredWhereTheTermsSaySo) {
  Play("not measured");
  Close();
  EXPECT_EQ(Exercise("customer", {"--effective", "2026-03-20T00:00:00Z"}).exit, 0);
  EXPECT_TRUE(Ends("2026-03").empty());
  EXPECT_EQ(Ends("2026-02").size(), 1u);
}

TEST_F(RightsScenario, BothSidesEndAnAgreementByTwoActs) {
  Play();
  const auto terminate = [&](const std::string& party, std::vector<std::string> more) {
    std::vector<std::string> words = {"agreement", "terminate", "case"};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--key", "@" + party + ".pem"});
    return player().Run(words);
  };
  EXPECT_EQ(terminate("provider", {}).exit, 2) << "it states no end";
  EXPECT_EQ(terminate("provider", {"--effective", "2026-03-20T00:00:00Z"}).exit, 0);
  EXPECT_FALSE(Found("term-ended"));
  std::string offer;
  const Json shown = Json::parse(player().Must({"agreement", "show", "case", "--json"}));
  for (const Json& act : shown["acts"]) {
    if (act["kind"] == "terminated") offer = act["at"];
  }
  EXPECT_EQ(terminate("customer", {offer}).exit, 0);
  EXPECT_TRUE(Found("term-ended"));
  EXPECT_EQ(Ends("2026-03"), (std::vector<std::string>{"2026-03-20T00:00:00Z"}));
}

}  // namespace
}  // namespace tally::tests
