#include "tools/documents.h"

#include "schema/status.h"

namespace tally::tools {
namespace {

bool IsDocument(BodyKind kind) {
  return kind == BodyKind::kZoneAdded || kind == BodyKind::kCalendarAdded ||
         kind == BodyKind::kDocumentAdded;
}

}  // namespace

absl::StatusOr<std::vector<ListedDocument>> ListDocuments(const ledger::Ledger& ledger,
                                                          BodyKind kind, Contents contents) {
  std::vector<ListedDocument> documents;
  ledger::ReadOptions system;
  system.stream = 0;
  TALLY_ASSIGN_OR_RETURN(auto cursor, ledger.Read(system));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return documents;
    for (const ledger::VerifiedEvent& event : record->events()) {
      if (event.erased || !IsDocument(event.header.kind)) continue;
      if (kind != BodyKind::kUnset && event.header.kind != kind) continue;
      ListedDocument listed;
      TALLY_ASSIGN_OR_RETURN(listed.document, DecodeDocumentAdded(event.body));
      listed.address = event.address;
      listed.recorded = record->recorded();
      listed.kind = event.header.kind;
      listed.content_bytes = listed.document.content.size();
      if (contents == Contents::kLeftOut) listed.document.content.clear();
      documents.push_back(std::move(listed));
    }
  }
}

}  // namespace tally::tools
