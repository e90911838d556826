// Any CSV file, read through a map that says what each column means. The map is YAML, strict like
// terms: an unknown key is refused, and what is not stated is not guessed.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/number.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/import_reports.h"
#include "tools/yaml_reader.h"

namespace tally::tools {
namespace {

absl::Status Wrong(const YamlNode& node, absl::string_view message, absl::string_view hint = "") {
  return RefuseAt(node.position, "bad-input", message, hint);
}

const YamlNode* Find(const YamlNode& map, absl::string_view key) {
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.items[i];
  }
  return nullptr;
}

absl::Status RefuseOtherKeys(const YamlNode& map, const std::vector<absl::string_view>& known) {
  for (const YamlNode& key : map.keys) {
    if (std::find(known.begin(), known.end(), key.text) == known.end()) {
      std::string list;
      for (absl::string_view name : known) absl::StrAppend(&list, list.empty() ? "" : ", ", name);
      return Wrong(key, absl::StrCat("unknown key '", key.text, "'"),
                   absl::StrCat("choose from ", list));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> TextOf(const YamlNode& map, absl::string_view key) {
  const YamlNode* node = Find(map, key);
  if (node == nullptr) return std::optional<std::string>();
  if (!node->IsText()) return Wrong(*node, absl::StrCat("'", key, "' is a column's name"));
  return std::optional<std::string>(node->text);
}

absl::StatusOr<std::string> RequiredText(const YamlNode& map, absl::string_view key) {
  TALLY_ASSIGN_OR_RETURN(std::optional<std::string> text, TextOf(map, key));
  if (!text.has_value()) return Wrong(map, absl::StrCat("the map does not say '", key, "'"));
  return *std::move(text);
}

// state: { column: status, up: [ok], down: [failed], degraded: [slow] }
absl::Status ReadStates(const YamlNode& root, CsvMap& map) {
  const YamlNode* node = Find(root, "state");
  if (node == nullptr || !node->IsMap()) {
    return Wrong(node == nullptr ? root : *node, "the map does not say what 'state' is",
                 "write state: { column: NAME, up: [TEXT], down: [TEXT] }");
  }
  TALLY_RETURN_IF_ERROR(RefuseOtherKeys(*node, {"column", "up", "down", "degraded", "unknown"}));
  TALLY_ASSIGN_OR_RETURN(map.state, RequiredText(*node, "column"));
  for (const auto& [name, state] :
       std::initializer_list<std::pair<const char*, State>>{{"up", State::kUp},
                                                            {"down", State::kDown},
                                                            {"degraded", State::kDegraded},
                                                            {"unknown", State::kUnknown}}) {
    const YamlNode* texts = Find(*node, name);
    if (texts == nullptr) continue;
    if (!texts->IsList())
      return Wrong(*texts, absl::StrCat("'", name, "' lists the texts that mean it"));
    for (const YamlNode& text : texts->items) {
      if (!text.IsText()) return Wrong(text, "a text is expected");
      for (const auto& [other, meaning] : map.states) {
        if (other == text.text) return Wrong(text, absl::StrCat("'", other, "' means two states"));
      }
      map.states.emplace_back(text.text, state);
    }
  }
  if (map.states.empty()) return Wrong(*node, "no text means any state");
  return absl::OkStatus();
}

// value: { column: latency, unit: ms, scale: 0 }
absl::Status ReadValue(const YamlNode& root, CsvMap& map) {
  const YamlNode* node = Find(root, "value");
  if (node == nullptr) return absl::OkStatus();
  if (!node->IsMap()) return Wrong(*node, "value is { column: NAME, unit: UNIT, scale: DIGITS }");
  TALLY_RETURN_IF_ERROR(RefuseOtherKeys(*node, {"column", "unit", "scale"}));
  TALLY_ASSIGN_OR_RETURN(map.value, RequiredText(*node, "column"));
  TALLY_ASSIGN_OR_RETURN(map.unit, RequiredText(*node, "unit"));
  TALLY_ASSIGN_OR_RETURN(const std::string scale, RequiredText(*node, "scale"));
  int digits = 0;
  if (!absl::SimpleAtoi(scale, &digits) || digits < 0 || digits > 12) {
    return Wrong(*node, "scale is the number of decimals, 0 to 12");
  }
  map.scale = static_cast<uint8_t>(digits);
  return absl::OkStatus();
}

absl::Status ReadSourceAndSeparator(const YamlNode& root, CsvMap& map) {
  TALLY_ASSIGN_OR_RETURN(map.source, TextOf(root, "source"));
  TALLY_ASSIGN_OR_RETURN(std::optional<std::string> name, TextOf(root, "source name"));
  if (map.source.has_value() == name.has_value()) {
    return Wrong(root, "the map says either 'source' (a column) or 'source name' (for every row)");
  }
  map.source_name = name.value_or("");
  TALLY_ASSIGN_OR_RETURN(std::optional<std::string> separator, TextOf(root, "separator"));
  if (!separator.has_value()) return absl::OkStatus();
  if (*separator == "tab") {
    map.separator = '\t';
  } else if (separator->size() == 1 && *separator != "\"") {
    map.separator = separator->front();
  } else {
    return Wrong(*Find(root, "separator"), "separator is one character, or tab");
  }
  return absl::OkStatus();
}

struct MappedColumns {
  size_t observed_at, state;
  std::optional<size_t> reported_at, source, code, value, note;
};

absl::StatusOr<size_t> ColumnOf(const CsvReader& reader, absl::string_view name) {
  std::optional<size_t> column = reader.Column(name);
  if (!column.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("1:1: the header lacks the column '", name, "' that the map names"));
  }
  return *column;
}

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
    if (!report.body.code.has_value())
      return wrong(*columns.code, "the code is not a whole number");
  }
  if (columns.value.has_value() && !text(*columns.value).empty()) {
    report.body.value = Scaled(text(*columns.value), map.scale);
    if (!report.body.value.has_value()) {
      return wrong(*columns.value,
                   absl::StrCat("the value is no decimal with at most ", map.scale, " decimals"));
    }
  }
  if (columns.note.has_value()) report.body.note = text(*columns.note);
  return std::nullopt;
}

}  // namespace

absl::StatusOr<CsvMap> ParseCsvMap(absl::string_view text, absl::string_view file_name) {
  TALLY_ASSIGN_OR_RETURN(const YamlNode root, ReadYaml(text, file_name));
  if (!root.IsMap()) return Wrong(root, "a map file is a YAML map", "see `tally help import`");
  TALLY_RETURN_IF_ERROR(
      RefuseOtherKeys(root, {"tally", "observed at", "reported at", "source", "source name",
                             "state", "code", "value", "note", "separator"}));
  TALLY_ASSIGN_OR_RETURN(const std::string format, RequiredText(root, "tally"));
  if (format != "csv-map/1") return Wrong(*Find(root, "tally"), "expected 'tally: csv-map/1'");
  CsvMap map;
  TALLY_ASSIGN_OR_RETURN(map.observed_at, RequiredText(root, "observed at"));
  TALLY_ASSIGN_OR_RETURN(map.reported_at, TextOf(root, "reported at"));
  TALLY_ASSIGN_OR_RETURN(map.code, TextOf(root, "code"));
  TALLY_ASSIGN_OR_RETURN(map.note, TextOf(root, "note"));
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
