#include "tools/console.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

constexpr Duration kProgressAfter = Seconds(1);
constexpr Duration kProgressEvery = Milliseconds(200);

absl::string_view Sequence(Style style) {
  switch (style) {
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kQuiet:
      return "\x1b[2m";
    case Style::kPlain:
      break;
  }
  return "";
}

}  // namespace

Console::Console(const World& world) : world_(world) {
  const std::optional<std::string> no_color = world.environment("NO_COLOR");
  color_ = world.out_is_terminal && !(no_color.has_value() && !no_color->empty());
}

void Console::Line(absl::string_view text, Style style) {
  if (json_) return;
  const std::string safe = PrintableLines(text);
  if (color_ && style != Style::kPlain) {
    *world_.out << std::string(Sequence(style)) << safe << "\x1b[0m\n";
  } else {
    *world_.out << safe << "\n";
  }
}

void Console::Note(absl::string_view text) {
  if (!quiet_) Line(text);
}

void Console::Json(JsonWriter& document) {
  const std::string text = document.Take();
  if (json_) *world_.out << text << "\n";
}

void Console::Verbatim(absl::string_view bytes) {
  world_.out->write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void Console::Warning(absl::string_view text) {
  *world_.err << "tally: warning: " << PrintableLines(text) << "\n";
}

void Console::Error(absl::string_view text, absl::string_view json) {
  *world_.err << "tally: error: " << PrintableLines(text) << "\n";
  if (json_) *world_.err << std::string(json) << "\n";
}

void Table::Print(Console& console) const {
  std::vector<size_t> widths;
  std::vector<std::vector<std::string>> safe;
  for (const std::vector<std::string>& row : rows_) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(Printable(row[i]));
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], DisplayWidth(cells.back()));
    }
    safe.push_back(std::move(cells));
  }
  for (size_t r = 0; r < safe.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < safe[r].size(); ++i) {
      line += safe[r][i];
      if (i + 1 < safe[r].size()) line.append(widths[i] - DisplayWidth(safe[r][i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    console.Line(line, r == 0 ? Style::kQuiet : Style::kPlain);
  }
}

Progress::Progress(const World& world, const Console& console, std::string what, uint64_t total)
    : world_(world),
      shown_(world.err_is_terminal && !console.quiet()),
      what_(std::move(what)),
      total_(total),
      started_(shown_ ? world.clock->SinceBoot() : Duration{}),
      printed_(started_) {}

Progress::~Progress() {
  if (dirty_) *world_.err << "\r\x1b[K" << std::flush;
}

void Progress::Advance(uint64_t done) {
  if (!shown_) return;
  const Duration now = world_.clock->SinceBoot();
  const int64_t elapsed = now.micros - started_.micros;
  if (elapsed < kProgressAfter.micros || now.micros - printed_.micros < kProgressEvery.micros) {
    return;
  }
  printed_ = now;
  const uint64_t rate = done * 1000 / static_cast<uint64_t>(elapsed / 1000);
  std::string line = absl::StrCat(Printable(what_), ": ", done);
  if (total_ > 0) absl::StrAppend(&line, " of ", total_, " (", done * 100 / total_, " %)");
  absl::StrAppend(&line, ", ", rate, "/s");
  if (total_ > done && rate > 0) absl::StrAppend(&line, ", ", (total_ - done) / rate, " s left");
  *world_.err << "\r" << line << "\x1b[K" << std::flush;
  dirty_ = true;
}

}  // namespace tally::tools
