#include "replay/case_axes.h"

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<CaseAxes> AxesAt(const ledger::Ledger& ledger, uint64_t size, Instant knowledge) {
  uint64_t head = ledger.head().size;
  if (size == 0 || size > head) {
    return absl::NotFoundError(
        absl::StrCat("the ledger has sizes 1 to ", head, ", asked for ", size));
  }
  CaseAxes axes;
  axes.size = size;
  axes.knowledge = knowledge;
  if (size == head) {
    axes.recorded = ledger.head().recorded;
  } else {
    TALLY_ASSIGN_OR_RETURN(ledger::VerifiedRecord last, ledger.ReadRecord(size - 1));
    axes.recorded = last.recorded();
  }
  return axes;
}

absl::StatusOr<CaseAxes> ResolveAxes(const ledger::Ledger& ledger, const Axes& axes) {
  if (!axes.engine.empty() && axes.engine != kEngineVersion) {
    return absl::InvalidArgumentError(absl::StrCat(
        "engine '", axes.engine, "' is not in this program; it has: ", kEngineVersion));
  }
  if (axes.as_recorded.has_value() && axes.at_size.has_value()) {
    return absl::InvalidArgumentError(
        "as-recorded and at-size are two answers to one question; "
        "give one of them");
  }
  uint64_t size = ledger.head().size;
  if (axes.at_size.has_value()) size = *axes.at_size;
  if (axes.as_recorded.has_value()) {
    TALLY_ASSIGN_OR_RETURN(size, ledger.SizeAsRecorded(*axes.as_recorded));
    if (size == 0) {
      return absl::NotFoundError(
          absl::StrCat("nothing was recorded by ", FormatInstant(*axes.as_recorded)));
    }
  }
  TALLY_ASSIGN_OR_RETURN(CaseAxes resolved, AxesAt(ledger, size, Instant{}));
  resolved.knowledge = axes.as_recorded.value_or(resolved.recorded);
  resolved.reported = axes.as_reported;
  return resolved;
}

}  // namespace tally::replay
