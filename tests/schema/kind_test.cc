// Goal: the table of kinds is closed, ordered and agrees with the schema. Method: each row against
// the rules of the header and against the generated structs.
#include "schema/kind.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "schema/layout.h"
#include "schema/wire.h"

namespace tally {
namespace {

TEST(Kind, TableAscendsAndNamesAreUnique) {
  BodyKind before = BodyKind::kUnset;
  std::set<std::string> names;
  for (const KindRow& row : KindTable()) {
    EXPECT_LT(before, row.kind);
    before = row.kind;
    EXPECT_TRUE(names.insert(std::string(row.name)).second) << row.name;
    EXPECT_NE(row.stream, StreamKind::kUnset) << row.name;
    EXPECT_NE(row.signer, Signer::kUnset) << row.name;
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    EXPECT_EQ(FindKind(row.kind), &row);
    EXPECT_EQ(FindKindByName(row.name), &row);
  }
  EXPECT_EQ(KindTable().size(), 98u);
}

TEST(Kind, UnknownNumbersAndNames) {
  for (const int number : {0, 15, 31, 36, 47, 55, 63, 81, 127, 138, 139, 199, 201, 255, 65535}) {
    EXPECT_EQ(FindKind(static_cast<BodyKind>(number)), nullptr) << number;
  }
  EXPECT_EQ(FindKindByName("state  reported"), nullptr);
  EXPECT_EQ(FindKindByName("State Reported"), nullptr);
  EXPECT_EQ(FindKindByName(""), nullptr);
}

TEST(Kind, StreamsFollowTheNumbers) {
  for (const KindRow& row : KindTable()) {
    const int number = static_cast<int>(row.kind);
    EXPECT_EQ(row.opening, number >= 32 && number < 48) << row.name;
    if (row.opening) continue;
    const StreamKind expected = number < 32    ? StreamKind::kSystem
                                : number < 64  ? StreamKind::kParty
                                : number < 128 ? StreamKind::kFeed
                                               : StreamKind::kAgreement;
    EXPECT_EQ(row.stream, expected) << row.name;
    EXPECT_EQ(row.signer == Signer::kAuthor, row.stream == StreamKind::kFeed) << row.name;
  }
  EXPECT_EQ(FindKindByName("state reported")->kind, BodyKind::kStateReported);
  EXPECT_EQ(FindKind(BodyKind::kKeyRecovered)->signer, Signer::kRecovery);
  EXPECT_EQ(FindKind(BodyKind::kStatement)->signer, Signer::kProjector);
}

// Nothing that decides who may act or what was agreed can be erased.
TEST(Kind, OnlyEvidenceAndFreeTextsAreErasable) {
  for (const KindRow& row : KindTable()) {
    const bool free_text =
        row.kind == BodyKind::kDocumentNamed || row.kind == BodyKind::kWithoutPrejudice;
    if (row.erasable) {
      EXPECT_TRUE(row.stream == StreamKind::kFeed || free_text) << row.name;
      EXPECT_FALSE(row.opening) << row.name;
    }
  }
  EXPECT_TRUE(FindKind(BodyKind::kStateReported)->erasable);
  EXPECT_FALSE(FindKind(BodyKind::kSourceRegistered)->erasable);
  EXPECT_FALSE(FindKind(BodyKind::kWatermark)->erasable);
}

TEST(Kind, StructuresAreThoseOfTheSchema) {
  for (const KindRow& row : KindTable()) {
    ASSERT_NE(SchemaOf(row.kind), nullptr) << row.name;
    EXPECT_EQ(row.structure, SchemaOf(row.kind)->getShortDisplayName().cStr());
    EXPECT_EQ(row.structure, LayoutOf(row.kind)->name);
  }
}

TEST(Kind, StreamNames) {
  EXPECT_EQ(StreamKindName(StreamKind::kSystem), "system");
  EXPECT_EQ(StreamKindName(StreamKind::kParty), "party");
  EXPECT_EQ(StreamKindName(StreamKind::kFeed), "feed");
  EXPECT_EQ(StreamKindName(StreamKind::kAgreement), "agreement");
}

}  // namespace
}  // namespace tally
