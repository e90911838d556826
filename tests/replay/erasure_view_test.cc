// Goal: a figure that rests on an erased body is indeterminate, with the range over all that it may
// have said and the last statement about it; closings and statements made before are no faults; an
// open claim is found before anything is erased. Method: one outage in March whose report is
// erased, against the figures with each state in its place; the same of a run.
#include "replay/erasure_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/project.h"
#include "replay/statement_audit.h"
#include "schema/canonical.h"
#include "schema/erasure.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ledger::EventAddress;
using ledger::TestParty;
using ::testing::ElementsAre;

class ErasureViewTest : public testing::Test {
 protected:
  explicit ErasureViewTest(bool without_claims = false) {
    if (without_claims) PayWithoutClaims(test_.terms);
    test_.Agree(test_.terms);
    test_.Wait("2026-04-01T00:30:00Z");
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-04-01T00:00:00Z");
    const uint64_t size = test_.ledger().head().size;
    // The record that holds the three reports; the registration came before.
    for (uint64_t index = 0; index < size; ++index) {
      const auto record = test_.ledger().ReadRecord(index).value();
      for (const ledger::VerifiedEvent& event : record.events()) {
        if (event.header.kind != BodyKind::kStateReported) continue;
        if (event.header.observed_from == On("2026-03-10T00:00:00Z")) down_ = event.address;
      }
    }
  }

  void Erase(const EventAddress& address, RowsOfRun part = {}) {
    ledger::TestLedger& made = test_.test;
    const Hash digest = made.ledger().ReadRecord(address.index)->events()[address.offset].digest;
    Erasure erasure{digest, address.index, address.offset, "asked", "watch", {}, {}, {}, part};
    const ErasureAgreed agreed{digest, address.index, address.offset, "", {}, part};
    for (const TestParty* party : {&test_.watch, &test_.acme, &test_.shop}) {
      const auto batch =
          made.SignAct(*party, party->opening, BodyKind::kErasureAgreed, Encode(agreed));
      erasure.consents.push_back(made.DigestAt(made.Append(batch).index));
    }
    erasure.request = erasure.consents.front();
    erasure_ = made.Append(made.SignServiceAct(0, BodyKind::kErasure, Encode(erasure))).index;
    const absl::Status done = made.writer().CarryOutErasures();
    ASSERT_TRUE(done.ok()) << done;
  }

  SmallCase test_;
  EventAddress down_;
  uint64_t erasure_ = 0;
};

// T-88: never "unknown counts as up".
TEST_F(ErasureViewTest, T88AFigureThatRestsOnItHasItsRange) {
  EXPECT_THAT(Lines(test_.Replay("2026-03")),
              ElementsAre("2026-03-01T00:00:00Z provisional breached 30/31"));
  Erase(down_);
  const Result result = test_.Replay("2026-03");
  ASSERT_EQ(result.windows.size(), 1u);
  const WindowResult& window = result.windows[0];
  EXPECT_EQ(window.verdict, Verdict::kIndeterminate);
  EXPECT_FALSE(window.value.has_value() || window.credit.has_value());
  ASSERT_TRUE(window.erased.has_value());
  EXPECT_EQ(window.erased->lowest, Fraction::Of(30, 31).value());
  EXPECT_EQ(window.erased->highest, Fraction::Whole(1));
  EXPECT_EQ(window.erased->event, down_);
  EXPECT_FALSE(window.erased->last_statement.has_value());
  EXPECT_TRUE(Has(result, "figure-indeterminate"));
}

TEST_F(ErasureViewTest, T88WhatWasStatedAndClosedBeforeIsNamedAndNoFault) {
  test_.Wait("2026-04-06T00:00:00Z");
  const ProjectionOutput stated = test_.Project();
  ASSERT_FALSE(stated.statements.empty());
  const uint64_t statements = test_.ledger().head().size;
  Erase(down_);
  const Result result = test_.Replay("2026-03");
  ASSERT_TRUE(result.windows[0].erased.has_value());
  ASSERT_TRUE(result.windows[0].erased->last_statement.has_value());
  EXPECT_LT(result.windows[0].erased->last_statement->index, statements);
  EXPECT_FALSE(Has(result, "closing-not-reproduced"));
  const auto audit = AuditStatements(test_.ledger(), "gold", false);
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->faults.empty());
  EXPECT_FALSE(audit->notes.empty());
}

TEST_F(ErasureViewTest, AnErasedRunHasTheBoundsOfItsUnit) {
  test_.feed.Run({1}, 60, On("2026-03-20T00:00:00Z"), Minutes(1), State::kDown);
  test_.Publish("2026-04-01T00:10:00Z");
  const uint64_t index = test_.ledger().head().size - 1;
  const auto record = test_.ledger().ReadRecord(index).value();
  uint32_t offset = 0;
  while (record.events()[offset].header.kind != BodyKind::kMeasurementRun) ++offset;
  Erase({index, offset});
  const Result result = test_.Replay("2026-03");
  ASSERT_TRUE(result.windows[0].erased.has_value());
  EXPECT_EQ(result.windows[0].erased->lowest, Fraction());
  EXPECT_EQ(result.windows[0].erased->highest, Fraction::Whole(1));
}

