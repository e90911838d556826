#include "ledger/log/head_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "ledger/files/plain_file.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kSlots = 2;
constexpr size_t kFileBytes = kSlots * kHeadSlotBytes;

absl::Status Lock(const std::string& path, int file) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno == EWOULDBLOCK) {
    return absl::UnavailableError("busy: another process is writing to this ledger (it holds " +
                                  path + ")");
  }
  return SystemError("cannot lock", path, errno);
}

off_t OffsetOf(size_t slot) { return static_cast<off_t>(slot * kHeadSlotBytes); }

}  // namespace

HeadFileCalls HeadFileCalls::System() {
  return {.write_at = [](int file, const void* bytes, size_t count,
                         off_t at) { return ::pwrite(file, bytes, count, at); },
          .sync = [](int file) { return ::fdatasync(file); }};
}

HeadFile::HeadFile(std::string path, int file, HeadFileCalls calls, Failpoint failpoint)
    : path_(std::move(path)),
      file_(file),
      calls_(std::move(calls)),
      failpoint_(std::move(failpoint)) {}

HeadFile::~HeadFile() { ::close(file_); }

void HeadFile::Reach(absl::string_view point) const {
  if (failpoint_) failpoint_(point);
}

absl::StatusOr<std::unique_ptr<HeadFile>> HeadFile::Create(const std::string& path,
                                                           const HeadSlot& first,
                                                           const HeadFileCalls& calls,
                                                           const Failpoint& failpoint) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0 && errno == EEXIST) {
    return absl::FailedPreconditionError("the head file " + path +
                                         " exists already: it belongs to a ledger");
  }
  if (file < 0) return SystemError("cannot create the head file", path, errno);
  std::unique_ptr<HeadFile> head(new HeadFile(path, file, calls, failpoint));
  TALLY_RETURN_IF_ERROR(Lock(path, file));
  // Both slots get their blocks now, so that advancing the head can never run out of space.
  const int reserved = ::posix_fallocate(file, 0, kFileBytes);
  if (reserved != 0) return SystemError("cannot reserve the head file", path, reserved);
  head->slots_ = {Bytes(kHeadSlotBytes), Bytes(kHeadSlotBytes)};
  head->newest_slot_ = 0;
  head->newest_ = first;
  TALLY_RETURN_IF_ERROR(head->WriteSlot(1, head->slots_[1]));
  TALLY_RETURN_IF_ERROR(head->WriteSlot(0, EncodeHeadSlot(first)));
  if (::fsync(file) != 0) return SystemError("cannot sync the head file", path, errno);
  TALLY_RETURN_IF_ERROR(SyncDirectory(DirectoryOf(path)));
  return head;
}

absl::StatusOr<std::unique_ptr<HeadFile>> HeadFile::OpenForWriting(const std::string& path,
                                                                   const HeadFileCalls& calls,
                                                                   const Failpoint& failpoint) {
  absl::StatusOr<PlainFile> opened = PlainFile::Open(path, Links::kRefused, Access::kReadWrite);
  if (!opened.ok()) return At("the head file " + path, opened.status());
  const int file = opened->Release();
  std::unique_ptr<HeadFile> head(new HeadFile(path, file, calls, failpoint));
  TALLY_RETURN_IF_ERROR(Lock(path, file));
  TALLY_ASSIGN_OR_RETURN(head->slots_, ReadSlots(path, file));
  TALLY_ASSIGN_OR_RETURN(auto newest, Newest(path, head->slots_));
  head->newest_slot_ = newest.first;
  head->newest_ = std::move(newest.second);
  return head;
}

absl::StatusOr<HeadSlot> HeadFile::Read(const std::string& path) {
  const absl::StatusOr<PlainFile> file = PlainFile::Open(path);
  if (!file.ok()) return At("the head file " + path, file.status());
  TALLY_ASSIGN_OR_RETURN(const Slots slots, ReadSlots(path, file->number()));
  TALLY_ASSIGN_OR_RETURN(auto newest, Newest(path, slots));
  return std::move(newest.second);
}

