// Opening a ledger for reading, and the questions that indexes answer.
#include "ledger/log/reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/stream_table.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// More segments than commits can be under way at once.
constexpr int kTailSegments = 4;

// What a damaged ledger is to whoever opens it: a refusal with its reason.
absl::Status AsRefusal(const absl::Status& status) {
  if (status.ok() || absl::IsUnavailable(status)) return status;
  return absl::FailedPreconditionError(status.message());
}

absl::StatusOr<std::vector<uint64_t>> KeyRecords(const Store& store) {
  std::vector<uint64_t> streams = {0};
  absl::Status decoded;
  const Bytes first = layout::Name(StreamKind::kParty, "");
  const Bytes limit = layout::Name(StreamKind::kFeed, "");
  TALLY_RETURN_IF_ERROR(store.Scan(first, limit, [&](ByteView, ByteView value) {
    const absl::StatusOr<uint64_t> opening = DecodeNumberRow(value);
    decoded = opening.status();
    if (opening.ok()) streams.push_back(*opening);
    return opening.ok();
  }));
  TALLY_RETURN_IF_ERROR(decoded);
  std::vector<uint64_t> indexes;
  for (uint64_t stream : streams) {
    TALLY_RETURN_IF_ERROR(
        store.Scan(layout::StreamRecord(stream, 0), layout::StreamRecord(stream + 1, 0),
                   [&](ByteView, ByteView value) {
                     const absl::StatusOr<uint64_t> index = DecodeNumberRow(value);
                     decoded = index.status();
                     if (index.ok()) indexes.push_back(*index);
                     return index.ok();
                   }));
    TALLY_RETURN_IF_ERROR(decoded);
  }
  std::sort(indexes.begin(), indexes.end());
  return indexes;
}

}  // namespace

bool IsKept(BodyKind kind) { return FoldsKeys(kind) || kind == BodyKind::kTimeCorrected; }

absl::StatusOr<std::vector<KeptEvent>> ReadKeptEvents(const LogView& view) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> indexes, KeyRecords(*view.store));
  TALLY_ASSIGN_OR_RETURN(const auto cursor, LogCursor::Open(view, {}));
  std::map<uint64_t, StreamId> parties;  // by opening index
  std::vector<KeptEvent> events;
  for (uint64_t index : indexes) {
    if (index >= view.size) break;  // Written, but not acknowledged yet.
    TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, cursor->Read(index));
    const VerifiedEvent& event = record.events()[0];
    if (event.header.kind == BodyKind::kPartyOpened)
      parties[index] = Rename<StreamId>(record.leaf());
    if (!IsKept(event.header.kind)) continue;
    const auto party = parties.find(record.stream());
    events.push_back({index,
                      party == parties.end() ? StreamId() : party->second,
                      event.header,
                      Bytes(event.body.begin(), event.body.end()),
                      {record.evidence().key, record.recorded()}});
  }
  return events;
}

absl::StatusOr<Keyring> ReadKeyring(const LogView& view) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<KeptEvent> events, ReadKeptEvents(view));
  Keyring keyring;
  for (const KeptEvent& event : events) {
    TALLY_RETURN_IF_ERROR(
        keyring.Apply(event.index, event.stream, event.header, event.body, event.by));
  }
  return keyring;
}

absl::StatusOr<Hash> RootOfStoredLog(const Store& store, uint64_t size) {
  TALLY_ASSIGN_OR_RETURN(const TreeReader tree, TreeReader::OpenUnjudged(store, size));
  if (size == 0) return tree.root();
  SegmentReader segments(store);
  uint64_t first = size;
  for (int i = 0; i < kTailSegments && first > 0; ++i) {
    TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(first - 1));
    first = segment->spine.first_index();
  }
  const LogView view{&store, size, tree.root(), nullptr};
  TALLY_ASSIGN_OR_RETURN(const auto cursor, LogCursor::Open(view, {.first = first}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<VerifiedRecord> record, cursor->Next());
    if (!record) return tree.root();
  }
}

absl::StatusOr<std::unique_ptr<StoredLedger>> StoredLedger::Open(const Store& store,
                                                                 const HeadSlot& head) {
  std::unique_ptr<StoredLedger> ledger(new StoredLedger(store));
  TALLY_RETURN_IF_ERROR(AsRefusal(ledger->Load(head)));
  return ledger;
}

absl::StatusOr<std::unique_ptr<StoredLedger>> StoredLedger::Own(ReadableLog log) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, Open(*log.store, log.head));
  ledger->owned_ = std::move(log.store);
  return ledger;
}

