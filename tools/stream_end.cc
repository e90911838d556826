#include "tools/stream_end.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {

const SourceRegistered* FeedEnd::FindSource(absl::string_view source_name) const {
  for (const SourceRegistered& source : sources) {
    if (source.name == source_name) return &source;
  }
  return nullptr;
}

const SourceRegistered* FeedEnd::FindSource(uint32_t number) const {
  for (const SourceRegistered& source : sources) {
    if (source.source == number) return &source;
  }
  return nullptr;
}

bool IsUnitOfTime(absl::string_view unit) {
  constexpr absl::string_view kUnits[] = {"ns", "us", "ms", "s", "min"};
  return std::find(std::begin(kUnits), std::end(kUnits), unit) != std::end(kUnits);
}

absl::StatusOr<FeedEnd> ReadFeedEnd(const ledger::Ledger& ledger, const ledger::StreamState& feed,
                                    const EventVisitor& visit) {
  FeedEnd end;
  end.ledger = ledger.id();
  end.stream = feed.id;
  end.name = feed.name;
  end.author = feed.author;
  end.last_position = feed.last_position;
  // The opening is the feed's first record but no link of the author's chain.
  if (feed.records > 1) end.newest = feed.newest_digest;
  ledger::ReadOptions of_feed;
  of_feed.stream = feed.opening_index;
  TALLY_ASSIGN_OR_RETURN(auto cursor, ledger.Read(of_feed));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) break;
    for (const ledger::VerifiedEvent& event : record->events()) {
      if (visit) visit(event);
      if (event.erased) continue;
      if (event.header.kind == BodyKind::kSourceRegistered) {
        TALLY_ASSIGN_OR_RETURN(SourceRegistered source, DecodeSourceRegistered(event.body));
        end.sources.push_back(std::move(source));
      } else if (event.header.kind == BodyKind::kWatermark) {
        TALLY_ASSIGN_OR_RETURN(Watermark watermark, DecodeWatermark(event.body));
        end.watermark = watermark.through;
      }
    }
  }
  for (const SourceRegistered& source : end.sources) {
    TALLY_ASSIGN_OR_RETURN(ledger::Ledger::SourceEnd last,
                           ledger.EndOfSource(feed.opening_index, source.source));
    if (last.last_position > 0) end.last_positions[source.source] = last.last_position;
  }
  return end;
}

ActEnd EndOfActs(const ledger::Ledger& ledger, const ledger::StreamState& stream) {
  ActEnd end;
  end.ledger = ledger.id();
  end.stream = stream.id;
  if (stream.records > 0) end.seen = Seen{stream.records - 1, stream.newest_leaf};
  return end;
}

absl::StatusOr<StreamName> ParseStreamName(absl::string_view text) {
  if (text == "system") return StreamName{StreamKind::kSystem, "system"};
  for (const StreamKind kind : {StreamKind::kParty, StreamKind::kFeed, StreamKind::kAgreement}) {
    const std::string prefix = absl::StrCat(StreamKindName(kind), "/");
    if (absl::StartsWith(text, prefix) && text.size() > prefix.size()) {
      return StreamName{kind, std::string(text.substr(prefix.size()))};
    }
  }
  return Refuse("usage", absl::StrCat("\"", text, "\" names no stream"),
                "write system, party/NAME, feed/NAME or agreement/NAME");
}

absl::StatusOr<ledger::StreamState> FindStream(const ledger::Ledger& ledger,
                                               const StreamName& name) {
  absl::StatusOr<ledger::StreamState> stream = name.kind == StreamKind::kSystem
                                                   ? ledger.StreamAt(0)
                                                   : ledger.FindStream(name.kind, name.name);
  if (stream.ok()) return stream;
  if (!absl::IsNotFound(stream.status())) return Translate(Doing::kReading, stream.status());
  const std::string kind(StreamKindName(name.kind));
  const std::string plural = name.kind == StreamKind::kParty ? "party list" : kind + " list";
  return Refuse("not-found", absl::StrCat("the ledger has no ", kind, " \"", name.name, "\""),
                absl::StrCat("`tally ", plural, "` names those that it has"));
}

std::string StreamText(const ledger::StreamState& stream) {
  if (stream.kind == StreamKind::kSystem) return "system";
  return absl::StrCat(StreamKindName(stream.kind), "/", stream.name);
}

}  // namespace tally::tools
