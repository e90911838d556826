#include "tools/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <istream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "ledger/files/plain_file.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

absl::Status Unwritable(const std::string& path, int error) {
  return RefuseAt({path, 0, 0}, "file-unwritable",
                  absl::StrCat("cannot be written: ", std::strerror(error)));
}

absl::Status Unreadable(const std::string& path, const absl::Status& why) {
  return RefuseAt({path, 0, 0}, "file-unreadable", why.message());
}

absl::Status TooLong(const std::string& path, size_t limit) {
  return RefuseAt({path, 0, 0}, "bad-input", absl::StrCat("has more than ", limit, " bytes"));
}

// Writes all of `content`; 0 or errno.
int WriteAll(int file, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

void SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int file =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  (void)::fsync(file);
  ::close(file);
}

// The device of the nearest folder above `path` that exists; 0 when none can be asked.
dev_t DeviceOf(const std::string& path) {
  std::error_code error;
  std::filesystem::path at = std::filesystem::absolute(path, error);
  struct stat status {};
  while (::stat(at.c_str(), &status) != 0) {
    if (!at.has_relative_path()) return 0;
    at = at.parent_path();
  }
  return status.st_dev;
}

}  // namespace

absl::StatusOr<std::string> ReadInput(const Invocation& call, const std::string& path,
                                      size_t limit) {
  if (path == "-") {
    std::ostringstream content;
    if (call.world.in->peek() != std::istream::traits_type::eof())
      content << call.world.in->rdbuf();
    std::string text = content.str();
    if (text.size() > limit) return TooLong("-", limit);
    return text;
  }
  const absl::StatusOr<ledger::PlainFile> file = ledger::PlainFile::OpenNamed(path);
  if (!file.ok()) return Unreadable(path, file.status());
  std::string text;
  Bytes part(size_t{1} << 16);
  while (true) {
    const absl::StatusOr<size_t> read = file->Read(part);
    if (!read.ok()) return Unreadable(path, read.status());
    if (*read == 0) return text;
    text.append(part.begin(), part.begin() + static_cast<ptrdiff_t>(*read));
    if (text.size() > limit) return TooLong(path, limit);
  }
}

namespace {

// A device or pipe is written to, never replaced: --out /dev/null must leave /dev/null what it is.
bool IsNoFile(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

absl::Status WriteTo(const std::string& path, absl::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return Unwritable(path, errno);
  const int error = WriteAll(file, content);
  ::close(file);
  return error == 0 ? absl::OkStatus() : Unwritable(path, error);
}

}  // namespace

absl::Status WriteFile(const std::string& path, absl::string_view content, Privacy privacy,
                       Replace replace) {
  if (replace == Replace::kYes && IsNoFile(path)) return WriteTo(path, content);
  if (replace == Replace::kNever && Exists(path)) {
    return RefuseAt({path, 0, 0}, "already-exists", "exists already", "name another file");
  }
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());  // of an earlier run that was killed
  const mode_t mode = privacy == Privacy::kSecret ? 0600 : 0644;
  const int file =
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (file < 0) return Unwritable(path, errno);
  const int error = WriteAll(file, content);
  ::close(file);
  if (error != 0) {
    ::unlink(beside.c_str());
    return Unwritable(path, error);
  }
  // A link never replaces: two processes that both saw no file cannot both succeed.
  const int placed = replace == Replace::kNever ? ::link(beside.c_str(), path.c_str())
                                                : ::rename(beside.c_str(), path.c_str());
  const int place_error = errno;
  if (placed != 0 || replace == Replace::kNever) ::unlink(beside.c_str());
  if (placed != 0) return Unwritable(path, place_error);
  SyncFolderOf(path);
  return absl::OkStatus();
}

absl::Status WriteOutput(const Invocation& call, const std::string& path,
                         absl::string_view content) {
  if (path == "-") {
    call.console.Verbatim(content);
    return absl::OkStatus();
  }
  return WriteFile(path, content, Privacy::kPublic, Replace::kYes);
}

bool Exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool OnSameFileSystem(const std::string& a, const std::string& b) {
  return DeviceOf(a) == DeviceOf(b);
}

}  // namespace tally::tools
