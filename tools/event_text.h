// One recorded event as people and programs read it.
#pragma once

#include <string>

#include "ledger/ledger.h"
#include "tools/console.h"
#include "tools/json_writer.h"

namespace tally::tools {

std::string KindText(BodyKind kind);
absl::string_view ActorText(ActorKind actor);
// The party's name, "operator" for the system stream, or hex.
std::string AuthorText(const ledger::Ledger& ledger, const StreamId& author);
// Who wrote the event: its header says so for acts, its feed's opening for evidence.
StreamId AuthorOf(const ledger::StreamState& stream, const EventHeader& header);

// tally.event/1 on one line.
void WriteEvent(JsonWriter& json, const ledger::Ledger& ledger,
                const ledger::VerifiedRecord& record, const ledger::VerifiedEvent& event,
                const ledger::StreamState& stream, const std::string& source = "");
// All that is known of it, a line a field.
void PrintEvent(Console& console, const ledger::Ledger& ledger,
                const ledger::VerifiedRecord& record, const ledger::VerifiedEvent& event,
                const ledger::StreamState& stream, const std::string& source = "");

}  // namespace tally::tools
