#include "tools/version.h"

namespace tally::tools {

absl::string_view VersionText() { return TALLY_VERSION; }
absl::string_view CommitText() { return TALLY_COMMIT; }

}  // namespace tally::tools
