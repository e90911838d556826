// Goal: what goes on from one size of the log to the next is, to the byte, what reading from the
// first record gives: at every size, at several knowledge instants, by the same pages, and each
// record is read once. Method: random histories by a seed with all that makes a fact or a fold hang
// on the size: late reports, corrections, runs and erased ones, watermarks, nights, amendments that
// change the sources, keys that are said to be compromised and then ruled invalid. Each size is
// asked for through one trail with tiny pages, and anew. Then each condition of the trail alone.
#include "replay/feed_trail.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "replay/answer.h"
#include "replay/canonical.h"
#include "replay/kept_streams.h"
#include "replay/look.h"
#include "replay/statement_audit.h"
#include "schema/canonical.h"
#include "schema/dispute_act.h"
#include "schema/erasure.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

constexpr ShelfSize kTinyShelf = {.rows = 3, .pages = 2};

// A feed's history that may do everything, but for what `quiet` leaves out.
class TrailHistory {
 public:
  explicit TrailHistory(uint64_t seed) : random_(seed) {
    Rule rule;
    rule.id = "office";
    rule.kind = "decision authority";
    rule.choices = Choices({{"arbitrator", {"monitor"}},
                            {"deemed acceptance", {"none"}},
                            {"expert", {"none"}},
                            {"order", {"arbitrator over expert over joint agreement"}}});
    test_.terms.rules = {rule};
    agreed_ = test_.terms;
    test_.Agree(agreed_);
    at_ = On("2026-03-02T00:00:00Z");
  }
  SmallCase& test() { return test_; }

