// Goal: the same ledger and request give the same bytes, and what is not asked for stays out of
// them. Method: packs made twice, from a ledger opened anew, with and without heads; the bytes
// searched for what should not be there.
#include "ledger/pack/pack_builder.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/run_leaf.h"
#include "schema/erasure.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

bool Holds(const Bytes& pack, ByteView wanted) {
  return std::search(pack.begin(), pack.end(), wanted.begin(), wanted.end()) != pack.end();
}

TEST(PackBuilder, TheSameLedgerAndRequestGiveTheSameBytes) {
  PackedLedger made;
  const Bytes pack = made.Pack();
  EXPECT_EQ(made.Pack(), pack);
  made.test().Close();
  made.test().Reopen();
  EXPECT_EQ(made.Pack(), pack);
}

TEST(PackBuilder, WithheldBodiesAndSaltsAreNotInItAndHeadersAre) {
  PackedLedger made;
  const Bytes pack = made.Pack();
  EXPECT_FALSE(Holds(pack, Bytes(300, 'x')));  // of the document
  const auto cursor = made.ledger().Read({.stream = made.feed()});
  int withheld = 0;
  while (const auto record = *(*cursor)->Next()) {
    for (const VerifiedEvent& event : record->events()) {
      EXPECT_TRUE(Holds(pack, event.header_bytes));
      if (event.header.source == 1) {
        EXPECT_TRUE(Holds(pack, event.salt.view()));
      }
      if (event.header.source != 2 || event.header.kind != BodyKind::kStateReported) continue;
      ++withheld;
      EXPECT_FALSE(Holds(pack, event.salt.view()));
    }
  }
  EXPECT_EQ(withheld, 6);
}

TEST(PackBuilder, ADocumentThatAnActNamesIsShown) {
  PackedLedger made;
  ClaimFiled claim;
  claim.reason = "see the document";
  claim.documents = {DigestOfDocument(Bytes(300, 'x'))};
  made.test().Append(
      made.test().SignAct(made.lime(), made.agreement(), BodyKind::kClaimFiled, Encode(claim)));
  made.AppendHeads();
  EXPECT_TRUE(Holds(made.Pack(), Bytes(300, 'x')));
}

TEST(PackBuilder, WithoutHeadsCompletenessIsNotShown) {
  PackedLedger made;
  made.test().AddParty("late");  // behind the heads event, and not of the agreement
  const OpenedPack opened = OpenPack(made.Pack());
  EXPECT_TRUE(opened.report.verified);
  EXPECT_FALSE(opened.complete);
  made.AppendHeads();
  EXPECT_TRUE(OpenPack(made.Pack()).complete);
}

TEST(PackBuilder, ACheckpointOfAnotherSizeIsRefused) {
  PackedLedger made;
  const std::string old = made.ledger().head().note;
  EXPECT_EQ(*BuildPack(made.ledger(), made.selection(), old), made.Pack());
  made.AppendHeads();
  EXPECT_TRUE(absl::IsInvalidArgument(BuildPack(made.ledger(), made.selection(), old).status()));
}

TEST(PackBuilder, ARetainedSizeIsProven) {
  PackedLedger made;
  PackSelection selection = made.selection();
  for (uint64_t size = 1; size < made.ledger().head().size; ++size) {
    selection.retained.push_back(size);
  }
  const OpenedPack opened = OpenPack(made.Pack(selection));
  ASSERT_TRUE(opened.report.verified);
  for (const uint64_t size : selection.retained) {
    EXPECT_EQ(*opened.ledger->RootAt(size), *made.ledger().RootAt(size)) << size;
  }
}

// A ledger whose feed has a run of two sources, and a pack of two of its rows.
class RowsPackTest : public testing::Test {
 protected:
  RowsPackTest() {
    made_.uptime().Run({1, 2}, 40, At("2026-03-01T00:00:00Z"), Minutes(1), State::kDown);
    run_ = {made_.test().Append(made_.uptime().Sign()).index, 0};
    made_.AppendHeads();
    selection_ = made_.selection();
    selection_.feeds[0].until = Instant::Min();
    selection_.rows = {{run_, 3}, {run_, 57}};
    selection_.scope.period = PackRowsText(selection_.rows);
  }
  PackedLedger made_;
  EventAddress run_;
  PackSelection selection_;
};

