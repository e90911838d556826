// Goal: the picture has a row for each day and shows every state, however short.
// Method: windows made by hand; rectangles are counted.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tools/html_page.h"
#include "tools/report_html.h"

namespace tally::tools {
namespace {

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ReportPicture, CutsStretchesAtEachDay) {
  replay::WindowResult window;
  window.window = {*ParseInstant("2026-02-01T00:00:00Z"), *ParseInstant("2026-03-01T00:00:00Z")};
  window.segments = {{window.window, replay::SegmentKind::kUp, {}}};
  EXPECT_EQ(Count(WindowPicture(window), "<rect class=\"up\""), 28u);
}

TEST(ReportPicture, ShowsAnOutageOfOneMillisecond) {
  replay::WindowResult window;
  const Instant first = *ParseInstant("2026-02-01T00:00:00Z");
  window.window = {first, first + Days(1)};
  const Instant down = first + Days(1) - Milliseconds(1);
  window.segments = {{{first, down}, replay::SegmentKind::kUp, {}},
                     {{down, first + Days(1)}, replay::SegmentKind::kDown, {}}};
  const std::string picture = WindowPicture(window);
  EXPECT_EQ(Count(picture, "<rect class=\"down\""), 1u);
  EXPECT_NE(picture.find("x=\"86160\" y=\"0\" width=\"240\""), std::string::npos) << picture;
  EXPECT_LT(picture.find("class=\"up\""), picture.find("class=\"down\"")) << "down is painted last";
}

// The local day of an outage is its row, and its hour stands under the hour's name, also after the
// clocks have changed.
TEST(ReportPicture, RowsAreLocalDaysWhenClocksChange) {
  std::ifstream file("/usr/share/zoneinfo/Europe/Berlin", std::ios::binary);
  const Bytes rules{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const absl::StatusOr<replay::Zone> berlin = replay::Zone::Parse(rules);
  ASSERT_TRUE(berlin.ok());
  const auto down = [&](const char* first, const char* limit, const Interval& window) {
    replay::WindowResult result;
    result.window = window;
    result.zone = "Europe/Berlin";
    result.segments = {
        {{*ParseInstant(first), *ParseInstant(limit)}, replay::SegmentKind::kDown, {}}};
    return WindowPicture(result, &*berlin);
  };
  const Interval march{*ParseInstant("2026-02-28T23:00:00Z"),
                       *ParseInstant("2026-03-31T22:00:00Z")};
  // 30 March, 09:00 to 10:00 local.
  const std::string after = down("2026-03-30T07:00:00Z", "2026-03-30T08:00:00Z", march);
  EXPECT_NE(after.find("<rect class=\"down\" x=\"32400\" y=\"435\" width=\"3600\" height=\"13\">"),
            std::string::npos)
      << after;
  EXPECT_NE(after.find("2026-03-30 09:00 to 10:00 Europe/Berlin"), std::string::npos);
  EXPECT_EQ(Count(after, "class=\"day\""), 31u);
  // Of 29 March the clock skips an hour, in which nothing is drawn: 01:00 to 04:00 local.
  const std::string skipped = down("2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", march);
  EXPECT_NE(skipped.find("x=\"3600\" y=\"420\" width=\"3600\""), std::string::npos) << skipped;
  EXPECT_NE(skipped.find("x=\"10800\" y=\"420\" width=\"3600\""), std::string::npos) << skipped;
  const Interval october{*ParseInstant("2026-09-30T22:00:00Z"),
                         *ParseInstant("2026-10-31T23:00:00Z")};
  // The first hour between two and three is above the second one.
  const std::string twice = down("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", october);
  EXPECT_EQ(Count(twice, "class=\"day\""), 31u);
  EXPECT_NE(twice.find("x=\"7200\" y=\"360\" width=\"3600\" height=\"6\""), std::string::npos)
      << twice;
  EXPECT_NE(twice.find("x=\"7200\" y=\"367\" width=\"3600\" height=\"6\""), std::string::npos)
      << twice;
}

TEST(ReportPicture, MarksFrameATime) {
  replay::WindowResult window;
  const Instant first = *ParseInstant("2026-02-01T00:00:00Z");
  window.window = {first, first + Days(2)};
  window.segments = {{window.window, replay::SegmentKind::kUp, {}}};
  const std::string picture =
      WindowPicture(window, nullptr, {{{first + Hours(1), first + Hours(2)}, "exclusion <storm>"}});
  EXPECT_NE(
      picture.find("<rect class=\"mark\" x=\"3600\" y=\"0\" width=\"3600\" height=\"13\"><title>"
                   "exclusion &lt;storm&gt;</title>"),
      std::string::npos)
      << picture;
}

// Printed without colour, the slope of the hatches is all that tells excluded and unknown time
// apart. A gradient of 135 degrees draws lines that rise to the right, as "5" to "0" does.
TEST(ReportPicture, TheLegendIsHatchedAsThePictureIs) {
  replay::WindowResult window;
  window.window = {*ParseInstant("2026-02-01T00:00:00Z"), *ParseInstant("2026-02-02T00:00:00Z")};
  window.segments = {{window.window, replay::SegmentKind::kExcluded, {}}};
  const std::string text = WindowPicture(window, nullptr);
  const std::string page = HtmlPage("", "");
  const auto slope = [&text](const std::string& name) {
    const std::string pattern = text.substr(text.find("id=\"hatch-" + name));
    return pattern.substr(pattern.find(" d=\"") + 4, 9);
  };
  EXPECT_EQ(slope("excluded"), "M-600 10L");
  EXPECT_EQ(slope("unknown"), "M-600 -5L");
  EXPECT_EQ(Count(page, "i.excluded{background:repeating-linear-gradient(135deg"), 1u);
  EXPECT_EQ(Count(page, "i.unknown{background:repeating-linear-gradient(45deg"), 1u);
}

}  // namespace
}  // namespace tally::tools
