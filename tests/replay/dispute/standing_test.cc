// Goal: windows, claims, deadlines and balances stand as the rules say, to the instant (rules 5,
// 25, 27, 29, 31; GC-41 c; T-64). Method: one breached month of 100.00 USD in UTC; acts one instant
// before and at each deadline; balances summed per currency every time.
#include "replay/dispute/standing.h"

#include <gtest/gtest.h>

#include "replay/dispute/calendar.h"
#include "schema/claim_accepted.h"
#include "schema/invoice.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class StandingTest : public ::testing::Test {
 protected:
  WindowCase Breached(const WindowName& name) {
    WindowCase each;
    each.name = name;
    each.terms = &terms_;
    each.calendars = &calendars_;
    each.zone = &zone_;
    each.obligor = "acme";
    each.obligee = "shop";
    each.obligee_party = Stream("shop");
    each.ended = true;
    each.breached = true;
    each.computed = Cash("100.00 USD");
    each.cutoff = DueAfterWindow(zone_, name.window, terms_.disputes.evidence_cutoff_days);
    return each;
  }
  Weighed At(absl::string_view knowledge, std::vector<WindowName> names = {March()}) {
    Instant k = On(knowledge);
    WeighingInstants instants{k, k};
    cases_.clear();
    for (const WindowName& name : names) {
      cases_.push_back(Breached(name));
      cases_.back().ended = k >= name.window.limit;
      cases_.back().closing =
          ClosingInForce(acts_.acts(), name, {cases_.back().cutoff, size_at_cutoff_}, instants);
    }
    Weighed weighed = *Weigh(acts_.acts(), acts_.forum(), cases_, ClaimsAsked::kAll, instants);
    std::map<std::string, int64_t> sums;
    for (const Balance& balance : weighed.journal.Balances()) {
      sums[balance.amount.currency.code] += balance.amount.minor;
    }
    for (const auto& [code, sum] : sums) EXPECT_EQ(sum, 0) << code;
    return weighed;
  }
  static std::string Owed(Weighed weighed, absl::string_view account) {
    for (const Balance& balance : weighed.journal.Balances()) {
      if (balance.account == account && balance.party == "shop") {
        return FormatMoney(balance.amount);
      }
    }
    return "-";
  }
  static std::string StateOf(const Weighed& weighed, absl::string_view what) {
    for (const Deadline& deadline : weighed.deadlines) {
      if (deadline.what == what) return deadline.state;
    }
    return "-";
  }
  static bool Found(const Weighed& weighed, absl::string_view kind) {
    for (const Finding& finding : weighed.findings) {
      if (finding.kind == kind) return true;
    }
    return false;
  }

  Zone zone_ = Zone::Utc();
  Terms terms_ = SmallTerms(SomeZone());
  CalendarBook calendars_;
  ActsInMemory acts_{terms_};
  std::vector<WindowCase> cases_;
  uint64_t size_at_cutoff_ = 0;
};

TEST_F(StandingTest, DaysAreCountedFromTheLocalDayOfTheAct) {
  // GC-41 c: received on 8 May at noon, five calendar days: through 13 May.
  EXPECT_EQ(DueAfterAct(zone_, On("2026-05-08T12:00:00Z"), 5), On("2026-05-14T00:00:00Z"));
  EXPECT_EQ(DueAfterAct(zone_, On("2026-05-08T00:00:00Z"), 5), On("2026-05-14T00:00:00Z"));
  EXPECT_EQ(DueAfterAct(zone_, On("2026-05-08T23:59:59.999999Z"), 0), On("2026-05-09T00:00:00Z"));
  // A month ends with its last instant: five days after February are the first five of March.
  EXPECT_EQ(DueAfterWindow(zone_, During("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"), 5),
            On("2026-03-06T00:00:00Z"));
}

