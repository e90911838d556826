// Reading a pack that was verified: records are decoded again as they are asked for, so what is
// held beside the pack's bytes is small.
#include "ledger/pack/pack_ledger.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/layout.h"
#include "ledger/log/record_verifier.h"
#include "ledger/log/recorded_time.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status NotInPacks(absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("a pack holds no ", what, ": ask the ledger that it was made from"));
}

// Whether a run, whole or in part, has rows of `source`.
absl::StatusOr<bool> HasSource(const PackEvent& event, uint32_t source) {
  const auto is = [&](const auto& each) { return each.source == source; };
  if (event.shown) {
    TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(event.body));
    return std::ranges::any_of(run.sources(), is);
  }
  TALLY_ASSIGN_OR_RETURN(const PartialRun run, DecodePartialRun(event.partial));
  return std::ranges::any_of(run.sources, is);
}

}  // namespace

// Over the members of one stream, or all; the ledger outlives it.
class PackCursor final : public Cursor {
 public:
  PackCursor(const PackLedger& ledger, const ReadOptions& options, uint64_t limit)
      : ledger_(ledger), options_(options), limit_(limit) {
    if (!options.stream) return;
    const auto found = ledger_.contents_.records.find(*options.stream);
    places_ = found == ledger_.contents_.records.end() ? &none_ : &found->second;
  }

  absl::StatusOr<std::optional<VerifiedRecord>> Next() override {
    while (const PackMember* member = NextMember()) {
      if (member->index >= limit_) break;
      if (member->index < options_.first || !member->IsWhole()) continue;
      TALLY_ASSIGN_OR_RETURN(VerifiedRecord record, ledger_.Decode(*member));
      if (!record.events().empty()) return std::optional<VerifiedRecord>(std::move(record));
    }
    return std::optional<VerifiedRecord>();
  }

 private:
  const PackMember* NextMember() {
    const std::vector<PackMember>& members = ledger_.contents_.pack.members;
    if (places_ == nullptr) return next_ < members.size() ? &members[next_++] : nullptr;
    return next_ < places_->size() ? &members[(*places_)[next_++]] : nullptr;
  }

  const PackLedger& ledger_;
  const ReadOptions options_;
  const uint64_t limit_;
  const std::vector<uint32_t> none_;
  const std::vector<uint32_t>* places_ = nullptr;  // null: every member
  size_t next_ = 0;
};

const PackLedger* AsPack(const Ledger& ledger) { return dynamic_cast<const PackLedger*>(&ledger); }

Head PackLedger::head() const {
  Head head;
  head.size = contents_.tree.size();
  head.root = contents_.tree.root();
  head.recorded = InstantOfMilliseconds(contents_.pack.members.back().recorded_ms);
  head.note = std::string(contents_.pack.checkpoint);
  return head;
}

const PackMember* PackLedger::Find(uint64_t index) const {
  const std::vector<PackMember>& members = contents_.pack.members;
  const auto found = std::ranges::lower_bound(members, index, {}, &PackMember::index);
  return found == members.end() || found->index != index ? nullptr : &*found;
}

bool PackLedger::Knows(uint64_t size) const {
  return size > 0 && contents_.tree.RootAt(size).ok() && Find(size - 1) != nullptr;
}

absl::StatusOr<StreamState> PackLedger::StreamAt(uint64_t opening_index) const {
  const auto found = contents_.streams.find(opening_index);
  if (found != contents_.streams.end()) return found->second;
  return absl::NotFoundError(
      absl::StrCat("the pack holds no stream that record ", opening_index, " opens"));
}

absl::StatusOr<StreamState> PackLedger::FindStream(StreamKind kind, absl::string_view name) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         contents_.rows.Get(layout::Name(kind, name)));
  if (!value) {
    return absl::NotFoundError(absl::StrCat("the pack holds no ", StreamKindName(kind), " ", name));
  }
  TALLY_ASSIGN_OR_RETURN(const uint64_t opening, DecodeNumberRow(*value));
  return StreamAt(opening);
}

