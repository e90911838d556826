// Goal: the picture has a row for each day and shows every state, however short.
// Method: windows made by hand; rectangles are counted.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tally::tools
