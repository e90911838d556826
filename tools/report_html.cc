#include "tools/report_html.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/canonical.h"
#include "tools/one_sided.h"
#include "tools/pack_answer.h"
#include "tools/window_stands.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

std::string CreditInBrief(const WindowResult& window) {
  if (std::string points = EarnedPointsWords(window); !points.empty()) return points;
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

// "nimbus (provider)": the name with the roles that the terms of the result give it.
std::string WithRoles(const Result& result, const HtmlReportOptions& options,
                      const std::string& name) {
  std::string roles;
  for (const TermsParty& each : options.local.PartiesOf(result.terms)) {
    if (each.name == name) absl::StrAppend(&roles, roles.empty() ? "" : ", ", each.role);
  }
  return roles.empty() ? name : absl::StrCat(name, " (", roles, ")");
}

}  // namespace

std::string HtmlParties(const Result& result, const HtmlReportOptions& options) {
  const std::vector<TermsParty> parties = options.local.PartiesOf(result.terms);
  if (parties.empty()) return "";
  return absl::StrCat("<p>Parties: ",
                      EscapeHtml(absl::StrJoin(parties, ", ",
                                               [](std::string* out, const TermsParty& each) {
                                                 absl::StrAppend(out, each.name, " (", each.role,
                                                                 ")");
                                               })),
                      ".</p>\n");
}

