// What is shown. Where in doubt, an event is shown: a verifier asks for what the rule says, and
// more than that harms no proof.
#include "ledger/pack/pack_selection.h"

#include "ledger/chain/recorded_form.h"
#include "schema/body.h"
#include "schema/status.h"

namespace tally::ledger {

absl::Status FeedDisclosure::Learn(const EventAddress& address, const EventHeader& header,
                                   ByteView body) {
  if (header.kind == BodyKind::kSourceRegistered) {
    TALLY_ASSIGN_OR_RETURN(const SourceRegistered source, DecodeSourceRegistered(body));
    if (selection_.sources.contains(source.name)) sources_.insert(source.source);
    return absl::OkStatus();
  }
  if (!IsWanted(header) || header.observed_from >= selection_.from) return absl::OkStatus();
  const auto [begun, first] = begun_.try_emplace(header.source, header.observed_from);
  // Of two reports of one instant the later word holds.
  if (first || header.observed_from >= begun->second) {
    begun->second = header.observed_from;
    at_begin_[header.source] = address;
  }
  return absl::OkStatus();
}

bool FeedDisclosure::IsWanted(const EventHeader& header) const {
  return header.source == 0 || sources_.contains(header.source);
}

bool FeedDisclosure::Shows(const EventAddress& address, const EventHeader& header) const {
  if (!MayWithhold(header.kind)) return true;
  if (!IsWanted(header)) return false;
  // An instant is observed where it stands, a stretch wherever it reaches.
  const bool begins_in_time = header.observed_from < selection_.until;
  const bool ends_in_time =
      header.observed_from >= selection_.from || header.observed_until > selection_.from;
  if (begins_in_time && ends_in_time) return true;
  const auto begin = at_begin_.find(header.source);
  return begin != at_begin_.end() && begin->second == address;
}

uint64_t NamedDigests::FirstWord(ByteView bytes) { return ByteReader(bytes).U64(); }

void NamedDigests::Learn(ByteView body) {
  for (size_t at = 0; at + DocumentDigest::size() <= body.size(); at += sizeof(uint64_t)) {
    words_.insert(FirstWord(body.subspan(at)));
  }
}

}  // namespace tally::ledger