  void Step() {
    at_ = at_ + Seconds(static_cast<int64_t>(Any(1, 200'000)));
    if (test_.test.clock().Now() < at_) test_.Wait(FormatInstant(at_));
    switch (Any(0, 9)) {
      case 0:
      case 1:
      case 2:
        return Report(at_ + Seconds(-60));
      case 3:
        return Report(at_ + Hours(-static_cast<int64_t>(Any(1, 900))));  // out of order, or late
      case 4:
        return Correct();
      case 5:
        test_.feed.Run({1, 2}, 40, at_ + Hours(-2), Minutes(1), SomeState());
        return Sign();
      case 6:
        test_.feed.Mark(at_ + Minutes(-1));
        return Sign();
      default:
        test_.Project();
    }
  }
  // Other sources count from now on.
  void Rely(std::vector<SourceRef> sources) {
    Terms amended = agreed_;
    amended.objectives[0].measure.sources = std::move(sources);
    test_.Amend(agreed_, amended, On("2026-03-01T00:00:00Z"), Reach::kRetroactive);
    agreed_ = amended;
  }
  void SignBySecondKey() {
    second_ = ledger::TestKey("second");
    KeyRegistered body;
    body.grant.key = second_->public_key();
    body.grant.roles = kRoleAppend;
    const ledger::Signature possession = second_->Sign(
        ledger::PossessionMessage(test_.ledger().id(), second_->fingerprint(),
                                  test_.watch.key->fingerprint(), Rename<Hash>(test_.watch.id)));
    body.grant.possession.assign(possession.begin(), possession.end());
    test_.test.Append(test_.test.SignAct(test_.watch, test_.watch.opening, BodyKind::kKeyRegistered,
                                         Encode(body)));
  }
  // It was in a thief's hands for the last days, and is known to be from now on.
  void RevokeSecondKey() {
    const KeyRevoked body{second_->fingerprint(), at_ + Hours(-200), "lost"};
    test_.test.Append(
        test_.test.SignAct(test_.watch, test_.watch.opening, BodyKind::kKeyRevoked, Encode(body)));
    revoked_ = second_->fingerprint();
    second_ = nullptr;
  }
  void RuleSecondKeyInvalid() {
    RulingOnClaims ruling;
    ruling.rank = DecisionRank::kArbitrator;
    ruling.keys_invalid = {revoked_};
    ruling.reason = "stolen";
    test_.Act(test_.watch, BodyKind::kRulingIssued, Encode(ruling));
  }
  // The body of one event of the feed is taken out: of the newest run, or of a report.
  void Erase() {
    const ledger::VerifiedEvent* found = nullptr;
    const auto records = Records();
    for (const ledger::VerifiedRecord& record : records) {
      for (const ledger::VerifiedEvent& event : record.events()) {
        const bool run = event.header.kind == BodyKind::kMeasurementRun;
        if (run && !event.erased) found = &event;
      }
    }
    if (found == nullptr) return;
    const auto& [index, offset] = found->address;
    ledger::TestLedger& made = test_.test;
    Erasure erasure{found->digest, index, offset, "asked", "watch", {}, {}, {}, {}};
    const ErasureAgreed agreed{found->digest, index, offset, "", {}, {}};
    for (const ledger::TestParty* party : {&test_.watch, &test_.acme, &test_.shop}) {
      const auto batch =
          made.SignAct(*party, party->opening, BodyKind::kErasureAgreed, Encode(agreed));
      erasure.consents.push_back(made.DigestAt(made.Append(batch).index));
    }
    erasure.request = erasure.consents.front();
    made.Append(made.SignServiceAct(0, BodyKind::kErasure, Encode(erasure)));
    ASSERT_TRUE(made.writer().CarryOutErasures().ok());
  }

  std::vector<ledger::VerifiedRecord> Records() const {
    std::vector<ledger::VerifiedRecord> records;
    auto cursor = test_.ledger().Read({.stream = test_.feed.opening()});
    TALLY_CHECK(cursor.ok());
    while (true) {
      auto record = (*cursor)->Next();
      TALLY_CHECK(record.ok());
      if (!record->has_value()) return records;
      records.push_back(**std::move(record));
    }
  }

 private:
  uint64_t Any(uint64_t first, uint64_t last) { return first + random_() % (last - first + 1); }
  State SomeState() { return Any(0, 2) == 0 ? State::kDown : State::kUp; }
  void Sign() {
    test_.test.Append(second_ == nullptr ? test_.feed.Sign() : test_.feed.SignWith(*second_));
  }
  void Report(Instant at) {
    for (uint64_t i = Any(1, 4); i > 0; --i) {
      test_.feed.Report(Any(0, 3) == 0 ? 2 : 1, SomeState(), at);
      at = at + Seconds(1);
    }
    Sign();
  }
  void Correct() {
    std::vector<Hash> digests;
    for (const ledger::VerifiedRecord& record : Records()) {
      for (const ledger::VerifiedEvent& event : record.events()) {
        const bool may = event.header.kind == BodyKind::kStateReported ||
                         event.header.kind == BodyKind::kCorrection;
        if (may) digests.push_back(event.digest);
      }
    }
    if (digests.empty()) return;
    const std::string what =
        Any(0, 1) == 0 ? R"("action":"withdraw","reason":"clock")"
                       : R"("action":"replace","reason":"clock","replacement":{"state":"down"})";
    const absl::StatusOr<Bytes> body =
        BodyFromJson(BodyKind::kCorrection,
                     absl::StrCat(R"({"supersedes":")", digests[Any(0, digests.size() - 1)].ToHex(),
                                  R"(","position":"1",)", what, "}"));
    ASSERT_TRUE(body.ok()) << body.status();
    EventHeader header;
    header.kind = BodyKind::kCorrection;
    header.actor = ActorKind::kHuman;
    header.observed_from = header.observed_until = at_ + Seconds(-1);
    test_.feed.Add(header, *body);
    Sign();
  }

  std::mt19937_64 random_;
  SmallCase test_;
  Terms agreed_;
  Instant at_;
  std::unique_ptr<ledger::SigningKey> second_;
  KeyFingerprint revoked_;
};

// The canonical result, or why there is none.
std::string AnswerOf(const ledger::Ledger& ledger, const CaseRequest& wanted) {
  const absl::StatusOr<AnsweredCase> asked = AnswerCase(ledger, {wanted, {}});
  return asked.ok() ? CanonicalResult(asked->answered.result) : asked.status().ToString();
}

CaseRequest WantedAt(const ledger::Ledger& ledger, uint64_t size, Instant knowledge) {
  CaseRequest wanted;
  wanted.agreement = "gold";
  const absl::StatusOr<CaseAxes> axes = AxesAt(ledger, size, knowledge);
  TALLY_CHECK(axes.ok());
  wanted.axes = *axes;
  return wanted;
}

// Every size, each at the time of its last record and a week later, through one trail and anew.
void ExpectTheSame(const ledger::Ledger& ledger, FeedTrail& trail, KeptStreams& kept,
                   uint64_t seed) {
  for (uint64_t size = 1; size <= ledger.head().size; ++size) {
    const Instant recorded = ledger.ReadRecord(size - 1)->recorded();
    for (const Instant knowledge : {recorded, recorded + Days(7)}) {
      CaseRequest wanted = WantedAt(ledger, size, knowledge);
      const std::string anew = AnswerOf(ledger, wanted);
      wanted.trail = &trail;
      wanted.kept = &kept;
      ASSERT_EQ(AnswerOf(ledger, wanted), anew) << "seed " << seed << ", size " << size;
    }
  }
}

void ExpectNoFault(const ledger::Ledger& ledger) {
  const absl::StatusOr<StatementAudit> audit = AuditStatements(ledger, "gold", false);
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_TRUE(audit->faults.empty());
  EXPECT_GT(audit->statements, 0u);
}

TEST(FeedTrail, GoingOnGivesWhatReadingFromTheFirstRecordGives) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    TrailHistory history(seed);
    for (int i = 0; i < 50; ++i) history.Step();
    if (seed % 2 == 0) history.Erase();
    for (int i = 0; i < 10; ++i) history.Step();
    const ledger::Ledger& ledger = history.test().ledger();
    FeedTrail trail(ledger, /*checked_beforehand=*/false, kTinyShelf);
    KeptStreams kept(ledger, /*checked_beforehand=*/false);
    ExpectTheSame(ledger, trail, kept, seed);
    EXPECT_EQ(trail.records_read(), history.Records().size()) << "each is read once";
    EXPECT_LT(kept.records_read(), ledger.head().size);
    ExpectNoFault(ledger);
  }
}

