#include "ledger/store/durable_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "ledger/files/plain_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Owns a file descriptor. Closing is checked only where something was written.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool Close() {
    const int closed = ::close(number_);
    number_ = -1;
    return closed == 0;
  }

 private:
  int number_;
};

// Calls `take` with the file's bytes, part by part.
template <typename Take>
absl::Status ReadParts(const std::string& path, Take take) {
  const absl::StatusOr<PlainFile> file = PlainFile::Open(path);
  if (!file.ok()) return At(path, file.status());
  Bytes buffer(256 * 1024);
  while (true) {
    const absl::StatusOr<size_t> count = file->Read(buffer);
    if (!count.ok()) return At(path, count.status());
    if (*count == 0) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(take(ByteView(buffer).first(*count)));
  }
}

absl::Status WriteAll(const Descriptor& file, const std::string& path, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.number(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("cannot write", path, errno);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status SyncAndClose(Descriptor& file, const std::string& path) {
  if (::fsync(file.number()) != 0) return SystemError("cannot sync", path, errno);
  if (!file.Close()) return SystemError("cannot close", path, errno);
  return absl::OkStatus();
}

absl::Status WriteAndSync(const std::string& path, absl::string_view text) {
  // Without waiting: a named pipe of that name, planted, has no reader.
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW;
  Descriptor file(::open(path.c_str(), kFlags, 0600));
  if (file.number() < 0) return SystemError("cannot create", path, errno);
  TALLY_RETURN_IF_ERROR(WriteAll(file, path, text));
  return SyncAndClose(file, path);
}

}  // namespace

absl::Status SystemError(absl::string_view what, absl::string_view path, int error) {
  const std::string message =
      std::string(what) + " " + std::string(path) + ": " + std::generic_category().message(error);
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == ELOOP) return absl::FailedPreconditionError(message + " (symbolic link)");
  return absl::UnavailableError(message);
}

namespace {

enum class OddFiles : uint8_t { kLeftOut, kRefused };

absl::StatusOr<std::vector<FileSize>> List(const std::string& directory, OddFiles odd) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), &::closedir);
  if (open == nullptr) return SystemError("cannot list", directory, errno);
  std::vector<FileSize> files;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());
    if (entry == nullptr && errno != 0) return SystemError("cannot list", directory, errno);
    if (entry == nullptr) break;
    struct stat status = {};
    if (::fstatat(::dirfd(open.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return SystemError("cannot look at", directory + "/" + entry->d_name, errno);
    }
    if (S_ISLNK(status.st_mode)) {
      return absl::FailedPreconditionError(directory + "/" + entry->d_name +
                                           " is a symbolic link; none is expected here");
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode) && odd == OddFiles::kRefused) {
      return absl::FailedPreconditionError(directory + "/" + entry->d_name +
                                           " is neither a file nor a folder");
    }
    if (!S_ISREG(status.st_mode)) continue;
    files.push_back({entry->d_name, static_cast<uint64_t>(status.st_size)});
  }
  std::ranges::sort(files, {}, &FileSize::name);
  return files;
}

}  // namespace

absl::StatusOr<std::vector<FileSize>> ListFiles(const std::string& directory) {
  return List(directory, OddFiles::kLeftOut);
}

absl::Status RequirePlainFiles(const std::string& directory) {
  return List(directory, OddFiles::kRefused).status();
}

absl::StatusOr<PathKind> KindOf(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return PathKind::kAbsent;
    return SystemError("cannot look at", path, errno);
  }
  if (S_ISREG(status.st_mode)) return PathKind::kFile;
  if (S_ISDIR(status.st_mode)) return PathKind::kDirectory;
  return S_ISLNK(status.st_mode) ? PathKind::kLink : PathKind::kOther;
}

absl::StatusOr<Checksum> ChecksumOfFile(const std::string& path) {
  ChecksumStream stream;
  TALLY_RETURN_IF_ERROR(ReadParts(path, [&](ByteView part) {
    stream.Add(part);
    return absl::OkStatus();
  }));
  return stream.Value();
}

absl::Status ReadFileParts(const std::string& path, const std::function<void(ByteView)>& visit) {
  return ReadParts(path, [&](ByteView part) {
    visit(part);
    return absl::OkStatus();
  });
}

absl::Status CopyFileDurably(const std::string& source, const std::string& target,
                             const std::function<void(ByteView)>& visit) {
  Descriptor file(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.number() < 0 && errno == EEXIST) {
    return absl::AlreadyExistsError(target + " is there already");
  }
  if (file.number() < 0) return SystemError("cannot create", target, errno);
  TALLY_RETURN_IF_ERROR(ReadParts(source, [&](ByteView part) {
    visit(part);
    return WriteAll(file, target, AsText(part));
  }));
  return SyncAndClose(file, target);
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t bytes_max) {
  absl::StatusOr<std::string> text = ReadPlainFile(path, bytes_max);
  if (!text.ok()) return At(path, text.status());
  return text;
}

absl::Status WriteFileDurably(const std::string& path, absl::string_view text) {
  TALLY_RETURN_IF_ERROR(WriteAndSync(path + ".new", text));
  return RenameDurably(path + ".new", path);
}

absl::Status RenameDurably(const std::string& source, const std::string& target) {
  if (::rename(source.c_str(), target.c_str()) != 0) {
    return SystemError("cannot rename", source + " to " + target, errno);
  }
  return SyncDirectory(DirectoryOf(target));
}

absl::Status SyncDirectory(const std::string& directory) {
  Descriptor open(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open.number() < 0) return SystemError("cannot open", directory, errno);
  if (::fsync(open.number()) != 0) return SystemError("cannot sync", directory, errno);
  return absl::OkStatus();
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace tally::ledger
