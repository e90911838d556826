// Goal: what becomes of a proposal: whose answer counts, what silence means, what takes effect
// first. Method: one case, and the states of its proposals after each story.
#include "replay/target_weigher.h"

#include <gtest/gtest.h>

#include "tests/replay/target_support.h"

namespace tally::replay {
namespace {

using States = std::vector<std::string>;

TEST(TargetWeigher, AnotherFigureNeedsTheSignatureOfTheOtherSide) {
  TargetCaseFor play;
  play.Propose(play.test.acme, "95");
  EXPECT_TRUE(Has(play.test.Replay("2026-03"), "target-beside-formula"));
  EXPECT_EQ(play.States("2026-04-18T00:00:00Z"), States{"lapsed"}) << "silence is no consent";
  const Hash second = play.Propose(play.test.acme, "95", "");
  EXPECT_EQ(play.States("2026-12-01T00:00:00Z"), (States{"lapsed", "waiting"}))
      << "no rule, no time";
  play.Accept(play.test.shop, second);
  EXPECT_EQ(play.States(), (States{"overtaken", "countersigned"}));
  EXPECT_EQ(FormatDecimal(play.View().holding.at(0).second.percent), "95");
}

TEST(TargetWeigher, OnlyTheOtherSideAnswersAndOnlyInTime) {
  TargetCaseFor play;
  const Hash proposal = play.Propose(play.test.acme, "94.995");
  play.Accept(play.test.acme, proposal);
  play.Accept(play.test.watch, proposal);
  EXPECT_EQ(play.States(), States{"waiting"});
  EXPECT_TRUE(Has(play.test.Replay("2026-03"), "target-answer-one-sided"));
  EXPECT_TRUE(Has(play.test.Replay("2026-03"), "target-answer-without-right"));
  play.test.Wait("2026-04-18T00:00:00Z");
  play.Contest(play.test.shop, proposal);
  EXPECT_EQ(play.States(), States{"deemed accepted"});
  EXPECT_TRUE(Has(play.test.Replay("2026-03"), "target-answer-late"));
}

TEST(TargetWeigher, AContestedOrWithdrawnProposalHasNoEffect) {
  TargetCaseFor play;
  const Hash first = play.Propose(play.test.acme, "94.995");
  play.Contest(play.test.shop, first);
  play.Accept(play.test.shop, first);
  EXPECT_EQ(play.States("2026-12-01T00:00:00Z"), States{"contested"});
  play.test.Wait("2026-04-08T00:00:00Z");
  const Hash second = play.Propose(play.test.acme, "94.995", "");
  play.Contest(play.test.acme, second);
  EXPECT_EQ(play.States("2026-12-01T00:00:00Z"), (States{"contested", "withdrawn"}));
}

// F1 of an attack: the ledger takes no contest of what its author replaced, whatever replaces it.
TEST(TargetWeigher, WhatAVoidProposalReplacesIsNotAcceptedBySilence) {
  TargetCaseFor play;
  TargetProposed void_one;
  void_one.objective = "nothing";
  void_one.compare = Compare::kAtLeast;
  void_one.target = Figure("50");
  void_one.effective = On("2026-05-01T00:00:00Z");
  play.test.Act(play.test.acme, BodyKind::kTargetProposed, Encode(void_one),
                play.Propose(play.test.acme, "94.995"));
  EXPECT_EQ(play.States("2026-12-01T00:00:00Z").front(), "withdrawn");
}

TEST(TargetWeigher, SilenceAcceptsOnlyFromWhomTheTermsName) {
  TargetCaseFor play;
  play.Propose(play.test.shop, "94.995");
  EXPECT_EQ(play.States("2026-04-18T00:00:00Z"), States{"lapsed"});
  TargetCaseFor either(Changes{{"proposed by", "either"}});
  either.Propose(either.test.shop, "94.995");
  EXPECT_EQ(either.States("2026-04-18T00:00:00Z"), States{"deemed accepted"});
}

TEST(TargetWeigher, ProposalsThatCannotBeHaveNoEffect) {
  TargetCaseFor play;
  play.Propose(play.test.watch, "94.995");
  play.Propose(play.test.acme, "99.99");
  play.Propose(play.test.acme, "101");
  play.Propose(play.test.acme, "95", "no-such-rule");
  EXPECT_EQ(play.States(), States(4, "without effect"));
  const Result result = play.test.Replay("2026-03");
  for (const absl::string_view kind : {"target-without-right", "target-holds-already",
                                       "target-not-possible", "target-without-rule"}) {
    EXPECT_TRUE(Has(result, kind)) << kind;
  }
}

TEST(TargetWeigher, AnAmendmentOfTheTargetOvertakesAProposalAndNoOtherDoes) {
  Instant effective = On("2026-04-01T00:00:00Z");
  TargetCaseFor other;
  other.Propose(other.test.acme, "94.995");
  Terms amended = other.test.terms;
  amended.disputes.objection_days = 20;
  other.test.Amend(other.test.terms, amended, effective, Reach::kProspective);
  EXPECT_EQ(other.States("2026-04-18T00:00:00Z"), States{"deemed accepted"});
  EXPECT_EQ(FormatDecimal(other.View("2026-04-18T00:00:00Z").holding.at(0).second.percent),
            "94.995");
  TargetCaseFor same;
  same.Propose(same.test.acme, "94.995");
  amended = same.test.terms;
  amended.objectives[0].target.percent = Figure("99.999");
  amended.objectives[0].credit->tiers[0].below = Figure("99.999");
  same.test.Amend(same.test.terms, amended, effective, Reach::kProspective);
  EXPECT_EQ(same.States("2026-04-18T00:00:00Z"), States{"overtaken"});
  EXPECT_EQ(FormatDecimal(same.View("2026-04-18T00:00:00Z").holding.at(0).second.percent),
            "99.999");
}

TEST(TargetWeigher, ABaselineIsSetOnceAndARatchetGoesOn) {
  TargetCaseFor once;
  once.Accept(once.test.shop, once.Propose(once.test.acme, "94.995"));
  EXPECT_EQ(once.View().due.at(0).figure.state, FigureState::kNone);
  // A ratchet measures anew, under the target that holds: 94 %, then April's 96 %.
  TargetCaseFor again(Changes{{"formula", "half way"}, {"decimals", "2"}}, "ratchet");
  EXPECT_EQ(again.View().due.at(0).figure.state, FigureState::kNone) << "March was worse";
  again.Accept(again.test.shop, again.Propose(again.test.acme, "94", ""));
  EXPECT_EQ(again.View().due.at(0).figure.state, FigureState::kIncomplete);
  again.PlayApril();
  again.Close("2026-05-01T00:00:00Z", "2026-05-07T00:00:00Z");
  const TargetDue due = again.View().due.at(0);
  EXPECT_EQ(due.figure.state, FigureState::kReady) << due.figure.text;
  EXPECT_EQ(FormatDecimal(due.figure.level), "95");
  EXPECT_EQ(due.figure.from, On("2026-05-01T00:00:00Z"));
}

}  // namespace
}  // namespace tally::replay
