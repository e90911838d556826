// Goal: acts about rights keep what they say. Method: there and back, with every field and with the
// fewest; a termination by right names it, and no other does.
#include "schema/right_act.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

TEST(RightAct, AnExerciseKeepsItsFields) {
  RightExercised value;
  value.right = "termination";
  value.kind = RightKind::kTermination;
  value.effective = Instant{1'000'000};
  value.windows = {{"availability", {Instant{0}, Instant{5}}}};
  value.reason = "three months";
  const RightExercised back = RoundTrip(BodyKind::kRightExercised, value, DecodeRightExercised);
  EXPECT_EQ(back.right, value.right);
  EXPECT_EQ(back.kind, value.kind);
  EXPECT_EQ(back.effective, value.effective);
  EXPECT_EQ(back.windows, value.windows);
  EXPECT_EQ(back.reason, value.reason);
  value.effective = std::nullopt;
  value.windows.clear();
  EXPECT_FALSE(
      RoundTrip(BodyKind::kRightExercised, value, DecodeRightExercised).effective.has_value());
}

TEST(RightAct, AWaiverKeepsItsFields) {
  RightWaived value;
  value.right = "termination";
  value.kind = RightKind::kTermination;
  value.windows = {{"availability", {Instant{0}, Instant{5}}}};
  const RightWaived back = RoundTrip(BodyKind::kRightWaived, value, DecodeRightWaived);
  EXPECT_EQ(back.right, value.right);
  EXPECT_EQ(back.windows, value.windows);
}

TEST(RightAct, ATerminationNamesItsRightAndOnlyThat) {
  Terminated value;
  value.effective = Instant{7};
  value.ground = TerminationGround::kAgreed;
  EXPECT_EQ(RoundTrip(BodyKind::kTerminated, value, DecodeTerminated).effective, Instant{7});
  value.right = "termination";
  EXPECT_FALSE(DecodeTerminated(Encode(value)).ok());
  value.ground = TerminationGround::kRight;
  EXPECT_EQ(RoundTrip(BodyKind::kTerminated, value, DecodeTerminated).right, "termination");
  value.right.clear();
  EXPECT_FALSE(DecodeTerminated(Encode(value)).ok());
  EXPECT_EQ(GroundName(TerminationGround::kNotice), "notice");
}

}  // namespace
}  // namespace tally
