// Bytes as RocksDB takes and gives them. Neither side copies, so what is viewed outlives the view.
#pragma once

#include "rocksdb/slice.h"
#include "schema/bytes.h"

namespace tally::ledger {

inline rocksdb::Slice ToSlice(ByteView bytes) {
  return rocksdb::Slice(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}
inline ByteView ToView(const rocksdb::Slice& slice) {
  return ByteView(reinterpret_cast<const uint8_t*>(slice.data()), slice.size());
}

}  // namespace tally::ledger
