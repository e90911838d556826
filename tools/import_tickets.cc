// Two passes: all rows are read and checked, then the steps of each ticket are derived in its
// order.
#include "tools/import_tickets.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/import_map.h"

namespace tally::tools {
namespace {

bool Holds(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// ---- The map -------------------------------------------------------------------------------

// state: { column: state, new: [New], working: [Active], waiting: [...], resolved: [...], ... }
absl::Status ReadTicketStates(const YamlNode& root, TicketMap& map) {
  const YamlNode* node = FindInMap(root, "state");
  if (node == nullptr || !node->IsMap()) {
    return WrongInMap(node == nullptr ? root : *node, "the map does not say what 'state' is",
                      "write state: { column: NAME, new: [TEXT], resolved: [TEXT] }");
  }
  TALLY_RETURN_IF_ERROR(
      RefuseOtherKeys(*node, {"column", "new", "working", "waiting", "resolved", "closed"}));
  TALLY_ASSIGN_OR_RETURN(map.state, RequiredMapText(*node, "column"));
  constexpr std::pair<absl::string_view, TicketState> kStates[] = {
      {"new", TicketState::kNew},
      {"working", TicketState::kWorking},
      {"waiting", TicketState::kWaiting},
      {"resolved", TicketState::kResolved},
      {"closed", TicketState::kClosed}};
  for (const auto& [name, state] : kStates) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, MapTexts(*node, name));
    for (const std::string& text : texts) {
      for (const auto& [other, meaning] : map.states) {
        if (other == text) {
          return WrongInMap(*FindInMap(*node, name), absl::StrCat("'", text, "' means two states"));
        }
      }
      map.states.emplace_back(text, state);
    }
  }
  if (map.states.empty()) return WrongInMap(*node, "no text means any state");
  return absl::OkStatus();
}

// ---- Rows ----------------------------------------------------------------------------------

struct TicketColumns {
  size_t ticket = 0, opened_at = 0, observed_at = 0, state = 0;
  std::optional<size_t> order, resolved_at;
  std::optional<size_t> actor, priority, category, service, site, incident;
};

absl::StatusOr<TicketColumns> FindColumns(const CsvReader& reader, const TicketMap& map) {
  TicketColumns columns;
  TALLY_ASSIGN_OR_RETURN(columns.ticket, ColumnOf(reader, map.ticket));
  TALLY_ASSIGN_OR_RETURN(columns.opened_at, ColumnOf(reader, map.opened_at));
  TALLY_ASSIGN_OR_RETURN(columns.observed_at, ColumnOf(reader, map.observed_at));
  TALLY_ASSIGN_OR_RETURN(columns.state, ColumnOf(reader, map.state));
  const std::pair<const std::optional<std::string>*, std::optional<size_t>*> optional[] = {
      {&map.order, &columns.order},       {&map.resolved_at, &columns.resolved_at},
      {&map.actor, &columns.actor},       {&map.priority, &columns.priority},
      {&map.category, &columns.category}, {&map.service, &columns.service},
      {&map.site, &columns.site},         {&map.incident, &columns.incident}};
  for (const auto& [name, column] : optional) {
    if (!name->has_value()) continue;
    TALLY_ASSIGN_OR_RETURN(*column, ColumnOf(reader, **name));
  }
  return columns;
}

struct TicketRow {
  uint64_t line = 0;
  Instant observed_at, opened_at;
  int64_t order = 0;
  std::optional<Instant> resolved_at;
  TicketState state = TicketState::kNew;
  ActorKind actor = ActorKind::kHuman;
  TicketEvent words;  // without a step; the reason is the state's own text
};

class RowReader {
 public:
  RowReader(const TicketMap& map, const TicketColumns& columns) : map_(map), columns_(columns) {}

