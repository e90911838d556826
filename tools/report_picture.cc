// The picture of a window: rows of 24 hours, the states as coloured and hatched stretches.
//
// Coordinates are whole seconds across and pixels down; a stretch is never drawn narrower than two
// minutes, so that a short outage is still seen. Hatching tells the states apart without colour.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/report_html.h"

namespace tally::tools {
namespace {

constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kNarrowestSeconds = 240;

// Coordinates are the picture's own: 600 seconds wide, 5 pixels high.
constexpr char kHatching[] =
    "<defs>"
    "<pattern id=\"hatch-excluded\" width=\"600\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"600\" height=\"5\" fill=\"#dfe8f5\"/>"
    "<path d=\"M0 5L600 0\" stroke=\"#4a76b8\" stroke-width=\"3\" "
    "vector-effect=\"non-scaling-stroke\"/></pattern>"
    "<pattern id=\"hatch-unknown\" width=\"600\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"600\" height=\"5\" fill=\"#e6e6e6\"/>"
    "<path d=\"M0 0L600 5\" stroke=\"#8d8d8d\" stroke-width=\"1.5\" "
    "vector-effect=\"non-scaling-stroke\"/></pattern>"
    "</defs>\n";

struct Stretch {
  int64_t first;  // seconds from the window's beginning
  int64_t limit;
  replay::SegmentKind kind;
  Interval interval;
};

int RowHeight(int64_t rows) {
  if (rows <= 35) return 15;
  return rows <= 100 ? 9 : 4;
}

std::string Rectangle(const Stretch& part, int64_t row, int height) {
  int64_t x = part.first - row * kDaySeconds;
  int64_t width = std::max(part.limit - part.first, kNarrowestSeconds);
  width = std::min(width, kDaySeconds - x);
  if (width < kNarrowestSeconds) {
    x = kDaySeconds - kNarrowestSeconds;
    width = kNarrowestSeconds;
  }
  return absl::StrFormat(
      "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"><title>%s: %s to "
      "%s</title></rect>\n",
      std::string(replay::SegmentName(part.kind)), x, row * height, width, height - 2,
      std::string(replay::SegmentName(part.kind)), FormatInstant(part.interval.first),
      FormatInstant(part.interval.limit));
}

// Up first and down last, so that widened outages are not painted over.
int PaintOrder(replay::SegmentKind kind) {
  switch (kind) {
    case replay::SegmentKind::kUp:
      return 0;
    case replay::SegmentKind::kRemaining:
      return 1;
    case replay::SegmentKind::kUnknown:
      return 2;
    case replay::SegmentKind::kExcluded:
      return 3;
    case replay::SegmentKind::kDegraded:
      return 4;
    case replay::SegmentKind::kDown:
      return 5;
  }
  return 0;
}

std::string RowLabels(int64_t rows, int height) {
  std::string svg;
  const int64_t every = height >= 9 ? 1 : 10;
  for (int64_t row = 0; row < rows; row += every) {
    absl::StrAppendFormat(&svg, "<text class=\"day\" x=\"30\" y=\"%d\">%d</text>\n",
                          row * height + height - 4, row + 1);
  }
  return svg;
}

std::string HourLabels(int64_t rows, int height) {
  std::string svg;
  for (int hour = 0; hour <= 24; hour += 6) {
    absl::StrAppendFormat(&svg, "<text class=\"hour\" x=\"%d\" y=\"%d\">%02d:00</text>\n",
                          36 + hour * 30, rows * height + 12, hour);
  }
  return svg;
}

}  // namespace

std::string WindowPicture(const replay::WindowResult& window) {
  const int64_t length = Length(window.window).micros / 1000000;
  const int64_t rows = std::max<int64_t>(1, (length + kDaySeconds - 1) / kDaySeconds);
  const int height = RowHeight(rows);
  std::vector<Stretch> parts;
  for (const replay::Segment& segment : window.segments) {
    int64_t first = (segment.interval.first - window.window.first).micros / 1000000;
    const int64_t limit = (segment.interval.limit - window.window.first).micros / 1000000;
    do {
      const int64_t row_end = (first / kDaySeconds + 1) * kDaySeconds;
      parts.push_back({first, std::min(limit, row_end), segment.kind, segment.interval});
      first = row_end;
    } while (first < limit);
  }
  std::stable_sort(parts.begin(), parts.end(), [](const Stretch& a, const Stretch& b) {
    return PaintOrder(a.kind) < PaintOrder(b.kind);
  });
  std::string svg = absl::StrFormat(
      "<svg class=\"picture\" viewBox=\"0 0 790 %d\" role=\"img\" aria-label=\"States of the "
      "window, "
      "one row for each 24 hours\">\n",
      rows * height + 18);
  absl::StrAppend(&svg, kHatching, RowLabels(rows, height), HourLabels(rows, height));
  absl::StrAppendFormat(
      &svg,
      "<svg x=\"36\" y=\"0\" width=\"720\" height=\"%d\" viewBox=\"0 0 86400 %d\" "
      "preserveAspectRatio=\"none\">\n",
      rows * height, rows * height);
  for (const Stretch& part : parts) {
    absl::StrAppend(&svg, Rectangle(part, std::min(part.first / kDaySeconds, rows - 1), height));
  }
  absl::StrAppend(&svg, "</svg>\n</svg>\n");
  return svg;
}

}  // namespace tally::tools
