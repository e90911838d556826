// Tables are read through RocksDB's reader of single files, logs into memory.
#include "ledger/store/damaged_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/store/durable_file.h"
#include "ledger/store/rocks_options.h"
#include "ledger/store/slice.h"
#include "ledger/store/wal_rows.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"
#include "rocksdb/sst_file_reader.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// A log is closed at 64 MiB of memory, its file is little longer.
constexpr size_t kLogBytes = size_t{1} << 30;

Bytes ToBytes(const rocksdb::Slice& slice) {
  return Bytes(slice.data(), slice.data() + slice.size());
}

// One file with rows.
class RowFile {
 public:
  virtual ~RowFile() = default;
  virtual std::optional<Bytes> Get(ByteView key) = 0;
  virtual std::optional<Bytes> LastKey(ByteView first, ByteView limit) = 0;
};

class TableFile final : public RowFile {
 public:
  explicit TableFile(const rocksdb::Options& options) : reader_(options) {}
  rocksdb::Status Open(const std::string& path) {
    rocksdb::Status status = reader_.Open(path);
    if (!status.ok()) return status;
    rows_.reset(reader_.NewIterator(MakeRocksReadOptions()));
    return reader_.VerifyChecksum(MakeRocksReadOptions());
  }
  bool IsOpen() const { return rows_ != nullptr; }

  // A damaged block gives nothing; the next look begins anew.
  std::optional<Bytes> Get(ByteView key) override {
    rows_->Seek(ToSlice(key));
    if (!rows_->Valid() || rows_->key() != ToSlice(key)) return std::nullopt;
    return ToBytes(rows_->value());
  }
  std::optional<Bytes> LastKey(ByteView first, ByteView limit) override {
    rows_->SeekForPrev(ToSlice(limit));
    if (rows_->Valid() && rows_->key() == ToSlice(limit)) rows_->Prev();
    if (!rows_->Valid() || rows_->key().compare(ToSlice(first)) < 0) return std::nullopt;
    return ToBytes(rows_->key());
  }

 private:
  rocksdb::SstFileReader reader_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

class LogFile final : public RowFile {
 public:
  WalReading Read(ByteView bytes) {
    return ReadWalRows(bytes, [this](ByteView key, std::optional<ByteView> value) {
      Bytes name(key.begin(), key.end());
      if (value.has_value()) {
        rows_[std::move(name)] = Bytes(value->begin(), value->end());
      } else {
        rows_.erase(name);
      }
    });
  }
  std::optional<Bytes> Get(ByteView key) override {
    const auto found = rows_.find(Bytes(key.begin(), key.end()));
    if (found == rows_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<Bytes> LastKey(ByteView first, ByteView limit) override {
    auto found = rows_.lower_bound(Bytes(limit.begin(), limit.end()));
    if (found == rows_.begin()) return std::nullopt;
    --found;
    if (found->first < Bytes(first.begin(), first.end())) return std::nullopt;
    return found->first;
  }

 private:
  std::map<Bytes, Bytes> rows_;
};

class FilesOfStore final : public DamagedStore {
 public:
  absl::Status Look(const std::string& directory) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> found, ListFiles(directory));
    std::vector<std::pair<uint64_t, std::string>> numbered;
    for (const FileSize& file : found) {
      absl::string_view number = file.name;
      uint64_t value = 0;
      const bool holds_rows =
          absl::ConsumeSuffix(&number, ".sst") || absl::ConsumeSuffix(&number, ".log");
      if (holds_rows && absl::SimpleAtoi(number, &value)) numbered.emplace_back(value, file.name);
    }
    std::ranges::sort(numbered);
    for (const auto& [number, name] : numbered) {
      files_.push_back({name, absl::EndsWith(name, ".sst") ? AddTable(directory + "/" + name)
                                                           : AddLog(directory + "/" + name)});
    }
    return absl::OkStatus();
  }

  const std::vector<File>& files() const override { return files_; }

  std::vector<Bytes> Values(ByteView key) override {
    std::vector<Bytes> values;
    for (const auto& file : rows_) {
      if (std::optional<Bytes> value = file->Get(key)) values.push_back(*std::move(value));
    }
    return values;
  }

  std::optional<Bytes> LastKey(ByteView first, ByteView limit) override {
    std::optional<Bytes> last;
    for (const auto& file : rows_) {
      last = std::max(last, file->LastKey(first, limit));
    }
    return last;
  }

 private:
  // What is wrong with it, or "".
  std::string AddTable(const std::string& path) {
    auto table = std::make_unique<TableFile>(options_);
    const rocksdb::Status status = table->Open(path);
    if (table->IsOpen()) rows_.push_back(std::move(table));
    return status.ok() ? "" : status.ToString();
  }
  std::string AddLog(const std::string& path) {
    const absl::StatusOr<std::string> bytes = ReadWholeFile(path, kLogBytes);
    if (!bytes.ok()) return std::string(bytes.status().message());
    auto log = std::make_unique<LogFile>();
    const WalReading reading = log->Read(AsBytes(*bytes));
    rows_.push_back(std::move(log));
    if (reading.damaged == 0) return "";
    return absl::StrCat(reading.damaged, " places cannot be read; ", reading.batches,
                        " writes can");
  }

  const rocksdb::Options options_ = MakeRocksOptions(
      std::make_shared<StoreLogger>(), std::make_shared<StoreHealth>(), rocksdb::Env::Default());
  std::vector<File> files_;
  std::vector<std::unique_ptr<RowFile>> rows_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DamagedStore>> DamagedStore::Open(const std::string& directory) {
  auto store = std::make_unique<FilesOfStore>();
  TALLY_RETURN_IF_ERROR(store->Look(directory));
  return store;
}

}  // namespace tally::ledger
