// Invoices and credit notes that the parties recorded, folded from an agreement's stream in log
// order. They change no figure and no balance: what is owed follows from windows, claims and
// settlements. They say against which document a settled credit stands.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "replay/dispute/heard_act.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/invoice.h"

namespace tally::replay {

struct RecordedInvoice {
  ActStamp stamp;
  std::string id;  // hex
  InvoiceRecorded body;
};
struct RecordedCreditNote {
  ActStamp stamp;
  std::string id;
  CreditNoteIssued body;
};

class InvoiceFold {
 public:
  // `agreement` has folded the same facts up to and with the one that is applied; it outlives this.
  explicit InvoiceFold(const AgreementFold& agreement) : agreement_(agreement) {}
  // Facts of other kinds pass through unchanged.
  void Apply(const Fact& fact);

  const std::vector<RecordedInvoice>& invoices() const { return invoices_; }
  const std::vector<RecordedCreditNote>& credit_notes() const { return credit_notes_; }
  // The author's invoice of that number; nullptr if none was recorded. Numbers are their author's:
  // nobody takes another's by recording it first.
  const RecordedInvoice* Find(const std::string& number, const StreamId& author) const;
  const std::vector<Finding>& findings() const { return findings_; }
  // Notes for windows that an earlier note of their author stands for, where together they credit
  // more than was settled in those windows by `postings`; `knows` says of which windows these tell.
  std::vector<Finding> NotedTwice(const std::vector<Posting>& postings,
                                  const std::function<bool(const WindowName&)>& knows) const;

 private:
  void Record(const Fact& fact);
  void Credit(const Fact& fact);
  void KeepDouble(const Fact& fact, const CreditNoteIssued& body);
  void Report(const Fact& fact, absl::string_view kind, std::string message,
              absl::string_view severity = "error");
  ActStamp StampOf(const Fact& fact);

  const AgreementFold& agreement_;
  std::vector<RecordedInvoice> invoices_;
  std::vector<RecordedCreditNote> credit_notes_;
  std::vector<Finding> findings_;
  // A note, and the earlier ones that it shares windows with.
  struct NotedAgain {
    Finding finding;
    std::string debtor;
    Currency currency;
    Wide credited = 0;
    std::vector<WindowName> windows;
  };
  std::vector<NotedAgain> noted_again_;
};

}  // namespace tally::replay
