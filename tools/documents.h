// The public documents of a ledger: zones, calendars and wordings, as events of its system stream.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "schema/kind.h"

namespace tally::tools {

struct ListedDocument {
  ledger::EventAddress address;
  Instant recorded;
  BodyKind kind = BodyKind::kUnset;  // kZoneAdded, kCalendarAdded or kDocumentAdded
  size_t content_bytes = 0;
  DocumentAdded document;  // with its content only when asked for
};

enum class Contents { kLeftOut, kKept };
// In log order. `kind` kUnset: all three kinds.
absl::StatusOr<std::vector<ListedDocument>> ListDocuments(const ledger::Ledger& ledger,
                                                          BodyKind kind, Contents contents);

}  // namespace tally::tools
