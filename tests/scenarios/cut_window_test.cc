// Goal: a running window that the end of the term cuts short is the same window: what named it
// before (a claim, a ruling, a release) reaches what is left of it, by whatever act the term ends;
// and what never comes to run says why it holds nothing. Method: a quarter with four days of down
// time, named early, then ended through the commands by both sides, by the other side's right, or
// by an amendment.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

constexpr char kQuarter[] = "2026-01-01T00:00:00Z/2026-04-01T00:00:00Z";

// {"objective":"service","from":...,"until":...} of "FROM/UNTIL".
std::string NamedWindow(const std::string& window) {
  const size_t slash = window.find('/');
  return absl::StrCat(R"({"objective":"service","from":")", window.substr(0, slash),
                      R"(","until":")", window.substr(slash + 1), "\"}");
}

class CutWindow : public testing::Test {
 protected:
  CutWindow() : golden_("2026-01-20T00:00:00Z") {}

  // A quarter of the customer's, owed on claim; and the customer's own duty, of which one failure
  // gives the provider a right to end the term.
  void Play(const std::string& every = "calendar quarter", const std::string& clipped = "prorate") {
    golden_.Fee("monthly", "{ amount: 1200.00 EUR, per: calendar month }")
        .Disputes(
            "credits: on claim\nclaim within: 20 days\nanswer within: 10 days\nsilence: deemed "
            "accepted\n"
            "evidence cut-off: 5 days\nobjection: 10 days\nlate evidence: disregarded\n")
        .Objective("duty", absl::StrCat(Availability("probes/app"),
                                        "obligor: customer\nobligee: provider\n"
                                        "target: at least 99.9 %\n"))
        .Objective("service",
                   absl::StrCat(Availability(), "target: at least 99.9 %\nwindow: { every: ", every,
                                ", zone: UTC, when clipped: ", clipped, " }\n",
                                Tiers("monthly", {"from: 0 %, below: 99.9 %, credit: 10 %"})))
        .Rule("quit",
              "kind: chronic failure\nobjectives: [duty]\nwhen: failures in a row\nfailures: 1\n"
              "failure: breached\nno result: is skipped\nright: termination\nnotice days: 60\n"
              "runs from: closing\n")
        .Rule("decisions",
              "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n"
              "deemed acceptance: none\norder: arbitrator over expert over joint agreement\n")
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .UpFrom("app", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-10T00:00:00Z", "2026-01-14T00:00:00Z")
        .Down("app", "2026-01-10T00:00:00Z", "2026-01-14T00:00:00Z")
        .Open()
        .MoveTo("2026-02-01T00:00:00Z")
        .Feed()
        .MoveTo("2026-02-07T00:00:00Z");
    player().Must({"project"});
  }
  Player& player() { return golden_.player(); }

  void Claim(const std::string& window) {
    golden_.Act("customer", "claim filed",
                absl::StrCat("{\"windows\":[", NamedWindow(window), "]}"));
  }
  void EndByBoth(const std::string& effective) {
    const std::vector<std::string> words = {"agreement", "terminate", "case"};
    std::vector<std::string> first = words, second = words;
    first.insert(first.end(), {"--effective", effective, "--key", "@provider.pem"});
    player().Must(first);
    const Json shown = Json::parse(player().Must({"agreement", "show", "case", "--json"}));
    second.insert(second.end(), {shown["acts"].back()["at"], "--key", "@customer.pem"});
    player().Must(second);
  }
  // What was left of the quarter is over and closed.
  void CloseTheRest(const std::string& over = "2026-02-11T00:00:00Z",
                    const std::string& closed = "2026-02-20T00:00:00Z") {
    golden_.MoveTo(over).Feed().MoveTo(closed);
    player().Must({"project"});
  }
  Json ClaimNow() {
    const Json answer = Json::parse(player().Must({"replay", "case", "--json"}));
    return answer["claims"].empty() ? Json() : answer["claims"].at(0);
  }
  std::string Told(const std::string& kind) {
    const Json answer = Json::parse(player().Must({"replay", "case", "--json"}));
    for (const Json& finding : answer["findings"]) {
      if (finding["kind"] == kind) return finding["message"];
    }
    return "";
  }
  Golden golden_;
};

TEST_F(CutWindow, APrematureClaimReachesWhatBothSidesLeftOfItsWindow) {
  Play();
  Claim(kQuarter);
  EXPECT_EQ(ClaimNow()["state"], "premature");
  EndByBoth("2026-02-10T00:00:00Z");
  EXPECT_EQ(ClaimNow()["state"], "premature");
  EXPECT_EQ(ClaimNow()["windows"].at(0)["to"], "2026-02-10T00:00:00Z");
  EXPECT_NE(Told("window-cut-short").find("ends with the term"), std::string::npos)
      << Told("window-cut-short");
  EXPECT_EQ(Told("claim-unknown-window"), "");
  CloseTheRest();
  EXPECT_EQ(ClaimNow()["state"], "filed");
  // It is answered, paid and stays so; nothing expires when the time for claims is over.
  player().Must({"claim", "answer", "case", "--accept", "--key", "@provider.pem"});
  player().Must({"settlement", "propose", "case", "--key", "@provider.pem"});
  player().Must({"settlement", "confirm", "case", "--key", "@customer.pem"});
  golden_.MoveTo("2026-04-20T00:00:00Z");
  EXPECT_EQ(ClaimNow()["state"], "settled");
  EXPECT_EQ(golden_.Balance("settled", "customer", "2026"), "158.57");
  EXPECT_EQ(golden_.Balance("expired", "customer", "2026"), "");
  EXPECT_EQ(Told("settlement-stale"), "");
  player().Must({"verify"});
}

TEST_F(CutWindow, WhoUsesHisRightVoidsNoClaimOfTheOther) {
  Play();
  Claim(kQuarter);
  golden_.MoveTo("2026-02-08T00:00:00Z");
  player().Must({"right", "exercise", "case", "quit", "--effective", "2026-02-10T00:00:00Z",
                 "--key", "@provider.pem"});
  EXPECT_EQ(ClaimNow()["state"], "premature");
  CloseTheRest();
  golden_.MoveTo("2026-03-25T00:00:00Z");
  EXPECT_EQ(ClaimNow()["state"], "deemed accepted");
  EXPECT_EQ(golden_.Balance("approved", "customer", "2026"), "158.57");
  // Before the right was used the claim was on the whole quarter.
  const Json before = golden_.Ask("2026", {"--as-recorded", "2026-02-07T12:00:00Z"});
  EXPECT_EQ(before["claims"].at(0)["windows"].at(0)["to"], "2026-04-01T00:00:00Z");
}

TEST_F(CutWindow, ASecondEarlierEndCutsItOnceMore) {
  Play();
  Claim(kQuarter);
  EndByBoth("2026-03-10T00:00:00Z");
  golden_.Act("customer", "claim filed",
              absl::StrCat("{\"windows\":[",
                           NamedWindow("2026-01-01T00:00:00Z/2026-03-10T00:00:00Z"), "]}"));
  EXPECT_NE(Told("claim-repeated"), "") << "the first claim stands for what is left";
  EndByBoth("2026-02-10T00:00:00Z");
  EXPECT_EQ(ClaimNow()["windows"].at(0)["to"], "2026-02-10T00:00:00Z");
  EXPECT_EQ(Told("claim-unknown-window"), "");
  // An end that both sides state after the term is over moves no window that had ended.
  CloseTheRest();
  const Outcome late = player().Run({"agreement", "terminate", "case", "--effective",
                                     "2026-02-20T01:00:00Z", "--key", "@provider.pem"});
  EXPECT_EQ(ClaimNow()["state"], "filed") << late.err;
}

TEST_F(CutWindow, WhatWasRuledOfItHoldsForTheRest) {
  Play();
  golden_.Act(
      "monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"reason":"logs","values":[{"window":)",
                   NamedWindow(kQuarter), R"(,"value":"1/2"}]})"));
  EndByBoth("2026-02-10T00:00:00Z");
  CloseTheRest();
  golden_.Expect("service", "2026-02", {{.value = "1/2"}});
}

