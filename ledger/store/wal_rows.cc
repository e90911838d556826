// Framing is read here; the batch inside is RocksDB's own reader's.
#include "ledger/store/wal_rows.h"

#include <algorithm>

#include "ledger/store/slice.h"
#include "rocksdb/write_batch.h"

namespace tally::ledger {
namespace {

constexpr size_t kBlockBytes = 32768;
constexpr size_t kRecordHeadBytes = 7;
enum RecordType : uint8_t { kNothing = 0, kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

using VisitRow = std::function<void(ByteView, std::optional<ByteView>)>;

class RowsOfBatch final : public rocksdb::WriteBatch::Handler {
 public:
  explicit RowsOfBatch(const VisitRow& visit) : visit_(visit) {}
  void Put(const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    visit_(ToView(key), ToView(value));
  }
  void Delete(const rocksdb::Slice& key) override { visit_(ToView(key), std::nullopt); }

 private:
  const VisitRow& visit_;
};

// Puts the pieces of one write together again.
class Reader {
 public:
  explicit Reader(const VisitRow& visit) : visit_(visit) {}

  void ReadBlock(ByteView block) {
    while (block.size() >= kRecordHeadBytes) {
      const size_t length = static_cast<size_t>(block[4]) | static_cast<size_t>(block[5]) << 8;
      const uint8_t type = block[6];
      // Space that was reserved and never written.
      if (type == kNothing && length == 0) return;
      block = block.subspan(kRecordHeadBytes);
      if (type == kNothing || type > kLast || length > block.size()) {
        PassOver();
        return;  // Where the next record of this block begins nobody knows.
      }
      Take(type, block.first(length));
      block = block.subspan(length);
    }
  }
  // A write that the file's end cuts is no damage: it was never acknowledged.
  WalReading Reading() const { return reading_; }

 private:
  void PassOver() {
    ++reading_.damaged;
    write_.clear();
    inside_ = false;
  }
  void Take(uint8_t type, ByteView piece) {
    const bool begins = type == kWhole || type == kFirst;
    if (begins == inside_) PassOver();
    if (!begins && !inside_) return;  // The rest of a write whose beginning is lost.
    write_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    inside_ = true;
    if (type != kWhole && type != kLast) return;
    RowsOfBatch rows(visit_);
    const rocksdb::WriteBatch batch(write_);
    ++(batch.Iterate(&rows).ok() ? reading_.batches : reading_.damaged);
    write_.clear();
    inside_ = false;
  }

  const VisitRow& visit_;
  WalReading reading_;
  std::string write_;
  bool inside_ = false;
};

}  // namespace

WalReading ReadWalRows(ByteView file, const VisitRow& visit) {
  Reader reader(visit);
  while (!file.empty()) {
    const size_t count = std::min(kBlockBytes, file.size());
    reader.ReadBlock(file.first(count));
    file = file.subspan(count);
  }
  return reader.Reading();
}

}  // namespace tally::ledger
