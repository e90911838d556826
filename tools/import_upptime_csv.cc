// Rows of an Upptime history as comma-separated values.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/import_reports.h"

namespace tally::tools {
namespace {

struct UpptimeColumns {
  size_t observed_at, site, status, http_code, response_ms, commit_at;
  std::optional<size_t> commit;
};

absl::StatusOr<size_t> Required(const CsvReader& reader, absl::string_view name) {
  std::optional<size_t> column = reader.Column(name);
  if (!column.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "1:1: the header lacks the column '", name,
        "'; upptime-csv needs observed_at, site, status, http_code, response_ms and commit_at"));
  }
  return *column;
}

absl::StatusOr<UpptimeColumns> FindColumns(const CsvReader& reader) {
  UpptimeColumns columns{};
  TALLY_ASSIGN_OR_RETURN(columns.observed_at, Required(reader, "observed_at"));
  TALLY_ASSIGN_OR_RETURN(columns.site, Required(reader, "site"));
  TALLY_ASSIGN_OR_RETURN(columns.status, Required(reader, "status"));
  TALLY_ASSIGN_OR_RETURN(columns.http_code, Required(reader, "http_code"));
  TALLY_ASSIGN_OR_RETURN(columns.response_ms, Required(reader, "response_ms"));
  TALLY_ASSIGN_OR_RETURN(columns.commit_at, Required(reader, "commit_at"));
  columns.commit = reader.Column("commit");
  return columns;
}

std::optional<State> ParseStatus(absl::string_view text) {
  if (text == "up") return State::kUp;
  if (text == "down") return State::kDown;
  if (text == "degraded") return State::kDegraded;
  return std::nullopt;
}

bool IsCount(absl::string_view text, int64_t& value) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos &&
         absl::SimpleAtoi(text, &value);
}

std::optional<RowError> ReadRow(const CsvReader::Row& row, const UpptimeColumns& columns,
                                ImportedReport& report) {
  auto wrong = [&](size_t column, std::string message) {
    return RowError{row.line, row.fields[column].column, std::move(message)};
  };
  auto text = [&](size_t column) -> absl::string_view { return row.fields[column].text; };
  report.line = row.line;
  report.source = std::string(text(columns.site));
  if (report.source.empty()) return wrong(columns.site, "site is empty");
  absl::StatusOr<Instant> observed = ParseInstant(text(columns.observed_at));
  if (!observed.ok())
    return wrong(columns.observed_at, absl::StrCat("observed_at: ", observed.status().message()));
  absl::StatusOr<Instant> reported = ParseInstant(text(columns.commit_at));
  if (!reported.ok())
    return wrong(columns.commit_at, absl::StrCat("commit_at: ", reported.status().message()));
  std::optional<State> state = ParseStatus(text(columns.status));
  if (!state.has_value()) {
    return wrong(columns.status,
                 absl::StrCat("status '", text(columns.status), "' is none of up, down, degraded"));
  }
  int64_t code = 0;
  if (!IsCount(text(columns.http_code), code))
    return wrong(columns.http_code, "http_code is not a whole number");
  int64_t value = 0;
  if (!IsCount(text(columns.response_ms), value))
    return wrong(columns.response_ms, "response_ms is not a whole number");
  report.observed_at = *observed;
  report.reported_at = *reported;
  report.body.state = *state;
  report.body.code = code;
  report.body.value = value;
  if (columns.commit.has_value()) report.body.note = std::string(text(*columns.commit));
  return std::nullopt;
}

}  // namespace

absl::StatusOr<ImportedFile> ReadUpptimeCsv(absl::string_view text) {
  TALLY_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(text, ','));
  TALLY_ASSIGN_OR_RETURN(const UpptimeColumns columns, FindColumns(reader));
  ImportedFile file;
  file.source = {"ms", 0};
  CsvReader::Row row;
  std::optional<RowError> error;
  while (reader.Next(row, error)) {
    ImportedReport report;
    if (!error.has_value()) error = ReadRow(row, columns, report);
    if (error.has_value()) {
      file.errors.push_back(*error);
    } else {
      file.reports.push_back(std::move(report));
    }
  }
  return file;
}

}  // namespace tally::tools
