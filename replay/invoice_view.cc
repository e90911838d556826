// The books come from the replay, the documents from the acts; a settlement's confirmation is what
// joins them.
#include "replay/invoice_view.h"

#include "replay/case_file.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::map<ledger::EventAddress, std::string> References(const DisputeFold& acts,
                                                       const Result& result) {
  std::map<ledger::EventAddress, std::string> references;
  const auto keep = [&references](const Settlement& settlement) {
    if (settlement.confirmed.has_value()) {
      references[settlement.confirmed->at] = settlement.reference;
    }
  };
  for (const Claim& claim : acts.claims()) {
    for (const Settlement& settlement : claim.settlements) keep(settlement);
    for (const Settlement& payment : claim.payments) keep(payment);
  }
  for (const WindowResult& window : result.windows) {
    const std::vector<Settlement>* direct =
        acts.DirectSettlements({window.objective, window.window});
    if (direct == nullptr) continue;
    for (const Settlement& settlement : *direct) keep(settlement);
  }
  for (const auto& [window, repayments] : acts.repayments()) {
    for (const Settlement& repayment : repayments) keep(repayment);
  }
  for (const auto& [ruling, payments] : acts.award_payments()) {
    for (const Settlement& payment : payments) keep(payment);
  }
  return references;
}

}  // namespace

absl::StatusOr<InvoiceView> InvoicesOf(const ledger::Ledger& ledger, const ReplayRequest& request) {
  InvoiceView view;
  TALLY_ASSIGN_OR_RETURN(view.result, Replay(ledger, request));
  CaseRequest wanted;
  wanted.agreement = request.agreement;
  TALLY_ASSIGN_OR_RETURN(wanted.axes, ResolveAxes(ledger, request.axes));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::OpenActs(ledger, wanted));
  for (const RecordedInvoice& each : file->invoices().invoices()) {
    view.invoices.push_back(
        {each.stamp.at, file->agreement().NameOf(each.stamp.author), each.body});
  }
  for (const RecordedCreditNote& each : file->invoices().credit_notes()) {
    view.credit_notes.push_back(
        {each.stamp.at, file->agreement().NameOf(each.stamp.author), each.body});
  }
  const std::map<ledger::EventAddress, std::string> references =
      References(file->acts(), view.result);
  for (const Posting& posting : view.result.postings) {
    if (posting.to != "settled") continue;
    const auto found =
        posting.cause.has_value() ? references.find(*posting.cause) : references.end();
    view.settled.push_back({posting, found == references.end() ? "" : found->second});
  }
  return view;
}

}  // namespace tally::replay
