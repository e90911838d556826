// Rows of a write-ahead log read without its database: what can still be had of a log when the
// database that it belongs to does not open.
//
// The format is RocksDB's, without recycling and compression, which the ledger's store never uses:
//
//   file      blocks of 32,768 bytes; a record never crosses one, fewer than 7 bytes are left over
//   record    crc 4 | length 2 (both little-endian) | type 1: 1 whole, 2 first, 3 middle, 4 last |
//             bytes; all of one write together are a write batch
//
// The crc is not asked, and rows of a batch that is damaged further on are given all the same:
// whoever reads a log this way checks every byte by other means.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "schema/bytes.h"

namespace tally::ledger {

struct WalReading {
  uint64_t batches = 0;  // read to their end
  uint64_t damaged = 0;  // places where bytes were passed over
};
// Calls `visit` for each put, and for each delete with nullopt, in the order of the file.
WalReading ReadWalRows(ByteView file,
                       const std::function<void(ByteView key, std::optional<ByteView>)>& visit);

}  // namespace tally::ledger
