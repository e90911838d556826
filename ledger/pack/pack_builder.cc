// Two passes over the streams: the first learns what is to be shown, the second writes the records
// in log order, taken from one cursor for each stream. Then the trees are proven.
#include "ledger/pack/pack_builder.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/partial_tree.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/log/erased_rows.h"
#include "ledger/pack/stamp_choice.h"
#include "schema/stamp.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Roots of subtrees of the log from its tiles.
class LogSubtrees {
 public:
  LogSubtrees(const Ledger& ledger, uint64_t size) : ledger_(ledger), size_(size) {}

  absl::StatusOr<Hash> RootOf(uint64_t first, uint64_t limit) {
    const uint64_t count = limit - first;
    if (std::has_single_bit(count)) return Complete(first, count);
    const uint64_t middle = first + std::bit_floor(count);
    TALLY_ASSIGN_OR_RETURN(const Hash left, RootOf(first, middle));
    TALLY_ASSIGN_OR_RETURN(const Hash right, RootOf(middle, limit));
    return NodeHash(left, right);
  }

 private:
  static constexpr uint32_t kTileHeight = 8;

  // `count` hashes of one level lie side by side in one tile.
  absl::StatusOr<Hash> Complete(uint64_t first, uint64_t count) {
    const uint32_t height = static_cast<uint32_t>(std::countr_zero(count));
    const uint32_t level = height / kTileHeight;
    const uint64_t hash = first >> (kTileHeight * level);
    const TileName name{level, hash / kTileWidth};
    if (!tile_.has_value() || tile_->first != name) {
      TALLY_ASSIGN_OR_RETURN(std::vector<Hash> hashes, ledger_.Tile(name, TileHashes(name, size_)));
      tile_.emplace(name, std::move(hashes));
    }
    const std::span<const Hash> hashes = tile_->second;
    const size_t width = size_t{1} << (height % kTileHeight);
    const size_t begin = hash % kTileWidth;
    if (begin + width > hashes.size()) return absl::DataLossError("a tile of the log is too short");
    return TreeRoot(hashes.subspan(begin, width));
  }

  const Ledger& ledger_;
  const uint64_t size_;
  std::optional<std::pair<TileName, std::vector<Hash>>> tile_;  // the last one that was read
};

// Where a stream stood in front of the last record, for the heads tree.
struct StreamEnd {
  uint64_t records = 0;
  Hash newest_leaf;
};

class Builder {
 public:
  Builder(const Ledger& ledger, const PackSelection& selection)
      : ledger_(ledger),
        selection_(selection),
        head_(ledger.head()),
        writer_(ledger.id(), selection.scope),
        stamps_(ledger.origin()) {}

  absl::StatusOr<Bytes> Run(absl::string_view checkpoint) {
    if (checkpoint.empty()) checkpoint = head_.note;
    TALLY_RETURN_IF_ERROR(CheckCheckpoint(checkpoint));
    TALLY_RETURN_IF_ERROR(FindRows());
    TALLY_RETURN_IF_ERROR(FindStreams());
    TALLY_RETURN_IF_ERROR(ReadSystem());
    TALLY_RETURN_IF_ERROR(ReadActs());
    TALLY_RETURN_IF_ERROR(ReadFeeds());
    for (const uint64_t size : stamps_.sizes()) AddCut(size);
    TALLY_RETURN_IF_ERROR(WriteMembers());
    LogSubtrees log(ledger_, head_.size);
    TALLY_ASSIGN_OR_RETURN(
        const std::vector<Hash> proof,
        ProvePartialTree({head_.size, members_, Cuts()},
                         [&](uint64_t first, uint64_t limit) { return log.RootOf(first, limit); }));
    std::optional<std::vector<Hash>> heads;
    if (ends_with_heads_) {
      TALLY_ASSIGN_OR_RETURN(heads, ProveHeads());
    }
    return std::move(writer_).Finish(Cuts(), proof, heads, checkpoint);
  }

 private:
  std::vector<uint64_t> Cuts() const { return {cuts_.begin(), cuts_.end()}; }
  void AddCut(uint64_t size) {
    if (size > 0 && size < head_.size) cuts_.insert(size);
  }

