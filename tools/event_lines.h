// Events as people and scripts write them: one JSON object a line (docs/EVENTS.md).
//
// Reading checks everything that needs no ledger: form, kind, times, body. Every fault names
// FILE:LINE:COLUMN, and nothing is recorded unless every line is good.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/event.h"
#include "schema/instant.h"
#include "schema/kind.h"
#include "tools/fault.h"
#include "tools/stream_end.h"

namespace tally::tools {

struct EventLine {
  FilePosition position;  // of the object
  FilePosition source_position;
  BodyKind kind = BodyKind::kUnset;
  bool opening = false;
  StreamName stream;  // not of openings
  ActorKind actor = ActorKind::kUnset;
  Bytes body;
  // Feeds:
  std::string source;  // name or number; "" for none
  Instant from;
  Instant until;
  std::optional<Instant> reported;
  std::optional<uint64_t> at_position;
  // Acts:
  std::optional<Instant> at;
  std::string answers;  // "INDEX", "INDEX/OFFSET" or a digest in hex; "" for none
  std::optional<ActId> id;
};

// `stream`: of lines that name none themselves; absent: they must. Empty lines are passed over.
absl::StatusOr<std::vector<EventLine>> ReadEventLines(absl::string_view text,
                                                      const std::string& file,
                                                      const std::optional<StreamName>& stream);

}  // namespace tally::tools
