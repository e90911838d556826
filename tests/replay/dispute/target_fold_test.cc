// Goal: proposals and answers are kept in log order with what they answer; acts that may not be
// heard are findings. Method: facts in memory.
#include "replay/dispute/target_fold.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

class TargetFoldTest : public ::testing::Test {
 protected:
  TargetFoldTest() {
    agreement_.Apply(maker_.Make(BodyKind::kAgreementOpened, Stream("acme"),
                                 OpeningOf({"acme", "shop", "watch"})));
  }
  Hash Apply(BodyKind kind, absl::string_view author, Bytes body, const FactOptions& options = {}) {
    const Fact fact = maker_.Make(kind, Stream(author), std::move(body), options);
    fold_.Apply(fact);
    return fact.event->digest;
  }
  Hash Propose(absl::string_view author) {
    return Apply(BodyKind::kTargetProposed, author,
                 Encode(TargetProposed{.objective = "availability",
                                       .compare = Compare::kAtLeast,
                                       .target = {97, 0},
                                       .effective = On("2026-04-01T00:00:00Z")}));
  }

  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  TargetFold fold_{agreement_};
};

TEST_F(TargetFoldTest, KeepsProposalsAndAnswersInLogOrder) {
  const Hash proposal = Propose("acme");
  Apply(BodyKind::kTargetContested, "shop", Encode(TargetContested{.objective = "availability"}),
        {.answers = proposal});
  Apply(BodyKind::kTargetAccepted, "shop", Encode(TargetAccepted{.objective = "availability"}),
        {.answers = proposal});
  ASSERT_EQ(fold_.acts().size(), 3u);
  const auto* first = std::get_if<TargetProposal>(&fold_.acts()[0].what);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->digest, proposal);
  EXPECT_EQ(first->body.target, (Decimal{97, 0}));
  const auto* contest = std::get_if<TargetAnswer>(&fold_.acts()[1].what);
  const auto* accept = std::get_if<TargetAnswer>(&fold_.acts()[2].what);
  ASSERT_TRUE(contest != nullptr && accept != nullptr);
  EXPECT_FALSE(contest->agrees);
  EXPECT_TRUE(accept->agrees);
  EXPECT_EQ(accept->answers, proposal);
  EXPECT_TRUE(fold_.findings().empty());
}

TEST_F(TargetFoldTest, StrangersAndUnreadableBodiesAreFindings) {
  Propose("nobody");
  Apply(BodyKind::kTargetProposed, "acme", Encode(TargetAccepted{.objective = "availability"}));
  EXPECT_TRUE(fold_.acts().empty());
  ASSERT_EQ(fold_.findings().size(), 2u);
  EXPECT_EQ(fold_.findings()[0].kind, "act-by-non-party");
  EXPECT_EQ(fold_.findings()[1].kind, "act-unreadable");
}

}  // namespace
}  // namespace tally::replay
