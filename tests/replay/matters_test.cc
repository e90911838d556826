// Goal: the view of a matter says what the window says of it, and an act that nobody would hear is
// told before it is signed. Method: a small case in April, acts by both sides and by a stranger.
#include "replay/matters.h"

#include <gtest/gtest.h>

#include "replay/foresight.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

constexpr char kStorm[] =
    R"({"name":"storm","cause":"force-majeure","from":"2026-03-10T00:00:00Z",)"
    R"("until":"2026-03-10T02:00:00Z"})";

Bytes BodyFor(BodyKind kind, absl::string_view json) {
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
  EXPECT_TRUE(body.ok()) << body.status();
  return *std::move(body);
}

TEST(Matters, OnlyTheOtherSideIsHeard) {
  SmallCase test;
  test.Agree(test.terms);
  test.Wait("2026-04-01T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
  test.Publish("2026-04-01T00:00:00Z");
  test.Act(test.acme, BodyKind::kExclusionProposed, BodyFor(BodyKind::kExclusionProposed, kStorm));
  const Bytes agreed = BodyFor(BodyKind::kExclusionAgreed, R"({"name":"storm"})");
  const auto foreseen = [&](const StreamId& author) {
    const ForeseenAct act{BodyKind::kExclusionAgreed, agreed, author, {}, std::nullopt};
    const auto findings = Foresee(test.ledger(), "gold", act, test.test.clock().Now());
    EXPECT_TRUE(findings.ok()) << findings.status();
    return findings->empty() ? std::string() : findings->front().kind;
  };
  EXPECT_EQ(foreseen(test.acme.id), "decision-unheard");
  EXPECT_EQ(foreseen(test.shop.id), "");
  test.Act(test.shop, BodyKind::kExclusionAgreed, agreed);
  const auto views = ViewMatters(test.ledger(), "gold", {});
  ASSERT_TRUE(views.ok()) << views.status();
  ASSERT_EQ(views->size(), 1u);
  ASSERT_FALSE(views->front().standings.empty());
  const MatterStanding& standing = views->front().standings.front().standing;
  EXPECT_EQ(standing.state, "agreed");
  EXPECT_EQ(standing.out.size(), 1u);
  EXPECT_EQ(standing.by, views->front().acts.back().at);
}

}  // namespace
}  // namespace tally::replay
