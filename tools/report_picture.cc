// The picture of a window: a row for each local day, the states as coloured and hatched stretches.
//
// Across lies what the clocks of the window's zone show, in seconds since midnight, so that every
// hour stands under its name. Where clocks are set forward nothing is drawn in the hour that they
// skip; where they are set back the hour that comes twice is drawn twice, one half above the other.
// A stretch is never drawn narrower than four minutes, so that a short outage is still seen.
// Hatching tells the states apart without colour.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/report_html.h"

namespace tally::tools {
namespace {

constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kNarrowestSeconds = 240;

// Coordinates are the picture's own: 600 seconds wide, 5 pixels high. Excluded time rises and
// unknown time falls, as in the legend (html_page.cc): without colour that is all that tells them
// apart. The neighbours' strokes cross a tile's corners, or the lines would be cut there.
constexpr char kHatching[] =
    "<defs>"
    "<pattern id=\"hatch-excluded\" width=\"600\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"600\" height=\"5\" fill=\"#dfe8f5\"/>"
    "<path d=\"M-600 10L1200 -5M-600 5L600 -5M0 10L1200 0\" stroke=\"#4a76b8\" stroke-width=\"3\" "
    "vector-effect=\"non-scaling-stroke\"/></pattern>"
    "<pattern id=\"hatch-unknown\" width=\"600\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"600\" height=\"5\" fill=\"#e6e6e6\"/>"
    "<path d=\"M-600 -5L1200 10M-600 0L600 10M0 -5L1200 5\" stroke=\"#8d8d8d\" "
    "stroke-width=\"1.5\" "
    "vector-effect=\"non-scaling-stroke\"/></pattern>"
    "</defs>\n";

// A part of a row, in coordinates.
struct Box {
  int64_t x = 0, width = 0, y = 0, height = 0;
};

// A part of one local day that one offset holds for, and where it is drawn.
struct Lane {
  Interval interval;
  int64_t x = 0;
  int64_t y = 0, height = 0;
};

int RowHeight(size_t rows) {
  if (rows <= 35) return 15;
  return rows <= 100 ? 9 : 4;
}

// Rows as lanes. An hour that a clock shows twice is cut out of both its times.
std::vector<Lane> LanesOf(const std::vector<LocalDay>& days, int row_height) {
  std::vector<Lane> lanes;
  const int64_t whole = row_height - 2;
  for (size_t row = 0; row < days.size(); ++row) {
    const int64_t top = static_cast<int64_t>(row) * row_height;
    int64_t shown = 0;  // up to here the clock has been by now
    for (const LocalDay::Part& part : days[row].parts) {
      const int64_t length = Length(part.interval).micros / 1000000;
      const int64_t again = std::clamp<int64_t>(shown - part.first_s, 0, length);
      if (again > 0) {
        Lane& before = lanes.back();
        // The first time of it, in the upper half.
        const Instant cut = before.interval.limit -
                            Seconds(std::min(again, Length(before.interval).micros / 1000000));
        Lane first{{cut, before.interval.limit}, part.first_s, top, whole / 2};
        before.interval.limit = cut;
        if (before.interval.empty()) lanes.pop_back();
        lanes.push_back(first);
        lanes.push_back({{part.interval.first, part.interval.first + Seconds(again)},
                         part.first_s,
                         top + whole / 2 + 1,
                         whole - whole / 2 - 1});
      }
      const Instant rest = part.interval.first + Seconds(again);
      if (rest < part.interval.limit) {
        lanes.push_back({{rest, part.interval.limit}, part.first_s + again, top, whole});
      }
      shown = std::max(shown, part.first_s + length);
    }
  }
  return lanes;
}

// Where a stretch lies within a lane; at least as wide as can be seen, unless `exact`.
Box BoxOf(const Interval& stretch, const Lane& lane, bool exact) {
  int64_t x = lane.x + (stretch.first - lane.interval.first).micros / 1000000;
  const int64_t limit = lane.x + (stretch.limit - lane.interval.first).micros / 1000000;
  const int64_t narrowest = exact ? 1 : kNarrowestSeconds;
  int64_t width = std::min(std::max(limit - x, narrowest), kDaySeconds - x);
  if (width < narrowest) {
    x = kDaySeconds - narrowest;
    width = narrowest;
  }
  return {x, width, lane.y, lane.height};
}

std::string Rectangle(absl::string_view kind, const Box& box, const std::string& title) {
  return absl::StrFormat(
      "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"><title>%s</title></rect>\n",
      std::string(kind), box.x, box.y, box.width, box.height, EscapeHtml(title));
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

// Days by their number in the month; where rows are low, months by their first day.
std::string RowLabels(const std::vector<LocalDay>& days, int height) {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::string svg;
  for (size_t row = 0; row < days.size(); ++row) {
    const replay::CivilDay& day = days[row].day;
    std::string label = absl::StrCat(day.day);
    if (height < 9) {
      if (day.day != 1 && row != 0) continue;
      label = kMonths[day.month - 1];
    }
    absl::StrAppendFormat(&svg, "<text class=\"day\" x=\"30\" y=\"%d\">%s</text>\n",
                          static_cast<int>(row + 1) * height - (height < 9 ? 0 : 4), label);
  }
  return svg;
}

std::string HourLabels(size_t rows, int height) {
  std::string svg;
  for (int hour = 0; hour <= 24; hour += 6) {
    absl::StrAppendFormat(&svg, "<text class=\"hour\" x=\"%d\" y=\"%d\">%02d:00</text>\n",
                          36 + hour * 30, static_cast<int>(rows) * height + 12, hour);
  }
  return svg;
}

}  // namespace

std::string WindowPicture(const replay::WindowResult& window, const replay::Zone* zone,
                          const std::vector<PictureMark>& marks) {
  const std::vector<LocalDay> days = LocalDaysOf(window.window, zone);
  const size_t rows = std::max<size_t>(1, days.size());
  const int height = RowHeight(rows);
  const std::vector<Lane> lanes = LanesOf(days, height);
  // Lanes and segments are both in order; a stretch is cut at each lane's end.
  std::vector<std::pair<int, std::string>> boxes;
  const auto draw = [&](const Interval& stretch, int order, absl::string_view kind, bool exact,
                        const std::string& title) {
    auto lane = std::partition_point(lanes.begin(), lanes.end(), [&](const Lane& each) {
      return each.interval.limit <= stretch.first;
    });
    for (; lane != lanes.end() && lane->interval.first < stretch.limit; ++lane) {
      const Interval part = Intersection(stretch, lane->interval);
      if (part.empty()) continue;
      boxes.emplace_back(order, Rectangle(kind, BoxOf(part, *lane, exact), title));
    }
  };
  for (const replay::Segment& segment : window.segments) {
    const std::string kind(replay::SegmentName(segment.kind));
    draw(segment.interval, PaintOrder(segment.kind), kind, false,
         absl::StrCat(kind, ": ", StretchWords(segment.interval, zone, window.zone)));
  }
  for (const PictureMark& mark : marks) draw(mark.interval, 9, "mark", true, mark.title);
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string svg = absl::StrFormat(
      "<svg class=\"picture\" viewBox=\"0 0 790 %d\" role=\"img\" aria-label=\"States of the "
      "window, one row for each local day\">\n",
      static_cast<int>(rows) * height + 18);
  absl::StrAppend(&svg, kHatching, RowLabels(days, height), HourLabels(rows, height));
  absl::StrAppendFormat(
      &svg,
      "<svg x=\"36\" y=\"0\" width=\"720\" height=\"%d\" viewBox=\"0 0 86400 %d\" "
      "preserveAspectRatio=\"none\">\n",
      static_cast<int>(rows) * height, static_cast<int>(rows) * height);
  for (const auto& [order, box] : boxes) absl::StrAppend(&svg, box);
  absl::StrAppend(&svg, "</svg>\n</svg>\n");
  return svg;
}

}  // namespace tally::tools
