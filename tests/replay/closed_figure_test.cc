// Goal: an honest closing is never called wrong, and the nightly job raises nobody for what nobody
// can restate. Method: each cause by itself in memory; a month that an expected level makes pay
// later, and one that was closed on a ruling that was then corrected, asked both ways.
#include "replay/closed_figure.h"

#include <gtest/gtest.h>

#include "replay/project.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "tests/replay/case_support.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

using ChangedBy = ClosedDifference::By;

class ClosedFigureTest : public ::testing::Test {
 protected:
  ClosedFigureTest() {
    version_.terms = std::make_shared<const Terms>(terms_);
    window_.plan.version = &version_;
    window_.plan.objective = &version_.terms->objectives.front();
    window_.closing = &closing_;
  }
  void Restate() {
    terms_.disputes.late_evidence = LateEvidence::kAlwaysRestated;
    version_.terms = std::make_shared<const Terms>(terms_);
  }
  ChangedBy CauseNow(const std::vector<CreditSince>& since = {}) const {
    return CauseOfDifference(window_, since, false).by;
  }

  Terms terms_ = SmallTerms(SomeZone());
  TermsVersion version_;
  Closing closing_;
  EvaluatedWindow window_;
};

TEST_F(ClosedFigureTest, WhereNothingCameTheClosingIsWrong) {
  EXPECT_EQ(CauseNow(), ChangedBy::kNothing);
  EXPECT_EQ(CauseNow({CreditSince{}}), ChangedBy::kNothing) << "as it was closed";
}

TEST_F(ClosedFigureTest, WhatCameLastIsTheCause) {
  window_.reopened = true;
  EXPECT_EQ(CauseNow(), ChangedBy::kActs);
  CreditSince ruled, by_rules;
  ruled.own = true;
  by_rules.why = "with the closing of another";
  EXPECT_EQ(CauseNow({{}, by_rules, ruled}), ChangedBy::kActs);
  EXPECT_EQ(CauseNow({{}, ruled, by_rules}), ChangedBy::kRules);
  EXPECT_EQ(CauseOfDifference(window_, {{}, by_rules}, false).why,
            "by rules over windows, with the closing of another");
}

TEST_F(ClosedFigureTest, WhatStoodMeanwhileIsACauseToo) {
  window_.changes.push_back({.stamp = {}, .why = "a ruling was corrected", .credit = {}});
  EXPECT_EQ(CauseNow(), ChangedBy::kActs);
  EXPECT_EQ(CauseOfDifference(window_, {}, false).why, "a ruling was corrected");
}

TEST_F(ClosedFigureTest, TermsThatAlwaysRestateAskNobody) {
  Restate();
  EXPECT_EQ(CauseNow(), ChangedBy::kTerms);
  window_.reopened = true;
  EXPECT_EQ(CauseNow(), ChangedBy::kActs);
}

TEST_F(ClosedFigureTest, AWindowThatIsNotClosedHasNone) {
  EXPECT_TRUE(ClosedOf(window_, {}, true).has_value());
  window_.closing = nullptr;
  EXPECT_FALSE(ClosedOf(window_, {}, true).has_value());
}

class ClosedMonths : public ::testing::Test {
 protected:
  // Down on the tenth of each month.
  void Month(absl::string_view first, absl::string_view down, absl::string_view up,
             absl::string_view end) {
    test_.feed.Report(1, State::kUp, On(first))
        .Report(1, State::kDown, On(down))
        .Report(1, State::kUp, On(up));
    test_.Wait(end);
    test_.Publish(end);
  }
  void March() {
    Month("2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z",
          "2026-04-01T00:00:00Z");
  }
  std::vector<std::string> Stale() {
    std::vector<std::string> reasons;
    const absl::StatusOr<NightlyLook> look =
        LookNightly(test_.ledger(), "gold", test_.ledger().head().size, test_.test.clock().Now());
    TALLY_CHECK(look.ok());
    for (const StaleWindow& each : look->stale) {
      reasons.push_back(std::string(StaleReasonName(each.reason)));
    }
    return reasons;
  }
  SmallCase test_;
};

