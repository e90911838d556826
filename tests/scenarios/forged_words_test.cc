// Goal: words that have no effect bring money to nobody, and move no time: those of an arbitrator
// who was dismissed, a confirmation of what was overtaken, silence on what was replaced or refuted,
// a claim of nothing. Method: forged acts are recorded through the public path, by the scenario's
// clock; the books are compared with what they are without these words.
//
// By hand: February 2026 has 672 hours. Down for two of them: 670/672 = 99.70 %: 10 % of 1,000.00.
// Down for a day more: 646/672 = 96.1 %, below 99 %: 30 %.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

constexpr char kForgedArbitrator[] =
    "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n"
    "order: arbitrator over expert over joint agreement\ndeemed acceptance: none\n";
constexpr char kForgedSilence[] =
    "kind: restatement\nobjectives: all\npropose within: 30\ncounted in: calendar days\n"
    "number: 10\nsilence: deemed accepted\n";
constexpr char kForgedFebruary[] =
    R"({"objective":"availability","from":"2026-02-01T00:00:00Z","until":"2026-03-01T00:00:00Z"})";
constexpr char kForgedNothing[] =
    R"({"objective":"availability","from":"2026-02-01T00:00:00Z","until":"2026-02-02T00:00:00Z"})";

constexpr char kForgedCosts[] =
    R"("awards":[{"of":"costs","debtor":"provider","amount":"7.00 EUR"}])";

