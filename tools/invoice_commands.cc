// `tally invoice record|credit|list|note`: which invoices and credit notes stand between the
// parties, and the credit notes that follow from settled credits, as text and as CSV for the books.
//
// Invoices change no figure. A settlement names the invoice it stands on by its --reference; `note`
// writes what was settled, posting by posting, so that every line can be followed to its cause.
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
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

// The credit note of a settled credit: what was settled against the invoice, and for which windows.
absl::StatusOr<int> RunCredit(const Invocation& call) {
  CreditNoteIssued note;
  note.number = *call.arguments.Value("number");
  note.invoice = call.arguments.Value("invoice").value_or("");
  note.holder_reference = call.arguments.Value("reference").value_or("");
  TALLY_ASSIGN_OR_RETURN(const std::optional<Money> net, AmountOf(call, "net"));
  TALLY_ASSIGN_OR_RETURN(note.tax, AmountOf(call, "tax"));
  TALLY_ASSIGN_OR_RETURN(note.document, OneDocument(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const replay::InvoiceView view, ViewOf(call, session->ledger()));
  Interval period{Instant::Max(), Instant::Min()};
  Money settled = net.value_or(Money{});
  Wide sum = 0;
  for (const replay::SettledCredit& each : view.settled) {
    const bool meant = note.invoice.empty() || each.reference == note.invoice;
    if (!meant || !each.posting.window.has_value()) continue;
    note.windows.push_back({each.posting.objective, *each.posting.window});
    period.first = std::min(period.first, each.posting.window->first);
    period.limit = std::max(period.limit, each.posting.window->limit);
    settled.currency = each.posting.amount.currency;
    sum += each.posting.amount.minor;
  }
  if (note.windows.empty()) {
    return Refuse("state-forbids",
                  note.invoice.empty() ? std::string("no credit of that period is settled")
                                       : absl::StrCat("no settled credit names the invoice ",
                                                      Printable(note.invoice)),
                  "see `tally invoice note` for what is settled, and on which reference");
  }
  std::sort(note.windows.begin(), note.windows.end());
  note.windows.erase(std::unique(note.windows.begin(), note.windows.end()), note.windows.end());
  settled.minor = static_cast<int64_t>(sum);
  note.net = net.value_or(settled);
  note.period = period;
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

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const replay::InvoiceView view, ViewOf(call, *ledger));
  Table table({"at", "kind", "number", "by", "from", "to", "net", "invoice", "settled against it"});
  for (const replay::InvoiceTold& each : view.invoices) {
    std::vector<std::string> credits;
    for (const replay::SettledCredit& credit : view.settled) {
      if (credit.reference == each.body.number) {
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

std::string Cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string NoteCsv(const replay::InvoiceView& view) {
  std::string csv =
      "agreement,posting,at,objective,from,to,creditor,debtor,amount,currency,against,cause\n";
  for (const replay::SettledCredit& each : view.settled) {
    const replay::Posting& posting = each.posting;
    absl::StrAppend(&csv, Cell(view.result.agreement), ",", posting.number, ",",
                    FormatInstant(posting.at), ",", Cell(posting.objective), ",",
                    posting.window.has_value() ? FormatInstant(posting.window->first) : "", ",",
                    posting.window.has_value() ? FormatInstant(posting.window->limit) : "", ",",
                    Cell(posting.creditor), ",", Cell(posting.debtor), ",",
                    FormatAmount(posting.amount), ",", posting.amount.currency.code, ",",
                    Cell(each.reference), ",",
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
       TextOption("net", "AMOUNT", "the net sum (default: what was settled)"), tax, issued,
       TextOption("reference", "TEXT", "the number that the holder knows it by")},
      RunCredit);
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
