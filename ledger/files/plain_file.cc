#include "ledger/files/plain_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kPartBytes = 64 * 1024;

absl::string_view WordsFor(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// A pipe that has no name was made by whoever started this process, who also holds its other end.
bool IsUnnamedPipe(int file) {
  struct statfs system {};
  return ::fstatfs(file, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

absl::Status Refused(absl::string_view what, int error) {
  const std::string message = absl::StrCat(what, ": ", std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(message);
  if (error == ELOOP) return absl::FailedPreconditionError("is a symbolic link, not a file");
  return absl::UnavailableError(message);
}

}  // namespace

PlainFile::PlainFile(PlainFile&& other) noexcept
    : number_(std::exchange(other.number_, -1)),
      size_(other.size_),
      awaits_writer_(other.awaits_writer_) {}

PlainFile::~PlainFile() {
  if (number_ >= 0) ::close(number_);
}

int PlainFile::Release() { return std::exchange(number_, -1); }

absl::StatusOr<PlainFile> PlainFile::OpenWith(const std::string& path, int flags, bool named) {
  PlainFile file(::open(path.c_str(), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.number_ < 0) return Refused("cannot be opened", errno);
  TALLY_RETURN_IF_ERROR(file.Examine(named));
  return file;
}

absl::StatusOr<PlainFile> PlainFile::Open(const std::string& path, Links links, Access access) {
  const int ways = access == Access::kRead ? O_RDONLY : O_RDWR;
  return OpenWith(path, links == Links::kRefused ? ways | O_NOFOLLOW : ways, /*named=*/false);
}

absl::StatusOr<PlainFile> PlainFile::OpenNamed(const std::string& path) {
  return OpenWith(path, O_RDONLY, /*named=*/true);
}

absl::Status PlainFile::Examine(bool named) {
  struct stat status {};
  if (::fstat(number_, &status) != 0) return Refused("cannot be examined", errno);
  size_ = static_cast<uint64_t>(status.st_size);
  if (S_ISREG(status.st_mode)) return absl::OkStatus();
  if (!named || S_ISDIR(status.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("is ", WordsFor(status.st_mode), ", not a file"));
  }
  awaits_writer_ = S_ISFIFO(status.st_mode) && !IsUnnamedPipe(number_);
  if (awaits_writer_) return absl::OkStatus();
  // What the caller holds open is waited for, as anywhere. The flag belongs to this opening alone.
  const int flags = ::fcntl(number_, F_GETFL);
  if (flags < 0 || ::fcntl(number_, F_SETFL, flags & ~O_NONBLOCK) != 0) {
    return Refused("cannot be read", errno);
  }
  return absl::OkStatus();
}

absl::Status PlainFile::AwaitWriter() const {
  pollfd wanted{.fd = number_, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&wanted, 1, kPipeSilenceSecondsMax * 1000);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return Refused("cannot be read", errno);
  if (ready > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("is a named pipe, and nobody wrote to it for ",
                                                    kPipeSilenceSecondsMax, " seconds"));
}

absl::StatusOr<size_t> PlainFile::Read(std::span<uint8_t> into) const {
  while (true) {
    if (awaits_writer_) TALLY_RETURN_IF_ERROR(AwaitWriter());
    const ssize_t count = ::read(number_, into.data(), into.size());
    if (count >= 0) return static_cast<size_t>(count);
    const bool again = errno == EINTR || (awaits_writer_ && errno == EAGAIN);
    if (!again) return Refused("cannot be read", errno);
  }
}

absl::StatusOr<size_t> PlainFile::Fill(std::span<uint8_t> into) const {
  size_t filled = 0;
  while (filled < into.size()) {
    TALLY_ASSIGN_OR_RETURN(const size_t count, Read(into.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

absl::StatusOr<std::string> PlainFile::ReadRest(size_t bytes_max) const {
  std::string text;
  std::string part(kPartBytes, '\0');
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const size_t count,
                           Read({reinterpret_cast<uint8_t*>(part.data()), part.size()}));
    if (count == 0) return text;
    if (text.size() + count > bytes_max) {
      return absl::FailedPreconditionError(absl::StrCat("has more than ", bytes_max, " bytes"));
    }
    text.append(part.data(), count);
  }
}

absl::StatusOr<std::string> ReadBeginning(const std::string& path, size_t bytes) {
  TALLY_ASSIGN_OR_RETURN(const PlainFile file, PlainFile::Open(path, Links::kFollowed));
  std::string text(bytes, '\0');
  TALLY_ASSIGN_OR_RETURN(const size_t count,
                         file.Fill({reinterpret_cast<uint8_t*>(text.data()), text.size()}));
  text.resize(count);
  return text;
}

absl::StatusOr<std::string> ReadPlainFile(const std::string& path, size_t bytes_max, Links links) {
  TALLY_ASSIGN_OR_RETURN(const PlainFile file, PlainFile::Open(path, links));
  return file.ReadRest(bytes_max);
}

}  // namespace tally::ledger
