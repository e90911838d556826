// Terms for tests, small and whole: every choice stated, each test changes what it is about.
//
// Agreement "gold": provider acme owes customer shop 99.99 % in each calendar month in UTC from
// 2026-03-01; below that 10, 30 or 100 % of 1,000.00 USD. The thing measured is source "web" of the
// feed "probes". Credits on claim within 30 days, answer within 10, silence accepts; evidence until
// 5 days after a window, objections until 10 days after its closing; late evidence is disregarded.
#pragma once

#include <string>

#include "schema/status.h"
#include "schema/terms.h"

namespace tally::replay {

inline Instant On(absl::string_view text) {
  absl::StatusOr<Instant> instant = ParseInstant(text);
  TALLY_CHECK(instant.ok());
  return *instant;
}
inline Interval During(absl::string_view first, absl::string_view limit) {
  return {On(first), On(limit)};
}
inline Money Cash(absl::string_view text) {
  absl::StatusOr<Money> money = ParseMoney(text);
  TALLY_CHECK(money.ok());
  return *money;
}
inline Decimal Figure(absl::string_view text) {
  absl::StatusOr<Decimal> decimal = ParseDecimal(text);
  TALLY_CHECK(decimal.ok());
  return decimal->Normalised();
}

inline Objective SmallObjective(const ZoneRef& zone) {
  Objective objective;
  objective.id = "availability";
  objective.obligor = "provider";
  objective.obligee = "customer";
  objective.measure.sources = {{"probes", "web"}};
  objective.measure.rule.up = UpRule::kRecordedStatus;
  objective.measure.holding = Holding::kUntilNext;
  objective.measure.unknown = CountsAs::kUp;
  objective.measure.degraded = CountsAs::kUp;
  objective.measure.denominator = Denominator::kKeep;
  objective.measure.resolution = Milliseconds(1);
  objective.measure.snap = Snap::kNone;
  objective.window.every = WindowEvery::kCalendarMonth;
  objective.window.zone = zone;
  objective.window.clipped = ClippedWindow::kProrate;
  objective.empty = EmptyRule::kNoResult;
  objective.target = {Compare::kAtLeast, Figure("99.99")};
  CreditRule credit;
  credit.scheme = "tiers";
  credit.edges = TierEdges::kFromIncluded;
  credit.fee = "service";
  credit.tiers = {{Figure("99"), Figure("99.99"), Figure("10")},
                  {Figure("95"), Figure("99"), Figure("30")},
                  {std::nullopt, Figure("95"), Figure("100")}};
  credit.rounding = Rounding::kHalfUp;
  objective.credit = credit;
  return objective;
}

inline Terms SmallTerms(const ZoneRef& zone) {
  Terms terms;
  terms.agreement = "gold";
  terms.parties = {{"provider", "acme"}, {"customer", "shop"}};
  terms.from = On("2026-03-01T00:00:00Z");
  terms.zone = zone;
  terms.fees = {{"service", Cash("1000.00 USD"), WindowEvery::kCalendarMonth}};
  terms.objectives = {SmallObjective(zone)};
  terms.disputes.credits = ClaimNeeded::kOnClaim;
  terms.disputes.claim_within_days = 30;
  terms.disputes.answer_within_days = 10;
  terms.disputes.silence = SilentAnswer::kDeemedAccepted;
  terms.disputes.evidence_cutoff_days = 5;
  terms.disputes.objection_days = 10;
  terms.disputes.late_evidence = LateEvidence::kDisregarded;
  return terms;
}

// Credits are due by the closing, and nobody need claim them.
inline void PayWithoutClaims(Terms& terms) {
  terms.disputes.credits = ClaimNeeded::kAutomatic;
  terms.disputes.claim_within_days = 0;
  terms.disputes.answer_within_days = 0;
  terms.disputes.silence = SilentAnswer::kUnset;
}

}  // namespace tally::replay
