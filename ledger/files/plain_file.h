// Opening files that somebody else may have put where they lie: a ledger's folder, a backup, tiles,
// a pack. Whoever plants a named pipe or a device there must not make the reader wait for ever, and
// whoever plants a link must not choose what is read.
//
// Every file is opened without waiting, and what it is, is asked of the open file: between a look
// at a name and its opening another thing could take the place. Everything in the project that
// reads a file reads it through here.
//
// Errors: NotFound when nothing is there; Unavailable when the system refuses, with its words;
// FailedPrecondition for symbolic links and for things that are no files. Their messages leave the
// file's name to the caller, who says it in his own way: "is a named pipe, not a file".
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace tally::ledger {

// How long a named pipe that the user names may stay silent before it is given up.
inline constexpr int kPipeSilenceSecondsMax = 10;

enum class Links : uint8_t { kRefused, kFollowed };
enum class Access : uint8_t { kRead, kReadWrite };

class PlainFile {
 public:
  // A regular file and nothing else.
  static absl::StatusOr<PlainFile> Open(const std::string& path, Links links = Links::kRefused,
                                        Access access = Access::kRead);
  // What a user names on the command line: also /dev/stdin, the pipe of a process substitution, a
  // named pipe to which somebody writes, a device. Links are followed.
  static absl::StatusOr<PlainFile> OpenNamed(const std::string& path);

  PlainFile(PlainFile&& other) noexcept;
  PlainFile& operator=(PlainFile&&) = delete;
  ~PlainFile();

  // 0 at the end. Reads on at the file's own offset.
  absl::StatusOr<size_t> Read(std::span<uint8_t> into) const;
  // Reads until `into` is full or the file ends, and says how much it was.
  absl::StatusOr<size_t> Fill(std::span<uint8_t> into) const;
  // The rest of it; FailedPrecondition when that is more than `bytes_max`.
  absl::StatusOr<std::string> ReadRest(size_t bytes_max) const;

  uint64_t size() const { return size_; }  // when it was opened
  int number() const { return number_; }
  int Release();  // the number, which the caller closes

 private:
  explicit PlainFile(int number) : number_(number) {}
  static absl::StatusOr<PlainFile> OpenWith(const std::string& path, int flags, bool named);
  // FailedPrecondition for what may not be read, as `named` says.
  absl::Status Examine(bool named);
  absl::Status AwaitWriter() const;

  int number_ = -1;
  uint64_t size_ = 0;
  bool awaits_writer_ = false;  // a named pipe
};

// Its first `bytes`, or all that it has; links are followed. To see what kind of file it is.
absl::StatusOr<std::string> ReadBeginning(const std::string& path, size_t bytes);
// Whole; FailedPrecondition when it has more than `bytes_max`.
absl::StatusOr<std::string> ReadPlainFile(const std::string& path, size_t bytes_max,
                                          Links links = Links::kRefused);

}  // namespace tally::ledger
