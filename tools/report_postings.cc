#include "tools/report_postings.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

using replay::Posting;

std::string CauseOf(const Posting& posting) {
  return posting.cause.has_value() ? posting.cause->ToText() : "";
}

std::string Row(const std::string& agreement, const Posting& posting, const std::string& account,
                bool enters, const std::string& label) {
  const std::string amount = FormatAmount(posting.amount);
  std::string window;
  if (posting.window.has_value()) {
    window = absl::StrCat(FormatInstant(posting.window->first), ",",
                          FormatInstant(posting.window->limit));
  }
  return absl::StrCat(
      posting.number, ",", FormatInstant(posting.at), ",", CauseOf(posting), ",",
      CsvCell(agreement), ",", CsvCell(posting.objective), ",", window.empty() ? "," : window, ",",
      CsvCell(account), ",", CsvCell(posting.creditor), ",", CsvCell(posting.debtor), ",",
      enters ? amount : "", ",", enters ? "" : amount, ",",
      std::string(posting.amount.currency.code), ",",
      posting.reverses == 0 ? "" : absl::StrCat(posting.reverses), ",", CsvCell(posting.clause),
      ",", CsvCell(label.empty() ? posting.text : absl::StrCat(label, ": ", posting.text)), "\r\n");
}

}  // namespace

std::string CsvCell(const std::string& text) {
  std::string safe = Printable(text);
  // Spreadsheets run what begins with one of these.
  if (safe.find_first_of("=+-@") == 0) safe = absl::StrCat("'", safe);
  if (safe.find_first_of(",\"\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

void WritePostings(JsonWriter& json, const std::vector<Posting>& postings) {
  json.BeginArray();
  for (const Posting& posting : postings) {
    std::optional<std::string> cause, from, to, reverses;
    if (posting.cause.has_value()) cause = posting.cause->ToText();
    if (posting.window.has_value()) {
      from = FormatInstant(posting.window->first);
      to = FormatInstant(posting.window->limit);
    }
    if (posting.reverses != 0) reverses = absl::StrCat(posting.reverses);
    json.BeginObject()
        .NumberField("number", posting.number)
        .Field("at", FormatInstant(posting.at))
        .OptionalField("cause", cause)
        .Field("debit_account", posting.to)
        .Field("credit_account", posting.from)
        .Field("creditor", posting.creditor)
        .Field("debtor", posting.debtor)
        .Field("amount", FormatAmount(posting.amount))
        .Field("currency", posting.amount.currency.code)
        .OptionalField("reverses", reverses)
        .Field("objective", posting.objective)
        .OptionalField("from", from)
        .OptionalField("to", to)
        .Field("clause", posting.clause)
        .Field("text", posting.text)
        .EndObject();
  }
  json.EndArray();
}

std::string PostingsText(const std::vector<Posting>& postings) {
  std::string out;
  for (const Posting& posting : postings) {
    absl::StrAppend(
        &out, absl::StrFormat("  %4d  %-20s  %-9s -> %-9s  %14s  %s", posting.number,
                              FormatInstant(posting.at), posting.from.empty() ? "-" : posting.from,
                              posting.to.empty() ? "-" : posting.to, FormatMoney(posting.amount),
                              Printable(posting.text)));
    // Rules are named by their path; a text that names one already has it.
    const bool named = absl::StrContains(posting.text, "rules/");
    if (!named && absl::StartsWith(posting.clause, "rules.")) {
      absl::StrAppend(&out, " (", Printable(posting.clause), ")");
    }
    if (!posting.objective.empty()) {
      absl::StrAppend(&out, "; ", Printable(posting.objective), " from ",
                      FormatInstant(posting.window->first));
    }
    absl::StrAppend(&out, "; ", Printable(posting.debtor), " owes ", Printable(posting.creditor));
    if (posting.reverses != 0) absl::StrAppend(&out, "; takes back ", posting.reverses);
    if (posting.cause.has_value()) absl::StrAppend(&out, " (at ", CauseOf(posting), ")");
    absl::StrAppend(&out, "\n");
  }
  return out;
}

std::string PostingsCsv(const std::string& agreement, const std::vector<Posting>& postings,
                        const std::string& label) {
  std::string out =
      "number,at,cause,agreement,objective,from,to,account,creditor,debtor,debit,credit,currency,"
      "reverses,clause,text\r\n";
  for (const Posting& posting : postings) {
    if (!posting.to.empty())
      absl::StrAppend(&out, Row(agreement, posting, posting.to, true, label));
    if (!posting.from.empty())
      absl::StrAppend(&out, Row(agreement, posting, posting.from, false, label));
  }
  return out;
}

}  // namespace tally::tools