  // The row, or what is wrong with it.
  std::optional<RowError> Read(const CsvReader::Row& row, TicketRow& read) const {
    read.line = row.line;
    std::optional<RowError> error = ReadTime(row, columns_.observed_at, read.observed_at);
    if (!error) error = ReadTime(row, columns_.opened_at, read.opened_at);
    if (!error) error = ReadState(row, read);
    if (!error) error = ReadOrder(row, read);
    if (!error && columns_.resolved_at && !Text(row, columns_.resolved_at).empty()) {
      read.resolved_at.emplace();
      error = ReadTime(row, *columns_.resolved_at, *read.resolved_at);
    }
    if (error) return error;
    TicketEvent& words = read.words;
    words.ticket = row.fields[columns_.ticket].text;
    words.actor = Text(row, columns_.actor);
    words.priority = Text(row, columns_.priority);
    words.category = Text(row, columns_.category);
    words.service = Text(row, columns_.service);
    words.site = Text(row, columns_.site);
    words.incident = Text(row, columns_.incident);
    words.reason = row.fields[columns_.state].text;
    if (Holds(map_.automation, words.actor)) read.actor = ActorKind::kAutomation;
    return std::nullopt;
  }

 private:
  static RowError Wrong(const CsvReader::Row& row, size_t column, std::string message) {
    return {row.line, row.fields[column].column, std::move(message)};
  }
  // Empty: the column is absent, or its text stands for nothing.
  std::string Text(const CsvReader::Row& row, const std::optional<size_t>& column) const {
    if (!column || Holds(map_.not_known, row.fields[*column].text)) return "";
    return row.fields[*column].text;
  }
  static std::optional<RowError> ReadTime(const CsvReader::Row& row, size_t column, Instant& time) {
    absl::StatusOr<Instant> read = ParseInstant(row.fields[column].text);
    if (!read.ok()) return Wrong(row, column, std::string(read.status().message()));
    time = *read;
    return std::nullopt;
  }
  std::optional<RowError> ReadState(const CsvReader::Row& row, TicketRow& read) const {
    const std::string& text = row.fields[columns_.state].text;
    const auto state = std::find_if(map_.states.begin(), map_.states.end(),
                                    [&](const auto& pair) { return pair.first == text; });
    if (state == map_.states.end()) {
      return Wrong(row, columns_.state, absl::StrCat("the map gives '", text, "' no state"));
    }
    read.state = state->second;
    return std::nullopt;
  }
  std::optional<RowError> ReadOrder(const CsvReader::Row& row, TicketRow& read) const {
    if (!columns_.order) return std::nullopt;
    const std::string& text = row.fields[*columns_.order].text;
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || !absl::SimpleAtoi(text, &read.order)) {
      return Wrong(row, *columns_.order, "the order is not a whole number");
    }
    return std::nullopt;
  }

  const TicketMap& map_;
  const TicketColumns& columns_;
};

// ---- Steps ---------------------------------------------------------------------------------

bool IsDone(TicketState state) {
  return state == TicketState::kResolved || state == TicketState::kClosed;
}

// Derives the events of one ticket from its rows in order.
class StepWriter {
 public:
  StepWriter(bool by_column, std::vector<ImportedTicketEvent>& events)
      : by_column_(by_column), events_(events) {}

  void Write(const std::vector<TicketRow>& rows) {
    const TicketRow& first = rows.front();
    TicketRow opening = first;
    if (first.observed_at < first.opened_at) {
      opening.words = TicketEvent();
      opening.words.ticket = first.words.ticket;
    }
    opening.words.reason.clear();
    Add(opening, TicketStep::kOpened, first.opened_at);
    const TicketRow* before = nullptr;
    for (const TicketRow& row : rows) {
      WriteRow(before, row);
      before = &row;
    }
    const TicketRow& last = rows.back();
    if (by_column_ && last.resolved_at) Add(last, TicketStep::kResolved, *last.resolved_at);
  }

