// Goal: acts beyond the answer are heard from those who may say them, and what needs two counts
// with the second (DOMAIN 3.10, 3.17 rule 29). Method: acts made in memory, one wrong thing each.
#include "replay/dispute/forum.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

constexpr char kForumNow[] = "2026-04-10T12:00:00Z";

class ForumTest : public ::testing::Test {
 protected:
  std::vector<ClaimAct> Acts() { return acts_.forum().ActsOf(acts_.acts().claims().at(0)); }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : acts_.forum().findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  Hash Agree(absl::string_view author, absl::string_view amount, const Hash& answers) {
    return acts_.Say(BodyKind::kClaimAgreed, author, Encode(ClaimAgreed{Cash(amount), {}, "", {}}),
                     kForumNow, answers);
  }
  Hash Extend(absl::string_view author, absl::string_view until, const Hash& answers = {}) {
    return acts_.Say(BodyKind::kDeadlineExtended, author,
                     Encode(DeadlineExtended{"claim.answer", On(until), ""}), kForumNow, answers);
  }

  Terms terms_ = SmallTerms(SomeZone());
  ActsInMemory acts_{terms_};
  Hash claim_ = acts_.File("shop", {March()}, "2026-04-06T00:00:00Z");
};

TEST_F(ForumTest, AllThatWasSaidStandsInTheOrderOfTheLog) {
  acts_.Answer("acme", claim_, ClaimAnswer::kRejected, kForumNow);
  Hash up =
      acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), kForumNow, claim_);
  acts_.Say(BodyKind::kClaimEscalated, "acme", Encode(ClaimEscalated{}), kForumNow, up);
  std::vector<ClaimAct> acts = Acts();
  ASSERT_EQ(acts.size(), 3u);
  EXPECT_EQ(acts[0].kind, ClaimActKind::kAnswered);
  EXPECT_EQ(acts[1].side, ActSide::kClaimant);
  EXPECT_EQ(acts[2].side, ActSide::kObligor) << "through the act that it answers";
}

TEST_F(ForumTest, StrangersAndActsAboutNothingChangeNothing) {
  acts_.Say(BodyKind::kClaimEscalated, "watch", Encode(ClaimEscalated{}), kForumNow, claim_);
  EXPECT_TRUE(Found("escalation-by-stranger"));
  acts_.Say(BodyKind::kClaimEscalated, "shop", Encode(ClaimEscalated{}), kForumNow, {});
  EXPECT_TRUE(Found("escalation-of-nothing"));
  acts_.Say(BodyKind::kClaimEscalated, "nobody", Encode(ClaimEscalated{}), kForumNow, claim_);
  EXPECT_TRUE(Found("act-by-non-party"));
  acts_.Say(BodyKind::kClaimEscalated, "shop", Bytes{1, 2, 3}, kForumNow, claim_);
  EXPECT_TRUE(Found("act-unreadable"));
  EXPECT_TRUE(Acts().empty());
}

TEST_F(ForumTest, AnAgreementIsTwoWordsAtOneAmount) {
  Agree("shop", "70.00 USD", claim_);
  Agree("shop", "70.00 USD", claim_);
  EXPECT_TRUE(Acts().empty()) << "nobody agrees with himself";
  Agree("acme", "60.00 USD", claim_);
  EXPECT_TRUE(Acts().empty());
  Agree("acme", "70.00 USD", claim_);
  std::vector<ClaimAct> acts = Acts();
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].amount, Cash("70.00 USD"));
  EXPECT_EQ(acts[0].side, ActSide::kBoth);
  Agree("watch", "70.00 USD", claim_);
  EXPECT_TRUE(Found("agreement-by-stranger"));
}

TEST_F(ForumTest, TimeMovesWhenBothRecordedTheSame) {
  Hash first = Extend("acme", "2026-05-01T00:00:00Z");
  EXPECT_TRUE(acts_.forum().shifts().empty());
  Extend("acme", "2026-05-01T00:00:00Z", first);
  EXPECT_TRUE(Found("time-not-agreed")) << "by the same side";
  Extend("shop", "2026-05-02T00:00:00Z", first);
  EXPECT_TRUE(acts_.forum().shifts().empty()) << "another instant";
  Extend("shop", "2026-05-01T00:00:00Z", first);
  ASSERT_EQ(acts_.forum().shifts().size(), 1u);
  EXPECT_EQ(acts_.forum().shifts()[0].until, On("2026-05-01T00:00:00Z"));
}

