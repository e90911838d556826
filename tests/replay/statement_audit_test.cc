// Goal: what the nightly job signed is computed again, and whatever does not follow from what it
// cites is named, with the event at which the ledger parts from it: the holder of the projector's
// key cannot state a figure that the evidence does not give. Method: a small ledger with true
// statements; then false ones, one field each; and many nights, for whose statements every record
// is read once.
#include "replay/statement_audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "replay/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

// A ledger that counts the records that were read of each stream.
class CountedLedger final : public ledger::Ledger {
 public:
  explicit CountedLedger(const ledger::Ledger& ledger) : ledger_(ledger) {}
  const LedgerId& id() const override { return ledger_.id(); }
  const std::string& origin() const override { return ledger_.origin(); }
  const Genesis& genesis() const override { return ledger_.genesis(); }
  ledger::Head head() const override { return ledger_.head(); }
  const ledger::Keyring& keyring() const override { return ledger_.keyring(); }
  absl::StatusOr<ledger::StreamState> FindStream(StreamKind kind,
                                                 absl::string_view name) const override {
    return ledger_.FindStream(kind, name);
  }
  absl::StatusOr<ledger::StreamState> FindStream(const StreamId& stream) const override {
    return ledger_.FindStream(stream);
  }
  absl::StatusOr<ledger::StreamState> StreamAt(uint64_t opening) const override {
    return ledger_.StreamAt(opening);
  }
  absl::StatusOr<std::vector<ledger::StreamState>> Streams() const override {
    return ledger_.Streams();
  }
  absl::StatusOr<SourceEnd> EndOfSource(uint64_t feed, uint32_t source) const override {
    return ledger_.EndOfSource(feed, source);
  }
  absl::StatusOr<uint64_t> RecordOfPosition(uint64_t feed, uint64_t position) const override {
    return ledger_.RecordOfPosition(feed, position);
  }
  absl::StatusOr<uint64_t> RecordOfAct(uint64_t stream, const StreamId& author,
                                       const ActId& act) const override {
    return ledger_.RecordOfAct(stream, author, act);
  }
  absl::StatusOr<std::unique_ptr<ledger::Cursor>> Read(
      const ledger::ReadOptions& options) const override {
    TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger_.Read(options));
    return std::unique_ptr<ledger::Cursor>(
        std::make_unique<CountingCursor>(std::move(cursor), reads));
  }
  absl::StatusOr<ledger::VerifiedRecord> ReadRecord(uint64_t index) const override {
    return ledger_.ReadRecord(index);
  }
  absl::StatusOr<uint64_t> SizeAsRecorded(Instant time) const override {
    return ledger_.SizeAsRecorded(time);
  }
  absl::StatusOr<Hash> RootAt(uint64_t size) const override { return ledger_.RootAt(size); }
  absl::StatusOr<std::vector<Hash>> InclusionPath(uint64_t index, uint64_t size) const override {
    return ledger_.InclusionPath(index, size);
  }
  absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first,
                                                     uint64_t second) const override {
    return ledger_.ConsistencyProof(first, second);
  }
  absl::StatusOr<std::vector<Hash>> Tile(ledger::TileName tile, uint32_t width) const override {
    return ledger_.Tile(tile, width);
  }
  absl::StatusOr<ledger::Receipt> Prove(uint64_t index,
                                        std::optional<uint32_t> offset) const override {
    return ledger_.Prove(index, offset);
  }
  absl::StatusOr<uint64_t> DiskBytes() const override { return ledger_.DiskBytes(); }

  mutable std::map<uint64_t, uint64_t> reads;  // by stream

 private:
  class CountingCursor final : public ledger::Cursor {
   public:
    CountingCursor(std::unique_ptr<ledger::Cursor> cursor, std::map<uint64_t, uint64_t>& reads)
        : cursor_(std::move(cursor)), reads_(reads) {}
    absl::StatusOr<std::optional<ledger::VerifiedRecord>> Next() override {
      auto record = cursor_->Next();
      if (record.ok() && record->has_value()) ++reads_[(*record)->stream()];
      return record;
    }

   private:
    std::unique_ptr<ledger::Cursor> cursor_;
    std::map<uint64_t, uint64_t>& reads_;
  };
  const ledger::Ledger& ledger_;
};

class StatementAuditTest : public ::testing::Test {
 protected:
  StatementAuditTest() {
    test_.Agree(test_.terms);
    test_.Wait("2026-03-20T00:30:00Z");
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Publish("2026-03-20T00:00:00Z");
  }
  StatementAudit Audit() {
    absl::StatusOr<StatementAudit> audit = AuditStatements(test_.ledger(), "gold", false);
    EXPECT_TRUE(audit.ok()) << audit.status();
    return *audit;
  }
  // The one fault of the newest act.
  StatementFault Fault() {
    StatementAudit audit = Audit();
    EXPECT_EQ(audit.faults.size(), 1u);
    return audit.faults.empty() ? StatementFault{} : audit.faults.back();
  }
  // A true statement of now, not yet recorded.
  Statement Now() {
    absl::StatusOr<ProjectionOutput> output =
        Project(test_.ledger(), "gold", test_.ledger().head().size, test_.test.clock().Now());
    EXPECT_TRUE(output.ok()) << output.status();
    return output->statements.at(0);
  }
  SmallCase test_;
};

