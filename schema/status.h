// The three kinds of failure, and the macros that carry them.
//
//   programmer error   TALLY_CHECK: on in every build, ends the process, never reachable from input
//   world or input     absl::Status: InvalidArgument, NotFound, AlreadyExists, FailedPrecondition,
//                      PermissionDenied, Aborted, Unavailable, DataLoss; the message says what was
//                      wrong, where, what was expected and what was found
//   domain outcome     a value: an enum or a variant with a reason
//
// No exception crosses a floor: kj's are caught in schema, OpenSSL's and RocksDB's codes are
// translated in ledger/crypto and ledger/store.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally {

// Prints `file:line: check failed: expression` and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* expression);

// The same code as `status` with "`where`: " before its message; OK stays OK.
absl::Status At(absl::string_view where, const absl::Status& status);

}  // namespace tally

#define TALLY_CHECK(expression)                                        \
  do {                                                                 \
    if (!(expression)) ::tally::CheckFailed(__FILE__, __LINE__, #expression); \
  } while (false)

#define TALLY_RETURN_IF_ERROR(expression)                    \
  do {                                                       \
    if (::absl::Status tally_status = (expression); !tally_status.ok()) return tally_status; \
  } while (false)

#define TALLY_CONCAT_INNER(a, b) a##b
#define TALLY_CONCAT(a, b) TALLY_CONCAT_INNER(a, b)
#define TALLY_ASSIGN_OR_RETURN(target, expression) \
  TALLY_ASSIGN_OR_RETURN_INNER(TALLY_CONCAT(tally_or_, __LINE__), target, expression)
#define TALLY_ASSIGN_OR_RETURN_INNER(or_value, target, expression) \
  auto or_value = (expression);                                    \
  if (!or_value.ok()) return or_value.status();                    \
  target = std::move(or_value).value()
