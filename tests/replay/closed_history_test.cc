// Goal: what stood in a closed figure's place stays known, with its credit of then, whatever took
// its place (DOMAIN 3.11, 3.17 rule 31). Method: changes made in memory; one closed month of a
// small ledger, ruled on and corrected, its books read at each knowledge date.
//
// By hand: down for the whole of 10 March: 30/31 = 96.77 %: 30 % of 1,000.00. Ruled to be 99.5 %:
// 10 %. Ruled to be 90 %: all of it.
#include "replay/closed_history.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/dispute/restatement.h"
#include "replay/project.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

ClosedChange Change(uint64_t index, absl::string_view time, std::optional<Money> credit) {
  ClosedChange change;
  change.stamp.at = {index, 0};
  change.stamp.time = change.stamp.recorded = On(time);
  change.states_credit = credit.has_value();
  change.credit = credit;
  return change;
}

TEST(ClosedHistory, WhatIsNotKnownIsToldWithTheNext) {
  Closing closing;
  closing.body.credit = Cash("100.00 USD");
  EvaluatedWindow window;
  window.changes = {Change(40, "2026-04-12T00:00:00Z", Cash("60.00 USD")),
                    Change(50, "2026-04-20T00:00:00Z", std::nullopt),
                    Change(60, "2026-04-25T00:00:00Z", std::nullopt)};
  EXPECT_TRUE(RestatedOf(window, 0).empty()) << "nothing was closed";
  window.closing = &closing;
  const std::vector<Restated> restated = RestatedOf(window, /*held=*/0);
  ASSERT_EQ(restated.size(), 2u);
  EXPECT_EQ(restated[0].before, 10'000);
  EXPECT_EQ(restated[1].before, 6'000);
  EXPECT_EQ(restated[1].spoken, On("2026-04-20T00:00:00Z"));
  EXPECT_EQ(RestatedOf(window, 9'000)[0].before, 1'000) << "what rules hold back is not claimed";
}

class ClosedMonth : public ::testing::Test {
 protected:
  explicit ClosedMonth(LateEvidence late = LateEvidence::kRestatementProposed) {
    test_.terms.parties.push_back({"arbiter", "watch"});
    test_.terms.disputes.late_evidence = late;
    tally::Rule silence;
    silence.id = "consent";
    silence.kind = "restatement";
    silence.choices = Choices({{"counted in", {"calendar days"}},
                               {"number", {"4"}},
                               {"propose within", {"30"}},
                               {"silence", {"deemed accepted"}}});
    test_.terms.rules.push_back(silence);
    test_.Agree(test_.terms);
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-04-01T00:00:00Z");
    test_.Publish("2026-04-01T00:00:00Z");
    test_.Wait("2026-04-06T00:00:00Z");
    const ProjectionOutput closed = test_.Project();
    TALLY_CHECK(closed.closings.size() == 1);
    closed_ = closed.closings[0];
    closing_ = test_.test.DigestAt(test_.ledger().head().size - 1);
  }
  // What the records give now; silence accepts it four days later.
  Hash Restate(absl::string_view at) {
    test_.Wait(at);
    absl::StatusOr<NightlyLook> look =
        LookNightly(test_.ledger(), "gold", test_.ledger().head().size, test_.test.clock().Now());
    TALLY_CHECK(look.ok());
    WindowClosed now = closed_;
    if (!look->stale.empty()) now = look->stale[0].now;
    now.size = test_.ledger().head().size;
    figures_ = now.figures;
    return test_.Act(test_.acme, BodyKind::kRestatementProposed,
                     Encode(RestatementBody(closed_, now, "late")));
  }
  // Up again after a second: nothing is due.
  void ReportUp(absl::string_view at) {
    test_.Wait(at);
    test_.feed.Report(1, State::kUp, On("2026-03-10T00:00:01Z"));
    test_.Publish(at);
  }
  Hash Rule(absl::string_view at, const std::string& said, const Hash& corrects = {},
            const ledger::TestParty* by = nullptr) {
    test_.Wait(at);
    return test_.Rule(by == nullptr ? test_.watch : *by, said, corrects);
  }
  static std::string Value(absl::string_view fraction) {
    return absl::StrCat(R"(,"values":[{"window":)", kMonth, R"(,"value":")", fraction, "\"}]");
  }
  static std::string Credit(absl::string_view amount) {
    return absl::StrCat(R"(,"credits":[{"window":)", kMonth, R"(,"amount":")", amount, "\"}]");
  }
  std::string Books(absl::string_view at) {
    ReplayRequest request = test_.Request();
    request.axes.as_recorded = On(at);
    std::string text;
    for (const Posting& each : test_.Replay(request).postings) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", each.from, ">", each.to, " ",
                      FormatAmount(each.amount));
    }
    return text;
  }

  static constexpr char kMonth[] = R"({"objective":"availability","from":"2026-03-01T00:00:00Z",)"
                                   R"("until":"2026-04-01T00:00:00Z"})";
  SmallCase test_;
  WindowClosed closed_;
  Hash closing_, figures_;
};

