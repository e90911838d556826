// Goal: the store keeps what it committed, changes nothing when opened for reading, names damage
// after a clean close, and refuses everything after a failed write.
// Method: small stores; every byte of every file flipped, every file cut and deleted; a file system
// that refuses.
#include "ledger/store/rocks_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "ledger/store/clean_mark.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::Picture;
using tests::PictureOf;
using tests::RestorePicture;
using tests::ScratchDirectory;
using tests::WriteText;

Bytes Key(absl::string_view text) {
  const ByteView bytes = AsBytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

Store::Options Open(const std::string& directory, Store::Mode mode) {
  Store::Options options;
  options.directory = directory;
  options.mode = mode;
  return options;
}

std::unique_ptr<Store> Create(const std::string& directory) {
  Store::Options options = Open(directory, Store::Mode::kReadWrite);
  options.create = true;
  auto store = Store::Open(options);
  TALLY_CHECK(store.ok());
  return *std::move(store);
}

WriteSet Puts(int first, int limit) {
  WriteSet writes;
  for (int i = first; i < limit; ++i) {
    writes.puts.push_back(
        {Key("key " + std::to_string(1000 + i)), Bytes(50, static_cast<uint8_t>(i))});
  }
  return writes;
}

using StoredRows = std::map<std::string, Bytes>;

absl::StatusOr<StoredRows> TryContents(const Store& store) {
  StoredRows rows;
  TALLY_RETURN_IF_ERROR(store.Scan({}, {}, [&](ByteView key, ByteView value) {
    rows[std::string(AsText(key))] = Bytes(value.begin(), value.end());
    return true;
  }));
  return rows;
}

StoredRows Contents(const Store& store) { return *TryContents(store); }

TEST(RocksStore, ReadsWhatWasCommitted) {
  const ScratchDirectory scratch;
  auto store = Create(scratch / "store");
  WriteSet writes = Puts(0, 10);
  const Bytes lent_key = Key("lent");
  const Bytes lent_value = Key("value");
  writes.borrowed.push_back({lent_key, lent_value});
  ASSERT_TRUE(store->Commit(writes).ok());
  EXPECT_EQ(**store->Get(lent_key), lent_value);
  EXPECT_FALSE(store->Get(Key("absent"))->has_value());
  WriteSet removes;
  removes.deletes.push_back(lent_key);
  ASSERT_TRUE(store->Commit(removes).ok());
  EXPECT_FALSE(store->Get(lent_key)->has_value());
  EXPECT_EQ(Contents(*store).size(), 10u);
  EXPECT_GT(*store->DiskBytes(), 500u);
}

TEST(RocksStore, ScansAndLastKeepTheirBounds) {
  const ScratchDirectory scratch;
  auto store = Create(scratch / "store");
  ASSERT_TRUE(store->Commit(Puts(0, 20)).ok());
  for (int first = 0; first <= 20; ++first) {
    for (int limit = first; limit <= 20; ++limit) {
      const Bytes low = Key("key " + std::to_string(1000 + first));
      const Bytes high = Key("key " + std::to_string(1000 + limit));
      int seen = 0;
      ASSERT_TRUE(store->Scan(low, high, [&](ByteView, ByteView) { return ++seen > 0; }).ok());
      ASSERT_EQ(seen, limit - first);
      const auto last = store->Last(low, high);
      ASSERT_TRUE(last.ok());
      ASSERT_EQ(last->has_value(), first < limit);
      if (first < limit) {
        ASSERT_EQ((*last)->key, Key("key " + std::to_string(1000 + limit - 1)));
      }
    }
  }
  int seen = 0;
  ASSERT_TRUE(store->Scan({}, {}, [&](ByteView, ByteView) { return ++seen < 5; }).ok());
  EXPECT_EQ(seen, 5);
}

TEST(RocksStore, CreatingNeedsAnEmptyPlace) {
  const ScratchDirectory scratch;
  WriteText(scratch / "something", "x");
  Store::Options options = Open(scratch.path(), Store::Mode::kReadWrite);
  options.create = true;
  EXPECT_TRUE(absl::IsFailedPrecondition(Store::Open(options).status()));
  options.create = false;
  const Picture before = PictureOf(scratch.path());
  for (const auto mode : {Store::Mode::kReadOnly, Store::Mode::kReadWrite}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(Store::Open(Open(scratch.path(), mode)).status()));
    EXPECT_TRUE(absl::IsFailedPrecondition(Store::Open(Open(scratch / "none", mode)).status()));
  }
  EXPECT_EQ(PictureOf(scratch.path()), before);
}

