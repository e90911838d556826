#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "schema/status.h"
#include "tests/scratch.h"
#include "tests/sim/fault_files.h"

namespace tally::tests {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr size_t kSectorBytes = 512;

class CountedWrites final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  CountedWrites(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, FaultFiles& files)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), files_(files) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = files_.Count(FaultFiles::Call::kAppend);
    if (status.ok()) status = target()->Append(bytes, options, debug);
    if (status.ok()) files_.Appended(name_, bytes.size());
    return status;
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(bytes, options, debug);
  }
  // A sync that succeeds makes the bytes safe from Lose(); the disk itself need not be bothered.
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return SyncAll(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return SyncAll(); }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override {
    return files_.Count(FaultFiles::Call::kOther);  // promises nothing
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = files_.Count(FaultFiles::Call::kOther);
    if (status.ok()) status = target()->Truncate(size, options, debug);
    if (status.ok()) files_.Cut(name_, size);
    return status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = files_.Count(FaultFiles::Call::kOther);
    const IOStatus closed = target()->Close(options, debug);  // in any case: no file stays open
    return status.ok() ? closed : status;
  }

 private:
  IOStatus SyncAll() {
    const IOStatus status = files_.Count(FaultFiles::Call::kOther);
    if (status.ok()) files_.Synced(name_);
    return status;
  }
  const std::string name_;
  FaultFiles& files_;
};

class CountedReads final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  CountedReads(std::unique_ptr<rocksdb::FSSequentialFile> file, FaultFiles& files)
      : FSSequentialFileOwnerWrapper(std::move(file)), files_(files) {}
  IOStatus Read(size_t count, const IOOptions& options, Slice* bytes, char* scratch,
                IODebugContext* debug) override {
    const IOStatus status = files_.Count(FaultFiles::Call::kOther);
    return status.ok() ? target()->Read(count, options, bytes, scratch, debug) : status;
  }

 private:
  FaultFiles& files_;
};

class CountedRandomReads final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  CountedRandomReads(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FaultFiles& files)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), files_(files) {}
  IOStatus Read(uint64_t at, size_t count, const IOOptions& options, Slice* bytes, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus status = files_.Count(FaultFiles::Call::kOther);
    return status.ok() ? target()->Read(at, count, options, bytes, scratch, debug) : status;
  }

 private:
  FaultFiles& files_;
};

class CountedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  CountedDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultFiles& files)
      : FSDirectoryWrapper(std::move(directory)), files_(files) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return files_.Count(FaultFiles::Call::kOther);
  }
  IOStatus FsyncWithDirOptions(const IOOptions&, IODebugContext*,
                               const rocksdb::DirFsyncOptions&) override {
    return files_.Count(FaultFiles::Call::kOther);
  }

 private:
  FaultFiles& files_;
};

}  // namespace

void FaultFiles::Arm(Fault fault, uint64_t at) {
  const std::lock_guard<std::mutex> lock(mutex_);
  fault_ = fault;
  at_ = at;
  calls_ = 0;
  fired_ = false;
}

uint64_t FaultFiles::calls() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

bool FaultFiles::fired() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return fired_;
}

IOStatus FaultFiles::Count(Call call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++calls_;
  bool hit = false;
  switch (fault_) {
    case Fault::kNone:
      break;
    case Fault::kErrorOnce:
      hit = calls_ == at_;
      break;
    case Fault::kNoSpace:
      hit = calls_ >= at_ && call == Call::kAppend;
      break;
    case Fault::kPowerCut:
      hit = calls_ >= at_;
      break;
  }
  if (!hit) return IOStatus::OK();
  fired_ = true;
  return fault_ == Fault::kNoSpace ? IOStatus::NoSpace("injected") : IOStatus::IOError("injected");
}

void FaultFiles::Appended(const std::string& name, uint64_t bytes) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name].written += bytes;
}

void FaultFiles::Synced(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name].synced = files_[name].written;
}

void FaultFiles::Cut(const std::string& name, uint64_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  File& file = files_[name];
  file.written = size;
  file.synced = std::min(file.synced, size);
}

