#include "tools/html_page.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace tally::tools {
namespace {

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
.time{white-space:nowrap}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.soft{color:var(--soft)}.hash{font:12px/1.4 "DejaVu Sans Mono",monospace;word-break:break-all}
.met{color:var(--good);font-weight:600}.breached{color:var(--bad);font-weight:600}
.figure{font-size:1.5rem;font-weight:600}
.picture{width:100%;height:auto;border:1px solid var(--line);background:#fff}
.picture text{font:9px "DejaVu Sans",sans-serif;fill:#5b6570}
.picture .day{text-anchor:end}.picture .hour{text-anchor:middle}
.up{fill:#cfe8d5}.down{fill:#a3192b}.degraded{fill:#e0a030}.excluded{fill:url(#hatch-excluded)}
.mark{fill:none;stroke:#1b1f24;stroke-width:2;vector-effect:non-scaling-stroke}
.unknown{fill:url(#hatch-unknown)}.remaining{fill:#f1f3f5}
.key span{display:inline-block;margin-right:1.1rem}
.key i{display:inline-block;width:1.1em;height:.8em;margin-right:.35em;
border:1px solid var(--soft)}
i.up{background:#cfe8d5}i.down{background:#a3192b}i.degraded{background:#e0a030}
i.excluded{background:repeating-linear-gradient(135deg,#4a76b8 0 3px,#dfe8f5 3px 5px)}
i.unknown{background:repeating-linear-gradient(45deg,#8d8d8d 0 2px,#e6e6e6 2px 5px)}
i.remaining{background:#f1f3f5}i.mark{border:2px solid #1b1f24}
section{break-inside:avoid-page}
.sheet{break-after:page;border-top:3px solid var(--ink);padding-top:.8rem;margin-top:2rem}
.sheet:first-of-type{margin-top:0}.sheet:last-of-type{break-after:auto}
blockquote{margin:.6rem 0;padding:.2rem 0 .2rem 1rem;border-left:3px solid var(--line);
font-style:italic}
.money{font-size:1.2rem;font-weight:600}
.sides th,.sides td{width:auto}
.sides th.reading{color:var(--ink);border-bottom:2px solid var(--ink)}
.sides .stands{background:#f6f8fa}
@media print{.sheet{border-top:0;margin-top:0}
body{margin:0;max-width:none;font-size:11pt}h2{break-after:avoid}
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

std::string HtmlPage(absl::string_view title, absl::string_view body) {
  return absl::StrCat(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
      EscapeHtml(title), "</title>\n<style>", kStyle, "</style>\n</head>\n<body>\n", body,
      "</body>\n</html>\n");
}

std::string HtmlCell(absl::string_view text) {
  return absl::StrCat("<td>", CellText(text), "</td>");
}
std::string HtmlNumber(absl::string_view text) {
  return absl::StrCat("<td class=\"number\">", CellText(text), "</td>");
}
std::string HtmlWholeNumber(absl::string_view text) {
  return absl::StrCat("<td class=\"number whole\">", EscapeHtml(text), "</td>");
}
std::string HtmlRow(absl::string_view name, absl::string_view value) {
  return absl::StrCat("<tr><th>", EscapeHtml(name), "</th>", HtmlCell(value), "</tr>\n");
}

}  // namespace tally::tools