TEST_F(ClosedMonth, AValueThatAnotherReplacedStaysInTheBooks) {
  const std::string closed = ">accrued 300.00";
  Rule("2026-04-10T00:00:00Z", Value("199/200"));
  const std::string first = closed + ", accrued> 300.00, >accrued 100.00";
  Rule("2026-04-11T00:00:00Z", Value("9/10"));
  const std::string second = first + ", accrued> 100.00, >accrued 1000.00";
  EXPECT_EQ(Books("2026-04-09T00:00:00Z"), closed);
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), first);
  EXPECT_EQ(Books("2026-04-11T00:00:00Z"), second);
}

TEST_F(ClosedMonth, AValueThatWasCorrectedAwayStaysInTheBooks) {
  const Hash ruled = Rule("2026-04-10T00:00:00Z", Value("199/200"));
  Rule("2026-04-11T00:00:00Z", R"(,"reason":"a slip")", ruled);
  EXPECT_EQ(Books("2026-04-11T00:00:00Z"),
            ">accrued 300.00, accrued> 300.00, >accrued 100.00, accrued> 100.00, >accrued 300.00");
}

TEST_F(ClosedMonth, ACreditThatWasCorrectedStaysInTheBooks) {
  const Hash ruled = Rule("2026-04-10T00:00:00Z", Credit("70.00 USD"));
  Rule("2026-04-11T00:00:00Z", Credit("60.00 USD"), ruled);
  const std::string first = ">accrued 300.00, accrued> 300.00, >approved 70.00";
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), first);
  EXPECT_EQ(Books("2026-04-11T00:00:00Z"), first + ", approved> 70.00, >approved 60.00");
  // A side corrects nothing.
  Rule("2026-04-12T00:00:00Z", Credit("50.00 USD"), ruled, &test_.shop);
  EXPECT_EQ(Books("2026-04-12T00:00:00Z"), first + ", approved> 70.00, >approved 60.00");
  // Nothing is ruled any more: it is due once it is claimed.
  Rule("2026-04-13T00:00:00Z", R"(,"reason":"another month")", ruled);
  EXPECT_EQ(Books("2026-04-13T00:00:00Z"),
            first + ", approved> 70.00, >approved 60.00, approved> 60.00, >accrued 300.00");
}

// Silence said nothing against the ruling that stood then, whatever took that one's place.
TEST_F(ClosedMonth, ACorrectionBringsNoSilenceBack) {
  ReportUp("2026-04-07T00:00:00Z");
  Restate("2026-04-07T01:00:00Z");
  const Hash ruled = Rule("2026-04-10T00:00:00Z", Value("199/200"));
  Rule("2026-04-14T00:00:00Z", Value("9/10"), ruled);
  const std::string first = ">accrued 300.00, accrued> 300.00, >accrued 100.00";
  EXPECT_EQ(Books("2026-04-13T00:00:00Z"), first);
  EXPECT_EQ(Books("2026-04-14T00:00:00Z"), first + ", accrued> 100.00, >accrued 1000.00");
  EXPECT_TRUE(Has(test_.Replay(), "restatement-overtaken"));
  // Nor does one that leaves nothing ruled.
  Rule("2026-04-15T00:00:00Z", R"(,"reason":"a slip")", ruled);
  EXPECT_TRUE(Has(test_.Replay(), "restatement-overtaken"));
  EXPECT_EQ(test_.Replay("2026-03").windows.at(0).verdict, Verdict::kBreached);
}

