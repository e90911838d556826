#include "tests/schema/terms_example_support.h"

namespace tally {
namespace {

DocumentDigest Digest(uint8_t first) {
  DocumentDigest digest;
  digest.bytes.fill(first);
  return digest;
}

Objective ExampleObjective() {
  Objective objective;
  objective.id = "availability";
  objective.obligor = "provider";
  objective.obligee = "customer";
  objective.clause = Clause{"4.2", "The service is available.", Digest(3)};
  AvailabilityByTime& measure = objective.measure;
  measure.sources = {{"probe", "site"}, {"backup", "site"}};
  measure.rule = {UpRule::kCodes, {200, 204, 403}, Seconds(2)};
  measure.holding = Holding::kAtMost;
  measure.hold_limit = Hours(26);
  measure.unknown = CountsAs::kUp;
  measure.degraded = CountsAs::kDown;
  measure.denominator = Denominator::kFixed;
  measure.fixed = Days(30);
  measure.clamp_at_zero = true;
  measure.minimum_outage = MinimumOutage{Minutes(1), 3, RunAtEdge::kCutAfterTest,
                                         ExcludedInRun::kBreaksRun, Alignment::kSliding};
  measure.resolution = Milliseconds(1);
  measure.snap = Snap::kCeil;
  measure.snap_scope = SnapScope::kEachOutage;
  objective.exclusions = {{"M1", "planned maintenance", {{1000}, {2000}}}};
  objective.window.every = WindowEvery::kCalendarMonth;
  objective.window.zone = {"Europe/Berlin", Digest(1)};
  objective.window.clipped = ClippedWindow::kProrate;
  objective.empty = EmptyRule::kNoResult;
  objective.target = {Compare::kAtLeast, {9999, 2}};
  CreditRule credit;
  credit.scheme = "tiers";
  credit.edges = TierEdges::kFromIncluded;
  credit.fee = "hosting";
  credit.tiers = {{Decimal{99, 0}, Decimal{9999, 2}, {10, 0}},
                  {std::nullopt, Decimal{99, 0}, {30, 0}}};
  credit.rounding = Rounding::kHalfEven;
  credit.window_cap = Money{50'000, {"USD", 2}};
  credit.minimum = Money{100, {"USD", 2}};
  objective.credit = credit;
  return objective;
}

}  // namespace

Terms ExampleTerms() {
  Terms terms;
  terms.agreement = "hosting";
  terms.parties = {{"provider", "acme"}, {"customer", "lime"}};
  terms.from = {1'767'225'600'000'000};
  terms.until = Instant{1'798'761'600'000'000};
  terms.zone = {"UTC", Digest(2)};
  terms.fees = {{"hosting", {100'000, {"USD", 2}}, WindowEvery::kCalendarMonth}};
  terms.objectives = {ExampleObjective()};
  terms.disputes = {ClaimNeeded::kOnClaim,
                    60,
                    45,
                    SilentAnswer::kDeemedAccepted,
                    10,
                    30,
                    LateEvidence::kRestatementProposed};
  terms.levels = TermsLevels{
      terms.from,
      std::nullopt,
      {{"service", Digest(3)}, {"corporate", Digest(4)}},
      {{"disputes.objection", "corporate", FieldRule::kOnlyStated, 31, ""},
       {"objectives.availability.target", "service", FieldRule::kStrictest, 12, "4.2"}}};
  terms.supports = {
      {"availability", SupportKind::kOperationalLevel, "network", "uptime", std::nullopt}};
  return terms;
}

}  // namespace tally
