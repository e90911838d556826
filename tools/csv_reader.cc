#include "tools/csv_reader.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::tools {

absl::StatusOr<CsvReader> CsvReader::Open(absl::string_view text, char separator) {
  if (absl::StartsWith(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvReader reader(text, separator);
  Row header;
  std::optional<RowError> error;
  if (!reader.ReadRow(header, error)) {
    return absl::InvalidArgumentError("1:1: the file is empty; a header line was expected");
  }
  if (error.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(error->line, ":", error->column, ": ", error->message));
  }
  std::set<std::string> seen;
  for (const Field& field : header.fields) {
    if (field.text.empty() || !seen.insert(field.text).second) {
      return absl::InvalidArgumentError(absl::StrCat("1:", field.column, ": column name '",
                                                     field.text,
                                                     "' is empty or stands twice in the header"));
    }
    reader.header_.push_back(field.text);
  }
  return reader;
}

std::string CsvReader::SeparatorHint() const {
  if (header_.size() != 1) return "";
  for (const char other : {';', ',', '\t', '|'}) {
    if (other == separator_ || header_[0].find(other) == std::string::npos) continue;
    const std::string shown = other == '\t' ? "tab" : std::string(1, other);
    return absl::StrCat("; the header is one column and holds '", shown, "': state `separator: \"",
                        shown, "\"` in the map");
  }
  return "";
}

std::optional<size_t> CsvReader::Column(absl::string_view name) const {
  auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<size_t>(found - header_.begin());
}

bool CsvReader::Next(Row& row, std::optional<RowError>& error) {
  error.reset();
  if (!ReadRow(row, error)) return false;
  if (!error.has_value() && row.fields.size() != header_.size()) {
    error = RowError{row.line, 0,
                     absl::StrCat("expected ", header_.size(), " fields as in the header, found ",
                                  row.fields.size())};
  }
  return true;
}

bool CsvReader::ReadRow(Row& row, std::optional<RowError>& error) {
  row.fields.clear();
  if (rest_.empty()) return false;
  row.line = line_;
  column_ = 1;
  bool last = false;
  while (!last) {
    Field field;
    std::optional<RowError> wrong = ReadField(field, last);
    if (wrong.has_value() && !error.has_value()) error = wrong;
    row.fields.push_back(std::move(field));
  }
  ++line_;
  return true;
}

// Reads one field and its separator or line end. After an error the rest of the line is skipped, so
// that the next row can still be judged.
std::optional<RowError> CsvReader::ReadField(Field& field, bool& last) {
  field.column = column_;
  const uint64_t first_line = line_;
  auto take = [&] {
    char c = rest_.front();
    rest_.remove_prefix(1);
    ++column_;
    return c;
  };
  auto line_end = [&] {
    if (absl::StartsWith(rest_, "\r\n")) rest_.remove_prefix(1);
    if (!rest_.empty()) rest_.remove_prefix(1);
    last = true;
  };
  std::optional<RowError> error;
  if (!rest_.empty() && rest_.front() == '"') {
    take();
    while (true) {
      if (rest_.empty()) {
        last = true;
        return RowError{first_line, field.column, "a quoted field is not closed"};
      }
      char c = take();
      if (c == '"' && !rest_.empty() && rest_.front() == '"') {
        field.text.push_back(take());
      } else if (c == '"') {
        break;
      } else {
        if (c == '\n') {
          ++line_;
          column_ = 1;
        }
        field.text.push_back(c);
      }
    }
    if (!rest_.empty() && rest_.front() != separator_ && rest_.front() != '\n' &&
        !absl::StartsWith(rest_, "\r\n")) {
      error = RowError{line_, column_, "text after a closing quote"};
    }
  }
  while (!rest_.empty() && rest_.front() != separator_) {
    if (rest_.front() == '\n' || absl::StartsWith(rest_, "\r\n")) {
      line_end();
      return error;
    }
    if (rest_.front() == '"' && !error.has_value()) {
      error = RowError{line_, column_, "a quote in the middle of an unquoted field"};
    }
    field.text.push_back(take());
  }
  if (rest_.empty()) {
    last = true;
  } else {
    take();
  }
  return error;
}

}  // namespace tally::tools
