#include "tools/feed_history.h"

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

Hash ContentOf(BodyKind kind, uint32_t source, Instant from, Instant until, ByteView body) {
  Bytes fields;
  ByteWriter writer(fields);
  writer.U16(static_cast<uint16_t>(kind));
  writer.U32(source);
  writer.I64(from.micros);
  writer.I64(until.micros);
  return ledger::Sha256Of({fields, body});
}

}  // namespace

void FeedHistory::Remember(const ledger::VerifiedEvent& event) {
  const EventHeader& header = event.header;
  const KindRow* row = FindKind(header.kind);
  if (event.erased || row == nullptr || row->opening) return;
  const Hash content = ContentOf(header.kind, header.source, header.observed_from,
                                 header.observed_until, event.body);
  by_content_[content].push_back({event.address, header.position});
  if (header.kind != BodyKind::kWatermark) by_position_[header.position] = content;
}

absl::StatusOr<FeedHistory> FeedHistory::Read(const ledger::Ledger& ledger,
                                              const ledger::StreamState& feed) {
  FeedHistory history;
  TALLY_ASSIGN_OR_RETURN(history.end_,
                         ReadFeedEnd(ledger, feed, [&](const ledger::VerifiedEvent& event) {
                           history.Remember(event);
                         }));
  return history;
}

absl::StatusOr<std::optional<ledger::EventAddress>> FeedHistory::Match(const EvidenceDraft& draft) {
  const Hash content = ContentOf(draft.kind, draft.source, draft.from, draft.until, draft.body);
  const auto known = by_content_.find(content);
  if (draft.position.has_value()) {
    const auto there = by_position_.find(*draft.position);
    if (there == by_position_.end()) return std::nullopt;
    if (there->second != content || known == by_content_.end()) {
      return Refuse("already-exists",
                    absl::StrCat("position ", *draft.position, " of feed \"", end_.name,
                                 "\" holds another event"),
                    "what was recorded stays: late evidence takes a new position");
    }
    for (const Known& candidate : known->second) {
      if (candidate.position == *draft.position) return candidate.address;
    }
    return std::nullopt;
  }
  if (known == by_content_.end()) return std::nullopt;
  size_t& matched = matched_[content];
  // A watermark says the same however often it is said.
  if (draft.kind == BodyKind::kWatermark) return known->second.front().address;
  if (matched == known->second.size()) return std::nullopt;
  return known->second[matched++].address;
}

}  // namespace tally::tools
