#include "tools/report_html.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

constexpr char kStyle[] = R"css(
:root{color-scheme:light;--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--bad:#a3192b;
--good:#1d6b3a}
*{box-sizing:border-box}
body{font:15px/1.5 "DejaVu Sans",system-ui,sans-serif;color:var(--ink);max-width:60rem;
margin:2rem auto;padding:0 1rem;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:0 0 .2rem}
h2{font-size:1.2rem;margin:2.2rem 0 .4rem;border-bottom:2px solid var(--ink)}
h3{font-size:1rem;margin:1.4rem 0 .3rem}p{margin:.4rem 0}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);
vertical-align:top}
th{font-weight:600;color:var(--soft);font-size:.85rem}
th,td{overflow-wrap:break-word}.long{overflow-wrap:anywhere}.whole{white-space:nowrap}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.soft{color:var(--soft)}.hash{font:12px/1.4 "DejaVu Sans Mono",monospace;word-break:break-all}
.met{color:var(--good);font-weight:600}.breached{color:var(--bad);font-weight:600}
.figure{font-size:1.5rem;font-weight:600}
.picture{width:100%;height:auto;border:1px solid var(--line);background:#fff}
.picture text{font:9px "DejaVu Sans",sans-serif;fill:#5b6570}
.picture .day{text-anchor:end}.picture .hour{text-anchor:middle}
.up{fill:#cfe8d5}.down{fill:#a3192b}.degraded{fill:#e0a030}.excluded{fill:url(#hatch-excluded)}
.unknown{fill:url(#hatch-unknown)}.remaining{fill:#f1f3f5}
.key span{display:inline-block;margin-right:1.1rem}
.key i{display:inline-block;width:1.1em;height:.8em;margin-right:.35em;
border:1px solid var(--soft)}
i.up{background:#cfe8d5}i.down{background:#a3192b}i.degraded{background:#e0a030}
i.excluded{background:repeating-linear-gradient(45deg,#4a76b8 0 3px,#dfe8f5 3px 5px)}
i.unknown{background:repeating-linear-gradient(135deg,#8d8d8d 0 2px,#e6e6e6 2px 5px)}
i.remaining{background:#f1f3f5}
section{break-inside:avoid-page}
@media print{body{margin:0;max-width:none;font-size:11pt}h2{break-after:avoid}
.picture{max-height:16cm}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

constexpr size_t kUnbrokenBytesMax = 24;

// A column is as wide as its longest word, so that no word is broken; a digest or a hostile name is
// no word, and may break anywhere.
std::string CellText(absl::string_view text) {
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    std::string escaped = EscapeHtml(word);
    words.push_back(word.size() <= kUnbrokenBytesMax
                        ? std::move(escaped)
                        : absl::StrCat("<span class=\"long\">", escaped, "</span>"));
  }
  return absl::StrJoin(words, " ");
}

std::string Cell(absl::string_view text) { return absl::StrCat("<td>", CellText(text), "</td>"); }
std::string Number(absl::string_view text) {
  return absl::StrCat("<td class=\"number\">", CellText(text), "</td>");
}
// A number and its unit on one line.
std::string WholeNumber(absl::string_view text) {
  return absl::StrCat("<td class=\"number whole\">", EscapeHtml(text), "</td>");
}
std::string Row(absl::string_view name, absl::string_view value) {
  return absl::StrCat("<tr><th>", EscapeHtml(name), "</th>", Cell(value), "</tr>\n");
}

std::string FractionText(const Fraction& value) {
  return absl::StrCat(FormatWide(value.numerator()), "/", FormatWide(value.denominator()));
}

std::string ValueText(const WindowResult& window) {
  if (!window.value.has_value()) return "no value";
  const std::string shown = replay::DisplayValue(*window.value, window.unit);
  return absl::StrCat(
      shown, " ",
      window.unit == ValueUnit::kRatio ? "%" : std::string(replay::UnitName(window.unit)));
}

std::string CreditText(const WindowResult& window) {
  if (!window.credit.has_value() || window.credit->amount.minor == 0) return "none";
  return absl::StrCat(FormatMoney(window.credit->amount),
                      window.credit->posted ? "" : " (projected)");
}

std::string Addresses(const std::vector<ledger::EventAddress>& addresses, size_t most) {
  std::string text = absl::StrJoin(
      addresses.begin(),
      addresses.begin() + static_cast<ptrdiff_t>(std::min(most, addresses.size())), ", ",
      [](std::string* out, const ledger::EventAddress& at) { absl::StrAppend(out, at.ToText()); });
  if (addresses.size() > most) absl::StrAppend(&text, " and ", addresses.size() - most, " more");
  return text;
}

std::string Heading(const Result& result, const HtmlReportOptions& options) {
  std::string html =
      absl::StrCat("<h1>Service level report: ", EscapeHtml(result.agreement), "</h1>\n");
  absl::StrAppend(&html, "<p class=\"soft\">Ledger ", EscapeHtml(options.origin),
                  ", known at size ", result.known.size, ", ", FormatInstant(result.known.instant));
  if (result.known.reported.has_value()) {
    absl::StrAppend(&html, "; evidence as reported by ", FormatInstant(*result.known.reported),
                    " (as claimed by its authors)");
  }
  absl::StrAppend(&html, "; reading: ", EscapeHtml(result.reading), "</p>\n");
  return html;
}

std::string Summary(const Result& result) {
  std::string html =
      "<table><tr><th>Objective</th><th>Window</th><th>Status</th><th>Verdict</th>"
      "<th class=\"number\">Value</th><th class=\"number\">Credit</th></tr>\n";
  for (const WindowResult& window : result.windows) {
    std::string verdict(replay::VerdictName(window.verdict));
    absl::StrAppend(&html, "<tr>", Cell(window.objective),
                    Cell(absl::StrCat(FormatInstant(window.window.first), " to ",
                                      FormatInstant(window.window.limit), " (", window.zone, ")")),
                    Cell(replay::StatusName(window.status)), "<td class=\"", verdict, "\">",
                    verdict, "</td>", WholeNumber(ValueText(window)),
                    WholeNumber(CreditText(window)), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

constexpr char kKey[] =
    "<p class=\"key soft\"><span><i class=\"up\"></i>up</span><span><i "
    "class=\"down\"></i>down</span>"
    "<span><i class=\"degraded\"></i>degraded</span><span><i class=\"excluded\"></i>excluded</span>"
    "<span><i class=\"unknown\"></i>unknown</span><span><i class=\"remaining\"></i>still to "
    "come</span></p>\n";

std::string WindowFacts(const WindowResult& window) {
  std::string html = "<table>\n";
  auto amount = [&](int64_t count) { return absl::StrCat(count, " ", window.time_unit); };
  if (window.value.has_value())
    absl::StrAppend(&html, Row("Exact value", FractionText(*window.value)));
  const bool items = window.time_unit == "items";
  absl::StrAppend(&html, Row(items ? "Population" : "Length of the window", amount(window.period)),
                  Row(items ? "Against the value" : "Counted as down", amount(window.counted)));
  if (window.excluded != 0) absl::StrAppend(&html, Row("Excluded", amount(window.excluded)));
  if (window.unknown != 0) absl::StrAppend(&html, Row("Unknown", amount(window.unknown)));
  if (window.degraded != 0) absl::StrAppend(&html, Row("Degraded", amount(window.degraded)));
  if (window.remaining != 0) absl::StrAppend(&html, Row("Still to come", amount(window.remaining)));
  if (window.credit.has_value() && window.credit->tier_index > 0) {
    absl::StrAppend(&html,
                    Row("Tier", absl::StrCat(window.credit->tier_index, ": ",
                                             FormatDecimal(window.credit->tier_percent), " %")));
  }
  if (window.closed.has_value()) {
    absl::StrAppend(
        &html,
        Row("Closed at", absl::StrCat(window.closed->closing.ToText(), ": ", window.closed->verdict,
                                      ", ", window.closed->value,
                                      window.closed->differs ? "; computed now differs" : "")));
  }
  for (const replay::EvidenceRange& evidence : window.evidence) {
    absl::StrAppend(&html, Row("Evidence", absl::StrCat("feed ", evidence.feed, ", events ",
                                                        evidence.first.ToText(), " to ",
                                                        evidence.last.ToText())));
  }
  absl::StrAppend(&html, Row("Events that moved the figure", Addresses(window.causes, 24)));
  return absl::StrCat(html, "</table>\n");
}

std::string Derivation(const WindowResult& window) {
  if (window.derivation.empty()) return "";
  std::string html =
      "<h3>Derivation</h3>\n<table><tr><th>Step</th><th>How</th>"
      "<th class=\"number\">Result</th><th>Clause</th></tr>\n";
  for (const replay::DerivationLine& line : window.derivation) {
    absl::StrAppend(&html, "<tr>", Cell(line.step), Cell(line.formula), Number(line.result),
                    Cell(line.clause), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

// Counted measures have no states, and so nothing to draw.
std::string PictureOf(const WindowResult& window) {
  if (window.segments.empty()) return "";
  return absl::StrCat(WindowPicture(window), kKey,
                      "<p class=\"soft\">One row for each 24 hours from the window's beginning in ",
                      EscapeHtml(window.zone),
                      "; outages shorter than four minutes are drawn four minutes wide.</p>\n");
}

std::string WindowSection(const WindowResult& window) {
  std::string verdict(replay::VerdictName(window.verdict));
  return absl::StrCat(
      "<section><h2>", EscapeHtml(window.objective), ", ", FormatInstant(window.window.first),
      " to ", FormatInstant(window.window.limit), "</h2>\n<p><span class=\"figure\">",
      ValueText(window), "</span> <span class=\"", verdict, "\">", verdict, "</span>, ",
      std::string(replay::StatusName(window.status)), ". Credit: ", EscapeHtml(CreditText(window)),
      ". Owed by: ", EscapeHtml(window.obligor), ".</p>\n", PictureOf(window), WindowFacts(window),
      Derivation(window), "</section>\n");
}

// The life of each claim, oldest step first; the clock's own steps name their clause.
std::string Timeline(const replay::ClaimResult& claim) {
  std::string html =
      absl::StrCat("<h2>What became of claim ", EscapeHtml(claim.id),
                   "</h2>\n<table><tr><th>When</th><th>State</th><th>By</th></tr>\n");
  for (const replay::ClaimResult::Step& step : claim.steps) {
    const std::string by = step.cause.has_value() ? absl::StrCat("act ", step.cause->ToText())
                           : step.clause.empty()  ? "the closing"
                                                  : absl::StrCat("the clock, ", step.clause);
    absl::StrAppend(&html, "<tr>", Cell(FormatInstant(step.at)), Cell(step.state), Cell(by),
                    "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Books(const Result& result) {
  if (result.postings.empty()) return "";
  std::string html =
      "<h2>Postings</h2>\n<table><tr><th class=\"number\">No</th><th>When</th><th>From</th>"
      "<th>To</th><th class=\"number\">Amount</th><th>Owed to</th><th>Why</th><th>Act</th></tr>\n";
  for (const replay::Posting& posting : result.postings) {
    const std::string why =
        posting.reverses == 0 ? posting.text
                              : absl::StrCat(posting.text, " (takes back ", posting.reverses, ")");
    absl::StrAppend(&html, "<tr>", Number(absl::StrCat(posting.number)),
                    Cell(FormatInstant(posting.at)), Cell(posting.from), Cell(posting.to),
                    Number(FormatMoney(posting.amount)), Cell(posting.creditor), Cell(why),
                    Cell(posting.cause.has_value() ? posting.cause->ToText() : ""), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Disputes(const Result& result) {
  std::string html;
  if (!result.claims.empty()) {
    absl::StrAppend(&html,
                    "<h2>Claims</h2>\n<table><tr><th>Claim</th><th>Filed at</th><th>State</th>"
                    "<th class=\"number\">Computed amount</th></tr>\n");
    for (const replay::ClaimResult& claim : result.claims) {
      absl::StrAppend(&html, "<tr>", Cell(claim.id), Cell(claim.at.ToText()), Cell(claim.state),
                      Number(claim.due.has_value() ? FormatMoney(*claim.due) : ""), "</tr>\n");
    }
    absl::StrAppend(&html, "</table>\n");
    for (const replay::ClaimResult& claim : result.claims) {
      if (!claim.steps.empty()) absl::StrAppend(&html, Timeline(claim));
    }
  }
  if (!result.deadlines.empty()) {
    absl::StrAppend(&html,
                    "<h2>Deadlines</h2>\n<table><tr><th>What</th><th>Whose</th><th>Due before</th>"
                    "<th>State</th><th>Otherwise</th></tr>\n");
    for (const replay::Deadline& deadline : result.deadlines) {
      absl::StrAppend(&html, "<tr>", Cell(deadline.what), Cell(deadline.party),
                      Cell(FormatInstant(deadline.due)), Cell(deadline.state),
                      Cell(deadline.consequence), "</tr>\n");
    }
    absl::StrAppend(&html, "</table>\n");
  }
  if (!result.balances.empty()) {
    absl::StrAppend(&html,
                    "<h2>Balances</h2>\n<table><tr><th>Account</th><th>Party</th>"
                    "<th class=\"number\">Amount</th></tr>\n");
    for (const replay::Balance& balance : result.balances) {
      absl::StrAppend(&html, "<tr>", Cell(balance.account), Cell(balance.party),
                      Number(FormatMoney(balance.amount)), "</tr>\n");
    }
    absl::StrAppend(&html, "</table>\n");
  }
  return absl::StrCat(html, Books(result));
}

std::string Findings(const Result& result) {
  if (result.findings.empty()) return "";
  std::string html =
      "<h2>Findings</h2>\n<table><tr><th>Severity</th><th>What</th><th>Where</th></tr>\n";
  for (const replay::Finding& finding : result.findings) {
    absl::StrAppend(&html, "<tr>", Cell(finding.severity), Cell(finding.message),
                    Cell(finding.at.has_value() ? finding.at->ToText() : finding.objective),
                    "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Footing(const Result& result, const HtmlReportOptions& options) {
  return absl::StrCat(
      "<h2>What this rests on</h2>\n<table>\n", Row("Terms hash", result.terms.ToHex()),
      Row("Digest of the result", result.digest.ToHex()),
      Row("Digest of the figures", result.figures.ToHex()), Row("Ledger id", options.ledger_id),
      Row("Engine", result.engine), Row("Program", options.version),
      "</table>\n<p class=\"soft\">The same ledger, axes and engine give the same digests on any "
      "machine: run "
      "<span class=\"hash\">tally replay ",
      EscapeHtml(result.agreement), " --at-size ", result.known.size,
      " --json</span> and compare. Whether the ledger itself is unaltered is what <span "
      "class=\"hash\">tally "
      "verify</span> says, against a head or key that you hold.</p>\n");
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    // U+202A to U+202E and U+2066 to U+2069 turn the reading direction around: E2 80 AA..AE, E2 81
    // A6..A9.
    const bool bidi = c == 0xE2 && i + 2 < text.size() &&
                      ((text[i + 1] == '\x80' && text[i + 2] >= '\xAA' && text[i + 2] <= '\xAE') ||
                       (text[i + 1] == '\x81' && text[i + 2] >= '\xA6' && text[i + 2] <= '\xA9'));
    if (bidi || (c < 0x20 && c != '\n') || c == 0x7F) {
      absl::StrAppend(&escaped, "\xEF\xBF\xBD");
      if (bidi) i += 2;
      continue;
    }
    switch (c) {
      case '&':
        absl::StrAppend(&escaped, "&amp;");
        break;
      case '<':
        absl::StrAppend(&escaped, "&lt;");
        break;
      case '>':
        absl::StrAppend(&escaped, "&gt;");
        break;
      case '"':
        absl::StrAppend(&escaped, "&quot;");
        break;
      case '\'':
        absl::StrAppend(&escaped, "&#39;");
        break;
      default:
        escaped.push_back(static_cast<char>(c));
    }
  }
  return escaped;
}

std::string HtmlReport(const Result& result, const HtmlReportOptions& options) {
  std::string html = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
      EscapeHtml(result.agreement), ": service level report</title>\n<style>", kStyle,
      "</style>\n</head>\n<body>\n");
  absl::StrAppend(&html, Heading(result, options), Summary(result));
  for (const WindowResult& window : result.windows) absl::StrAppend(&html, WindowSection(window));
  absl::StrAppend(&html, Disputes(result), Findings(result), Footing(result, options),
                  "</body>\n</html>\n");
  return html;
}

}  // namespace tally::tools
