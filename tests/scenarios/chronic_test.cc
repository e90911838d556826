// Goal: rights by a long outage and by an average arise through the commands as the terms say, and
// terms that ask for outages where there are none are refused. Method: a service that is down over
// the end of January, twelve hours before and eighteen after, with three rules over it.
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

using Json = nlohmann::json;

std::string Terminating(const std::string& fields) {
  return absl::StrCat("kind: chronic failure\nobjectives: all\n", fields,
                      "no result: breaks\nright: termination\nnotice days: 10\n"
                      "runs from: closing\n");
}

class ChronicScenario : public testing::Test {
 protected:
  ChronicScenario() : golden_("2026-01-20T00:00:00Z") {}

  void Play(const std::string& limit) {
    const auto average = [](const std::string& mean) {
      return Terminating(absl::StrCat(
          "when: average below floor\nwindows: 2\naverage below: 97.87 %\nmean: ", mean, "\n"));
    };
    golden_
        .Objective("availability", absl::StrCat(Availability(),
                                                "target: at least 90 %\n"
                                                "window: { every: calendar month, zone: UTC, "
                                                "when clipped: prorate }\n"))
        .Rule("long",
              Terminating(absl::StrCat(
                  "when: long outage\nfailures: 1\nwindows: 1\nlonger than: ", limit, "\n")))
        .Rule("plain", average("plain"))
        .Rule("weighted", average("time-weighted"))
        .UpFrom("s", "2026-01-01T00:00:00Z")
        .Down("s", "2026-01-31T12:00:00Z", "2026-02-01T18:00:00Z")
        .Open()
        .MoveTo("2026-03-01T00:00:00Z")
        .Feed()
        .MoveTo("2026-03-07T00:00:00Z");
    golden_.player().Must({"project"});
  }
  // Rules and the windows that completed them: "long 2026-02-01T00:00:00Z".
  std::set<std::string> Rights() {
    std::set<std::string> rights;
    for (const std::string month : {"2026-01", "2026-02"}) {
      const Json answer = golden_.Ask(month);
      for (const Json& right : answer["rights"]) {
        EXPECT_EQ(right["state"], "open");
        EXPECT_EQ(right["party"], "customer");
        rights.insert(absl::StrCat(right["rule"].get<std::string>(), " in ", month));
      }
    }
    return rights;
  }
  // The report that somebody found in March: up again at midnight, so that no outage was long.
  void RecordLate() {
    golden_.player().Write("late.jsonl",
                           R"({"kind":"state reported","source":"s","at":"2026-02-01T00:00:00Z",)"
                           R"("reported":"2026-03-06T00:00:00Z","body":{"state":"up"}})"
                           "\n");
    golden_.player().Must({"append", "@late.jsonl", "--feed", "probes", "--key", "@monitor.pem"});
  }
  // State of the right by rule "long"; "" if there is none.
  std::string StateOfLong() {
    const Json answer = golden_.Ask("2026-02");
    for (const Json& right : answer["rights"]) {
      if (right["rule"] == "long") return right["state"];
    }
    return "";
  }
  Golden golden_;
};

// Both months met their target. January is 98.3871 %, February 97.3214 %: 97.8543 % as they stand,
// 97.8814 % by length.
TEST_F(ChronicScenario, AnOutageOverTheEdgeAndAPlainAverageGiveRights) {
  Play("24 h");
  EXPECT_EQ(Rights(), (std::set<std::string>{"long in 2026-02", "plain in 2026-02"}));
  const std::string told = golden_.player().Must({"explain", "case", "--period", "2026-02"});
  EXPECT_NE(told.find("customer may terminate since"), std::string::npos) << told;
  // The right is used like any other.
  const Outcome used =
      golden_.player().Run({"right", "exercise", "case", "long", "--key", "@customer.pem",
                            "--effective", "2026-03-31T00:00:00Z"});
  EXPECT_EQ(used.exit, 0) << used.err;
}

// The right arose from the closed figure: what is recorded after that can end it, and is named, but
// never makes that it was not there.
TEST_F(ChronicScenario, LateEvidenceMakesARightVoid) {
  Play("24 h");
  EXPECT_EQ(StateOfLong(), "open");
  RecordLate();
  EXPECT_EQ(StateOfLong(), "void");
}

TEST_F(ChronicScenario, LateEvidenceThatIsDisregardedChangesNothing) {
  // The file of March is in time for January, too; what is found in April is late for both.
  golden_.Disputes(
      "credits: automatic\nevidence cut-off: 35 days\nobjection: 10 days\n"
      "late evidence: disregarded\n");
  Play("24 h");
  golden_.MoveTo("2026-04-10T00:00:00Z");
  golden_.player().Must({"project"});
  EXPECT_EQ(StateOfLong(), "open");
  RecordLate();
  EXPECT_EQ(StateOfLong(), "open");
}

TEST_F(ChronicScenario, ThirtyHoursAreNotLongerThanThirty) {
  Play("30 h");
  EXPECT_EQ(Rights(), (std::set<std::string>{"plain in 2026-02"}));
}

}  // namespace
}  // namespace tally::tests