// T-88: rows of one leaf make the figures of their own window indeterminate and no others.
TEST_F(ErasureViewTest, T88OtherRowsKeepTheirFigures) {
  test_.feed.Run({1}, 64, On("2026-03-31T23:28:00Z"), Minutes(1), State::kDown);
  test_.Publish("2026-04-01T00:10:00Z");
  const uint64_t index = test_.ledger().head().size - 1;
  const auto record = test_.ledger().ReadRecord(index).value();
  uint32_t offset = 0;
  while (record.events()[offset].header.kind != BodyKind::kMeasurementRun) ++offset;
  const auto march = Lines(test_.Replay("2026-03"));
  EXPECT_EQ(test_.Replay("2026-04").windows.size(), 1u);
  Erase({index, offset}, {32, 16});  // the first 16 minutes of April
  const Result after = test_.Replay("2026-03");
  EXPECT_EQ(Lines(after), march);
  EXPECT_FALSE(after.windows[0].erased.has_value());
  const Result april = test_.Replay("2026-04");
  ASSERT_TRUE(april.windows[0].erased.has_value());
  EXPECT_EQ(april.windows[0].erased->lowest, Fraction());
  EXPECT_EQ(april.windows[0].erased->highest, Fraction::Whole(1));
  EXPECT_EQ(april.windows[0].erased->event, (EventAddress{index, offset}));
  Erase({index, offset}, {16, 16});  // the last but one of March's
  EXPECT_TRUE(test_.Replay("2026-03").windows[0].erased.has_value());
}

// T-88: the last row that was observed may be carried into a window that it does not touch.
TEST_F(ErasureViewTest, T88WhatIsCarriedInFromRowsThatAreGone) {
  test_.feed.Run({1}, 32, On("2026-03-31T23:00:00Z"), Minutes(1), State::kDown);
  test_.Publish("2026-04-01T00:10:00Z");
  const uint64_t index = test_.ledger().head().size - 1;
  const auto record = test_.ledger().ReadRecord(index).value();
  uint32_t offset = 0;
  while (record.events()[offset].header.kind != BodyKind::kMeasurementRun) ++offset;
  Erase({index, offset}, {0, 16});
  EXPECT_TRUE(test_.Replay("2026-03").windows[0].erased.has_value());
  EXPECT_FALSE(test_.Replay("2026-04").windows[0].erased.has_value());
  Erase({index, offset}, {16, 16});
  EXPECT_TRUE(test_.Replay("2026-04").windows[0].erased.has_value());
}

// A correction that nobody can read any more may have taken back anything in its range.
TEST_F(ErasureViewTest, AnErasedCorrectionLeavesNoFigure) {
  const auto corrected = test_.ledger().ReadRecord(down_.index).value();
  const ledger::VerifiedEvent& event = corrected.events()[down_.offset];
  const auto body = BodyFromJson(
      BodyKind::kCorrection,
      absl::StrCat(R"({"supersedes":")", event.digest.ToHex(), R"(","position":")",
                   event.header.position, R"(","action":"withdraw","reason":"a test"})"));
  ASSERT_TRUE(body.ok()) << body.status();
  EventHeader header;
  header.kind = BodyKind::kCorrection;
  header.source = 1;
  header.observed_from = header.observed_until = On("2026-03-10T00:00:00Z");
  test_.feed.Add(header, *body);
  test_.Publish("2026-04-01T00:10:00Z");
  EXPECT_THAT(Lines(test_.Replay("2026-03")),
              ElementsAre("2026-03-01T00:00:00Z provisional met 1/1"));
  const uint64_t index = test_.ledger().head().size - 1;
  const auto record = test_.ledger().ReadRecord(index).value();
  uint32_t offset = 0;
  while (record.events()[offset].header.kind != BodyKind::kCorrection) ++offset;
  Erase({index, offset});
  const Result result = test_.Replay("2026-03");
  EXPECT_EQ(result.windows[0].verdict, Verdict::kIndeterminate);
  ASSERT_TRUE(result.windows[0].erased.has_value());
  EXPECT_EQ(result.windows[0].erased->lowest, Fraction());
}

TEST_F(ErasureViewTest, AnOpenClaimIsFound) {
  const auto none = StakeInEvent(test_.ledger(), "probes", down_);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(none->claims.empty());
  EXPECT_FALSE(none->windows.empty());
  test_.Wait("2026-04-06T00:00:00Z");
  test_.Project();
  test_.File({MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
  const auto stake = StakeInEvent(test_.ledger(), "probes", down_);
  ASSERT_TRUE(stake.ok()) << stake.status();
  ASSERT_EQ(stake->claims.size(), 1u);
  EXPECT_EQ(stake->claims[0].agreement, "gold");
  EXPECT_TRUE(StakeInEvent(test_.ledger(), "others", down_)->claims.empty());
}

class ApprovedCreditTest : public ErasureViewTest {
 protected:
  ApprovedCreditTest() : ErasureViewTest(/*without_claims=*/true) {}
  std::optional<Money> Approved() {
    const auto stake = StakeInEvent(test_.ledger(), "probes", down_);
    EXPECT_TRUE(stake.ok() && stake->windows.size() == 1u) << stake.status();
    return stake->windows.front().approved;
  }
};

// A credit that needs no claim is as open as one that is claimed, until it is paid.
TEST_F(ApprovedCreditTest, T88IsFoundUntilItIsPaid) {
  EXPECT_FALSE(Approved().has_value()) << "nothing is fixed before the closing";
  test_.Wait("2026-04-06T00:00:00Z");
  test_.Project();
  const std::optional<Money> approved = Approved();
  ASSERT_TRUE(approved.has_value());
  test_.Settle(MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), *approved, "R-1");
  EXPECT_FALSE(Approved().has_value());
}

}  // namespace
}  // namespace tally::replay
