// Goal: one number is one document, and no more is credited than was invoiced. Method: documents
// recorded in memory, one wrong thing each.
#include "replay/dispute/invoices.h"

#include <gtest/gtest.h>

#include "tests/replay/dispute/acts_support.h"

namespace tally::replay {
namespace {

class InvoicesTest : public ::testing::Test {
 protected:
  InvoicesTest() {
    Say(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop"}));
    InvoiceRecorded invoice;
    invoice.number = "R-1";
    invoice.period = March().window;
    invoice.net = Cash("100.00 USD");
    Say(BodyKind::kInvoiceRecorded, "acme", Encode(invoice));
  }
  void Say(BodyKind kind, absl::string_view author, Bytes body) {
    const Fact fact = maker_.Make(kind, Stream(author), std::move(body));
    agreement_.Apply(fact);
    fold_.Apply(fact);
  }
  void Credit(absl::string_view author, const std::string& number, const std::string& invoice,
              absl::string_view net) {
    CreditNoteIssued note;
    note.number = number;
    note.invoice = invoice;
    note.period = March().window;
    note.net = Cash(net);
    Say(BodyKind::kCreditNoteIssued, author, Encode(note));
  }
  std::string Newest() const {
    return fold_.findings().empty() ? "" : fold_.findings().back().kind;
  }

  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  InvoiceFold fold_{agreement_};
};

TEST_F(InvoicesTest, ANumberStandsForTheFirstDocument) {
  ASSERT_NE(fold_.Find("R-1", Stream("acme")), nullptr);
  EXPECT_EQ(fold_.Find("R-2", Stream("acme")), nullptr);
  InvoiceRecorded again = fold_.Find("R-1", Stream("acme"))->body;
  again.net = Cash("90.00 USD");
  Say(BodyKind::kInvoiceRecorded, "acme", Encode(again));
  EXPECT_EQ(Newest(), "invoice-number-taken");
  EXPECT_EQ(fold_.Find("R-1", Stream("acme"))->body.net, Cash("100.00 USD"));
  Say(BodyKind::kInvoiceRecorded, "acme", Bytes{1});
  EXPECT_EQ(Newest(), "act-unreadable");
}

TEST_F(InvoicesTest, CreditNotesStayWithinTheirInvoice) {
  Credit("acme", "G-1", "R-9", "10.00 USD");
  EXPECT_EQ(Newest(), "credit-note-of-nothing");
  Credit("shop", "G-1", "R-1", "10.00 USD");
  EXPECT_EQ(Newest(), "credit-note-of-nothing");
  Credit("acme", "G-1", "R-1", "60.00 USD");
  ASSERT_EQ(fold_.credit_notes().size(), 1u);
  Credit("acme", "G-1", "R-1", "10.00 USD");
  EXPECT_EQ(Newest(), "credit-note-number-taken");
  Credit("acme", "G-2", "R-1", "40.01 USD");
  EXPECT_EQ(Newest(), "credit-note-too-much");
  Credit("acme", "G-2", "R-1", "40.00 USD");
  Credit("acme", "G-3", "", "5.00 USD");
  EXPECT_EQ(fold_.credit_notes().size(), 3u) << "the last corrects no invoice";
}

class NotesTest : public InvoicesTest {
 protected:
  void Note(absl::string_view author, const std::string& number, absl::string_view net,
            std::vector<WindowName> windows) {
    CreditNoteIssued body;
    body.number = number;
    body.period = March().window;
    body.net = Cash(net);
    body.windows = std::move(windows);
    Say(BodyKind::kCreditNoteIssued, author, Encode(body));
  }
  void Settle(const WindowName& window, absl::string_view amount, const std::string& to = "settled",
              const std::string& debtor = "acme") {
    Posting posting;
    posting.objective = window.objective;
    posting.window = window.window;
    posting.from = to == "settled" ? "approved" : "settled";
    posting.to = to;
    posting.debtor = debtor;
    posting.amount = Cash(amount);
    books_.push_back(posting);
  }
  std::vector<Finding> Twice(const std::function<bool(const WindowName&)>& knows =
                                 [](const WindowName&) { return true; }) const {
    return fold_.NotedTwice(books_, knows);
  }
  std::vector<Posting> books_;
};

TEST_F(NotesTest, AWindowThatTwoNotesCountIsTold) {
  Note("acme", "G-1", "60.00 USD", {March()});
  Note("acme", "G-2", "60.00 USD", {April()});
  Note("acme", "G-3", "60.00 EUR", {March()});
  Note("shop", "G-1", "60.00 USD", {March()});
  EXPECT_TRUE(Twice().empty()) << "other windows, another currency, another party";
  Note("acme", "G-4", "120.00 USD", {March(), April()});
  ASSERT_EQ(Twice().size(), 1u);
  EXPECT_EQ(Twice().front().kind, "credit-noted-twice");
  EXPECT_EQ(Twice().front().severity, "warning");
  EXPECT_EQ(fold_.credit_notes().size(), 5u) << "it stands";
  EXPECT_TRUE(Twice([](const WindowName& name) { return name == March(); }).empty())
      << "of April nothing is known";
}

// What rules made due later is settled, and noted, by itself.
TEST_F(NotesTest, AWindowThatWasSettledTwiceIsNotedTwice) {
  Note("acme", "G-1", "60.00 USD", {March()});
  Note("acme", "G-2", "60.00 USD", {March()});
  Settle(March(), "60.00 USD");
  Settle(March(), "60.00 USD", "settled", "shop");
  Settle(April(), "60.00 USD");
  EXPECT_EQ(Twice().size(), 1u) << "acme settled 60.00 there";
  Settle(March(), "60.00 USD");
  EXPECT_TRUE(Twice().empty());
  Settle(March(), "0.01 USD", "accrued");
  EXPECT_EQ(Twice().size(), 1u);
}

// F12 of an attack: nobody takes another's numbers by recording them first.
TEST_F(InvoicesTest, NumbersAreTheirAuthors) {
  InvoiceRecorded other = fold_.Find("R-1", Stream("acme"))->body;
  other.number = "R-2";
  other.net = Cash("0.01 USD");
  Say(BodyKind::kInvoiceRecorded, "shop", Encode(other));
  other.net = Cash("100.00 USD");
  Say(BodyKind::kInvoiceRecorded, "acme", Encode(other));
  ASSERT_NE(fold_.Find("R-2", Stream("acme")), nullptr);
  EXPECT_EQ(fold_.Find("R-2", Stream("acme"))->body.net, Cash("100.00 USD"));
}

}  // namespace
}  // namespace tally::replay
