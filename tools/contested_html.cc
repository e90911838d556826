#include "tools/contested_html.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "tools/contested_report.h"
#include "tools/html_page.h"
#include "tools/pack_answer.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Contested;
using replay::ContestedPoint;
using replay::ContestedReading;
using replay::ContestedWindow;

// A point of many readings stands in several tables of so many columns: paper is narrow.
constexpr size_t kSidesAtATime = 3;

std::string Side(absl::string_view open, const ContestedReading& reading, absl::string_view content,
                 absl::string_view close) {
  return absl::StrCat("<", open, reading.stands ? " class=\"stands\"" : "", ">", content, "</",
                      close, ">");
}

std::string FigureCell(const ContestedWindow& window) {
  const std::string verdict(replay::VerdictName(window.verdict));
  const std::string value =
      window.value.has_value() ? ValueInWords(*window.value, window.unit) : "no value";
  return absl::StrCat("<span class=\"figure\">", EscapeHtml(value), "</span><br><span class=\"",
                      verdict, "\">", verdict, "</span>, credit ",
                      window.credit.has_value() ? EscapeHtml(FormatMoney(*window.credit)) : "none",
                      "<br><span class=\"soft\">exactly ",
                      EscapeHtml(replay::FractionText(window.value)), "</span>");
}

const ContestedWindow* Find(const ContestedReading& reading, const WindowName& name) {
  for (const ContestedWindow& window : reading.windows) {
    if (window.name == name) return &window;
  }
  return nullptr;
}

// The figure that stands: of a reading that says nothing else about the window.
ContestedWindow Standing(const Contested& contested, const WindowName& name) {
  ContestedWindow standing;
  standing.name = name;
  for (const replay::WindowResult& window : contested.standing.windows) {
    if (WindowName{window.objective, window.window} != name) continue;
    standing.verdict = window.verdict;
    standing.unit = window.unit;
    standing.value = window.value;
    if (window.credit.has_value()) standing.credit = window.credit->amount;
  }
  return standing;
}

// The zone of the windows that were asked for; all of one agreement are in one, as a rule.
std::string ZoneName(const Contested& contested) {
  const std::vector<replay::WindowResult>& windows = contested.standing.windows;
  return windows.empty() ? "" : windows.front().zone;
}
const replay::Zone* ZoneOf(const Contested& contested, const HtmlReportOptions& options) {
  return options.local.Find(contested.standing.terms, ZoneName(contested));
}

std::string Sides(const Contested& contested, const ContestedPoint& point, size_t first,
                  const HtmlReportOptions& options) {
  const size_t limit = std::min(first + kSidesAtATime, point.readings.size());
  std::set<WindowName> windows;
  for (const ContestedReading& reading : point.readings) {
    for (const ContestedWindow& window : reading.windows) windows.insert(window.name);
  }
  std::string html = "<table class=\"sides\"><tr><th></th>";
  for (size_t i = first; i < limit; ++i) {
    const ContestedReading& reading = point.readings[i];
    absl::StrAppend(&html, "<th class=\"reading", reading.stands ? " stands" : "", "\">",
                    EscapeHtml(reading.label),
                    reading.party.empty() ? "" : absl::StrCat("<br>", EscapeHtml(reading.party)),
                    reading.stands ? "<br><span class=\"soft\">as it stands</span>" : "", "</th>");
  }
  absl::StrAppend(&html, "</tr>\n");
  for (const WindowName& name : windows) {
    absl::StrAppend(&html, "<tr><th>", EscapeHtml(name.objective), "<br>",
                    PeriodWords(name.window, ZoneOf(contested, options)), "</th>");
    for (size_t i = first; i < limit; ++i) {
      const ContestedWindow* window = Find(point.readings[i], name);
      const std::string cell = FigureCell(window != nullptr ? *window : Standing(contested, name));
      absl::StrAppend(&html, Side("td", point.readings[i], cell, "td"));
    }
    absl::StrAppend(&html, "</tr>\n");
  }
  absl::StrAppend(&html, "<tr><th>Credits of all windows</th>");
  for (size_t i = first; i < limit; ++i) {
    const ContestedReading& reading = point.readings[i];
    const std::string cell =
        absl::StrCat("<span class=\"money\">", EscapeHtml(OwedText(reading.credits)), "</span>");
    absl::StrAppend(&html, Side("td", reading, cell, "td"));
  }
  return absl::StrCat(html, "</tr></table>\n");
}

