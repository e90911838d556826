// Goal: the view of restatements says what became of each, and replay names one whose figures the
// records do not give. Method: a small case, closed; proposals by a side and by a stranger.
#include "replay/restatement_view.h"

#include <gtest/gtest.h>

#include "replay/dispute/restatement.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

TEST(RestatementView, TellsWhatBecameOfEach) {
  SmallCase test;
  test.terms.disputes.late_evidence = LateEvidence::kRestatementProposed;
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Wait("2026-04-01T00:00:00Z");
  test.Publish("2026-04-01T00:00:00Z");
  test.Wait("2026-04-06T00:00:00Z");
  const ProjectionOutput closed = test.Project();
  ASSERT_EQ(closed.closings.size(), 1u);
  const auto told = [&test] {
    absl::StatusOr<std::vector<RestatementTold>> all =
        RestatementsIn(test.ledger(), "gold", test.test.clock().Now());
    EXPECT_TRUE(all.ok()) << all.status();
    return all.ok() ? *all : std::vector<RestatementTold>();
  };
  EXPECT_TRUE(told().empty());
  WindowClosed now = closed.closings[0];
  now.figures.bytes.fill(7);  // of nothing that the records give
  const Bytes body = Encode(RestatementBody(closed.closings[0], now, "late"));
  const Hash proposal = test.Act(test.acme, BodyKind::kRestatementProposed, body);
  test.Act(test.watch, BodyKind::kRestatementProposed, body);
  ASSERT_EQ(told().size(), 2u);
  EXPECT_EQ(told()[0].state, "proposed");
  EXPECT_EQ(told()[0].by, "acme");
  EXPECT_EQ(told()[1].state, "without effect");
  EXPECT_EQ(told()[1].why, "its author is no side of the objective");
  test.Act(test.shop, BodyKind::kRestatementAccepted, Encode(RestatementAccepted{now.figures, ""}),
           proposal);
  EXPECT_EQ(told()[0].state, "accepted");
  EXPECT_TRUE(told()[0].effective.has_value());
  EXPECT_TRUE(Has(test.Replay("2026-03"), "restatement-not-reproduced"));
}

}  // namespace
}  // namespace tally::replay
