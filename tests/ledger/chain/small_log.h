// The complete small log of the transparency-log notes: 300 entries "record <i>", a log key and a
// witness key of counting seeds, one cosigned checkpoint. Every byte of it is known by its digest.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/sha256.h"

namespace tally::ledger::tests {

inline constexpr absl::string_view kSmallOrigin = "example.com/tallystick-test";
inline constexpr absl::string_view kSmallLogKey =
    "example.com/tallystick-test+d9bd1697+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
inline constexpr absl::string_view kSmallWitness = "witness.example.com/w1";
inline constexpr absl::string_view kSmallWitnessKey =
    "witness.example.com/w1+969980cf+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";
inline constexpr uint64_t kSmallTime = 1767139200;
inline constexpr absl::string_view kSmallCheckpointDigest =
    "e5da5232c85711655820192f1fca4e143b697ec541ad0dbc8293aae5c971e1d8";

// Bytes first, first + 1, ... as a seed.
inline std::unique_ptr<SigningKey> CountingKey(uint8_t first) {
  Bytes seed(32);
  for (size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<uint8_t>(first + i);
  return SigningKey::FromSeed(seed).value();
}
inline std::unique_ptr<SigningKey> SmallLogKey() { return CountingKey(0x00); }
inline std::unique_ptr<SigningKey> SmallWitnessKey() { return CountingKey(0x20); }

inline std::vector<Bytes> SmallEntries(size_t count = 300) {
  std::vector<Bytes> entries;
  for (size_t i = 0; i < count; ++i) {
    const std::string text = absl::StrCat("record ", i);
    const ByteView bytes = AsBytes(text);
    entries.emplace_back(bytes.begin(), bytes.end());
  }
  return entries;
}
inline std::vector<Hash> SmallLeaves(size_t count = 300) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : SmallEntries(count)) leaves.push_back(LeafHash(entry));
  return leaves;
}
// Signed by the log: the first `size` entries, or any leaves.
inline std::string SmallNote(std::span<const Hash> leaves) {
  return SignCheckpoint({std::string(kSmallOrigin), leaves.size(), TreeRoot(leaves)},
                        *SmallLogKey())
      .value();
}
inline std::string SmallNote(size_t size = 300) { return SmallNote(SmallLeaves(size)); }
// The same, cosigned.
inline std::string SmallCosigned(size_t size = 300) {
  const std::string note = SmallNote(size);
  const NoteSignature made =
      SignCosignature(ParseNote(note)->text, kSmallWitness, *SmallWitnessKey(), kSmallTime).value();
  return AddSignatures(note, {&made, 1}).value();
}
// Tiles of those leaves, as wide as asked.
inline TileReader SmallTiles(std::vector<Hash> leaves) {
  std::vector<std::vector<Hash>> levels = {std::move(leaves)};
  while (levels.back().size() >= kTileWidth) {
    std::vector<Hash> above;
    for (size_t i = 0; i + kTileWidth <= levels.back().size(); i += kTileWidth) {
      above.push_back(TreeRoot(std::span(levels.back()).subspan(i, kTileWidth)));
    }
    levels.push_back(std::move(above));
  }
  return [levels = std::move(levels)](TileName tile,
                                      uint32_t width) -> absl::StatusOr<std::vector<Hash>> {
    const std::vector<Hash>& level = levels.at(tile.level);
    const size_t first = tile.index * kTileWidth;
    if (first + width > level.size()) return absl::NotFoundError("beyond the log");
    const auto begin = level.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<Hash>(begin, begin + width);
  };
}
inline std::vector<VerifierKey> KeysOf(std::initializer_list<absl::string_view> texts) {
  std::vector<VerifierKey> keys;
  for (absl::string_view text : texts) keys.push_back(VerifierKey::Parse(text).value());
  return keys;
}

}  // namespace tally::ledger::tests
