// Goal: proposals of targets and their answers keep all fields. Method: there and back, with and
// without what may be absent; what has no comparison or no level is refused.
#include "schema/target.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

TEST(TargetBodies, AProposalKeepsItsFields) {
  TargetProposed value{.objective = "availability",
                       .compare = Compare::kAtMost,
                       .target = {975, 1},
                       .minimum = Decimal{95, 0},
                       .effective = {1'700'000'000'000'000},
                       .method = "baseline",
                       .reason = "six months",
                       .documents = {DocumentDigest{}}};
  value.documents[0].bytes[3] = 7;
  const TargetProposed back = RoundTrip(BodyKind::kTargetProposed, value, DecodeTargetProposed);
  EXPECT_EQ(back.objective, value.objective);
  EXPECT_EQ(back.compare, value.compare);
  EXPECT_EQ(back.target, value.target);
  EXPECT_EQ(back.minimum, value.minimum);
  EXPECT_EQ(back.effective, value.effective);
  EXPECT_EQ(back.method, value.method);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.documents, value.documents);
}

TEST(TargetBodies, AProposalSaysWhatItIsAbout) {
  TargetProposed value{.objective = "a", .compare = Compare::kAtLeast, .target = {0, 0}};
  EXPECT_FALSE(RoundTrip(BodyKind::kTargetProposed, value, DecodeTargetProposed).minimum);
  value.compare = Compare::kUnset;
  EXPECT_FALSE(DecodeTargetProposed(Encode(value)).ok());
  value.compare = Compare::kAtLeast;
  value.objective = "";
  EXPECT_FALSE(DecodeTargetProposed(Encode(value)).ok());
}

TEST(TargetBodies, AnswersKeepTheirFields) {
  const TargetAccepted yes =
      RoundTrip(BodyKind::kTargetAccepted, TargetAccepted{"a", "fair"}, DecodeTargetAccepted);
  EXPECT_EQ(yes.objective, "a");
  EXPECT_EQ(yes.reason, "fair");
  const TargetContested value{"a", Decimal{99, 0}, "too low", {}};
  const TargetContested no = RoundTrip(BodyKind::kTargetContested, value, DecodeTargetContested);
  EXPECT_EQ(no.target, value.target);
  EXPECT_EQ(no.reason, "too low");
  EXPECT_FALSE(
      RoundTrip(BodyKind::kTargetContested, TargetContested{"a"}, DecodeTargetContested).target);
}

}  // namespace
}  // namespace tally