absl::StatusOr<HeadFile::Slots> HeadFile::ReadSlots(const std::string& path, int file) {
  struct stat status = {};
  if (::fstat(file, &status) != 0) return SystemError("cannot look at", path, errno);
  if (static_cast<uint64_t>(status.st_size) != kFileBytes) {
    return absl::FailedPreconditionError("the head file " + path + " is not a file of " +
                                         std::to_string(kFileBytes) + " bytes");
  }
  Slots slots = {Bytes(kHeadSlotBytes), Bytes(kHeadSlotBytes)};
  for (size_t slot = 0; slot < kSlots; ++slot) {
    const ssize_t count = ::pread(file, slots[slot].data(), kHeadSlotBytes, OffsetOf(slot));
    if (count < 0) return SystemError("cannot read the head file", path, errno);
    if (static_cast<size_t>(count) != kHeadSlotBytes) {
      return absl::FailedPreconditionError("the head file " + path + " became shorter");
    }
  }
  return slots;
}

absl::StatusOr<std::pair<size_t, HeadSlot>> HeadFile::Newest(const std::string& path,
                                                             const Slots& slots) {
  const absl::StatusOr<HeadSlot> first = DecodeHeadSlot(slots[0]);
  const absl::StatusOr<HeadSlot> second = DecodeHeadSlot(slots[1]);
  if (!first.ok() && !second.ok()) {
    return absl::FailedPreconditionError(
        "the head file " + path + " holds no whole slot: " + std::string(first.status().message()));
  }
  if (!second.ok()) return std::make_pair(size_t{0}, *first);
  if (!first.ok()) return std::make_pair(size_t{1}, *second);
  if (first->generation == second->generation) {
    return absl::FailedPreconditionError("the head file " + path +
                                         " holds two slots of one generation");
  }
  if (first->generation > second->generation) return std::make_pair(size_t{0}, *first);
  return std::make_pair(size_t{1}, *second);
}

absl::Status HeadFile::CheckRules(const HeadSlot& next) const {
  const auto refuse = [this](absl::string_view what) {
    return absl::InvalidArgumentError("the head " + path_ +
                                      " may not advance: " + std::string(what));
  };
  if (next.generation != newest_.generation + 1) return refuse("its generation is not the next");
  if (next.epoch < newest_.epoch) return refuse("its epoch is over");
  if (next.note.size() > kHeadSlotNoteMax) return refuse("its note is too long for a slot");
  if (next.size < newest_.size) return refuse("the log would shrink");
  if (next.size == newest_.size && next.root != newest_.root) {
    return refuse("one size would have two roots");
  }
  if (newest_.size > 0 && next.ledger != newest_.ledger) return refuse("it is another ledger's");
  return absl::OkStatus();
}

absl::Status HeadFile::Advance(const HeadSlot& next) {
  if (poisoned_) {
    return absl::UnavailableError("the head file " + path_ + " refuses writes until a restart");
  }
  TALLY_RETURN_IF_ERROR(CheckRules(next));
  poisoned_ = true;  // Until everything below has succeeded.
  Reach("head.before-write");
  TALLY_ASSIGN_OR_RETURN(const Slots found, ReadSlots(path_, file_));
  if (found != slots_) {
    return absl::FailedPreconditionError("the head file " + path_ +
                                         " was changed by somebody else; this writer ends");
  }
  // A crash in here leaves the older slot torn and the newest as it was; both are judged at the
  // next start, and the torn one is overwritten by the first advance after it.
  const size_t older = 1 - newest_slot_;
  TALLY_RETURN_IF_ERROR(WriteSlot(older, EncodeHeadSlot(next)));
  Reach("head.after-write");
  if (calls_.sync(file_) != 0) return SystemError("cannot sync the head file", path_, errno);
  Reach("head.after-sync");
  newest_slot_ = older;
  newest_ = next;
  poisoned_ = false;
  return absl::OkStatus();
}

absl::Status HeadFile::WriteSlot(size_t slot, const Bytes& bytes) {
  TALLY_CHECK(bytes.size() == kHeadSlotBytes);
  errno = 0;
  const ssize_t count = calls_.write_at(file_, bytes.data(), bytes.size(), OffsetOf(slot));
  if (count < 0) return SystemError("cannot write the head file", path_, errno);
  if (static_cast<size_t>(count) != bytes.size()) {
    return absl::UnavailableError("cannot write the head file " + path_ + ": only " +
                                  std::to_string(count) + " bytes were taken");
  }
  slots_[slot] = bytes;
  return absl::OkStatus();
}

}  // namespace tally::ledger
