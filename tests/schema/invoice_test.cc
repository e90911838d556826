// Goal: invoices, credit notes and releases keep what they say, and sums that do not add up are
// refused. Method: there and back with every field and with the fewest; one wrong field each.
#include "schema/invoice.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

const Money kHundred{.minor = 10'000, .currency = {"EUR", 2}};
const Money kForty{.minor = 4'000, .currency = {"EUR", 2}};
const Money kSixty{.minor = 6'000, .currency = {"EUR", 2}};
const Interval kMarch{Instant{1'000}, Instant{2'000}};

InvoiceRecorded Invoice() {
  InvoiceRecorded value;
  value.number = "R-1";
  value.issued = Instant{5};
  value.period = kMarch;
  value.net = kHundred;
  value.tax = kForty;
  value.lines = {{"hosting", "service", kSixty, Decimal{19, 0}}, {"support", "", kForty, {}}};
  value.document = Named<DocumentDigest>(1);
  return value;
}

TEST(Invoice, AnInvoiceKeepsItsFields) {
  const InvoiceRecorded back =
      RoundTrip(BodyKind::kInvoiceRecorded, Invoice(), DecodeInvoiceRecorded);
  EXPECT_EQ(back.number, "R-1");
  EXPECT_EQ(back.period, kMarch);
  EXPECT_EQ(back.net, kHundred);
  EXPECT_EQ(back.tax, kForty);
  ASSERT_EQ(back.lines.size(), 2u);
  EXPECT_EQ(back.lines[0].fee, "service");
  EXPECT_EQ(back.lines[0].tax_percent, (Decimal{19, 0}));
  EXPECT_FALSE(back.lines[1].tax_percent.has_value());
  EXPECT_EQ(back.document, Named<DocumentDigest>(1));
}

TEST(Invoice, SumsAddUpInOneCurrency) {
  InvoiceRecorded value = Invoice();
  value.lines[0].net = kForty;
  EXPECT_FALSE(DecodeInvoiceRecorded(Encode(value)).ok()) << "the lines give another sum";
  value = Invoice();
  value.tax->currency = {"USD", 2};
  EXPECT_FALSE(DecodeInvoiceRecorded(Encode(value)).ok()) << "two currencies";
  value = Invoice();
  value.net.minor = -1;
  EXPECT_FALSE(DecodeInvoiceRecorded(Encode(value)).ok()) << "a negative invoice";
  value = Invoice();
  value.period = {Instant{2}, Instant{2}};
  EXPECT_FALSE(DecodeInvoiceRecorded(Encode(value)).ok()) << "no period";
}

TEST(Invoice, ACreditNoteKeepsItsFields) {
  CreditNoteIssued value;
  value.number = "G-1";
  value.issued = Instant{6};
  value.invoice = "R-1";
  value.line = 2;
  value.period = kMarch;
  value.net = kForty;
  value.windows = {{"availability", kMarch}};
  value.issuer_reference = "ours";
  value.holder_reference = "theirs";
  const CreditNoteIssued back =
      RoundTrip(BodyKind::kCreditNoteIssued, value, DecodeCreditNoteIssued);
  EXPECT_EQ(back.invoice, "R-1");
  EXPECT_EQ(back.line, 2u);
  EXPECT_EQ(back.windows, value.windows);
  EXPECT_EQ(back.holder_reference, "theirs");
  value.invoice.clear();
  EXPECT_FALSE(DecodeCreditNoteIssued(Encode(value)).ok()) << "a line of no invoice";
}

TEST(Invoice, AReleaseIsFullOrNamesWindows) {
  ReleaseGiven value;
  value.full = true;
  value.amount = kForty;
  value.reason = "final";
  EXPECT_EQ(RoundTrip(BodyKind::kReleaseGiven, value, DecodeReleaseGiven).amount, kForty);
  value.windows = {{"availability", kMarch}};
  EXPECT_FALSE(DecodeReleaseGiven(Encode(value)).ok());
  value.full = false;
  EXPECT_EQ(RoundTrip(BodyKind::kReleaseGiven, value, DecodeReleaseGiven).windows, value.windows);
  value.windows.clear();
  EXPECT_FALSE(DecodeReleaseGiven(Encode(value)).ok());
}

}  // namespace
}  // namespace tally
