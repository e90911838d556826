// A file system that fails one call, or loses power at one: every call below the store and every
// write and sync of the head file has a number, and everything not synced may be lost, torn or kept
// out of order. What RocksDB's own test file system does is not packaged, so this is ours.
//
// Renames, deletions and new directory entries are taken as durable at once.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>

#include "ledger/log/head_file.h"
#include "rocksdb/file_system.h"

namespace tally::tests {

class FaultFiles final : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault {
    kNone,
    kErrorOnce,   // the call fails, the ones after it work
    kNoSpace,     // appends from this call on find the disk full
    kPowerCut,    // this call and all after it do nothing
  };
  FaultFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFiles"; }

  // Counting starts again at 1; `at` is the number of the call that is hit.
  void Arm(Fault fault, uint64_t at);
  uint64_t calls() const;
  // Whether the armed fault was reached.
  bool fired() const;

  enum class Loss {
    kTornTail,   // of each file a random part of what was not synced is cut off
    kReordered,  // random sectors of what was not synced read as zeros
  };
  // After a power cut and after everything was closed: what the disk holds.
  void Lose(Loss loss, std::mt19937& random);

  // The calls for a head file, in the same count.
  ledger::HeadFileCalls HeadCalls(const std::string& head_path);

  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& source, const std::string& target,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& directory, const rocksdb::IOOptions& options,
                                std::vector<std::string>* names,
                                rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;

  // For the files it opens: numbers a call, and says whether it fails.
  enum class Call { kOther, kAppend };
  rocksdb::IOStatus Count(Call call);
  void Appended(const std::string& name, uint64_t bytes);
  void Synced(const std::string& name);
  void Cut(const std::string& name, uint64_t size);

 private:
  struct File {
    uint64_t written = 0;
    uint64_t synced = 0;
  };
  struct HeadWrite {
    std::string path;
    off_t at = 0;
    Bytes before;
  };

  mutable std::mutex mutex_;  // guards all below
  Fault fault_ = Fault::kNone;
  uint64_t at_ = 0;
  uint64_t calls_ = 0;
  bool fired_ = false;
  std::map<std::string, File> files_;
  std::vector<HeadWrite> head_writes_;  // not synced yet
};

}  // namespace tally::tests
