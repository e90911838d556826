// `tally invoice record|credit|list|note`: which invoices and credit notes stand between the
// parties, and the credit notes that follow from settled credits, as text and as CSV for the books.
//
// A credit note is its debtor's, to one party in one currency. Invoices change no figure. A
// settlement names the invoice it stands on by its --reference; `note` writes what was settled,
// posting by posting, so that every line can be followed to its cause.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "replay/invoice_view.h"
#include "schema/invoice.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/printable.h"
#include "tools/replay_request.h"
#include "tools/report_postings.h"

namespace tally::tools {
namespace {

absl::StatusOr<Interval> ServiceTime(const Invocation& call) {
  const std::string from = *call.arguments.Value("from"), until = *call.arguments.Value("until");
  const Interval period{*call.arguments.Time("from"), *call.arguments.Time("until")};
  if (!period.empty()) return period;
  return Refuse("usage",
                absl::StrCat("the service time from ", from, " until ", until, " is empty"),
                "give --until after --from");
}

absl::StatusOr<DocumentDigest> OneDocument(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  if (documents.size() <= 1) return documents.empty() ? DocumentDigest{} : documents.front();
  return Refuse("usage", "an invoice or credit note is one document", "give --document once");
}

// "TEXT=AMOUNT"
absl::StatusOr<InvoiceLine> LineOf(const std::string& text) {
  const size_t sign = text.rfind('=');
  if (sign != std::string::npos && sign > 0) {
    const absl::StatusOr<Money> net = ParseMoney(text.substr(sign + 1));
    if (net.ok()) return InvoiceLine{text.substr(0, sign), "", *net, std::nullopt};
  }
  return Refuse("usage", absl::StrCat("--line: '", Printable(text), "' is no line"),
                "write a text and an amount, such as 'hosting=1000.00 USD'");
}

absl::StatusOr<int> RunRecord(const Invocation& call) {
  InvoiceRecorded invoice;
  invoice.number = *call.arguments.Value("number");
  TALLY_ASSIGN_OR_RETURN(invoice.period, ServiceTime(call));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> net, AmountOf(call, "net"));
  invoice.net = *net;
  TALLY_ASSIGN_OR_RETURN(invoice.tax, AmountOf(call, "tax"));
  Wide sum = 0;
  for (const std::string& text : call.arguments.Values("line")) {
    TALLY_ASSIGN_OR_RETURN(InvoiceLine line, LineOf(text));
    sum += line.net.minor;
    invoice.lines.push_back(std::move(line));
  }
  if (!invoice.lines.empty() && sum != invoice.net.minor) {
    return Refuse("usage", absl::StrCat("the lines do not add up to ", FormatMoney(invoice.net)),
                  "give every --line, or none");
  }
  TALLY_ASSIGN_OR_RETURN(invoice.document, OneDocument(call));
  invoice.issued = call.arguments.Time("issued").value_or(call.world.clock->Now());
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0), BodyKind::kInvoiceRecorded,
                                   Encode(invoice), Hash{}));
  return submitted.exit;
}

absl::StatusOr<replay::InvoiceView> ViewOf(const Invocation& call, const ledger::Ledger& ledger) {
  TALLY_RETURN_IF_ERROR(FindAgreement(ledger, call.arguments.At(0)).status());
  replay::ReplayRequest request;
  request.agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(request.period, PeriodOf(call));
  TALLY_ASSIGN_OR_RETURN(request.axes, AxesOf(call));
  absl::StatusOr<replay::InvoiceView> view = replay::InvoicesOf(ledger, request);
  if (!view.ok()) return Translate(Doing::kReading, view.status());
  return view;
}

using Credits = std::vector<const replay::SettledCredit*>;

std::string SumsOf(const Credits& credits) {
  std::map<std::pair<std::string, Currency>, Wide> sums;
  for (const replay::SettledCredit* each : credits) {
    sums[{each->posting.creditor, each->posting.amount.currency}] += each->posting.amount.minor;
  }
  return absl::StrJoin(sums, " and ", [](std::string* out, const auto& sum) {
    const auto& [key, minor] = sum;
    absl::StrAppend(out, FormatMoney({static_cast<int64_t>(minor), key.second}), " to ",
                    Printable(key.first));
  });
}

// What the author owed and settled: all that a credit note of his can be about.
Credits SettledBy(const Invocation& call, const replay::InvoiceView& view,
                  const std::string& author, const CreditNoteIssued& note,
                  const std::optional<Money>& net) {
  const std::optional<std::string> creditor = call.arguments.Value("creditor");
  Credits credits;
  for (const replay::SettledCredit& each : view.settled) {
    const replay::Posting& posting = each.posting;
    if (!posting.window.has_value() || posting.debtor != author) continue;
    if (!note.invoice.empty() && each.reference != note.invoice) continue;
    if (creditor.has_value() && posting.creditor != *creditor) continue;
    if (net.has_value() && posting.amount.currency != net->currency) continue;
    credits.push_back(&each);
  }
  return credits;
}

