// Goal: which windows an adjusted target judges, and that the answer says why.
// Method: one case whose April is breached by the target of the terms and met by the adjusted one,
// replayed before and after the target took effect.
#include "replay/target_book.h"

#include <gtest/gtest.h>

#include "tests/replay/target_support.h"

namespace tally::replay {
namespace {

const DerivationLine* LineOf(const Result& result, absl::string_view step) {
  for (const DerivationLine& line : result.windows.at(0).derivation) {
    if (line.step == step) return &line;
  }
  return nullptr;
}

TEST(TargetBook, SilenceMakesTheFigureOfTheFormulaEffective) {
  TargetCaseFor play;
  const TargetView before = play.View();
  ASSERT_EQ(before.due.size(), 1u);
  EXPECT_EQ(before.due[0].figure.state, FigureState::kReady) << before.due[0].figure.text;
  EXPECT_EQ(FormatDecimal(before.due[0].figure.level), "94.995");
  EXPECT_EQ(before.due[0].figure.from, On("2026-04-01T00:00:00Z"));
  EXPECT_TRUE(Has(play.test.Replay("2026-03"), "target-due"));

  play.Propose(play.test.acme, "94.995");
  EXPECT_EQ(play.States("2026-04-17T23:59:59Z"), std::vector<std::string>{"waiting"});
  EXPECT_EQ(play.States("2026-04-18T00:00:00Z"), std::vector<std::string>{"deemed accepted"});
  const Result waiting = play.ReplayAt("2026-04-17T23:00:00Z", "2026-03");
  EXPECT_TRUE(Has(waiting, "target-pending"));
  EXPECT_FALSE(Has(waiting, "target-due"));
  ASSERT_FALSE(waiting.deadlines.empty());
  EXPECT_EQ(waiting.deadlines.back().what, "target.answer");
  EXPECT_EQ(waiting.deadlines.back().party, "shop");
  EXPECT_EQ(waiting.deadlines.back().due, On("2026-04-18T00:00:00Z"));
  EXPECT_EQ(waiting.deadlines.back().state, "open");
  EXPECT_EQ(waiting.deadlines.back().consequence, "deemed accepted");
}

TEST(TargetBook, WindowsFromThereOnAreJudgedByIt) {
  TargetCaseFor play;
  const Hash proposal = play.Propose(play.test.acme, "94.995");
  play.test.Wait("2026-04-10T00:00:00Z");
  play.Accept(play.test.shop, proposal);
  play.test.Wait("2026-05-01T00:30:00Z");
  play.PlayApril();
  play.test.Publish("2026-05-01T00:00:00Z");
  const Result april = play.ReplayAt("2026-05-01T01:00:00Z", "2026-04");
  ASSERT_EQ(april.windows.size(), 1u);
  EXPECT_EQ(april.windows[0].verdict, Verdict::kMet);
  const DerivationLine* line = LineOf(april, "target adjusted");
  ASSERT_NE(line, nullptr);
  EXPECT_EQ(line->result, "at least 94.995 %");
  EXPECT_EQ(line->clause, "rules/first-month");
  EXPECT_EQ(line->causes.size(), 3u) << "closing, proposal and acceptance";
  EXPECT_TRUE(Has(april, "target-adjusted"));
  // The month that was measured keeps the target that it was measured under.
  const Result march = play.ReplayAt("2026-05-01T01:00:00Z", "2026-03");
  EXPECT_EQ(march.windows[0].verdict, Verdict::kBreached);
  EXPECT_EQ(LineOf(march, "target adjusted"), nullptr);
  EXPECT_FALSE(Has(march, "closing-not-reproduced"));
}

TEST(TargetBook, WhatWasClosedWithoutItStaysAsItWas) {
  TargetCaseFor play(Changes{{"silence", "deemed rejected"}, {"answer within days", "60"}});
  const Hash proposal = play.Propose(play.test.acme, "94.995");
  play.PlayApril();
  play.Close("2026-05-01T00:00:00Z", "2026-05-07T00:00:00Z");
  play.test.Wait("2026-05-08T00:00:00Z");
  play.Accept(play.test.shop, proposal);
  EXPECT_EQ(play.States(), std::vector<std::string>{"countersigned"});
  play.Down("2026-05-20T00:00:00Z", "2026-05-21T04:48:00Z");
  play.Close("2026-06-01T00:00:00Z", "2026-06-07T00:00:00Z");
  EXPECT_EQ(play.VerdictAt("2026-06-08T00:00:00Z", "2026-04"), "breached");
  EXPECT_EQ(play.VerdictAt("2026-06-08T00:00:00Z", "2026-05"), "met");
  EXPECT_FALSE(Has(play.ReplayAt("2026-06-08T00:00:00Z", "2026"), "closing-not-reproduced"));
}

TEST(TargetBook, AnotherReadingHasItsOwnTarget) {
  TargetCaseFor play;
  play.Accept(play.test.shop, play.Propose(play.test.acme, "94.995"));
  play.PlayApril();
  play.test.Wait("2026-05-01T00:30:00Z");
  play.test.Publish("2026-05-01T00:00:00Z");
  ReplayRequest request = play.test.Request("2026-04");
  EXPECT_EQ(play.test.Replay(request).windows.at(0).verdict, Verdict::kMet);
  request.terms = play.test.terms;
  request.reading = "as first written";
  EXPECT_EQ(play.test.Replay(request).windows.at(0).verdict, Verdict::kBreached);
}

}  // namespace
}  // namespace tally::replay
