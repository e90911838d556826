// Bodies about what is invoiced and credited between the parties, and about claims that are given
// up for good. The shapes stand in schema/body.capnp; the rules of schema/body.h hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"
#include "schema/number.h"

namespace tally {

struct InvoiceLine {
  std::string text;
  std::string fee;  // of the terms; "": none
  Money net;
  std::optional<Decimal> tax_percent;
};
struct InvoiceRecorded {
  std::string number;
  Instant issued;
  Interval period;
  std::vector<InvoiceLine> lines;
  Money net;
  std::optional<Money> tax;
  DocumentDigest document;  // zeros: none
};
struct CreditNoteIssued {
  std::string number;
  Instant issued;
  std::string invoice;  // the invoice that it corrects; "": none
  uint32_t line = 0;    // of that invoice, from 1; 0: none
  Interval period;
  Money net;
  std::optional<Money> tax;
  std::vector<WindowName> windows;
  std::string issuer_reference, holder_reference;
  DocumentDigest document;
};
struct ReleaseGiven {
  bool full = false;  // of all claims to this day
  std::vector<WindowName> windows;
  std::optional<Money> amount;  // the lump sum paid for it
  std::string reason;
  std::vector<DocumentDigest> documents;
};

Bytes Encode(const InvoiceRecorded& value);
Bytes Encode(const CreditNoteIssued& value);
Bytes Encode(const ReleaseGiven& value);
// InvalidArgument for anything but a canonical body whose sums are not negative, are in one
// currency and add up, and for a release that is of everything and of some windows, or of neither.
absl::StatusOr<InvoiceRecorded> DecodeInvoiceRecorded(ByteView body);
absl::StatusOr<CreditNoteIssued> DecodeCreditNoteIssued(ByteView body);
absl::StatusOr<ReleaseGiven> DecodeReleaseGiven(ByteView body);

}  // namespace tally