TEST_F(StatementAuditTest, WhatTheJobStatesComesOutAgain) {
  test_.Project();
  test_.Wait("2026-04-01T00:30:00Z");
  test_.Publish("2026-04-01T00:00:00Z");
  test_.Project();
  test_.Wait("2026-04-06T00:00:00Z");
  test_.Project();
  StatementAudit audit = Audit();
  EXPECT_EQ(audit.statements, 2u);
  EXPECT_EQ(audit.closings, 1u);
  EXPECT_TRUE(audit.faults.empty());
  EXPECT_TRUE(audit.notes.empty());
}

// The cost of the audit does not grow with their number times the number of records.
TEST_F(StatementAuditTest, ForTheStatementsOfManyNightsEachRecordIsReadOnce) {
  constexpr uint64_t kNights = 12;
  for (uint64_t night = 1; night <= kNights; ++night) {
    const Instant at = On("2026-03-20T00:00:00Z") + Hours(24 * static_cast<int64_t>(night));
    test_.Wait(FormatInstant(at + Minutes(30)));
    test_.feed.Report(1, night % 2 == 0 ? State::kDown : State::kUp, at);
    test_.Publish(FormatInstant(at));
    test_.Project();
  }
  const CountedLedger counted(test_.ledger());
  const absl::StatusOr<StatementAudit> audit = AuditStatements(counted, "gold", false);
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->faults.empty());
  EXPECT_GE(audit->statements, kNights);
  for (const auto& [stream, reads] : counted.reads) {
    const ledger::StreamState state = *test_.ledger().StreamAt(stream);
    EXPECT_EQ(reads, state.records) << StreamKindName(state.kind) << " " << state.name;
  }
  EXPECT_EQ(counted.reads.size(), 3u) << "the agreement's, the feed's and the system's";
}

TEST_F(StatementAuditTest, AFigureThatTheEvidenceDoesNotGiveIsNamed) {
  Statement statement = Now();
  statement.figures = ledger::Sha256Of({AsBytes("better")});
  test_.State(statement);
  StatementFault fault = Fault();
  EXPECT_EQ(fault.field, "figures");
  EXPECT_EQ(fault.what, "statement");
  EXPECT_FALSE(fault.parts_at.has_value()) << "no shorter ledger gives them";
}

TEST_F(StatementAuditTest, FiguresOfAShorterLedgerNameTheRecordThatChangedThem) {
  Statement before = Now();
  uint64_t parts = test_.ledger().head().size;
  test_.Wait("2026-03-25T00:30:00Z");
  test_.feed
      .Report(2, State::kUp, On("2026-03-20T12:00:00Z"))  // another source
      .Report(1, State::kDown, On("2026-03-21T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-22T00:00:00Z"));
  test_.Publish("2026-03-25T00:00:00Z");
  Statement hidden = Now();
  hidden.figures = before.figures;
  test_.State(hidden);
  StatementFault fault = Fault();
  EXPECT_EQ(fault.field, "figures");
  EXPECT_EQ(fault.parts_at, (ledger::EventAddress{parts, 1})) << "the outage that was left out";
}

// However long the ledger went on before somebody stated what it said once, and whatever each
// record did to the figures since.
TEST_F(StatementAuditTest, OfFewRecordsEachIsAskedForTheEvent) {
  const Statement before = Now();
  const uint64_t parts = test_.ledger().head().size;
  test_.Wait("2026-03-30T00:30:00Z");
  test_.feed.Report(1, State::kDown, On("2026-03-21T00:00:00Z"));
  test_.Publish("2026-03-21T00:00:00Z");
  for (int minute = 1; minute <= 40; ++minute) {
    const Instant at = On("2026-03-21T00:00:00Z") + Minutes(minute);
    test_.feed.Report(1, minute % 2 == 0 ? State::kDown : State::kUp, at);
    test_.Publish(FormatInstant(at));
  }
  Statement hidden = Now();
  hidden.figures = before.figures;
  test_.State(hidden);
  EXPECT_EQ(Fault().parts_at, (ledger::EventAddress{parts, 0}));
}

TEST_F(StatementAuditTest, OfManyRecordsThePlaceIsHalved) {
  Instant at = On("2026-03-11T00:00:00Z");
  const auto quiet = [&](int records) {
    for (int i = 0; i < records; ++i) {
      at = at + Minutes(1);
      test_.feed.Report(2, State::kUp, at);  // another source
      test_.test.Append(test_.feed.Sign());
    }
  };
  quiet(60);
  const Statement before = Now();
  const uint64_t parts = test_.ledger().head().size;
  test_.Wait("2026-03-30T00:30:00Z");
  test_.feed.Report(1, State::kDown, On("2026-03-21T00:00:00Z"));
  test_.Publish("2026-03-21T00:00:00Z");
  quiet(90);
  Statement hidden = Now();
  hidden.figures = before.figures;
  test_.State(hidden);
  EXPECT_EQ(Fault().parts_at, (ledger::EventAddress{parts, 0}));
}

