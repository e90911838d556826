// Goal: the answer carries standing, findings and deadlines of real acts on a real ledger, in fixed
// order, and shows closed beside computed.
// Method: claims on several months, filed in time and late, and what an auditor would look for.
#include "replay/answer.h"

#include <gtest/gtest.h>

#include "ledger/crypto/sha256.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

std::string StateOf(const Result& result, absl::string_view what) {
  for (const Deadline& deadline : result.deadlines) {
    if (deadline.what == what) return deadline.state;
  }
  return "-";
}

class AnswerTest : public ::testing::Test {
 protected:
  AnswerTest() {
    test_.Agree(test_.terms);
    test_.Wait("2026-04-01T00:30:00Z");
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-04-01T00:00:00Z");
  }
  SmallCase test_;
  WindowName march_ = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
};

TEST_F(AnswerTest, DeadlinesRunOnTheRecordedAxis) {
  EXPECT_EQ(StateOf(test_.Replay("2026-03"), "claim.file"), "open");
  EXPECT_EQ(StateOf(test_.Replay("2026-03"), "evidence.cutoff"), "open");
  ReplayRequest request = test_.Request("2026-03");
  request.axes.as_recorded = On("2026-05-01T00:00:00Z");
  Result later = test_.Replay(request);
  EXPECT_EQ(StateOf(later, "claim.file"), "deemed");
  EXPECT_EQ(BalanceOf(later, "expired", "shop"), "300.00 USD");
  request.axes.as_recorded = On("2026-04-30T23:59:59.999Z");
  EXPECT_EQ(StateOf(test_.Replay(request), "claim.file"), "open");
}

// GC-41: filed on the last instant of the thirtieth day, and one millisecond later.
TEST_F(AnswerTest, GC41ClaimsToTheLastInstant) {
  test_.Wait("2026-04-30T23:59:59.999Z");
  Hash claim = test_.File({march_});
  EXPECT_EQ(test_.Replay("2026-03").claims.at(0).state, "premature");
  EXPECT_FALSE(Has(test_.Replay("2026-03"), "claim-late"));
  test_.Act(test_.shop, BodyKind::kClaimWithdrawn,
            *BodyFromJson(BodyKind::kClaimWithdrawn, R"({})"), claim);
  test_.Wait("2026-05-01T00:00:00Z");
  test_.File({march_});
  Result late = test_.Replay("2026-03");
  EXPECT_EQ(late.claims.at(0).state, "withdrawn");
  EXPECT_EQ(late.claims.at(1).state, "without effect");
  EXPECT_TRUE(Has(late, "claim-late"));
}

TEST_F(AnswerTest, ClosedBesideComputedAfterARetroactiveAmendment) {
  test_.Wait("2026-04-06T00:00:00Z");
  test_.Project();
  Terms amended = test_.terms;
  amended.objectives[0].target.percent = Figure("90");
  test_.Amend(test_.terms, amended, On("2026-03-02T00:00:00Z"), Reach::kRetroactive);
  Result result = test_.Replay("2026-03");
  ASSERT_TRUE(result.windows[0].closed.has_value());
  EXPECT_TRUE(result.windows[0].closed->differs);
  EXPECT_EQ(result.windows[0].closed->verdict, "breached");
  EXPECT_EQ(result.windows[0].verdict, Verdict::kMet);
  EXPECT_TRUE(Has(result, "closed-differs"));
  EXPECT_TRUE(result.balances.empty()) << "nothing is owed any more";
}

TEST_F(AnswerTest, EvidenceOfASizeIsCitedByItsDigests) {
  Result result = test_.Replay("2026-03");
  const EvidenceRange& range = result.windows[0].evidence.at(0);
  absl::StatusOr<ledger::VerifiedRecord> record = test_.ledger().ReadRecord(range.first.index);
  ASSERT_TRUE(record.ok());
  Bytes digests;
  for (const ledger::VerifiedEvent& event : record->events()) {
    if (event.header.kind != BodyKind::kStateReported) continue;
    digests.insert(digests.end(), event.digest.bytes.begin(), event.digest.bytes.end());
  }
  EXPECT_EQ(range.digest, ledger::Sha256Of({digests}));
}

TEST_F(AnswerTest, ActsThatTheEngineDoesNotReadAreSaid) {
  ClaimFiled body;
  body.windows = {march_};
  test_.Act(test_.acme, BodyKind::kClaimFiled, Encode(body));
  EXPECT_TRUE(Has(test_.Replay("2026-03"), "claim-by-non-obligee"));
}

}  // namespace
}  // namespace tally::replay
