// Two replays of one agreement beside each other: which windows differ and by how much, the money
// between them, and the first event at which they part (parting.h says what that is exactly).
//
//   auto comparison = Compare(ledger, {.left = as_of_march, .right = as_of_may});
//   if (!comparison->equal) ...
//
// Equal means: the same windows with the same verdict, value, credit, status, times and coverage,
// the same balances, claims and rights. Axes, causes, evidence, deadlines and findings say how an
// answer came about or what may follow from it; they are no part of the comparison, so that two
// axes on which nothing changed are equal.
//
// Pure: the same ledger and request give the same canonical bytes (FORMAT.md "Results").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/parting.h"
#include "replay/replay.h"

namespace tally::replay {

struct CompareRequest {
  ReplayRequest left, right;  // of one agreement, with one period and objective
  bool every_record = false;  // look at every record for the first event, however many there are
};

struct WindowDifference {
  WindowName name;
  std::optional<WindowResult> left, right;  // absent: that replay has no such window
  // In the order "window", "terms", "verdict", "value", "credit", "status", "times", "coverage".
  std::vector<std::string> differs;
  std::optional<Fraction> value;  // right less left, if both have one in the same unit
  std::optional<Money> credit;    // right less left, nothing counting as zero
};
// What a party is owed by credits of the windows, or owes (negative).
struct MoneyBetween {
  std::string party;
  Money left, right;
  Money difference;  // right less left
};
struct BalanceDifference {
  std::string account, party;
  Money left, right;
};
struct Comparison {
  Result left, right;
  bool equal = true;
  std::vector<WindowDifference> windows;  // those that differ, by name
  uint64_t windows_equal = 0;
  std::vector<MoneyBetween> money;                 // where it differs; by party, then currency
  std::vector<BalanceDifference> balances;         // likewise, by account, party, currency
  std::vector<std::string> left_acts, right_acts;  // claims and rights of one side only
  std::optional<Parting> parting;                  // unless equal
  std::optional<Parting> evidence;      // the first observation that they weigh differently
  std::vector<PartingOfKind> partings;  // by kind of difference; not in the canonical comparison
  Hash digest;                          // SHA-256 of CanonicalComparison
};

// InvalidArgument when the two do not ask about the same thing; else fails as Replay.
absl::StatusOr<Comparison> Compare(const ledger::Ledger& ledger, const CompareRequest& request);
std::string CanonicalComparison(const Comparison& comparison);

}  // namespace tally::replay