// GC-41 a, b: two calendar months after January, thirty elapsed days after April.
TEST_F(StandingTest, GC41MonthsAndElapsedDaysAfterAWindow) {
  const Interval january = During("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  EXPECT_EQ(DueInMonths(zone_, january, 2), On("2026-04-01T00:00:00Z"));
  EXPECT_EQ(DueInMonths(zone_, january, 0), On("2026-02-01T00:00:00Z"));
  EXPECT_EQ(DueInMonths(zone_, During("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"), 3),
            On("2027-03-01T00:00:00Z"));
  Rule rule;
  rule.id = "claims";
  rule.kind = "claim deadline";
  rule.choices = Choices({{"counted in", {"elapsed days"}}, {"number", {"30"}}});
  terms_.rules = {rule};
  EXPECT_EQ(StateOf(At("2026-04-30T23:59:59.999Z"), "claim.file"), "open");
  EXPECT_EQ(StateOf(At("2026-05-01T00:00:00Z"), "claim.file"), "deemed") << "31 March + 30 x 24 h";
}

TEST_F(StandingTest, StatusFollowsTheClosingToTheInstant) {
  At("2026-03-31T23:59:59.999Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kOpen);
  EXPECT_FALSE(cases_[0].posted) << "credits of an open window are projections";
  At("2026-04-01T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kProvisional);
  EXPECT_TRUE(cases_[0].posted);
  acts_.Close(March(), "2026-04-05T23:59:59.999Z");
  At("2026-04-06T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kProvisional) << "closed before the cut-off";
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Weighed closed = At("2026-04-16T23:59:59.999Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kFinal);
  EXPECT_EQ(StateOf(closed, "objection"), "open");
  Weighed later = At("2026-04-17T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kConclusive);
  EXPECT_EQ(StateOf(later, "objection"), "deemed");
}

// Whoever holds the job's key hides timely evidence no more by closing over an older log.
TEST_F(StandingTest, AClosingCoversWhatWasRecordedBeforeTheCutOff) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  ASSERT_EQ(acts_.acts().ClosingsOf(March()).size(), 1u);
  size_at_cutoff_ = acts_.acts().ClosingsOf(March())[0].body.size;
  At("2026-04-07T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kFinal);
  ++size_at_cutoff_;
  At("2026-04-07T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kProvisional);
}

TEST_F(StandingTest, AClosingCitesTheTermsInForce) {
  WindowClosed body;
  body.window = March();
  body.size = 100;
  body.knowledge = On("2026-04-06T00:00:00Z");
  body.verdict = "breached";
  body.value = "9/10";
  body.figures = ledger::Sha256Of({AsBytes("figures")});
  body.terms_hash = Rename<TermsHash>(ledger::Sha256Of({AsBytes("terms of another reading")}));
  acts_.Say(BodyKind::kWindowClosed, "", Encode(body), "2026-04-06T00:00:00Z");
  At("2026-04-07T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kProvisional);
  const EvidenceCutoff cutoff{On("2026-04-06T00:00:00Z"), 0};
  ASSERT_EQ(acts_.acts().ClosingsOf(March()).size(), 1u);
  EXPECT_EQ(JudgeClosing(acts_.acts().ClosingsOf(March())[0], cutoff), ClosingVerdict::kOtherTerms);
  acts_.Close(March(), "2026-04-06T12:00:00Z");
  At("2026-04-07T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kFinal) << "the one that holds stands";
}

TEST_F(StandingTest, ATimelyObjectionKeepsAClosingFromBecomingConclusive) {
  Hash closing = acts_.Close(March(), "2026-04-06T00:00:00Z");
  acts_.Say(BodyKind::kReportContested, "shop", Bytes(), "2026-04-16T23:59:59.999Z", closing);
  Weighed weighed = At("2026-05-17T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kFinal);
  EXPECT_EQ(StateOf(weighed, "objection"), "met");
}

// T-64: the last instant is in time, the next is late; the deadline is tested on the first filing.
TEST_F(StandingTest, T64ClaimsAreAdmissibleToTheInstant) {
  struct Row {
    absl::string_view filed, state;
    bool late;
  };
  const Row rows[] = {{"2026-04-30T23:59:59.999Z", "filed", false},
                      {"2026-05-01T00:00:00Z", "without effect", true}};
  for (const Row& row : rows) {
    ActsInMemory fresh(terms_);
    fresh.Close(March(), "2026-04-06T00:00:00Z");
    fresh.File("shop", {March()}, row.filed);
    WeighingInstants instants{On("2026-05-01T12:00:00Z"), On("2026-05-01T12:00:00Z")};
    std::vector<WindowCase> cases = {Breached(March())};
    cases[0].closing = ClosingInForce(fresh.acts(), March(), {cases[0].cutoff, 0}, instants);
    Weighed weighed = *Weigh(fresh.acts(), fresh.forum(), cases, ClaimsAsked::kAll, instants);
    ASSERT_EQ(weighed.claims.size(), 1u);
    EXPECT_EQ(weighed.claims[0].state, row.state);
    EXPECT_EQ(Found(weighed, "claim-late"), row.late);
    EXPECT_EQ(StateOf(weighed, "claim.file"), row.late ? "late" : "met");
    EXPECT_EQ(Owed(weighed, row.late ? "expired" : "claimed"), "100.00 USD");
  }
}

TEST_F(StandingTest, CreditsThatNobodyClaimsExpire) {
  EXPECT_EQ(Owed(At("2026-04-30T23:59:59.999Z"), "accrued"), "100.00 USD");
  Weighed weighed = At("2026-05-01T00:00:00Z");
  EXPECT_EQ(Owed(weighed, "expired"), "100.00 USD");
  EXPECT_EQ(StateOf(weighed, "claim.file"), "deemed");
}

TEST_F(StandingTest, T64TwiceUnknownEarlyAndForeignWindows) {
  acts_.File("shop", {March()}, "2026-04-02T00:00:00Z");
  acts_.File("shop", {March()}, "2026-04-03T00:00:00Z");
  WindowName odd{"availability", During("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z")};
  acts_.File("shop", {odd}, "2026-04-03T00:00:00Z");
  acts_.File("shop", {April()}, "2026-03-31T23:59:59Z");
  Weighed weighed = At("2026-05-02T00:00:00Z", {March(), April()});
  EXPECT_TRUE(Found(weighed, "claim-repeated"));
  EXPECT_TRUE(Found(weighed, "claim-unknown-window"));
  EXPECT_TRUE(Found(weighed, "claim-before-window"));
  ASSERT_EQ(weighed.claims.size(), 4u);
  EXPECT_EQ(weighed.claims[0].state, "premature");
  EXPECT_EQ(weighed.claims[1].state, "without effect");
  EXPECT_EQ(Owed(weighed, "claimed"), "100.00 USD");
}

TEST_F(StandingTest, SilenceAcceptsWhenTheTimeToAnswerEnds) {
  acts_.File("shop", {March()}, "2026-04-02T00:00:00Z");  // premature: not closed yet
  EXPECT_EQ(At("2026-04-20T00:00:00Z").claims[0].state, "premature");
  acts_.Close(March(), "2026-04-21T10:00:00Z");  // effective now; answer until 1 May
  Weighed open = At("2026-05-01T23:59:59.999Z");
  EXPECT_EQ(open.claims[0].state, "filed");
  EXPECT_EQ(StateOf(open, "claim.answer"), "open");
  Weighed deemed = At("2026-05-02T00:00:00Z");
  EXPECT_EQ(deemed.claims[0].state, "deemed accepted");
  EXPECT_EQ(StateOf(deemed, "claim.answer"), "deemed");
  EXPECT_EQ(Owed(deemed, "approved"), "100.00 USD");
  acts_.Answer("acme", acts_.acts().claims()[0].digest, ClaimAnswer::kRejected,
               "2026-05-02T00:00:00Z");
  Weighed late = At("2026-05-03T00:00:00Z");
  EXPECT_TRUE(Found(late, "answer-late"));
  EXPECT_EQ(late.claims[0].state, "deemed accepted");
  EXPECT_EQ(StateOf(late, "claim.answer"), "late");
}

TEST_F(StandingTest, AnswersDecideWhatIsApproved) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("40.00 USD"));
  Weighed partly = At("2026-04-09T00:00:00Z");
  EXPECT_EQ(partly.claims[0].state, "partly accepted");
  EXPECT_EQ(Owed(partly, "approved"), "40.00 USD");
  EXPECT_EQ(Owed(partly, "claimed"), "60.00 USD");
  EXPECT_EQ(StateOf(partly, "claim.answer"), "met");
  EXPECT_EQ(partly.claims[0].decided, Cash("40.00 USD"));
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{}), "2026-04-10T00:00:00Z",
            claim);
  Weighed agreed = At("2026-04-11T00:00:00Z");
  EXPECT_EQ(agreed.claims[0].state, "agreed");
  EXPECT_EQ(Owed(agreed, "approved"), "40.00 USD");
  EXPECT_EQ(Owed(agreed, "reversed"), "60.00 USD");
}

// An acceptance binds to the sum that it names; another sum was never accepted.
TEST_F(StandingTest, AnAcceptanceOfAnotherAmountHasNoEffect) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-04-08T00:00:00Z", Cash("40.00 USD"));
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{Cash("70.00 USD"), ""}),
            "2026-04-09T00:00:00Z", claim);
  Weighed other = At("2026-04-10T00:00:00Z");
  EXPECT_EQ(other.claims[0].state, "partly accepted");
  EXPECT_TRUE(Found(other, "acceptance-other-amount"));
  EXPECT_EQ(Owed(other, "claimed"), "60.00 USD");
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{Cash("40.00 USD"), ""}),
            "2026-04-10T00:00:00Z", claim);
  EXPECT_EQ(At("2026-04-11T00:00:00Z").claims[0].state, "agreed");
}

TEST_F(StandingTest, SettledAtTheComputedAmountOrAtOneThatBothStated) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March()}, "2026-04-07T00:00:00Z", Cash("500.00 USD"));
  acts_.Answer("acme", claim, ClaimAnswer::kAccepted, "2026-04-08T00:00:00Z");
  Hash offer = acts_.Offer("acme", claim, "90.00 USD", "2026-04-09T00:00:00Z");
  Weighed offered = At("2026-04-09T12:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kFinal);
  EXPECT_TRUE(Found(offered, "claim-other-amount"));
  EXPECT_TRUE(Found(offered, "settlement-offer-differs"));
  EXPECT_EQ(offered.claims[0].due, Cash("100.00 USD")) << "the computed amount, not the claimed";
  acts_.Confirm("shop", offer, "90.00 USD", "2026-04-10T00:00:00Z");
  Weighed settled = At("2026-04-11T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kSettled);
  EXPECT_EQ(settled.claims[0].state, "settled");
  EXPECT_TRUE(Found(settled, "settlement-other-amount"));
  EXPECT_EQ(settled.claims[0].decided, Cash("90.00 USD"));
  EXPECT_EQ(settled.claims[0].due, Cash("100.00 USD"));
  EXPECT_EQ(Owed(settled, "settled"), "90.00 USD");
  EXPECT_EQ(Owed(settled, "reversed"), "10.00 USD");
}

TEST_F(StandingTest, AWithdrawnClaimLeavesItsWindowToAnother) {
  Hash first = acts_.File("shop", {March()}, "2026-04-02T00:00:00Z");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-03T00:00:00Z", first);
  acts_.File("shop", {March()}, "2026-04-04T00:00:00Z");
  Weighed weighed = At("2026-04-05T00:00:00Z");
  EXPECT_EQ(weighed.claims[0].state, "withdrawn");
  EXPECT_EQ(weighed.claims[1].state, "premature");
  EXPECT_EQ(Owed(weighed, "claimed"), "100.00 USD");
}

TEST_F(StandingTest, AClaimForTwoWindowsIsOneSum) {
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  acts_.Close(April(), "2026-05-06T00:00:00Z");
  Hash claim = acts_.File("shop", {March(), April()}, "2026-04-25T00:00:00Z");
  acts_.Answer("acme", claim, ClaimAnswer::kPartly, "2026-05-07T00:00:00Z", Cash("150.00 USD"));
  Weighed weighed = At("2026-05-08T00:00:00Z", {March(), April()});
  EXPECT_EQ(weighed.claims[0].due, Cash("200.00 USD"));
  EXPECT_EQ(Owed(weighed, "approved"), "150.00 USD");
  EXPECT_EQ(Owed(weighed, "claimed"), "50.00 USD");
}

TEST_F(StandingTest, CreditsWithoutClaimsAreApprovedByTheClosing) {
  terms_.disputes.credits = ClaimNeeded::kAutomatic;
  EXPECT_EQ(Owed(At("2026-07-01T00:00:00Z"), "accrued"), "100.00 USD");
  Hash closing = acts_.Close(March(), "2026-07-02T00:00:00Z");
  EXPECT_EQ(Owed(At("2026-07-03T00:00:00Z"), "approved"), "100.00 USD");
  Hash offer = acts_.Offer("acme", closing, "100.00 USD", "2026-07-04T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-07-05T00:00:00Z");
  Weighed settled = At("2026-07-06T00:00:00Z");
  EXPECT_EQ(cases_[0].status, WindowStatus::kSettled);
  EXPECT_EQ(Owed(settled, "settled"), "100.00 USD");
}

// What a release gives up is what is open by then: what was paid before stays one payment.
TEST_F(StandingTest, AReleaseAfterThePaymentTakesNothingBack) {
  terms_.disputes.credits = ClaimNeeded::kAutomatic;
  const Hash closing = acts_.Close(March(), "2026-07-02T00:00:00Z");
  const Hash offer = acts_.Offer("acme", closing, "100.00 USD", "2026-07-04T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-07-05T00:00:00Z");
  acts_.Say(BodyKind::kReleaseGiven, "shop", Encode(ReleaseGiven{true, {}, std::nullopt, "", {}}),
            "2026-07-06T00:00:00Z", Hash{});
  EXPECT_EQ(Owed(At("2026-07-07T00:00:00Z"), "settled"), "100.00 USD");
  EXPECT_EQ(Owed(At("2026-07-07T00:00:00Z"), "reversed"), "-");
}

// DOMAIN 3.10: some contracts have no claim at all. One that is filed all the same asks for more,
// and whatever becomes of it, what the closing approved stays.
class ClaimForMore : public StandingTest {
 protected:
  ClaimForMore() {
    terms_.disputes.credits = ClaimNeeded::kAutomatic;
    closing_ = acts_.Close(March(), "2026-04-06T00:00:00Z");
  }
  Hash File(const std::string& asked) {
    return acts_.File("shop", {March()}, "2026-04-07T00:00:00Z", Cash(asked));
  }
  Hash closing_;
};

TEST_F(ClaimForMore, WhatTheClosingApprovedStaysApproved) {
  const Hash claim = File("300.00 USD");
  Weighed filed = At("2026-04-07T00:00:00Z");
  EXPECT_EQ(Owed(filed, "approved"), "100.00 USD");
  EXPECT_EQ(Owed(At("2026-04-07T00:00:00Z"), "claimed"), "-");
  EXPECT_TRUE(Found(filed, "claim-other-amount"));
  EXPECT_FALSE(Found(filed, "claim-not-needed"));
  acts_.Answer("acme", claim, ClaimAnswer::kRejected, "2026-04-08T00:00:00Z");
  EXPECT_EQ(Owed(At("2026-04-09T00:00:00Z"), "approved"), "100.00 USD");
  acts_.Say(BodyKind::kClaimAccepted, "shop", Encode(ClaimAccepted{std::nullopt, ""}),
            "2026-04-10T00:00:00Z", claim);
  Weighed lapsed = At("2026-04-11T00:00:00Z");
  EXPECT_EQ(lapsed.claims[0].state, "lapsed");
  EXPECT_EQ(Owed(std::move(lapsed), "approved"), "100.00 USD");
}

TEST_F(ClaimForMore, WithdrawnItLeavesTheCreditWhereItIs) {
  const Hash claim = File("300.00 USD");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-08T00:00:00Z", claim);
  EXPECT_EQ(Owed(At("2026-04-09T00:00:00Z"), "approved"), "100.00 USD");
}

TEST_F(ClaimForMore, AClaimForNoMoreIsToldSo) {
  File("100.00 USD");
  EXPECT_TRUE(Found(At("2026-04-08T00:00:00Z"), "claim-not-needed"));
}

// Both sides' word is the sum, the approved part of it counted; paid beside the claim it stays
// paid.
TEST_F(ClaimForMore, TheCreditIsPaidWhileMoreIsDisputed) {
  const Hash claim = File("300.00 USD");
  const Hash offer = acts_.Offer("acme", closing_, "100.00 USD", "2026-04-08T00:00:00Z");
  acts_.Confirm("shop", offer, "100.00 USD", "2026-04-09T00:00:00Z");
  Weighed paid = At("2026-04-10T00:00:00Z");
  EXPECT_FALSE(Found(paid, "settlement-beside-claim"));
  EXPECT_EQ(Owed(std::move(paid), "settled"), "100.00 USD");
  acts_.AgreeOn(claim, "250.00 USD", "2026-04-11T00:00:00Z", "2026-04-12T00:00:00Z");
  EXPECT_EQ(Owed(At("2026-04-13T00:00:00Z"), "settled"), "100.00 USD");
  EXPECT_EQ(Owed(At("2026-04-13T00:00:00Z"), "approved"), "150.00 USD");
  acts_.Say(BodyKind::kClaimWithdrawn, "shop", Bytes(), "2026-04-14T00:00:00Z", claim);
  Weighed withdrawn = At("2026-04-15T00:00:00Z");
  EXPECT_EQ(withdrawn.claims[0].state, "withdrawn");
  EXPECT_EQ(Owed(At("2026-04-15T00:00:00Z"), "approved"), "-");
  EXPECT_EQ(Owed(At("2026-04-15T00:00:00Z"), "settled"), "100.00 USD");
}

// A claim that was filed before the closing is for more, too.
TEST_F(StandingTest, APrematureClaimForMoreMovesNothing) {
  terms_.disputes.credits = ClaimNeeded::kAutomatic;
  acts_.File("shop", {March()}, "2026-04-02T00:00:00Z", Cash("300.00 USD"));
  EXPECT_EQ(Owed(At("2026-04-03T00:00:00Z"), "accrued"), "100.00 USD");
  acts_.Close(March(), "2026-04-06T00:00:00Z");
  EXPECT_EQ(Owed(At("2026-04-07T00:00:00Z"), "approved"), "100.00 USD");
}

}  // namespace
}  // namespace tally::replay