class ForgedWords : public ::testing::Test {
 protected:
  ForgedWords() : golden_("2026-01-01T00:00:10Z") {}
  struct Case {
    std::string late = "disregarded";
    std::string claim_within = "60";
    std::string down_until = "2026-02-10T02:00:00Z";
    bool excluded = false;  // by a ruling before the closing
  };
  // Up to the closing of February.
  void Begin(const Case& with) {
    golden_.Term("2026-01-01", "open", "UTC")
        .Fee("service", "{ amount: 1000.00 EUR, per: calendar month }")
        .Objective("availability",
                   absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                Tiers("service", {"from: 99 %, below: 99.9 %, credit: 10 %",
                                                  "below: 99 %, credit: 30 %"})))
        .Disputes(absl::StrCat("credits: on claim\nclaim within: ", with.claim_within,
                               " days\nanswer within: 20 days\nsilence: deemed accepted\n"
                               "evidence cut-off: 5 days\nobjection: 10 days\nlate evidence: ",
                               with.late, "\n"))
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-02-10T00:00:00Z", with.down_until)
        .Open()
        .MoveTo("2026-03-01T00:01:00Z")
        .Feed();
    if (with.excluded) excluded_by_ = Exclude();
    golden_.MoveTo("2026-03-06T01:00:00Z");
    golden_.player().Must({"project"});
  }
  void Say(const std::string& key, std::vector<std::string> words) {
    words.insert(words.begin() + 2, "case");
    words.insert(words.end(), {"--yes", "--key", absl::StrCat("@", key, ".pem")});
    const Outcome said = golden_.player().Run(words);
    EXPECT_LE(said.exit, 1) << said.err;
  }
  nlohmann::json Newest() {
    return nlohmann::json::parse(
        golden_.player().Must({"log", "agreement/case", "--reverse", "--n", "1", "--json"}));
  }
  std::string Act(const std::string& party, const std::string& kind, const std::string& body,
                  const std::string& answers = "") {
    golden_.Act(party, kind, body, answers);
    return Newest()["event"];
  }
  // The same words twice are one act, unless they have another id.
  std::string File(const std::string& id = "00000000000000000000000000000001") {
    Say("customer", {"claim", "file", "--period", "2026-02", "--id", id});
    return Newest()["event"];
  }
  // Both sign the terms with `from` replaced by `to`.
  void Amend(const std::string& effective, const std::string& reach, const std::string& from,
             const std::string& to) {
    const std::string amends =
        absl::StrCat("amends: { base: current, effective: ", effective, ", reach: ", reach,
                     reach == "retroactive" ? ", settled windows: stay closed" : "",
                     ", reason: both say so }\nparties:");
    golden_.player().Write("new.yaml",
                           Replaced(Replaced(golden_.TermsText(), from, to), "parties:", amends));
    const std::string told = golden_.player().Must(
        {"amendment", "propose", "case", "@new.yaml", "--key", "@provider.pem", "--yes"});
    golden_.player().Must({"amendment", "accept", "case", "--terms",
                           told.substr(told.find("terms ") + 6, 64), "--key", "@customer.pem",
                           "--yes"});
  }
  void Dismiss(const std::string& effective, const std::string& reach) {
    Amend(effective, reach, "arbitrator: monitor", "arbitrator: none");
  }
  void ReportDown(const std::string& until) {
    const auto line = [](const std::string& at, const std::string& state) {
      return absl::StrCat(R"({"kind":"state reported","source":"s","actor":"monitor","at":")", at,
                          R"(","reported":"2026-03-08T00:00:00Z","body":{"state":")", state,
                          "\"}}\n");
    };
    golden_.player().Write("late.jsonl", line("2026-02-12T00:00:00Z", "down") + line(until, "up"));
    golden_.player().Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }
  // Up again after a second: 100.00 become nothing.
  void ReportUp() {
    golden_.player().Write(
        "up.jsonl",
        R"({"kind":"state reported","source":"s","actor":"monitor","at":"2026-02-10T00:00:01Z",)"
        R"("reported":"2026-03-08T00:00:00Z","body":{"state":"up"}})"
        "\n");
    golden_.player().Must({"append", "@up.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }
  // A restatement that the other side says nothing to; returns its address.
  std::string Unanswered(const std::string& by, const std::string& at, const std::string& until) {
    golden_.MoveTo(at);
    Say(by, {"restatement", "propose", "--period", "2026-02"});
    const std::string proposed = Newest()["event"];
    Pass(until);
    EXPECT_EQ(Restatements().back(), "deemed accepted");
    return proposed;
  }
  // The clock of the ledger moves only with its records.
  void Pass(const std::string& at) {
    golden_.MoveTo(at);
    Say("provider",
        {"maintenance", "announce", "--name", at.substr(0, 10), "--cause", "planned-maintenance",
         "--from", "2026-08-01T00:00:00Z", "--to", "2026-08-01T01:00:00Z"});
  }
  nlohmann::json Window() { return golden_.Ask("2026-02")["windows"].at(0); }
  std::string Credit() {
    const nlohmann::json window = Window();
    return window["credit"].is_null() ? "-" : window["credit"]["amount"].get<std::string>();
  }
  // Of all periods: what is about no window is in no other answer.
  nlohmann::json All() {
    return nlohmann::json::parse(golden_.player().Must({"replay", "case", "--json"}));
  }
  std::string StateOf(size_t claim) { return All()["claims"].at(claim)["state"]; }
  std::string Balance(const std::string& account) {
    const nlohmann::json all = All();
    for (const nlohmann::json& balance : all["balances"]) {
      if (balance["account"] == account && balance["party"] == "customer") return balance["amount"];
    }
    return "";
  }
  ::testing::AssertionResult Found(const std::string& kind) {
    const nlohmann::json findings = All()["findings"];
    for (const nlohmann::json& finding : findings) {
      if (finding["kind"] == kind) return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no " << kind << " among " << findings.dump();
  }
  void Award(const std::string& amount) {
    Act("monitor", "ruling issued",
        absl::StrCat(R"({"rank":"arbitrator","partial":false,"awards":[{"of":"costs",)",
                     R"("debtor":"provider","amount":")", amount, R"("}]})"));
  }
  // What an act is told of itself.
  ::testing::AssertionResult FoundAt(const std::string& kind, const std::string& event) {
    const nlohmann::json findings = All()["findings"];
    for (const nlohmann::json& finding : findings) {
      if (finding["kind"] == kind && finding["index"] == event) {
        return ::testing::AssertionSuccess();
      }
    }
    return ::testing::AssertionFailure()
           << "no " << kind << " at " << event << " among " << findings.dump();
  }
  // By the monitor; returns its address.
  std::string Ruling(const std::string& says, const std::string& answers = "",
                     const std::string& rank = "arbitrator") {
    return Act("monitor", "ruling issued",
               absl::StrCat(R"({"rank":")", rank, R"(","partial":false,)", says, "}"), answers);
  }
  // The down time, before or after the closing.
  std::string Exclude() {
    Say("provider", {"exclusion", "propose", "--name", "x", "--cause", "customer", "--from",
                     "2026-02-10T00:00:00Z", "--to", "2026-02-10T02:00:00Z"});
    return Ruling(R"("exclusions":[{"name":"x","admission":"admitted"}])");
  }
  static std::string RuledCreditOf(const std::string& amount) {
    return absl::StrCat(R"("credits":[{"window":)", kForgedFebruary, R"(,"amount":")", amount,
                        R"( EUR"}])");
  }
  std::vector<std::string> Restatements() {
    std::vector<std::string> states;
    const std::string told = golden_.player().Must({"restatement", "list", "case", "--json"});
    for (size_t at = 0; at < told.size();) {
      const size_t end = told.find('\n', at);
      states.push_back(nlohmann::json::parse(told.substr(at, end - at))["state"]);
      at = end == std::string::npos ? told.size() : end + 1;
    }
    return states;
  }

  Golden golden_;
  std::string excluded_by_;
};