TEST_F(RowsPackTest, OneRowIsProvenAloneAndNothingElseIsShown) {
  const Bytes pack = made_.Pack(selection_);
  const OpenedPack opened = OpenPack(pack);
  ASSERT_TRUE(opened.report.verified) << Describe(opened.report);
  EXPECT_TRUE(opened.complete);
  const auto row = opened.ledger->RowShown({run_, 57});
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->source, 2u);
  EXPECT_EQ(row->row.from, At("2026-03-01T00:17:00Z"));
  EXPECT_EQ(row->row.state, State::kDown);
  EXPECT_EQ(opened.ledger->RowShown({run_, 3})->source, 1u);
  EXPECT_TRUE(opened.ledger->RowShown({run_, 48 + 8}).ok());  // a neighbour
  EXPECT_TRUE(absl::IsNotFound(opened.ledger->RowShown({run_, 40}).status()));
  EXPECT_TRUE(absl::IsNotFound(opened.ledger->RowShown({run_, 80}).status()));
  EXPECT_TRUE(opened.ledger->FirstMissing(selection_)->has_value() == false);
  selection_.rows.push_back({run_, 40});
  EXPECT_EQ(opened.ledger->FirstMissing(selection_).value(), run_);
  EXPECT_EQ(opened.ledger->FirstMissing(made_.selection())->has_value(), true);
  // T-89: no salt of an event or of the run from which others could be made is in it.
  const auto cursor = made_.ledger().Read({.stream = made_.feed()});
  while (const auto record = *(*cursor)->Next()) {
    for (const VerifiedEvent& event : record->events()) {
      const bool hidden = event.header.kind == BodyKind::kStateReported ||
                          event.header.kind == BodyKind::kMeasurementRun;
      EXPECT_TRUE(!hidden || !Holds(pack, event.salt.view())) << event.address.ToText();
    }
  }
}

TEST_F(RowsPackTest, EveryPartOfItCounts) {
  const EditablePack sound = Edit(made_.Pack(selection_));
  size_t member = 0;
  while (sound.members[member].index != run_.index) ++member;
  const Bytes& partial = sound.members[member].events[0].partial;
  ASSERT_FALSE(partial.empty());
  EXPECT_EQ(VerdictOf(Write(sound)), "verified");
  for (size_t i = 0; i < partial.size(); i += 7) {
    EditablePack edit = sound;
    edit.members[member].events[0].partial[i] ^= 1;
    EXPECT_NE(VerdictOf(Write(edit)), "verified") << i;
  }
  EditablePack none = sound;
  none.members[member].events[0].partial.clear();
  EXPECT_EQ(VerdictOf(Write(none)), "form");  // the sources of a run are always named
  EditablePack elsewhere = sound;
  elsewhere.members[member - 1].events[0].shown = false;
  elsewhere.members[member - 1].events[0].partial = partial;
  EXPECT_NE(VerdictOf(Write(elsewhere)), "verified");
}

// A report of the same instant replaces a row: whoever gets the row gets that too.
TEST_F(RowsPackTest, WhatReplacesARowIsShownWithItOrMissing) {
  made_.uptime().Report(2, State::kUp, At("2026-03-01T00:17:00Z"));
  made_.uptime().Report(2, State::kUp, At("2026-03-01T00:18:00Z"));
  made_.uptime().Run({2}, 40, At("2026-03-01T00:10:00Z"), Minutes(1), State::kUp);
  const uint64_t behind = made_.test().Append(made_.uptime().Sign()).index;
  made_.test().clock().Advance(Minutes(2));
  made_.AppendHeads();
  selection_.close = true;
  const Bytes pack = made_.Pack(selection_);
  const OpenedPack opened = OpenPack(pack);
  ASSERT_TRUE(opened.report.verified) << Describe(opened.report);
  EXPECT_FALSE(opened.ledger->FirstMissing(selection_).value().has_value());
  const auto words = opened.ledger->LaterWordsOn({run_, 57}).value();
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].at, (EventAddress{behind, 0}));
  EXPECT_TRUE(words[0].body.has_value());
  EXPECT_EQ(words[1].at, (EventAddress{behind, 2}));  // a run: not shown, but told of
  EXPECT_FALSE(words[1].body.has_value());
  EXPECT_TRUE(opened.ledger->LaterWordsOn({run_, 3}).value().empty());
  EditablePack edit = Edit(pack);
  for (EditableMember& member : edit.members) {
    if (member.index == behind) {
      member.events[0].shown = false;
      member.events[0].salt.clear();
      member.events[0].body.clear();
    }
  }
  const OpenedPack less = OpenPack(Write(edit));
  ASSERT_TRUE(less.report.verified) << Describe(less.report);
  EXPECT_EQ(less.ledger->FirstMissing(selection_).value(), (EventAddress{behind, 0}));
  for (EditableMember& member : edit.members) {
    if (member.index == behind) member.closed = true;
    if (member.index == behind) member.events.clear();
  }
  const OpenedPack closed = OpenPack(Write(edit));
  ASSERT_TRUE(closed.report.verified) << Describe(closed.report);
  EXPECT_EQ(closed.ledger->FirstMissing(selection_).value(), (EventAddress{behind, 0}));
}

