// Goal: every state has a name of its own, and the groups of states that others ask for are exactly
// those of the table. Method: all states, one row each.
#include "replay/dispute/claim_state.h"

#include <gtest/gtest.h>

#include <set>

namespace tally::replay {
namespace {

struct StateRow {
  ClaimState state;
  const char* text;
  bool awaits, answered, decided, over;
};
constexpr StateRow kStateRows[] = {
    {ClaimState::kPremature, "premature", true, false, false, false},
    {ClaimState::kFiled, "filed", true, false, false, false},
    {ClaimState::kAccepted, "accepted", false, false, true, false},
    {ClaimState::kPartly, "partly accepted", false, true, false, false},
    {ClaimState::kRejected, "rejected", false, true, false, false},
    {ClaimState::kDeemedAccepted, "deemed accepted", false, false, true, false},
    {ClaimState::kDeemedRejected, "deemed rejected", false, true, false, false},
    {ClaimState::kLevel, "level 2", false, false, false, false},
    {ClaimState::kMediation, "mediation", false, false, false, false},
    {ClaimState::kDetermination, "determination", false, false, false, false},
    {ClaimState::kArbitration, "arbitration", false, false, false, false},
    {ClaimState::kAgreed, "agreed", false, false, true, false},
    {ClaimState::kRuledInPart, "ruled in part", false, false, false, false},
    {ClaimState::kRuled, "ruled", false, false, true, false},
    {ClaimState::kSettled, "settled", false, false, true, true},
    {ClaimState::kWithdrawn, "withdrawn", false, false, false, true},
    {ClaimState::kLapsed, "lapsed", false, false, true, false},
};

TEST(ClaimStates, EachHasItsNameAndItsGroups) {
  std::set<std::string> texts;
  for (const StateRow& row : kStateRows) {
    EXPECT_EQ(ClaimStateText(row.state, 2), row.text);
    EXPECT_EQ(AwaitsAnswer(row.state), row.awaits) << row.text;
    EXPECT_EQ(IsAnswered(row.state), row.answered) << row.text;
    EXPECT_EQ(IsDecided(row.state), row.decided) << row.text;
    EXPECT_EQ(IsOver(row.state), row.over) << row.text;
    EXPECT_TRUE(texts.insert(row.text).second) << row.text;
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(ClaimState::kLapsed) + 1) << "a state without a row";
}

}  // namespace
}  // namespace tally::replay
