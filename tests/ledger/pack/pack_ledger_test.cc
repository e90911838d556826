// Goal: what is read from a pack is what the ledger would have given, and what the pack does not
// show is said to be missing. Method: every question of the reading side asked of both.
#include "ledger/pack/pack_ledger.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

class PackLedgerTest : public testing::Test {
 protected:
  PackLedgerTest() {
    PackSelection selection = made_.selection();
    selection.scope.at_size = 9;
    opened_ = OpenPack(made_.Pack(selection));
    EXPECT_TRUE(opened_.report.verified);
  }
  const PackLedger& pack() const { return *opened_.ledger; }
  const Ledger& whole() const { return made_.ledger(); }
  // Everything shown of a stream, or of all, as text.
  static std::vector<std::string> Texts(const Ledger& ledger, const ReadOptions& options) {
    std::vector<std::string> texts;
    auto cursor = ledger.Read(options);
    EXPECT_TRUE(cursor.ok()) << cursor.status();
    while (true) {
      const auto record = (*cursor)->Next();
      EXPECT_TRUE(record.ok()) << record.status();
      if (!record.ok() || !record->has_value()) return texts;
      for (const VerifiedEvent& event : (*record)->events()) {
        texts.push_back(event.address.ToText() + " " + event.digest.ToHex() + " " +
                        ToHex(event.body) + " " + FormatInstant((*record)->recorded()) + " " +
                        (*record)->leaf().ToHex() + " " +
                        std::string(KeyVerdictName((*record)->verdict())));
      }
    }
  }

  PackedLedger made_;
  OpenedPack opened_;
};

TEST_F(PackLedgerTest, StreamsOfActsReadAsInTheLedger) {
  EXPECT_EQ(pack().id(), whole().id());
  EXPECT_EQ(pack().head().note, whole().head().note);
  EXPECT_EQ(pack().head().root, whole().head().root);
  EXPECT_EQ(pack().head().recorded, whole().head().recorded);
  const auto streams = pack().Streams();
  for (const StreamState& state : *streams) {
    if (state.kind == StreamKind::kFeed || state.kind == StreamKind::kSystem) continue;
    const ReadOptions options{.stream = state.opening_index};
    EXPECT_EQ(Texts(pack(), options), Texts(whole(), options)) << state.name;
    const ReadOptions early{.limit = 8, .stream = state.opening_index};
    EXPECT_EQ(Texts(pack(), early), Texts(whole(), early)) << state.name;
  }
}

// T-42: a pack brings the role and the word on the key that granted it, so its verifier comes to
// the ledger's own verdicts: suspect, what a thief signed with a key of his own under a stolen
// role.
TEST(PackVerdicts, T42WhatIsSignedUnderAStolenRoleIsSuspectInBoth) {
  PackedLedger made(2);
  TestLedger& test = made.test();
  TestParty& lime = made.lime();
  TestParty& thief = test.AddParty("thief");
  const Instant since = test.clock().Now();
  const RoleGranted granted{{"append", thief.id, {}, {}}, {}, Instant::Max(), ""};
  test.Append(test.SignAct(lime, lime.opening, BodyKind::kRoleGranted, Encode(granted)));
  made.uptime().Report(1, State::kDown, At("2026-02-03T00:00:00Z"));
  const uint64_t forged = test.Append(made.uptime().SignWith(*thief.key)).index;
  const auto verdict_in = [&](const Ledger& ledger) {
    const auto record = ledger.ReadRecord(forged);
    EXPECT_TRUE(record.ok()) << record.status();
    return record->verdict();
  };
  made.AppendHeads();
  EXPECT_EQ(verdict_in(made.ledger()), KeyVerdict::kValid);
  const auto fresh = TestKey("lime anew");
  KeyGrant anew;
  anew.key = fresh->public_key();
  anew.roles = kRoleAppend | kRoleGrant;
  const Signature held = fresh->Sign(PossessionMessage(
      test.ledger().id(), fresh->fingerprint(), lime.key->fingerprint(), Rename<Hash>(lime.id)));
  anew.possession.assign(held.begin(), held.end());
  test.Append(test.SignAct(lime, lime.opening, BodyKind::kKeyRegistered,
                           Encode(KeyRegistered{std::move(anew), ""})));
  test.Append(test.SignAct(lime, lime.opening, BodyKind::kKeyRevoked,
                           Encode(KeyRevoked{lime.key->fingerprint(), since, "stolen"}),
                           {.key = fresh.get()}));
  // The role still stands, so what comes under it is recorded, and suspect as well.
  made.uptime().Report(1, State::kDown, At("2026-02-03T01:00:00Z"));
  test.Append(made.uptime().SignWith(*thief.key));
  made.AppendHeads();
  EXPECT_EQ(verdict_in(made.ledger()), KeyVerdict::kSuspect);
  const OpenedPack opened = OpenPack(made.Pack());
  ASSERT_TRUE(opened.report.verified);
  EXPECT_EQ(verdict_in(*opened.ledger), KeyVerdict::kSuspect);
  const std::string words = " records signed under the role that it granted to party thief";
  const auto says = [&](const AuditReport& report) {
    return std::ranges::any_of(report.notes, [&](const std::string& note) {
      return note.find("2" + words) != std::string::npos;
    });
  };
  AuditOptions audit;
  audit.ledger = test.options();
  EXPECT_TRUE(says(opened.report));
  EXPECT_TRUE(says(Audit(audit)));
}

