// Comma-separated values, strictly (RFC 4180): quoted fields may hold separators, quotes doubled
// and line breaks; every row has as many fields as the header; no field begins or ends a quote in
// its middle. Errors carry line and column, counted from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally::tools {

// What is wrong with one row of an imported file, and where. Column 0: the row as a whole.
struct RowError {
  uint64_t line = 0;
  uint64_t column = 0;
  std::string message;
};

class CsvReader {
 public:
  struct Field {
    std::string text;
    uint64_t column = 1;  // where it begins, in bytes
  };
  struct Row {
    uint64_t line = 0;
    std::vector<Field> fields;
  };

  // `text` outlives the reader. A byte order mark at its beginning is skipped. InvalidArgument when
  // there is no header, or one of its names is empty or stands twice.
  static absl::StatusOr<CsvReader> Open(absl::string_view text, char separator);

  const std::vector<std::string>& header() const { return header_; }
  // Index of a column; nullopt if the header lacks it.
  std::optional<size_t> Column(absl::string_view name) const;
  // "; the header has one column and holds ';': ..." where another separator is meant; else "".
  std::string SeparatorHint() const;
  // The next row into `row`, or false at the end. A malformed row sets `error` and is skipped.
  bool Next(Row& row, std::optional<RowError>& error);

 private:
  explicit CsvReader(absl::string_view text, char separator) : rest_(text), separator_(separator) {}
  bool ReadRow(Row& row, std::optional<RowError>& error);
  std::optional<RowError> ReadField(Field& field, bool& last);

  absl::string_view rest_;
  char separator_;
  uint64_t line_ = 1;
  uint64_t column_ = 1;
  std::vector<std::string> header_;
};

}  // namespace tally::tools
