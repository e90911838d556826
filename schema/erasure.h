// Bodies about erasure: that a party agrees to one, and that the ledger carried one out. The shapes
// stand in schema/body.capnp; the rules of schema/body.h hold. Who must have agreed is a rule of
// order (ledger/log/erasure_rules.h).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

// Rows of a run, counted through its source table; whole leaves of 16.
struct RowsOfRun {
  uint32_t first = 0;
  uint32_t rows = 0;  // 0: not of some rows but of the whole body
  bool IsWhole() const { return rows == 0; }
  uint64_t limit() const { return uint64_t{first} + rows; }
  // "rows 16 to 31"; "the whole body".
  std::string ToText() const;
  friend bool operator==(const RowsOfRun&, const RowsOfRun&) = default;
};

// The event's digest is what binds; its place is for people, and must be where it stands.
struct ErasureAgreed {
  Hash event;
  uint64_t index = 0;
  uint32_t offset = 0;
  std::string reason;
  DocumentDigest document;  // zeros: none
  RowsOfRun part = {};      // who agrees to the whole agrees to any part of it
};
struct Erasure {
  Hash event;
  uint64_t index = 0;
  uint32_t offset = 0;
  std::string reason;
  std::string requested_by;    // the event's author or the data subject
  Hash request;                // an act `erasure agreed` of the author, or a recorded document
  std::vector<Hash> consents;  // acts `erasure agreed` of those whose agreements rely on the event
  Hash order;                  // or that of an arbiter; zeros: none
  RowsOfRun part = {};
};

Bytes Encode(const ErasureAgreed& value);
Bytes Encode(const Erasure& value);
// InvalidArgument for anything but a canonical body.
absl::StatusOr<ErasureAgreed> DecodeErasureAgreed(ByteView body);
absl::StatusOr<Erasure> DecodeErasure(ByteView body);

}  // namespace tally