absl::Status StoredLedger::Load(const HeadSlot& head) {
  if (head.size == 0)
    return absl::FailedPreconditionError("the ledger is empty: its creation did not finish");
  const LogView view{&store_, head.size, head.root, nullptr};
  TALLY_RETURN_IF_ERROR(LoadGenesis(view));
  if (head.ledger != id_) {
    return absl::FailedPreconditionError(absl::StrCat("the head names ledger ", head.ledger.ToHex(),
                                                      ", the records are of ", id_.ToHex()));
  }
  // The keys that sign heads are in the records, whose hashes lead to the root that the head names.
  TALLY_RETURN_IF_ERROR(LoadKeys(view));
  TALLY_RETURN_IF_ERROR(CheckHeadNote(head));
  const absl::MutexLock lock(&mutex_);
  head_ = head;
  return absl::OkStatus();
}

absl::Status StoredLedger::LoadGenesis(const LogView& view) {
  TALLY_ASSIGN_OR_RETURN(const auto cursor, LogCursor::Open(view, {}));
  TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, cursor->Read(0));
  if (record.events()[0].header.kind != BodyKind::kGenesis) {
    return absl::FailedPreconditionError("record 0 is no genesis");
  }
  id_ = Rename<LedgerId>(record.leaf());
  TALLY_ASSIGN_OR_RETURN(genesis_, DecodeGenesis(record.events()[0].body));
  if (genesis_.format == 1) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("format ", genesis_.format, " is newer than this program"));
}

absl::Status StoredLedger::CheckHeadNote(const HeadSlot& head) const {
  TALLY_ASSIGN_OR_RETURN(const Checkpoint checkpoint, keyring().log_keys().Open(head.note));
  if (checkpoint.size == head.size && checkpoint.root == head.root) return absl::OkStatus();
  return absl::FailedPreconditionError("the head's note is of another size or root than the head");
}

absl::Status StoredLedger::LoadKeys(const LogView& view) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<KeptEvent> events, ReadKeptEvents(view));
  const absl::MutexLock lock(&mutex_);
  for (const KeptEvent& event : events) {
    if (event.header.kind == BodyKind::kTimeCorrected) corrections_.push_back(event.index);
    TALLY_RETURN_IF_ERROR(
        newest_keys_.Apply(event.index, event.stream, event.header, event.body, event.by));
  }
  return absl::OkStatus();
}

void StoredLedger::Publish(const HeadSlot& head, const std::vector<KeptEvent>& events) {
  const absl::MutexLock lock(&mutex_);
  TALLY_CHECK(head.size >= head_.size);
  head_ = head;
  for (const KeptEvent& event : events) {
    if (event.header.kind == BodyKind::kTimeCorrected) corrections_.push_back(event.index);
    const absl::Status applied =
        newest_keys_.Apply(event.index, event.stream, event.header, event.body, event.by);
    TALLY_CHECK(applied.ok());  // Admission asked the same keyring's rules.
    keys_changed_ = true;
  }
}

HeadSlot StoredLedger::CurrentHead() const {
  const absl::MutexLock lock(&mutex_);
  return head_;
}

Head StoredLedger::head() const {
  const HeadSlot slot = CurrentHead();
  return {slot.size, slot.root, InstantOfMilliseconds(slot.recorded_ms), slot.note};
}

const Keyring& StoredLedger::keyring() const {
  const absl::MutexLock lock(&mutex_);
  return Keys();
}

const Keyring& StoredLedger::Keys() const {
  if (keys_changed_) {
    handed_out_.push_back(std::make_unique<const Keyring>(newest_keys_));
    keys_changed_ = false;
  }
  return *handed_out_.back();
}

LogView StoredLedger::View() const {
  const absl::MutexLock lock(&mutex_);
  return {&store_, head_.size, head_.root, &Keys()};
}

absl::Status StoredLedger::CheckSize(uint64_t size) const {
  const uint64_t known = CurrentHead().size;
  if (size <= known) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("size ", size, " lies beyond the log's ", known));
}

absl::StatusOr<uint64_t> StoredLedger::NumberAt(const Bytes& key, absl::string_view what) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value, store_.Get(key));
  if (!value) return absl::NotFoundError(absl::StrCat("no ", what));
  TALLY_ASSIGN_OR_RETURN(const uint64_t number, DecodeNumberRow(*value));
  if (number >= CurrentHead().size) return absl::NotFoundError(absl::StrCat("no ", what, " yet"));
  return number;
}

absl::StatusOr<StreamState> StoredLedger::FindStream(StreamKind kind,
                                                     absl::string_view name) const {
  TALLY_ASSIGN_OR_RETURN(
      const uint64_t opening,
      NumberAt(layout::Name(kind, name), absl::StrCat(StreamKindName(kind), " ", name)));
  return StreamAt(opening);
}