// Only what moves a figure or a sum overtakes an offer.
TEST_F(ClosedMonth, ARestatementThatMovesNothingLeavesAnOfferAlone) {
  Restate("2026-04-07T00:00:00Z");
  test_.Wait("2026-04-08T00:00:00Z");
  const Hash offer = test_.Offer(closing_, Cash("300.00 USD"));
  test_.Wait("2026-04-13T00:00:00Z");
  test_.Confirm(offer, Cash("300.00 USD"));
  const Result result = test_.Replay();
  EXPECT_FALSE(Has(result, "settlement-stale"));
  EXPECT_EQ(BalanceOf(result, "settled", "shop"), "300.00 USD");
}
TEST_F(ClosedMonth, ARestatementThatMovesTheFigureOvertakesIt) {
  ReportUp("2026-04-07T00:00:00Z");
  Restate("2026-04-07T01:00:00Z");
  test_.Wait("2026-04-08T00:00:00Z");
  const Hash offer = test_.Offer(closing_, Cash("300.00 USD"));
  test_.Wait("2026-04-13T00:00:00Z");
  test_.Confirm(offer, Cash("300.00 USD"));
  EXPECT_TRUE(Has(test_.Replay(), "settlement-stale"));
}

// The figure is restated by then; another sum than the agreed one takes both sides' word on a sum.
TEST_F(ClosedMonth, WhatSilenceRestatedIsNotRestatedAgainByAWord) {
  const Hash claim = test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  for (const ledger::TestParty* side : {&test_.acme, &test_.shop}) {
    test_.Act(*side, BodyKind::kClaimAgreed, Encode(ClaimAgreed{Cash("80.00 USD"), {}, "both", {}}),
              claim);
  }
  ReportUp("2026-04-07T00:00:00Z");
  const Hash proposal = Restate("2026-04-07T01:00:00Z");
  test_.Wait("2026-04-13T00:00:00Z");
  test_.Act(test_.shop, BodyKind::kRestatementAccepted, Encode(RestatementAccepted{figures_, ""}),
            proposal);
  Result result = test_.Replay();
  EXPECT_EQ(result.windows.at(0).verdict, Verdict::kMet);
  EXPECT_EQ(BalanceOf(result, "approved", "shop"), "80.00 USD");
  EXPECT_TRUE(Has(result, "restatement-overtaken"));
  for (const ledger::TestParty* side : {&test_.acme, &test_.shop}) {
    test_.Act(*side, BodyKind::kClaimAgreed, Encode(ClaimAgreed{Cash("10.00 USD"), {}, "both", {}}),
              claim);
  }
  EXPECT_EQ(BalanceOf(test_.Replay(), "approved", "shop"), "10.00 USD");
}

// It was given of what stood then; that nothing is due any more is no reason to forget it.
TEST_F(ClosedMonth, AReleaseOfWhatALaterRulingTookAwayStaysInTheBooks) {
  test_.Wait("2026-04-10T00:00:00Z");
  ReleaseGiven release;
  release.windows = {{"availability", closed_.window.window}};
  release.reason = "let it be";
  test_.Act(test_.shop, BodyKind::kReleaseGiven, Encode(release));
  Rule("2026-04-12T00:00:00Z", Value("1/1"));
  const std::string released = ">accrued 300.00, accrued>reversed 300.00";
  EXPECT_EQ(Books("2026-04-11T00:00:00Z"), released);
  EXPECT_EQ(Books("2026-04-12T00:00:00Z"), released + ", reversed> 300.00");
}