// Who said what about it, in the order in which the point names them.
std::string Said(const Contested& contested, const ContestedPoint& point,
                 const HtmlReportOptions& options) {
  if (point.acts.empty()) return "";
  std::string html =
      "<table><tr><th>Act</th><th>What</th><th>By</th><th>When</th><th>Reason</th></tr>\n";
  for (const ledger::EventAddress& at : point.acts) {
    const auto found = options.acts.find(at);
    const ToldAct act = found == options.acts.end() ? ToldAct{} : found->second;
    absl::StrAppend(
        &html, "<tr>", HtmlCell(at.ToText()), HtmlCell(act.what), HtmlCell(act.by),
        act.by.empty() ? HtmlCell("") : HtmlTimeCell(act.recorded, ZoneOf(contested, options)),
        HtmlCell(act.reason), "</tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string Point(const Contested& contested, const ContestedPoint& point,
                  const HtmlReportOptions& options) {
  std::string html =
      absl::StrCat("<section><h2>", EscapeHtml(point.kind), " ", EscapeHtml(point.name),
                   "</h2>\n<p>", EscapeHtml(point.matter), ".</p>\n");
  for (const Interval& part : point.time) {
    absl::StrAppend(&html, "<p>Time: ",
                    EscapeHtml(StretchWords(part, ZoneOf(contested, options), ZoneName(contested))),
                    "</p>\n");
  }
  absl::StrAppend(&html, Said(contested, point, options));
  for (size_t first = 0; first < point.readings.size(); first += kSidesAtATime) {
    absl::StrAppend(&html, Sides(contested, point, first, options));
  }
  return absl::StrCat(html, "<p>Hangs on this point alone: <span class=\"money\">",
                      EscapeHtml(StakeText(point.stake)), "</span></p></section>\n");
}

std::string Together(const Contested& contested) {
  if (contested.points.empty()) return "<p>Nothing is contested.</p>\n";
  const replay::ContestedTogether& together = contested.together;
  const std::string left_out = LeftOutOfTogether(contested);
  std::string html = "<h2>All points that are recomputed, together</h2>\n<p>";
  for (const replay::ContestedFavour& favour : together.favours) {
    absl::StrAppend(&html, "Where each point is read as it favours ", EscapeHtml(favour.party),
                    ", credits come to ", EscapeHtml(OwedText(favour.credits)), ". ");
  }
  absl::StrAppend(
      &html, "In dispute: <span class=\"money\">", EscapeHtml(StakeText(together.stake)),
      "</span>. That is no sum of the points: tiers and caps make some worth nothing alone.</p>\n");
  if (!left_out.empty()) absl::StrAppend(&html, "<p>", EscapeHtml(left_out), "</p>\n");
  return html;
}

}  // namespace

std::string ContestedHtml(const Contested& contested, const HtmlReportOptions& options) {
  const replay::Result& standing = contested.standing;
  std::string body = absl::StrCat(
      DoubtHtml(standing.findings), "<h1>Dispute report: ", EscapeHtml(standing.agreement),
      "</h1>\n<p class=\"soft\">Ledger ", EscapeHtml(options.origin), ", known at size ",
      standing.known.size, ", ", SecondWords(standing.known.instant),
      ". Each point is recomputed as each side reads it, everything else as it stands; nothing of "
      "it is recorded or posted. Digest of the points: <span class=\"hash\">",
      contested.digest.ToHex(), "</span>, given again by <span class=\"hash\">tally contested ",
      EscapeHtml(options.question), " --json</span></p>\n", HtmlParties(standing, options));
  for (const ContestedPoint& point : contested.points) {
    absl::StrAppend(&body, Point(contested, point, options));
  }
  absl::StrAppend(&body, Together(contested), "<h1>As it stands</h1>\n",
                  HtmlReportBody(standing, options));
  return HtmlPage(absl::StrCat(standing.agreement, ": dispute report"), body);
}

}  // namespace tally::tools