TEST_F(ForumTest, ASuspensionEndsWhenBothResume) {
  Bytes stop = Encode(DeadlineSuspended{"", On(kForumNow), std::nullopt, ""});
  Hash first = acts_.Say(BodyKind::kDeadlineSuspended, "acme", stop, kForumNow);
  acts_.Say(BodyKind::kDeadlineSuspended, "shop", stop, kForumNow, first);
  ASSERT_EQ(acts_.forum().shifts().size(), 1u);
  EXPECT_FALSE(acts_.forum().shifts()[0].until.has_value());
  Bytes go = Encode(DeadlineResumed{"", On("2026-04-20T00:00:00Z"), ""});
  Hash again = acts_.Say(BodyKind::kDeadlineResumed, "shop", go, kForumNow);
  acts_.Say(BodyKind::kDeadlineResumed, "acme", go, kForumNow, again);
  ASSERT_EQ(acts_.forum().shifts().size(), 1u);
  EXPECT_EQ(acts_.forum().shifts()[0].until, On("2026-04-20T00:00:00Z"));
  Hash more = acts_.Say(BodyKind::kDeadlineResumed, "shop", go, kForumNow);
  acts_.Say(BodyKind::kDeadlineResumed, "acme", go, kForumNow, more);
  EXPECT_TRUE(Found("nothing-suspended"));
}

TEST_F(ForumTest, AMediationIsClosedByAMediatorWhomBothNamed) {
  Bytes close = Encode(MediationClosed{MediationOutcome::kFailed, std::nullopt, ""});
  const auto open = [&](absl::string_view author, absl::string_view mediator) {
    acts_.Say(BodyKind::kMediationOpened, author,
              Encode(MediationOpened{std::string(mediator), Stream(mediator), ""}), kForumNow,
              claim_);
  };
  acts_.Say(BodyKind::kMediationClosed, "watch", close, kForumNow, claim_);
  EXPECT_TRUE(Found("mediation-by-other")) << "none was opened";
  open("acme", "acme");
  EXPECT_TRUE(Found("mediator-is-side"));
  acts_.Say(BodyKind::kMediationClosed, "acme", close, kForumNow, claim_);
  open("shop", "watch");
  EXPECT_TRUE(Found("mediator-not-agreed"));
  acts_.Say(BodyKind::kMediationClosed, "watch", close, kForumNow, claim_);
  EXPECT_TRUE(Acts().empty()) << "nobody asked the other side";
  open("acme", "watch");
  acts_.Say(BodyKind::kMediationClosed, "watch", close, kForumNow, claim_);
  ASSERT_EQ(Acts().size(), 1u);
  EXPECT_EQ(Acts()[0].side, ActSide::kMediator);
}

TEST_F(ForumTest, AMediatorWhomBothNamedIsDismissedByBoth) {
  const auto open = [&](absl::string_view author, absl::string_view mediator) {
    acts_.Say(BodyKind::kMediationOpened, author,
              Encode(MediationOpened{std::string(mediator), Stream(mediator), ""}), kForumNow,
              claim_);
  };
  const auto close = [&](absl::string_view author) {
    const size_t before = Acts().size();
    acts_.Say(BodyKind::kMediationClosed, author,
              Encode(MediationClosed{MediationOutcome::kFailed, std::nullopt, ""}), kForumNow,
              claim_);
    return Acts().size() > before;
  };
  open("shop", "watch");
  open("acme", "watch");
  open("acme", "ward");
  EXPECT_TRUE(Found("mediator-not-agreed"));
  EXPECT_TRUE(close("watch")) << "one side alone regrets";
  open("shop", "ward");
  EXPECT_FALSE(close("watch")) << "both named another";
}

// The ledger would take no word of somebody who is no party: who is named stays.
TEST_F(ForumTest, AMediatorWhoIsNoPartyTakesNobodysPlace) {
  const auto open = [&](absl::string_view author, absl::string_view mediator) {
    acts_.Say(BodyKind::kMediationOpened, author,
              Encode(MediationOpened{std::string(mediator), Stream(mediator), ""}), kForumNow,
              claim_);
  };
  for (const char* mediator : {"watch", "absent"}) {
    open("shop", mediator);
    open("acme", mediator);
  }
  EXPECT_TRUE(Found("mediator-is-no-party"));
  acts_.Say(BodyKind::kMediationClosed, "watch",
            Encode(MediationClosed{MediationOutcome::kFailed, std::nullopt, ""}), kForumNow,
            claim_);
  EXPECT_EQ(Acts().size(), 1u);
}

