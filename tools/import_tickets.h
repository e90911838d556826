// Tickets of a service desk from its audit log: CSV rows that each say in which state a ticket was
// found, or put, at some time. A row is not yet what terms speak of, so the steps are derived here,
// once, and the ledger's events carry them with the source's own word beside (TicketEvent.reason).
//
// The rows of a ticket are taken by time, then by the number of the order column, then as they
// stand. Each of them becomes, in this order:
//   resumed      the row before was waiting, and this one is in another state; reason: that state
//   reopened     the row before was resolved or closed, this one is neither
//   responded    the first row whose state is not one of the new ones
//   paused, resolved, closed    what the state is
//   classified   a row that is none of these: it only tells priority, category and the like
// Before them stands `opened`, at the time of the column that says so, with the words of the first
// row unless that row is older. A waiting row that follows one of the same state says `paused`
// again, which changes nothing.
//
// Where the map names a column of the resolution, that column alone resolves: one `resolved` at its
// time, as the last row says, and rows of resolved and closed states only classify.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/event.h"
#include "schema/evidence.h"
#include "schema/instant.h"
#include "tools/csv_reader.h"

namespace tally::tools {

enum class TicketState { kNew, kWorking, kWaiting, kResolved, kClosed };

struct TicketMap {
  char separator = ',';
  std::string source_name;  // the desk: one source, whatever the number of tickets
  std::string ticket, opened_at, observed_at, state;        // columns
  std::vector<std::pair<std::string, TicketState>> states;  // text of the column -> state
  std::optional<std::string> order, resolved_at;            // columns that may be absent
  std::optional<std::string> actor, priority, category, service, site, incident;
  std::vector<std::string> not_known;   // texts of these columns that stand for nothing
  std::vector<std::string> automation;  // actors that are machines; all others are human
};
// The columns of the UCI incident log: the default of `tally import tickets-csv`.
TicketMap IncidentLogMap();
// A YAML map file ("tally: ticket-map/1"). InvalidArgument with file:line:column.
absl::StatusOr<TicketMap> ParseTicketMap(absl::string_view text, absl::string_view file_name);

struct ImportedTicketEvent {
  uint64_t line = 0;  // of its row
  Instant observed_at;
  Instant reported_at;  // when the row was written
  ActorKind actor = ActorKind::kUnset;
  TicketEvent body;
};
struct ImportedTickets {
  std::vector<ImportedTicketEvent> events;  // ticket after ticket, by their first rows
  uint64_t tickets = 0;
  std::vector<RowError> errors;
  std::vector<RowError> oddities;  // rows that were read, and hardly say what was meant
};
// A ticket with a bad row is left out whole: its steps follow from all of its rows. InvalidArgument
// only when the header lacks a column.
absl::StatusOr<ImportedTickets> ReadTicketsCsv(absl::string_view text, const TicketMap& map);

}  // namespace tally::tools
