// A segment: everything one commit recorded, as two values of the store. Storage only: nothing
// here is hashed or signed, so the format may change with the storage version (layout.h).
//
//   spine    0:4 "TGS" 01 | 4:4 records n | 8:4 events m | 12:4 bytes of headers h |
//            16:8 first index | 24:8 recorded time in ms |
//            32: n x 4 events up to and with the record | m x 4 end of the header in the headers |
//            n x 116 records | n x 204 evidence | h headers
//   bodies   0:4 "TGB" 01 | 4:4 events m | 8:4 bytes of bodies b | 12:4 zero | 16:8 first index |
//            24: m x 4 end of the body in the bodies | m x 1 state (0 present, 1 erased, 2 erased
//            run) | m x 16 salts | b bodies
//
// The tables come first and have fixed strides, so record i, header j and body j are found without
// walking. An erased body is empty and its salt zero; of an erased run stands there what still
// binds its sources to the run root, with the leaves that were not erased (partial_run.h). Opening
// a view checks every length and every table entry once; afterwards no accessor can leave the
// value, whatever its bytes were.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

// A commit is closed when it reaches either target; one that would pass the limit is refused.
inline constexpr size_t kSegmentBytesTarget = 1024 * 1024;
inline constexpr size_t kSegmentEventsTarget = 1000;
inline constexpr size_t kSegmentBytesMax = 8 * 1024 * 1024;
// What is left of runs may be longer than they were: of many small ones that are gone the hashes,
// of one of which every other leaf is gone 76 bytes for 8 (erased_bodies.h).
inline constexpr size_t kErasedBodiesBytesMax = 10 * kSegmentBytesMax;
inline constexpr size_t kSpineHeadBytes = 32;
inline constexpr size_t kBodiesHeadBytes = 24;

// Collects the records of one commit in log order. Every record is followed by its own events.
class SegmentBuilder {
 public:
  SegmentBuilder(uint64_t first_index, int64_t recorded_ms)
      : first_index_(first_index), recorded_ms_(recorded_ms) {}

  // Before the first record: what it will bring, so that nothing is copied while it grows.
  void Expect(size_t event_count, size_t header_bytes, size_t body_bytes);
  // `record` is 116 bytes, `evidence` 204; the events of this record follow.
  void AddRecord(ByteView record, ByteView evidence);
  void AddEvent(ByteView header, const Salt& salt, ByteView body);
  // An event whose body and salt were erased; `rest`: what stays of a run, else empty.
  void AddErasedEvent(ByteView header, ByteView rest = {});

  uint64_t first_index() const { return first_index_; }
  uint32_t records() const { return static_cast<uint32_t>(event_ends_.size()); }
  uint32_t events() const { return static_cast<uint32_t>(header_ends_.size()); }
  // Bytes of both values if they were encoded now.
  size_t bytes() const { return SpineBytes() + BodiesBytes(); }

  // At least one record, each with at least one event, and bytes() <= kSegmentBytesMax; of bodies
  // some of which are erased, kErasedBodiesBytesMax.
  Bytes EncodeSpine() const;
  Bytes EncodeBodies() const;

 private:
  size_t SpineBytes() const;
  size_t BodiesBytes() const;

  uint64_t first_index_;
  int64_t recorded_ms_;
  std::vector<uint32_t> event_ends_;
  std::vector<uint32_t> header_ends_;
  std::vector<uint32_t> body_ends_;
  Bytes records_;
  Bytes evidence_;
  Bytes headers_;
  Bytes states_;
  Bytes salts_;
  Bytes bodies_;
};

// Reads a spine in place. Views point into the value, which the view keeps alive.
class SpineView {
 public:
  // DataLoss names what is wrong; `first_index` is the index in the value's key.
  static absl::StatusOr<SpineView> Open(std::shared_ptr<const Bytes> value, uint64_t first_index);

  uint64_t first_index() const { return first_index_; }
  uint64_t limit_index() const { return first_index_ + records_; }
  int64_t recorded_ms() const { return recorded_ms_; }
  uint32_t records() const { return records_; }
  uint32_t events() const { return events_; }
  // `i` counts records from 0, `j` events from 0 over the whole segment.
  ByteView record(uint32_t i) const;    // 116
  ByteView evidence(uint32_t i) const;  // 204
  // The events [first, limit) of record i.
  std::pair<uint32_t, uint32_t> EventsOf(uint32_t i) const;
  ByteView header(uint32_t j) const;
  const std::shared_ptr<const Bytes>& value() const { return value_; }

 private:
  SpineView() = default;
  std::shared_ptr<const Bytes> value_;
  uint64_t first_index_ = 0;
  int64_t recorded_ms_ = 0;
  uint32_t records_ = 0;
  uint32_t events_ = 0;
  size_t headers_at_ = 0;  // offset of the headers in the value
};

// Reads the bodies of the same commit in place.
class BodiesView {
 public:
  // `first_index` and `events` are the spine's: the two values must belong together.
  static absl::StatusOr<BodiesView> Open(std::shared_ptr<const Bytes> value, uint64_t first_index,
                                         uint32_t events);

  uint32_t events() const { return events_; }
  bool erased(uint32_t j) const;
  ByteView body(uint32_t j) const;  // empty when erased
  ByteView rest(uint32_t j) const;  // of an erased run; else empty
  Salt salt(uint32_t j) const;      // zeros when erased
  const std::shared_ptr<const Bytes>& value() const { return value_; }

 private:
  BodiesView() = default;
  ByteView stored(uint32_t j) const;
  uint8_t state(uint32_t j) const;
  std::shared_ptr<const Bytes> value_;
  uint32_t events_ = 0;
  size_t bodies_at_ = 0;  // offset of the bodies in the value
};

}  // namespace tally::ledger
