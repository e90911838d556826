// What this build is: fixed when it is configured.
#pragma once

#include "absl/strings/string_view.h"

namespace tally::tools {

absl::string_view VersionText();  // "0.1.0"
absl::string_view CommitText();   // of the source tree, or "unknown"

}  // namespace tally::tools
