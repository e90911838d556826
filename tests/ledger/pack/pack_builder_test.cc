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

}  // namespace
}  // namespace tally::ledger
