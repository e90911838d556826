#include "ledger/log/erasing.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/log/erased_bodies.h"
#include "ledger/log/layout.h"
#include "ledger/log/segment_reader.h"
#include "ledger/log/stream_table.h"
#include "schema/erasure.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using NamedEvents = std::vector<std::pair<EventAddress, uint64_t>>;  // event, and an erasure of it

// What erasures recorded in [first, limit) name, as the rows say.
absl::StatusOr<NamedEvents> NamedBetween(const Store& store, uint64_t first, uint64_t limit) {
  NamedEvents named;
  absl::Status decoded;
  TALLY_RETURN_IF_ERROR(
      store.Scan(layout::Erased(0, 0), Bytes{'W' + 1}, [&](ByteView key, ByteView value) {
        ByteReader reader(key.subspan(1));
        const uint64_t index = reader.U64();
        const uint32_t offset = reader.U32();
        decoded = reader.Finish("erased event");
        const absl::StatusOr<std::vector<uint64_t>> erasures = DecodeErasuresRow(value);
        if (decoded.ok()) decoded = erasures.status();
        if (!decoded.ok()) return false;
        for (const uint64_t erasure : *erasures) {
          if (erasure >= first && erasure < limit) named.push_back({{index, offset}, erasure});
        }
        return true;
      }));
  TALLY_RETURN_IF_ERROR(decoded);
  return named;
}

// The erasure that stands at `index` and names the event.
absl::StatusOr<Erasure> ErasureAt(SegmentReader& segments, uint64_t index,
                                  const EventAddress& event) {
  const auto none = [&] {
    return absl::DataLossError(absl::StrCat("record ", index, " is said to erase event ",
                                            event.ToText(), ", and does not"));
  };
  TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(index));
  const SpineView& spine = segment->spine;
  const auto [first, limit] = spine.EventsOf(static_cast<uint32_t>(index - spine.first_index()));
  if (first == limit) return none();
  TALLY_ASSIGN_OR_RETURN(const EventHeader header, DecodeHeader(spine.header(first)));
  if (header.kind != BodyKind::kErasure) return none();
  TALLY_ASSIGN_OR_RETURN(Erasure erasure, DecodeErasure(segment->bodies.body(first)));
  if (erasure.index != event.index || erasure.offset != event.offset) return none();
  return erasure;
}

absl::StatusOr<uint64_t> DoneBelow(const Store& store) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> done, store.Get(layout::ErasuresDone()));
  if (!done.has_value()) return 0;
  return DecodeNumberRow(*done);
}

// The segments that hold the named events, with the numbers of these in them.
using BySegment = std::map<uint64_t, std::map<uint32_t, ErasedRows>>;
absl::StatusOr<BySegment> SegmentsOf(const Store& store, const NamedEvents& named) {
  SegmentReader segments(store);
  SegmentReader erasures(store);
  BySegment by_segment;
  for (const auto& [event, index] : named) {
    // Bytes are about to go: not before the record itself says so.
    TALLY_ASSIGN_OR_RETURN(const Erasure erasure, ErasureAt(erasures, index, event));
    TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(event.index));
    const SpineView& spine = segment->spine;
    const auto [first, limit] =
        spine.EventsOf(static_cast<uint32_t>(event.index - spine.first_index()));
    if (event.offset >= limit - first) {
      return absl::DataLossError(
          absl::StrCat("an erasure names event ", event.ToText(), ", and there is none"));
    }
    by_segment[spine.first_index()][first + event.offset].Add(erasure.part);
  }
  return by_segment;
}

// What was there before is about to go, so what is there now is looked at first.
absl::Status Overwrite(Store& store, const Bytes& key, const Bytes& bodies) {
  WriteSet writes;
  writes.borrowed.push_back({key, bodies});
  TALLY_RETURN_IF_ERROR(store.Commit(writes));
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> found, store.Get(key));
  if (found == bodies) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the stored bytes of key ", ToHex(key), " are not the bytes that were given"));
}

}  // namespace

absl::StatusOr<ErasedByEvent> ErasedEvents(const Store& store) {
  TALLY_ASSIGN_OR_RETURN(const NamedEvents named, NamedBetween(store, 0, UINT64_MAX));
  SegmentReader segments(store);
  ErasedByEvent erased;
  for (const auto& [event, index] : named) {
    const absl::StatusOr<Erasure> erasure = ErasureAt(segments, index, event);
    if (absl::IsUnavailable(erasure.status())) return erasure.status();
    erased[event].Add(erasure.ok() ? erasure->part : RowsOfRun());
  }
  return erased;
}

absl::StatusOr<bool> HasErasuresToCarryOut(const Store& store, uint64_t size) {
  TALLY_ASSIGN_OR_RETURN(const uint64_t done, DoneBelow(store));
  TALLY_ASSIGN_OR_RETURN(const NamedEvents named, NamedBetween(store, done, size));
  return !named.empty();
}

absl::Status CarryOutErasures(Store& store, uint64_t size, const Failpoint& failpoint) {
  const auto reach = [&](absl::string_view point) {
    if (failpoint) failpoint(point);
  };
  TALLY_ASSIGN_OR_RETURN(const uint64_t done, DoneBelow(store));
  TALLY_ASSIGN_OR_RETURN(const NamedEvents named, NamedBetween(store, done, size));
  if (named.empty()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const BySegment by_segment, SegmentsOf(store, named));
  SegmentReader segments(store);
  std::vector<Bytes> keys;
  reach("erase.before-write");
  for (const auto& [first, numbers] : by_segment) {
    TALLY_ASSIGN_OR_RETURN(const auto segment, segments.StartingAt(first));
    TALLY_ASSIGN_OR_RETURN(Bytes bodies, BodiesWithout(*segment, numbers));
    keys.push_back(layout::Bodies(first));
    TALLY_RETURN_IF_ERROR(Overwrite(store, keys.back(), bodies));
  }
  reach("erase.after-write");
  TALLY_RETURN_IF_ERROR(store.Purge(keys));
  reach("erase.after-purge");
  WriteSet writes;
  writes.puts.push_back({layout::ErasuresDone(), EncodeNumberRow(size)});
  return store.Commit(writes);
}

}  // namespace tally::ledger
