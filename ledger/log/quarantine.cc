#include "ledger/log/quarantine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "ledger/store/clean_mark.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr char kIndexName[] = "INDEX";
constexpr char kLinksName[] = "quarantine-unclean";
// A write-ahead log is closed at 64 MiB of memory, its file is little longer; one that is longer
// than this is no log of ours.
constexpr size_t kCopyBytesMax = size_t{1} << 30;

absl::StatusOr<std::vector<FileSize>> FilesToKeep(const std::string& store_directory) {
  TALLY_ASSIGN_OR_RETURN(std::vector<FileSize> files, ListFiles(store_directory));
  std::erase_if(files, [](const FileSize& file) {
    return absl::EndsWith(file.name, ".sst") || absl::StartsWith(file.name, kCleanMarkName);
  });
  return files;
}

std::string NameOf(const std::string& directory, uint64_t epoch, int attempt) {
  const std::string name = directory + "/quarantine-" + std::to_string(epoch);
  return attempt == 1 ? name : name + "-" + std::to_string(attempt);
}

// An empty directory at `path`, whatever an earlier attempt left there.
absl::Status MakeEmpty(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(path));
  if (kind == PathKind::kAbsent) {
    if (::mkdir(path.c_str(), 0700) != 0) return SystemError("cannot make", path, errno);
    return absl::OkStatus();
  }
  if (kind != PathKind::kDirectory) {
    return absl::FailedPreconditionError(path + " is in the way: it is not a directory");
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, ListFiles(path));
  for (const FileSize& file : files) {
    const std::string name = path + "/" + file.name;
    if (::unlink(name.c_str()) != 0) return SystemError("cannot remove", name, errno);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Quarantine> SetAside(const std::string& store_directory,
                                    const std::string& directory, uint64_t epoch) {
  Quarantine quarantine{.directory = NameOf(directory, epoch, 1), .index = {}, .wal_bytes = 0};
  for (int attempt = 2;; ++attempt) {
    TALLY_ASSIGN_OR_RETURN(const PathKind index, KindOf(quarantine.directory + "/" + kIndexName));
    if (index == PathKind::kAbsent) break;
    quarantine.directory = NameOf(directory, epoch, attempt);
  }
  TALLY_RETURN_IF_ERROR(MakeEmpty(quarantine.directory));
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, FilesToKeep(store_directory));
  std::string index;
  for (const FileSize& file : files) {
    TALLY_ASSIGN_OR_RETURN(const std::string text,
                           ReadWholeFile(store_directory + "/" + file.name, kCopyBytesMax));
    TALLY_RETURN_IF_ERROR(WriteFileDurably(quarantine.directory + "/" + file.name, text));
    index += file.name + " " + std::to_string(text.size()) + " " +
             Sha256Of({AsBytes(text)}).ToHex() + "\n";
    if (absl::EndsWith(file.name, ".log")) quarantine.wal_bytes += text.size();
  }
  TALLY_RETURN_IF_ERROR(WriteFileDurably(quarantine.directory + "/" + kIndexName, index));
  TALLY_RETURN_IF_ERROR(SyncDirectory(directory));
  quarantine.index = Sha256Of({AsBytes(index)});
  return quarantine;
}

absl::StatusOr<std::optional<Quarantine>> FindQuarantine(const std::string& directory,
                                                         uint64_t epoch) {
  Quarantine quarantine{.directory = NameOf(directory, epoch, 1), .index = {}, .wal_bytes = 0};
  const absl::StatusOr<std::string> index =
      ReadWholeFile(quarantine.directory + "/" + kIndexName, kCopyBytesMax);
  if (absl::IsNotFound(index.status())) return std::optional<Quarantine>();
  if (!index.ok()) return index.status();
  quarantine.index = Sha256Of({AsBytes(*index)});
  return std::optional<Quarantine>(std::move(quarantine));
}

absl::Status RemoveLinks(const std::string& directory) {
  const std::string target = directory + "/" + kLinksName;
  TALLY_ASSIGN_OR_RETURN(const PathKind kind, KindOf(target));
  if (kind == PathKind::kAbsent) return absl::OkStatus();
  TALLY_RETURN_IF_ERROR(MakeEmpty(target));
  return SyncDirectory(target);
}

absl::Status CheckNoCopies(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!absl::StartsWith(name, "quarantine-") || name == kLinksName) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(directory, "/", name,
                     " holds copies of the store's logs, which erasing does not reach: move it out "
                     "of the ledger"));
  }
  if (error) return absl::UnavailableError(absl::StrCat(directory, ": ", error.message()));
  return absl::OkStatus();
}

absl::Status KeepLinks(const std::string& store_directory, const std::string& directory) {
  const std::string target = directory + "/" + kLinksName;
  TALLY_RETURN_IF_ERROR(MakeEmpty(target));
  TALLY_ASSIGN_OR_RETURN(const std::vector<FileSize> files, FilesToKeep(store_directory));
  for (const FileSize& file : files) {
    const std::string source = store_directory + "/" + file.name;
    const std::string link = target + "/" + file.name;
    if (::link(source.c_str(), link.c_str()) != 0) {
      return SystemError("cannot link " + source + " to", link, errno);
    }
  }
  return absl::OkStatus();
}

}  // namespace tally::ledger