// The earlier note of the author that stands for a credit: it names the window, and came after what
// was settled. nullptr: none. A note of the same number is this one, recorded before.
const replay::CreditNoteTold* NoteOf(const replay::InvoiceView& view, const std::string& author,
                                     const std::string& number,
                                     const replay::SettledCredit& credit) {
  const replay::Posting& posting = credit.posting;
  for (const replay::CreditNoteTold& each : view.credit_notes) {
    const bool his = each.by == author && each.body.number != number &&
                     each.body.net.currency == posting.amount.currency;
    const bool later = !posting.cause.has_value() || *posting.cause < each.at;
    const WindowName window{posting.objective, *posting.window};
    const bool named = std::find(each.body.windows.begin(), each.body.windows.end(), window) !=
                       each.body.windows.end();
    if (his && later && named) return &each;
  }
  return nullptr;
}

// Leaves out what an earlier note stands for, so that nothing is noted twice without a word.
absl::StatusOr<Credits> NotNoted(const Invocation& call, const replay::InvoiceView& view,
                                 const std::string& author, const CreditNoteIssued& note,
                                 const Credits& credits) {
  Credits fresh, noted;
  std::set<std::string> numbers;
  for (const replay::SettledCredit* each : credits) {
    const replay::CreditNoteTold* earlier = NoteOf(view, author, note.number, *each);
    (earlier == nullptr ? fresh : noted).push_back(each);
    if (earlier != nullptr) numbers.insert(Printable(earlier->body.number));
  }
  if (noted.empty()) return fresh;
  const std::string told = absl::StrCat(SumsOf(noted), noted.size() > 1 ? " are" : " is",
                                        " noted already (", absl::StrJoin(numbers, ", "), ")");
  if (!fresh.empty()) {
    call.console.Note(absl::StrCat(told, " and left out"));
    return fresh;
  }
  if (!call.arguments.Has("yes")) {
    return Refuse("already-exists", told,
                  "see `tally invoice list`; --yes notes the same credits once more");
  }
  call.console.Warning(told);
  return noted;
}

// One note is in one currency, from one party to one other.
absl::StatusOr<Credits> CreditsToNote(const Invocation& call, const replay::InvoiceView& view,
                                      const std::string& author, const CreditNoteIssued& note,
                                      const std::optional<Money>& net) {
  const Credits credits = SettledBy(call, view, author, note, net);
  if (credits.empty()) {
    const std::string what =
        note.invoice.empty()
            ? absl::StrCat("no credit of that period that ", Printable(author), " owed is settled")
            : absl::StrCat("no settled credit names the invoice ", Printable(note.invoice),
                           " and was owed by ", Printable(author));
    return Refuse("state-forbids", what,
                  "see `tally invoice note` for what is settled, by whom, and on which reference");
  }
  TALLY_ASSIGN_OR_RETURN(Credits fresh, NotNoted(call, view, author, note, credits));
  std::set<std::string> creditors;
  std::set<Currency> currencies;
  for (const replay::SettledCredit* each : fresh) {
    creditors.insert(each->posting.creditor);
    currencies.insert(each->posting.amount.currency);
  }
  if (creditors.size() == 1 && currencies.size() == 1) return fresh;
  return Refuse("usage",
                absl::StrCat("settled are ", SumsOf(fresh),
                             ", and a credit note is to one party in one currency"),
                currencies.size() > 1
                    ? "issue one each: --net names the sum and by it the currency"
                    : "issue one each: --creditor names the party that is credited");
}

