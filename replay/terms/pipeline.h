// What rules over many windows make of the credits of single ones, in one fixed order (DOMAIN 3.7,
// 3.17 rules 18 to 23):
//
//   line -> expected level -> same incident -> cap of the window -> caps by month -> caps by twelve
//   months or contract year -> minimum -> offset -> held for an earn-back
//
// and beside the lines: points and their price, bonuses, netting, rights. Windows are taken in the
// order (end, objective); those that end together are one time and share what is left under a cap.
// So a later window never changes an earlier one, except where one incident is compared over
// several windows, and where an earn-back is decided.
//
// Pure: the same outcomes give the same answer. Without rules every line is what the window earned
// by itself. Two-sided agreements: caps, minimums and netting are per obligor (rule 22).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "replay/terms/earn_back.h"
#include "replay/terms/netting.h"
#include "replay/terms/sequence.h"
#include "replay/terms/window_outcome.h"
#include "schema/body.h"

namespace tally::replay {

// The customer's choice among the objectives that one incident failed.
struct IncidentChoice {
  std::string incident;
  std::string objective;
  Instant at;  // ledger time
};

struct PipelineQuestion {
  std::vector<WindowOutcome> outcomes;  // ascending by end, then objective
  std::vector<IncidentChoice> choices;
  std::vector<Exercise> exercised;
  std::map<std::string, Instant> ended = {};  // objectives that later terms no longer have
  std::optional<Instant> terminated = {};
  std::optional<Instant> until = {};  // where the newest terms themselves end; none: open
  Instant knowledge;
  bool lines_only = false;  // neither steps nor entries are wanted
};

// One window after all rules. `granted` = due + held + earned back + offset.
struct PipelineLine {
  std::optional<Money> granted;                // none: no credit in money
  int64_t held = 0;                            // may still be earned back
  int64_t earned_back = 0;                     // is no longer owed
  int64_t offset = 0;                          // paid out of an earlier credit that was earned back
  int64_t points = 0;                          // with the factor for repeated failure
  std::vector<std::string> caps_reached = {};  // rules under which nothing was left after it
  std::vector<DerivationStep> steps;
  int64_t Due() const { return granted ? granted->minor - held - earned_back - offset : 0; }
  // Adds a step whose result is what is granted now. There must be an amount.
  void Tell(absl::string_view step, std::string formula, const std::string& clause) {
    steps.push_back({.step = std::string(step),
                     .formula = std::move(formula),
                     .result = FormatMoney(*granted),
                     .clause = clause,
                     .shows_causes = false});
  }
};

// What a reader of one line should know: a rule that could not be about its amount.
struct PipelineNote {
  size_t outcome = 0;
  std::string message;
};

// An amount that is no window's line: points, their price, a bonus, a lump sum.
struct PipelineEntry {
  std::string kind;              // "points", "points price", "points table", "bonus", "lump sum"
  std::string rule;              // its id; "" for points
  std::string debtor, creditor;  // roles
  Money amount;
  Interval period;
  std::string formula;
  // The window it arose with, the last of those that it rests on: settlements that answer the
  // closing of that one pay it. Absent for points, which are no money.
  std::optional<WindowName> with = {};
  // The one window that it is for; `period` may be a longer time, at whose end it is owed.
  std::string of_objective = {};
  std::optional<Interval> of_window = {};
};

struct PipelineAnswer {
  std::vector<PipelineLine> lines;  // one for each outcome
  std::vector<PipelineEntry> entries;
  std::vector<Netted> netted;
  std::vector<HeldCredit> held;
  std::vector<ArisenRight> rights;
  std::vector<PipelineNote> notes;
};

// A rule passes over amounts in another currency than its own, with a note: a check of the terms
// refuses such rules, but lines under several versions of the terms can differ. OutOfRange beyond
// 64 bits.
absl::StatusOr<PipelineAnswer> RunPipeline(const PipelineQuestion& question);

}  // namespace tally::replay