// G1. The awards of an arbitrator are heard while he holds the office, whatever he governed once.
TEST_F(ForgedWords, ADismissedArbitratorAwardsNothing) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  Award("5.00 EUR");
  EXPECT_EQ(Balance("approved"), "5.00");
  golden_.MoveTo("2026-03-07T00:00:00Z");
  Dismiss("2026-02-15", "retroactive");
  golden_.MoveTo("2026-03-20T00:00:00Z");
  Award("99999.00 EUR");
  EXPECT_EQ(Balance("approved"), "5.00") << "what he awarded in office stands";
  EXPECT_TRUE(Found("ruling-without-authority"));
  golden_.player().Must({"verify"});
}

// G1. The terms of February still name him; those in force when he speaks do not.
TEST_F(ForgedWords, ADismissedArbitratorDecidesNoOldWindow) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  const std::string claim = File();
  Say("provider", {"exclusion", "propose", "--name", "x", "--cause", "customer", "--from",
                   "2026-02-10T00:00:00Z", "--to", "2026-02-10T02:00:00Z"});
  Dismiss("2026-03-01", "prospective");
  golden_.MoveTo("2026-03-12T00:00:00Z");
  Act("monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"values":[{"window":)", kForgedFebruary,
                   R"(,"value":"1/2"}]})"));
  Say("monitor", {"exclusion", "determine", "--name", "x", "--admit", "--rank", "arbitrator"});
  Act("monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"credits":[{"window":)", kForgedFebruary,
                   R"(,"amount":"777.00 EUR"}]})"),
      claim);
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(StateOf(0), "filed");
  EXPECT_TRUE(Found("ruling-without-authority"));
}

// G1. Nobody rules before he is appointed: an appointment reaches back over windows, not words.
TEST_F(ForgedWords, AnArbitratorDecidesNothingBeforeHeIsAppointed) {
  golden_.Rule("who", Replaced(kForgedArbitrator, "arbitrator: monitor", "arbitrator: none"));
  Begin({});
  Award("99999.00 EUR");
  Act("monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"values":[{"window":)", kForgedFebruary,
                   R"(,"value":"1/2"}]})"));
  Amend("2026-01-01", "retroactive", "arbitrator: none", "arbitrator: monitor");
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(Balance("approved"), "");
}

// G1b. Nor does he void the key by which a claim was accepted.
TEST_F(ForgedWords, ADismissedArbitratorVoidsNoKey) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  Dismiss("2026-01-01", "retroactive");
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  golden_.MoveTo("2026-03-08T00:00:00Z");
  Say("provider", {"claim", "answer", "--accept"});
  const std::string told = golden_.player().Must({"party", "show", "provider", "--json"});
  const size_t at = told.find("\"fingerprint\":\"") + 15;
  const std::string key = told.substr(at, 64);
  Player& player = golden_.player();
  player.Must({"key", "new", "--party", "provider", "--out", "@second.pem"});
  player.Must(
      {"party", "rotate", "provider", "--new-key", "@second.pem", "--key", "@provider.pem"});
  player.Must({"party", "revoke", "provider", key, "--compromised-since", "2026-03-07T12:00:00Z",
               "--yes", "--key", "@second.pem"});
  Act("monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"keysInvalid":[")", key, R"("]})"));
  EXPECT_EQ(StateOf(0), "accepted");
  EXPECT_EQ(Balance("approved"), "100.00");
  EXPECT_TRUE(Found("ruling-without-authority"));
}

// G3. What both signed is not displaced by silence on what was proposed before.
TEST_F(ForgedWords, SilenceOnAnOlderRestatementDisplacesNoneThatBothSigned) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  golden_.MoveTo("2026-03-10T00:01:00Z");
  ReportDown("2026-02-12T00:00:01Z");
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Say("provider", {"restatement", "propose", "--period", "2026-02"});
  const std::string second = Newest()["event"];
  golden_.MoveTo("2026-03-12T00:00:00Z");
  Say("customer", {"restatement", "accept", second});
  EXPECT_EQ(Credit(), "100.00");
  Pass("2026-03-25T00:00:00Z");
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(Balance("accrued"), "100.00");
  EXPECT_EQ(Restatements(), (std::vector<std::string>{"overtaken", "accepted"}));
}