TEST_F(ForumTest, TimeMovesOnceForAnAgreement) {
  Bytes stop =
      Encode(DeadlineSuspended{"", On("2026-04-12T00:00:00Z"), On("2026-04-14T00:00:00Z"), ""});
  const Hash first = acts_.Say(BodyKind::kDeadlineSuspended, "acme", stop, kForumNow);
  for (int i = 0; i < 3; ++i)
    acts_.Say(BodyKind::kDeadlineSuspended, "shop", stop, kForumNow, first);
  EXPECT_EQ(acts_.forum().shifts().size(), 1u);
  EXPECT_TRUE(Found("time-agreed-already"));
}

TEST_F(ForumTest, TimeIsMovedByTheTwoSidesAndOnlyWhereThereIsADeadline) {
  Hash first = Extend("acme", "2026-05-01T00:00:00Z");
  Extend("watch", "2026-05-01T00:00:00Z", first);
  EXPECT_TRUE(Found("time-moved-by-stranger"));
  EXPECT_TRUE(acts_.forum().shifts().empty());
  acts_.Say(BodyKind::kDeadlineExtended, "acme",
            Encode(DeadlineExtended{"evidence.cutoff", On("2026-05-01T00:00:00Z"), ""}), kForumNow);
  EXPECT_TRUE(Found("deadline-unmovable"));
  Extend("shop", "2026-05-01T00:00:00Z", first);
  ASSERT_EQ(acts_.forum().shifts().size(), 1u);
  EXPECT_TRUE(acts_.forum().shifts()[0].Between(Stream("acme"), Stream("shop")));
  EXPECT_FALSE(acts_.forum().shifts()[0].Between(Stream("acme"), Stream("watch")));
}

TEST_F(ForumTest, RulingsAreFoundByTheirPlaceAndCorrectedByTheirAuthor) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.credits = {{March(), Cash("55.00 USD")}};
  acts_.Say(BodyKind::kRulingIssued, "watch", Encode(ruling), kForumNow, claim_);
  ASSERT_EQ(Acts().size(), 1u);
  const ClaimRuling* found = acts_.forum().RulingAt(Acts()[0].stamp.at);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->body.credits.at(0).amount, Cash("55.00 USD"));
  acts_.Say(BodyKind::kRulingIssued, "watch", Encode(ruling), kForumNow, {});
  EXPECT_EQ(Acts().size(), 1u) << "a ruling on time alone answers no claim";
}

TEST_F(ForumTest, AClaimIsAmendedBeforeItsAnswerByItsClaimant) {
  const Claim& claim = acts_.acts().claims().at(0);
  EXPECT_TRUE(acts_.forum().AmendmentsOf(claim).empty());
  Bytes less = Encode(ClaimAmended{{}, Cash("80.00 USD"), "", {}});
  acts_.Say(BodyKind::kClaimAmended, "acme", less, kForumNow, claim_);
  EXPECT_TRUE(Found("amendment-of-no-claim"));
  acts_.Say(BodyKind::kClaimAmended, "shop", less, kForumNow, claim_);
  ASSERT_EQ(acts_.forum().AmendmentsOf(claim).size(), 1u);
  EXPECT_EQ(acts_.forum().AmendmentsOf(claim)[0].body.amount, Cash("80.00 USD"));
}

// Whether an answer that was said has an effect is the life's to say, and so is whether the claim
// still waits for one.
TEST_F(ForumTest, AWordInAnswerIsNoReasonToHearNoAmendment) {
  const Claim& claim = acts_.acts().claims().at(0);
  acts_.Answer("acme", claim_, ClaimAnswer::kRejected, kForumNow);
  acts_.Say(BodyKind::kClaimAmended, "shop", Encode(ClaimAmended{{}, Cash("80.00 USD"), "", {}}),
            kForumNow, claim_);
  EXPECT_EQ(acts_.forum().AmendmentsOf(claim).size(), 1u);
}

}  // namespace
}  // namespace tally::replay
