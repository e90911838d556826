// Any CSV file, read through a map that says what each column means. The map is YAML, strict like
// terms: an unknown key is refused, and what is not stated is not guessed.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/number.h"
#include "schema/status.h"
#include "tools/import_map.h"
#include "tools/import_reports.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

// state: { column: status, up: [ok], down: [failed], degraded: [slow] }
absl::Status ReadStates(const YamlNode& root, CsvMap& map) {
  const YamlNode* node = FindInMap(root, "state");
  if (node == nullptr || !node->IsMap()) {
    return WrongInMap(node == nullptr ? root : *node, "the map does not say what 'state' is",
                      "write state: { column: NAME, up: [TEXT], down: [TEXT] }");
  }
  TALLY_RETURN_IF_ERROR(RefuseOtherKeys(*node, {"column", "up", "down", "degraded", "unknown"}));
  TALLY_ASSIGN_OR_RETURN(map.state, RequiredMapText(*node, "column"));
  for (const auto& [name, state] :
       std::initializer_list<std::pair<const char*, State>>{{"up", State::kUp},
                                                            {"down", State::kDown},
                                                            {"degraded", State::kDegraded},
                                                            {"unknown", State::kUnknown}}) {
    const YamlNode* texts = FindInMap(*node, name);
    if (texts == nullptr) continue;
    if (!texts->IsList())
      return WrongInMap(*texts, absl::StrCat("'", name, "' lists the texts that mean it"));
    for (const YamlNode& text : texts->items) {
      if (!text.IsText()) return WrongInMap(text, "a text is expected");
      for (const auto& [other, meaning] : map.states) {
        if (other == text.text)
          return WrongInMap(text, absl::StrCat("'", other, "' means two states"));
      }
      map.states.emplace_back(text.text, state);
    }
  }
  if (map.states.empty()) return WrongInMap(*node, "no text means any state");
  return absl::OkStatus();
}

// value: { column: latency, unit: ms, scale: 0 }
absl::Status ReadValue(const YamlNode& root, CsvMap& map) {
  const YamlNode* node = FindInMap(root, "value");
  if (node == nullptr) return absl::OkStatus();
  if (!node->IsMap())
    return WrongInMap(*node, "value is { column: NAME, unit: UNIT, scale: DIGITS }");
  TALLY_RETURN_IF_ERROR(RefuseOtherKeys(*node, {"column", "unit", "scale"}));
  TALLY_ASSIGN_OR_RETURN(map.value, RequiredMapText(*node, "column"));
  TALLY_ASSIGN_OR_RETURN(map.unit, RequiredMapText(*node, "unit"));
  TALLY_ASSIGN_OR_RETURN(const std::string scale, RequiredMapText(*node, "scale"));
  int digits = 0;
  if (!absl::SimpleAtoi(scale, &digits) || digits < 0 || digits > 12) {
    return WrongInMap(*node, "scale is the number of decimals, 0 to 12");
  }
  map.scale = static_cast<uint8_t>(digits);
  return absl::OkStatus();
}

absl::Status ReadSourceAndSeparator(const YamlNode& root, CsvMap& map) {
  TALLY_ASSIGN_OR_RETURN(map.source, MapText(root, "source"));
  TALLY_ASSIGN_OR_RETURN(std::optional<std::string> name, MapText(root, "source name"));
  if (map.source.has_value() == name.has_value()) {
    return WrongInMap(root,
                      "the map says either 'source' (a column) or 'source name' (for every row)");
  }
  map.source_name = name.value_or("");
  TALLY_ASSIGN_OR_RETURN(map.separator, MapSeparator(root));
  return absl::OkStatus();
}

struct MappedColumns {
  size_t observed_at, state;
  std::optional<size_t> reported_at, source, code, value, note;
};