// G5. What its records do not give has no effect, whatever is decided later about something else.
TEST_F(ForgedWords, ARefutedRestatementStaysRefutedByALaterRuling) {
  golden_.Rule("consent", kForgedSilence).Rule("who", kForgedArbitrator);
  Begin({.late = "restatement proposed"});
  Say("provider", {"exclusion", "propose", "--name", "x", "--cause", "customer", "--from",
                   "2026-02-10T00:00:00Z", "--to", "2026-02-10T00:01:00Z"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  const nlohmann::json closed = Window();
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  nlohmann::json text = Newest()["body"];
  EXPECT_EQ(text["credit"], "300.00 EUR");
  text["credit"] = "100.00 EUR";
  text["value"] = absl::StrCat(closed["value"]["numerator"].get<std::string>(), "/",
                               closed["value"]["denominator"].get<std::string>());
  Act("customer", "restatement proposed", text.dump(), Newest()["event"]);
  Pass("2026-03-21T00:00:00Z");
  EXPECT_EQ(Credit(), "100.00");
  golden_.MoveTo("2026-03-22T00:00:00Z");
  Act("monitor", "ruling issued",
      R"({"rank":"arbitrator","partial":false,)"
      R"("exclusions":[{"name":"x","admission":"rejected"}]})");
  EXPECT_EQ(Credit(), "100.00");
  Act("monitor", "ruling issued",
      absl::StrCat(R"({"rank":"arbitrator","partial":false,"credits":[{"window":)", kForgedFebruary,
                   R"(,"amount":"100.00 EUR"}]})"));
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(Restatements().back(), "without effect");
  EXPECT_TRUE(Found("restatement-without-effect"));
}

// G2. Only a settlement that has effect heals a late filing.
TEST_F(ForgedWords, AStaleSettlementHealsNoLateClaim) {
  Begin({.late = "disregarded", .claim_within = "20", .down_until = "2026-02-11T00:00:00Z"});
  golden_.MoveTo("2026-03-25T00:00:00Z");
  const std::string claim = File();
  golden_.MoveTo("2026-03-26T00:00:00Z");
  Say("provider", {"settlement", "propose", "--amount", "5.00 EUR"});
  golden_.MoveTo("2026-03-27T00:00:00Z");
  Act("customer", "claim amended", absl::StrCat(R"({"windows":[)", kForgedFebruary, "]}"), claim);
  Say("customer", {"settlement", "confirm"});
  Pass("2026-04-18T00:00:00Z");
  EXPECT_EQ(StateOf(0), "without effect");
  EXPECT_EQ(Balance("approved"), "");
  EXPECT_EQ(Balance("expired"), "300.00");
}

// One that has effect does, as before.
TEST_F(ForgedWords, ASettlementThatHasEffectHealsALateClaim) {
  Begin({.late = "disregarded", .claim_within = "20", .down_until = "2026-02-11T00:00:00Z"});
  golden_.MoveTo("2026-03-25T00:00:00Z");
  File();
  Say("provider", {"settlement", "propose", "--amount", "5.00 EUR"});
  golden_.MoveTo("2026-03-27T00:00:00Z");
  Say("customer", {"settlement", "confirm"});
  EXPECT_EQ(StateOf(0), "settled");
  EXPECT_EQ(Balance("settled"), "5.00");
}

// G11. A confirmation without effect keeps no window from an amendment that reaches back.
TEST_F(ForgedWords, AStaleConfirmationShieldsNoWindow) {
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  golden_.MoveTo("2026-03-08T00:00:00Z");
  Say("provider", {"settlement", "propose", "--amount", "50.00 EUR"});
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("provider", {"claim", "answer", "--reject"});
  golden_.MoveTo("2026-03-10T00:00:00Z");
  Say("customer", {"settlement", "confirm"});
  EXPECT_EQ(Credit(), "100.00");
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Amend("2026-02-01", "retroactive", "target: at least 99.9 %", "target: at least 99 %");
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(Balance("accrued"), "");
  golden_.player().Must({"project"});
  golden_.player().Must({"verify"});
}

TEST_F(ForgedWords, AConfirmationThatHasEffectShieldsItsWindow) {
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"settlement", "propose", "--amount", "50.00 EUR"});
  Say("customer", {"settlement", "confirm"});
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Amend("2026-02-01", "retroactive", "target: at least 99.9 %", "target: at least 99 %");
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(Window()["status"], "settled");
  EXPECT_EQ(Balance("settled"), "50.00");
}

