#include "ledger/chain/tile_files.h"

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

std::string IndexPath(uint64_t index) {
  std::string path = absl::StrCat(absl::Dec(index % 1000, absl::kZeroPad3));
  for (index /= 1000; index > 0; index /= 1000) {
    path = absl::StrCat("x", absl::Dec(index % 1000, absl::kZeroPad3), "/", path);
  }
  return path;
}

std::string WithWidth(std::string path, uint32_t width) {
  TALLY_CHECK(width >= 1 && width <= kTileWidth);
  if (width < kTileWidth) absl::StrAppend(&path, ".p/", width);
  return path;
}

}  // namespace

std::string TilePath(TileName tile, uint32_t width) {
  return WithWidth(absl::StrCat("tile/", tile.level, "/", IndexPath(tile.index)), width);
}

std::string BundlePath(uint64_t index, uint32_t width) {
  return WithWidth(absl::StrCat("tile/entries/", IndexPath(index)), width);
}

Bytes EncodeTileFile(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * Hash::size());
  ByteWriter writer(bytes);
  for (const Hash& hash : hashes) writer.Raw(hash.view());
  return bytes;
}

absl::StatusOr<std::vector<Hash>> DecodeTileFile(ByteView bytes, uint32_t width) {
  if (bytes.size() != width * Hash::size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("tile: expected ", width * Hash::size(), " bytes, found ", bytes.size()));
  }
  ByteReader reader(bytes);
  std::vector<Hash> hashes(width);
  for (Hash& hash : hashes) reader.Fill(hash.bytes);
  TALLY_RETURN_IF_ERROR(reader.Finish("tile"));
  return hashes;
}

absl::StatusOr<Bytes> EncodeBundle(std::span<const Bytes> entries) {
  Bytes bytes;
  ByteWriter writer(bytes);
  for (const Bytes& entry : entries) {
    if (entry.size() > kTileEntryBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("bundle: an entry of ", entry.size(), " bytes"));
    }
    writer.U16(static_cast<uint16_t>(entry.size()));
    writer.Raw(entry);
  }
  return bytes;
}

absl::StatusOr<std::vector<Bytes>> DecodeBundle(ByteView bytes, uint32_t width) {
  ByteReader reader(bytes);
  std::vector<Bytes> entries;
  for (uint32_t i = 0; i < width && reader.ok(); ++i) {
    const ByteView entry = reader.Raw(reader.U16());
    entries.emplace_back(entry.begin(), entry.end());
  }
  TALLY_RETURN_IF_ERROR(reader.Finish("bundle"));
  return entries;
}

}  // namespace tally::ledger