absl::StatusOr<StreamState> StoredLedger::FindStream(const StreamId& id) const {
  TALLY_ASSIGN_OR_RETURN(const uint64_t opening,
                         NumberAt(layout::Stream(id), absl::StrCat("stream ", id.ToHex())));
  return StreamAt(opening);
}

absl::StatusOr<StreamState> StoredLedger::StreamAt(uint64_t opening_index) const {
  if (opening_index >= CurrentHead().size) {
    return absl::NotFoundError(absl::StrCat("no record ", opening_index, " yet"));
  }
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         store_.Get(layout::StreamRow(opening_index)));
  if (!value)
    return absl::NotFoundError(absl::StrCat("record ", opening_index, " opens no stream"));
  TALLY_ASSIGN_OR_RETURN(StreamRow row, DecodeStreamRow(*value));
  return std::move(row.state);
}

absl::StatusOr<std::vector<StreamState>> StoredLedger::Streams() const {
  std::vector<StreamState> streams;
  absl::Status decoded;
  const uint64_t size = CurrentHead().size;
  TALLY_RETURN_IF_ERROR(
      store_.Scan(layout::StreamRow(0), layout::StreamRow(size), [&](ByteView, ByteView value) {
        absl::StatusOr<StreamRow> row = DecodeStreamRow(value);
        decoded = row.status();
        if (row.ok()) streams.push_back(std::move(row->state));
        return row.ok();
      }));
  TALLY_RETURN_IF_ERROR(decoded);
  return streams;
}

absl::StatusOr<Ledger::SourceEnd> StoredLedger::EndOfSource(uint64_t feed_opening,
                                                            uint32_t source) const {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> value,
                         store_.Get(layout::SourceEnd(feed_opening, source)));
  if (!value) return SourceEnd{};
  TALLY_ASSIGN_OR_RETURN(const uint64_t position, DecodeNumberRow(*value));
  return SourceEnd{position};
}

absl::StatusOr<uint64_t> StoredLedger::RecordOfPosition(uint64_t feed_opening,
                                                        uint64_t position) const {
  std::optional<PositionRow> row;
  absl::Status decoded;
  TALLY_RETURN_IF_ERROR(store_.Scan(layout::Position(feed_opening, position),
                                    layout::Position(feed_opening + 1, 0),
                                    [&](ByteView, ByteView value) {
                                      absl::StatusOr<PositionRow> found = DecodePositionRow(value);
                                      decoded = found.status();
                                      if (found.ok()) row = *found;
                                      return false;
                                    }));
  TALLY_RETURN_IF_ERROR(decoded);
  if (!row || position == 0 || row->first > position || row->index >= CurrentHead().size) {
    return absl::NotFoundError(
        absl::StrCat("the feed opened by record ", feed_opening, " holds no position ", position));
  }
  return row->index;
}

absl::StatusOr<uint64_t> StoredLedger::RecordOfAct(uint64_t stream_opening, const StreamId& author,
                                                   const ActId& id) const {
  return NumberAt(layout::Act(stream_opening, author, id), absl::StrCat("act ", id.ToHex()));
}

absl::StatusOr<std::unique_ptr<Cursor>> StoredLedger::Read(const ReadOptions& options) const {
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<Cursor> cursor, LogCursor::Open(View(), options));
  return cursor;
}

absl::StatusOr<VerifiedRecord> StoredLedger::ReadRecord(uint64_t index) const {
  TALLY_ASSIGN_OR_RETURN(const auto cursor, LogCursor::Open(View(), {}));
  return cursor->Read(index);
}

absl::StatusOr<uint64_t> StoredLedger::FirstLater(uint64_t first, uint64_t limit,
                                                  Instant time) const {
  SegmentReader segments(store_);
  while (first < limit) {
    const uint64_t middle = first + (limit - first) / 2;
    TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(middle));
    if (InstantOfMilliseconds(segment->spine.recorded_ms()) > time) {
      limit = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}

absl::StatusOr<uint64_t> StoredLedger::SizeAsRecorded(Instant time) const {
  // Recorded times rise but at corrections: search each stretch between two of them, in order.
  std::vector<uint64_t> limits;
  {
    const absl::MutexLock lock(&mutex_);
    limits = corrections_;
    limits.push_back(head_.size);
  }
  uint64_t first = 0;
  for (uint64_t limit : limits) {
    TALLY_ASSIGN_OR_RETURN(const uint64_t later, FirstLater(first, limit, time));
    if (later < limit) return later;
    first = limit;
  }
  return first;
}

}  // namespace tally::ledger
