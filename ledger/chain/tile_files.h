// The files of a published log (c2sp.org/tlog-tiles): their names under the prefix, and the bytes
// of hash tiles and entry bundles.
//
//   checkpoint                     the signed note
//   tile/<L>/<N>[.p/<W>]           W or 256 hashes of level 8*L, 32 bytes each
//   tile/entries/<N>[.p/<W>]       W or 256 entries, each behind its length as a big-endian uint16
//
// <N> is written in groups of three digits, each but the last behind an "x": 1234067 is
// x001/x234/067. A full tile or bundle never changes, so it may be cached for ever; a partial one
// is the right edge of a tree of one size.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "schema/bytes.h"

namespace tally::ledger {

inline constexpr size_t kTileEntryBytesMax = 65535;

// `width` is 1 to 256; 256 names the full file.
std::string TilePath(TileName tile, uint32_t width);
std::string BundlePath(uint64_t index, uint32_t width);

Bytes EncodeTileFile(std::span<const Hash> hashes);
// InvalidArgument unless the file holds exactly `width` hashes.
absl::StatusOr<std::vector<Hash>> DecodeTileFile(ByteView bytes, uint32_t width);

// InvalidArgument for an entry of more than kTileEntryBytesMax bytes.
absl::StatusOr<Bytes> EncodeBundle(std::span<const Bytes> entries);
// InvalidArgument unless the file holds exactly `width` entries and nothing behind them.
absl::StatusOr<std::vector<Bytes>> DecodeBundle(ByteView bytes, uint32_t width);

}  // namespace tally::ledger