absl::Status FindOptional(const CsvReader& reader, const std::optional<std::string>& name,
                          std::optional<size_t>& column) {
  if (!name.has_value()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(column, ColumnOf(reader, *name));
  return absl::OkStatus();
}

absl::StatusOr<MappedColumns> FindColumns(const CsvReader& reader, const CsvMap& map) {
  MappedColumns columns{};
  TALLY_ASSIGN_OR_RETURN(columns.observed_at, ColumnOf(reader, map.observed_at));
  TALLY_ASSIGN_OR_RETURN(columns.state, ColumnOf(reader, map.state));
  TALLY_RETURN_IF_ERROR(FindOptional(reader, map.reported_at, columns.reported_at));
  TALLY_RETURN_IF_ERROR(FindOptional(reader, map.source, columns.source));
  TALLY_RETURN_IF_ERROR(FindOptional(reader, map.code, columns.code));
  TALLY_RETURN_IF_ERROR(FindOptional(reader, map.value, columns.value));
  TALLY_RETURN_IF_ERROR(FindOptional(reader, map.note, columns.note));
  return columns;
}

// "column 'http': '0200' ": where a text stands, for what is wrong with it.
std::string Cited(const std::string& column, const std::string& text) {
  return absl::StrCat("column '", column, "': '", text, "' ");
}

// What is wrong with a text that `scale` decimals should hold; "" when nothing is.
std::string WrongNumber(absl::string_view text, uint8_t scale) {
  const absl::StatusOr<Decimal> decimal = ParseDecimal(text);
  if (!decimal.ok()) {
    return "is no number as they are written here: digits, a point before decimals, no zeros in "
           "front, no signs but -";
  }
  const uint8_t decimals = decimal->Normalised().scale;
  if (decimals <= scale) return "is too large";
  if (scale == 0 && decimals > 0) {
    return absl::StrCat("has decimals, and a whole number is expected");
  }
  return absl::StrCat("has ", decimals, " decimals, and ", scale, " are expected");
}

// The decimal as a whole number of 10^-scale; nullopt if it has more decimals or does not fit.
std::optional<int64_t> Scaled(absl::string_view text, uint8_t scale) {
  absl::StatusOr<Decimal> decimal = ParseDecimal(text);
  if (!decimal.ok()) return std::nullopt;
  const Decimal value = decimal->Normalised();
  if (value.scale > scale) return std::nullopt;
  int64_t scaled = value.mantissa;
  for (int i = value.scale; i < scale; ++i) {
    if (__builtin_mul_overflow(scaled, int64_t{10}, &scaled)) return std::nullopt;
  }
  return scaled;
}

std::optional<RowError> ReadMappedRow(const CsvReader::Row& row, const CsvMap& map,
                                      const MappedColumns& columns, ImportedReport& report) {
  auto wrong = [&](size_t column, std::string message) {
    return RowError{row.line, row.fields[column].column, std::move(message)};
  };
  auto text = [&](size_t column) -> const std::string& { return row.fields[column].text; };
  report.line = row.line;
  absl::StatusOr<Instant> observed = ParseInstant(text(columns.observed_at));
  if (!observed.ok()) return wrong(columns.observed_at, std::string(observed.status().message()));
  report.observed_at = report.reported_at = *observed;
  if (columns.reported_at.has_value()) {
    absl::StatusOr<Instant> reported = ParseInstant(text(*columns.reported_at));
    if (!reported.ok())
      return wrong(*columns.reported_at, std::string(reported.status().message()));
    report.reported_at = *reported;
  }
  report.source = columns.source.has_value() ? text(*columns.source) : map.source_name;
  if (report.source.empty()) return wrong(columns.source.value_or(0), "the source is empty");
  auto state = std::find_if(map.states.begin(), map.states.end(),
                            [&](const auto& pair) { return pair.first == text(columns.state); });
  if (state == map.states.end()) {
    return wrong(columns.state, absl::StrCat("the map gives '", text(columns.state), "' no state"));
  }
  report.body.state = state->second;
  if (columns.code.has_value() && !text(*columns.code).empty()) {
    report.body.code = Scaled(text(*columns.code), 0);
    if (!report.body.code.has_value()) {
      return wrong(*columns.code,
                   Cited(*map.code, text(*columns.code)) + WrongNumber(text(*columns.code), 0));
    }
  }
  if (columns.value.has_value() && !text(*columns.value).empty()) {
    report.body.value = Scaled(text(*columns.value), map.scale);
    const std::string cited = Cited(*map.value, text(*columns.value));
    if (!report.body.value.has_value()) {
      return wrong(*columns.value,
                   absl::StrCat(cited, WrongNumber(text(*columns.value), map.scale),
                                " (`scale: ", map.scale, "` of `value` in the map)"));
    }
    if (*report.body.value < 0 && IsUnitOfTime(map.unit)) {
      return wrong(*columns.value, absl::StrCat(cited, map.unit, " is below zero: no time is"));
    }
  }
  if (columns.note.has_value()) report.body.note = text(*columns.note);
  return std::nullopt;
}

}  // namespace

absl::StatusOr<CsvMap> ParseCsvMap(absl::string_view text, absl::string_view file_name) {
  TALLY_ASSIGN_OR_RETURN(const YamlNode root, ReadYaml(text, file_name));
  if (!root.IsMap()) return WrongInMap(root, "a map file is a YAML map", "see `tally help import`");
  TALLY_RETURN_IF_ERROR(
      RefuseOtherKeys(root, {"tally", "observed at", "reported at", "source", "source name",
                             "state", "code", "value", "note", "separator"}));
  TALLY_ASSIGN_OR_RETURN(const std::string format, RequiredMapText(root, "tally"));
  if (format != "csv-map/1")
    return WrongInMap(*FindInMap(root, "tally"), "expected 'tally: csv-map/1'");
  CsvMap map;
  TALLY_ASSIGN_OR_RETURN(map.observed_at, RequiredMapText(root, "observed at"));
  TALLY_ASSIGN_OR_RETURN(map.reported_at, MapText(root, "reported at"));
  TALLY_ASSIGN_OR_RETURN(map.code, MapText(root, "code"));
  TALLY_ASSIGN_OR_RETURN(map.note, MapText(root, "note"));
  TALLY_RETURN_IF_ERROR(ReadStates(root, map));
  TALLY_RETURN_IF_ERROR(ReadValue(root, map));
  TALLY_RETURN_IF_ERROR(ReadSourceAndSeparator(root, map));
  return map;
}

absl::StatusOr<ImportedFile> ReadMappedCsv(absl::string_view text, const CsvMap& map) {
  TALLY_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(text, map.separator));
  TALLY_ASSIGN_OR_RETURN(const MappedColumns columns, FindColumns(reader, map));
  ImportedFile file;
  file.source = {map.unit, map.scale};
  CsvReader::Row row;
  std::optional<RowError> error;
  while (reader.Next(row, error)) {
    ImportedReport report;
    if (!error.has_value()) error = ReadMappedRow(row, map, columns, report);
    if (error.has_value()) {
      file.errors.push_back(*error);
    } else {
      file.reports.push_back(std::move(report));
    }
  }
  return file;
}

}  // namespace tally::tools
