// Another program, run to its end: its standard output as a string.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally::tools {

// Runs `arguments` (the first is the program, looked up in PATH) without a shell, gives it `input`,
// and returns what it prints. NotFound if it cannot be started; FailedPrecondition with its last
// error line if it exits with another status than 0; ResourceExhausted past `output_bytes_max`.
absl::StatusOr<std::string> RunProgram(const std::vector<std::string>& arguments,
                                       absl::string_view input, size_t output_bytes_max);

}  // namespace tally::tools
