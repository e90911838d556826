// Goal: a quarrel about a cause is carried out by commands alone, and the list tells its state at
// each instant: proposed, contested, ruled or determined, and accepted by silence. Method: GC-13
// played with `tally exclusion`; the same outage under terms in which silence accepts.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

std::string Decisions(const std::string& deemed) {
  return absl::StrCat(
      "kind: decision authority\nobjectives: all\narbitrator: monitor\nexpert: none\n", deemed,
      "order: arbitrator over expert over joint agreement\n");
}

class CauseScenario : public testing::Test {
 protected:
  void Play(const std::string& deemed) {
    golden_.Fee("service", "{ amount: 2000.00 EUR, per: calendar month }")
        .Objective("availability", absl::StrCat(Availability(), "target: at least 99.8 %\n",
                                                Tiers("service", {"below: 99.8 %, credit: 10 %"})))
        .Rule("decisions", Decisions(deemed))
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-04-10T10:00:00Z", "2026-04-10T12:00:00Z")
        .Open()
        .MoveTo("2026-05-01T00:00:00Z")
        .Feed();
  }
  void Say(const std::string& party, std::vector<std::string> words) {
    words.insert(words.end(), {"--key", absl::StrCat("@", party, ".pem")});
    golden_.player().Must(words);
  }
  void Propose() {
    Say("provider",
        {"exclusion", "propose", "case", "--name", "x1", "--cause", "customer", "--from",
         "2026-04-10T10:30:00Z", "--to", "2026-04-10T11:15:00Z", "--reason", "their firewall"});
  }
  Json Listed(const std::vector<std::string>& axes = {}) {
    std::vector<std::string> words = {"exclusion", "list", "case", "--json"};
    words.insert(words.end(), axes.begin(), axes.end());
    return Json::parse(golden_.player().Must(words));
  }
  Golden golden_{"2026-04-20T00:00:00Z"};
};

// GC-13
TEST_F(CauseScenario, GC13PlayedWithTheCommands) {
  Play("deemed acceptance: none\n");
  Propose();
  Say("customer", {"exclusion", "contest", "case", "--reason", "it was not"});
  golden_.MoveTo("2026-05-20T00:00:00Z");
  Say("monitor",
      {"exclusion", "determine", "case", "--rank", "arbitrator", "--admit", "--reason", "logs"});
  golden_.Expect("availability", "2026-04",
                 {{.verdict = "breached",
                   .value = "43080/43200",
                   .credit = "200.00",
                   .status = "provisional"}},
                 {"--as-recorded", "2026-05-05T00:00:00Z"});
  golden_.Expect("availability", "2026-04",
                 {{.verdict = "met", .value = "43125/43200", .credit = "0.00"}});
  const Json before = Listed({"--as-recorded", "2026-05-05T00:00:00Z"});
  EXPECT_EQ(before["state"], "contested");
  EXPECT_EQ(before["standings"][0]["counts"], true);
  const Json after = Listed();
  EXPECT_EQ(after["state"], "determined");
  EXPECT_EQ(after["standings"][0]["by"], after["acts"][2]["at"]);
  EXPECT_EQ(after["standings"][0]["counts"], false);
  EXPECT_EQ(after["standings"][0]["out"][0]["from"], "2026-04-10T10:30:00Z");
  EXPECT_EQ(after["acts"][2]["admission"], "admitted");
}

// What a decision leaves is what it says: a part, or nothing; the latest of a rank prevails.
TEST_F(CauseScenario, ADecisionReducesAndRejects) {
  Play("deemed acceptance: none\n");
  Propose();
  Say("monitor", {"exclusion", "determine", "case", "--rank", "arbitrator", "--reduce", "--part",
                  "2026-04-10T10:30:00Z/2026-04-10T10:45:00Z"});
  EXPECT_EQ(Listed()["standings"][0]["out"][0]["to"], "2026-04-10T10:45:00Z");
  golden_.Expect("availability", "2026-04", {{.value = "43095/43200"}});
  Say("monitor", {"exclusion", "determine", "case", "--rank", "arbitrator", "--reject"});
  EXPECT_EQ(Listed()["standings"][0]["counts"], true);
  golden_.Expect("availability", "2026-04", {{.value = "43080/43200"}});
}

// Silence accepts what is not the provider's own cause, and the list says from when.
TEST_F(CauseScenario, SilenceHasADeadline) {
  Play("deemed acceptance: after days of silence\ndays of silence: 10\n");
  Propose();
  const Json waiting = Listed();
  EXPECT_EQ(waiting["state"], "proposed");
  EXPECT_EQ(waiting["standings"][0]["silence_accepts"], "2026-05-12T00:00:00Z");
  golden_.MoveTo("2026-05-13T00:00:00Z");
  EXPECT_EQ(Listed()["state"], "deemed");
  EXPECT_EQ(Listed()["standings"][0]["counts"], false);
  // Too late: warned of, and without effect.
  const Outcome late =
      golden_.player().Run({"exclusion", "contest", "case", "--key", "@customer.pem"});
  EXPECT_EQ(late.exit, 1) << late.err;
  EXPECT_EQ(Listed()["state"], "deemed");
}

}  // namespace
}  // namespace tally::tests
