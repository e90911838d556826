// Goal: what nobody delivered is late by what is known, not by the clock. Method: a report that is
// due on 5 April and never comes, from a feed that is complete to some time, under terms with and
// without late evidence, through the commands; the clock stands in June.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/golden_support.h"

namespace tally::tests {
namespace {

class DeliverableKnown : public testing::Test {
 protected:
  DeliverableKnown() : golden_("2026-01-02T00:00:00Z") {
    const std::string due =
        "  source: carrier/reports\n  due: n-th business day\n  deliverables: [report]\n"
        "  business day: 5\n  time of day: \"17:00\"\n  due calendar: 24x7\n"
        "  due in: same month\n  window of a deliverable: due\n  done when: delivered\n"
        "  delivered by: [carrier]\n  decided by: [carrier]\n";
    golden_
        .Objective("on-time", absl::StrCat("measure:\n  kind: deliverable on time\n", due,
                                           "target: at least 100 %\n"))
        .Objective("lateness",
                   absl::StrCat("measure:\n  kind: deliverable lateness\n", due,
                                "  calendar: 24x7\n  part unit: exact\n  of several: sum\n"
                                "target: at most 0 s\n"))
        .Event("carrier", "reports", "deliverable event", "2026-01-05T10:00:00Z",
               R"({"deliverable":"report 2026-01","step":"delivered"})");
  }
  void Open() { golden_.Open().MoveTo("2026-06-02T00:00:00Z"); }
  void CompleteTo(const std::string& time) {
    golden_.player().Write(
        "more.jsonl",
        absl::StrCat(R"({"kind":"deliverable event","source":"reports",)"
                     R"("at":"2026-01-05T10:00:00Z","reported":"2026-01-05T10:00:00Z",)"
                     R"("body":{"deliverable":"report 2026-01","step":"delivered"}})"
                     "\n",
                     R"({"kind":"watermark","at":")", time, R"(","reported":")", time,
                     R"(","body":{"through":")", time, "\"}}\n"));
    golden_.player().Must({"append", "@more.jsonl", "--feed", "carrier", "--key", "@monitor.pem"});
  }
  Golden golden_;
};

TEST_F(DeliverableKnown, NothingIsLateBeyondTheWatermark) {
  Open();
  CompleteTo("2026-04-05T17:00:00Z");
  golden_.Expect("on-time", "2026-04", {{.verdict = "met", .value = "1/1"}});
  golden_.Expect("lateness", "2026-04", {{.verdict = "met", .value = "0/1"}});
  CompleteTo("2026-04-06T17:00:00Z");
  golden_.Expect("on-time", "2026-04", {{.verdict = "breached", .value = "0/1"}});
  golden_.Expect("lateness", "2026-04", {{.verdict = "breached", .value = "86400/1"}});
}

// The fifth day after April ends with 5 May: 30 days and 7 hours.
TEST_F(DeliverableKnown, NothingGrowsPastTheCutOff) {
  golden_.Disputes(
      "credits: automatic\nevidence cut-off: 5 days\nobjection: 10 days\n"
      "late evidence: disregarded\n");
  Open();
  CompleteTo("2026-06-01T00:00:00Z");
  golden_.Expect("lateness", "2026-04", {{.verdict = "breached", .value = "2617200/1"}});
}

// What is about April begins in a window that ends on 3 April, and is due on 5 May.
TEST(DeliverableDue, AnExcludedDateIsExcludedHoweverLongAfterTheWindow) {
  const auto verdict = [](const std::string& exclusions) {
    Golden golden("2026-01-03T00:00:00Z");
    golden.Term("2026-01-03", "open", "UTC");
    golden
        .Objective(
            "lateness",
            absl::StrCat(
                "measure:\n  kind: deliverable lateness\n  source: carrier/reports\n"
                "  due: n-th business day\n  deliverables: [report]\n  business day: 5\n"
                "  time of day: \"17:00\"\n  due calendar: 24x7\n  due in: next month\n"
                "  window of a deliverable: subject\n  done when: delivered\n"
                "  delivered by: [carrier]\n  decided by: [carrier]\n  calendar: 24x7\n"
                "  part unit: exact\n  of several: sum\ntarget: at most 0 s\n"
                "window: { every: { fixed: 30 d }, zone: UTC, when clipped: not measured }\n",
                exclusions))
        .Event("carrier", "reports", "deliverable event", "2026-06-01T00:00:00Z",
               R"({"deliverable":"report 2026-04","step":"delivered"})");
    golden.Open().MoveTo("2026-06-02T00:00:00Z");
    golden.player().Write("more.jsonl",
                          R"({"kind":"deliverable event","source":"reports",)"
                          R"("at":"2026-06-01T00:00:00Z","reported":"2026-06-01T00:00:00Z",)"
                          R"("body":{"deliverable":"report 2026-04","step":"delivered"}})"
                          "\n"
                          R"({"kind":"watermark","at":"2026-06-01T00:00:00Z",)"
                          R"("reported":"2026-06-01T00:00:00Z",)"
                          R"("body":{"through":"2026-06-01T00:00:00Z"}})"
                          "\n");
    golden.player().Must({"append", "@more.jsonl", "--feed", "carrier", "--key", "@monitor.pem"});
    std::string verdicts;
    const nlohmann::json answer = golden.Ask("2026");
    for (const nlohmann::json& window : answer["windows"]) {
      const std::string from = window["from"];
      if (from < "2026-04-01" && "2026-04-01" < std::string(window["to"])) {
        absl::StrAppend(&verdicts, std::string(window["verdict"]));
      }
    }
    return verdicts;
  };
  EXPECT_EQ(verdict(""), "breached");
  EXPECT_EQ(verdict("exclusions:\n  - { id: x, cause: force majeure, "
                    "from: 2026-05-04T00:00:00Z, until: 2026-05-07T00:00:00Z }\n"),
            "no-result");
}

}  // namespace
}  // namespace tally::tests
