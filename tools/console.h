// Where a command prints: answers to standard output, progress and complaints to standard error.
//
// Everything passes through the same filter, so that no name in a ledger can send an escape
// sequence to a terminal. Colour only where a terminal shows it and NO_COLOR is not set.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/json_writer.h"
#include "tools/tally.h"

namespace tally::tools {

enum class Style { kPlain, kGood, kBad, kQuiet };

class Console {
 public:
  // `world` outlives the console.
  explicit Console(const World& world);

  void set_json(bool json) { json_ = json; }
  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool json() const { return json_; }
  bool quiet() const { return quiet_; }

  // An answer for people, with its newline; silent under --json.
  void Line(absl::string_view text, Style style = Style::kPlain);
  // The same, silent under --quiet as well: what was done rather than what was asked.
  void Note(absl::string_view text);
  // One JSON document and its newline; silent without --json.
  void Json(JsonWriter& document);
  // Bytes of a document that the user asked for (`checkpoint`, `completion`), unfiltered.
  void Verbatim(absl::string_view bytes);
  // A complaint that does not end the command, on standard error.
  void Warning(absl::string_view text);
  // A report that ends it, as the conventions say; `text` after "tally: error: ".
  void Error(absl::string_view text, absl::string_view json);

 private:
  const World& world_;
  bool json_ = false;
  bool quiet_ = false;
  bool color_ = false;
};

// Columns for people: left-aligned, two spaces apart, cells made safe to print.
class Table {
 public:
  explicit Table(std::vector<std::string> titles) { rows_.push_back(std::move(titles)); }
  void Row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.size() == 1; }
  void Print(Console& console) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Rate, share done and time left on standard error, for work over a second, only on a terminal.
class Progress {
 public:
  // `total` 0: not known. `world` and `console` outlive the progress.
  Progress(const World& world, const Console& console, std::string what, uint64_t total);
  ~Progress();
  void Advance(uint64_t done);

 private:
  const World& world_;
  const bool shown_;
  const std::string what_;
  const uint64_t total_;
  Duration started_;
  Duration printed_;
  bool dirty_ = false;
};

}  // namespace tally::tools
