#include "replay/foresight.h"

#include <algorithm>

#include "replay/answer.h"
#include "replay/case_file.h"
#include "replay/maintenance_view.h"
#include "replay/matters.h"
#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<std::vector<Finding>> Foresee(const ledger::Ledger& ledger,
                                             absl::string_view agreement, const ForeseenAct& act,
                                             Instant now) {
  const ledger::Head head = ledger.head();
  ledger::VerifiedEvent event;
  event.address = {head.size, 0};
  event.header.kind = act.kind;
  event.header.actor = ActorKind::kHuman;
  event.header.author = act.author;
  event.header.answers = act.answers;
  event.header.observed_from = event.header.observed_until = act.at.value_or(Instant{});
  event.header.reported_at = now;
  event.digest.bytes.fill(0xff);  // of no event: nothing that is recorded answers it
  event.body = act.body;
  CaseRequest wanted;
  wanted.agreement = std::string(agreement);
  // Recorded time never goes back, whatever the clock says.
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, head.size, std::max(now, head.recorded)));
  wanted.foreseen = &event;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, wanted));
  TALLY_ASSIGN_OR_RETURN(Answered answered, AnswerQuestion(*file, {}));
  std::vector<Finding> about_it;
  for (Finding& finding : answered.result.findings) {
    if (finding.at == event.address) about_it.push_back(std::move(finding));
  }
  if (ExclusionFold::Reads(act.kind) && act.kind != BodyKind::kRulingIssued) {
    std::optional<Finding> unheard = FindingOnUnheard(*file, answered, event.address);
    if (unheard.has_value()) about_it.push_back(*std::move(unheard));
  }
  if (act.kind == BodyKind::kMaintenanceAnnounced && about_it.empty()) {
    std::optional<Finding> nothing = FindingOnMaintenance(*file, answered, event.address);
    if (nothing.has_value()) about_it.push_back(*std::move(nothing));
  }
  return about_it;
}

}  // namespace tally::replay