// T-21
TEST(RocksStore, T21ASecondWriterIsRefused) {
  const ScratchDirectory scratch;
  const auto store = Create(scratch / "store");
  EXPECT_FALSE(Store::Open(Open(scratch / "store", Store::Mode::kReadWrite)).ok());
  EXPECT_TRUE(Store::Open(Open(scratch / "store", Store::Mode::kReadOnly)).ok());
}

TEST(RocksStore, OpeningForReadingChangesNoFile) {
  const ScratchDirectory scratch;
  auto store = Create(scratch / "store");
  ASSERT_TRUE(store->Commit(Puts(0, 10)).ok());
  store.reset();  // not cleanly: the rows lie in the write-ahead log
  Picture before = PictureOf(scratch.path());
  for (const auto mode : {Store::Mode::kReadOnly, Store::Mode::kReadOnlyPointInTime}) {
    auto opened = Store::Open(Open(scratch / "store", mode));
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(Contents(**opened).size(), 10u);
    EXPECT_TRUE(absl::IsFailedPrecondition((*opened)->Commit(Puts(10, 11))));
    EXPECT_FALSE((*opened)->CloseCleanly().ok());
    opened->reset();
    EXPECT_EQ(PictureOf(scratch.path()), before);
  }
  store = *Store::Open(Open(scratch / "store", Store::Mode::kReadWrite));
  ASSERT_TRUE(store->CloseCleanly().ok());
  before = PictureOf(scratch.path());
  {
    const auto opened = Store::Open(Open(scratch / "store", Store::Mode::kReadOnly));
    ASSERT_TRUE(opened.ok());
    EXPECT_TRUE((*opened)->CheckFiles().ok());
  }
  EXPECT_EQ(PictureOf(scratch.path()), before);
}

TEST(RocksStore, ACleanCloseIsTheEndAndTheNextWriteRetiresItsMark) {
  const ScratchDirectory scratch;
  auto store = Create(scratch / "store");
  ASSERT_TRUE(store->Commit(Puts(0, 10)).ok());
  ASSERT_TRUE(store->CloseCleanly().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store->Commit(Puts(10, 11))));
  EXPECT_TRUE(absl::IsFailedPrecondition(store->Get(Key("key 1000")).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(store->CloseCleanly()));
  EXPECT_TRUE(std::filesystem::exists(scratch / "store/CLEAN"));
  store = *Store::Open(Open(scratch / "store", Store::Mode::kReadWrite));
  EXPECT_FALSE(std::filesystem::exists(scratch / "store/CLEAN"));
  EXPECT_TRUE(std::filesystem::exists(scratch / "store/CLEAN.last"));
  EXPECT_EQ(Contents(*store).size(), 10u);
}

// Every byte of what recovery reads, a sample of the long files, which are checked as a whole.
size_t StrideFor(const std::string& name) {
  if (name.rfind("OPTIONS", 0) == 0) return 499;
  return name.ends_with(".sst") ? 29 : 3;
}

// T-01, T-02, T-03: after a clean close.
TEST(RocksStore, T01T02T03DamageAfterACleanCloseIsRefusedAndNothingIsChanged) {
  const ScratchDirectory scratch;
  const std::string directory = scratch / "store";
  auto store = Create(directory);
  ASSERT_TRUE(store->Commit(Puts(0, 10)).ok());
  ASSERT_TRUE(store->CloseCleanly().ok());
  store.reset();
  const Picture good = PictureOf(directory);
  const auto refused = [&](const std::string& name, const std::string& bytes, bool deleted) {
    if (deleted) {
      std::filesystem::remove(directory + "/" + name);
    } else {
      WriteText(directory + "/" + name, bytes);
    }
    bool all = true;
    for (const auto mode : {Store::Mode::kReadOnly, Store::Mode::kReadWrite}) {
      const absl::Status status = Store::Open(Open(directory, mode)).status();
      all = all && absl::IsFailedPrecondition(status);
    }
    all = all && (deleted ? !std::filesystem::exists(directory + "/" + name)
                          : tests::ReadText(directory + "/" + name) == bytes);
    WriteText(directory + "/" + name, good.at(name));
    return all;
  };
  int files = 0;
  for (const auto& [name, bytes] : good) {
    ++files;
    for (size_t at = 0; at < bytes.size(); at += StrideFor(name)) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      ASSERT_TRUE(refused(name, flipped, false)) << name << " byte " << at;
    }
    for (size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 20) {
      ASSERT_TRUE(refused(name, bytes.substr(0, length), false)) << name << " cut at " << length;
    }
    // Without its mark the store is one that was not closed cleanly, and as whole.
    if (name != kCleanMarkName) {
      ASSERT_TRUE(refused(name, "", true)) << name << " deleted";
    }
  }
  EXPECT_GE(files, 6);
  EXPECT_EQ(PictureOf(directory), good);
  EXPECT_TRUE(Store::Open(Open(directory, Store::Mode::kReadWrite)).ok());
}

