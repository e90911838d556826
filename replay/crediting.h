// From windows that were evaluated one by one to what is owed for them together: outcomes for the
// pipeline of the terms' rules, and its answer put back where results look for it.
//
// Rules look at other windows than those asked for (a cap at eleven months before, an earn-back at
// what came after), so all windows of the agreement are evaluated as soon as its terms have such a
// rule; only those asked for are answered.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/case_file.h"
#include "replay/evaluation.h"
#include "replay/replay.h"
#include "replay/rule_history.h"
#include "replay/terms/pipeline.h"
#include "replay/window_plan.h"

namespace tally::replay {

// True if the terms of some version have a rule over windows, or points.
bool HasRules(const CaseFile& file);

// `plan` and, if there are rules, all other windows of the agreement (not wanted), by name.
absl::StatusOr<std::vector<PlannedWindow>> PlanWithRules(const CaseFile& file,
                                                         const std::vector<PlannedWindow>& plan);

// Amounts and derivations of `windows` become those after all rules; the lines are in their order.
struct Credited {
  PipelineAnswer answer;            // by end, then objective
  std::vector<PipelineLine> lines;  // one for each window
  std::vector<std::pair<WindowName, std::string>> notes;
  // The same: what became of its credit since it was closed (rule_history.h). This and the sums
  // only of a case's own acts.
  std::vector<std::vector<CreditSince>> since;
  // The same: windows that are over and not closed would make something else of it.
  std::vector<bool> projected;
  std::vector<SumOfRule> sums;  // beside the lines, in the order of the books; the same

  std::vector<CreditSince> SinceOf(size_t window) const {
    return since.empty() ? std::vector<CreditSince>() : since[window];
  }
  bool IsProjected(size_t window) const { return !projected.empty() && projected[window]; }
};
absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows);
// The same as if these, and not those of the case, were the acts about rights that have an effect.
absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows,
                                    const std::vector<Exercise>& uses);

// Which windows an answer is about.
struct Asked {
  bool everything = false;
  std::vector<WindowName> windows;
  bool Has(const std::string& objective, const Interval& window) const;
};
// What two parties owe each other and the terms set off, one note each, in order of time; only
// where everything was asked for. Before them, warnings about amounts that a rule passes over.
std::vector<Finding> NettingNotes(const CaseFile& file, const Credited& credited,
                                  const Asked& asked);
// The name of the party that holds a role under the newest terms that have it.
std::string PartyInRole(const CaseFile& file, const std::string& role);

}  // namespace tally::replay