TEST_F(CutWindow, AReleaseOfItGivesUpTheRest) {
  Play();
  golden_.Act("customer", "release given",
              absl::StrCat(R"({"full":false,"windows":[)", NamedWindow(kQuarter), "]}"));
  EndByBoth("2026-02-10T00:00:00Z");
  CloseTheRest();
  EXPECT_EQ(golden_.Balance("reversed", "customer", "2026"), "158.57");
  EXPECT_EQ(golden_.Balance("accrued", "customer", "2026"), "");
}

// The last part joins the month before it, which runs: claims on either are on both.
TEST_F(CutWindow, AMergedPartIsTheWindowThatItJoins) {
  Play("calendar month", "merge");
  Claim("2026-02-01T00:00:00Z/2026-03-01T00:00:00Z");
  EndByBoth("2026-03-10T00:00:00Z");
  EXPECT_EQ(ClaimNow()["state"], "premature");
  EXPECT_EQ(ClaimNow()["windows"].at(0)["from"], "2026-02-01T00:00:00Z");
  EXPECT_EQ(ClaimNow()["windows"].at(0)["to"], "2026-03-10T00:00:00Z");
}

TEST_F(CutWindow, AnAmendmentThatEndsTheTermCutsItAsWell) {
  Play();
  Claim(kQuarter);
  golden_.Term("2026-01-01", "2026-02-10", "UTC");
  player().Write("new.yaml",
                 Replaced(golden_.TermsText(), "parties:",
                          "amends: { base: current, effective: 2026-01-01, reach: retroactive, "
                          "settled windows: stay closed, reason: end }\nparties:"));
  const std::string proposed = player().Must(
      {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem", "--yes"});
  const std::string hash = proposed.substr(proposed.find("terms ") + 6, 64);
  player().Must({"amendment", "accept", "case", "--terms", hash, "--key", "@customer.pem"});
  EXPECT_EQ(ClaimNow()["state"], "premature");
  EXPECT_EQ(ClaimNow()["windows"].at(0)["to"], "2026-02-10T00:00:00Z");
  CloseTheRest();
  EXPECT_EQ(ClaimNow()["state"], "filed");
}

TEST_F(CutWindow, WhatNeverRunsOrIsNotMeasuredSaysSo) {
  Play("calendar quarter", "not measured");
  Claim(kQuarter);
  golden_.Act(
      "monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"reason":"logs","values":[{"window":)",
                   NamedWindow("2026-04-01T00:00:00Z/2026-07-01T00:00:00Z"),
                   R"(,"value":"1/2"}]})"));
  EXPECT_EQ(Told("window-gone"), "");
  EndByBoth("2026-02-10T00:00:00Z");
  EXPECT_EQ(ClaimNow()["state"], "without effect");
  EXPECT_NE(Told("claim-window-gone").find("do not measure"), std::string::npos)
      << Told("claim-window-gone");
  EXPECT_NE(Told("window-gone").find("before it begins"), std::string::npos) << Told("window-gone");
}

// A name that the terms never gave a window is none, whatever ends.
TEST_F(CutWindow, WhatWasNeverAWindowBecomesNone) {
  Play();
  Claim("2026-01-01T00:00:00Z/2026-12-31T00:00:00Z");
  EndByBoth("2026-02-10T00:00:00Z");
  Claim(kQuarter);  // named so after the end was known
  EXPECT_EQ(ClaimNow()["state"], "without effect");
  EXPECT_NE(Told("claim-unknown-window"), "");
  EXPECT_EQ(Told("window-cut-short"), "");
}

}  // namespace
}  // namespace tally::tests