TEST_F(ClosedMonth, AnAwardThatWasCorrectedStaysInTheBooks) {
  const auto costs = [](const std::string& amounts) {
    return absl::StrCat(R"(,"awards":[{"of":"costs","debtor":"provider","amount":")", amounts,
                        R"(","note":"of both"},{"of":"interest","debtor":"customer",)",
                        R"("amount":"3.00 USD"}])");
  };
  const Hash ruled = Rule("2026-04-10T00:00:00Z", costs("5.00 USD"));
  Rule("2026-04-11T00:00:00Z", costs("4.00 USD"), ruled);
  const std::string first = ">accrued 300.00, >approved 5.00, >approved 3.00";
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), first);
  EXPECT_EQ(Books("2026-04-11T00:00:00Z"),
            first + ", approved> 5.00, approved> 3.00, >approved 4.00, >approved 3.00");
}

// Both are recorded at one instant: the credit is booked by the one that rules it.
TEST_F(ClosedMonth, OfTwoRulingsOfOneInstantTheOneThatRulesTheCreditIsItsCause) {
  Rule("2026-04-10T00:00:00Z",
       R"(,"awards":[{"of":"costs","debtor":"provider","amount":"5.00 USD","note":"of both"}])");
  const Hash credit = test_.Rule(test_.watch, Credit("70.00 USD"));
  ASSERT_NE(credit, Hash());
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"),
            ">accrued 300.00, accrued> 300.00, >approved 70.00, >approved 5.00");
  const std::vector<Posting> postings = test_.Replay().postings;
  ASSERT_EQ(postings.size(), 4u);
  EXPECT_EQ(test_.test.DigestAt(postings[2].cause->index), credit);
}

// Terms that reach back are said when they are said: what the terms of before posted stays.
class ReachedBack : public ClosedMonth {
 protected:
  void Amend(const Terms& amended, absl::string_view at) {
    test_.Wait(at);
    test_.Amend(test_.terms, amended, On("2026-03-01T00:00:00Z"), Reach::kRetroactive,
                /*reopens_settled=*/true);
  }
  // With currencies.
  std::string Sums(absl::string_view at) {
    ReplayRequest request = test_.Request();
    request.axes.as_recorded = On(at);
    std::string text;
    for (const Posting& each : test_.Replay(request).postings) {
      absl::StrAppend(&text, text.empty() ? "" : ", ", each.from, ">", each.to, " ",
                      FormatMoney(each.amount));
    }
    return text;
  }
  Hash File(absl::string_view at) {
    test_.Wait(at);
    return test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  }
  void AnswerPart(const Hash& claim, absl::string_view amount, absl::string_view at) {
    test_.Wait(at);
    ClaimAnswered answer;
    answer.answer = ClaimAnswer::kPartly;
    answer.amount = Cash(amount);
    test_.Act(test_.acme, BodyKind::kClaimAnswered, Encode(answer), claim);
  }
};

TEST_F(ReachedBack, AnotherCurrencyIsEnteredWhenItIsAgreed) {
  const Hash claim = File("2026-04-07T00:00:00Z");
  AnswerPart(claim, "100.00 USD", "2026-04-08T00:00:00Z");
  const std::string before = Sums("2026-04-09T00:00:00Z");
  EXPECT_EQ(before, ">accrued 300.00 USD, accrued>claimed 300.00 USD, claimed>approved 100.00 USD");
  Terms amended = test_.terms;
  amended.fees.front().amount = Cash("1000.00 EUR");
  Amend(amended, "2026-04-10T00:00:00Z");
  EXPECT_EQ(Sums("2026-04-10T00:00:00Z"),
            before +
                ", approved> 100.00 USD, claimed> 200.00 USD, >approved 100.00 EUR, "
                ">claimed 200.00 EUR");
  EXPECT_EQ(Sums("2026-04-09T00:00:00Z"), before);
}

TEST_F(ReachedBack, WhereNoCreditIsGivenAnyMoreItIsTakenBack) {
  const Hash claim = File("2026-04-07T00:00:00Z");
  // Void in its time, and not because of what is due later.
  AnswerPart(claim, "100.00 EUR", "2026-04-08T00:00:00Z");
  const std::string before = Sums("2026-04-09T00:00:00Z");
  EXPECT_EQ(before, ">accrued 300.00 USD, accrued>claimed 300.00 USD");
  Terms amended = test_.terms;
  amended.objectives.front().credit.reset();
  Amend(amended, "2026-04-10T00:00:00Z");
  EXPECT_EQ(Sums("2026-04-10T00:00:00Z"), before + ", claimed> 300.00 USD");
  EXPECT_TRUE(Has(test_.Replay(), "answer-other-currency"));
}