// G11, whichever act overtook it: a restatement.
TEST_F(ForgedWords, AConfirmationThatARestatementOvertookShieldsNoWindow) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"settlement", "propose", "--amount", "50.00 EUR"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  Say("provider", {"restatement", "accept", Newest()["event"]});
  EXPECT_EQ(Credit(), "300.00");
  golden_.MoveTo("2026-03-10T00:00:00Z");
  Say("customer", {"settlement", "confirm"});
  EXPECT_TRUE(Found("settlement-stale"));
  EXPECT_EQ(Balance("settled"), "");
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Amend("2026-02-01", "retroactive", "target: at least 99.9 %", "target: at least 90 %");
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(Balance("settled"), "");
  golden_.player().Must({"verify"});
}

// Or a decision about time; and what was in vain stays so, whatever is decided next.
TEST_F(ForgedWords, AConfirmationThatADecisionOvertookIsRevivedByNone) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string closing = Window()["closed"]["closing"];
  const std::string offer =
      Act("provider", "settlement proposed", R"({"amount":"100.00 EUR"})", closing);
  Say("provider", {"exclusion", "propose", "--name", "x", "--cause", "customer", "--from",
                   "2026-02-10T00:00:00Z", "--to", "2026-02-10T01:00:00Z"});
  golden_.MoveTo("2026-03-08T00:00:00Z");
  Say("monitor", {"exclusion", "determine", "--name", "x", "--admit", "--rank", "arbitrator"});
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Act("customer", "settlement confirmed", R"({"amount":"100.00 EUR"})", offer);
  EXPECT_TRUE(Found("settlement-stale"));
  EXPECT_EQ(Balance("settled"), "");
  golden_.MoveTo("2026-03-10T00:00:00Z");
  Say("monitor", {"exclusion", "determine", "--name", "x", "--reject", "--rank", "arbitrator"});
  EXPECT_TRUE(Found("settlement-stale"));
  EXPECT_EQ(Balance("settled"), "");
  golden_.MoveTo("2026-03-11T00:00:00Z");
  Amend("2026-02-01", "retroactive", "target: at least 99.9 %", "target: at least 99 %");
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(Balance("settled"), "");
  golden_.player().Must({"verify"});
}

// What the records refute overtakes nothing: the settlement stands, and keeps the window.
TEST_F(ForgedWords, ARefutedRestatementOvertakesNoSettlement) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"claim", "answer", "--accept"});
  Say("provider", {"settlement", "propose"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  nlohmann::json text = Newest()["body"];
  text["credit"] = "200.00 EUR";
  Act("customer", "restatement proposed", text.dump(), Newest()["event"]);
  Pass("2026-03-21T00:00:00Z");
  EXPECT_EQ(Restatements().back(), "without effect");
  golden_.MoveTo("2026-03-22T00:00:00Z");
  Say("customer", {"settlement", "confirm"});
  EXPECT_EQ(Balance("settled"), "100.00");
  golden_.MoveTo("2026-03-23T00:00:00Z");
  Amend("2026-02-01", "retroactive", "target: at least 99.9 %", "target: at least 99 %");
  EXPECT_EQ(Credit(), "100.00");
  EXPECT_EQ(Window()["status"], "settled");
  EXPECT_EQ(Balance("settled"), "100.00");
}

// G14. Of a settled window only the difference is posted: what was given up stays given up.
TEST_F(ForgedWords, ARestatementBringsBackNothingThatASettlementGaveUp) {
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"settlement", "propose", "--amount", "50.00 EUR"});
  Say("customer", {"settlement", "confirm"});
  EXPECT_EQ(Balance("reversed"), "50.00");
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  Say("provider", {"restatement", "accept", Newest()["event"]});
  EXPECT_EQ(Credit(), "300.00");
  EXPECT_EQ(Balance("accrued"), "200.00") << "300.00 in place of 100.00";
  EXPECT_EQ(Balance("reversed"), "50.00");
  EXPECT_EQ(Balance("settled"), "50.00");
  File("00000000000000000000000000000002");
  EXPECT_EQ(Balance("claimed"), "200.00") << "the difference can be asked for";
  EXPECT_EQ(Balance("settled"), "50.00");
}