absl::StatusOr<StreamState> PackLedger::FindStream(const StreamId& id) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, contents_.rows.Get(layout::Stream(id)));
  if (!value) return absl::NotFoundError(absl::StrCat("the pack holds no stream ", id.ToHex()));
  TALLY_ASSIGN_OR_RETURN(const uint64_t opening, DecodeNumberRow(*value));
  return StreamAt(opening);
}

absl::StatusOr<std::vector<StreamState>> PackLedger::Streams() const {
  std::vector<StreamState> streams;
  for (const auto& [opening, state] : contents_.streams) streams.push_back(state);
  return streams;
}

absl::StatusOr<Ledger::SourceEnd> PackLedger::EndOfSource(uint64_t feed_opening,
                                                          uint32_t source) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         contents_.rows.Get(layout::SourceEnd(feed_opening, source)));
  if (!value) return SourceEnd{};
  TALLY_ASSIGN_OR_RETURN(const uint64_t position, DecodeNumberRow(*value));
  return SourceEnd{position};
}

absl::StatusOr<uint64_t> PackLedger::RecordOfPosition(uint64_t feed_opening,
                                                      uint64_t position) const {
  const std::optional<ByteView> value = contents_.rows.AtOrBehind(
      layout::Position(feed_opening, position), layout::Position(feed_opening + 1, 0));
  if (value.has_value() && position > 0) {
    TALLY_ASSIGN_OR_RETURN(const PositionRow row, DecodePositionRow(*value));
    if (row.first <= position) return row.index;
  }
  return absl::NotFoundError(
      absl::StrCat("the feed opened by record ", feed_opening, " holds no position ", position));
}

absl::StatusOr<uint64_t> PackLedger::RecordOfAct(uint64_t stream_opening, const StreamId& author,
                                                 const ActId& id) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         contents_.rows.Get(layout::Act(stream_opening, author, id)));
  if (!value) return absl::NotFoundError(absl::StrCat("no act ", id.ToHex()));
  return DecodeNumberRow(*value);
}

absl::StatusOr<std::unique_ptr<Cursor>> PackLedger::Read(const ReadOptions& options) const {
  const uint64_t size = contents_.tree.size();
  if (options.limit.value_or(size) > size) {
    return absl::InvalidArgumentError(
        absl::StrCat("size ", *options.limit, " lies beyond the log's ", size));
  }
  return std::unique_ptr<Cursor>(
      std::make_unique<PackCursor>(*this, options, options.limit.value_or(size)));
}

absl::StatusOr<VerifiedRecord> PackLedger::ReadRecord(uint64_t index) const {
  const PackMember* member = Find(index);
  if (member == nullptr) {
    return absl::NotFoundError(absl::StrCat("record ", index, " is not in the pack"));
  }
  return Decode(*member);
}

absl::StatusOr<bool> PackLedger::IsErased(const PackEvent& event,
                                          const EventAddress& address) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> row,
                         contents_.rows.Get(layout::Erased(address.index, address.offset)));
  if (!row.has_value()) return false;
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> erasures, DecodeErasuresRow(*row));
  ErasedRows named;
  for (const uint64_t index : erasures) {
    const PackMember* member = Find(index);
    if (member == nullptr) return absl::DataLossError("an erasure that the pack does not hold");
    TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(EventsOf(*member).at(0).body));
    named.Add(erasure.part);
  }
  if (named.whole() || event.partial.empty()) return named.whole();
  TALLY_ASSIGN_OR_RETURN(const PartialRun rest, DecodePartialRun(event.partial));
  return !MissingUnnamed(rest, named).has_value();
}