TEST(PackBuilder, RowsAreWrittenInOneWay) {
  const std::vector<PackRow> rows = {{{12, 3}, 17}, {{12, 3}, 4}};
  EXPECT_EQ(PackRowsText(rows), "rows 12/3/4 12/3/17");
  EXPECT_EQ(ParsePackRows("rows 12/3/4 12/3/17")->size(), 2u);
  EXPECT_TRUE(ParsePackRows("2026-02")->empty());
  EXPECT_TRUE(ParsePackRows("")->empty());
  for (const std::string text : {"rows ", "rows 12/3", "rows 12/3/17 12/3/4", "rows 12/3/4 12/3/4",
                                 "rows 012/3/4", "rows 12/3/4 ", "rows 12/3/4 x", "rows 12/3/-4"}) {
    EXPECT_FALSE(ParsePackRows(text).ok()) << text;
  }
}

// T-88: packs from before and after an erasure of rows, and rows that are asked for alone.
class ErasedRowsPackTest : public testing::Test {
 protected:
  ErasedRowsPackTest() {
    TestLedger& test = made_.test();
    made_.uptime().Run({1}, 64, At("2026-02-03T00:00:00Z"), Minutes(1), State::kDown);
    run_ = {test.Append(made_.uptime().Sign()).index, 0};
    const VerifiedEvent event = test.ledger().ReadRecord(run_.index).value().events()[0];
    salt_ = event.salt;
    digest_ = event.digest;
    made_.AppendHeads();
    before_ = made_.Pack();
    ErasureAgreed agreed{digest_, run_.index, 0, "asked", {}, {16, 16}};
    const Bytes word = Encode(agreed);
    const uint64_t act = test.Append(test.SignAct(made_.lime(), made_.lime().opening,
                                                  BodyKind::kErasureAgreed, word))
                             .index;
    Erasure erasure{digest_, run_.index, 0, "asked", "lime", test.DigestAt(act), {}, {}, {16, 16}};
    test.Append(test.SignServiceAct(0, BodyKind::kErasure, Encode(erasure)));
    EXPECT_TRUE(test.writer().CarryOutErasures().ok());
    test.clock().Advance(Minutes(2));
    made_.AppendHeads();
  }
  PackSelection RowAlone(uint32_t row) const {
    PackSelection selection = made_.selection();
    selection.rows = {{run_, row}};
    selection.scope.period = PackRowsText(selection.rows);
    return selection;
  }
  PackedLedger made_;
  EventAddress run_;
  Salt salt_;
  Hash digest_;
  Bytes before_;
};

TEST_F(ErasedRowsPackTest, T88KeptLeavesAreInItAndVerify) {
  EXPECT_EQ(VerdictOf(before_), "verified");
  EXPECT_TRUE(Holds(before_, salt_.view()));
  const Bytes after = made_.Pack();
  const OpenedPack opened = OpenPack(after);
  ASSERT_TRUE(opened.report.verified) << VerdictOf(after);
  EXPECT_TRUE(opened.complete);
  EXPECT_EQ(opened.report.covered.erased, 1u);
  const std::string said = "of event " + run_.ToText() + " is erased: rows 16 to 31";
  EXPECT_EQ(std::ranges::count(opened.report.notes, said), 1);
  EXPECT_FALSE(Holds(after, salt_.view()));
  for (uint64_t leaf = 0; leaf < 4; ++leaf) {
    EXPECT_EQ(Holds(after, RunLeafSalt(salt_, leaf).view()), leaf != 1) << leaf;
  }
  EXPECT_FALSE(opened.ledger->FirstMissing(made_.selection()).value().has_value());
  const VerifiedEvent event = opened.ledger->ReadRecord(run_.index).value().events()[0];
  EXPECT_TRUE(event.erased && event.body.empty());
  EXPECT_EQ(DecodePartialRun(event.rest).value().sources[0].leaves.size(), 3u);
}

// What was not erased cannot be left out under the cover of what was.
TEST_F(ErasedRowsPackTest, T88ALeafThatIsLeftOutIsMissing) {
  EditablePack edit = Edit(made_.Pack());
  for (EditableMember& member : edit.members) {
    if (member.index != run_.index) continue;
    const PartialRun whole = DecodePartialRun(member.events[0].partial).value();
    const auto less =
        RestOfRun(whole, [](uint32_t, uint32_t number) { return number == 0; }).value();
    member.events[0].partial = EncodePartialRun(less);
  }
  const OpenedPack opened = OpenPack(Write(edit));
  ASSERT_TRUE(opened.report.verified);  // nothing of it is wrong, but it is not all
  EXPECT_EQ(opened.ledger->FirstMissing(made_.selection()).value(), run_);
}

TEST_F(ErasedRowsPackTest, T88ARowIsShownAloneWhileItIsThere) {
  const Bytes pack = made_.Pack(RowAlone(40));
  const OpenedPack opened = OpenPack(pack);
  ASSERT_TRUE(opened.report.verified) << VerdictOf(pack);
  EXPECT_TRUE(opened.ledger->RowShown({run_, 40}).ok());
  EXPECT_FALSE(opened.ledger->RowShown({run_, 0}).ok());
  EXPECT_FALSE(Holds(pack, RunLeafSalt(salt_, 0).view()));
  const auto refused = BuildPack(made_.ledger(), RowAlone(20), "");
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
}

}  // namespace
}  // namespace tally::ledger
