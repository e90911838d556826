// Goal: acts are found by index, index/offset or id, and an unclear name is refused with the
// choices. Method: a list of acts made by hand.
#include "tools/acts.h"

#include <gtest/gtest.h>

#include "tools/fault.h"

namespace tally::tools {
namespace {

RecordedAct Act(uint64_t index, BodyKind kind, uint8_t id) {
  RecordedAct act;
  act.address = {index, 0};
  act.header.kind = kind;
  act.header.id = ActId{};
  act.header.id->bytes[0] = id;
  return act;
}

TEST(Acts, PicksByAnyOfItsNames) {
  const std::vector<RecordedAct> acts = {Act(4, BodyKind::kClaimFiled, 1),
                                         Act(7, BodyKind::kClaimFiled, 2),
                                         Act(9, BodyKind::kClaimAnswered, 3)};
  for (const std::string& name :
       {std::string("7"), std::string("7/0"), acts[1].header.id->ToHex()}) {
    absl::StatusOr<RecordedAct> act = PickAct(acts, BodyKind::kClaimFiled, name);
    ASSERT_TRUE(act.ok()) << name;
    EXPECT_EQ(act->address.index, 7u);
  }
  EXPECT_EQ(PickAct(acts, BodyKind::kClaimAnswered, "")->address.index, 9u);
}

TEST(Acts, AnUnclearNameListsTheChoices) {
  const std::vector<RecordedAct> acts = {Act(4, BodyKind::kClaimFiled, 1),
                                         Act(7, BodyKind::kClaimFiled, 2)};
  absl::Status several = PickAct(acts, BodyKind::kClaimFiled, "").status();
  EXPECT_EQ(FaultOf(several).code, "missing-argument");
  EXPECT_NE(FaultOf(several).hint.find("4/0, 7/0"), std::string::npos);
  EXPECT_EQ(FaultOf(PickAct(acts, BodyKind::kClaimFiled, "5").status()).code, "not-found");
  EXPECT_EQ(FaultOf(PickAct(acts, BodyKind::kSettlementProposed, "").status()).code, "not-found");
}

// Addresses alone do not tell claims apart.
TEST(Acts, ClaimsToChooseFromSayWhatTheyAreFor) {
  std::vector<RecordedAct> acts = {Act(4, BodyKind::kClaimFiled, 1),
                                   Act(7, BodyKind::kClaimFiled, 2)};
  ClaimFiled claim;
  claim.windows = {{"web", {{0}, {int64_t{86400} * 1000000}}}};
  claim.amount = Money{.minor = 9000, .currency = *FindCurrency("EUR")};
  acts[1].body = Encode(claim);
  const std::string hint = FaultOf(PickAct(acts, BodyKind::kClaimFiled, "").status()).hint;
  EXPECT_NE(hint.find("4/0, 7/0 (web 1970-01-01T00:00:00Z/1970-01-02T00:00:00Z, 90.00 EUR)"),
            std::string::npos)
      << hint;
  EXPECT_NE(hint.find("tally claim list"), std::string::npos) << hint;
}

}  // namespace
}  // namespace tally::tools