TEST_F(ClosedMonths, RulesOverWindowsLeaveNothingToRestate) {
  test_.terms.rules = {RuleWith("expected", "expected level",
                                {{"failures", "2"}, {"windows", "12"}, {"pays", "all"}})};
  test_.Agree(test_.terms);
  March();
  test_.Wait("2026-04-12T00:00:00Z");
  test_.Project();
  EXPECT_TRUE(Stale().empty());
  Month("2026-04-01T00:00:00Z", "2026-04-20T00:00:00Z", "2026-04-21T00:00:00Z",
        "2026-05-01T00:00:00Z");
  test_.Wait("2026-05-12T00:00:00Z");
  test_.Project();
  EXPECT_EQ(Stale(), std::vector<std::string>({"rules over windows"}));
  EXPECT_TRUE(Has(test_.Replay("2026-03"), "closed-differs"));
}

TEST_F(ClosedMonths, AClosingByARulingThatWasCorrectedLaterWasRight) {
  test_.terms.parties.push_back({"arbiter", "watch"});
  test_.Agree(test_.terms);
  March();
  const auto say = [this](BodyKind kind, absl::string_view json, const Hash& answers) {
    const absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
    TALLY_CHECK(body.ok());
    return test_.Act(test_.watch, kind, *body, answers);
  };
  const Hash ruled = say(BodyKind::kRulingIssued,
                         R"({"rank":"arbitrator","partial":false,"values":[{"window":)"
                         R"({"objective":"availability","from":"2026-03-01T00:00:00Z",)"
                         R"("until":"2026-04-01T00:00:00Z"},"value":"199/200"}]})",
                         {});
  test_.Wait("2026-04-12T00:00:00Z");
  ASSERT_EQ(test_.Project().closings.at(0).value, "199/200");
  say(BodyKind::kRulingCorrected,
      R"({"ruling":{"rank":"arbitrator","partial":false,"reason":"a slip"}})", ruled);
  EXPECT_EQ(Stale(), std::vector<std::string>({"reopened"}));
  const Result result = test_.Replay("2026-03");
  EXPECT_FALSE(Has(result, "closing-not-reproduced"));
  EXPECT_TRUE(Has(result, "closed-differs"));
  EXPECT_TRUE(test_.test.CheckLedger());
}

// "Does it hang on this event?" is answered by verdict, value and credit.
TEST_F(ClosedMonths, AReadingDiffersFromTheClosingWhereItsFigureDoes) {
  test_.Agree(test_.terms);
  const uint64_t reports = test_.ledger().head().size;
  test_.feed.Report(2, State::kUp, On("2026-03-05T00:00:00Z"));
  March();
  test_.Wait("2026-04-12T00:00:00Z");
  test_.Project();
  const auto differs = [this](ReplayRequest request) {
    const Result result = test_.Replay(request);
    TALLY_CHECK(result.windows.at(0).closed.has_value());
    return result.windows[0].closed->differs;
  };
  ReplayRequest request = test_.Request("2026-03");
  EXPECT_FALSE(differs(request));
  request.without = {{reports, 0}};
  EXPECT_FALSE(differs(request)) << "of another source";
  request.without = {{reports, 2}};
  EXPECT_TRUE(differs(request)) << "the outage";
  request.without.clear();
  Terms reading = test_.terms;
  request.terms = reading;
  EXPECT_FALSE(differs(request)) << "equal terms";
  reading.disputes.answer_within_days = 11;
  request.terms = reading;
  EXPECT_FALSE(differs(request)) << "terms of equal figures";
  reading.fees[0].amount = Cash("2000.00 USD");
  request.terms = reading;
  EXPECT_TRUE(differs(request));
}

}  // namespace
}  // namespace tally::replay
