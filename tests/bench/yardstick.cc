#include "tests/bench/yardstick.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <filesystem>

#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::bench {
namespace {

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

Stopwatch::Stopwatch() : wall_(std::chrono::steady_clock::now()), cpu_(ProcessorSeconds()) {}

Spent Stopwatch::Elapsed() const {
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
  return {wall.count(), ProcessorSeconds() - cpu_};
}

double Median(std::vector<double> values) {
  TALLY_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

ScratchFolder::ScratchFolder() {
  const char* base = getenv("TMPDIR");
  std::string pattern = std::string(base == nullptr ? "/var/tmp" : base) + "/tally-bench-XXXXXX";
  TALLY_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = std::filesystem::absolute(pattern).string();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

struct RawStore::Handle {
  std::unique_ptr<rocksdb::DB> db;
};

RawStore::RawStore(const std::string& path)
    : handle_(std::make_unique<Handle>()), value_(256, 0x5a) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::DB* db = nullptr;
  TALLY_CHECK(rocksdb::DB::Open(options, path, &db).ok());
  handle_->db.reset(db);
}

RawStore::~RawStore() = default;

void RawStore::Append(uint64_t events, uint64_t per_batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  rocksdb::WriteBatch batch;
  for (uint64_t i = 0; i < events; ++i) {
    Bytes key;
    ByteWriter writer(key);
    writer.U64(0);
    writer.U64(next_++);
    value_[i % value_.size()] = static_cast<uint8_t>(next_);
    batch.Put({reinterpret_cast<const char*>(key.data()), key.size()},
              {reinterpret_cast<const char*>(value_.data()), value_.size()});
    if ((i + 1) % per_batch == 0 || i + 1 == events) {
      TALLY_CHECK(handle_->db->Write(options, &batch).ok());
      batch.Clear();
    }
  }
}

uint64_t RawStore::ReadAll(uint64_t* events) {
  uint64_t sum = 0;
  *events = 0;
  std::unique_ptr<rocksdb::Iterator> iterator(handle_->db->NewIterator({}));
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    sum += static_cast<uint8_t>(iterator->value()[7]);
    ++*events;
  }
  TALLY_CHECK(iterator->status().ok());
  return sum;
}

double HashBytesPerSecond(uint64_t bytes) {
  const Bytes message(4096, 0x5a);
  ledger::Sha256 sha;
  Stopwatch watch;
  uint8_t seen = 0;
  for (uint64_t done = 0; done < bytes; done += message.size()) seen ^= sha.Of({message}).bytes[0];
  const double seconds = watch.Elapsed().cpu;
  TALLY_CHECK(seen != 1 || seconds > 0);
  return static_cast<double>(bytes) / seconds;
}

}  // namespace tally::bench
