// Goal: acts of a claim's later life survive encoding, and bodies that state what cannot be are
// refused (DOMAIN 3.10). Method: round trips of full and empty bodies; one wrong field each.
#include "schema/dispute_act.h"

#include <gtest/gtest.h>

#include "schema/canonical.h"

namespace tally {
namespace {

const Money kAmount{.minor = 12'345, .currency = {"EUR", 2}};
const WindowName kWindow{"availability", {{1'000}, {2'000}}};

TEST(DisputeAct, EscalationsAndAgreementsSurvive) {
  absl::StatusOr<ClaimEscalated> escalated =
      DecodeClaimEscalated(Encode(ClaimEscalated{2, "board", "no answer", {}}));
  ASSERT_TRUE(escalated.ok()) << escalated.status();
  EXPECT_EQ(escalated->level, 2);
  EXPECT_EQ(escalated->forum, "board");
  absl::StatusOr<ClaimAgreed> agreed =
      DecodeClaimAgreed(Encode(ClaimAgreed{kAmount, {kWindow}, "met", {}}));
  ASSERT_TRUE(agreed.ok()) << agreed.status();
  EXPECT_EQ(agreed->amount, kAmount);
  EXPECT_EQ(agreed->windows, std::vector<WindowName>{kWindow});
  absl::StatusOr<ClaimAmended> amended = DecodeClaimAmended(Encode(ClaimAmended{}));
  ASSERT_TRUE(amended.ok()) << amended.status();
  EXPECT_FALSE(amended->amount.has_value());
  EXPECT_TRUE(
      ReencodeBody(BodyKind::kClaimAcknowledged, Encode(ClaimAcknowledged{"T-1", ""})).ok());
}

TEST(DisputeAct, MediationsSurvive) {
  absl::StatusOr<MediationOpened> opened =
      DecodeMediationOpened(Encode(MediationOpened{"A. Fair", StreamId(), ""}));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->party.IsZero());
  absl::StatusOr<MediationClosed> closed =
      DecodeMediationClosed(Encode(MediationClosed{MediationOutcome::kFailed, kAmount, "no"}));
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->outcome, MediationOutcome::kFailed);
  EXPECT_EQ(closed->amount, kAmount);
}

TEST(DisputeAct, ARulingOnClaimsSurvives) {
  RulingOnClaims ruling;
  ruling.rank = DecisionRank::kArbitrator;
  ruling.values = {{kWindow, *Fraction::Of(999, 1000)}};
  ruling.credits = {{kWindow, kAmount}};
  ruling.reopened = {kWindow};
  ruling.awards = {{AwardOf::kCosts, "provider", kAmount, "half"}};
  ruling.recomputations = {{kWindow, {}}};
  ruling.recomputations[0].terms.bytes.fill(7);
  ruling.keys_invalid.resize(1);
  ruling.keys_invalid[0].bytes.fill(9);
  absl::StatusOr<RulingOnClaims> read = DecodeRulingOnClaims(Encode(ruling), /*corrected=*/false);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rank, DecisionRank::kArbitrator);
  EXPECT_EQ(read->values.at(0).value, *Fraction::Of(999, 1000));
  EXPECT_EQ(read->credits.at(0).amount, kAmount);
  EXPECT_EQ(read->awards.at(0).debtor, "provider");
  EXPECT_EQ(read->recomputations.at(0).terms, ruling.recomputations[0].terms);
  EXPECT_EQ(read->keys_invalid, ruling.keys_invalid);
  ruling.credits[0].amount.minor = -1;
  EXPECT_FALSE(DecodeRulingOnClaims(Encode(ruling), false).ok()) << "a negative credit";
}

TEST(DisputeAct, ARuledValueIsAFractionInLowestTerms) {
  for (absl::string_view value : {"999/1000", "0/1", "-1/30"}) {
    std::string json =
        "{\"rank\":\"arbitrator\",\"partial\":false,\"values\":[{\"window\":{"
        "\"objective\":\"a\",\"from\":\"2026-03-01T00:00:00Z\","
        "\"until\":\"2026-04-01T00:00:00Z\"},\"value\":\"" +
        std::string(value) + "\"}]}";
    absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kRulingIssued, json);
    ASSERT_TRUE(body.ok()) << body.status();
    EXPECT_TRUE(DecodeRulingOnClaims(*body, false).ok()) << std::string(value);
  }
  for (absl::string_view value : {"2/4", "1/0", "0.5", "1/-2", " 1/2", "+1/2", "1/2/3"}) {
    std::string json =
        "{\"rank\":\"arbitrator\",\"partial\":false,\"values\":[{\"window\":{"
        "\"objective\":\"a\",\"from\":\"2026-03-01T00:00:00Z\","
        "\"until\":\"2026-04-01T00:00:00Z\"},\"value\":\"" +
        std::string(value) + "\"}]}";
    absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kRulingIssued, json);
    ASSERT_TRUE(body.ok()) << body.status();
    EXPECT_FALSE(DecodeRulingOnClaims(*body, false).ok()) << std::string(value);
  }
}

TEST(DisputeAct, MovedTimesSurviveAndAreInOrder) {
  absl::StatusOr<DeadlineExtended> extended =
      DecodeDeadlineExtended(Encode(DeadlineExtended{"claim.answer", {5'000}, ""}));
  ASSERT_TRUE(extended.ok()) << extended.status();
  EXPECT_EQ(extended->until, Instant{5'000});
  absl::StatusOr<DeadlineSuspended> open =
      DecodeDeadlineSuspended(Encode(DeadlineSuspended{"", {5'000}, std::nullopt, ""}));
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_FALSE(open->until.has_value());
  EXPECT_FALSE(
      DecodeDeadlineSuspended(Encode(DeadlineSuspended{"", {5'000}, Instant{5'000}, ""})).ok());
  absl::StatusOr<DeadlineResumed> resumed =
      DecodeDeadlineResumed(Encode(DeadlineResumed{"", {6'000}, ""}));
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_EQ(resumed->from, Instant{6'000});
}

}  // namespace
}  // namespace tally
