// Goal: what differs between two replays is told exactly, sums to zero between the parties, and is
// equal where nothing differs.
// Method: small ledgers; amounts by hand; both orders of the same two sides.
#include "replay/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/crypto/sha256.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

using ::testing::ElementsAre;

Comparison Must(const SmallCase& test, const CompareRequest& request) {
  absl::StatusOr<Comparison> comparison = Compare(test.ledger(), request);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  TALLY_CHECK(comparison.ok());
  return *std::move(comparison);
}

// March with its 10th down; then, recorded later, the 20th as well.
struct March {
  SmallCase test;
  uint64_t before = 0;
  March() {
    test.Agree(test.terms);
    test.Wait("2026-04-01T00:30:00Z");
    test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test.Publish("2026-04-01T00:00:00Z");
    before = test.ledger().head().size;
    test.feed.Report(2, State::kDown, On("2026-03-19T00:00:00Z"))
        .Report(1, State::kDown, On("2026-03-20T00:00:00Z"))
        .Report(1, State::kUp, On("2026-03-22T00:00:00Z"));
    test.Publish("2026-04-01T00:10:00Z");
  }
  CompareRequest Sizes() const {
    CompareRequest request{test.Request("2026-03"), test.Request("2026-03")};
    request.left.axes.at_size = before;
    return request;
  }
};

TEST(Compare, TwoKnowledgeDatesDifferByWhatWasRecordedBetween) {
  March march;
  Comparison comparison = Must(march.test, march.Sizes());
  EXPECT_FALSE(comparison.equal);
  ASSERT_EQ(comparison.windows.size(), 1u);
  const WindowDifference& window = comparison.windows[0];
  EXPECT_THAT(window.differs, ElementsAre("value", "credit", "times"));
  EXPECT_EQ(window.left->value, *Fraction::Of(30, 31));
  EXPECT_EQ(window.right->value, *Fraction::Of(28, 31));
  EXPECT_EQ(window.value, *Fraction::Of(-2, 31));
  EXPECT_EQ(window.credit, Cash("700.00 USD"));  // 30 % became 100 %
  ASSERT_EQ(comparison.money.size(), 2u);
  EXPECT_EQ(comparison.money[0].party, "acme");
  EXPECT_EQ(comparison.money[0].difference, Cash("-700.00 USD"));
  EXPECT_EQ(comparison.money[1].party, "shop");
  EXPECT_EQ(comparison.money[1].difference, Cash("700.00 USD"));
  EXPECT_EQ(comparison.balances.size(), 2u);
  // The second event of the record: the first is about something else.
  ASSERT_TRUE(comparison.parting.has_value());
  EXPECT_EQ(comparison.parting->kind, PartingKind::kEvent);
  EXPECT_EQ(comparison.parting->at.ToText(), absl::StrCat(march.before, "/1"));
  EXPECT_EQ(comparison.parting->event, BodyKind::kStateReported);
  EXPECT_EQ(comparison.parting->observed, On("2026-03-20T00:00:00Z"));
  EXPECT_EQ(comparison.evidence->at, comparison.parting->at);
  EXPECT_EQ(comparison.digest, ledger::Sha256Of({AsBytes(CanonicalComparison(comparison))}));
}

TEST(Compare, TheOtherWayRoundIsTheSameWithTheSignTurned) {
  March march;
  CompareRequest request = march.Sizes();
  Comparison forth = Must(march.test, request);
  std::swap(request.left, request.right);
  Comparison back = Must(march.test, request);
  EXPECT_EQ(back.windows[0].credit->minor, -forth.windows[0].credit->minor);
  EXPECT_EQ(back.parting->at, forth.parting->at);
  EXPECT_NE(back.digest, forth.digest);
}

TEST(Compare, OtherAxesWithoutADifferenceAreEqual) {
  March march;
  march.test.feed.Report(2, State::kDown, On("2026-03-25T00:00:00Z"));
  march.test.Publish("2026-04-01T00:20:00Z");  // of a source that no terms name
  CompareRequest request{march.test.Request("2026-03"), march.test.Request("2026-03")};
  request.left.axes.at_size = march.test.ledger().head().size - 1;
  Comparison comparison = Must(march.test, request);
  EXPECT_TRUE(comparison.equal);
  EXPECT_EQ(comparison.windows_equal, 1u);
  EXPECT_FALSE(comparison.parting.has_value());
  EXPECT_NE(comparison.left.digest, comparison.right.digest) << "axes are in a result's digest";
  EXPECT_NE(CanonicalComparison(comparison).find("\nequal\n"), std::string::npos);
}

TEST(Compare, AnotherReadingPartsAtTheEvidenceThatItReadsOtherwise) {
  March march;
  CompareRequest request = march.Sizes();
  request.left.axes = {};
  Terms reading = march.test.terms;
  reading.objectives[0].exclusions = {
      {"maintenance", "planned", During("2026-03-20T00:00:00Z", "2026-03-22T00:00:00Z")}};
  request.right.terms = reading;
  request.right.reading = "as acme reads it";
  Comparison comparison = Must(march.test, request);
  ASSERT_EQ(comparison.windows.size(), 1u);
  EXPECT_THAT(comparison.windows[0].differs, ElementsAre("terms", "value", "credit", "times"));
  EXPECT_EQ(comparison.evidence->at.ToText(), absl::StrCat(march.before, "/1"));
  EXPECT_EQ(comparison.right.reading, "as acme reads it");
  ASSERT_TRUE(comparison.windows[0].right->credit.has_value());
  EXPECT_FALSE(comparison.windows[0].right->credit->posted) << "a reading is never posted";
  EXPECT_TRUE(comparison.windows[0].left->credit->posted);
}

TEST(Compare, AnEventLeftOutIsWhereTheyPart) {
  March march;
  CompareRequest request = march.Sizes();
  request.left.axes = {};
  request.right.without = {{march.before, 1}};
  request.right.reading = "without it";
  Comparison comparison = Must(march.test, request);
  EXPECT_EQ(comparison.parting->at.ToText(), absl::StrCat(march.before, "/1"));
}

TEST(Compare, DifferentQuestionsAreRefused) {
  March march;
  CompareRequest request{march.test.Request("2026-03"), march.test.Request("2026-04")};
  EXPECT_EQ(Compare(march.test.ledger(), request).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::replay
