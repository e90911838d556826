#include "ledger/log/layout.h"

#include "schema/status.h"

namespace tally::ledger::layout {
namespace {

Bytes Prefix(char letter, size_t size) {
  Bytes key;
  key.reserve(size);
  key.push_back(static_cast<uint8_t>(letter));
  return key;
}

Bytes Numbered(char letter, uint64_t number) {
  Bytes key = Prefix(letter, 9);
  ByteWriter(key).U64(number);
  return key;
}

Bytes Numbered(char letter, uint64_t first, uint64_t second) {
  Bytes key = Prefix(letter, 17);
  ByteWriter writer(key);
  writer.U64(first);
  writer.U64(second);
  return key;
}

}  // namespace

Bytes Configuration() { return Prefix('C', 1); }
Bytes Head() { return Prefix('H', 1); }
Bytes Recovery() { return Prefix('R', 1); }
Bytes Spine(uint64_t first_index) { return Numbered('S', first_index); }
Bytes Bodies(uint64_t first_index) { return Numbered('B', first_index); }
Bytes Undo(uint64_t first_index) { return Numbered('U', first_index); }

Bytes Tile(uint32_t level, uint64_t tile_index) {
  TALLY_CHECK(level <= 0xff);
  Bytes key = Prefix('T', 10);
  ByteWriter writer(key);
  writer.U8(static_cast<uint8_t>(level));
  writer.U64(tile_index);
  return key;
}

Bytes StreamRecord(uint64_t stream, uint64_t sequence) { return Numbered('I', stream, sequence); }
Bytes Position(uint64_t stream, uint64_t last_position) {
  return Numbered('P', stream, last_position);
}

Bytes Act(uint64_t stream, const StreamId& author, const ActId& id) {
  Bytes key = Prefix('A', 57);
  ByteWriter writer(key);
  writer.U64(stream);
  writer.Raw(author.view());
  writer.Raw(id.view());
  return key;
}

Bytes ActDigest(uint64_t stream, const Hash& digest) {
  Bytes key = Prefix('E', 41);
  ByteWriter writer(key);
  writer.U64(stream);
  writer.Raw(digest.view());
  return key;
}

Bytes Name(StreamKind kind, absl::string_view name) {
  Bytes key = Prefix('N', 2 + name.size());
  ByteWriter writer(key);
  writer.U8(static_cast<uint8_t>(kind));
  writer.Text(name);
  return key;
}

Bytes Stream(const StreamId& id) {
  Bytes key = Prefix('D', 33);
  ByteWriter(key).Raw(id.view());
  return key;
}

Bytes StreamRow(uint64_t stream) { return Numbered('X', stream); }

Bytes SourceEnd(uint64_t stream, uint32_t source) {
  Bytes key = Prefix('Y', 13);
  ByteWriter writer(key);
  writer.U64(stream);
  writer.U32(source);
  return key;
}

Bytes SourceName(uint64_t stream, absl::string_view name) {
  Bytes key = Numbered('Z', stream);
  ByteWriter(key).Text(name);
  return key;
}

Bytes Equivocation(uint64_t stream, uint64_t position) { return Numbered('Q', stream, position); }

Bytes Erased(uint64_t index, uint32_t offset) {
  Bytes key = Prefix('W', 13);
  ByteWriter writer(key);
  writer.U64(index);
  writer.U32(offset);
  return key;
}

Bytes ErasuresDone() { return Prefix('V', 1); }

}  // namespace tally::ledger::layout