absl::StatusOr<VerifiedRecord> PackLedger::Decode(const PackMember& member) const {
  if (!member.IsWhole()) {
    return RecordVerifier::OfPack(member.index, {member.recorded_ms, member.record_hash}, {}, {},
                                  {}, contents_.bytes);
  }
  TALLY_ASSIGN_OR_RETURN(const Record record, DecodeRecord(member.record));
  TALLY_ASSIGN_OR_RETURN(const Evidence evidence, DecodeEvidence(member.evidence));
  std::vector<VerifiedEvent> events;
  events.reserve(member.count);
  std::optional<EventHeader> first;  // of the record, whether shown or not
  uint32_t offset = 0;
  for (const PackEvent& event : EventsOf(member)) {
    TALLY_ASSIGN_OR_RETURN(EventHeader header, DecodeHeader(event.header));
    if (!first) first = header;
    const EventAddress address{member.index, offset};
    bool erased = false;
    if (!event.shown) {
      TALLY_ASSIGN_OR_RETURN(erased, IsErased(event, address));
    }
    if (erased) {
      events.push_back({address,
                        std::move(header),
                        EventDigest(event.header),
                        event.header,
                        {},
                        Salt(),
                        /*erased=*/true,
                        event.partial});
    } else if (event.shown) {
      TALLY_ASSIGN_OR_RETURN(const Salt salt, Salt::FromBytes(event.salt));
      events.push_back({address, std::move(header), EventDigest(event.header), event.header,
                        event.body, salt,
                        /*erased=*/false});
    }
    ++offset;
  }
  const Entry entry = EntryOf(member.record, member.recorded_ms);
  VerifiedRecord shown = RecordVerifier::OfPack(member.index, entry, record, evidence,
                                                std::move(events), contents_.bytes);
  const StreamState& stream = contents_.streams.at(record.stream);
  const bool inside = record.sequence > 0;
  const bool feed = stream.kind == StreamKind::kFeed && inside;
  const bool agreement = stream.kind == StreamKind::kAgreement && inside;
  RecordVerifier::Judge(
      shown, contents_.keyring,
      {feed ? stream.author : first->author, first->kind, agreement ? stream.id : StreamId()});
  return shown;
}

absl::StatusOr<uint64_t> PackLedger::SizeAsRecorded(Instant time) const {
  for (const PackMember& member : contents_.pack.members) {
    if (InstantOfMilliseconds(member.recorded_ms) > time) return member.index;
  }
  return contents_.tree.size();
}

absl::StatusOr<Hash> PackLedger::RootAt(uint64_t size) const { return contents_.tree.RootAt(size); }

absl::StatusOr<std::vector<Hash>> PackLedger::InclusionPath(uint64_t, uint64_t) const {
  return NotInPacks("paths of single records");
}

absl::StatusOr<std::vector<Hash>> PackLedger::ConsistencyProof(uint64_t, uint64_t) const {
  return NotInPacks("proofs between sizes");
}

absl::StatusOr<std::vector<Hash>> PackLedger::Tile(TileName, uint32_t) const {
  return NotInPacks("tiles");
}

absl::StatusOr<Receipt> PackLedger::Prove(uint64_t, std::optional<uint32_t>) const {
  return NotInPacks("receipts");
}

absl::StatusOr<PackLedger::ShownRow> PackLedger::RowShown(const PackRow& row) const {
  const auto none = [&] {
    return absl::NotFoundError(
        absl::StrCat("row ", row.row, " of event ", row.run.ToText(), " is not shown alone"));
  };
  const PackMember* member = Find(row.run.index);
  if (member == nullptr || row.run.offset >= member->count) return none();
  const PackEvent event = EventsOf(*member)[row.run.offset];
  if (event.partial.empty()) return none();
  TALLY_ASSIGN_OR_RETURN(const Record record, DecodeRecord(member->record));
  TALLY_ASSIGN_OR_RETURN(const PartialRun run, DecodePartialRun(event.partial));
  ShownRow shown;
  TALLY_ASSIGN_OR_RETURN(shown.header, DecodeHeader(event.header));
  shown.digest = EventDigest(event.header);
  shown.stream = record.stream;
  const std::optional<PartialRun::KnownRow> known = run.FindRow(row.row);
  if (!known.has_value()) return none();
  shown.source = known->source;
  shown.row = known->row;
  return shown;
}

