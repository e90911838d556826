// How people name an event: `index/offset`.
#include "ledger/log/verified.h"

#include "absl/strings/str_cat.h"

namespace tally::ledger {

std::string EventAddress::ToText() const { return absl::StrCat(index, "/", offset); }

}  // namespace tally::ledger
