// Goal: layouts say what the compiled schema says. Method: known structs field by field, and
// properties that every layout has.
#include "schema/layout.h"

#include <gtest/gtest.h>

#include "schema/event.h"

namespace tally {
namespace {

TEST(Layout, StateReported) {
  const StructLayout& layout = *LayoutOf(BodyKind::kStateReported);
  EXPECT_EQ(layout.known_bits,
            (std::vector<uint64_t>{0xffff'ffff'ffff, ~uint64_t{0}, ~uint64_t{0}}));
  ASSERT_EQ(layout.enums.size(), 1u);
  EXPECT_EQ(layout.enums[0].first, 1);
  EXPECT_EQ(layout.enums[0].limit, 5);
  ASSERT_EQ(layout.optionals.size(), 2u);
  EXPECT_EQ(layout.optionals[0].name, "code");
  EXPECT_EQ(layout.optionals[0].tag_slot, 1u);
  EXPECT_EQ(layout.optionals[0].word, 1u);
  ASSERT_EQ(layout.pointers.size(), 1u);
  EXPECT_EQ(layout.pointers[0].text_limit, 4096u);
}

TEST(Layout, MarksReachTheFields) {
  const StructLayout& genesis = *LayoutOf(BodyKind::kGenesis);
  EXPECT_EQ(genesis.pointers[4].name, "nonce");
  EXPECT_EQ(genesis.pointers[4].exact_bytes, 32u);
  EXPECT_FALSE(genesis.pointers[4].digest);
  EXPECT_TRUE(genesis.pointers[4].required);
  const StructLayout& terms = *LayoutOf(BodyKind::kTermsProposed);
  EXPECT_TRUE(terms.pointers[0].digest);
  EXPECT_EQ(terms.pointers[3].text_limit, 262144u);
  EXPECT_EQ(LayoutOf(BodyKind::kWatermark)->times[0].form, TimeForm::kInstant);
  EXPECT_EQ(LayoutOf(BodyKind::kMeasurementRun)->times[0].form, TimeForm::kDuration);
}

// Choices of terms may be unset for the walk: schema/terms_check.cc knows which are needed.
TEST(Layout, TermsLeaveChoicesToTheirOwnCheck) {
  const StructLayout& terms = LayoutOfTerms();
  EXPECT_EQ(terms.name, "Terms");
  for (const PointerField& field : terms.pointers) {
    if (field.name != "disputes") continue;
    for (const EnumField& choice : field.target->enums) EXPECT_EQ(choice.first, 0);
  }
}

TEST(Layout, EveryLayoutIsWhole) {
  for (const KindRow& row : KindTable()) {
    const StructLayout* layout = LayoutOf(row.kind);
    ASSERT_NE(layout, nullptr) << row.name;
    for (const uint64_t bits : layout->known_bits) EXPECT_NE(bits, 0u) << row.name;
    for (const PointerField& field : layout->pointers) {
      EXPECT_FALSE(field.name.empty()) << row.name;
      const bool structs =
          field.form == PointerForm::kStruct || field.form == PointerForm::kStructs;
      EXPECT_EQ(structs, field.target != nullptr) << row.name << "." << field.name;
    }
  }
}

TEST(Layout, KindsThatShareAStructShareALayout) {
  EXPECT_EQ(LayoutOf(BodyKind::kZoneAdded), LayoutOf(BodyKind::kDocumentAdded));
  EXPECT_EQ(LayoutOf(BodyKind::kUnset), nullptr);
  EXPECT_EQ(LayoutOf(static_cast<BodyKind>(60'000)), nullptr);
}

}  // namespace
}  // namespace tally
