#include "schema/invoice.h"

#include "absl/strings/str_cat.h"
#include "schema/body_parts.h"

namespace tally {
namespace {

absl::StatusOr<Money> TakeSum(absl::string_view field, wire::Money::Reader source) {
  TALLY_ASSIGN_OR_RETURN(const Money sum, TakeMoney(source));
  if (sum.minor < 0) return absl::InvalidArgumentError(absl::StrCat(field, ": is not negative"));
  return sum;
}

// What an invoice and a credit note share.
template <typename Reader, typename Value>
absl::Status TakeSums(Reader source, Value& value) {
  value.number = AsString(source.getNumber());
  value.issued = {source.getIssued()};
  TALLY_ASSIGN_OR_RETURN(value.period, TakeInterval(source.getFrom(), source.getUntil()));
  value.document = TakeDigest<DocumentDigest>(source.getDocument());
  TALLY_ASSIGN_OR_RETURN(value.net, TakeSum("net", source.getNet()));
  if (!source.hasTax()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(value.tax, TakeSum("tax", source.getTax()));
  if (value.tax->currency == value.net.currency) return absl::OkStatus();
  return absl::InvalidArgumentError("tax: is in the currency of the net sum");
}

absl::Status Read(wire::InvoiceRecorded::Reader source, InvoiceRecorded& value) {
  TALLY_RETURN_IF_ERROR(TakeSums(source, value));
  int64_t sum = 0;
  for (wire::InvoiceLine::Reader each : source.getLines()) {
    InvoiceLine line;
    line.text = AsString(each.getText());
    line.fee = AsString(each.getFee());
    TALLY_ASSIGN_OR_RETURN(line.net, TakeMoney(each.getNet()));  // a rebate is a negative line
    if (each.hasTaxPercent()) line.tax_percent = TakeDecimal(each.getTaxPercent());
    if (line.net.currency != value.net.currency ||
        __builtin_add_overflow(sum, line.net.minor, &sum)) {
      return absl::InvalidArgumentError("lines: are in the currency of the net sum");
    }
    value.lines.push_back(std::move(line));
  }
  if (value.lines.empty() || sum == value.net.minor) return absl::OkStatus();
  return absl::InvalidArgumentError("net: is the sum of the lines");
}

absl::Status Read(wire::CreditNoteIssued::Reader source, CreditNoteIssued& value) {
  TALLY_RETURN_IF_ERROR(TakeSums(source, value));
  value.invoice = AsString(source.getInvoice());
  value.line = source.getLine();
  value.issuer_reference = AsString(source.getIssuerReference());
  value.holder_reference = AsString(source.getHolderReference());
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getWindows(), value.windows));
  if (value.line == 0 || !value.invoice.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("line: stands beside an invoice");
}

absl::Status Read(wire::ReleaseGiven::Reader source, ReleaseGiven& value) {
  value.full = source.getFull();
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getWindows(), value.windows));
  if (source.hasAmount()) {
    TALLY_ASSIGN_OR_RETURN(value.amount, TakeSum("amount", source.getAmount()));
  }
  if (value.full == value.windows.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("windows: are named unless the release is full");
}

template <typename Builder, typename Value>
void PutSums(Builder& target, const Value& value) {
  Put(target, &Builder::setNumber, value.number);
  target.setIssued(value.issued.micros);
  target.setFrom(value.period.first.micros);
  target.setUntil(value.period.limit.micros);
  PutMoney(value.net, target.initNet());
  if (value.tax) PutMoney(*value.tax, target.initTax());
  Put(target, &Builder::setDocument, value.document);
}

}  // namespace

Bytes Encode(const InvoiceRecorded& value) {
  return EncodeWire<wire::InvoiceRecorded>([&](wire::InvoiceRecorded::Builder target) {
    PutSums(target, value);
    if (value.lines.empty()) return;
    auto lines = target.initLines(static_cast<unsigned>(value.lines.size()));
    for (unsigned i = 0; i < lines.size(); ++i) {
      wire::InvoiceLine::Builder each = lines[i];
      Put(each, &wire::InvoiceLine::Builder::setText, value.lines[i].text);
      Put(each, &wire::InvoiceLine::Builder::setFee, value.lines[i].fee);
      PutMoney(value.lines[i].net, each.initNet());
      if (value.lines[i].tax_percent) {
        PutDecimal(*value.lines[i].tax_percent, each.initTaxPercent());
      }
    }
  });
}
Bytes Encode(const CreditNoteIssued& value) {
  return EncodeWire<wire::CreditNoteIssued>([&](wire::CreditNoteIssued::Builder target) {
    using Builder = wire::CreditNoteIssued::Builder;
    PutSums(target, value);
    Put(target, &Builder::setInvoice, value.invoice);
    target.setLine(value.line);
    PutWindows(value, target);
    Put(target, &Builder::setIssuerReference, value.issuer_reference);
    Put(target, &Builder::setHolderReference, value.holder_reference);
  });
}
Bytes Encode(const ReleaseGiven& value) {
  return EncodeWire<wire::ReleaseGiven>([&](wire::ReleaseGiven::Builder target) {
    target.setFull(value.full);
    PutWindows(value, target);
    if (value.amount) PutMoney(*value.amount, target.initAmount());
    Put(target, &wire::ReleaseGiven::Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}

absl::StatusOr<InvoiceRecorded> DecodeInvoiceRecorded(ByteView body) {
  return DecodeBody<wire::InvoiceRecorded, InvoiceRecorded>(BodyKind::kInvoiceRecorded, body, Read);
}
absl::StatusOr<CreditNoteIssued> DecodeCreditNoteIssued(ByteView body) {
  return DecodeBody<wire::CreditNoteIssued, CreditNoteIssued>(BodyKind::kCreditNoteIssued, body,
                                                              Read);
}
absl::StatusOr<ReleaseGiven> DecodeReleaseGiven(ByteView body) {
  return DecodeBody<wire::ReleaseGiven, ReleaseGiven>(BodyKind::kReleaseGiven, body, Read);
}

}  // namespace tally
