// Goal: the same ledger and request give the same bytes, and what is not asked for stays out of
// them. Method: packs made twice, from a ledger opened anew, with and without heads; the bytes
// searched for what should not be there.
#include "ledger/pack/pack_builder.h"

#include <algorithm>

#include "gtest/gtest.h"
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

}  // namespace
}  // namespace tally::ledger
