// The keys of the store: what lies where. None of this is hashed, so all of it may change with a
// new storage version; what is hashed lies inside segments (ledger/log/segment.h).
//
//   'C'                            configuration (storage version, ledger id, head path)
//   'H'                            the head: a head slot, equal to the one outside
//   'R'                            what the last start recovered, until a commit follows it
//   'S' first index 8              spine of a commit: headers, evidence, records, entries
//   'B' first index 8              bodies of the same commit, with their salts
//   'U' first index 8              what the commit overwrote, until the outside head covers it
//   'T' level 1 | tile index 8     up to 256 hashes of the log's tree
//   'I' stream 8 | sequence 8      -> index 8                 records of a stream, in order
//   'P' stream 8 | last position 8 -> index 8 | first position 8    feeds: record of a position
//   'A' stream 8 | author 32 | id 16   -> index 8                 acts and openings by id
//   'E' stream 8 | digest 32       -> act row (stream_table.h)       acts by digest
//   'N' stream kind 1 | name       -> opening index 8
//   'D' stream id 32               -> opening index 8
//   'X' stream 8                   -> stream state (ledger/log/stream_table.h)
//   'Y' stream 8 | source 4        -> last position 8         feeds: end of one source
//   'Z' stream 8 | name            -> source 8                feeds: source by its name
//   'Q' stream 8 | position 8      -> an author's second word (equivocation.h)
//   'W' index 8 | offset 4         -> index 8 of each erasure that names this event
//   'V'                            size 8: erasures below it are carried out (erasing.h)
//
// Streams are named by the log index of their opening record, big-endian, so scans run in order.
#pragma once

#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/kind.h"

namespace tally::ledger::layout {

inline constexpr uint32_t kStorageVersion = 1;

Bytes Configuration();
Bytes Head();
Bytes Recovery();
Bytes Spine(uint64_t first_index);
Bytes Bodies(uint64_t first_index);
Bytes Undo(uint64_t first_index);
Bytes Tile(uint32_t level, uint64_t tile_index);
Bytes StreamRecord(uint64_t stream, uint64_t sequence);
Bytes Position(uint64_t stream, uint64_t last_position);
Bytes Act(uint64_t stream, const StreamId& author, const ActId& id);
Bytes ActDigest(uint64_t stream, const Hash& digest);
Bytes Name(StreamKind kind, absl::string_view name);
Bytes Stream(const StreamId& id);
Bytes StreamRow(uint64_t stream);
Bytes SourceEnd(uint64_t stream, uint32_t source);
Bytes SourceName(uint64_t stream, absl::string_view name);
Bytes Equivocation(uint64_t stream, uint64_t position);
Bytes Erased(uint64_t index, uint32_t offset);
Bytes ErasuresDone();

}  // namespace tally::ledger::layout
