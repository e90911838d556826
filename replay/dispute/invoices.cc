// One number of one author, one document: the first that is recorded stands, and a credit note
// never credits more than its invoice demands. A window that two notes name is left standing, and
// told where the books do not hold what both of them credit: more may have been settled in between.
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

// A window that was settled twice is noted twice; so whether a note counts it again is known only
// beside the books.
void InvoiceFold::KeepDouble(const Fact& fact, const CreditNoteIssued& body) {
  NotedAgain again{.finding = {},
                   .debtor = agreement_.NameOf(fact.header().author),
                   .currency = body.net.currency,
                   .credited = body.net.minor,
                   .windows = body.windows};
  const RecordedCreditNote* first = nullptr;
  WindowName shared;
  for (const RecordedCreditNote& each : credit_notes_) {
    if (each.stamp.author != fact.header().author) continue;
    if (each.body.net.currency != body.net.currency) continue;
    const auto noted = std::find_first_of(body.windows.begin(), body.windows.end(),
                                          each.body.windows.begin(), each.body.windows.end());
    if (noted == body.windows.end()) continue;
    if (first == nullptr) {
      first = &each;
      shared = *noted;
    }
    again.credited += each.body.net.minor;
    again.windows.insert(again.windows.end(), each.body.windows.begin(), each.body.windows.end());
  }
  if (first == nullptr) return;
  again.finding = FindingAbout(
      fact, "credit-noted-twice", "warning",
      absl::StrCat("the credit note ", first->body.number, " stands for ", shared.objective,
                   " from ", FormatInstant(shared.window.first),
                   " already, and together they credit more than was settled there; who books both "
                   "counts twice what was settled once"));
  noted_again_.push_back(std::move(again));
}

std::vector<Finding> InvoiceFold::NotedTwice(
    const std::vector<Posting>& postings,
    const std::function<bool(const WindowName&)>& knows) const {
  std::vector<Finding> twice;
  for (const NotedAgain& each : noted_again_) {
    if (!std::all_of(each.windows.begin(), each.windows.end(), knows)) continue;
    Wide settled = 0;
    for (const Posting& posting : postings) {
      if (!posting.window.has_value() || posting.debtor != each.debtor) continue;
      const WindowName name{posting.objective, *posting.window};
      const bool here =
          std::find(each.windows.begin(), each.windows.end(), name) != each.windows.end();
      if (!here || posting.amount.currency != each.currency) continue;
      if (posting.to == "settled") settled += posting.amount.minor;
      if (posting.from == "settled") settled -= posting.amount.minor;
    }
    if (each.credited > settled) twice.push_back(each.finding);
  }
  return twice;
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
  KeepDouble(fact, *body);
  credit_notes_.push_back({.stamp = StampOf(fact),
                           .id = fact.header().id.has_value() ? fact.header().id->ToHex() : "",
                           .body = *std::move(body)});
}

}  // namespace tally::replay