// The credit note of settled credits: what its author owed and settled, and for which windows.
absl::StatusOr<int> RunCredit(const Invocation& call) {
  CreditNoteIssued note;
  note.number = *call.arguments.Value("number");
  note.invoice = call.arguments.Value("invoice").value_or("");
  note.holder_reference = call.arguments.Value("reference").value_or("");
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> net, AmountOf(call, "net"));
  TALLY_ASSIGN_OR_RETURN(note.tax, AmountOf(call, "tax"));
  TALLY_ASSIGN_OR_RETURN(note.document, OneDocument(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry author,
                         ActingParty(call, session->ledger(), key));
  TALLY_ASSIGN_OR_RETURN(const replay::InvoiceView view, ViewOf(call, session->ledger()));
  TALLY_ASSIGN_OR_RETURN(const Credits credits, CreditsToNote(call, view, author.name, note, net));
  Money settled{0, credits.front()->posting.amount.currency};
  note.period = *credits.front()->posting.window;
  for (const replay::SettledCredit* each : credits) {
    const replay::Posting& posting = each->posting;
    note.windows.push_back({posting.objective, *posting.window});
    note.period.first = std::min(note.period.first, posting.window->first);
    note.period.limit = std::max(note.period.limit, posting.window->limit);
    if (__builtin_add_overflow(settled.minor, posting.amount.minor, &settled.minor)) {
      return Refuse("bad-input", "the sum of the settled credits leaves 64 bits",
                    "give a shorter --period");
    }
  }
  std::sort(note.windows.begin(), note.windows.end());
  note.windows.erase(std::unique(note.windows.begin(), note.windows.end()), note.windows.end());
  note.net = net.value_or(settled);
  if (note.net != settled) {
    call.console.Warning(absl::StrCat("the settled credits are ", FormatMoney(settled), ", not ",
                                      FormatMoney(note.net)));
  }
  note.issued = call.arguments.Time("issued").value_or(call.world.clock->Now());
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, call.arguments.At(0),
                                   BodyKind::kCreditNoteIssued, Encode(note), Hash{}));
  return submitted.exit;
}

void WriteRow(const Invocation& call, Table& table, absl::string_view kind,
              const ledger::EventAddress& at, const std::string& number, const std::string& by,
              const Interval& period, const Money& net, const std::string& invoice,
              const std::vector<std::string>& credits) {
  JsonWriter json;
  json.BeginObject().Field("format", "tally.invoice/1").Field("agreement", call.arguments.At(0));
  json.Field("kind", kind).Field("at", at.ToText()).Field("number", number).Field("by", by);
  json.Field("from", FormatInstant(period.first)).Field("to", FormatInstant(period.limit));
  json.Field("net", FormatMoney(net)).Field("invoice", invoice).Key("settled").BeginArray();
  for (const std::string& credit : credits) json.String(credit);
  json.EndArray().EndObject();
  call.console.Json(json);
  table.Row({at.ToText(), std::string(kind), Printable(number), Printable(by),
             FormatInstant(period.first), FormatInstant(period.limit), FormatMoney(net),
             Printable(invoice), absl::StrJoin(credits, ", ")});
}

// A number is its author's: of two invoices of one number the one by whoever owed the credit.
bool StandsAgainst(const replay::SettledCredit& credit, const replay::InvoiceTold& invoice,
                   const replay::InvoiceView& view) {
  if (credit.reference != invoice.body.number) return false;
  const std::string& debtor = credit.posting.debtor;
  return invoice.by == debtor ||
         std::none_of(view.invoices.begin(), view.invoices.end(),
                      [&](const replay::InvoiceTold& each) {
                        return each.by == debtor && each.body.number == credit.reference;
                      });
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::InvoiceView view, ViewOf(call, *ledger));
  Table table({"at", "kind", "number", "by", "from", "to", "net", "invoice", "settled against it"});
  for (const replay::InvoiceTold& each : view.invoices) {
    std::vector<std::string> credits;
    for (const replay::SettledCredit& credit : view.settled) {
      if (StandsAgainst(credit, each, view)) {
        credits.push_back(FormatMoney(credit.posting.amount));
      }
    }
    WriteRow(call, table, "invoice", each.at, each.body.number, each.by, each.body.period,
             each.body.net, "", credits);
  }
  for (const replay::CreditNoteTold& each : view.credit_notes) {
    WriteRow(call, table, "credit note", each.at, each.body.number, each.by, each.body.period,
             each.body.net, each.body.invoice, {});
  }
  if (table.empty()) {
    call.console.Line("no invoices");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

std::string NoteCsv(const replay::InvoiceView& view) {
  std::string csv =
      "agreement,posting,at,objective,from,to,creditor,debtor,amount,currency,against,cause\n";
  for (const replay::SettledCredit& each : view.settled) {
    const replay::Posting& posting = each.posting;
    absl::StrAppend(&csv, CsvCell(view.result.agreement), ",", posting.number, ",",
                    FormatInstant(posting.at), ",", CsvCell(posting.objective), ",",
                    posting.window.has_value() ? FormatInstant(posting.window->first) : "", ",",
                    posting.window.has_value() ? FormatInstant(posting.window->limit) : "", ",",
                    CsvCell(posting.creditor), ",", CsvCell(posting.debtor), ",",
                    FormatAmount(posting.amount), ",", posting.amount.currency.code, ",",
                    CsvCell(each.reference), ",",
                    posting.cause.has_value() ? posting.cause->ToText() : "", "\n");
  }
  return csv;
}

// One note for each pair of parties and currency.
std::string NoteText(const replay::InvoiceView& view) {
  std::map<std::tuple<std::string, std::string, Currency>,
           std::vector<const replay::SettledCredit*>>
      notes;
  for (const replay::SettledCredit& each : view.settled) {
    const replay::Posting& posting = each.posting;
    notes[{posting.debtor, posting.creditor, posting.amount.currency}].push_back(&each);
  }
  if (notes.empty()) return "no settled credits\n";
  std::string out;
  for (const auto& [who, credits] : notes) {
    const auto& [debtor, creditor, currency] = who;
    absl::StrAppend(&out, "Credit note by ", Printable(debtor), " to ", Printable(creditor),
                    "\nAgreement ", Printable(view.result.agreement), ", known at size ",
                    view.result.known.size, " (", FormatInstant(view.result.known.instant),
                    ")\n\n");
    Wide sum = 0;
    for (const replay::SettledCredit* each : credits) {
      const replay::Posting& posting = each->posting;
      sum += posting.amount.minor;
      absl::StrAppend(
          &out,
          absl::StrFormat(
              "  %-24s %-41s %14s  %s\n", Printable(posting.objective),
              posting.window.has_value() ? absl::StrCat(FormatInstant(posting.window->first), "/",
                                                        FormatInstant(posting.window->limit))
                                         : "",
              FormatMoney(posting.amount),
              each->reference.empty() ? "" : absl::StrCat("against ", Printable(each->reference))));
    }
    absl::StrAppend(&out, absl::StrFormat("  %-24s %-41s %14s\n\n", "total", "",
                                          FormatMoney({static_cast<int64_t>(sum), currency})));
  }
  return out;
}

absl::StatusOr<int> RunNote(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::InvoiceView view, ViewOf(call, *ledger));
  const std::string csv = call.arguments.Value("csv").value_or("");
  if (csv != "-") call.console.Verbatim(NoteText(view));
  if (csv.empty()) return 0;
  TALLY_RETURN_IF_ERROR(WriteOutput(call, csv, NoteCsv(view)));
  if (csv != "-") call.console.Note(absl::StrCat("settled credits written to ", csv));
  return 0;
}

}  // namespace

