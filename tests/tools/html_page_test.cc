// Goal: text of others stays text in a page, and a page refers to nothing outside itself.
// Method: hostile texts in every place that takes text.
#include "tools/html_page.h"

#include <gtest/gtest.h>

namespace tally::tools {
namespace {

TEST(HtmlPageTest, EscapesMarkupControlsAndDirectionMarks) {
  EXPECT_EQ(EscapeHtml("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(EscapeHtml("a\x1b[31m"), "a\xEF\xBF\xBD[31m");
  EXPECT_EQ(EscapeHtml("x\xE2\x80\xAEy"), "x\xEF\xBF\xBDy");
}

// T-80: titles and cells.
TEST(HtmlPageTest, T80HostileTextStaysText) {
  for (const std::string payload :
       {"<script>alert(1)</script>", "</title><svg onload=x>", "\"><img src=x onerror=alert(1)>"}) {
    for (const std::string& html : {HtmlPage(payload, ""), HtmlCell(payload), HtmlNumber(payload),
                                    HtmlWholeNumber(payload), HtmlRow(payload, payload)}) {
      EXPECT_EQ(html.find(payload), std::string::npos) << html;
    }
  }
}

TEST(HtmlPageTest, APageForbidsWhateverComesFromOutside) {
  const std::string html = HtmlPage("title", "<p>body</p>");
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("http:"), std::string::npos);
  EXPECT_EQ(html.find("https:"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("<body>\n<p>body</p></body>"), std::string::npos);
}

}  // namespace
}  // namespace tally::tools