TEST_F(PackLedgerTest, AFeedShowsWhatWasAskedForAndNothingElse) {
  const ReadOptions options{.stream = made_.feed()};
  const std::vector<std::string> shown = Texts(pack(), options);
  const std::vector<std::string> all = Texts(whole(), options);
  EXPECT_EQ(shown.size() + 6, all.size());
  for (const std::string& text : shown) {
    EXPECT_NE(std::find(all.begin(), all.end(), text), all.end()) << text;
  }
}

TEST_F(PackLedgerTest, StreamsAndPlacesAreFound) {
  const auto streams = pack().Streams();
  for (const StreamState& state : *streams) {
    const StreamState expected = *whole().StreamAt(state.opening_index);
    EXPECT_EQ(state.id, expected.id);
    EXPECT_EQ(state.records, expected.records);
    EXPECT_EQ(state.newest_leaf, expected.newest_leaf);
    EXPECT_EQ(pack().FindStream(state.kind, state.name)->id, state.id);
    EXPECT_EQ(pack().FindStream(state.id)->name, state.name);
  }
  EXPECT_EQ(pack().EndOfSource(made_.feed(), 1)->last_position,
            whole().EndOfSource(made_.feed(), 1)->last_position);
  EXPECT_EQ(*pack().RecordOfPosition(made_.feed(), 5), *whole().RecordOfPosition(made_.feed(), 5));
  EXPECT_TRUE(absl::IsNotFound(pack().RecordOfPosition(made_.feed(), 999).status()));
  const VerifiedRecord claim = *whole().ReadRecord(whole().head().size - 2);
  const EventHeader& header = claim.events()[0].header;
  EXPECT_EQ(*pack().RecordOfAct(made_.agreement(), header.author, *header.id), claim.index());
  EXPECT_TRUE(absl::IsNotFound(pack().FindStream(StreamKind::kParty, "other").status()));
  EXPECT_TRUE(absl::IsNotFound(pack().StreamAt(12345).status()));
}

TEST_F(PackLedgerTest, SizesAndTimesAreThoseThatItTells) {
  const uint64_t size = whole().head().size;
  EXPECT_TRUE(pack().Knows(size));
  EXPECT_TRUE(pack().Knows(9));
  EXPECT_FALSE(pack().Knows(8));
  EXPECT_FALSE(pack().Knows(0));
  EXPECT_EQ(*pack().RootAt(9), *whole().RootAt(9));
  EXPECT_TRUE(absl::IsNotFound(pack().RootAt(8).status()));
  EXPECT_EQ(*pack().SizeAsRecorded(whole().head().recorded), size);
  EXPECT_EQ(*pack().SizeAsRecorded(Instant{0}), 0u);
  EXPECT_EQ(pack().ReadRecord(8)->recorded(), whole().ReadRecord(8)->recorded());
}

TEST_F(PackLedgerTest, WhatAPackCannotGiveIsRefused) {
  EXPECT_TRUE(absl::IsUnimplemented(pack().InclusionPath(0, 1).status()));
  EXPECT_TRUE(absl::IsUnimplemented(pack().ConsistencyProof(1, 2).status()));
  EXPECT_TRUE(absl::IsUnimplemented(pack().Tile({}, 1).status()));
  EXPECT_TRUE(absl::IsUnimplemented(pack().Prove(0, std::nullopt).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(pack().Read({.limit = 999}).status()));
  EXPECT_TRUE(absl::IsNotFound(pack().ReadRecord(999).status()));
  PackSelection foreign = made_.selection();
  foreign.feeds.front().opening = 999;
  EXPECT_TRUE(absl::IsNotFound(pack().FirstMissing(foreign).status()));
}

}  // namespace
}  // namespace tally::ledger
