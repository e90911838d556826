// Every error code that the program can give, in one table: `tally help errors` prints it, `--json`
// errors carry it, and the exit status follows from it. Codes are stable: scripts depend on them.
#pragma once

#include <span>

#include "absl/strings/string_view.h"

namespace tally::tools {

// Exit statuses of the program.
inline constexpr int kExitDone = 0;
inline constexpr int kExitNo = 1;
inline constexpr int kExitRefused = 2;
inline constexpr int kExitLedgerRefused = 3;
inline constexpr int kExitStorage = 4;
inline constexpr int kExitNotPermitted = 5;
inline constexpr int kExitBusy = 6;
inline constexpr int kExitInterrupted = 130;

struct ErrorCodeRow {
  absl::string_view code;
  int exit;
  absl::string_view meaning;
};

// Ascending by code.
std::span<const ErrorCodeRow> ErrorCodeTable();
// nullptr for a code that the table does not have.
const ErrorCodeRow* FindErrorCode(absl::string_view code);

struct ExitStatusRow {
  int exit;
  absl::string_view meaning;
};
std::span<const ExitStatusRow> ExitStatusTable();

}  // namespace tally::tools