std::vector<Command> InvoiceCommands() {
  OptionSpec lines = TextOption("line", "TEXT=AMOUNT", "a line of it; all of them, or none");
  lines.repeatable = true;
  const OptionSpec number = TextOption("number", "TEXT", "its own number", true);
  const OptionSpec tax = TextOption("tax", "AMOUNT", "the tax on top of the net sum");
  const OptionSpec issued = TimeOption("issued", "when it was issued (default: now)", false);
  const OptionSpec period =
      TextOption("period", "P", "2026-02, 2026-Q1, 2026 or FROM/TO (times or days)");
  Command record =
      DisputeAct("invoice record", "record an invoice between the parties", {AgreementOperand()},
                 {number, TextOption("net", "AMOUNT", "the net sum", true), tax, lines, issued,
                  TimeOption("from", "where the service that it is for begins", true),
                  TimeOption("until", "where that service ends, exclusive", true)},
                 RunRecord);
  record.examples = {
      "tally invoice record coral-island --number R-7 --net '1000.00 USD' --from "
      "2026-02-01T00:00:00Z --until 2026-03-01T00:00:00Z --key provider.pem"};
  Command credit = DisputeAct(
      "invoice credit", "record that a credit note was issued for settled credits",
      {AgreementOperand()},
      {number, period, TextOption("invoice", "TEXT", "the number of the invoice that it corrects"),
       TextOption("net", "AMOUNT",
                  "the net sum, in the currency meant (default: what was settled)"),
       TextOption("creditor", "PARTY", "whom it credits, where its author owed several"), tax,
       issued, TextOption("reference", "TEXT", "the number that the holder knows it by")},
      RunCredit);
  credit.text =
      "It is about what the party that signs it owed and settled: to one party, in one currency.\n"
      "What an earlier note of that party stands for is left out; --yes notes it once more.\n";
  Command list;
  list.name = "invoice list";
  list.summary = "recorded invoices and credit notes, and what was settled against them";
  list.operands = {AgreementOperand()};
  list.options = AxesOptions();
  list.run = RunList;
  Command note;
  note.name = "invoice note";
  note.summary = "the credit notes that follow from settled credits, as text or CSV";
  note.operands = {AgreementOperand()};
  note.options = {period,
                  {.name = "csv",
                   .type = ValueType::kFile,
                   .value_name = "FILE",
                   .summary = "also write the settled credits as CSV for the books"}};
  for (OptionSpec& option : AxesOptions()) note.options.push_back(std::move(option));
  note.run = RunNote;
  return {record, credit, list, note};
}

}  // namespace tally::tools
