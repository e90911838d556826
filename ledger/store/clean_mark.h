// The mark of a clean close: names, sizes and checksums of every file, written last. While it lies
// there, nothing but this program may have touched the database, so any difference is damage.
//
//   tallystick clean close 1
//   <name> <size> <XXH3-128 in hex>        one line a file, sorted by name
//   end <XXH3-128 of all lines before>
//
// The mark is CLEAN; the first write after an open renames it to CLEAN.last, which then says which
// table files were already checked and known at that close. It guards against accidents: whoever
// can write the files can write the mark, and is caught by the head outside instead.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/store/checksum.h"
#include "ledger/store/durable_file.h"

namespace tally::ledger {

inline constexpr char kCleanMarkName[] = "CLEAN";
inline constexpr char kLastMarkName[] = "CLEAN.last";

// Below this size of all files together, every file's bytes are checked at every open.
inline constexpr uint64_t kCheckAllBytesMax = uint64_t{256} * 1024 * 1024;

struct CleanMark {
  struct File {
    std::string name;
    uint64_t size = 0;
    Checksum checksum;
    friend bool operator==(const File&, const File&) = default;
  };
  std::vector<File> files;  // sorted by name
  friend bool operator==(const CleanMark&, const CleanMark&) = default;
};

std::string EncodeCleanMark(const CleanMark& mark);
// FailedPrecondition for anything but what EncodeCleanMark gives.
absl::StatusOr<CleanMark> DecodeCleanMark(absl::string_view text);

// nullopt when the directory has no such mark.
absl::StatusOr<std::optional<CleanMark>> ReadMark(const std::string& directory,
                                                  const std::string& name);
// Takes sizes and checksums of all files but the marks and writes CLEAN durably.
absl::Status WriteCleanMark(const std::string& directory);
// CLEAN becomes CLEAN.last. Nothing to do when there is none.
absl::Status RetireCleanMark(const std::string& directory);

enum class MarkScope {
  kEveryByte,      // checksums of all files
  kWithoutTables,  // checksums of all but table files, whose sizes are compared
};
// FailedPrecondition names the first file that was changed, cut, deleted or added since.
absl::Status CheckAgainstMark(const std::string& directory, const CleanMark& mark, MarkScope scope);

}  // namespace tally::ledger