TEST_F(ReachedBack, WhatWasClaimedIsDueWithoutAClaimFromThenOn) {
  File("2026-04-07T00:00:00Z");
  const std::string before = Sums("2026-04-09T00:00:00Z");
  Terms amended = test_.terms;
  PayWithoutClaims(amended);
  Amend(amended, "2026-04-10T00:00:00Z");
  EXPECT_EQ(Sums("2026-04-10T00:00:00Z"), before + ", claimed>approved 300.00 USD");
}

TEST_F(ReachedBack, WhatExpiredStaysSo) {
  const std::string expired = Sums("2026-05-02T00:00:00Z");
  EXPECT_EQ(expired, ">accrued 300.00 USD, accrued>expired 300.00 USD");
  Terms amended = test_.terms;
  amended.disputes.claim_within_days = 90;
  Amend(amended, "2026-05-10T00:00:00Z");
  EXPECT_EQ(Sums("2026-05-10T00:00:00Z"), expired);
}
TEST_F(ReachedBack, NoTimeRunsOutBeforeItWasAgreed) {
  Terms amended = test_.terms;
  amended.disputes.claim_within_days = 10;
  Amend(amended, "2026-04-20T00:00:00Z");
  EXPECT_EQ(Sums("2026-04-19T00:00:00Z"), ">accrued 300.00 USD");
  ReplayRequest request = test_.Request();
  request.axes.as_recorded = On("2026-04-20T12:00:00Z");
  const std::vector<Posting> postings = test_.Replay(request).postings;
  ASSERT_EQ(postings.size(), 2u);
  EXPECT_EQ(postings.back().to, "expired");
  EXPECT_GE(postings.back().at, On("2026-04-20T00:00:00Z"));
}

class AlwaysRestated : public ClosedMonth {
 protected:
  AlwaysRestated() : ClosedMonth(LateEvidence::kAlwaysRestated) {}
};

TEST_F(AlwaysRestated, LateEvidenceChangesTheBooksWhenItComes) {
  ReportUp("2026-04-10T00:00:00Z");
  const std::string closed = ">accrued 300.00";
  EXPECT_EQ(Books("2026-04-09T00:00:00Z"), closed);
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), closed + ", accrued> 300.00");
  test_.Wait("2026-04-11T00:00:00Z");
  test_.feed.Report(1, State::kDown, On("2026-03-20T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-21T00:00:00Z"));
  test_.Publish("2026-04-11T00:00:00Z");
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), closed + ", accrued> 300.00");
  EXPECT_EQ(Books("2026-04-11T12:00:00Z"), closed + ", accrued> 300.00, >accrued 300.00");
}

// Times of records differ by no less than an instant, and two records may share one: the change is
// of the last of them.
TEST_F(AlwaysRestated, RecordsOfOneInstantAreOneChange) {
  test_.Wait("2026-04-10T00:00:00Z");
  const Instant now = test_.test.clock().Now();
  test_.feed.Report(1, State::kDown, On("2026-03-20T00:00:00Z"));
  const auto first = test_.test.Append(test_.feed.Sign());
  test_.feed.Report(1, State::kUp, On("2026-03-21T00:00:00Z"));
  const auto second = test_.test.Append(test_.feed.Sign());
  ASSERT_EQ(first.recorded, second.recorded);
  ASSERT_EQ(second.recorded, now);
  test_.Wait("2026-04-11T00:00:00Z");
  EXPECT_EQ(Books("2026-04-10T12:00:00Z"), ">accrued 300.00, accrued> 300.00, >accrued 1000.00");
  const std::vector<Posting> postings = test_.Replay().postings;
  ASSERT_EQ(postings.size(), 3u);
  ASSERT_TRUE(postings.back().cause.has_value());
  EXPECT_EQ(postings.back().cause->index, second.index);
}

}  // namespace
}  // namespace tally::replay
