// Reading forward. A record is yielded only after its place in its stream is proven.
#include "ledger/log/cursor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/layout.h"
#include "ledger/log/record_verifier.h"
#include "ledger/log/stream_table.h"
#include "schema/erasure.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status Broken(uint64_t index, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("record ", index, ": ", why));
}

}  // namespace

LogCursor::LogCursor(const LogView& view, const ReadOptions& options, TreeReader tree)
    : view_(view),
      options_(options),
      limit_(std::min(options.limit.value_or(view.size), view.size)),
      tree_(std::move(tree)),
      segments_(*view.store),
      openings_(*view.store),
      next_(options.first) {}

absl::StatusOr<std::unique_ptr<LogCursor>> LogCursor::Open(const LogView& view,
                                                           const ReadOptions& options) {
  if (options.limit && *options.limit > view.size) {
    return absl::InvalidArgumentError(
        absl::StrCat("size ", *options.limit, " lies beyond the log's ", view.size));
  }
  TALLY_ASSIGN_OR_RETURN(TreeReader tree, TreeReader::Open(*view.store, view.size, view.root));
  return std::unique_ptr<LogCursor>(new LogCursor(view, options, std::move(tree)));
}

absl::StatusOr<std::optional<uint64_t>> LogCursor::NextIndex() {
  if (!options_.stream) {
    if (next_ >= limit_) return std::nullopt;
    return next_++;
  }
  if (!sequence_) {
    TALLY_ASSIGN_OR_RETURN(sequence_, FirstSequence());
  }
  TALLY_ASSIGN_OR_RETURN(const std::optional<uint64_t> index, IndexOf(*sequence_));
  if (!index || *index >= limit_) return std::nullopt;
  ++*sequence_;
  return index;
}

absl::StatusOr<std::optional<uint64_t>> LogCursor::IndexOf(uint64_t sequence) const {
  TALLY_ASSIGN_OR_RETURN(const auto value,
                         view_.store->Get(layout::StreamRecord(*options_.stream, sequence)));
  if (!value) return std::optional<uint64_t>();
  TALLY_ASSIGN_OR_RETURN(const uint64_t index, DecodeNumberRow(*value));
  return std::optional<uint64_t>(index);
}

// Indexes rise with sequences, so a step that doubles until it has gone too far, and then halves,
// finds the place in as many looks as it has digits.
absl::StatusOr<uint64_t> LogCursor::FirstSequence() const {
  if (options_.first <= *options_.stream) return 0;
  uint64_t before = 0;  // stands before options_.first: the opening
  uint64_t step = 1;
  for (bool grows = true; step > 0;) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<uint64_t> index, IndexOf(before + step));
    const bool too_far = !index || *index >= options_.first;
    if (!too_far) before += step;
    grows = grows && !too_far;
    step = grows ? step * 2 : step / 2;
  }
  return before + 1;
}

absl::StatusOr<std::optional<VerifiedRecord>> LogCursor::Next() {
  TALLY_ASSIGN_OR_RETURN(const std::optional<uint64_t> index, NextIndex());
  if (!index) return std::optional<VerifiedRecord>();
  TALLY_ASSIGN_OR_RETURN(VerifiedRecord record, Read(*index));
  if (options_.stream) {
    const Record& found = record.record();
    if (found.stream != *options_.stream || found.sequence + 1 != *sequence_) {
      return Broken(*index,
                    absl::StrCat("the index of stream ", *options_.stream, " names it as sequence ",
                                 *sequence_ - 1, ", it is sequence ", found.sequence, " of stream ",
                                 found.stream));
    }
  }
  return std::optional<VerifiedRecord>(std::move(record));
}

absl::StatusOr<VerifiedRecord> LogCursor::Verified(SegmentReader& segments, uint64_t index) {
  TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(index));
  if (options_.checked_beforehand) return RecordVerifier::Trust(segment, index);
  TALLY_ASSIGN_OR_RETURN(const Hash leaf, tree_.Leaf(index));
  TALLY_ASSIGN_OR_RETURN(VerifiedRecord record, RecordVerifier::Verify(segment, index, leaf));
  TALLY_RETURN_IF_ERROR(CheckErasures(record));
  return record;
}

absl::Status LogCursor::CheckErasures(const VerifiedRecord& record) {
  for (const VerifiedEvent& event : record.events()) {
    if (!event.erased) continue;
    const EventAddress& address = event.address;
    TALLY_ASSIGN_OR_RETURN(const auto row,
                           view_.store->Get(layout::Erased(address.index, address.offset)));
    const auto missing = [&] {
      return Broken(address.index, absl::StrCat("event ", address.offset,
                                                ": its body is missing, and no erasure names it"));
    };
    if (!row) return missing();
    TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> erasures, DecodeErasuresRow(*row));
    ErasedRows named;
    for (const uint64_t index : erasures) {
      // An erasure is carried out when it is acknowledged, and cannot itself be erased.
      if (index <= address.index) return missing();
      if (index >= view_.size) continue;  // a later one, of which this view does not know
      TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record_of, Verified(openings_, index));
      if (record_of.events().front().header.kind != BodyKind::kErasure) return missing();
      TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(record_of.events()[0].body));
      if (erasure.event != event.digest || erasure.index != address.index ||
          erasure.offset != address.offset) {
        return missing();
      }
      named.Add(erasure.part);
    }
    if (named.whole()) continue;
    if (event.rest.empty()) return missing();
    TALLY_ASSIGN_OR_RETURN(const PartialRun rest, DecodePartialRun(event.rest));
    const std::optional<RowsOfRun> unnamed = MissingUnnamed(rest, named);
    if (!unnamed.has_value()) continue;
    return Broken(address.index, absl::StrCat("event ", address.offset, ": its ", unnamed->ToText(),
                                              " are missing, and no erasure names them"));
  }
  return absl::OkStatus();
}

