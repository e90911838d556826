// Goal: every place where an act names a window is visited with the act that does, and takes the
// name that the visitor gives it. Method: one act of each kind, all about March; what is renamed to
// one name is named once.
#include "replay/dispute/window_names.h"

#include <gtest/gtest.h>

#include <vector>

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/rulings.h"
#include "schema/invoice.h"
#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class WindowNamesTest : public ::testing::Test {
 protected:
  WindowNamesTest() {
    terms_.parties.push_back({"arbiter", "watch"});
    Say(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop", "watch"}));
    const Hash proposal = Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms_));
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}), proposal);
  }
  Hash Say(BodyKind kind, absl::string_view author, Bytes body, const Hash& answers = {}) {
    const Fact fact =
        maker_.Make(kind, Stream(author), std::move(body),
                    {.answers = answers, .recorded = On("2026-03-02T00:00:00Z"), .observed = {}});
    agreement_.Apply(fact);
    acts_.Apply(fact);
    forum_.Apply(fact);
    rulings_.Apply(fact);
    return fact.event->digest;
  }
  // All names, each taking `becomes`.
  size_t RenameAll(const WindowName& becomes) {
    size_t visited = 0;
    const auto visit = [&](WindowName& name, const ActStamp& said) {
      EXPECT_NE(said.author, StreamId());
      ++visited;
      name = becomes;
    };
    acts_.EachName(visit);
    forum_.EachName(visit);
    rulings_.EachName(visit);
    return visited;
  }

  Terms terms_ = SmallTerms(SomeZone());
  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  DisputeFold acts_{agreement_};
  ForumFold forum_{agreement_, acts_};
  RulingFold rulings_{agreement_};
};

TEST_F(WindowNamesTest, EachPlaceIsVisited) {
  ClaimFiled filed;
  filed.windows = {March(), April()};
  const Hash claim = Say(BodyKind::kClaimFiled, "shop", Encode(filed));
  ClaimAmended amended;
  amended.windows = {March()};
  Say(BodyKind::kClaimAmended, "shop", Encode(amended), claim);
  ReleaseGiven release;
  release.windows = {April()};
  Say(BodyKind::kReleaseGiven, "shop", Encode(release));
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.values = {{March(), Fraction::Whole(1)}};
  ruling.credits = {{March(), Cash("1.00 USD")}};
  ruling.recomputations = {{March(), HashOf(terms_)}};
  ruling.reopened = {March()};
  Say(BodyKind::kRulingIssued, "watch", Encode(ruling), claim);
  const WindowName cut{"availability", During("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z")};
  // Two of the filing, one each of amendment and release, four of the ruling in either fold.
  EXPECT_EQ(RenameAll(cut), 12u);
  ASSERT_EQ(acts_.claims().size(), 1u);
  EXPECT_EQ(acts_.claims()[0].body.windows, std::vector<WindowName>{cut}) << "named once";
  EXPECT_TRUE(acts_.releases().at(0).Covers(cut));
  EXPECT_EQ(forum_.AmendmentsOf(acts_.claims()[0]).at(0).body.windows.at(0), cut);
  const RulingOnClaims& said = rulings_.rulings().at(0).body;
  EXPECT_EQ(said.values.at(0).window, cut);
  EXPECT_EQ(said.credits.at(0).window, cut);
  EXPECT_EQ(said.recomputations.at(0).window, cut);
  EXPECT_EQ(said.reopened.at(0), cut);
}

}  // namespace
}  // namespace tally::replay