namespace {

// The cells that tell of one act: who, its address, and why in its author's words.
std::string ActCells(const Result& result, const HtmlReportOptions& options,
                     const std::optional<ledger::EventAddress>& at, const std::string& otherwise) {
  if (!at.has_value()) return absl::StrCat(HtmlCell(otherwise), HtmlCell(""), HtmlCell(""));
  const auto found = options.acts.find(*at);
  const ToldAct act = found == options.acts.end() ? ToldAct{} : found->second;
  return absl::StrCat(HtmlCell(act.by.empty() ? "" : WithRoles(result, options, act.by)),
                      HtmlCell(at->ToText()), HtmlCell(act.reason));
}

std::string Heading(const Result& result, const HtmlReportOptions& options) {
  std::string html =
      absl::StrCat("<h1>Service level report: ", EscapeHtml(result.agreement), "</h1>\n");
  absl::StrAppend(&html, "<p class=\"soft\">Ledger ", EscapeHtml(options.origin),
                  ", known at size ", result.known.size, ", ", SecondWords(result.known.instant));
  if (result.known.reported.has_value()) {
    absl::StrAppend(&html, "; evidence as reported by ", FormatInstant(*result.known.reported),
                    " (as claimed by its authors)");
  }
  absl::StrAppend(&html, "; reading: ", EscapeHtml(result.reading), "</p>\n");
  return absl::StrCat(html, HtmlParties(result, options));
}

std::string Summary(const Result& result, const HtmlReportOptions& options) {
  std::string html =
      "<table><tr><th>Objective</th><th>Window</th><th>Status</th><th>Verdict</th>"
      "<th class=\"number\">Value</th><th class=\"number\">Credit</th></tr>\n";
  for (const WindowResult& window : result.windows) {
    std::string verdict(replay::VerdictName(window.verdict));
    absl::StrAppend(
        &html, "<tr>", HtmlCell(window.objective),
        HtmlWindowCell(window.window, options.local.Find(window.terms, window.zone), window.zone),
        HtmlCell(replay::StatusName(window.status)), "<td class=\"", verdict, "\">", verdict,
        "</td>", HtmlWholeNumber(ValueWords(window)), HtmlWholeNumber(CreditInBrief(window)),
        "</tr>\n");
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
  auto amount = [&](int64_t count) { return LengthWords(count, window.time_unit); };
  if (window.value.has_value())
    absl::StrAppend(&html, HtmlRow("Exact value", replay::FractionText(*window.value)));
  const bool items = window.time_unit == "items";
  absl::StrAppend(&html,
                  HtmlRow(items ? "Population" : "Length of the window", amount(window.period)),
                  HtmlRow(items ? "Against the value" : "Counted as down", amount(window.counted)));
  if (window.excluded != 0) absl::StrAppend(&html, HtmlRow("Excluded", amount(window.excluded)));
  if (window.unknown != 0) absl::StrAppend(&html, HtmlRow("Unknown", amount(window.unknown)));
  if (window.degraded != 0) absl::StrAppend(&html, HtmlRow("Degraded", amount(window.degraded)));
  if (window.remaining != 0)
    absl::StrAppend(&html, HtmlRow("Still to come", amount(window.remaining)));
  if (window.credit.has_value() && window.credit->tier_index > 0) {
    absl::StrAppend(
        &html, HtmlRow("Tier", absl::StrCat(window.credit->tier_index, ": ",
                                            FormatDecimal(window.credit->tier_percent), " %")));
  }
  if (window.closed.has_value()) {
    absl::StrAppend(
        &html,
        HtmlRow("Closed as", absl::StrCat(window.closed->verdict,
                                          window.closed->value.empty()
                                              ? ""
                                              : absl::StrCat(", exactly ", window.closed->value),
                                          ", by the act at ", window.closed->closing.ToText(),
                                          window.closed->differs ? "; computed now differs" : "")));
  }
  for (const replay::EvidenceRange& evidence : window.evidence) {
    absl::StrAppend(&html, HtmlRow("Evidence", absl::StrCat("feed ", evidence.feed, ", events ",
                                                            evidence.first.ToText(), " to ",
                                                            evidence.last.ToText())));
  }
  absl::StrAppend(&html, HtmlRow("Events that moved the figure (tally show tells each)",
                                 Addresses(Distinct(window.causes), 24)));
  return absl::StrCat(html, "</table>\n");
}

// What the contract says, in its own words, beside how the objective is measured.
std::string ClauseOf(const WindowResult& window) {
  std::string html;
  if (!window.wording.empty() || !window.clause.empty()) {
    absl::StrAppend(&html, "<blockquote>", EscapeHtml(window.wording), " <span class=\"soft\">",
                    window.clause.empty() ? "" : "Clause ", EscapeHtml(window.clause),
                    "</span></blockquote>\n");
  }
  const std::string measure = MeasureWords(window);
  if (measure.empty()) return html;
  return absl::StrCat(html, "<p class=\"soft\">Measured as ", EscapeHtml(measure), "</p>\n");
}

std::string Derivation(const WindowResult& window) {
  if (window.derivation.empty()) return "";
  std::string html =
      "<h3>Derivation</h3>\n<table><tr><th>Step</th><th>How</th>"
      "<th class=\"number\">Result</th><th>Clause</th></tr>\n";
  for (const replay::DerivationLine& line : window.derivation) {
    absl::StrAppend(&html, "<tr>", HtmlCell(line.step), HtmlCell(line.formula),
                    HtmlNumber(ResultWords(line.result)), HtmlCell(line.clause), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

// Counted measures have no states, and so nothing to draw.
std::string PictureOf(const WindowResult& window, const HtmlReportOptions& options) {
  if (window.segments.empty()) return "";
  const replay::Zone* zone = options.local.Find(window.terms, window.zone);
  std::vector<PictureMark> marks;
  for (const PictureMark& mark : options.marks) {
    if (!Intersection(mark.interval, window.window).empty()) marks.push_back(mark);
  }
  return absl::StrCat(
      WindowPicture(window, zone, marks), kKey,
      marks.empty() ? ""
                    : "<p class=\"key soft\"><span><i class=\"mark\"></i>contested</span></p>\n",
      "<p class=\"soft\">One row for each day, hours as clocks show them in ",
      EscapeHtml(zone != nullptr ? window.zone : "UTC"),
      "; an hour that clocks show twice is drawn in two halves. Outages shorter than four minutes "
      "are drawn four minutes wide.</p>\n");
}

std::string WindowSection(const WindowResult& window, const HtmlReportOptions& options) {
  const replay::Zone* zone = options.local.Find(window.terms, window.zone);
  std::string verdict(replay::VerdictName(window.verdict));
  return absl::StrCat(
      "<section><h2>", EscapeHtml(window.objective), ", ",
      EscapeHtml(PeriodWords(window.window, zone)), " (",
      EscapeHtml(zone != nullptr ? window.zone : "UTC"), ")</h2>\n<p class=\"soft\">",
      FormatInstant(window.window.first), " to ", FormatInstant(window.window.limit),
      "</p>\n<p><span class=\"figure\">", ValueWords(window), "</span> <span class=\"", verdict,
      "\">", verdict, "</span>, ", std::string(replay::StatusName(window.status)),
      ". Credit: ", EscapeHtml(CreditInBrief(window)),
      ". Owed by: ", EscapeHtml(options.local.NameInRole(window.terms, window.obligor)), ".</p>\n",
      ClauseOf(window), PictureOf(window, options), WindowFacts(window), Derivation(window),
      "</section>\n");
}

const replay::Zone* ZoneOf(const Result& result, const HtmlReportOptions& options) {
  return result.windows.empty() ? nullptr
                                : options.local.Find(result.terms, result.windows.front().zone);
}

// The life of each claim, oldest step first; the clock's own steps name their clause.
std::string Timeline(const Result& result, const replay::ClaimResult& claim,
                     const HtmlReportOptions& options) {
  std::string html =
      absl::StrCat("<h2>What became of claim ", claim.at.ToText(), "</h2>\n<p class=\"soft\">Id ",
                   EscapeHtml(claim.id),
                   "</p>\n<table><tr><th>When</th><th>State</th><th>By</th><th>Act</th>"
                   "<th>Reason given</th></tr>\n");
  for (const replay::ClaimResult::Step& step : claim.steps) {
    const std::string clock =
        step.clause.empty() ? "the closing" : absl::StrCat("the clock, ", step.clause);
    absl::StrAppend(&html, "<tr>", HtmlTimeCell(step.at, ZoneOf(result, options)),
                    HtmlCell(step.state), ActCells(result, options, step.cause, clock), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Books(const Result& result, const HtmlReportOptions& options) {
  if (result.postings.empty()) return "";
  std::string html =
      "<h2>Postings</h2>\n<table><tr><th class=\"number\">No</th><th>When</th><th>From</th>"
      "<th>To</th><th class=\"number\">Amount</th><th>Owed to</th><th>Why</th><th>Act</th></tr>\n";
  for (const replay::Posting& posting : result.postings) {
    const std::string why =
        posting.reverses == 0 ? posting.text
                              : absl::StrCat(posting.text, " (takes back ", posting.reverses, ")");
    absl::StrAppend(&html, "<tr>", HtmlNumber(absl::StrCat(posting.number)),
                    HtmlTimeCell(posting.at, ZoneOf(result, options)), HtmlCell(posting.from),
                    HtmlCell(posting.to), HtmlWholeNumber(FormatMoney(posting.amount)),
                    HtmlCell(posting.creditor), HtmlCell(why),
                    HtmlCell(posting.cause.has_value() ? posting.cause->ToText() : ""), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Claims(const Result& result, const HtmlReportOptions& options) {
  if (result.claims.empty()) return "";
  std::string html =
      "<h2>Claims</h2>\n<table><tr><th>Claim</th><th>Filed by</th><th>Filed</th><th>State</th>"
      "<th class=\"number\">Computed</th><th class=\"number\">Decided</th></tr>\n";
  for (const replay::ClaimResult& claim : result.claims) {
    const auto found = options.acts.find(claim.at);
    const bool known = found != options.acts.end();
    absl::StrAppend(
        &html, "<tr>", HtmlCell(claim.at.ToText()),
        HtmlCell(known ? WithRoles(result, options, found->second.by) : ""),
        known ? HtmlTimeCell(found->second.recorded, ZoneOf(result, options)) : HtmlCell(""),
        HtmlCell(claim.state),
        HtmlWholeNumber(claim.due.has_value() ? FormatMoney(*claim.due) : ""),
        HtmlWholeNumber(claim.decided.has_value() ? FormatMoney(*claim.decided) : ""), "</tr>\n");
  }
  absl::StrAppend(&html, "</table>\n");
  for (const replay::ClaimResult& claim : result.claims) {
    if (!claim.steps.empty()) absl::StrAppend(&html, Timeline(result, claim, options));
  }
  return html;
}

std::string Deadlines(const Result& result, const HtmlReportOptions& options) {
  if (result.deadlines.empty()) return "";
  std::string html =
      "<h2>Deadlines</h2>\n<table><tr><th>What</th><th>Whose</th><th>Due before</th>"
      "<th>State</th><th>Otherwise</th></tr>\n";
  for (const replay::Deadline& deadline : result.deadlines) {
    absl::StrAppend(&html, "<tr>", HtmlCell(deadline.what), HtmlCell(deadline.party),
                    HtmlTimeCell(deadline.due, options.local.Find(result.terms, deadline.zone)),
                    HtmlCell(deadline.state), HtmlCell(deadline.consequence), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

// Each account once, below the balances, with what a positive amount in it says.
std::string Balances(const Result& result) {
  if (result.balances.empty()) return "";
  std::string html =
      "<h2>Balances</h2>\n<table><tr><th>Account</th><th>Party</th>"
      "<th class=\"number\">Amount</th></tr>\n";
  std::string legend, before;
  for (const replay::Balance& balance : result.balances) {
    absl::StrAppend(&html, "<tr>", HtmlCell(balance.account), HtmlCell(balance.party),
                    HtmlWholeNumber(FormatMoney(balance.amount)), "</tr>\n");
    const std::string meaning = AccountWords(balance.account);
    if (balance.account != before && !meaning.empty()) {
      absl::StrAppend(&legend, "<li>", EscapeHtml(balance.account), ": what the party ",
                      EscapeHtml(meaning), "; of the other side, negative</li>\n");
    }
    before = balance.account;
  }
  absl::StrAppend(&html, "</table>\n");
  return legend.empty() ? html : absl::StrCat(html, "<ul class=\"soft\">\n", legend, "</ul>\n");
}

std::string Disputes(const Result& result, const HtmlReportOptions& options) {
  return absl::StrCat(Claims(result, options), Deadlines(result, options), Balances(result),
                      Books(result, options));
}

std::string Findings(const Result& result) {
  if (result.findings.empty()) return "";
  std::string html =
      "<h2>Findings</h2>\n<table><tr><th>Severity</th><th>What</th><th>Where</th></tr>\n";
  for (const replay::Finding& finding : ToldFindings(result.findings)) {
    absl::StrAppend(&html, "<tr>", HtmlCell(finding.severity), HtmlCell(finding.message),
                    HtmlCell(finding.at.has_value() ? finding.at->ToText() : finding.objective),
                    "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Origins(const TermsOrigins& origins) {
  std::string html = absl::StrCat("<h2>Where the terms of ", EscapeHtml(origins.objective),
                                  " come from</h2>\n<table><tr><th>Version</th><th>Terms</th>"
                                  "<th>Why</th></tr>\n");
  for (const OriginVersion& version : origins.versions) {
    absl::StrAppend(&html, "<tr>", HtmlCell(OriginText(version)), HtmlCell(version.terms.ToHex()),
                    HtmlCell(version.reason), "</tr>\n");
  }
  const bool levels = std::any_of(origins.fields.begin(), origins.fields.end(),
                                  [](const FieldOrigin& each) { return each.stated.has_value(); });
  absl::StrAppend(&html, "</table>\n<table><tr><th>Field</th><th>Says</th>",
                  levels ? "<th>Stated by</th>" : "", "<th>Since</th></tr>\n");
  for (const FieldOrigin& each : origins.fields) {
    absl::StrAppend(&html, "<tr>", HtmlCell(each.field), HtmlCell(each.value),
                    levels ? HtmlCell(StatedText(each)) : "",
                    HtmlCell(OriginText(origins.versions[each.since])), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Footing(const Result& result, const HtmlReportOptions& options) {
  return absl::StrCat(
      "<h2>What this rests on</h2>\n<table>\n", HtmlRow("Terms hash", result.terms.ToHex()),
      HtmlRow("Digest of the result", result.digest.ToHex()),
      HtmlRow("Digest of the figures", result.figures.ToHex()),
      HtmlRow("Ledger id", options.ledger_id), HtmlRow("Engine", result.engine),
      HtmlRow("Program", options.version),
      "</table>\n<p class=\"soft\">The same ledger, axes and engine give the same digests on any "
      "machine: run "
      "<span class=\"hash\">tally replay ",
      EscapeHtml(options.question),
      " --json</span> and compare. Whether the ledger itself is unaltered is what <span "
      "class=\"hash\">tally "
      "verify</span> says, against a head or key that you hold.</p>\n");
}

}  // namespace

std::string HtmlTimeCell(Instant at, const replay::Zone* zone) {
  const std::string utc = SecondWords(at);
  if (zone == nullptr) return absl::StrCat("<td class=\"time\">", utc, "</td>");
  return absl::StrCat("<td class=\"time\">", LocalWords(at, zone), "<br><span class=\"soft\">", utc,
                      "</span></td>");
}

std::string HtmlWindowCell(const Interval& window, const replay::Zone* zone,
                           const std::string& name) {
  return absl::StrCat("<td>", PeriodWords(window, zone), " (",
                      EscapeHtml(zone != nullptr ? name : "UTC"), ")<br><span class=\"soft\">",
                      FormatInstant(window.first), " to ", FormatInstant(window.limit),
                      "</span></td>");
}

std::string HtmlReportBody(const Result& result, const HtmlReportOptions& options) {
  const std::string unilateral = OneSidedWords(result.findings);
  std::string html = DoubtHtml(result.findings);
  if (!unilateral.empty()) {
    absl::StrAppend(&html, "<p class=\"breached\">", EscapeHtml(unilateral), "</p>\n");
  }
  absl::StrAppend(&html, Summary(result, options));
  for (const WindowResult& window : result.windows) {
    absl::StrAppend(&html, WindowSection(window, options));
  }
  absl::StrAppend(&html, Disputes(result, options));
  for (const TermsOrigins& origins : options.origins) absl::StrAppend(&html, Origins(origins));
  return absl::StrCat(html, Findings(result), Footing(result, options));
}

std::string HtmlReport(const Result& result, const HtmlReportOptions& options) {
  return HtmlPage(absl::StrCat(result.agreement, ": service level report"),
                  absl::StrCat(Heading(result, options), HtmlReportBody(result, options)));
}

}  // namespace tally::tools
