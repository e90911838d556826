// One number of one author, one document: the first that is recorded stands, and a credit note
// never credits more than its invoice demands. What was settled is not known here, so that a window
// that two notes name is told and left standing: more may have been settled in between.
#include "replay/dispute/invoices.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tally::replay {

void InvoiceFold::Report(const Fact& fact, absl::string_view kind, std::string message,
                         absl::string_view severity) {
  findings_.push_back(FindingAbout(fact, kind, severity, std::move(message)));
}

ActStamp InvoiceFold::StampOf(const Fact& fact) {
  return replay::StampOf(fact, agreement_, findings_);
}

void InvoiceFold::Apply(const Fact& fact) {
  const bool credits = fact.kind() == BodyKind::kCreditNoteIssued;
  if (fact.kind() != BodyKind::kInvoiceRecorded && !credits) return;
  if (!MayBeHeard(fact, findings_) || !IsByParty(fact, agreement_, findings_)) return;
  return credits ? Credit(fact) : Record(fact);
}

const RecordedInvoice* InvoiceFold::Find(const std::string& number, const StreamId& author) const {
  for (const RecordedInvoice& each : invoices_) {
    if (each.body.number == number && each.stamp.author == author) return &each;
  }
  return nullptr;
}

void InvoiceFold::Record(const Fact& fact) {
  absl::StatusOr<InvoiceRecorded> body = DecodeInvoiceRecorded(fact.event->body);
  if (!body.ok()) return Report(fact, "act-unreadable", std::string(body.status().message()));
  if (Find(body->number, fact.header().author) != nullptr) {
    return Report(fact, "invoice-number-taken",
                  absl::StrCat("an invoice ", body->number, " stands already; it has no effect"));
  }
  invoices_.push_back({.stamp = StampOf(fact),
                       .id = fact.header().id.has_value() ? fact.header().id->ToHex() : "",
                       .body = *std::move(body)});
}

// The windows of a note that an earlier one of its author names in the same currency.
void InvoiceFold::TellOfDouble(const Fact& fact, const CreditNoteIssued& body) {
  for (const RecordedCreditNote& each : credit_notes_) {
    if (each.stamp.author != fact.header().author) continue;
    if (each.body.net.currency != body.net.currency) continue;
    const auto noted = std::find_first_of(body.windows.begin(), body.windows.end(),
                                          each.body.windows.begin(), each.body.windows.end());
    if (noted == body.windows.end()) continue;
    Report(fact, "credit-noted-twice",
           absl::StrCat("the credit note ", each.body.number, " stands for ", noted->objective,
                        " from ", FormatInstant(noted->window.first),
                        " already; who books both counts twice what was settled once"),
           "warning");
  }
}

void InvoiceFold::Credit(const Fact& fact) {
  absl::StatusOr<CreditNoteIssued> body = DecodeCreditNoteIssued(fact.event->body);
  if (!body.ok()) return Report(fact, "act-unreadable", std::string(body.status().message()));
  Wide credited = body->net.minor;
  for (const RecordedCreditNote& each : credit_notes_) {
    if (each.stamp.author != fact.header().author) continue;
    if (each.body.number == body->number) {
      return Report(
          fact, "credit-note-number-taken",
          absl::StrCat("a credit note ", body->number, " stands already; it has no effect"));
    }
    if (!body->invoice.empty() && each.body.invoice == body->invoice) {
      credited += each.body.net.minor;
    }
  }
  const RecordedInvoice* invoice =
      body->invoice.empty() ? nullptr : Find(body->invoice, fact.header().author);
  if (!body->invoice.empty() && invoice == nullptr) {
    return Report(fact, "credit-note-of-nothing",
                  absl::StrCat("its author recorded no invoice ", body->invoice,
                               "; a credit note is issued by whoever issued the invoice"));
  }
  const bool too_much = invoice != nullptr && (invoice->body.net.currency != body->net.currency ||
                                               credited > invoice->body.net.minor);
  if (too_much) {
    return Report(
        fact, "credit-note-too-much",
        absl::StrCat("credit notes for invoice ", body->invoice, " would credit more than ",
                     FormatMoney(invoice->body.net), "; it has no effect"));
  }
  TellOfDouble(fact, *body);
  credit_notes_.push_back({.stamp = StampOf(fact),
                           .id = fact.header().id.has_value() ? fact.header().id->ToHex() : "",
                           .body = *std::move(body)});
}

}  // namespace tally::replay