 private:
  void Add(const TicketRow& row, TicketStep step, Instant at) {
    ImportedTicketEvent event{.line = row.line,
                              .observed_at = at,
                              .reported_at = std::max(at, row.observed_at),
                              .actor = row.actor,
                              .body = row.words};
    event.body.step = step;
    events_.push_back(std::move(event));
  }
  void WriteRow(const TicketRow* before, const TicketRow& row) {
    const size_t written = events_.size();
    const Instant at = row.observed_at;
    if (before != nullptr && before->state == TicketState::kWaiting &&
        before->words.reason != row.words.reason) {
      Add(row, TicketStep::kResumed, at);
      events_.back().body.reason = before->words.reason;
    }
    if (!by_column_ && before != nullptr && IsDone(before->state) && !IsDone(row.state)) {
      Add(row, TicketStep::kReopened, at);
    }
    // Terms may ask for an answer by a human being: an automatic one does not hide the first of
    // his.
    const bool human = row.actor == ActorKind::kHuman;
    if (row.state != TicketState::kNew && (!answered_ || (human && !answered_by_human_))) {
      Add(row, TicketStep::kResponded, at);
      answered_ = true;
      answered_by_human_ = human;
    }
    if (row.state == TicketState::kWaiting) Add(row, TicketStep::kPaused, at);
    if (!by_column_ && row.state == TicketState::kResolved) Add(row, TicketStep::kResolved, at);
    if (!by_column_ && row.state == TicketState::kClosed) Add(row, TicketStep::kClosed, at);
    if (events_.size() == written) Add(row, TicketStep::kClassified, at);
  }

  const bool by_column_;
  bool answered_ = false, answered_by_human_ = false;
  std::vector<ImportedTicketEvent>& events_;
};

// Times that a desk's log hardly means: each is said once for a ticket.
void NoteOddTimes(const std::vector<TicketRow>& rows, std::vector<RowError>& oddities) {
  const TicketRow& first = rows.front();
  if (first.observed_at < first.opened_at) {
    oddities.push_back({first.line, 0,
                        absl::StrCat("ticket ", first.words.ticket, " was changed ",
                                     FormatInstant(first.observed_at), ", before it was opened, ",
                                     FormatInstant(first.opened_at))});
  }
  for (const TicketRow& row : rows) {
    if (row.opened_at == first.opened_at) continue;
    oddities.push_back(
        {row.line, 0,
         absl::StrCat("ticket ", row.words.ticket, " was opened ", FormatInstant(row.opened_at),
                      ", and ", FormatInstant(first.opened_at), " by line ", first.line,
                      ", which counts")});
    return;
  }
}

// The rows of one ticket, and whether all of them could be read.
struct TicketRows {
  std::vector<TicketRow> rows;
  bool bad = false;
};

}  // namespace

TicketMap IncidentLogMap() {
  TicketMap map;
  map.source_name = "servicedesk";
  map.ticket = "case";
  map.opened_at = "opened_at";
  map.observed_at = "updated_at";
  map.state = "state";
  map.states = {{"New", TicketState::kNew},
                {"-100", TicketState::kNew},
                {"Active", TicketState::kWorking},
                {"Awaiting User Info", TicketState::kWaiting},
                {"Awaiting Vendor", TicketState::kWaiting},
                {"Awaiting Problem", TicketState::kWaiting},
                {"Awaiting Evidence", TicketState::kWaiting},
                {"Resolved", TicketState::kResolved},
                {"Closed", TicketState::kClosed}};
  map.order = "mod_count";
  map.actor = "updated_by";
  map.priority = "priority";
  map.category = "category";
  map.site = "location";
  map.not_known = {"?"};
  return map;
}