TEST(FeedTrail, WhereOtherSourcesAreWantedAFoldIsBegunAnew) {
  for (uint64_t seed = 11; seed <= 13; ++seed) {
    TrailHistory history(seed);
    const SourceRef web{"probes", "web"}, mail{"probes", "mail"};
    for (const std::vector<SourceRef>& next :
         {std::vector<SourceRef>{mail}, {mail, web}, {web}, {mail}}) {
      for (int i = 0; i < 15; ++i) history.Step();
      history.Rely(next);
    }
    for (int i = 0; i < 15; ++i) history.Step();
    const ledger::Ledger& ledger = history.test().ledger();
    FeedTrail trail(ledger, /*checked_beforehand=*/true, kTinyShelf);
    KeptStreams kept(ledger, /*checked_beforehand=*/true);
    ExpectTheSame(ledger, trail, kept, seed);
    ExpectNoFault(ledger);
  }
}

// A key is suspect from the size on that knows it to be, and void from the ruling on.
TEST(FeedTrail, WhatASuspectKeySignedIsJudgedAtEachSizeAnew) {
  for (uint64_t seed = 21; seed <= 23; ++seed) {
    TrailHistory history(seed);
    for (int i = 0; i < 15; ++i) history.Step();
    history.SignBySecondKey();
    for (int i = 0; i < 15; ++i) history.Step();
    history.RevokeSecondKey();
    for (int i = 0; i < 8; ++i) history.Step();
    history.RuleSecondKeyInvalid();
    for (int i = 0; i < 8; ++i) history.Step();
    const ledger::Ledger& ledger = history.test().ledger();
    const Result result = history.test().Replay();
    EXPECT_TRUE(Has(result, "evidence-without-authority")) << "the ruling has an effect";
    FeedTrail trail(ledger, /*checked_beforehand=*/false, kTinyShelf);
    KeptStreams kept(ledger, /*checked_beforehand=*/false);
    ExpectTheSame(ledger, trail, kept, seed);
    EXPECT_LT(trail.records_read(), history.Records().size()) << "the trail has an end";
    ExpectNoFault(ledger);
  }
}

// Who leaves something out reads by himself, and the trail stays as it was; so does who asks for a
// smaller size.
TEST(FeedTrail, WhatLeavesOutOrGoesBackDoesNotFollow) {
  TrailHistory history(31);
  for (int i = 0; i < 60; ++i) history.Step();
  const ledger::Ledger& ledger = history.test().ledger();
  FeedTrail trail(ledger, /*checked_beforehand=*/false, kTinyShelf);
  KeptStreams kept(ledger, /*checked_beforehand=*/false);
  const Instant now = history.test().test.clock().Now();
  const auto expect = [&](CaseRequest wanted) {
    const std::string anew = AnswerOf(ledger, wanted);
    wanted.trail = &trail;
    wanted.kept = &kept;
    EXPECT_EQ(AnswerOf(ledger, wanted), anew) << "size " << wanted.axes.size;
  };
  std::vector<ledger::EventAddress> seen;
  for (const ledger::VerifiedRecord& record : history.Records()) {
    for (const auto& event : record.events()) seen.push_back(event.address);
  }
  const uint64_t size = ledger.head().size;
  for (const uint64_t at : {size / 2, size, size / 2, size / 3, size}) {
    CaseRequest wanted = WantedAt(ledger, at, now);
    expect(wanted);
    for (size_t i = 0; i < seen.size(); i += 7) {
      CaseRequest without = wanted;
      without.without = {seen[i]};
      expect(without);
    }
    CaseRequest below = wanted;
    below.observed_below = at / 2;
    expect(below);
    CaseRequest reported = wanted;
    reported.axes.reported = now + Hours(-400);
    expect(reported);
  }
}

}  // namespace
}  // namespace tally::replay
