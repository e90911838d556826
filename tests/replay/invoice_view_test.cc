// Goal: the view joins settled credits to the documents they stand on. Method: a small case,
// claimed and settled with a reference; an invoice of that number.
#include "replay/invoice_view.h"

#include <gtest/gtest.h>

#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

TEST(InvoiceView, ASettlementNamesItsInvoice) {
  SmallCase test;
  test.Agree(test.terms);
  test.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"))
      .Report(1, State::kDown, On("2026-03-10T00:00:00Z"))
      .Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
  test.Wait("2026-04-01T00:00:00Z");
  test.Publish("2026-04-01T00:00:00Z");
  const WindowName march = MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
  InvoiceRecorded invoice;
  invoice.number = "R-1";
  invoice.period = march.window;
  invoice.net = Cash("1000.00 USD");
  test.Act(test.acme, BodyKind::kInvoiceRecorded, Encode(invoice));
  const Hash claim = test.File({march});
  test.Answer(claim, ClaimAnswer::kAccepted);
  SettlementProposed offer;
  offer.amount = Cash("300.00 USD");
  offer.reference = "R-1";
  const Hash offered = test.Act(test.acme, BodyKind::kSettlementProposed, Encode(offer), claim);
  test.Confirm(offered, offer.amount);
  absl::StatusOr<InvoiceView> view = InvoicesOf(test.ledger(), test.Request("2026-03"));
  ASSERT_TRUE(view.ok()) << view.status();
  ASSERT_EQ(view->invoices.size(), 1u);
  EXPECT_EQ(view->invoices[0].by, "acme");
  ASSERT_EQ(view->settled.size(), 1u);
  EXPECT_EQ(view->settled[0].reference, "R-1");
  EXPECT_EQ(view->settled[0].posting.amount, offer.amount);
}

}  // namespace
}  // namespace tally::replay
