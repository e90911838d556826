// Goal: measurements written by hand have the bytes that Cap'n Proto writes. Method: every
// combination of fields and edge values through both writers.
#include "tests/schema/body_round_trip.h"

#include <limits>

#include "body.capnp.h"
#include "schema/wire.h"

namespace tally {
namespace {

Bytes ByLibrary(const StateReported& value) {
  return EncodeWire<wire::StateReported>([&](wire::StateReported::Builder target) {
    target.setState(static_cast<wire::State>(value.state));
    if (value.code) target.initCode().setIs(*value.code);
    if (value.value) target.initValue().setIs(*value.value);
    Put(target, &wire::StateReported::Builder::setNote, value.note);
  });
}

TEST(BodyFeed, StateReportedInEveryCombination) {
  const std::optional<int64_t> numbers[] = {std::nullopt,
                                            0,
                                            503,
                                            -1,
                                            std::numeric_limits<int64_t>::min(),
                                            std::numeric_limits<int64_t>::max()};
  for (int state = 0; state <= 4; ++state) {
    for (const auto& code : numbers) {
      for (const auto& number : numbers) {
        for (const size_t length : {0, 1, 6, 7, 8, 9, 4096}) {
          const StateReported value{static_cast<State>(state), code, number,
                                    std::string(length, 'n')};
          const Bytes body = Encode(value);
          ASSERT_EQ(body, ByLibrary(value)) << state << " " << length;
          const absl::StatusOr<StateReported> back = DecodeStateReported(body);
          ASSERT_EQ(back.ok(), state != 0);
          if (!back.ok()) continue;
          EXPECT_EQ(back->state, value.state);
          EXPECT_EQ(back->code, value.code);
          EXPECT_EQ(back->value, value.value);
          EXPECT_EQ(back->note, value.note);
        }
      }
    }
  }
}

TEST(BodyFeed, Watermark) {
  for (const int64_t micros :
       {int64_t{0}, int64_t{1}, int64_t{-1}, kInstantFirst.micros, kInstantLast.micros}) {
    const Watermark back = RoundTrip(BodyKind::kWatermark, Watermark{{micros}}, DecodeWatermark);
    EXPECT_EQ(back.through.micros, micros);
    EXPECT_EQ(Encode(Watermark{{micros}}),
              EncodeWire<wire::Watermark>(
                  [&](wire::Watermark::Builder target) { target.setThrough(micros); }));
  }
}

TEST(BodyFeed, SourceRegistered) {
  const SourceRegistered value{42, "86723-coral-island", "ms", 3};
  const SourceRegistered back =
      RoundTrip(BodyKind::kSourceRegistered, value, DecodeSourceRegistered);
  EXPECT_EQ(back.source, value.source);
  EXPECT_EQ(back.name, value.name);
  EXPECT_EQ(back.unit, value.unit);
  EXPECT_EQ(back.scale, value.scale);
  EXPECT_FALSE(DecodeSourceRegistered(Encode(SourceRegistered{0, "a", "", 0})).ok());
  EXPECT_FALSE(DecodeSourceRegistered(Encode(SourceRegistered{1, "", "", 0})).ok());
  EXPECT_FALSE(DecodeSourceRegistered(Encode(SourceRegistered{1, "a", "", 13})).ok());
}

TEST(BodyFeed, StateNames) {
  EXPECT_EQ(StateName(State::kUp), "up");
  EXPECT_EQ(StateName(State::kDown), "down");
  EXPECT_EQ(StateName(State::kDegraded), "degraded");
  EXPECT_EQ(StateName(State::kUnknown), "unknown");
}

}  // namespace
}  // namespace tally
