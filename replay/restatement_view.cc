// Each is weighed as in a replay of its window: that is done once, and the standings read off it.
#include "replay/restatement_view.h"

#include <algorithm>
#include <map>

#include "replay/case_file.h"
#include "replay/evaluation.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<std::vector<RestatementTold>> RestatementsIn(const ledger::Ledger& ledger,
                                                            absl::string_view agreement,
                                                            Instant now) {
  CaseRequest request;
  request.agreement = std::string(agreement);
  TALLY_ASSIGN_OR_RETURN(request.axes,
                         AxesAt(ledger, ledger.head().size, std::max(now, ledger.head().recorded)));
  std::vector<RestatementTold> told;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> acts, CaseFile::OpenActs(ledger, request));
  if (acts->restatements().cases().empty()) return told;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, request));
  TALLY_ASSIGN_OR_RETURN(const std::vector<PlannedWindow> plan,
                         PlanWindows(*file, std::nullopt, std::nullopt));
  TALLY_ASSIGN_OR_RETURN(const std::vector<EvaluatedWindow> windows,
                         EvaluateWindows(*file, plan, /*threads=*/1));
  std::map<ledger::EventAddress, const RestatementStanding*> standings;
  for (const EvaluatedWindow& window : windows) {
    for (const RestatementStanding& each : window.restatements) {
      standings.emplace(each.restatement->stamp.at, &each);
    }
  }
  for (const RestatementCase& each : file->restatements().cases()) {
    RestatementTold one{.at = each.stamp.at,
                        .id = each.id,
                        .by = file->agreement().NameOf(each.stamp.author),
                        .body = each.body,
                        .state = "without effect",
                        .why = "the terms have no such window",
                        .effective = {},
                        .answer_due = {}};
    const auto found = standings.find(each.stamp.at);
    if (found != standings.end()) {
      const RestatementStanding& standing = *found->second;
      one.state = standing.state;
      one.why = standing.why;
      one.answer_due = standing.answer_due;
      if (standing.effective.has_value()) one.effective = standing.effective->time;
    }
    told.push_back(std::move(one));
  }
  return told;
}

}  // namespace tally::replay
