// Goal: what an announcement takes out is told as its window has it, and what stood against one
// that takes out nothing, before it is signed and after. Method: a small case in March whose terms
// exclude planned maintenance with two days of notice; announcements in time, late, of another
// cause, by a stranger, under a taken name, and for a month to come.
#include "replay/maintenance_view.h"

#include <gtest/gtest.h>

#include "replay/foresight.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

Rule TwoDaysOfNotice() {
  Rule rule;
  rule.id = "maintenance";
  rule.kind = "maintenance";
  rule.choices = Choices({{"cap", {"none"}},
                          {"covers", {"planned maintenance"}},
                          {"late notice", {"rejected"}},
                          {"notice", {"2 d"}},
                          {"notice counted in", {"elapsed time"}},
                          {"overrun", {"counts"}}});
  return rule;
}

Bytes Announcing(const std::string& name, const std::string& cause, const std::string& from,
                 const std::string& until) {
  absl::StatusOr<Bytes> body =
      BodyFromJson(BodyKind::kMaintenanceAnnounced, R"({"name":")" + name + R"(","cause":")" +
                                                        cause + R"(","from":")" + from +
                                                        R"(","until":")" + until + R"("})");
  EXPECT_TRUE(body.ok()) << body.status();
  return *std::move(body);
}

// "10.03. out", or why not, of the first objective.
std::vector<std::string> Told(const SmallCase& test) {
  const auto views = ViewMaintenance(test.ledger(), "gold", {});
  EXPECT_TRUE(views.ok()) << views.status();
  std::vector<std::string> told;
  for (const MaintenanceView& view : *views) {
    const MaintenanceForObjective& first = view.standings.front();
    std::string line = view.body.name + (first.in_advance ? " in advance:" : ":");
    for (const Interval& out : first.out) line += " out " + FormatDuration(Length(out));
    for (const std::string& why : first.why) line += " " + why;
    told.push_back(line);
  }
  return told;
}

TEST(MaintenanceView, SaysWhatIsExcludedAndWhyTheRestIsNot) {
  SmallCase test;
  test.terms.rules = {TwoDaysOfNotice()};
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
  const auto announce = [&](const ledger::TestParty& by, const std::string& name,
                            const std::string& cause, const std::string& day) {
    test.Act(by, BodyKind::kMaintenanceAnnounced,
             Announcing(name, cause, day + "T10:00:00Z", day + "T12:00:00Z"));
  };
  test.Wait("2026-03-10T00:00:00Z");
  announce(test.acme, "in-time", "planned-maintenance", "2026-03-20");
  announce(test.acme, "late", "planned-maintenance", "2026-03-11");
  announce(test.acme, "urgent", "emergency-maintenance", "2026-03-21");
  announce(test.watch, "stranger", "planned-maintenance", "2026-03-22");
  announce(test.shop, "in-time", "planned-maintenance", "2026-03-23");
  announce(test.acme, "june", "planned-maintenance", "2026-06-20");
  test.Wait("2026-04-01T00:30:00Z");
  test.Publish("2026-04-01T00:00:00Z");
  const std::vector<std::string> told = Told(test);
  ASSERT_EQ(told.size(), 5u);  // the customer's takes nobody's name
  EXPECT_EQ(told[0], "in-time: out 2 h");
  EXPECT_NE(told[1].find("not excluded: announced too late, the notice of 2 d ends 2026-03-12"),
            std::string::npos)
      << told[1];
  EXPECT_NE(told[2].find("its cause is none that rules/maintenance covers"), std::string::npos)
      << told[2];
  EXPECT_NE(told[3].find("by one who is no side of the objective"), std::string::npos) << told[3];
  EXPECT_EQ(told[4], "june in advance: out 2 h");
  const Result result = test.Replay("2026-03");
  EXPECT_TRUE(Has(result, "announcement-name-taken"));
  size_t noted = 0;
  for (const DerivationLine& line : result.windows.front().derivation)
    noted += line.step == "noted";
  EXPECT_EQ(noted, 3u) << "explain says why each does not count";
}

TEST(MaintenanceView, WhatWouldExcludeNothingIsToldBeforeItIsSigned) {
  SmallCase test;
  test.terms.rules = {TwoDaysOfNotice()};
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
  test.Wait("2026-03-10T00:00:00Z");
  test.Publish("2026-03-10T00:00:00Z");
  const auto foreseen = [&](const std::string& day) {
    const ForeseenAct act{
        BodyKind::kMaintenanceAnnounced,
        Announcing("m", "planned-maintenance", day + "T10:00:00Z", day + "T12:00:00Z"),
        test.acme.id,
        {},
        std::nullopt};
    const auto findings = Foresee(test.ledger(), "gold", act, test.test.clock().Now());
    EXPECT_TRUE(findings.ok()) << findings.status();
    return findings->empty() ? std::string() : findings->front().message;
  };
  EXPECT_EQ(foreseen("2026-03-20"), "");
  EXPECT_EQ(foreseen("2026-05-20"), "");
  EXPECT_NE(foreseen("2026-03-11").find("it takes nothing out of any objective: planned"),
            std::string::npos);
}

}  // namespace
}  // namespace tally::replay
