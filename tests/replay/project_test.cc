// Goal: the nightly job says what changed and nothing else, closes windows at their cut-off, and a
// second run over its own output gives nothing.
// Method: nights in a row over one month; the cheap question beside the run itself.
#include <gtest/gtest.h>

#include "replay/canonical.h"
#include "schema/erasure.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

void ReportMarchToProject(SmallCase& test) {
  test.Wait("2026-03-20T00:30:00Z");
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Publish("2026-03-20T00:00:00Z");
}

TEST(Project, StatesWhatChangedAndClosesOnce) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarchToProject(test);
  ProjectionOutput first = test.Project();
  ASSERT_EQ(first.statements.size(), 1u);
  EXPECT_EQ(first.windows, 1u);
  EXPECT_TRUE(first.closings.empty()) << "the window is open";
  EXPECT_EQ(first.statements[0].figures, test.Replay("2026-03").windows[0].figures);
  test.Wait("2026-03-21T00:30:00Z");
  EXPECT_TRUE(test.Project().statements.empty()) << "a day went by and no figure changed";

  test.Wait("2026-04-01T00:30:00Z");
  test.Publish("2026-04-01T00:00:00Z");
  ProjectionOutput ended = test.Project();
  EXPECT_EQ(ended.statements.size(), 1u) << "the credit is posted now";
  EXPECT_TRUE(ended.closings.empty());
  test.Wait("2026-04-05T23:59:59.999Z");
  EXPECT_TRUE(test.Project().closings.empty());
  test.Wait("2026-04-06T00:00:00Z");
  ProjectionOutput closed = test.Project();
  EXPECT_TRUE(closed.statements.empty());
  ASSERT_EQ(closed.closings.size(), 1u);
  EXPECT_EQ(closed.closings[0].verdict, "breached");
  EXPECT_EQ(closed.closings[0].value, "30/31");
  EXPECT_EQ(closed.closings[0].credit, Cash("300.00 USD"));
  for (int night = 0; night < 3; ++night) {
    ProjectionOutput again = test.Project();
    EXPECT_TRUE(again.statements.empty());
    EXPECT_TRUE(again.closings.empty());
    test.test.clock().Advance(Days(1));
  }
  EXPECT_TRUE(test.test.CheckLedger());
}

TEST(Project, RefusesAClockBehindTheLedgerAndSizesThatAreNotThere) {
  SmallCase test;
  test.Agree(test.terms);
  uint64_t size = test.ledger().head().size;
  Instant now = test.test.clock().Now();
  EXPECT_EQ(Project(test.ledger(), "gold", size, now - Seconds(1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Project(test.ledger(), "gold", size + 1, now).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_TRUE(Project(test.ledger(), "gold", size, now).ok());
}

TEST(ChangedSince, OnlyWhatTheAgreementRestsOnAndTimersCount) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarchToProject(test);
  test.Project();
  uint64_t size = test.ledger().head().size;
  Instant then = test.test.clock().Now();
  auto changed = [&](Instant now) {
    absl::StatusOr<bool> answer = ChangedSince(test.ledger(), "gold", size, then, now);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() && *answer;
  };
  EXPECT_FALSE(changed(then));
  EXPECT_FALSE(changed(On("2026-03-31T23:59:59.999Z")));
  EXPECT_TRUE(changed(On("2026-04-01T00:00:00Z"))) << "the window ends";
  Terms other = test.terms;
  other.agreement = "bronze";
  test.Agree(other);
  EXPECT_FALSE(changed(then)) << "another agreement's acts";
  test.feed.Report(2, State::kUp, On("2026-03-19T00:00:00Z"));
  test.Publish("2026-03-20T00:00:00Z");
  EXPECT_TRUE(changed(then)) << "its feed has grown";
}

// An erasure is an act of the system stream: it is about the agreement whose event it names.
TEST(ChangedSince, AnErasureCountsWhereItNamesAnEventOfTheAgreement) {
  SmallCase test;
  test.Agree(test.terms);
  ReportMarchToProject(test);
  const uint64_t reports = test.ledger().head().size - 1;
  ledger::TestFeed& other = test.test.AddFeed("other", test.watch);
  other.Register(1, "door").Report(1, State::kUp, On("2026-03-02T00:00:00Z"));
  const uint64_t elsewhere = test.test.Append(other.Sign()).index;
  const auto changed_by_erasing = [&](const ledger::EventAddress& address,
                                      std::vector<const ledger::TestParty*> consenting) {
    ledger::TestLedger& made = test.test;
    const Hash digest = made.ledger().ReadRecord(address.index)->events()[address.offset].digest;
    Erasure erasure{digest, address.index, address.offset, "asked", "watch", {}, {}, {}, {}};
    const ErasureAgreed agreed{digest, address.index, address.offset, "", {}, {}};
    for (const ledger::TestParty* party : consenting) {
      const auto batch =
          made.SignAct(*party, party->opening, BodyKind::kErasureAgreed, Encode(agreed));
      erasure.consents.push_back(made.DigestAt(made.Append(batch).index));
    }
    erasure.request = erasure.consents.front();
    const uint64_t size = test.ledger().head().size;
    const Instant now = made.clock().Now();
    const absl::StatusOr<bool> before = ChangedSince(test.ledger(), "gold", size, now, now);
    EXPECT_TRUE(before.ok() && !*before);
    made.Append(made.SignServiceAct(0, BodyKind::kErasure, Encode(erasure)));
    EXPECT_TRUE(made.writer().CarryOutErasures().ok());
    const absl::StatusOr<bool> answer = ChangedSince(test.ledger(), "gold", size, now, now);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() && *answer;
  };
  EXPECT_FALSE(changed_by_erasing({elsewhere, 1}, {&test.watch}));
  EXPECT_TRUE(changed_by_erasing({reports, 1}, {&test.watch, &test.acme, &test.shop}));
}

}  // namespace
}  // namespace tally::replay