absl::StatusOr<VerifiedRecord> LogCursor::Read(uint64_t index) {
  if (index >= limit_)
    return absl::NotFoundError(absl::StrCat("no record ", index, " in a log of ", limit_));
  TALLY_ASSIGN_OR_RETURN(VerifiedRecord record, Verified(segments_, index));
  if (record.events().empty()) return Broken(index, "it has no events");
  TALLY_ASSIGN_OR_RETURN(Stream * stream, StreamOf(record.stream()));
  if (!options_.checked_beforehand) TALLY_RETURN_IF_ERROR(CheckPlace(record, *stream));
  stream->sequence = record.record().sequence;
  stream->leaf = record.leaf();
  if (view_.keyring != nullptr) {
    RecordVerifier::Judge(record, *view_.keyring, SigningOf(record, *stream));
  }
  return record;
}

absl::StatusOr<LogCursor::Stream*> LogCursor::StreamOf(uint64_t opening) {
  auto found = streams_.find(opening);
  if (found != streams_.end()) return &found->second;
  TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, Verified(openings_, opening));
  if (record.record().stream != opening || record.record().sequence != 0 ||
      record.events().size() != 1) {
    return Broken(opening, "a stream is said to begin there, and none does");
  }
  const EventHeader& header = record.events()[0].header;
  const KindRow* kind = FindKind(header.kind);
  if (kind == nullptr || !(kind->opening || header.kind == BodyKind::kGenesis)) {
    return Broken(opening, "its event opens no stream");
  }
  Stream stream;
  stream.id = Rename<StreamId>(record.leaf());
  stream.kind = kind->stream;
  stream.author = header.author;
  stream.leaf = record.leaf();
  return &streams_.emplace(opening, stream).first->second;
}

absl::StatusOr<Hash> LogCursor::PreviousLeaf(const VerifiedRecord& record, const Stream& stream) {
  const uint64_t sequence = record.record().sequence;
  if (sequence == 0) {
    if (record.index() == 0) return Hash();
    return tree_.Leaf(0);  // The ledger id.
  }
  if (stream.sequence + 1 == sequence) return stream.leaf;
  TALLY_ASSIGN_OR_RETURN(const auto value,
                         view_.store->Get(layout::StreamRecord(record.stream(), sequence - 1)));
  if (!value) return Broken(record.index(), "the index lacks the record before it in its stream");
  TALLY_ASSIGN_OR_RETURN(const uint64_t before, DecodeNumberRow(*value));
  if (before >= record.index())
    return Broken(record.index(), "the index names a later record as the one before");
  return tree_.Leaf(before);
}

absl::Status LogCursor::CheckPlace(const VerifiedRecord& record, const Stream& stream) {
  const bool opens = record.record().sequence == 0;
  if (opens != (record.index() == record.stream()))
    return Broken(record.index(), "only an opening has sequence 0");
  TALLY_ASSIGN_OR_RETURN(const Hash previous, PreviousLeaf(record, stream));
  if (record.record().previous != previous) {
    return Broken(record.index(), absl::StrCat("previous: expected ", previous.ToHex(), ", found ",
                                               record.record().previous.ToHex()));
  }
  Hash named = Rename<Hash>(stream.id);
  if (record.index() == 0) {
    named = Hash();
  } else if (opens) {
    TALLY_ASSIGN_OR_RETURN(named, tree_.Leaf(0));
  }
  for (const VerifiedEvent& event : record.events()) {
    if (Rename<Hash>(event.header.stream) != named) {
      return Broken(record.index(),
                    absl::StrCat("event ", event.address.offset, ": stream: expected ",
                                 named.ToHex(), ", found ", event.header.stream.ToHex()));
    }
  }
  return absl::OkStatus();
}

Signing LogCursor::SigningOf(const VerifiedRecord& record, const Stream& stream) {
  const EventHeader& header = record.events()[0].header;
  const bool inside = record.record().sequence > 0;
  const bool feed = stream.kind == StreamKind::kFeed && inside;
  const bool agreement = stream.kind == StreamKind::kAgreement && inside;
  return {feed ? stream.author : header.author, header.kind, agreement ? stream.id : StreamId()};
}

}  // namespace tally::ledger