// G4. The time for an answer runs from when the claim was one.
TEST_F(ForgedWords, AClaimOfNothingRunsNoTimeBeforeItIsAmended) {
  Begin({.late = "disregarded", .claim_within = "60", .down_until = "2026-02-11T00:00:00Z"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string claim =
      Act("customer", "claim filed", absl::StrCat(R"({"windows":[)", kForgedNothing, "]}"));
  EXPECT_EQ(StateOf(0), "without effect");
  Pass("2026-03-25T00:00:00Z");
  golden_.MoveTo("2026-04-10T00:00:00Z");
  Act("customer", "claim amended", absl::StrCat(R"({"windows":[)", kForgedFebruary, "]}"), claim);
  EXPECT_EQ(StateOf(0), "filed");
  EXPECT_EQ(Balance("claimed"), "300.00");
  golden_.MoveTo("2026-04-11T00:00:00Z");
  Say("provider", {"claim", "answer", "--reject"});
  EXPECT_EQ(StateOf(0), "rejected");
}

// H2. What has no authority replaces nothing: a correction needs its office as the ruling did.
TEST_F(ForgedWords, ADismissedArbitratorTakesNothingBack) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string time = Exclude();
  EXPECT_EQ(Window()["verdict"], "met");
  const std::string credit = Ruling(RuledCreditOf("500.00"));
  const std::string costs = Ruling(kForgedCosts);
  EXPECT_EQ(Balance("approved"), "507.00");
  golden_.MoveTo("2026-03-10T00:00:00Z");
  Dismiss("2026-03-11", "prospective");
  golden_.MoveTo("2026-03-20T00:00:00Z");
  for (const std::string& ruling : {time, credit, costs}) {
    Act("monitor", "ruling corrected", R"({"ruling":{"rank":"arbitrator","partial":false}})",
        ruling);
    EXPECT_TRUE(FoundAt("ruling-without-authority", Newest()["event"]));
  }
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(Balance("approved"), "507.00") << "what he ruled in office stands";
  golden_.player().Must({"verify"});
}

// H7. A correction counts from its own time: what was closed before was closed rightly.
TEST_F(ForgedWords, ACorrectionAfterTheClosingAccusesNoClosing) {
  golden_.Rule("who", kForgedArbitrator);
  Case with;
  with.excluded = true;
  Begin(with);
  EXPECT_EQ(Window()["verdict"], "met");
  golden_.MoveTo("2026-04-06T00:00:00Z");
  Act("monitor", "ruling corrected", R"({"ruling":{"rank":"arbitrator","partial":false}})",
      excluded_by_);
  EXPECT_EQ(Window()["verdict"], "breached");
  EXPECT_EQ(Balance("accrued"), "100.00");
  EXPECT_FALSE(Found("closing-not-reproduced"));
  EXPECT_TRUE(Found("closed-differs"));
  const nlohmann::json postings = All()["postings"];
  for (const nlohmann::json& posting : postings) {
    EXPECT_EQ(posting["at"].get<std::string>().substr(0, 10), "2026-04-06") << posting.dump();
  }
  golden_.player().Must({"verify"});
}

// H2. Nor does a word of lower rank take one of higher rank back; the same word does.
TEST_F(ForgedWords, ACorrectionOfLowerRankReplacesNothing) {
  golden_.Rule("who", Replaced(kForgedArbitrator, "expert: none", "expert: monitor"));
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string time = Exclude();
  const std::string credit = Ruling(RuledCreditOf("500.00"));
  for (const std::string& ruling : {time, credit}) {
    Act("monitor", "ruling corrected", R"({"ruling":{"rank":"expert","partial":false}})", ruling);
  }
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(Balance("approved"), "500.00");
  EXPECT_TRUE(FoundAt("ruling-outranked", Newest()["event"]));
  Act("customer", "ruling corrected", R"({"ruling":{"rank":"arbitrator","partial":false}})",
      credit);
  EXPECT_TRUE(FoundAt("correction-of-nothing", Newest()["event"]));
  EXPECT_EQ(Balance("approved"), "500.00");
  for (const std::string& ruling : {time, credit}) {
    Act("monitor", "ruling corrected", R"({"ruling":{"rank":"arbitrator","partial":false}})",
        ruling);
  }
  EXPECT_EQ(Window()["verdict"], "breached");
  EXPECT_EQ(Balance("approved"), "");
}

// H3. An expert determines what happened; what is owed for it is an arbitrator's, beside claims,
// too.
TEST_F(ForgedWords, AnExpertAwardsNothingBesideClaims) {
  golden_.Rule("who", Replaced(Replaced(kForgedArbitrator, "expert: none", "expert: monitor"),
                               "arbitrator: monitor", "arbitrator: none"));
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  for (const std::string& said :
       {RuledCreditOf("500.00"), std::string(kForgedCosts),
        absl::StrCat(R"("keysInvalid":[")", std::string(64, 'a'), "\"]"),
        absl::StrCat(R"("recomputations":[{"window":)", kForgedFebruary, R"(,"termsHash":")",
                     std::string(64, 'b'), "\"}]")}) {
    const std::string ruling = Ruling(said, "", "expert");
    EXPECT_TRUE(FoundAt("ruling-without-authority", ruling)) << said;
    EXPECT_EQ(Balance("approved"), "") << said;
    EXPECT_EQ(Balance("accrued"), "100.00") << said;
  }
  Ruling(absl::StrCat(R"("values":[{"window":)", kForgedFebruary, R"(,"value":"1/1"}])"), "",
         "expert");
  EXPECT_EQ(Window()["verdict"], "met") << "a value is his to determine";
}

