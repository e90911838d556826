// What stands in the books against documents: invoices, credit notes, and the settlements that name
// them, for people who list them or write credit notes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"
#include "schema/invoice.h"

namespace tally::replay {

struct InvoiceTold {
  ledger::EventAddress at;
  std::string by;
  InvoiceRecorded body;
};
struct CreditNoteTold {
  ledger::EventAddress at;
  std::string by;
  CreditNoteIssued body;
};
// A credit that was settled: one posting into the account "settled".
struct SettledCredit {
  Posting posting;
  std::string reference;  // of the settlement: invoice or payment
};
struct InvoiceView {
  std::vector<InvoiceTold> invoices;
  std::vector<CreditNoteTold> credit_notes;
  std::vector<SettledCredit> settled;  // in the order of the books
  Result result;                       // that they were read from
};
// Fails as Replay does.
absl::StatusOr<InvoiceView> InvoicesOf(const ledger::Ledger& ledger, const ReplayRequest& request);

}  // namespace tally::replay
