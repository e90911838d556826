// An event: a header and a body, each canonical Cap'n Proto, and the salt that hides the body.
//
//   header   who, where, when, and commitments; hashed to the event's digest
//            D = SHA-256(00 || header)
//   body     what was said; committed by B = SHA-256(02 || salt || body), so it can be withheld or
//            erased while every proof holds
//
// Both are hashed as stored and never re-encoded to hash. One header is at most 1 KiB, one body
// 1 MiB. FORMAT.md "Events" is the authority; this file may touch nothing but bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/kind.h"

namespace tally {

inline constexpr size_t kHeaderBytesMax = 1024;          // stops headers that hide a payload
inline constexpr size_t kBodyBytesMax = 1024 * 1024;     // stops one event from filling a batch
inline constexpr uint64_t kPositionMax = (uint64_t{1} << 63) - 1;
inline constexpr uint64_t kPositionStepMax = uint64_t{1} << 40;
inline constexpr uint32_t kRunRowsMax = 65536;
inline constexpr uint32_t kRunSourcesMax = 4096;

// Who acted: terms may say that an automatic answer is no response (DOMAIN 3.1, M10).
enum class ActorKind : uint16_t { kUnset = 0, kHuman = 1, kAutomation = 2, kMonitor = 3 };

// What an act's author had seen: the stream's last record that he held.
struct Seen {
  uint64_t sequence = 0;  // of the record in the stream
  Hash leaf;              // its leaf hash
  friend bool operator==(const Seen&, const Seen&) = default;
};

// Header fields in the order of their layout. Zero means "none" for every field but kind and actor.
struct EventHeader {
  BodyKind kind = BodyKind::kUnset;
  ActorKind actor = ActorKind::kUnset;
  uint32_t source = 0;              // the feed's number of the measured thing; 0: none
  uint64_t position = 0;            // feeds: 1 to 2^63-1; acts: 0
  Instant observed_from;            // [from, until); equal for an instant
  Instant observed_until;
  Instant reported_at;              // the author's own recording time
  uint64_t previous_of_source = 0;  // position of that source's preceding event; 0: none
  uint32_t run_rows = 0;            // runs: measurements in the body
  uint32_t run_sources = 0;         // runs: distinct sources in the body

  StreamId stream;    // openings: the ledger id; genesis: zeros
  Hash previous;      // feeds: digest of the feed's preceding event; zeros for its first
  Hash body;          // B
  Hash run_root;      // runs only
  std::optional<ActId> id;   // acts and openings
  StreamId author;    // acts: the author's party; zeros: a key of the system stream
  std::optional<Seen> seen;  // acts
  Hash answers;       // acts: digest of the act it accepts, rejects, contests, settles, supersedes

  friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

// The canonical bytes of a header: one Cap'n Proto segment without table, trailing zero words and
// null pointers cut, as capnp's canonical form says. The header must name a kind and an actor.
Bytes EncodeHeader(const EventHeader& header);
// InvalidArgument for anything but the bytes that EncodeHeader gives back for the same fields.
absl::StatusOr<EventHeader> DecodeHeader(ByteView bytes);

// An event as it travels and is stored.
struct Event {
  Bytes header;
  Bytes body;
  Salt salt;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace tally
