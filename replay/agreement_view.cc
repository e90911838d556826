#include "replay/agreement_view.h"

#include <algorithm>

#include "replay/case_file.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::string StateOf(const TermsVersion& version, const TermsVersion* current, Instant now) {
  if (version.attested) return "attested";
  if (&version == current) return "in force";
  if (version.in_force.has_value()) return "superseded";
  if (version.is_void) return version.ended;
  return version.lapses_at && *version.lapses_at <= now ? "lapsed" : "waiting";
}

ProposedTerms Told(const AgreementFold& fold, const TermsVersion& version, Instant now) {
  ProposedTerms told;
  told.at = version.proposed;
  told.digest = version.digest;
  told.amendment = version.amendment;
  told.attested = version.attested;
  told.terms = version.hash;
  told.base = version.base;
  told.proposed = version.proposed_at;
  told.effective = version.effective;
  told.reach = version.reach;
  told.reopens_settled = version.reopens_settled;
  told.by = fold.NameOf(version.proposer);
  told.reason = version.reason;
  told.state = StateOf(version, fold.Current(), now);
  told.decided_by = version.in_force.has_value() ? version.in_force : version.ended_by;
  if (version.in_force.has_value()) told.in_force_since = version.in_force_at;
  told.lapses_at = version.lapses_at;
  for (const StreamId& party : version.needed) {
    const bool consented = version.consents.count(party) > 0;
    if (!consented) told.missing.insert(party);
    (consented ? told.consented : told.waiting_for).push_back(fold.NameOf(party));
  }
  if (told.state != "waiting") told.waiting_for.clear();
  if (told.state != "waiting") told.missing.clear();
  std::sort(told.consented.begin(), told.consented.end());
  std::sort(told.waiting_for.begin(), told.waiting_for.end());
  return told;
}

}  // namespace

absl::StatusOr<AgreementView> ViewAgreement(const ledger::Ledger& ledger,
                                            const std::string& agreement, Instant now) {
  const ledger::Head head = ledger.head();
  CaseRequest wanted;
  wanted.agreement = agreement;
  // Recorded time never goes back, whatever the clock says.
  const Instant knowledge = std::max(now, head.recorded);
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, head.size, knowledge));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::OpenActs(ledger, wanted));
  const AgreementFold& fold = file->agreement();
  AgreementView view;
  for (const TermsVersion* version : fold.Versions()) {
    if (version == fold.Current()) view.current = view.proposals.size();
    view.proposals.push_back(Told(fold, *version, knowledge));
  }
  return view;
}

}  // namespace tally::replay