void FaultFiles::Lose(Loss loss, std::mt19937& random) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [name, file] : files_) {
    if (file.synced == file.written || !std::filesystem::exists(name)) continue;
    std::string text = ReadText(name);
    if (loss == Loss::kTornTail) {
      text.resize(file.synced + random() % (file.written - file.synced + 1));
    } else {
      for (size_t at = file.synced; at < text.size();) {
        const size_t end = std::min(text.size(), (at / kSectorBytes + 1) * kSectorBytes);
        if (random() % 2 == 0) std::fill(text.begin() + static_cast<ptrdiff_t>(at),
                                         text.begin() + static_cast<ptrdiff_t>(end), '\0');
        at = end;
      }
    }
    WriteText(name, text);
  }
  files_.clear();
  for (const HeadWrite& write : head_writes_) {
    std::string text = ReadText(write.path);
    for (size_t at = 0; at < write.before.size(); at += kSectorBytes) {
      if (random() % 2 == 0) continue;
      for (size_t i = at; i < std::min(at + kSectorBytes, write.before.size()); ++i) {
        text[static_cast<size_t>(write.at) + i] = static_cast<char>(write.before[i]);
      }
    }
    WriteText(write.path, text);
  }
  head_writes_.clear();
}

ledger::HeadFileCalls FaultFiles::HeadCalls(const std::string& head_path) {
  ledger::HeadFileCalls calls;
  calls.write_at = [this, head_path](int file, const void* bytes, size_t count,
                                     off_t at) -> ssize_t {
    errno = EIO;
    if (!Count(Call::kAppend).ok()) return -1;
    HeadWrite write{.path = head_path, .at = at, .before = Bytes(count)};
    TALLY_CHECK(::pread(file, write.before.data(), count, at) >= 0);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      head_writes_.push_back(std::move(write));
    }
    return ::pwrite(file, bytes, count, at);
  };
  calls.sync = [this](int) {
    errno = EIO;
    if (!Count(Call::kOther).ok()) return -1;
    const std::lock_guard<std::mutex> lock(mutex_);
    head_writes_.clear();
    return 0;
  };
  return calls;
}

IOStatus FaultFiles::NewSequentialFile(const std::string& name, const FileOptions& options,
                                       std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                       IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  std::unique_ptr<rocksdb::FSSequentialFile> inner;
  if (status.ok()) status = target()->NewSequentialFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<CountedReads>(std::move(inner), *this);
  return status;
}

IOStatus FaultFiles::NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                         std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                         IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  std::unique_ptr<rocksdb::FSRandomAccessFile> inner;
  if (status.ok()) status = target()->NewRandomAccessFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<CountedRandomReads>(std::move(inner), *this);
  return status;
}

IOStatus FaultFiles::NewWritableFile(const std::string& name, const FileOptions& options,
                                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                                     IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  if (status.ok()) status = target()->NewWritableFile(name, options, &inner, debug);
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  files_[name] = File{};
  *file = std::make_unique<CountedWrites>(std::move(inner), name, *this);
  return status;
}

IOStatus FaultFiles::RenameFile(const std::string& source, const std::string& target_name,
                                const IOOptions& options, IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  if (status.ok()) status = target()->RenameFile(source, target_name, options, debug);
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = files_.find(source);
  if (found == files_.end()) return status;
  files_[target_name] = found->second;
  files_.erase(source);
  return status;
}

IOStatus FaultFiles::DeleteFile(const std::string& name, const IOOptions& options,
                                IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  if (status.ok()) status = target()->DeleteFile(name, options, debug);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (status.ok()) files_.erase(name);
  return status;
}

IOStatus FaultFiles::GetChildren(const std::string& directory, const IOOptions& options,
                                 std::vector<std::string>* names, IODebugContext* debug) {
  const IOStatus status = Count(Call::kOther);
  return status.ok() ? target()->GetChildren(directory, options, names, debug) : status;
}

IOStatus FaultFiles::NewDirectory(const std::string& name, const IOOptions& options,
                                  std::unique_ptr<rocksdb::FSDirectory>* directory,
                                  IODebugContext* debug) {
  IOStatus status = Count(Call::kOther);
  std::unique_ptr<rocksdb::FSDirectory> inner;
  if (status.ok()) status = target()->NewDirectory(name, options, &inner, debug);
  if (status.ok()) *directory = std::make_unique<CountedDirectory>(std::move(inner), *this);
  return status;
}

}  // namespace tally::tests