absl::StatusOr<TicketMap> ParseTicketMap(absl::string_view text, absl::string_view file_name) {
  TALLY_ASSIGN_OR_RETURN(const YamlNode root, ReadYaml(text, file_name));
  if (!root.IsMap()) return WrongInMap(root, "a map file is a YAML map", "see `tally help import`");
  TALLY_RETURN_IF_ERROR(
      RefuseOtherKeys(root, {"tally", "source name", "ticket", "opened at", "observed at", "state",
                             "order", "resolved at", "actor", "priority", "category", "service",
                             "site", "incident", "not known", "automation", "separator"}));
  TALLY_ASSIGN_OR_RETURN(const std::string format, RequiredMapText(root, "tally"));
  if (format != "ticket-map/1") {
    return WrongInMap(*FindInMap(root, "tally"), "expected 'tally: ticket-map/1'");
  }
  TicketMap map;
  TALLY_ASSIGN_OR_RETURN(map.source_name, RequiredMapText(root, "source name"));
  TALLY_ASSIGN_OR_RETURN(map.ticket, RequiredMapText(root, "ticket"));
  TALLY_ASSIGN_OR_RETURN(map.opened_at, RequiredMapText(root, "opened at"));
  TALLY_ASSIGN_OR_RETURN(map.observed_at, RequiredMapText(root, "observed at"));
  TALLY_RETURN_IF_ERROR(ReadTicketStates(root, map));
  const std::pair<absl::string_view, std::optional<std::string>*> optional[] = {
      {"order", &map.order},       {"resolved at", &map.resolved_at}, {"actor", &map.actor},
      {"priority", &map.priority}, {"category", &map.category},       {"service", &map.service},
      {"site", &map.site},         {"incident", &map.incident}};
  for (const auto& [key, column] : optional) {
    TALLY_ASSIGN_OR_RETURN(*column, MapText(root, key));
  }
  TALLY_ASSIGN_OR_RETURN(map.not_known, MapTexts(root, "not known"));
  TALLY_ASSIGN_OR_RETURN(map.automation, MapTexts(root, "automation"));
  TALLY_ASSIGN_OR_RETURN(map.separator, MapSeparator(root));
  return map;
}

absl::StatusOr<ImportedTickets> ReadTicketsCsv(absl::string_view text, const TicketMap& map) {
  TALLY_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(text, map.separator));
  TALLY_ASSIGN_OR_RETURN(const TicketColumns columns, FindColumns(reader, map));
  const RowReader rows(map, columns);
  std::map<std::string, size_t> numbers;  // of tickets, by their first rows
  std::vector<TicketRows> tickets;
  ImportedTickets imported;
  CsvReader::Row row;
  std::optional<RowError> error;
  while (reader.Next(row, error)) {
    if (error.has_value()) {
      imported.errors.push_back(*error);
      continue;
    }
    const std::string& name = row.fields[columns.ticket].text;
    if (name.empty()) {
      imported.errors.push_back(
          {row.line, row.fields[columns.ticket].column, "the ticket is empty"});
      continue;
    }
    const auto [found, is_new] = numbers.emplace(name, tickets.size());
    if (is_new) tickets.emplace_back();
    TicketRows& ticket = tickets[found->second];
    TicketRow read;
    if (std::optional<RowError> wrong = rows.Read(row, read)) {
      absl::StrAppend(&wrong->message, "; all of ticket ", name, " is bad with it");
      imported.errors.push_back(*std::move(wrong));
      ticket.bad = true;
    } else {
      ticket.rows.push_back(std::move(read));
    }
  }
  for (TicketRows& ticket : tickets) {
    if (ticket.bad) continue;
    std::stable_sort(ticket.rows.begin(), ticket.rows.end(),
                     [](const TicketRow& a, const TicketRow& b) {
                       return std::tie(a.observed_at, a.order) < std::tie(b.observed_at, b.order);
                     });
    NoteOddTimes(ticket.rows, imported.oddities);
    StepWriter(map.resolved_at.has_value(), imported.events).Write(ticket.rows);
    ++imported.tickets;
  }
  return imported;
}

}  // namespace tally::tools
