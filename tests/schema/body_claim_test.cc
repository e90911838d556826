// Goal: claims, settlements and statements keep every field. Method: full values there and back;
// money and intervals that contradict themselves are refused.
#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

const Interval kMonth = {{1'769'904'000'000'000}, {1'772'323'200'000'000}};
const Money kAmount = {30'000, {"USD", 2}};

TEST(BodyClaim, ClaimFiled) {
  const ClaimFiled value{{{"availability", kMonth}, {"response", kMonth}},
                         kAmount,
                         "down for two days",
                         {Named<DocumentDigest>(1), Named<DocumentDigest>(2)}};
  const ClaimFiled back = RoundTrip(BodyKind::kClaimFiled, value, DecodeClaimFiled);
  EXPECT_EQ(back.windows, value.windows);
  EXPECT_EQ(back.amount, value.amount);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.documents, value.documents);
  EXPECT_FALSE(RoundTrip(BodyKind::kClaimFiled, ClaimFiled{}, DecodeClaimFiled).amount);
}

TEST(BodyClaim, WindowsThatAreNone) {
  for (const Interval interval : {Interval{{5}, {5}}, Interval{{6}, {5}}}) {
    EXPECT_FALSE(DecodeClaimFiled(Encode(ClaimFiled{{{"a", interval}}, {}, "", {}})).ok());
  }
}

TEST(BodyClaim, MoneyHasItsCurrencysDecimals) {
  EXPECT_TRUE(DecodeSettlementConfirmed(Encode(SettlementConfirmed{{1, {"JPY", 0}}, ""})).ok());
  EXPECT_FALSE(DecodeSettlementConfirmed(Encode(SettlementConfirmed{{1, {"JPY", 2}}, ""})).ok());
  EXPECT_FALSE(DecodeSettlementConfirmed(Encode(SettlementConfirmed{{1, {"usd", 2}}, ""})).ok());
  EXPECT_FALSE(DecodeSettlementConfirmed(Encode(SettlementConfirmed{})).ok());
}

TEST(BodyClaim, ClaimAnswered) {
  const ClaimAnswered value{ClaimAnswer::kPartly, kAmount, "half", {Named<DocumentDigest>(1)}};
  const ClaimAnswered back = RoundTrip(BodyKind::kClaimAnswered, value, DecodeClaimAnswered);
  EXPECT_EQ(back.answer, value.answer);
  EXPECT_EQ(back.amount, value.amount);
  EXPECT_EQ(back.reason, value.reason);
  EXPECT_EQ(back.documents, value.documents);
  const auto accepted = [](ClaimAnswer answer, std::optional<Money> amount) {
    return DecodeClaimAnswered(Encode(ClaimAnswered{answer, amount, "", {}})).ok();
  };
  EXPECT_TRUE(accepted(ClaimAnswer::kAccepted, std::nullopt));
  EXPECT_TRUE(accepted(ClaimAnswer::kRejected, std::nullopt));
  EXPECT_FALSE(accepted(ClaimAnswer::kAccepted, kAmount));
  EXPECT_FALSE(accepted(ClaimAnswer::kPartly, std::nullopt));
  EXPECT_FALSE(accepted(ClaimAnswer::kUnset, std::nullopt));
}

TEST(BodyClaim, Settlements) {
  const SettlementProposed proposed =
      RoundTrip(BodyKind::kSettlementProposed, SettlementProposed{kAmount, "CN-1", "agreed", true},
                DecodeSettlementProposed);
  EXPECT_TRUE(proposed.on_account);
  EXPECT_EQ(proposed.amount, kAmount);
  EXPECT_EQ(proposed.reference, "CN-1");
  EXPECT_EQ(proposed.reason, "agreed");
  const SettlementConfirmed confirmed =
      RoundTrip(BodyKind::kSettlementConfirmed, SettlementConfirmed{kAmount, "received"},
                DecodeSettlementConfirmed);
  EXPECT_EQ(confirmed.amount, kAmount);
  EXPECT_EQ(confirmed.reason, "received");
}

TEST(BodyClaim, Statement) {
  const Statement value{"compliance",   "1",  Named<TermsHash>(1), "availability", kMonth, 99,
                        Named<Hash>(2), {77}, Named<Hash>(3),      Named<Hash>(4)};
  const Statement back = RoundTrip(BodyKind::kStatement, value, DecodeStatement);
  EXPECT_EQ(back.projection, value.projection);
  EXPECT_EQ(back.engine, value.engine);
  EXPECT_EQ(back.terms_hash, value.terms_hash);
  EXPECT_EQ(back.objective, value.objective);
  EXPECT_EQ(back.window, value.window);
  EXPECT_EQ(back.size, value.size);
  EXPECT_EQ(back.root, value.root);
  EXPECT_EQ(back.knowledge, value.knowledge);
  EXPECT_EQ(back.figures, value.figures);
  EXPECT_EQ(back.result, value.result);
}

TEST(BodyClaim, WindowClosed) {
  const WindowClosed value{{"availability", kMonth}, Named<TermsHash>(1), 12,       {34},
                           Named<Hash>(5),           "breached",          "99/100", kAmount};
  const WindowClosed back = RoundTrip(BodyKind::kWindowClosed, value, DecodeWindowClosed);
  EXPECT_EQ(back.window, value.window);
  EXPECT_EQ(back.terms_hash, value.terms_hash);
  EXPECT_EQ(back.size, value.size);
  EXPECT_EQ(back.knowledge, value.knowledge);
  EXPECT_EQ(back.figures, value.figures);
  EXPECT_EQ(back.verdict, value.verdict);
  EXPECT_EQ(back.value, value.value);
  EXPECT_EQ(back.credit, value.credit);
  EXPECT_FALSE(back.outages.has_value());
  EXPECT_TRUE(back.caps.empty());
}

// What sequences ask for is stated only where they ask, also where nothing happened.
TEST(BodyClaim, WindowClosedForSequences) {
  WindowClosed value{
      {"availability", kMonth}, Named<TermsHash>(1), 12, {34}, Named<Hash>(5), "met", "1/1", {}};
  const Bytes before = Encode(value);
  value.outages = ClosedOutages{};
  EXPECT_NE(Encode(value), before);
  EXPECT_EQ(RoundTrip(BodyKind::kWindowClosed, value, DecodeWindowClosed).outages, value.outages);
  value.outages = ClosedOutages{{90}, {20}, {30}, true};
  value.caps = {{"monthly", true}, {"yearly", false}};
  const WindowClosed back = RoundTrip(BodyKind::kWindowClosed, value, DecodeWindowClosed);
  EXPECT_EQ(back.outages, value.outages);
  EXPECT_EQ(back.caps, value.caps);
  std::swap(value.caps[0], value.caps[1]);
  EXPECT_FALSE(DecodeWindowClosed(Encode(value)).ok()) << "they ascend";
}

}  // namespace
}  // namespace tally
