// The few file operations that the ledger floor needs beside the database: listing, checksums,
// and writing a small file so that after any crash it is there whole or not at all.
//
// Errors: NotFound when the file is missing; Unavailable when the system refuses, with its words;
// FailedPrecondition for symbolic links and for things that are no files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/store/checksum.h"

namespace tally::ledger {

// "`what` `path`: <words of errno>", NotFound for ENOENT, FailedPrecondition for ELOOP, else
// Unavailable.
absl::Status SystemError(absl::string_view what, absl::string_view path, int error);

struct FileSize {
  std::string name;
  uint64_t size = 0;
  friend bool operator==(const FileSize&, const FileSize&) = default;
};
// The regular files of a directory, sorted by name. Files that vanish meanwhile are left out;
// symbolic links are refused (a link would be followed by everything that opens the file).
absl::StatusOr<std::vector<FileSize>> ListFiles(const std::string& directory);
// Refuses links, and what is neither a file nor a folder: whoever opens the directory's files by
// their names would wait at a named pipe for ever.
absl::Status RequirePlainFiles(const std::string& directory);

enum class PathKind { kAbsent, kFile, kDirectory, kLink, kOther };
absl::StatusOr<PathKind> KindOf(const std::string& path);

absl::StatusOr<Checksum> ChecksumOfFile(const std::string& path);
// Calls `visit` with the file's bytes, part by part.
absl::Status ReadFileParts(const std::string& path, const std::function<void(ByteView)>& visit);
// Refuses (FailedPrecondition) files longer than `bytes_max`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t bytes_max);

// Writes PATH.new, syncs it, renames it over PATH and syncs the directory. A crash leaves the old
// file or the new one, and perhaps PATH.new, which the next call overwrites.
absl::Status WriteFileDurably(const std::string& path, absl::string_view text);
// Copies and syncs; `visit` sees the bytes as they are written. AlreadyExists when TARGET is there.
// A crash leaves a shorter file; the caller's folder is one that nobody trusts until it is whole.
absl::Status CopyFileDurably(const std::string& source, const std::string& target,
                             const std::function<void(ByteView)>& visit);
absl::Status RenameDurably(const std::string& source, const std::string& target);
absl::Status SyncDirectory(const std::string& directory);
// The directory part of a path; "." when it has none.
std::string DirectoryOf(const std::string& path);

}  // namespace tally::ledger
