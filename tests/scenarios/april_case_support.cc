#include "absl/strings/str_cat.h"
#include "tests/scenarios/april_case.h"

namespace tally::tests {

void PlayApril(Golden& golden, const AprilCase& with) {
  golden.Term("2026-04-01", "open", "UTC")
      .Fee("service", "{ amount: 1000.00 USD, per: calendar month }")
      .Objective("availability", absl::StrCat(Availability(), "target: at least 99.9 %\n",
                                              Tiers("service", with.tiers)))
      .Disputes(absl::StrCat("credits: on claim\nclaim within: 60 days\nanswer within: 7 days\n"
                             "silence: deemed ",
                             with.silence,
                             "\nevidence cut-off: 2 days\nobjection: 5 days\nlate evidence: ",
                             with.late_evidence, "\n"))
      .UpFrom("s", "2026-04-01T00:00:00Z")
      .Down("s", "2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")
      .Play()
      .MoveTo(with.closed ? "2026-05-03T00:00:00Z" : "2026-05-02T00:00:00Z");
  if (with.closed) golden.player().Must({"project"});
}

Golden& EscalatesWithinTenDays(Golden& golden) {
  return golden.Rule(
      "escalation",
      "kind: escalation deadline\nobjectives: all\ncounted in: calendar days\nnumber: 10\n");
}

Golden& TalksAt(Golden& golden, int level) {
  return golden.Rule("talks", absl::StrCat("kind: dispute level\nobjectives: all\nlevel: ", level,
                                           "\nform: representatives\ncounted in: calendar days\n"
                                           "number: 6\non expiry: next level\n"));
}

Golden& MediationAt(Golden& golden, int level) {
  return golden.Rule("help", absl::StrCat("kind: dispute level\nobjectives: all\nlevel: ", level,
                                          "\nform: mediation\ncounted in: calendar days\n"
                                          "number: 6\non expiry: next level\n"));
}

Golden& ArbitrationAt(Golden& golden, int level) {
  return golden.Rule("tribunal",
                     absl::StrCat("kind: dispute level\nobjectives: all\nlevel: ", level,
                                  "\nform: arbitration\nauthority: monitor\n"
                                  "counted in: no limit\n"));
}

}  // namespace tally::tests
