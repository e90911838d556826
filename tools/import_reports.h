// Importers of state reports: other systems' files as (source, time, state) rows.
//
// An importer only reads and validates; it knows no ledger. The import command reads every row
// first, and appends only when all are good, or the good ones with --keep-going.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/body.h"
#include "schema/instant.h"
#include "tools/csv_reader.h"

namespace tally::tools {

// One state report as another system recorded it.
struct ImportedReport {
  uint64_t line = 0;   // in the source, from 1; git: number of the commit
  std::string source;  // name of the measured thing
  Instant observed_at;
  Instant reported_at;
  StateReported body;
};

struct ImportedSource {
  std::string unit;  // of StateReported.value
  uint8_t scale = 0;
};

// All rows of a file, in its order, and what is wrong with the others.
struct ImportedFile {
  ImportedSource source;
  std::vector<ImportedReport> reports;
  std::vector<RowError> errors;
};

// Columns observed_at, site, status, http_code, response_ms, commit_at, in any order; others are
// kept as the note (commit). InvalidArgument only when the header lacks one of them.
absl::StatusOr<ImportedFile> ReadUpptimeCsv(absl::string_view text);

// A git clone of an Upptime repository: each commit that touches history/*.yml is one observation;
// reported at the commit's time. NotFound: no such repository. Runs `git`, which must be installed.
absl::StatusOr<ImportedFile> ReadUpptimeClone(const std::string& directory);

// How the columns of any CSV file are to be read: the map file of `tally import csv`
// (docs/EVENTS.md).
struct CsvMap {
  char separator = ',';
  std::string observed_at;                 // column names
  std::optional<std::string> reported_at;  // absent: as observed_at
  std::optional<std::string> source;       // absent: `source_name` for every row
  std::string source_name;
  std::string state;
  std::vector<std::pair<std::string, State>> states;  // text of the column -> state
  std::optional<std::string> code;
  std::optional<std::string> value;
  std::string unit;
  uint8_t scale = 0;
  std::optional<std::string> note;
};
// A YAML map file ("tally: csv-map/1"). InvalidArgument with file:line:column.
absl::StatusOr<CsvMap> ParseCsvMap(absl::string_view text, absl::string_view file_name);
absl::StatusOr<ImportedFile> ReadMappedCsv(absl::string_view text, const CsvMap& map);

}  // namespace tally::tools
