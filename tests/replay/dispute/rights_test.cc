// Goal: acts about rights and ends are kept when they may be heard, and named when not; a
// termination by agreement takes both sides and one end. Method: acts in memory.
#include "replay/dispute/rights.h"

#include "gtest/gtest.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class Rights : public testing::Test {
 protected:
  void SetUp() override {
    const Terms terms = SmallTerms(SomeZone());
    Say(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop", "watch"}),
        "2026-03-01T08:00:00Z");
    const Hash proposal =
        Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms), "2026-03-01T09:00:00Z");
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms)}),
        "2026-03-01T10:00:00Z", proposal);
  }
  Hash Say(BodyKind kind, absl::string_view author, Bytes body,
           absl::string_view recorded = "2026-06-01T00:00:00Z", const Hash& answers = {}) {
    const Fact fact = maker_.Make(kind, Stream(author), std::move(body),
                                  {.answers = answers, .recorded = On(recorded)});
    agreement_.Apply(fact);
    rights_.Apply(fact);
    return fact.event->digest;
  }
  Hash End(absl::string_view author, absl::string_view effective, const Hash& answers = {}) {
    Terminated body;
    body.effective = On(effective);
    body.ground = TerminationGround::kAgreed;
    return Say(BodyKind::kTerminated, author, Encode(body), "2026-06-01T00:00:00Z", answers);
  }
  std::string Newest() const {
    return rights_.findings().empty() ? "" : rights_.findings().back().kind;
  }

  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  RightFold rights_{agreement_};
};

TEST_F(Rights, KeepsExercisesAndWaivers) {
  EXPECT_TRUE(rights_.empty());
  RightExercised use;
  use.right = "chronic";
  use.kind = RightKind::kTermination;
  Say(BodyKind::kRightExercised, "shop", Encode(use));
  RightWaived waiver;
  waiver.right = "chronic";
  waiver.kind = RightKind::kTermination;
  Say(BodyKind::kRightWaived, "shop", Encode(waiver));
  Terminated by_right;
  by_right.effective = On("2026-07-01T00:00:00Z");
  by_right.ground = TerminationGround::kRight;
  by_right.right = "chronic";
  Say(BodyKind::kTerminated, "shop", Encode(by_right));
  ASSERT_EQ(rights_.acts().size(), 3u);
  EXPECT_EQ(rights_.acts()[0].effective, On("2026-06-01T00:00:00Z")) << "at once";
  EXPECT_EQ(rights_.acts()[1].kind, RightActKind::kWaived);
  EXPECT_EQ(rights_.acts()[2].effective, On("2026-07-01T00:00:00Z"));
  EXPECT_TRUE(rights_.findings().empty());
}

TEST_F(Rights, OtherRightsAndGroundsHaveNoEffect) {
  RightExercised use;
  use.right = "audit";
  use.kind = RightKind::kAudit;
  Say(BodyKind::kRightExercised, "shop", Encode(use));
  EXPECT_EQ(Newest(), "act-not-read");
  Terminated notice;
  notice.effective = On("2026-07-01T00:00:00Z");
  notice.ground = TerminationGround::kNotice;
  Say(BodyKind::kTerminated, "acme", Encode(notice));
  EXPECT_EQ(Newest(), "termination-without-ground");
  EXPECT_TRUE(rights_.empty());
}

TEST_F(Rights, BothSidesStateOneEnd) {
  EXPECT_EQ((End("watch", "2026-07-01T00:00:00Z"), Newest()), "termination-by-stranger");
  EXPECT_EQ((End("acme", "2026-05-01T00:00:00Z"), Newest()), "termination-backdated");
  const Hash offer = End("acme", "2026-07-01T00:00:00Z");
  EXPECT_EQ(Newest(), "termination-pending");
  EXPECT_TRUE(rights_.joint().empty()) << "one side alone ends nothing";
  End("acme", "2026-07-01T00:00:00Z", offer);
  EXPECT_EQ(Newest(), "termination-repeated");
  End("shop", "2026-08-01T00:00:00Z", offer);
  EXPECT_EQ(Newest(), "termination-answers-nothing");
  EXPECT_TRUE(rights_.joint().empty());
  End("shop", "2026-07-01T00:00:00Z", offer);
  ASSERT_EQ(rights_.joint().size(), 1u);
  EXPECT_EQ(rights_.joint()[0].effective, On("2026-07-01T00:00:00Z"));
  EXPECT_EQ(rights_.joint()[0].stamp.author, Stream("shop"));
}

}  // namespace
}  // namespace tally::replay
