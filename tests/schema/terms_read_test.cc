// Goal: every field of terms survives its bytes, and a broken message is refused by place. Method:
// the example with all fields there and back, field by field; the least terms; cut bytes.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "schema/terms.h"
#include "tests/schema/terms_example_support.h"

namespace tally {
namespace {

TEST(TermsRead, EveryFieldOfAnObjective) {
  const absl::StatusOr<Terms> terms = DecodeTerms(Encode(ExampleTerms()));
  ASSERT_TRUE(terms.ok()) << terms.status();
  const Objective& read = terms->objectives[0];
  const Objective given = ExampleTerms().objectives[0];
  EXPECT_EQ(read.clause->id, "4.2");
  EXPECT_EQ(read.clause->wording, given.clause->wording);
  EXPECT_EQ(read.clause->document, given.clause->document);
  EXPECT_EQ(read.measure.sources[1].feed, "backup");
  EXPECT_EQ(read.measure.rule.codes_up, given.measure.rule.codes_up);
  EXPECT_EQ(read.measure.rule.longest, Seconds(2));
  EXPECT_EQ(read.measure.hold_limit, Hours(26));
  EXPECT_EQ(read.measure.quantum, std::nullopt);
  EXPECT_EQ(read.measure.unknown, CountsAs::kUp);
  EXPECT_EQ(read.measure.degraded, CountsAs::kDown);
  EXPECT_EQ(read.measure.fixed, Days(30));
  EXPECT_TRUE(read.measure.clamp_at_zero);
  EXPECT_EQ(read.measure.minimum_outage->count, 3u);
  EXPECT_EQ(read.measure.minimum_outage->edge, RunAtEdge::kCutAfterTest);
  EXPECT_EQ(read.measure.snap, Snap::kCeil);
  EXPECT_EQ(read.exclusions[0].interval, (Interval{{1000}, {2000}}));
  EXPECT_EQ(read.window.zone, given.window.zone);
  EXPECT_EQ(read.window.clipped, ClippedWindow::kProrate);
  EXPECT_EQ(read.target.percent, (Decimal{9999, 2}));
  EXPECT_EQ(read.credit->tiers.size(), 2u);
  EXPECT_EQ(read.credit->tiers[1].from, std::nullopt);
  EXPECT_EQ(read.credit->tiers[1].credit_percent, (Decimal{30, 0}));
  EXPECT_EQ(read.credit->window_cap->minor, 50'000);
  EXPECT_EQ(read.credit->minimum->minor, 100);
}

TEST(TermsRead, EveryFieldOfTheTerms) {
  const Terms given = ExampleTerms();
  const absl::StatusOr<Terms> terms = DecodeTerms(Encode(given));
  ASSERT_TRUE(terms.ok()) << terms.status();
  EXPECT_EQ(terms->agreement, "hosting");
  EXPECT_EQ(terms->parties[1].role, "customer");
  EXPECT_EQ(terms->parties[1].name, "lime");
  EXPECT_EQ(terms->from, given.from);
  EXPECT_EQ(terms->until, given.until);
  EXPECT_EQ(terms->zone, given.zone);
  EXPECT_EQ(terms->fees[0].amount, given.fees[0].amount);
  EXPECT_EQ(terms->disputes.claim_within_days, 60u);
  EXPECT_EQ(terms->disputes.answer_within_days, 45u);
  EXPECT_EQ(terms->disputes.silence, SilentAnswer::kDeemedAccepted);
  EXPECT_EQ(terms->disputes.evidence_cutoff_days, 10u);
  EXPECT_EQ(terms->disputes.objection_days, 30u);
  EXPECT_EQ(terms->disputes.late_evidence, LateEvidence::kRestatementProposed);
}

TEST(TermsRead, WhereTheyComeFromAndWhatSupportsThem) {
  Terms given = ExampleTerms();
  given.levels->until = given.until;
  given.supports[0].terms = TermsHash{};
  given.supports[0].terms->bytes.fill(7);
  const absl::StatusOr<Terms> terms = DecodeTerms(Encode(given));
  ASSERT_TRUE(terms.ok()) << terms.status();
  ASSERT_TRUE(terms->levels);
  EXPECT_EQ(terms->levels->from, given.from);
  EXPECT_EQ(terms->levels->until, given.until);
  EXPECT_EQ(terms->levels->documents[1].level, "corporate");
  EXPECT_EQ(terms->levels->documents[1].document, given.levels->documents[1].document);
  EXPECT_EQ(terms->levels->fields[1].field, "objectives.availability.target");
  EXPECT_EQ(terms->levels->fields[1].level, "service");
  EXPECT_EQ(terms->levels->fields[1].rule, FieldRule::kStrictest);
  EXPECT_EQ(terms->levels->fields[1].line, 12u);
  EXPECT_EQ(terms->levels->fields[1].clause, "4.2");
  EXPECT_EQ(terms->supports[0].objective, "availability");
  EXPECT_EQ(terms->supports[0].kind, SupportKind::kOperationalLevel);
  EXPECT_EQ(terms->supports[0].agreement, "network");
  EXPECT_EQ(terms->supports[0].by, "uptime");
  EXPECT_EQ(terms->supports[0].terms, given.supports[0].terms);
}

TEST(TermsRead, AbsentPartsStayAbsent) {
  Terms given = ExampleTerms();
  given.levels.reset();
  given.supports.clear();
  given.until.reset();
  given.objectives[0].clause.reset();
  given.objectives[0].credit.reset();
  given.objectives[0].measure.minimum_outage.reset();
  given.objectives[0].exclusions.clear();
  const absl::StatusOr<Terms> terms = DecodeTerms(Encode(given));
  ASSERT_TRUE(terms.ok()) << terms.status();
  EXPECT_FALSE(terms->until);
  EXPECT_FALSE(terms->objectives[0].clause);
  EXPECT_FALSE(terms->objectives[0].credit);
  EXPECT_FALSE(terms->objectives[0].measure.minimum_outage);
  EXPECT_TRUE(terms->objectives[0].exclusions.empty());
  EXPECT_FALSE(terms->levels);
  EXPECT_TRUE(terms->supports.empty());
}

TEST(TermsRead, CutBytesAndUnknownMoney) {
  const Bytes bytes = Encode(ExampleTerms());
  for (size_t size = 0; size < bytes.size(); size += 4) {
    EXPECT_FALSE(DecodeTerms(ByteView(bytes).first(size)).ok()) << size;
  }
  Terms terms = ExampleTerms();
  terms.objectives[0].credit->minimum->currency.exponent = 3;
  EXPECT_TRUE(absl::StrContains(DecodeTerms(Encode(terms)).status().message(),
                                "objective \"availability\""));
}

}  // namespace
}  // namespace tally