// H4. One rule on claims and beside them: a side owes the other, and nobody else owes.
TEST_F(ForgedWords, WhoIsNoSideOwesNoAward) {
  golden_.Rule("who", kForgedArbitrator);
  Begin({});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string claim = File();
  const auto costs = [](const std::string& debtor) {
    return Replaced(kForgedCosts, "provider", debtor);
  };
  const std::string beside = Ruling(costs("monitor"));
  EXPECT_TRUE(FoundAt("award-unknown-debtor", beside));
  EXPECT_TRUE(FoundAt("award-unknown-debtor", Ruling(costs("nobody"))));
  EXPECT_EQ(Balance("approved"), "");
  Ruling(costs("customer"));
  EXPECT_EQ(Balance("approved"), "-7.00") << "he owes them to the provider";
  Ruling(costs("provider"));
  const std::string on_claim = Ruling(costs("monitor"), claim);
  EXPECT_TRUE(FoundAt("award-unknown-debtor", on_claim));
  EXPECT_EQ(StateOf(0), "ruled");
  EXPECT_EQ(Balance("approved"), "100.00") << "the claim as filed, and no costs";
}

// H5. Silence says nothing against what an arbitrator ruled (rule 26), before or after his word.
TEST_F(ForgedWords, SilenceMovesNoCreditThatWasRuled) {
  golden_.Rule("consent", kForgedSilence);
  golden_.Rule("who", kForgedArbitrator);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  golden_.MoveTo("2026-03-12T00:00:00Z");
  Ruling(RuledCreditOf("40.00"));
  golden_.MoveTo("2026-03-13T00:01:00Z");
  ReportDown("2026-02-13T12:00:00Z");
  golden_.MoveTo("2026-03-14T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  const std::string second = Newest()["event"];
  EXPECT_EQ(Balance("approved"), "40.00");
  Pass("2026-03-26T00:00:00Z");
  EXPECT_EQ(Restatements(), (std::vector<std::string>{"overtaken", "overtaken"}));
  EXPECT_TRUE(FoundAt("restatement-overtaken", second));
  EXPECT_EQ(Credit(), "100.00") << "computed";
  EXPECT_EQ(Balance("approved"), "40.00");
  Say("provider", {"restatement", "accept", second});
  EXPECT_EQ(Restatements().back(), "accepted") << "both said it";
  EXPECT_EQ(Balance("approved"), "300.00");
  golden_.player().Must({"verify"});
}

// H5. What silence made of it before he ruled is what he ruled on.
TEST_F(ForgedWords, ARulingAfterSilenceHasTheLastWord) {
  golden_.Rule("consent", kForgedSilence);
  golden_.Rule("who", kForgedArbitrator);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  Pass("2026-03-21T00:00:00Z");
  EXPECT_EQ(Balance("accrued"), "300.00");
  golden_.MoveTo("2026-03-22T00:00:00Z");
  Ruling(RuledCreditOf("40.00"));
  EXPECT_EQ(Restatements().back(), "deemed accepted");
  EXPECT_EQ(Balance("approved"), "40.00");
}

// H5. The same of a ruling on the claim.
TEST_F(ForgedWords, SilenceMovesNoCreditThatWasRuledOnAClaim) {
  golden_.Rule("consent", kForgedSilence);
  golden_.Rule("who", kForgedArbitrator);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  const std::string claim = File();
  Say("provider", {"claim", "answer", "--reject"});
  Ruling(RuledCreditOf("40.00"), claim);
  EXPECT_EQ(StateOf(0), "ruled");
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  golden_.MoveTo("2026-03-09T00:00:00Z");
  Say("customer", {"restatement", "propose", "--period", "2026-02"});
  const std::string proposed = Newest()["event"];
  Pass("2026-03-21T00:00:00Z");
  EXPECT_EQ(Balance("approved"), "40.00");
  EXPECT_EQ(Balance("accrued"), "");
  EXPECT_TRUE(FoundAt("restatement-overtaken", proposed));
  golden_.player().Must({"verify"});
}

// H8. Nor against a sum that both agreed on, in neither direction: only the figure changes.
TEST_F(ForgedWords, SilenceMovesNothingThatBothAgreed) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"claim", "agree", "--amount", "80.00 EUR"});
  Say("customer", {"claim", "agree", "--amount", "80.00 EUR"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportUp();
  const std::string less = Unanswered("provider", "2026-03-09T00:00:00Z", "2026-03-20T00:00:00Z");
  EXPECT_EQ(Window()["verdict"], "met");
  EXPECT_EQ(StateOf(0), "agreed");
  EXPECT_EQ(Balance("approved"), "80.00");
  EXPECT_TRUE(FoundAt("restatement-overtaken", less));
  golden_.MoveTo("2026-03-20T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  const std::string more = Unanswered("customer", "2026-03-21T00:00:00Z", "2026-04-01T00:00:00Z");
  EXPECT_EQ(Credit(), "300.00");
  EXPECT_EQ(Balance("approved"), "80.00");
  EXPECT_EQ(Balance("accrued"), "");
  EXPECT_TRUE(FoundAt("restatement-overtaken", more));
  Say("provider", {"claim", "agree", "--amount", "90.00 EUR"});
  Say("customer", {"claim", "agree", "--amount", "90.00 EUR"});
  EXPECT_EQ(Balance("approved"), "90.00") << "both say so";
  golden_.player().Must({"verify"});
}

// H8. An answer in part that the claimant took is such a sum.
TEST_F(ForgedWords, SilenceMovesNoAnswerThatWasTaken) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"claim", "answer", "--partly", "60.00 EUR"});
  Say("customer", {"claim", "accept"});
  EXPECT_EQ(StateOf(0), "agreed");
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportUp();
  Unanswered("provider", "2026-03-09T00:00:00Z", "2026-03-20T00:00:00Z");
  EXPECT_EQ(Balance("approved"), "60.00");
}