TEST_F(StatementAuditTest, AnAgreementsActIsNamedAsAnEventIs) {
  const Statement before = Now();
  Terms milder = test_.terms;
  milder.objectives[0].target.percent = Figure("50");
  test_.Amend(test_.terms, milder, On("2026-03-01T00:00:00Z"), Reach::kRetroactive);
  const uint64_t accepted = test_.ledger().head().size - 1;
  Statement hidden = Now();
  hidden.figures = before.figures;
  hidden.terms_hash = before.terms_hash;
  test_.State(hidden);
  for (const StatementFault& fault : Audit().faults) {
    if (fault.field == "figures") {
      EXPECT_EQ(fault.parts_at, (ledger::EventAddress{accepted, 0}));
    }
  }
}

// A statement is held to the form of its time by recomputing that form, and to nothing less.
TEST_F(StatementAuditTest, TheOlderFormOfResultsIsRecognisedByItsDigestAndNoted) {
  test_.Wait("2026-04-01T00:30:00Z");
  test_.Publish("2026-04-01T00:00:00Z");
  test_.Project();
  test_.Wait("2026-04-06T00:00:00Z");
  test_.Project();
  ReplayRequest request = test_.Request();
  request.axes.as_recorded = test_.test.clock().Now();
  const Result result = test_.Replay(request);
  ASSERT_FALSE(result.postings.empty()) << "the two forms would be the same";
  const absl::StatusOr<Hash> root = test_.ledger().RootAt(result.known.size);
  ASSERT_TRUE(root.ok());
  Statement older;
  older.projection = "compliance";
  older.engine = kEngineVersion;
  older.terms_hash = result.windows[0].terms;
  older.objective = result.windows[0].objective;
  older.window = result.windows[0].window;
  older.size = result.known.size;
  older.root = *root;
  older.knowledge = result.known.instant;
  older.figures = result.windows[0].figures;
  older.result = DigestBeforePostings(result);
  test_.State(older);
  const StatementAudit audit = Audit();
  EXPECT_TRUE(audit.faults.empty());
  ASSERT_EQ(audit.notes.size(), 1u);
  EXPECT_NE(audit.notes[0].find("before they listed postings"), std::string::npos);
  older.result = ledger::Sha256Of({AsBytes("neither form")});
  test_.State(older);
  EXPECT_EQ(Fault().field, "result");
}

TEST_F(StatementAuditTest, EveryFieldIsHeldToTheLedger) {
  Statement statement = Now();
  statement.root = ledger::Sha256Of({AsBytes("another log")});
  test_.State(statement);
  EXPECT_EQ(Fault().field, "root");
}

// What a closing states beside its figures: the terms have no rule by outages and no cap.
TEST_F(StatementAuditTest, WhatAClosingStatesForSequencesIsHeldToTheLedger) {
  test_.Wait("2026-04-01T00:30:00Z");
  test_.Publish("2026-04-01T00:00:00Z");
  test_.Wait("2026-04-06T00:00:00Z");
  absl::StatusOr<ProjectionOutput> output =
      Project(test_.ledger(), "gold", test_.ledger().head().size, test_.test.clock().Now());
  ASSERT_TRUE(output.ok()) << output.status();
  ASSERT_EQ(output->closings.size(), 1u);
  WindowClosed closing = output->closings[0];
  closing.outages = ClosedOutages{Duration{1}, Duration{}, Duration{}, false};
  closing.caps = {{"yearly", true}};
  const auto stream = test_.ledger().FindStream(StreamKind::kAgreement, "gold");
  ASSERT_TRUE(stream.ok());
  test_.test.Append(
      test_.test.SignServiceAct(stream->opening_index, BodyKind::kWindowClosed, Encode(closing)));
  const StatementAudit audit = Audit();
  ASSERT_EQ(audit.faults.size(), 2u);
  EXPECT_EQ(audit.faults[0].field, "outages");
  EXPECT_EQ(audit.faults[0].computed, "none");
  EXPECT_EQ(audit.faults[1].field, "caps");
  EXPECT_EQ(audit.faults[1].stated, "yearly reached");
}

TEST_F(StatementAuditTest, NobodyKnowsWhatIsRecordedAfterHim) {
  Statement statement = Now();
  statement.size += 1;
  test_.State(statement);
  std::vector<std::string> fields;
  for (const StatementFault& fault : Audit().faults) fields.push_back(fault.field);
  EXPECT_NE(std::find(fields.begin(), fields.end(), "size"), fields.end());
}

TEST_F(StatementAuditTest, AnotherEngineIsNotComputedAgain) {
  Statement statement = Now();
  statement.engine = "tally-engine/0";
  test_.State(statement);
  StatementAudit audit = Audit();
  EXPECT_EQ(audit.statements, 0u);
  ASSERT_EQ(audit.notes.size(), 1u);
  EXPECT_NE(audit.notes[0].find("tally-engine/0"), std::string::npos);
}

}  // namespace
}  // namespace tally::replay