absl::StatusOr<std::vector<PackLedger::LaterWord>> PackLedger::LaterWordsOn(
    const PackRow& row) const {
  TALLY_ASSIGN_OR_RETURN(const ShownRow shown, RowShown(row));
  const FeedSelection nothing{.until = Instant::Min()};
  const FeedDisclosure said(nothing, {{row.run, shown.source, shown.row.from}});
  std::vector<LaterWord> words;
  for (const uint32_t place : contents_.records.at(shown.stream)) {
    const PackMember& member = contents_.pack.members[place];
    if (member.index < row.run.index) continue;
    uint32_t offset = 0;
    for (const PackEvent& event : EventsOf(member)) {
      const EventAddress at{member.index, offset++};
      TALLY_ASSIGN_OR_RETURN(EventHeader header, DecodeHeader(event.header));
      if (at <= row.run) continue;
      bool told = MayWithhold(header.kind) && said.Shows(at, header);
      const Interval reach{header.observed_from, header.observed_until};
      if (header.kind == BodyKind::kMeasurementRun && reach.Contains(shown.row.from)) {
        TALLY_ASSIGN_OR_RETURN(told, HasSource(event, shown.source));
      }
      if (!told) continue;
      LaterWord word{at, InstantOfMilliseconds(member.recorded_ms), std::move(header),
                     EventDigest(event.header)};
      if (event.shown) word.body = Bytes(event.body.begin(), event.body.end());
      words.push_back(std::move(word));
    }
  }
  return words;
}

absl::StatusOr<std::optional<EventAddress>> PackLedger::FirstMissing(
    const PackSelection& selection) const {
  std::map<uint64_t, std::vector<RowMoment>> rows;  // by feed
  for (const PackRow& row : selection.rows) {
    const absl::StatusOr<ShownRow> shown = RowShown(row);
    if (!shown.ok()) return std::optional<EventAddress>(row.run);
    rows[shown->stream].push_back({row.run, shown->source, shown->row.from});
  }
  std::optional<EventAddress> missing;
  for (const FeedSelection& feed : selection.feeds) {
    FeedSelection asked = feed;
    if (!selection.rows.empty()) asked.until = Instant::Min();  // nothing else is asked for
    TALLY_ASSIGN_OR_RETURN(const std::optional<EventAddress> first,
                           FirstMissingOf(asked, rows[feed.opening]));
    if (first && (!missing || *first < *missing)) missing = first;
  }
  return missing;
}

absl::StatusOr<std::optional<EventAddress>> PackLedger::FirstMissingOf(
    const FeedSelection& feed, std::vector<RowMoment> rows) const {
  const auto places = contents_.records.find(feed.opening);
  if (places == contents_.records.end()) {
    return absl::NotFoundError(
        absl::StrCat("the feed opened by record ", feed.opening, " is not in the pack"));
  }
  const bool rows_alone = feed.from >= feed.until;
  FeedDisclosure disclosure(feed, std::move(rows));
  for (const bool learning : {true, false}) {
    for (const uint32_t place : places->second) {
      const PackMember& member = contents_.pack.members[place];
      if (member.closed && !learning) {
        TALLY_ASSIGN_OR_RETURN(const Evidence evidence, DecodeEvidence(member.evidence));
        const EventAddress first{member.index, 0};
        if (!disclosure.MayClose(member.index, evidence)) return std::optional(first);
      }
      uint32_t offset = 0;
      for (const PackEvent& event : EventsOf(member)) {
        const EventAddress address{member.index, offset++};
        TALLY_ASSIGN_OR_RETURN(const EventHeader header, DecodeHeader(event.header));
        if (learning) {
          TALLY_RETURN_IF_ERROR(disclosure.Learn(address, header, event.body));
          continue;
        }
        if (event.shown) disclosure.SetShown(header);
        // The rows that are asked for of a run were looked for before.
        const bool row_of_run = rows_alone && header.kind == BodyKind::kMeasurementRun;
        if (event.shown || row_of_run || !disclosure.Shows(address, header)) continue;
        TALLY_ASSIGN_OR_RETURN(const bool erased, IsErased(event, address));
        if (!erased) return std::optional(address);
      }
    }
  }
  return std::optional<EventAddress>();
}

}  // namespace tally::ledger