// H8. A settled window stays closed (DOMAIN 3.11): silence owes nobody the sum back.
TEST_F(ForgedWords, SilenceOpensNothingThatWasSettled) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"settlement", "propose", "--amount", "80.00 EUR"});
  Say("customer", {"settlement", "confirm"});
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportUp();
  const std::string less = Unanswered("provider", "2026-03-09T00:00:00Z", "2026-03-20T00:00:00Z");
  EXPECT_TRUE(FoundAt("restatement-overtaken", less));
  EXPECT_EQ(Window()["status"], "settled");
  EXPECT_EQ(Balance("settled"), "80.00");
  EXPECT_EQ(Balance("accrued"), "");
  golden_.MoveTo("2026-03-20T00:01:00Z");
  ReportDown("2026-02-13T00:00:00Z");
  Unanswered("customer", "2026-03-21T00:00:00Z", "2026-04-01T00:00:00Z");
  File("00000000000000000000000000000002");
  EXPECT_EQ(StateOf(1), "without effect") << "what was settled is not claimed again";
  EXPECT_EQ(Window()["status"], "settled");
  EXPECT_EQ(Balance("settled"), "80.00");
  EXPECT_EQ(Balance("claimed"), "");
  EXPECT_EQ(Balance("accrued"), "");
  golden_.player().Must({"verify"});
}

// What was accepted as computed is computed anew, by silence, too.
TEST_F(ForgedWords, SilenceMovesWhatWasAcceptedAsComputed) {
  golden_.Rule("consent", kForgedSilence);
  Begin({.late = "restatement proposed"});
  golden_.MoveTo("2026-03-07T00:00:00Z");
  File();
  Say("provider", {"claim", "answer", "--accept"});
  EXPECT_EQ(Balance("approved"), "100.00");
  golden_.MoveTo("2026-03-08T00:01:00Z");
  ReportUp();
  Unanswered("provider", "2026-03-09T00:00:00Z", "2026-03-20T00:00:00Z");
  EXPECT_EQ(Balance("approved"), "");
}

}  // namespace
}  // namespace tally::tests
