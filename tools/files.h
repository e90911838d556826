// Files that the user names, whole: read with a limit, written so that a crash leaves the old file
// or the new one. "-" is standard input or output.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "tools/command.h"

namespace tally::tools {

inline constexpr size_t kInputBytesMax = size_t{1} << 30;  // stops a device that never ends

// Fault file-unreadable.
absl::StatusOr<std::string> ReadInput(const Invocation& call, const std::string& path,
                                      size_t limit = kInputBytesMax);

enum class Privacy { kPublic, kSecret };  // 0644 as the mask says, or 0600
enum class Replace { kNever, kYes };
// Written beside its place, synced and renamed. Fault file-unwritable or already-exists.
absl::Status WriteFile(const std::string& path, absl::string_view content, Privacy privacy,
                       Replace replace);
// WriteFile, or standard output for "-".
absl::Status WriteOutput(const Invocation& call, const std::string& path,
                         absl::string_view content);

bool Exists(const std::string& path);
// Whether both lie on one file system (of the nearest existing folders above them).
bool OnSameFileSystem(const std::string& a, const std::string& b);

}  // namespace tally::tools
