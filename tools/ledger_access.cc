// Nothing here opens a ledger: programs without a store link it.
#include "tools/ledger_access.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

constexpr char kOtherLedger[] = "name another with -C DIR, or make one with `tally init`";

std::string ErrorText(int error) { return std::generic_category().message(error); }

}  // namespace

absl::Status Denied(const std::string& directory, absl::string_view what,
                    absl::string_view reason) {
  return Refuse("ledger-denied",
                absl::StrCat("the ledger at ", directory, " cannot be ", what, ": ", reason),
                absl::StrCat("nothing was changed; run this as a user who may ",
                             what == "read" ? "read" : "write",
                             " it and the head beside it, on a file system that lets him"));
}

absl::Status CheckIsLedger(const std::string& directory) {
  struct stat status {};
  const std::string store = directory + "/store";
  if (::lstat(store.c_str(), &status) == 0) return absl::OkStatus();
  const int error = errno;
  if (error != ENOENT && error != ENOTDIR) {
    return Denied(directory, "read", absl::StrCat(store, ": ", ErrorText(error)));
  }
  if (!Exists(directory)) {
    return Refuse("no-ledger", absl::StrCat("there is no ledger at ", directory), kOtherLedger);
  }
  return Refuse("no-ledger", absl::StrCat(directory, " holds no ledger"), kOtherLedger);
}

bool IsDenial(const absl::Status& status) {
  return absl::IsUnavailable(status) && (absl::StrContains(status.message(), ErrorText(EACCES)) ||
                                         absl::StrContains(status.message(), ErrorText(EPERM)) ||
                                         absl::StrContains(status.message(), ErrorText(EROFS)));
}

}  // namespace tally::tools
