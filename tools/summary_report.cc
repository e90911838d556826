#include "tools/summary_report.h"

#include "absl/strings/str_cat.h"
#include "tools/html_page.h"
#include "tools/one_sided.h"
#include "tools/pack_answer.h"
#include "tools/printable.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

constexpr char kNothing[] = "no deadline is open";

std::string KnownText(const Result& result) {
  return absl::StrCat(
      "known at size ", result.known.size, ", ", SecondWords(result.known.instant),
      result.known.reported.has_value()
          ? absl::StrCat("; evidence as reported by ", FormatInstant(*result.known.reported),
                         " (as claimed by its authors)")
          : "",
      result.reading == "agreed"
          ? ""
          : absl::StrCat("; reading: ", result.reading, ", which binds nobody"));
}

void TextOf(const WindowSheet& sheet, const LocalTimes& local, const TermsHash& terms,
            std::string& out) {
  const auto line = [&](absl::string_view name, absl::string_view text) {
    absl::StrAppend(&out, "  ", name, std::string(10 - name.size(), ' '), Printable(text), "\n");
  };
  absl::StrAppend(&out, "\n", Printable(sheet.objective), ", ", Printable(sheet.window), "\n");
  if (!sheet.unilateral.empty()) line("binds", sheet.unilateral);
  line("figure", sheet.figure);
  line("credit", sheet.money);
  line("owed by", sheet.obligor);
  line("status", sheet.status);
  if (!sheet.wording.empty() || !sheet.clause.empty()) {
    line("clause",
         absl::StrCat(sheet.clause, sheet.clause.empty() || sheet.wording.empty() ? "" : ": ",
                      sheet.wording));
  }
  if (!sheet.measure.empty()) line("measure", sheet.measure);
  for (size_t i = 0; i < sheet.why.size(); ++i) line(i == 0 ? "why" : "", sheet.why[i]);
  for (size_t i = 0; i < sheet.stands.size(); ++i) line(i == 0 ? "stands" : "", sheet.stands[i]);
  if (sheet.next.empty()) line("next", kNothing);
  for (size_t i = 0; i < sheet.next.size(); ++i) {
    const WindowSheet::Step& step = sheet.next[i];
    line(i == 0 ? "next" : "",
         absl::StrCat("before ", BothWords(step.due, local.Find(terms, step.zone), step.zone), ": ",
                      step.what, step.otherwise.empty() ? "" : "; else ", step.otherwise));
  }
}

std::string List(const std::vector<std::string>& items) {
  std::string html = "<ul>\n";
  for (const std::string& item : items) {
    absl::StrAppend(&html, "<li>", EscapeHtml(item), "</li>\n");
  }
  return absl::StrCat(html, "</ul>\n");
}

std::string NextSteps(const WindowSheet& sheet, const LocalTimes& local, const TermsHash& terms) {
  if (sheet.next.empty()) return absl::StrCat("<p>Nothing: ", kNothing, ".</p>\n");
  std::string html = "<table><tr><th>Before</th><th>What</th><th>Otherwise</th></tr>\n";
  for (const WindowSheet::Step& step : sheet.next) {
    absl::StrAppend(&html, "<tr>", HtmlTimeCell(step.due, local.Find(terms, step.zone)),
                    HtmlCell(step.what), HtmlCell(step.otherwise), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string SheetHtml(const Result& result, const WindowSheet& sheet, const TermsHash& terms,
                      const HtmlReportOptions& options) {
  std::string html = absl::StrCat("<article class=\"sheet\">\n<h1>", EscapeHtml(sheet.objective),
                                  "</h1>\n<p class=\"soft\">", EscapeHtml(result.agreement), ", ",
                                  EscapeHtml(sheet.window), ". Ledger ", EscapeHtml(options.origin),
                                  ", ", EscapeHtml(KnownText(result)), ".</p>\n");
  if (!sheet.unilateral.empty()) {
    absl::StrAppend(&html, "<p class=\"breached\">", EscapeHtml(sheet.unilateral), "</p>\n");
  }
  absl::StrAppend(&html, "<p class=\"figure ", sheet.verdict == "met" ? "met" : "",
                  sheet.verdict == "breached" ? "breached" : "", "\">", EscapeHtml(sheet.figure),
                  "</p>\n<p class=\"money\">Credit: ", EscapeHtml(sheet.money), "</p>\n<p>Owed by ",
                  EscapeHtml(sheet.obligor), ". Status: ", EscapeHtml(sheet.status), ".</p>\n");
  if (!sheet.wording.empty() || !sheet.clause.empty()) {
    absl::StrAppend(&html, "<blockquote>", EscapeHtml(sheet.wording), " <span class=\"soft\">",
                    sheet.clause.empty() ? "" : "Clause ", EscapeHtml(sheet.clause),
                    "</span></blockquote>\n");
  }
  if (!sheet.measure.empty()) {
    absl::StrAppend(&html, "<p class=\"soft\">Measured as ", EscapeHtml(sheet.measure), "</p>\n");
  }
  absl::StrAppend(&html, "<h2>Why</h2>\n", List(sheet.why));
  if (!sheet.stands.empty()) absl::StrAppend(&html, "<h2>What stands</h2>\n", List(sheet.stands));
  absl::StrAppend(&html, "<h2>What can be done, until when</h2>\n",
                  NextSteps(sheet, options.local, terms));
  return absl::StrCat(html, "<p class=\"soft\">Result <span class=\"hash\">", result.digest.ToHex(),
                      "</span>. The same question of the same ledger gives the same digest: <span "
                      "class=\"hash\">tally replay ",
                      EscapeHtml(options.question), " --json</span>.</p>\n</article>\n");
}

}  // namespace

std::string SummaryText(const Result& result, const HtmlReportOptions& options) {
  std::string out =
      absl::StrCat(DoubtWords(result.findings), "Agreement ", Printable(result.agreement), ", ",
                   Printable(KnownText(result)), "\n");
  const std::string one_sided = OneSidedWords(result.findings);
  if (!one_sided.empty()) absl::StrAppend(&out, Printable(one_sided), "\n");
  for (const WindowResult& window : result.windows) {
    TextOf(SheetOf(result, window, options.acts, options.local), options.local, window.terms, out);
  }
  if (result.windows.empty()) absl::StrAppend(&out, "\nNo window in this period.\n");
  absl::StrAppend(&out, "\nresult ", result.digest.ToHex(), "\n");
  return out;
}

std::string SummaryHtml(const Result& result, const HtmlReportOptions& options) {
  std::string body = absl::StrCat(DoubtHtml(result.findings), HtmlParties(result, options));
  for (const WindowResult& window : result.windows) {
    absl::StrAppend(&body, SheetHtml(result, SheetOf(result, window, options.acts, options.local),
                                     window.terms, options));
  }
  if (result.windows.empty()) absl::StrAppend(&body, "<p>No window in this period.</p>\n");
  return HtmlPage(absl::StrCat(result.agreement, ": summary"), body);
}

}  // namespace tally::tools