  absl::Status CheckCheckpoint(absl::string_view note) const {
    TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
    TALLY_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpointText(parsed.text));
    if (checkpoint == Checkpoint{ledger_.origin(), head_.size, head_.root}) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("the checkpoint is of size ", checkpoint.size,
                                                   ", the ledger stands at ", head_.size));
  }

  absl::Status Each(uint64_t stream,
                    const std::function<absl::Status(const VerifiedRecord&)>& visit) const {
    TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger_.Read({.stream = stream}));
    while (true) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<VerifiedRecord> record, cursor->Next());
      if (!record.has_value()) return absl::OkStatus();
      TALLY_RETURN_IF_ERROR(visit(*record));
    }
  }

  // The rows that are asked for, by feed. One that is not there is refused where it is written, or
  // by who reads the pack.
  absl::Status FindRows() {
    std::map<uint64_t, std::vector<RowMoment>> rows;
    for (const PackRow& wanted : selection_.rows) {
      if (wanted.run.index >= head_.size) continue;
      TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, ledger_.ReadRecord(wanted.run.index));
      for (const VerifiedEvent& event : record.events()) {
        if (event.address != wanted.run) continue;
        TALLY_ASSIGN_OR_RETURN(const auto known, RowOf(event, wanted.row));
        if (!known.has_value()) continue;
        rows[record.stream()].push_back({wanted.run, known->source, known->row.from});
      }
    }
    for (const FeedSelection& feed : selection_.feeds) {
      feeds_.try_emplace(feed.opening, feed, std::move(rows[feed.opening]));
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<std::optional<PartialRun::KnownRow>> RowOf(const VerifiedEvent& event,
                                                                   uint32_t row) {
    std::optional<PartialRun::KnownRow> known;
    if (event.header.kind != BodyKind::kMeasurementRun) return known;
    if (event.erased) {
      TALLY_ASSIGN_OR_RETURN(const PartialRun rest, DecodePartialRun(event.rest));
      return rest.FindRow(row);
    }
    TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(event.body));
    const std::optional<RunRowPlace> place = PlaceOfRow(run, row);
    if (!place.has_value()) return known;
    TALLY_ASSIGN_OR_RETURN(const PartialRun part, MakePartialRun(event.salt, run, {*place}));
    return part.FindRow(row);
  }

  // The system, the agreement and its parties, the feeds and their authors.
  absl::Status FindStreams() {
    streams_ = {0, selection_.agreement};
    TALLY_ASSIGN_OR_RETURN(const VerifiedRecord opening, ledger_.ReadRecord(selection_.agreement));
    TALLY_ASSIGN_OR_RETURN(const AgreementOpened opened,
                           DecodeAgreementOpened(opening.events()[0].body));
    std::vector<StreamId> parties;
    for (const AgreementParty& party : opened.parties) parties.push_back(party.party);
    // Whom later terms bind is there if he spoke.
    TALLY_RETURN_IF_ERROR(Each(selection_.agreement, [&](const VerifiedRecord& record) {
      const StreamId& author = record.signing().author;
      const bool known = std::ranges::count(parties, author) > 0;
      if (!author.IsZero() && !known) parties.push_back(author);
      return absl::OkStatus();
    }));
    for (const FeedSelection& feed : selection_.feeds) {
      TALLY_ASSIGN_OR_RETURN(const StreamState state, ledger_.StreamAt(feed.opening));
      streams_.insert(feed.opening);
      parties.push_back(state.author);
    }
    // Whoever may sign in the name of one of them, for his keys stand in his own stream.
    for (size_t i = 0, named = parties.size(); i < named; ++i) {
      for (const RoleBook::Grant& grant : ledger_.keyring().roles().Of(parties[i])) {
        if (grant.HasEffect()) parties.push_back(grant.name.grantee);
      }
    }
    for (const StreamId& party : parties) {
      TALLY_ASSIGN_OR_RETURN(const StreamState state, ledger_.FindStream(party));
      streams_.insert(state.opening_index);
    }
    return absl::OkStatus();
  }

  // What the acts name: documents by digest, and the sizes whose roots statements cite.
  absl::Status ReadActs() {
    AddCut(selection_.scope.at_size);
    for (const uint64_t size : selection_.retained) AddCut(size);
    // Where one log key handed over to the next: who trusts an earlier one begins there.
    for (const LogKeys::Term& term : ledger_.keyring().log_keys().terms()) {
      if (!term.handover.empty()) AddCut(*term.last_size);
    }
    return Each(selection_.agreement, [&](const VerifiedRecord& record) {
      stamps_.Need(record.index());
      const VerifiedEvent& event = record.events()[0];
      if (event.erased || event.header.kind == BodyKind::kWithoutPrejudice) return absl::OkStatus();
      named_.Learn(event.body);
      return LearnSize(event);
    });
  }

  absl::Status ReadSystem() {
    return Each(0, [&](const VerifiedRecord& record) -> absl::Status {
      const VerifiedEvent& event = record.events()[0];
      if (event.header.kind == BodyKind::kTimeCorrected) {
        // The record before a correction of time bounds every time before it.
        entries_.insert(record.index() - 1);
      } else if (event.header.kind == BodyKind::kStamp) {
        TALLY_ASSIGN_OR_RETURN(const Stamp stamp, DecodeStamp(event.body));
        stamps_.Add(record.index(), stamp);
      }
      return absl::OkStatus();
    });
  }

  absl::Status LearnSize(const VerifiedEvent& event) {
    if (event.header.kind == BodyKind::kStatement) {
      TALLY_ASSIGN_OR_RETURN(const Statement statement, DecodeStatement(event.body));
      AddCut(statement.size);
    } else if (event.header.kind == BodyKind::kWindowClosed) {
      TALLY_ASSIGN_OR_RETURN(const WindowClosed closed, DecodeWindowClosed(event.body));
      AddCut(closed.size);
    }
    return absl::OkStatus();
  }

  absl::Status ReadFeeds() {
    for (auto& feed : feeds_) {
      const auto learn = [&](const VerifiedRecord& record) -> absl::Status {
        stamps_.Need(record.index());
        for (const VerifiedEvent& event : record.events()) {
          TALLY_RETURN_IF_ERROR(feed.second.Learn(event.address, event.header, event.body));
        }
        return absl::OkStatus();
      };
      TALLY_RETURN_IF_ERROR(Each(feed.first, learn));
    }
    return absl::OkStatus();
  }

  // Every stream's cursor stands at its next record; the least index is written.
  absl::Status WriteMembers() {
    for (const uint64_t cut : cuts_) entries_.insert(cut - 1);
    entries_.insert(head_.size - 1);  // when the log stood as it is shown
    std::map<uint64_t, std::pair<std::unique_ptr<Cursor>, VerifiedRecord>> next;
    const auto advance = [&](std::unique_ptr<Cursor> cursor) -> absl::Status {
      TALLY_ASSIGN_OR_RETURN(std::optional<VerifiedRecord> record, cursor->Next());
      if (!record.has_value()) return absl::OkStatus();
      const uint64_t index = record->index();
      next.try_emplace(index, std::move(cursor), *std::move(record));
      return absl::OkStatus();
    };
    for (const uint64_t stream : streams_) {
      TALLY_ASSIGN_OR_RETURN(std::unique_ptr<Cursor> cursor, ledger_.Read({.stream = stream}));
      TALLY_RETURN_IF_ERROR(advance(std::move(cursor)));
    }
    auto entry = entries_.begin();
    while (!next.empty()) {
      auto node = next.extract(next.begin());
      for (; entry != entries_.end() && *entry <= node.key(); ++entry) {
        if (*entry < node.key()) TALLY_RETURN_IF_ERROR(WriteEntry(*entry));
      }
      TALLY_RETURN_IF_ERROR(WriteRecord(node.mapped().second));
      TALLY_RETURN_IF_ERROR(advance(std::move(node.mapped().first)));
    }
    for (; entry != entries_.end(); ++entry) TALLY_RETURN_IF_ERROR(WriteEntry(*entry));
    return absl::OkStatus();
  }

  absl::Status WriteEntry(uint64_t index) {
    TALLY_ASSIGN_OR_RETURN(const VerifiedRecord record, ledger_.ReadRecord(index));
    writer_.AddEntry(index, record.entry());
    members_.push_back(index);
    return absl::OkStatus();
  }

  absl::Status WriteRecord(const VerifiedRecord& record) {
    if (writer_.bytes() > kPackBytesMax) {
      return absl::InvalidArgumentError(absl::StrCat("the pack would be larger than ",
                                                     kPackBytesMax,
                                                     " bytes: ask for a period or objective"));
    }
    members_.push_back(record.index());
    if (MayClose(record)) {
      writer_.AddClosed(record.index(), record.entry().recorded_ms, record.record(),
                        record.evidence());
      ends_[record.stream()] = {record.record().sequence + 1, record.leaf()};
      return absl::OkStatus();
    }
    writer_.AddRecord(record.index(), record.entry().recorded_ms, record.record(),
                      record.evidence());
    for (const VerifiedEvent& event : record.events()) {
      const bool shown = !event.erased && Shows(record, event);
      const auto feed = feeds_.find(record.stream());
      if (shown && feed != feeds_.end()) feed->second.SetShown(event.header);
      if (shown && IsOfRows(event)) {
        TALLY_ASSIGN_OR_RETURN(const Bytes part, PartOf(event));
        writer_.AddEvent({event.header_bytes, false, {}, {}, part});
        continue;
      }
      TALLY_ASSIGN_OR_RETURN(const Bytes rest, RestOf(record, event));
      writer_.AddEvent({event.header_bytes, shown, shown ? event.salt.view() : ByteView(),
                        shown ? event.body : ByteView(), rest});
    }
    if (record.index() + 1 == head_.size) {
      ends_with_heads_ = record.events()[0].header.kind == BodyKind::kHeads;
    } else {
      ends_[record.stream()] = {record.record().sequence + 1, record.leaf()};
    }
    return absl::OkStatus();
  }

  // Registrations, watermarks and rows that are asked for are always shown, and what is erased, so
  // that everybody sees it.
  bool MayClose(const VerifiedRecord& record) const {
    if (!selection_.close) return false;
    const auto feed = feeds_.find(record.stream());
    if (feed == feeds_.end() || record.record().sequence == 0) return false;
    const auto asked = [&](const VerifiedEvent& event) {
      return std::ranges::any_of(selection_.rows,
                                 [&](const PackRow& row) { return row.run == event.address; });
    };
    for (const VerifiedEvent& event : record.events()) {
      const BodyKind kind = event.header.kind;
      const bool silent = MayWithhold(kind) || kind == BodyKind::kMeasurementRun;
      if (!silent || event.erased || asked(event)) return false;
    }
    return feed->second.MayClose(record.index(), record.evidence());
  }

  bool IsOfRows(const VerifiedEvent& event) const {
    return !selection_.rows.empty() && event.header.kind == BodyKind::kMeasurementRun;
  }

  // The rows of a run that are asked for.
  absl::StatusOr<Bytes> PartOf(const VerifiedEvent& event) {
    TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(event.body));
    std::vector<RunRowPlace> places;
    for (const PackRow& wanted : selection_.rows) {
      if (wanted.run != event.address) continue;
      const std::optional<RunRowPlace> place = PlaceOfRow(run, wanted.row);
      if (!place.has_value()) {
        return absl::InvalidArgumentError(absl::StrCat("event ", event.address.ToText(), " has ",
                                                       run.rows(), " rows, none ", wanted.row));
      }
      places.push_back(*place);
    }
    TALLY_ASSIGN_OR_RETURN(const PartialRun part,
                           MakePartialRun(event.salt, run, std::move(places)));
    return EncodePartialRun(part);
  }

  // Of what is left of an erased run no more than would be shown of a whole one.
  absl::StatusOr<Bytes> RestOf(const VerifiedRecord& record, const VerifiedEvent& event) const {
    const Bytes rest(event.rest.begin(), event.rest.end());
    if (rest.empty() || (!IsOfRows(event) && Shows(record, event))) return rest;
    TALLY_ASSIGN_OR_RETURN(const PartialRun left, DecodePartialRun(rest));
    const std::vector<LeafRows> leaves = LeavesOf(RowsOfSources(left));
    std::set<std::pair<uint32_t, uint32_t>> asked;
    for (const PackRow& wanted : selection_.rows) {
      if (wanted.run != event.address) continue;
      const auto leaf = std::ranges::find_if(leaves, [&](const LeafRows& each) {
        return each.rows.first <= wanted.row && wanted.row < each.rows.limit();
      });
      if (leaf != leaves.end()) asked.emplace(leaf->source_index, leaf->number);
    }
    size_t found = 0;
    TALLY_ASSIGN_OR_RETURN(const PartialRun part,
                           WithLeavesOf(left, [&](uint32_t index, uint32_t number) {
                             const bool keeps = asked.contains({index, number});
                             found += keeps ? 1 : 0;
                             return keeps;
                           }));
    if (found == asked.size()) return EncodePartialRun(part);
    return absl::InvalidArgumentError(
        absl::StrCat("event ", event.address.ToText(), ": a row that is asked for is erased"));
  }

  bool Shows(const VerifiedRecord& record, const VerifiedEvent& event) const {
    const BodyKind kind = event.header.kind;
    const auto feed = feeds_.find(record.stream());
    if (feed != feeds_.end()) return feed->second.Shows(event.address, event.header);
    if (kind == BodyKind::kWithoutPrejudice) return false;
    if (kind == BodyKind::kZoneAdded || kind == BodyKind::kCalendarAdded ||
        kind == BodyKind::kDocumentAdded) {
      const absl::StatusOr<DocumentAdded> document = DecodeDocumentAdded(event.body);
      return !document.ok() || named_.Has(document->digest);
    }
    if (kind == BodyKind::kStamp) return stamps_.IsNeeded(record.index());
    return true;
  }

  absl::StatusOr<std::vector<Hash>> ProveHeads() const {
    TALLY_ASSIGN_OR_RETURN(const std::vector<StreamState> streams, ledger_.Streams());
    std::vector<IndexedLeaf> leaves;
    for (const StreamState& state : streams) {
      StreamEnd end{state.records, state.newest_leaf};
      // The heads event stands behind what it commits to.
      if (state.opening_index == 0) end = ends_.at(0);
      leaves.push_back(
          {state.opening_index, HeadsLeaf(state.opening_digest, end.records, end.newest_leaf)});
    }
    std::ranges::sort(leaves, {}, &IndexedLeaf::index);
    const TreeShape shape{head_.size - 1, {streams_.begin(), streams_.end()}, {}};
    return ProvePartialTree(shape, [&](uint64_t first, uint64_t limit) -> absl::StatusOr<Hash> {
      std::vector<IndexedLeaf> within;
      for (auto leaf = std::ranges::lower_bound(leaves, first, {}, &IndexedLeaf::index);
           leaf != leaves.end() && leaf->index < limit; ++leaf) {
        within.push_back({leaf->index - first, leaf->leaf});
      }
      return HeadsRoot(limit - first, within);
    });
  }

  const Ledger& ledger_;
  const PackSelection& selection_;
  const Head head_;
  PackWriter writer_;
  std::map<uint64_t, FeedDisclosure> feeds_;  // by opening
  std::set<uint64_t> streams_;                // by opening
  NamedDigests named_;
  std::set<uint64_t> cuts_;
  std::set<uint64_t> entries_;  // records of which only the entry is needed
  StampChoice stamps_;          // over the records of agreement and feeds
  std::vector<uint64_t> members_;
  std::map<uint64_t, StreamEnd> ends_;
  bool ends_with_heads_ = false;
};

}  // namespace

absl::StatusOr<Bytes> BuildPack(const Ledger& ledger, const PackSelection& selection,
                                absl::string_view checkpoint) {
  return Builder(ledger, selection).Run(checkpoint);
}

absl::StatusOr<Heads> HeadsOfLedger(const Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<StreamState> streams, ledger.Streams());
  std::vector<IndexedLeaf> leaves;
  for (const StreamState& state : streams) {
    leaves.push_back(
        {state.opening_index, HeadsLeaf(state.opening_digest, state.records, state.newest_leaf)});
  }
  std::ranges::sort(leaves, {}, &IndexedLeaf::index);
  const uint64_t size = ledger.head().size;
  return Heads{size, streams.size(), HeadsRoot(size, leaves)};
}

}  // namespace tally::ledger
