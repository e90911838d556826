#include "ledger/log/erasing.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "ledger/log/erased_bodies.h"
#include "ledger/log/layout.h"
#include "ledger/log/segment_reader.h"
#include "ledger/log/stream_table.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Events named by erasures recorded in [first, limit).
absl::StatusOr<std::set<EventAddress>> NamedBetween(const Store& store, uint64_t first,
                                                    uint64_t limit) {
  std::set<EventAddress> named;
  absl::Status decoded;
  TALLY_RETURN_IF_ERROR(
      store.Scan(layout::Erased(0, 0), Bytes{'W' + 1}, [&](ByteView key, ByteView value) {
        ByteReader reader(key.subspan(1));
        const uint64_t index = reader.U64();
        const uint32_t offset = reader.U32();
        decoded = reader.Finish("erased event");
        const absl::StatusOr<uint64_t> erasure = DecodeNumberRow(value);
        if (decoded.ok()) decoded = erasure.status();
        if (!decoded.ok()) return false;
        if (*erasure >= first && *erasure < limit) named.insert({index, offset});
        return true;
      }));
  TALLY_RETURN_IF_ERROR(decoded);
  return named;
}

absl::StatusOr<uint64_t> DoneBelow(const Store& store) {
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> done, store.Get(layout::ErasuresDone()));
  if (!done.has_value()) return 0;
  return DecodeNumberRow(*done);
}

// The segments that hold `events`, with the numbers of these in them.
absl::StatusOr<std::map<uint64_t, std::set<uint32_t>>> BySegment(
    SegmentReader& segments, const std::set<EventAddress>& events) {
  std::map<uint64_t, std::set<uint32_t>> by_segment;
  for (const EventAddress& event : events) {
    TALLY_ASSIGN_OR_RETURN(const auto segment, segments.Containing(event.index));
    const SpineView& spine = segment->spine;
    const auto [first, limit] =
        spine.EventsOf(static_cast<uint32_t>(event.index - spine.first_index()));
    if (event.offset >= limit - first) {
      return absl::DataLossError(
          absl::StrCat("an erasure names event ", event.ToText(), ", and there is none"));
    }
    by_segment[spine.first_index()].insert(first + event.offset);
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

absl::StatusOr<std::set<EventAddress>> ErasedEvents(const Store& store) {
  return NamedBetween(store, 0, UINT64_MAX);
}

absl::StatusOr<bool> HasErasuresToCarryOut(const Store& store, uint64_t size) {
  TALLY_ASSIGN_OR_RETURN(const uint64_t done, DoneBelow(store));
  TALLY_ASSIGN_OR_RETURN(const std::set<EventAddress> events, NamedBetween(store, done, size));
  return !events.empty();
}

absl::Status CarryOutErasures(Store& store, uint64_t size, const Failpoint& failpoint) {
  const auto reach = [&](absl::string_view point) {
    if (failpoint) failpoint(point);
  };
  TALLY_ASSIGN_OR_RETURN(const uint64_t done, DoneBelow(store));
  TALLY_ASSIGN_OR_RETURN(const std::set<EventAddress> events, NamedBetween(store, done, size));
  if (events.empty()) return absl::OkStatus();
  SegmentReader segments(store);
  TALLY_ASSIGN_OR_RETURN(const auto by_segment, BySegment(segments, events));
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