// T-01: without a mark. What this room cannot see (a store that opens shorter) the outside head
// sees; here a store that opens has only rows that were written, and no file was changed.
TEST(RocksStore, T01FlipsAfterAnUncleanStopNeverInventAndNeverChangeAFile) {
  const ScratchDirectory scratch;
  const std::string directory = scratch / "store";
  auto store = Create(directory);
  ASSERT_TRUE(store->Commit(Puts(0, 4)).ok());
  ASSERT_TRUE(store->CloseCleanly().ok());
  store = *Store::Open(Open(directory, Store::Mode::kReadWrite));
  ASSERT_TRUE(store->Commit(Puts(4, 8)).ok());
  store.reset();
  const Picture good = PictureOf(directory);
  StoredRows rows;
  for (const auto& put : Puts(0, 8).puts) rows[std::string(AsText(put.key))] = put.value;
  int shorter = 0;
  for (const auto& [name, bytes] : good) {
    for (size_t at = 0; at < bytes.size(); at += StrideFor(name)) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      WriteText(directory + "/" + name, flipped);
      {
        const auto opened = Store::Open(Open(directory, Store::Mode::kReadOnly));
        const absl::StatusOr<StoredRows> found = opened.ok() ? TryContents(**opened) : rows;
        ASSERT_TRUE(found.ok()) << name << " " << at << ": it opened, and " << found.status();
        for (const auto& [key, value] : *found) ASSERT_EQ(rows[key], value) << name << " " << at;
        if (found->size() < rows.size()) ++shorter;
      }
      ASSERT_EQ(tests::ReadText(directory + "/" + name), flipped) << name << " byte " << at;
      WriteText(directory + "/" + name, bytes);
    }
  }
  EXPECT_EQ(PictureOf(directory), good);
  RecordProperty("opened_shorter", shorter);
}

// A file system whose syncs fail from a given one on.
class FailingSync final : public rocksdb::FileSystemWrapper {
 public:
  FailingSync() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FailingSync"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    const rocksdb::IOStatus status = target()->NewWritableFile(name, options, &inner, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(inner), *this);
    return status;
  }
  bool failing = false;

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, const FailingSync& files)
        : FSWritableFileOwnerWrapper(std::move(file)), files_(files) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (files_.failing) return rocksdb::IOStatus::IOError("injected");
      return target()->Sync(options, debug);
    }

   private:
    const FailingSync& files_;
  };
};

// T-31
TEST(RocksStore, T31AFailedSyncPoisonsUntilReopened) {
  const ScratchDirectory scratch;
  const auto files = std::make_shared<FailingSync>();
  Store::Options options = Open(scratch / "store", Store::Mode::kReadWrite);
  options.create = true;
  auto store = OpenRocksStore(options, {.file_system = files, .spoil = nullptr});
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->Commit(Puts(0, 1)).ok());
  files->failing = true;
  EXPECT_TRUE(absl::IsUnavailable((*store)->Commit(Puts(1, 2))));
  EXPECT_TRUE((*store)->poisoned());
  files->failing = false;
  EXPECT_TRUE(absl::IsFailedPrecondition((*store)->Commit(Puts(2, 3)))) << "no retry of a sync";
  EXPECT_TRUE((*store)->Get(Key("key 1000"))->has_value()) << "reads go on";
  EXPECT_FALSE((*store)->CloseCleanly().ok());
  EXPECT_FALSE(std::filesystem::exists(scratch / "store/CLEAN"));
  store->reset();
  const auto again = Store::Open(Open(scratch / "store", Store::Mode::kReadWrite));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE((*again)->Commit(Puts(2, 3)).ok());
}

TEST(RocksStore, FailpointsAreReachedInOrder) {
  const ScratchDirectory scratch;
  std::vector<std::string> points;
  Store::Options options = Open(scratch / "store", Store::Mode::kReadWrite);
  options.create = true;
  options.failpoint = [&](absl::string_view point) { points.emplace_back(point); };
  const auto store = Store::Open(options);
  ASSERT_TRUE((*store)->Commit(Puts(0, 1)).ok());
  ASSERT_TRUE((*store)->CloseCleanly().ok());
  EXPECT_EQ(points, (std::vector<std::string>{"commit.before-write", "commit.after-write",
                                              "close.before-mark", "close.after-mark"}));
}

}  // namespace
}  // namespace tally::ledger
